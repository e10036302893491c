package io.huoshui.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.sandbox.brand.Brand;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SmsOverHttpTest {
  private static final int PEOPLE = 5000;
  private static final Brand BRAND =
      new Brand(new Brand.Settings(42, PEOPLE, Options.DEFAULT_START, "ww1"));

  @TempDir Path dir;
  private FakeHuoshui server;
  private Sandbox sandbox;
  private Platforms client;

  @BeforeEach
  void start() throws IOException {
    server = new FakeHuoshui();
    sandbox =
        Sandbox.start(
            List.of(
                "--data", dir.resolve("data").toString(),
                "--people", "" + PEOPLE,
                "--server", server.url(),
                "--secrets", Platforms.secrets(dir).toString()));
    client = new Platforms(sandbox.url());
  }

  @AfterEach
  void stop() throws IOException {
    sandbox.close();
    server.close();
  }

  private static String phone(long person) {
    return BRAND.phone(person & ~1L);
  }

  @Test
  void aMessageIsTakenReportedAndFoundAgain() throws Exception {
    JsonNode sent = client.send(phone(0), "您好", "out-1");
    assertThat(sent.path("Code").stringValue()).isEqualTo("OK");
    assertThat(sent.path("BizId").stringValue()).endsWith("^0");
    var query =
        Map.of(
            "PhoneNumber",
            phone(0).substring(3),
            "SendDate",
            "20260701",
            "PageSize",
            "10",
            "CurrentPage",
            "1");
    JsonNode waiting = detail(client.sms("QuerySendDetails", query));
    assertThat(waiting.path("SendStatus").asInt()).isEqualTo(1);
    assertThat(waiting.path("OutId").stringValue()).isEqualTo("out-1");
    assertThat(waiting.path("Content").stringValue()).isEqualTo("【活水】您好");

    JsonNode step = client.clock("2026-07-01T01:00:00+08:00");
    assertThat(step.path("delivered").path("smsReports").asInt()).isEqualTo(1);
    JsonNode report = server.reports.getFirst();
    assertThat(report.propertyNames())
        .containsExactly(
            "phone_number",
            "send_time",
            "report_time",
            "success",
            "err_code",
            "err_msg",
            "sms_size",
            "biz_id",
            "out_id");
    assertThat(report.path("phone_number").stringValue()).isEqualTo(phone(0).substring(3));
    assertThat(report.path("send_time").stringValue()).isEqualTo("2026-07-01 00:00:00");
    assertThat(report.path("biz_id")).isEqualTo(sent.path("BizId"));
    assertThat(report.path("out_id").stringValue()).isEqualTo("out-1");
    assertThat(detail(client.sms("QuerySendDetails", query)).path("SendStatus").asInt())
        .isEqualTo(report.path("success").booleanValue() ? 3 : 2);
  }

  private static JsonNode detail(JsonNode answer) {
    assertThat(answer.path("TotalCount").asInt()).isEqualTo(1);
    return answer.path("SmsSendDetailDTOs").path("SmsSendDetailDTO").get(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        // given                                        | then
        "PhoneNumbers  | 12345                           | isv.MOBILE_NUMBER_ILLEGAL",
        "PhoneNumbers  | +15551234567                    | isv.MOBILE_NUMBER_ILLEGAL",
        "PhoneNumbers  | -                               | isv.MOBILE_NUMBER_ILLEGAL",
        "SignName      | -                               | isv.SMS_SIGNATURE_ILLEGAL",
        "TemplateCode  | -                               | isv.SMS_TEMPLATE_ILLEGAL",
        "TemplateParam | -                               | isv.TEMPLATE_MISSING_PARAMETERS",
        "TemplateParam | {\"name\":\"x\"}                | isv.TEMPLATE_MISSING_PARAMETERS",
        "TemplateParam | {oops                           | isv.INVALID_JSON_PARAM",
        "TemplateParam | [1]                             | isv.INVALID_JSON_PARAM",
      })
  void refusalsEachHaveTheirCode(String parameter, String value, String code) throws Exception {
    var parameters =
        new HashMap<String, String>(
            Map.of(
                "PhoneNumbers", phone(0),
                "SignName", "活水",
                "TemplateCode", "SMS_1",
                "TemplateParam", "{\"text\":\"x\"}"));
    if (value == null) {
      parameters.remove(parameter);
    } else {
      parameters.put(parameter, value);
    }
    assertThat(client.sms("SendSms", parameters).path("Code").stringValue()).isEqualTo(code);
    assertThat(client.get("/health").path("messages").asInt()).isZero();
  }

  @Test
  void callsThatAreNotOursAreRefused() throws Exception {
    var parameters = Map.of("PhoneNumbers", phone(0));
    assertThat(client.smsRaw("SendSms", parameters, "wrong", "a").statusCode()).isEqualTo(400);
    assertThat(client.smsRaw("SendSms", parameters, "wrong", "b").body())
        .contains("SignatureDoesNotMatch");
    assertThat(client.post("/", "").path("Code").stringValue()).isEqualTo("MissingAuthorization");
    assertThat(client.smsRaw("Nothing", parameters, "secret1", "c").body())
        .contains("InvalidAction.NotFound");
    assertThat(client.smsRaw("Nothing", parameters, "secret1", "c").body())
        .contains("SignatureNonceUsed");
  }

  @Test
  void aNumberGetsTwoAMinuteAndTenADay() throws Exception {
    String phone = phone(4);
    for (int i = 0; i < 2; i++) {
      assertThat(client.send(phone, "x" + i, "").path("Code").stringValue()).isEqualTo("OK");
    }
    assertThat(client.send(phone, "x2", "").path("Code").stringValue())
        .isEqualTo("isv.BUSINESS_LIMIT_CONTROL");
    // Among others the call is taken, and the receipt says it.
    assertThat(client.send(phone + "," + phone(6), "x3", "both").path("Code").stringValue())
        .isEqualTo("OK");
    for (int minute = 1; minute <= 4; minute++) {
      client.clock("2026-07-01T00:0" + minute + ":00+08:00");
      for (int i = 0; i < 2; i++) {
        assertThat(client.send(phone, minute + "y" + i, "").path("Code").stringValue())
            .isEqualTo("OK");
      }
    }
    client.clock("2026-07-01T08:00:00+08:00");
    assertThat(client.send(phone, "z", "").path("Message").stringValue()).contains("天");
    assertThat(server.reports)
        .anySatisfy(
            report -> {
              assertThat(report.path("out_id").stringValue()).isEqualTo("both");
              assertThat(report.path("err_code").stringValue())
                  .isEqualTo("isv.BUSINESS_LIMIT_CONTROL");
              assertThat(report.path("success").booleanValue()).isFalse();
            });
    client.clock("2026-07-02T01:00:00+08:00");
    assertThat(client.send(phone, "z", "").path("Code").stringValue()).isEqualTo("OK");
  }

  @Test
  void batchesHaveATextPerPhone() throws Exception {
    var phones = JsonMapper.shared().createArrayNode().add(phone(0)).add(phone(2));
    var signs = JsonMapper.shared().createArrayNode().add("活水").add("活水");
    var texts = JsonMapper.shared().createArrayNode();
    texts.addObject().put("text", "甲");
    texts.addObject().put("text", "乙");
    var parameters =
        new HashMap<String, String>(
            Map.of(
                "PhoneNumberJson", phones.toString(),
                "SignNameJson", signs.toString(),
                "TemplateCode", "SMS_1",
                "TemplateParamJson", texts.toString(),
                "OutId", "batch-1"));
    assertThat(client.sms("SendBatchSms", parameters).path("Code").stringValue()).isEqualTo("OK");
    String second = client.get("/sandbox/messages?address=" + phone(2)).toString();
    assertThat(second).contains("乙").doesNotContain("甲");

    texts.remove(1);
    parameters.put("TemplateParamJson", texts.toString());
    assertThat(client.sms("SendBatchSms", parameters).path("Code").stringValue())
        .isEqualTo("isv.INVALID_PARAMETERS");
    var many = JsonMapper.shared().createArrayNode();
    IntStream.rangeClosed(0, 100).forEach(i -> many.add(phone(2L * i)));
    parameters.put("PhoneNumberJson", many.toString());
    assertThat(client.sms("SendBatchSms", parameters).path("Code").stringValue())
        .isEqualTo("isv.MOBILE_COUNT_OVER_LIMIT");
  }

  @Test
  void thousandsAreReportedAHundredAtATime() throws Exception {
    String thousand =
        String.join(",", IntStream.range(0, 1000).mapToObj(i -> phone(2L * i)).toList());
    assertThat(client.send(thousand, "新品上市", "k").path("Code").stringValue()).isEqualTo("OK");
    assertThat(client.send(thousand + "," + phone(4000), "x", "k").path("Code").stringValue())
        .isEqualTo("isv.MOBILE_COUNT_OVER_LIMIT");
    client.clock("2026-07-01T02:00:00+08:00");
    assertThat(server.reports).hasSize(1000);
    long delivered =
        server.reports.stream().filter(report -> report.path("success").booleanValue()).count();
    assertThat(delivered).isBetween(920L, 985L);
  }

  @Test
  void sendingTwiceUnderOneKeyIsSeen() throws Exception {
    client.send(phone(0), "same", "k1");
    assertThat(client.get("/sandbox/messages/duplicates").path("duplicates")).isEmpty();
    client.send(phone(2), "same", "k1");
    client.send(phone(0), "same", "k2");
    assertThat(client.get("/sandbox/messages/duplicates").path("duplicates")).isEmpty();
    client.clock("2026-07-01T02:00:00+08:00");
    client.send(phone(0), "same", "k1");
    JsonNode duplicates = client.get("/sandbox/messages/duplicates").path("duplicates");
    assertThat(duplicates).hasSize(1);
    assertThat(duplicates.get(0).path("times").asInt()).isEqualTo(2);
    assertThat(duplicates.get(0).path("address").stringValue()).isEqualTo(phone(0));
  }

  @ParameterizedTest
  @CsvSource({"SendDate, 2026-07-01", "PageSize, 51", "PageSize, x", "CurrentPage, 0"})
  void questionsAreChecked(String parameter, String value) throws Exception {
    var parameters =
        new HashMap<String, String>(
            Map.of(
                "PhoneNumber",
                phone(0),
                "SendDate",
                "20260701",
                "PageSize",
                "50",
                "CurrentPage",
                "1"));
    parameters.put(parameter, value);
    assertThat(client.sms("QuerySendDetails", parameters).path("Code").stringValue())
        .isEqualTo("isv.INVALID_PARAMETERS");
  }

  @Test
  void busyAndLost() throws Exception {
    client.post("/sandbox/faults", "{\"sms\":{\"busyShare\":1}}");
    assertThat(client.send(phone(0), "x", "k").path("Code").stringValue())
        .isEqualTo("Throttling.User");
    client.post("/sandbox/faults", "{\"sms\":{\"busyShare\":0.5}}");
    int taken = 0;
    for (int i = 0; i < 40; i++) {
      taken += client.send(phone(2L * i), "x", "k").path("Code").stringValue().equals("OK") ? 1 : 0;
    }
    assertThat(taken).isBetween(8, 32);
  }
}
