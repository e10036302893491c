package io.huoshui.server.acquisition;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/// Welcomes as rows, and what is to be done after them.
///
/// A row is written before the platform's callback is answered, so that whoever stops within the
/// twenty seconds finds it again.
@Repository
class WelcomeStore {
  /// What `reason` says while a try is under way: if it still does at the next one, nobody knows
  /// what became of it.
  static final String ASKED = "asked";

  private final JdbcClient sql;

  WelcomeStore(JdbcClient sql) {
    this.sql = sql;
  }

  /// @param tries begun, with the one that was claimed
  /// @param before what the try before ended with; empty for none
  /// @param codes how many codes there were to say it by
  record Welcome(
      String welcomeCode,
      String guide,
      String customer,
      String code,
      String variant,
      Instant addedAt,
      Instant arrivedAt,
      Instant deadline,
      String state,
      int tries,
      String before,
      @Nullable Instant finishedAt,
      int codes) {}

  private static Welcome row(ResultSet row, int number) throws SQLException {
    var finished = row.getTimestamp("finished_at");
    return new Welcome(
        row.getString("welcome_code"),
        row.getString("guide"),
        row.getString("customer"),
        row.getString("code"),
        row.getString("variant"),
        row.getTimestamp("added_at").toInstant(),
        row.getTimestamp("arrived_at").toInstant(),
        row.getTimestamp("deadline").toInstant(),
        row.getString("state"),
        row.getInt("tries"),
        row.getString("reason"),
        finished == null ? null : finished.toInstant(),
        row.getInt("codes"));
  }

  private static OffsetDateTime at(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }

  /// Writes it down with its first try begun, so that whoever sends it asks nothing more before.
  ///
  /// | what came of this guide and customer last | what comes | it is |
  /// |---|---|---|
  /// | nothing, or they left since | anything | a new add |
  /// | asked for, by whichever code | asked for again, or confirmed | the same add, of the first code |
  /// | confirmed | told again, of the same second | the same add |
  /// | anything | asked for, and before it | the same add, told late |
  /// | confirmed | anything else | a new add: that they left was not told |
  ///
  /// The same add has one row, so it is counted once. Its welcome is said once: a second code is
  /// for one that came to nothing by the first.
  ///
  /// @param welcome where `code` is empty, of whichever code it was asked for by
  /// @param again when another try may be made if nothing is heard of this one
  /// @return what is to be said now; empty when it is known
  @Transactional
  Optional<Welcome> arrived(Welcome welcome, boolean half, int slot, Instant again) {
    Optional<Last> last = last(welcome.guide(), welcome.customer());
    if (last.isPresent()) {
      Last before = last.get();
      if (before.half() && !welcome.addedAt().isBefore(before.addedAt())) {
        return joined(before, welcome, half, again);
      }
      if (welcome.addedAt().equals(before.confirmedAt())
          || (half && !welcome.addedAt().isAfter(before.addedAt()))) {
        return Optional.empty();
      }
    }
    if (welcome.code().isEmpty()) {
      return Optional.empty();
    }
    return sql.sql(
                    """
                    insert into welcome (welcome_code, guide, customer, code, variant, slot,
                           added_at, arrived_at, deadline, state, tries, reason, next_at, half,
                           confirmed_at)
                    values (:welcome, :guide, :customer, :code, :variant, :slot,
                           :added, :arrived, :deadline, 'waiting', 1, 'asked', :again, :half,
                           case when :half then null else :added end)
                    on conflict (welcome_code) do nothing
                    """)
                .param("welcome", welcome.welcomeCode())
                .param("guide", welcome.guide())
                .param("customer", welcome.customer())
                .param("code", welcome.code())
                .param("variant", welcome.variant())
                .param("slot", slot)
                .param("added", at(welcome.addedAt()))
                .param("arrived", at(welcome.arrivedAt()))
                .param("deadline", at(welcome.deadline()))
                .param("again", at(again))
                .param("half", half)
                .update()
            == 1
        ? Optional.of(welcome)
        : Optional.empty();
  }

  private record Last(
      String welcomeCode, Instant addedAt, @Nullable Instant confirmedAt, boolean half) {}

