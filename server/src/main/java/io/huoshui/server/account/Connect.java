package io.huoshui.server.account;

import io.huoshui.engine.Engine;
import io.huoshui.platforms.account.About;
import io.huoshui.platforms.account.Account;
import io.huoshui.platforms.account.Failure;
import io.huoshui.platforms.account.Platform;
import io.huoshui.platforms.account.Probe;
import io.huoshui.platforms.account.Verdict;
import io.huoshui.platforms.call.OutboundBot;
import io.huoshui.platforms.sms.AliyunSms;
import io.huoshui.platforms.sms.Approved;
import io.huoshui.platforms.sms.TencentSms;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Template;
import io.huoshui.server.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// The connect check: tries what an account is for, in the order in which things go wrong, and says
/// of each what is missing and what to do next. It changes nothing at the platform.
@Component
class Connect {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /// Platforms refuse calls that were signed so far from their own time.
  private static final Duration SKEW = Duration.ofMinutes(1);

  private final Accounts accounts;
  private final Engine engine;
  private final Settings settings;
  private final HttpClient http =
      HttpClient.newBuilder().connectTimeout(PATIENCE).version(HttpClient.Version.HTTP_1_1).build();

  Connect(Accounts accounts, Engine engine, Settings settings) {
    this.accounts = accounts;
    this.engine = engine;
    this.settings = settings;
  }

  /// @param id `address`, `clock`, `token`, `ip`, `permission`, `scope`, `callback`, `signature`,
  ///   `template`, `instance`, `scene`, `numbers`, `quota`, `serving`
  /// @param state `passed`, `failed`, `skipped`
  /// @param nextZh what to do; null when nothing is to be done
  record Step(
      String id,
      String state,
      String zh,
      String en,
      @Nullable String nextZh,
      @Nullable String nextEn) {}

  /// @param passed whether nothing failed
  record Report(String account, String kind, boolean passed, Instant at, List<Step> steps) {}

  private static final class Steps {
    private final List<Step> all = new ArrayList<>();

    void passed(String id, String zh, String en) {
      all.add(new Step(id, "passed", zh, en, null, null));
    }

    void skipped(String id, String zh, String en) {
      all.add(new Step(id, "skipped", zh, en, null, null));
    }

    void failed(String id, String zh, String en, String nextZh, String nextEn) {
      all.add(new Step(id, "failed", zh, en, nextZh, nextEn));
    }

    /// What can not be tried because an earlier step failed.
    void rest(String... ids) {
      for (String id : ids) {
        skipped(id, "前一步未通过，没有检查", "not tried, because an earlier step failed");
      }
    }
  }

  Report check(Accounts.Entry entry) {
    var steps = new Steps();
    Account account = entry.account();
    switch (account) {
      case null ->
          steps.failed(
              "token",
              "凭证是用另一把密钥加密的，无法解开",
              "The credentials were sealed with another key and can not be opened",
              "重新录入该账号的全部凭证（轮换）",
              "Enter all credentials of this account again (rotate)");
      case Account.Wecom wecom -> wecom(wecom, steps);
      case Account.OfficialAccount official -> official(official, steps);
      case Account.MiniProgram mini -> mini(mini, steps);
      case Account.AliyunSms aliyun -> aliyun(aliyun, steps);
      case Account.TencentSms tencent -> tencent(tencent, steps);
      case Account.AliyunCall call -> call(call, steps);
    }
    if (account != null) {
      serving(entry, steps);
    }
    return new Report(
        entry.name(),
        entry.kind().wire(),
        steps.all.stream().noneMatch(step -> step.state().equals("failed")),
        Instant.now(),
        List.copyOf(steps.all));
  }

  // ---- what every platform has

  private static String address(Account account) {
    if (!account.url().isEmpty()) {
      return account.url();
    }
    return switch (account.platform()) {
      case WECOM -> "https://qyapi.weixin.qq.com";
      case WECHAT -> "https://api.weixin.qq.com";
      case ALIYUN_SMS -> "https://dysmsapi.aliyuncs.com";
      case TENCENT_SMS -> "https://sms.tencentcloudapi.com";
      case ALIYUN_CALL -> OutboundBot.ADDRESS;
    };
  }

