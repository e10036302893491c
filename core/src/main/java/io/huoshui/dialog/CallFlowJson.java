package io.huoshui.dialog;

import io.huoshui.dialog.CallFlow.Branch;
import io.huoshui.dialog.CallFlow.Ending;
import io.huoshui.dialog.CallFlow.Global;
import io.huoshui.dialog.CallFlow.Intent;
import io.huoshui.dialog.CallFlow.Level;
import io.huoshui.dialog.CallFlow.Limits;
import io.huoshui.dialog.CallFlow.Line;
import io.huoshui.dialog.CallFlow.Next;
import io.huoshui.dialog.CallFlow.Node;
import io.huoshui.dialog.CallFlow.When;
import io.huoshui.json.Json;
import io.huoshui.json.Place;
import io.huoshui.json.UnreadableException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Call flows as JSON (YAML says the same):
///
/// ```
/// flow: wake_up
/// title: 老客唤醒
/// start: opening
/// nodes:
///   - id: opening
///     lines: [{id: o1, say: "您好,请问是{name|您本人}吗?", bargeIn: false}]
///     listen:
///       slot: {name: people, kind: number, least: 1, most: 20}
///       on: [{intent: yes, to: offer}, {key: "1", to: offer}, {told: "", to: offer}, {any: true, to: bye}]
///   - {id: check, lines: [{id: c1, say: 好的。}], go: offer}
///   - {id: human, lines: [{id: h1, say: 我帮您转接}], transfer: {queue: care, failed: bye, end: {outcome: transferred, level: A}}}
///   - {id: bye, lines: [{id: b1, say: 再见}], end: {outcome: agreed, level: A, tags: [想买]}}
/// globals: [{intent: complaint, to: sorry}, {intent: who_are_you, answer: {id: g1, say: 我是活水的小水}}]
/// intents: [{name: yes, title: 同意, keywords: [好的], patterns: ["^行"], examples: [可以啊, …]}]
/// silence: {id: s1, say: 您好,听得到吗?}
/// miss: {id: m1, say: 不好意思,没听清}
/// endings: {machine: {…}, silent: {…}, lost: {…}, tooLong: {…}, hungUp: {…}}
/// limits: {turns: 20, silences: 2, misses: 2, lineCharacters: 120, margin: 0.15}
/// ```
public final class CallFlowJson {
  private CallFlowJson() {}

  /// @throws UnreadableException naming the path, what was found and what is allowed
  public static CallFlow read(Json json) {
    var at = new Place(json, "flow");
    at.only(
        "flow", "title", "start", "nodes", "intents", "globals", "silence", "miss", "endings",
        "limits");
    var nodes = new ArrayList<Node>();
    for (Place node : at.get("nodes").list()) {
      nodes.add(node(node));
    }
    var intents = new ArrayList<Intent>();
    for (Place intent : at.get("intents").list()) {
      intents.add(intent(intent));
    }
    var globals = new ArrayList<Global>();
    for (Place global : at.get("globals").list()) {
      globals.add(global(global));
    }
    Place endings = at.get("endings");
    if (!endings.absent()) {
      endings.only("machine", "silent", "lost", "tooLong", "hungUp");
    }
    return new CallFlow(
        at.get("flow").text(),
        at.get("title").text(at.get("flow").text()),
        at.get("start").text(),
        nodes,
        intents,
        globals,
        at.get("silence").absent()
            ? new Line("silence", "您好,请问听得到吗?", true)
            : line(at.get("silence")),
        at.get("miss").absent()
            ? new Line("miss", "不好意思,我没有听清,您可以再说一遍吗?", true)
            : line(at.get("miss")),
        ending(endings, "machine", new Ending("voicemail", Level.E, List.of(), false)),
        ending(endings, "silent", new Ending("silent", Level.E, List.of(), false)),
        ending(endings, "lost", new Ending("not_understood", Level.E, List.of(), false)),
        ending(endings, "tooLong", new Ending("too_long", Level.C, List.of(), false)),
        ending(endings, "hungUp", new Ending("hung_up", Level.D, List.of(), false)),
        limits(at.get("limits")));
  }

  private static Node node(Place at) {
    at.only("id", "lines", "listen", "go", "end", "transfer");
    var lines = new ArrayList<Line>();
    for (Place line : at.get("lines").list()) {
      lines.add(line(line));
    }
    var nexts = new ArrayList<Next>();
    if (!at.get("listen").absent()) {
      nexts.add(listen(at.get("listen")));
    }
    if (!at.get("go").absent()) {
      nexts.add(new Next.Go(at.get("go").text()));
    }
    if (!at.get("end").absent()) {
      nexts.add(new Next.End(ending(at.get("end"))));
    }
    if (!at.get("transfer").absent()) {
      Place to = at.get("transfer");
      to.only("queue", "end", "failed");
      nexts.add(
          new Next.Transfer(
              to.get("queue").text(), ending(to.get("end")), to.get("failed").text()));
    }
    if (nexts.size() != 1) {
      throw new UnreadableException(
          at.at(), nexts.size() + " of listen, go, end, transfer", "exactly one of them");
    }
    return new Node(at.get("id").text(), lines, nexts.getFirst());
  }

