package io.huoshui.server.flow;

import io.huoshui.json.Json;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Tag syncs as rows: what is wanted of them, what is known of the platforms, and every step.
///
/// Lists come as one JSON array, so a thousand rows cost one statement.
@Repository
class TagSyncStore {
  private final JdbcClient sql;

  TagSyncStore(JdbcClient sql) {
    this.sql = sql;
  }

  enum State {
    IDLE,
    ASKED,
    RUNNING,
    STOPPED
  }

  /// @param tagId the platform's own, null until it was found or made
  /// @param audience whose members are to carry the tag; or
  /// @param rule whoever satisfies it
  /// @param both whether changes there come in
  /// @param look whether the next run looks over all customers first
  /// @param wanted customers who are to carry it, as of the last run
  record Sync(
      String name,
      String platform,
      String group,
      String tag,
      @Nullable String tagId,
      @Nullable String audience,
      @Nullable String rule,
      boolean both,
      @Nullable Integer everySeconds,
      int lookSeconds,
      State state,
      boolean look,
      boolean again,
      Instant createdAt,
      @Nullable Instant lookedAt,
      @Nullable Instant begunAt,
      @Nullable Instant endedAt,
      int wanted,
      int putOn,
      int takenOff,
      @Nullable String failure,
      @Nullable Instant failedAt) {}

  /// One call to make. A step without tags reads a customer of whom nothing is known there.
  record Step(int customer, String holder, List<String> putOn, List<String> takeOff) {}

  /// That a customer carries a sync's tag for somebody, or is served by them.
  record Row(String sync, int customer, String holder) {}

  /// @param turns how often the platform changed it
  record Word(String sync, int customer, boolean carried, int turns) {}

  record Refusal(String sync, int customer, String holder, String code, String why, Instant at) {}

  // Syncs.

  private static final String COLUMNS =
      """
      select name, platform, tag_group, tag, tag_id, audience, rule, mode, every_seconds,
             look_seconds, state, look, again, created_at, looked_at, begun_at, ended_at, wanted,
             put_on, taken_off, failure, failed_at
      from tag_sync
      """;

  private static Sync sync(ResultSet row, int number) throws SQLException {
    return new Sync(
        row.getString("name"),
        row.getString("platform"),
        row.getString("tag_group"),
        row.getString("tag"),
        row.getString("tag_id"),
        row.getString("audience"),
        row.getString("rule"),
        row.getString("mode").equals("both"),
        row.getObject("every_seconds", Integer.class),
        row.getInt("look_seconds"),
        State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
        row.getBoolean("look"),
        row.getBoolean("again"),
        row.getTimestamp("created_at").toInstant(),
        instant(row.getTimestamp("looked_at")),
        instant(row.getTimestamp("begun_at")),
        instant(row.getTimestamp("ended_at")),
        row.getInt("wanted"),
        row.getInt("put_on"),
        row.getInt("taken_off"),
        row.getString("failure"),
        instant(row.getTimestamp("failed_at")));
  }

  private static @Nullable Instant instant(@Nullable Timestamp stamp) {
    return stamp == null ? null : stamp.toInstant();
  }

  List<Sync> all() {
    return sql.sql(COLUMNS + "order by name").query(TagSyncStore::sync).list();
  }

  List<Sync> of(String platform) {
    return sql.sql(COLUMNS + "where platform = :platform order by name")
        .param("platform", platform)
        .query(TagSyncStore::sync)
        .list();
  }

  Optional<Sync> find(String name) {
    return sql.sql(COLUMNS + "where name = :name")
        .param("name", name)
        .query(TagSyncStore::sync)
        .optional();
  }

  /// @throws org.springframework.dao.DuplicateKeyException when the name or the tag is taken
  void insert(Sync sync) {
    sql.sql(
            """
            insert into tag_sync (name, platform, tag_group, tag, audience, rule, mode,
                                  every_seconds, look_seconds, created_at)
            values (:name, :platform, :group, :tag, :audience, :rule, :mode, :every, :look, :at)
            """)
        .param("name", sync.name())
        .param("platform", sync.platform())
        .param("group", sync.group())
        .param("tag", sync.tag())
        .param("audience", sync.audience())
        .param("rule", sync.rule())
        .param("mode", sync.both() ? "both" : "out")
        .param("every", sync.everySeconds())
        .param("look", sync.lookSeconds())
        .param("at", sync.createdAt().atOffset(ZoneOffset.UTC))
        .update();
  }

