package io.huoshui.server.profile;

import io.huoshui.engine.Engine;
import io.huoshui.engine.EngineException;
import io.huoshui.engine.disk.DiskException;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Problem;
import java.time.Instant;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// What becomes of the files after somebody was erased ([ProfileResource] erases).
@RestController
@RequestMapping("/api/v1/erasures")
class ErasureResource {
  private final Engine engine;
  private final Audit audit;

  ErasureResource(Engine engine, Audit audit) {
    this.engine = engine;
    this.audit = audit;
  }

  /// @param waiting erased people who are still in files
  /// @param since when the first of them was erased
  /// @param lastCleanedRecord up to which record of the log nobody is, 0 before the first cleaning
  /// @param failed why the last cleaning did not end
  record Waiting(
      int waiting, @Nullable Instant since, long lastCleanedRecord, @Nullable String failed) {}

  @GetMapping
  Waiting waiting() {
    Engine.Waiting waiting = engine.waiting();
    return new Waiting(
        waiting.people(), waiting.since(), waiting.base(), engine.gauges().cleaningLost());
  }

  /// @param people who had been erased and were in files until now
  /// @param bytesFreed of the log
  record Cleaned(long record, int people, long bytesFreed, double seconds) {}

  /// Cleans away whoever was erased until now, and answers when no file of the data folder holds
  /// them any more. Events are taken meanwhile; a backup that is being taken is waited for.
  @PostMapping("/clean")
  Cleaned clean() {
    try {
      Engine.Cleaned done = engine.clean().join();
      audit.record("erasures_cleaned", "up to record " + done.record());
      return new Cleaned(done.record(), done.people(), done.bytes(), done.seconds());
    } catch (CompletionException e) {
      if (e.getCause() instanceof EngineException cause
          && (cause.code() == EngineException.Code.CLOSED
              || cause.code() == EngineException.Code.LOG_UNWRITABLE)) {
        throw cause;
      }
      if (e.getCause() instanceof EngineException || e.getCause() instanceof DiskException) {
        throw Problem.of(
                HttpStatus.INSUFFICIENT_STORAGE,
                "not_cleaned",
                "The erased are still in files: " + e.getCause().getMessage())
            .next(
                "Nothing was lost. Look after the disk (it needs room for one more checkpoint),"
                    + " then ask again.")
            .thrown();
      }
      throw e;
    }
  }
}
