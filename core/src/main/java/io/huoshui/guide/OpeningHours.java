package io.huoshui.guide;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/// When people work, by day of the week.
///
/// In text: `mon-fri 09:00-12:00,13:00-18:00; sat 10:00-16:00`. A stretch that ends at 24:00 ends
/// with the day; one that would go on after midnight is two.
public record OpeningHours(SortedMap<DayOfWeek, List<Stretch>> days) {
  private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

  private static final int MINUTES = 24 * 60;

  // After what it is parsed with.
  public static final OpeningHours ALWAYS = parse("mon-sun 00:00-24:00");

  /// @param from minutes since midnight
  /// @param to after `from`, 1440 for the end of the day
  public record Stretch(int from, int to) {
    public Stretch {
      if (from < 0 || to <= from || to > MINUTES) {
        throw new IllegalArgumentException(
            "A stretch begins before it ends, within a day: " + clock(from) + "-" + clock(to));
      }
    }
  }

  public OpeningHours {
    var copy = new TreeMap<DayOfWeek, List<Stretch>>();
    days.forEach(
        (day, stretches) -> {
          List<Stretch> sorted =
              stretches.stream().sorted(Comparator.comparingInt(Stretch::from)).toList();
          for (int i = 1; i < sorted.size(); i++) {
            if (sorted.get(i).from() < sorted.get(i - 1).to()) {
              throw new IllegalArgumentException("Stretches of one day overlap: " + sorted);
            }
          }
          if (!sorted.isEmpty()) {
            copy.put(day, sorted);
          }
        });
    if (copy.isEmpty()) {
      throw new IllegalArgumentException("Somebody has to be there some time of the week");
    }
    days = Collections.unmodifiableSortedMap(copy);
  }

  /// The instant at which so much time was worked since an instant.
  ///
  /// @param work of open hours; zero gives the first open instant
  public Instant after(Instant from, Duration work, ZoneId zone) {
    Duration left = work;
    // A day earlier: where a zone skips an hour, midnight may lie on either side.
    LocalDate day = from.atZone(zone).toLocalDate().minusDays(1);
    while (true) {
      for (Stretch stretch : days.getOrDefault(day.getDayOfWeek(), List.of())) {
        Instant begin = at(day, stretch.from(), zone);
        Instant end = at(day, stretch.to(), zone);
        if (begin.isBefore(from)) {
          begin = from;
        }
        if (end.isAfter(begin)) {
          Duration room = Duration.between(begin, end);
          if (room.compareTo(left) >= 0) {
            return begin.plus(left);
          }
          left = left.minus(room);
        }
      }
      day = day.plusDays(1);
    }
  }

  /// How much of the time between two instants is open.
  public Duration within(Instant from, Instant to, ZoneId zone) {
    Duration sum = Duration.ZERO;
    for (LocalDate day = from.atZone(zone).toLocalDate().minusDays(1);
        !day.isAfter(to.atZone(zone).toLocalDate());
        day = day.plusDays(1)) {
      for (Stretch stretch : days.getOrDefault(day.getDayOfWeek(), List.of())) {
        Instant begin = at(day, stretch.from(), zone);
        Instant end = at(day, stretch.to(), zone);
        begin = begin.isBefore(from) ? from : begin;
        end = end.isAfter(to) ? to : end;
        if (end.isAfter(begin)) {
          sum = sum.plus(Duration.between(begin, end));
        }
      }
    }
    return sum;
  }

  private static Instant at(LocalDate day, int minute, ZoneId zone) {
    return minute == MINUTES
        ? day.plusDays(1).atStartOfDay(zone).toInstant()
        : day.atTime(LocalTime.ofSecondOfDay(60L * minute)).atZone(zone).toInstant();
  }

  /// @throws IllegalArgumentException saying what is no time
  public static OpeningHours parse(String text) {
    var days = new TreeMap<DayOfWeek, List<Stretch>>();
    for (String part : text.strip().split("\\s*;\\s*", -1)) {
      String[] words = part.split("\\s+", 2);
      if (words.length != 2) {
        throw unreadable(part);
      }
      String[] range = words[0].toLowerCase(Locale.ROOT).split("-", -1);
      int first = DAYS.indexOf(range[0]);
      int last = DAYS.indexOf(range[range.length - 1]);
      if (first < 0 || last < first || range.length > 2) {
        throw unreadable(part);
      }
      for (String times : words[1].split("\\s*,\\s*", -1)) {
        String[] ends = times.split("-", -1);
        if (ends.length != 2) {
          throw unreadable(part);
        }
        var stretch = new Stretch(minute(ends[0]), minute(ends[1]));
        for (int day = first; day <= last; day++) {
          days.computeIfAbsent(DayOfWeek.of(day + 1), _ -> new ArrayList<>()).add(stretch);
        }
      }
    }
    return new OpeningHours(days);
  }

  private static int minute(String text) {
    if (text.strip().equals("24:00")) {
      return MINUTES;
    }
    try {
      LocalTime time = LocalTime.parse(text.strip());
      return time.getHour() * 60 + time.getMinute();
    } catch (DateTimeException e) {
      throw unreadable(text);
    }
  }

  private static IllegalArgumentException unreadable(String text) {
    return new IllegalArgumentException(
        "'" + text + "' is no opening time; like: mon-fri 09:00-18:00; sat 10:00-16:00");
  }

  private static String clock(int minute) {
    return String.format(Locale.ROOT, "%02d:%02d", minute / 60, minute % 60);
  }

  public String written() {
    var parts = new ArrayList<String>();
    days.forEach(
        (day, stretches) ->
            parts.add(
                DAYS.get(day.getValue() - 1)
                    + " "
                    + String.join(
                        ",",
                        stretches.stream()
                            .map(each -> clock(each.from()) + "-" + clock(each.to()))
                            .toList())));
    return String.join("; ", parts);
  }
}
