package io.huoshui.server.demo;

import io.huoshui.json.Json;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The demo's report: one object for programs, one page for people. Money is in the currency's
/// smallest unit.
final class DemoReport {
  private DemoReport() {}

  static Json assemble(
      Json overview, Json segments, Json layers, Json campaigns, Json identity, double seconds) {
    Json numbers = Scenario.get(overview, "numbers");
    var report = new LinkedHashMap<String, Json>();
    for (String key :
        List.of(
            "people",
            "identifiers",
            "merges",
            "events",
            "orders",
            "cancelledOrders",
            "buyers",
            "revenueFen",
            "grossFen")) {
      report.put(key, Scenario.get(numbers, key));
    }
    report.put("currency", Scenario.get(overview, "currency"));
    report.put("from", Scenario.get(numbers, "from"));
    report.put("to", Scenario.get(numbers, "to"));
    report.put("now", Scenario.get(overview, "now"));
    report.put("sources", Scenario.get(numbers, "sources"));
    report.put("lifecycle", Scenario.get(overview, "lifecycle"));
    report.put("activeWithoutRepurchase", Scenario.get(numbers, "activeWithoutRepurchase"));
    report.put("rfm", Scenario.get(numbers, "rfm"));
    var rules = new ArrayList<Json>();
    if (segments instanceof Json.Arr(List<Json> items)) {
      for (Json segment : items) {
        rules.add(
            Json.object(
                "name", Scenario.get(segment, "name"),
                "text", Scenario.get(Scenario.get(segment, "rule"), "text"),
                "zh", Scenario.get(Scenario.get(segment, "rule"), "zh"),
                "count", Scenario.get(segment, "count")));
      }
    }
    report.put("segments", Json.of(rules));
    report.put("hero", Scenario.get(layers, "heroSku"));
    report.put("layers", Scenario.get(layers, "layers"));
    report.put("campaigns", campaigns);
    if (identity instanceof Json.Obj) {
      report.put(
          "identity",
          Json.object(
              "precision", Scenario.get(identity, "precision"),
              "recall", Scenario.get(identity, "recall"),
              "f1", Scenario.get(identity, "f1")));
    }
    report.put("seconds", new Json.Num(BigDecimal.valueOf(Math.round(seconds * 10) / 10.0)));
    return new Json.Obj(report);
  }

  static void print(Json report, PrintStream out) {
    String currency = Scenario.text(report, "currency");
    out.println();
    out.println("  ── 活水 · 报告 Report " + "─".repeat(60));
    line(
        out,
        "客户 people",
        count(report, "people")
            + "   标识 identifiers "
            + count(report, "identifiers")
            + "   合并 merges "
            + count(report, "merges"));
    line(
        out,
        "行为 events",
        count(report, "events") + "   " + day(report, "from") + " … " + day(report, "to"));
    line(
        out,
        "订单 orders",
        count(report, "orders")
            + "   取消 cancelled "
            + count(report, "cancelledOrders")
            + "   买家 buyers "
            + count(report, "buyers"));
    line(out, "收入 revenue", money(Scenario.number(report, "revenueFen"), currency));
    if (Scenario.get(report, "identity") instanceof Json.Obj identity) {
      line(
          out,
          "OneID",
          String.format(
              Locale.ROOT,
              "precision %.4f  recall %.4f  F1 %.4f",
              Scenario.decimal(identity, "precision"),
              Scenario.decimal(identity, "recall"),
              Scenario.decimal(identity, "f1")));
    }
    out.println();
    out.println("  来源 Sources");
    for (Json source : Scenario.list(report, "sources")) {
      out.printf(
          Locale.ROOT,
          "    %-20s %,12d events  %,10d people%n",
          Scenario.text(source, "name"),
          Scenario.number(source, "events"),
          Scenario.number(source, "people"));
    }
    out.println();
    out.println("  生命周期 Lifecycle");
    if (Scenario.get(report, "lifecycle") instanceof Json.Obj lifecycle) {
      for (Map.Entry<String, Json> state : lifecycle.fields().entrySet()) {
        out.printf(Locale.ROOT, "    %-20s %,10d%n", state.getKey(), number(state.getValue()));
      }
    }
    out.println();
    out.println("  分层贡献 Layers (S5, " + Scenario.text(report, "hero") + ")");
    for (Json layer : Scenario.list(report, "layers")) {
      out.printf(
          Locale.ROOT,
          "    %-14s %,9d people  %6.2f %% of people  %6.2f %% of sales   %s%n",
          Scenario.text(layer, "name"),
          Scenario.number(layer, "people"),
          Scenario.decimal(layer, "peopleShare") * 100,
          Scenario.decimal(layer, "salesShare") * 100,
          Scenario.text(layer, "zh"));
    }
    out.println();
    out.println("  人群 Segments");
    for (Json segment : Scenario.list(report, "segments")) {
      out.printf(
          Locale.ROOT,
          "    %-30s %,9d  %s%n",
          Scenario.text(segment, "name"),
          Scenario.number(segment, "count"),
          Scenario.text(segment, "text"));
    }
    for (Json campaign : Scenario.list(report, "campaigns")) {
      print(campaign, currency, out);
    }
    out.printf(Locale.ROOT, "%n  用时 %.1f s%n", Scenario.decimal(report, "seconds"));
  }

