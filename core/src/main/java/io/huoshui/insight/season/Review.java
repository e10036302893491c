package io.huoshui.insight.season;

import io.huoshui.audience.Condition;
import io.huoshui.audience.RuleText;
import io.huoshui.insight.BossSheet;
import io.huoshui.insight.CampaignReport;
import io.huoshui.insight.Layers;
import io.huoshui.insight.Uplift;
import io.huoshui.insight.report.Figures;
import io.huoshui.insight.report.Report;
import io.huoshui.insight.report.Report.Cell;
import io.huoshui.insight.report.Report.Column;
import io.huoshui.insight.report.Report.Money;
import io.huoshui.insight.report.Report.None;
import io.huoshui.insight.report.Report.Part;
import io.huoshui.insight.report.Report.Row;
import io.huoshui.insight.report.Report.Share;
import io.huoshui.insight.report.Report.Table;
import io.huoshui.insight.report.Report.Text;
import io.huoshui.insight.report.Report.Whole;
import io.huoshui.insight.report.Report.Words;
import io.huoshui.profile.Person;
import io.huoshui.profile.Window;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// 复盘: the review of a season, written of its numbers.
public final class Review {
  private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");
  private static final DateTimeFormatter MONTH_DAY = DateTimeFormatter.ofPattern("MM-dd");
  private static final int MOST_ITEMS = 20;

  private Review() {}

  /// The season before, counted up to the comparable moment and to its end.
  ///
  /// @param comparable null when it had no such stage
  /// @param then null likewise
  public record Past(
      Season season, @Nullable Instant comparable, @Nullable Tally then, Tally end) {}

  /// What became of messages on one channel.
  ///
  /// @param sent which the platform took
  public record Channel(
      Words name, long sent, long delivered, long failed, long costFen, List<Held> held) {
    public Channel {
      held = List.copyOf(held);
    }
  }

  /// Messages the gate did not let out.
  public record Held(Words why, long messages) {}

  /// The people of a segment the season was meant for.
  public record Layered(String segment, long people, long buyers) {}

  /// A next step with how many people are behind it.
  public record Counted(NextStep step, long people) {}

  /// @param campaigns reports of its journeys
  /// @param record of the log, up to which the numbers are
  /// @param closed whether this is the review that stays
  public record Facts(
      Season season,
      ZoneId zone,
      String currency,
      Instant now,
      long record,
      Tally tally,
      @Nullable Past past,
      List<Standing> standings,
      List<CampaignReport> campaigns,
      List<Channel> channels,
      List<Layered> segments,
      List<Counted> steps,
      boolean closed) {}

  public static Report of(Facts facts) {
    var parts = new ArrayList<Part>();
    parts.add(heading("一、结论", "1. In short"));
    parts.addAll(summary(facts));
    parts.add(heading("二、目标", "2. Targets"));
    parts.add(targets(facts));
    parts.add(heading("三、销售", "3. Sales"));
    parts.add(stages(facts));
    parts.add(daysDrawn(facts));
    parts.add(newAndOld(facts));
    parts.add(items(facts));
    parts.add(days(facts));
    parts.add(heading("四、人群分层贡献", "4. Layers"));
    parts.addAll(layers(facts));
    parts.add(heading("五、旅程", "5. Journeys"));
    parts.addAll(journeys(facts));
    parts.add(heading("六、触达与优惠券", "6. Messages and coupons"));
    parts.add(channels(facts));
    parts.add(held(facts));
    parts.add(coupons(facts));
    parts.add(heading("七、与上一季相比", "7. Against the season before"));
    parts.addAll(compared(facts));
    parts.add(heading("八、下一步", "8. What to do next"));
    parts.addAll(next(facts));
    Season season = facts.season();
    return new Report(
        season.name(),
        new Words(season.title() + " · 复盘报告", season.title() + " · review"),
        new Words(
            season.from() + " 至 " + season.to() + (facts.closed() ? "" : " · 未结案,数字仍会变化"),
            season.from()
                + " to "
                + season.to()
                + (facts.closed() ? "" : " · not closed, numbers still change")),
        facts.currency(),
        parts,
        how(facts));
  }

