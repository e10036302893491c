package io.huoshui.audience.lookalike;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.Dice;
import io.huoshui.Someone;
import io.huoshui.audience.Moment;
import io.huoshui.audience.lookalike.Feature.Kind;
import io.huoshui.event.Event;
import io.huoshui.event.Value;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Fold;
import io.huoshui.profile.Lifecycle;
import io.huoshui.profile.Person;
import io.huoshui.profile.Rfm;
import io.huoshui.profile.Window;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What one walk along a timeline answers is what the folds say that people ask one by one.
class TracesTest {
  private static final ZoneId ZONE = ZoneId.of("Asia/Kathmandu");
  private static final Instant NOW = Instant.parse("2026-03-05T08:00:00Z");

  /// A life, and something that has not happened yet.
  private static Someone someone(Dice dice, int profile) {
    var events = new ArrayList<Event>(Someone.random(dice, profile, NOW).timeline().events());
    for (int left = dice.roll(4); left > 0; left--) {
      Instant time = NOW.minus(Duration.ofHours(dice.roll(24 * 400)));
      events.add(
          Someone.did(
              dice.of("consent_given", "consent_withdrawn"),
              time,
              "channel",
              dice.of("sms", "call")));
      events.add(
          Someone.did("product_purchased", time, "sku", dice.of("a", "b"), "category", "milk"));
      events.add(Someone.did("order_paid", time, "amountFen", dice.roll(900), "discountFen", 50));
      events.add(Someone.did("profile_updated", time, "age", dice.roll(80)));
    }
    if (dice.chance(30)) {
      events.add(Someone.did("order_paid", NOW.plusSeconds(5), "amountFen", 77));
    }
    return Someone.who(events.toArray(Event[]::new));
  }

  @Test
  void answersAreThoseOfTheFolds() {
    var dice = new Dice(11);
    var people = dice.list(300, 300, () -> someone(dice, 1));
    var words = new Vocabulary();
    people.forEach(words::add);
    Features features = words.features();
    Traces traces = features.traces(new Moment(NOW, ZONE));
    var asked = new ArrayList<Kind>();
    for (Someone person : people) {
      float[] answers = traces.of(person.timeline());
      for (int f = 0; f < features.size(); f++) {
        Feature feature = features.get(f);
        asked.add(feature.kind());
        assertThat(Double.valueOf(answers[f]))
            .as("%s of %s", feature, person.timeline())
            .isEqualTo(Double.valueOf(plain(feature, features.words(f), person)));
      }
    }
    assertThat(asked)
        .contains(
            Kind.DID_30,
            Kind.BOUGHT_CATEGORY,
            Kind.BOUGHT_SKU,
            Kind.TAGGED,
            Kind.CONSENTED,
            Kind.TRAIT,
            Kind.TRAIT_NUMBER);
  }

  private static double fold(Fold fold, String event, Window window, Person person) {
    Value value = fold.over(EventPattern.of(event), person.timeline(), window, NOW, ZONE);
    return value == null ? Double.NaN : (float) value.asNumber();
  }

  private static double fold(Fold fold, String event, Person person) {
    return fold(fold, event, Window.ever(), person);
  }

  private static double where(String property, String word, Person person) {
    var of =
        EventPattern.of(
            "product_purchased",
            new EventPattern.Where(property, io.huoshui.profile.Operator.EQUAL, Value.of(word)));
    Value value = Fold.count().over(of, person.timeline(), Window.ever(), NOW, ZONE);
    return value == null ? Double.NaN : value.asNumber();
  }

  private static double plain(Feature feature, List<String> words, Person person) {
    String word = feature.word();
    Rfm rfm = Rfm.of(person.timeline(), Window.ever(), NOW, ZONE);
    double orders = fold(Fold.count(), "order_paid", person);
    return switch (feature.kind()) {
      case RECENCY -> rfm == null ? Double.NaN : rfm.recencyDays();
      case ORDERS -> orders;
      case PAID -> fold(Fold.sum("amountFen"), "order_paid", person);
      case PAID_90 -> fold(Fold.sum("amountFen"), "order_paid", Window.last("90d"), person);
      case AVERAGE_ORDER ->
          orders == 0
              ? Double.NaN
              : (float) (fold(Fold.sum("amountFen"), "order_paid", person) / orders);
      case SKUS -> fold(new Fold(Fold.Kind.DISTINCT, "sku"), "product_purchased", person);
      case CATEGORIES ->
          fold(new Fold(Fold.Kind.DISTINCT, "category"), "product_purchased", person);
      case ITEMS_PER_ORDER ->
          orders == 0
              ? Double.NaN
              : (float) (fold(Fold.count(), "product_purchased", person) / orders);
      case DID_30 -> fold(Fold.count(), word, Window.last("30d"), person);
      case DID_90 -> fold(Fold.count(), word, Window.last("90d"), person);
      case DID_365 -> fold(Fold.count(), word, Window.last("365d"), person);
      case BOUGHT_CATEGORY -> where("category", word, person);
      case BOUGHT_SKU -> where("sku", word, person);
      case LIFECYCLE ->
          Lifecycle.of(person.timeline(), NOW, ZONE, Lifecycle.Bounds.STANDARD).ordinal();
      case TRAIT_NUMBER -> {
        Value value = person.trait(word);
        yield value == null ? Double.NaN : value.asNumber();
      }
      case TRAIT -> {
        Value value = person.trait(word);
        int at = value == null ? -1 : words.indexOf(value.shown());
        yield value == null ? Double.NaN : at < 0 ? words.size() : at;
      }
      case TAGGED -> person.tagged(word) ? 1 : 0;
      case CONSENTED ->
          switch (person.consent(word)) {
            case GIVEN -> 0;
            case WITHDRAWN -> 1;
            case UNKNOWN -> Double.NaN;
          };
      default -> byHand(feature, person);
    };
  }

