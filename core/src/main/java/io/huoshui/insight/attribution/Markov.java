package io.huoshui.insight.attribution;

import io.huoshui.insight.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// 移除效应: which part of the conversions would be missing without a channel (Anderl, Becker, von
/// Wangenheim and Schumann 2016). Trails are read as a chain of order one: from the start over
/// channels to a conversion or to nothing, each step as often as it was seen. A channel is taken
/// away by letting nothing come of whoever gets there. Solved exactly, as an absorbing chain: with
/// `N` the expected visits and `h` the chance to convert, whoever passes channel `c` converts with
///
/// ```
/// N[start, c] / N[c, c] · h[c]
/// ```
///
/// Counts of steps add up over people, so parts may be counted side by side.
public final class Markov {
  private static final String START = "";

  /// Steps from each state to channels; under [#CONVERTED] and [#NOTHING] to the ends.
  private final TreeMap<String, TreeMap<String, Long>> steps = new TreeMap<>();

  // No channel has such a name: a channel is a text of visible characters.
  private static final String CONVERTED = "\0converted";
  private static final String NOTHING = "\0nothing";

  /// Adds a trail that has touches.
  public void add(Trail trail) {
    String at = START;
    for (String channel : trail.channels()) {
      step(at, channel, 1);
      at = channel;
    }
    if (!trail.channels().isEmpty()) {
      step(at, trail.converted() ? CONVERTED : NOTHING, 1);
    }
  }

  private void step(String from, String to, long times) {
    steps.computeIfAbsent(from, _ -> new TreeMap<>()).merge(to, times, Long::sum);
  }

  public void add(Markov other) {
    other.steps.forEach((from, tos) -> tos.forEach((to, times) -> step(from, to, times)));
  }

  /// Per channel the part of conversions that would be missing, 0 to 1; all 0 when there was none.
  public Map<String, Double> removalEffects() {
    List<String> states = new ArrayList<>(steps.keySet());
    var effects = new TreeMap<String, Double>();
    states.stream().filter(state -> !state.isEmpty()).forEach(state -> effects.put(state, 0.0));
    int count = states.size();
    double[][] left = new double[count][count];
    double[] converts = new double[count];
    for (int i = 0; i < count; i++) {
      left[i][i] = 1;
      Map<String, Long> tos = steps.getOrDefault(states.get(i), new TreeMap<>());
      double all = tos.values().stream().mapToLong(each -> each).sum();
      for (Map.Entry<String, Long> to : tos.entrySet()) {
        int place = states.indexOf(to.getKey());
        if (place >= 0) {
          left[i][place] -= to.getValue() / all;
        } else if (to.getKey().equals(CONVERTED)) {
          converts[i] = to.getValue() / all;
        }
      }
    }
    double[][] visits = Matrix.inverse(left);
    if (visits == null || count == 0) {
      return effects;
    }
    double[] chance = new double[count];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < count; j++) {
        chance[i] += visits[i][j] * converts[j];
      }
    }
    int start = states.indexOf(START);
    for (int c = 0; c < count; c++) {
      if (c != start && chance[start] > 0) {
        double passes = visits[start][c] / visits[c][c];
        effects.put(states.get(c), Math.clamp(passes * chance[c] / chance[start], 0.0, 1.0));
      }
    }
    return effects;
  }

  /// How many trails there are that have touches.
  long started() {
    return steps.getOrDefault(START, new TreeMap<>()).values().stream()
        .mapToLong(each -> each)
        .sum();
  }
}