  /// @return whether it is reached
  private boolean reached(Account account, Steps steps) {
    String address = address(account);
    try {
      HttpResponse<Void> response =
          http.send(
              HttpRequest.newBuilder(URI.create(address + "/")).timeout(PATIENCE).build(),
              HttpResponse.BodyHandlers.discarding());
      steps.passed("address", "可以连通 " + address, address + " is reached");
      clock(response.headers().firstValue("Date"), steps);
      return true;
    } catch (IOException | IllegalArgumentException e) {
      steps.failed(
          "address",
          "连不上 " + address,
          address + " is not reached: " + e.getClass().getSimpleName(),
          "检查服务器的出网、DNS 和防火墙，或账号里填写的地址",
          "Check this server's way out, DNS and firewall, or the address of the account");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      steps.rest("address");
    }
    return false;
  }

  private static void clock(Optional<String> date, Steps steps) {
    if (date.isEmpty()) {
      steps.skipped("clock", "对方没有给出时间", "The platform does not tell its time");
      return;
    }
    try {
      Duration off =
          Duration.between(
              ZonedDateTime.parse(date.get(), DateTimeFormatter.RFC_1123_DATE_TIME).toInstant(),
              Instant.now());
      if (off.abs().compareTo(SKEW) <= 0) {
        steps.passed("clock", "服务器时间准确", "This server's clock is right");
      } else {
        steps.failed(
            "clock",
            "服务器时间偏差 " + off.toSeconds() + " 秒",
            "This server's clock is off by " + off.toSeconds() + " s",
            "开启 NTP 对时；偏差过大时签名会被拒绝",
            "Turn NTP on; calls signed at a wrong time are refused");
      }
    } catch (DateTimeParseException e) {
      steps.skipped("clock", "对方给出的时间无法识别", "The platform's time can not be read");
    }
  }

  private static void refused(String id, Failure failure, Steps steps) {
    String why =
        switch (failure) {
          case Failure.Answered(Verdict verdict, String said, int _) ->
              verdict.code() + " " + verdict.zh() + " (" + said + ")";
          case Failure.Unreachable(String said) -> "连不上：" + said;
          case Failure.Lost(String said) -> "没有回应：" + said;
        };
    String en =
        switch (failure) {
          case Failure.Answered(Verdict verdict, String _, int _) ->
              verdict.code() + ": " + verdict.en();
          case Failure.Unreachable(String said) -> said;
          case Failure.Lost(String said) -> "No answer: " + said;
        };
    String code = failure instanceof Failure.Answered answered ? answered.code() : "";
    switch (code) {
      case "60020", "40164" ->
          steps.failed(
              "ip",
              why,
              en,
              "把本服务器的出口 IP 加到平台后台的可信 IP / IP 白名单",
              "Add this server's outgoing IP to the platform's list of trusted IPs");
      case "48001", "48002", "48004", "61007", "301002" ->
          steps.failed(
              "permission",
              why,
              en,
              "在平台后台给该应用开通接口权限（企业微信：客户联系 → 可调用接口的应用）",
              "Grant the app this API in the platform's console (WeCom: customer contact → apps"
                  + " that may call)");
      case "84074" ->
          steps.failed(
              "scope",
              why,
              en,
              "在企业微信后台 客户联系 → 权限配置 中选择使用范围",
              "Choose the members who may use customer contact in WeCom's console");
      case "45009", "45033" ->
          steps.failed(
              "quota",
              why,
              en,
              "等待封禁结束；检查是否有别的系统也在用同一企业的接口",
              "Wait for the ban to end; look whether another system calls for the same account");
      default ->
          steps.failed(
              id,
              why,
              en,
              "核对账号的 ID 和密钥；密钥重置过的话请在此轮换",
              "Compare id and secret with the platform's console; rotate here if it was reset");
    }
  }

  private void quota(Account account, List<String> apis, Steps steps) {
    var closed = new ArrayList<String>();
    for (String api : apis) {
      Duration wait = accounts.clients().limits(account).may(api);
      if (wait.toSeconds() > 1) {
        closed.add(api + " " + wait.toSeconds() + " s");
      }
    }
    if (closed.isEmpty()) {
      steps.passed("quota", "没有接口处于频率限制中", "No API has to wait for its quota");
    } else {
      steps.failed(
          "quota",
          "接口在等待频率限制：" + String.join("，", closed),
          "APIs wait for their quota: " + String.join(", ", closed),
          "等待即可；经常如此请降低频率或申请更高额度",
          "They go on by themselves; if it happens often, ask the platform for more");
    }
  }

