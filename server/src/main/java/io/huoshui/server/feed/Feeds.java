package io.huoshui.server.feed;

import io.huoshui.json.Json;
import io.huoshui.platforms.feed.Caller;
import io.huoshui.platforms.feed.Credentials;
import io.huoshui.platforms.feed.OrderSource;
import io.huoshui.platforms.feed.SourceException;
import io.huoshui.platforms.feed.Sources;
import io.huoshui.server.access.Problem;
import io.huoshui.server.access.Sealed;
import io.huoshui.server.feed.FeedStore.Feed;
import io.huoshui.server.flow.Round;
import io.huoshui.server.flow.Time;
import jakarta.annotation.PreDestroy;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;

/// Asks marketplaces for what changed, window after window, on the engine's clock.
///
/// ```
/// backfill_from ──── watermark ──── now
///                 └ window: from watermark − overlap, page by page, cursor in the row
/// ```
///
/// Where it stands is in the row before the next page is asked for, so a kill costs one page. A
/// failure stops one feed and no other.
@Service
public class Feeds implements Round {
  private static final Logger LOG = LoggerFactory.getLogger(Feeds.class);

  /// Windows begin this much before the last one ended: what a platform shows late is still caught.
  static final Duration OVERLAP = Duration.ofMinutes(10);

  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
  private static final int WANTED_AT_ONCE = 100;

  private final FeedStore store;
  private final FeedIntake intake;
  private final Sealed sealed;
  private final Time time;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private final Set<String> running = ConcurrentHashMap.newKeySet();
  private volatile boolean stopping;
  private volatile long watchedNanos = System.nanoTime() - Duration.ofSeconds(2).toNanos();

  Feeds(FeedStore store, FeedIntake intake, Sealed sealed, Time time) {
    this.store = store;
    this.intake = intake;
    this.sealed = sealed;
    this.time = time;
  }

  @PreDestroy
  void stop() {
    stopping = true;
    workers.shutdownNow();
  }

  /// Time passed. With a virtual clock what is due is done when this returns.
  public void pass() {
    if (!time.virtual()) {
      if (System.nanoTime() - watchedNanos < Duration.ofSeconds(1).toNanos()) {
        return;
      }
      watchedNanos = System.nanoTime();
    }
    for (Feed feed : store.all()) {
      if (due(feed, intake.now())) {
        if (time.virtual()) {
          run(feed.name());
        } else if (running.add(feed.name())) {
          workers.execute(
              () -> {
                try {
                  run(feed.name());
                } finally {
                  running.remove(feed.name());
                }
              });
        }
      }
    }
  }

  private boolean due(Feed feed, Instant now) {
    if (feed.paused()
        || feed.credentials() == null
        || feed.stopped()
        || (feed.notBefore() != null && now.isBefore(feed.notBefore()))) {
      return false;
    }
    return feed.asked()
        || feed.notBefore() != null
        || !store.wanted(feed.name(), 1).isEmpty()
        || (feed.everySeconds() != null
            && Sources.pulls(feed.vendor())
            && (feed.triedAt() == null
                || !now.isBefore(feed.triedAt().plusSeconds(feed.everySeconds()))));
  }

  Credentials credentials(Feed feed) {
    var values = new HashMap<String, String>();
    if (feed.credentials() != null
        && Json.parse(sealed.open(feed.credentials())) instanceof Json.Obj(var fields)) {
      fields.forEach(
          (key, value) -> {
            if (value instanceof Json.Str(String text)) {
              values.put(key, text);
            }
          });
    }
    return new Credentials(values);
  }

  void credentials(String feed, Map<String, String> values) {
    store.credentials(feed, sealed.seal(FeedJson.row(values).write()));
  }

  private @Nullable OrderSource source(Feed feed) {
    return Sources.orders(
        feed.vendor(), new Caller(http), credentials(feed), InstantSource.system());
  }

