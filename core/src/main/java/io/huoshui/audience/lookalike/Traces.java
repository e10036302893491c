package io.huoshui.audience.lookalike;

import io.huoshui.audience.Moment;
import io.huoshui.audience.lookalike.Vocabulary.Family;
import io.huoshui.event.Value;
import io.huoshui.profile.Calendar;
import io.huoshui.profile.Lifecycle;
import io.huoshui.profile.Person;
import io.huoshui.profile.Timeline;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What one timeline answers to all features, found in one walk along it. Moved from person to
/// person; not thread-safe. Nothing that comes after the moment counts.
public final class Traces {
  private static final int[] WINDOWS = {30, 90, 365};
  private static final int HOUR_MS = 3_600_000;

  private final Features features;
  private final Calendar calendar;
  private final Lifecycle.Bounds lifecycle;
  private final long nowMs;
  private final int today;
  private final long[] since = new long[WINDOWS.length];

  // Of the features, in their order: where in what was counted each finds its answer.
  private final int[] place;

  // Of one person.
  private int orders;
  private double paid;
  private double paid90;
  private double discount;
  private int lines;
  private int givenBack;
  private int weekend;
  private long lastOrderMs;
  private int gaps;
  private double gapDays;
  private double gapSquares;
  private final int[] bands = new int[Features.BANDS.size()];
  private final int[][] did;
  private final int[] sources;
  private final int[] ordered;
  private final int[] categories;
  private final int[] skus;
  private final boolean[] tagged;

  /// Per tag the choice it was put on by, last.
  private final @Nullable Value[] choices;

  private final Person.Consent[] consents;
  private final @Nullable Value[] traits;
  private final Set<String> someSkus = new HashSet<>();
  private final Set<String> someCategories = new HashSet<>();

  Traces(Features features, Moment moment) {
    this.features = features;
    this.calendar = new Calendar(moment.zone());
    this.lifecycle = moment.lifecycle();
    this.nowMs = moment.now().toEpochMilli();
    this.today = calendar.day(nowMs);
    for (int i = 0; i < WINDOWS.length; i++) {
      since[i] = calendar.start(today - WINDOWS[i]);
    }
    this.did = new int[WINDOWS.length][features.places(Family.EVENT).size()];
    this.sources = new int[features.places(Family.SOURCE).size()];
    this.ordered = new int[features.places(Family.ORDER).size()];
    this.categories = new int[features.places(Family.CATEGORY).size()];
    this.skus = new int[features.places(Family.SKU).size()];
    this.tagged = new boolean[features.places(Family.TAG).size()];
    this.choices = new @Nullable Value[tagged.length];
    this.consents = new Person.Consent[features.places(Family.CONSENT).size()];
    this.traits = new @Nullable Value[features.traits().size()];
    this.place = new int[features.size()];
    for (int i = 0; i < place.length; i++) {
      place[i] = place(features.get(i));
    }
  }

  private int place(Feature feature) {
    return switch (feature.kind()) {
      case HOURS -> Features.BANDS.indexOf(feature.word());
      case ORDERED_WITH -> of(Family.ORDER, feature);
      case FROM_SOURCE -> of(Family.SOURCE, feature);
      case DID_30, DID_90, DID_365 -> of(Family.EVENT, feature);
      case BOUGHT_CATEGORY -> of(Family.CATEGORY, feature);
      case BOUGHT_SKU -> of(Family.SKU, feature);
      case TAGGED -> of(Family.TAG, feature);
      case CONSENTED -> of(Family.CONSENT, feature);
      case TRAIT, TRAIT_NUMBER -> {
        int found = 0;
        while (!features.traits().get(found).key().equals(feature.word())) {
          found++;
        }
        yield found;
      }
      default -> 0;
    };
  }

  private int of(Family family, Feature feature) {
    Integer found = features.places(family).get(feature.word());
    if (found == null) {
      throw new IllegalArgumentException(feature + " is about a word nobody knows");
    }
    return found;
  }

