package io.huoshui.server.audience;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Questions;
import io.huoshui.event.Identifier;
import io.huoshui.json.Json;
import io.huoshui.server.access.Sealed;
import io.huoshui.server.access.SignedPost;
import io.huoshui.server.job.Job;
import io.huoshui.server.job.JobKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/// Sends an audience to an address, a batch at a time, signed; where the address does not answer,
/// it is tried again, and after a restart it goes on with the batch it stopped at.
///
/// A batch may come twice (its answer was lost): both times with the same `Idempotency-Key`.
@Component
class AudienceWebhook implements JobKind {
  static final String KIND = "webhook";
  private static final int BATCH = 500;

  private final Engine engine;
  private final Sealed sealed;
  private final SignedPost post;

  AudienceWebhook(Engine engine, Sealed sealed, SignedPost post) {
    this.post = post;
    this.engine = engine;
    this.sealed = sealed;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Step step(Job job) {
    long batch = job.at("batch", 0);
    int after = (int) job.at("after", -1);
    List<Questions.Line> lines = engine.ask().lines(job.people(), after, BATCH);
    if (lines.isEmpty()) {
      return new Step.Done(job.done(), job.at());
    }
    int last = AudienceCsv.last(job.people(), after, lines.size());
    boolean reveal = job.spec().get("reveal") instanceof Json.Bool(boolean on) && on;
    String body = body(job, batch, lines, reveal);
    return switch (post.send(
        job.asked("url"),
        sealed.open(job.asked("secret")),
        "huoshui-" + job.id() + "-" + (batch + 1),
        body)) {
      case SignedPost.Outcome.Taken() -> {
        long done = job.done() + lines.size();
        Json.Obj at = Json.object("batch", Json.of(batch + 1), "after", Json.of((long) last));
        yield done >= job.total() ? new Step.Done(done, at) : new Step.On(done, at);
      }
      case SignedPost.Outcome.Refused(int status) ->
          new Step.Failed("batch " + (batch + 1) + " was refused with " + status);
      case SignedPost.Outcome.Later(String why, Duration wait) ->
          new Step.Later("batch " + (batch + 1) + ": " + why, wait);
    };
  }

  private static String body(Job job, long batch, List<Questions.Line> lines, boolean reveal) {
    var customers = new ArrayList<Json>();
    for (Questions.Line line : lines) {
      var identifiers = new ArrayList<Json>();
      for (Identifier identifier : line.identifiers()) {
        if (!identifier.erased()) {
          identifiers.add(
              Json.object(
                  "kind", Json.of(identifier.kind().wire()),
                  "scope", Json.of(identifier.scope()),
                  "value", Json.of(reveal ? identifier.value() : identifier.masked())));
        }
      }
      customers.add(
          Json.object("id", Json.of("p" + line.profile()), "identifiers", Json.of(identifiers)));
    }
    return Json.object(
            "audience", Json.of(job.asked("audience")),
            "frozenAt", Json.of(job.asked("frozenAt")),
            "sha256", Json.of(job.asked("sha256")),
            "batch", Json.of(batch + 1),
            "batches", Json.of((job.total() + BATCH - 1) / BATCH),
            "people", Json.of(job.total()),
            "customers", Json.of(customers))
        .write();
  }
}
