package io.huoshui.insight.tree;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A drill in words.
final class Sentence {
  private static final int MOST_NAMED = 5;

  private Sentence() {}

  private static String percent(double share) {
    return Math.round(share * 100) + " %";
  }

  private static String relative(double before, double now) {
    if (before == 0) {
      return "";
    }
    double change = (now - before) / Math.abs(before) * 100;
    return (change < 0 ? "−" : "+") + Wording.format(Math.abs(change), 1) + " %";
  }

  /// What the last steps before the few came to: the last part, and all members gone into.
  private static final class Place {
    Metric metric;
    final StringBuilder members = new StringBuilder();
    double share = 1;
    double before = Double.NaN;
    double now = Double.NaN;
    Drill.Step.@Nullable Few few;

    Place(Metric root, List<Drill.Step> steps, boolean zh) {
      metric = root;
      for (Drill.Step step : steps) {
        switch (step) {
          case Drill.Step.Down down -> {
            metric = down.metric();
            share *= down.share();
            before = down.before();
            now = down.now();
          }
          case Drill.Step.Into into -> {
            members
                .append(members.isEmpty() ? "" : zh ? "、" : ", ")
                .append(zh ? into.dimension().zh() : into.dimension().en())
                .append(' ')
                .append(member(into.member(), zh));
            share *= into.share();
            before = into.before();
            now = into.now();
          }
          case Drill.Step.Few found -> few = found;
        }
      }
    }
  }

  private static String member(String member, boolean zh) {
    return member.isEmpty() ? (zh ? "(未注明)" : "(not said)") : member;
  }

  private static String named(List<String> members, boolean zh) {
    return members.stream()
            .limit(MOST_NAMED)
            .map(each -> member(each, zh))
            .collect(Collectors.joining(zh ? "、" : ", "))
        + (members.size() > MOST_NAMED ? "…" : "");
  }

  static String zh(
      Metric root,
      @Nullable Double before,
      @Nullable Double now,
      List<Drill.Step> steps,
      Drill.End end) {
    if (before == null || now == null) {
      return root.zh() + "没有可比的基数。";
    }
    if (end == Drill.End.NO_CHANGE) {
      return root.zh() + "没有变化(" + Wording.value(root, now, true) + ")。";
    }
    var place = new Place(root, steps, true);
    var out = new StringBuilder(root.zh()).append(' ').append(relative(before, now)).append('(');
    out.append(Wording.value(root, before, true))
        .append(" → ")
        .append(Wording.value(root, now, true))
        .append(")");
    Drill.Step.Few few = place.few;
    if (steps.isEmpty()) {
      return out.append(":变化是普遍的,没有哪一项突出。").toString();
    }
    out.append(':');
    boolean moved = !Double.isNaN(place.before);
    if (moved) {
      out.append(place.members)
          .append(place.members.isEmpty() ? "" : "的")
          .append(place.metric.zh());
      out.append("从 ").append(Wording.value(place.metric, place.before, true));
      out.append(place.now < place.before ? " 降到 " : " 升到 ");
      out.append(Wording.value(place.metric, place.now, true));
      out.append(",解释了其中 ").append(percent(place.share));
    }
    if (few != null) {
      out.append(moved ? ";" : "");
      out.append(few.of()).append(" 个").append(few.dimension().zh()).append("中的 ");
      out.append(few.members().size()).append(" 个解释了").append(moved ? "这部分的 " : "其中 ");
      out.append(percent(few.share())).append("(").append(named(few.members(), true)).append(")");
    }
    return out.append("。").toString();
  }

  static String en(
      Metric root,
      @Nullable Double before,
      @Nullable Double now,
      List<Drill.Step> steps,
      Drill.End end) {
    if (before == null || now == null) {
      return root.en() + " has no base to compare with.";
    }
    if (end == Drill.End.NO_CHANGE) {
      return root.en() + " did not change (" + Wording.value(root, now, false) + ").";
    }
    var place = new Place(root, steps, false);
    var out = new StringBuilder(root.en()).append(' ').append(relative(before, now)).append(" (");
    out.append(Wording.value(root, before, false))
        .append(" → ")
        .append(Wording.value(root, now, false));
    out.append(")");
    Drill.Step.Few few = place.few;
    if (steps.isEmpty()) {
      return out.append(": spread over everything, nothing stands out.").toString();
    }
    out.append(": ");
    boolean moved = !Double.isNaN(place.before);
    if (moved) {
      out.append(place.metric.en()).append(place.members.isEmpty() ? "" : " of ");
      out.append(place.members).append(place.now < place.before ? " fell" : " rose");
      out.append(" from ").append(Wording.value(place.metric, place.before, false)).append(" to ");
      out.append(Wording.value(place.metric, place.now, false));
      out.append(" and explains ").append(percent(place.share)).append(" of it");
    }
    if (few != null) {
      out.append(moved ? "; " : "").append(few.members().size()).append(" of ").append(few.of());
      out.append(' ').append(plural(few.dimension().en())).append(" explain ");
      out.append(percent(few.share())).append(moved ? " of that" : " of it");
      out.append(" (").append(named(few.members(), false)).append(")");
    }
    return out.append('.').toString();
  }

  private static String plural(String word) {
    return word.endsWith("s") ? word : word + "s";
  }
}