  private static Words how(Facts facts) {
    String at = MINUTE.format(facts.now().atZone(facts.zone()));
    return new Words(
        "数字截至 "
            + at
            + "("
            + facts.zone()
            + "),日志记录 "
            + facts.record()
            + ",由全部 "
            + facts.tally().people()
            + " 位客户的时间线逐条统计。销售额=支付金额;净额=支付减同期取消与退款。"
            + "新客=本季之前从未支付。增量与 ROI 只对照组估计(95% 区间),ROI=增量收入÷消息成本;"
            + "没有对照组或没有成本时不给出。旅程收入按目标期限计,可能超出本季日期。",
        "Numbers as of "
            + at
            + " ("
            + facts.zone()
            + "), log record "
            + facts.record()
            + ", counted over the timelines of all "
            + facts.tally().people()
            + " customers. Sales: paid; net: paid less what was cancelled or refunded in the same"
            + " time. New: nothing paid before the season. Incremental revenue and ROI are"
            + " estimated against the hold-out only (95 % interval); ROI is incremental revenue"
            + " over the cost of messages, and is not said without a hold-out or a cost. Revenue of"
            + " journeys is that within their goal's time, which may go beyond the season.");
  }

  private static Report.Heading heading(String zh, String en) {
    return new Report.Heading(new Words(zh, en));
  }

  private static Report.Sentence sentence(String zh, String en) {
    return new Report.Sentence(new Words(zh, en));
  }

  private static Column column(String zh, String en) {
    return new Column(new Words(zh, en));
  }

  private static String rule(Condition condition) {
    return RuleText.write(condition);
  }

  private static List<Part> summary(Facts facts) {
    var said = new ArrayList<Part>();
    Tally.Figures now = facts.tally().figures();
    String money = Figures.money(now.salesFen(), facts.currency());
    said.add(
        sentence(
            "销售额 "
                + money
                + ",净额 "
                + Figures.money(now.netFen(), facts.currency())
                + ";"
                + now.orders()
                + " 单,"
                + now.buyers()
                + " 人购买,其中新客 "
                + now.newBuyers()
                + " 人、老客 "
                + now.oldBuyers()
                + " 人。",
            "Sales of "
                + money
                + ", net "
                + Figures.money(now.netFen(), facts.currency())
                + ": "
                + now.orders()
                + " orders of "
                + now.buyers()
                + " buyers, "
                + now.newBuyers()
                + " new and "
                + now.oldBuyers()
                + " old."));
    long reached =
        facts.standings().stream().filter(one -> one.verdict() == Standing.Verdict.REACHED).count();
    if (facts.standings().isEmpty()) {
      said.add(sentence("没有设定目标。", "No targets were set."));
    } else {
      said.add(
          sentence(
              facts.standings().size() + " 项目标,达成 " + reached + " 项。",
              reached + " of " + facts.standings().size() + " targets reached."));
    }
    Past past = facts.past();
    Tally then = past == null ? null : past.then();
    if (past != null && then != null) {
      Tally.Figures before = then.figures();
      Cell change = Report.change(now.salesFen(), before.salesFen());
      said.add(
          change instanceof Share(double share)
              ? sentence(
                  "与「"
                      + past.season().title()
                      + "」同期相比,销售额"
                      + (share >= 0 ? "增长 " : "下降 ")
                      + percent(Math.abs(share))
                      + "("
                      + Figures.money(before.salesFen(), facts.currency())
                      + ")。",
                  "Sales are "
                      + percent(Math.abs(share))
                      + (share >= 0 ? " above" : " below")
                      + " those of "
                      + past.season().title()
                      + " at the same moment ("
                      + Figures.money(before.salesFen(), facts.currency())
                      + ").")
              : sentence(
                  "「" + past.season().title() + "」同期没有销售,无从比较。",
                  past.season().title() + " had no sales by then: nothing to compare with."));
    }
    said.add(incremental(facts));
    for (Layers.Share share : facts.tally().layers()) {
      if (share.layer() == Layers.Layer.HERO_AND_MORE && share.people() > 0) {
        said.add(
            sentence(
                "「"
                    + share.layer().zh()
                    + "」的人占 "
                    + percent(share.peopleShare())
                    + ",贡献 "
                    + percent(share.salesShare())
                    + " 的销售额。",
                "Who bought the hero item and more are "
                    + percent(share.peopleShare())
                    + " of people and "
                    + percent(share.salesShare())
                    + " of sales."));
      }
    }
    return said;
  }

