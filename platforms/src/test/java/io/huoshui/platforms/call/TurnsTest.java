package io.huoshui.platforms.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.dialog.Calls;
import io.huoshui.dialog.Dialogue.Effect;
import io.huoshui.dialog.Dialogue.Heard;
import io.huoshui.dialog.Redial.Why;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private static Turns.Turn read(String action, String json) {
    return Turns.read(action, json.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whatIsHeard() {
    assertThat(read("beginSession", "{\"sessionId\":\"s\"}").heard())
        .isEqualTo(new Heard.Answered());
    assertThat(read("dialogue", "{\"sessionId\":\"s\",\"utterance\":\"好\"}").heard())
        .isEqualTo(new Heard.Words("好", false));
    assertThat(
            read("dialogue", "{\"sessionId\":\"s\",\"text\":\"好\",\"interrupted\":true}").heard())
        .isEqualTo(new Heard.Words("好", true));
    assertThat(read("dialogue", "{\"sessionId\":\"s\",\"utterance\":\" \"}").heard())
        .isEqualTo(new Heard.Silence());
    assertThat(read("dialogue", "{\"sessionId\":\"s\",\"dtmf\":\"1\"}").heard())
        .isEqualTo(new Heard.Keys("1"));
    assertThat(read("abortDialogue", "{\"sessionId\":\"s\",\"reason\":\"machine\"}").heard())
        .isEqualTo(new Heard.Machine());
    assertThat(read("endSession", "{\"sessionId\":\"s\"}").heard()).isEqualTo(new Heard.HungUp(""));
  }

  @Test
  void whatWasPassedAlongComesBack() {
    Turns.Turn turn =
        read(
            "beginSession",
            "{\"sessionId\":\"s\",\"vendorParams\":{\"calledNumber\":\"13910000000\",\"flow\":\"f\","
                + "\"reference\":\"j/1#2\",\"word_name\":\"芳\",\"other\":\"x\"}}");
    assertThat(turn.flow()).isEqualTo("f");
    assertThat(turn.reference()).isEqualTo("j/1#2");
    assertThat(turn.phone()).isEqualTo("13910000000");
    assertThat(turn.words()).isEqualTo(Map.of("name", "芳"));
  }

  @Test
  void whatCanNotBeReadIsSaid() {
    assertThatThrownBy(() -> read("dialogue", "{")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> read("dialogue", "{}")).hasMessageContaining("sessionId");
    assertThatThrownBy(() -> read("sing", "{\"sessionId\":\"s\"}")).hasMessageContaining("sing");
  }

  @Test
  void anAnswerIsOneEvent() {
    Turns.Turn turn =
        read("dialogue", "{\"sessionId\":\"s\",\"streamId\":\"t\",\"utterance\":\"好\"}");
    String answer =
        Turns.answer(
            turn,
            List.of(
                new Effect.Say("a", "好的。", true),
                new Effect.Say("b", "再见\n\"。", false),
                new Effect.Suppress("x"),
                new Effect.HangUp()),
            Instant.EPOCH);
    assertThat(answer)
        .startsWith("data: {")
        .endsWith("}\n\n")
        .contains("\"streamEnd\":true")
        .contains("\"answer\":\"好的。再见\\n\\\"。\"")
        .contains("{\"type\":\"HangUp\"}")
        .contains("\"interruptible\":false")
        .contains("\"sessionId\":\"s\"");
    // A line break in what is said would end the event.
    assertThat(answer.strip()).doesNotContain("\n");
    assertThat(
            Turns.answer(
                turn, List.of(new Effect.Transfer("care"), new Effect.Wait(4)), Instant.EPOCH))
        .contains("\"type\":\"Transfer\"")
        .contains("\"maxDigits\":4");
  }

  @Test
  void everyWordOfThePlatformIsKnown() {
    String table =
        """
        Succeeded                               | -
        SucceededFinish                         | -
        SucceededClientHangUp                   | -
        SucceededSpecialInterceptVoiceAssistant | VOICEMAIL
        NoAnswer                                | NO_ANSWER
        Busy                                    | BUSY
        NotExist                                | EMPTY_NUMBER
        EmptyNumber                             | EMPTY_NUMBER
        PoweredOff                              | OFF
        OutOfService                            | SUSPENDED
        ContactBlockList                        | BLOCKED
        PerDayCallCountLimit                    | LINE
        SomethingNew                            | LINE
        """;
    for (String line : table.strip().split("\n")) {
      String[] cells = line.split("\\|");
      List<Calls.Result> read =
          CallResults.read(
              ("{\"TaskStatus\":\""
                      + cells[0].strip()
                      + "\",\"JobId\":\"j\",\"TaskId\":\"t\",\"CallDuration\":3}")
                  .getBytes(StandardCharsets.UTF_8));
      Why why = read.getFirst().why();
      assertThat(why == null ? "-" : why.name()).as(line).isEqualTo(cells[1].strip());
    }
    assertThat(
            CallResults.read(
                "[{\"TaskStatus\":\"Executing\",\"JobId\":\"j\",\"TaskId\":\"t\"}]"
                    .getBytes(StandardCharsets.UTF_8)))
        .as("still rings")
        .isEmpty();
  }
}