  private void callback(Account account, String path, boolean set, Steps steps) {
    String url = settings.linkBase() + path;
    if (!set) {
      steps.failed(
          "callback",
          "没有设置回调的 Token 和 EncodingAESKey",
          "Token and EncodingAESKey of the callback are not set",
          "在平台后台填写回调地址 " + url + "，把 Token 和 EncodingAESKey 录入该账号",
          "Enter " + url + " in the platform's console and its Token and EncodingAESKey here");
    } else if (loopback(url) && !loopback(address(account))) {
      steps.failed(
          "callback",
          "平台访问不到回调地址 " + url,
          "The platform can not reach " + url,
          "用 --link-base 设置公网地址后重启，并在平台后台填写 <地址>" + path,
          "Start with --link-base and a public address; enter <address>" + path + " there");
    } else {
      steps.passed(
          "callback",
          "Token 和 EncodingAESKey 已设置；平台后台应填写 " + url,
          "Token and EncodingAESKey are set; the platform's console has to name " + url);
    }
  }

  private static boolean loopback(String url) {
    String host = String.valueOf(URI.create(url).getHost());
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
  }

  private void serving(Accounts.Entry entry, Steps steps) {
    boolean first = accounts.first(entry);
    String other = accounts.serving(entry.kind()).map(Accounts.Entry::name).orElse("?");
    switch (entry.kind()) {
      case WECOM -> {
        if (first) {
          steps.passed(
              "serving",
              "消息、标签、活码和回调都走这个企业",
              "Messages, tags, codes and callbacks go over this corp");
        } else {
          steps.skipped(
              "serving",
              "本服务只向一个企业发送，现在是 " + other + "；该企业的回调照收，其余只保存和检查",
              "This server sends over one corp, now '"
                  + other
                  + "'; of this one callbacks are read, the rest is kept and checked only");
        }
      }
      case OFFICIAL_ACCOUNT -> named(first, "公众号", "标签和带参二维码", "tags and codes", other, steps);
      case MINI_PROGRAM -> named(first, "小程序", "小程序码", "codes", other, steps);
      case SMS -> alone(first, "短信", "Texts", other, steps);
      case CALL -> alone(first, "外呼", "Calls", other, steps);
    }
  }

  /// Of a kind whose messages name theirs.
  ///
  /// @param whole what goes over the first alone
  private static void named(
      boolean first, String zh, String wholeZh, String whole, String other, Steps steps) {
    String own = "以它为发送方的消息和它的回调走这个" + zh;
    String ownEn = "Messages that name it and its callbacks go over it";
    if (first) {
      steps.passed("serving", own + "，" + wholeZh + "也走它", ownEn + ", " + whole + " too");
    } else {
      steps.passed(
          "serving",
          own + "；" + wholeZh + "走 " + other,
          ownEn + "; " + whole + " over '" + other + "'");
    }
  }

  /// Of a kind of which one serves.
  private static void alone(boolean first, String zh, String en, String other, Steps steps) {
    if (first) {
      steps.passed("serving", zh + "走这个账号", en + " go over it");
    } else {
      steps.skipped(
          "serving",
          "本服务的" + zh + "同时只走一个账号，现在是 " + other + "；该账号只保存和检查",
          en + " go over one account, now '" + other + "'; this one is kept and checked only");
    }
  }

  // ---- platform by platform