  private static Report.Sentence incremental(Facts facts) {
    var effect = BossSheet.Effect.of(facts.campaigns());
    Uplift all = effect.incremental();
    if (all == null) {
      return sentence(
          "本季旅程没有对照组,增量收入无法估计。",
          "None of its journeys had a hold-out: what they added can not be told.");
    }
    String estimate = Figures.money(Math.round(all.estimate()), facts.currency());
    String between =
        Figures.money(Math.round(all.low()), facts.currency())
            + " – "
            + Figures.money(Math.round(all.high()), facts.currency());
    Double roi = effect.roi();
    boolean told = all.low() > 0 || all.high() < 0;
    return sentence(
        "旅程带来的增量收入估计 "
            + estimate
            + "(95% 区间 "
            + between
            + (told ? ")" : ",含 0,尚不能断定有效)")
            + (roi == null ? "。" : ",ROI " + two(roi) + "。"),
        "Its journeys added an estimated "
            + estimate
            + " (95 % interval "
            + between
            + (told ? ")" : ", which holds 0: not proven")
            + (told ? "" : ")")
            + (roi == null ? "." : ", ROI " + two(roi) + "."));
  }

  private static String percent(double share) {
    return Figures.shown(new Share(share), "", Report.Language.EN);
  }

  private static String two(double value) {
    return Figures.shown(new Report.Ratio(value), "", Report.Language.EN);
  }

  private static Cell cell(Season.Metric metric, @Nullable Double value) {
    if (value == null) {
      return new None(Report.NO_BASE);
    }
    return switch (metric.unit()) {
      case COUNT -> new Whole(Math.round(value));
      case MONEY -> new Money(Math.round(value));
      case SHARE -> new Share(value);
    };
  }

  private static Table targets(Facts facts) {
    var rows = new ArrayList<Row>();
    for (Standing one : facts.standings()) {
      Season.Metric metric = one.target().metric();
      Double value = one.value();
      rows.add(
          Row.of(
              Report.text(metric.zh(), metric.en()),
              cell(metric, one.target().value()),
              cell(metric, value),
              value == null ? new None(Report.NO_BASE) : new Share(value / one.target().value()),
              one.expected() == null ? new None(new Words("—", "—")) : cell(metric, one.expected()),
              one.last() == null ? new None(new Words("无", "none")) : cell(metric, one.last()),
              Report.text(one.verdict().zh(), one.verdict().en())));
    }
    return new Table(
        "targets",
        new Words("目标达成", "Targets"),
        new Words(
            "「应到」按上一季同期占比折算;没有上一季时按时间进度。",
            "Due: by the curve of the season before, or by time where there is none."),
        List.of(
            column("指标", "metric"),
            column("目标", "target"),
            column("实际", "reached"),
            column("完成率", "of target"),
            column("此刻应到", "due by now"),
            column("上一季同期", "last season then"),
            column("结论", "verdict")),
        rows);
  }

  private static Row figures(Cell label, Tally.Figures f) {
    Double basket = f.basketFen();
    return Row.of(
        label,
        new Money(f.salesFen()),
        new Money(f.netFen()),
        new Whole(f.orders()),
        new Whole(f.buyers()),
        new Whole(f.newBuyers()),
        basket == null ? new None(Report.NO_BASE) : new Money(Math.round(basket)),
        new Whole(f.newFriends()),
        new Whole(f.active()));
  }

  private static Table stages(Facts facts) {
    var rows = new ArrayList<Row>();
    List<Tally.Figures> each = facts.tally().stretches();
    for (int i = 0; i < each.size(); i++) {
      Season.Stage stage = facts.season().stages().get(i);
      rows.add(
          figures(
                  Report.text(
                      stage.phase().zh() + " " + stage.from() + " 至 " + stage.to(),
                      stage.phase().wire() + " " + stage.from() + " to " + stage.to()),
                  each.get(i))
              .whom(rule(Doors.did("order_paid", new Window.Dates(stage.from(), stage.to())))));
    }
    rows.add(
        figures(Report.text("合计", "all"), facts.tally().figures())
            .whom(rule(Doors.buyers(facts.season()))));
    return new Table(
        "stages",
        new Words("分阶段", "By stage"),
        new Words(
            "人数合计不等于各阶段之和:同一个人会在多个阶段购买。",
            "People of the stages do not add up: one may buy in several."),
        List.of(
            column("阶段", "stage"),
            column("销售额", "sales"),
            column("净额", "net"),
            column("订单", "orders"),
            column("购买人数", "buyers"),
            column("其中新客", "of them new"),
            column("客单价", "basket"),
            column("新增好友", "new friends"),
            column("互动人数", "active")),
        rows);
  }

