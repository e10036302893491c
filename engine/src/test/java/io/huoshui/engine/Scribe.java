package io.huoshui.engine;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.reach.Channel.Outcome;
import io.huoshui.reach.ChannelKind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A process that takes events, sends messages and keeps checkpoints until it is killed, and says
/// of each batch when it was acked, and of each message that it leaves.
final class Scribe {
  static final int BATCH = 40;
  static final String ZONE = "Asia/Kathmandu";
  static final String START = "2026-03-05T04:00:00Z";

  /// A checkpoint every three batches: many a kill comes while one is written.
  static final Engine.Pace PACE =
      new Engine.Pace(2, false, 3 * BATCH, 3 * BATCH, 1, Duration.ofDays(1));

  private Scribe() {}

  public static void main(String[] args) {
    Path folder = Path.of(args[0]);
    String round = args[1];
    try (var brand = new Brand(Storage.of(folder), ZONE, START, PACE)) {
      brand.reaches(brand.engine().now());
      if (brand.ask().journeys().isEmpty()) {
        brand.unrestrained();
        brand.sms("hello", "hi {link}");
        brand.journey(
            "care",
            "'entry':{'event':'order_paid'},'reentry':{'after':'1m'},"
                + "'steps':[{'wait':'2m'},{'send':'hello'},{'wait':'3m'},{'send':'hello'}]");
      }
      for (int batch = 0; batch < 100_000; batch++) {
        brand.engine().take(batch(round, batch, brand.now()));
        say("acked " + batch);
        brand.passes(Duration.ofSeconds(40));
        send(brand);
      }
    }
  }

  private static void send(Brand brand) {
    Engine.Batch batch = brand.engine().nextBatch(ChannelKind.SMS, 5);
    if (batch != null) {
      batch.keys().forEach(key -> say("sent " + key));
      brand
          .engine()
          .answer(
              batch.id(),
              batch.keys().stream().<Outcome>map(key -> new Outcome.Accepted(key)).toList());
    }
  }

  private static void say(String what) {
    System.out.println(what);
    System.out.flush();
  }

  static List<Event> batch(String round, int number) {
    return batch(round, number, Instant.parse(START));
  }

  /// Views, a few orders of people who can be reached, and in each batch an account that turns out
  /// to be somebody's in the next.
  static List<Event> batch(String round, int number, Instant now) {
    var events = new ArrayList<Event>();
    for (int i = 0; i < BATCH; i++) {
      String id = round + "-" + number + "-" + i;
      Identifier member = Identifier.of(IdentifierKind.MEMBER_NUMBER, "m" + i);
      Identifier phone = Identifier.of(IdentifierKind.PHONE, "138000000" + (10 + i));
      String name = "page_viewed";
      List<Identifier> who = List.of(member);
      switch (i) {
        case 0, 1, 2 -> {
          name = "consent_given";
          who = List.of(member, phone);
        }
        case 3, 4, 5 -> {
          name = "order_paid";
          who = List.of(Identifier.of(IdentifierKind.PHONE, "138000000" + (7 + i)));
        }
        case 6 -> who = List.of(account(round, number));
        case 7 -> who = number == 0 ? who : List.of(member, account(round, number - 1));
        default -> {}
      }
      events.add(
          new Event(
              id,
              name,
              now.plusMillis(i),
              "pos",
              who,
              Properties.of("id", id, "channel", "sms", "orderId", id, "amountFen", 1)));
    }
    return events;
  }

  private static Identifier account(String round, int number) {
    return Identifier.of(IdentifierKind.OPENID, "wx1", round + "-" + number);
  }
}
