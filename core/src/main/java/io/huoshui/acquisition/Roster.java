package io.huoshui.acquisition;

import io.huoshui.acquisition.LiveCode.DayPlan;
import io.huoshui.acquisition.LiveCode.Hours;
import io.huoshui.acquisition.LiveCode.Member;
import io.huoshui.acquisition.LiveCode.Shift;
import io.huoshui.acquisition.LiveCode.Staffed;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// 排班: who may take the next person, and when that changes by itself.
///
/// Among those on shift who are not full the choice is smooth: at any time each has as many as
/// their weight gives them, give or take less than one, as long as the same are on shift. That is
/// the chairman assignment problem, and its solution (Tijdeman 1980): of those who have earned the
/// next one, the one who must have it soonest. What is owed to somebody who goes off shift is kept
/// for the day.
public final class Roster {
  private static final int WEEK = 8;

  private Roster() {}

  public enum Why {
    EXPIRED,
    /// As many as the code may bring in a day.
    CODE_FULL,
    /// Somebody is on shift, and all of them are full.
    ALL_FULL,
    NOBODY_ON_SHIFT;

    public String wire() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  public sealed interface Answer {}

  /// @param fallback whether no member could
  /// @param after the counts once they took the person
  public record Takes(String guide, boolean fallback, Tally after) implements Answer {}

  public record Nobody(Why why) implements Answer {}

  /// Who may take the next person.
  ///
  /// @param today the counts of the day on which `now` is
  public static Answer at(Staffed code, Tally today, Instant now, ZoneId zone) {
    if (code.about().over(now)) {
      return new Nobody(Why.EXPIRED);
    }
    if (code.dailyCap() instanceof Integer cap && today.total() >= cap) {
      return new Nobody(Why.CODE_FULL);
    }
    List<Member> able = able(code.members(), today, now, zone);
    boolean fallback = able.isEmpty();
    if (fallback) {
      able = able(code.fallback(), today, now, zone);
    }
    if (able.isEmpty()) {
      return new Nobody(
          code.everybody().anyMatch(one -> on(one, now, zone))
              ? Why.ALL_FULL
              : Why.NOBODY_ON_SHIFT);
    }
    return choose(able, today, fallback);
  }

  /// How a code stands, for whoever has to see to it.
  public enum Standing {
    MEMBERS,
    /// No member has room who is on shift.
    FALLBACK_FULL,
    /// No member is on shift.
    FALLBACK_OFF_SHIFT,
    CODE_FULL,
    ALL_FULL,
    NOBODY_ON_SHIFT,
    OVER;

    public String wire() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /// Who would take the next person, and if it is no member, why.
  public static Standing standing(Staffed code, Tally today, Instant now, ZoneId zone) {
    return switch (at(code, today, now, zone)) {
      case Takes(String _, boolean fallback, Tally _) ->
          !fallback
              ? Standing.MEMBERS
              : code.members().stream().anyMatch(one -> on(one, now, zone))
                  ? Standing.FALLBACK_FULL
                  : Standing.FALLBACK_OFF_SHIFT;
      case Nobody(Why why) ->
          switch (why) {
            case EXPIRED -> Standing.OVER;
            case CODE_FULL -> Standing.CODE_FULL;
            case ALL_FULL -> Standing.ALL_FULL;
            case NOBODY_ON_SHIFT -> Standing.NOBODY_ON_SHIFT;
          };
    };
  }

  private static List<Member> able(List<Member> of, Tally today, Instant now, ZoneId zone) {
    return of.stream().filter(one -> room(one, today) > 0 && on(one, now, zone)).toList();
  }

  private static int room(Member member, Tally today) {
    return member.dailyCap() instanceof Integer cap
        ? cap - today.of(member.guide())
        : Integer.MAX_VALUE;
  }

  private static Takes choose(List<Member> able, Tally today, boolean fallback) {
    long all = able.stream().mapToLong(Member::weight).sum();
    var owed = new TreeMap<>(today.owed());
    long given = 0;
    for (Member one : able) {
      long share = one.weight() * Tally.ONE / all;
      owed.merge(one.guide(), share, Long::sum);
      given += share;
    }
    Member taker = taker(able, owed);
    // What rounding left out is charged to the taker too, so that all together stay zero.
    owed.merge(taker.guide(), -given, Long::sum);
    return new Takes(
        taker.guide(), fallback, new Tally(today.with(taker.guide(), 1).taken(), owed));
  }

  private static Member taker(List<Member> able, Map<String, Long> owed) {
    if (able.size() == 1) {
      return able.getFirst();
    }
    long least = Tally.ONE / (2L * able.size() - 2);
    Member best = null;
    Member most = able.getFirst();
    for (Member one : able) {
      long due = owed.getOrDefault(one.guide(), 0L);
      if (due > owed.getOrDefault(most.guide(), 0L)) {
        most = one;
      }
      // A trillionth or so is lost by rounding with every person.
      if (due >= least - Tally.ONE / 1_000_000
          && (best == null || sooner(one, best, owed, least))) {
        best = one;
      }
    }
    return best == null ? most : best;
  }

  /// Whether one reaches the most that may be owed in fewer people than another.
  private static boolean sooner(Member one, Member other, Map<String, Long> owed, long least) {
    double oneLeft = (double) (Tally.ONE - least - owed.getOrDefault(one.guide(), 0L));
    double otherLeft = (double) (Tally.ONE - least - owed.getOrDefault(other.guide(), 0L));
    return oneLeft * other.weight() < otherLeft * one.weight();
  }

