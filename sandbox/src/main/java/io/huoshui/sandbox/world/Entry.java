package io.huoshui.sandbox.world;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/// One line of the journal: something that can not be drawn again.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "entry")
@JsonSubTypes({
  @JsonSubTypes.Type(value = Entry.Begun.class, name = "begun"),
  @JsonSubTypes.Type(value = Entry.SmsTaken.class, name = "sms"),
  @JsonSubTypes.Type(value = Entry.WecomTaken.class, name = "wecom"),
  @JsonSubTypes.Type(value = Entry.Stepped.class, name = "stepped"),
  @JsonSubTypes.Type(value = Entry.Delivered.class, name = "delivered"),
  @JsonSubTypes.Type(value = Entry.CrowdJoined.class, name = "crowd"),
  @JsonSubTypes.Type(value = Entry.FaultsSet.class, name = "faults"),
  @JsonSubTypes.Type(value = Entry.MemberChanged.class, name = "memberChanged"),
  @JsonSubTypes.Type(value = Entry.Transferred.class, name = "transferred"),
  @JsonSubTypes.Type(value = Entry.GroupsGiven.class, name = "groupsGiven"),
  @JsonSubTypes.Type(value = Entry.TaskCancelled.class, name = "taskCancelled"),
  @JsonSubTypes.Type(value = Entry.Kept.class, name = "kept"),
  @JsonSubTypes.Type(value = Entry.GroupOpened.class, name = "groupOpened"),
  @JsonSubTypes.Type(value = Entry.GroupCame.class, name = "groupCame"),
  @JsonSubTypes.Type(value = Entry.GroupWent.class, name = "groupWent"),
  @JsonSubTypes.Type(value = Entry.GroupGot.class, name = "groupGot"),
  @JsonSubTypes.Type(value = Entry.GroupSaid.class, name = "groupSaid"),
  @JsonSubTypes.Type(value = Entry.GroupDissolved.class, name = "groupDissolved"),
  @JsonSubTypes.Type(value = Entry.TagMade.class, name = "tagMade"),
  @JsonSubTypes.Type(value = Entry.TagRenamed.class, name = "tagRenamed"),
  @JsonSubTypes.Type(value = Entry.TagsGone.class, name = "tagsGone"),
  @JsonSubTypes.Type(value = Entry.TagsMarked.class, name = "tagsMarked"),
  @JsonSubTypes.Type(value = Entry.TagsShuffled.class, name = "tagsShuffled"),
  @JsonSubTypes.Type(value = Entry.WayMade.class, name = "wayMade"),
  @JsonSubTypes.Type(value = Entry.WayChanged.class, name = "wayChanged"),
  @JsonSubTypes.Type(value = Entry.WayGone.class, name = "wayGone"),
  @JsonSubTypes.Type(value = Entry.Scanned.class, name = "scanned"),
  @JsonSubTypes.Type(value = Entry.Welcomed.class, name = "welcomed"),
  @JsonSubTypes.Type(value = Entry.Remarked.class, name = "remarked")
})
public sealed interface Entry {
  /// The first line: a journal is continued only with the flags it was begun with.
  record Begun(long seed, long people, long startMs, int days) implements Entry {}

  /// One accepted SendSms or SendBatchSms.
  ///
  /// @param texts one for all, or one per phone
  /// @param limited positions of the phones that had their share already
  record SmsTaken(
      long atMs,
      String bizId,
      String outId,
      String template,
      List<String> phones,
      List<String> signNames,
      List<String> texts,
      List<Integer> limited)
      implements Entry {}

  /// One accepted mass-message task.
  ///
  /// @param attachments the JSON array as it came, `[]` when there was none
  /// @param guides who sends to each of the customers
  record WecomTaken(
      long atMs,
      String msgid,
      String text,
      String attachments,
      List<String> customers,
      List<String> guides)
      implements Entry {}

  /// The clock went to a moment; its deliveries may still be under way.
  record Stepped(long toMs) implements Entry {}

  /// The server has durably answered everything due up to and including this moment.
  record Delivered(long throughMs) implements Entry {}

  record CrowdJoined(long atMs, List<Member> members) implements Entry {}

  record Member(
      List<Name> identifiers,
      double ordersPer30Days,
      long averageBasketFen,
      String currency,
      String source) {}

  record Name(String kind, String scope, String value) {}

