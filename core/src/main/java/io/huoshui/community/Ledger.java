package io.huoshui.community;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a group's people did: day by day, and one by one.
///
/// @param days without a gap from the first day anybody was in to today; empty when nobody ever was
/// @param members everybody who ever was in, by their names
public record Ledger(String group, List<Point> days, List<Member> members) {
  public Ledger {
    days = List.copyOf(days);
    members = List.copyOf(members);
  }

  /// Somebody who is or was in.
  ///
  /// @param person the profile's name
  /// @param stays by their beginnings
  /// @param activeDays days of the brand on which they spoke, clicked or ordered, in order
  /// @param messages they wrote in the group
  /// @param orders while they were in
  /// @param revenueFen of these
  /// @param firstOrder after they first came in; null when there is none
  public record Member(
      int person,
      List<Stay> stays,
      List<Integer> activeDays,
      int messages,
      int orders,
      long revenueFen,
      @Nullable Instant firstOrder) {
    public Member {
      stays = List.copyOf(stays);
      activeDays = List.copyOf(activeDays);
    }

    public boolean in(Instant at) {
      return stays.stream().anyMatch(stay -> stay.covers(at));
    }

    public Instant first() {
      return stays.getFirst().from();
    }

    /// Whether they did something in the group from one day to another, both included.
    public boolean active(int from, int to) {
      return activeDays.stream().anyMatch(day -> day >= from && day <= to);
    }
  }

  public long in(Instant at) {
    return members.stream().filter(member -> member.in(at)).count();
  }
}
