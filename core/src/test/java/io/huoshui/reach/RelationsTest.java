package io.huoshui.reach;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.Someone;
import io.huoshui.reach.Relations.Difference;
import io.huoshui.reach.Relations.Stand;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RelationsTest {
  /// What a timeline says is written `+guide@second` and `-guide@second`, in any order.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # heard of, in this order     | is a contact of
          +li@1                         | li
          +li@1 -li@2                   | ''
          -li@2 +li@1                   | ''
          +li@3 -li@2 +li@1             | li
          +li@1 +wu@2                   | li wu
          +wu@2 -li@3 +li@1             | wu
          +li@1 +wu@2 -@3               | ''
          -@3 +li@4 +wu@1               | li
          """)
  void theLatestWordCountsInWhateverOrderItCame(String heard, String contacts) {
    var events =
        java.util.List.of(heard.split(" ")).stream()
            .map(
                word -> {
                  int at = word.indexOf('@');
                  String guide = word.substring(1, at);
                  String name = word.startsWith("+") ? "contact_added" : "contact_removed";
                  String time = "2026-02-01T00:00:0" + word.substring(at + 1) + "Z";
                  return guide.isEmpty()
                      ? Someone.did(name, time)
                      : Someone.did(name, time, "guide", guide);
                })
            .toArray(io.huoshui.event.Event[]::new);
    assertThat(
            Relations.withGuides(Someone.who(events).timeline()).entrySet().stream()
                .filter(each -> each.getValue().there())
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(" ")))
        .isEqualTo(contacts);
  }

  @Test
  void whatDiffersIsWrittenWithThePlatformsTimeWhereItCanBe() {
    var there = new LinkedHashMap<String, Long>();
    there.put("new", 50L);
    there.put("same", 10L);
    there.put("cameAgain", 40L);
    there.put("neverLeft", 20L);
    there.put("leftSince", 10L);
    var told = new LinkedHashMap<String, Stand>();
    told.put("same", new Stand(true, 10));
    told.put("cameAgain", new Stand(false, 30));
    told.put("neverLeft", new Stand(false, 30));
    told.put("gone", new Stand(true, 10));
    told.put("leftBefore", new Stand(false, 10));
    // After the platform was asked the timeline knows more than the answer.
    told.put("leftSince", new Stand(false, 101));
    told.put("cameSince", new Stand(true, 101));
    assertThat(Relations.compare(there, told, 100))
        .containsExactlyInAnyOrder(
            new Difference<>("new", true, 50),
            new Difference<>("cameAgain", true, 40),
            new Difference<>("neverLeft", true, 100),
            new Difference<>("gone", false, 100));
  }
}
