package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.engine.rehearsal.Expectation;
import io.huoshui.engine.rehearsal.HistoryPeople;
import io.huoshui.engine.rehearsal.Rehearsal;
import io.huoshui.engine.rehearsal.Report;
import io.huoshui.engine.rehearsal.ScriptJson;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A data folder's past, played on with other definitions.
class HistoryRehearsalTest {
  private static final Instant AT = Instant.parse("2026-03-06T15:00:00Z");

  @TempDir Path folder;

  private static final String SCRIPT =
      """
      {"scenario": "again", "days": 10,
       "templates": [{"name": "hi", "channel": "sms", "text": "好久不见", "sender": "活水", "costFen": 5}],
       "journeys": [{"journey": "thanks", "entry": {"event": "order_paid"}, "reentry": {"perKey": "orderId"},
         "goal": {"event": "order_paid", "within": "5d", "exits": false},
         "steps": [{"id": "hi", "send": "hi"}, {"id": "w", "wait": "2d"}]}]}
      """;

  private Report play(Path of, Instant at) {
    return Rehearsal.run(
        ScriptJson.read(Json.parse(SCRIPT)),
        new HistoryPeople(of, new Seal(Brand.KEY), at, _ -> {}),
        _ -> {});
  }

  /// Nine people order on the first day; four of them again five days later.
  private void history(Brand brand) {
    for (int i = 0; i < 9; i++) {
      Identifier phone = phone(i);
      brand.happens("consent_given", phone, "channel", "sms");
      brand.happens("order_paid", phone, "orderId", "a" + i, "amountFen", 5_000);
    }
    brand.passes(Duration.ofDays(6));
    for (int i = 0; i < 4; i++) {
      brand.happens("order_paid", phone(i), "orderId", "b" + i, "amountFen", 7_000);
      brand.happens("message_delivered", phone(i), "touchpoint", "old/1/0//x");
    }
    brand.passes(Duration.ofDays(1));
  }

  private static Identifier phone(int person) {
    return Identifier.of(IdentifierKind.PHONE, "1380000000" + person);
  }

  @Test
  void whatReallyHappenedAfterTheInstantHappensAgainAndTheFolderStaysAsItIs() throws IOException {
    try (var brand = new Brand(folder, "Asia/Shanghai", "2026-03-05T15:00:00Z")) {
      history(brand);
    }
    Map<String, Long> before = files();

    Report report = play(folder, AT);

    for (String expected :
        List.of(
            "people = 9",
            "journeys.thanks.entered = 4",
            "happened.order_paid = 4",
            "journeys.thanks.verdicts.sent = 4",
            "journeys.thanks.costFen = 20",
            "gate.sentInQuietHours = 0")) {
      assertThat(Expectation.parse(expected).of(report.body()))
          .matches(Expectation.Outcome::holds, expected);
    }
    assertThat(files()).isEqualTo(before);
    assertThat(play(folder, AT).body().write()).isEqualTo(report.body().write());
  }

  @Test
  void withoutAnInstantItBeginsWhereTheLogEnds() {
    try (var brand = new Brand(folder, "Asia/Shanghai", "2026-03-05T15:00:00Z")) {
      history(brand);
    }

    assertThat(
            Expectation.parse("journeys.thanks.entered = 0").of(play(folder, Instant.MAX).body()))
        .matches(Expectation.Outcome::holds);
  }

  @Test
  void aFolderThatAnEngineHasIsRefusedAndSoIsATimeBeforeEverything() {
    try (var brand = new Brand(folder, "Asia/Shanghai", "2026-03-05T15:00:00Z")) {
      history(brand);
      assertThatThrownBy(() -> play(folder, AT)).isInstanceOf(EngineException.class);
    }
    assertThatThrownBy(() -> play(folder, Instant.parse("2020-01-01T00:00:00Z")))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("Name a later --at");
  }

  private Map<String, Long> files() throws IOException {
    var files = new TreeMap<String, Long>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString(), Files.size(file));
      }
    }
    return files;
  }
}
