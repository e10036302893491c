package io.huoshui.server.journey;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Forecast;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Reason;
import io.huoshui.server.access.Problem;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/// What would become of a journey's messages, before it is launched.
@RestController
class ForecastResource {
  private final Engine engine;

  ForecastResource(Engine engine) {
    this.engine = engine;
  }

  /// @param others by the first reason the gate gives
  record Line(
      String template,
      String channel,
      long reachable,
      long waiting,
      Map<String, Long> others,
      long quotaLeft,
      long segments,
      long costFen,
      String zh,
      String en) {}

  /// @param days 0 when these people would enter now; else they did what the journey is entered by
  ///   within so many days
  /// @param silent who gets no message, by the steps alone
  /// @param quotaLastsTo the last day on which WeCom delivers to everybody; null when all days are
  record Answer(
      String journey,
      int version,
      Instant at,
      int days,
      long entering,
      long silent,
      List<Line> messages,
      long quotaShort,
      @Nullable LocalDate quotaLastsTo,
      String zh,
      String en) {}

  @PostMapping("/api/v1/journeys/{name}/forecast")
  Answer forecast(@PathVariable String name) {
    Forecast forecast = engine.ask().forecast(name);
    if (forecast == null) {
      throw Problem.of(HttpStatus.NOT_FOUND, "unknown_journey", "No journey '" + name + "'.")
          .thrown();
    }
    List<Line> lines = forecast.messages().stream().map(ForecastResource::line).toList();
    LocalDate lastsTo = forecast.quotaLastsTo();
    var zh = new ArrayList<String>();
    var en = new ArrayList<String>();
    if (forecast.days() == 0) {
      zh.add(number(forecast.entering()) + " 人将进入");
      en.add(number(forecast.entering()) + " would enter");
    } else {
      long aDay = Math.ceilDiv(forecast.entering(), forecast.days());
      zh.add(
          "过去 "
              + forecast.days()
              + " 天有 "
              + number(forecast.entering())
              + " 人触发进入条件,每天约 "
              + number(aDay)
              + " 人;若他们此刻进入");
      en.add(
          number(forecast.entering())
              + " did what it is entered by within "
              + forecast.days()
              + " days, about "
              + number(aDay)
              + " a day; were they to enter now");
    }
    lines.forEach(line -> zh.add(line.template() + ":" + line.zh()));
    lines.forEach(line -> en.add(line.template() + ": " + line.en()));
    if (lastsTo != null) {
      zh.add("企微额度够用到 " + lastsTo + ",之后 " + number(forecast.quotaShort()) + " 人收不到");
      en.add(
          "WeCom quota lasts to "
              + lastsTo
              + ", "
              + number(forecast.quotaShort())
              + " people are short after it");
    }
    return new Answer(
        forecast.journey(),
        forecast.version(),
        forecast.at(),
        forecast.days(),
        forecast.entering(),
        forecast.silent(),
        lines,
        forecast.quotaShort(),
        lastsTo,
        String.join(";", zh) + "。",
        String.join("; ", en) + ".");
  }

  private static Line line(Forecast.Message message) {
    var others = new TreeMap<String, Long>();
    var zh = new ArrayList<>(List.of("可触达 " + number(message.reachable()) + " 人"));
    var en = new ArrayList<>(List.of(number(message.reachable()) + " reachable"));
    for (Reason reason : Reason.values()) {
      Long people = message.others().get(reason);
      if (people != null) {
        others.put(reason.wire(), people);
        zh.add(reason.zh() + " " + number(people) + " 人");
        en.add(number(people) + " " + reason.en());
      }
    }
    if (message.channel() == ChannelKind.SMS) {
      zh.add("短信 " + number(message.segments()) + " 条");
      en.add(number(message.segments()) + " SMS");
    }
    if (message.lastLeaves() != null) {
      zh.add("按限速最后一条约在 " + message.lastLeaves() + " 发出");
      en.add("the last leaves about " + message.lastLeaves() + " under the paces");
    }
    String yuan = String.format(Locale.ROOT, "%,.2f", message.costFen() / 100.0);
    zh.add("费用 " + yuan + " 元");
    en.add("costs " + yuan + " yuan");
    return new Line(
        message.template(),
        message.channel().wire(),
        message.reachable(),
        message.waiting(),
        others,
        message.quotaLeft(),
        message.segments(),
        message.costFen(),
        String.join(",", zh),
        String.join(", ", en));
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
