package io.huoshui.platforms.callback;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.huoshui.platforms.callback.CallbackAccount.Platform;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What is not believed, and why.
class BadInputTest {
  private static final Instant NOW = Instant.parse("2026-07-01T04:00:00Z");
  private static final Duration WITHIN = Duration.ofMinutes(10);
  private static final String AES = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
  private static final String OLD_AES = "bbcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
  private static final CallbackKey KEY = new CallbackKey("token", AES, null);
  private static final CallbackKey OLD =
      new CallbackKey("before", OLD_AES, NOW.plus(Duration.ofHours(1)));
  private static final CallbackAccount CORP =
      new CallbackAccount("wecom", Platform.WECOM, "ww1", Set.of("1000002"), List.of(KEY, OLD));
  private static final CallbackAccount PLAIN =
      new CallbackAccount(
          "mp",
          Platform.OFFICIAL_ACCOUNT,
          "wx1",
          Set.of(),
          List.of(new CallbackKey("token", "", null)));
  private static final String INNER = "<xml><Event><![CDATA[click]]></Event></xml>";

  private static Envelope sealed(CallbackKey key, String receiver, String corp, String agent) {
    String encrypt = key.close(INNER, "0123456789abcdef", receiver);
    String timestamp = String.valueOf(NOW.getEpochSecond());
    return new Envelope(
        Map.of(
            "msg_signature",
            key.signature(timestamp, "n", encrypt),
            "timestamp",
            timestamp,
            "nonce",
            "n"),
        ("<xml><ToUserName><![CDATA["
                + corp
                + "]]></ToUserName><Encrypt><![CDATA["
                + encrypt
                + "]]></Encrypt><AgentID><![CDATA["
                + agent
                + "]]></AgentID></xml>")
            .getBytes(StandardCharsets.UTF_8));
  }

  private static Refusal refused(CallbackAccount account, Envelope envelope) {
    return assertThrows(
            Refusal.Refused.class, () -> envelope.open(account, NOW, WITHIN, Limits.USUAL))
        .refusal();
  }

  private static Envelope with(Envelope envelope, String name, String value) {
    return envelope.with(name, value);
  }

  @Test
  void aGoodOneOpens() {
    Envelope.Opened opened =
        sealed(KEY, "ww1", "ww1", "1000002").open(CORP, NOW, WITHIN, Limits.USUAL);
    assertThat(opened.plain()).isEqualTo(INNER);
  }

  @Test
  void aKeyThatWasReplacedCountsForItsGraceAndNoLonger() {
    Envelope old = sealed(OLD, "ww1", "ww1", "");
    assertThat(old.open(CORP, NOW, WITHIN, Limits.USUAL).plain()).isNotEmpty();
    assertThat(
            assertThrows(
                    Refusal.Refused.class,
                    () ->
                        old.open(CORP, NOW.plus(Duration.ofHours(1)), Duration.ZERO, Limits.USUAL))
                .refusal())
        .isEqualTo(Refusal.BAD_SIGNATURE);
  }

  @Test
  void wrongSignaturesCorpsAgentsAndTimes() {
    Envelope good = sealed(KEY, "ww1", "ww1", "1000002");
    assertThat(refused(CORP, with(good, "msg_signature", "0".repeat(40))))
        .isEqualTo(Refusal.BAD_SIGNATURE);
    assertThat(refused(CORP, with(good, "nonce", "m"))).isEqualTo(Refusal.BAD_SIGNATURE);
    assertThat(refused(CORP, with(good, "timestamp", ""))).isEqualTo(Refusal.MISSING_PARAMETER);
    assertThat(refused(CORP, sealed(KEY, "ww2", "ww1", "1000002"))).isEqualTo(Refusal.UNKNOWN_CORP);
    assertThat(refused(CORP, sealed(KEY, "ww1", "ww2", "1000002"))).isEqualTo(Refusal.UNKNOWN_CORP);
    assertThat(refused(CORP, sealed(KEY, "ww1", "ww1", "9"))).isEqualTo(Refusal.UNKNOWN_AGENT);
    for (Duration off : List.of(Duration.ofMinutes(11), Duration.ofMinutes(-11))) {
      assertThat(
              assertThrows(
                      Refusal.Refused.class,
                      () -> good.open(CORP, NOW.plus(off), WITHIN, Limits.USUAL))
                  .refusal())
          .isEqualTo(Refusal.STALE_TIMESTAMP);
    }
    var none = new CallbackAccount("x", Platform.WECOM, "ww1", Set.of(), List.of());
    assertThat(refused(none, good)).isEqualTo(Refusal.UNKNOWN_ACCOUNT);
  }

