package io.huoshui.community;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// 大池洗小池: who is invited from large open groups into which small focused one, by whom, when.
///
/// The best people come first (by score, then by name). Each gets the target that fits: of a theme
/// they are meant for, with a seat left, of their own guide if there is one, else the one with the
/// most seats. The day is the first on which the inviting guide has room. Whoever gets none has the
/// reason. Seats are never promised twice: what is already invited and may still come counts as
/// taken.
public final class Moves {
  private Moves() {}

  /// A group to move people into.
  ///
  /// @param kind whoever is in another group of this kind is not invited again
  /// @param theme for whom it is, as [Candidate#themes] says
  /// @param capacity how many it takes, staff included
  /// @param taken who is in, staff included, and who was invited and may still come
  public record Target(
      String chat, String kind, String theme, String owner, int capacity, int taken) {
    int seats() {
      return Math.max(0, capacity - taken);
    }
  }

  /// Somebody who may be moved.
  ///
  /// @param guide whose customer they are; empty when nobody's
  /// @param themes they are meant for, the best first
  /// @param kinds of which they are in a group now, or invited to one
  /// @param score larger is sooner
  public record Candidate(
      int person, String guide, List<String> themes, Set<String> kinds, double score) {
    public Candidate {
      themes = List.copyOf(themes);
      kinds = Set.copyOf(kinds);
    }
  }

  /// @param reserve seats of every target that stay free
  /// @param perGuideAndDay invitations one guide makes on one day
  /// @param perTargetAndDay people invited into one target on one day: a group that gets too many
  ///   strangers at once is no group
  /// @param first day of invitations
  /// @param days how many there are
  /// @param ownerInvites whether a person without a guide, or whose guide has no room, is invited
  ///   by the target's owner
  public record Limits(
      int reserve,
      int perGuideAndDay,
      int perTargetAndDay,
      LocalDate first,
      int days,
      boolean ownerInvites) {
    public Limits {
      if (reserve < 0 || perGuideAndDay < 1 || perTargetAndDay < 1 || days < 1 || days > 366) {
        throw new IllegalArgumentException(
            "reserve is not negative, the limits per day are at least 1, days are 1 to 366");
      }
    }
  }

  public enum Why {
    NO_THEME("没有合适主题的群", "no target has a theme they are meant for"),
    ALREADY_IN_ONE("已在同类群中或已受邀", "is in a group of this kind already, or invited to one"),
    FULL("目标群已满", "every target that fits is full"),
    NO_GUIDE("没有可邀请的导购", "nobody is there to invite them"),
    NO_DAY("期限内导购或群名额已用完", "guides and targets have no room on any of the days");

    private final String zh;
    private final String en;

    Why(String zh, String en) {
      this.zh = zh;
      this.en = en;
    }

    public String zh() {
      return zh;
    }

    public String en() {
      return en;
    }

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// @param guide who invites
  public record Invitation(int person, String chat, String guide, LocalDate day) {}

  public record Left(int person, Why why) {}

  public record Plan(List<Invitation> invitations, List<Left> left) {
    public Plan {
      invitations = List.copyOf(invitations);
      left = List.copyOf(left);
    }

    public Map<Why, Integer> reasons() {
      var counts = new TreeMap<Why, Integer>();
      left.forEach(each -> counts.merge(each.why(), 1, Integer::sum));
      return counts;
    }
  }

  public static Plan plan(List<Candidate> candidates, List<Target> targets, Limits limits) {
    var seats = new HashMap<String, Integer>();
    targets.forEach(
        target -> seats.put(target.chat(), Math.max(0, target.seats() - limits.reserve())));
    var used = new HashMap<String, Integer>();
    var invitations = new ArrayList<Invitation>();
    var left = new ArrayList<Left>();
    var seen = new HashSet<Integer>();
    for (Candidate candidate :
        candidates.stream()
            .sorted(
                Comparator.comparingDouble(Candidate::score)
                    .reversed()
                    .thenComparingInt(Candidate::person))
            .toList()) {
      if (!seen.add(candidate.person())) {
        continue;
      }
      var chosen = new ArrayList<Invitation>(1);
      Why why = choose(candidate, targets, limits, seats, used, chosen);
      if (why == null) {
        Invitation invitation = chosen.getFirst();
        seats.merge(invitation.chat(), -1, Integer::sum);
        used.merge(onDay("guide", invitation.guide(), invitation.day()), 1, Integer::sum);
        used.merge(onDay("chat", invitation.chat(), invitation.day()), 1, Integer::sum);
        invitations.add(invitation);
      } else {
        left.add(new Left(candidate.person(), why));
      }
    }
    return new Plan(invitations, left);
  }

  private static String onDay(String what, String name, LocalDate day) {
    return what + " " + name + " " + day;
  }

  /// Adds the invitation to `chosen`, or says why there is none: the furthest any target came.
  private static @Nullable Why choose(
      Candidate candidate,
      List<Target> targets,
      Limits limits,
      Map<String, Integer> seats,
      Map<String, Integer> used,
      List<Invitation> chosen) {
    Why why = Why.NO_THEME;
    for (String theme : candidate.themes()) {
      List<Target> fitting =
          targets.stream()
              .filter(target -> target.theme().equals(theme))
              .sorted(
                  Comparator.comparing((Target target) -> !target.owner().equals(candidate.guide()))
                      .thenComparing(
                          target -> seats.getOrDefault(target.chat(), 0), Comparator.reverseOrder())
                      .thenComparing(Target::chat))
              .toList();
      for (Target target : fitting) {
        Why each = one(candidate, target, limits, seats, used, chosen);
        if (each == null) {
          return null;
        }
        why = each.compareTo(why) > 0 ? each : why;
      }
    }
    return why;
  }

  private static @Nullable Why one(
      Candidate candidate,
      Target target,
      Limits limits,
      Map<String, Integer> seats,
      Map<String, Integer> used,
      List<Invitation> chosen) {
    if (candidate.kinds().contains(target.kind())) {
      return Why.ALREADY_IN_ONE;
    }
    if (seats.getOrDefault(target.chat(), 0) <= 0) {
      return Why.FULL;
    }
    var guides = new ArrayList<String>(2);
    if (!candidate.guide().isEmpty()) {
      guides.add(candidate.guide());
    }
    if (limits.ownerInvites() && !target.owner().isEmpty() && !guides.contains(target.owner())) {
      guides.add(target.owner());
    }
    if (guides.isEmpty()) {
      return Why.NO_GUIDE;
    }
    for (int i = 0; i < limits.days(); i++) {
      LocalDate day = limits.first().plusDays(i);
      if (used.getOrDefault(onDay("chat", target.chat(), day), 0) >= limits.perTargetAndDay()) {
        continue;
      }
      for (String guide : guides) {
        if (used.getOrDefault(onDay("guide", guide, day), 0) < limits.perGuideAndDay()) {
          chosen.add(new Invitation(candidate.person(), target.chat(), guide, day));
          return null;
        }
      }
    }
    return Why.NO_DAY;
  }
}
