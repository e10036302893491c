package io.huoshui.platforms.callback;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One HTTP call of a platform, not yet believed.
///
/// | platform | signature | over |
/// |---|---|---|
/// | WeCom | `msg_signature` | token, timestamp, nonce, what is encrypted |
/// | official account, mini-program, safe mode | `msg_signature` | the same |
/// | the same in the open | `signature` | token, timestamp, nonce: **not the body** |
public final class Envelope {
  private final Map<String, String> query;
  private final byte[] body;

  /// @param query the parameters of the address, decoded
  public Envelope(Map<String, String> query, byte[] body) {
    this.query = Map.copyOf(query);
    this.body = body;
  }

  /// What was in it.
  ///
  /// @param plain the message as it was written, decrypted
  /// @param inTheOpen whether the signature says nothing about the body, so that the nonce has to
  ///   be remembered with it
  public record Opened(String plain, boolean inTheOpen) {}

  /// The same with another parameter.
  Envelope with(String name, String value) {
    var other = new HashMap<>(query);
    other.put(name, value);
    return new Envelope(other, body);
  }

  private String parameter(String name) {
    return query.getOrDefault(name, "");
  }

  /// What tells this call from others, for [Opened#inTheOpen].
  public String nonce() {
    return parameter("timestamp") + "/" + parameter("nonce") + "/" + parameter("signature");
  }

  private String needed(String name) {
    String value = parameter(name);
    if (value.isEmpty()) {
      throw Refusal.MISSING_PARAMETER.because("The address has no " + name);
    }
    return value;
  }

  /// Answers the question whether this address is ours (`echostr`).
  ///
  /// @param within how far the timestamp may be from now; zero when that is not looked at
  /// @return what to answer
  public String verified(CallbackAccount account, Instant now, Duration within) {
    String echo = needed("echostr");
    String timestamp = needed("timestamp");
    String nonce = needed("nonce");
    String signature = parameter("msg_signature");
    if (signature.isEmpty() && account.platform() != CallbackAccount.Platform.WECOM) {
      var _ = signer(account, now, needed("signature"), timestamp, nonce);
      fresh(timestamp, now, within);
      return echo;
    }
    CallbackKey key = signer(account, now, needed("msg_signature"), timestamp, nonce, echo);
    fresh(timestamp, now, within);
    CallbackKey.Opened opened = key.open(echo);
    meantFor(account, opened);
    return opened.message();
  }

  /// @param now the present of whoever asks
  /// @param within how far the timestamp may be from now; zero when that is not looked at
  /// @throws Refusal.Refused with the reason
  public Opened open(CallbackAccount account, Instant now, Duration within, Limits limits) {
    if (body.length > limits.bytes()) {
      throw Refusal.TOO_LARGE.because(
          "The body has more than " + limits.bytes() + " bytes, which is the limit");
    }
    String timestamp = needed("timestamp");
    String nonce = needed("nonce");
    boolean wecom = account.platform() == CallbackAccount.Platform.WECOM;
    if (!wecom && !parameter("encrypt_type").equals("aes")) {
      CallbackKey key = signer(account, now, needed("signature"), timestamp, nonce);
      if (key.encrypts()) {
        throw Refusal.NOT_ENCRYPTED.because(
            "The account is in safe mode, and this came in the open");
      }
      fresh(timestamp, now, within);
      return new Opened(new String(body, StandardCharsets.UTF_8), true);
    }
    // Signed is what is encrypted, so that has to be found before anything is believed.
    String signature = needed("msg_signature");
    Message outer = Message.read(body, limits);
    String encrypt = outer.text("Encrypt");
    if (encrypt.isEmpty()) {
      throw Refusal.NOT_ENCRYPTED.because("There is no Encrypt in the body");
    }
    CallbackKey key = signer(account, now, signature, timestamp, nonce, encrypt);
    fresh(timestamp, now, within);
    if (wecom) {
      String corp = outer.text("ToUserName");
      if (!corp.isEmpty() && !corp.equals(account.receiver())) {
        throw Refusal.UNKNOWN_CORP.because("It is addressed to another corp");
      }
      String agent = outer.text("AgentID");
      if (!agent.isEmpty() && !account.agents().isEmpty() && !account.agents().contains(agent)) {
        throw Refusal.UNKNOWN_AGENT.because("Agent " + agent + " does not call back here");
      }
    }
    CallbackKey.Opened opened = key.open(encrypt);
    meantFor(account, opened);
    return new Opened(opened.message(), false);
  }

  private static CallbackKey signer(
      CallbackAccount account, Instant now, String signature, String... parts) {
    List<CallbackKey> keys = account.keys(now);
    if (keys.isEmpty()) {
      throw Refusal.UNKNOWN_ACCOUNT.because("No token is in force for this account");
    }
    for (CallbackKey key : keys) {
      if (key.signed(signature, parts)) {
        return key;
      }
    }
    throw Refusal.BAD_SIGNATURE.because("It is not signed with a token of this account");
  }

  private static void meantFor(CallbackAccount account, CallbackKey.Opened opened) {
    if (!opened.receiver().equals(account.receiver())) {
      throw Refusal.UNKNOWN_CORP.because("What is encrypted is meant for another corp or app");
    }
  }

  private static void fresh(String timestamp, Instant now, Duration within) {
    if (within.isZero()) {
      return;
    }
    long seconds;
    try {
      seconds = Long.parseLong(timestamp);
    } catch (NumberFormatException e) {
      throw Refusal.STALE_TIMESTAMP.because("The timestamp is no number of seconds");
    }
    // Both are numbers anybody may choose, so no difference of them is taken that could overflow.
    long earliest = now.minus(within).getEpochSecond();
    long latest = now.plus(within).getEpochSecond();
    if (seconds < earliest || seconds > latest) {
      throw Refusal.STALE_TIMESTAMP.because(
          "The timestamp is more than " + within.toSeconds() + " s from now");
    }
  }
}
