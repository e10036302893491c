package io.huoshui.server.acquisition;

import io.huoshui.acquisition.LiveCode.Staffed;
import io.huoshui.acquisition.LiveState;
import io.huoshui.acquisition.Roster;
import io.huoshui.acquisition.Tally;
import java.sql.Date;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/// Places with guides, and how many each took on a day.
///
/// Whoever counts holds the row of the code and the day, asks `core`'s [Roster] and writes what it
/// said: so two people never get the same last place. The row is locked before seats of it are
/// made; a seat that is taken up locks no day.
@Repository
class SeatStore {
  private final JdbcClient sql;

  SeatStore(JdbcClient sql) {
    this.sql = sql;
  }

  /// A place with a guide.
  ///
  /// @param ticket of the card they came with; null for none
  /// @param person the code of the message whose link they followed; null for none
  /// @param sure whether who came by it is certainly who opened the page
  record Seat(
      long id,
      String code,
      String variant,
      LocalDate day,
      String guide,
      int slot,
      boolean fallback,
      Instant leaseUntil,
      String state,
      @Nullable String ticket,
      @Nullable String person,
      boolean sure) {}

  /// Who opened a page.
  ///
  /// @param name of the browser, and of the card where there is one
  record Visitor(String name, @Nullable String ticket, @Nullable String person) {}

  sealed interface Reserved {}

  /// @param again whether the visitor had it already
  record Got(Seat seat, boolean again) implements Reserved {}

  record None(Roster.Why why) implements Reserved {}

  private static Seat seat(ResultSet row, int number) throws SQLException {
    return new Seat(
        row.getLong("id"),
        row.getString("code"),
        row.getString("variant"),
        row.getDate("day").toLocalDate(),
        row.getString("guide"),
        row.getInt("slot"),
        row.getBoolean("fallback"),
        row.getTimestamp("lease_until").toInstant(),
        row.getString("state"),
        row.getString("ticket"),
        row.getString("person"),
        row.getBoolean("sure"));
  }

  private static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  /// Somebody who opened the page of a code.
  ///
  /// @param code as far as its guides can be shown
  /// @param slots free for whoever comes, by guide; none where one code of a guide is for all
  record Ask(
      Staffed code,
      String variant,
      Visitor visitor,
      Map<String, List<Integer>> slots,
      Instant now) {}

  /// The seats that visitors have, or took up within a day, by visitor.
  private Map<String, Seat> of(String code, List<String> visitors, Instant now) {
    var found = new HashMap<String, Seat>();
    sql.sql(
            """
            select distinct on (visitor) * from live_code_seat
            where code = :code and visitor in (:visitors)
              and ((state = 'held' and lease_until > :now)
                or (state = 'added' and reserved_at > :yesterday))
            order by visitor, id desc
            """)
        .param("code", code)
        .param("visitors", visitors)
        .param("now", at(now))
        .param("yesterday", at(now.minus(Duration.ofDays(1))))
        .query(
            (row, number) -> {
              found.put(row.getString("visitor"), seat(row, number));
              return number;
            })
        .list();
    return found;
  }

  private record Day(int taken, Tally tally) {}

  private Day lock(String code, LocalDate day) {
    Optional<Day> there = locked(code, day);
    if (there.isEmpty()) {
      sql.sql(
              """
              insert into live_code_day (code, day) values (:code, :day)
              on conflict (code, day) do nothing
              """)
          .param("code", code)
          .param("day", Date.valueOf(day))
          .update();
      there = locked(code, day);
    }
    return there.orElseThrow();
  }

  private Optional<Day> locked(String code, LocalDate day) {
    return sql.sql(
            "select taken, tally from live_code_day where code = :code and day = :day for update")
        .param("code", code)
        .param("day", Date.valueOf(day))
        .query((row, _) -> new Day(row.getInt("taken"), Tally.read(row.getString("tally"))))
        .optional();
  }

