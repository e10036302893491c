package io.huoshui.server.insight.tree;

import io.huoshui.event.Near;
import io.huoshui.insight.tree.Behind;
import io.huoshui.insight.tree.Breakdown;
import io.huoshui.insight.tree.Comparison;
import io.huoshui.insight.tree.Days;
import io.huoshui.insight.tree.Dimension;
import io.huoshui.insight.tree.Drill;
import io.huoshui.insight.tree.Finding;
import io.huoshui.insight.tree.Inquiry;
import io.huoshui.insight.tree.Metric;
import io.huoshui.insight.tree.MetricSet;
import io.huoshui.insight.tree.Metrics;
import io.huoshui.insight.tree.Numbers;
import io.huoshui.insight.tree.Reading;
import io.huoshui.profile.Grain;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Definitions;
import io.huoshui.server.access.Problem;
import io.huoshui.server.audience.AudienceView;
import io.huoshui.server.audience.Member;
import io.huoshui.server.insight.OpenedCells;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// 指标树: what is counted, numbers from elsewhere, and a tree for some days in a slice against a
/// base.
@RestController
@RequestMapping("/api/v1/insight")
class TreeResource {
  private static final String YAML = "application/yaml";
  private static final String X_YAML = "application/x-yaml";
  private static final String TEXT_YAML = "text/yaml";
  private static final int MOST_ROWS = 50_000;

  private final Trees trees;
  private final MetricStore store;
  private final OpenedCells cells;
  private final Definitions definitions;
  private final Audit audit;

  TreeResource(
      Trees trees, MetricStore store, OpenedCells cells, Definitions definitions, Audit audit) {
    this.trees = trees;
    this.cells = cells;
    this.store = store;
    this.definitions = definitions;
    this.audit = audit;
  }

  // The set.

  record TargetView(@Nullable String days, @Nullable String each, double value) {}

  /// @param kind `count`, `people`, `sum`, `distinct`, `given`, `formula`
  /// @param slices the dimensions every leaf beneath is known by
  record MetricView(
      String name,
      String zh,
      String en,
      String unit,
      String better,
      String owner,
      String grain,
      String kind,
      @Nullable String formula,
      List<String> slices,
      List<TargetView> targets) {}

  /// @param version 0 for what is shipped
  /// @param written as its author wrote it; what a PUT takes
  record SetView(
      int version,
      String written,
      List<Dimension> dimensions,
      List<MetricView> metrics,
      List<MetricSet.Tree> trees) {}

  @GetMapping("/metrics")
  SetView set() {
    Trees.InForce inForce = trees.inForce();
    Metrics metrics = inForce.metrics();
    return new SetView(
        inForce.version(),
        inForce.written(),
        metrics.set().allDimensions(),
        metrics.set().metrics().stream().map(metric -> view(metrics, metric)).toList(),
        metrics.trees());
  }

  private static MetricView view(Metrics metrics, Metric metric) {
    return new MetricView(
        metric.name(),
        metric.zh(),
        metric.en(),
        metric.unit().wire(),
        metric.better().wire(),
        metric.owner(),
        metrics.grain(metric.name()).wire(),
        switch (metric.origin()) {
          case Metric.Origin.Folded folded ->
              folded.measure().name().toLowerCase(java.util.Locale.ROOT);
          case Metric.Origin.Given _ -> "given";
          case Metric.Origin.Worked _ -> "formula";
        },
        formula(metric),
        metrics.slices(metric.name()),
        metric.targets().stream()
            .map(
                target ->
                    new TargetView(
                        target.days() instanceof Days days ? days.toString() : null,
                        target.each() instanceof Grain grain ? grain.wire() : null,
                        target.value()))
            .toList());
  }

  private static @Nullable String formula(Metric metric) {
    return metric.origin() instanceof Metric.Origin.Worked(String formula) ? formula : null;
  }

