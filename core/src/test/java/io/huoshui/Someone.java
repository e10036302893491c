package io.huoshui;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.profile.EventList;
import io.huoshui.profile.Person;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// A person of plain events.
public record Someone(
    int profile,
    EventList timeline,
    Set<IdentifierKind> kinds,
    Set<String> audiences,
    Set<Standing> standings)
    implements Person {
  private static final Identifier WHO = Identifier.of(IdentifierKind.MEMBER_NUMBER, "m");

  public static Someone who(Event... events) {
    return new Someone(
        7, EventList.of(events), Set.of(IdentifierKind.MEMBER_NUMBER), Set.of(), Set.of());
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
          switch (dice.roll(9)) {
            case 6 ->
                did(
                    "profile_updated",
                    time,
                    "birthday",
                    LocalDate.of(1950 + dice.roll(60), 1, 1).plusDays(dice.roll(366)).toString(),
                    "expires",
                    LocalDate.ofInstant(now, ZoneOffset.UTC).plusDays(dice.roll(40)).toString());
            case 7 -> did(dice.of("group_joined", "group_left"), time, "group", dice.of("a", "b"));
            case 8 ->
                did(
                    dice.of("store_visited", "checked_in"),
                    time,
                    "lat",
                    31 + dice.roll(10) / 100.0,
                    "lon",
                    121 + dice.roll(10) / 100.0);
            case 0, 1 -> did("order_paid", time, "amountFen", 100 * dice.roll(100));
            case 2 -> did("product_purchased", time, "category", dice.of("milk", "yogurt"));
            case 3 -> did("profile_updated", time, "city", dice.of("上海", "杭州"));
            case 4 ->
                dice.chance(50)
                    ? did(dice.of("tag_added", "tag_removed"), time, "tag", "vip")
                    : did("tag_added", time, "tag", dice.of("vip", "lost"), "choice", "standing");
            default -> did("page_viewed", time);
          });
    }
    return new Someone(
        profile,
        new EventList(events),
        dice.chance(50) ? Set.of(IdentifierKind.PHONE) : Set.of(),
        dice.chance(50) ? Set.of("spring") : Set.of(),
        dice.chance(50)
            ? Set.copyOf(List.of(Standing.ENTERED, dice.of(Standing.values())))
            : Set.of());
  }

  @Override
  public boolean has(IdentifierKind kind) {
    return kinds.contains(kind);
  }

  @Override
  public boolean inAudience(String audience) {
    return audiences.contains(audience);
  }

  /// By a convention of its own: a segment whose name begins with "all" has everybody.
  @Override
  public boolean inSegment(String segment, Instant now) {
    return segment.startsWith("all");
  }

  /// The standings this person has on every journey that begins with "j".
  @Override
  public boolean onJourney(String journey, Standing standing) {
    return journey.startsWith("j") && standings.contains(standing);
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
