package io.huoshui.server.callback;

import io.huoshui.json.Json;
import io.huoshui.server.job.Job;
import io.huoshui.server.job.JobKind;
import io.huoshui.server.job.Jobs;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Works on rows again, a page at a time.
@Component
class ReplayJob implements JobKind {
  static final String KIND = "callback_replay";
  private static final int PAGE = 500;

  private final InboxStore store;
  private final Inbox inbox;

  ReplayJob(InboxStore store, Inbox inbox) {
    this.store = store;
    this.inbox = inbox;
  }

  static long begin(Jobs jobs, InboxStore.Wanted wanted, long upTo, long rows, String who) {
    return jobs.begin(
        KIND,
        wanted.kind() == null ? "all kinds" : wanted.kind(),
        Json.object(
            "account", text(wanted.account()),
            "kind", text(wanted.kind()),
            "state", text(wanted.state()),
            "from", text(wanted.from() == null ? null : wanted.from().toString()),
            "to", text(wanted.to() == null ? null : wanted.to().toString()),
            "upTo", Json.of(upTo)),
        rows,
        who);
  }

  private static Json text(@Nullable String text) {
    return Json.of(text == null ? "" : text);
  }

  private static @Nullable String asked(Job job, String key) {
    String text = job.asked(key);
    return text.isEmpty() ? null : text;
  }

  private static @Nullable Instant instant(Job job, String key) {
    String text = job.asked(key);
    return text.isEmpty() ? null : Instant.parse(text);
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Step step(Job job) {
    var wanted =
        new InboxStore.Wanted(
            asked(job, "account"),
            asked(job, "kind"),
            asked(job, "state"),
            instant(job, "from"),
            instant(job, "to"));
    long upTo = job.spec().get("upTo") instanceof Json.Num(var number) ? number.longValue() : 0;
    List<Arrival> rows = store.wanted(wanted, job.at("next", 0), upTo, PAGE);
    int events;
    try {
      events = rows.isEmpty() ? 0 : inbox.become(rows);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Step.Later("The server stops.", java.time.Duration.ZERO);
    }
    long done = job.done() + rows.size();
    Json.Obj at =
        Json.object(
            "next",
            Json.of(rows.isEmpty() ? upTo : rows.getLast().id()),
            "events",
            Json.of(job.at("events", 0) + events));
    return rows.size() < PAGE ? new Step.Done(done, at) : new Step.On(done, at);
  }
}
