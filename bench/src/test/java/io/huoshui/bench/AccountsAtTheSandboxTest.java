package io.huoshui.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.platforms.account.Account;
import io.huoshui.platforms.account.Allowances;
import io.huoshui.platforms.account.CallLimits;
import io.huoshui.platforms.account.Clients;
import io.huoshui.platforms.account.Failure;
import io.huoshui.platforms.account.NotNow;
import io.huoshui.platforms.account.Platform;
import io.huoshui.platforms.sms.TencentSms;
import io.huoshui.platforms.wechat.MiniCodes;
import io.huoshui.platforms.wecom.WecomAcquisition.Answer;
import io.huoshui.reach.Channel.Envelope;
import io.huoshui.reach.Channel.Outcome;
import io.huoshui.sandbox.Sandbox;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.cp.api.WxCpService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What every client of an account keeps to, asked of WxJava's own calls against the platform as
/// the sandbox plays it.
class AccountsAtTheSandboxTest {
  private static final int THREADS = 64;
  private static final int PEOPLE = 640;

  @TempDir Path folder;
  private Path secrets;
  private Sandbox sandbox;

  @BeforeEach
  void start() throws Exception {
    secrets = folder.resolve("secrets");
    secret("s1");
    sandbox =
        Sandbox.start(
            List.of(
                "--data",
                folder.resolve("data").toString(),
                "--people",
                "0",
                "--secrets",
                secrets.toString()));
    var crowd = new StringBuilder();
    for (int person = 0; person < PEOPLE; person++) {
      crowd
          .append("{\"identifiers\":[{\"kind\":\"externalUserid\",\"scope\":\"ww1\",\"value\":\"")
          .append(customer(person))
          .append("\"}],\"ordersPer30Days\":0,\"averageBasketFen\":1}\n");
    }
    control("/sandbox/crowd", crowd.toString());
  }

  @AfterEach
  void stop() throws IOException {
    sandbox.close();
  }

  private void secret(String secret) throws IOException {
    Files.writeString(
        secrets,
        "{\"wecom\":{\"corpId\":\"ww1\",\"secret\":\""
            + secret
            + "\"},\"miniProgram\":{\"appId\":\"wx7\",\"secret\":\"s7\"},"
            + "\"sms\":{\"accessKeyId\":\"id1\",\"accessKeySecret\":\"key1\",\"sdkAppId\":\"1400000001\"}}");
  }

  private static String customer(int person) {
    return "wmCustomer" + (1_000 + person);
  }

  private void control(String path, String body) throws IOException, InterruptedException {
    assertThat(
            HttpClient.newHttpClient()
                .send(
                    HttpRequest.newBuilder(URI.create(sandbox.url() + path))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                    HttpResponse.BodyHandlers.ofString())
                .statusCode())
        .isEqualTo(200);
  }

  private JsonNode conduct() throws IOException, InterruptedException {
    return JsonMapper.shared()
        .readTree(
            HttpClient.newHttpClient()
                .send(
                    HttpRequest.newBuilder(URI.create(sandbox.url() + "/sandbox/limits")).build(),
                    HttpResponse.BodyHandlers.ofString())
                .body());
  }

  private Account.Wecom account(String name, String secret) {
    return new Account.Wecom(
        name, sandbox.url(), "ww1", secret, "", List.of(), Allowances.of(Platform.WECOM));
  }

  private static String tag(WxCpService wecom) throws WxErrorException {
    var tag = new me.chanjar.weixin.cp.bean.external.WxCpUserExternalTagGroupInfo.Tag();
    tag.setName("金卡");
    var group = new me.chanjar.weixin.cp.bean.external.WxCpUserExternalTagGroupInfo.TagGroup();
    group.setGroupName("会员");
    group.setTag(List.of(tag));
    var request = new me.chanjar.weixin.cp.bean.external.WxCpUserExternalTagGroupInfo();
    request.setTagGroup(group);
    return wecom
        .getExternalContactService()
        .addCorpTag(request)
        .getTagGroup()
        .getTag()
        .getFirst()
        .getId();
  }

  private static void mark(WxCpService wecom, int person, String tag) throws WxErrorException {
    var _ =
        wecom
            .getExternalContactService()
            .markTag("guide-0001", customer(person), new String[] {tag}, new String[0]);
  }

