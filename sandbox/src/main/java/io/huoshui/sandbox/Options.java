package io.huoshui.sandbox;

import java.net.URI;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the command line says.
///
/// @param port 0 for any
/// @param server where callbacks and events go, or null to only play the platforms
/// @param start the end of history; null in real time means "when this data folder was begun"
/// @param secrets where the shared secrets are
/// @param ready where to write that it listens
/// @param limits platforms' limits that are other than in life, by name
record Options(
    int port,
    Path data,
    @Nullable URI server,
    Clock clock,
    @Nullable Instant start,
    int days,
    long seed,
    long people,
    @Nullable Path secrets,
    @Nullable Path ready,
    Map<String, Long> limits) {
  /// Whether time passes by itself or by `POST /sandbox/clock`.
  enum Clock {
    VIRTUAL,
    REAL
  }

  static final Instant DEFAULT_START = Instant.parse("2026-06-30T16:00:00Z");

  static final String USAGE =
      """
      sandbox: the platforms, a synthetic brand and its customers, over real HTTP on 127.0.0.1
      Open its address in a browser to watch the customers' phones.

        --port N          0 for any (default 0)
        --data DIR        journal of everything accepted (default data/sandbox)
        --server URL      the Huoshui server that gets callbacks and events
        --clock WHICH     virtual: POST /sandbox/clock moves it; real: it is the wall clock (default virtual)
        --start INSTANT   end of history, start of the campaign (default 2026-07-01T00:00:00+08:00;
                          with --clock real: the moment the data folder was begun)
        --days N          days planned ahead at a time (default 30)
        --seed N          (default 42)
        --people N        of the synthetic brand, 0 for none (default 100000)
        --secrets FILE    {"writeKeys":{source:key},"callbackToken":…,"wecom":{"corpId","secret","token",
                          "encodingAesKey"},"officialAccount":{"appId","secret"},
                          "sms":{"accessKeyId","accessKeySecret"},
                          "call":{"accessKeyId","accessKeySecret"}}; may be filled later
        --ready FILE      gets {"url","pid"} once it listens
        --limits A=N,B=N  platforms' limits other than in life, named as in GET /sandbox/limits
      """;

  private static final Set<String> KNOWN =
      Set.of(
          "--port",
          "--data",
          "--server",
          "--clock",
          "--start",
          "--days",
          "--seed",
          "--people",
          "--secrets",
          "--ready",
          "--limits");

  /// @throws IllegalArgumentException with what is wrong and what is allowed
  static Options parse(List<String> arguments) {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i < arguments.size(); i += 2) {
      String flag = arguments.get(i);
      if (!KNOWN.contains(flag)) {
        throw new IllegalArgumentException(
            "unknown flag '" + flag + "'. Known: " + KNOWN.stream().sorted().toList());
      }
      if (i + 1 == arguments.size()) {
        throw new IllegalArgumentException(flag + " needs a value");
      }
      given.put(flag, arguments.get(i + 1));
    }
    String server = given.get("--server");
    String start = given.get("--start");
    String secrets = given.get("--secrets");
    String ready = given.get("--ready");
    Clock clock =
        switch (given.getOrDefault("--clock", "virtual")) {
          case "virtual" -> Clock.VIRTUAL;
          case "real" -> Clock.REAL;
          case String other ->
              throw new IllegalArgumentException("--clock: virtual or real, got '" + other + "'");
        };
    return new Options(
        (int) number(given, "--port", 0, 0, 65535),
        Path.of(given.getOrDefault("--data", "data/sandbox")),
        server == null ? null : uri(server),
        clock,
        start == null ? null : instant(start),
        (int) number(given, "--days", 30, 1, 365),
        number(given, "--seed", 42, Long.MIN_VALUE, Long.MAX_VALUE),
        number(given, "--people", 100_000, 0, 1L << 24),
        secrets == null ? null : Path.of(secrets),
        ready == null ? null : Path.of(ready),
        limits(given.getOrDefault("--limits", "")));
  }

  private static Map<String, Long> limits(String text) {
    var limits = new HashMap<String, Long>();
    for (String pair : text.isEmpty() ? new String[0] : text.split(",")) {
      String[] parts = pair.split("=", 2);
      if (parts.length != 2 || !parts[1].matches("\\d{1,9}")) {
        throw new IllegalArgumentException("--limits: NAME=NUMBER,…, got '" + pair + "'");
      }
      limits.put(parts[0], Long.parseLong(parts[1]));
    }
    return Map.copyOf(limits);
  }

  private static long number(
      Map<String, String> given, String flag, long usual, long least, long most) {
    String text = given.get(flag);
    if (text == null) {
      return usual;
    }
    try {
      long number = Long.parseLong(text);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Falls through to the one message.
    }
    throw new IllegalArgumentException(
        flag + ": a whole number from " + least + " to " + most + ", got '" + text + "'");
  }

  private static URI uri(String text) {
    try {
      URI uri = URI.create(text);
      if ("http".equals(uri.getScheme()) && uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Falls through to the one message.
    }
    throw new IllegalArgumentException("--server: http://HOST:PORT, got '" + text + "'");
  }

  static Instant instant(String text) {
    try {
      return OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "an RFC 3339 time with its zone is needed, such as 2026-07-01T00:00:00+08:00, got '"
              + text
              + "'",
          e);
    }
  }
}
