package io.huoshui.dialog;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// A flow's own ear: keywords and patterns first, for what the author is sure of, then the
/// classifier, which says nothing where two meanings are about as likely.
public final class Listener implements Ear {
  /// So much of what was said has to be something training has seen.
  private static final double LEAST_KNOWN = 0.2;

  static final String GUESSED = "classifier";

  private final CallFlow flow;
  private final IntentModel model;
  private final Map<String, List<Pattern>> patterns = new LinkedHashMap<>();

  private Listener(CallFlow flow, IntentModel model) {
    this.flow = flow;
    this.model = model;
    for (CallFlow.Intent intent : flow.intents()) {
      patterns.put(intent.name(), intent.patterns().stream().map(Pattern::compile).toList());
    }
  }

  /// Trains the flow's classifier on its examples.
  public static Listener of(CallFlow flow) {
    return new Listener(flow, IntentModel.train(examples(flow)));
  }

  static List<IntentModel.Example> examples(CallFlow flow) {
    var examples = new ArrayList<IntentModel.Example>();
    for (CallFlow.Intent intent : flow.intents()) {
      for (String text : intent.examples()) {
        examples.add(new IntentModel.Example(intent.name(), text));
      }
    }
    return examples;
  }

  @Override
  public Heard hear(String said, Set<String> expected) {
    String plain = Speech.plain(said);
    if (plain.isEmpty()) {
      return Heard.NOTHING;
    }
    // The longest keyword wins, whichever intent it belongs to: 不需要 before 需要.
    String byKeyword = null;
    int longest = 0;
    for (CallFlow.Intent intent : flow.intents()) {
      if (!expected.contains(intent.name())) {
        continue;
      }
      for (String keyword : intent.keywords()) {
        String word = Speech.plain(keyword);
        if (word.length() > longest && plain.contains(word)) {
          byKeyword = intent.name();
          longest = word.length();
        }
      }
    }
    if (byKeyword != null) {
      return new Heard(byKeyword, 1, "keyword", byKeyword);
    }
    for (Map.Entry<String, List<Pattern>> rule : patterns.entrySet()) {
      if (expected.contains(rule.getKey())
          && rule.getValue().stream().anyMatch(pattern -> pattern.matcher(plain).find())) {
        return new Heard(rule.getKey(), 1, "pattern", rule.getKey());
      }
    }
    return guess(said, expected);
  }

  /// What leads nowhere from here is still meant: it is not forced into what does.
  private Heard guess(String said, Set<String> expected) {
    IntentModel.Guess guess = model.guess(said);
    if (guess.intents().isEmpty()) {
      return Heard.NOTHING;
    }
    String best = guess.intents().getFirst();
    double likely = guess.probabilities().getFirst();
    double next = guess.probabilities().size() > 1 ? guess.probabilities().get(1) : 0;
    boolean sure = likely - next >= flow.limits().margin() && guess.known() >= LEAST_KNOWN;
    return new Heard(sure && expected.contains(best) ? best : null, likely, GUESSED, best);
  }
}