  record FaultsSet(Faults faults) implements Entry {}

  /// Something about members, their customers and groups.
  sealed interface OfStaff extends Entry {
    long atMs();
  }

  /// A member came, changed or left in the app.
  ///
  /// @param change as the callback says it: `create_user`, `update_user`, `delete_user`
  record MemberChanged(
      long atMs, String userid, String name, long department, boolean left, String change)
      implements OfStaff {}

  /// Customers began to change hands.
  ///
  /// @param settlesMs when it takes effect
  /// @param outcomes what becomes of each then: `taken_over`, or why not
  record Transferred(
      long atMs,
      long settlesMs,
      String from,
      String to,
      boolean left,
      List<String> customers,
      List<String> outcomes)
      implements OfStaff {}

  record GroupsGiven(long atMs, String owner, String to, List<String> chats) implements OfStaff {}

  /// A mass-message task was called off; whoever has not got it does not.
  record TaskCancelled(long atMs, String msgid) implements Entry {}

  /// What one part of a platform keeps for itself, in JSON of its own.
  record Kept(long atMs, String room, String body) implements Entry {}

  /// Something guides or customers did with a group in the app.
  sealed interface OfGroups extends Entry {
    long atMs();

    String chat();
  }

  /// @param people who live in it, as their habits are drawn; empty for a group that only does what
  ///   it is told
  /// @param state of the code by which they come
  /// @param passedOn whether what they say reaches the server
  record GroupOpened(
      long atMs,
      String chat,
      String name,
      String owner,
      List<String> people,
      String state,
      boolean passedOn)
      implements OfGroups {}

  /// @param scene as groupchat/get has it: 1 invited, 2 by link, 3 by code
  record GroupCame(long atMs, String chat, List<String> members, int scene, String by, String state)
      implements OfGroups {}

  record GroupWent(long atMs, String chat, List<String> members, boolean removed)
      implements OfGroups {}

  /// @param what `owner`, `name` or `notice`
  record GroupGot(long atMs, String chat, String what, String value) implements OfGroups {}

  record GroupSaid(long atMs, String chat, String member, String text) implements OfGroups {}

  record GroupDissolved(long atMs, String chat) implements OfGroups {}

  /// Something about the tags of a platform.
  sealed interface OfTags extends Entry {
    long atMs();

    /// `wecom` or `account`.
    String platform();

    /// Whether a member did it in the app. What the API did is called back by nobody.
    boolean byMember();
  }

  /// A tag, or with an empty name a group.
  record TagMade(
      long atMs,
      String platform,
      String group,
      String groupName,
      String id,
      String name,
      long order,
      boolean byMember)
      implements OfTags {}

  /// A tag or a group has another name or place.
  record TagRenamed(
      long atMs, String platform, String id, String name, long order, boolean byMember)
      implements OfTags {}

  /// Tags, or groups with all theirs.
  record TagsGone(long atMs, String platform, List<String> ids, boolean byMember)
      implements OfTags {}

  record TagsMarked(
      long atMs,
      String platform,
      String holder,
      List<String> customers,
      List<String> on,
      List<String> off,
      boolean byMember)
      implements OfTags {}

  /// Somebody put the tags of a group in another order in the app.
  record TagsShuffled(long atMs, String platform, String group) implements OfTags {
    @Override
    public boolean byMember() {
      return true;
    }
  }

  /// Something about the codes by which people come, and about those who came.
  sealed interface OfWays extends Entry {
    long atMs();
  }

  /// A code was made.
  ///
  /// @param kind `way` of members, `join` of groups, `link` of customer acquisition
  /// @param users userids, or chat ids
  /// @param one whether it is for one member for good
  record WayMade(
      long atMs,
      String configId,
      String kind,
      String state,
      List<String> users,
      boolean one,
      String remark)
      implements OfWays {}

  record WayChanged(long atMs, String configId, String state, List<String> users, String remark)
      implements OfWays {}

  record WayGone(long atMs, String configId) implements OfWays {}

  /// Somebody scanned a code and added whom it named.
  record Scanned(
      long atMs, String configId, String guide, String customer, String state, String key)
      implements OfWays {
    public String welcomeCode() {
      return "WELCOME" + key;
    }
  }

  record Welcomed(long atMs, String code, String text) implements OfWays {}

  record Remarked(long atMs, String guide, String customer, String remark) implements OfWays {}
}
