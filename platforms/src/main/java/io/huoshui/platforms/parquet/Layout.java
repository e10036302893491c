package io.huoshui.platforms.parquet;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The tables of an export. Column names are lower case with underscores, as every SQL engine takes
/// them unquoted; money is in fen, instants in UTC, dates in the brand's time zone.
public final class Layout {
  private Layout() {}

  /// A column's type, by DuckDB's name of it.
  public enum Type {
    INTEGER,
    BIGINT,
    DOUBLE,
    BOOLEAN,
    VARCHAR,
    DATE,
    /// Parquet writes it as adjusted to UTC.
    TIMESTAMPTZ;

    /// What rows are gathered as: nothing else takes milliseconds.
    String staged() {
      return this == TIMESTAMPTZ ? "TIMESTAMP_MS" : name();
    }
  }

  /// @param property of the event it is taken from; null where it is not
  public record Column(String name, Type type, @Nullable String property, String zh, String en) {}

  /// @param from a select over the staged tables; empty when the table is staged itself
  public record Table(String name, String zh, String en, List<Column> columns, String from) {
    public Table {
      columns = List.copyOf(columns);
    }

    boolean staged() {
      return from.isEmpty();
    }

    boolean byMonth() {
      return name.equals("events");
    }

    /// The columns of a file, as they are selected from what was gathered; of a file by month the
    /// folder says the month.
    String selected() {
      return columns.stream()
          .filter(column -> !(byMonth() && column.name().equals("month")))
          .map(
              column ->
                  column.type() == Type.TIMESTAMPTZ
                      ? '"'
                          + column.name()
                          + "\"::timestamp::timestamptz as \""
                          + column.name()
                          + '"'
                      : '"' + column.name() + '"')
          .collect(Collectors.joining(", "));
    }
  }

  private static Column of(String name, Type type, String zh, String en) {
    return new Column(name, type, null, zh, en);
  }

  private static Column said(String name, Type type, String property, String zh, String en) {
    return new Column(name, type, property, zh, en);
  }

  private static final Column PROFILE =
      of("profile", Type.INTEGER, "客户号 (pN 的 N)", "the customer: N of pN");

  public static final Table PROFILES =
      new Table(
          "profiles",
          "客户",
          "one row per customer",
          List.of(
              PROFILE,
              of("first_seen", Type.TIMESTAMPTZ, "首次行为", "first event"),
              of("last_seen", Type.TIMESTAMPTZ, "最近行为", "last event"),
              of("events", Type.INTEGER, "行为数", "events"),
              of("lifecycle", Type.VARCHAR, "生命周期", "lifecycle state"),
              of("recency_days", Type.INTEGER, "距上次购买天数", "days since the last order"),
              of("orders", Type.INTEGER, "订单数", "paid orders"),
              of("paid_fen", Type.BIGINT, "累计支付 (分)", "paid in all, fen"),
              of("rfm_cell", Type.VARCHAR, "RFM 格 (固定分界)", "RFM cell by fixed bounds, 555 best"),
              of("name", Type.VARCHAR, "姓名 (脱敏)", "name; masked unless revealed"),
              of("city", Type.VARCHAR, "城市", "city"),
              of("gender", Type.VARCHAR, "性别", "gender"),
              of("birthday", Type.VARCHAR, "生日", "birthday"),
              of("sms", Type.VARCHAR, "短信同意", "consent for SMS: consent, withdrawn, unasked"),
              of("wecom", Type.VARCHAR, "企微同意", "consent for WeCom"),
              of("call", Type.VARCHAR, "外呼同意", "consent for calls"),
              of("traits", Type.VARCHAR, "全部属性 (JSON)", "all traits as JSON")),
          "");

  public static final Table IDENTIFIERS =
      new Table(
          "identifiers",
          "标识",
          "one row per identifier of a customer",
          List.of(
              PROFILE,
              of("kind", Type.VARCHAR, "类型", "kind: phone, unionid…"),
              of("scope", Type.VARCHAR, "范围", "scope: app, corp or shop"),
              of("masked", Type.VARCHAR, "脱敏值", "masked"),
              of(
                  "hash",
                  Type.VARCHAR,
                  "带密钥哈希, 各次导出相同",
                  "keyed hash (HMAC-SHA-256), the same in every export"),
              of("value", Type.VARCHAR, "原值 (仅明文导出)", "in full; null unless revealed")),
          "");

