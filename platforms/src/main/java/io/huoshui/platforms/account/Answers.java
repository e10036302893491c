package io.huoshui.platforms.account;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The table of answers: what each code of each platform asks for, the one truth of all clients.
///
/// A code the table does not have asks for a human; it is kept and counted, so that somebody can
/// add its line.
public final class Answers {
  private static final String COLUMNS =
      "platform\twhere\tcode\tabout\taction\tamount\tzh\ten\tsource\tasOf";
  private static final int MOST_UNKNOWN = 1_000;

  private static final Answers TABLE = load();

  private record Key(Platform platform, Verdict.Where where, String code) {}

  private final Map<Key, Verdict> verdicts;
  private final Map<Key, Long> unknown = new ConcurrentHashMap<>();

  private Answers(Map<Key, Verdict> verdicts) {
    this.verdicts = Map.copyOf(verdicts);
  }

  /// The table this program ships with.
  public static Answers table() {
    return TABLE;
  }

  private static Answers load() {
    try (InputStream in = Answers.class.getResourceAsStream("answers.tsv")) {
      if (in == null) {
        throw new IllegalStateException("answers.tsv is not in the jar");
      }
      return read("answers.tsv", new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Reads a table: tab-separated, a first line of column names, `#` before remarks.
  ///
  /// @throws IllegalArgumentException naming the line
  static Answers read(String file, String text) {
    var verdicts = new LinkedHashMap<Key, Verdict>();
    int number = 0;
    boolean headed = false;
    for (String line : text.split("\n", -1)) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      try {
        if (!headed) {
          if (!line.equals(COLUMNS)) {
            throw new IllegalArgumentException("the columns are: " + COLUMNS.replace("\t", ", "));
          }
          headed = true;
          continue;
        }
        Verdict verdict = verdict(line);
        var key = new Key(verdict.platform(), verdict.where(), verdict.code());
        if (verdicts.putIfAbsent(key, verdict) != null) {
          throw new IllegalArgumentException(
              "code '"
                  + verdict.code()
                  + "' of "
                  + verdict.platform().wire()
                  + " is there twice; keep one line");
        }
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(file + " line " + number + ": " + e.getMessage(), e);
      }
    }
    return new Answers(verdicts);
  }

  private static Verdict verdict(String line) {
    String[] cells = line.split("\t", -1);
    if (cells.length != 10) {
      throw new IllegalArgumentException(cells.length + " columns, 10 are needed");
    }
    Action action = one("action", cells[4], Action.values(), Action::wire);
    int amount = cells[5].isEmpty() ? 0 : whole(cells[5]);
    boolean counted =
        switch (action) {
          case RETRY, LOWER_CONCURRENCY, BACK_OFF, LATER -> true;
          case REFRESH, SKIP, DROP_RELATION, REASSIGN, NEVER, HUMAN, STOP_CHANNEL, OTHER_CHANNEL ->
              false;
        };
    if (counted != amount > 0) {
      throw new IllegalArgumentException(
          "amount is '"
              + cells[5]
              + "', "
              + action.wire()
              + (counted ? " needs a number over 0" : " has none"));
    }
    for (int column : new int[] {2, 6, 7, 8}) {
      if (cells[column].isBlank()) {
        throw new IllegalArgumentException(
            "column " + COLUMNS.split("\t", -1)[column] + " is empty");
      }
    }
    return new Verdict(
        one("platform", cells[0], Platform.values(), Platform::wire),
        one(
            "where",
            cells[1],
            Verdict.Where.values(),
            each -> each == Verdict.Where.CALL ? "call" : "token"),
        cells[2],
        one("about", cells[3], About.values(), About::wire),
        action,
        amount,
        cells[6],
        cells[7],
        cells[8],
        date(cells[9]),
        true);
  }

  private static <T> T one(String column, String text, T[] all, Function<T, String> wire) {
    for (T each : all) {
      if (wire.apply(each).equals(text)) {
        return each;
      }
    }
    throw new IllegalArgumentException(
        column
            + " is '"
            + text
            + "', allowed: "
            + Arrays.stream(all).map(wire).collect(Collectors.joining(", ")));
  }

  private static int whole(String text) {
    if (!text.matches("[0-9]{1,7}")) {
      throw new IllegalArgumentException("amount is '" + text + "', allowed is a whole number");
    }
    return Integer.parseInt(text);
  }

  private static LocalDate date(String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("asOf is '" + text + "', allowed: 2025-11-17", e);
    }
  }

  /// What a code asks for; a code that is not in the table is counted.
  public Verdict of(Platform platform, String code) {
    return of(platform, Verdict.Where.CALL, code);
  }

  /// The same of an answer to a question for a token, where it has another meaning.
  public Verdict of(Platform platform, Verdict.Where where, String code) {
    Verdict found = find(platform, where, code);
    if (found != null) {
      return found;
    }
    var key = new Key(platform, where, code);
    if (unknown.size() < MOST_UNKNOWN || unknown.containsKey(key)) {
      unknown.merge(key, 1L, Long::sum);
    }
    return new Verdict(
        platform,
        where,
        code,
        About.CALL,
        Action.HUMAN,
        0,
        "未登记的返回码",
        "a code the table does not have",
        "",
        LocalDate.EPOCH,
        false);
  }

  private @Nullable Verdict find(Platform platform, Verdict.Where where, String code) {
    Verdict exact = verdicts.get(new Key(platform, where, code));
    if (exact != null) {
      return exact;
    }
    for (int dot = code.lastIndexOf('.'); dot > 0; dot = code.lastIndexOf('.', dot - 1)) {
      Verdict family = verdicts.get(new Key(platform, where, code.substring(0, dot) + ".*"));
      if (family != null) {
        return new Verdict(
            platform,
            where,
            code,
            family.about(),
            family.action(),
            family.amount(),
            family.zh(),
            family.en(),
            family.source(),
            family.asOf(),
            true);
      }
    }
    return where == Verdict.Where.TOKEN ? find(platform, Verdict.Where.CALL, code) : null;
  }

  /// Every line, in the order of platform and code.
  public List<Verdict> all() {
    var all = new ArrayList<>(verdicts.values());
    all.sort(
        java.util.Comparator.comparing(Verdict::platform)
            .thenComparing(Verdict::where)
            .thenComparing(Verdict::code));
    return List.copyOf(all);
  }

  /// Codes that came and are not in the table, `wecom 49999`, and how often since the start.
  public Map<String, Long> unknown() {
    var counts = new TreeMap<String, Long>();
    unknown.forEach((key, count) -> counts.put(key.platform().wire() + " " + key.code(), count));
    return counts;
  }
}
