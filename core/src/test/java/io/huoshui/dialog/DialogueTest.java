package io.huoshui.dialog;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.Dice;
import io.huoshui.dialog.Dialogue.Effect;
import io.huoshui.dialog.Dialogue.Heard;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class DialogueTest {
  private static final Instant NOW = Instant.parse("2026-07-15T02:00:00Z");
  private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
  private static final Dialogue DIALOGUE = new Dialogue(WakeUp.FLOW, WakeUp.EAR, ZONE);

  /// Plays a script: `words`, `!words` while the robot speaks, `...` silence, `#1` keys,
  /// `@machine`, `@hangup`, `@nobody`. Answers what the robot does.
  private static String play(Dialogue dialogue, String... heard) {
    Talk talk = Talk.of(Map.of());
    var told = new ArrayList<String>();
    var inputs = new ArrayList<String>(List.of("@answered"));
    inputs.addAll(List.of(heard));
    for (String input : inputs) {
      Dialogue.Step step = dialogue.advance(talk, of(input), NOW);
      talk = step.talk();
      told.add(
          input
              + " → "
              + String.join(" ", step.effects().stream().map(DialogueTest::shown).toList()));
    }
    Talk.End end = talk.end();
    told.add(
        end == null
            ? "goes on at " + talk.node()
            : "ended "
                + end.outcome()
                + " "
                + end.level()
                + " by "
                + end.by()
                + " at "
                + end.node()
                + "/"
                + end.line()
                + " "
                + talk.tags());
    return String.join("\n", told) + "\n";
  }

  private static Heard of(String input) {
    return switch (input) {
      case "@answered" -> new Heard.Answered();
      case "@machine" -> new Heard.Machine();
      case "@hangup" -> new Heard.HungUp("");
      case "@hangup o1" -> new Heard.HungUp("o1");
      case "@nobody" -> new Heard.NobodyThere();
      case "..." -> new Heard.Silence();
      default ->
          input.startsWith("#")
              ? new Heard.Keys(input.substring(1))
              : input.startsWith("!")
                  ? new Heard.Words(input.substring(1), true)
                  : new Heard.Words(input, false);
    };
  }

  private static String shown(Effect effect) {
    return switch (effect) {
      case Effect.Say(String line, String _, boolean _) -> line;
      case Effect.Wait(int digits) -> digits == 0 ? "(wait)" : "(wait " + digits + ")";
      case Effect.Transfer(String queue) -> "(transfer " + queue + ")";
      case Effect.HangUp() -> "(hang up)";
      case Effect.Suppress(String why) -> "(suppress " + why + ")";
    };
  }

  @Test
  void agreesAndSaysWhen() {
    assertThat(play(DIALOGUE, "可以啊", "三个人", "周六吧"))
        .isEqualTo(
            """
            @answered → o1 o2 (wait 1)
            可以啊 → p1 (wait)
            三个人 → w1 (wait)
            周六吧 → d1 (hang up)
            ended agreed A by robot at agreed_day/d1 [想买, 有日期]
            """);
  }

  @Test
  void slotsAreSaidBack() {
    Talk talk = DIALOGUE.advance(Talk.of(Map.of()), new Heard.Answered(), NOW).talk();
    talk = DIALOGUE.advance(talk, new Heard.Keys("1"), NOW).talk();
    talk = DIALOGUE.advance(talk, new Heard.Words("两个", false), NOW).talk();
    Dialogue.Step last = DIALOGUE.advance(talk, new Heard.Words("后天", false), NOW);
    assertThat(last.effects().getFirst())
        .isInstanceOfSatisfying(
            Effect.Say.class, say -> assertThat(say.text()).contains("2026-07-17"));
    assertThat(last.talk().words()).containsEntry("people", "2").containsEntry("day", "2026-07-17");
  }

  @Test
  void refusesTwice() {
    assertThat(play(DIALOGUE, "我不想要这个", "不用了谢谢"))
        .isEqualTo(
            """
            @answered → o1 o2 (wait 1)
            我不想要这个 → h1 (wait)
            不用了谢谢 → r1 (hang up)
            ended refused D by robot at refused/r1 [没兴趣]
            """);
  }

  @Test
  void whoComplainsIsNeverCalledAgain() {
    assertThat(play(DIALOGUE, "别再打了,烦不烦"))
        .isEqualTo(
            """
            @answered → o1 o2 (wait 1)
            别再打了,烦不烦 → s1 (suppress opted_out) (hang up)
            ended opted_out F by robot at sorry/s1 [投诉]
            """);
  }

  @Test
  void asksWhoItIsAndHearsTheQuestionAgain() {
    assertThat(play(DIALOGUE, "你们是哪家公司的", "可以", "@hangup"))
        .isEqualTo(
            """
            @answered → o1 o2 (wait 1)
            你们是哪家公司的 → g1 o2 (wait 1)
            可以 → p1 (wait)
            @hangup →\s
            ended hung_up D by person at people/p1 []
            """);
  }

  @Test
  void silenceAndNonsenseHaveAnEnd() {
    assertThat(play(DIALOGUE, "...", "...", "..."))
        .isEqualTo(
            """
            @answered → o1 o2 (wait 1)
            ... → silence o2 (wait 1)
            ... → silence o2 (wait 1)
            ... → (hang up)
            ended silent E by robot at opening/o2 []
            """);
    assertThat(play(DIALOGUE, "qqq www", "zzz xxx", "vvv jjj"))
        .isEqualTo(
            """
            @answered → o1 o2 (wait 1)
            qqq www → miss o2 (wait 1)
            zzz xxx → miss o2 (wait 1)
            vvv jjj → (hang up)
            ended not_understood E by robot at opening/o2 []
            """);
  }

  @Test
  void interruptsOnlyWhereItMay() {
    // After opening the last line said is o2, which may be interrupted; s1 may not.
    assertThat(play(DIALOGUE, "!转人工", "!喂喂", "@nobody"))
        .isEqualTo(
            """
            @answered → o1 o2 (wait 1)
            !转人工 → m1 (transfer care)
            !喂喂 →\s
            @nobody → n1 (hang up)
            ended call_later B by robot at nobody/n1 [待回电]
            """);
    Talk talk = DIALOGUE.advance(Talk.of(Map.of()), new Heard.Answered(), NOW).talk();
    Talk cut = DIALOGUE.advance(talk, new Heard.Words("可以", true), NOW).talk();
    assertThat(cut.said().get(1).cut()).isTrue();
    assertThat(cut.said().get(0).cut()).isFalse();
  }

  @Test
  void aMachineIsNotTalkedTo() {
    assertThat(DIALOGUE.advance(Talk.of(Map.of()), new Heard.Machine(), NOW).effects())
        .containsExactly(new Effect.HangUp());
    assertThat(play(DIALOGUE, "@machine"))
        .endsWith("ended voicemail E by machine at opening/o2 []\n");
  }

  @Test
  void theLineThatWasSpokenIsTheOneTheyHungUpAt() {
    assertThat(play(DIALOGUE, "@hangup o1")).contains("at opening/o1");
  }

  @Test
  void aCoughIsNothingAndNothingIsSilence() {
    assertThat(play(DIALOGUE, "!。", "。"))
        .isEqualTo(
            """
            @answered → o1 o2 (wait 1)
            !。 →\s
            。 → silence o2 (wait 1)
            goes on at opening
            """);
  }

  @Test
  void keysThatLeadNowhereAreNotUnderstood() {
    assertThat(play(DIALOGUE, "#9")).contains("#9 → miss o2");
    assertThat(play(DIALOGUE, "#2")).contains("ended refused D");
  }

  /// Whatever is heard, in whatever order: after so many turns it has ended, and an end is an end.
  @Test
  void everyTalkEnds() {
    var sentences = new ArrayList<String>();
    Listener.examples(WakeUp.FLOW).forEach(example -> sentences.add(example.text()));
    Dice.overSeeds(
        200,
        seed -> {
          var dice = new Dice(seed);
          Talk talk = DIALOGUE.advance(Talk.of(Map.of()), new Heard.Answered(), NOW).talk();
          int heard = 0;
          while (talk.end() == null) {
            assertThat(heard++).as("turns").isLessThanOrEqualTo(WakeUp.FLOW.limits().turns());
            Heard input =
                switch (dice.roll(6)) {
                  case 0 -> new Heard.Silence();
                  case 1 -> new Heard.Keys(Integer.toString(dice.roll(10)));
                  case 2 -> new Heard.Words("嘎嘎" + dice.roll(99), false);
                  default -> new Heard.Words(dice.of(sentences), false);
                };
            Dialogue.Step step = DIALOGUE.advance(talk, input, NOW);
            assertThat(DIALOGUE.advance(talk, input, NOW)).isEqualTo(step);
            talk = step.talk();
            // Nobody answers a human's phone here.
            if (step.effects().stream().anyMatch(effect -> effect instanceof Effect.Transfer)) {
              talk = DIALOGUE.advance(talk, new Heard.NobodyThere(), NOW).talk();
            }
          }
          assertThat(DIALOGUE.advance(talk, new Heard.Words("可以", false), NOW))
              .isEqualTo(new Dialogue.Step(talk, List.of()));
          assertThat(talk.reached()).containsAll(talk.replied());
        });
  }

  /// The most turns end a talk that neither silence nor nonsense does.
  @Test
  void whoAsksForEverIsToldGoodBye() {
    Talk talk = DIALOGUE.advance(Talk.of(Map.of()), new Heard.Answered(), NOW).talk();
    for (int i = 0; i <= WakeUp.FLOW.limits().turns(); i++) {
      talk = DIALOGUE.advance(talk, new Heard.Words("多少钱", false), NOW).talk();
    }
    assertThat(Objects.requireNonNull(talk.end()).outcome()).isEqualTo("too_long");
  }
}
