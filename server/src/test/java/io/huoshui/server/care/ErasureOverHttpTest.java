package io.huoshui.server.care;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.huoshui.json.Json;
import io.huoshui.platforms.wecom.WecomCallbacks.Change;
import io.huoshui.server.access.Sealed;
import io.huoshui.server.demo.Scenario;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/// A customer asks to be forgotten, over real HTTP, with a real PostgreSQL beside.
class ErasureOverHttpTest {
  @TempDir Path folder;

  @Test
  void nothingPersonalIsAnsweredOrInTheRecordsAndTheNeighboursStay() throws Exception {
    Path data = folder.resolve("data");
    String admin;
    Map<String, String> before;
    try (Shop shop = Shop.founded(data)) {
      admin = shop.admin();
      shop.people(0, 6);
      shop.redeem(shop.coupon(2), "till-1");
      String neighbour = shop.get("/api/v1/profiles/p3?reveal=true");
      assertThat(shop.get("/api/v1/profiles/p2?reveal=true")).contains(Shop.phone(2), "钟灵2");

      assertThat(shop.send("POST", "/api/v1/profiles/p2/erase", shop.key(), "").statusCode())
          .as("a write key erases nobody")
          .isEqualTo(401);
      assertThat(shop.post("/api/v1/profiles/p2/erase", "").write())
          .isEqualTo("{\"id\":\"p2\",\"erased\":true}");
      assertThat(shop.post("/api/v1/profiles/p2/erase", "").write())
          .isEqualTo("{\"id\":\"p2\",\"erased\":false}");
      var nobody = shop.send("POST", "/api/v1/profiles/p99/erase", admin, "");
      assertThat(nobody.statusCode()).isEqualTo(404);

      assertThat(shop.get("/api/v1/profiles/p3?reveal=true")).isEqualTo(neighbour);
      assertThat(shop.get("/api/v1/profiles?query=" + Shop.phone(2))).contains("\"items\":[]");
      assertThat(shop.get("/api/v1/profiles/p2/events?reveal=true")).contains("\"items\":[]");
      assertThat(shop.get("/api/v1/profiles/p2?reveal=true"))
          .doesNotContain(Shop.phone(2))
          .doesNotContain("钟灵2");
      assertThat(shop.get("/api/v1/overview")).contains("\"people\":5,");
      before = shop.answers(6);

      var made = Shop.backup(folder.resolve("b").toString(), "--data-dir", data.toString());
      assertThat(made.exit()).as(made.err()).isZero();
      for (Manifest.Part part : Manifest.read(folder.resolve("b")).files()) {
        if (part.name().startsWith("pg/")) {
          byte[] packed = Files.readAllBytes(folder.resolve("b").resolve(part.name()));
          try (var rows = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            assertThat(new String(rows.readAllBytes(), StandardCharsets.UTF_8))
                .as(part.name())
                .doesNotContain(Shop.phone(2))
                .doesNotContain("钟灵2");
          }
        }
      }
    }
    try (Shop shop = new Shop(data, admin)) {
      assertThat(shop.answers(6)).isEqualTo(before);
    }
    var well = Shop.doctor(data);
    assertThat(well.exit()).as(well.out()).isZero();
  }

