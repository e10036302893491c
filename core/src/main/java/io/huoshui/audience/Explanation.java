package io.huoshui.audience;

import io.huoshui.audience.Condition.Times;
import io.huoshui.event.EventCatalogue;
import io.huoshui.event.EventType;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Value;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Fold;
import io.huoshui.profile.Lifecycle;
import io.huoshui.profile.Operator;
import io.huoshui.profile.Period;
import io.huoshui.profile.Person;
import io.huoshui.profile.Rfm;
import io.huoshui.profile.Window;
import io.huoshui.reach.ChannelKind;
import java.time.LocalDate;
import java.util.List;

/// A rule as a sentence, in Chinese and in English, for the person who has to answer for it.
public final class Explanation {
  /// The languages a rule is explained in.
  public enum Language {
    ZH,
    EN
  }

  private final EventCatalogue events;
  private final boolean zh;

  private Explanation(EventCatalogue events, boolean zh) {
    this.events = events;
    this.zh = zh;
  }

  public static String of(Condition rule, EventCatalogue events, Language language) {
    var explanation = new Explanation(events, language == Language.ZH);
    return explanation.zh
        ? explanation.part(rule) + "的客户。"
        : "Customers who " + explanation.part(rule) + ".";
  }

  private String part(Condition rule) {
    return switch (rule) {
      case Condition.All(List<Condition> parts) -> list(parts, zh ? ",并且" : ", and ");
      case Condition.Any(List<Condition> parts) -> list(parts, zh ? ",或者" : ", or ");
      case Condition.Not(Condition part) ->
          zh ? "不满足“" + part(part) + "”" : "do not satisfy: “" + part(part) + "”";
      case Condition.HasTrait(String trait, Operator operator, Value value) ->
          zh
              ? "属性“" + trait + "”" + compare(operator) + shown(value)
              : "have the trait " + trait + " " + compare(operator) + " " + shown(value);
      case Condition.HasTag(String tag, String source, Window window) ->
          zh
              ? (window instanceof Window.Ever ? "" : span(window))
                  + (source.isEmpty() ? "" : "由 " + source + " ")
                  + (window instanceof Window.Ever && source.isEmpty() ? "带有标签“" : "打上且仍带有标签“")
                  + tag
                  + "”"
              : "carry the tag “"
                  + tag
                  + "”"
                  + (source.isEmpty() ? "" : " given by " + source)
                  + span(window);
      case Condition.HasConsent(String channel, Person.Consent said) ->
          switch (said) {
            case GIVEN -> zh ? "同意接收 " + channel + " 消息" : "have consented to " + channel;
            case WITHDRAWN -> zh ? "退订了 " + channel + " 消息" : "have opted out of " + channel;
            case UNKNOWN -> zh ? "未就 " + channel + " 消息表态" : "have said nothing about " + channel;
          };
      case Condition.Reachable(ChannelKind channel) ->
          zh ? "现在可通过 " + channel.wire() + " 触达" : "can be reached by " + channel.wire() + " now";
      case Condition.InRfm rfm -> rfm(rfm);
      case Condition.DateIn date -> date(date);
      case Condition.HasIdentifier(IdentifierKind kind) ->
          zh ? "有标识 " + kind.wire() : "are known by " + kind.wire();
      case Condition.InLifecycle(Lifecycle state) ->
          zh ? "处于生命周期“" + state.zh() + "”" : "are “" + state.en() + "” in the lifecycle";
      case Condition.Did(EventPattern event, Times times, Window window) ->
          zh
              ? span(window) + times(times) + phrase(event)
              : phrase(event) + times(times) + span(window);
      case Condition.DidNot(EventPattern event, Window window) ->
          zh ? span(window) + "没有" + phrase(event) : "never " + phrase(event) + span(window);
      case Condition.Measured(
              Fold fold,
              EventPattern event,
              Window window,
              Operator operator,
              double value) ->
          zh
              ? span(window)
                  + phrase(event)
                  + "的"
                  + measure(fold)
                  + compare(operator)
                  + " "
                  + amount(fold, value)
              : "have a "
                  + measure(fold)
                  + " of “"
                  + phrase(event)
                  + "”"
                  + span(window)
                  + " "
                  + compare(operator)
                  + " "
                  + amount(fold, value);
      case Condition.Edge(boolean first, EventPattern event, Window window) ->
          zh
              ? (first ? "首次" : "最近一次") + phrase(event) + "发生在" + when(window)
              : "have the "
                  + (first ? "first" : "last")
                  + " “"
                  + phrase(event)
                  + "”"
                  + when(window);
      case Condition.EdgeValue edge ->
          zh
              ? span(edge.window())
                  + (edge.first() ? "首次" : "最近一次")
                  + phrase(edge.event())
                  + "的 "
                  + edge.property()
                  + " "
                  + compare(edge.operator())
                  + shown(edge.value())
              : "have "
                  + edge.property()
                  + " of the "
                  + (edge.first() ? "first" : "last")
                  + " “"
                  + phrase(edge.event())
                  + "”"
                  + span(edge.window())
                  + " "
                  + compare(edge.operator())
                  + " "
                  + shown(edge.value());
      case Condition.Top top ->
          zh
              ? span(top.window())
                  + phrase(top.event())
                  + "的"
                  + measure(top.fold())
                  + "位于"
                  + (top.most() ? "前 " : "后 ")
                  + RuleText.percent(top.permille() * 10)
              : "are in the "
                  + (top.most() ? "top " : "bottom ")
                  + RuleText.percent(top.permille() * 10)
                  + " by "
                  + measure(top.fold())
                  + " of “"
                  + phrase(top.event())
                  + "”"
                  + span(top.window());
      case Condition.Unfollowed(
              EventPattern event,
              EventPattern next,
              Period within,
              Window window) ->
          zh
              ? span(window) + phrase(event) + "后 " + period(within) + "内没有" + phrase(next)
              : phrase(event)
                  + span(window)
                  + " and did not, within "
                  + period(within)
                  + " of it: "
                  + phrase(next);
      case Condition.InGroup(String group) ->
          group.isEmpty()
              ? zh ? "在任一社群中" : "are in some group"
              : zh ? "在社群“" + group + "”中" : "are in the group “" + group + "”";
      case Condition.OnJourney(String journey, Person.Standing standing) ->
          zh
              ? "旅程“" + journey + "”:" + standing(standing)
              : standing(standing) + " the journey “" + journey + "”";
      case Condition.Near(double lat, double lon, int metres) ->
          zh
              ? "最近位置距 (" + lat + ", " + lon + ") 不超过 " + distance(metres)
              : "were last seen within " + distance(metres) + " of (" + lat + ", " + lon + ")";
      case Condition.Share(String salt, int from, int to) ->
          zh
              ? "属于随机份额“" + salt + "”的 " + RuleText.percent(from) + " 至 " + RuleText.percent(to)
              : "fall between "
                  + RuleText.percent(from)
                  + " and "
                  + RuleText.percent(to)
                  + " of the random share “"
                  + salt
                  + "”";
      case Condition.InSegment(String segment) ->
          zh ? "在人群“" + segment + "”中" : "are in the segment “" + segment + "”";
      case Condition.Sequence(List<EventPattern> steps, Period within, Window window) ->
          zh
              ? span(window)
                  + "依次"
                  + String.join("、", steps.stream().map(this::phrase).toList())
                  + ",每一步不超过"
                  + period(within)
              : String.join(", then ", steps.stream().map(this::phrase).toList())
                  + ", each step within "
                  + period(within)
                  + span(window);
      case Condition.InAudience(String audience) ->
          zh ? "在人群包“" + audience + "”中" : "are in the audience “" + audience + "”";
    };
  }