  /// @return per feature the answer; NaN where the timeline has none
  public float[] of(Timeline timeline) {
    clear();
    int end = timeline.from(nowMs + 1);
    for (int i = 0; i < end; i++) {
      see(timeline, i);
    }
    float[] answers = new float[features.size()];
    for (int i = 0; i < answers.length; i++) {
      answers[i] = (float) answer(i, timeline, end);
    }
    return answers;
  }

  private void clear() {
    orders = 0;
    paid = 0;
    paid90 = 0;
    discount = 0;
    lines = 0;
    givenBack = 0;
    weekend = 0;
    lastOrderMs = 0;
    gaps = 0;
    gapDays = 0;
    gapSquares = 0;
    Arrays.fill(bands, 0);
    for (int[] counts : did) {
      Arrays.fill(counts, 0);
    }
    Arrays.fill(sources, 0);
    Arrays.fill(ordered, 0);
    Arrays.fill(categories, 0);
    Arrays.fill(skus, 0);
    Arrays.fill(tagged, false);
    Arrays.fill(choices, null);
    Arrays.fill(consents, Person.Consent.UNKNOWN);
    Arrays.fill(traits, null);
    someSkus.clear();
    someCategories.clear();
  }

  /// A tag is put on, and with a choice the others of that choice are taken away.
  private void tagged(@Nullable Integer at, @Nullable Value choice) {
    if (choice != null) {
      for (int other = 0; other < choices.length; other++) {
        tagged[other] &= !choice.equals(choices[other]);
      }
    }
    if (at != null) {
      tagged[at] = true;
      choices[at] = choice;
    }
  }

  private void see(Timeline timeline, int i) {
    String name = timeline.name(i);
    long time = timeline.timeMs(i);
    Integer event = features.places(Family.EVENT).get(name);
    if (event != null) {
      for (int window = 0; window < WINDOWS.length; window++) {
        did[window][event] += time >= since[window] ? 1 : 0;
      }
    }
    count(sources, features.places(Family.SOURCE), timeline.source(i));
    switch (name) {
      case "order_paid" -> order(timeline, i, time);
      case "product_purchased" -> {
        lines++;
        bought(timeline.property(i, "category"), Family.CATEGORY, categories, someCategories);
        bought(timeline.property(i, "sku"), Family.SKU, skus, someSkus);
      }
      case "order_cancelled", "order_refunded", "product_returned" -> givenBack++;
      case "tag_added", "tag_removed" -> {
        if (timeline.property(i, "tag") instanceof Value.Text(String tag)
            && name.equals("tag_added")) {
          tagged(features.places(Family.TAG).get(tag), timeline.property(i, Person.CHOICE));
        } else if (timeline.property(i, "tag") instanceof Value.Text(String tag)
            && features.places(Family.TAG).get(tag) instanceof Integer at) {
          tagged[at] = false;
        }
      }
      case "consent_given", "consent_withdrawn" -> {
        if (timeline.property(i, "channel") instanceof Value.Text(String channel)
            && features.places(Family.CONSENT).get(channel) instanceof Integer at) {
          consents[at] =
              name.equals("consent_given") ? Person.Consent.GIVEN : Person.Consent.WITHDRAWN;
        }
      }
      case "profile_updated" -> {
        for (int trait = 0; trait < traits.length; trait++) {
          Value value = timeline.property(i, features.traits().get(trait).key());
          traits[trait] = value == null ? traits[trait] : value;
        }
      }
      default -> {}
    }
  }

  private static void count(int[] counts, Map<String, Integer> places, String word) {
    Integer at = places.get(word);
    if (at != null) {
      counts[at]++;
    }
  }

  private void bought(@Nullable Value value, Family family, int[] counts, Set<String> some) {
    if (value instanceof Value.Text(String word)) {
      some.add(word);
      count(counts, features.places(family), word);
    }
  }

