package io.huoshui.server.feed;

import io.huoshui.feed.Defect;
import io.huoshui.feed.FeedMap;
import io.huoshui.feed.Field;
import io.huoshui.feed.Headers;
import io.huoshui.feed.Records;
import io.huoshui.json.Json;
import io.huoshui.platforms.feed.OrderFile;
import io.huoshui.platforms.file.TextRows;
import io.huoshui.server.Settings;
import io.huoshui.server.feed.FeedStore.Feed;
import io.huoshui.server.job.Job;
import io.huoshui.server.job.JobKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/// Takes an uploaded file, some thousand orders a part. Groups of rows come in the same order each
/// time, so after a restart it goes on behind those it counted.
@Component
class FeedFileJob implements JobKind {
  static final String KIND = "feed_file";
  private static final int AT_ONCE = 1_000;

  private final FeedStore store;
  private final FeedIntake intake;
  private final Path folder;
  private final Map<Long, Open> open = new ConcurrentHashMap<>();

  FeedFileJob(FeedStore store, FeedIntake intake, Settings settings) {
    this.store = store;
    this.intake = intake;
    this.folder = settings.dataDir().resolve("feeds");
  }

  private record Open(OrderFile file, FeedMap map, Headers headers) {}

  Path folder() {
    return folder;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public void left(long job) {
    Open was = open.remove(job);
    if (was != null) {
      was.file.close();
    }
  }

  private Open open(Feed feed, Path path, String name) {
    FeedMap map = intake.map(feed);
    Headers headers;
    try (TextRows rows = TextRows.open(path, name)) {
      headers = Headers.of(map, rows.columns());
    }
    return new Open(
        OrderFile.open(path, name, headers.chosen().getOrDefault(Field.ORDER_ID, List.of())),
        map,
        headers);
  }

  @Override
  public Step step(Job job) {
    Feed feed = store.find(job.asked("feed")).orElse(null);
    if (feed == null) {
      return new Step.Failed("The feed is gone.");
    }
    Path path = folder.resolve(job.asked("path"));
    if (job.at("end", 0) == 1) {
      return over(feed, path, job);
    }
    String name = job.asked("file");
    long groups = job.at("groups", 0);
    Open reading = open.get(job.id());
    if (reading == null) {
      if (!Files.exists(path)) {
        return new Step.Failed("The uploaded file is gone; upload it again.");
      }
      reading = open(feed, path, name);
      for (long skipped = 0; skipped < groups && reading.file.next() != null; skipped++) {}
      open.put(job.id(), reading);
    }
    var batch = new ArrayList<FeedIntake.Group>();
    long rows = 0;
    boolean end = false;
    while (batch.size() < AT_ONCE) {
      OrderFile.Group group = reading.file.next();
      if (group == null) {
        end = true;
        break;
      }
      TextRows.Bad bad = group.bad();
      rows += bad != null ? 1 : group.rows().size();
      batch.add(group(reading, group));
    }
    FeedIntake.Taken taken = intake.take(feed, name, batch);
    long done = job.done() + rows;
    Json.Obj at =
        Json.object(
            "groups",
            Json.of(groups + batch.size()),
            "events",
            Json.of(job.at("events", 0) + taken.events()),
            "duplicates",
            Json.of(job.at("duplicates", 0) + taken.duplicates()),
            "quarantined",
            Json.of(job.at("quarantined", 0) + taken.quarantined()),
            "end",
            Json.of(end ? 1L : 0L));
    // That it was read to its end is written down before the file goes: a crash in between would
    // leave a job without its file.
    return new Step.On(done, at);
  }

  private Step over(Feed feed, Path path, Job job) {
    store.reached(feed.name(), intake.now());
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Step.Done(job.done(), job.at());
  }

  private static FeedIntake.Group group(Open reading, OrderFile.Group group) {
    TextRows.Bad bad = group.bad();
    if (bad != null) {
      return new FeedIntake.Group(
          List.of(),
          Json.object(),
          new Defect(bad.line(), bad.column(), bad.value(), bad.code(), bad.why()));
    }
    return new FeedIntake.Group(
        group.rows().stream()
            .map(row -> Records.ofRow(reading.map, reading.headers, row.line(), row.cells()))
            .toList(),
        Json.object(
            "rows", Json.of(group.rows().stream().map(row -> FeedJson.row(row.cells())).toList())),
        null);
  }
}