  /// Forgets a sync with all that is known of its tag; what is carried there stays there.
  boolean delete(String name) {
    drop(List.of(name));
    return sql.sql("delete from tag_sync where name = :name").param("name", name).update() == 1;
  }

  /// @param look whether to look over all customers first
  /// @param again whether to try again what was refused
  void ask(Collection<String> names, boolean look, boolean again) {
    sql.sql(
            """
            update tag_sync
            set state = case state when 'running' then state else 'asked' end,
                look = look or :look or state = 'stopped', again = again or :again, failure = null,
                failed_at = null
            where name in (:names)
            """)
        .param("names", names)
        .param("look", look)
        .param("again", again)
        .update();
  }

  void begin(Collection<String> names, Instant now) {
    sql.sql(
            """
            update tag_sync
            set state = 'running', begun_at = :now, ended_at = null, wanted = 0, put_on = 0,
                taken_off = 0
            where name in (:names)
            """)
        .param("names", names)
        .param("now", now.atOffset(ZoneOffset.UTC))
        .update();
  }

  void end(Collection<String> names, Instant now) {
    sql.sql(
            """
            update tag_sync set state = 'idle', ended_at = :now
            where name in (:names) and state = 'running'
            """)
        .param("names", names)
        .param("now", now.atOffset(ZoneOffset.UTC))
        .update();
  }

  /// Takes syncs out of the run until somebody asks for them again.
  void stop(Collection<String> names, String failure, Instant now) {
    drop(names);
    sql.sql(
            """
            update tag_sync
            set state = 'stopped', failure = :failure, failed_at = :now, ended_at = :now
            where name in (:names)
            """)
        .param("names", names)
        .param("failure", failure)
        .param("now", now.atOffset(ZoneOffset.UTC))
        .update();
  }

  /// Takes syncs out of the steps that are planned.
  private void drop(Collection<String> names) {
    for (String name : names) {
      sql.sql(
              """
              update tag_step
              set put_on = array_remove(put_on, :name), take_off = array_remove(take_off, :name)
              where :name = any (put_on) or :name = any (take_off)
              """)
          .param("name", name)
          .update();
    }
    sql.sql(
            """
            delete from tag_step
            where not asked and cardinality(put_on) = 0 and cardinality(take_off) = 0
            """)
        .update();
  }

  void tagIs(String name, @Nullable String id, String group, String tag) {
    sql.sql(
            """
            update tag_sync set tag_id = :id, tag_group = :group, tag = :tag where name = :name
            """)
        .param("name", name)
        .param("id", id)
        .param("group", group)
        .param("tag", tag)
        .update();
  }

  // Platforms.

  /// @param restUntil the platform is left alone until then, null when it did not ask for time
  record Platform(@Nullable Instant restUntil, @Nullable String trouble, int look) {}

  Platform platform(String platform) {
    return sql.sql("select rest_until, trouble, look from tag_platform where platform = :platform")
        .param("platform", platform)
        .query(
            (row, _) ->
                new Platform(
                    instant(row.getTimestamp("rest_until")),
                    row.getString("trouble"),
                    row.getInt("look")))
        .optional()
        .orElse(new Platform(null, null, 0));
  }

  void trouble(String platform, @Nullable String trouble, @Nullable Instant restUntil) {
    sql.sql(
            """
            insert into tag_platform (platform, trouble, rest_until)
            values (:platform, :trouble, :until)
            on conflict (platform) do update
            set trouble = excluded.trouble, rest_until = excluded.rest_until
            """)
        .param("platform", platform)
        .param("trouble", trouble)
        .param("until", restUntil == null ? null : restUntil.atOffset(ZoneOffset.UTC))
        .update();
  }

