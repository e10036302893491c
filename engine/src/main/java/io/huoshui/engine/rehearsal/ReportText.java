package io.huoshui.engine.rehearsal;

import io.huoshui.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A report to be read: the same in Chinese and in English.
public final class ReportText {
  public enum Language {
    ZH,
    EN
  }

  private final Json.Obj body;
  private final Language language;
  private final StringBuilder out = new StringBuilder();

  private ReportText(Json.Obj body, Language language) {
    this.body = body;
    this.language = language;
  }

  public static String of(Report report, Language language) {
    return new ReportText(report.body(), language).write();
  }

  private String say(String zh, String en) {
    return language == Language.ZH ? zh : en;
  }

  private String write() {
    line(
        "%s — %s",
        text(body, "title"),
        say(
                "预演 %s 天，%s 人（另有新客 %s），种子 %s",
                "rehearsed for %s days, %s people (%s of them new), seed %s")
            .formatted(
                number(body, "days"),
                number(body, "people"),
                number(body, "newcomers"),
                number(body, "seed")));
    line("  %s → %s", text(body, "from"), text(body, "to"));
    object(body, "reactions").fields().forEach((rate, json) -> reaction(rate, (Json.Obj) json));
    object(body, "journeys").fields().forEach((name, json) -> journey(name, (Json.Obj) json));
    if (body.get("trials") instanceof Json.Obj trials) {
      trials.fields().forEach((name, json) -> trial(name, (Json.Obj) json));
    }
    Json.Obj gate = object(body, "gate");
    line(
        say(
            "闸门: 免打扰时段发出 %s，超过疲劳度 %s，同一步重复 %s",
            "gate: sent in quiet hours %s, over a cap %s, the same step twice %s"),
        number(gate, "sentInQuietHours"),
        number(gate, "capsExceeded"),
        number(gate, "sameStepTwice"));
    Json.Obj collisions = object(body, "collisions");
    line(
        say("撞车: %s 人在一天内被两个旅程同时想触达", "collisions: %s people wanted by two journeys within a day"),
        number(collisions, "people"));
    object(collisions, "pairs")
        .fields()
        .forEach(
            (pair, json) ->
                line(
                    say("  %s: %s 人", "  %s: %s people"), pair, number((Json.Obj) json, "people")));
    guides();
    quotas();
    line(say("费用 %s", "cost %s"), money(body, "costFen"));
    layers();
    return out.toString();
  }

  private void reaction(String rate, Json.Obj of) {
    if (text(of, "from").equals("measured")) {
      line(
          say(
              "  反应 %s = %s，实测：%s 次中 %s 次，95 % 区间 %s 至 %s",
              "  reaction %s = %s, measured: of %s, %s did, 95 % interval %s to %s"),
          rate,
          number(of, "value"),
          number(of, "messages"),
          number(of, "answered"),
          number(of, "low"),
          number(of, "high"));
    } else {
      line(
          say(
              "  反应 %s = %s，%s：只有 %s 次，少于 %s 次",
              "  reaction %s = %s, %s: there were only %s of at least %s"),
          rate,
          number(of, "value"),
          text(of, "from").equals("given") ? say("剧本给定", "as given") : say("默认值", "the default"),
          number(of, "messages"),
          number(of, "atLeast"));
    }
  }

