package io.huoshui.server.callback;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Questions;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.platforms.callback.CallbackAccount;
import io.huoshui.platforms.callback.Kinds;
import io.huoshui.platforms.callback.Message;
import io.huoshui.platforms.sms.SmsCallbacks;
import io.huoshui.platforms.sms.TencentCallbacks;
import io.huoshui.platforms.wecom.WecomCallbacks.Change;
import io.huoshui.reach.Touchpoint;
import io.huoshui.server.Settings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// What a callback that was written down becomes. Asked again it says the same, with the same ids.
@Component("callbackBecoming")
class Becoming {
  static final String SMS = "sms";
  static final String REPORT = "SmsReport";
  static final String REPLY = "SmsUp";
  static final String TENCENT_REPORT = "TencentReport";
  static final String TENCENT_REPLY = "TencentReply";

  private final Engine engine;
  private final CallbackAccounts accounts;
  private final Settings settings;

  Becoming(Engine engine, CallbackAccounts accounts, Settings settings) {
    this.engine = engine;
    this.accounts = accounts;
    this.settings = settings;
  }

  private CallbackAccount account(Arrival arrival) {
    Arrival.Letter letter = arrival.letter();
    return accounts
        .named(letter.platform(), letter.account())
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "account " + letter.account() + " is not set up any more"));
  }

  private Message message(Arrival arrival) {
    Message read = arrival.message();
    return read != null
        ? read
        : Message.read(arrival.letter().text(), settings.platforms().callbacks().limits());
  }

  /// @throws IllegalArgumentException, Refusal.Refused when it can not be what it has to be
  List<Event> events(Arrival arrival) {
    Arrival.Letter letter = arrival.letter();
    if (letter.platform().equals(SMS)) {
      byte[] one = letter.text().getBytes(StandardCharsets.UTF_8);
      byte[] list = ("[" + letter.text() + "]").getBytes(StandardCharsets.UTF_8);
      Predicate<String> leaves = engine.ask().gatePolicy().rules()::leaves;
      return switch (letter.kind()) {
        case REPORT -> SmsCallbacks.reports(list, engine.ask()::touchpointKey);
        case TENCENT_REPORT -> TencentCallbacks.reports(list, this::touchpoint);
        case TENCENT_REPLY -> TencentCallbacks.reply(one, leaves);
        default -> SmsCallbacks.replies(list, leaves);
      };
    }
    return Kinds.shipped().events(account(arrival), message(arrival), arrival.eventId());
  }

  /// The message to a phone that the vendor knows under this number.
  private @Nullable String touchpoint(String phone, String platformId) {
    int node = engine.ask().find(Identifier.of(IdentifierKind.PHONE, phone));
    Questions.Profile profile = node < 0 ? null : engine.ask().profile(node);
    return profile == null
        ? null
        : profile.touchpoints().stream()
            .filter(touchpoint -> touchpoint.delivery().platformId().equals(platformId))
            .map(Touchpoint::key)
            .findFirst()
            .orElse(null);
  }

  boolean known(Arrival arrival) {
    return arrival.letter().platform().equals(SMS)
        || Kinds.shipped().knows(account(arrival).platform(), message(arrival));
  }

  /// Who else is told of it.
  List<Change> changes(Arrival arrival) {
    return arrival.letter().platform().equals("wecom")
        ? Kinds.shipped().changes(account(arrival), message(arrival))
        : List.of();
  }

  /// Whose messages have to be pulled, and with what.
  ///
  /// @param token good for ten minutes; makes the pull count less (path/94670)
  record Pull(CallbackAccount account, String openKfid, String token) {}

  Pull pull(Arrival arrival) {
    Message message = message(arrival);
    return new Pull(account(arrival), message.text("OpenKfId"), message.text("Token"));
  }

  /// Whether that has to be done.
  static boolean pulls(Arrival arrival) {
    return arrival.letter().kind().equals("kf_msg_or_event");
  }
}