  /// Begins a look over all customers.
  ///
  /// @return its number
  int beginLook(String platform) {
    return sql.sql(
            """
            insert into tag_platform (platform, look) values (:platform, 1)
            on conflict (platform) do update set look = tag_platform.look + 1
            returning look
            """)
        .param("platform", platform)
        .query(Integer.class)
        .single();
  }

  /// Ends a look: whoever was not seen is served by nobody there any more, and carries nothing.
  void endLook(String platform, int look, Collection<String> syncs, Instant begun) {
    sql.sql(
            """
            delete from tag_carried k using tag_contact c, tag_sync s
            where k.customer = c.customer and k.holder = c.holder and c.platform = :platform
              and c.look < :look and s.name = k.sync and s.platform = :platform
            """)
        .param("platform", platform)
        .param("look", look)
        .update();
    sql.sql("delete from tag_contact where platform = :platform and look < :look")
        .param("platform", platform)
        .param("look", look)
        .update();
    sql.sql("update tag_sync set looked_at = :at, look = false where name in (:names)")
        .param("at", begun.atOffset(ZoneOffset.UTC))
        .param("names", syncs)
        .update();
  }

  // What is known.

  private static List<Json> json(Collection<Row> rows) {
    return rows.stream()
        .map(
            row ->
                (Json)
                    Json.object(
                        "sync", Json.of(row.sync()),
                        "customer", Json.of(row.customer()),
                        "holder", Json.of(row.holder())))
        .toList();
  }

  private void each(List<Json> rows, String statement) {
    if (!rows.isEmpty()) {
      sql.sql(statement).param("rows", Json.of(rows).write()).update();
    }
  }

  private static Row row(ResultSet row, int number) throws SQLException {
    return new Row(row.getString("sync"), row.getInt("customer"), row.getString("holder"));
  }

  List<Row> carried(String platform, Collection<Integer> customers) {
    return sql.sql(
            """
            select sync, customer, holder
            from tag_carried k join tag_sync s on s.name = k.sync
            where s.platform = :platform and customer = any (cast(:customers as int[]))
            """)
        .param("platform", platform)
        .param("customers", array(customers.stream().mapToInt(Integer::intValue).toArray()))
        .query(TagSyncStore::row)
        .list();
  }

  private static String array(int[] numbers) {
    return Arrays.toString(numbers).replace('[', '{').replace(']', '}').replace(" ", "");
  }

  /// Everybody who carries a sync's tag.
  List<Integer> carriers(String sync) {
    return sql.sql("select distinct customer from tag_carried where sync = :sync order by customer")
        .param("sync", sync)
        .query(Integer.class)
        .list();
  }

  int carrying(String sync) {
    return sql.sql("select count(distinct customer) from tag_carried where sync = :sync")
        .param("sync", sync)
        .query(Integer.class)
        .single();
  }

  List<Word> words(Collection<String> syncs, Collection<Integer> customers) {
    return sql.sql(
            """
            select sync, customer, carried, turns from tag_word
            where sync = any (select jsonb_array_elements_text(cast(:syncs as jsonb)))
              and customer = any (cast(:customers as int[]))
            """)
        .param("syncs", Json.of(syncs.stream().map(Json::of).toList()).write())
        .param("customers", array(customers.stream().mapToInt(Integer::intValue).toArray()))
        .query(
            (row, _) ->
                new Word(
                    row.getString("sync"),
                    row.getInt("customer"),
                    row.getBoolean("carried"),
                    row.getInt("turns")))
        .list();
  }

  /// @param none codes that said that there is no such relation
  void contacts(String platform, int look, Collection<Row> rows, Collection<String> none) {
    if (!rows.isEmpty()) {
      sql.sql(
              """
              insert into tag_contact (platform, customer, holder, look)
              select :platform, customer, holder, :look
              from jsonb_to_recordset(cast(:rows as jsonb)) as r (customer int, holder text)
              on conflict (platform, customer, holder) do update set look = excluded.look
              """)
          .param("platform", platform)
          .param("look", look)
          .param("rows", Json.of(json(rows)).write())
          .update();
      // Who is served again may be asked again.
      sql.sql(
              """
              delete from tag_refusal f
              using jsonb_to_recordset(cast(:rows as jsonb)) as r (customer int, holder text),
                    tag_sync s
              where s.name = f.sync and s.platform = :platform and f.customer = r.customer
                and f.holder in (r.holder, '') and f.code in (:none)
              """)
          .param("platform", platform)
          .param("rows", Json.of(json(rows)).write())
          .param("none", none)
          .update();
    }
  }

