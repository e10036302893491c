package io.huoshui.insight;

import io.huoshui.insight.report.Report;
import io.huoshui.insight.report.Report.Cell;
import io.huoshui.insight.report.Report.Words;
import io.huoshui.insight.season.Tally;
import io.huoshui.insight.value.Predicted;
import io.huoshui.insight.value.Realised;
import io.huoshui.insight.value.ValueModels.ChurnRisk;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// 老板看板: what came of it in the short and in the long term, on one sheet.
///
/// @param shortTerm this period against the one before
/// @param longTerm what stays
public record BossSheet(Period period, List<Line> shortTerm, List<Line> longTerm) {
  public BossSheet {
    shortTerm = List.copyOf(shortTerm);
    longTerm = List.copyOf(longTerm);
  }

  /// @param to the last day
  /// @param beforeFrom the first day of the period before, which ends where this begins
  public record Period(LocalDate from, LocalDate to, LocalDate beforeFrom, int days) {}

  public enum Unit {
    MONEY,
    COUNT,
    SHARE,
    RATIO,
    DAYS
  }

  /// @param now null where there is nothing to say it of
  /// @param low of the 95 % interval, where the number is an estimate
  /// @param before null where there is none
  /// @param of how many people, or orders, or journeys it is said of
  /// @param note what it is, and of what
  public record Line(
      String key,
      Words label,
      Unit unit,
      @Nullable Double now,
      @Nullable Double low,
      @Nullable Double high,
      @Nullable Double before,
      long of,
      Words note) {}

  /// Campaigns that began in a period.
  public record Effect(int campaigns, int heldOut, long costFen, @Nullable Uplift incremental) {
    public static Effect of(List<CampaignReport> campaigns) {
      @Nullable Uplift all = null;
      int heldOut = 0;
      long cost = 0;
      for (CampaignReport one : campaigns) {
        cost += one.costFen();
        Uplift uplift = one.incremental();
        if (uplift != null && !Double.isNaN(uplift.low())) {
          heldOut++;
          all = all == null ? uplift : all.plus(uplift);
        }
      }
      return new Effect(campaigns.size(), heldOut, cost, all);
    }

    /// The one rule of ROI, over all of them. Only where each had a hold-out: cost without an
    /// estimate would make it too low.
    public @Nullable Double roi() {
      return incremental == null || heldOut < campaigns
          ? null
          : Roi.of(incremental.estimate(), costFen);
    }
  }

  /// @param predicted null where the models could not be fitted
  /// @param kept people who bought in the 90 days before the last 90, and bought in these, too
  /// @param bought people who bought in the former
  public record Facts(
      Period period,
      Tally now,
      Tally before,
      Effect effect,
      Effect effectBefore,
      Predicted.@Nullable Answer predicted,
      Realised.Row won,
      long kept,
      long bought) {}

  public static BossSheet of(Facts facts) {
    return new BossSheet(facts.period(), shortTerm(facts), longTerm(facts));
  }

