package io.huoshui.guide;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Divides whole fen by weights so that nothing is lost: largest remainders first, of equal ones
/// the earlier part.
final class Apportion {
  private Apportion() {}

  /// @param fen not negative
  /// @param weights none negative, not all zero
  /// @return as many as there are weights; they add up to `fen`, and none is more than a fen away
  ///   from its exact share
  static List<Long> of(long fen, List<Long> weights) {
    BigInteger all = BigInteger.ZERO;
    for (long weight : weights) {
      if (weight < 0) {
        throw new IllegalArgumentException("A weight is not negative, got " + weight);
      }
      all = all.add(BigInteger.valueOf(weight));
    }
    if (all.signum() == 0 || fen < 0) {
      throw new IllegalArgumentException(fen + " fen by " + weights + " can not be divided");
    }
    var parts = new ArrayList<Long>(weights.size());
    var remainders = new ArrayList<BigInteger>(weights.size());
    var order = new ArrayList<Integer>(weights.size());
    long given = 0;
    for (int i = 0; i < weights.size(); i++) {
      BigInteger[] share =
          BigInteger.valueOf(fen)
              .multiply(BigInteger.valueOf(weights.get(i)))
              .divideAndRemainder(all);
      parts.add(share[0].longValueExact());
      remainders.add(share[1]);
      order.add(i);
      given += parts.get(i);
    }
    order.sort(Comparator.<Integer, BigInteger>comparing(remainders::get).reversed());
    for (int i = 0; given < fen; i++, given++) {
      int part = order.get(i);
      parts.set(part, parts.get(part) + 1);
    }
    return List.copyOf(parts);
  }
}