  /// Writes counts that were read under the lock.
  private void write(String code, LocalDate day, Day was, Tally tally) {
    write(code, day, was, tally, 0, 0);
  }

  /// As above, with how many opened the page and found everybody full; that nobody else wrote is
  /// asked once more.
  private void write(String code, LocalDate day, Day was, Tally tally, int opened, int full) {
    int rows =
        sql.sql(
                """
                update live_code_day
                set taken = :taken, tally = :tally, opened = opened + :opened, full_ = full_ + :full
                where code = :code and day = :day and taken = :seen
                """)
            .param("taken", tally.total())
            .param("tally", tally.write())
            .param("opened", opened)
            .param("full", full)
            .param("code", code)
            .param("day", Date.valueOf(day))
            .param("seen", was.taken())
            .update();
    if (rows != 1) {
      throw new IllegalStateException("Counts of " + code + " changed under their lock");
    }
  }

  private record Row(Ask ask, String guide, int slot, boolean fallback) {}

  /// Reserves places, or says why there are none, for people who opened the page of one code, in
  /// the order in which they came. The same visitor gets the same one again. Their openings are
  /// counted.
  ///
  /// @return what came of each, in their order
  @Transactional
  List<Reserved> reserve(List<Ask> asks, Duration lease, ZoneId zone) {
    String name = asks.getFirst().code().about().name();
    Instant now = asks.stream().map(Ask::now).max(Comparator.naturalOrder()).orElseThrow();
    LocalDate day = now.atZone(zone).toLocalDate();
    Day today = lock(name, day);
    Map<String, Seat> before =
        of(name, asks.stream().map(ask -> ask.visitor().name()).distinct().toList(), now);
    Tally tally = lapse(name, day, today.tally(), now);
    var reasons = new HashMap<String, Roster.Why>();
    var taken = new LinkedHashMap<String, Row>();
    var held = new HashMap<String, List<Integer>>();
    int full = 0;
    for (Ask ask : asks) {
      String visitor = ask.visitor().name();
      // The same visitor may have come twice at once.
      if (before.containsKey(visitor) || taken.containsKey(visitor)) {
        continue;
      }
      switch (Roster.at(ask.code(), tally, now, zone)) {
        case Roster.Nobody(Roster.Why why) -> {
          reasons.put(visitor, why);
          full++;
        }
        case Roster.Takes(String guide, boolean fallback, Tally after) -> {
          tally = after;
          taken.put(visitor, new Row(ask, guide, slot(name, ask, guide, held), fallback));
        }
      }
    }
    write(name, day, today, tally, asks.size(), full);
    Map<String, Seat> made = insert(name, day, List.copyOf(taken.values()), lease);
    var came = new ArrayList<Reserved>(asks.size());
    var first = new HashSet<String>();
    for (Ask ask : asks) {
      String visitor = ask.visitor().name();
      Seat own = before.getOrDefault(visitor, made.get(visitor));
      came.add(
          own == null
              ? new None(Objects.requireNonNull(reasons.get(visitor)))
              : new Got(own, before.containsKey(visitor) || !first.add(visitor)));
    }
    return came;
  }

