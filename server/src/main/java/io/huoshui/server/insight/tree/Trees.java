package io.huoshui.server.insight.tree;

import io.huoshui.engine.Engine;
import io.huoshui.event.EventCatalogue;
import io.huoshui.insight.tree.Behind;
import io.huoshui.insight.tree.Breakdown;
import io.huoshui.insight.tree.Comparison;
import io.huoshui.insight.tree.Cube;
import io.huoshui.insight.tree.Days;
import io.huoshui.insight.tree.Finding;
import io.huoshui.insight.tree.Grid;
import io.huoshui.insight.tree.Inquiry;
import io.huoshui.insight.tree.Metric;
import io.huoshui.insight.tree.MetricJson;
import io.huoshui.insight.tree.MetricSet;
import io.huoshui.insight.tree.Metrics;
import io.huoshui.insight.tree.Numbers;
import io.huoshui.insight.tree.Review;
import io.huoshui.insight.tree.Shipped;
import io.huoshui.json.Json;
import io.huoshui.json.UnreadableException;
import io.huoshui.profile.Window;
import io.huoshui.server.Settings;
import io.huoshui.server.access.Problem;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;

/// The set in force, and trees computed over everybody.
@Service
public class Trees {
  private final Engine engine;
  private final MetricStore store;
  private final Settings settings;

  /// What was read last: sets change seldom.
  private volatile @Nullable InForce kept;

  Trees(Engine engine, MetricStore store, Settings settings) {
    this.engine = engine;
    this.store = store;
    this.settings = settings;
  }

  /// @param version 0 for what is shipped
  record InForce(int version, String written, Metrics metrics) {}

  InForce inForce() {
    Optional<MetricStore.Version> newest = store.newest();
    int version = newest.map(MetricStore.Version::version).orElse(0);
    InForce there = kept;
    if (there != null && there.version() == version) {
      return there;
    }
    MetricSet set = newest.map(each -> read(each.body())).orElseGet(Shipped::set);
    var found =
        new InForce(
            version,
            newest.map(MetricStore.Version::written).orElseGet(Shipped::text),
            new Metrics(set, EventCatalogue.standard()));
    kept = found;
    return found;
  }

  public Metrics metrics() {
    return inForce().metrics();
  }

  static MetricSet read(String body) {
    return MetricJson.read(Json.parse(body));
  }

  static List<Finding> review(MetricSet set) {
    return Review.of(set, EventCatalogue.standard());
  }

  /// @param body JSON
  int publish(String body, String written, String who) {
    List<Finding> findings = review(read(body));
    if (!findings.isEmpty()) {
      Finding first = findings.getFirst();
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT,
              first.code().wire(),
              findings.stream().map(Trees::said).collect(Collectors.joining(" ")))
          .at(first.metric() + "." + first.field(), first.value(), first.allowed())
          .near(first.near())
          .next("POST /api/v1/insight/metrics/review shows all findings one by one.")
          .thrown();
    }
    return store.publish(body, written, who);
  }

  private static String said(Finding finding) {
    return finding.code().wire()
        + " in "
        + finding.metric()
        + "."
        + finding.field()
        + ": '"
        + finding.value()
        + "'"
        + (finding.path().isEmpty() ? "" : " by " + finding.path())
        + ". "
        + finding.why();
  }

  public ZoneId zone() {
    return settings.zone();
  }

  public LocalDate today() {
    return LocalDate.ofInstant(engine.now(), settings.zone());
  }

  public Inquiry.Answer ask(Inquiry inquiry) {
    Metrics metrics = metrics();
    Cube cube = counted(inquiry.asked(metrics, settings.zone()));
    return inquiry.answer(metrics, cube, numbers(metrics, inquiry.root(), cube.asked().columns()));
  }

  /// @param inquiry of days compared with days; its only dimension to go into is the one broken
  ///   down
  Breakdown breakdown(Inquiry inquiry) {
    Metrics metrics = metrics();
    Cube cube = counted(inquiry.asked(metrics, settings.zone()));
    var grid = new Grid(metrics, cube, numbers(metrics, inquiry.root(), cube.asked().columns()));
    return Breakdown.of(grid, inquiry.root(), inquiry.slice(), inquiry.by().getFirst(), 0, 1);
  }

  /// One metric over many columns.
  public Grid grid(String metric, List<String> dimensions, List<Days> columns) {
    Metrics metrics = metrics();
    Cube cube = counted(Inquiry.asked(metrics, metric, dimensions, columns, settings.zone()));
    return new Grid(metrics, cube, numbers(metrics, metric, columns));
  }

  /// Who is behind a metric in a slice and some days.
  ///
  /// @throws UnreadableException when the metric can not be asked for so
  Behind behind(String metric, Map<String, String> slice, Days days) {
    Metrics metrics = metrics();
    new Inquiry(metric, days, Comparison.LAST_PERIOD, slice, "", List.of()).check(metrics);
    return Behind.of(metrics, metric, slice, days);
  }

  /// How many people are behind a metric; null when nobody can be said.
  public @Nullable Long people(String metric, Map<String, String> slice, Days days) {
    Behind behind = Behind.of(metrics(), metric, slice, days);
    return behind.leaves().isEmpty() ? null : members(behind).getLongCardinality();
  }

  /// The people behind a metric now, by the names of their profiles.
  RoaringBitmap members(Behind behind) {
    return engine
        .ask()
        .whose(
            behind,
            (_, zone) -> {
              Window.Span span = behind.span(zone);
              return timeline -> behind.has(timeline, span);
            });
  }

  private Cube counted(Cube.Asked asked) {
    Cube cube = engine.ask().cube(asked);
    if (cube.full()) {
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT,
              "too_many_members",
              "There are more members than can be counted side by side.")
          .at("by", String.join(", ", asked.dimensions()), "fewer dimensions")
          .next("Ask for fewer dimensions with `by`.")
          .thrown();
    }
    return cube;
  }

  private Numbers numbers(Metrics metrics, String root, List<Days> columns) {
    var given = new ArrayList<String>();
    for (Metric leaf : metrics.leaves(root)) {
      if (leaf.origin() instanceof Metric.Origin.Given) {
        given.add(leaf.name());
      }
    }
    return store.numbers(given, columns);
  }
}
