package io.huoshui.audience;

import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Fold;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What is odd about a rule that can be read: that nobody can satisfy it, that a part of it does
/// nothing, that it asks for what the brand does not collect.
public final class Lint {
  /// What kind of oddness.
  public enum Kind {
    /// Two parts contradict each other: nobody is picked.
    ALWAYS_EMPTY,
    /// One part or the other always holds: everybody is picked.
    EVERYBODY,
    /// A part is implied by another, and can be left out.
    SUBSUMED,
    /// Nobody ever sent what it asks for.
    NO_DATA;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// @param path of the part, as in the JSON form: `rule.all[1]`
  /// @param part its text form
  /// @param other the part it is odd beside, or what was never seen
  /// @param near known names most like one that was never seen
  public record Finding(Kind kind, String path, String part, String other, List<String> near) {
    public Finding {
      near = List.copyOf(near);
    }

    public String zh() {
      return switch (kind) {
        case ALWAYS_EMPTY -> "“" + part + "” 与 “" + other + "” 互相矛盾,不会圈到任何人。";
        case EVERYBODY -> "“" + part + "” 或 “" + other + "” 总有一个成立,会圈到所有人。";
        case SUBSUMED -> "“" + part + "” 已包含在 “" + other + "” 中,可以去掉。";
        case NO_DATA ->
            "从未收到过 “"
                + other
                + "”,这一条件现在圈不到人。"
                + (near.isEmpty() ? "" : "是不是指:" + String.join("、", near) + "?");
      };
    }

    public String en() {
      return switch (kind) {
        case ALWAYS_EMPTY -> "“" + part + "” contradicts “" + other + "”: nobody is picked.";
        case EVERYBODY -> "“" + part + "” or “" + other + "” always holds: everybody is picked.";
        case SUBSUMED -> "“" + part + "” follows from “" + other + "” and can be left out.";
        case NO_DATA ->
            "Nobody ever sent “"
                + other
                + "”."
                + (near.isEmpty() ? "" : " Did you mean: " + String.join(", ", near) + "?");
      };
    }
  }

  /// What the brand has collected so far.
  public interface Collected {
    boolean event(String name);

    /// Whether an event of the name ever had the property.
    boolean property(String event, String property);

    boolean trait(String trait);

    boolean tag(String tag);

    /// Known names most like one.
    List<String> near(String what, String name);
  }

  private final Collected collected;
  private final List<Finding> findings = new ArrayList<>();

  private Lint(Collected collected) {
    this.collected = collected;
  }

  public static List<Finding> of(Condition rule, Collected collected) {
    var lint = new Lint(collected);
    lint.look(rule, "rule");
    return List.copyOf(lint.findings);
  }

  private void look(Condition rule, String path) {
    switch (rule) {
      case Condition.All(List<Condition> parts) -> parts(parts, path + ".all", true);
      case Condition.Any(List<Condition> parts) -> parts(parts, path + ".any", false);
      case Condition.Not(Condition part) -> look(part, path + ".not");
      case Condition.HasTrait(String trait, var _, var _) -> trait(rule, path, trait);
      case Condition.DateIn date -> trait(rule, path, date.trait());
      case Condition.HasTag tag -> {
        if (!collected.tag(tag.tag())) {
          none(rule, path, "tag", tag.tag());
        }
      }
      case Condition.Did did -> event(rule, path, did.event());
      case Condition.DidNot did -> event(rule, path, did.event());
      case Condition.Edge edge -> event(rule, path, edge.event());
      case Condition.EdgeValue edge -> {
        event(rule, path, edge.event());
        property(rule, path, edge.event().event(), edge.property());
      }
      case Condition.Measured measured -> folded(rule, path, measured.fold(), measured.event());
      case Condition.Top top -> folded(rule, path, top.fold(), top.event());
      case Condition.Sequence sequence -> sequence.steps().forEach(step -> event(rule, path, step));
      case Condition.Unfollowed unfollowed -> event(rule, path, unfollowed.event());
      default -> {}
    }
  }

  private void parts(List<Condition> parts, String path, boolean all) {
    for (int i = 0; i < parts.size(); i++) {
      look(parts.get(i), path + "[" + i + "]");
      for (int j = 0; j < i; j++) {
        beside(parts.get(i), path + "[" + i + "]", parts.get(j), path + "[" + j + "]", all);
      }
    }
  }

  /// @param one comes after the other
  private void beside(Condition one, String path, Condition other, String before, boolean all) {
    if (all && Implication.holds(one, new Condition.Not(other))) {
      add(Kind.ALWAYS_EMPTY, path, one, other);
    } else if (!all && Implication.holds(new Condition.Not(one), other)) {
      add(Kind.EVERYBODY, path, one, other);
    } else if (all ? Implication.holds(other, one) : Implication.holds(one, other)) {
      add(Kind.SUBSUMED, path, one, other);
    } else if (all ? Implication.holds(one, other) : Implication.holds(other, one)) {
      add(Kind.SUBSUMED, before, other, one);
    }
  }

  private void add(Kind kind, String path, Condition part, Condition other) {
    findings.add(new Finding(kind, path, RuleText.write(part), RuleText.write(other), List.of()));
  }

  private void folded(Condition rule, String path, Fold fold, EventPattern event) {
    event(rule, path, event);
    if (!fold.property().isEmpty()) {
      property(rule, path, event.event(), fold.property());
    }
  }

  private void event(Condition rule, String path, EventPattern event) {
    if (!collected.event(event.event())) {
      none(rule, path, "event", event.event());
      return;
    }
    for (EventPattern.Where where : event.where()) {
      if (!where.property().equals(EventPattern.SOURCE)) {
        property(rule, path, event.event(), where.property());
      }
    }
  }

  private void property(Condition rule, String path, String event, String property) {
    if (collected.event(event) && !collected.property(event, property)) {
      none(rule, path, "property", event + "." + property);
    }
  }

  private void trait(Condition rule, String path, String trait) {
    if (!collected.trait(trait)) {
      none(rule, path, "trait", trait);
    }
  }

  private void none(Condition rule, String path, String what, String name) {
    findings.add(
        new Finding(Kind.NO_DATA, path, RuleText.write(rule), name, collected.near(what, name)));
  }
}