  private Optional<Last> last(String guide, String customer) {
    return sql.sql(
            """
            select welcome_code, added_at, confirmed_at, half from welcome
            where customer = :customer and guide = :guide
            order by added_at desc limit 1 for update
            """)
        .param("customer", customer)
        .param("guide", guide)
        .query(
            (row, _) -> {
              var confirmed = row.getTimestamp("confirmed_at");
              return new Last(
                  row.getString("welcome_code"),
                  row.getTimestamp("added_at").toInstant(),
                  confirmed == null ? null : confirmed.toInstant(),
                  row.getBoolean("half"));
            })
        .optional();
  }

  /// What came is the add that was asked for.
  private Optional<Welcome> joined(Last before, Welcome now, boolean half, Instant again) {
    if (!half) {
      sql.sql(
              """
              update welcome set half = false, confirmed_at = :at where welcome_code = :code
              """)
          .param("at", at(now.addedAt()))
          .param("code", before.welcomeCode())
          .update();
    }
    String code = now.welcomeCode();
    if (without(code) || code.equals(before.welcomeCode())) {
      return Optional.empty();
    }
    if (without(before.welcomeCode())) {
      // Nothing was ever asked of the platform.
      return by(before.welcomeCode(), code, now.arrivedAt(), now.deadline(), again, true);
    }
    int waits =
        sql.sql(
                """
                update welcome set other_code = :other, other_deadline = :deadline
                where welcome_code = :code and state = 'waiting'
                """)
            .param("other", code)
            .param("deadline", at(now.deadline()))
            .param("code", before.welcomeCode())
            .update();
    return waits == 1
        ? Optional.empty()
        : by(before.welcomeCode(), code, now.arrivedAt(), now.deadline(), again, false);
  }

  /// Whether there is no welcome code: what stands in its place then is ours.
  static boolean without(String welcomeCode) {
    return welcomeCode.startsWith("none/");
  }

  /// Begins anew by another code what was not said by the first.
  ///
  /// @param waiting whether it may be what waits, too
  private Optional<Welcome> by(
      String was, String code, Instant now, Instant deadline, Instant again, boolean waiting) {
    return sql.sql(
            """
            update welcome
            set welcome_code = :code, other_code = '', codes = codes + 1, state = 'waiting',
                tries = 1, reason = 'asked', arrived_at = :now, deadline = :deadline,
                next_at = :again, finished_at = null, told = false
            where welcome_code = :was
              and (state in ('failed', 'missed')
                   or (state = 'none' and reason = 'no_welcome_code')
                   or (:waiting and state = 'waiting'))
              and not exists (select from welcome o where o.welcome_code = :code)
            returning welcome_code, guide, customer, code, variant, added_at, arrived_at, deadline,
                      state, tries, '' as reason, finished_at, codes
            """)
        .param("code", code)
        .param("now", at(now))
        .param("deadline", at(deadline))
        .param("again", at(again))
        .param("was", was)
        .param("waiting", waiting)
        .query(WelcomeStore::row)
        .optional();
  }

  /// The other code of what came to nothing, where one came meanwhile.
  @Transactional
  Optional<Welcome> other(Welcome welcome, Instant now, Instant again) {
    return sql.sql(
            """
            select other_code, other_deadline from welcome
            where welcome_code = :code and other_code <> ''
            """)
        .param("code", welcome.welcomeCode())
        .query(
            (row, _) ->
                new Other(
                    row.getString("other_code"), row.getTimestamp("other_deadline").toInstant()))
        .optional()
        .flatMap(
            other -> by(welcome.welcomeCode(), other.code(), now, other.deadline(), again, false));
  }

  private record Other(String code, Instant deadline) {}

  /// They are no contacts any more: what comes next is another add.
  void left(String guide, String customer, Instant at) {
    sql.sql(
            """
            update welcome set half = false
            where customer = :customer and guide = :guide and half and added_at <= :at
            """)
        .param("customer", customer)
        .param("guide", guide)
        .param("at", at(at))
        .update();
  }

  /// Somebody who came, to be counted.
  record Arrival(
      String welcomeCode,
      String guide,
      String customer,
      String code,
      String variant,
      int slot,
      Instant addedAt) {}