  private static List<Line> shortTerm(Facts facts) {
    Tally.Figures now = facts.now().figures();
    Tally.Figures before = facts.before().figures();
    var lines = new ArrayList<Line>();
    lines.add(
        plain(
            "sales",
            "销售额",
            "sales",
            Unit.MONEY,
            now.salesFen(),
            before.salesFen(),
            now.orders(),
            "支付金额",
            "paid"));
    lines.add(
        plain(
            "net",
            "净销售额",
            "net sales",
            Unit.MONEY,
            now.netFen(),
            before.netFen(),
            now.orders(),
            "支付减取消与退款",
            "paid less cancelled and refunded"));
    lines.add(
        plain(
            "orders",
            "订单数",
            "orders",
            Unit.COUNT,
            now.orders(),
            before.orders(),
            now.orders(),
            "",
            ""));
    lines.add(
        plain(
            "buyers",
            "购买人数",
            "buyers",
            Unit.COUNT,
            now.buyers(),
            before.buyers(),
            now.buyers(),
            "其中新客 " + now.newBuyers(),
            now.newBuyers() + " of them new"));
    lines.add(
        share(
            "repurchase",
            "复购率",
            "repurchase",
            now.againBuyers(),
            now.buyers(),
            before.repurchase(),
            "购买者中以前买过、或在期内第二天又买的人",
            "of buyers, who had bought before or on a second day"));
    Effect effect = facts.effect();
    Uplift uplift = effect.incremental();
    Uplift former = facts.effectBefore().incremental();
    lines.add(
        new Line(
            "incremental",
            new Words("活动增量收入", "incremental of campaigns"),
            Unit.MONEY,
            uplift == null ? null : uplift.estimate(),
            uplift == null ? null : uplift.low(),
            uplift == null ? null : uplift.high(),
            former == null ? null : former.estimate(),
            effect.heldOut(),
            new Words(
                "期内开始的 " + effect.campaigns() + " 个活动,其中 " + effect.heldOut() + " 个有对照组",
                effect.campaigns()
                    + " campaigns began, "
                    + effect.heldOut()
                    + " of them with a hold-out")));
    lines.add(
        plain(
            "cost",
            "消息成本",
            "cost of messages",
            Unit.MONEY,
            effect.costFen(),
            facts.effectBefore().costFen(),
            effect.campaigns(),
            "这些活动的",
            "of these campaigns"));
    Double roi = effect.roi();
    lines.add(
        new Line(
            "roi",
            new Words("ROI", "ROI"),
            Unit.RATIO,
            roi,
            roi == null || uplift == null ? null : uplift.low() / effect.costFen(),
            roi == null || uplift == null ? null : uplift.high() / effect.costFen(),
            facts.effectBefore().roi(),
            effect.heldOut(),
            new Words(
                "增量收入÷消息成本;每个活动都有对照组才给出",
                "incremental revenue over cost; said when each had a hold-out")));
    return lines;
  }

  private static List<Line> longTerm(Facts facts) {
    Tally.Figures now = facts.now().figures();
    Tally.Figures before = facts.before().figures();
    var lines = new ArrayList<Line>();
    Predicted.Answer predicted = facts.predicted();
    long living = 0;
    double worth = 0;
    if (predicted != null) {
      for (Predicted.Cell cell : predicted.cells()) {
        if (cell.risk() == ChurnRisk.LOW || cell.risk() == ChurnRisk.MEDIUM) {
          living += cell.people();
          worth += cell.valueFen();
        }
      }
    }
    lines.add(
        new Line(
            "ltv",
            new Words("活跃客户预测年价值(人均)", "predicted value of an active customer, a year"),
            Unit.MONEY,
            living == 0 ? null : worth / living,
            null,
            null,
            null,
            living,
            new Words(
                "流失风险低或中的客户;模型预测,校准见客户价值",
                "customers at low or medium churn risk; by models, calibration under value")));
    lines.add(
        new Line(
            "ltvAll",
            new Words("活跃客户预测年价值(合计)", "predicted value of all active customers, a year"),
            Unit.MONEY,
            living == 0 ? null : worth,
            null,
            null,
            null,
            living,
            new Words("", "")));
    lines.add(
        share(
            "retained",
            "90 天留存",
            "retained over 90 days",
            facts.kept(),
            facts.bought(),
            null,
            "前一个 90 天买过、最近 90 天又买的人",
            "of who bought in the 90 days before the last 90, who bought again"));
    lines.add(
        share(
            "interaction",
            "互动人数占比",
            "interacting",
            now.active(),
            facts.now().people(),
            facts.before().people() == 0
                ? null
                : (double) before.active() / facts.before().people(),
            "期内有浏览、签到、回复、点击等互动的客户",
            "customers who viewed, checked in, replied or clicked"));
    lines.add(
        plain(
            "newFriends",
            "新增好友",
            "new friends",
            Unit.COUNT,
            now.newFriends(),
            before.newFriends(),
            now.newFriends(),
            "首次加企微或关注",
            "first contact or follow"));
    lines.add(
        plain(
            "invites",
            "分享带来",
            "brought by sharing",
            Unit.COUNT,
            now.invites(),
            before.invites(),
            now.invites(),
            "接受邀请的次数",
            "invitations accepted"));
    Realised.Row won = facts.won();
    Realised.Within year = won.within().getLast();
    lines.add(
        new Line(
            "cac",
            new Words("获客成本(人均)", "cost of winning a customer"),
            Unit.MONEY,
            won.cacFen(),
            null,
            null,
            null,
            won.wonAtCost(),
            new Words("已录入成本的来源与日期", "where costs were entered")));
    lines.add(
        new Line(
            "ltv365",
            new Words("365 天已实现价值(人均)", "brought within 365 days, a customer"),
            Unit.MONEY,
            year.perPersonFen(),
            year.lowFen(),
            year.highFen(),
            null,
            year.people(),
            new Words("获客满 365 天的客户", "customers won at least 365 days ago")));
    lines.add(
        new Line(
            "payback",
            new Words("回本天数", "payback"),
            Unit.DAYS,
            won.paybackDay() == null ? null : (double) won.paybackDay(),
            null,
            null,
            null,
            won.paybackOf(),
            won.paybackDay() == null
                ? new Words(
                    won.cacFen() == null ? "没有录入成本" : "尚未回本",
                    won.cacFen() == null ? "no cost entered" : "not yet")
                : new Words(
                    "人均累计净收入达到获客成本的第一天", "the first day on which the mean reaches the cost")));
    return lines;
  }

