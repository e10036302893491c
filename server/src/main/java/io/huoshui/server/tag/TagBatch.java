package io.huoshui.server.tag;

import io.huoshui.engine.Engine;
import io.huoshui.json.Json;
import io.huoshui.server.job.Job;
import io.huoshui.server.job.JobKind;
import io.huoshui.server.job.Jobs;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.stereotype.Component;

/// Puts a tag on many people, or takes it off, part by part: events are taken in between. Who
/// carries it already is left alone, so a part that is done twice is done once.
@Component
class TagBatch implements JobKind {
  static final String KIND = "tag";
  static final int PART = 20_000;

  private final Engine engine;

  TagBatch(Engine engine) {
    this.engine = engine;
  }

  /// @param source `manual` or `import`
  record Wish(String tag, boolean on, String source, String why) {}

  static long begin(Jobs jobs, Wish wish, RoaringBitmap people, String who) {
    return jobs.begin(
        KIND,
        (wish.on() ? "+" : "-") + wish.tag(),
        Json.object(
            "tag", Json.of(wish.tag()),
            "on", Json.of(wish.on()),
            "source", Json.of(wish.source()),
            "why", Json.of(wish.why())),
        people,
        who);
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Step step(Job job) {
    int from = (int) job.at("next", 0);
    int count = job.people().getCardinality();
    int to = Math.min(count, from + PART);
    var part = new RoaringBitmap();
    if (from < to) {
      var cursor = job.people().getIntIterator();
      cursor.advanceIfNeeded(job.people().select(from));
      for (int i = from; i < to; i++) {
        part.add(cursor.next());
      }
    }
    int changed =
        part.isEmpty()
            ? 0
            : engine.tag(
                job.asked("tag"),
                job.spec().get("on") instanceof Json.Bool(boolean on) && on,
                job.asked("source"),
                job.who(),
                job.asked("why"),
                part);
    Json.Obj at =
        Json.object("next", Json.of((long) to), "changed", Json.of(job.at("changed", 0) + changed));
    return to == count ? new Step.Done(to, at) : new Step.On(to, at);
  }
}