  record FindingView(
      String code,
      String metric,
      String field,
      String value,
      String path,
      String why,
      String allowed,
      List<String> near) {
    FindingView(Finding finding) {
      this(
          finding.code().wire(),
          finding.metric(),
          finding.field(),
          finding.value(),
          finding.path(),
          finding.why(),
          finding.allowed(),
          finding.near());
    }
  }

  /// Everything that keeps a set from being computed. Nothing is published.
  @PostMapping(
      value = "/metrics/review",
      consumes = {
        MediaType.APPLICATION_JSON_VALUE,
        YAML,
        X_YAML,
        TEXT_YAML,
        MediaType.TEXT_PLAIN_VALUE
      })
  List<FindingView> review(@RequestBody String written) {
    return Trees.review(Trees.read(definitions.asJson(written))).stream()
        .map(FindingView::new)
        .toList();
  }

  /// Puts a set in force. What can not be computed is refused, with everything that is wrong.
  @PutMapping(
      value = "/metrics",
      consumes = {
        MediaType.APPLICATION_JSON_VALUE,
        YAML,
        X_YAML,
        TEXT_YAML,
        MediaType.TEXT_PLAIN_VALUE
      })
  SetView put(@RequestBody String written) {
    int version = trees.publish(definitions.asJson(written), written, audit.who());
    audit.record("metrics_published", "version " + version);
    return set();
  }

  // Numbers from elsewhere.

  /// @param day of a coarser grain any day of it
  record Row(
      @Nullable String metric,
      @Nullable String day,
      @Nullable Map<String, String> slice,
      @Nullable Double value) {}

  record Rows(@Nullable List<Row> rows) {}

  record Told(int rows) {}

  /// Takes numbers, all or none. Told again, a number takes the place of the former.
  @PutMapping("/metrics/numbers")
  Told numbers(@RequestBody Rows body) {
    List<Row> rows = body.rows() == null ? List.of() : body.rows();
    if (rows.isEmpty() || rows.size() > MOST_ROWS) {
      throw bad("rows", rows.size() + " rows", "1 to " + MOST_ROWS + " rows");
    }
    Metrics metrics = trees.metrics();
    var told = new ArrayList<Numbers.Row>();
    for (int i = 0; i < rows.size(); i++) {
      told.add(row(metrics, rows.get(i), "rows[" + i + "]"));
    }
    store.tell(told);
    audit.record("metric_numbers_told", told.size() + " rows");
    return new Told(told.size());
  }

