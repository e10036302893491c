package io.huoshui.dialog;

import io.huoshui.dialog.CallFlow.Branch;
import io.huoshui.dialog.CallFlow.Global;
import io.huoshui.dialog.CallFlow.Intent;
import io.huoshui.dialog.CallFlow.Line;
import io.huoshui.dialog.CallFlow.Next;
import io.huoshui.dialog.CallFlow.Node;
import io.huoshui.dialog.CallFlow.When;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Looks at a call flow as a careful colleague would before it rings at anybody's.
public final class CallFlowReview {
  private static final String NAME = "[a-z][a-z0-9_]{0,63}";
  private static final String A_NAME = "a small letter, then letters, digits, '_', at most 64";

  /// With fewer, the held-out figures say nothing, and what people say is not covered.
  public static final int FEW_EXAMPLES = 10;

  private static final int MOST_NODES = 200;
  private static final int MOST_EXAMPLES = 5_000;

  /// How long a line takes at the usual pace of a Chinese announcer: four characters a second.
  private static final int CHARACTERS_PER_SECOND = 4;

  private CallFlowReview() {}

  /// @param refuses whether it can not be published so
  /// @param at the path: `nodes[opening].listen.on[2].to`
  /// @param value what stands there
  /// @param cure what is allowed, or what to do
  public record Finding(
      boolean refuses, String code, String at, String value, String why, String cure) {}

  /// All of them, what refuses first, in the order of the flow.
  public static List<Finding> of(CallFlow flow) {
    var found = new ArrayList<Finding>();
    if (!flow.name().matches(NAME)) {
      found.add(no("bad_name", "flow", flow.name(), "It has no name to be known by.", A_NAME));
    }
    limits(flow, found);
    ids(flow, found);
    Set<String> nodes = new HashSet<>(flow.nodes().stream().map(Node::id).toList());
    Set<String> intents = new HashSet<>(flow.intents().stream().map(Intent::name).toList());
    targets(flow, nodes, intents, found);
    for (Intent intent : flow.intents()) {
      intent(intent, found);
    }
    sameExamples(flow, found);
    used(flow, found);
    for (Node node : flow.nodes()) {
      listens(node, found);
    }
    lines(flow, found);
    if (found.stream().noneMatch(Finding::refuses)) {
      ways(flow, found);
    }
    found.sort((a, b) -> Boolean.compare(b.refuses(), a.refuses()));
    return found;
  }

  private static void limits(CallFlow flow, List<Finding> found) {
    CallFlow.Limits limits = flow.limits();
    range("limits.turns", limits.turns(), 1, 100, found);
    range("limits.silences", limits.silences(), 0, 5, found);
    range("limits.misses", limits.misses(), 0, 5, found);
    range("limits.lineCharacters", limits.lineCharacters(), 10, 400, found);
    range("nodes", flow.nodes().size(), 1, MOST_NODES, found);
    long examples = flow.intents().stream().mapToLong(intent -> intent.examples().size()).sum();
    range("intents.examples", examples, 0, MOST_EXAMPLES, found);
  }

  private static void range(String at, long value, long least, long most, List<Finding> found) {
    if (value < least || value > most) {
      found.add(
          no(
              "out_of_range",
              at,
              Long.toString(value),
              "It is no sensible number.",
              least + " to " + most));
    }
  }

  private static void ids(CallFlow flow, List<Finding> found) {
    twice("nodes", flow.nodes().stream().map(Node::id).toList(), found);
    twice("intents", flow.intents().stream().map(Intent::name).toList(), found);
    twice("globals", flow.globals().stream().map(Global::intent).toList(), found);
    twice("lines", flow.lines().stream().map(Line::id).toList(), found);
  }

  private static void twice(String where, List<String> ids, List<Finding> found) {
    var seen = new HashSet<String>();
    for (String id : ids) {
      if (!id.matches("[A-Za-z][A-Za-z0-9_]{0,63}")) {
        found.add(
            no("bad_id", where + "[" + id + "]", id, "It can not be kept under this.", A_NAME));
      }
      if (!seen.add(id)) {
        found.add(no("twice", where + "[" + id + "]", id, "Two have this id.", "an id of its own"));
      }
    }
  }

