package io.huoshui.server.insight;

import io.huoshui.engine.Engine;
import io.huoshui.engine.EngineException;
import io.huoshui.engine.Questions;
import io.huoshui.reach.Reason;
import io.huoshui.server.callback.Inbox;
import io.huoshui.server.feed.Feeds;
import io.huoshui.server.insight.alert.Incidents;
import io.huoshui.server.reach.Outbox;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// The server seen from outside.
@RestController
class PulseResource {
  private final Engine engine;
  private final Outbox outbox;
  private final JdbcClient sql;
  private final Feeds feeds;
  private final long startedNanos = System.nanoTime();

  private final Inbox callbacks;

  private final Incidents incidents;

  PulseResource(
      Engine engine,
      Outbox outbox,
      JdbcClient sql,
      Feeds feeds,
      Inbox callbacks,
      Incidents incidents) {
    this.incidents = incidents;
    this.feeds = feeds;
    this.callbacks = callbacks;
    this.engine = engine;
    this.outbox = outbox;
    this.sql = sql;
  }

  /// @param why what is wrong, empty when nothing is
  record Health(String status, String log, String database, String outbox, String why) {}

  /// 200 when events are taken; 503 when they are not. A platform that does not answer is
  /// `degraded`: events are still taken.
  @GetMapping("/health")
  ResponseEntity<Health> health() {
    EngineException failure = engine.failure();
    String database = "up";
    String why = "";
    try {
      sql.sql("select 1").query(Integer.class).single();
    } catch (org.springframework.dao.DataAccessException e) {
      database = "down";
      why = "The database does not answer.";
    }
    if (failure != null) {
      why = String.valueOf(failure.getMessage());
    }
    String trouble = outbox.trouble();
    boolean up = failure == null && database.equals("up");
    return ResponseEntity.status(up ? 200 : 503)
        .body(
            new Health(
                !up ? "down" : trouble.isEmpty() ? "up" : "degraded",
                failure == null ? "up" : "down",
                database,
                trouble.isEmpty() ? "up" : "waiting",
                why.isEmpty() ? trouble : why));
  }

  /// Prometheus text, version 0.0.4.
  @GetMapping(path = "/metrics", produces = "text/plain; version=0.0.4; charset=utf-8")
  ResponseEntity<String> metrics() {
    Questions.Pulse pulse = engine.ask().pulse();
    Engine.Gauges gauges = engine.gauges();
    double seconds = (System.nanoTime() - startedNanos) / 1e9;
    var out = new StringBuilder();
    metric(
        out,
        "huoshui_events_taken_total",
        "counter",
        "Events taken since the start",
        gauges.events());
    metric(
        out,
        "huoshui_intake_rate",
        "gauge",
        "Events per second since the start",
        gauges.events() / seconds);
    metric(out, "huoshui_queue_depth", "gauge", "Requests waiting for the writer", gauges.queued());
    metric(out, "huoshui_log_records_total", "counter", "Records in the log", gauges.records());
    metric(
        out,
        "huoshui_checkpoint_record",
        "gauge",
        "The last record in a checkpoint written since the start",
        gauges.keptRecord());
    metric(
        out,
        "huoshui_checkpoint_failed",
        "gauge",
        "1 when the last checkpoint could not be read or written; the log has everything",
        gauges.checkpointLost() == null ? 0 : 1);
    metric(
        out,
        "huoshui_callbacks_behind",
        "gauge",
        "Callbacks that are on disk and not worked on yet",
        callbacks.behind());
    Engine.Waiting waiting = engine.waiting();
    metric(
        out,
        "huoshui_erasures_waiting",
        "gauge",
        "Erased people who are still in files",
        waiting.people());
    metric(
        out,
        "huoshui_erasure_age_seconds",
        "gauge",
        "How long ago the first of them was erased",
        lag(waiting.since()));
    metric(
        out,
        "huoshui_erasure_cleanings_total",
        "counter",
        "Cleanings since the start",
        gauges.cleanings());
    metric(
        out,
        "huoshui_erasure_cleaning_failed",
        "gauge",
        "1 when the last cleaning did not end; nothing is lost, and it is tried again",
        gauges.cleaningLost() == null ? 0 : 1);
    out.append(
        "# HELP huoshui_fsync_seconds Synced writes of the log, over the last 1024\n"
            + "# TYPE huoshui_fsync_seconds summary\n");
    for (double quantile : new double[] {0.5, 0.99}) {
      out.append(
          String.format(
              Locale.ROOT,
              "huoshui_fsync_seconds{quantile=\"%s\"} %.6f%n",
              quantile,
              gauges.syncSeconds(quantile)));
    }
    metric(out, "huoshui_profiles", "gauge", "People", pulse.people());
    metric(out, "huoshui_events", "gauge", "Events on timelines", pulse.events());
    metric(out, "huoshui_timers_pending", "gauge", "Timers in flight", pulse.timers());
    metric(out, "huoshui_timer_memory_bytes", "gauge", "What timers take", pulse.timerBytes());
    metric(
        out,
        "huoshui_timer_lag_seconds",
        "gauge",
        "How late the oldest timer is",
        lag(pulse.nextTimer()));
    metric(
        out,
        "huoshui_question_blocks_left",
        "gauge",
        "Blocks that questions about everybody still have to read",
        engine.ask().underWay().stream().mapToLong(one -> one.all() - one.done()).sum());
    metric(
        out,
        "huoshui_positions_active",
        "gauge",
        "People under way on journeys",
        pulse.activePositions());
    try {
      metric(
          out,
          "huoshui_incidents",
          "gauge",
          "What people have to see to (GET /api/v1/incidents)",
          incidents.lasting().size());
    } catch (org.springframework.dao.DataAccessException e) {
      // The other figures are told while the records do not answer.
      out.append("# huoshui_incidents: the records do not answer\n");
    }
    metric(
        out,
        "huoshui_outbox_waiting",
        "gauge",
        "Messages waiting to leave",
        pulse.outbox() + pulse.held());
    metric(
        out,
        "huoshui_outbox_unanswered",
        "gauge",
        "Batches whose answer is not known",
        pulse.unanswered());
    metric(
        out,
        "huoshui_outbox_age_seconds",
        "gauge",
        "Age of the oldest waiting message",
        lag(pulse.oldestWaiting()));
    metric(
        out,
        "huoshui_event_memory_bytes",
        "gauge",
        "Memory of timelines and ids",
        pulse.eventBytes());
    out.append(
        "# HELP huoshui_verdicts_total Messages by reason\n"
            + "# TYPE huoshui_verdicts_total counter\n");
    for (Map.Entry<Reason, Long> verdict : pulse.verdicts().entrySet()) {
      out.append("huoshui_verdicts_total{reason=\"")
          .append(verdict.getKey().wire())
          .append("\"} ")
          .append(verdict.getValue())
          .append('\n');
    }
    feeds.metrics(out);
    return ResponseEntity.ok()
        .contentType(MediaType.parseMediaType("text/plain;version=0.0.4;charset=utf-8"))
        .body(out.toString());
  }

  private double lag(@org.jspecify.annotations.Nullable Instant since) {
    return since == null ? 0 : Math.max(0, Duration.between(since, engine.now()).toMillis() / 1e3);
  }

  private static void metric(
      StringBuilder out, String name, String type, String help, Number number) {
    double value = number.doubleValue();
    out.append("# HELP ").append(name).append(' ').append(help).append('\n');
    out.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    out.append(name).append(' ');
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      out.append((long) value);
    } else {
      out.append(String.format(Locale.ROOT, "%.6f", value));
    }
    out.append('\n');
  }
}
