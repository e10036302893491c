package io.huoshui.bench;

import io.huoshui.engine.Entry;
import io.huoshui.engine.Replica;
import io.huoshui.engine.rehearsal.People;
import io.huoshui.engine.rehearsal.Script;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.sandbox.brand.Brand;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongConsumer;

/// The synthetic brand as people of a rehearsal.
public final class BrandPeople implements People {
  private static final int BATCH = 20_000;
  private static final long DAY_MS = 24 * 3_600_000L;

  /// How much of what they do is made at once.
  private static final long STRETCH_MS = 10 * DAY_MS;

  private final Brand brand;
  private final Script.Brand settings;
  private final LongConsumer made;
  private List<Event> plan = new ArrayList<>();
  private int next;
  private long plannedToMs;

  /// @param made is told now and then how many people there are
  public BrandPeople(Script.Brand settings, LongConsumer made) {
    this.settings = settings;
    this.made = made;
    this.brand =
        new Brand(
            new Brand.Settings(settings.seed(), settings.people(), settings.start(), "ww-brand"));
    this.plannedToMs = settings.start().toEpochMilli();
  }

  @Override
  public Replica open() {
    Replica replica = Replica.empty(settings.zone(), settings.start(), "https://b.example");
    long startMs = settings.start().toEpochMilli();
    var batch = new ArrayList<Event>(BATCH + 200);
    for (long person = 0; person < settings.people(); person++) {
      brand.history(person, batch::add);
      if (batch.size() >= BATCH || person == settings.people() - 1) {
        replica.apply(new Entry.Events(startMs, batch));
        batch.clear();
        made.accept(person + 1);
      }
    }
    return replica;
  }

  @Override
  public List<Event> until(long toMs) {
    var events = new ArrayList<Event>();
    while (true) {
      while (next < plan.size() && plan.get(next).time().toEpochMilli() <= toMs) {
        events.add(plan.get(next++));
      }
      if (plannedToMs > toMs) {
        return events;
      }
      stretch();
    }
  }

  private void stretch() {
    long toMs = plannedToMs + STRETCH_MS;
    plan = new ArrayList<>();
    next = 0;
    for (long person = 0; person < settings.people(); person++) {
      brand.between(person, plannedToMs, toMs, plan::add);
    }
    plan.sort(java.util.Comparator.comparing(Event::time));
    plannedToMs = toMs;
  }

  private OptionalLong person(Identifier who) {
    return who.kind() == IdentifierKind.PHONE
        ? brand.ofPhone(who.value())
        : who.kind() == IdentifierKind.EXTERNAL_USERID
            ? brand.ofExternalUserid(who.value())
            : OptionalLong.empty();
  }

  @Override
  public List<Event> order(Wish wish) {
    OptionalLong person = person(wish.who());
    return person.isEmpty()
        ? List.of()
        : brand.orderBecauseOf(
            person.getAsLong(),
            wish.key(),
            wish.text(),
            wish.coupon(),
            wish.discountFen(),
            wish.atMs(),
            List.of(wish.who()));
  }

  @Override
  public double willing(Identifier who, long atMs, double silent) {
    OptionalLong person = person(who);
    return person.isPresent() && brand.alive(person.getAsLong(), atMs) ? 1 : silent;
  }

  @Override
  public String source() {
    return "brand";
  }
}
