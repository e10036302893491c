package io.huoshui.insight.alert;

import io.huoshui.insight.tree.Days;
import io.huoshui.insight.tree.Drill;
import io.huoshui.insight.tree.Metric;
import io.huoshui.insight.tree.Wording;
import io.huoshui.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is told: which metric, what is wrong, the guilty branch, and who.
///
/// @param over whether it is over
/// @param verdict what was seen of the days
/// @param drill where the change against the days before comes from; null when it is over, or
///   missing
/// @param members who made it: guides, stores, cards
/// @param people how many people are behind the branch's number; null when it is not of people
public record Alarm(
    AlertRule rule,
    Metric metric,
    Days days,
    Days since,
    boolean over,
    Verdict verdict,
    @Nullable Drill drill,
    List<String> members,
    @Nullable Long people) {
  public Alarm {
    members = List.copyOf(members);
  }

  /// The members a drill ends at.
  public static List<String> members(@Nullable Drill drill) {
    if (drill != null) {
      for (Drill.Step step : drill.steps()) {
        if (step instanceof Drill.Step.Few few) {
          return few.members();
        }
      }
    }
    return List.of();
  }

  public String title(boolean zh) {
    String name = zh ? metric.zh() : metric.en();
    return over ? (zh ? "【恢复】" + name : "Over: " + name) : (zh ? "【预警】" + name : "Alert: " + name);
  }

  /// What was seen.
  private String seen(boolean zh) {
    return switch (verdict) {
      case Verdict.Fine(double value, Expectation _) ->
          (zh ? "回到 " : "is back at ") + Wording.value(metric, value, zh);
      case Verdict.Unknown(String _) -> zh ? "无法判断" : "can not be told";
      case Verdict.Breached(Double value, Double below, Double above, Expectation expected) -> {
        if (value == null || (below == null && above == null)) {
          yield zh ? "没有数据" : "has no data";
        }
        var out = new StringBuilder(Wording.value(metric, value, zh));
        Double line = below == null ? above : below;
        out.append(below == null ? (zh ? ",高于 " : ", above ") : (zh ? ",低于 " : ", below "));
        out.append(Wording.value(metric, line, zh));
        if (expected != null) {
          out.append(zh ? "(按季节与趋势预计 " : " (season and trend let expect ")
              .append(Wording.value(metric, expected.value(), zh))
              .append(")");
        }
        yield out.toString();
      }
    };
  }

  /// In plain words, one line a fact.
  public List<String> lines(boolean zh) {
    var lines = new ArrayList<String>();
    lines.add(days + (zh ? ":" : ": ") + seen(zh));
    if (!rule.slice().isEmpty()) {
      lines.add((zh ? "范围:" : "within: ") + rule.slice());
    }
    if (over) {
      lines.add((zh ? "自 " : "since ") + since);
      return lines;
    }
    if (drill != null) {
      lines.add(zh ? drill.zh() : drill.en());
    }
    if (!members.isEmpty()) {
      lines.add((zh ? "涉及:" : "who: ") + String.join(zh ? "、" : ", ", members));
    }
    if (people != null) {
      lines.add(zh ? "相关客户 " + people + " 人" : people + " people are behind it");
    }
    if (!metric.owner().isEmpty()) {
      lines.add((zh ? "负责人:" : "owner: ") + metric.owner());
    }
    return lines;
  }

  /// For programs.
  public Json json() {
    var fields = new LinkedHashMap<String, Json>();
    fields.put("rule", Json.of(rule.name()));
    fields.put("metric", Json.of(metric.name()));
    fields.put("owner", Json.of(metric.owner()));
    fields.put("days", Json.of(days.toString()));
    fields.put("since", Json.of(since.toString()));
    fields.put("over", Json.of(over));
    Expectation expected = null;
    Double value = null;
    switch (verdict) {
      case Verdict.Fine fine -> {
        value = fine.value();
        expected = fine.expected();
      }
      case Verdict.Breached breached -> {
        value = breached.value();
        expected = breached.expected();
        fields.put("below", number(breached.below()));
        fields.put("above", number(breached.above()));
      }
      case Verdict.Unknown _ -> {}
    }
    fields.put("value", number(value));
    fields.put("expected", number(expected == null ? null : expected.value()));
    fields.put("slice", slice(rule.slice()));
    if (drill != null) {
      fields.put(
          "branch",
          Json.object(
              "metric", Json.of(drill.metric().name()),
              "slice", slice(drill.slice()),
              "zh", Json.of(drill.zh()),
              "en", Json.of(drill.en())));
    }
    fields.put("members", Json.of(members.stream().map(Json::of).toList()));
    fields.put("people", people == null ? new Json.Null() : Json.of(people));
    if (people != null) {
      // What opens these people, as `POST /api/v1/insight/tree/open` takes it.
      fields.put(
          "open",
          Json.object(
              "metric", Json.of(drill == null ? metric.name() : drill.metric().name()),
              "slice", slice(drill == null ? rule.slice() : drill.slice()),
              "days", Json.of(days.toString())));
    }
    fields.put("zh", Json.of(title(true) + "\n" + String.join("\n", lines(true))));
    fields.put("en", Json.of(title(false) + "\n" + String.join("\n", lines(false))));
    return new Json.Obj(fields);
  }

  private static Json number(@Nullable Double number) {
    return number == null ? new Json.Null() : Json.of(number);
  }

  private static Json slice(Map<String, String> slice) {
    var fields = new LinkedHashMap<String, Json>();
    slice.forEach((name, member) -> fields.put(name, Json.of(member)));
    return new Json.Obj(fields);
  }
}
