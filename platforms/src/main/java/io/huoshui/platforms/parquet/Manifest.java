package io.huoshui.platforms.parquet;

import io.huoshui.json.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an export says of itself: of which instant it is, what it holds, and the checksums.
///
/// @param at the brand's instant it is of
/// @param record the log's record it is of: the same record, the same rows
/// @param revealed whether identifiers and texts are in it in full
/// @param who asked for it
/// @param writtenAt when it was done, by the wall clock
public record Manifest(
    String id,
    Instant at,
    String zone,
    long record,
    boolean revealed,
    String who,
    Instant writtenAt,
    Totals totals,
    List<File> files) {
  static final String NAME = "manifest.json";
  private static final long VERSION = 1;

  public Manifest {
    files = List.copyOf(files);
  }

  /// What the engine counts at that instant, and the files say, too.
  public record Totals(long people, long events, long orders, long grossFen, long revenueFen) {}

  /// @param path within the folder
  /// @param sha256 in hexadecimal
  public record File(String table, String path, long rows, long bytes, String sha256) {}

  public long bytes() {
    return files.stream().mapToLong(File::bytes).sum();
  }

  public List<File> of(String table) {
    return files.stream().filter(file -> file.table().equals(table)).toList();
  }

  public Json json() {
    return Json.object(
        "version",
        Json.of(VERSION),
        "id",
        Json.of(id),
        "at",
        Json.of(at.toString()),
        "zone",
        Json.of(zone),
        "record",
        Json.of(record),
        "revealed",
        Json.of(revealed),
        "who",
        Json.of(who),
        "writtenAt",
        Json.of(writtenAt.toString()),
        "totals",
        Json.object(
            "people",
            Json.of(totals.people()),
            "events",
            Json.of(totals.events()),
            "orders",
            Json.of(totals.orders()),
            "grossFen",
            Json.of(totals.grossFen()),
            "revenueFen",
            Json.of(totals.revenueFen())),
        "files",
        Json.of(
            files.stream()
                .map(
                    file ->
                        Json.object(
                            "table",
                            Json.of(file.table()),
                            "path",
                            Json.of(file.path()),
                            "rows",
                            Json.of(file.rows()),
                            "bytes",
                            Json.of(file.bytes()),
                            "sha256",
                            Json.of(file.sha256())))
                .toList()));
  }

  /// @return null when there is no export in the folder, or not a whole one
  public static @Nullable Manifest read(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    if (!Files.isRegularFile(file)) {
      return null;
    }
    Json json = Json.parse(Files.readString(file));
    Json totals = at(json, "totals");
    return new Manifest(
        text(json, "id"),
        Instant.parse(text(json, "at")),
        text(json, "zone"),
        number(json, "record"),
        at(json, "revealed") instanceof Json.Bool(boolean on) && on,
        text(json, "who"),
        Instant.parse(text(json, "writtenAt")),
        new Totals(
            number(totals, "people"),
            number(totals, "events"),
            number(totals, "orders"),
            number(totals, "grossFen"),
            number(totals, "revenueFen")),
        at(json, "files") instanceof Json.Arr(List<Json> items)
            ? items.stream()
                .map(
                    one ->
                        new File(
                            text(one, "table"),
                            text(one, "path"),
                            number(one, "rows"),
                            number(one, "bytes"),
                            text(one, "sha256")))
                .toList()
            : List.of());
  }

  private static @Nullable Json at(@Nullable Json json, String key) {
    return json instanceof Json.Obj object ? object.get(key) : null;
  }

  private static String text(@Nullable Json json, String key) {
    return at(json, key) instanceof Json.Str(String text) ? text : "";
  }

  private static long number(@Nullable Json json, String key) {
    return at(json, key) instanceof Json.Num(BigDecimal number) ? number.longValue() : 0;
  }
}