  /// Who came and was not counted yet, the earliest first.
  List<Arrival> uncounted(int most) {
    return sql.sql(
            """
            select welcome_code, guide, customer, code, variant, slot, added_at
            from welcome where not counted order by added_at limit :most
            """)
        .param("most", most)
        .query(
            (row, _) ->
                new Arrival(
                    row.getString("welcome_code"),
                    row.getString("guide"),
                    row.getString("customer"),
                    row.getString("code"),
                    row.getString("variant"),
                    row.getInt("slot"),
                    row.getTimestamp("added_at").toInstant()))
        .list();
  }

  void counted(List<Arrival> arrivals) {
    sql.sql("update welcome set counted = true where welcome_code in (:codes)")
        .param("codes", arrivals.stream().map(Arrival::welcomeCode).toList())
        .update();
  }

  /// Takes a try, unless somebody else has it or it is settled. What the try before ended with is
  /// in the answer.
  Optional<Welcome> claim(String welcomeCode, Instant now, Instant again) {
    return sql.sql(
            """
            with was as (
              select welcome_code, reason from welcome
              where welcome_code = :code and state = 'waiting' and next_at <= :now
              for update skip locked)
            update welcome w set tries = w.tries + 1, reason = 'asked', next_at = :again
            from was where w.welcome_code = was.welcome_code
            returning w.welcome_code, w.guide, w.customer, w.code, w.variant, w.added_at,
                      w.arrived_at, w.deadline, w.state, w.tries, was.reason, w.finished_at,
                      w.codes
            """)
        .param("code", welcomeCode)
        .param("now", at(now))
        .param("again", at(again))
        .query(WelcomeStore::row)
        .optional();
  }

  void again(String welcomeCode, String reason, Instant next) {
    sql.sql(
            """
            update welcome set reason = :reason, next_at = :next
            where welcome_code = :code and state = 'waiting'
            """)
        .param("reason", reason)
        .param("next", at(next))
        .param("code", welcomeCode)
        .update();
  }

  /// Its last try is nobody's any more.
  void retake(String welcomeCode, Instant now) {
    sql.sql(
            """
            update welcome set next_at = :now where welcome_code = :code and state = 'waiting'
            """)
        .param("now", at(now))
        .param("code", welcomeCode)
        .update();
  }

  /// @param chores by kind, what is to be done now that it is settled
  @Transactional
  void settle(
      Welcome welcome, String state, String reason, Map<String, String> chores, Instant now) {
    int rows =
        sql.sql(
                """
                update welcome set state = :state, reason = :reason, finished_at = :now
                where welcome_code = :code and state = 'waiting'
                """)
            .param("state", state)
            .param("reason", reason)
            .param("now", at(now))
            .param("code", welcome.welcomeCode())
            .update();
    if (rows == 1) {
      chores.forEach((kind, value) -> chore(welcome, kind, value, now));
    }
  }

  private void chore(Welcome welcome, String kind, String value, Instant now) {
    sql.sql(
            """
            insert into welcome_chore (guide, customer, code, kind, value, state, next_at, made_for)
            values (:guide, :customer, :code, :kind, :value, 'waiting', :now, :for)
            on conflict (made_for, kind) do nothing
            """)
        .param("guide", welcome.guide())
        .param("customer", welcome.customer())
        .param("code", welcome.code())
        .param("kind", kind)
        .param("value", value)
        .param("now", at(now))
        .param("for", madeFor(welcome))
        .update();
  }

  /// The add, whichever code its welcome went by.
  private static String madeFor(Welcome welcome) {
    return welcome.guide() + "/" + welcome.customer() + "/" + welcome.addedAt().getEpochSecond();
  }

  /// The codes of welcomes that may be tried now.
  List<String> due(Instant now) {
    return sql.sql(
            """
            select welcome_code from welcome where state = 'waiting' and next_at <= :now
            order by deadline limit 1000
            """)
        .param("now", at(now))
        .query(String.class)
        .list();
  }

  /// Settled ones that the people's timelines do not say yet.
  List<Welcome> untold(int most) {
    return sql.sql(
            "select * from welcome where state <> 'waiting' and not told order by finished_at limit"
                + " :most")
        .param("most", most)
        .query(WelcomeStore::row)
        .list();
  }

  void told(List<String> welcomeCodes) {
    sql.sql("update welcome set told = true where welcome_code in (:codes)")
        .param("codes", welcomeCodes)
        .update();
  }

