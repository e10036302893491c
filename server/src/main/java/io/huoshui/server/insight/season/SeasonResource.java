package io.huoshui.server.insight.season;

import io.huoshui.engine.Engine;
import io.huoshui.insight.BossSheet;
import io.huoshui.insight.CampaignReport;
import io.huoshui.insight.Layers;
import io.huoshui.insight.report.Report;
import io.huoshui.insight.report.ReportJson;
import io.huoshui.insight.season.Clockwork;
import io.huoshui.insight.season.Review;
import io.huoshui.insight.season.Season;
import io.huoshui.insight.season.SeasonJson;
import io.huoshui.insight.season.Standing;
import io.huoshui.insight.season.Tally;
import io.huoshui.json.Json;
import io.huoshui.server.Settings;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Definitions;
import io.huoshui.server.access.Problem;
import io.huoshui.server.insight.CampaignView;
import io.huoshui.server.insight.OpenedCells;
import io.huoshui.server.insight.report.Downloads;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/// 战役室: seasons, their boards while they run, and the reviews of them.
@RestController
@RequestMapping("/api/v1/seasons")
class SeasonResource {
  private static final String YAML = "application/yaml";
  private static final int TOP = 10;

  private final Engine engine;
  private final SeasonStore store;
  private final Seasons seasons;
  private final Downloads downloads;
  private final Settings settings;
  private final Definitions definitions;
  private final OpenedCells cells;
  private final Audit audit;

  SeasonResource(
      Engine engine,
      SeasonStore store,
      Seasons seasons,
      Downloads downloads,
      Settings settings,
      Definitions definitions,
      OpenedCells cells,
      Audit audit) {
    this.engine = engine;
    this.store = store;
    this.seasons = seasons;
    this.downloads = downloads;
    this.settings = settings;
    this.definitions = definitions;
    this.cells = cells;
    this.audit = audit;
  }

  record StageView(String phase, String zh, LocalDate from, LocalDate to, int days) {}

  /// @param state `ahead`, `underWay`, `over`
  /// @param stage the phase it is in; null when it is not under way
  /// @param elapsed the share of its time that has passed
  record View(
      String name,
      String title,
      LocalDate from,
      LocalDate to,
      List<StageView> stages,
      String state,
      @Nullable String stage,
      int day,
      double elapsed,
      List<String> journeys,
      String heroSku,
      List<String> segments,
      String comparedWith,
      @Nullable Instant closedAt) {}

  /// @param from when somebody first entered it; null for nobody yet
  /// @param seasons it belongs to
  record JourneyView(
      String name, String title, String steering, @Nullable Instant from, List<String> seasons) {}

  record CalendarView(
      String zone, Instant now, LocalDate today, List<View> seasons, List<JourneyView> journeys) {}

  /// All seasons and journeys, for a calendar.
  @GetMapping
  CalendarView all() {
    List<Season> known = store.all();
    var belongs = new HashMap<String, List<String>>();
    for (Season season : known) {
      season
          .journeys()
          .forEach(
              journey ->
                  belongs.computeIfAbsent(journey, _ -> new ArrayList<>()).add(season.name()));
    }
    var began = new HashMap<String, Instant>();
    for (CampaignReport campaign : engine.ask().campaigns()) {
      Instant from = campaign.from();
      if (from != null) {
        began.put(campaign.name(), from);
      }
    }
    return new CalendarView(
        settings.zone().getId(),
        engine.now(),
        engine.now().atZone(settings.zone()).toLocalDate(),
        known.stream().map(this::view).toList(),
        engine.ask().journeys().stream()
            .map(
                journey ->
                    new JourneyView(
                        journey.name(),
                        journey.title(),
                        engine.ask().steering(journey.name()).wire(),
                        began.get(journey.name()),
                        belongs.getOrDefault(journey.name(), List.of())))
            .toList());
  }