  private static Line plain(
      String key,
      String zh,
      String en,
      Unit unit,
      long now,
      long before,
      long of,
      String noteZh,
      String noteEn) {
    return new Line(
        key,
        new Words(zh, en),
        unit,
        (double) now,
        null,
        null,
        (double) before,
        of,
        new Words(noteZh, noteEn));
  }

  private static Line share(
      String key,
      String zh,
      String en,
      long of,
      long all,
      @Nullable Double before,
      String noteZh,
      String noteEn) {
    Share share = Share.of(of, all);
    return new Line(
        key,
        new Words(zh, en),
        Unit.SHARE,
        all == 0 ? null : share.value(),
        all == 0 ? null : share.low(),
        all == 0 ? null : share.high(),
        before,
        all,
        new Words(noteZh, noteEn));
  }

  /// The sheet as a report, for whatever writes reports.
  public Report report(String currency, Words how) {
    return new Report(
        "boss",
        new Words("老板看板", "Boss sheet"),
        new Words(
            period.from() + " 至 " + period.to() + ",与前 " + period.days() + " 天相比",
            period.from()
                + " to "
                + period.to()
                + ", against the "
                + period.days()
                + " days before"),
        currency,
        List.of(
            table("short-term", "短期价值", "Short term", shortTerm),
            table("long-term", "长期价值", "Long term", longTerm)),
        how);
  }

  private static Report.Table table(String name, String zh, String en, List<Line> lines) {
    var rows = new ArrayList<Report.Row>();
    for (Line line : lines) {
      Double now = line.now();
      Double before = line.before();
      rows.add(
          Report.Row.of(
              new Report.Text(line.label()),
              cell(line.unit(), now),
              cell(line.unit(), line.low()),
              cell(line.unit(), line.high()),
              cell(line.unit(), before),
              now == null || before == null || before == 0
                  ? new Report.None(Report.NO_BASE)
                  : new Report.Share((now - before) / Math.abs(before)),
              new Report.Whole(line.of()),
              new Report.Text(line.note())));
    }
    return new Report.Table(
        name,
        new Words(zh, en),
        new Words("", ""),
        List.of(
            new Report.Column(new Words("指标", "metric")),
            new Report.Column(new Words("本期", "this period")),
            new Report.Column(new Words("区间下限", "low")),
            new Report.Column(new Words("区间上限", "high")),
            new Report.Column(new Words("上期", "before")),
            new Report.Column(new Words("变化", "change")),
            new Report.Column(new Words("样本", "sample")),
            new Report.Column(new Words("说明", "note"))),
        rows);
  }

  private static Cell cell(Unit unit, @Nullable Double value) {
    if (value == null) {
      return new Report.None(new Words("—", "—"));
    }
    return switch (unit) {
      case MONEY -> new Report.Money(Math.round(value));
      case COUNT, DAYS -> new Report.Whole(Math.round(value));
      case SHARE -> new Report.Share(value);
      case RATIO -> new Report.Ratio(value);
    };
  }
}
