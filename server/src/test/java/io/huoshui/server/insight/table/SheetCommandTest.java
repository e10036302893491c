package io.huoshui.server.insight.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.huoshui.json.Json;
import io.huoshui.server.audience.Town;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `./huoshui insight rfm|cohort|funnel` as a user meets them.
class SheetCommandTest {
  @TempDir Path folder;

  private static String say(int exit, String... words) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    int came =
        InsightCommand.run(
            List.of(words),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    String said = (exit == 0 ? out : err).toString(StandardCharsets.UTF_8);
    assertThat(came).as(said).isEqualTo(exit);
    return said;
  }

  private Path file(String... lines) throws Exception {
    return Files.write(folder.resolve("table.csv"), List.of(lines));
  }

  private static Map<String, String> rules(Json cleaning) {
    return Town.items(cleaning, "rules").stream()
        .collect(
            Collectors.toMap(rule -> Town.text(rule, "rule"), rule -> Town.text(rule, "rows")));
  }

  /// All 541,909 rows of Online Retail (Chen, Sain and Guo 2012). What is expected was counted by
  /// another program from the same file: exact duplicates out, rows without a customer out,
  /// cancellations (`C…`) given back, rows of nothing out.
  @Test
  void onlineRetailHasTheRightCohortsAndRevenue() {
    String named = System.getenv("HUOSHUI_DATA");
    Path data = Path.of(named == null ? "../../shared/data" : named);
    Path file = data.resolve("online_retail/online_retail.csv.gz");
    assumeTrue(Files.isRegularFile(file), () -> "needs " + file + " (set HUOSHUI_DATA)");
    var words =
        new ArrayList<>(
            List.of(
                "cohort",
                file.toString(),
                "--customer",
                "CustomerID",
                "--time",
                "InvoiceDate",
                "--quantity",
                "Quantity",
                "--price",
                "UnitPrice",
                "--order",
                "InvoiceNo",
                "--cancelled-prefix",
                "C"));
    Json cohorts = Json.parse(say(0, words.toArray(String[]::new)));
    assertThat(Town.text(cohorts, "inCohorts")).isEqualTo("4338");
    assertThat(Town.text(cohorts, "cohorts.0.cohort")).isEqualTo("2010-12");
    assertThat(Town.text(cohorts, "cohorts.0.people"))
        .isEqualTo("[885,324,286,340,321,352,321,309,313,350,331,445]");
    assertThat(Town.text(cohorts, "cohorts.3.people"))
        .isEqualTo("[452,68,114,90,101,76,121,104,126,39]");
    Json cleaning = Town.at(cohorts, "cleaning");
    assertThat(Town.text(cleaning, "orders")).isEqualTo("18532");
    assertThat(Town.text(cleaning, "paid")).isEqualTo("8887208.89");
    assertThat(Town.text(cleaning, "givenBack")).isEqualTo("608689.47");
    assertThat(Town.text(cleaning, "revenue")).isEqualTo("8278519.42");
    assertThat(rules(cleaning))
        .containsEntry("rows", "541909")
        .containsEntry("equal to an earlier row in every column: left out", "5268")
        .containsEntry("without a customer: left out", "135037");
    words.set(0, "rfm");
    Json rfm = Json.parse(say(0, words.toArray(String[]::new)));
    assertThat(Town.text(rfm, "buyers")).isEqualTo("4338");
    assertThat(
            Town.at(rfm, "cells") instanceof Json.Obj cells ? cells.fields().values() : List.of())
        .extracting(each -> Long.parseLong(each.write()))
        .satisfies(
            counts -> assertThat(counts.stream().mapToLong(Long::longValue).sum()).isEqualTo(4338));
    assertThat(Town.text(rfm, "edges.frequency")).isEqualTo("[2.0,3.0,4.0,7.0]");
  }

  @Test
  void everyRuleIsCountedWithItsRows() throws Exception {
    Path file =
        file(
            "who,when,paid,order",
            "a,2026-01-05,10.50,1",
            "a,2026-01-05,2,1",
            "a,2026-01-05,2,1",
            "a,2026-02-05,-3,2",
            "b,2026-02-01,5,C3",
            "b,2026-02-01,4,4",
            "b,2026-02-01,0,5",
            ",2026-02-01,7,6",
            "c,some day,7,7",
            "d,2026-02-01,much,8");
    Json explained =
        Json.parse(
            say(
                0,
                "explain",
                "cohort",
                file.toString(),
                "--customer",
                "who",
                "--time",
                "when",
                "--amount",
                "paid",
                "--order",
                "order",
                "--cancelled-prefix",
                "C"));
    assertThat(rules(explained))
        .containsOnly(
            Map.entry("rows", "10"),
            Map.entry("without a customer: left out", "1"),
            Map.entry("without a readable time: left out", "1"),
            Map.entry("without a readable amount: left out", "1"),
            Map.entry("equal to an earlier row in every column: left out", "1"),
            Map.entry("of a cancelled order: money given back", "1"),
            Map.entry("of less than nothing: money given back", "1"),
            Map.entry("of nothing: no purchase, left out", "1"));
    assertThat(Town.text(explained, "paid")).isEqualTo("16.5");
    assertThat(Town.text(explained, "revenue")).isEqualTo("8.5");
    assertThat(Town.text(explained, "ofUnknownCustomers")).isEqualTo("7.0");
  }

  @Test
  void aFunnelOfNamedEvents() throws Exception {
    Path file =
        file(
            "who,when,what",
            "a,2026-01-05 10:00,view",
            "a,2026-01-05 12:00,pay",
            "b,2026-01-05 10:00,view",
            "b,2026-01-15 10:00,pay");
    Json funnel =
        Json.parse(
            say(
                0,
                "funnel",
                file.toString(),
                "--customer",
                "who",
                "--time",
                "when",
                "--event",
                "what",
                "--steps",
                "view,pay"));
    assertThat(Town.text(funnel, "steps.0.people")).isEqualTo("2");
    assertThat(Town.text(funnel, "steps.1.people")).isEqualTo("1");
    assertThat(Town.text(funnel, "steps.1.ofFirst")).isEqualTo("0.5");
    assertThat(Town.text(funnel, "steps.1.medianHours")).isEqualTo("2.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cohort --grain eon --amount paid | day, week, half_month, month",
        "cohort --amount paid --quantity paid | --quantity COLUMN --price COLUMN",
        "rfm | --amount COLUMN",
        "rfm --amount spent | It has who, when, paid",
        "funnel --event what | --steps is missing",
        "rfm --amount paid --steps a | unknown option --steps",
      })
  void whatCanNotBeAskedIsRefused(String words, String said) throws Exception {
    Path file = file("who,when,paid", "a,2026-01-05,10");
    var all = new ArrayList<>(List.of(words.split(" ", -1)));
    all.add(1, file.toString());
    all.addAll(List.of("--customer", "who", "--time", "when"));
    boolean ofFile = words.contains("spent");
    assertThat(say(ofFile ? 1 : 2, all.toArray(String[]::new))).contains(said);
  }
}
