package io.huoshui.server.care;

import io.huoshui.json.Json;
import io.huoshui.server.profile.Forgotten;
import java.util.List;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/// Texts that others wrote and that may quote an identifier of somebody: answers that are kept to
/// be given again, what platforms said of a failure, reports of imports, the audit. What is quoted
/// of somebody who is erased is taken out of them; everything else of them stays.
///
/// Rows that are *about* somebody are their room's; what an operator wrote into a rule, a template
/// or a title stays (ADR 13).
@Component
class Quotations {
  /// @param json whether the column is one of JSON; answers are text that happens to be
  record Place(String table, String column, boolean json) {}

  static final List<Place> PLACES =
      List.of(
          new Place("idempotency", "answer", false),
          new Place("audit", "what", false),
          new Place("job", "about", false),
          new Place("job", "spec", true),
          new Place("job", "at", true),
          new Place("job", "failure", false),
          new Place("audience_import", "report", true),
          new Place("audience_refresh", "last_failure", false),
          new Place("hand_over", "trouble", false),
          new Place("post_call", "why", false),
          new Place("post_result", "reason", false),
          new Place("group_welcome", "why", false),
          new Place("group_post", "why", false),
          new Place("community_change", "body", true),
          new Place("community_move", "left_over", true),
          new Place("feed", "failure", false),
          new Place("tag_sync", "failure", false),
          new Place("tag_platform", "trouble", false),
          new Place("hook_call", "failure", false),
          new Place("live_code_way", "why", false),
          new Place("welcome", "reason", false),
          new Place("call_made", "why", false),
          new Place("callback_inbox", "reason", false));

  private final JdbcClient sql;

  Quotations(JdbcClient sql) {
    this.sql = sql;
  }

  /// After the rooms: what they take away need not be read.
  @EventListener
  @Order(100)
  void forgotten(Forgotten person) {
    for (Place place : PLACES) {
      person
          .spellings()
          .forEach((spelling, nobody) -> replace(place, bare(spelling), bare(nobody)));
      for (String word : person.words()) {
        // A short word on its own is a part of many; as a whole value it is theirs.
        replace(place, Json.of(word).write(), "\"\"");
      }
    }
  }

  private static String bare(String text) {
    String quoted = Json.of(text).write();
    return quoted.substring(1, quoted.length() - 1);
  }

  private void replace(Place place, String was, String now) {
    String column = '"' + place.column() + '"';
    String changed = "replace(" + column + "::text, :was, :now)";
    sql.sql(
            "update "
                + place.table()
                + " set "
                + column
                + " = "
                + (place.json() ? "cast(" + changed + " as jsonb)" : changed)
                + " where position(:was in "
                + column
                + "::text) > 0")
        .param("was", was)
        .param("now", now)
        .update();
  }
}