  /// What no fold asks, event by event.
  private static double byHand(Feature feature, Person person) {
    var times = new ArrayList<Instant>();
    var orders = new ArrayList<Instant>();
    double discount = 0;
    double paid = 0;
    for (int i = 0; i < person.timeline().size(); i++) {
      Instant time = Instant.ofEpochMilli(person.timeline().timeMs(i));
      if (time.isAfter(NOW)) {
        continue;
      }
      times.add(time);
      if (person.timeline().name(i).equals("order_paid")) {
        orders.add(time);
        paid += person.timeline().whole(i, "amountFen");
        discount += person.timeline().whole(i, "discountFen");
      }
    }
    if (times.isEmpty()) {
      return feature.kind() == Kind.GIVEN_BACK ? 0 : Double.NaN;
    }
    long today = NOW.atZone(ZONE).toLocalDate().toEpochDay();
    double none = orders.isEmpty() ? Double.NaN : 0;
    int gaps = Math.max(0, orders.size() - 1);
    double mean =
        gaps == 0
            ? Double.NaN
            : Duration.between(orders.getFirst(), orders.getLast()).toMillis()
                / 86_400_000.0
                / gaps;
    double squares = 0;
    for (int i = 0; i < gaps; i++) {
      double days = Duration.between(orders.get(i), orders.get(i + 1)).toMillis() / 86_400_000.0;
      squares += (days - mean) * (days - mean);
    }
    double found =
        switch (feature.kind()) {
          case LAST_SEEN -> today - times.getLast().atZone(ZONE).toLocalDate().toEpochDay();
          case TENURE -> today - times.getFirst().atZone(ZONE).toLocalDate().toEpochDay();
          case GAP -> mean;
          case GAP_SPREAD -> gaps < 2 || mean <= 0 ? Double.NaN : Math.sqrt(squares / gaps) / mean;
          case OVERDUE ->
              gaps == 0
                  ? Double.NaN
                  : (today - orders.getLast().atZone(ZONE).toLocalDate().toEpochDay()) / (mean + 1);
          case DISCOUNT_SHARE -> paid + discount <= 0 ? Double.NaN : discount / (paid + discount);
          case GIVEN_BACK -> 0;
          case WEEKEND ->
              none
                  + orders.stream()
                          .filter(time -> time.atZone(ZONE).getDayOfWeek().getValue() > 5)
                          .count()
                      / (double) orders.size();
          case HOURS -> {
            int band = Features.BANDS.indexOf(feature.word());
            yield none
                + orders.stream().filter(time -> time.atZone(ZONE).getHour() / 6 == band).count()
                    / (double) orders.size();
          }
          default -> throw new AssertionError("No plain answer to " + feature);
        };
    return rounded(found);
  }

  /// Sums in another order differ in their last digits.
  private static double rounded(double found) {
    return (float) found;
  }

  @Test
  void wordsAddUpInWhateverOrder() {
    Dice.overSeeds(
        20,
        seed -> {
          var dice = new Dice(seed);
          var people = dice.list(60, 90, () -> someone(dice, 1));
          var whole = new Vocabulary();
          people.forEach(whole::add);
          var one = new Vocabulary();
          var other = new Vocabulary();
          for (Someone person : dice.shuffled(people)) {
            (dice.chance(40) ? one : other).add(person);
          }
          other.add(one);
          assertThat(asked(other.features())).isEqualTo(asked(whole.features()));
        });
  }

  private static List<Feature> asked(Features features) {
    var all = new ArrayList<Feature>();
    for (int f = 0; f < features.size(); f++) {
      all.add(features.get(f));
    }
    return all;
  }
}
