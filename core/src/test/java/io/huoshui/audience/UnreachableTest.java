package io.huoshui.audience;

import static io.huoshui.Someone.did;
import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.Dice;
import io.huoshui.Someone;
import io.huoshui.event.Event;
import io.huoshui.event.IdentifierKind;
import io.huoshui.profile.EventList;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Gate;
import io.huoshui.reach.Reason;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What the rules say of everybody is what the gate says of each.
class UnreachableTest {
  private static final Moment NOW =
      new Moment(Instant.parse("2026-03-05T08:00:00Z"), ZoneId.of("America/St_Johns"));

  private static Someone random(Dice dice) {
    var events = new ArrayList<Event>();
    for (int left = dice.roll(5); left > 0; left--) {
      Instant time = NOW.now().minusSeconds(1 + dice.roll(1_000));
      events.add(
          dice.chance(50)
              ? did(
                  dice.of("consent_given", "consent_withdrawn"),
                  time,
                  "channel",
                  dice.of(ChannelKind.values()).wire())
              : did(dice.of("contact_added", "contact_removed"), time));
    }
    var kinds = new HashSet<IdentifierKind>();
    for (IdentifierKind kind :
        List.of(IdentifierKind.PHONE, IdentifierKind.EXTERNAL_USERID, IdentifierKind.OPENID)) {
      if (dice.chance(70)) {
        kinds.add(kind);
      }
    }
    return new Someone(7, new EventList(events), kinds, Set.of(), Set.of());
  }

  @Test
  void theReasonsOfAChannelAreThoseOfTheGate() {
    for (ChannelKind channel : ChannelKind.values()) {
      var seen = new HashSet<Reason>();
      for (int seed = 0; seed < 2_000; seed++) {
        Someone person = random(new Dice(seed));
        Reason reason = Gate.unreachable(channel, person.has(channel.address()), person);
        var holding = EnumSet.noneOf(Reason.class);
        Unreachable.reasons(channel)
            .forEach(
                (why, rule) -> {
                  if (rule.test(person, NOW)) {
                    holding.add(why);
                  }
                });
        assertThat(holding)
            .as("%s of seed %d", channel, seed)
            .isEqualTo(reason == null ? EnumSet.noneOf(Reason.class) : EnumSet.of(reason));
        if (reason != null) {
          seen.add(reason);
        }
      }
      assertThat(Unreachable.reasons(channel).keySet()).as("all seen").isEqualTo(seen);
    }
  }
}
