package io.huoshui.guide;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// 继承: who takes over the customers and groups of a guide who moves on or left, in calls that the
/// platform takes.
public final class HandOver {
  private HandOver() {}

  /// What a platform allows. Sources stand beside the values.
  ///
  /// @param perCall customers of one call
  /// @param most times a customer is handed over in service within `window`
  /// @param settles after which it takes effect
  /// @param leftWithin how long after leaving somebody's customers can be handed over
  /// @param message characters of what the customer is told
  /// @param groupsPerCall groups of one call
  /// @param groupsPerDay groups of one owner a day
  public record Limits(
      int perCall,
      int most,
      Duration window,
      Duration settles,
      Duration leftWithin,
      int message,
      int groupsPerCall,
      int groupsPerDay) {
    /// developer.work.weixin.qq.com/document/path/96325 (in service), 96331 (left), 96334 (groups),
    /// all as of 2023-12-01.
    public static final Limits WECOM =
        new Limits(
            100, 2, Duration.ofDays(90), Duration.ofHours(24), Duration.ofDays(365), 200, 100, 300);
  }

  /// Why somebody is not handed over. The number is what the platform would answer
  /// (developer.work.weixin.qq.com/document/path/90313), 0 where it has none.
  public enum Reason {
    NOT_THEIRS(40131, "不是原导购的客户", "is no customer of the guide"),
    SAME_GUIDE(40130, "接替人就是原导购", "would go to the guide they have"),
    TOO_OFTEN(40128, "90天内已转接两次", "was handed over twice within 90 days"),
    UNDER_WAY(40129, "正在转接中", "is being handed over"),
    NOBODY_FREE(40099, "接替人客户数已满", "nobody who takes over has room"),
    LEFT_LONG_AGO(0, "离职超过一年", "the guide left more than a year ago"),
    OWNER_NOT_LEFT(90500, "群主并未离职", "the group's owner has not left"),
    NO_CUSTOMER_GROUP(90501, "不是客户群", "is no group of customers"),
    OWNER_LEFT(90502, "群主已离职,走离职继承", "the group's owner has left"),
    GROUP_UNDER_WAY(90507, "群正在继承中", "the group is being handed over"),
    GROUP_DONE(90508, "群已继承完成", "the group was handed over already");

    private final int code;
    private final String zh;
    private final String en;

    Reason(int code, String zh, String en) {
      this.code = code;
      this.zh = zh;
      this.en = en;
    }