  /// WeCom 45033: five at once, however many want to. Two accounts of one corp share the five.
  @Test
  void sixtyFourThreadsBreakNoLimitAndLoseNoCall() throws Exception {
    Clients clients = Clients.inMemory();
    WxCpService one = clients.wecom(account("one", "s1"));
    WxCpService other = clients.wecom(account("other", "s1"));
    String tag = tag(one);
    control("/sandbox/faults", "{\"wecom\":{\"delayMs\":3,\"busyShare\":0.05}}");
    var work = new ArrayList<Callable<Boolean>>();
    for (int thread = 0; thread < THREADS; thread++) {
      int first = thread;
      work.add(
          () -> {
            for (int person = first; person < PEOPLE; person += THREADS) {
              mark(person % 2 == 0 ? one : other, person, tag);
            }
            return true;
          });
    }
    try (var threads = Executors.newFixedThreadPool(THREADS)) {
      for (Future<Boolean> each : threads.invokeAll(work)) {
        assertThat(each.get()).isTrue();
      }
    }
    JsonNode conduct = conduct();
    assertThat(conduct.path("violations").propertyNames()).isEmpty();
    assertThat(conduct.path("calls").path("wecom gettoken").asInt()).isEqualTo(1);
    assertThat(conduct.path("calls").path("wecom externalcontact/mark_tag").asInt())
        .isGreaterThanOrEqualTo(PEOPLE);
    assertThat(
            one.getExternalContactService()
                .getContactDetail(customer(639), null)
                .getFollowedUsers())
        .allSatisfy(user -> assertThat(user.getTags()).hasSize(1));
  }

  /// A secret is changed while calls run: none fails, and the former one's token is not used.
  @Test
  void aRotatedSecretIsUsedByTheNextCallOfTheSameClient() throws Exception {
    Clients clients = Clients.inMemory();
    WxCpService wecom = clients.wecom(account("corp", "s1"));
    String tag = tag(wecom);
    String former = wecom.getAccessToken();
    assertThat(clients.wecom(account("corp", "s2"))).isSameAs(wecom);
    assertThatThrownBy(wecom::getAccessToken)
        .isInstanceOfSatisfying(
            WxErrorException.class,
            e ->
                assertThat(Failure.of(Platform.WECOM, e))
                    .isInstanceOfSatisfying(
                        Failure.Answered.class,
                        answered ->
                            assertThat(answered.verdict().action().wire())
                                .isEqualTo("stopChannel")));
    var _ = clients.wecom(account("corp", "s1"));
    assertThat(wecom.getAccessToken()).isEqualTo(former);
    mark(wecom, 0, tag);
  }

  /// wecom-sdk #22, WxJava #1381: refused tokens are fetched once per call and never in a loop.
  @Test
  void aTokenThatIsRefusedForEverCostsTwoCalls() throws Exception {
    WxCpService wecom = Clients.inMemory().wecom(account("corp", "s1"));
    String tag = tag(wecom);
    for (String code : List.of("40014", "42001")) {
      control("/sandbox/faults", "{\"wecom\":{\"codes\":{\"" + code + "\":1}}}");
      int before = gotten();
      assertThatThrownBy(() -> mark(wecom, 0, tag)).hasMessageContaining(code);
      assertThat(gotten() - before).isZero();
      control("/sandbox/faults", "{\"wecom\":{\"codes\":{}}}");
      mark(wecom, 0, tag);
      assertThat(gotten() - before).isLessThanOrEqualTo(1);
    }
  }

  /// Tokens that the sandbox gave out; those it refused by order are not counted.
  private int gotten() throws Exception {
    return conduct().path("calls").path("wecom gettoken").asInt();
  }

  /// WeCom 45009: the API that was called too often rests, others go on.
  @Test
  void anApiThatIsBannedRestsAndOthersGoOn() throws Exception {
    Clients clients = Clients.inMemory();
    Account.Wecom account = account("corp", "s1");
    WxCpService wecom = clients.wecom(account);
    String tag = tag(wecom);
    control("/sandbox/faults", "{\"wecom\":{\"codes\":{\"45009\":1}}}");
    assertThatThrownBy(() -> mark(wecom, 0, tag)).hasMessageContaining("45009");
    control("/sandbox/faults", "{\"wecom\":{\"codes\":{}}}");
    assertThat(clients.limits(account).may("externalcontact/mark_tag"))
        .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
    assertThatThrownBy(() -> mark(wecom, 0, tag))
        .isInstanceOfSatisfying(
            NotNow.class, later -> assertThat(later.seconds()).isBetween(31, 60));
    assertThat(wecom.getExternalContactService().listFollowers()).isNotEmpty();
  }