  private void journey(String name, Json.Obj of) {
    line("");
    line("%s  %s", name, text(of, "title"));
    line(
        say("  进入 %s，对照组 %s，版本 %s", "  entered %s, held out %s, versions %s"),
        number(of, "entered"),
        number(of, "heldOut"),
        pairs(object(of, "versions")));
    object(of, "steps")
        .fields()
        .forEach(
            (id, step) ->
                line(
                    say(
                        "    %s (%s) 经过 %s，等待 %s，离开 %s",
                        "    %s (%s) passed %s, waiting %s, left %s"),
                    id,
                    text((Json.Obj) step, "kind"),
                    number((Json.Obj) step, "passed"),
                    number((Json.Obj) step, "waiting"),
                    number((Json.Obj) step, "left")));
    line(say("  判定: %s", "  verdicts: %s"), pairs(object(of, "verdicts")));
    line(
        say("  已发 %s，送达 %s，点击 %s，费用 %s", "  sent %s, delivered %s, clicked %s, cost %s"),
        number(of, "sent"),
        number(of, "delivered"),
        number(of, "clicked"),
        money(of, "costFen"));
    for (String side : List.of("treated", "holdOut")) {
      Json.Obj arm = object(of, side);
      line(
          say(
              "  %s: %s 人，转化 %s，订单 %s，销售 %s",
              "  %s: %s people, converted %s, orders %s, revenue %s"),
          side.equals("treated") ? say("触达组", "treated") : say("对照组", "hold-out"),
          number(arm, "people"),
          number(arm, "converted"),
          number(arm, "orders"),
          money(arm, "revenueFen"));
    }
    if (of.get("incremental") instanceof Json.Obj incremental) {
      line(
          say(
              "  增量收入 %s，95 % 区间 %s 至 %s，ROI %s",
              "  incremental %s, 95 % interval %s to %s, ROI %s"),
          money(incremental, "estimateFen"),
          money(incremental, "lowFen"),
          money(incremental, "highFen"),
          number(incremental, "roi"));
    }
    if (of.get("autopilot") instanceof Json.Obj autopilot
        && autopilot.get("decisions") instanceof Json.Arr(List<Json> decisions)) {
      line(
          say("  自动放量: 已放 %s 人，剩 %s 人", "  autopilot: %s people entered, %s are left"),
          number(autopilot, "released"),
          number(autopilot, "left"));
      for (Json each : decisions) {
        Json.Obj one = (Json.Obj) each;
        line(
            say(
                "    %s  %s：%s 人，ROI 下限 %s 上限 %s",
                "    %s  %s: %s people, ROI at least %s, at most %s"),
            text(one, "at"),
            text(one, say("zh", "en")),
            number(one, "people"),
            number(one, "low"),
            number(one, "high"));
      }
    }
    object(of, "arms")
        .fields()
        .forEach(
            (step, arms) ->
                ((Json.Obj) arms)
                    .fields()
                    .forEach(
                        (arm, counted) ->
                            line(
                                say("    %s/%s: %s 人，转化 %s", "    %s/%s: %s people, converted %s"),
                                step,
                                arm,
                                number((Json.Obj) counted, "people"),
                                number((Json.Obj) counted, "converted"))));
  }

  private void trial(String name, Json.Obj of) {
    line("");
    line(
        say("碰撞 %s  %s，发现 %s 个", "trial %s  %s, %s discoveries"),
        name,
        text(of, "title"),
        number(of, "discoveries"));
    object(of, "blocks")
        .fields()
        .forEach(
            (block, cells) ->
                ((Json.Obj) cells)
                    .fields()
                    .forEach(
                        (cell, json) -> {
                          Json.Obj row = (Json.Obj) json;
                          line(
                              say(
                                  "  %s %s: %s 人，转化率 %s，比对照组高 %s（%s 至 %s），ROI %s，q %s",
                                  "  %s %s: %s people, rate %s, above the hold-out by %s (%s to"
                                      + " %s), ROI %s, q %s"),
                              block,
                              cell,
                              number(row, "people"),
                              number(row, "rate"),
                              number(row, "uplift"),
                              number(row, "low"),
                              number(row, "high"),
                              number(row, "roi"),
                              number(row, "q"));
                        }));
    object(of, "effects")
        .fields()
        .forEach(
            (factor, levels) ->
                ((Json.Obj) levels)
                    .fields()
                    .forEach(
                        (level, json) ->
                            line(
                                say(
                                    "  %s=%s: 主效应 %s（%s 至 %s）",
                                    "  %s=%s: main effect %s (%s to %s)"),
                                factor,
                                level,
                                number((Json.Obj) json, "effect"),
                                number((Json.Obj) json, "low"),
                                number((Json.Obj) json, "high"))));
  }