  @Test
  void aCleaningEmptiesTheFilesAndABackupOfThemComesBack() throws Exception {
    Path data = folder.resolve("data");
    Path backup = folder.resolve("b");
    Path restored = folder.resolve("restored");
    Path log = data.resolve("engine/log");
    String admin;
    Map<String, String> before;
    List<String> first;
    try (Shop shop = Shop.founded(data)) {
      admin = shop.admin();
      shop.people(0, 6);
      shop.redeem(shop.coupon(2), "till-1");
      shop.post("/api/v1/profiles/p2/erase", "");
      assertThat(shop.get("/api/v1/erasures")).contains("\"waiting\":1", "\"lastCleanedRecord\":0");
      assertThat(shop.get("/health")).contains("up");
      assertThat(shop.send("GET", "/metrics", admin, "").body())
          .contains("huoshui_erasures_waiting 1\n");
      assertThat(Shop.doctor(data).out()).contains("1 erased", "wait for a cleaning");
      first = files(log);

      assertThat(shop.send("POST", "/api/v1/erasures/clean", shop.key(), "").statusCode())
          .as("a write key cleans nothing")
          .isEqualTo(401);
      Json cleaned = shop.post("/api/v1/erasures/clean", "");

      assertThat(Scenario.number(cleaned, "people")).isEqualTo(1);
      assertThat(Scenario.number(cleaned, "bytesFreed")).isPositive();
      assertThat(files(log)).doesNotContainAnyElementsOf(first);
      assertThat(shop.get("/api/v1/erasures")).contains("\"waiting\":0", "\"since\":null");
      assertThat(shop.send("GET", "/metrics", admin, "").body())
          .contains("huoshui_erasures_waiting 0\n", "huoshui_erasure_cleanings_total 1\n");
      var beside = Shop.doctor(data);
      assertThat(beside.exit()).as(beside.out()).isZero();
      assertThat(beside.out()).contains("nobody who was erased is in these files", "as the base");
      shop.people(6, 8);
      before = shop.answers(8);
      var made = Shop.backup(backup.toString(), "--data-dir", data.toString(), "--with-key");
      assertThat(made.exit()).as(made.err()).isZero();
      assertThat(Manifest.read(backup).files())
          .extracting(Manifest.Part::name)
          .anyMatch(name -> name.startsWith("engine/base/") && name.endsWith(".ckp"));
    }
    var back = Shop.restore(backup.toString(), "--data-dir", restored.toString());
    assertThat(back.exit()).as(back.err()).isZero();
    for (Path each : List.of(data, restored)) {
      try (Shop shop = new Shop(each, admin)) {
        assertThat(shop.answers(8)).isEqualTo(before);
      }
      for (String derived : List.of("state", "ids", "columns")) {
        Backup.empty(each.resolve("engine").resolve(derived), true);
      }
      try (Shop shop = new Shop(each, admin)) {
        assertThat(shop.answers(8)).as("from base and log alone").isEqualTo(before);
      }
      var well = Shop.doctor(each);
      assertThat(well.exit()).as(well.out()).isZero();
    }
  }

  @Test
  void aDamagedBaseIsReportedAndACleaningMakesAnother() throws Exception {
    Path data = folder.resolve("data");
    String admin;
    try (Shop shop = Shop.founded(data)) {
      admin = shop.admin();
      shop.people(0, 4);
      shop.post("/api/v1/profiles/p2/erase", "");
      shop.post("/api/v1/erasures/clean", "");
      shop.people(4, 6);
    }
    Path base = data.resolve("engine/base");
    String state = files(base).stream().filter(name -> name.endsWith(".ckp")).findFirst().get();
    byte[] bytes = Files.readAllBytes(base.resolve(state));
    bytes[100] ^= 4;
    Files.write(base.resolve(state), bytes);

    var ill = Shop.doctor(data);
    assertThat(ill.exit()).isPositive();
    assertThat(ill.out()).contains(state, "was changed on disk", "./huoshui restore");
    try (Shop shop = new Shop(data, admin)) {
      assertThat(Scenario.number(shop.post("/api/v1/erasures/clean", ""), "record")).isPositive();
    }
    var well = Shop.doctor(data);
    assertThat(well.exit()).as(well.out()).isZero();
  }

  private static final String CUSTOMER = "wmErasedPerson0001";

  /// Sealed with the key of the personal data: a search finds nothing in them, so what becomes of
  /// each is asked for by itself below, or it holds nobody's data.
  private static final Set<String> SEALED =
      Set.of(
          // Emptied with the callback, by the hash of whom it is about.
          "callback_inbox.sealed",
          // Emptied by the number of the profile.
          "call_made.transcript",
          // The record is opened, read, and dropped when it names them.
          "feed_quarantine.raw",
          // Credentials of the brand.
          "feed.credentials",
          "hook.secret",
          "platform_account.credentials",
          "platform_account.former",
          "platform_token.sealed",
          "alert_route.target");

