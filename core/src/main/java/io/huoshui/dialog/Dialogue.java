package io.huoshui.dialog;

import io.huoshui.dialog.CallFlow.Branch;
import io.huoshui.dialog.CallFlow.Ending;
import io.huoshui.dialog.CallFlow.Global;
import io.huoshui.dialog.CallFlow.Line;
import io.huoshui.dialog.CallFlow.Next;
import io.huoshui.dialog.CallFlow.Node;
import io.huoshui.dialog.CallFlow.When;
import io.huoshui.dialog.Talk.Said;
import io.huoshui.dialog.Talk.Who;
import io.huoshui.reach.Template;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// One flow as a machine: what was heard goes in, what is to be done comes out. Same flow, same
/// ear, same inputs: same talk, on every host.
public final class Dialogue {
  static final String SILENCE = "(silence)";

  private final CallFlow flow;
  private final Ear ear;
  private final ZoneId zone;

  /// @param zone in which days are understood
  public Dialogue(CallFlow flow, Ear ear, ZoneId zone) {
    this.flow = flow;
    this.ear = ear;
    this.zone = zone;
  }

  /// What came over the line.
  public sealed interface Heard {
    /// The call was answered by a human.
    record Answered() implements Heard {}

    /// @param during whether the robot was still speaking
    record Words(String text, boolean during) implements Heard {}

    /// Nothing, for as long as the line waits.
    record Silence() implements Heard {}

    record Keys(String digits) implements Heard {}

    /// An answering machine, a voice assistant or a recorded announcement.
    record Machine() implements Heard {}

    /// @param line what was being said; empty when nothing was
    record HungUp(String line) implements Heard {}

    /// Nobody took the call that was transferred.
    record NobodyThere() implements Heard {}
  }

  /// What the host is to do, in this order.
  public sealed interface Effect {
    record Say(String line, String text, boolean bargeIn) implements Effect {}

    /// Waits for words or keys.
    ///
    /// @param digits how many keys at most; 0 when none are asked for
    record Wait(int digits) implements Effect {}

    record Transfer(String queue) implements Effect {}

    record HangUp() implements Effect {}

    /// The person is never to be called again.
    record Suppress(String why) implements Effect {}
  }

  public record Step(Talk talk, List<Effect> effects) {
    public Step {
      effects = List.copyOf(effects);
    }
  }

  /// Advances a call by one thing that was heard. A call that has ended stays as it is.
  public Step advance(Talk talk, Heard heard, Instant now) {
    if (talk.end() != null) {
      return new Step(talk, List.of());
    }
    var run = new Run(talk, now);
    switch (heard) {
      case Heard.Answered() -> {
        if (talk.node().isEmpty()) {
          run.enter(flow.start());
        }
      }
      case Heard.Machine() -> run.end(flow.machine(), "machine", true);
      case Heard.HungUp(String line) -> run.hungUp(line);
      case Heard.NobodyThere() -> run.nobodyThere();
      case Heard.Silence() -> run.silence();
      case Heard.Keys(String digits) -> run.keys(digits);
      case Heard.Words(String text, boolean during) -> run.words(text, during);
    }
    return run.step();
  }

  /// One step being made.
  private final class Run {
    private final Instant now;
    private final List<Effect> effects = new ArrayList<>();
    private String node;
    private int turns;
    private int silences;
    private int misses;
    private final TreeMap<String, String> words;
    private final List<Said> said;
    private final List<String> tags;
    private Talk.@Nullable End end;
    private String heardLine;

    Run(Talk talk, Instant now) {
      this.now = now;
      this.node = talk.node();
      this.turns = talk.turns();
      this.silences = talk.silences();
      this.misses = talk.misses();
      this.words = new TreeMap<>(talk.words());
      this.said = new ArrayList<>(talk.said());
      this.tags = new ArrayList<>(talk.tags());
      this.heardLine = talk.lastLine();
    }

