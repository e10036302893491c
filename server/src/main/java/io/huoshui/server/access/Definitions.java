package io.huoshui.server.access;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Entry;
import io.huoshui.tag.TagGroup;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// Publishes definitions: into the log, which is what is in force, and into the records, which keep
/// every version as its author wrote it.
@Repository
public class Definitions {
  private final Engine engine;
  private final JdbcClient sql;
  private final JsonMapper json;
  private final YAMLMapper yaml = YAMLMapper.builder().build();

  Definitions(Engine engine, JdbcClient sql, JsonMapper json) {
    this.engine = engine;
    this.sql = sql;
    this.json = json;
    catchUp();
    forgetRetired();
  }

  /// A crash after a segment was retired, and before its row went, is made good here.
  private void forgetRetired() {
    forgetRetired(
        Entry.Definition.SEGMENT,
        engine.ask().segments().stream().map(line -> line.segment().name()).toList());
    forgetRetired(
        Entry.Definition.TAG_GROUP,
        engine.ask().tags().groups().stream().map(TagGroup::name).toList());
  }

  private void forgetRetired(Entry.Definition kind, List<String> inForce) {
    sql
        .sql("select distinct name from definition where kind = :kind")
        .param("kind", wire(kind))
        .query(String.class)
        .list()
        .stream()
        .filter(name -> !inForce.contains(name))
        .forEach(name -> forget(kind, name));
  }

  private void forget(Entry.Definition kind, String name) {
    sql.sql("delete from definition where kind = :kind and name = :name")
        .param("kind", wire(kind))
        .param("name", name)
        .update();
  }

  private static String wire(Entry.Definition kind) {
    return kind.name().toLowerCase(java.util.Locale.ROOT);
  }

  /// Takes a segment out of force, and its row away: the audit keeps what it said.
  public void retireSegment(String name) {
    engine.retireSegment(name);
    forget(Entry.Definition.SEGMENT, name);
  }

  /// The same of a tag group.
  public void retireTagGroup(String name) {
    engine.retireTagGroup(name);
    forget(Entry.Definition.TAG_GROUP, name);
  }

  /// What is in force was published into the log first: a crash before the row, or a backup taken
  /// between the two, is made good here.
  private void catchUp() {
    for (Entry.Published each : engine.ask().definitions()) {
      sql.sql(
              """
              insert into definition (kind, name, version, body)
              values (:kind, :name, :version, cast(:body as jsonb))
              on conflict (kind, name, version) do update
              set body = excluded.body, source_text = null, published_at = now()
              where definition.body <> excluded.body
              """)
          .param("kind", wire(each.kind()))
          .param("name", each.name())
          .param("version", each.version())
          .param("body", each.json())
          .update();
    }
  }

  /// @param body the JSON that goes into the log
  /// @param written as the author wrote it
  /// @return the version
  public int publish(Entry.Definition kind, String name, String body, String written) {
    int version = engine.publish(kind, name, body);
    sql.sql(
            """
            insert into definition (kind, name, version, body, source_text)
            values (:kind, :name, :version, cast(:body as jsonb), :written)
            on conflict (kind, name, version) do update
            set body = excluded.body, source_text = excluded.source_text, published_at = now()
            """)
        .param("kind", wire(kind))
        .param("name", name)
        .param("version", version)
        .param("body", body)
        .param("written", written)
        .update();
    return version;
  }

  /// YAML or JSON as a JSON text; YAML is a superset, so one reader serves both.
  public String asJson(String yamlOrJson) {
    try {
      return json.writeValueAsString(yaml.readTree(yamlOrJson));
    } catch (tools.jackson.core.JacksonException e) {
      throw Problem.of(
              org.springframework.http.HttpStatus.BAD_REQUEST,
              "malformed_yaml",
              "The definition can not be read: " + e.getOriginalMessage())
          .at(
              e.getLocation() == null
                  ? "body"
                  : "line "
                      + e.getLocation().getLineNr()
                      + ", column "
                      + e.getLocation().getColumnNr(),
              "",
              "YAML or JSON")
          .thrown();
    }
  }

  public JsonNode tree(String text) {
    return json.readTree(text);
  }

  /// A definition as it was written.
  public record Version(
      String kind, String name, int version, String written, java.time.Instant publishedAt) {}

  public List<Version> versions(Entry.Definition kind, String name) {
    return sql.sql(
            """
            select kind, name, version, coalesce(source_text, body::text) as written, published_at
            from definition where kind = :kind and name = :name order by version
            """)
        .param("kind", wire(kind))
        .param("name", name)
        .query(
            (row, _) ->
                new Version(
                    row.getString("kind"),
                    row.getString("name"),
                    row.getInt("version"),
                    row.getString("written"),
                    row.getTimestamp("published_at").toInstant()))
        .list();
  }
}