  /// Whoever went through every room, and what is left of them in PostgreSQL.
  @Test
  void noColumnOfAnyTableSaysWhoWasErasedAndTheNumbersStay() throws Exception {
    String phone = Shop.phone(2);
    var wecom = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    wecom.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          // Busy but for messages: a welcome waits for its next try.
          byte[] answer =
              (path.endsWith("/gettoken")
                      ? "{\"errcode\":0,\"access_token\":\"t\",\"expires_in\":7200}"
                      : path.endsWith("/add_msg_template")
                          ? "{\"errcode\":0,\"fail_list\":[],\"msgid\":\"m1\"}"
                          : "{\"errcode\":-1,\"errmsg\":\"system busy\"}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    wecom.start();
    Path secrets = folder.resolve("secrets.json");
    Files.writeString(
        secrets,
        "{\"wecom\":{\"url\":\"http://127.0.0.1:"
            + wecom.getAddress().getPort()
            + "\",\"corpId\":\"ww1\",\"secret\":\"s\"}}");
    try (Shop shop = Shop.founded(folder.resolve("data"), "--secrets", secrets.toString())) {
      shop.people(0, 6);
      var sql = shop.part(JdbcClient.class);
      wentThroughEveryRoom(shop, sql, phone);
      Map<String, Long> before = counts(sql);
      var found = where(sql, List.of(CUSTOMER, phone, "钟灵2"));
      assertThat(found)
          .as("the law looks where there is something to find")
          .contains(
              "audit.what",
              "feed_quarantine.value",
              "group_answer.answer",
              "group_answer.person",
              "guide_task.script",
              "guide_task.title",
              "hand_over.refused",
              "hand_over_item.item",
              "idempotency.answer",
              "job.failure",
              "live_code_add.customer",
              "live_code_seat.customer",
              "live_code_ticket.buyer",
              "live_code_ticket.customer",
              "post_reaction.customer",
              "shared_to_contact.customer",
              "welcome.customer",
              "welcome.welcome_code",
              "welcome_chore.customer",
              "welcome_chore.made_for");

      assertThat(shop.post("/api/v1/profiles/p2/erase", "").write()).contains("\"erased\":true");

      assertThat(where(sql, List.of(CUSTOMER, phone, "钟灵2"))).isEmpty();
      assertThat(counts(sql)).as("adds, welcomes, tasks are counted as before").isEqualTo(before);
      assertThat(
              sql.sql("select distinct state || ' ' || reason from welcome where told")
                  .query(String.class)
                  .list())
          .as("nothing is said any more")
          .contains("none erased")
          .noneMatch(each -> each.startsWith("waiting"));
      assertThat(
              one(sql, "select count(*) from welcome_chore where customer <> 'wmNeighbour000001'"))
          .isZero();
      assertThat(one(sql, "select count(*) from guide_task where state = 'open'")).isZero();
      assertThat(one(sql, "select count(*) from hand_over_item where state = 'planned'")).isZero();
      assertThat(
              one(sql, "select count(*) from tag_step")
                  + one(sql, "select count(*) from tag_contact"))
          .as("of two, the neighbour's")
          .isEqualTo(2);
      assertThat(one(sql, "select count(*) from call_made where transcript is not null")).isZero();
      assertThat(one(sql, "select count(*) from feed_quarantine")).as("the neighbour's").isOne();
      assertThat(where(sql, List.of("wmNeighbour000001")))
          .contains(
              "post_reaction.customer", "shared_to_contact.customer", "feed_quarantine.value");

      // Time goes on, and nothing brings them back.
      shop.post("/api/v1/clock", "{\"to\":\"2026-07-01T03:00:00Z\"}");
      assertThat(where(sql, List.of(CUSTOMER, phone, "钟灵2"))).isEmpty();
      assertThat(shop.get("/api/v1/profiles?query=" + CUSTOMER)).contains("\"items\":[]");
      assertThat(shop.post("/api/v1/profiles/p2/erase", "").write()).contains("\"erased\":false");

      // The same contact later is somebody new.
      shop.tell(
          new Change.Added(
              "li", CUSTOMER, "card", "WC-again", false, Instant.parse("2026-07-01T03:30:00Z")));
      shop.post("/api/v1/clock", "{\"to\":\"2026-07-01T04:00:00Z\"}");
      assertThat(one(sql, "select count(*) from live_code_add where customer = '" + CUSTOMER + "'"))
          .isOne();
    } finally {
      wecom.stop(0);
    }
  }

  private static void wentThroughEveryRoom(Shop shop, JdbcClient sql, String phone)
      throws Exception {
    String person =
        "\"identifiers\":[{\"kind\":\"phone\",\"value\":\""
            + phone
            + "\"},{\"kind\":\"externalUserid\",\"scope\":\"ww1\",\"value\":\""
            + CUSTOMER
            + "\"}]";
    String when = "\"time\":\"2026-06-30T13:00:00Z\",";
    var taken =
        shop.send(
            "POST",
            "/api/v1/events",
            shop.key(),
            "[{\"id\":\"add\",\"name\":\"contact_added\","
                + when
                + person
                + ",\"properties\":{\"guide\":\"li\",\"liveCode\":\"card\"}},"
                + "{\"id\":\"join\",\"name\":\"group_joined\","
                + when
                + person
                + ",\"properties\":{\"group\":\"wr1\"}},"
                + "{\"id\":\"task\",\"name\":\"task_assigned\","
                + when
                + person
                + ",\"properties\":{\"task\":\"t1\",\"guide\":\"li\",\"title\":\"回访钟灵2\",\"script\":\"钟灵2您好"
                + " "
                + phone
                + "\",\"journey\":\"thanks\",\"due\":\"2026-07-03T00:00:00Z\"}}]");
    assertThat(taken.body()).contains("\"accepted\":3");

    // A live code with a card of a parcel, and a welcome that the platform is too busy for.
    shop.post(
        "/api/v1/live-codes",
        "{\"code\":\"card\",\"source\":\"parcels\",\"members\":[\"li\",\"wu\"],\"welcome\":\"hello\","
            + "\"remark\":\"card\",\"tags\":[\"parcel\"],\"oncePerOrder\":true}");
    for (String order : List.of("o-1", "o-2")) {
      shop.post(
          "/api/v1/live-codes/card/tickets",
          "{\"orders\":[{\"orderId\":\""
              + order
              + "\",\"buyer\":[{\"kind\":\"phone\",\"value\":\""
              + phone
              + "\"}]}]}");
    }
    sql.sql(
            """
            insert into live_code_seat (code, variant, day, guide, slot, fallback, visitor, ticket,
                   reserved_at, lease_until, state)
            select 'card', '', '2026-06-30', 'li', 0, false, 'browser', ticket,
                   '2026-06-30T10:00:00Z', '2026-06-30T10:10:00Z', 'held'
            from live_code_ticket where order_id = 'o-1'
            """)
        .update();
    Instant added = Instant.parse("2026-06-30T13:00:00Z");
    shop.tell(new Change.Added("li", CUSTOMER, "card", "WC1", false, added));
    shop.tell(new Change.Added("wu", CUSTOMER, "card", "", true, added));
    // A welcome without a code comes to nothing at once, and its chores follow.
    for (int i = 0; i < 1_000 && one(sql, "select count(*) from welcome_chore") < 2; i++) {
      shop.post("/api/v1/clock", "{\"to\":\"2026-07-01T00:00:00Z\"}");
    }

    // What a platform answers or somebody else brings.
    shop.post(
        "/api/v1/group-keywords",
        "{\"keywords\":[{\"rule\":\"price\",\"contains\":[\"价格\"],\"text\":\"{name}您好\"}]}");
    shop.post(
        "/api/v1/communities/wr1/messages",
        "{\"id\":\"m1\",\"person\":\"" + CUSTOMER + "\",\"name\":\"钟灵2\",\"text\":\"价格?\"}");
    shop.post(
        "/api/v1/templates",
        "{\"name\":\"hi\",\"channel\":\"wecom\",\"text\":\"{name}您好\",\"sender\":\"li\"}");
    shop.post(
        "/api/v1/reach/mass", "{\"template\":\"hi\",\"people\":{\"text\":\"did contact_added\"}}");
    shop.send("PUT", "/api/v1/feeds/tb", shop.admin(), "{\"vendor\":\"taobao\",\"shop\":\"tb\"}");
    var sealed = shop.part(Sealed.class);
    for (String who : List.of(CUSTOMER, "wmNeighbour000001")) {
      int number = who.equals(CUSTOMER) ? 2 : 3;
      for (String statement :
          List.of(
              """
              with p as (insert into post (kind, title, body, due_at, who)
                         values ('moment', '', '{}', now(), 'admin') returning id),
                   c as (insert into post_call (post, owner, targets, not_before, state)
                         select id, 'li', '[]', now(), 'refused' from p returning id)
              insert into post_reaction (call, guide, customer, comment, reacted_at)
              select id, 'li', :who, false, now() from c
              """,
              "insert into shared_to_contact values ('li', :who, '2026-06-30')",
              """
              with h as (insert into hand_over (from_guide, left_brand, message, why, who, begun_at,
                                                refused)
                         values ('li', true, '', '', 'admin', now(),
                                 jsonb_build_array(jsonb_build_object('item', cast(:who as text))))
                         returning id)
              insert into hand_over_item (hand_over, item, is_group, profile, to_guide, call, state,
                                          due_at)
              select id, :who, false, :number, 'wu', 0,
                     case when :number = 2 then 'planned' else 'undone' end, now() from h
              """,
              "insert into tag_contact values ('wecom', :number, 'li', 1)",
              "insert into tag_step values ('wecom', :number, 'li', '{vip}', '{}', true)",
              """
              insert into job (kind, about, spec, people, total, state, failure, who)
              values ('tag', '', '{}', '', 1, 'failed', 'not the contact ' || :who, 'admin')
              """,
              """
              insert into idempotency (key, path, body_hash, status, answer)
              values ('k' || :number, '/x', '', 200, '{"value":"' || :who || '","name":"钟灵'
                      || :number || '"}')
              """,
              "insert into audit (who, action, what) values ('admin', 'looked', 'for ' || :who)")) {
        sql.sql(statement).param("who", who).param("number", number).update();
      }
      sql.sql(
              """
              insert into feed_quarantine (feed, happened_at, file, line, place, value, code, why, raw)
              values ('tb', now(), 'f', 1, 'p', :who, 'bad', 'it says ' || :who, :raw)
              """)
          .param("who", who)
          .param("raw", sealed.seal("{\"buyer\":\"" + who + "\"}"))
          .update();
    }
    sql.sql(
            """
            insert into call_made (call, touchpoint, flow, version, profile, at, transcript)
            values ('c1', 't', 'f', 1, 2, now(), :said)
            """)
        .param("said", sealed.seal("[]"))
        .update();
  }

  private static long one(JdbcClient sql, String question) {
    return sql.sql(question).query(Long.class).single();
  }

  /// Numbers that reports are made of.
  private static Map<String, Long> counts(JdbcClient sql) {
    var counts = new TreeMap<String, Long>();
    for (String each :
        List.of(
            "live_code_add",
            "live_code_seat where state = 'added'",
            "live_code_ticket where used_at is not null",
            "welcome",
            "guide_task",
            "group_answer",
            "hand_over_item",
            "post_reaction",
            "mass_task")) {
      counts.put(each, one(sql, "select count(*) from " + each));
    }
    counts.put("taken", one(sql, "select sum(taken) from live_code_day"));
    return counts;
  }

  /// Every column of every table that one of these stands in: text, JSON, lists.
  private static SortedSet<String> where(JdbcClient sql, List<String> words) {
    var found = new TreeSet<String>();
    record Column(String table, String name) {}
    List<Column> columns =
        sql.sql(
                """
                select c.table_name, c.column_name
                from information_schema.columns c
                join information_schema.tables t using (table_schema, table_name)
                where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
                  and c.data_type in ('text', 'character varying', 'jsonb', 'json', 'ARRAY', 'bytea')
                """)
            .query((row, _) -> new Column(row.getString(1), row.getString(2)))
            .list();
    for (Column column : columns) {
      if (SEALED.contains(column.table() + "." + column.name())) {
        continue;
      }
      for (String word : words) {
        if (one(
                sql,
                "select count(*) from \""
                    + column.table()
                    + "\" where position('"
                    + word
                    + "' in \""
                    + column.name()
                    + "\"::text) > 0")
            > 0) {
          found.add(column.table() + "." + column.name());
        }
      }
    }
    assertThat(columns).hasSizeGreaterThan(100);
    return found;
  }

  /// A new table is decided on: docs/operate/erasure.md says of each what happens to it.
  @Test
  void theDocsSayOfEveryTableWhatHappensAtAnErasure() throws Exception {
    Path docs = Path.of("").toAbsolutePath();
    while (!Files.isRegularFile(docs.resolve("docs/operate/erasure.md"))) {
      docs = Objects.requireNonNull(docs.getParent());
    }
    String page = Files.readString(docs.resolve("docs/operate/erasure.md"));
    try (Shop shop = Shop.founded(folder.resolve("data"))) {
      List<String> tables =
          shop.part(JdbcClient.class)
              .sql(
                  """
                  select table_name from information_schema.tables
                  where table_schema = 'public' and table_type = 'BASE TABLE'
                    and table_name <> 'flyway_schema_history'
                  """)
              .query(String.class)
              .list();
      assertThat(tables).allSatisfy(table -> assertThat(page).contains("`" + table + "`"));
    }
  }

  private static List<String> files(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }
}