  public static final Table TRAITS =
      new Table(
          "traits",
          "属性",
          "one row per trait of a customer",
          List.of(
              PROFILE,
              of("trait", Type.VARCHAR, "属性名", "trait"),
              of("value", Type.VARCHAR, "值", "its latest value")),
          "");

  public static final Table TAGS =
      new Table(
          "tags",
          "标签",
          "one row per tag a customer carries",
          List.of(PROFILE, of("tag", Type.VARCHAR, "标签", "tag")),
          "");

  public static final Table EVENTS =
      new Table(
          "events",
          "行为",
          "one row per event, by brand-local month",
          List.of(
              PROFILE,
              of("number", Type.INTEGER, "时间线序号", "its place on the timeline, from 0"),
              of("time", Type.TIMESTAMPTZ, "时间 (UTC)", "when, UTC"),
              of("local_date", Type.DATE, "品牌时区日期", "the day in the brand's zone"),
              of("name", Type.VARCHAR, "行为名", "event name"),
              of("source", Type.VARCHAR, "来源", "source"),
              said("order_id", Type.VARCHAR, "orderId", "订单号", "order"),
              said("amount_fen", Type.BIGINT, "amountFen", "金额 (分)", "amount, fen"),
              said("sku", Type.VARCHAR, "sku", "商品", "SKU"),
              said("quantity", Type.BIGINT, "quantity", "数量", "quantity"),
              said("category", Type.VARCHAR, "category", "品类", "category"),
              said("channel", Type.VARCHAR, "channel", "渠道", "channel"),
              said("campaign", Type.VARCHAR, "campaign", "活动", "campaign"),
              said("touchpoint", Type.VARCHAR, "touchpoint", "触点", "touchpoint"),
              said("template", Type.VARCHAR, "template", "话术", "template"),
              said("coupon", Type.VARCHAR, "coupon", "优惠券", "coupon"),
              said("tag", Type.VARCHAR, "tag", "标签", "tag"),
              said("link", Type.VARCHAR, "link", "链接", "link"),
              said("group_name", Type.VARCHAR, "group", "社群", "group"),
              said("store", Type.VARCHAR, "store", "门店", "store"),
              said("survey", Type.VARCHAR, "survey", "问卷", "questionnaire"),
              of("properties", Type.VARCHAR, "全部属性 (JSON)", "all properties as JSON"),
              of("month", Type.VARCHAR, "品牌时区月份 (分区)", "month in the brand's zone: the partition")),
          "");

  public static final Table ORDERS =
      new Table(
          "orders",
          "订单",
          "one row per customer and order number",
          List.of(
              PROFILE,
              of("order_id", Type.VARCHAR, "订单号", "order"),
              of("paid_at", Type.TIMESTAMPTZ, "支付时间", "first paid"),
              of("local_date", Type.DATE, "支付日期 (品牌时区)", "day paid, in the brand's zone"),
              of("source", Type.VARCHAR, "来源", "source"),
              of("payments", Type.BIGINT, "支付次数", "times paid"),
              of("amount_fen", Type.BIGINT, "支付 (分)", "paid, fen"),
              of("cancellations", Type.BIGINT, "取消次数", "times cancelled"),
              of("given_back_fen", Type.BIGINT, "取消与退款 (分)", "cancelled and refunded, fen"),
              of("net_fen", Type.BIGINT, "净额 (分)", "paid less given back, fen")),
          """
          select profile, order_id,
                 min(time) filter (where name = 'order_paid') as paid_at,
                 min(local_date) filter (where name = 'order_paid') as local_date,
                 min(source) as source,
                 count(*) filter (where name = 'order_paid') as payments,
                 coalesce(sum(amount_fen) filter (where name = 'order_paid'), 0)::bigint as amount_fen,
                 count(*) filter (where name = 'order_cancelled') as cancellations,
                 coalesce(sum(amount_fen) filter (where name <> 'order_paid'), 0)::bigint
                   as given_back_fen,
                 coalesce(sum(case name when 'order_paid' then amount_fen else -amount_fen end), 0)::bigint
                   as net_fen
          from events where name in ('order_paid', 'order_cancelled', 'order_refunded')
          group by profile, order_id order by profile, paid_at, order_id
          """);