  /// Runs a feed now: orders that pushes named, then windows up to the present.
  void run(String name) {
    Feed feed = store.find(name).orElse(null);
    if (feed == null) {
      return;
    }
    Instant now = intake.now();
    try {
      OrderSource source = source(feed);
      if (source == null) {
        throw new SourceException(
            SourceException.Cure.MEND, "no_api", "'" + feed.vendor() + "' has no API here.", 0);
      }
      var refused = new LinkedHashMap<String, SourceException>();
      boolean answered = wanted(feed, source, refused);
      if (Sources.pulls(feed.vendor())) {
        answered |= windows(feed, source, now);
      }
      for (Map.Entry<String, SourceException> each : refused.entrySet()) {
        if (!answered) {
          // Nothing was answered: it is the app, not the order.
          throw each.getValue();
        }
        intake.refused(feed, each.getKey(), each.getValue());
        store.found(name, each.getKey());
      }
      store.succeeded(name, now);
    } catch (SourceException e) {
      Instant before = null;
      if (e.cure() == SourceException.Cure.WAIT) {
        Duration pause =
            Duration.ofSeconds(Math.max(e.afterSeconds(), 1L << Math.min(12, feed.attempts() + 2)));
        before = now.plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause);
      }
      LOG.warn("feed {} {}: {}", name, e.cure(), e.getMessage());
      store.failed(
          name,
          e.cure().name().toLowerCase(Locale.ROOT),
          String.valueOf(e.getMessage()),
          e.next(),
          before,
          now);
    } catch (Problem.Refusal e) {
      store.failed(
          name, "mend", String.valueOf(e.getMessage()), "Correct the feed's map.", null, now);
    }
  }

  /// Orders that pushes named.
  ///
  /// @param refused what the platform would not give, and why: one order must not stop the others
  /// @return whether it gave any
  private boolean wanted(Feed feed, OrderSource source, Map<String, SourceException> refused) {
    boolean answered = false;
    for (String order : store.wanted(feed.name(), WANTED_AT_ONCE)) {
      try {
        List<Json> found = source.find(order);
        answered = true;
        intake.take(feed, "api", intake.ofJson(intake.map(feed), found));
        store.found(feed.name(), order);
      } catch (SourceException e) {
        if (e.cure() != SourceException.Cure.MEND) {
          throw e;
        }
        refused.put(order, e);
      }
    }
    return answered;
  }

  /// @return whether a page was given
  private boolean windows(Feed feed, OrderSource source, Instant now) {
    boolean answered = false;
    Instant watermark = feed.watermark();
    Instant from = feed.windowFrom();
    Instant to = feed.windowTo();
    String cursor = feed.cursor();
    while (!stopping && (to != null || watermark.isBefore(now))) {
      if (from == null || to == null || cursor == null) {
        from = watermark.minus(OVERLAP);
        Instant end = from.plus(source.window());
        to = end.isBefore(now) ? end : now;
        cursor = "";
        store.window(feed.name(), from, to, cursor, now);
      }
      OrderSource.Page page = source.pull(from, to, cursor);
      answered = true;
      intake.take(feed, "api", intake.ofJson(intake.map(feed), page.records()));
      cursor = page.next();
      if (cursor.isEmpty()) {
        watermark = to;
        store.windowDone(feed.name(), watermark);
        to = null;
      } else {
        store.window(feed.name(), from, to, cursor, now);
      }
    }
    return answered;
  }

  Feed find(String name) {
    return store
        .find(name)
        .orElseThrow(
            () ->
                Problem.of(HttpStatus.NOT_FOUND, "unknown_feed", "There is no feed '" + name + "'.")
                    .next("GET /api/v1/feeds lists them.")
                    .thrown());
  }

  /// Gauges for Prometheus: per feed, seconds.
  public void metrics(StringBuilder out) {
    Instant now = intake.now();
    List<Feed> feeds = store.all();
    out.append("# HELP huoshui_feed_lag_seconds Since the newest event a feed brought happened\n")
        .append("# TYPE huoshui_feed_lag_seconds gauge\n");
    for (Feed feed : feeds) {
      gauge(out, "huoshui_feed_lag_seconds", feed, feed.newestAt(), now);
    }
    out.append("# HELP huoshui_feed_success_age_seconds Since a feed was last read to the end\n")
        .append("# TYPE huoshui_feed_success_age_seconds gauge\n");
    for (Feed feed : feeds) {
      gauge(out, "huoshui_feed_success_age_seconds", feed, feed.succeededAt(), now);
    }
  }

  private static void gauge(
      StringBuilder out, String name, Feed feed, @Nullable Instant since, Instant now) {
    if (since != null) {
      out.append(name)
          .append("{feed=\"")
          .append(feed.name())
          .append("\",source=\"")
          .append(feed.source())
          .append("\"} ")
          .append(Math.max(0, Duration.between(since, now).toSeconds()))
          .append('\n');
    }
  }

  @Override
  public Place place() {
    return new Place("feeds", Beat.TICK, 60);
  }

  @Override
  public void pass(Instant before, Instant now) {
    pass();
  }
}
