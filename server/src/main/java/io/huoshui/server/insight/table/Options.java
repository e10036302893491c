package io.huoshui.server.insight.table;

import io.huoshui.profile.Period;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/// What a question was told, by the names of its options without `--`: words of the command, and
/// what `--map FILE.yaml` says under the same names. A word counts before the map.
final class Options {
  private final Map<String, String> values = new LinkedHashMap<>();

  /// An option that is given again adds to what was given.
  void add(String option, String value) {
    values.merge(option, value, (one, other) -> one + "," + other);
  }

  /// Takes over what a map says and no word did.
  void map(Path file) {
    try {
      Object root = new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
      if (!(root instanceof Map<?, ?> map)) {
        throw Refused.command(file + " is no map of options", "variant: COLUMN");
      }
      map.forEach((key, value) -> values.putIfAbsent(String.valueOf(key), text(value)));
    } catch (IOException e) {
      throw Refused.command("the map " + file + " can not be read", "a YAML file");
    } catch (YAMLException e) {
      throw Refused.command(
          "the map "
              + file
              + " is no YAML: "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""),
          "variant: COLUMN");
    }
  }

  private static String text(@Nullable Object value) {
    return switch (value) {
      case Collection<?> list -> list.stream().map(Options::text).collect(Collectors.joining(","));
      case Map<?, ?> map ->
          map.entrySet().stream()
              .map(each -> each.getKey() + "=" + each.getValue())
              .collect(Collectors.joining(","));
      case null -> "";
      default -> String.valueOf(value);
    };
  }

  Collection<String> names() {
    return values.keySet();
  }

  boolean has(String option) {
    return values.containsKey(option);
  }

  String needed(String option) {
    String value = values.get(option);
    if (value == null || value.isBlank()) {
      throw Refused.command("--" + option + " is missing", "the name of a column");
    }
    return value;
  }

  @Nullable String given(String option) {
    return values.get(option);
  }

  /// What stands between commas; nothing when it is not given.
  List<String> list(String option) {
    String value = values.get(option);
    var list = new ArrayList<String>();
    if (value != null) {
      for (String each : value.split(",", -1)) {
        if (!each.isBlank()) {
          list.add(each.strip());
        }
      }
    }
    return list;
  }

  /// The names of the columns of a file without a header.
  List<String> columns() {
    return list("columns");
  }

  /// One of some words, the first when it is not given.
  String among(String option, String... words) {
    String value = values.getOrDefault(option, words[0]);
    if (!List.of(words).contains(value)) {
      throw Refused.command("--" + option + " is '" + value + "'", String.join(", ", words));
    }
    return value;
  }

  /// @param example what a number is of, with one
  double number(String option, String example) {
    String text = values.getOrDefault(option, "");
    if (!text.matches("\\d{1,9}(\\.\\d{1,9})?")) {
      throw Refused.command("--" + option + " is '" + text + "'", "a number of " + example);
    }
    return Double.parseDouble(text);
  }

  double number(String option, String example, double otherwise) {
    return has(option) ? number(option, example) : otherwise;
  }

  LocalDate date(String option) {
    String text = values.getOrDefault(option, "");
    try {
      return LocalDate.parse(text);
    } catch (DateTimeException e) {
      throw Refused.command("--" + option + " is '" + text + "'", "a day: 1997-09-30");
    }
  }

  Period period(String option, String otherwise) {
    String text = values.getOrDefault(option, otherwise);
    try {
      Period period = Period.parse(text);
      if (period.amount() == 0) {
        throw Refused.command("--" + option + " is '" + text + "'", "a time: 30d, 48h, 15m");
      }
      return period;
    } catch (IllegalArgumentException e) {
      throw Refused.command("--" + option + " is '" + text + "'", "a time: 30d, 48h, 15m");
    }
  }

  /// `a=1,b=2` as names with numbers above 0.
  Map<String, Double> shares(String option) {
    var shares = new LinkedHashMap<String, Double>();
    for (String each : list(option)) {
      int at = each.lastIndexOf('=');
      String number = at < 0 ? "" : each.substring(at + 1).strip();
      if (at < 1 || !number.matches("\\d{1,9}(\\.\\d{1,9})?") || Double.parseDouble(number) == 0) {
        throw Refused.command("--" + option + " has '" + each + "'", "shares above 0: a=1,b=1");
      }
      shares.put(each.substring(0, at).strip(), Double.parseDouble(number));
    }
    return shares;
  }
}
