package io.huoshui.community;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A group as its own log leaves it.
///
/// @param owner the guide whose group it is; empty when nobody said
/// @param created when it was opened, or the first that is known of it; null when nothing is
/// @param owners who owned it since when, the first first
/// @param dissolved null while there is the group
public record Community(
    String chat,
    String name,
    String owner,
    List<String> admins,
    String notice,
    @Nullable Instant created,
    List<Owned> owners,
    @Nullable Instant dissolved) {
  /// @param since from when on
  public record Owned(String owner, Instant since) {}

  public Community {
    admins = List.copyOf(admins);
    owners = List.copyOf(owners);
  }

  /// The order of a log: by time; what happened in one instant in an order of its content, so that
  /// the order of arrival does not matter.
  private static final Comparator<GroupChange> ORDER =
      Comparator.comparing(GroupChange::at)
          .thenComparingInt(Community::rank)
          .thenComparing(GroupChange::toString);

  private static int rank(GroupChange change) {
    return switch (change) {
      case GroupChange.Created _ -> 0;
      case GroupChange.Renamed _ -> 1;
      case GroupChange.OwnerChanged _ -> 2;
      case GroupChange.AdminsChanged _ -> 3;
      case GroupChange.Noticed _ -> 4;
      case GroupChange.Dissolved _ -> 5;
    };
  }

  public static Community of(String chat, List<GroupChange> log) {
    String name = "";
    String notice = "";
    Instant created = null;
    Instant dissolved = null;
    List<String> admins = List.of();
    var owners = new ArrayList<Owned>();
    for (GroupChange change : log.stream().sorted(ORDER).toList()) {
      created = created == null ? change.at() : created;
      switch (change) {
        case GroupChange.Created(Instant at, String called, String owner) -> {
          created = at;
          name = called.isEmpty() ? name : called;
          own(owners, owner, at);
        }
        case GroupChange.Renamed(Instant _, String called) -> name = called;
        case GroupChange.OwnerChanged(Instant at, String owner) -> own(owners, owner, at);
        case GroupChange.AdminsChanged(Instant _, List<String> now) -> admins = now;
        case GroupChange.Noticed(Instant _, String now) -> notice = now;
        // Nothing comes back from that.
        case GroupChange.Dissolved(Instant at) -> dissolved = dissolved == null ? at : dissolved;
      }
    }
    return new Community(
        chat,
        name,
        owners.isEmpty() ? "" : owners.getLast().owner(),
        admins,
        notice,
        created,
        owners,
        dissolved);
  }

  private static void own(List<Owned> owners, String owner, Instant at) {
    if (!owner.isEmpty() && (owners.isEmpty() || !owners.getLast().owner().equals(owner))) {
      owners.add(new Owned(owner, at));
    }
  }

  /// Whose group it was at an instant; empty before the first that is known.
  public String ownerAt(Instant at) {
    String owner = "";
    for (Owned each : owners) {
      owner = each.since().isAfter(at) ? owner : each.owner();
    }
    return owner;
  }
}
