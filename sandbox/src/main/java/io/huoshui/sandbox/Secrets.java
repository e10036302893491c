package io.huoshui.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The secrets both sides share, in a file the other side may fill later: it is read again whenever
/// something asked for is missing.
///
/// ```json
/// {"writeKeys": {"tmall": "…"}, "callbackToken": "…",
///  "wecom": {"corpId": "…", "secret": "…", "token": "…", "encodingAesKey": "…"},
///  "officialAccount": {"appId": "…", "secret": "…"},
///  "sms": {"accessKeyId": "…", "accessKeySecret": "…"},
///  "call": {"accessKeyId": "…", "accessKeySecret": "…", "instanceId": "…", "scriptId": "…"}}
/// ```
public final class Secrets {
  private final @Nullable Path file;
  private volatile JsonNode known = JsonMapper.shared().createObjectNode();

  public Secrets(@Nullable Path file) {
    this.file = file;
  }

  /// The secret at a path such as `wecom`, `token`; empty text when there is none yet.
  public String get(String... path) {
    String value = in(known, path);
    if (value.isEmpty() && file != null && Files.exists(file)) {
      known = read(file);
      value = in(known, path);
    }
    return value;
  }

  /// The scope of external_userids: the corp's id, or `corp` as long as nobody says.
  public String corp() {
    String corpId = get("wecom", "corpId");
    return corpId.isEmpty() ? "corp" : corpId;
  }

  /// The source that orders of a registered crowd come from when its lines name none:
  /// `mini_program` when it has a write key, else the first source that has one.
  public String sourceOfCrowds() {
    if (!get("writeKeys", "mini_program").isEmpty()) {
      return "mini_program";
    }
    return known.path("writeKeys").propertyNames().stream()
        .sorted()
        .findFirst()
        .orElse("mini_program");
  }

  /// Forgets what was read, for the case that a secret was refused.
  public void readAgain() {
    known = JsonMapper.shared().createObjectNode();
  }

  private static JsonNode read(Path file) {
    try {
      return JsonMapper.shared().readTree(Files.readAllBytes(file));
    } catch (IOException | JacksonException e) {
      // Half written: the writer is not done, and whoever asks will ask again.
      return JsonMapper.shared().createObjectNode();
    }
  }

  private static String in(JsonNode node, String... path) {
    JsonNode at = node;
    for (String step : path) {
      at = at.path(step);
    }
    return at.isString() ? at.stringValue() : "";
  }
}
