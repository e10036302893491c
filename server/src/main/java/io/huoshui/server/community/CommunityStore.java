package io.huoshui.server.community;

import io.huoshui.community.GroupChange;
import io.huoshui.json.Json;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Groups as rows: what people say of them, and their own log.
@Repository
class CommunityStore {
  /// How many a customer group takes, staff included: WeCom's product help; 200 where the corp is
  /// not verified. Seen 2025-11; a row's own number counts.
  static final int CAPACITY = 500;

  private final JdbcClient sql;

  CommunityStore(JdbcClient sql) {
    this.sql = sql;
  }

  /// @param capacity how many it takes, staff included
  /// @param staff when it was last read
  /// @param readAt when the platform was last asked; null when never
  record About(
      String chat,
      String kind,
      String theme,
      String store,
      List<String> labels,
      int capacity,
      int staff,
      @Nullable Instant readAt) {
    About {
      labels = List.copyOf(labels);
    }

    static About of(String chat) {
      return new About(chat, "", "", "", List.of(), CAPACITY, 0, null);
    }
  }

  Map<String, About> all() {
    var all = new TreeMap<String, About>();
    for (About each :
        sql.sql(
                "select chat, kind, theme, store, labels::text as labels, capacity, staff, read_at"
                    + " from community")
            .query(
                (row, _) -> {
                  var read = row.getTimestamp("read_at");
                  return new About(
                      row.getString("chat"),
                      row.getString("kind"),
                      row.getString("theme"),
                      row.getString("store"),
                      texts(Json.parse(row.getString("labels"))),
                      row.getInt("capacity"),
                      row.getInt("staff"),
                      read == null ? null : read.toInstant());
                })
            .list()) {
      all.put(each.chat(), each);
    }
    return all;
  }

  static List<String> texts(@Nullable Json json) {
    var texts = new ArrayList<String>();
    if (json instanceof Json.Arr(List<Json> items)) {
      for (Json item : items) {
        if (item instanceof Json.Str(String text)) {
          texts.add(text);
        }
      }
    }
    return texts;
  }

  private static Json json(List<String> texts) {
    return Json.of(texts.stream().map(Json::of).toList());
  }

  /// Makes its row when there is none.
  void know(String chat) {
    sql.sql("insert into community (chat) values (:chat) on conflict do nothing")
        .param("chat", chat)
        .update();
  }

  void read(String chat, int staff, Instant at) {
    know(chat);
    sql.sql("update community set staff = :staff, read_at = :at where chat = :chat")
        .param("chat", chat)
        .param("staff", staff)
        .param("at", at.atOffset(ZoneOffset.UTC))
        .update();
  }

  void edit(About about) {
    know(about.chat());
    sql.sql(
            """
            update community set kind = :kind, theme = :theme, store = :store,
              labels = cast(:labels as jsonb), capacity = :capacity where chat = :chat
            """)
        .param("chat", about.chat())
        .param("kind", about.kind())
        .param("theme", about.theme())
        .param("store", about.store())
        .param("labels", json(about.labels()).write())
        .param("capacity", about.capacity())
        .update();
  }

  // The groups' own log.

  /// @param id the same id is the same change
  void change(String id, String chat, GroupChange change) {
    know(chat);
    String what =
        switch (change) {
          case GroupChange.Created _ -> "created";
          case GroupChange.Renamed _ -> "renamed";
          case GroupChange.OwnerChanged _ -> "owner";
          case GroupChange.AdminsChanged _ -> "admins";
          case GroupChange.Noticed _ -> "notice";
          case GroupChange.Dissolved _ -> "dissolved";
        };
    Json body =
        switch (change) {
          case GroupChange.Created(Instant _, String name, String owner) ->
              Json.object("name", Json.of(name), "owner", Json.of(owner));
          case GroupChange.Renamed(Instant _, String name) -> Json.object("name", Json.of(name));
          case GroupChange.OwnerChanged(Instant _, String owner) ->
              Json.object("owner", Json.of(owner));
          case GroupChange.AdminsChanged(Instant _, List<String> admins) ->
              Json.object("admins", json(admins));
          case GroupChange.Noticed(Instant _, String notice) ->
              Json.object("notice", Json.of(notice));
          case GroupChange.Dissolved _ -> Json.object();
        };
    sql.sql(
            """
            insert into community_change (id, chat, at, what, body)
            values (:id, :chat, :at, :what, cast(:body as jsonb)) on conflict do nothing
            """)
        .param("id", id)
        .param("chat", chat)
        .param("at", change.at().atOffset(ZoneOffset.UTC))
        .param("what", what)
        .param("body", body.write())
        .update();
  }

  private record Row(String chat, GroupChange change) {}

  private static GroupChange change(Instant at, String what, Json body) {
    Json.Obj fields = body instanceof Json.Obj object ? object : Json.object();
    return switch (what) {
      case "created" -> new GroupChange.Created(at, text(fields, "name"), text(fields, "owner"));
      case "renamed" -> new GroupChange.Renamed(at, text(fields, "name"));
      case "owner" -> new GroupChange.OwnerChanged(at, text(fields, "owner"));
      case "admins" -> new GroupChange.AdminsChanged(at, texts(fields.get("admins")));
      case "notice" -> new GroupChange.Noticed(at, text(fields, "notice"));
      case "dissolved" -> new GroupChange.Dissolved(at);
      default -> throw new IllegalStateException("Unknown change of a group: " + what);
    };
  }

  static String text(Json.Obj fields, String key) {
    return fields.get(key) instanceof Json.Str(String text) ? text : "";
  }

  /// By group.
  Map<String, List<GroupChange>> log() {
    var log = new TreeMap<String, List<GroupChange>>();
    sql.sql("select chat, at, what, body::text as body from community_change order by at, id")
        .query(
            (row, _) ->
                new Row(
                    row.getString("chat"),
                    change(
                        row.getTimestamp("at").toInstant(),
                        row.getString("what"),
                        Json.parse(row.getString("body")))))
        .list()
        .forEach(row -> log.computeIfAbsent(row.chat(), _ -> new ArrayList<>()).add(row.change()));
    return log;
  }

  // The rule of stages.

  Optional<String> rule() {
    return sql.sql("select body::text from community_rule").query(String.class).optional();
  }

  void rule(String body) {
    sql.sql(
            """
            insert into community_rule (body) values (cast(:body as jsonb))
            on conflict (one) do update set body = excluded.body
            """)
        .param("body", body)
        .update();
  }
}
