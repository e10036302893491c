package io.huoshui.server.insight;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.huoshui.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The command as a user meets it.
class InsightCommandTest {
  @TempDir Path folder;

  private record Said(int exit, String out, String err) {
    double number(String... path) {
      Json at = Json.parse(out);
      for (String key : path) {
        at = at instanceof Json.Obj object ? object.get(key) : null;
      }
      return at instanceof Json.Num number ? number.number().doubleValue() : Double.NaN;
    }
  }

  private static Said say(String... words) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int exit =
        InsightCommand.run(
            List.of(words),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    return new Said(
        exit, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /// From the lines of the sample to the published figures: days are purchases, 39 weeks each. The
  /// model is known to expect too little of the second half (Fader, Hardie and Lee 2005, figure 3).
  @Test
  void cdnowFromItsRawLines() {
    String named = System.getenv("HUOSHUI_DATA");
    Path data = Path.of(named == null ? "../../shared/data" : named);
    Path file = data.resolve("cdnow/CDNOW_sample.txt");
    assumeTrue(Files.isRegularFile(file), () -> "needs " + file + " (set HUOSHUI_DATA)");
    Said said =
        say(
            "ltv",
            file.toString(),
            "--columns",
            "master,id,date,units,amount",
            "--customer",
            "id",
            "--time",
            "date",
            "--amount",
            "amount",
            "--calibrate-until",
            "1997-09-30",
            "--holdout-until",
            "1998-06-30");
    assertThat(said.exit()).as(said.err()).isZero();
    assertThat(said.number("customers")).isEqualTo(2_357);
    assertThat(said.number("bgNbd", "r")).isCloseTo(0.243, within(0.002));
    assertThat(said.number("bgNbd", "alpha")).isCloseTo(4.414, within(0.03));
    assertThat(said.number("bgNbd", "logLikelihood")).isCloseTo(-9582.4, within(5.0));
    assertThat(said.number("holdout", "bgNbd"))
        .isCloseTo(
            said.number("holdout", "actual"), within(0.15 * said.number("holdout", "actual")));
  }

  @Test
  void rowsThatTellNothingAreCounted() throws Exception {
    Path file = folder.resolve("orders.csv");
    Files.writeString(
        file,
        """
        who,when,paid
        a,2026-01-01,10
        a,2026-01-01,5
        a,2026-01-09,20
        b,2026-01-02,7
        ,2026-01-02,7
        c,yesterday,7
        d,2026-01-03,lots
        e,2026-01-03,-7
        """);
    Said said =
        say("explain", file.toString(), "--customer", "who", "--time", "when", "--amount", "paid");
    assertThat(said.exit()).as(said.err()).isZero();
    assertThat(said.number("customers")).isEqualTo(2);
    assertThat(said.out())
        .contains("{\"rule\":\"rows\",\"rows\":8}")
        .contains("{\"rule\":\"without a customer: left out\",\"rows\":1}")
        .contains("{\"rule\":\"without a readable time: left out\",\"rows\":1}")
        .contains("{\"rule\":\"without a readable amount: left out\",\"rows\":1}")
        .contains("left out\",\"rows\":1}]");
    Said value =
        say("ltv", file.toString(), "--customer", "who", "--time", "when", "--amount", "paid");
    assertThat(value.number("customers")).isEqualTo(2);
    assertThat(value.number("boughtAgain")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          # words                                                                 | exit | says
          ltv                                                                     | 2    | no file is given
          guess x.csv                                                             | 2    | 'guess' is no question
          ltv none.csv --customer a --time b --amount c                           | 1    | none.csv can not be read
          ltv none.csv --customer a --time b                                      | 2    | --amount is missing
          ltv none.csv --people a                                                 | 2    | unknown option --people
          ltv FILE --customer who --time when --amount paid --unit year           | 2    | --unit is 'year'
          ltv FILE --customer who --time when --amount paid --calibrate-until may | 2    | a day: 1997-09-30
          ltv FILE --customer whom --time when --amount paid                      | 1    | whom
          ltv FILE --customer who --time when --amount paid --calibrate-until 2026-01-01 | 1 | second day
          """)
  void aWrongCommandSaysWhatIsAllowed(String words, int exit, String says) throws Exception {
    Path file = folder.resolve("orders.csv");
    Files.writeString(file, "who,when,paid\na,2026-01-01,10\na,2026-01-09,20\n");
    var all = new ArrayList<String>();
    for (String word : words.split(" ")) {
      all.add(word.equals("FILE") ? file.toString() : word);
    }
    Said said = say(all.toArray(String[]::new));
    assertThat(said.exit()).isEqualTo(exit);
    assertThat(said.err()).contains(says);
  }
}