  public static final Table TOUCHPOINTS =
      new Table(
          "touchpoints",
          "触点",
          "one row per message decided on",
          List.of(
              of("touchpoint", Type.VARCHAR, "触点", "its key"),
              PROFILE,
              of("journey", Type.VARCHAR, "旅程", "journey"),
              of("template", Type.VARCHAR, "话术", "template"),
              of("channel", Type.VARCHAR, "渠道", "channel"),
              of("reason", Type.VARCHAR, "结论: 已发或为何不发", "sent, or why not"),
              of("due", Type.TIMESTAMPTZ, "判定时间", "when it was decided"),
              of("stage", Type.VARCHAR, "送达阶段", "waiting, handed, accepted, delivered, failed"),
              of("at", Type.TIMESTAMPTZ, "阶段时间", "when it got there"),
              of("failure", Type.VARCHAR, "平台给出的原因", "what the platform said"),
              of("cost_fen", Type.BIGINT, "成本 (分)", "cost, fen"),
              of("text", Type.VARCHAR, "内容 (仅明文导出)", "what it said; null unless revealed")),
          "");

  public static final Table POSITIONS =
      new Table(
          "positions",
          "旅程位置",
          "one row per entry into a journey",
          List.of(
              of("journey", Type.VARCHAR, "旅程", "journey"),
              of("version", Type.INTEGER, "版本", "version"),
              PROFILE,
              of("entered_at", Type.TIMESTAMPTZ, "进入时间", "when they entered"),
              of("step", Type.VARCHAR, "所在步骤", "where they wait; empty when it is over"),
              of("held_out", Type.BOOLEAN, "对照组", "only measured"),
              of("goal_at", Type.TIMESTAMPTZ, "达成目标时间", "when the goal was reached"),
              of("exit", Type.VARCHAR, "离开原因", "why it is over")),
          "");

  public static final Table MEMBERSHIPS =
      new Table(
          "memberships",
          "人群成员",
          "one row per customer in a segment or an audience",
          List.of(
              of("kind", Type.VARCHAR, "segment 或 audience", "segment or audience"),
              of("name", Type.VARCHAR, "名称", "its name"),
              PROFILE),
          "");

  public static final Table CAMPAIGNS =
      new Table(
          "campaigns",
          "活动报告",
          "one row per journey anybody entered",
          List.of(
              of("campaign", Type.VARCHAR, "活动", "journey"),
              of("title", Type.VARCHAR, "标题", "title"),
              of("audience", Type.VARCHAR, "人群包", "audience"),
              of("since", Type.TIMESTAMPTZ, "开始", "first entry"),
              of("people", Type.BIGINT, "进入人数", "people who entered"),
              of("sent", Type.BIGINT, "已发", "messages taken by the platform"),
              of("delivered", Type.BIGINT, "送达", "delivered"),
              of("clicked", Type.BIGINT, "点击", "clicked"),
              of("converted", Type.BIGINT, "转化人数", "treated people who reached the goal"),
              of("revenue_fen", Type.BIGINT, "收入 (分)", "paid by treated people, fen"),
              of("held_out", Type.BIGINT, "对照组人数", "people in the hold-out"),
              of("held_out_converted", Type.BIGINT, "对照组转化", "converted of the hold-out"),
              of("held_out_revenue_fen", Type.BIGINT, "对照组收入 (分)", "paid by the hold-out, fen"),
              of("cost_fen", Type.BIGINT, "成本 (分)", "cost, fen"),
              of("incremental_fen", Type.DOUBLE, "增量收入估计", "incremental revenue, estimate"),
              of("incremental_low_fen", Type.DOUBLE, "95% 下界", "lower end of 95 %"),
              of("incremental_high_fen", Type.DOUBLE, "95% 上界", "upper end of 95 %"),
              of(
                  "roi",
                  Type.DOUBLE,
                  "增量 ROI",
                  "incremental revenue per cost; null without a base")),
          "");

  public static final List<Table> TABLES =
      List.of(
          PROFILES,
          IDENTIFIERS,
          TRAITS,
          TAGS,
          EVENTS,
          ORDERS,
          TOUCHPOINTS,
          POSITIONS,
          MEMBERSHIPS,
          CAMPAIGNS);

  /// The table of a name.
  public static Table table(String name) {
    return TABLES.stream()
        .filter(table -> table.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No table '" + name + "'"));
  }

  /// What an export is read by in DuckDB, from within its folder.
  static String openSql(Stream<Table> tables) {
    return tables
        .map(
            table ->
                table.byMonth()
                    ? "create view events as select * from read_parquet('events/*/*.parquet',"
                        + " hive_partitioning = true, hive_types = {'month': varchar});\n"
                    : "create view "
                        + table.name()
                        + " as select * from read_parquet('"
                        + table.name()
                        + "/*.parquet');\n")
        .collect(Collectors.joining());
  }
}
