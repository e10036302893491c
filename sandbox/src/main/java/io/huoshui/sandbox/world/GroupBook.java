package io.huoshui.sandbox.world;

import io.huoshui.sandbox.customers.Delivery;
import io.huoshui.sandbox.customers.Due;
import io.huoshui.sandbox.customers.GroupLife;
import io.huoshui.sandbox.customers.Habits;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The customer groups of WeCom: who is in them from when to when, and what is said.
///
/// What will happen is known ahead, because it is drawn; every question is asked as of a moment.
public final class GroupBook {
  /// Who is or was in.
  ///
  /// @param toMs when they went; `Long.MAX_VALUE` while they are in
  /// @param scene as groupchat/get has it: 1 invited, 2 by link, 3 by code
  public record Member(
      String id, boolean staff, long fromMs, long toMs, int scene, String by, String state) {
    public boolean in(long atMs) {
      return fromMs <= atMs && atMs < toMs;
    }
  }

  public record Said(long atMs, String member, String text) {}

  /// One group.
  public static final class Group {
    private final String chat;
    private final long openedMs;
    private String name;
    private String owner;
    private String notice = "";
    private long dissolvedMs = Long.MAX_VALUE;
    private final List<Member> members = new ArrayList<>();
    private final List<Said> said = new ArrayList<>();

    Group(String chat, long openedMs, String name, String owner) {
      this.chat = chat;
      this.openedMs = openedMs;
      this.name = name;
      this.owner = owner;
    }

    public String chat() {
      return chat;
    }

    public long openedMs() {
      return openedMs;
    }

    public String name() {
      return name;
    }

    public String owner() {
      return owner;
    }

    public String notice() {
      return notice;
    }

    public boolean dissolved(long atMs) {
      return dissolvedMs <= atMs;
    }

    /// Who is in at a moment, in the order in which they came.
    public List<Member> members(long atMs) {
      return members.stream().filter(member -> member.in(atMs)).toList();
    }

    /// Who came from one moment to another, the second excluded.
    public long came(long fromMs, long toMs) {
      return members.stream()
          .filter(member -> member.fromMs() >= fromMs && member.fromMs() < toMs)
          .count();
    }

    /// What was said from one moment to another, the second excluded.
    public List<Said> said(long fromMs, long toMs) {
      return said.stream().filter(each -> each.atMs() >= fromMs && each.atMs() < toMs).toList();
    }
  }

  private final Map<String, Group> groups = new LinkedHashMap<>();
  private int told;

  public Collection<Group> all() {
    return List.copyOf(groups.values());
  }

  public @Nullable Group find(String chat) {
    return groups.get(chat);
  }

  /// An id that is free.
  public String free() {
    return "wrHuoshuiSandbox" + String.format(Locale.ROOT, "%06d", groups.size() + 1);
  }

  /// The group a due is about; empty for others.
  static String of(Due due) {
    return switch (due.delivery()) {
      case Delivery.GroupChanged changed -> changed.chat();
      case Delivery.SaidInGroup said -> said.chat();
      default -> "";
    };
  }

