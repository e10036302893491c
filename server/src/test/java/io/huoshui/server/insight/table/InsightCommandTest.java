package io.huoshui.server.insight.table;

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
import java.util.Objects;
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
          ltv FILE FILE --customer who --time when --amount paid                  | 2    | too many files
          ltv FILE --customer whom --time when --amount paid                      | 1    | It has who, when, paid.
          experiment FILE --metric paid                                           | 2    | --variant is missing
          experiment FILE --variant who                                           | 2    | --metric is missing
          experiment FILE --variant group --metric paid                           | 1    | no column 'group'
          experiment FILE --variant who --metric paid                             | 1    | one value only: a
          experiment FILE --variant when --metric paid --control c                | 1    | The variants are 2026-01-01, 2026-01-09.
          experiment FILE --variant when --metric paid --shares a=1               | 1    | give each its share
          experiment FILE --variant when --metric paid --shares a                 | 2    | a=1,b=1
          experiment FILE --variant when --metric paid --guardrail paid           | 2    | returns:down
          experiment FILE --variant when --ratio paid                             | 2    | orders/visits
          experiment FILE --variant when --metric paid --look often               | 2    | last, any
          experiment FILE --variant when --metric paid --alpha 0.9                | 2    | alpha 0.9
          experiment FILE --variant when --metric paid --aa 10                    | 1    | too few
          attribution FILE --customer who --time when --channel who               | 2    | --conversion is missing
          attribution FILE --customer who --time when --channel who --conversion paid --lookback 3w | 2 | 30d, 48h, 15m
          attribution FILE --customer who --time when --channel who --conversion sold | 1 | It has who, when, paid.
          explain rehearse FILE --customer who                                    | 2    | too many files
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

  private static Path data(String name) {
    String named = System.getenv("HUOSHUI_DATA");
    Path data = Path.of(named == null ? "../../shared/data" : named);
    Path file = data.resolve(name);
    assumeTrue(Files.isRegularFile(file), () -> "needs " + file + " (set HUOSHUI_DATA)");
    return file;
  }

  private static Json at(String json, String path) {
    Json at = Json.parse(json);
    for (String key : path.split("\\.")) {
      at =
          key.matches("\\d+")
              ? ((Json.Arr) at).items().get(Integer.parseInt(key))
              : Objects.requireNonNull(((Json.Obj) at).get(key), key);
    }
    return at;
  }

  private static double num(String json, String path) {
    return ((Json.Num) at(json, path)).number().doubleValue();
  }

  private static String text(String json, String path) {
    return at(json, path) instanceof Json.Str(String text) ? text : at(json, path).write();
  }

  /// The figures are those of ExperimentTest, from the file as it lies there.
  @Test
  void hillstromFromItsFile() {
    Said said =
        say(
            "experiment",
            data("hillstrom/hillstrom_even_rows.csv.gz").toString(),
            "--variant",
            "segment",
            "--control",
            "No E-Mail",
            "--metric",
            "spend,visit,conversion",
            "--segment",
            "channel",
            "--uplift",
            "recency,history,mens,womens,zip_code,newbie,channel",
            "--treat",
            "Womens E-Mail",
            "--aa",
            "200",
            "--json");
    assertThat(said.exit()).as(said.err()).isZero();
    assertThat(num(said.out(), "people")).isEqualTo(32_000);
    assertThat(text(said.out(), "verdict.code")).isEqualTo("winner");
    assertThat(text(said.out(), "verdict.variant")).isEqualTo("Womens E-Mail");
    assertThat(num(said.out(), "srm.p")).isCloseTo(0.3945, within(1e-4));
    assertThat(text(said.out(), "metrics.0.variants.2.variant")).isEqualTo("Womens E-Mail");
    assertThat(num(said.out(), "metrics.0.variants.2.difference"))
        .isCloseTo(0.587989, within(1e-6));
    assertThat(num(said.out(), "metrics.0.variants.2.p")).isCloseTo(0.0012361744, within(1e-9));
    assertThat(text(said.out(), "metrics.1.variants.0.sequential.verdict")).isEqualTo("better");
    assertThat(at(said.out(), "segments.effects")).isInstanceOf(Json.Arr.class);
    assertThat(num(said.out(), "uplift.treated")).isEqualTo(10_636);
    assertThat(num(said.out(), "uplift.qini.low"))
        .isLessThanOrEqualTo(num(said.out(), "uplift.qini.value"));
    assertThat(num(said.out(), "aa.sequential.falseAlarms")).isLessThanOrEqualTo(0.05);
    assertThat(num(said.out(), "aa.peeking.falseAlarms")).isGreaterThan(0.1);
    assertThat(text(said.out(), "rules.0.rule")).isEqualTo("rows");
  }

  /// Semicolons, quotes, yes and no; and calls that nobody assigned.
  @Test
  void bankMarketingGetsNoVerdict() {
    Said said =
        say(
            "experiment",
            data("bank_marketing/bank-full.csv.gz").toString(),
            "--variant",
            "contact",
            "--metric",
            "y");
    assertThat(said.exit()).as(said.err()).isZero();
    assertThat(num(said.out(), "people")).isEqualTo(45_211);
    assertThat(text(said.out(), "verdict.code")).isEqualTo("srm");
    assertThat(text(said.out(), "verdict.en")).contains("no verdict");
    assertThat(num(said.out(), "metrics.0.variants.0.mean"))
        .isCloseTo(4_369.0 / 29_285, within(1e-9));
  }

  @Test
  void anExperimentsRowsAreAddedUpPerCustomer() throws Exception {
    Path file = folder.resolve("test.csv");
    Files.writeString(
        file,
        """
        who;group;bought;paid;orders;visits;before
        a;x;1;10;1;2;5
        a;x;1;20;1;3;5
        b;y;0;0;0;4;
        c;x;no;5;1;1;7
        c;y;yes;5;1;1;7
        d;y;yes;8;2;2;9
        ;y;1;1;1;1;1
        e;;1;1;1;1;1
        f;x;perhaps;1;1;1;1
        """);
    String[] options = {
      file.toString(),
      "--variant",
      "group",
      "--metric",
      "bought,paid",
      "--ratio",
      "orders/visits",
      "--customer",
      "who",
      "--covariate",
      "before",
      "--guardrail",
      "paid:up"
    };
    Said explained = say(with("explain", options));
    assertThat(explained.exit()).as(explained.err()).isZero();
    assertThat(explained.number("people")).isEqualTo(3);
    assertThat(explained.out())
        .contains("{\"rule\":\"rows\",\"rows\":9}")
        .contains("{\"rule\":\"without a variant: left out\",\"rows\":1}")
        .contains("{\"rule\":\"without a readable bought: left out\",\"rows\":1}")
        .contains(
            "{\"rule\":\"without a readable before: the mean of the others instead\",\"rows\":1}")
        .contains("{\"rule\":\"without a customer: left out\",\"rows\":1}")
        .contains("{\"rule\":\"another row of a customer: added up\",\"rows\":1}")
        .contains("{\"rule\":\"of a customer in several variants: left out\",\"rows\":2}");
    Said said = say(with("experiment", options));
    assertThat(said.exit()).as(said.err()).isZero();
    assertThat(text(said.out(), "control")).isEqualTo("x");
    // Who bought twice bought; what they paid is added up.
    assertThat(num(said.out(), "metrics.0.variants.0.mean")).isEqualTo(1);
    assertThat(num(said.out(), "metrics.1.variants.0.mean")).isEqualTo(30);
    assertThat(num(said.out(), "metrics.2.variants.0.mean")).isEqualTo(0.4);
    assertThat(num(said.out(), "metrics.0.variants.1.mean")).isEqualTo(0.5);
    assertThat(text(said.out(), "verdict.code")).isEqualTo("too_small");
  }

  private static String[] with(String question, String... options) {
    var all = new ArrayList<>(List.of(question));
    all.addAll(List.of(options));
    return all.toArray(String[]::new);
  }

  @Test
  void aMapSaysTheSameAndAWordCountsBeforeIt() throws Exception {
    Path file = folder.resolve("test.csv");
    var rows = new StringBuilder();
    for (int i = 0; i < 2_000; i++) {
      // A tenth of a and two fifths of b, as many people each.
      rows.append(i % 2 == 0 ? "a," : "b,").append(i % (i % 2 == 0 ? 20 : 5) < 2 ? 1 : 0);
      rows.append('\n');
    }
    Files.writeString(file, rows);
    Path map = folder.resolve("map.yaml");
    Files.writeString(
        map,
        """
        columns: [group, bought]
        variant: group
        metric: [bought]
        shares: {a: 1, b: 3}
        lift: 0.2
        daily: 100
        """);
    Said said = say("experiment", file.toString(), "--map", map.toString());
    assertThat(said.exit()).as(said.err()).isZero();
    assertThat(text(said.out(), "verdict.code")).isEqualTo("srm");
    assertThat(num(said.out(), "plan.days")).isGreaterThan(10);
    Said word = say("experiment", file.toString(), "--map", map.toString(), "--shares", "a=1,b=1");
    assertThat(text(word.out(), "srm.alarm")).isEqualTo("false");
    // Fewer people than a change of a fifth takes, but many more bought: at any look.
    assertThat(text(word.out(), "metrics.0.variants.1.underpowered")).isEqualTo("true");
    assertThat(text(word.out(), "verdict.code")).isEqualTo("winner");
    Said many =
        say(
            "experiment",
            file.toString(),
            "--columns",
            "group,bought",
            "--variant",
            "group",
            "--metric",
            "bought",
            "--planned",
            "9000");
    assertThat(text(many.out(), "look")).isEqualTo("any");
    assertThat(text(many.out(), "verdict.code")).isEqualTo("winner");
    Files.writeString(map, "people: group\n");
    assertThat(say("experiment", file.toString(), "--map", map.toString()).err())
        .contains("unknown option --people");
  }

  @Test
  void attributionAddsUpAndTheHoldOutComesFirst() throws Exception {
    Path file = folder.resolve("touches.csv");
    Files.writeString(
        file,
        """
        who,when,channel,bought,paid,held
        a,2026-01-01T08:00:00Z,sms,0,,0
        a,2026-01-01T08:00:00Z,sms,0,,0
        a,2026-01-02T08:00:00Z,live,0,,0
        a,2026-01-03T08:00:00Z,,1,10.01,0
        b,2026-01-01T08:00:00Z,sms,0,,0
        c,2026-01-05,card,yes,5,0
        d,2026-01-06,,1,4,1
        e,2026-01-06,,0,,1
        ,2026-01-06,sms,0,,0
        f,soon,sms,0,,0
        g,2026-01-06,sms,maybe,,0
        """);
    String[] options = {
      file.toString(),
      "--customer",
      "who",
      "--time",
      "when",
      "--channel",
      "channel",
      "--conversion",
      "bought",
      "--amount",
      "paid",
      "--holdout",
      "held",
      "--cost",
      "2"
    };
    Said said = say(with("attribution", options));
    assertThat(said.exit()).as(said.err()).isZero();
    // Three customers at 15.01 yuan against two at 4: (5.0033 - 2) a head.
    assertThat(said.out()).startsWith("{\"incremental\":");
    assertThat(num(said.out(), "incremental.people")).isEqualTo(3);
    assertThat(num(said.out(), "incremental.heldOut")).isEqualTo(2);
    assertThat(num(said.out(), "incremental.estimateFen")).isEqualTo(901);
    assertThat(num(said.out(), "incremental.roi")).isCloseTo(4.505, within(1e-9));
    assertThat(num(said.out(), "conversions")).isEqualTo(2);
    assertThat(num(said.out(), "amountFen")).isEqualTo(1_501);
    for (String model : List.of("last", "first", "linear", "position", "time_decay", "markov")) {
      double conversions = 0;
      double fen = 0;
      for (int channel = 0; channel < 3; channel++) {
        String path = "channels." + channel + ".models." + model;
        conversions += num(said.out(), path + ".conversions");
        fen += num(said.out(), path + ".amountFen");
      }
      assertThat(conversions).as(model).isCloseTo(2, within(1e-9));
      assertThat(fen).as(model).isEqualTo(1_501);
    }
    assertThat(num(said.out(), "channels.1.models.last.amountFen")).isEqualTo(1_001);
    Said explained = say(with("explain", options));
    assertThat(explained.out())
        .contains("conversion and amount again: left out\",\"rows\":1}")
        .contains("neither a channel nor a conversion: left out\",\"rows\":1}")
        .contains("without a readable conversion (0 or 1): left out\",\"rows\":1}");
    Said without =
        say(
            "attribution",
            file.toString(),
            "--customer",
            "who",
            "--time",
            "when",
            "--channel",
            "channel",
            "--conversion",
            "bought");
    assertThat(text(without.out(), "incremental")).isEqualTo("null");
    // d converted though nobody touched them.
    assertThat(num(without.out(), "untouched.conversions")).isEqualTo(1);
  }

  /// UCI Bank Marketing (Moro, Cortez and Rita 2014): 45,211 calls, 5,289 of them subscribed.
  /// Counted once more here from the lines themselves.
  @Test
  void whatACallCentresCallsCameTo() throws Exception {
    String named = System.getenv("HUOSHUI_DATA");
    Path data = Path.of(named == null ? "../../shared/data" : named);
    Path packed = data.resolve("bank_marketing/bank-full.csv.gz");
    assumeTrue(Files.isRegularFile(packed), () -> "needs " + packed + " (set HUOSHUI_DATA)");
    var byAttempts = new java.util.TreeMap<Integer, int[]>();
    var byPrevious = new java.util.TreeMap<String, int[]>();
    Path file = folder.resolve("bank.csv");
    long calls = 0;
    long won = 0;
    try (var in = new java.util.zip.GZIPInputStream(Files.newInputStream(packed))) {
      Files.write(file, in.readAllBytes());
    }
    for (String line : Files.readAllLines(file).stream().skip(1).toList()) {
      String[] cells = line.replace("\"", "").split(";", -1);
      int yes = cells[16].equals("yes") ? 1 : 0;
      calls++;
      won += yes;
      int[] attempt = byAttempts.computeIfAbsent(Integer.parseInt(cells[12]), _ -> new int[2]);
      attempt[0]++;
      attempt[1] += yes;
      int[] previous = byPrevious.computeIfAbsent(cells[15], _ -> new int[2]);
      previous[0]++;
      previous[1] += yes;
    }
    assertThat(calls).isEqualTo(45_211);
    assertThat(won).isEqualTo(5_289);

    Said said =
        say(
            "calls",
            file.toString(),
            "--outcome",
            "y",
            "--attempts",
            "campaign",
            "--seconds",
            "duration",
            "--by",
            "month,poutcome");
    assertThat(said.err()).isEmpty();
    assertThat(said.number("calls")).isEqualTo(45_211);
    assertThat(said.number("won")).isEqualTo(5_289);
    assertThat(said.number("share", "value")).isCloseTo(0.11698, within(5e-6));
    assertThat(said.number("share", "low")).isLessThan(0.11698);
    int[] once = Objects.requireNonNull(byAttempts.get(1));
    assertThat(said.out())
        .contains("{\"value\":\"1\",\"calls\":" + once[0] + ",\"won\":" + once[1] + ",");
    int[] success = Objects.requireNonNull(byPrevious.get("success"));
    assertThat(said.out())
        .contains(
            "{\"value\":\"success\",\"calls\":" + success[0] + ",\"won\":" + success[1] + ",");
    // Months in the order of the year.
    assertThat(said.out().indexOf("\"jan\"")).isLessThan(said.out().indexOf("\"dec\""));
  }
}
