package io.huoshui.bench;

import io.huoshui.bench.LookalikeStudy.Score;
import io.huoshui.bench.LookalikeStudy.Trial;
import io.huoshui.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// Lookalikes beside RFM and recency on real data: who finds more of the people held back.
final class LookalikeBench {
  private static final List<String> SETS = List.of("online_retail", "completejourney");
  private static final List<String> WAYS = List.of("lookalike", "rfm", "rfmCells", "recency");
  private static final int HALVES = 3;

  private final int seeds;

  LookalikeBench(int seeds) {
    this.seeds = seeds;
  }

  void run() {
    var sets = new LinkedHashMap<String, Json>();
    var all = new ArrayList<Trial>();
    for (String name : SETS) {
      Path folder =
          Path.of(System.getenv().getOrDefault("HUOSHUI_DATA", "../shared/data")).resolve(name);
      if (!Files.isDirectory(folder)) {
        throw new IllegalStateException(
            "No " + name + " in " + folder + ". Set HUOSHUI_DATA to the folder that holds it.");
      }
      List<Trial> trials = study(name, folder, seeds, HALVES);
      all.addAll(trials);
      sets.put(name, summary(name, trials));
    }
    Object[] more = new Object[sets.size() * 2];
    int next = 0;
    for (Map.Entry<String, Json> set : sets.entrySet()) {
      more[next++] = set.getKey();
      more[next++] = set.getValue();
    }
    Figures.line(
        "lookalike",
        figures(all, "AUC of people held back", "lookalike", Score::auc),
        new Figures[] {figures(all, "RFM", "rfm", Score::auc)},
        1,
        more);
  }

  static List<Trial> study(String name, Path data, int seeds, int halves) {
    try {
      Path folder = Files.createTempDirectory("huoshui-bench-lookalike-");
      try {
        return new LookalikeStudy(LookalikeStudy.data(name, data)).run(folder, seeds, halves);
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Json summary(String name, List<Trial> trials) {
    var found = new LinkedHashMap<String, Json>();
    found.put("trials", Json.of(trials.size()));
    System.err.printf(
        Locale.ROOT,
        "%s: %d seeds of %d to %d people, half shown, among %d%n",
        name,
        trials.size(),
        trials.stream().mapToInt(trial -> trial.shown() + trial.heldBack()).min().orElse(0),
        trials.stream().mapToInt(trial -> trial.shown() + trial.heldBack()).max().orElse(0),
        trials.stream().mapToInt(Trial::others).max().orElse(0));
    for (String way : WAYS) {
      Figures auc = figures(trials, way + " AUC", way, Score::auc);
      Figures recall = figures(trials, way + " recall", way, Score::recall);
      Figures lift = figures(trials, way + " lift", way, Score::lift);
      System.err.printf(
          Locale.ROOT,
          "  %-10s AUC %.3f (%.3f-%.3f)  recall@k %.3f (%.3f-%.3f)  lift@10%% %.2f (%.2f-%.2f)%n",
          way,
          auc.median(),
          auc.least(),
          auc.most(),
          recall.median(),
          recall.least(),
          recall.most(),
          lift.median(),
          lift.least(),
          lift.most());
      found.put(
          way,
          Json.object(
              "auc", spread(auc), "recallAtK", spread(recall), "liftAtTenth", spread(lift)));
    }
    for (String way : WAYS.subList(1, WAYS.size())) {
      long better =
          trials.stream()
              .filter(trial -> score(trial, "lookalike").auc() > score(trial, way).auc())
              .count();
      long recalls =
          trials.stream()
              .filter(trial -> score(trial, "lookalike").recall() > score(trial, way).recall())
              .count();
      System.err.printf(
          Locale.ROOT,
          "  better than %s: AUC in %d, recall in %d of %d%n",
          way,
          better,
          recalls,
          trials.size());
      found.put("aucBetterThan_" + way, Json.of(better));
      found.put("recallBetterThan_" + way, Json.of(recalls));
    }
    return new Json.Obj(found);
  }

  static Score score(Trial trial, String way) {
    Score score = trial.by().get(way);
    if (score == null) {
      throw new IllegalArgumentException("Nobody was ranked by " + way);
    }
    return score;
  }

  static Figures figures(
      List<Trial> trials, String name, String way, ToDoubleFunction<Score> what) {
    return new Figures(
        name, "AUC", trials.stream().map(trial -> what.applyAsDouble(score(trial, way))).toList());
  }

  private static Json spread(Figures figures) {
    return Json.of(
        List.of(number(figures.median()), number(figures.least()), number(figures.most())));
  }

  private static Json number(double value) {
    return new Json.Num(new BigDecimal(value).round(new MathContext(4)));
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