  private static void targets(
      CallFlow flow, Set<String> nodes, Set<String> intents, List<Finding> found) {
    target("start", flow.start(), nodes, found);
    for (Node node : flow.nodes()) {
      String at = "nodes[" + node.id() + "]";
      switch (node.next()) {
        case Next.Go(String to) -> target(at + ".go", to, nodes, found);
        case Next.Transfer(String _, CallFlow.Ending _, String failed) ->
            target(at + ".transfer.failed", failed, nodes, found);
        case Next.End _ -> {}
        case Next.Listen(Slot slot, List<Branch> branches) -> {
          for (int i = 0; i < branches.size(); i++) {
            String here = at + ".listen.on[" + i + "]";
            Branch branch = branches.get(i);
            target(here + ".to", branch.to(), nodes, found);
            switch (branch.when()) {
              case When.Meant(String intent) -> known(here + ".intent", intent, intents, found);
              case When.Told(String value) -> told(here + ".told", value, slot, found);
              case When.Pressed(String keys) -> {
                if (!keys.matches("[0-9*#]{1,18}")) {
                  found.add(
                      no("bad_keys", here + ".key", keys, "No phone has it.", "0 to 9, *, #"));
                }
              }
              case When.Anything() -> {
                if (i < branches.size() - 1) {
                  found.add(
                      no(
                          "never_reached",
                          here,
                          "any",
                          "The branches after it are never taken.",
                          "any as the last branch"));
                }
              }
            }
          }
        }
      }
    }
    for (Global global : flow.globals()) {
      String at = "globals[" + global.intent() + "]";
      known(at + ".intent", global.intent(), intents, found);
      if (global.answer() == null) {
        target(at + ".to", global.to(), nodes, found);
      }
    }
  }

  private static void told(String at, String value, @Nullable Slot slot, List<Finding> found) {
    if (slot == null) {
      found.add(
          no("no_slot", at, value, "The node asks for nothing that could be told.", "a slot"));
    } else if (!value.isEmpty()
        && slot.kind() == Slot.Kind.CHOICE
        && slot.choices().stream().noneMatch(choice -> choice.value().equals(value))) {
      found.add(
          no(
              "unknown_value",
              at,
              value,
              "It would never be told.",
              String.join(", ", slot.choices().stream().map(Slot.Choice::value).toList())));
    }
  }

  private static void target(String at, String to, Set<String> nodes, List<Finding> found) {
    if (!nodes.contains(to)) {
      found.add(
          no(
              "unknown_node",
              at,
              to,
              "There is no such node.",
              nodes.size() <= 20
                  ? String.join(", ", nodes.stream().sorted().toList())
                  : "a node's id"));
    }
  }

  private static void known(String at, String intent, Set<String> intents, List<Finding> found) {
    if (!intents.contains(intent)) {
      found.add(
          no(
              "unknown_intent",
              at,
              intent,
              "Nothing says how people say it.",
              intents.isEmpty()
                  ? "an intent"
                  : String.join(", ", intents.stream().sorted().toList())));
    }
  }

