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
  @JsonSubTypes.Type(value = Entry.FaultsSet.class, name = "faults")
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
}
