package io.huoshui.insight.experiment;

import io.huoshui.insight.experiment.Reading.Comparison;
import io.huoshui.insight.experiment.Reading.Finding;
import io.huoshui.insight.experiment.Reading.Guarded;
import io.huoshui.insight.experiment.Reading.Interval;
import io.huoshui.insight.experiment.Reading.OfGuardrail;
import io.huoshui.insight.experiment.Reading.OfMeasure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What to make of an experiment, in words.
///
/// @param variant it is about; null where it is about all of them
/// @param needed people of each variant before anything is said; null where that is not the matter,
///   or nobody knows
public record Verdict(
    Code code, @Nullable String variant, @Nullable Long needed, String zh, String en) {
  public enum Code {
    /// People were not assigned as planned: no verdict.
    SRM("srm"),
    TOO_SMALL("too_small"),
    WINNER("winner"),
    /// A guardrail got worse.
    HARMED("harmed"),
    /// Every variant is worse than the control.
    WORSE("worse"),
    UNDECIDED("undecided");

    private final String wire;

    Code(String wire) {
      this.wire = wire;
    }

    public String wire() {
      return wire;
    }
  }

  static Verdict of(
      Design design,
      Map<String, Long> people,
      @Nullable Srm srm,
      OfMeasure main,
      List<OfGuardrail> guardrails) {
    if (srm != null && srm.alarm()) {
      return new Verdict(
          Code.SRM,
          null,
          null,
          String.format(
              Locale.ROOT,
              "各组人数 %s 与计划比例不符(p < %.3f),分组被破坏,不下结论。先查人是在哪里丢的。",
              people(design, people),
              Srm.ALARM),
          String.format(
              Locale.ROOT,
              "The variants' people, %s, are not as planned (p < %.3f): no verdict. Find where"
                  + " people were lost first.",
              people(design, people),
              Srm.ALARM));
    }
    List<Comparison> compared = main.comparisons();
    List<Comparison> enough =
        compared.stream().filter(one -> one.finding(design.look()) != Finding.TOO_SMALL).toList();
    if (enough.isEmpty()) {
      return tooSmall(compared);
    }
    List<String> harmed = harmed(guardrails);
    List<Comparison> better =
        enough.stream()
            .filter(one -> one.finding(design.look()) == Finding.BETTER)
            .sorted(
                Comparator.comparingDouble(
                    (Comparison one) -> -one.decisive().difference().value()))
            .toList();
    for (Comparison one : better) {
      if (!harmed.contains(one.variant())) {
        return new Verdict(
            Code.WINNER,
            one.variant(),
            null,
            "「" + one.variant() + "」优于「" + design.control() + "」:" + shown(design, main, one, true),
            one.variant()
                + " is better than "
                + design.control()
                + ": "
                + shown(design, main, one, false));
      }
    }
    if (!harmed.isEmpty()) {
      return new Verdict(
          Code.HARMED,
          harmed.getFirst(),
          null,
          "「" + String.join("」「", harmed) + "」的护栏指标变差,不要放量。",
          "A guardrail got worse under " + String.join(", ", harmed) + ": do not roll it out.");
    }
    if (enough.stream().allMatch(one -> one.finding(design.look()) == Finding.WORSE)) {
      Comparison one = enough.getFirst();
      return new Verdict(
          Code.WORSE,
          one.variant(),
          null,
          "各组都不如「" + design.control() + "」:" + shown(design, main, one, true),
          "No variant is as good as " + design.control() + ": " + shown(design, main, one, false));
    }
    double detectable = enough.stream().mapToDouble(Comparison::detectable).max().orElse(0);
    return switch (design.look()) {
      case LAST ->
          new Verdict(
              Code.UNDECIDED,
              null,
              null,
              String.format(Locale.ROOT, "没有看出差别;这么多人能看出的最小差别约为 %.4g。", detectable),
              String.format(
                  Locale.ROOT,
                  "No difference is shown; so many people show one of about %.4g.",
                  detectable));
      case ANY ->
          new Verdict(
              Code.UNDECIDED,
              null,
              null,
              "还不能下结论,继续收集;随时可以再看。",
              "Undecided yet: let it run on, and look again whenever you like.");
    };
  }

  private static Verdict tooSmall(List<Comparison> compared) {
    Long needed = null;
    for (Comparison one : compared) {
      needed =
          one.needed() == null
              ? needed
              : Long.valueOf(Math.max(needed == null ? 0 : needed, one.needed()));
    }
    return new Verdict(
        Code.TOO_SMALL,
        null,
        needed,
        needed == null ? "样本太小,还没有可比的结果,不下结论。" : "样本太小,不下结论:每组约需 " + needed + " 人。",
        needed == null
            ? "Too few people did anything to compare: no verdict."
            : "Too few people for a verdict: each variant needs about " + needed + ".");
  }

  private static String people(Design design, Map<String, Long> people) {
    return String.join(
        ", ",
        design.variants().stream()
            .map(variant -> variant.name() + " " + people.getOrDefault(variant.name(), 0L))
            .toList());
  }

  private static List<String> harmed(List<OfGuardrail> guardrails) {
    var harmed = new ArrayList<String>();
    for (OfGuardrail guardrail : guardrails) {
      for (int i = 0; i < guardrail.verdicts().size(); i++) {
        String variant = guardrail.measure().comparisons().get(i).variant();
        if (guardrail.verdicts().get(i) == Guarded.HARMED && !harmed.contains(variant)) {
          harmed.add(variant);
        }
      }
    }
    return harmed;
  }

  /// With the bounds of the test that decided.
  private static String shown(Design design, OfMeasure main, Comparison one, boolean zh) {
    Interval difference = one.decisive().difference();
    Interval lift = one.decisive().lift();
    Reading.Sequential sequential = one.sequential();
    boolean early = design.look() == Design.Look.ANY || one.underpowered();
    String said =
        String.format(
            Locale.ROOT,
            "%s %+.4g (%.4g … %.4g)",
            main.measure().name(),
            difference.value(),
            early && sequential != null ? sequential.low() : difference.low(),
            early && sequential != null ? sequential.high() : difference.high());
    return lift == null
        ? said + (zh ? "。" : ".")
        : said
            + String.format(
                Locale.ROOT, zh ? ",即 %+.1f %%。" : ", that is %+.1f %%.", 100 * lift.value());
  }
}
