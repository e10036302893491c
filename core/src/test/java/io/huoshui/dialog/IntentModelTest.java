package io.huoshui.dialog;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.insight.Share;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class IntentModelTest {
  private static final List<IntentModel.Example> EXAMPLES = Listener.examples(WakeUp.FLOW);

  @Test
  void theExampleIsLargeEnoughToSaySomething() {
    var counts = new TreeMap<String, Integer>();
    EXAMPLES.forEach(example -> counts.merge(example.intent(), 1, Integer::sum));
    assertThat(counts).hasSizeGreaterThanOrEqualTo(12);
    assertThat(counts.values()).allMatch(count -> count >= 25);
  }

  /// Held-out figures beside what needs no learning. The printed table is the one in docs/calls.md.
  @Test
  void hearsMoreThanTheBaselines() {
    IntentTrial.Report majority = IntentTrial.of(EXAMPLES, IntentModelTest::majority);
    IntentTrial.Report keyword = IntentTrial.of(EXAMPLES, IntentModelTest::keywords);
    IntentTrial.Report bayes = IntentTrial.of(EXAMPLES, IntentModelTest::bayes);
    IntentTrial.Report model = IntentTrial.classifier(EXAMPLES);
    IntentTrial.Report flow = IntentTrial.of(WakeUp.FLOW);
    System.out.println("examples " + model.examples() + ", folds " + model.folds());
    show("majority", majority);
    show("keywords", keyword);
    show("naive Bayes, bigrams", bayes);
    show("this, always the likeliest", model);
    show("this with rules and margin", flow);
    model.alike().forEach(pair -> System.out.println("alike " + pair));
    assertThat(low(model)).isGreaterThan(value(majority));
    assertThat(low(model)).isGreaterThan(value(keyword));
    assertThat(value(model)).isGreaterThanOrEqualTo(value(bayes));
    // What it is sure of is right more often than what it has to guess.
    assertThat(Objects.requireNonNull(flow.sure()).value()).isGreaterThan(value(model));
  }

  private static void show(String name, IntentTrial.Report report) {
    System.out.println(
        name
            + ": accuracy "
            + report.accuracy()
            + ", answered "
            + report.answered()
            + ", of those"
            + " right "
            + report.sure());
  }

  private static double value(IntentTrial.Report report) {
    return Objects.requireNonNull(report.accuracy()).value();
  }

  private static double low(IntentTrial.Report report) {
    Share accuracy = Objects.requireNonNull(report.accuracy());
    return accuracy.low();
  }

  private static Function<String, String> majority(List<IntentModel.Example> training) {
    var counts = new TreeMap<String, Integer>();
    training.forEach(example -> counts.merge(example.intent(), 1, Integer::sum));
    String most =
        counts.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow().getKey();
    return said -> most;
  }

  /// What an author would write down: of each intent the ten pairs of characters that most of its
  /// sentences have and others have not.
  private static Function<String, String> keywords(List<IntentModel.Example> training) {
    var own = new TreeMap<String, Map<String, Integer>>();
    var everywhere = new HashMap<String, Integer>();
    for (IntentModel.Example example : training) {
      for (String gram : new HashSet<>(bigrams(example.text()))) {
        own.computeIfAbsent(example.intent(), _ -> new TreeMap<>()).merge(gram, 1, Integer::sum);
        everywhere.merge(gram, 1, Integer::sum);
      }
    }
    var words = new TreeMap<String, List<String>>();
    own.forEach(
        (intent, grams) ->
            words.put(
                intent,
                grams.entrySet().stream()
                    .sorted(
                        Comparator.comparingInt(
                            gram ->
                                everywhere.getOrDefault(gram.getKey(), 0) - 2 * gram.getValue()))
                    .limit(10)
                    .map(Map.Entry::getKey)
                    .toList()));
    return said -> {
      String best = "";
      long most = 0;
      for (Map.Entry<String, List<String>> intent : words.entrySet()) {
        List<String> grams = bigrams(said);
        long found = intent.getValue().stream().filter(grams::contains).count();
        if (found > most) {
          most = found;
          best = intent.getKey();
        }
      }
      return best;
    };
  }

  /// Multinomial, with one added to every count.
  private static Function<String, String> bayes(List<IntentModel.Example> training) {
    var counts = new TreeMap<String, Map<String, Integer>>();
    var totals = new HashMap<String, Integer>();
    var words = new HashSet<String>();
    for (IntentModel.Example example : training) {
      for (String gram : bigrams(example.text())) {
        counts.computeIfAbsent(example.intent(), _ -> new HashMap<>()).merge(gram, 1, Integer::sum);
        totals.merge(example.intent(), 1, Integer::sum);
        words.add(gram);
      }
    }
    return said -> {
      String best = "";
      double most = Double.NEGATIVE_INFINITY;
      for (Map.Entry<String, Map<String, Integer>> intent : counts.entrySet()) {
        int total = totals.getOrDefault(intent.getKey(), 0);
        double score = 0;
        for (String gram : bigrams(said)) {
          score +=
              Math.log((intent.getValue().getOrDefault(gram, 0) + 1.0) / (total + words.size()));
        }
        if (score > most) {
          most = score;
          best = intent.getKey();
        }
      }
      return best;
    };
  }

  private static List<String> bigrams(String said) {
    String text = "^" + Speech.plain(said) + "$";
    var grams = new ArrayList<String>();
    for (int i = 0; i + 2 <= text.length(); i++) {
      grams.add(text.substring(i, i + 2));
    }
    return grams;
  }

  @Test
  void trainingIsAFunctionOfTheExamples() {
    IntentModel once = IntentModel.train(EXAMPLES);
    IntentModel again = IntentModel.train(List.copyOf(EXAMPLES));
    for (String said : List.of("晚上再打", "你们是谁", "这个贵吗", "嗯")) {
      assertThat(again.guess(said)).isEqualTo(once.guess(said));
    }
  }

  @Test
  void everyCellOfTheTableIsCountedOnce() {
    IntentTrial.Report report = IntentTrial.of(WakeUp.FLOW);
    long confused = report.confused().stream().mapToLong(IntentTrial.Confused::times).sum();
    assertThat(report.right() + confused).isEqualTo(report.examples());
    assertThat(report.intents().stream().mapToLong(IntentTrial.OfIntent::examples).sum())
        .isEqualTo(report.examples());
  }

  @Test
  void twoIntentsThatAreTheSameLookAlike() {
    var examples = new ArrayList<IntentModel.Example>();
    for (int i = 0; i < 20; i++) {
      examples.add(new IntentModel.Example("a", "我想买" + (char) ('a' + i)));
      examples.add(new IntentModel.Example("b", "我想买" + (char) ('A' + i) + "了"));
      examples.add(new IntentModel.Example("c", "你是谁" + (char) ('a' + i)));
    }
    // Capitals are folded, so a and b differ by 了 alone; take it away and nothing is left.
    examples.replaceAll(
        one ->
            one.intent().equals("b")
                ? new IntentModel.Example("b", one.text().replace("了", ""))
                : one);
    IntentTrial.Report report = IntentTrial.classifier(examples);
    assertThat(report.alike()).isNotEmpty();
    assertThat(report.alike().getFirst().a()).isEqualTo("a");
    assertThat(report.alike().getFirst().b()).isEqualTo("b");
    assertThat(report.alike()).noneMatch(pair -> pair.b().equals("c"));
  }

  @Test
  void withoutExamplesThereIsNoBase() {
    IntentTrial.Report report = IntentTrial.classifier(List.of());
    assertThat(report.accuracy()).isNull();
    assertThat(report.sure()).isNull();
    assertThat(report.intents()).isEmpty();
  }

  @Test
  void saysNothingWhereItHasHeardNothingLikeIt() {
    var all = new HashSet<String>();
    WakeUp.FLOW.intents().forEach(intent -> all.add(intent.name()));
    assertThat(WakeUp.EAR.hear("qwxz vkjh", all).intent()).isNull();
    assertThat(WakeUp.EAR.hear("", all).intent()).isNull();
    assertThat(WakeUp.EAR.hear("。。。", all).intent()).isNull();
  }
}