    Step step() {
      return new Step(new Talk(node, turns, silences, misses, words, said, tags, end), effects);
    }

    // ---- the robot

    void say(Line line) {
      String text = Template.fill(line.text(), words::get);
      effects.add(new Effect.Say(line.id(), text, line.bargeIn()));
      said.add(new Said(Who.ROBOT, line.id(), text, "", 0, false, now));
      heardLine = line.id();
    }

    /// Says a node's lines, and those of the nodes it leads to without waiting.
    void enter(String id) {
      var passed = new HashSet<String>();
      String at = id;
      while (true) {
        Node found = flow.node(at);
        if (found == null || !passed.add(at)) {
          throw new IllegalStateException(
              "Flow '" + flow.name() + "' leads to '" + at + "' from '" + node + "'");
        }
        node = at;
        silences = 0;
        misses = 0;
        found.lines().forEach(this::say);
        switch (found.next()) {
          case Next.Go(String to) -> at = to;
          case Next.Listen listen -> {
            await(listen);
            return;
          }
          case Next.End(Ending ending) -> {
            end(ending, "robot", true);
            return;
          }
          case Next.Transfer(String queue, Ending _, String _) -> {
            effects.add(new Effect.Transfer(queue));
            return;
          }
        }
      }
    }

    private void await(Next.Listen listen) {
      Slot slot = listen.slot();
      boolean digits =
          slot != null && (slot.kind() == Slot.Kind.DIGITS || slot.kind() == Slot.Kind.PHONE);
      boolean keys =
          listen.branches().stream().anyMatch(branch -> branch.when() instanceof When.Pressed);
      int most = 0;
      if (digits && slot != null) {
        most = slot.kind() == Slot.Kind.PHONE ? 11 : (int) slot.most();
      } else if (keys) {
        most = 1;
      }
      effects.add(new Effect.Wait(most));
    }

    private void again(Next.Listen listen) {
      Node here = flow.node(node);
      if (here != null && !here.lines().isEmpty()) {
        say(here.lines().getLast());
      }
      await(listen);
    }

    void end(Ending ending, String by, boolean hangUp) {
      for (String tag : ending.tags()) {
        if (!tags.contains(tag)) {
          tags.add(tag);
        }
      }
      if (ending.suppress()) {
        effects.add(new Effect.Suppress(ending.outcome()));
      }
      if (hangUp) {
        effects.add(new Effect.HangUp());
      }
      end = new Talk.End(ending.outcome(), ending.level(), by, node, heardLine, now);
    }

    // ---- the person

    private Next.@Nullable Listen listening() {
      Node here = flow.node(node);
      return here != null && here.next() instanceof Next.Listen listen ? listen : null;
    }

    private void note(String text, String intent, double confidence) {
      said.add(new Said(Who.PERSON, heardLine, text, intent, confidence, false, now));
    }

    /// @return whether the person may go on
    private boolean turn() {
      turns++;
      if (turns > flow.limits().turns()) {
        end(flow.tooLong(), "robot", true);
        return false;
      }
      return true;
    }

    void hungUp(String line) {
      if (!line.isEmpty()) {
        heardLine = line;
      }
      Node here = flow.node(node);
      // Whoever hangs up on a human, or on a good-bye, has not run away.
      if (here != null && here.next() instanceof Next.Transfer(String _, Ending ending, String _)) {
        end(ending, "human", false);
      } else {
        end(flow.hungUp(), "person", false);
      }
    }

    void nobodyThere() {
      Node here = flow.node(node);
      if (here != null && here.next() instanceof Next.Transfer(String _, Ending _, String failed)) {
        enter(failed);
      }
    }

    void silence() {
      Next.Listen listen = listening();
      if (listen == null || !turn()) {
        return;
      }
      note(SILENCE, "", 0);
      silences++;
      if (silences > flow.limits().silences()) {
        end(flow.silent(), "robot", true);
        return;
      }
      say(flow.silence());
      again(listen);
    }