  /// Forgets that customers are served and carry anything, all of them or for one holder.
  void gone(String platform, int customer, @Nullable String holder) {
    for (String statement :
        List.of(
            """
            delete from tag_carried k using tag_sync s
            where s.name = k.sync and s.platform = :platform and k.customer = :customer
              and k.holder = coalesce(cast(:holder as text), k.holder)
            """,
            """
            delete from tag_contact
            where platform = :platform and customer = :customer
              and holder = coalesce(cast(:holder as text), holder)
            """)) {
      sql.sql(statement)
          .param("platform", platform)
          .param("customer", customer)
          .param("holder", holder)
          .update();
    }
  }

  /// Nothing is left to be done for somebody who was erased, on any platform.
  ///
  /// @param customers the numbers of their identifiers
  void forget(Collection<Integer> customers) {
    for (String table :
        List.of("tag_step", "tag_word", "tag_carried", "tag_refusal", "tag_contact")) {
      sql.sql("delete from " + table + " where customer in (:customers)")
          .param("customers", customers)
          .update();
    }
  }

  void carry(Collection<Row> on, Collection<Row> off) {
    each(
        json(on),
        """
        insert into tag_carried (sync, customer, holder)
        select sync, customer, holder
        from jsonb_to_recordset(cast(:rows as jsonb)) as r (sync text, customer int, holder text)
        on conflict do nothing
        """);
    each(
        json(off),
        """
        delete from tag_carried k
        using jsonb_to_recordset(cast(:rows as jsonb)) as r (sync text, customer int, holder text)
        where k.sync = r.sync and k.customer = r.customer and k.holder = r.holder
        """);
  }

  void said(Collection<Word> words) {
    each(
        words.stream()
            .map(
                word ->
                    (Json)
                        Json.object(
                            "sync", Json.of(word.sync()),
                            "customer", Json.of(word.customer()),
                            "carried", Json.of(word.carried()),
                            "turns", Json.of(word.turns())))
            .toList(),
        """
        insert into tag_word (sync, customer, carried, in_force, turns)
        select sync, customer, carried, true, turns
        from jsonb_to_recordset(cast(:rows as jsonb))
          as r (sync text, customer int, carried boolean, turns int)
        on conflict (sync, customer) do update
        set carried = excluded.carried, in_force = true, turns = excluded.turns
        """);
  }

  void count(String sync, int putOn, int takenOff) {
    sql.sql(
            """
            update tag_sync set put_on = put_on + :on, taken_off = taken_off + :off
            where name = :name
            """)
        .param("name", sync)
        .param("on", putOn)
        .param("off", takenOff)
        .update();
  }

  /// Nobody carries the tag any more.
  void tagGone(String sync) {
    sql.sql("delete from tag_carried where sync = :sync").param("sync", sync).update();
    sql.sql("update tag_word set in_force = false where sync = :sync").param("sync", sync).update();
  }

  // Steps.