  private static Report.Days daysDrawn(Facts facts) {
    var days = new ArrayList<Report.Day>();
    List<Tally.Day> now = facts.tally().days();
    for (int i = 0; i < now.size(); i++) {
      Tally.Day day = now.get(i);
      Long before = before(facts, day.date());
      days.add(
          new Report.Day(
              MONTH_DAY.format(day.date()),
              day.salesFen() / 100.0,
              before == null ? null : before / 100.0));
    }
    return new Report.Days(
        new Words("每日销售额", "Sales by day"),
        new Words("本季", "this season"),
        new Words("上一季同一天(按阶段第几天对齐)", "last season, the same day of the same stage"),
        days);
  }

  /// What was sold on the same day of the same stage; null where that stage had no such day.
  private static @Nullable Long before(Facts facts, LocalDate date) {
    Past past = facts.past();
    if (past == null) {
      return null;
    }
    for (Season.Stage stage : facts.season().stages()) {
      if (!date.isBefore(stage.from()) && !date.isAfter(stage.to())) {
        Season.Stage there = past.season().stage(stage.phase());
        long day = date.toEpochDay() - stage.from().toEpochDay();
        if (there == null || day >= there.days()) {
          return null;
        }
        LocalDate then = there.from().plusDays(day);
        return past.end().days().stream()
            .filter(one -> one.date().equals(then))
            .mapToLong(Tally.Day::salesFen)
            .findFirst()
            .orElse(0);
      }
    }
    return null;
  }

  private static Table days(Facts facts) {
    var rows = new ArrayList<Row>();
    for (Tally.Day day : facts.tally().days()) {
      Long before = before(facts, day.date());
      rows.add(
          Row.of(
                  Report.text(day.date().toString()),
                  new Money(day.salesFen()),
                  new Whole(day.orders()),
                  before == null ? new None(new Words("无", "none")) : new Money(before))
              .whom(rule(Doors.did("order_paid", new Window.Dates(day.date(), day.date())))));
    }
    return new Table(
        "days",
        new Words("每日明细", "Day by day"),
        new Words("", ""),
        List.of(
            column("日期", "day"),
            column("销售额", "sales"),
            column("订单", "orders"),
            column("上一季同一天", "last season")),
        rows);
  }

  private static Table newAndOld(Facts facts) {
    Tally.Figures f = facts.tally().figures();
    long oldSales = f.salesFen() - f.newSalesFen();
    return new Table(
        "buyers",
        new Words("新客与老客", "New and old"),
        new Words("", ""),
        List.of(
            column("客户", "customers"),
            column("人数", "people"),
            column("占人数", "of people"),
            column("销售额", "sales"),
            column("占销售额", "of sales")),
        List.of(
            Row.of(
                    Report.text("新客", "new"),
                    new Whole(f.newBuyers()),
                    Report.share(f.newBuyers(), f.buyers()),
                    new Money(f.newSalesFen()),
                    Report.share(f.newSalesFen(), f.salesFen()))
                .whom(rule(Doors.newBuyers(facts.season()))),
            Row.of(
                    Report.text("老客", "old"),
                    new Whole(f.oldBuyers()),
                    Report.share(f.oldBuyers(), f.buyers()),
                    new Money(oldSales),
                    Report.share(oldSales, f.salesFen()))
                .whom(rule(Doors.oldBuyers(facts.season())))));
  }

  private static Table items(Facts facts) {
    var rows = new ArrayList<Row>();
    long buyers = facts.tally().figures().buyers();
    for (Tally.Item item : facts.tally().items(MOST_ITEMS)) {
      rows.add(
          Row.of(
                  Report.text(item.sku()),
                  new Whole(item.buyers()),
                  Report.share(item.buyers(), buyers),
                  new Whole(item.lines()))
              .whom(rule(Doors.bought(facts.season(), item.sku(), true))));
    }
    return new Table(
        "items",
        new Words("最多人买的商品", "What most people bought"),
        new Words("", ""),
        List.of(
            column("SKU", "SKU"),
            column("购买人数", "buyers"),
            column("占购买人数", "of buyers"),
            column("次数", "times")),
        rows);
  }