  /// @param kind `remark` or `tags`
  record Chore(
      long id, String guide, String customer, String code, String kind, String value, int tries) {}

  List<Chore> choresDue(Instant now, int most) {
    return sql.sql(
            """
            select id, guide, customer, code, kind, value, tries from welcome_chore
            where state = 'waiting' and next_at <= :now order by id limit :most
            """)
        .param("now", at(now))
        .param("most", most)
        .query(
            (row, _) ->
                new Chore(
                    row.getLong("id"),
                    row.getString("guide"),
                    row.getString("customer"),
                    row.getString("code"),
                    row.getString("kind"),
                    row.getString("value"),
                    row.getInt("tries")))
        .list();
  }

  /// @param state `waiting` for another try, `done` or `failed`
  void chore(long id, String state, String reason, Instant next) {
    sql.sql(
            """
            update welcome_chore
            set state = :state, reason = :reason, next_at = :next, tries = tries + 1
            where id = :id
            """)
        .param("state", state)
        .param("reason", reason)
        .param("next", at(next))
        .param("id", id)
        .update();
  }

  /// Whether a chore is still to be done.
  boolean waits(long chore) {
    return sql.sql("select 1 from welcome_chore where id = :id and state = 'waiting'")
        .param("id", chore)
        .query(Integer.class)
        .optional()
        .isPresent();
  }

  /// Nothing is said to somebody who was erased, and nothing is done for them. That they came stays
  /// counted.
  @Transactional
  void forget(String customer, String nobody, Instant now) {
    sql.sql("delete from welcome_chore where customer = :customer")
        .param("customer", customer)
        .update();
    sql.sql(
            """
            update welcome
            set customer = :nobody, half = false, told = true, other_code = '',
                welcome_code = case when welcome_code like 'none/%'
                  then 'none/' || guide || '/' || :nobody || '/'
                       || floor(extract(epoch from added_at)) || '/' || arrived_at::text
                  else welcome_code end,
                reason = case when state = 'waiting' then 'erased' else reason end,
                finished_at = case when state = 'waiting' then :now else finished_at end,
                state = case when state = 'waiting' then 'none' else state end
            where customer = :customer
            """)
        .param("customer", customer)
        .param("nobody", nobody)
        .param("now", at(now))
        .update();
  }

  /// How many welcomes of a code came to what, by `state` and `state reason`.
  Map<String, Long> outcomes(String code, LocalDate from, LocalDate to, ZoneId zone) {
    var found = new TreeMap<String, Long>();
    sql.sql(
            """
            select state, case when state in ('failed', 'missed') then reason else '' end as why,
                   count(*) as n
            from welcome where code = :code and added_at >= :from and added_at < :to
            group by 1, 2
            """)
        .param("code", code)
        .param("from", at(from.atStartOfDay(zone).toInstant()))
        .param("to", at(to.plusDays(1).atStartOfDay(zone).toInstant()))
        .query(
            (row, _) ->
                found.put(
                    (row.getString("state") + " " + row.getString("why")).strip(),
                    row.getLong("n")))
        .list();
    return found;
  }

  /// How long welcomes took from their callback to the platform's answer.
  ///
  /// @param n of those that were sent
  record Latency(long n, @Nullable Long p50Ms, @Nullable Long p99Ms) {}

  Latency latency(String code, LocalDate from, LocalDate to, ZoneId zone) {
    return sql.sql(
            """
            select count(*) as n,
                   percentile_disc(0.5) within group (order by ms) as p50,
                   percentile_disc(0.99) within group (order by ms) as p99
            from (select cast(extract(epoch from finished_at - arrived_at) * 1000 as bigint) as ms
                  from welcome where code = :code and state = 'sent'
                    and added_at >= :from and added_at < :to) of_sent
            """)
        .param("code", code)
        .param("from", at(from.atStartOfDay(zone).toInstant()))
        .param("to", at(to.plusDays(1).atStartOfDay(zone).toInstant()))
        .query(
            (row, _) -> {
              long n = row.getLong("n");
              return new Latency(
                  n, n == 0 ? null : row.getLong("p50"), n == 0 ? null : row.getLong("p99"));
            })
        .single();
  }
}