  /// Plans what is missing of one sync: whoever is wanted and does not carry it, whoever carries it
  /// and is not wanted. Where the platform's last word differs from the rule and the rule has not
  /// changed since, nothing is planned.
  ///
  /// Steps of other syncs on the same customer become one call. A wanted customer of whom the
  /// platform was never heard is read first.
  void plan(Sync sync, RoaringBitmap wanted) {
    String numbers = array(wanted.toArray());
    if (sync.again()) {
      sql.sql("delete from tag_refusal where sync = :sync").param("sync", sync.name()).update();
    }
    sql.sql("create temp table if not exists wanted (customer int primary key) on commit drop")
        .update();
    sql.sql("truncate wanted").update();
    sql.sql("insert into wanted select unnest(cast(:numbers as int[]))")
        .param("numbers", numbers)
        .update();
    sql.sql("analyze wanted").update();
    for (String statement :
        List.of(
            // A refusal is of no interest once it is not wanted any more.
            """
            delete from tag_refusal f
            where f.sync = :sync and f.customer not in (select customer from wanted)
              and not exists (select from tag_carried k
                              where k.sync = f.sync and k.customer = f.customer)
            """,
            """
            update tag_word w set in_force = false
            where w.sync = :sync and w.in_force
              and w.carried = (w.customer in (select customer from wanted))
            """,
            """
            insert into tag_step (platform, customer, holder, put_on, take_off, asked)
            select c.platform, c.customer, c.holder, array[:sync], '{}', false
            from tag_contact c join wanted using (customer)
            where c.platform = :platform
              and not exists (select from tag_carried k where k.sync = :sync
                              and k.customer = c.customer and k.holder = c.holder)
              and not exists (select from tag_refusal f where f.sync = :sync
                              and f.customer = c.customer and f.holder = c.holder)
              and not exists (select from tag_word w where w.sync = :sync
                              and w.customer = c.customer and w.in_force)
            on conflict (platform, customer, holder) do update
            set put_on = array_remove(tag_step.put_on, :sync) || excluded.put_on,
                take_off = array_remove(tag_step.take_off, :sync)
            """,
            """
            insert into tag_step (platform, customer, holder, put_on, take_off, asked)
            select cast(:platform as text), k.customer, k.holder, '{}', array[:sync], false
            from tag_carried k
            where k.sync = :sync and k.customer not in (select customer from wanted)
              and not exists (select from tag_refusal f where f.sync = :sync
                              and f.customer = k.customer and f.holder = k.holder)
              and not exists (select from tag_word w where w.sync = :sync
                              and w.customer = k.customer and w.in_force)
            on conflict (platform, customer, holder) do update
            set take_off = array_remove(tag_step.take_off, :sync) || excluded.take_off,
                put_on = array_remove(tag_step.put_on, :sync)
            """,
            """
            insert into tag_step (platform, customer, holder, put_on, take_off, asked)
            select cast(:platform as text), customer, '', array[:sync], '{}', true
            from wanted
            where not exists (select from tag_contact c where c.platform = :platform
                              and c.customer = wanted.customer)
              and not exists (select from tag_refusal f where f.sync = :sync
                              and f.customer = wanted.customer)
            on conflict (platform, customer, holder) do update
            set put_on = array_remove(tag_step.put_on, :sync) || excluded.put_on
            """)) {
      sql.sql(statement).param("sync", sync.name()).param("platform", sync.platform()).update();
    }
    sql.sql("update tag_sync set wanted = :wanted, again = false where name = :sync")
        .param("wanted", wanted.getCardinality())
        .param("sync", sync.name())
        .update();
  }

  List<Step> steps(String platform, boolean asked, int most) {
    return sql.sql(
            """
            select customer, holder, put_on, take_off from tag_step
            where platform = :platform and asked = :asked
            order by customer, holder limit :most
            """)
        .param("platform", platform)
        .param("asked", asked)
        .param("most", most)
        .query(
            (row, _) ->
                new Step(
                    row.getInt("customer"),
                    row.getString("holder"),
                    texts(row.getArray("put_on")),
                    texts(row.getArray("take_off"))))
        .list();
  }

  private static List<String> texts(Array array) throws SQLException {
    return List.of((String[]) array.getArray());
  }

  private static List<Json> rows(Collection<Step> steps) {
    return json(steps.stream().map(step -> new Row("", step.customer(), step.holder())).toList());
  }

  private void steps(String platform, Collection<Step> steps, String statement) {
    if (!steps.isEmpty()) {
      sql.sql(statement)
          .param("platform", platform)
          .param("rows", Json.of(rows(steps)).write())
          .update();
    }
  }