  private void wecom(Account.Wecom account, Steps steps) {
    if (!reached(account, steps)) {
      steps.rest("token", "ip", "permission", "scope", "callback", "quota");
      return;
    }
    if (accounts.clients().token(account) instanceof Probe.No no) {
      refused("token", no.failure(), steps);
      steps.rest("ip", "permission", "scope", "callback", "quota");
      return;
    }
    steps.passed("token", "取得 access_token", "An access_token was given");
    switch (accounts.clients().members(account)) {
      case Probe.No no -> {
        if (no.code().equals("60020")) {
          refused("ip", no.failure(), steps);
          steps.rest("permission", "scope");
        } else {
          steps.passed("ip", "IP 未被拒绝", "The server's IP is not refused");
          refused("permission", no.failure(), steps);
          steps.rest("scope");
        }
      }
      case Probe.Yes(int members) -> {
        steps.passed("ip", "IP 未被拒绝", "The server's IP is not refused");
        steps.passed("permission", "可以调用客户联系接口", "Customer contact may be called");
        if (members == 0) {
          steps.failed(
              "scope",
              "没有配置客户联系的成员",
              "No member may use customer contact",
              "在企业微信后台 客户联系 → 权限配置 中选择使用范围",
              "Choose the members who may use customer contact in WeCom's console");
        } else {
          steps.passed(
              "scope", members + " 位成员开通了客户联系", members + " members may use customer contact");
        }
      }
    }
    callback(account, "/callbacks/wecom", !accounts.callbackKeys(account.name()).isEmpty(), steps);
    quota(
        account,
        List.of(
            "externalcontact/add_msg_template",
            "externalcontact/mark_tag",
            "externalcontact/send_welcome_msg"),
        steps);
  }

  private void official(Account.OfficialAccount account, Steps steps) {
    if (!reached(account, steps)) {
      steps.rest("token", "ip", "permission", "callback", "quota");
      return;
    }
    if (accounts.clients().token(account) instanceof Probe.No no) {
      refused("token", no.failure(), steps);
      steps.rest("permission", "callback", "quota");
      return;
    }
    steps.passed("token", "取得 access_token", "An access_token was given");
    steps.passed("ip", "IP 未被拒绝", "The server's IP is not refused");
    switch (accounts.clients().tags(account)) {
      case Probe.No no -> refused("permission", no.failure(), steps);
      case Probe.Yes _ ->
          steps.passed("permission", "可以调用用户管理接口", "Followers and tags may be called");
    }
    callback(account, "/callbacks/wechat", !accounts.callbackKeys(account.name()).isEmpty(), steps);
    quota(account, List.of("message/custom/send", "tags/members/batchtagging"), steps);
  }

  private void mini(Account.MiniProgram account, Steps steps) {
    if (!reached(account, steps)) {
      steps.rest("token", "ip", "callback", "quota");
      return;
    }
    if (accounts.clients().token(account) instanceof Probe.No no) {
      refused("token", no.failure(), steps);
      steps.rest("callback", "quota");
      return;
    }
    steps.passed("token", "取得 access_token", "An access_token was given");
    steps.passed("ip", "IP 未被拒绝", "The server's IP is not refused");
    steps.skipped(
        "permission",
        "小程序没有可以无副作用地检查权限的接口",
        "Mini-programs have no call that proves a permission and changes nothing");
    callback(account, "/callbacks/wechat", !accounts.callbackKeys(account.name()).isEmpty(), steps);
    quota(account, List.of("message/subscribe/send"), steps);
  }

  private void aliyun(Account.AliyunSms account, Steps steps) {
    if (!reached(account, steps)) {
      steps.rest("token", "signature", "template", "callback", "quota");
      return;
    }
    var sms = new AliyunSms(account, accounts.clients().limits(account));
    Approved signatures = sms.signatures();
    if (!key(Platform.ALIYUN_SMS, signatures, steps)) {
      steps.rest("signature", "template", "callback", "quota");
      return;
    }
    approved("signature", "签名", signatures, Template::sender, steps);
    approved("template", "模板", sms.templates(), Template::name, steps);
    smsCallback(steps);
    quota(account, List.of("SendBatchSms"), steps);
  }

  private void tencent(Account.TencentSms account, Steps steps) {
    if (!reached(account, steps)) {
      steps.rest("token", "signature", "template", "callback", "quota");
      return;
    }
    Approved templates = new TencentSms(account, accounts.clients().limits(account)).templates();
    if (!key(Platform.TENCENT_SMS, templates, steps)) {
      steps.rest("signature", "template", "callback", "quota");
      return;
    }
    steps.skipped(
        "signature",
        "腾讯云只能按签名 ID 查询，请在其控制台确认签名已审核通过",
        "Tencent lists signatures by their number only; look in its console");
    approved("template", "模板", templates, Template::name, steps);
    smsCallback(steps);
    quota(account, List.of("SendSms"), steps);
  }