  private void order(Timeline timeline, int i, long time) {
    long amount = timeline.whole(i, "amountFen");
    paid += amount;
    paid90 += time >= since[1] ? amount : 0;
    discount += timeline.whole(i, "discountFen");
    int day = calendar.day(time);
    // 1970-01-01 was a Thursday; 5 and 6 are Saturday and Sunday.
    weekend += Math.floorMod(day + 3, 7) >= 5 ? 1 : 0;
    bands[(int) Math.min(3, (time - calendar.start(day)) / (6 * HOUR_MS))]++;
    for (String key : Vocabulary.OF_ORDERS) {
      if (timeline.property(i, key) instanceof Value.Text(String text)) {
        count(ordered, features.places(Family.ORDER), key + " = " + text);
      }
    }
    if (orders > 0) {
      double days = (time - lastOrderMs) / (24.0 * HOUR_MS);
      gaps++;
      gapDays += days;
      gapSquares += days * days;
    }
    lastOrderMs = time;
    orders++;
  }

  private double answer(int index, Timeline timeline, int end) {
    int at = place[index];
    double gap = gaps == 0 ? Double.NaN : gapDays / gaps;
    return switch (features.get(index).kind()) {
      case RECENCY -> orders == 0 ? Double.NaN : today - calendar.day(lastOrderMs);
      case LAST_SEEN -> end == 0 ? Double.NaN : today - calendar.day(timeline.timeMs(end - 1));
      case TENURE -> end == 0 ? Double.NaN : today - calendar.day(timeline.timeMs(0));
      case ORDERS -> orders;
      case PAID -> paid;
      case PAID_90 -> paid90;
      case AVERAGE_ORDER -> ofOrders(paid);
      case GAP -> gap;
      case GAP_SPREAD ->
          gaps < 2 || gap <= 0
              ? Double.NaN
              : Math.sqrt(Math.max(0, gapSquares / gaps - gap * gap)) / gap;
      case OVERDUE -> gaps == 0 ? Double.NaN : (today - calendar.day(lastOrderMs)) / (gap + 1);
      case SKUS -> someSkus.size();
      case CATEGORIES -> someCategories.size();
      case ITEMS_PER_ORDER -> ofOrders(lines);
      case DISCOUNT_SHARE -> paid + discount <= 0 ? Double.NaN : discount / (paid + discount);
      case GIVEN_BACK -> givenBack;
      case WEEKEND -> ofOrders(weekend);
      case HOURS -> ofOrders(bands[at]);
      case ORDERED_WITH -> ofOrders(ordered[at]);
      case FROM_SOURCE -> end == 0 ? Double.NaN : (double) sources[at] / end;
      case DID_30 -> did[0][at];
      case DID_90 -> did[1][at];
      case DID_365 -> did[2][at];
      case BOUGHT_CATEGORY -> categories[at];
      case BOUGHT_SKU -> skus[at];
      case LIFECYCLE -> Lifecycle.of(timeline, nowMs, calendar, lifecycle).ordinal();
      case TRAIT_NUMBER -> traits[at] == null ? Double.NaN : number(traits[at]);
      case TRAIT -> traits[at] == null ? Double.NaN : word(index, traits[at]);
      case TAGGED -> tagged[at] ? 1 : 0;
      case CONSENTED ->
          consents[at] == Person.Consent.UNKNOWN
              ? Double.NaN
              : Features.CONSENTS.indexOf(consents[at].wire());
    };
  }

  private double ofOrders(double sum) {
    return orders == 0 ? Double.NaN : sum / orders;
  }

  private static double number(@Nullable Value value) {
    return value == null ? Double.NaN : value.asNumber();
  }

  /// The place of a word among those known, or after the last.
  private double word(int index, @Nullable Value value) {
    int at = value == null ? -1 : features.words(index).indexOf(value.shown());
    return at < 0 ? features.words(index).size() : at;
  }
}