  private static void intent(Intent intent, List<Finding> found) {
    String at = "intents[" + intent.name() + "]";
    for (int i = 0; i < intent.patterns().size(); i++) {
      try {
        var _ = Pattern.compile(intent.patterns().get(i));
      } catch (PatternSyntaxException e) {
        found.add(
            no(
                "bad_pattern",
                at + ".patterns[" + i + "]",
                intent.patterns().get(i),
                "It is no regular expression: " + e.getDescription() + ".",
                "a regular expression"));
      }
      // Backtracking without end would keep a person waiting.
      if (intent.patterns().get(i).matches(".*[+*]\\)[+*].*")) {
        found.add(
            no(
                "bad_pattern",
                at + ".patterns[" + i + "]",
                intent.patterns().get(i),
                "A repetition within a repetition may take for ever.",
                "one repetition"));
      }
    }
    if (intent.keywords().isEmpty() && intent.patterns().isEmpty() && intent.examples().isEmpty()) {
      found.add(
          no(
              "nothing_to_hear",
              at,
              "",
              "It can never be heard.",
              "keywords, patterns or examples"));
    } else if (!intent.examples().isEmpty() && intent.examples().size() < FEW_EXAMPLES) {
      found.add(
          odd(
              "few_examples",
              at + ".examples",
              Integer.toString(intent.examples().size()),
              "So few sentences do not show how people say it.",
              "at least " + FEW_EXAMPLES));
    }
    for (String keyword : intent.keywords()) {
      if (Speech.plain(keyword).length() < 2) {
        found.add(
            odd(
                "short_keyword",
                at + ".keywords",
                keyword,
                "One character is part of many words that mean something else.",
                "two characters or more, or examples"));
      }
    }
  }

  private static void sameExamples(CallFlow flow, List<Finding> found) {
    Map<String, String> first = new HashMap<>();
    for (Intent intent : flow.intents()) {
      for (String example : intent.examples()) {
        String before = first.putIfAbsent(Speech.plain(example), intent.name());
        if (before != null && !before.equals(intent.name())) {
          found.add(
              no(
                  "same_example",
                  "intents[" + intent.name() + "].examples",
                  example,
                  "It is an example of '" + before + "', too: nobody can tell them apart.",
                  "keep it in one of them"));
        }
      }
    }
  }

  private static void used(CallFlow flow, List<Finding> found) {
    var used = new HashSet<String>();
    flow.globals().forEach(global -> used.add(global.intent()));
    for (Node node : flow.nodes()) {
      if (node.next() instanceof Next.Listen(Slot _, List<Branch> branches)) {
        branches.forEach(
            branch -> {
              if (branch.when() instanceof When.Meant(String intent)) {
                used.add(intent);
              }
            });
      }
    }
    for (Intent intent : flow.intents()) {
      if (!used.contains(intent.name())) {
        found.add(
            odd(
                "unused_intent",
                "intents[" + intent.name() + "]",
                intent.name(),
                "It leads nowhere, and draws what people say away from what does.",
                "a branch or a global, or leave it out"));
      }
    }
    for (String wanted : List.of("no_interest", "busy", "complaint", "who_are_you")) {
      if (flow.globals().stream().noneMatch(global -> global.intent().equals(wanted))) {
        found.add(
            odd(
                "missing_global",
                "globals",
                wanted,
                "People say it at any time, and would not be understood.",
                "a global for " + wanted));
      }
    }
    boolean suppresses =
        flow.nodes().stream()
            .anyMatch(
                node ->
                    node.next() instanceof Next.End(CallFlow.Ending ending) && ending.suppress());
    if (!suppresses) {
      found.add(
          no(
              "no_way_out",
              "nodes",
              "",
              "Nobody could ask not to be called again.",
              "an end with suppress: true, and a way to it"));
    }
  }

  private static void listens(Node node, List<Finding> found) {
    String at = "nodes[" + node.id() + "]";
    if (node.lines().isEmpty() && !(node.next() instanceof Next.Go)) {
      found.add(no("says_nothing", at + ".lines", "", "The person would hear nothing.", "a line"));
    }
    if (node.next() instanceof Next.Listen(Slot slot, List<Branch> branches)) {
      if (branches.isEmpty()) {
        found.add(
            no("no_branch", at + ".listen.on", "", "Whatever is said leads nowhere.", "a branch"));
      }
      if (slot != null
          && branches.stream().noneMatch(branch -> branch.when() instanceof When.Told)) {
        found.add(
            no(
                "slot_unused",
                at + ".listen.slot",
                slot.name(),
                "What is asked for leads nowhere.",
                "a branch with told"));
      }
      if (slot != null && slot.kind() == Slot.Kind.CHOICE && slot.choices().size() < 2) {
        found.add(
            no(
                "bad_choices",
                at + ".listen.slot.choices",
                Integer.toString(slot.choices().size()),
                "There is nothing to choose from.",
                "2 or more"));
      }
      if (slot != null && slot.least() > slot.most()) {
        found.add(
            no(
                "bad_bounds",
                at + ".listen.slot",
                slot.least() + " to " + slot.most(),
                "Nothing lies between.",
                "least not above most"));
      }
    }
  }