  private void guides() {
    Json.Obj guides = object(body, "guides");
    line(
        say(
            "导购: %s 位，每小时最多 %s 件；单小时最多被派 %s，p95 %s，超负荷 %s 个人时，最长等待 %s 小时",
            "guides: %s, who can see to %s an hour; most asked in an hour %s, p95 %s, %s"
                + " guide-hours over, longest wait %s hours"),
        number(guides, "guides"),
        number(guides, "perHour"),
        number(guides, "mostInAnHour"),
        number(guides, "p95InAnHour"),
        number(guides, "overCapacity"),
        number(guides, "longestWaitHours"));
    if (guides.get("worst") instanceof Json.Arr(List<Json> worst)) {
      for (Json each : worst) {
        Json.Obj over = (Json.Obj) each;
        line(
            "  %s %s: %s",
            text(over, "hour"),
            text(over, "guide").isEmpty() ? say("无导购", "no guide") : text(over, "guide"),
            number(over, "asked"));
      }
    }
  }

  private void quotas() {
    object(body, "quotas")
        .fields()
        .forEach(
            (channel, json) -> {
              Json.Obj quota = (Json.Obj) json;
              line(
                  say(
                      "配额 %s: 每 %s %s，最多用到 %s，被拒 %s%s",
                      "quota %s: per %s %s, most used %s, refused %s%s"),
                  channel,
                  text(quota, "per"),
                  number(quota, "limit"),
                  number(quota, "mostUsed"),
                  number(quota, "refused"),
                  quota.get("exhaustedFirst") instanceof Json.Str(String at)
                      ? say("，首次用尽 ", ", first exhausted ") + at
                      : "");
            });
  }

  private void layers() {
    object(body, "layers")
        .fields()
        .forEach(
            (layer, json) -> {
              Json.Obj share = (Json.Obj) json;
              line(
                  say("分层 %s: %s 人 (%s)，销售 %s (%s)", "layer %s: %s people (%s), sales %s (%s)"),
                  layer,
                  number(share, "people"),
                  number(share, "peopleShare"),
                  money(share, "salesFen"),
                  number(share, "salesShare"));
            });
  }

  /// Each `%s` is the next word.
  private void line(String pattern, Object... words) {
    int from = 0;
    for (Object word : words) {
      int at = pattern.indexOf("%s", from);
      out.append(pattern, from, at).append(word);
      from = at + 2;
    }
    out.append(pattern, from, pattern.length()).append('\n');
  }

  private static String pairs(Json.Obj of) {
    var pairs = new ArrayList<String>();
    for (Map.Entry<String, Json> each : of.fields().entrySet()) {
      if (!(each.getValue() instanceof Json.Num(BigDecimal number)) || number.signum() != 0) {
        pairs.add(each.getKey() + " " + each.getValue().write());
      }
    }
    return String.join(", ", pairs);
  }

  private static Json.Obj object(Json.Obj of, String key) {
    return of.get(key) instanceof Json.Obj object ? object : Json.object();
  }

  private static String text(Json.Obj of, String key) {
    return of.get(key) instanceof Json.Str(String text) ? text : "";
  }

  private static String number(Json.Obj of, String key) {
    return of.get(key) instanceof Json.Num(BigDecimal number) ? number.toPlainString() : "-";
  }

  /// Fen as the currency's whole units with two places.
  private static String money(Json.Obj of, String key) {
    return of.get(key) instanceof Json.Num(BigDecimal number)
        ? number.movePointLeft(2).setScale(2, java.math.RoundingMode.HALF_UP).toPlainString()
        : "-";
  }
}