  private static Next.Listen listen(Place at) {
    at.only("slot", "on");
    var branches = new ArrayList<Branch>();
    for (Place branch : at.get("on").list()) {
      branch.only("intent", "key", "told", "any", "to");
      branches.add(new Branch(when(branch), branch.get("to").text()));
    }
    return new Next.Listen(at.get("slot").absent() ? null : slot(at.get("slot")), branches);
  }

  private static When when(Place at) {
    if (!at.get("intent").absent()) {
      return new When.Meant(at.get("intent").text());
    }
    if (!at.get("key").absent()) {
      return new When.Pressed(plain(at.get("key")));
    }
    if (!at.get("told").absent()) {
      return new When.Told(
          at.get("told").json() instanceof Json.Str(String text) ? text : plain(at.get("told")));
    }
    if (flag(at.get("any"), false)) {
      return new When.Anything();
    }
    throw at.refused("one of intent, key, told, any: true");
  }

  private static Slot slot(Place at) {
    at.only("name", "kind", "least", "most", "choices");
    String wire =
        at.get("kind")
            .oneOf(Stream.of(Slot.Kind.values()).map(Slot.Kind::wire).toArray(String[]::new));
    Slot.Kind kind =
        Stream.of(Slot.Kind.values())
            .filter(one -> one.wire().equals(wire))
            .findFirst()
            .orElseThrow();
    var choices = new ArrayList<Slot.Choice>();
    for (Place choice : at.get("choices").list()) {
      choice.only("value", "words");
      choices.add(new Slot.Choice(choice.get("value").text(), texts(choice.get("words"))));
    }
    boolean digits = kind == Slot.Kind.DIGITS;
    return new Slot(
        at.get("name").text(),
        kind,
        whole(at.get("least"), digits ? 1 : 0),
        whole(at.get("most"), digits ? 18 : 999_999_999),
        choices);
  }

  private static Intent intent(Place at) {
    at.only("name", "title", "keywords", "patterns", "examples");
    return new Intent(
        at.get("name").text(),
        at.get("title").text(at.get("name").text()),
        texts(at.get("keywords")),
        texts(at.get("patterns")),
        texts(at.get("examples")));
  }

  private static Global global(Place at) {
    at.only("intent", "answer", "to");
    boolean answers = !at.get("answer").absent();
    if (answers == !at.get("to").absent()) {
      throw at.refused("either an answer or to");
    }
    return new Global(
        at.get("intent").text(),
        answers ? line(at.get("answer")) : null,
        answers ? "" : at.get("to").text());
  }

  private static Line line(Place at) {
    at.only("id", "say", "bargeIn");
    return new Line(at.get("id").text(), at.get("say").text(), flag(at.get("bargeIn"), true));
  }

  private static Ending ending(Place endings, String which, Ending usual) {
    return endings.absent() || endings.get(which).absent() ? usual : ending(endings.get(which));
  }

  private static Ending ending(Place at) {
    at.only("outcome", "level", "tags", "suppress");
    String level =
        at.get("level").oneOf(Stream.of(Level.values()).map(Enum::name).toArray(String[]::new));
    return new Ending(
        at.get("outcome").text(),
        Level.valueOf(level),
        texts(at.get("tags")),
        flag(at.get("suppress"), false));
  }

  private static Limits limits(Place at) {
    if (at.absent()) {
      return Limits.USUAL;
    }
    at.only("turns", "silences", "misses", "lineCharacters", "margin");
    Limits usual = Limits.USUAL;
    return new Limits(
        (int) whole(at.get("turns"), usual.turns()),
        (int) whole(at.get("silences"), usual.silences()),
        (int) whole(at.get("misses"), usual.misses()),
        (int) whole(at.get("lineCharacters"), usual.lineCharacters()),
        at.get("margin").absent() ? usual.margin() : share(at.get("margin")));
  }

  private static double share(Place at) {
    if (at.json() instanceof Json.Num(var number)
        && number.doubleValue() >= 0
        && number.doubleValue() < 1) {
      return number.doubleValue();
    }
    throw at.refused("a number from 0 to below 1");
  }

  private static List<String> texts(Place at) {
    return at.list().stream().map(CallFlowJson::plain).toList();
  }

  /// YAML reads `1` as a number.
  private static String plain(Place at) {
    return switch (at.json()) {
      case Json.Str(String text) when !text.isBlank() -> text;
      case Json.Num(var number) -> number.toPlainString();
      case null, default -> throw at.refused("a text that is not empty, or a number");
    };
  }

  private static long whole(Place at, long usual) {
    if (at.absent()) {
      return usual;
    }
    if (at.json() instanceof Json.Num num && num.whole() && num.number().precision() <= 15) {
      return num.number().longValueExact();
    }
    throw at.refused("a whole number");
  }

  private static boolean flag(Place at, boolean usual) {
    if (at.absent()) {
      return usual;
    }
    if (at.json() instanceof Json.Bool(boolean on)) {
      return on;
    }
    throw at.refused("true or false");
  }
}
