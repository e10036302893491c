package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is marked while the engine goes on stays readable as it was, and reading tells how far it
/// is.
class InspectionTest {
  @TempDir Path folder;

  private Brand brand() {
    return new Brand(folder, "Asia/Kathmandu", "2026-03-05T04:00:00Z");
  }

  private static Identifier member(int number) {
    return Identifier.of(IdentifierKind.MEMBER_NUMBER, "m" + number);
  }

  @Test
  void whatIsMarkedIsOneRecordAndStaysSo() {
    try (Brand brand = brand()) {
      for (int i = 0; i < 50; i++) {
        brand.happens("page_viewed", member(i));
      }
      var ran = new ArrayList<Long>();
      try (Standing standing =
          brand.engine().stand(() -> ran.add(brand.engine().now().toEpochMilli()))) {
        for (int i = 50; i < 90; i++) {
          brand.happens("page_viewed", member(i));
        }
        assertThat(ran).hasSize(1);
        assertThat(standing.record()).isEqualTo(51);
        assertThat(standing.people()).isEqualTo(50);
        try (var inspection = Inspection.beside(folder, new Seal(Brand.KEY), standing.extent())) {
          Inspection.Found found = inspection.readLog(_ -> {});
          assertThat(found.records()).isEqualTo(standing.record());
          assertThat(found.events()).isEqualTo(standing.events()).isEqualTo(50);
        }
      }
    }
  }

  @Test
  void aReadingSaysHowFarItIsAndEndsWithAllOfIt() {
    try (Brand brand = brand()) {
      for (int i = 0; i < 450; i++) {
        brand.happens("page_viewed", member(i));
      }
    }
    var readings = new ArrayList<Engine.Reading>();
    try (var inspection = Inspection.of(folder, new Seal(Brand.KEY))) {
      inspection.readLog(readings::add);
    }
    assertThat(readings)
        .extracting(Engine.Reading::record)
        .isEqualTo(List.of(100L, 200L, 300L, 400L, 451L));
    assertThat(readings).extracting(Engine.Reading::share).isSorted();
    assertThat(readings).allSatisfy(r -> assertThat(r.share()).isBetween(0.1, 1.0));
    Engine.Reading last = readings.getLast();
    assertThat(last).isEqualTo(new Engine.Reading(451, 451, 450, last.share()));
    assertThat(last.share()).isGreaterThan(0.99);
  }
}
