package io.huoshui.engine.rehearsal;

import io.huoshui.json.Json;
import java.util.List;

/// What came of a rehearsal. Nothing in it depends on the machine or the hour.
///
/// @param body the whole report as it is written and asked by expectations; see docs/rehearsal.md
/// @param sends who was to get what when, in order of time: one row per message and reason
/// @param persons timelines that were asked for
/// @param events taken by the rehearsal, those the journeys caused included
/// @param steps taken by people on journeys
public record Report(
    Json.Obj body, List<Row> sends, List<Person> persons, long events, long steps) {
  public Report {
    sends = List.copyOf(sends);
    persons = List.copyOf(persons);
  }

  /// @param reason sent, or why not
  /// @param delivery how far it came
  public record Row(
      String time,
      String profile,
      String journey,
      int version,
      String step,
      String channel,
      String template,
      String reason,
      String delivery) {
    public static final String HEAD =
        "time,profile,journey,version,step,channel,template,reason,delivery";

    /// As a line of CSV: no field of it has a comma, a quote or a line's end.
    public String csv() {
      return String.join(
          ",",
          time,
          profile,
          journey,
          String.valueOf(version),
          step,
          channel,
          template,
          reason,
          delivery);
    }
  }

  /// One person's rehearsal, line by line.
  public record Person(String name, List<String> lines) {
    public Person {
      lines = List.copyOf(lines);
    }
  }

  /// What became of each expectation.
  public List<Expectation.Outcome> check(List<Expectation> expectations) {
    return expectations.stream().map(each -> each.of(body)).toList();
  }
}