  private static Numbers.Row row(Metrics metrics, Row row, String at) {
    String name = String.valueOf(row.metric());
    Metric metric = metrics.find(name);
    if (metric == null || !(metric.origin() instanceof Metric.Origin.Given given)) {
      List<String> known =
          metrics.all().stream()
              .filter(each -> each.origin() instanceof Metric.Origin.Given)
              .map(Metric::name)
              .toList();
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT,
              "bad_number",
              "Numbers are told of metrics that are given.")
          .at(at + ".metric", name, String.join(", ", known))
          .near(Near.to(name, known))
          .thrown();
    }
    LocalDate day;
    try {
      day = LocalDate.parse(String.valueOf(row.day()));
    } catch (DateTimeException e) {
      throw bad(at + ".day", String.valueOf(row.day()), "2026-07-01");
    }
    Map<String, String> slice = row.slice() == null ? Map.of() : row.slice();
    for (Map.Entry<String, String> each : slice.entrySet()) {
      if (!given.slices().contains(each.getKey())) {
        throw bad(at + ".slice", each.getKey(), String.join(", ", given.slices()));
      }
      if (each.getValue() == null) {
        throw bad(at + ".slice." + each.getKey(), "null", "a text");
      }
    }
    Double value = row.value();
    if (value == null || !Double.isFinite(value)) {
      throw bad(at + ".value", String.valueOf(value), "a number");
    }
    return new Numbers.Row(name, metrics.grain(name).start(day), slice, value);
  }

  /// Forgets what was told of a metric for some days.
  @DeleteMapping("/metrics/numbers/{metric}")
  Told forget(@PathVariable String metric, @RequestParam String days) {
    Days of = days(days);
    int gone = store.forget(metric, of.from(), of.to());
    audit.record("metric_numbers_forgotten", metric + " " + of + ": " + gone + " rows");
    return new Told(gone);
  }

  private static Problem.Refusal bad(String field, String value, String allowed) {
    return Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_number", "A number can not be taken.")
        .at(field, value, allowed)
        .next("Nothing was taken. Correct the row and send all again.")
        .thrown();
  }

  // The tree.

  /// @param tree a tree's name; or
  /// @param metric a metric's
  /// @param days as `2026-07`, `2026-07-H1`, `2026-Q3`, `2026-W27`, `2026-07-01..2026-07-09`; this
  ///   month when left out
  /// @param compare `last_period`, `last_week`, `last_year`, `target`, `team_average`
  /// @param slice per dimension the member
  /// @param team of `team_average` the dimension; the only one of the slice when left out
  /// @param by dimensions to go into; those the leaves know when left out
  /// @param drill false leaves the drill out
  record Question(
      @Nullable String tree,
      @Nullable String metric,
      @Nullable String days,
      @Nullable String compare,
      @Nullable Map<String, String> slice,
      @Nullable String team,
      @Nullable List<String> by,
      @Nullable Boolean drill) {}

  record NoteView(String code, String about, String zh, String en) {}

  /// As [Reading]; values are null where there is no base, and `note` says why.
  ///
  /// @param sample how many events, or rows told, a value is made of
  /// @param opens whether there are people behind it in this slice, for `POST /tree/open`
  record Node(
      String name,
      String zh,
      String en,
      String unit,
      String better,
      String owner,
      @Nullable String formula,
      @Nullable Double now,
      @Nullable Double before,
      @Nullable Double change,
      @Nullable Double relative,
      @Nullable Double ofParent,
      @Nullable Double ofRoot,
      String method,
      long sample,
      long sampleBefore,
      @Nullable Double target,
      @Nullable NoteView note,
      List<String> slices,
      boolean opens,
      List<Node> parts) {}

  private static Node node(Metrics metrics, Inquiry inquiry, Reading reading) {
    Metric metric = reading.metric();
    Reading.Note note = reading.note();
    return new Node(
        metric.name(),
        metric.zh(),
        metric.en(),
        metric.unit().wire(),
        metric.better().wire(),
        metric.owner(),
        formula(metric),
        reading.now(),
        reading.before(),
        reading.change(),
        reading.relative(),
        reading.ofParent(),
        reading.ofRoot(),
        reading.method(),
        reading.sample(),
        reading.sampleBefore(),
        reading.target(),
        note == null ? null : new NoteView(note.kind().wire(), note.about(), note.zh(), note.en()),
        metrics.slices(metric.name()),
        !Behind.of(metrics, metric.name(), inquiry.slice(), inquiry.days()).leaves().isEmpty(),
        reading.parts().stream().map(part -> node(metrics, inquiry, part)).toList());
  }

  /// @param kind `down` to a part, `into` a member, to a `few`
  /// @param share of the change before the step what it explains
  record StepView(
      String kind,
      @Nullable String metric,
      @Nullable String dimension,
      List<String> members,
      @Nullable Integer of,
      double share,
      @Nullable Double before,
      @Nullable Double now) {}

  /// @param end `few`, `spread`, `no_change`, `no_base`
  record DrillView(
      String metric,
      Map<String, String> slice,
      List<StepView> steps,
      String end,
      boolean bad,
      String zh,
      String en) {}

  private static DrillView drill(Drill drill) {
    return new DrillView(
        drill.metric().name(),
        drill.slice(),
        drill.steps().stream().map(TreeResource::step).toList(),
        drill.end().name().toLowerCase(java.util.Locale.ROOT),
        drill.bad(),
        drill.zh(),
        drill.en());
  }

  private static StepView step(Drill.Step step) {
    return switch (step) {
      case Drill.Step.Down down ->
          new StepView(
              "down",
              down.metric().name(),
              null,
              List.of(),
              null,
              down.share(),
              down.before(),
              down.now());
      case Drill.Step.Into into ->
          new StepView(
              "into",
              null,
              into.dimension().name(),
              List.of(into.member()),
              null,
              into.share(),
              into.before(),
              into.now());
      case Drill.Step.Few few ->
          new StepView(
              "few",
              null,
              few.dimension().name(),
              few.members(),
              few.of(),
              few.share(),
              null,
              null);
    };
  }

  /// @param base the days compared with; null for a target or the team's average
  /// @param unfinished whether the days are not over: then they are compared with whole ones
  /// @param by dimensions the drill went over
  record TreeView(
      String days,
      @Nullable String base,
      String compare,
      Map<String, String> slice,
      boolean unfinished,
      List<String> by,
      Node root,
      @Nullable DrillView drill) {}

  @PostMapping("/tree")
  TreeView tree(@RequestBody Question body) {
    Metrics metrics = trees.metrics();
    Inquiry.Answer answer = trees.ask(inquiry(metrics, body, body.by()));
    return new TreeView(
        answer.inquiry().days().toString(),
        answer.base() instanceof Days base ? base.toString() : null,
        answer.inquiry().compare().wire(),
        answer.inquiry().slice(),
        !answer.inquiry().days().to().isBefore(trees.today()),
        answer.dimensions(),
        node(metrics, answer.inquiry(), answer.reading()),
        Boolean.FALSE.equals(body.drill()) ? null : drill(answer.drill()));
  }

  private Inquiry inquiry(Metrics metrics, Question body, @Nullable List<String> by) {
    Map<String, String> slice = body.slice() == null ? Map.of() : body.slice();
    String team = body.team();
    return new Inquiry(
        root(metrics, body),
        body.days() == null ? Days.of(Grain.MONTH, trees.today()) : days(body.days()),
        compare(body.compare()),
        slice,
        team != null ? team : slice.size() == 1 ? slice.keySet().iterator().next() : "",
        by == null ? List.of() : by);
  }

  private static String root(Metrics metrics, Question body) {
    String wanted = body.tree();
    if (wanted == null) {
      return String.valueOf(body.metric());
    }
    List<String> names = metrics.trees().stream().map(MetricSet.Tree::name).toList();
    return metrics.trees().stream()
        .filter(tree -> tree.name().equals(wanted))
        .findFirst()
        .orElseThrow(
            () ->
                Problem.of(HttpStatus.NOT_FOUND, "unknown_tree", "There is no such tree.")
                    .at("tree", wanted, String.join(", ", names))
                    .near(Near.to(wanted, names))
                    .thrown())
        .root();
  }

  private static Days days(String text) {
    try {
      return Days.parse(text);
    } catch (IllegalArgumentException e) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_days", String.valueOf(e.getMessage()))
          .at("days", text, Days.ALLOWED)
          .thrown();
    }
  }

  private static Comparison compare(@Nullable String text) {
    Comparison compare = text == null ? Comparison.LAST_PERIOD : Comparison.ofWire(text);
    if (compare == null) {
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT, "bad_compare", "There is nothing to compare with.")
          .at(
              "compare",
              String.valueOf(text),
              Stream.of(Comparison.values())
                  .map(Comparison::wire)
                  .collect(Collectors.joining(", ")))
          .thrown();
    }
    return compare;
  }

  record MemberView(
      String member,
      @Nullable Double now,
      @Nullable Double before,
      @Nullable Double change,
      @Nullable Double contribution,
      @Nullable Double rate,
      @Nullable Double mix,
      @Nullable Double share,
      long sample,
      long sampleBefore) {}

  /// As [Breakdown]; contributions of the members and `between` add up to the change.
  record BreakdownView(
      String metric,
      String dimension,
      String method,
      @Nullable Double now,
      @Nullable Double before,
      @Nullable Double change,
      @Nullable Double between,
      List<MemberView> members) {}

  private static final int MOST_MEMBERS = 1_000;

  /// A metric member by member of one dimension, `by`.
  @PostMapping("/tree/breakdown")
  BreakdownView breakdown(@RequestBody Question body) {
    Metrics metrics = trees.metrics();
    if (body.by() == null || body.by().size() != 1) {
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT, "bad_by", "Break down by one dimension at a time.")
          .at("by", String.valueOf(body.by()), "one dimension, as [\"guide\"]")
          .thrown();
    }
    Inquiry inquiry = inquiry(metrics, body, body.by());
    if (inquiry.compare() == Comparison.TARGET || inquiry.compare() == Comparison.TEAM_AVERAGE) {
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT,
              "bad_compare",
              "Of members the target and the team's average are not known.")
          .at("compare", inquiry.compare().wire(), "last_period, last_week, last_year")
          .thrown();
    }
    Breakdown found = trees.breakdown(inquiry);
    return new BreakdownView(
        found.metric().name(),
        found.dimension().name(),
        found.method().wire(),
        found.now(),
        found.before(),
        found.change(),
        found.between(),
        found.members().stream().limit(MOST_MEMBERS).map(TreeResource::member).toList());
  }

  private static MemberView member(Breakdown.Member member) {
    Double rate = member.rate();
    Double contribution = member.contribution();
    return new MemberView(
        member.member(),
        member.now(),
        member.before(),
        member.change(),
        contribution,
        rate,
        rate == null || contribution == null ? null : contribution - rate,
        member.share(),
        member.sample(),
        member.sampleBefore());
  }

  /// @param days as of a tree; this month when left out
  /// @param name of the audience the people are kept in; nothing is kept without
  /// @param again whether it takes the place of one of this name
  record Opening(
      @Nullable String metric,
      @Nullable Map<String, String> slice,
      @Nullable String days,
      @Nullable String name,
      @Nullable Boolean again) {}

  /// @param leaves whoever is counted in any of these; of a formula all beneath that count people's
  ///   events and know the slice
  /// @param count of people now
  /// @param sample of them
  /// @param audience null where nothing was kept
  record Opened(
      List<String> leaves, long count, List<Member> sample, @Nullable AudienceView audience) {}

  /// The people behind a node in a slice and some days, as they are now.
  @PostMapping("/tree/open")
  Opened open(@RequestBody Opening body) {
    Behind behind =
        trees.behind(
            String.valueOf(body.metric()),
            body.slice() == null ? Map.of() : body.slice(),
            body.days() == null ? Days.of(Grain.MONTH, trees.today()) : days(body.days()));
    if (behind.leaves().isEmpty()) {
      throw nobody(String.valueOf(body.metric()), behind);
    }
    OpenedCells.Opened opened =
        cells.open(
            () -> trees.members(behind),
            body.metric()
                + ": "
                + behind.days()
                + (behind.slice().isEmpty() ? "" : " " + behind.slice()),
            body.name(),
            body.again());
    return new Opened(behind.names(), opened.count(), opened.sample(), opened.audience());
  }

  /// Says what can be opened instead: other metrics in this slice.
  private Problem.Refusal nobody(String metric, Behind behind) {
    Metrics metrics = trees.metrics();
    List<String> open =
        metrics.all().stream()
            .map(Metric::name)
            .filter(
                name -> !Behind.of(metrics, name, behind.slice(), behind.days()).leaves().isEmpty())
            .toList();
    return Problem.of(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "nobody_behind",
            behind.slice().isEmpty()
                ? "These are numbers that were uploaded: no people are behind them."
                : "No events of people are behind it that know this slice.")
        .at("metric", metric, String.join(", ", open))
        .next("Open a metric that counts events of people.")
        .thrown();
  }
}
