package io.huoshui.server.profile;

import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Somebody is erased: whoever keeps rows about people forgets theirs now, and carries out nothing
/// that is left to do for them.
///
/// It is said twice. First before the engine forgets, so that a crash in between loses no name that
/// rows still have to be found by; then after it, for what was written meanwhile. When somebody is
/// erased who was erased before, nothing but the numbers is known.
///
/// Where counts hang on a row it stays, and says [Gone#nobody] in place of whom it was about.
///
/// @param names all the person's profile was ever called
/// @param known what they are known by
/// @param words what their timeline says of who they are: name, address…
public record Forgotten(List<Integer> names, List<Gone> known, List<String> words) {
  private static final int SHORTEST = 6;

  /// A blank or a hyphen between digits, as phones are written.
  private static final Pattern SEPARATED = Pattern.compile("(?<=\\d)[ -](?=\\d)");

  public Forgotten {
    names = List.copyOf(names);
    known = List.copyOf(known);
    words = List.copyOf(words);
  }

  /// An identifier of theirs.
  ///
  /// @param number it has in the log; nothing leads from it to the identifier any more
  public record Gone(Identifier identifier, int number) {
    /// As the engine calls it from now on.
    public String nobody() {
      return identifier.erased(number).value();
    }
  }

  /// Whether a text that somebody else wrote names them: an identifier as it is, a phone without
  /// its country code too, a word where it stands as a value of JSON.
  public boolean namedIn(String text) {
    String plain = SEPARATED.matcher(text).replaceAll("");
    return spellings().keySet().stream()
            .anyMatch(each -> text.contains(each) || plain.contains(each))
        || words.stream().anyMatch(word -> text.contains(Json.of(word).write()));
  }

  /// How identifiers are written by others, each with what stands in their place. One that is
  /// shorter than some number of anything is none to look for.
  public Map<String, String> spellings() {
    var spellings = new LinkedHashMap<String, String>();
    for (Gone each : known) {
      String value = each.identifier().value();
      if (value.length() >= SHORTEST) {
        spellings.put(value, each.nobody());
        if (each.identifier().kind() == IdentifierKind.PHONE && value.startsWith("+86")) {
          spellings.put(value.substring(3), each.nobody());
        }
      }
    }
    return spellings;
  }

  /// External_userids, each with what stands in their place.
  public Map<String, String> customers() {
    var customers = new TreeMap<String, String>();
    for (Gone each : known) {
      if (each.identifier().kind() == IdentifierKind.EXTERNAL_USERID) {
        customers.put(each.identifier().value(), each.nobody());
      }
    }
    return customers;
  }
}