    void keys(String digits) {
      Next.Listen listen = listening();
      if (listen == null || !turn()) {
        return;
      }
      note("(keys " + digits + ")", "", 1);
      for (Branch branch : listen.branches()) {
        if (branch.when() instanceof When.Pressed(String keys) && keys.equals(digits)) {
          enter(branch.to());
          return;
        }
      }
      Slot slot = listen.slot();
      String told =
          slot == null ? null : SlotReader.read(slot, digits, now.atZone(zone).toLocalDate());
      if (slot != null && told != null && told(listen, slot, told)) {
        return;
      }
      missed(listen);
    }

    void words(String text, boolean during) {
      if (Speech.plain(text).isEmpty()) {
        // A cough while the robot speaks is nothing; nothing when it waits is silence.
        if (!during) {
          silence();
        }
        return;
      }
      Next.Listen listen = listening();
      if (during && !mayInterrupt()) {
        // The robot speaks on: it is in the transcript, and nothing follows.
        note(text, "", 0);
        return;
      }
      if (listen == null || !turn()) {
        return;
      }
      if (during) {
        cut();
      }
      silences = 0;
      Ear.Heard meant = ear.hear(text, expected(listen));
      String intent = meant.intent();
      note(text, intent == null ? "" : intent, meant.confidence());
      // What a rule heard goes before a slot: "改天再打" is no day to come by. What was only guessed
      // goes after it: whoever is asked for a day and says one means it.
      Global global = global(intent);
      Slot slot = listen.slot();
      String told =
          slot == null ? null : SlotReader.read(slot, text, now.atZone(zone).toLocalDate());
      for (Branch branch : listen.branches()) {
        if (branch.when() instanceof When.Meant(String wanted) && wanted.equals(intent)) {
          enter(branch.to());
          return;
        }
      }
      boolean guessed = global == null || meant.by().equals(Listener.GUESSED);
      if (slot != null && told != null && guessed && told(listen, slot, told)) {
        return;
      }
      if (global != null) {
        everywhere(global, listen);
        return;
      }
      missed(listen);
    }

    private boolean told(Next.Listen listen, Slot slot, String value) {
      for (Branch branch : listen.branches()) {
        if (branch.when() instanceof When.Told(String wanted)
            && (wanted.isEmpty() || wanted.equals(value))) {
          words.put(slot.name(), value);
          enter(branch.to());
          return true;
        }
      }
      return false;
    }

    private void missed(Next.Listen listen) {
      for (Branch branch : listen.branches()) {
        if (branch.when() instanceof When.Anything) {
          enter(branch.to());
          return;
        }
      }
      misses++;
      if (misses > flow.limits().misses()) {
        end(flow.lost(), "robot", true);
        return;
      }
      say(flow.miss());
      again(listen);
    }

    private void everywhere(Global global, Next.Listen listen) {
      Line answer = global.answer();
      if (answer == null) {
        enter(global.to());
      } else {
        say(answer);
        again(listen);
      }
    }

    private @Nullable Global global(@Nullable String intent) {
      return flow.globals().stream()
          .filter(one -> one.intent().equals(intent))
          .findFirst()
          .orElse(null);
    }

    private boolean mayInterrupt() {
      return flow.lines().stream().anyMatch(line -> line.id().equals(heardLine) && line.bargeIn());
    }

    private void cut() {
      for (int i = said.size() - 1; i >= 0; i--) {
        Said one = said.get(i);
        if (one.who() == Who.ROBOT) {
          said.set(i, new Said(one.who(), one.line(), one.text(), "", 0, true, one.at()));
          return;
        }
      }
    }

    private Set<String> expected(Next.Listen listen) {
      var expected = new HashSet<String>();
      for (Branch branch : listen.branches()) {
        if (branch.when() instanceof When.Meant(String intent)) {
          expected.add(intent);
        }
      }
      flow.globals().forEach(one -> expected.add(one.intent()));
      return expected;
    }
  }
}