  private View view(Season season) {
    Clockwork.Moment moment = Clockwork.at(season, engine.now(), settings.zone());
    Season.Stage stage = moment.stage();
    return new View(
        season.name(),
        season.title(),
        season.from(),
        season.to(),
        season.stages().stream()
            .map(
                one ->
                    new StageView(
                        one.phase().wire(), one.phase().zh(), one.from(), one.to(), one.days()))
            .toList(),
        moment.state().wire(),
        stage == null ? null : stage.phase().wire(),
        moment.day(),
        moment.elapsed(),
        season.journeys(),
        season.heroSku(),
        season.segments(),
        season.comparedWith(),
        store.closed(season.name()).map(SeasonStore.Closed::at).orElse(null));
  }

  private Season find(String name) {
    return store
        .find(name)
        .orElseThrow(
            () ->
                Problem.of(HttpStatus.NOT_FOUND, "unknown_season", "No season '" + name + "'.")
                    .next("GET /api/v1/seasons shows all.")
                    .thrown());
  }

  /// As it is written.
  @GetMapping("/{name}")
  JsonNode one(@PathVariable String name) {
    return definitions.tree(SeasonJson.write(find(name)).write());
  }

  /// Writes a season, or writes it anew as long as it is not closed.
  @PutMapping(
      value = "/{name}",
      consumes = {MediaType.APPLICATION_JSON_VALUE, YAML, MediaType.TEXT_PLAIN_VALUE})
  View put(@PathVariable String name, @RequestBody String written) {
    Season season = SeasonJson.read(Json.parse(definitions.asJson(written)));
    if (!season.name().equals(name)) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "bad_season", "The season is named otherwise.")
          .at("season", season.name(), name)
          .thrown();
    }
    store
        .closed(name)
        .ifPresent(
            closed -> {
              throw Problem.of(
                      HttpStatus.CONFLICT,
                      "season_closed",
                      "Season '" + name + "' was closed at " + closed.at() + "; it stays as it is.")
                  .next("Write a season of another name.")
                  .thrown();
            });
    if (!season.comparedWith().isEmpty() && store.find(season.comparedWith()).isEmpty()) {
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT,
              "unknown_season",
              "No season '" + season.comparedWith() + "' to compare with.")
          .at("comparedWith", season.comparedWith(), names())
          .next("Write that season first: PUT /api/v1/seasons/" + season.comparedWith())
          .thrown();
    }
    known("journeys", season.journeys(), journeys());
    known(
        "segments",
        season.segments(),
        engine.ask().segments().stream().map(line -> line.segment().name()).toList());
    store.put(season, engine.now(), audit.who());
    audit.record("season_written", name);
    return view(season);
  }

  private List<String> journeys() {
    return engine.ask().journeys().stream().map(one -> one.name()).toList();
  }

  private String names() {
    String names = String.join(", ", store.all().stream().map(Season::name).toList());
    return names.isEmpty() ? "none yet" : names;
  }

  private static void known(String field, List<String> wanted, List<String> known) {
    for (String one : wanted) {
      if (!known.contains(one)) {
        throw Problem.of(
                HttpStatus.UNPROCESSABLE_CONTENT,
                "unknown_name",
                "The season names '" + one + "' among its " + field + ", which does not exist.")
            .at(field, one, known.isEmpty() ? "none yet" : String.join(", ", known))
            .thrown();
      }
    }
  }

  /// Takes a season away that was not closed, and that no other is compared with.
  @DeleteMapping("/{name}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void remove(@PathVariable String name) {
    find(name);
    if (store.closed(name).isPresent()) {
      throw Problem.of(
              HttpStatus.CONFLICT, "season_closed", "Season '" + name + "' was closed: it stays.")
          .thrown();
    }
    List<String> users =
        store.all().stream()
            .filter(one -> one.comparedWith().equals(name))
            .map(Season::name)
            .toList();
    if (!users.isEmpty()) {
      throw Problem.of(
              HttpStatus.CONFLICT,
              "in_use",
              "Season '" + name + "' is what " + users + " are compared with.")
          .next("Compare them with another first.")
          .thrown();
    }
    store.remove(name);
    audit.record("season_removed", name);
  }

  record StandingView(
      String metric,
      String zh,
      String en,
      String unit,
      double target,
      @Nullable Double value,
      @Nullable Double expected,
      String expectedBy,
      @Nullable Double lastThen,
      String verdict,
      String verdictZh,
      String verdictEn) {
    static StandingView of(Standing one) {
      Season.Metric metric = one.target().metric();
      return new StandingView(
          metric.wire(),
          metric.zh(),
          metric.en(),
          metric.unit().name().toLowerCase(Locale.ROOT),
          one.target().value(),
          one.value(),
          one.expected(),
          one.by().name().toLowerCase(Locale.ROOT),
          one.last(),
          one.verdict().wire(),
          one.verdict().zh(),
          one.verdict().en());
    }
  }

  /// @param comparable the moment of the last season that compares; null when it had no such stage
  record LastView(
      String name,
      String title,
      @Nullable Instant comparable,
      Tally.@Nullable Figures then,
      Tally.Figures end) {}

  record ChannelView(
      String zh,
      String en,
      long sent,
      long delivered,
      long failed,
      long costFen,
      List<HeldView> held) {}

  record HeldView(String zh, String en, long messages) {}

  record LayerView(String layer, String zh, String en, long people, long salesFen) {}

  /// @param days this season's days so far
  record BoardView(
      View season,
      String currency,
      Instant now,
      long record,
      Tally.Figures figures,
      List<Tally.Figures> stages,
      List<Tally.Day> days,
      List<StandingView> targets,
      @Nullable LastView last,
      List<Tally.Item> items,
      List<LayerView> layers,
      List<ChannelView> channels,
      List<CampaignView> journeys,
      CampaignView.@Nullable Interval incrementalFen,
      @Nullable Double roi) {}

  /// How it stands now: against its targets, and against the last season at the same moment.
  @GetMapping("/{name}/board")
  BoardView board(@PathVariable String name) {
    Season season = find(name);
    Review.Facts facts = seasons.facts(season, false, false);
    Review.Past past = facts.past();
    Tally then = past == null ? null : past.then();
    var effect = BossSheet.Effect.of(facts.campaigns());
    return new BoardView(
        view(season),
        settings.currency(),
        facts.now(),
        facts.record(),
        facts.tally().figures(),
        facts.tally().stretches(),
        facts.tally().days(),
        facts.standings().stream().map(StandingView::of).toList(),
        past == null
            ? null
            : new LastView(
                past.season().name(),
                past.season().title(),
                past.comparable(),
                then == null ? null : then.figures(),
                past.end().figures()),
        facts.tally().items(TOP),
        facts.tally().layers().stream().map(SeasonResource::layer).toList(),
        facts.channels().stream().map(SeasonResource::channel).toList(),
        facts.campaigns().stream().map(CampaignView::of).toList(),
        CampaignView.Interval.of(effect.incremental()),
        effect.roi());
  }

  /// One of these, as the board calls it.
  ///
  /// @param figure a number of people: `buyers`, `newBuyers`, `oldBuyers`, `againBuyers`,
  ///   `newFriends`, `active`
  /// @param stage with a figure: `before`, `during`, `after`; the whole season when left out
  /// @param sku whose buyers
  /// @param layer of the layered contribution
  record At(
      @Nullable String figure,
      @Nullable String stage,
      @Nullable String sku,
      @Nullable String layer) {}

  /// @param name of the audience they are kept in; nothing is kept without
  /// @param again whether it takes the place of one of this name
  record Opening(@Nullable At cell, @Nullable String name, @Nullable Boolean again) {}

  /// Who is behind a number of the board as it is now.
  @PostMapping("/{name}/open")
  OpenedCells.Opened open(@PathVariable String name, @RequestBody Opening opening) {
    Season season = find(name);
    Tally.Cell cell = cell(season, opening.cell());
    return cells.open(
        () -> seasons.open(season, cell),
        "season: " + name + " / " + cell,
        opening.name(),
        opening.again());
  }

  private static Tally.Cell cell(Season season, @Nullable At at) {
    String figure = at == null ? null : at.figure();
    String sku = at == null ? null : at.sku();
    String layer = at == null ? null : at.layer();
    if (Stream.of(figure, sku, layer).filter(one -> one != null).count() != 1) {
      throw OpenedCells.noCell("cell", at, "one of figure, sku and layer");
    }
    if (sku != null) {
      return new Tally.Cell.BuyersOf(sku);
    }
    if (layer != null) {
      return new Tally.Cell.In(
          Stream.of(Layers.Layer.values())
              .filter(one -> one.wire().equals(layer) && !season.heroSku().isEmpty())
              .findFirst()
              .orElseThrow(
                  () ->
                      OpenedCells.noCell(
                          "cell.layer",
                          layer,
                          season.heroSku().isEmpty()
                              ? "none: the season names no hero item"
                              : Stream.of(Layers.Layer.values())
                                  .map(Layers.Layer::wire)
                                  .collect(Collectors.joining(", ")))));
    }
    Tally.Kind kind =
        Stream.of(Tally.Kind.values())
            .filter(one -> one.wire().equals(figure))
            .findFirst()
            .orElseThrow(
                () ->
                    OpenedCells.noCell(
                        "cell.figure",
                        figure,
                        Stream.of(Tally.Kind.values())
                            .map(Tally.Kind::wire)
                            .collect(Collectors.joining(", "))));
    String stage = at == null ? null : at.stage();
    if (stage == null) {
      return new Tally.Cell.Of(kind, null);
    }
    List<String> stages = season.stages().stream().map(one -> one.phase().wire()).toList();
    if (!stages.contains(stage)) {
      throw OpenedCells.noCell("cell.stage", stage, String.join(", ", stages));
    }
    return new Tally.Cell.Of(kind, stages.indexOf(stage));
  }

  private static LayerView layer(Layers.Share share) {
    return new LayerView(
        share.layer().wire(),
        share.layer().zh(),
        share.layer().en(),
        share.people(),
        share.salesFen());
  }

  private static ChannelView channel(Review.Channel one) {
    return new ChannelView(
        one.name().zh(),
        one.name().en(),
        one.sent(),
        one.delivered(),
        one.failed(),
        one.costFen(),
        one.held().stream()
            .map(held -> new HeldView(held.why().zh(), held.why().en(), held.messages()))
            .toList());
  }

  record ClosedView(String season, Instant closedAt, long record, String sha256, String who) {}

  /// Closes a season that is over: its review is written once and stays what it was.
  @PostMapping("/{name}/close")
  ClosedView close(@PathVariable String name) {
    Season season = find(name);
    Clockwork.Moment moment = Clockwork.at(season, engine.now(), settings.zone());
    if (moment.state() != Clockwork.State.OVER) {
      throw Problem.of(
              HttpStatus.CONFLICT,
              "season_not_over",
              "Season '" + name + "' ends with " + season.to() + ".")
          .next("Until then GET /api/v1/seasons/" + name + "/report shows what there is.")
          .thrown();
    }
    if (store.closed(name).isEmpty()) {
      Review.Facts facts = seasons.facts(season, true, true);
      if (store.close(name, facts.now(), facts.record(), Review.of(facts), audit.who())) {
        audit.record("season_closed", name);
      }
    }
    SeasonStore.Closed closed = store.closed(name).orElseThrow();
    return new ClosedView(name, closed.at(), closed.record(), closed.sha256(), closed.who());
  }

  /// The kept one where the season was closed, else one as of now.
  private Report review(String name) {
    Season season = find(name);
    return store
        .closed(name)
        .map(SeasonStore.Closed::report)
        .orElseGet(() -> Review.of(seasons.facts(season, false, true)));
  }

  /// The review as a tree, in both languages; each row with the rule that picks whom it counts.
  @GetMapping("/{name}/report")
  JsonNode report(@PathVariable String name) {
    return definitions.tree(ReportJson.write(review(name)).write());
  }

  /// @param form `html`, `pdf`, `xlsx`
  /// @param lang `zh`, `en`; else as the request's Accept-Language says
  @GetMapping("/{name}/report.{form}")
  ResponseEntity<byte[]> file(
      @PathVariable String name,
      @PathVariable String form,
      @RequestParam(defaultValue = "") String lang,
      @RequestHeader(value = "Accept-Language", defaultValue = "") String accepted) {
    return downloads.of(review(name), form, lang.isEmpty() ? accepted : lang);
  }
}