  private String rfm(Condition.InRfm rfm) {
    List<Rfm.Scores> scores = List.of(rfm.recency(), rfm.frequency(), rfm.monetary());
    for (Rfm.Class8 known : Rfm.Class8.values()) {
      if (known.scores().equals(scores)) {
        return zh ? "属于 RFM “" + known.zh() + "”" : "are “" + known.wire() + "” by RFM";
      }
    }
    String all = "R " + scores.get(0) + ", F " + scores.get(1) + ", M " + scores.get(2);
    return zh ? "RFM 得分 " + all : "score " + all + " by RFM";
  }

  private String date(Condition.DateIn date) {
    String name = zh ? "“" + date.trait() + "”" : date.trait();
    String year = date.yearly() ? zh ? "每年的" : "each year's " : "";
    if (date.fromDay() == date.toDay()) {
      return zh
          ? year + name + "是" + day(date.fromDay())
          : "have " + year + name + " " + day(date.fromDay());
    }
    return zh
        ? year + name + "在" + day(date.fromDay()) + "至" + day(date.toDay()) + "之间"
        : "have " + year + name + " between " + day(date.fromDay()) + " and " + day(date.toDay());
  }

  private String day(int days) {
    return days == 0
        ? zh ? "今天" : "today"
        : days > 0
            ? zh ? days + " 天后" : "in " + days + " days"
            : zh ? -days + " 天前" : -days + " days ago";
  }

  private String standing(Person.Standing standing) {
    return switch (standing) {
      case ENTERED -> zh ? "进入过" : "have entered";
      case ACTIVE -> zh ? "正在其中" : "are on";
      case HELD_OUT -> zh ? "在对照组" : "are in the hold-out of";
      case SENT -> zh ? "发送过消息" : "were sent a message of";
      case DELIVERED -> zh ? "收到过消息" : "received a message of";
      case CLICKED -> zh ? "点击过链接" : "clicked a link of";
      case CONVERTED -> zh ? "达成目标" : "reached the goal of";
      case FINISHED -> zh ? "已走完" : "have finished";
    };
  }

