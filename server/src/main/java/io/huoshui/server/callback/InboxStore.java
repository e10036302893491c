package io.huoshui.server.callback;

import io.huoshui.engine.Seal;
import io.huoshui.server.Settings;
import io.huoshui.server.access.DerivedKeys;
import io.huoshui.server.access.KeyFile;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Callbacks as rows.
@Repository
class InboxStore {
  /// Rows are told apart from the log's groups and from other rows' secrets.
  private static final long ROWS = -16;

  private static final String ROW =
      "select id, dedupe, platform, account, kind, happened_at, state, reason, sealed from"
          + " callback_inbox ";

  private final JdbcClient sql;
  private final DataSource database;
  private final Seal seal;
  private final Hashes hashes;

  InboxStore(JdbcClient sql, DataSource database, Settings settings, DerivedKeys keys) {
    this.sql = sql;
    this.database = database;
    this.seal = new Seal(KeyFile.read(settings.dataDir().resolve("keys/engine.key")));
    this.hashes = new Hashes(keys);
  }

  // ---- writing down

  /// Writes all of them in one transaction; those that were written before keep the number 0. For
  /// one thread.
  void insert(List<Arrival> batch) throws SQLException {
    int count = batch.size();
    UUID[] dedupes = new UUID[count];
    String[] platforms = new String[count];
    String[] accounts = new String[count];
    String[] kinds = new String[count];
    @Nullable UUID[] contacts = new @Nullable UUID[count];
    String[] happened = new String[count];
    String[] states = new String[count];
    @Nullable String[] reasons = new @Nullable String[count];
    @Nullable UUID[] nonces = new @Nullable UUID[count];
    @Nullable UUID[] bodies = new @Nullable UUID[count];
    byte[][] sealed = new byte[count][];
    var also = new HashMap<UUID, List<UUID>>();
    for (int i = 0; i < count; i++) {
      Arrival.Letter letter = batch.get(i).letter();
      dedupes[i] = hashes.of("key", letter.platform(), letter.account(), letter.key());
      platforms[i] = letter.platform();
      accounts[i] = letter.account();
      kinds[i] = letter.kind();
      contacts[i] = letter.people().isEmpty() ? null : hashes.of(letter.people().getFirst());
      if (letter.people().size() > 1) {
        also.put(dedupes[i], letter.people().stream().skip(1).map(hashes::of).distinct().toList());
      }
      happened[i] = letter.at().toString();
      states[i] = letter.state().wire();
      reasons[i] = letter.reason();
      if (!letter.nonce().isEmpty()) {
        nonces[i] = nonce(letter);
        bodies[i] = hashes.of("body", letter.text());
      }
      sealed[i] = seal.seal(ROWS, letter.text().getBytes(StandardCharsets.UTF_8));
    }
    try (Connection connection = database.getConnection()) {
      connection.setAutoCommit(false);
      try {
        Map<UUID, Long> fresh = new HashMap<>(count * 2);
        try (PreparedStatement statement =
            connection.prepareStatement(
                """
                with given as (
                  select * from unnest(?::uuid[], ?::text[], ?::text[], ?::text[], ?::uuid[],
                                       ?::timestamptz[], ?::text[], ?::text[], ?::uuid[],
                                       ?::uuid[], ?::bytea[])
                    with ordinality as g(dedupe, platform, account, kind, contact, happened_at,
                                         state, reason, nonce, nonce_body, sealed, n))
                insert into callback_inbox (dedupe, platform, account, kind, contact, happened_at,
                                            state, reason, nonce, nonce_body, sealed)
                select dedupe, platform, account, kind, contact, happened_at, state, reason, nonce,
                       nonce_body, sealed
                from given order by n
                on conflict (dedupe) do nothing
                returning dedupe, id\
                """)) {
          statement.setArray(1, connection.createArrayOf("uuid", dedupes));
          statement.setArray(2, connection.createArrayOf("text", platforms));
          statement.setArray(3, connection.createArrayOf("text", accounts));
          statement.setArray(4, connection.createArrayOf("text", kinds));
          statement.setArray(5, connection.createArrayOf("uuid", contacts));
          statement.setArray(6, connection.createArrayOf("timestamptz", happened));
          statement.setArray(7, connection.createArrayOf("text", states));
          statement.setArray(8, connection.createArrayOf("text", reasons));
          statement.setArray(9, connection.createArrayOf("uuid", nonces));
          statement.setArray(10, connection.createArrayOf("uuid", bodies));
          statement.setArray(11, connection.createArrayOf("bytea", sealed));
          try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              fresh.put(rows.getObject(1, UUID.class), rows.getLong(2));
            }
          }
        }
        also(connection, also, fresh);
        count(connection, batch, dedupes, fresh);
        connection.commit();
        var given = new HashSet<UUID>();
        for (int i = 0; i < count; i++) {
          // The same twice within one batch: the first is the row.
          boolean first = given.add(dedupes[i]);
          batch.get(i).numbered(first ? fresh.getOrDefault(dedupes[i], 0L) : 0L, dedupes[i]);
        }
      } catch (SQLException | RuntimeException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    }
  }

  UUID nonce(Arrival.Letter letter) {
    return hashes.of("nonce", letter.platform(), letter.account(), letter.nonce());
  }

  private static void also(Connection connection, Map<UUID, List<UUID>> also, Map<UUID, Long> fresh)
      throws SQLException {
    if (also.isEmpty()) {
      return;
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            "insert into callback_also (id, contact) values (?, ?) on conflict do nothing")) {
      for (Map.Entry<UUID, List<UUID>> one : also.entrySet()) {
        Long id = fresh.get(one.getKey());
        if (id != null) {
          for (UUID contact : one.getValue()) {
            statement.setLong(1, id);
            statement.setObject(2, contact);
            statement.addBatch();
          }
        }
      }
      statement.executeBatch();
    }
  }

  private static final class Count {
    private final Arrival.Letter sample;
    private long taken;
    private long repeated;
    private long refused;

    Count(Arrival.Letter sample) {
      this.sample = sample;
    }
  }

  private static void count(
      Connection connection, List<Arrival> batch, UUID[] dedupes, Map<UUID, Long> fresh)
      throws SQLException {
    var counts = new TreeMap<String, Count>();
    var seen = new HashSet<UUID>();
    for (int i = 0; i < batch.size(); i++) {
      Arrival.Letter letter = batch.get(i).letter();
      Count count =
          counts.computeIfAbsent(
              letter.platform() + "\n" + letter.account() + "\n" + letter.kind(),
              _ -> new Count(letter));
      boolean isNew = fresh.containsKey(dedupes[i]) && seen.add(dedupes[i]);
      count.repeated += isNew ? 0 : 1;
      count.taken += isNew && letter.state() != Arrival.State.REFUSED ? 1 : 0;
      count.refused += isNew && letter.state() == Arrival.State.REFUSED ? 1 : 0;
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            insert into callback_kind as k
              (platform, account, kind, known, taken, repeated, refused, last_at, names)
            values (?, ?, ?, ?, ?, ?, ?, now(), ?)
            on conflict (platform, account, kind) do update set
              known = excluded.known, taken = k.taken + excluded.taken,
              repeated = k.repeated + excluded.repeated, refused = k.refused + excluded.refused,
              last_at = now(), names = excluded.names\
            """)) {
      for (Count count : counts.values()) {
        statement.setString(1, count.sample.platform());
        statement.setString(2, count.sample.account());
        statement.setString(3, count.sample.kind());
        statement.setBoolean(4, count.sample.state() != Arrival.State.UNKNOWN);
        statement.setLong(5, count.taken);
        statement.setLong(6, count.repeated);
        statement.setLong(7, count.refused);
        statement.setArray(
            8, connection.createArrayOf("text", count.sample.names().toArray(String[]::new)));
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  /// Something that never came in.
  void refused(String account, String reason, long times) {
    sql.sql(
            """
            insert into callback_refusal as r (account, reason, count, last_at)
            values (:account, :reason, :times, now())
            on conflict (account, reason) do update set count = r.count + :times, last_at = now()
            """)
        .param("account", account)
        .param("reason", reason)
        .param("times", times)
        .update();
  }

  /// @param body of the one that came first
  record Nonce(UUID nonce, UUID body) {}

  /// What came in the open since then.
  List<Nonce> nonces(Instant since) {
    return sql.sql(
            "select nonce, nonce_body from callback_inbox where nonce is not null and received_at"
                + " >= :since")
        .param("since", since.atOffset(ZoneOffset.UTC))
        .query((row, _) -> new Nonce(row.getObject(1, UUID.class), row.getObject(2, UUID.class)))
        .list();
  }

  // ---- working on it

  long mark() {
    return sql.sql("select done from callback_mark").query(Long.class).single();
  }

  long newest() {
    return sql.sql("select coalesce(max(id), 0) from callback_inbox").query(Long.class).single();
  }

  void mark(long done) {
    sql.sql("update callback_mark set done = :done where done < :done")
        .param("done", done)
        .update();
  }

  /// Rows after a number, in order, those without a message left out.
  List<Arrival> after(long id, int most) {
    return between(id, Long.MAX_VALUE, most);
  }

  /// Rows after a number up to another, as [#after].
  List<Arrival> between(long after, long last, int most) {
    return sql.sql(
            ROW
                + "where id > :after and id <= :last and sealed is not null order by id limit"
                + " :most")
        .param("after", after)
        .param("last", last)
        .param("most", most)
        .query(this::row)
        .list();
  }

  /// Rows up to a number that something has to answer for.
  List<Arrival> waiting(long upTo, int most) {
    return sql.sql(
            ROW
                + "where state = 'waiting' and id <= :id and sealed is not null order by id limit"
                + " :most")
        .param("id", upTo)
        .param("most", most)
        .query(this::row)
        .list();
  }

  /// What somebody wants to have worked on again.
  ///
  /// @param account, kind, state null for all
  record Wanted(
      @Nullable String account,
      @Nullable String kind,
      @Nullable String state,
      @Nullable Instant from,
      @Nullable Instant to) {}

  private static final String WANTED =
      """
      where id > :after and id <= :upTo and sealed is not null
        and (cast(:account as text) is null or account = :account)
        and (cast(:kind as text) is null or kind = :kind)
        and (cast(:state as text) is null or state = :state)
        and (cast(:from as timestamptz) is null or happened_at >= :from)
        and (cast(:to as timestamptz) is null or happened_at < :to)
      """;

  private JdbcClient.StatementSpec asked(String text, Wanted wanted, long after, long upTo) {
    return sql.sql(text)
        .param("after", after)
        .param("upTo", upTo)
        .param("account", wanted.account())
        .param("kind", wanted.kind())
        .param("state", wanted.state())
        .param("from", wanted.from() == null ? null : wanted.from().atOffset(ZoneOffset.UTC))
        .param("to", wanted.to() == null ? null : wanted.to().atOffset(ZoneOffset.UTC));
  }

  List<Arrival> wanted(Wanted wanted, long after, long upTo, int most) {
    return asked(ROW + WANTED + " order by id limit :most", wanted, after, upTo)
        .param("most", most)
        .query(this::row)
        .list();
  }

  long howMany(Wanted wanted, long upTo) {
    return asked("select count(*) from callback_inbox " + WANTED, wanted, 0, upTo)
        .query(Long.class)
        .single();
  }

  private Arrival row(ResultSet row, int number) throws SQLException {
    String state = row.getString("state");
    return Arrival.again(
        row.getLong("id"),
        row.getObject("dedupe", UUID.class),
        new Arrival.Letter(
            row.getString("platform"),
            row.getString("account"),
            row.getString("kind"),
            new String(seal.open(ROWS, row.getBytes("sealed")), StandardCharsets.UTF_8),
            "",
            List.of(),
            row.getTimestamp("happened_at").toInstant(),
            Arrival.State.valueOf(state.toUpperCase(java.util.Locale.ROOT)),
            row.getString("reason"),
            List.of(),
            ""));
  }

  /// Where rows stand now.
  ///
  /// @param reason for people; null when there is nothing to say
  record Stand(long id, Arrival.State state, @Nullable String reason) {}

  void stand(Collection<Stand> stands) {
    if (stands.isEmpty()) {
      return;
    }
    var ids = new ArrayList<Long>();
    var states = new ArrayList<String>();
    var reasons = new ArrayList<@Nullable String>();
    for (Stand stand : stands) {
      ids.add(stand.id());
      states.add(stand.state().wire());
      String reason = stand.reason();
      reasons.add(reason == null || reason.length() <= 400 ? reason : reason.substring(0, 400));
    }
    sql.sql(
            """
            update callback_inbox i
            set state = case when i.state = 'erased' then i.state else s.state end,
                reason = s.reason,
                sealed = case when s.state = 'erased' then null else i.sealed end
            from unnest(?::bigint[], ?::text[], ?::text[]) as s(id, state, reason)
            where i.id = s.id
            """)
        .param(1, ids.toArray(Long[]::new))
        .param(2, states.toArray(String[]::new))
        .param(3, reasons.toArray(String[]::new))
        .update();
  }

  // ---- pulling

  @Nullable String cursor(String account, String openKfid) {
    return sql.sql(
            "select cursor from callback_cursor where account = :account and open_kfid = :kfid")
        .param("account", account)
        .param("kfid", openKfid)
        .query(String.class)
        .optional()
        .orElse(null);
  }

  void cursor(String account, String openKfid, String cursor) {
    sql.sql(
            """
            insert into callback_cursor (account, open_kfid, cursor)
            values (:account, :kfid, :cursor)
            on conflict (account, open_kfid) do update set cursor = excluded.cursor
            """)
        .param("account", account)
        .param("kfid", openKfid)
        .param("cursor", cursor)
        .update();
  }

  // ---- forgetting

  /// Removes what people said and were said to do, and remembers for a while that they were erased.
  void erase(Collection<UUID> contacts, Instant at) {
    UUID[] all = contacts.toArray(UUID[]::new);
    sql.sql(
            """
            insert into callback_erased (contact, erased_at)
            select c, ?::timestamptz from unnest(?::uuid[]) as c
            on conflict (contact) do update
              set erased_at = greatest(callback_erased.erased_at, excluded.erased_at)
            """)
        .param(1, Timestamp.from(at))
        .param(2, all)
        .update();
    sql.sql(
            """
            update callback_inbox
            set sealed = null, reason = null, state = 'erased'
            where (contact = any(?::uuid[])
                   or id in (select id from callback_also where contact = any(?::uuid[])))
              and (sealed is not null or reason is not null)
            """)
        .param(1, all)
        .param(2, all)
        .update();
  }

  Map<UUID, Instant> erased() {
    var erased = new HashMap<UUID, Instant>();
    sql.sql("select contact, erased_at from callback_erased")
        .query(
            row -> {
              erased.put(row.getObject(1, UUID.class), row.getTimestamp(2).toInstant());
            });
    return erased;
  }

  void forgetErased(Instant before) {
    sql.sql("delete from callback_erased where erased_at < :before")
        .param("before", before.atOffset(ZoneOffset.UTC))
        .update();
  }

  /// @param upTo only rows that were worked on
  /// @return how many rows went
  int dropOlder(Instant before, long upTo, int most) {
    return sql.sql(
            """
            delete from callback_inbox where id in (
              select id from callback_inbox
              where received_at < :before and id <= :upTo and state <> 'waiting'
              order by id limit :most)
            """)
        .param("before", before.atOffset(ZoneOffset.UTC))
        .param("upTo", upTo)
        .param("most", most)
        .update();
  }

  // ---- looking at it

  record Kind(
      String platform,
      String account,
      String kind,
      boolean known,
      long taken,
      long repeated,
      long refused,
      Instant lastAt,
      List<String> names) {}

  List<Kind> kinds() {
    return sql.sql("select * from callback_kind order by platform, account, kind")
        .query(
            (row, _) ->
                new Kind(
                    row.getString("platform"),
                    row.getString("account"),
                    row.getString("kind"),
                    row.getBoolean("known"),
                    row.getLong("taken"),
                    row.getLong("repeated"),
                    row.getLong("refused"),
                    row.getTimestamp("last_at").toInstant(),
                    List.of((String[]) row.getArray("names").getArray())))
        .list();
  }

  record Refused(String account, String reason, long count, Instant lastAt) {}

  List<Refused> refusals() {
    return sql.sql("select * from callback_refusal order by account, reason")
        .query(
            (row, _) ->
                new Refused(
                    row.getString("account"),
                    row.getString("reason"),
                    row.getLong("count"),
                    row.getTimestamp("last_at").toInstant()))
        .list();
  }

  /// @param reason null when there is nothing to say
  record Line(
      long id,
      String platform,
      String account,
      String kind,
      String state,
      @Nullable String reason,
      Instant happenedAt,
      Instant receivedAt,
      boolean kept) {}

  /// The newest first.
  ///
  /// @param state null for all
  List<Line> lines(@Nullable String state, long before, int most) {
    return sql.sql(
            """
            select id, platform, account, kind, reason, happened_at, received_at,
                   sealed is not null as kept,
                   case when state = 'taken' and id <= (select done from callback_mark)
                        then 'done' else state end as state
            from callback_inbox
            where id < :before
              and (cast(:state as text) is null
                   or state = case when :state = 'done' then 'taken' else :state end)
            order by id desc limit :most
            """)
        .param("before", before)
        .param("state", state)
        .param("most", most)
        .query(
            (row, _) ->
                new Line(
                    row.getLong("id"),
                    row.getString("platform"),
                    row.getString("account"),
                    row.getString("kind"),
                    row.getString("state"),
                    row.getString("reason"),
                    row.getTimestamp("happened_at").toInstant(),
                    row.getTimestamp("received_at").toInstant(),
                    row.getBoolean("kept")))
        .list();
  }

  long waiting() {
    return sql.sql("select count(*) from callback_inbox where state = 'waiting'")
        .query(Long.class)
        .single();
  }
}
