package io.huoshui.platforms.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.huoshui.event.Event;
import io.huoshui.event.EventCatalogue;
import io.huoshui.event.Intake;
import io.huoshui.platforms.callback.CallbackAccount.Platform;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Every sample of a callback that others collected is read, and becomes an event, or is known to
/// be about no customer, or is kept as unknown: none is an error.
class KindsOfSamplesTest {
  private static final Instant NOW = Instant.parse("2026-07-01T04:00:00Z");
  private static final CallbackAccount CORP =
      new CallbackAccount("wecom", Platform.WECOM, "ww1", Set.of(), List.of());
  private static final CallbackAccount ACCOUNT =
      new CallbackAccount("mp", Platform.OFFICIAL_ACCOUNT, "wx1", Set.of(), List.of());

  /// Which families have to be known, by folder.
  private static final Set<String> KNOWN =
      Set.of(
          "work/EventSamples/_/ExternalContact",
          "work/EventSamples/_/Contact",
          "work/EventSamples/_/KfMessage",
          "work/EventSamples/_/Message",
          "api/EventSamples/MpPush",
          "api/EventSamples/MpMessage",
          "api/EventSamples/MpJob",
          "api/EventSamples/MpSubscribeMessage",
          "api/EventSamples/MpGuide");

  /// Kinds of these families that are about no customer, so they become no event.
  private static final Set<String> WITHOUT_EVENT =
      Set.of(
          "change_external_chat/create",
          // The sample's members are colleagues.
          "change_external_chat/update",
          "change_external_chat/dismiss",
          "change_external_tag/create",
          "change_external_tag/update",
          "change_external_tag/delete",
          "change_external_tag/shuffle",
          "change_contact/create_user",
          "change_contact/update_user",
          "change_contact/delete_user",
          "change_contact/create_party",
          "change_contact/update_party",
          "change_contact/delete_party",
          "change_contact/update_tag",
          "kf_account_auth_change",
          "kf_msg_or_event",
          "MASSSENDJOBFINISH",
          "FREEPUBLISHJOBFINISH",
          "msg:text",
          "msg:image",
          "msg:voice",
          "msg:video",
          "msg:location",
          "msg:link");

  @Test
  void everySampleIsReadAndNoneIsAnError() throws Exception {
    Path folder = Samples.folder().resolve("skit_wechat");
    assumeTrue(Files.exists(folder), "needs " + folder);
    var becomes = new TreeMap<String, String>();
    var unread = new TreeMap<String, String>();
    List<Path> files;
    try (Stream<Path> all = Files.walk(folder)) {
      files =
          all.filter(Files::isRegularFile)
              .filter(file -> file.toString().contains("EventSamples"))
              .sorted()
              .toList();
    }
    assertThat(files).hasSizeGreaterThan(200);
    for (Path file : files) {
      String where = folder.relativize(file).toString();
      CallbackAccount account = where.startsWith("work/") ? CORP : ACCOUNT;
      try {
        becomes.put(where, read(account, Files.readAllBytes(file), where));
      } catch (Refusal.Refused refused) {
        unread.put(where, String.valueOf(refused.getMessage()));
      }
    }
    System.out.println(
        "samples: "
            + becomes.values().stream().filter(to -> to.startsWith("event ")).count()
            + " become events, "
            + becomes.values().stream().filter(to -> to.startsWith("known ")).count()
            + " are known and about no customer, "
            + becomes.values().stream().filter(to -> to.startsWith("unknown ")).count()
            + " are unknown, "
            + unread);
    assertThat(unread).isEmpty();
    becomes.forEach(
        (where, to) -> {
          String family = where.substring(0, where.lastIndexOf('/'));
          if (KNOWN.contains(family)) {
            assertThat(to)
                .as(where)
                .satisfiesAnyOf(
                    event -> assertThat(event).startsWith("event "),
                    known ->
                        assertThat(WITHOUT_EVENT)
                            .contains(known.startsWith("known ") ? known.substring(6) : known));
          }
        });
  }

  private static String read(CallbackAccount account, byte[] bytes, String where) {
    Message message = Message.read(bytes, Limits.USUAL);
    List<Event> events = Kinds.shipped().events(account, message, "0123456789abcdef");
    assertThat(Kinds.shipped().key(account.platform(), message)).as(where).isNotEmpty();
    assertThat(message.names()).as(where).isNotEmpty();
    for (Event event : events) {
      // Some samples carry a time of 1973; what is asked here is everything else.
      Event dated =
          new Event(
              event.id(),
              event.name(),
              NOW,
              event.source(),
              event.identifiers(),
              event.properties());
      Intake.Verdict.Rejected rejected = Intake.check(dated, EventCatalogue.standard(), NOW);
      assertThat(rejected).as(where).isNull();
    }
    if (!events.isEmpty()) {
      return "event " + events.getFirst().name();
    }
    return (Kinds.shipped().knows(account.platform(), message) ? "known " : "unknown ")
        + message.kind();
  }

  @Test
  void everyEventOfTheTableIsInTheCatalogue() {
    var missing = new TreeSet<String>();
    for (String event : Kinds.shipped().events()) {
      if (EventCatalogue.standard().find(event) == null) {
        missing.add(event);
      }
    }
    assertThat(missing).isEmpty();
  }
}
