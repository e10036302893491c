package io.huoshui.server.insight.season;

import io.huoshui.audience.Condition;
import io.huoshui.engine.Engine;
import io.huoshui.engine.Questions;
import io.huoshui.insight.BossSheet;
import io.huoshui.insight.CampaignReport;
import io.huoshui.insight.report.Report.Words;
import io.huoshui.insight.season.Doors;
import io.huoshui.insight.season.Tally;
import io.huoshui.insight.value.Predicted;
import io.huoshui.insight.value.Realised;
import io.huoshui.profile.Calendar;
import io.huoshui.profile.Window;
import io.huoshui.server.Settings;
import io.huoshui.server.access.Problem;
import io.huoshui.server.insight.CostStore;
import io.huoshui.server.insight.FittedModels;
import io.huoshui.server.insight.ValueResource;
import io.huoshui.server.insight.report.Downloads;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// 老板看板: short- and long-term value on one sheet.
@RestController
@RequestMapping("/api/v1/insight/boss")
class BossResource {
  private static final int RETAINED_DAYS = 90;
  private static final int MOST_DAYS = 365;

  private final Engine engine;
  private final Seasons seasons;
  private final FittedModels models;
  private final CostStore costs;
  private final Downloads downloads;
  private final Settings settings;

  BossResource(
      Engine engine,
      Seasons seasons,
      FittedModels models,
      CostStore costs,
      Downloads downloads,
      Settings settings) {
    this.engine = engine;
    this.seasons = seasons;
    this.models = models;
    this.costs = costs;
    this.downloads = downloads;
    this.settings = settings;
  }

  /// @param unit `money` (fen), `count`, `share` (of 1), `ratio`, `days`
  record LineView(
      String key,
      String zh,
      String en,
      String unit,
      @Nullable Double now,
      @Nullable Double low,
      @Nullable Double high,
      @Nullable Double before,
      long of,
      String noteZh,
      String noteEn) {
    static LineView of(BossSheet.Line line) {
      return new LineView(
          line.key(),
          line.label().zh(),
          line.label().en(),
          line.unit().name().toLowerCase(Locale.ROOT),
          line.now(),
          line.low(),
          line.high(),
          line.before(),
          line.of(),
          line.note().zh(),
          line.note().en());
    }
  }

  record View(
      String currency,
      String zone,
      Instant now,
      BossSheet.Period period,
      List<LineView> shortTerm,
      List<LineView> longTerm,
      String howZh,
      String howEn) {}

  /// @param days of the period, which ends with yesterday; the one before is as long
  @GetMapping
  View sheet(@RequestParam(defaultValue = "30") int days) {
    BossSheet sheet = of(days);
    Words how = how();
    return new View(
        settings.currency(),
        settings.zone().getId(),
        engine.now(),
        sheet.period(),
        sheet.shortTerm().stream().map(LineView::of).toList(),
        sheet.longTerm().stream().map(LineView::of).toList(),
        how.zh(),
        how.en());
  }

  /// @param form `html`, `pdf`, `xlsx`
  @GetMapping("/report.{form}")
  ResponseEntity<byte[]> file(
      @PathVariable String form,
      @RequestParam(defaultValue = "30") int days,
      @RequestParam(defaultValue = "") String lang,
      @RequestHeader(value = "Accept-Language", defaultValue = "") String accepted) {
    return downloads.of(
        of(days).report(settings.currency(), how()), form, lang.isEmpty() ? accepted : lang);
  }

  private Words how() {
    String at = engine.now().atZone(settings.zone()).toLocalDateTime().withNano(0).toString();
    long record = engine.gauges().records();
    return new Words(
        "数字截至 " + at + "(" + settings.zone() + "),日志记录 " + record + "。区间为 95%。没有基数的地方不给数字。",
        "Numbers as of "
            + at
            + " ("
            + settings.zone()
            + "), log record "
            + record
            + ". Intervals are of 95 %. Where there is no base no number is given.");
  }

  private BossSheet of(int days) {
    if (days < 1 || days > MOST_DAYS) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "bad_value", "The period is no period.")
          .at("days", String.valueOf(days), "1 to " + MOST_DAYS)
          .thrown();
    }
    ZoneId zone = settings.zone();
    LocalDate today = engine.now().atZone(zone).toLocalDate();
    LocalDate from = today.minusDays(days);
    LocalDate before = from.minusDays(days);
    var period = new BossSheet.Period(from, today.minusDays(1), before, days);
    List<CampaignReport> campaigns = engine.ask().campaigns();
    Questions.Picked retained =
        engine
            .ask()
            .pick(
                List.of(
                    bought(today.minusDays(2 * RETAINED_DAYS), today.minusDays(RETAINED_DAYS + 1)),
                    new Condition.All(
                        List.of(
                            bought(
                                today.minusDays(2 * RETAINED_DAYS),
                                today.minusDays(RETAINED_DAYS + 1)),
                            bought(today.minusDays(RETAINED_DAYS), today.minusDays(1))))));
    Realised.Answer realised = ValueResource.realised(engine, "", costs.all());
    return BossSheet.of(
        new BossSheet.Facts(
            period,
            tally(from, today),
            tally(before, from),
            BossSheet.Effect.of(within(campaigns, from, today)),
            BossSheet.Effect.of(within(campaigns, before, from)),
            predicted(),
            realised.all(),
            retained.members().getLast().getLongCardinality(),
            retained.members().getFirst().getLongCardinality()));
  }

  private static Condition bought(LocalDate from, LocalDate to) {
    return Doors.did("order_paid", new Window.Dates(from, to));
  }

  /// Null as long as the models can not be fitted.
  private Predicted.@Nullable Answer predicted() {
    try {
      return ValueResource.predicted(engine, models.today());
    } catch (Problem.Refusal e) {
      if (e.problem().code().equals("nobody_bought_again")) {
        return null;
      }
      throw e;
    }
  }

  /// @param end not included
  private Tally tally(LocalDate from, LocalDate end) {
    var calendar = new Calendar(settings.zone());
    var span =
        new Window.Span(
            calendar.start((int) from.toEpochDay()), calendar.start((int) end.toEpochDay()));
    return seasons.tally(List.of(span), span.toMs(), "");
  }

  private List<CampaignReport> within(
      List<CampaignReport> campaigns, LocalDate from, LocalDate end) {
    Instant begin = from.atStartOfDay(settings.zone()).toInstant();
    Instant over = end.atStartOfDay(settings.zone()).toInstant();
    return campaigns.stream()
        .filter(
            one -> {
              Instant began = one.from();
              return began != null && !began.isBefore(begin) && began.isBefore(over);
            })
        .toList();
  }
}
