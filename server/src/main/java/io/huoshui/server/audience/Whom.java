package io.huoshui.server.audience;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The people somebody means: exactly one of these.
///
/// @param text a rule in its text form
/// @param rule a rule in its JSON form
/// @param segment who is in it now
/// @param audience who was frozen into it
/// @param customers by their names, `p123`
public record Whom(
    @Nullable String text,
    @Nullable JsonNode rule,
    @Nullable String segment,
    @Nullable String audience,
    @Nullable List<String> customers) {
  /// What it may say, for whoever said something else.
  static final String ALLOWED = "one of text, rule, segment, audience, customers";
}
