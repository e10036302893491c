package io.huoshui.identity;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Short texts one after another as UTF-8, each found by where it begins: a text takes its bytes
/// and one for its length, not two objects. Only grows; what was added never moves, so it is shared
/// with whoever reads a former state.
final class Texts {
  private static final int CHUNK_BITS = 20;
  private static final int CHUNK = 1 << CHUNK_BITS;

  private byte[][] chunks = new byte[4][];
  private int used;
  private int end = CHUNK;

  /// @return where it begins, for [#get]
  int add(String text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      if (text.charAt(i) >= 0x80) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return add(utf8, 0, utf8.length);
      }
    }
    int at = room(length);
    byte[] chunk = chunks[used - 1];
    for (int i = 0; i < length; i++) {
      chunk[end++] = (byte) text.charAt(i);
    }
    return at;
  }

  /// @param utf8 has the text from `from` on
  int add(byte[] utf8, int from, int length) {
    int at = room(length);
    System.arraycopy(utf8, from, chunks[used - 1], end, length);
    end += length;
    return at;
  }

  /// Writes the length; the bytes come to `end`.
  private int room(int length) {
    if (end + 5L + length > CHUNK) {
      if (used == 1 << (Integer.SIZE - CHUNK_BITS)) {
        throw new IllegalStateException("More than 4 GB of identifiers in one graph");
      }
      if (used == chunks.length) {
        chunks = Arrays.copyOf(chunks, used * 2);
      }
      // A text is never parted; one that is longer than a chunk has one of its own.
      chunks[used++] = new byte[Math.max(CHUNK, 5 + length)];
      end = 0;
    }
    int at = (used - 1) << CHUNK_BITS | end;
    byte[] chunk = chunks[used - 1];
    int left = length;
    while (left > 0x7F) {
      chunk[end++] = (byte) (left | 0x80);
      left >>>= 7;
    }
    chunk[end++] = (byte) left;
    return at;
  }

  String get(int at) {
    byte[] chunk = chunks[at >>> CHUNK_BITS];
    long head = head(chunk, at & (CHUNK - 1));
    return new String(chunk, (int) (head >>> 32), (int) head, StandardCharsets.UTF_8);
  }

  /// Whether the text there is this one.
  boolean is(int at, String text) {
    byte[] chunk = chunks[at >>> CHUNK_BITS];
    long head = head(chunk, at & (CHUNK - 1));
    int begin = (int) (head >>> 32);
    int length = (int) head;
    if (length != text.length()) {
      // As many bytes as characters is what ASCII has, and nothing else.
      return length > text.length() && get(at).equals(text);
    }
    for (int i = 0; i < length; i++) {
      if (chunk[begin + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /// Whether the text there has these bytes in it.
  boolean contains(int at, byte[] part) {
    byte[] chunk = chunks[at >>> CHUNK_BITS];
    long head = head(chunk, at & (CHUNK - 1));
    int begin = (int) (head >>> 32);
    int last = begin + (int) head - part.length;
    for (int i = begin; i <= last; i++) {
      int same = 0;
      while (same < part.length && chunk[i + same] == part[same]) {
        same++;
      }
      if (same == part.length) {
        return true;
      }
    }
    return false;
  }

  /// The text's [String#hashCode], without making the text.
  int hash(int at) {
    byte[] chunk = chunks[at >>> CHUNK_BITS];
    long head = head(chunk, at & (CHUNK - 1));
    int begin = (int) (head >>> 32);
    int hash = 0;
    for (int i = begin; i < begin + (int) head; i++) {
      if (chunk[i] < 0) {
        return get(at).hashCode();
      }
      hash = 31 * hash + chunk[i];
    }
    return hash;
  }

  /// Where the bytes begin, above how many they are.
  private static long head(byte[] chunk, int at) {
    int length = 0;
    int shift = 0;
    int next = at;
    while (chunk[next] < 0) {
      length |= (chunk[next++] & 0x7F) << shift;
      shift += 7;
    }
    length |= chunk[next++] << shift;
    return (long) next << 32 | length;
  }

  /// The texts there are now: what is added later does not show.
  Texts shared() {
    var same = new Texts();
    same.chunks = chunks;
    same.used = used;
    same.end = CHUNK;
    return same;
  }

  long memoryBytes() {
    return (long) used * CHUNK;
  }
}