  /// Whom a code at the platform names, which shows whoever it names at the moment of a scan,
  /// evenly: all who are on shift and have more room than what may be under way. Their weights are
  /// kept by leaving out who is ahead of their share by more than that.
  ///
  /// @param burst people who may come between now and the moment at which a change has its effect
  /// @return nobody when nobody may be named; a platform takes no empty list, so the code is closed
  ///   to newcomers by its fallback or by being taken away
  public static List<String> named(
      Staffed code, Tally today, int burst, Instant now, ZoneId zone, int most) {
    if (code.about().over(now)
        || (code.dailyCap() instanceof Integer cap && cap - today.total() <= burst)) {
      return List.of();
    }
    List<String> members = named(code.members(), today, burst, now, zone, most);
    return members.isEmpty() ? named(code.fallback(), today, burst, now, zone, most) : members;
  }

  private static List<String> named(
      List<Member> of, Tally today, int burst, Instant now, ZoneId zone, int most) {
    List<Member> able =
        able(of, today, now, zone).stream().filter(one -> room(one, today) > burst).toList();
    long bound = -Tally.ONE * Math.max(1, burst);
    List<String> behind =
        able.stream()
            .filter(one -> today.owed().getOrDefault(one.guide(), 0L) > bound)
            .map(Member::guide)
            .toList();
    return (behind.isEmpty() ? able.stream().map(Member::guide).toList() : behind)
        .stream().limit(most).toList();
  }

  /// The counts after somebody came whom nobody chose for: the platform did, or they kept an old
  /// code.
  public static Tally came(Staffed code, Tally today, String guide, Instant now, ZoneId zone) {
    Tally with = today.with(guide, 1);
    List<Member> on = code.members().stream().filter(one -> on(one, now, zone)).toList();
    if (on.stream().noneMatch(one -> one.guide().equals(guide))) {
      return with;
    }
    long all = on.stream().mapToLong(Member::weight).sum();
    var owed = new TreeMap<>(today.owed());
    long given = 0;
    for (Member one : on) {
      long share = one.weight() * Tally.ONE / all;
      owed.merge(one.guide(), share, Long::sum);
      given += share;
    }
    owed.merge(guide, -given, Long::sum);
    return new Tally(with.taken(), owed);
  }

  /// Whether somebody is on shift.
  public static boolean on(Member member, Instant now, ZoneId zone) {
    if (member.shifts().isEmpty() && member.dates().isEmpty()) {
      return true;
    }
    LocalDate today = now.atZone(zone).toLocalDate();
    return Stream.of(today.minusDays(1), today)
        .anyMatch(
            day ->
                hours(member, day)
                    .anyMatch(
                        hours ->
                            !now.isBefore(begins(day, hours, zone))
                                && now.isBefore(ends(day, hours, zone))));
  }

  private static Stream<Hours> hours(Member member, LocalDate day) {
    for (DayPlan plan : member.dates()) {
      if (plan.day().equals(day)) {
        return plan.hours().stream();
      }
    }
    if (member.shifts().isEmpty()) {
      return Stream.of(new Hours(java.time.LocalTime.MIDNIGHT, java.time.LocalTime.MIDNIGHT));
    }
    return member.shifts().stream()
        .filter(shift -> shift.days().contains(day.getDayOfWeek()))
        .map(Shift::hours);
  }

  private static Instant begins(LocalDate day, Hours hours, ZoneId zone) {
    return day.atTime(hours.from()).atZone(zone).toInstant();
  }

  private static Instant ends(LocalDate day, Hours hours, ZoneId zone) {
    return (hours.overMidnight() ? day.plusDays(1) : day)
        .atTime(hours.to())
        .atZone(zone)
        .toInstant();
  }

  /// The first instant after `after` at which [#at] may answer otherwise though nobody came: a
  /// shift begins or ends, a day with caps begins, the code expires. Null for never.
  public static @Nullable Instant next(Staffed code, Instant after, ZoneId zone) {
    if (code.about().over(after)) {
      return null;
    }
    var instants = new TreeSet<Instant>();
    LocalDate today = after.atZone(zone).toLocalDate();
    instants.add(today.plusDays(1).atStartOfDay(zone).toInstant());
    if (code.about().expires() instanceof Instant expires) {
      instants.add(expires);
    }
    for (Member member : code.everybody().toList()) {
      turns(member, after, today, zone, instants);
    }
    return instants.higher(after);
  }

  private static void turns(
      Member member, Instant after, LocalDate today, ZoneId zone, Set<Instant> into) {
    var days = new ArrayList<LocalDate>();
    for (int i = -1; i <= WEEK; i++) {
      days.add(today.plusDays(i));
    }
    member.dates().forEach(plan -> days.add(plan.day()));
    var edges = new TreeSet<Instant>();
    for (LocalDate day : days) {
      hours(member, day)
          .forEach(
              hours -> {
                edges.add(begins(day, hours, zone));
                edges.add(ends(day, hours, zone));
              });
    }
    for (Instant edge : edges.tailSet(after, false)) {
      if (on(member, edge, zone) != on(member, edge.minusMillis(1), zone)) {
        into.add(edge);
        return;
      }
    }
  }
}
