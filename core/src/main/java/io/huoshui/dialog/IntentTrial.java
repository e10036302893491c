package io.huoshui.dialog;

import io.huoshui.insight.Share;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// How well a flow understands sentences it was not trained on: k-fold, so that each example is
/// held out once. Which fold an example falls into is counted off per intent, so every fold has a
/// part of every intent, and the same examples always give the same figures.
public final class IntentTrial {
  public static final int FOLDS = 5;

  /// Below this many of either confused with the other, two intents are not called alike.
  private static final int ALIKE = 2;

  private IntentTrial() {}

  /// Something trained that hears.
  public interface Learner extends Function<List<IntentModel.Example>, Function<String, String>> {}

  /// @param heard how many examples were understood as this intent
  /// @param precision of those, how many were right; null when none was
  /// @param recall of the intent's examples, how many were understood as it; null without examples
  public record OfIntent(
      String intent,
      long examples,
      long heard,
      long right,
      @Nullable Share precision,
      @Nullable Share recall) {}

  /// @param a example of which intent
  /// @param b was heard as which
  /// @param sentences which
  public record Confused(String a, String b, long times, List<String> sentences) {
    public Confused {
      sentences = List.copyOf(sentences);
    }
  }

  /// @param accuracy of all examples, how many were understood rightly; null without examples
  /// @param answered of all, how many were understood as anything
  /// @param sure of those that were understood as anything, how many rightly
  /// @param alike pairs of intents that look alike, worst first: what an author should look at
  /// @param note what the numbers can not say
  public record Report(
      long examples,
      int folds,
      long right,
      @Nullable Share accuracy,
      @Nullable Share answered,
      @Nullable Share sure,
      List<OfIntent> intents,
      List<Confused> confused,
      List<Confused> alike,
      String note) {
    public Report {
      intents = List.copyOf(intents);
      confused = List.copyOf(confused);
      alike = List.copyOf(alike);
    }
  }

  /// The flow's own ear, rules included, over its examples.
  public static Report of(CallFlow flow) {
    var all = new java.util.HashSet<String>();
    flow.intents().forEach(intent -> all.add(intent.name()));
    return of(
        Listener.examples(flow),
        training -> {
          Ear ear = Listener.of(with(flow, training));
          return said -> {
            String intent = ear.hear(said, all).intent();
            return intent == null ? "" : intent;
          };
        });
  }

  /// The classifier alone, without margin: always the likeliest.
  public static Report classifier(List<IntentModel.Example> examples) {
    return of(
        examples,
        training -> {
          IntentModel model = IntentModel.train(training);
          return said -> {
            List<String> intents = model.guess(said).intents();
            return intents.isEmpty() ? "" : intents.getFirst();
          };
        });
  }

  private static CallFlow with(CallFlow flow, List<IntentModel.Example> examples) {
    return new CallFlow(
        flow.name(),
        flow.title(),
        flow.start(),
        flow.nodes(),
        flow.intents().stream()
            .map(
                intent ->
                    new CallFlow.Intent(
                        intent.name(),
                        intent.title(),
                        intent.keywords(),
                        intent.patterns(),
                        examples.stream()
                            .filter(one -> one.intent().equals(intent.name()))
                            .map(IntentModel.Example::text)
                            .toList()))
            .toList(),
        flow.globals(),
        flow.silence(),
        flow.miss(),
        flow.machine(),
        flow.silent(),
        flow.lost(),
        flow.tooLong(),
        flow.hungUp(),
        flow.limits());
  }

  /// @param learner trained on what is not held out; hears an intent, or empty for none
  public static Report of(List<IntentModel.Example> written, Learner learner) {
    List<IntentModel.Example> examples = distinct(written);
    var fold = new int[examples.size()];
    var counted = new TreeMap<String, Integer>();
    for (int i = 0; i < fold.length; i++) {
      fold[i] = counted.merge(examples.get(i).intent(), 1, Integer::sum) % FOLDS;
    }
    var table = new TreeMap<String, Map<String, List<String>>>();
    for (int held = 0; held < FOLDS; held++) {
      var training = new ArrayList<IntentModel.Example>();
      for (int i = 0; i < fold.length; i++) {
        if (fold[i] != held) {
          training.add(examples.get(i));
        }
      }
      Function<String, String> ear = learner.apply(training);
      for (int i = 0; i < fold.length; i++) {
        if (fold[i] == held) {
          IntentModel.Example one = examples.get(i);
          table
              .computeIfAbsent(one.intent(), _ -> new TreeMap<>())
              .computeIfAbsent(ear.apply(one.text()), _ -> new ArrayList<>())
              .add(one.text());
        }
      }
    }
    return report(examples.size(), table);
  }

  /// The same sentence in training and held out would be no test.
  private static List<IntentModel.Example> distinct(List<IntentModel.Example> examples) {
    var first = new LinkedHashMap<String, IntentModel.Example>();
    for (IntentModel.Example example : examples) {
      first.putIfAbsent(example.intent() + " " + Speech.plain(example.text()), example);
    }
    return List.copyOf(first.values());
  }

  private static Report report(int examples, Map<String, Map<String, List<String>>> table) {
    long right = 0;
    long answered = 0;
    var heard = new TreeMap<String, Long>();
    var confused = new ArrayList<Confused>();
    for (Map.Entry<String, Map<String, List<String>>> row : table.entrySet()) {
      for (Map.Entry<String, List<String>> cell : row.getValue().entrySet()) {
        long count = cell.getValue().size();
        heard.merge(cell.getKey(), count, Long::sum);
        answered += cell.getKey().isEmpty() ? 0 : count;
        if (cell.getKey().equals(row.getKey())) {
          right += count;
        } else {
          confused.add(new Confused(row.getKey(), cell.getKey(), count, cell.getValue()));
        }
      }
    }
    var intents = new ArrayList<OfIntent>();
    for (Map.Entry<String, Map<String, List<String>>> row : table.entrySet()) {
      long of = row.getValue().values().stream().mapToLong(List::size).sum();
      long good = row.getValue().getOrDefault(row.getKey(), List.of()).size();
      long said = heard.getOrDefault(row.getKey(), 0L);
      intents.add(new OfIntent(row.getKey(), of, said, good, share(good, said), share(good, of)));
    }
    confused.sort(Comparator.comparingLong(Confused::times).reversed());
    return new Report(
        examples,
        FOLDS,
        right,
        share(right, examples),
        share(answered, examples),
        share(right, answered),
        intents,
        confused,
        alike(confused),
        examples == 0
            ? "There are no examples, so nothing was held out."
            : "Sentences of one author are more alike than those of customers: on the phone it"
                + " understands fewer.");
  }

  private static List<Confused> alike(List<Confused> confused) {
    var pairs = new TreeMap<String, Confused>();
    for (Confused one : confused) {
      if (one.b().isEmpty()) {
        continue;
      }
      boolean order = one.a().compareTo(one.b()) < 0;
      String a = order ? one.a() : one.b();
      String b = order ? one.b() : one.a();
      Confused before = pairs.get(a + " " + b);
      var sentences = new ArrayList<>(before == null ? List.<String>of() : before.sentences());
      sentences.addAll(one.sentences());
      pairs.put(
          a + " " + b,
          new Confused(a, b, one.times() + (before == null ? 0 : before.times()), sentences));
    }
    return pairs.values().stream()
        .filter(pair -> pair.times() >= ALIKE)
        .sorted(Comparator.comparingLong(Confused::times).reversed())
        .toList();
  }

  private static @Nullable Share share(long of, long all) {
    return all == 0 ? null : Share.of(of, all);
  }
}
