package io.huoshui.audience.lookalike;

import io.huoshui.event.Value;
import io.huoshui.profile.Lifecycle;
import io.huoshui.profile.Person;
import io.huoshui.profile.Timeline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Which words people's timelines have: whatever enough people have is worth a question. Words of
/// different people add up, in whatever order.
public final class Vocabulary {
  /// What is had by fewer than one in so many is not asked for.
  private static final int RARE = 200;

  private static final int FEWEST = 15;
  private static final int WORDS_PER_TRAIT = 20;

  /// A trait with more different words than this is a name, not a kind.
  private static final int NAMES = 2_000;

  /// The properties of an order whose words are kept.
  static final List<String> OF_ORDERS = List.of("channel", "store", "country", "city");

  /// What kinds of words there are.
  enum Family {
    EVENT(24),
    SOURCE(10),
    ORDER(16),
    CATEGORY(80),
    SKU(100),
    TAG(30),
    CONSENT(6);

    /// At most so many are asked for.
    final int most;

    Family(int most) {
      this.most = most;
    }
  }

  private final List<Map<String, Integer>> people = new ArrayList<>();
  private final Map<String, OfTrait> traits = new TreeMap<>();
  private final Set<String> seen = new HashSet<>();
  private int all;

  private static final class OfTrait {
    int people;
    int numbers;
    final Map<String, Integer> words = new HashMap<>();
  }

  public Vocabulary() {
    for (Family _ : Family.values()) {
      people.add(new HashMap<>());
    }
  }

  /// Learns the words of one person.
  public void add(Person person) {
    all++;
    seen.clear();
    Timeline timeline = person.timeline();
    for (int i = 0; i < timeline.size(); i++) {
      String name = timeline.name(i);
      has(Family.EVENT, name);
      has(Family.SOURCE, timeline.source(i));
      switch (name) {
        case "order_paid" -> {
          for (String key : OF_ORDERS) {
            if (timeline.property(i, key) instanceof Value.Text(String text)) {
              has(Family.ORDER, key + " = " + text);
            }
          }
        }
        case "product_purchased" -> {
          has(timeline, i, "category", Family.CATEGORY);
          has(timeline, i, "sku", Family.SKU);
        }
        case "tag_added" -> has(timeline, i, "tag", Family.TAG);
        case "consent_given", "consent_withdrawn" -> has(timeline, i, "channel", Family.CONSENT);
        default -> {}
      }
    }
    for (String key : person.traitNames()) {
      Value value = person.trait(key);
      if (value != null) {
        OfTrait trait = traits.computeIfAbsent(key, _ -> new OfTrait());
        trait.people++;
        trait.numbers += Double.isNaN(value.asNumber()) ? 0 : 1;
        if (trait.words.size() < NAMES) {
          trait.words.merge(value.shown(), 1, Integer::sum);
        }
      }
    }
  }

  private void has(Timeline timeline, int index, String key, Family family) {
    if (timeline.property(index, key) instanceof Value.Text(String text)) {
      has(family, text);
    }
  }

  private void has(Family family, String word) {
    if (seen.add(family.ordinal() + word)) {
      people.get(family.ordinal()).merge(word, 1, Integer::sum);
    }
  }

  /// Takes over the words of other people.
  public void add(Vocabulary other) {
    all += other.all;
    for (int family = 0; family < people.size(); family++) {
      Map<String, Integer> mine = people.get(family);
      other.people.get(family).forEach((word, count) -> mine.merge(word, count, Integer::sum));
    }
    other.traits.forEach(
        (key, theirs) -> {
          OfTrait mine = traits.computeIfAbsent(key, _ -> new OfTrait());
          mine.people += theirs.people;
          mine.numbers += theirs.numbers;
          theirs.words.forEach((word, count) -> mine.words.merge(word, count, Integer::sum));
        });
  }

  private int fewest() {
    return Math.max(FEWEST, all / RARE);
  }

  /// The words of a family that enough people have, the commonest first.
  List<String> words(Family family) {
    return common(people.get(family.ordinal()), family.most);
  }

  private List<String> common(Map<String, Integer> counts, int most) {
    return counts.entrySet().stream()
        .filter(entry -> entry.getValue() >= fewest())
        .sorted(
            Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(most)
        .map(Map.Entry::getKey)
        .toList();
  }

  /// A trait that is asked for.
  ///
  /// @param words its common words; empty when it is a number
  record Trait(String key, boolean number, List<String> words) {}

  List<Trait> traits() {
    var found = new ArrayList<Trait>();
    traits.forEach(
        (key, trait) -> {
          if (trait.people >= fewest()) {
            boolean number = trait.numbers == trait.people;
            List<String> words = number ? List.of() : common(trait.words, WORDS_PER_TRAIT);
            if (number || (!words.isEmpty() && trait.words.size() < NAMES)) {
              found.add(new Trait(key, number, words));
            }
          }
        });
    return found;
  }

  /// The questions worth asking of these people.
  public Features features() {
    return new Features(this);
  }

  static final List<String> LIFECYCLES =
      Arrays.stream(Lifecycle.values()).map(Lifecycle::wire).toList();
}
