package io.huoshui.server.open;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Questions;
import io.huoshui.platforms.parquet.Manifest;
import io.huoshui.platforms.parquet.ParquetExport;
import io.huoshui.server.Settings;
import io.huoshui.server.access.Problem;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/// The exports there are: folders with a manifest, under `data/exports`. They are derived, so no
/// row says anything of them and no backup holds them.
///
/// An export is a copy of personal data. One that holds somebody who was erased since is deleted
/// when that person has to be out of all files ([Settings#erasureWithin]), and every one of them
/// when it is thirty days old.
@Component
class Exports {
  private static final Logger LOG = LoggerFactory.getLogger(Exports.class);
  static final Duration KEPT = Duration.ofDays(30);
  private static final long LOOK_SECONDS = 60;

  private final Engine engine;
  private final Settings settings;
  private final Path folder;
  private final ScheduledExecutorService looker =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("exports").factory());

  Exports(Engine engine, Settings settings) {
    this.engine = engine;
    this.settings = settings;
    this.folder = settings.dataDir().resolve("exports");
    // What statements left when the server was killed.
    ParquetExport.remove(scratch());
    var _ = looker.scheduleWithFixedDelay(this::look, LOOK_SECONDS, LOOK_SECONDS, TimeUnit.SECONDS);
  }

  @PreDestroy
  void stop() {
    looker.shutdownNow();
  }

  Path folder(String id) {
    return folder.resolve(id);
  }

  /// Where statements and downloads lay what they need for a moment.
  Path scratch() {
    return folder.resolve("scratch");
  }

  /// Whole ones, the newest first.
  List<Manifest> all() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var folders = Files.newDirectoryStream(folder, "e*")) {
      var found = new ArrayList<Manifest>();
      for (Path each : folders) {
        Manifest manifest = Manifest.read(each);
        if (manifest != null) {
          found.add(manifest);
        }
      }
      found.sort(Comparator.comparingLong(Exports::number).reversed());
      return found;
    } catch (IOException e) {
      throw new UncheckedIOException("The exports can not be listed in " + folder, e);
    }
  }

  private static long number(Manifest manifest) {
    return manifest.id().matches("e\\d{1,18}") ? Long.parseLong(manifest.id().substring(1)) : 0;
  }

  /// The one of an id, or the newest.
  Manifest find(@Nullable String id) {
    List<Manifest> all = all();
    if (id == null && all.isEmpty()) {
      throw Problem.of(HttpStatus.CONFLICT, "no_export", "Nothing was exported yet.")
          .next("POST /api/v1/exports/parquet writes an export; it is a job, and takes a while.")
          .thrown();
    }
    return all.stream()
        .filter(manifest -> id == null || manifest.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                Problem.of(HttpStatus.NOT_FOUND, "unknown_export", "No export '" + id + "'.")
                    .next("GET /api/v1/exports lists all.")
                    .thrown());
  }

  /// Erasures since an export, the first first: those people are still in it.
  List<Questions.Erased> erasedSince(Manifest manifest) {
    return engine.ask().erasedAfter(manifest.record());
  }

  void delete(String id) {
    ParquetExport.remove(folder(find(id).id()));
  }

  private void look() {
    try {
      deleteWhatIsDue(engine.now(), Instant.now());
    } catch (RuntimeException e) {
      LOG.warn("exports can not be looked after: {}", e.toString());
    }
  }

  /// @param now by the brand's clock, which erasures are dated by
  /// @param wall by the wall clock, which files are dated by
  /// @return the exports deleted
  List<String> deleteWhatIsDue(Instant now, Instant wall) {
    var deleted = new ArrayList<String>();
    for (Manifest manifest : all()) {
      List<Questions.Erased> erased = erasedSince(manifest);
      boolean owed =
          !erased.isEmpty() && !erased.getFirst().at().plus(settings.erasureWithin()).isAfter(now);
      if (owed || manifest.writtenAt().plus(KEPT).isBefore(wall)) {
        LOG.info(
            "export {} of {} deleted: {}",
            manifest.id(),
            manifest.at(),
            owed ? erased.size() + " people were erased since" : "it is old");
        ParquetExport.remove(folder(manifest.id()));
        deleted.add(manifest.id());
      }
    }
    return deleted;
  }
}