  private String distance(int metres) {
    return metres >= 1_000 && metres % 100 == 0
        ? RuleText.number(metres / 1_000.0) + (zh ? " 公里" : " km")
        : metres + (zh ? " 米" : " m");
  }

  /// A window that has to be said.
  private String when(Window window) {
    String span = span(window);
    return span.isEmpty() ? zh ? "任何时候" : " at any time" : span;
  }

  private String list(List<Condition> parts, String word) {
    return String.join(
        word,
        parts.stream()
            .map(
                part ->
                    part instanceof Condition.Any || part instanceof Condition.All
                        ? "(" + part(part) + ")"
                        : part(part))
            .toList());
  }

  private String phrase(EventPattern event) {
    EventType type = events.find(event.event());
    String name = type == null ? event.event() : zh ? type.zh() : type.en();
    if (event.where().isEmpty()) {
      return name;
    }
    String where =
        String.join(
            zh ? "且" : " and ",
            event.where().stream()
                .map(
                    w ->
                        zh
                            ? property(w) + compare(w.operator()) + shown(w.value())
                            : property(w) + " " + compare(w.operator()) + " " + shown(w.value()))
                .toList());
    return zh ? name + "(" + where + ")" : name + " (" + where + ")";
  }

  private String property(EventPattern.Where where) {
    return where.property().equals(EventPattern.SOURCE) ? zh ? "来源" : "source" : where.property();
  }

  private String times(Times times) {
    if (times.equals(Times.atLeast(1))) {
      return zh ? "有过" : "";
    }
    return switch (times.bound()) {
      case AT_LEAST -> zh ? "至少 " + times.count() + " 次" : " at least " + times.count() + " times";
      case AT_MOST -> zh ? "至多 " + times.count() + " 次" : " at most " + times.count() + " times";
      case EXACTLY -> zh ? "正好 " + times.count() + " 次" : " exactly " + times.count() + " times";
    };
  }

  private String span(Window window) {
    return switch (window) {
      case Window.Ever() -> "";
      case Window.Last(Period length) ->
          zh ? "最近 " + period(length) + "内" : " in the last " + period(length);
      case Window.Ago(Period newer, Period older) ->
          zh
              ? period(older) + "前至 " + period(newer) + "前"
              : " between " + period(older) + " and " + period(newer) + " ago";
      case Window.Before(Period length) ->
          zh ? period(length) + "以前" : " more than " + period(length) + " ago";
      case Window.Dates(LocalDate from, LocalDate to) ->
          zh ? from + " 至 " + to + " 期间" : " from " + from + " to " + to;
    };
  }

  private String period(Period period) {
    return switch (period.unit()) {
      case DAY -> period.amount() + (zh ? " 天" : " days");
      case HOUR -> period.amount() + (zh ? " 小时" : " hours");
      case MINUTE -> period.amount() + (zh ? " 分钟" : " minutes");
    };
  }

  private String compare(Operator operator) {
    return switch (operator) {
      case EQUAL -> zh ? "为" : "equal to";
      case NOT_EQUAL -> zh ? "不为" : "different from";
      case LESS -> zh ? "小于" : "less than";
      case LESS_OR_EQUAL -> zh ? "不超过" : "at most";
      case MORE -> zh ? "大于" : "more than";
      case MORE_OR_EQUAL -> zh ? "不少于" : "at least";
      case CONTAINS -> zh ? "包含" : "containing";
      case ONE_OF -> zh ? "属于" : "one of";
    };
  }

  private String measure(Fold fold) {
    String of = fold.property().isEmpty() ? "" : fold.property();
    return switch (fold.kind()) {
      case COUNT -> zh ? "次数" : "count";
      case SUM -> zh ? of + " 合计" : "total " + of;
      case AVERAGE -> zh ? of + " 平均" : "average " + of;
      case MIN -> zh ? of + " 最小值" : "least " + of;
      case MAX -> zh ? of + " 最大值" : "greatest " + of;
      case DISTINCT -> zh ? "不同 " + of + " 个数" : "number of different " + of;
      case FIRST -> zh ? "首次 " + of : "first " + of;
      case LAST -> zh ? "末次 " + of : "last " + of;
    };
  }

  /// Money is shown in its main unit, because that is how people say it.
  private String amount(Fold fold, double value) {
    return fold.property().endsWith("Fen") && fold.kind() != Fold.Kind.DISTINCT
        ? RuleText.number(value / 100) + (zh ? " 元" : " yuan")
        : RuleText.number(value);
  }

  private String shown(Value value) {
    return switch (value) {
      case Value.Text(String text) -> "“" + text + "”";
      case Value.Many(List<Value> values) ->
          String.join(zh ? "、" : ", ", values.stream().map(this::shown).toList());
      case Value.Whole _, Value.Decimal _, Value.Flag _ -> value.shown();
    };
  }
}
