package io.huoshui.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.huoshui.bench.LookalikeStudy.Score;
import io.huoshui.bench.LookalikeStudy.Trial;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// On real data lookalikes find people held back better than what operators rank by today.
class LookalikeOnRealDataTest {
  @ParameterizedTest
  @ValueSource(strings = {"online_retail", "completejourney"})
  void moreOfThoseHeldBackAreFoundThanByRfm(String name) {
    String named = System.getenv("HUOSHUI_DATA");
    Path data = named == null ? Path.of("../../shared/data") : Path.of(named);
    assumeTrue(
        Files.isDirectory(data.resolve(name)),
        () -> "needs the data set " + data.resolve(name).toAbsolutePath().normalize());

    List<Trial> trials = LookalikeBench.study(name, data.resolve(name), 3, 1);

    assertThat(trials).hasSize(3);
    for (String way : List.of("rfm", "rfmCells", "recency")) {
      assertThat(mean(trials, "lookalike")).as(way).isGreaterThan(mean(trials, way));
    }
    // What the model says of itself is about what it does.
    for (Trial trial : trials) {
      Score score = LookalikeBench.score(trial, "lookalike");
      assertThat(score.auc())
          .as("%s, said %s", trial.seed(), trial.said())
          .isBetween(trial.said().from() - 0.06, trial.said().to() + 0.06);
    }
  }

  private static double mean(List<Trial> trials, String way) {
    return trials.stream()
        .mapToDouble(trial -> LookalikeBench.score(trial, way).auc())
        .average()
        .orElseThrow();
  }
}