  private static void print(Json campaign, String currency, PrintStream out) {
    if (!(Scenario.get(campaign, "simulated") instanceof Json.Bool(boolean simulated))
        || !simulated) {
      out.printf(
          Locale.ROOT,
          "  %-14s %-8s received %,6d  redeemed by %,5d  (%.1f %%)  redemptions %,d%n",
          Scenario.text(campaign, "name"),
          Scenario.text(campaign, "title"),
          Scenario.number(campaign, "people"),
          Scenario.number(campaign, "converted"),
          100.0
              * Scenario.number(campaign, "converted")
              / Math.max(1, Scenario.number(campaign, "people")),
          Scenario.number(campaign, "clicked"));
      return;
    }
    Json holdOut = Scenario.get(campaign, "holdOut");
    long held = Scenario.number(holdOut, "people");
    long treated = Scenario.number(campaign, "people") - held;
    out.println();
    out.println(
        "  活动 Campaign · "
            + Scenario.text(campaign, "title")
            + " ("
            + Scenario.text(campaign, "name")
            + ")");
    var verdicts = new ArrayList<String>();
    if (Scenario.get(campaign, "verdicts") instanceof Json.Obj reasons) {
      reasons
          .fields()
          .forEach(
              (reason, count) ->
                  verdicts.add(String.format(Locale.ROOT, "%s %,d", reason, number(count))));
    }
    line(out, "  判定 verdicts", String.join("  ", verdicts));
    line(
        out,
        "  触达 reach",
        "sent "
            + count(campaign, "sent")
            + "  delivered "
            + count(campaign, "delivered")
            + "  clicked "
            + count(campaign, "clicked"));
    out.printf(
        Locale.ROOT,
        "    %-18s %,d of %,d (%.2f %%)   对照组 hold-out %,d of %,d (%.2f %%)%n",
        "转化 converted",
        Scenario.number(campaign, "converted"),
        treated,
        100.0 * Scenario.number(campaign, "converted") / Math.max(1, treated),
        Scenario.number(holdOut, "converted"),
        held,
        100.0 * Scenario.number(holdOut, "converted") / Math.max(1, held));
    Json incremental = Scenario.get(campaign, "incrementalRevenueFen");
    line(
        out,
        "  增量 incremental",
        money(Scenario.number(incremental, "estimate"), currency)
            + "  (95 %: "
            + money(Scenario.number(incremental, "low"), currency)
            + " … "
            + money(Scenario.number(incremental, "high"), currency)
            + ")");
    line(
        out,
        "  成本 cost",
        money(Scenario.number(campaign, "costFen"), currency)
            + (Scenario.get(campaign, "roi") instanceof Json.Num roi
                ? String.format(Locale.ROOT, "   ROI %.1f", roi.number().doubleValue())
                : ""));
  }

  private static void line(PrintStream out, String label, String text) {
    out.printf(Locale.ROOT, "  %-20s %s%n", label, text);
  }

  private static long number(Json json) {
    return json instanceof Json.Num(var number) ? number.longValue() : 0;
  }

  private static String count(Json json, String key) {
    return String.format(Locale.ROOT, "%,d", Scenario.number(json, key));
  }

  private static String day(Json json, String key) {
    String text = Scenario.text(json, key);
    return text.length() >= 10 ? text.substring(0, 10) : "-";
  }

  private static String money(long minor, String currency) {
    String sign =
        switch (currency) {
          case "CNY" -> "¥";
          case "GBP" -> "£";
          case "USD" -> "$";
          default -> currency + " ";
        };
    return String.format(
        Locale.ROOT, "%s%s%,.2f", minor < 0 ? "-" : "", sign, Math.abs(minor) / 100.0);
  }
}
