package io.huoshui.server.insight.table;

import io.huoshui.json.Json;
import io.huoshui.platforms.file.ImportException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// `./huoshui insight`: what a table says, without a server. Prints one JSON object. Reads the
/// words, finds the [TableQuestion], and lets it answer or explain.
public final class InsightCommand {
  /// Every question there is.
  private static final List<TableQuestion> QUESTIONS =
      List.of(
          new LtvQuestion(),
          new SheetQuestion.OfRfm(),
          new SheetQuestion.OfCohorts(),
          new SheetQuestion.OfFunnel(),
          new ExperimentQuestion(),
          new AttributionQuestion(),
          new CallsQuestion());

  private static final String EXPLAIN = "explain";

  /// Options of every question.
  private static final List<String> SHARED = List.of("columns", "map");

  private InsightCommand() {}

  public static void main(String[] words) {
    System.exit(run(List.of(words), System.out, System.err));
  }

  private static String usage() {
    return "usage: ./huoshui insight QUESTION FILE [options] [--json]\n"
        + "       ./huoshui insight explain [QUESTION] FILE [options]\n\n"
        + "Questions about a table (CSV, NDJSON, Parquet), each answered with one JSON object.\n"
        + "对一张表提问,每个问题输出一个 JSON。\n\n"
        + QUESTIONS.stream().map(TableQuestion::usage).collect(Collectors.joining("\n"))
        + """

        Of every question:
            --columns A,B,C          names the columns of a file without a header
            --map MAP.yaml           the same options without '--', in a file; words count before it

        `explain` says which rules were applied to the rows, and to how many.
        """;
  }

  /// @return 0 when it was answered, 1 when the file does not allow it, 2 when the command is wrong
  static int run(List<String> words, PrintStream out, PrintStream err) {
    if (words.isEmpty() || words.contains("--help")) {
      out.print(usage());
      return words.isEmpty() ? 2 : 0;
    }
    try {
      out.println(answer(words).write());
      return 0;
    } catch (ImportException e) {
      return said(err, e.code(), String.valueOf(e.getMessage()), e.next(), 1);
    } catch (Refused e) {
      return said(err, e.code(), String.valueOf(e.getMessage()), e.next(), e.exit());
    }
  }

  private static int said(PrintStream err, String code, String why, String next, int exit) {
    err.println("huoshui insight: " + code + ": " + why);
    err.println("  next: " + next);
    return exit;
  }

  private static @Nullable TableQuestion named(String word) {
    return QUESTIONS.stream()
        .filter(question -> question.name().equals(word))
        .findFirst()
        .orElse(null);
  }

  private static Json answer(List<String> words) {
    boolean explain = words.getFirst().equals(EXPLAIN);
    var options = new Options();
    var plain = new ArrayList<String>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (!word.startsWith("--")) {
        plain.add(word);
      } else if (i + 1 < words.size() && !word.equals("--json")) {
        options.add(word.substring(2), words.get(++i));
      } else if (!word.equals("--json")) {
        // JSON is all it ever prints.
        throw Refused.command(word + " needs a value", "./huoshui insight --help");
      }
    }
    plain = new ArrayList<>(plain.subList(explain ? 1 : 0, plain.size()));
    String map = options.given("map");
    if (map != null) {
      options.map(Path.of(map));
    }
    TableQuestion question = plain.isEmpty() ? null : named(plain.getFirst());
    if (question != null) {
      plain.removeFirst();
    } else if (explain) {
      question = asked(options);
    } else {
      throw Refused.command(
          "'" + words.getFirst() + "' is no question",
          Stream.concat(QUESTIONS.stream().map(TableQuestion::name), Stream.of(EXPLAIN))
              .collect(Collectors.joining(", ")));
    }
    var known = new ArrayList<>(question.needs());
    known.addAll(question.takes());
    known.addAll(SHARED);
    for (String option : options.names()) {
      if (!known.contains(option)) {
        throw Refused.command(
            "unknown option --" + option,
            known.stream().map(each -> "--" + each).collect(Collectors.joining(", ")));
      }
    }
    if (plain.size() != 1) {
      throw Refused.command(
          plain.isEmpty() ? "no file is given" : "too many files: " + String.join(", ", plain),
          question.name() + " FILE [options]");
    }
    question.needs().forEach(options::needed);
    Path file = Path.of(plain.getFirst());
    return explain ? question.explain(file, options) : question.answer(file, options);
  }

  /// The question whose options are given; that of purchases where none fits.
  private static TableQuestion asked(Options options) {
    return QUESTIONS.stream()
        .filter(question -> question.needs().stream().allMatch(options::has))
        .filter(
            question ->
                options.names().stream()
                    .allMatch(
                        name ->
                            SHARED.contains(name)
                                || question.needs().contains(name)
                                || question.takes().contains(name)))
        .findFirst()
        .orElse(QUESTIONS.getFirst());
  }
}