  private static List<Part> layers(Facts facts) {
    var parts = new ArrayList<Part>();
    if (facts.tally().layers().isEmpty()) {
      parts.add(sentence("没有设定主推款。", "No hero item was set."));
    } else {
      var rows = new ArrayList<Row>();
      for (Layers.Share share : facts.tally().layers()) {
        rows.add(
            Row.of(
                    Report.text(share.layer().zh(), share.layer().en()),
                    new Whole(share.people()),
                    Report.share(share.people(), facts.tally().people()),
                    new Money(share.salesFen()),
                    Report.share(share.salesFen(), facts.tally().figures().salesFen()))
                .whom(rule(Doors.layer(facts.season(), share.layer()))));
      }
      parts.add(
          new Table(
              "layers",
              new Words(
                  "按主推款 " + facts.season().heroSku(), "By hero item " + facts.season().heroSku()),
              new Words("", ""),
              List.of(
                  column("层", "layer"),
                  column("人数", "people"),
                  column("占人数", "of people"),
                  column("销售额", "sales"),
                  column("占销售额", "of sales")),
              rows));
    }
    if (!facts.segments().isEmpty()) {
      var rows = new ArrayList<Row>();
      for (Layered one : facts.segments()) {
        rows.add(
            Row.of(
                    Report.text(one.segment()),
                    new Whole(one.people()),
                    new Whole(one.buyers()),
                    Report.share(one.buyers(), one.people()))
                .whom(rule(Doors.buyersOf(facts.season(), one.segment()))));
      }
      parts.add(
          new Table(
              "segments",
              new Words("计划人群", "The people it was meant for"),
              new Words("人群规则按结案时刻计算。", "Segments as of the moment of these numbers."),
              List.of(
                  column("人群规则", "segment"),
                  column("人数", "people"),
                  column("购买人数", "buyers"),
                  column("占比", "of people")),
              rows));
    }
    return parts;
  }

  private static List<Part> journeys(Facts facts) {
    var parts = new ArrayList<Part>();
    if (facts.campaigns().isEmpty()) {
      parts.add(sentence("本季没有旅程,或没有人进入。", "It had no journeys, or nobody entered one."));
      return parts;
    }
    var bars = new ArrayList<Report.Bar>();
    var rows = new ArrayList<Row>();
    for (CampaignReport one : facts.campaigns()) {
      Uplift uplift = one.incremental();
      boolean estimated = uplift != null && !Double.isNaN(uplift.low());
      Cell estimate =
          uplift == null || !estimated
              ? new None(new Words("无对照组", "no hold-out"))
              : new Money(Math.round(uplift.estimate()));
      if (uplift != null && estimated) {
        bars.add(
            new Report.Bar(Words.of(one.title()), Math.max(0, uplift.estimate() / 100), estimate));
      }
      rows.add(
          Row.of(
                  Report.text(one.title()),
                  estimate,
                  uplift == null || !estimated
                      ? new None(Report.NO_BASE)
                      : new Money(Math.round(uplift.low())),
                  uplift == null || !estimated
                      ? new None(Report.NO_BASE)
                      : new Money(Math.round(uplift.high())),
                  new Money(one.costFen()),
                  Report.ratio(estimated ? one.roi() : null),
                  new Whole(one.people()),
                  new Whole(one.holdOut().people()),
                  new Whole(one.sent()),
                  new Whole(one.converted()),
                  Report.share(one.converted(), one.people() - one.holdOut().people()),
                  Report.share(one.holdOut().converted(), one.holdOut().people()),
                  new Money(one.revenueFen()))
              .whom(rule(new Condition.OnJourney(one.name(), Person.Standing.ENTERED))));
    }
    if (!bars.isEmpty()) {
      parts.add(new Report.Bars(new Words("增量收入(对照组估计)", "Incremental revenue"), bars));
    }
    parts.add(
        new Table(
            "journeys",
            new Words("旅程", "Journeys"),
            new Words(
                "先看增量:与对照组相比多出来的收入。转化后收入不等于旅程带来的收入。",
                "Incremental first: what came beyond the hold-out. Revenue after a message is not"
                    + " revenue because of it."),
            List.of(
                column("旅程", "journey"),
                column("增量收入", "incremental"),
                column("区间下限", "low"),
                column("区间上限", "high"),
                column("成本", "cost"),
                column("ROI", "ROI"),
                column("进入人数", "people"),
                column("对照组", "held out"),
                column("已发送", "sent"),
                column("转化人数", "converted"),
                column("转化率", "rate"),
                column("对照组转化率", "rate held out"),
                column("期内收入", "revenue")),
            rows));
    return parts;
  }