  /// @return whether the vendor knows the key
  private static boolean key(Platform platform, Approved answer, Steps steps) {
    switch (answer) {
      case Approved.Listed _, Approved.NotListed _ -> {
        steps.passed("token", "密钥有效", "The key is valid");
        return true;
      }
      case Approved.Silent(String why) -> {
        refused("token", new Failure.Lost(why), steps);
        return false;
      }
      case Approved.Refused(String code, String message) -> {
        Verdict verdict = io.huoshui.platforms.account.Answers.table().of(platform, code);
        steps.failed(
            "token",
            code + " " + verdict.zh() + " (" + message + ")",
            code + ": " + verdict.en(),
            "核对 AccessKey / SecretId 与密钥，以及子账号的短信权限",
            "Compare key id and secret, and whether the key may use SMS");
        return false;
      }
    }
  }

  private void approved(
      String id, String zh, Approved answer, Function<Template, String> used, Steps steps) {
    if (!(answer instanceof Approved.Listed(Map<String, Boolean> all))) {
      steps.skipped(id, "平台没有列出" + zh, "The platform does not list them");
      return;
    }
    List<String> missing =
        engine.ask().templates().stream()
            .filter(template -> template.channel() == ChannelKind.SMS)
            .map(used)
            .filter(name -> !all.getOrDefault(name, false))
            .distinct()
            .sorted()
            .toList();
    if (missing.isEmpty()) {
      steps.passed(id, "话术用到的" + zh + "都已审核通过", "Everything our templates name is approved");
    } else {
      String names = missing.stream().limit(10).collect(Collectors.joining(", "));
      steps.failed(
          id,
          zh + "未审核通过：" + names,
          "Not approved: " + names,
          "在短信平台提交审核，或修改话术",
          "Have them approved in the vendor's console, or change the templates");
    }
  }

  /// What the code is about decides which step failed: the key, the right to use the API, the
  /// instance, or the scene.
  private void call(Account.AliyunCall account, Steps steps) {
    if (!reached(account, steps)) {
      steps.rest("token", "permission", "instance", "scene", "numbers", "callback", "quota");
      return;
    }
    switch (new OutboundBot(account, accounts.clients().limits(account)).setup()) {
      case OutboundBot.Setup.Silent(String why) -> {
        refused("token", new Failure.Lost(why), steps);
        steps.rest("permission", "instance", "scene", "numbers");
      }
      case OutboundBot.Setup.Refused no -> refusedCall(no, steps);
      case OutboundBot.Setup.There there -> there(account, there, steps);
    }
    callCallback(account, steps);
    quota(account, List.of("AssignJobs", "CreateJobGroup", "ListJobGroups"), steps);
  }

  private static void refusedCall(OutboundBot.Setup.Refused no, Steps steps) {
    String code = no.verdict().code();
    String zh = code + " " + no.verdict().zh() + " (" + no.message() + ")";
    String en = code + ": " + no.verdict().en();
    List<String> order = List.of("token", "permission", "instance", "scene", "numbers");
    String failed =
        switch (code) {
          case "Forbidden.RAM", "NoPermission" -> "permission";
          case "Parameter.Invalid.InstanceId", "InvalidInstanceId.NotFound" -> "instance";
          default ->
              no.verdict().about() == About.THING
                  ? "scene"
                  : no.action().equals("ListOutboundCallNumbers") ? "numbers" : "token";
        };
    int at = order.indexOf(failed);
    for (String passed : order.subList(0, at)) {
      switch (passed) {
        case "token" -> steps.passed("token", "密钥有效", "The key is valid");
        case "permission" ->
            steps.passed("permission", "可以调用智能外呼接口", "The key may use the outbound bot");
        case "instance" -> steps.passed("instance", "实例存在", "The instance is there");
        default -> steps.passed(passed, "场景存在", "The scene is there");
      }
    }
    switch (failed) {
      case "token" ->
          steps.failed(
              failed,
              zh,
              en,
              "核对 AccessKey ID 和 Secret；重置过的话请在此轮换",
              "Compare key id and secret with the vendor's console; rotate here if it was reset");
      case "permission" ->
          steps.failed(
              failed,
              zh,
              en,
              "在访问控制 RAM 里给这个子账号授权 AliyunOutboundBotFullAccess",
              "Grant this access key the outbound bot in RAM");
      case "instance" ->
          steps.failed(
              failed,
              zh,
              en,
              "在智能外呼机器人控制台的业务列表里找到实例 ID，填到 instanceId",
              "Look the instance id up in the outbound bot's console and enter it as instanceId");
      case "scene" ->
          steps.failed(
              failed,
              zh,
              en,
              "建一个“第三方大模型”场景，把四个回调地址填上并发布，再把它的 ID 填到 scriptId",
              "Make a scene of the kind third-party model with our four addresses, publish it, and"
                  + " enter its id as scriptId");
      default ->
          steps.failed(
              failed, zh, en, "在控制台确认实例已绑定外呼号码", "Look whether the instance has calling numbers");
    }
    steps.rest(order.subList(at + 1, order.size()).toArray(String[]::new));
  }

