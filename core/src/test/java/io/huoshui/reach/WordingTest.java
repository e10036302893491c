package io.huoshui.reach;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.Dice;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class WordingTest {
  /// What a placeholder is, said the other way.
  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\{([A-Za-z][A-Za-z0-9]*)(?:\\|([^{}]*))?}");

  private static final String[] PIECES = {
    "{",
    "}",
    "|",
    "{name}",
    "{name|x}",
    "{city|}",
    "{",
    "name",
    "n7",
    "7",
    "会员",
    " ",
    "\n",
    "$1",
    "\\",
    "{名}",
    "_",
    "|}",
    "a",
    "Z",
    "😀"
  };

  /// Some names are known, some are not, some words are blank, some look like placeholders.
  private static String word(String name) {
    return switch (name.length() % 4) {
      case 0 -> "{name|" + name + "}$1\\";
      case 1 -> " ";
      case 2 -> "";
      default -> "王" + name;
    };
  }

  @Test
  void readOnceIsTheSameAsSearchedEachTime() {
    Dice.overSeeds(5_000, WordingTest::sameAsSearched);
  }

  private static void sameAsSearched(long seed) {
    var dice = new Dice(seed);
    var text = new StringBuilder();
    for (int i = dice.roll(14); i > 0; i--) {
      text.append(PIECES[dice.roll(PIECES.length)]);
    }
    Wording wording = Wording.of(text.toString());
    var names = new ArrayList<String>();
    var unguarded = new ArrayList<String>();
    Function<MatchResult, String> said =
        match -> {
          String word = word(match.group(1));
          names.add(match.group(1));
          if (match.group(2) == null) {
            unguarded.add(match.group(1));
          }
          String other = match.group(2) == null ? "" : match.group(2);
          return Matcher.quoteReplacement(word.isBlank() ? other : word);
        };
    String searched = PLACEHOLDER.matcher(text).replaceAll(said);
    assertThat(wording.fill(WordingTest::word)).as("'%s'", text).isEqualTo(searched);
    assertThat(wording.names()).as("'%s'", text).isEqualTo(List.copyOf(names));
    assertThat(wording.unguarded()).as("'%s'", text).isEqualTo(List.copyOf(unguarded));
  }
}
