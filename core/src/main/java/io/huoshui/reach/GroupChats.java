package io.huoshui.reach;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The port behind which a platform says which groups of customers there are and who is in them.
public interface GroupChats {
  /// The corp within which customers' and groups' names are unique.
  String scope();

  /// One page of the groups there are.
  ///
  /// @param owners whose groups; empty for everybody's
  /// @param cursor empty for the first page
  PlatformTags.Outcome<Page> page(List<String> owners, String cursor);

  /// @param next where to go on, empty when this was the last
  record Page(List<Listed> groups, String next) {
    public Page {
      groups = List.copyOf(groups);
    }
  }

  /// @param status 0 followed up by its owner, 1 its owner left the company, 2 being handed over, 3
  ///   handed over
  record Listed(String chat, int status) {}

  /// One group with everybody in it; refused when there is no such group, or no more.
  PlatformTags.Outcome<Group> group(String chat);

  record Group(
      String chat,
      String name,
      String owner,
      Instant created,
      String notice,
      List<String> admins,
      List<Member> members) {
    public Group {
      admins = List.copyOf(admins);
      members = List.copyOf(members);
    }
  }

  /// @param customer whether it is a customer, and not staff
  /// @param scene `invited`, `link`, `code`, or empty
  /// @param by who invited; empty when nobody did
  /// @param liveCode the state of the code; empty without one
  record Member(
      String id,
      boolean customer,
      String unionid,
      Instant joined,
      String scene,
      String by,
      String liveCode,
      String name) {}

  /// The chat id behind the id a mini-program has of a group it was opened in.
  PlatformTags.Outcome<String> chatOf(String opengid);

  /// What the platform itself counted of the groups of some owners, a line per owner, or with no
  /// owner per day.
  PlatformTags.Outcome<List<Counted>> statistics(
      List<String> owners, LocalDate from, LocalDate to, boolean byDay);

  /// @param owner empty in lines per day
  /// @param day null in lines per owner
  /// @param chatsWithMessages groups in which somebody wrote
  /// @param membersWithMessages who wrote
  record Counted(
      String owner,
      @Nullable Instant day,
      int newChats,
      int chats,
      int chatsWithMessages,
      int newMembers,
      int members,
      int membersWithMessages,
      int messages) {}
}