  @Test
  void aMiniProgramGetsItsTokenThroughTheSameGate() throws Exception {
    var mini =
        Clients.inMemory()
            .miniProgram(
                new Account.MiniProgram(
                    "mini", sandbox.url(), "wx7", "s7", List.of(), Allowances.of(Platform.WECHAT)));
    assertThat(mini.getAccessToken()).isEqualTo(mini.getAccessToken()).isNotBlank();
    assertThat(conduct().path("calls").path("account token").asInt()).isEqualTo(1);
  }

  /// getUnlimitedQRCode: at most 32 characters, and no page that is an address.
  @Test
  void aMiniProgramCodeHasItsLimits() {
    var codes =
        new MiniCodes(
            Clients.inMemory()
                .miniProgram(
                    new Account.MiniProgram(
                        "mini",
                        sandbox.url(),
                        "wx7",
                        "s7",
                        List.of(),
                        Allowances.of(Platform.WECHAT))));
    String[][] table = {
      {"gift", "pages/gift/index", "release", "a picture"},
      {"gift", "", "trial", "a picture"},
      {"a".repeat(32), "", "release", "a picture"},
      {"a".repeat(33), "", "release", "40169"},
      {"gift box", "", "release", "40169"},
      {"gift", "/pages/gift", "release", "41030"},
      {"gift", "pages/gift?a=1", "release", "41030"},
      {"gift", "", "beta", "40097"},
    };
    for (String[] line : table) {
      assertThat(
              switch (codes.create(line[0], line[1], line[2])) {
                case Answer.Done<byte[]>(byte[] picture) ->
                    picture.length > 8 ? "a picture" : "nothing";
                case Answer.Failed<byte[]>(String code, String _, int _) -> code;
              })
          .as(String.join(" ", line))
          .isEqualTo(line[3]);
    }
  }

  // ---- Tencent SMS

  private TencentSms tencent(String key) {
    return new TencentSms(
        new Account.TencentSms("sms", sandbox.url(), "id1", key, "1400000001", "ap-guangzhou"),
        new CallLimits(Allowances.of(Platform.TENCENT_SMS)));
  }

  private static Envelope to(String phone, String text) {
    return new Envelope("t/" + phone, phone, text, "活水", "1110", List.of());
  }

  @Test
  void everyNumberOfATencentCallHasItsOwnAnswer() throws Exception {
    TencentSms sms = tencent("key1");
    List<Outcome> outcomes =
        sms.handOver(
            "b1",
            List.of(
                to("+8613900000001", "您好"),
                to("+8613900000002", "您好"),
                to("+441632960961", "您好"),
                to("+8613900000003", "另一条")));
    assertThat(outcomes.get(0)).isInstanceOf(Outcome.Accepted.class);
    assertThat(outcomes.get(1)).isInstanceOf(Outcome.Accepted.class);
    assertThat(outcomes.get(2))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused ->
                assertThat(refused.code()).isEqualTo("InvalidParameterValue.IncorrectPhoneNumber"));
    assertThat(outcomes.get(3)).isInstanceOf(Outcome.Accepted.class);
    assertThat(conduct().path("calls").path("tencentSms SendSms").asInt())
        .as("one for each text")
        .isEqualTo(2);
    assertThat(tencent("wrong").handOver("b2", List.of(to("+8613900000001", "您好"))).getFirst())
        .isInstanceOfSatisfying(
            Outcome.Later.class,
            later -> assertThat(later.code()).isEqualTo("AuthFailure.SignatureFailure"));
    // A lost answer is not sent again: whether it was taken is not known yet.
    control("/sandbox/faults", "{\"sms\":{\"timeoutShare\":1}}");
    assertThat(sms.handOver("b3", List.of(to("+8613900000004", "您好"))).getFirst())
        .isInstanceOf(Outcome.Unknown.class);
    control("/sandbox/faults", "{\"sms\":{\"timeoutShare\":0}}");
    assertThat(
            sms.reconcile("b3", List.of(to("+8613900000004", "您好")), java.time.Instant.now())
                .getFirst())
        .isInstanceOf(Outcome.Unknown.class);
  }
}
