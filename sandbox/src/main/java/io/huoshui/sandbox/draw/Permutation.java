package io.huoshui.sandbox.draw;

/// A keyed one-to-one map of [0, size) onto itself, both ways in constant time and memory: a small
/// Feistel network that walks on while it is outside.
///
/// With it a person's phone number tells which person it is, without a table of ten million
/// numbers.
public final class Permutation {
  private static final int ROUNDS = 4;

  private final long size;
  private final int halfBits;
  private final long halfMask;
  private final long key;

  /// @param size how many numbers, at most 2^62
  public Permutation(long key, long size) {
    if (size < 1 || size > 1L << 62) {
      throw new IllegalArgumentException("A permutation has 1 to 2^62 numbers, got " + size);
    }
    this.key = key;
    this.size = size;
    int bits = Math.max(2, 64 - Long.numberOfLeadingZeros(size - 1));
    this.halfBits = (bits + 1) / 2;
    this.halfMask = (1L << halfBits) - 1;
  }

  public long size() {
    return size;
  }

  public long apply(long number) {
    check(number);
    long at = number;
    do {
      long left = at >>> halfBits;
      long right = at & halfMask;
      for (int round = 0; round < ROUNDS; round++) {
        long next = left ^ (Dice.hash(key + round, right) & halfMask);
        left = right;
        right = next;
      }
      at = left << halfBits | right;
    } while (at >= size);
    return at;
  }

  public long invert(long number) {
    check(number);
    long at = number;
    do {
      long left = at >>> halfBits;
      long right = at & halfMask;
      for (int round = ROUNDS - 1; round >= 0; round--) {
        long previous = right ^ (Dice.hash(key + round, left) & halfMask);
        right = left;
        left = previous;
      }
      at = left << halfBits | right;
    } while (at >= size);
    return at;
  }

  private void check(long number) {
    if (number < 0 || number >= size) {
      throw new IllegalArgumentException("Number " + number + " is outside [0, " + size + ")");
    }
  }
}
