package io.huoshui.platforms.account;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a platform takes of one account, API by API. The numbers come with their source and date;
/// an account may say otherwise, because platforms grant other quotas.
public final class Allowances {
  private static final String COLUMNS = "platform\tapi\twhat\tvalue\tsource\tasOf";
  private static final String EVERY = "*";
  private static final Map<Platform, Allowances> TABLE = load();

  /// What is counted.
  public enum What {
    PER_MINUTE("perMinute"),
    PER_HOUR("perHour"),
    AT_ONCE("atOnce"),

    /// Of a minute's calls, how many may leave together; the others leave evenly. At 100 none waits
    /// while the minute has room.
    IN_ONE_GO_PERCENT("inOneGoPercent"),
    SECOND_BAN_SECONDS("secondBanSeconds"),
    THIRD_BAN_SECONDS("thirdBanSeconds");

    private final String wire;

    What(String wire) {
      this.wire = wire;
    }

    public String wire() {
      return wire;
    }
  }

  /// One number, with who says so and when it was read.
  ///
  /// @param api `externalcontact/mark_tag`, or `*` for every API without a line of its own
  public record Allowance(String api, What what, int value, String source, LocalDate asOf) {}

  private record Key(String api, What what) {}

  private final Map<Key, Allowance> lines;

  private Allowances(Map<Key, Allowance> lines) {
    this.lines = Map.copyOf(lines);
  }

  /// What is known of a platform.
  public static Allowances of(Platform platform) {
    Allowances known = TABLE.get(platform);
    if (known == null) {
      throw new IllegalStateException("allowances.tsv says nothing of " + platform.wire());
    }
    return known;
  }

  private static Map<Platform, Allowances> load() {
    try (InputStream in = Allowances.class.getResourceAsStream("allowances.tsv")) {
      if (in == null) {
        throw new IllegalStateException("allowances.tsv is not in the jar");
      }
      return read("allowances.tsv", new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Map<Platform, Allowances> read(String file, String text) {
    var found = new HashMap<Platform, Map<Key, Allowance>>();
    int number = 0;
    for (String line : text.split("\n", -1)) {
      number++;
      if (line.isBlank() || line.startsWith("#") || line.equals(COLUMNS)) {
        continue;
      }
      String[] cells = line.split("\t", -1);
      Platform platform = null;
      What what = null;
      if (cells.length == 6) {
        platform = named(Platform.values(), cells[0]);
        what = named(What.values(), cells[2]);
      }
      if (platform == null || what == null || !cells[3].matches("[1-9][0-9]{0,8}")) {
        throw new IllegalArgumentException(
            file
                + " line "
                + number
                + ": the columns are "
                + COLUMNS.replace("\t", ", ")
                + "; what is one of "
                + Arrays.toString(What.values()));
      }
      var allowance =
          new Allowance(
              cells[1], what, Integer.parseInt(cells[3]), cells[4], LocalDate.parse(cells[5]));
      if (found
              .computeIfAbsent(platform, _ -> new HashMap<>())
              .putIfAbsent(new Key(cells[1], what), allowance)
          != null) {
        throw new IllegalArgumentException(
            file + " line " + number + ": " + cells[1] + " " + cells[2] + " is there twice");
      }
    }
    var all = new HashMap<Platform, Allowances>();
    found.forEach((platform, lines) -> all.put(platform, new Allowances(lines)));
    return Map.copyOf(all);
  }

  private static @Nullable Platform named(Platform[] all, String wire) {
    return Arrays.stream(all).filter(each -> each.wire().equals(wire)).findFirst().orElse(null);
  }

  private static @Nullable What named(What[] all, String wire) {
    return Arrays.stream(all).filter(each -> each.wire().equals(wire)).findFirst().orElse(null);
  }

  /// These with one number changed: for every API that has no line of its own.
  public Allowances with(What what, int value) {
    var changed = new HashMap<>(lines);
    changed.put(
        new Key(EVERY, what),
        new Allowance(EVERY, what, value, "set for this account", LocalDate.EPOCH));
    return new Allowances(changed);
  }

  /// What counts for one API.
  ///
  /// @throws IllegalStateException when not even `*` says it
  public int value(String api, What what) {
    Allowance own = lines.get(new Key(api, what));
    Allowance every = own == null ? lines.get(new Key(EVERY, what)) : own;
    if (every == null) {
      throw new IllegalStateException("allowances.tsv has no line for " + what.wire());
    }
    return every.value();
  }

  /// Every line, by API.
  public List<Allowance> all() {
    var all = new ArrayList<>(lines.values());
    all.sort(java.util.Comparator.comparing(Allowance::api).thenComparing(Allowance::what));
    return List.copyOf(all);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Allowances that && lines.equals(that.lines);
  }

  @Override
  public int hashCode() {
    return lines.hashCode();
  }
}
