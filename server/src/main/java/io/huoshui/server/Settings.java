package io.huoshui.server;

import io.huoshui.json.Json;
import io.huoshui.json.JsonException;
import io.huoshui.platforms.callback.CallbackSettings;
import io.huoshui.reach.ChannelKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How one server runs, read once from its flags.
///
/// @param virtualFrom the instant at which a virtual clock begins, null for the wall clock
/// @param patienceSeconds how long a moved clock waits for platforms that do not answer
/// @param erasureWithin how long a person who was erased may stay in files (`--erasure-within`)
/// @param linkBase what tracked links begin with; as customers reach this server
/// @param landing where a tracked link leads in the end
/// @param platforms addresses and secrets of the platforms
public record Settings(
    String host,
    int port,
    Path dataDir,
    @Nullable Instant virtualFrom,
    ZoneId zone,
    String currency,
    String linkBase,
    String landing,
    int patienceSeconds,
    Duration erasureWithin,
    Platforms platforms) {

  static final String HELP =
      """
      ./huoshui serve [options]

        --port N            the port, 8080; 0 takes any free one
        --listen HOST       the address to listen on, 127.0.0.1: others can not reach it unless you say so
        --data-dir DIR      where everything is kept, ./data
        --zone ZONE         the brand's time zone, Asia/Shanghai
        --currency CODE     the brand's currency, CNY
        --secrets FILE      platform addresses and secrets (docs/operate/secrets.md)
        --link-base URL     what tracked links begin with, http://HOST:PORT
        --landing URL       where tracked links lead
        --virtual-from TIME a clock that only moves by POST /api/v1/clock, for rehearsals and the demo
        --patience SECONDS  how long POST /api/v1/clock waits for platforms that do not answer, 60
        --erasure-within HOURS
                            how long an erased person may stay in files, 24 (docs/operate/erasure.md)
      """;

  /// Where the platforms are and how to sign in. An absent address means the channel is not set up.
  ///
  /// @param callbackToken what SMS callbacks carry in `X-Callback-Token`
  /// @param wecomCallsPerMinute what WeCom takes of one API (path/90454, 2025-11: 10,000)
  /// @param wecomCallsPerHour the same (150,000)
  /// @param callbacks who may call back, and how that is taken (docs/callbacks.md)
  public record Platforms(
      String smsUrl,
      String smsKeyId,
      String smsKeySecret,
      String wecomUrl,
      String corpId,
      String corpSecret,
      String callbackCorpToken,
      String encodingAesKey,
      String callbackToken,
      int wecomCallsPerMinute,
      int wecomCallsPerHour,
      String accountUrl,
      String accountAppId,
      String accountSecret,
      String miniUrl,
      String miniAppId,
      String miniSecret,
      Calls sms,
      Calls wecom,
      CallbackSettings callbacks,
      Telephone telephone,
      Calls account) {
    static final Platforms NONE =
        new Platforms(
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
            10_000,
            150_000,
            "",
            "",
            "",
            "",
            "",
            "",
            Calls.USUAL,
            Calls.USUAL,
            CallbackSettings.NONE,
            Telephone.NONE,
            Calls.USUAL);

    /// How a channel is called.
    public Calls pace(ChannelKind channel) {
      return switch (channel) {
        case SMS -> sms;
        case WECOM -> wecom;
        case CALL -> telephone.pace();
        case OFFICIAL_ACCOUNT, OFFICIAL_TEMPLATE, SUBSCRIBE -> account;
      };
    }

    @Override
    public String toString() {
      return "Platforms[sms=" + smsUrl + ", wecom=" + wecomUrl + ", account=" + accountUrl + "]";
    }
  }

  /// The platform that calls people.
  ///
  /// @param url empty when none is set up
  /// @param lines calls under way at once; 0 where the platform queues them
  /// @param model asked what was meant where a flow is not sure
  public record Telephone(
      String url,
      String keyId,
      String keySecret,
      String instanceId,
      String scriptId,
      List<String> callingNumbers,
      int lines,
      Calls pace,
      Model model) {
    static final Telephone NONE =
        new Telephone("", "", "", "", "", List.of(), 0, Calls.USUAL, Model.NONE);

    public Telephone {
      callingNumbers = List.copyOf(callingNumbers);
    }

    @Override
    public String toString() {
      return "Telephone[" + url + "]";
    }
  }

  /// A large language model behind an endpoint of OpenAI's kind.
  ///
  /// @param url empty when none is set up
  /// @param patienceMs how long a person on the phone is kept waiting for it
  public record Model(String url, String key, String name, int patienceMs) {
    static final Model NONE = new Model("", "", "", 800);

    @Override
    public String toString() {
      return "Model[" + url + "]";
    }
  }

  /// How fast a platform is handed messages.
  ///
  /// @param atOnce calls under way at the same time, at least one
  /// @param perSecond calls begun in a second; 0 for as many as there can be
  public record Calls(int atOnce, int perSecond) {
    static final Calls USUAL = new Calls(4, 0);
  }

  /// The heap that a server for this many people with a dozen events each needs, in MB.
  public static int heapMegabytes(long people) {
    return (int) (192 + people / 640);
  }

  public static Settings parse(List<String> arguments) {
    Map<String, String> flags = flags(arguments);
    String host = flags.getOrDefault("listen", "127.0.0.1");
    int port = number("--port", flags.getOrDefault("port", "8080"), 65_535);
    String home = System.getProperty("huoshui.home", ".");
    return new Settings(
        host,
        port,
        Path.of(flags.getOrDefault("data-dir", home + "/data")).toAbsolutePath().normalize(),
        flags.containsKey("virtual-from") ? instant(flags.getOrDefault("virtual-from", "")) : null,
        zone(flags.getOrDefault("zone", "Asia/Shanghai")),
        flags.getOrDefault("currency", "CNY"),
        flags.getOrDefault("link-base", "http://" + host + ":" + port),
        flags.getOrDefault("landing", "https://example.com/"),
        number("--patience", flags.getOrDefault("patience", "60"), 3_600),
        Duration.ofHours(
            number("--erasure-within", flags.getOrDefault("erasure-within", "24"), 8_760)),
        flags.containsKey("secrets")
            ? platforms(Path.of(flags.getOrDefault("secrets", "")))
            : Platforms.NONE);
  }

  private static Map<String, String> flags(List<String> arguments) {
    var known =
        List.of(
            "port",
            "listen",
            "data-dir",
            "zone",
            "currency",
            "secrets",
            "link-base",
            "landing",
            "virtual-from",
            "patience",
            "erasure-within");
    var flags = new HashMap<String, String>();
    for (int i = 0; i < arguments.size(); i += 2) {
      String flag = arguments.get(i);
      if (!flag.startsWith("--") || !known.contains(flag.substring(2))) {
        throw new IllegalArgumentException(
            "Unknown option '" + flag + "'. Known: --" + String.join(", --", known) + ".");
      }
      if (i + 1 == arguments.size()) {
        throw new IllegalArgumentException("Option '" + flag + "' needs a value.");
      }
      flags.put(flag.substring(2), arguments.get(i + 1));
    }
    return flags;
  }

  private static int number(String flag, String text, int most) {
    try {
      int number = Integer.parseInt(text);
      if (number >= 0 && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // The message below says it better.
    }
    throw new IllegalArgumentException(flag + " is '" + text + "', allowed are 0 to " + most + ".");
  }

  private static Instant instant(String text) {
    try {
      return java.time.OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "--virtual-from is '" + text + "', allowed is an instant: 2026-07-01T00:00:00+08:00.", e);
    }
  }

  private static ZoneId zone(String text) {
    try {
      return ZoneId.of(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "--zone is '" + text + "', allowed is a region of the tz database: Asia/Shanghai.", e);
    }
  }

  private static Platforms platforms(Path file) {
    try {
      Json json = Json.parse(Files.readString(file));
      return new Platforms(
          text(json, "sms", "url"),
          text(json, "sms", "accessKeyId"),
          text(json, "sms", "accessKeySecret"),
          text(json, "wecom", "url"),
          text(json, "wecom", "corpId"),
          text(json, "wecom", "secret"),
          text(json, "wecom", "token"),
          text(json, "wecom", "encodingAesKey"),
          text(json, "callbackToken"),
          whole(json, Platforms.NONE.wecomCallsPerMinute(), "wecom", "callsPerMinute"),
          whole(json, Platforms.NONE.wecomCallsPerHour(), "wecom", "callsPerHour"),
          text(json, "officialAccount", "url"),
          text(json, "officialAccount", "appId"),
          text(json, "officialAccount", "secret"),
          text(json, "miniProgram", "url"),
          text(json, "miniProgram", "appId"),
          text(json, "miniProgram", "secret"),
          calls(json, "sms"),
          calls(json, "wecom"),
          CallbackSecrets.read(json),
          new Telephone(
              text(json, "call", "url"),
              text(json, "call", "accessKeyId"),
              text(json, "call", "accessKeySecret"),
              text(json, "call", "instanceId"),
              text(json, "call", "scriptId"),
              texts(json, "call", "callingNumbers"),
              whole(json, 0, "call", "lines"),
              calls(json, "call"),
              new Model(
                  text(json, "llm", "url"),
                  text(json, "llm", "key"),
                  text(json, "llm", "model"),
                  whole(json, Model.NONE.patienceMs(), "llm", "patienceMs"))),
          calls(json, "officialAccount"));
    } catch (IOException | JsonException e) {
      throw new IllegalArgumentException(
          "--secrets " + file + " can not be read: " + e.getMessage(), e);
    }
  }

  private static Calls calls(Json json, String platform) {
    return new Calls(
        whole(json, Calls.USUAL.atOnce(), platform, "callsAtOnce"),
        whole(json, Calls.USUAL.perSecond(), platform, "callsPerSecond"));
  }

  private static List<String> texts(Json json, String... path) {
    return at(json, path) instanceof Json.Arr(List<Json> items)
        ? items.stream().map(item -> item instanceof Json.Str(String text) ? text : "").toList()
        : List.of();
  }

  private static String text(Json json, String... path) {
    return at(json, path) instanceof Json.Str(String text) ? text : "";
  }

  private static int whole(Json json, int usual, String... path) {
    String text = at(json, path).write();
    return text.matches("[1-9]\\d{0,8}") ? Integer.parseInt(text) : usual;
  }

  private static Json at(Json json, String... path) {
    Json at = json;
    for (String key : path) {
      at =
          at instanceof Json.Obj object && object.get(key) instanceof Json next
              ? next
              : new Json.Null();
    }
    return at;
  }
}