  @Test
  void inTheOpenOnlyWhereThereIsNoKeyForEncryption() {
    String timestamp = String.valueOf(NOW.getEpochSecond());
    var envelope =
        new Envelope(
            Map.of(
                "signature",
                KEY.signature(timestamp, "n"),
                "timestamp",
                timestamp,
                "nonce",
                "n",
                "echostr",
                "hello"),
            INNER.getBytes(StandardCharsets.UTF_8));
    assertThat(envelope.open(PLAIN, NOW, WITHIN, Limits.USUAL).inTheOpen()).isTrue();
    assertThat(envelope.verified(PLAIN, NOW, WITHIN)).isEqualTo("hello");
    var safe = new CallbackAccount("mp", Platform.MINI_PROGRAM, "wx1", Set.of(), List.of(KEY));
    assertThat(refused(safe, envelope)).isEqualTo(Refusal.NOT_ENCRYPTED);
    assertThat(refused(CORP, with(envelope, "msg_signature", "x")))
        .isEqualTo(Refusal.NOT_ENCRYPTED);
  }

  @Test
  void safeModeAlsoComesAsJson() {
    var safe = new CallbackAccount("ma", Platform.MINI_PROGRAM, "wx1", Set.of(), List.of(KEY));
    String inner = "{\"Event\":\"user_enter_tempsession\",\"FromUserName\":\"o1\"}";
    String encrypt = KEY.close(inner, "0123456789abcdef", "wx1");
    String timestamp = String.valueOf(NOW.getEpochSecond());
    var envelope =
        new Envelope(
            Map.of(
                "msg_signature",
                KEY.signature(timestamp, "n", encrypt),
                "timestamp",
                timestamp,
                "nonce",
                "n",
                "encrypt_type",
                "aes"),
            ("{\"ToUserName\":\"gh_1\",\"Encrypt\":\"" + encrypt + "\"}")
                .getBytes(StandardCharsets.UTF_8));
    String plain = envelope.open(safe, NOW, WITHIN, Limits.USUAL).plain();
    assertThat(Message.read(plain, Limits.USUAL).kind()).isEqualTo("user_enter_tempsession");
  }

  @Test
  void xmlThatIsNone() {
    String bomb =
        "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]>"
            + "<xml><Event>&b;</Event></xml>";
    for (String bad :
        List.of(
            bomb,
            "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><xml></xml>",
            "<xml><a>&b;</a></xml>",
            "<xml><a>&#xD800;</a></xml>",
            "<xml><a></b></xml>",
            "<xml><a>",
            "<xml><a b=\"c\"></a></xml>",
            "<xml></xml><xml></xml>",
            "<xml><![CDATA[</xml>",
            "<xml><?php x ?></xml>",
            "",
            "   ",
            "<a>".repeat(17) + "</a>".repeat(17),
            "<xml>" + "<a/>".repeat(4_096) + "</xml>",
            "{\"a\":",
            "{" + "\"a\":{".repeat(40) + "}".repeat(41))) {
      assertThatThrownBy(() -> Message.read(bad.getBytes(StandardCharsets.UTF_8), Limits.USUAL))
          .as(bad.substring(0, Math.min(60, bad.length())))
          .isInstanceOf(Refusal.Refused.class)
          .satisfies(e -> assertThat(((Refusal.Refused) e).refusal()).isEqualTo(Refusal.MALFORMED));
    }
    assertThatThrownBy(() -> Message.read(new byte[] {'<', (byte) 0xC3, '>'}, Limits.USUAL))
        .hasMessageContaining("UTF-8");
    assertThat(
            assertThrows(
                    Refusal.Refused.class,
                    () -> Message.read(new byte[(1 << 20) + 1], Limits.USUAL))
                .refusal())
        .isEqualTo(Refusal.TOO_LARGE);
  }

  @Test
  void xmlAsPlatformsWriteIt() {
    Message message =
        Message.read(
            ("\uFEFF<?xml version=\"1.0\"?><!-- c -->\n"
                 + "<xml>\n"
                 + " <A> <![CDATA[ x]]]]><![CDATA[>y ]]> </A><B> a &lt;&#20013;&#x6587;&amp;"
                 + " </B><C/><D><E>1</E><E>2</E></D></xml>\n")
                .getBytes(StandardCharsets.UTF_8),
            Limits.USUAL);
    assertThat(message.text("A")).isEqualTo(" x]]>y ");
    assertThat(message.text("B")).isEqualTo("a <中文&");
    assertThat(message.text("C")).isEmpty();
    assertThat(message.parts("D.E")).extracting(Part::text).containsExactly("1", "2");
    assertThat(message.names()).containsExactly("A", "B", "C", "D.E");
  }
}
