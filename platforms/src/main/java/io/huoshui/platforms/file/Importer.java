package io.huoshui.platforms.file;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// One import from begin to end: read, type, sort, send, acknowledge, sum up.
///
/// While one batch is on its way the next is written; the answers are dealt with in order on the
/// thread that writes, so journal and rejects need no locks and are the same each time.
final class Importer {
  private final ImportMap map;
  private final List<InputFile> inputs;
  private final Access access;
  private final Sender sender;
  private final Path work;
  private final @Nullable Path rejectsFile;
  private final boolean fresh;
  private final ProgressLine progress;
  private final LongSupplier nanos;

  private long accepted;
  private long duplicate;
  private long resumed;

  /// @param work the folder in the data folder that holds journals and working files
  /// @param fresh begin anew, whatever the journal says
  Importer(
      ImportMap map,
      List<InputFile> inputs,
      Access access,
      Sender sender,
      Path work,
      @Nullable Path rejectsFile,
      boolean fresh,
      ProgressLine progress,
      LongSupplier nanos) {
    this.map = map;
    this.inputs = inputs;
    this.access = access;
    this.sender = sender;
    this.work = work;
    this.rejectsFile = rejectsFile;
    this.fresh = fresh;
    this.progress = progress;
    this.nanos = nanos;
  }

  Summary run() {
    long begin = nanos.getAsLong();
    String key = key();
    try (Journal journal = Journal.open(work.resolve(key + ".journal"), fresh);
        var rejects = new Rejects(inputs, rejectsFile, work);
        Staging staging = Staging.open(work, key, map, inputs)) {
      staging.load(
          rejects::add,
          (file, bytes, rows) ->
              progress.reading(
                  String.valueOf(file.path().getFileName()), bytes, file.bytes(), rows));
      if (!send(staging, rejects, journal, journal.before())) {
        // The rows come in another order than the one acknowledged: all anew, ids sort it out.
        journal.restart();
        accepted = 0;
        duplicate = 0;
        resumed = 0;
        send(staging, rejects, journal, List.of());
      }
      rejects.flush();
      rejects.removeStale();
      journal.done();
      progress.end();
      return new Summary(
          staging.rowsRead(),
          staging.exactDuplicates(),
          accepted,
          duplicate,
          resumed,
          rejects.byCode(),
          rejects.written(),
          rejects.moved(),
          (nanos.getAsLong() - begin) / 1e9);
    }
  }

  /// @return false when what was acknowledged before is not what comes first now; nothing was sent
  private boolean send(
      Staging staging, Rejects rejects, Journal journal, List<Journal.Line> before) {
    try (EventStream stream = EventStream.open(staging, map)) {
      long total = stream.total();
      long done = 0;
      var chain = new CRC32C();
      long known = before.stream().mapToLong(Journal.Line::passed).sum();
      var held = new ArrayList<Rejects.Refusal>();
      if (known > 0) {
        var skipped = new Batch(known);
        while (done < known && skipped.fill(stream, chain)) {
          done += skipped.passed();
          held.addAll(skipped.refusals());
        }
        if (done != known || chain.getValue() != before.getLast().digest()) {
          return false;
        }
        resumed = known;
        show(held, staging, rejects);
        for (Journal.Line line : before) {
          accepted += line.accepted();
          duplicate += line.duplicate();
          line.rejected().forEach(rejects::add);
        }
      }
      Batch[] batches = {new Batch(), new Batch()};
      CompletableFuture<Sender.Answer> answer = null;
      Batch sent = batches[0];
      for (int turn = 0; ; turn++) {
        Batch batch = batches[turn & 1];
        boolean more = batch.fill(stream, chain);
        if (answer != null) {
          acknowledge(sent, await(answer), staging, rejects, journal);
          done += sent.passed();
          progress.sending(done, total);
        }
        if (!more) {
          return true;
        }
        byte[] lines = batch.bytes();
        sent = batch;
        answer =
            lines.length == 0
                ? CompletableFuture.completedFuture(new Sender.Answer(0, 0, List.of()))
                : CompletableFuture.supplyAsync(
                    () -> sender.send(lines), task -> Thread.ofVirtual().start(task));
      }
    }
  }

  private static Sender.Answer await(CompletableFuture<Sender.Answer> answer) {
    try {
      return answer.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof ImportException failure) {
        throw failure;
      }
      throw e;
    } catch (CancellationException e) {
      throw new IllegalStateException("Nobody cancels a batch", e);
    }
  }

  private void acknowledge(
      Batch batch, Sender.Answer answer, Staging staging, Rejects rejects, Journal journal) {
    show(batch.refusals(), staging, rejects);
    var refused = new ArrayList<Rejects.Refusal>();
    if (!answer.rejected().isEmpty()) {
      var rows = new HashSet<Long>();
      answer.rejected().forEach(each -> rows.add(batch.row(each.index())));
      Map<Long, String> raw = staging.rawRows(rows);
      for (Sender.Rejected each : answer.rejected()) {
        long row = batch.row(each.index());
        refused.add(
            new Rejects.Refusal(
                row,
                each.code(),
                each.field(),
                each.value(),
                each.why(),
                raw.getOrDefault(row, Rows.shown(batch.line(each.index())))));
      }
      refused.forEach(rejects::add);
    }
    accepted += answer.accepted();
    duplicate += answer.duplicate();
    journal.acknowledged(
        new Journal.Line(
            batch.passed(), batch.digest(), answer.accepted(), answer.duplicate(), refused));
  }

  /// Writes refusals that were found here, each with its row as it was.
  private static void show(List<Rejects.Refusal> refusals, Staging staging, Rejects rejects) {
    if (refusals.isEmpty()) {
      return;
    }
    var rows = new HashSet<Long>();
    refusals.forEach(refusal -> rows.add(refusal.row()));
    Map<Long, String> raw = staging.rawRows(rows);
    for (Rejects.Refusal each : refusals) {
      rejects.add(
          new Rejects.Refusal(
              each.row(),
              each.code(),
              each.field(),
              each.value(),
              each.why(),
              raw.getOrDefault(each.row(), each.raw())));
    }
  }

  /// Names this import: same files, map, server and source, same key.
  private String key() {
    var text = new StringBuilder();
    text.append(map.digest())
        .append('\n')
        .append(access.server())
        .append('\n')
        .append(map.source());
    for (InputFile input : inputs) {
      text.append('\n')
          .append(input.path().toAbsolutePath())
          .append(' ')
          .append(input.bytes())
          .append(' ')
          .append(input.modifiedMs());
    }
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return map.source() + "-" + HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