  private static Table channels(Facts facts) {
    var rows = new ArrayList<Row>();
    for (Channel one : facts.channels()) {
      long held = one.held().stream().mapToLong(Held::messages).sum();
      rows.add(
          Row.of(
              new Text(one.name()),
              new Whole(one.sent()),
              new Whole(one.delivered()),
              Report.share(one.delivered(), one.sent()),
              new Whole(one.failed()),
              new Whole(held),
              new Money(one.costFen())));
    }
    return new Table(
        "channels",
        new Words("渠道", "Channels"),
        new Words("", ""),
        List.of(
            column("渠道", "channel"),
            column("已发送", "sent"),
            column("送达", "delivered"),
            column("送达率", "rate"),
            column("失败", "failed"),
            column("闸门拦下", "held back"),
            column("成本", "cost")),
        rows);
  }

  private static Table held(Facts facts) {
    var rows = new ArrayList<Row>();
    long all =
        facts.channels().stream()
            .mapToLong(one -> one.sent() + one.held().stream().mapToLong(Held::messages).sum())
            .sum();
    for (Channel one : facts.channels()) {
      for (Held held : one.held()) {
        rows.add(
            Row.of(
                new Text(one.name()),
                new Text(held.why()),
                new Whole(held.messages()),
                Report.share(held.messages(), all)));
      }
    }
    return new Table(
        "held-back",
        new Words("触达闸门拦下的消息与原因", "What the gate held back, and why"),
        new Words("", ""),
        List.of(
            column("渠道", "channel"),
            column("原因", "reason"),
            column("消息数", "messages"),
            column("占全部消息", "of all")),
        rows);
  }

  private static Table coupons(Facts facts) {
    var rows = new ArrayList<Row>();
    for (Tally.CouponLine one : facts.tally().coupons()) {
      rows.add(
          Row.of(
              one.template().isEmpty()
                  ? Report.text("(未注明券模板)", "(no template named)")
                  : Report.text(one.template()),
              new Whole(one.issued()),
              new Whole(one.redeemed()),
              Report.share(one.redeemed(), one.issued()),
              new Whole(one.expired())));
    }
    return new Table(
        "coupons",
        new Words("优惠券", "Coupons"),
        new Words(
            "核销率以本季发出的为分母;核销的券可能在本季之前发出。",
            "The rate is of those issued in the season; one redeemed may have been issued before."),
        List.of(
            column("券模板", "template"),
            column("发出", "issued"),
            column("核销", "redeemed"),
            column("核销率", "rate"),
            column("过期", "expired")),
        rows);
  }

