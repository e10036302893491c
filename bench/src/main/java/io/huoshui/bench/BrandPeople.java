package io.huoshui.bench;

import io.huoshui.engine.Entry;
import io.huoshui.engine.Replica;
import io.huoshui.engine.rehearsal.People;
import io.huoshui.engine.rehearsal.Script;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.sandbox.brand.Brand;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;

/// The synthetic brand as people of a rehearsal.
public final class BrandPeople implements People {
  private static final long DAY_MS = 24 * 3_600_000L;

  /// How much of what they do of their own accord is made at once: with the history, what follows
  /// it, so that most rehearsals need one pass over everybody's life.
  private static final long STRETCH_MS = 31 * DAY_MS;

  /// People whose lives one thread makes at a time; what is made ahead is bounded.
  private static final int CHUNK = 1_000;

  private static final int AHEAD = 8;

  private final Brand brand;
  private final Script.Brand settings;
  private final long endMs;
  private final LongConsumer made;
  private List<Event> plan = new ArrayList<>();
  private int next;
  private long plannedToMs;

  /// @param days for how long they are needed
  /// @param made is told now and then how many people there are
  public BrandPeople(Script.Brand settings, int days, LongConsumer made) {
    this.settings = settings;
    this.made = made;
    this.brand =
        new Brand(
            new Brand.Settings(settings.seed(), settings.people(), settings.start(), "ww-brand"));
    this.plannedToMs = settings.start().toEpochMilli();
    this.endMs = plannedToMs + (days + 1) * DAY_MS;
  }

  @Override
  public Replica open() {
    Replica replica = Replica.empty(settings.zone(), settings.start(), "https://b.example");
    long startMs = settings.start().toEpochMilli();
    long toMs = Math.min(endMs, startMs + STRETCH_MS);
    var later = new ArrayList<Event>();
    var past = new ArrayList<Event>();
    lives(
        Long.MIN_VALUE,
        toMs,
        (events, people) -> {
          for (Event event : events) {
            (event.time().toEpochMilli() < startMs ? past : later).add(event);
          }
          replica.apply(new Entry.Events(startMs, past));
          past.clear();
          made.accept(people);
        });
    planned(later, toMs);
    return replica;
  }

  private void planned(List<Event> events, long toMs) {
    events.sort(Comparator.comparing(Event::time));
    plan = events;
    next = 0;
    plannedToMs = toMs;
  }

  private interface Receiver {
    /// @param people how many of them are through
    void take(List<Event> events, long people);
  }

  /// Everybody's events of a time, person by person in order, made by several threads.
  private void lives(long fromMs, long toMs, Receiver receiver) {
    int threads = Runtime.getRuntime().availableProcessors();
    var making = new ArrayDeque<Future<List<Event>>>();
    try (ExecutorService makers =
        Executors.newFixedThreadPool(
            threads, Thread.ofPlatform().name("brand-", 1).daemon().factory())) {
      long begun = 0;
      long taken = 0;
      while (taken < settings.people()) {
        for (; begun < settings.people() && making.size() < AHEAD; begun += CHUNK) {
          long first = begun;
          making.add(makers.submit(() -> chunk(first, fromMs, toMs)));
        }
        List<Event> events = making.remove().get();
        taken = Math.min(settings.people(), taken + CHUNK);
        receiver.take(events, taken);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the brand was made", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private List<Event> chunk(long first, long fromMs, long toMs) {
    var events = new ArrayList<Event>(CHUNK * 20);
    for (long person = first; person < Math.min(first + CHUNK, settings.people()); person++) {
      brand.between(person, fromMs, toMs, events::add);
    }
    return events;
  }

  @Override
  public List<Event> until(long toMs) {
    var events = new ArrayList<Event>();
    while (true) {
      while (next < plan.size() && plan.get(next).time().toEpochMilli() <= toMs) {
        events.add(plan.get(next));
        next++;
      }
      if (plannedToMs > toMs) {
        return events;
      }
      long stretchMs = Math.max(plannedToMs + DAY_MS, Math.min(endMs, plannedToMs + STRETCH_MS));
      var more = new ArrayList<Event>();
      lives(plannedToMs, stretchMs, (some, _) -> more.addAll(some));
      planned(more, stretchMs);
    }
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