  private static void lines(CallFlow flow, List<Finding> found) {
    int most = flow.limits().lineCharacters();
    for (Line line : flow.lines()) {
      if (line.text().length() > most) {
        found.add(
            odd(
                "line_too_long",
                "lines[" + line.id() + "]",
                line.text().length() + " characters",
                "It takes about "
                    + line.text().length() / CHARACTERS_PER_SECOND
                    + " seconds; people hang up in the middle.",
                "at most " + most + ", or two lines"));
      }
    }
    Node first = flow.node(flow.start());
    if (first != null && first.next() instanceof Next.End) {
      found.add(
          odd("monologue", "start", flow.start(), "It speaks and hangs up.", "ask something"));
    }
  }

  /// What can be reached, and from where no end can.
  private static void ways(CallFlow flow, List<Finding> found) {
    Map<String, Set<String>> ways = new LinkedHashMap<>();
    Map<String, Set<String>> silently = new HashMap<>();
    // Without the globals: whoever has to complain to get out has no way out.
    Map<String, Set<String>> onward = new HashMap<>();
    var ends = new HashSet<String>();
    var everywhere = new HashSet<String>();
    flow.globals().stream()
        .filter(global -> global.answer() == null)
        .forEach(global -> everywhere.add(global.to()));
    for (Node node : flow.nodes()) {
      Set<String> to = ways.computeIfAbsent(node.id(), _ -> new HashSet<>());
      switch (node.next()) {
        case Next.Go(String next) -> {
          to.add(next);
          silently.put(node.id(), Set.of(next));
          onward.put(node.id(), Set.of(next));
        }
        case Next.End _ -> ends.add(node.id());
        case Next.Transfer(String _, CallFlow.Ending _, String failed) -> {
          to.add(failed);
          ends.add(node.id());
        }
        case Next.Listen(Slot _, List<Branch> branches) -> {
          branches.forEach(branch -> to.add(branch.to()));
          onward.put(node.id(), Set.copyOf(to));
          to.addAll(everywhere);
        }
      }
    }
    Set<String> reached = reach(Set.of(flow.start()), ways);
    for (Node node : flow.nodes()) {
      String at = "nodes[" + node.id() + "]";
      if (!reached.contains(node.id())) {
        found.add(
            odd(
                "unreachable",
                at,
                node.id(),
                "No way leads there.",
                "a branch to it, or leave it out"));
        continue;
      }
      if (loops(node.id(), silently)) {
        found.add(
            no(
                "endless",
                at + ".go",
                node.id(),
                "The robot would speak for ever.",
                "a node on the way that listens or ends"));
      }
      if (reach(Set.of(node.id()), onward).stream().noneMatch(ends::contains)) {
        found.add(
            no(
                "no_exit",
                at,
                node.id(),
                "From here no end can be reached but by silence or too many turns.",
                "a way to an end"));
      }
    }
  }

  private static boolean loops(String from, Map<String, Set<String>> ways) {
    return reach(ways.getOrDefault(from, Set.of()), ways).contains(from);
  }

  private static Set<String> reach(Set<String> from, Map<String, Set<String>> ways) {
    var reached = new HashSet<String>(from);
    var left = new ArrayDeque<String>(from);
    while (!left.isEmpty()) {
      for (String next : ways.getOrDefault(left.remove(), Set.of())) {
        if (reached.add(next)) {
          left.add(next);
        }
      }
    }
    return reached;
  }

  private static Finding no(String code, String at, String value, String why, String cure) {
    return new Finding(true, code, at, value, why, cure);
  }

  private static Finding odd(String code, String at, String value, String why, String cure) {
    return new Finding(false, code, at, value, why, cure);
  }
}