  private Map<String, Seat> insert(String code, LocalDate day, List<Row> rows, Duration lease) {
    var made = new HashMap<String, Seat>();
    if (rows.isEmpty()) {
      return made;
    }
    sql.sql(
            """
            insert into live_code_seat (code, variant, day, guide, slot, fallback, visitor,
                   ticket, person, reserved_at, lease_until, state)
            select :code, variant, :day, guide, slot, fallback, visitor, ticket, person, reserved,
                   until, 'held'
            from unnest(cast(:variants as text[]), cast(:guides as text[]), cast(:slots as int[]),
                        cast(:fallbacks as boolean[]), cast(:visitors as text[]),
                        cast(:tickets as text[]), cast(:persons as text[]),
                        cast(:reserved as timestamptz[]), cast(:until as timestamptz[]))
              with ordinality as given(variant, guide, slot, fallback, visitor, ticket, person,
                                       reserved, until, n)
            order by n
            returning *
            """)
        .param("code", code)
        .param("day", Date.valueOf(day))
        .param("variants", texts(rows, row -> row.ask().variant()))
        .param("guides", texts(rows, Row::guide))
        .param("slots", texts(rows, row -> Integer.toString(row.slot())))
        .param("fallbacks", texts(rows, row -> Boolean.toString(row.fallback())))
        .param("visitors", texts(rows, row -> row.ask().visitor().name()))
        .param("tickets", texts(rows, row -> row.ask().visitor().ticket()))
        .param("persons", texts(rows, row -> row.ask().visitor().person()))
        .param("reserved", texts(rows, row -> row.ask().now().toString()))
        .param("until", texts(rows, row -> row.ask().now().plus(lease).toString()))
        .query(
            (row, number) -> {
              made.put(row.getString("visitor"), seat(row, number));
              return number;
            })
        .list();
    return made;
  }

