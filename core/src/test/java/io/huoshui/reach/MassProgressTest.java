package io.huoshui.reach;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MassProgressTest {
  private static final Instant AT = Instant.parse("2026-03-05T04:15:00Z");

  private static Touchpoint message(
      String guide, Reason reason, Touchpoint.Stage stage, String batch, String why) {
    return new Touchpoint(
        "mass_1/1/7/1/send",
        "mass_1",
        7,
        "hi",
        ChannelKind.WECOM,
        reason,
        AT,
        "wm1",
        "Hi",
        guide,
        3,
        "c",
        new Touchpoint.Delivery(stage, batch, batch.isEmpty() ? "" : "msg" + batch, why, AT),
        List.of());
  }

  @Test
  void guidesCallsAndReasonsAreCounted() {
    var progress = new MassProgress();
    progress.add(message("li", Reason.SENT, Touchpoint.Stage.DELIVERED, "b2", ""));
    progress.add(message("li", Reason.SENT, Touchpoint.Stage.FAILED, "b2", "not_a_friend"));
    progress.add(message("wu", Reason.SENT, Touchpoint.Stage.ACCEPTED, "b10", ""));
    progress.add(message("wu", Reason.REFUSED, Touchpoint.Stage.FAILED, "b10", "fail_list: no"));
    progress.add(message("he", Reason.SENT, Touchpoint.Stage.WAITING, "", ""));
    progress.add(message("he", Reason.FREQUENCY_CAP, Touchpoint.Stage.WAITING, "", ""));
    progress.add(message("xu", Reason.SENT, Touchpoint.Stage.FAILED, "b3", "unconfirmed"));

    assertThat(progress.people()).isEqualTo(7);
    assertThat(progress.reasons())
        .isEqualTo(Map.of("sent", 5L, "refused", 1L, "frequency_cap", 1L));
    assertThat(progress.failures())
        .isEqualTo(Map.of("not_a_friend", 1L, "fail_list", 1L, "unconfirmed", 1L));
    assertThat(progress.guides())
        .extracting(each -> each.guide() + " " + each.state() + " " + each.waiting())
        .containsExactly("li confirmed 0", "wu created 1", "he waiting 1", "xu failed 0");
    assertThat(progress.calls())
        .extracting(each -> each.batch() + " " + each.taken() + " " + each.refused())
        .containsExactly("b2 2 {}", "b3 1 {}", "b10 1 {fail_list=1}");
    assertThat(progress.costFen()).isEqualTo(12);
  }
}