  private static void there(
      Account.AliyunCall account, OutboundBot.Setup.There there, Steps steps) {
    steps.passed("token", "密钥有效", "The key is valid");
    steps.passed("permission", "可以调用智能外呼接口", "The key may use the outbound bot");
    steps.passed("instance", "实例存在", "The instance is there");
    if (there.scene().equals("DRAFTED")) {
      steps.failed(
          "scene",
          "场景还是草稿（DRAFTED）",
          "The scene is a draft (DRAFTED)",
          "在控制台发布该场景",
          "Publish the scene in the vendor's console");
    } else {
      steps.passed("scene", "场景状态 " + there.scene(), "The scene is " + there.scene());
    }
    List<String> strange =
        account.callingNumbers().stream()
            .filter(number -> !there.numbers().contains(number))
            .toList();
    if (there.numbers().isEmpty()) {
      steps.failed(
          "numbers",
          "实例没有外呼号码",
          "The instance has no calling number",
          "在控制台申请并绑定外呼号码",
          "Have a calling number bound to the instance");
    } else if (!strange.isEmpty()) {
      String names = String.join(", ", strange);
      steps.failed(
          "numbers",
          "不是该实例的号码：" + names,
          "No numbers of the instance: " + names,
          "从 callingNumbers 里去掉，或在控制台绑定；该实例有 " + String.join(", ", there.numbers()),
          "Take them out of callingNumbers, or bind them; the instance has "
              + String.join(", ", there.numbers()));
    } else {
      int count =
          account.callingNumbers().isEmpty()
              ? there.numbers().size()
              : account.callingNumbers().size();
      steps.passed("numbers", count + " 个外呼号码", count + " calling numbers");
    }
  }

  private void callCallback(Account.AliyunCall account, Steps steps) {
    String path = "/callbacks/call/";
    String url = settings.linkBase() + path;
    if (accounts.callCallbackTokens(settings.platforms().callbackToken()).isEmpty()) {
      steps.failed(
          "callback",
          "没有设置对话和结果回调的口令",
          "No callback token is set for turns and results",
          "给账号录入 callbackToken，并让平台在 X-Callback-Token 里带上它",
          "Enter a callbackToken, and have the platform carry it as X-Callback-Token");
    } else if (loopback(url) && !loopback(address(account))) {
      steps.failed(
          "callback",
          "平台访问不到回调地址 " + url,
          "The platform can not reach " + url,
          "用 --link-base 设置公网地址后重启，并在场景里填写 <地址>" + path + "…",
          "Start with --link-base and a public address; enter <address>" + path + "… in the scene");
    } else {
      steps.passed(
          "callback",
          "回调口令已设置；场景里填写 "
              + url
              + "{beginSession, dialogue, abortDialogue, endSession}，结果发到 "
              + url
              + "results",
          "The callback token is set; the scene has to name "
              + url
              + "{beginSession, dialogue, abortDialogue, endSession}, results go to "
              + url
              + "results");
    }
  }

  private void smsCallback(Steps steps) {
    if (accounts.smsCallbackTokens(settings.platforms().callbackToken()).isEmpty()) {
      steps.failed(
          "callback",
          "没有设置短信回调的口令",
          "No callback token is set for SMS",
          "给账号录入 callbackToken，并让短信平台在回调里带上它",
          "Enter a callbackToken, and have the vendor's callbacks carry it");
    } else {
      steps.passed(
          "callback",
          "回调口令已设置；地址 " + settings.linkBase() + "/callbacks/sms/report 和 /reply",
          "The callback token is set; addresses "
              + settings.linkBase()
              + "/callbacks/sms/report and /reply");
    }
  }
}