  private static @Nullable String[] texts(List<Row> rows, Function<Row, @Nullable String> what) {
    @Nullable String[] texts = new @Nullable String[rows.size()];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = what.apply(rows.get(i));
    }
    return texts;
  }

  /// The first of a pool that nobody holds; 0, which several may share, when all are held.
  ///
  /// @param held which are, by variant and guide, as far as they were asked for; it is held then
  private int slot(String code, Ask ask, String guide, Map<String, List<Integer>> held) {
    List<Integer> pool = ask.slots().getOrDefault(guide, List.of());
    if (pool.isEmpty()) {
      return 0;
    }
    List<Integer> now =
        held.computeIfAbsent(
            ask.variant() + "\n" + guide,
            _ ->
                new ArrayList<>(
                    sql.sql(
                            """
                            select slot from live_code_seat
                            where code = :code and variant = :variant and guide = :guide
                              and state = 'held'
                            """)
                        .param("code", code)
                        .param("variant", ask.variant())
                        .param("guide", guide)
                        .query(Integer.class)
                        .list()));
    int slot = pool.stream().filter(one -> !now.contains(one)).findFirst().orElse(0);
    now.add(slot);
    return slot;
  }

  /// Gives back places of a day whose lease is over.
  private Tally lapse(String code, LocalDate day, Tally tally, Instant now) {
    List<String> back =
        sql.sql(
                """
                update live_code_seat set state = 'lapsed'
                where id in (select id from live_code_seat
                             where code = :code and day = :day and state = 'held'
                               and lease_until <= :now
                             for update skip locked)
                returning guide
                """)
            .param("code", code)
            .param("day", Date.valueOf(day))
            .param("now", at(now))
            .query(String.class)
            .list();
    Tally left = tally;
    for (String guide : back) {
      left = left.with(guide, -1);
    }
    return left;
  }

  /// Codes and days with places whose lease is over.
  record Lapsing(String code, LocalDate day) {}

  List<Lapsing> lapsing(Instant now) {
    return sql.sql(
            """
            select distinct code, day from live_code_seat
            where state = 'held' and lease_until <= :now order by code, day
            """)
        .param("now", at(now))
        .query((row, _) -> new Lapsing(row.getString("code"), row.getDate("day").toLocalDate()))
        .list();
  }

  @Transactional
  void giveBack(Lapsing of, Instant now) {
    Day day = lock(of.code(), of.day());
    Tally left = lapse(of.code(), of.day(), day.tally(), now);
    write(of.code(), of.day(), day, left);
  }

  /// Somebody came.
  ///
  /// @param known whether this was counted before
  /// @param seat they had; null for whoever came without
  /// @param over whether a cap is exceeded by them: the platform showed a guide who was full
  record Came(boolean known, @Nullable Seat seat, boolean over) {}

  /// Counts those who came by a code, each once for each guide, customer and second, under one lock
  /// for each day: a burst is no queue of transactions.
  ///
  /// @param arrivals the earliest first
  /// @return what came of each, in their order
  @Transactional
  List<Came> came(Staffed code, List<WelcomeStore.Arrival> arrivals, ZoneId zone) {
    String name = code.about().name();
    var locked = new TreeMap<LocalDate, Day>();
    var now = new TreeMap<LocalDate, Tally>();
    var came = new ArrayList<Came>(arrivals.size());
    for (WelcomeStore.Arrival one : arrivals) {
      LocalDate day = one.addedAt().atZone(zone).toLocalDate();
      if (!fresh(one, name, day)) {
        came.add(
            new Came(true, seatOf(one.guide(), one.customer(), one.addedAt()).orElse(null), false));
        continue;
      }
      Optional<Seat> seat =
          taken(name, new LiveState(name, one.variant(), one.slot()), one.guide(), one.customer());
      if (seat.isPresent()) {
        mark(one.guide(), one.customer(), one.addedAt(), seat.get().id(), false);
        came.add(new Came(false, seat.get(), false));
        continue;
      }
      Day today = locked.computeIfAbsent(day, each -> lock(name, each));
      Tally after =
          Roster.came(code, now.getOrDefault(day, today.tally()), one.guide(), one.addedAt(), zone);
      now.put(day, after);
      // After counting: to compare before it would let one more in.
      boolean over = over(code, after, one.guide());
      if (over) {
        mark(one.guide(), one.customer(), one.addedAt(), null, true);
      }
      came.add(new Came(false, null, over));
    }
    now.forEach(
        (day, tally) -> write(name, day, locked.getOrDefault(day, new Day(0, Tally.NONE)), tally));
    return came;
  }

  private static boolean over(Staffed code, Tally after, String guide) {
    var member = code.find(guide);
    return (code.dailyCap() instanceof Integer cap && after.total() > cap)
        || (member != null && member.dailyCap() instanceof Integer own && after.of(guide) > own);
  }

  private boolean fresh(WelcomeStore.Arrival one, String code, LocalDate day) {
    return sql.sql(
                """
                insert into live_code_add (guide, customer, added_at, code, variant, day, over)
                values (:guide, :customer, :at, :code, :variant, :day, false)
                on conflict (guide, customer, added_at) do nothing
                """)
            .param("guide", one.guide())
            .param("customer", one.customer())
            .param("at", at(one.addedAt()))
            .param("code", code)
            .param("variant", one.variant())
            .param("day", Date.valueOf(day))
            .update()
        == 1;
  }

  private void mark(
      String guide, String customer, Instant addedAt, @Nullable Long seat, boolean over) {
    sql.sql(
            """
            update live_code_add set seat = :seat, over = :over
            where guide = :guide and customer = :customer and added_at = :at
            """)
        .param("seat", seat)
        .param("over", over)
        .param("guide", guide)
        .param("customer", customer)
        .param("at", at(addedAt))
        .update();
  }

  private Optional<Seat> seatOf(String guide, String customer, Instant addedAt) {
    return sql.sql(
            """
            select s.* from live_code_add a join live_code_seat s on s.id = a.seat
            where a.guide = :guide and a.customer = :customer and a.added_at = :at
            """)
        .param("guide", guide)
        .param("customer", customer)
        .param("at", at(addedAt))
        .query(SeatStore::seat)
        .optional();
  }

  /// The place of whoever came: that of the slot, or the one that was held the longest. Who it was
  /// is certain when nobody else was looking at the same picture.
  private Optional<Seat> taken(String code, LiveState state, String guide, String customer) {
    return sql.sql(
            """
            update live_code_seat
            set state = 'added', customer = :customer,
                sure = (select count(*) from live_code_seat
                        where code = :code and variant = :variant and guide = :guide
                          and slot = :slot and state = 'held') = 1
            where id = (select id from live_code_seat
                        where code = :code and variant = :variant and guide = :guide
                          and slot = :slot and state = 'held'
                        order by reserved_at, id limit 1
                        for update skip locked)
            returning *
            """)
        .param("customer", customer)
        .param("code", code)
        .param("variant", state.variant())
        .param("guide", guide)
        .param("slot", state.slot())
        .query(SeatStore::seat)
        .optional();
  }

  /// Nobody knows any more who came; that somebody did stays.
  @Transactional
  void forget(String customer, String nobody) {
    sql.sql("update live_code_add set customer = :nobody where customer = :customer")
        .param("customer", customer)
        .param("nobody", nobody)
        .update();
    // The browser and the link they came by would tell it again.
    sql.sql(
            """
            update live_code_seat
            set customer = :nobody, visitor = 'erased/' || id, person = null, sure = false
            where customer = :customer
            """)
        .param("customer", customer)
        .param("nobody", nobody)
        .update();
  }

  /// Somebody opened the page of a code that gives no places.
  void opened(String code, LocalDate day) {
    sql.sql(
            """
            insert into live_code_day (code, day, opened) values (:code, :day, 1)
            on conflict (code, day) do update set opened = live_code_day.opened + 1
            """)
        .param("code", code)
        .param("day", Date.valueOf(day))
        .update();
  }

  Tally tally(String code, LocalDate day) {
    return sql.sql("select tally from live_code_day where code = :code and day = :day")
        .param("code", code)
        .param("day", Date.valueOf(day))
        .query(String.class)
        .optional()
        .map(Tally::read)
        .orElse(Tally.NONE);
  }

  /// How a code did on days.
  ///
  /// @param opened pages
  /// @param full openings that met nobody
  /// @param seats reserved
  /// @param lapsed of those, given back
  /// @param over who came although a cap was reached
  record Counts(long opened, long full, long seats, long held, long lapsed, long adds, long over) {}

  Counts counts(String code, LocalDate from, LocalDate to) {
    return sql.sql(
            """
            select
              (select coalesce(sum(opened), 0) from live_code_day
                where code = :code and day between :from and :to) as opened,
              (select coalesce(sum(full_), 0) from live_code_day
                where code = :code and day between :from and :to) as full_,
              (select count(*) from live_code_seat
                where code = :code and day between :from and :to) as seats,
              (select count(*) from live_code_seat
                where code = :code and day between :from and :to and state = 'held') as held,
              (select count(*) from live_code_seat
                where code = :code and day between :from and :to and state = 'lapsed') as lapsed,
              (select count(*) from live_code_add
                where code = :code and day between :from and :to) as adds,
              (select count(*) from live_code_add
                where code = :code and day between :from and :to and over) as over_
            """)
        .param("code", code)
        .param("from", Date.valueOf(from))
        .param("to", Date.valueOf(to))
        .query(
            (row, _) ->
                new Counts(
                    row.getLong("opened"),
                    row.getLong("full_"),
                    row.getLong("seats"),
                    row.getLong("held"),
                    row.getLong("lapsed"),
                    row.getLong("adds"),
                    row.getLong("over_")))
        .single();
  }

  /// The most who came by a code within ten seconds of the last hour.
  int burst(String code, Instant now) {
    return sql.sql(
            """
            select coalesce(max(n), 0) from (
              select count(*) as n from live_code_add
              where code = :code and added_at > :from
              group by floor(extract(epoch from added_at) / 10)) of_ten_seconds
            """)
        .param("code", code)
        .param("from", at(now.minus(Duration.ofHours(1))))
        .query(Integer.class)
        .single();
  }

  /// How many came to each guide on days, by guide.
  Map<String, Integer> addsByGuide(String code, LocalDate from, LocalDate to) {
    var found = new TreeMap<String, Integer>();
    sql.sql(
            """
            select guide, count(*) as n from live_code_add
            where code = :code and day between :from and :to group by guide
            """)
        .param("code", code)
        .param("from", Date.valueOf(from))
        .param("to", Date.valueOf(to))
        .query((row, _) -> found.put(row.getString("guide"), row.getInt("n")))
        .list();
    return found;
  }
}