  private static List<Part> compared(Facts facts) {
    Past past = facts.past();
    if (past == null) {
      return List.of(sentence("没有指定可比的上一季。", "No season to compare with was named."));
    }
    Tally.Figures now = facts.tally().figures();
    Tally then = past.then();
    Tally.Figures before = then == null ? null : then.figures();
    Tally.Figures end = past.end().figures();
    var parts = new ArrayList<Part>();
    Instant comparable = past.comparable();
    parts.add(
        comparable == null
            ? sentence(
                "上一季没有这个阶段,没有可比时点。", "The season before had no such stage: no moment compares.")
            : sentence(
                "可比时点:上一季的 " + MINUTE.format(comparable.atZone(facts.zone())) + "。",
                "The comparable moment of the season before is "
                    + MINUTE.format(comparable.atZone(facts.zone()))
                    + "."));
    if (past.season().days() != facts.season().days()) {
      parts.add(
          sentence(
              "两季天数不同:本季 " + facts.season().days() + " 天,上一季 " + past.season().days() + " 天。",
              "The seasons differ in length: "
                  + facts.season().days()
                  + " days now, "
                  + past.season().days()
                  + " then."));
    }
    record Line(String zh, String en, boolean money, long now, @Nullable Long then, long end) {}
    var lines =
        List.of(
            new Line(
                "销售额",
                "sales",
                true,
                now.salesFen(),
                before == null ? null : before.salesFen(),
                end.salesFen()),
            new Line(
                "净额",
                "net",
                true,
                now.netFen(),
                before == null ? null : before.netFen(),
                end.netFen()),
            new Line(
                "订单",
                "orders",
                false,
                now.orders(),
                before == null ? null : before.orders(),
                end.orders()),
            new Line(
                "购买人数",
                "buyers",
                false,
                now.buyers(),
                before == null ? null : before.buyers(),
                end.buyers()),
            new Line(
                "新客",
                "new buyers",
                false,
                now.newBuyers(),
                before == null ? null : before.newBuyers(),
                end.newBuyers()),
            new Line(
                "复购人数",
                "bought again",
                false,
                now.againBuyers(),
                before == null ? null : before.againBuyers(),
                end.againBuyers()),
            new Line(
                "新增好友",
                "new friends",
                false,
                now.newFriends(),
                before == null ? null : before.newFriends(),
                end.newFriends()),
            new Line(
                "新增会员",
                "new members",
                false,
                now.members(),
                before == null ? null : before.members(),
                end.members()),
            new Line(
                "互动人数",
                "active",
                false,
                now.active(),
                before == null ? null : before.active(),
                end.active()));
    var rows = new ArrayList<Row>();
    for (Line line : lines) {
      rows.add(
          Row.of(
              Report.text(line.zh(), line.en()),
              line.money() ? new Money(line.now()) : new Whole(line.now()),
              line.then() == null
                  ? new None(Report.NO_BASE)
                  : line.money() ? new Money(line.then()) : new Whole(line.then()),
              Report.change(line.now(), line.then()),
              line.money() ? new Money(line.end()) : new Whole(line.end())));
    }
    parts.add(
        new Table(
            "compared",
            new Words("与「" + past.season().title() + "」相比", "Against " + past.season().title()),
            new Words("", ""),
            List.of(
                column("指标", "metric"),
                column("本季", "now"),
                column("上一季同期", "then"),
                column("变化", "change"),
                column("上一季全程", "then in all")),
            rows));
    return parts;
  }

  private static List<Part> next(Facts facts) {
    var parts = new ArrayList<Part>();
    for (CampaignReport one : facts.campaigns()) {
      Uplift uplift = one.incremental();
      if (uplift == null || Double.isNaN(uplift.low())) {
        parts.add(
            sentence(
                "旅程「" + one.title() + "」没有对照组:下次留出对照组,才知道它值不值得。",
                "Journey '" + one.title() + "' had no hold-out: keep one next time to know."));
      } else if (uplift.low() > 0) {
        parts.add(
            sentence(
                "旅程「" + one.title() + "」的增量在 0 以上:值得再做,可以放量。",
                "Journey '" + one.title() + "' added revenue: do it again, for more people."));
      } else if (uplift.high() < 0) {
        parts.add(
            sentence(
                "旅程「" + one.title() + "」的增量在 0 以下:停下来。",
                "Journey '" + one.title() + "' took revenue away: stop it."));
      } else {
        parts.add(
            sentence(
                "旅程「" + one.title() + "」的区间含 0:人数或对照组太小,结论未定。",
                "Journey '"
                    + one.title()
                    + "' is undecided: its interval holds 0. More people, or a larger hold-out."));
      }
    }
    var rows = new ArrayList<Row>();
    for (Counted one : facts.steps()) {
      if (one.people() > 0) {
        rows.add(
            Row.of(
                    new Text(one.step().who()),
                    new Whole(one.people()),
                    new Text(one.step().what()),
                    Report.text(rule(one.step().rule())))
                .whom(rule(one.step().rule())));
      }
    }
    parts.add(
        new Table(
            "next",
            new Words("可以马上圈出的人", "People to be picked at once"),
            new Words("规则可直接冻结为人群包。", "Each rule can be frozen as an audience as it stands."),
            List.of(
                column("谁", "who"),
                column("人数", "people"),
                column("做什么", "what to do"),
                column("规则", "rule")),
            rows));
    return parts;
  }
}
