package io.huoshui.audience.lookalike;

import io.huoshui.audience.Explanation.Language;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// The answers to a feature, put into few bins. Bin 0 is for whoever has no answer; then numbers in
/// order, or the known words and one for all others.
///
/// @param edges where the number bins after the first begin, growing
/// @param words the known words; an answer is a place among them
record Bins(Feature feature, List<Float> edges, List<String> words) {
  /// So many bins have about equally many people each; the least value may take one more.
  private static final int EQUAL = 6;

  Bins {
    edges = List.copyOf(edges);
    words = List.copyOf(words);
  }

  /// @param answers of many people; changed
  static Bins of(Feature feature, float[] answers, List<String> words) {
    if (feature.kind().unit == Feature.Unit.WORD) {
      return new Bins(feature, List.of(), words);
    }
    int known = 0;
    for (float answer : answers) {
      if (!Float.isNaN(answer)) {
        answers[known++] = answer;
      }
    }
    float[] sorted = Arrays.copyOf(answers, known);
    Arrays.sort(sorted);
    return new Bins(feature, edges(sorted), List.of());
  }

  /// Where many have the least value, most often 0, it is a bin of its own.
  private static List<Float> edges(float[] sorted) {
    if (sorted.length == 0) {
      return List.of();
    }
    var edges = new java.util.ArrayList<Float>();
    float last = sorted[0];
    int from = 0;
    while (from < sorted.length && sorted[from] == sorted[0]) {
      from++;
    }
    if (from == sorted.length) {
      return List.of();
    }
    if ((long) from * EQUAL >= sorted.length) {
      last = sorted[from];
      edges.add(last);
    } else {
      from = 0;
    }
    for (int i = 1; i < EQUAL; i++) {
      float edge = sorted[from + (int) ((long) (sorted.length - from) * i / EQUAL)];
      if (edge > last) {
        edges.add(edge);
        last = edge;
      }
    }
    return edges;
  }

  boolean ordered() {
    return feature.kind().unit != Feature.Unit.WORD;
  }

  int count() {
    return ordered() ? edges.size() + 2 : words.size() + 2;
  }

  int code(float answer) {
    if (Float.isNaN(answer)) {
      return 0;
    }
    if (!ordered()) {
      return 1 + Math.min((int) answer, words.size());
    }
    int code = 1;
    for (int i = 0; i < edges.size() && edges.get(i) <= answer; i++) {
      code++;
    }
    return code;
  }

  /// What a bin has in it, for people: `3-5`, `≥ 12.50`, `上海`.
  String said(int code, Language language) {
    boolean zh = language == Language.ZH;
    if (code == 0) {
      return zh ? "未知" : "unknown";
    }
    if (!ordered()) {
      return code <= words.size() ? words.get(code - 1) : zh ? "其他" : "other";
    }
    if (edges.isEmpty()) {
      return zh ? "已知" : "known";
    }
    if (feature.kind().unit == Feature.Unit.YES) {
      return code == 1 ? (zh ? "无" : "no") : zh ? "有" : "yes";
    }
    boolean steps =
        feature.kind().unit == Feature.Unit.COUNT || feature.kind().unit == Feature.Unit.DAYS;
    if (code == 1) {
      float end = edges.getFirst();
      return steps ? (end <= 1 ? "0" : "≤ " + number(end - 1)) : "< " + number(end);
    }
    float begin = edges.get(code - 2);
    if (code - 1 == edges.size()) {
      return "≥ " + number(begin);
    }
    float end = edges.get(code - 1);
    if (steps) {
      return end - begin <= 1 ? number(begin) : number(begin) + "-" + number(end - 1);
    }
    return number(begin) + "-" + number(end);
  }

  private String number(float value) {
    return switch (feature.kind().unit) {
      case COUNT, DAYS, YES, WORD -> String.format(Locale.ROOT, "%.0f", value);
      case MONEY -> String.format(Locale.ROOT, "%.2f", value / 100);
      case SHARE -> String.format(Locale.ROOT, "%.0f %%", value * 100);
      case NUMBER -> String.format(Locale.ROOT, value == Math.rint(value) ? "%.0f" : "%.2f", value);
    };
  }
}
