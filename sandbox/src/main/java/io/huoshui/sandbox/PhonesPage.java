package io.huoshui.sandbox;

import io.huoshui.event.Event;
import io.huoshui.sandbox.brand.EventLines;
import io.huoshui.sandbox.customers.Delivery;
import io.huoshui.sandbox.customers.Due;
import io.huoshui.sandbox.customers.Reaction;
import io.huoshui.sandbox.http.Answer;
import io.huoshui.sandbox.http.Call;
import io.huoshui.sandbox.http.Conduct;
import io.huoshui.sandbox.http.Endpoint;
import io.huoshui.sandbox.world.World;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/` in a browser: the phones of the simulated customers, as messages come and are answered, with
/// the clock, the faults and the conduct of whoever calls beside them.
///
/// The page asks `GET /sandbox/phones`; what it steers goes through the same calls as anybody's.
final class PhonesPage implements Endpoint {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final int MOST_PHONES = 60;
  private static final int MESSAGES_EACH = 12;

  private final World world;
  private final Conduct conduct;
  private final String page;

  PhonesPage(World world, Conduct conduct) throws IOException {
    this.world = world;
    this.conduct = conduct;
    try (InputStream html = PhonesPage.class.getResourceAsStream("phones.html")) {
      if (html == null) {
        throw new UncheckedIOException(new IOException("phones.html is not in the classes"));
      }
      this.page = new String(html.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /// The root without the `Action` of an SMS call is the page.
  static boolean plays(Call call) {
    return call.method().equals("GET")
        && (call.path().equals("/sandbox/phones")
            || (call.path().equals("/")
                && call.rawQuery().isEmpty()
                && call.header("x-acs-action").isEmpty()));
  }

  @Override
  public Answer answer(Call call) {
    return call.path().equals("/")
        ? new Answer.Text(200, "text/html; charset=utf-8", page)
        : Answer.json(phones(call));
  }

  private ObjectNode phones(Call call) {
    long clock = world.clock().toEpochMilli();
    ObjectNode node =
        JSON.createObjectNode().put("clock", time(clock)).put("messages", world.messages());
    node.put("violations", conduct.violations().values().stream().mapToLong(Long::longValue).sum());
    node.set("faults", JSON.valueToTree(world.faults()));
    ArrayNode phones = node.putArray("phones");
    for (World.Phone phone : world.phones(wanted(call), MESSAGES_EACH)) {
      ObjectNode each =
          phones.addObject().put("customer", Long.toUnsignedString(phone.customer(), 36));
      ArrayNode messages = each.putArray("messages");
      for (Reaction reaction : phone.messages()) {
        message(reaction, clock, messages.addObject());
      }
    }
    return node;
  }

  private static int wanted(Call call) {
    String text = call.query("limit").isEmpty() ? "24" : call.query("limit");
    if (!text.matches("[1-9]\\d?") || Integer.parseInt(text) > MOST_PHONES) {
      throw new IllegalArgumentException("limit: 1 to " + MOST_PHONES + ", got '" + text + "'");
    }
    return Integer.parseInt(text);
  }

  /// A message, how far it came by now, and what the person did by now.
  private static void message(Reaction reaction, long clock, ObjectNode to) {
    var approach = reaction.approach();
    to.put("channel", approach.channel().wire())
        .put("address", approach.address())
        .put("sender", approach.sender())
        .put("text", approach.text())
        .put("acceptedAt", time(approach.acceptedMs()))
        .put("fate", fate(reaction, clock));
    ArrayNode did = to.putArray("did");
    for (Due due : reaction.dues()) {
      String what = due.atMs() > clock ? null : what(due.delivery());
      if (what != null) {
        did.addObject().put("at", time(due.atMs())).put("what", what).put("text", said(due));
      }
    }
  }

  /// Drawn when it was accepted, but nobody's to know before its time.
  private static String fate(Reaction reaction, long clock) {
    return switch (reaction.fate()) {
      case DELIVERED -> reaction.sentMs() <= clock ? "delivered" : "waiting";
      case UNCONFIRMED -> "waiting";
      case NOT_FRIEND, QUOTA_REACHED ->
          reaction.sentMs() == Reaction.NEVER || reaction.sentMs() <= clock
              ? reaction.fate().name().toLowerCase(Locale.ROOT)
              : "waiting";
      case LIMITED -> "limited";
      case UNDELIVERED -> "undelivered";
    };
  }

  /// @return null for what nobody sees on a phone
  private static @Nullable String what(Delivery delivery) {
    return switch (delivery) {
      case Delivery.SmsReply _, Delivery.Wrote _ -> "wrote";
      case Delivery.Clicked _ -> "clicked";
      case Delivery.Followed _ -> "followed";
      case Delivery.Blocked _ -> "blocked";
      case Delivery.Happened happened ->
          happened.events().stream().anyMatch(event -> event.name().equals("order_paid"))
              ? "bought"
              : null;
      case Delivery.SmsReport _,
          Delivery.ContactEdited _,
          Delivery.TagChanged _,
          Delivery.HandedAway _,
          Delivery.MemberChanged _,
          Delivery.TransferFailed _,
          Delivery.GroupChanged _,
          Delivery.SaidInGroup _ ->
          null;
    };
  }

  private static String said(Due due) {
    return switch (due.delivery()) {
      case Delivery.SmsReply reply -> reply.text();
      case Delivery.Wrote wrote -> wrote.text();
      case Delivery.Clicked clicked -> clicked.url();
      case Delivery.Followed followed -> followed.guide();
      case Delivery.Blocked blocked -> blocked.guide();
      case Delivery.Happened happened -> yuan(happened);
      case Delivery.SmsReport _,
          Delivery.ContactEdited _,
          Delivery.TagChanged _,
          Delivery.HandedAway _,
          Delivery.MemberChanged _,
          Delivery.TransferFailed _,
          Delivery.GroupChanged _,
          Delivery.SaidInGroup _ ->
          "";
    };
  }

  private static String yuan(Delivery.Happened happened) {
    long fen =
        happened.events().stream()
            .filter(event -> event.name().equals("order_paid"))
            .mapToLong((Event event) -> event.properties().whole("amountFen"))
            .sum();
    return "¥" + fen / 100 + "." + String.format(Locale.ROOT, "%02d", fen % 100);
  }

  private static String time(long ms) {
    return EventLines.rfc3339(Instant.ofEpochMilli(ms));
  }
}
