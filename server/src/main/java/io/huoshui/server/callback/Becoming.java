package io.huoshui.server.callback;

import io.huoshui.engine.Engine;
import io.huoshui.event.Event;
import io.huoshui.platforms.callback.CallbackAccount;
import io.huoshui.platforms.callback.Kinds;
import io.huoshui.platforms.callback.Message;
import io.huoshui.platforms.sms.SmsCallbacks;
import io.huoshui.platforms.wecom.WecomCallbacks.Change;
import io.huoshui.server.Settings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.stereotype.Component;

/// What a callback that was written down becomes. Asked again it says the same, with the same ids.
@Component("callbackBecoming")
class Becoming {
  static final String SMS = "sms";
  static final String REPORT = "SmsReport";
  static final String REPLY = "SmsUp";

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
      byte[] item = ("[" + letter.text() + "]").getBytes(StandardCharsets.UTF_8);
      return letter.kind().equals(REPORT)
          ? SmsCallbacks.reports(item, engine.ask()::touchpointKey)
          : SmsCallbacks.replies(item, engine.ask().gatePolicy().rules()::leaves);
    }
    return Kinds.shipped().events(account(arrival), message(arrival), arrival.eventId());
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
