package io.huoshui.reach;

import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// 话术: what a message says. Placeholders are `{name}` or `{name|word to say when unknown}`.
///
/// @param name its name in journeys
/// @param text with placeholders: any trait, and the built-in `coupon` and `link`
/// @param sender the sign name of an SMS, the guide of a WeCom message
/// @param costFen what one message costs the brand, in fen
public record Template(
    String name, ChannelKind channel, Category category, String text, String sender, long costFen) {
  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\{([A-Za-z][A-Za-z0-9]*)(?:\\|([^{}]*))?}");

  /// Placeholders that the reach room fills itself.
  public static final Set<String> BUILT_IN = Set.of("coupon", "link");

  public Template {
    if (text.isBlank() || text.length() > 2_000) {
      throw new IllegalArgumentException(
          "Template '" + name + "' has " + text.length() + " characters, allowed are 1 to 2000");
    }
    if (costFen < 0) {
      throw new IllegalArgumentException("Template '" + name + "' costs " + costFen + " fen");
    }
  }

  public Template(String name, ChannelKind channel, String text, String sender, long costFen) {
    this(name, channel, Category.MARKETING, text, sender, costFen);
  }

  /// The names the text asks for, in order.
  public List<String> placeholders() {
    return PLACEHOLDER.matcher(text).results().map(match -> match.group(1)).distinct().toList();
  }

  /// The names that have no word for who has none of it, besides those that are always there.
  public List<String> unguarded() {
    return PLACEHOLDER
        .matcher(text)
        .results()
        .filter(match -> match.group(2) == null && !BUILT_IN.contains(match.group(1)))
        .map(match -> match.group(1))
        .distinct()
        .toList();
  }

  /// The text for one person.
  ///
  /// @param words gives the word for a name, null when it is not known
  public String render(Function<String, @Nullable String> words) {
    return fill(text, words);
  }

  /// Any text with placeholders, for one person.
  public static String fill(String text, Function<String, @Nullable String> words) {
    Matcher matcher = PLACEHOLDER.matcher(text);
    var out = new StringBuilder();
    while (matcher.find()) {
      String word = words.apply(matcher.group(1));
      if (word == null || word.isBlank()) {
        word = matcher.group(2) == null ? "" : matcher.group(2);
      }
      matcher.appendReplacement(out, Matcher.quoteReplacement(word));
    }
    return matcher.appendTail(out).toString();
  }
}
