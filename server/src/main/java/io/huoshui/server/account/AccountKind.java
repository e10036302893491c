package io.huoshui.server.account;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// The kinds of accounts, and what each has to say. The one list the checks, the form of the
/// console and the documentation follow.
// The lists are immutable ones.
@SuppressWarnings("ImmutableEnumChecker")
enum AccountKind {
  WECOM(
      "wecom",
      List.of(
          Field.text("corpId", true, "[\\w-]{1,64}", "the corp's id, ww…"),
          Field.text("agentId", false, "\\d{1,12}", "the app's number, for JS-SDK in the sidebar"),
          Field.text("url", false, Field.ADDRESS, "an address of its own instead of WeCom's"),
          Field.text("callsPerMinute", false, "[1-9]\\d{0,7}", "what WeCom takes of one API"),
          Field.text("callsPerHour", false, "[1-9]\\d{0,8}", "what WeCom takes of one API"),
          Field.secret("secret", true, "\\S{1,256}", "of the app with the customer-contact right"),
          Field.secret("token", false, "[A-Za-z0-9]{1,32}", "of the callback"),
          Field.secret("encodingAesKey", false, "[A-Za-z0-9]{43}", "of the callback"))),
  OFFICIAL_ACCOUNT("officialAccount", wechat()),
  MINI_PROGRAM("miniProgram", wechat()),
  SMS(
      "sms",
      List.of(
          Field.text("vendor", true, "aliyun|tencent", "aliyun or tencent"),
          Field.text("keyId", true, "\\S{1,128}", "AccessKey ID, or SecretId"),
          Field.text("sdkAppId", false, "\\d{1,20}", "Tencent: the SMS application"),
          Field.text("region", false, "[a-z]{2}-[a-z0-9-]{1,40}", "Tencent: ap-guangzhou"),
          Field.text("url", false, Field.ADDRESS, "an address of its own instead of the vendor's"),
          Field.secret("keySecret", true, "\\S{1,256}", "AccessKey Secret, or SecretKey"),
          Field.secret(
              "callbackToken", false, "\\S{8,256}", "what the vendor's callbacks have to carry"))),
  CALL(
      "call",
      List.of(
          Field.text("keyId", true, "\\S{1,128}", "AccessKey ID"),
          Field.text("instanceId", true, "[\\w-]{1,64}", "the outbound bot's instance"),
          Field.text("scriptId", true, "[\\w-]{1,64}", "the scene that asks us turn by turn"),
          Field.text(
              "callingNumbers",
              false,
              "\\+?\\d{3,20}( *, *\\+?\\d{3,20}){0,49}",
              "numbers shown to callees, with commas between"),
          Field.text("lines", false, "[1-9]\\d{0,4}", "calls under way at once"),
          Field.text("url", false, Field.ADDRESS, "an address of its own instead of the vendor's"),
          Field.secret("keySecret", true, "\\S{1,256}", "AccessKey Secret"),
          Field.secret(
              "callbackToken", false, "\\S{8,256}", "what turns and results have to carry")));

  /// One thing an account says.
  ///
  /// @param secret whether it is a credential: sealed, and never returned
  record Field(String name, boolean secret, boolean needed, String form, String what) {
    static final String ADDRESS = "https?://[^\\s?#]{1,300}";

    static Field text(String name, boolean needed, String form, String what) {
      return new Field(name, false, needed, form, what);
    }

    static Field secret(String name, boolean needed, String form, String what) {
      return new Field(name, true, needed, form, what);
    }
  }

  private static List<Field> wechat() {
    return List.of(
        Field.text("appId", true, "[\\w-]{1,64}", "the app id, wx…"),
        Field.text("url", false, Field.ADDRESS, "an address of its own instead of WeChat's"),
        Field.secret("secret", true, "\\S{1,256}", "AppSecret"),
        Field.secret("token", false, "[A-Za-z0-9]{1,32}", "of the callback"),
        Field.secret("encodingAesKey", false, "[A-Za-z0-9]{43}", "of the callback"));
  }

  private final String wire;
  private final List<Field> fields;

  AccountKind(String wire, List<Field> fields) {
    this.wire = wire;
    this.fields = fields;
  }

  String wire() {
    return wire;
  }

  List<Field> fields() {
    return fields;
  }

  Optional<Field> field(String name) {
    return fields.stream().filter(each -> each.name().equals(name)).findFirst();
  }

  static Optional<AccountKind> named(String wire) {
    return Arrays.stream(values()).filter(each -> each.wire.equals(wire)).findFirst();
  }

  static String all() {
    return Arrays.stream(values()).map(AccountKind::wire).collect(Collectors.joining(", "));
  }
}