    public int code() {
      return code;
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

  /// @param leftAt null while in service
  public record From(String guide, Store store, @Nullable Instant leftAt) {}

  /// @param guides who has them as a contact now
  /// @param handed when they were handed over in service before
  /// @param underWay whether a handover has not taken effect yet
  public record Customer(String id, Set<String> guides, List<Instant> handed, boolean underWay) {
    public Customer {
      guides = Set.copyOf(guides);
      handed = List.copyOf(handed);
    }
  }

  /// @param room for how many more customers
  public record Receiver(String guide, Store store, int room) {}

  /// One call to the platform.
  public record Call(String from, String to, boolean left, List<String> ids) {
    public Call {
      ids = List.copyOf(ids);
    }
  }

  public record Refused(String id, Reason reason) {}

  /// @param calls in the order they are made
  /// @param to per receiver how many
  public record Plan(List<Call> calls, List<Refused> refused, SortedMap<String, Integer> to) {
    public Plan {
      calls = List.copyOf(calls);
      refused = List.copyOf(refused);
    }

    public int people() {
      return calls.stream().mapToInt(call -> call.ids().size()).sum();
    }
  }

  /// Spreads customers over receivers: to whom they know already, else to the same store, else to
  /// the nearest region; among equals to whoever has most room, then by name.
  public static Plan plan(
      From from, List<Customer> customers, List<Receiver> receivers, Limits limits, Instant now) {
    var room = new TreeMap<String, Integer>();
    var known = new LinkedHashMap<String, Receiver>();
    for (Receiver receiver : receivers) {
      if (!receiver.guide().equals(from.guide())) {
        room.put(receiver.guide(), Math.max(0, receiver.room()));
        known.put(receiver.guide(), receiver);
      }
    }
    var to = new TreeMap<String, List<String>>();
    var refused = new ArrayList<Refused>();
    boolean onlySelf = known.isEmpty() && !receivers.isEmpty();
    // Who knows a receiver goes first, or strangers would take the room.
    var strangers = new ArrayList<Customer>();
    for (Customer customer : customers) {
      @Nullable Reason reason = refusal(from, customer, limits, now);
      if (reason == null && onlySelf) {
        reason = Reason.SAME_GUIDE;
      }
      if (reason != null) {
        refused.add(new Refused(customer.id(), reason));
      } else if (!give(customer, friends(customer, known), from, room, to)) {
        strangers.add(customer);
      }
    }
    for (Customer customer : strangers) {
      if (!give(customer, known, from, room, to)) {
        refused.add(new Refused(customer.id(), Reason.NOBODY_FREE));
      }
    }
    var calls = new ArrayList<Call>();
    var counts = new TreeMap<String, Integer>();
    to.forEach(
        (receiver, ids) -> {
          counts.put(receiver, ids.size());
          for (int i = 0; i < ids.size(); i += limits.perCall()) {
            calls.add(
                new Call(
                    from.guide(),
                    receiver,
                    from.leftAt() != null,
                    ids.subList(i, Math.min(ids.size(), i + limits.perCall()))));
          }
        });
    return new Plan(calls, refused, counts);
  }

  private static @Nullable Reason refusal(
      From from, Customer customer, Limits limits, Instant now) {
    if (!customer.guides().contains(from.guide())) {
      return Reason.NOT_THEIRS;
    }
    if (customer.underWay()) {
      return Reason.UNDER_WAY;
    }
    Instant leftAt = from.leftAt();
    if (leftAt != null) {
      return leftAt.isBefore(now.minus(limits.leftWithin())) ? Reason.LEFT_LONG_AGO : null;
    }
    Instant since = now.minus(limits.window());
    long lately = customer.handed().stream().filter(at -> at.isAfter(since)).count();
    return lately >= limits.most() ? Reason.TOO_OFTEN : null;
  }

  private static Map<String, Receiver> friends(Customer customer, Map<String, Receiver> known) {
    var friends = new LinkedHashMap<String, Receiver>();
    known.forEach(
        (guide, receiver) -> {
          if (customer.guides().contains(guide)) {
            friends.put(guide, receiver);
          }
        });
    return friends;
  }

  private static boolean give(
      Customer customer,
      Map<String, Receiver> among,
      From from,
      Map<String, Integer> room,
      Map<String, List<String>> to) {
    Receiver best = null;
    for (Receiver each : among.values()) {
      if (room.getOrDefault(each.guide(), 0) > 0
          && (best == null || better(each, best, from, room))) {
        best = each;
      }
    }
    if (best == null) {
      return false;
    }
    room.merge(best.guide(), -1, Integer::sum);
    to.computeIfAbsent(best.guide(), _ -> new ArrayList<>()).add(customer.id());
    return true;
  }

  private static boolean better(
      Receiver one, Receiver other, From from, Map<String, Integer> room) {
    int near = Integer.compare(from.store().near(one.store()), from.store().near(other.store()));
    int free =
        Integer.compare(room.getOrDefault(one.guide(), 0), room.getOrDefault(other.guide(), 0));
    return near != 0 ? near > 0 : free != 0 ? free > 0 : one.guide().compareTo(other.guide()) < 0;
  }

  // Groups.

  public enum GroupState {
    THERE,
    UNDER_WAY,
    HANDED_OVER,
    /// Of colleagues, not of customers.
    INTERNAL
  }

  /// @param ownerLeft whether the owner has left
  public record Group(String chat, String owner, boolean ownerLeft, GroupState state) {}

  /// @param day 0 for today: a later one waits until the owner's share of a day is there again
  public record GroupCall(String to, boolean left, int day, List<String> chats) {
    public GroupCall {
      chats = List.copyOf(chats);
    }
  }

  public record GroupPlan(List<GroupCall> calls, List<Refused> refused) {
    public GroupPlan {
      calls = List.copyOf(calls);
      refused = List.copyOf(refused);
    }
  }

  /// Gives one owner's groups to another.
  ///
  /// @param left whether they are given as those of somebody who left
  /// @param today how many of the owner's groups were given today already
  public static GroupPlan groups(
      List<Group> groups, String to, boolean left, int today, Limits limits) {
    var refused = new ArrayList<Refused>();
    var fit = new ArrayList<String>();
    for (Group group : groups) {
      @Nullable Reason reason = refusal(group, to, left);
      if (reason == null) {
        fit.add(group.chat());
      } else {
        refused.add(new Refused(group.chat(), reason));
      }
    }
    var calls = new ArrayList<GroupCall>();
    int day = 0;
    int free = Math.max(0, limits.groupsPerDay() - today);
    for (int i = 0; i < fit.size(); ) {
      if (free == 0) {
        day++;
        free = limits.groupsPerDay();
      }
      int size = Math.min(Math.min(limits.groupsPerCall(), free), fit.size() - i);
      calls.add(new GroupCall(to, left, day, fit.subList(i, i + size)));
      i += size;
      free -= size;
    }
    return new GroupPlan(calls, refused);
  }

  private static @Nullable Reason refusal(Group group, String to, boolean left) {
    return switch (group.state()) {
      case INTERNAL -> Reason.NO_CUSTOMER_GROUP;
      case UNDER_WAY -> Reason.GROUP_UNDER_WAY;
      case HANDED_OVER -> Reason.GROUP_DONE;
      case THERE ->
          group.owner().equals(to)
              ? Reason.SAME_GUIDE
              : left && !group.ownerLeft()
                  ? Reason.OWNER_NOT_LEFT
                  : !left && group.ownerLeft() ? Reason.OWNER_LEFT : null;
    };
  }
}
