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
import io.huoshui.profile.Window;
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
      case Condition.HasTag(String tag) -> zh ? "带有标签“" + tag + "”" : "carry the tag “" + tag + "”";
      case Condition.HasConsent(String channel) ->
          zh ? "同意接收 " + channel + " 消息" : "have consented to " + channel;
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
                            ? w.property() + compare(w.operator()) + shown(w.value())
                            : w.property() + " " + compare(w.operator()) + " " + shown(w.value()))
                .toList());
    return zh ? name + "(" + where + ")" : name + " (" + where + ")";
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
