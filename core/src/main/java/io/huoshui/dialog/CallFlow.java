package io.huoshui.dialog;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// 话术流程: what a robot says on the phone, what it understands, and where the talk goes.
///
/// @param start the node that begins when the call is answered
/// @param globals what is understood in every node that listens, after the node's own branches
/// @param machine how a call ends that a machine answered
/// @param silent how it ends when nobody speaks any more
/// @param lost how it ends when nothing is understood any more
/// @param tooLong how it ends when the most turns are over
/// @param hungUp how it ends when the person hangs up before an end
public record CallFlow(
    String name,
    String title,
    String start,
    List<Node> nodes,
    List<Intent> intents,
    List<Global> globals,
    Line silence,
    Line miss,
    Ending machine,
    Ending silent,
    Ending lost,
    Ending tooLong,
    Ending hungUp,
    Limits limits) {
  public CallFlow {
    nodes = List.copyOf(nodes);
    intents = List.copyOf(intents);
    globals = List.copyOf(globals);
  }

  /// One sentence of the robot: the grain of "where do people hang up".
  ///
  /// @param id unique in the flow
  /// @param text with placeholders, as in a template: `{name|您}`; slots by their names
  /// @param bargeIn whether the person may interrupt it
  public record Line(String id, String text, boolean bargeIn) {}

  /// A place in the talk: lines are said, then something follows.
  public record Node(String id, List<Line> lines, Next next) {
    public Node {
      lines = List.copyOf(lines);
    }
  }

  /// What follows a node's lines.
  public sealed interface Next {
    /// Waits for the person.
    ///
    /// @param slot what is asked for; null when only intents count
    /// @param branches the first that fits is taken
    record Listen(@Nullable Slot slot, List<Branch> branches) implements Next {
      public Listen {
        branches = List.copyOf(branches);
      }
    }

    /// Goes on without waiting.
    record Go(String to) implements Next {}

    /// Says good-bye.
    record End(Ending ending) implements Next {}

    /// Hands the call to a human.
    ///
    /// @param queue whose
    /// @param failed where the talk goes on when nobody takes it
    record Transfer(String queue, Ending ending, String failed) implements Next {}
  }

  /// How a call ends.
  ///
  /// @param outcome what it is called in reports
  /// @param level 意向等级, A (wants it) to F (never again)
  /// @param suppress whether the person is never called again
  public record Ending(String outcome, Level level, List<String> tags, boolean suppress) {
    public Ending {
      tags = List.copyOf(tags);
    }
  }

  /// 意向等级.
  public enum Level {
    A,
    B,
    C,
    D,
    E,
    F
  }

  /// One way out of a node.
  public record Branch(When when, String to) {}

  /// What was heard.
  public sealed interface When {
    record Meant(String intent) implements When {}

    /// The slot was told.
    ///
    /// @param value only this one; empty for any
    record Told(String value) implements When {}

    record Pressed(String keys) implements When {}

    /// Whatever was said, understood or not.
    record Anything() implements When {}
  }

  /// Understood everywhere.
  ///
  /// @param answer said, after which the node's last line is said again; null when the talk goes
  ///   elsewhere
  /// @param to where; empty with an answer
  public record Global(String intent, @Nullable Line answer, String to) {}

  /// What a person may mean.
  ///
  /// @param keywords any of them, anywhere in what was said, decides at once
  /// @param patterns regular expressions that decide at once
  /// @param examples what people say, for training
  public record Intent(
      String name,
      String title,
      List<String> keywords,
      List<String> patterns,
      List<String> examples) {
    public Intent {
      keywords = List.copyOf(keywords);
      patterns = List.copyOf(patterns);
      examples = List.copyOf(examples);
    }
  }

  /// @param turns how often the person may speak, be silent or press keys
  /// @param silences how many in a row until the call ends as silent
  /// @param misses how many in a row until it ends as lost
  /// @param lineCharacters what a line may have at most, so that nobody listens to a lecture
  /// @param margin how much likelier the likeliest meaning has to be than the next
  public record Limits(int turns, int silences, int misses, int lineCharacters, double margin) {
    public static final Limits USUAL = new Limits(20, 2, 2, 120, 0.15);
  }

  public @Nullable Node node(String id) {
    return nodes.stream().filter(one -> one.id().equals(id)).findFirst().orElse(null);
  }

  public @Nullable Intent intent(String wanted) {
    return intents.stream().filter(one -> one.name().equals(wanted)).findFirst().orElse(null);
  }

  /// Every line in the order in which it is written.
  public List<Line> lines() {
    var lines = new ArrayList<Line>();
    nodes.forEach(node -> lines.addAll(node.lines()));
    globals.stream().map(Global::answer).filter(java.util.Objects::nonNull).forEach(lines::add);
    lines.add(silence);
    lines.add(miss);
    return lines;
  }
}
