package io.huoshui.profile;

import java.util.Set;

/// What of a timeline is personal data (个人信息), and how it is shown to whoever does not need it.
public final class Personal {
  private static final Set<String> KEYS = Set.of("name", "address", "phone", "email", "text");

  private Personal() {}

  /// Whether the value under a key of an event says who somebody is, or what they said. A product's
  /// name is nobody's personal data; weak identifiers stand under `$kind`; what was written freely
  /// on a questionnaire ends in `_text`.
  public static boolean is(String event, String key) {
    return key.startsWith("$")
        || (event.equals("survey_answered") && key.endsWith("_text"))
        || (KEYS.contains(key) && !(event.startsWith("product_") && key.equals("name")));
  }

  /// The first character, and that there is more.
  public static String masked(String text) {
    return text.isEmpty() ? "" : text.substring(0, text.offsetByCodePoints(0, 1)) + "**";
  }
}
