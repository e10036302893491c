package io.huoshui.sandbox.customers;

import io.huoshui.event.Identifier;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.sandbox.draw.Dice;
import java.util.List;

/// A person of a real data set, so that they order on and react.
///
/// @param ordersPer30Days how often they order of their own accord
/// @param averageBasketFen in the smallest unit of the currency
/// @param currency ISO 4217, or empty for the brand's own
/// @param source the source their orders come from
/// @param hash made of the seed and the identifiers, so that the order of registration has no say
public record CrowdPerson(
    List<Identifier> identifiers,
    double ordersPer30Days,
    long averageBasketFen,
    String currency,
    String source,
    long hash) {
  public CrowdPerson {
    identifiers = List.copyOf(identifiers);
    if (identifiers.isEmpty()) {
      throw new IllegalArgumentException("identifiers: at least one is needed");
    }
    if (!(ordersPer30Days >= 0 && ordersPer30Days <= 1000)) {
      throw new IllegalArgumentException("ordersPer30Days: 0 to 1000, got " + ordersPer30Days);
    }
    if (averageBasketFen < 1) {
      throw new IllegalArgumentException("averageBasketFen: at least 1, got " + averageBasketFen);
    }
  }

  public static long hash(long seed, List<Identifier> identifiers) {
    long hash = seed;
    for (Identifier identifier : identifiers) {
      hash = Dice.hash(hash, identifier.kind().wire());
      hash = Dice.hash(hash, identifier.scope());
      hash = Dice.hash(hash, identifier.value());
    }
    return hash;
  }

  Properties properties(Object... keysAndValues) {
    var properties = Properties.of(keysAndValues).with("channel", Value.of(source));
    return currency.isEmpty() ? properties : properties.with("currency", Value.of(currency));
  }
}
