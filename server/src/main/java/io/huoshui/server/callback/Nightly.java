package io.huoshui.server.callback;

import io.huoshui.server.job.Job;
import io.huoshui.server.job.Jobs;
import jakarta.annotation.PreDestroy;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// Begins the reconciliation of the night.
@Component("callbackNight")
class Nightly {
  private static final Logger LOG = LoggerFactory.getLogger(Nightly.class);
  private static final long LOOK_MINUTES = 5;

  private final Jobs jobs;
  private final ReconcileJob reconcile;
  private final Instant started = Instant.now();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("callback-night").daemon().factory());

  Nightly(Jobs jobs, ReconcileJob reconcile) {
    this.jobs = jobs;
    this.reconcile = reconcile;
    var _ = clock.scheduleWithFixedDelay(this::look, LOOK_MINUTES, LOOK_MINUTES, TimeUnit.MINUTES);
  }

  private void look() {
    try {
      List<Job> last = jobs.list(ReconcileJob.KIND, Long.MAX_VALUE, 1);
      // A fresh installation has its first one in its first night.
      reconcile.atNight(
          jobs, last.isEmpty() ? started : last.getFirst().createdAt(), Instant.now());
    } catch (RuntimeException e) {
      LOG.warn("the nightly reconciliation could not begin: {}", e.toString());
    }
  }

  @PreDestroy
  void stop() {
    clock.shutdownNow();
  }
}
