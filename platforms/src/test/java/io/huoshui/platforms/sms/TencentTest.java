package io.huoshui.platforms.sms;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.event.Event;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class TencentTest {
  /// The example of the vendor's page on signature v3, with the keys it is printed with.
  @Test
  void theVendorsExampleIsSignedAsItSays() {
    assertThat(
            new Tc3Signer(
                    "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE")
                .authorization(
                    "cvm",
                    "cvm.tencentcloudapi.com",
                    "{\"Limit\": 1, \"Filters\": [{\"Values\": [\"\\u672a\\u547d\\u540d\"],"
                        + " \"Name\": \"instance-name\"}]}",
                    Instant.ofEpochSecond(1_551_113_065)))
        .isEqualTo(
            "TC3-HMAC-SHA256"
                + " Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request,"
                + " SignedHeaders=content-type;host,"
                + " Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void receiptsAndRepliesBecomeEvents() {
    List<Event> reports =
        TencentCallbacks.reports(
            utf8(
                """
                [{"user_receive_time":"2026-07-01 20:00:05","nationcode":"86","mobile":"13900000001",
                  "report_status":"SUCCESS","errmsg":"DELIVRD","description":"","sid":"s1"},
                 {"user_receive_time":"2026-07-01 20:00:06","nationcode":"86","mobile":"13900000002",
                  "report_status":"FAIL","errmsg":"MK:0001","description":"","sid":"s2"},
                 {"user_receive_time":"2026-07-01 20:00:06","nationcode":"86","mobile":"13900000003",
                  "report_status":"FAIL","errmsg":"MK:0001","description":"","sid":"of another"}]
                """),
            (phone, sid) -> sid.startsWith("s") ? phone + "/" + sid : null);
    assertThat(reports)
        .extracting(Event::name)
        .containsExactly("message_delivered", "message_failed");
    assertThat(reports.getFirst().time()).isEqualTo(Instant.parse("2026-07-01T12:00:05Z"));
    assertThat(reports.getFirst().id()).isEqualTo("sms-report/+8613900000001/s1");

    byte[] leave =
        utf8(
            """
            {"extend":"","mobile":"13900000001","nationcode":"86","sign":"活水","text":" td ",
             "time":1782907205}
            """);
    assertThat(TencentCallbacks.reply(leave))
        .extracting(Event::name)
        .containsExactly("message_replied", "consent_withdrawn");
    assertThat(TencentCallbacks.reply(leave)).isEqualTo(TencentCallbacks.reply(leave));
  }
}
