package io.huoshui.server.insight.season;

import io.huoshui.audience.Condition;
import io.huoshui.engine.Engine;
import io.huoshui.engine.Questions;
import io.huoshui.insight.CampaignReport;
import io.huoshui.insight.report.Report.Words;
import io.huoshui.insight.season.Clockwork;
import io.huoshui.insight.season.Doors;
import io.huoshui.insight.season.NextStep;
import io.huoshui.insight.season.Review;
import io.huoshui.insight.season.Season;
import io.huoshui.insight.season.Standing;
import io.huoshui.insight.season.Tally;
import io.huoshui.profile.Window;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Reason;
import io.huoshui.server.Settings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.stereotype.Component;

/// What is known of a season: asks the engine, and leaves what it means to core.
@Component
class Seasons {
  private final Engine engine;
  private final SeasonStore store;
  private final Settings settings;

  Seasons(Engine engine, SeasonStore store, Settings settings) {
    this.engine = engine;
    this.store = store;
    this.settings = settings;
  }

  private record Asked(List<Window.Span> stretches, long untilMs, String heroSku) {}

  /// Everybody over some stretches, nothing at or after `untilMs`, nor after now.
  Tally tally(List<Window.Span> stretches, long untilMs, String heroSku) {
    return engine
        .ask()
        .counted(
            new Asked(stretches, untilMs, heroSku),
            (now, zone) ->
                new Tally(stretches, Math.min(untilMs, now.toEpochMilli() + 1), zone, heroSku));
  }

  /// Who is behind a number of a season as it stands now.
  RoaringBitmap open(Season season, Tally.Cell cell) {
    List<Window.Span> stretches = season.spans(settings.zone());
    return engine
        .ask()
        .whose(
            List.of("season", stretches, season.heroSku(), cell),
            (now, zone) -> {
              var tally = new Tally(stretches, now.toEpochMilli() + 1, zone, season.heroSku());
              return timeline -> tally.belongs(timeline, cell);
            });
  }

  private Tally tally(Season season, long untilMs) {
    return tally(season.spans(settings.zone()), untilMs, season.heroSku());
  }

  /// Null where it names none, or one that was removed.
  private Review.@Nullable Past past(Season season, Instant now) {
    Season last = store.find(season.comparedWith()).orElse(null);
    if (last == null) {
      return null;
    }
    Instant comparable = Clockwork.comparable(season, now, last, settings.zone());
    return new Review.Past(
        last,
        comparable,
        comparable == null ? null : tally(last, comparable.toEpochMilli()),
        tally(last, Long.MAX_VALUE));
  }

  private List<CampaignReport> campaigns(Season season) {
    return engine.ask().campaigns().stream()
        .filter(one -> season.journeys().contains(one.name()))
        .toList();
  }

  /// @param counted whether segments and next steps are asked for, too
  Review.Facts facts(Season season, boolean closed, boolean counted) {
    Instant now = engine.now();
    Clockwork.Moment moment = Clockwork.at(season, now, settings.zone());
    Tally tally = tally(season, Long.MAX_VALUE);
    Review.Past past = past(season, now);
    List<CampaignReport> campaigns = campaigns(season);
    long treated = 0;
    long converted = 0;
    for (CampaignReport one : campaigns) {
      treated += one.people() - one.holdOut().people();
      converted += one.converted();
    }
    Tally then = past == null ? null : past.then();
    var standings = new ArrayList<Standing>();
    for (Season.Target target : season.targets()) {
      standings.add(
          Standing.of(
              target,
              Standing.value(target.metric(), tally.figures(), treated, converted),
              moment,
              // What the journeys of the season before did by then is not kept.
              then == null ? null : Standing.value(target.metric(), then.figures(), 0, 0),
              past == null ? null : Standing.value(target.metric(), past.end().figures(), 0, 0)));
    }
    return new Review.Facts(
        season,
        settings.zone(),
        settings.currency(),
        now,
        engine.gauges().records(),
        tally,
        past,
        standings,
        campaigns,
        channels(season),
        counted ? segments(season) : List.of(),
        counted ? steps(season) : List.of(),
        closed);
  }

  private List<Review.Channel> channels(Season season) {
    if (season.journeys().isEmpty()) {
      return List.of();
    }
    Window.Span span = season.span(settings.zone());
    return engine
        .ask()
        .messages(
            new HashSet<>(season.journeys()),
            Instant.ofEpochMilli(span.fromMs()),
            Instant.ofEpochMilli(span.toMs()))
        .stream()
        .map(Seasons::channel)
        .toList();
  }

  private static Review.Channel channel(Questions.Messages of) {
    var held = new ArrayList<Review.Held>();
    of.verdicts()
        .forEach(
            (wire, messages) -> {
              Reason reason = Reason.valueOf(wire.toUpperCase(Locale.ROOT));
              if (reason != Reason.SENT) {
                held.add(new Review.Held(new Words(reason.zh(), reason.en()), messages));
              }
            });
    return new Review.Channel(
        words(of.channel()), of.sent(), of.delivered(), of.failed(), of.costFen(), held);
  }

  private static Words words(ChannelKind channel) {
    return switch (channel) {
      case SMS -> new Words("短信", "SMS");
      case CALL -> new Words("外呼", "Call");
      case WECOM -> new Words("企业微信", "WeCom");
      case OFFICIAL_ACCOUNT -> new Words("公众号客服消息", "official account");
      case OFFICIAL_TEMPLATE -> new Words("公众号模板消息", "template messages");
      case SUBSCRIBE -> new Words("订阅消息", "subscribe messages");
    };
  }

  /// A segment that was retired since is left out: it picks nobody any more.
  private List<Review.Layered> segments(Season season) {
    List<String> known =
        engine.ask().segments().stream().map(line -> line.segment().name()).toList();
    var layered = new ArrayList<Review.Layered>();
    for (String name : season.segments()) {
      if (known.contains(name)) {
        Questions.Picked picked =
            engine.ask().pick(List.of(Doors.segment(name), Doors.buyersOf(season, name)));
        layered.add(
            new Review.Layered(
                name,
                picked.members().getFirst().getLongCardinality(),
                picked.members().getLast().getLongCardinality()));
      }
    }
    return layered;
  }

  private List<Review.Counted> steps(Season season) {
    List<NextStep> steps = NextStep.of(season);
    Questions.Picked picked =
        engine.ask().pick(steps.stream().<Condition>map(NextStep::rule).toList());
    var counted = new ArrayList<Review.Counted>();
    for (int i = 0; i < steps.size(); i++) {
      counted.add(new Review.Counted(steps.get(i), picked.members().get(i).getLongCardinality()));
    }
    return counted;
  }
}
