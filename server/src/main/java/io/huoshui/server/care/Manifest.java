package io.huoshui.server.care;

import io.huoshui.engine.EngineException;
import io.huoshui.engine.Seal;
import io.huoshui.json.Json;
import io.huoshui.json.JsonException;
import io.huoshui.server.demo.Scenario;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

/// `manifest.json`: what a backup is made of. It is written last, so a backup that has none was not
/// finished; it has a checksum of itself, so it can be believed.
///
/// @param taken by the wall clock
/// @param record the last record of the log in it
/// @param now the engine's clock at that record
/// @param occurrences how many events other stores follow up to that record
/// @param checkpoint after which record the checkpoint in it was taken, 0 without one
/// @param schema the last migration of PostgreSQL
/// @param lock text sealed with the key: whoever can open it has the right one
record Manifest(
    String version,
    Instant taken,
    long record,
    long events,
    long people,
    Instant now,
    String zone,
    long occurrences,
    long checkpoint,
    String schema,
    boolean withKey,
    String lock,
    List<Part> files,
    List<Tables.Table> tables,
    List<Tables.Sequence> sequences) {
  static final String NAME = "manifest.json";
  static final String VERSION = "0.1.0";
  private static final int FORMAT = 1;
  private static final String LOCKED = "huoshui backup";

  Manifest {
    files = List.copyOf(files);
    tables = List.copyOf(tables);
    sequences = List.copyOf(sequences);
  }

  /// @param name with `/`, under the backup's folder
  record Part(String name, long bytes, String sha256) {
    private Json json() {
      return Json.object("name", Json.of(name), "bytes", Json.of(bytes), "sha256", Json.of(sha256));
    }

    private static Part of(Json json) {
      return new Part(
          Scenario.text(json, "name"),
          Scenario.number(json, "bytes"),
          Scenario.text(json, "sha256"));
    }
  }

  long bytes() {
    return files.stream().mapToLong(Part::bytes).sum();
  }

  static String lock(Seal seal) {
    return HexFormat.of().formatHex(seal.seal(0, LOCKED.getBytes(StandardCharsets.UTF_8)));
  }

  /// Whether this is the key the log was sealed with.
  boolean opens(Seal seal) {
    try {
      byte[] open = seal.open(0, HexFormat.of().parseHex(lock));
      return new String(open, StandardCharsets.UTF_8).equals(LOCKED);
    } catch (EngineException e) {
      if (e.code() == EngineException.Code.WRONG_KEY) {
        return false;
      }
      throw e;
    }
  }

  String write() {
    Json body =
        Json.object(
            "format", Json.of(FORMAT),
            "huoshui", Json.of(version),
            "taken", Json.of(taken.toString()),
            "record", Json.of(record),
            "events", Json.of(events),
            "people", Json.of(people),
            "now", Json.of(now.toString()),
            "zone", Json.of(zone),
            "occurrences", Json.of(occurrences),
            "checkpoint", Json.of(checkpoint),
            "schema", Json.of(schema),
            "withKey", Json.of(withKey),
            "lock", Json.of(lock),
            "tables", Json.of(tables.stream().map(Tables.Table::json).toList()),
            "sequences", Json.of(sequences.stream().map(Tables.Sequence::json).toList()),
            "files", Json.of(files.stream().map(Part::json).toList()));
    return Json.object("backup", body, "sha256", Json.of(hex(sha256().digest(bytes(body)))))
        .write();
  }

  private static byte[] bytes(Json json) {
    return json.write().getBytes(StandardCharsets.UTF_8);
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }

  static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  /// @throws CareException when there is none, or it is not what was written
  static Manifest read(Path folder) {
    Path file = folder.resolve(NAME);
    try {
      Json whole = Json.parse(Files.readString(file));
      if (!(whole instanceof Json.Obj object && object.get("backup") instanceof Json.Obj body)
          || !Scenario.text(whole, "sha256").equals(hex(sha256().digest(bytes(body))))) {
        throw damaged(file, "its checksum does not hold", null);
      }
      long format = Scenario.number(body, "format");
      if (format != FORMAT) {
        throw new CareException(
            "restore.other_format",
            file + " has format " + format + "; this Huoshui reads " + FORMAT + ".",
            "Restore it with the Huoshui that made it, version "
                + Scenario.text(body, "huoshui")
                + ".");
      }
      return new Manifest(
          Scenario.text(body, "huoshui"),
          Instant.parse(Scenario.text(body, "taken")),
          Scenario.number(body, "record"),
          Scenario.number(body, "events"),
          Scenario.number(body, "people"),
          Instant.parse(Scenario.text(body, "now")),
          Scenario.text(body, "zone"),
          Scenario.number(body, "occurrences"),
          Scenario.number(body, "checkpoint"),
          Scenario.text(body, "schema"),
          body.get("withKey") instanceof Json.Bool(boolean on) && on,
          Scenario.text(body, "lock"),
          Scenario.list(body, "files").stream().map(Part::of).toList(),
          Scenario.list(body, "tables").stream().map(Tables.Table::of).toList(),
          Scenario.list(body, "sequences").stream().map(Tables.Sequence::of).toList());
    } catch (NoSuchFileException e) {
      throw new CareException(
          "restore.unfinished",
          folder + " has no " + NAME + ": it is no backup, or one that was not finished.",
          "Take a whole one; ./huoshui backup writes that file last.",
          e);
    } catch (IOException | JsonException | DateTimeException e) {
      throw damaged(file, String.valueOf(e.getMessage()), e);
    }
  }

  private static CareException damaged(
      Path file, String why, @org.jspecify.annotations.Nullable Exception cause) {
    return new CareException(
        "restore.damaged",
        file + " is not what was written: " + why + ".",
        "Take another copy of this backup, or an older backup.",
        cause);
  }
}
