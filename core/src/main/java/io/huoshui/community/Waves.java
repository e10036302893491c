package io.huoshui.community;

import io.huoshui.profile.Calendar;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// 波次: those who came in together, and how many of them are still there.
///
/// A wave ends when on `quietDays` days in a row nobody new came in. Whoever comes back later still
/// belongs to the wave they first came with.
public final class Waves {
  private Waves() {}

  /// @param number from 1
  /// @param from the first day
  /// @param to the last day on which somebody came
  /// @param people who came, by name
  /// @param kept after how many days how many were in
  public record Wave(
      int number, LocalDate from, LocalDate to, List<Integer> people, List<Kept> kept) {
    public Wave {
      people = List.copyOf(people);
      kept = List.copyOf(kept);
    }
  }

  /// @param days after each one's first day
  /// @param of those for whom so many days have passed; 0 is no base
  /// @param in of these, who were in at the end of that day
  /// @param active of these, who did something in the group in the week that ends with that day
  public record Kept(int days, List<Integer> of, List<Integer> in, List<Integer> active) {
    public Kept {
      of = List.copyOf(of);
      in = List.copyOf(in);
      active = List.copyOf(active);
    }

    /// Null when there is no base.
    public @Nullable Double share() {
      return of.isEmpty() ? null : (double) in.size() / of.size();
    }
  }

  /// @param after how many days are asked about, ascending
  public static List<Wave> of(
      Ledger ledger, int quietDays, List<Integer> after, ZoneId zone, Instant now) {
    if (quietDays < 1) {
      throw new IllegalArgumentException("A wave ends after at least one quiet day");
    }
    var calendar = new Calendar(zone);
    List<Ledger.Member> members =
        ledger.members().stream()
            .sorted(Comparator.comparing(Ledger.Member::first).thenComparing(Ledger.Member::person))
            .toList();
    var waves = new ArrayList<Wave>();
    int from = 0;
    for (int i = 1; i <= members.size(); i++) {
      if (i == members.size()
          || day(calendar, members.get(i)) - day(calendar, members.get(i - 1)) > quietDays) {
        waves.add(wave(waves.size() + 1, members.subList(from, i), after, calendar, now));
        from = i;
      }
    }
    return waves;
  }

  private static int day(Calendar calendar, Ledger.Member member) {
    return calendar.day(member.first().toEpochMilli());
  }

  private static Wave wave(
      int number,
      List<Ledger.Member> members,
      List<Integer> after,
      Calendar calendar,
      Instant now) {
    var kept = new ArrayList<Kept>();
    int today = calendar.day(now.toEpochMilli());
    for (int days : after) {
      var of = new ArrayList<Integer>();
      var in = new ArrayList<Integer>();
      var active = new ArrayList<Integer>();
      for (Ledger.Member member : members) {
        int day = day(calendar, member) + days;
        // A day that is not over says nothing yet.
        if (day < today) {
          of.add(member.person());
          if (member.in(Instant.ofEpochMilli(calendar.start(day + 1) - 1))) {
            in.add(member.person());
          }
          if (member.active(day - 6, day)) {
            active.add(member.person());
          }
        }
      }
      kept.add(new Kept(days, of, in, active));
    }
    return new Wave(
        number,
        LocalDate.ofEpochDay(day(calendar, members.getFirst())),
        LocalDate.ofEpochDay(day(calendar, members.getLast())),
        members.stream().map(Ledger.Member::person).toList(),
        kept);
  }
}
