package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Reason;
import io.huoshui.reach.Touchpoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamesTest {
  private final List<Touchpoint> messages = new ArrayList<>();
  private final Names names = new Names(messages::get);

  private void add(String key) {
    messages.add(
        new Touchpoint(
            key,
            "journey",
            1,
            "template",
            ChannelKind.SMS,
            Reason.SENT,
            Instant.EPOCH,
            "",
            "",
            "",
            0,
            Definitions.linkCode(key),
            Touchpoint.Delivery.NONE,
            List.of()));
    names.add(key, messages.size() - 1);
  }

  @Test
  void findsWhatWasNamedByKeyAndByCodeAndNothingElse() {
    for (int i = 0; i < 20_000; i++) {
      assertThat(names.ofKey("recall/1/" + i + "//first")).isEqualTo(-1);
      add("recall/1/" + i + "//first");
    }
    for (int i = 0; i < 20_000; i++) {
      assertThat(names.ofKey("recall/1/" + i + "//first")).isEqualTo(i);
      assertThat(names.ofCode(messages.get(i).code())).isSameAs(messages.get(i));
      assertThat(names.ofKey("recall/2/" + i + "//first")).isEqualTo(-1);
      assertThat(names.ofCode(Definitions.linkCode("recall/2/" + i + "//first"))).isNull();
    }
  }

  @Test
  void whoeverAsksForAnythingIsToldOfNothing() {
    add("recall/1/7//first");
    String code = messages.getFirst().code();
    for (String asked :
        List.of("", "-1", "+1", "?", "0", "活", code + "0", "0" + code, "z".repeat(40))) {
      assertThat(names.ofCode(asked)).as(asked).isNull();
    }
    // Codes are small letters, and mean nothing in large ones.
    assertThat(names.ofCode(code.toUpperCase(java.util.Locale.ROOT))).isNull();
    assertThat(names.ofCode(code)).isNotNull();
  }

  /// Links that were sent go on working: a code is what it always was.
  @Test
  void aCodeIsThirteenDigitsOfThe64BitsOfTheKey() {
    for (int i = 0; i < 5_000; i++) {
      String key = "k" + i;
      String digits = Long.toUnsignedString(Definitions.linkBits(key), 36);
      assertThat(Definitions.linkCode(key)).isEqualTo("0".repeat(13 - digits.length()) + digits);
    }
    assertThat(Definitions.linkCode("recall/1/7//first")).isEqualTo("2gv6d48vbb6jy");
  }
}
