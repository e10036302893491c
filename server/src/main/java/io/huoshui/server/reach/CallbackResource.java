package io.huoshui.server.reach;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Questions;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Intake;
import io.huoshui.platforms.sms.SmsCallbacks;
import io.huoshui.platforms.sms.TencentCallbacks;
import io.huoshui.platforms.wecom.WecomCallbacks;
import io.huoshui.reach.Touchpoint;
import io.huoshui.server.Settings;
import io.huoshui.server.access.Problem;
import io.huoshui.server.account.Accounts;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// What platforms tell us: receipts, replies, contacts. Answered when it is on disk, so a platform
/// that gets no answer sends it again, and the event's id keeps it from counting twice.
@RestController
@RequestMapping("/callbacks")
class CallbackResource {
  private static final Logger LOG = LoggerFactory.getLogger(CallbackResource.class);

  private final Engine engine;
  private final Settings settings;
  private final Accounts accounts;
  private final Channels.Ready ready;
  private final ApplicationEventPublisher changes;

  CallbackResource(
      Engine engine,
      Settings settings,
      Accounts accounts,
      Channels.Ready ready,
      ApplicationEventPublisher changes) {
    this.accounts = accounts;
    this.changes = changes;
    this.engine = engine;
    this.settings = settings;
    this.ready = ready;
  }

  record SmsAnswer(int code, String msg) {}

  @PostMapping("/sms/report")
  SmsAnswer smsReport(
      @RequestHeader(name = "X-Callback-Token", defaultValue = "") String token,
      @RequestBody byte[] body) {
    return sms(token, () -> SmsCallbacks.reports(body, engine.ask()::touchpointKey));
  }

  @PostMapping("/sms/reply")
  SmsAnswer smsReply(
      @RequestHeader(name = "X-Callback-Token", defaultValue = "") String token,
      @RequestBody byte[] body) {
    return sms(token, () -> SmsCallbacks.replies(body));
  }

  record TencentAnswer(int result, String errmsg) {}

  /// Tencent's callbacks carry no header of ours: the token stands in the address.
  @PostMapping("/sms/tencent/report")
  TencentAnswer tencentReport(
      @RequestParam(defaultValue = "") String token, @RequestBody byte[] body) {
    var _ = sms(token, () -> TencentCallbacks.reports(body, this::touchpointOf));
    return new TencentAnswer(0, "OK");
  }

  @PostMapping("/sms/tencent/reply")
  TencentAnswer tencentReply(
      @RequestParam(defaultValue = "") String token, @RequestBody byte[] body) {
    var _ = sms(token, () -> TencentCallbacks.reply(body));
    return new TencentAnswer(0, "OK");
  }

  /// The message to a phone that the vendor knows under this number.
  private @Nullable String touchpointOf(String phone, String platformId) {
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

  private SmsAnswer sms(String token, Supplier<List<Event>> events) {
    byte[] given = token.getBytes(StandardCharsets.UTF_8);
    if (accounts.smsCallbackTokens(settings.platforms().callbackToken()).stream()
        .noneMatch(
            wanted -> MessageDigest.isEqual(wanted.getBytes(StandardCharsets.UTF_8), given))) {
      throw Problem.of(HttpStatus.UNAUTHORIZED, "no_access", "The callback token is not ours.")
          .at(
              "X-Callback-Token",
              token.isEmpty() ? "nothing" : "another",
              "the callbackToken of the SMS account")
          .thrown();
    }
    List<Event> read;
    try {
      read = events.get();
    } catch (RuntimeException e) {
      throw Problem.of(
              HttpStatus.BAD_REQUEST,
              "malformed_callback",
              "The callback can not be read: " + e.getMessage())
          .thrown();
    }
    take(read);
    return new SmsAnswer(0, "成功");
  }

  @PostMapping(path = "/wecom", produces = MediaType.TEXT_PLAIN_VALUE)
  String wecom(
      @RequestParam(name = "msg_signature") String signature,
      @RequestParam String timestamp,
      @RequestParam String nonce,
      @RequestBody String body) {
    WecomCallbacks callbacks =
        ready
            .wecomCallbacks()
            .orElseThrow(
                () ->
                    Problem.of(HttpStatus.NOT_FOUND, "not_set_up", "WeCom is not set up here.")
                        .thrown());
    try {
      WecomCallbacks.Told told = callbacks.read(body, signature, timestamp, nonce);
      take(told.events());
      // Whoever follows tags looks at once, or throws: then the platform tells it again.
      told.changes().forEach(changes::publishEvent);
      return "success";
    } catch (WecomCallbacks.NotFromWecom e) {
      throw Problem.of(HttpStatus.UNAUTHORIZED, "bad_signature", String.valueOf(e.getMessage()))
          .thrown();
    }
  }

  /// What the intake would refuse is logged and left out: a platform would only send it again.
  private void take(List<Event> events) {
    var known = engine.catalogue();
    var now = engine.now();
    engine.take(
        events.stream()
            .filter(
                event -> {
                  Intake.Verdict.Rejected rejected = Intake.check(event, known, now);
                  if (rejected != null) {
                    LOG.warn(
                        "callback event refused id={} code={} field={}",
                        event.id(),
                        rejected.code(),
                        rejected.field());
                  }
                  return rejected == null;
                })
            .toList());
  }
}