  /// Writes down that these calls are about to be made, or surely were not.
  void asked(String platform, Collection<Step> steps, boolean asked) {
    steps(
        platform,
        steps,
        """
        update tag_step t set asked = %s
        from jsonb_to_recordset(cast(:rows as jsonb)) as r (customer int, holder text)
        where t.platform = :platform and t.customer = r.customer and t.holder = r.holder
        """
            .formatted(asked));
  }

  /// Writes down that these calls were made: what is known is what was asked for.
  void done(String platform, Collection<Step> steps) {
    String these =
        """
        from tag_step t
        join jsonb_to_recordset(cast(:rows as jsonb)) as r (customer int, holder text)
          on t.customer = r.customer and t.holder = r.holder
        """;
    steps(
        platform,
        steps,
        "insert into tag_carried (sync, customer, holder)"
            + " select unnest(t.put_on), t.customer, t.holder "
            + these
            + " where t.platform = :platform on conflict do nothing");
    steps(
        platform,
        steps,
        "delete from tag_carried k using (select t.* "
            + these
            + " where t.platform = :platform) s"
            + " where k.sync = any (s.take_off) and k.customer = s.customer"
            + " and k.holder = s.holder");
    steps(
        platform,
        steps,
        "update tag_sync s set put_on = s.put_on + n.put_on, taken_off = s.taken_off + n.taken_off"
            + " from (select sync, sum(put_on) as put_on, sum(taken_off) as taken_off from"
            + " (select unnest(t.put_on) as sync, 1 as put_on, 0 as taken_off "
            + these
            + " where t.platform = :platform union all"
            + " select unnest(t.take_off), 0, 1 "
            + these
            + " where t.platform = :platform) each group by sync) n where s.name = n.sync");
    forget(platform, steps);
  }

  void forget(String platform, Collection<Step> steps) {
    steps(
        platform,
        steps,
        """
        delete from tag_step t
        using jsonb_to_recordset(cast(:rows as jsonb)) as r (customer int, holder text)
        where t.platform = :platform and t.customer = r.customer and t.holder = r.holder
        """);
  }

  /// How many steps of a sync are left.
  int left(String sync) {
    return sql.sql(
            "select count(*) from tag_step where :sync = any (put_on) or :sync = any (take_off)")
        .param("sync", sync)
        .query(Integer.class)
        .single();
  }

  // Refusals.

  void refused(Collection<Refusal> refusals) {
    each(
        refusals.stream()
            .map(
                refusal ->
                    (Json)
                        Json.object(
                            "sync", Json.of(refusal.sync()),
                            "customer", Json.of(refusal.customer()),
                            "holder", Json.of(refusal.holder()),
                            "code", Json.of(refusal.code()),
                            "why", Json.of(refusal.why()),
                            "at", Json.of(refusal.at().toString())))
            .toList(),
        """
        insert into tag_refusal (sync, customer, holder, code, why, refused_at)
        select sync, customer, holder, code, why, at
        from jsonb_to_recordset(cast(:rows as jsonb))
          as r (sync text, customer int, holder text, code text, why text, at timestamptz)
        on conflict (sync, customer, holder) do update
        set code = excluded.code, why = excluded.why, refused_at = excluded.refused_at
        """);
  }

  /// How many customers were refused, by the platform's code.
  Map<String, Integer> refusedByCode(String sync) {
    var counts = new TreeMap<String, Integer>();
    sql.sql(
            """
            select code, count(distinct customer) as customers from tag_refusal
            where sync = :sync group by code
            """)
        .param("sync", sync)
        .query((row, _) -> counts.put(row.getString("code"), row.getInt("customers")))
        .list();
    return counts;
  }

  List<Refusal> refusals(String sync, int most) {
    return sql.sql(
            """
            select sync, customer, holder, code, why, refused_at from tag_refusal
            where sync = :sync order by customer, holder limit :most
            """)
        .param("sync", sync)
        .param("most", most)
        .query(
            (row, _) ->
                new Refusal(
                    row.getString("sync"),
                    row.getInt("customer"),
                    row.getString("holder"),
                    row.getString("code"),
                    row.getString("why"),
                    row.getTimestamp("refused_at").toInstant()))
        .list();
  }
}