  /// Applies what happened, and says what the server hears of it.
  ///
  /// @param person the number of whoever has an external_userid
  List<Due> apply(Entry.OfGroups entry, long seed, Habits habits, Function<String, Long> person) {
    var dues = new ArrayList<Due>();
    if (entry instanceof Entry.GroupOpened opened) {
      var group = new Group(opened.chat(), opened.atMs(), opened.name(), opened.owner());
      group.members.add(new Member(opened.owner(), true, opened.atMs(), Long.MAX_VALUE, 1, "", ""));
      groups.put(opened.chat(), group);
      dues.add(callback(group, "create", "", List.of(), "", opened.atMs()));
      live(group, opened, seed, habits, person, dues);
      return dues;
    }
    Group group = groups.get(entry.chat());
    if (group == null) {
      throw new IllegalArgumentException("There is no group '" + entry.chat() + "'");
    }
    switch (entry) {
      case Entry.GroupOpened _ -> {}
      case Entry.GroupCame came -> {
        came.members().forEach(id -> come(group, came, id));
        dues.add(
            callback(
                group,
                "update",
                "add_member",
                came.members(),
                came.scene() == 3 ? "3" : "0",
                came.atMs()));
      }
      case Entry.GroupWent went -> {
        went.members().forEach(id -> go(group, id, went.atMs()));
        dues.add(
            callback(
                group,
                "update",
                "del_member",
                went.members(),
                went.removed() ? "1" : "0",
                went.atMs()));
      }
      case Entry.GroupGot got -> {
        switch (got.what()) {
          case "owner" -> group.owner = got.value();
          case "name" -> group.name = got.value();
          default -> group.notice = got.value();
        }
        dues.add(callback(group, "update", "change_" + got.what(), List.of(), "", got.atMs()));
      }
      case Entry.GroupSaid said ->
          group.said.add(new Said(said.atMs(), said.member(), said.text()));
      case Entry.GroupDissolved gone -> {
        group.dissolvedMs = gone.atMs();
        group.members.removeIf(member -> member.fromMs() > gone.atMs());
        group.members.replaceAll(
            member -> member.toMs() > gone.atMs() ? until(member, gone.atMs()) : member);
        group.said.removeIf(said -> said.atMs() > gone.atMs());
        dues.add(callback(group, "dismiss", "", List.of(), "", gone.atMs()));
      }
    }
    return dues;
  }

  private static void come(Group group, Entry.GroupCame came, String id) {
    group.members.add(
        new Member(
            id,
            !id.startsWith("w"),
            came.atMs(),
            Long.MAX_VALUE,
            came.scene(),
            came.by(),
            came.state()));
  }

  private static void go(Group group, String id, long atMs) {
    group.members.replaceAll(
        member -> member.id().equals(id) && member.in(atMs) ? until(member, atMs) : member);
  }

  private static Member until(Member member, long atMs) {
    return new Member(
        member.id(),
        member.staff(),
        member.fromMs(),
        atMs,
        member.scene(),
        member.by(),
        member.state());
  }

  /// With the next step of the clock.
  private Due callback(
      Group group, String change, String detail, List<String> members, String scene, long atMs) {
    return new Due(
        atMs + 1,
        0,
        30,
        new Delivery.GroupChanged(
            "group" + told++, group.chat(), change, detail, members, scene, atMs));
  }

  /// A life that is drawn: waves of people, who speak, and who leave.
  private void live(
      Group group,
      Entry.GroupOpened opened,
      long seed,
      Habits habits,
      Function<String, Long> person,
      List<Due> dues) {
    for (GroupLife.Life life :
        GroupLife.draw(seed, group.chat(), opened.atMs(), opened.people(), habits)) {
      group.members.add(
          new Member(
              life.member(),
              false,
              life.fromMs(),
              life.toMs(),
              life.byCode() ? 3 : 1,
              life.byCode() ? "" : opened.owner(),
              life.byCode() ? opened.state() : ""));
      dues.add(
          callback(
              group,
              "update",
              "add_member",
              List.of(life.member()),
              life.byCode() ? "3" : "0",
              life.fromMs()));
      if (life.toMs() < Long.MAX_VALUE) {
        dues.add(callback(group, "update", "del_member", List.of(life.member()), "0", life.toMs()));
      }
      for (long atMs : life.saidMs()) {
        group.said.add(new Said(atMs, life.member(), GroupLife.text(seed, group.chat(), atMs)));
        if (opened.passedOn()) {
          dues.add(
              new Due(
                  atMs,
                  person.apply(life.member()),
                  40,
                  new Delivery.SaidInGroup(
                      group.chat() + "/" + life.member() + "/" + atMs,
                      group.chat(),
                      life.member(),
                      GroupLife.text(seed, group.chat(), atMs),
                      atMs)));
        }
      }
    }
    group.said.sort(Comparator.comparingLong(Said::atMs).thenComparing(Said::member));
  }
}
