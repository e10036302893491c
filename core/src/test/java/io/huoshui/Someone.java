package io.huoshui;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.profile.EventList;
import io.huoshui.profile.Person;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// A person of plain events.
public record Someone(
    int profile, EventList timeline, Set<IdentifierKind> kinds, Set<String> audiences)
    implements Person {
  private static final Identifier WHO = Identifier.of(IdentifierKind.MEMBER_NUMBER, "m");

  public static Someone who(Event... events) {
    return new Someone(7, EventList.of(events), Set.of(IdentifierKind.MEMBER_NUMBER), Set.of());
  }

  public static Event did(String name, String time, Object... properties) {
    return did(name, Instant.parse(time), properties);
  }

  public static Event did(String name, Instant time, Object... properties) {
    return new Event(name + "@" + time, name, time, "pos", List.of(WHO), Properties.of(properties));
  }

  /// A random life of 400 days before `now`.
  public static Someone random(Dice dice, int profile, Instant now) {
    var events = new ArrayList<Event>();
    for (int left = dice.roll(14); left > 0; left--) {
      Instant time = now.minus(Duration.ofMinutes(dice.roll(dice.of(3, 30, 400) * 24 * 60)));
      events.add(
          switch (dice.roll(6)) {
            case 0, 1 -> did("order_paid", time, "amountFen", 100 * dice.roll(100));
            case 2 -> did("product_purchased", time, "category", dice.of("milk", "yogurt"));
            case 3 -> did("profile_updated", time, "city", dice.of("上海", "杭州"));
            case 4 -> did(dice.of("tag_added", "tag_removed"), time, "tag", "vip");
            default -> did("page_viewed", time);
          });
    }
    return new Someone(
        profile,
        new EventList(events),
        dice.chance(50) ? Set.of(IdentifierKind.PHONE) : Set.of(),
        dice.chance(50) ? Set.of("spring") : Set.of());
  }

  @Override
  public boolean has(IdentifierKind kind) {
    return kinds.contains(kind);
  }

  @Override
  public boolean inAudience(String audience) {
    return audiences.contains(audience);
  }

  @Override
  public List<String> traitNames() {
    var names = new TreeSet<String>();
    for (Event event : timeline.events()) {
      if (event.name().equals("profile_updated")) {
        names.addAll(event.properties().keys());
      }
    }
    return List.copyOf(names);
  }
}
