package io.huoshui.community;

import io.huoshui.reach.GroupChats.Group;
import io.huoshui.reach.GroupChats.Member;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What a platform says of a group against what is known: what has to be told for both to agree.
public final class GroupDiff {
  private GroupDiff() {}

  /// Who is in, as the timelines say.
  ///
  /// @param accounts every name the person has on the platform
  /// @param stay the one that lasts
  public record Known(int person, Set<String> accounts, Stay stay) {
    public Known {
      accounts = Set.copyOf(accounts);
    }
  }

  /// What is missing.
  ///
  /// @param changes of the group itself
  /// @param joined who is there and not known to be
  /// @param learned who is known, and of whom the platform knows better how they came
  /// @param gone who is known and not there
  public record Found(
      List<GroupChange> changes, List<Member> joined, List<Learned> learned, List<Known> gone) {
    public Found {
      changes = List.copyOf(changes);
      joined = List.copyOf(joined);
      learned = List.copyOf(learned);
      gone = List.copyOf(gone);
    }

    public int size() {
      return changes.size() + joined.size() + learned.size() + gone.size();
    }
  }

  public record Learned(Known known, Member member) {}

  /// @param looked when the platform was asked: who came after that is not gone
  public static Found of(Community community, List<Known> known, Group now, Instant looked) {
    var changes = new ArrayList<GroupChange>();
    Instant created = community.created();
    if (created == null || created.isAfter(now.created())) {
      changes.add(new GroupChange.Created(now.created(), "", ""));
    }
    if (!now.name().isEmpty() && !now.name().equals(community.name())) {
      changes.add(new GroupChange.Renamed(looked, now.name()));
    }
    if (!now.owner().isEmpty() && !now.owner().equals(community.owner())) {
      // The first owner that is heard of is taken for who opened it.
      changes.add(
          new GroupChange.OwnerChanged(
              community.owners().isEmpty() ? now.created() : looked, now.owner()));
    }
    if (!Set.copyOf(now.admins()).equals(Set.copyOf(community.admins()))) {
      changes.add(new GroupChange.AdminsChanged(looked, now.admins()));
    }
    if (!now.notice().equals(community.notice())) {
      changes.add(new GroupChange.Noticed(looked, now.notice()));
    }
    var byAccount = new HashMap<String, Known>();
    known.forEach(each -> each.accounts().forEach(account -> byAccount.put(account, each)));
    var joined = new ArrayList<Member>();
    var learned = new ArrayList<Learned>();
    var there = new HashSet<Integer>();
    for (Member member : now.members().stream().sorted(Comparator.comparing(Member::id)).toList()) {
      if (!member.customer()) {
        continue;
      }
      Known of = byAccount.get(member.id());
      if (of == null) {
        joined.add(member);
      } else if (there.add(of.person()) && better(member, of.stay())) {
        learned.add(new Learned(of, member));
      }
    }
    List<Known> gone =
        known.stream()
            .filter(each -> !there.contains(each.person()))
            .filter(each -> !each.stay().from().isAfter(looked))
            .sorted(Comparator.comparingInt(Known::person))
            .toList();
    return new Found(changes, joined, learned, gone);
  }

  private static boolean better(Member member, Stay stay) {
    return (stay.liveCode().isEmpty() && !member.liveCode().isEmpty())
        || (stay.by().isEmpty() && !member.by().isEmpty());
  }
}
