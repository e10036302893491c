package io.huoshui.server.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the demo was asked for.
///
/// @param people how many the synthetic brand has
/// @param data a folder of real data, null for the synthetic brand
/// @param fresh whether to forget an earlier run
record DemoOptions(
    int people,
    @Nullable Path data,
    long seed,
    int port,
    int days,
    boolean exit,
    boolean json,
    boolean fresh,
    @Nullable Path dataDir,
    Path home) {
  static final String HELP =
      """
      ./huoshui demo [options]

        --people N     people of the synthetic brand, 100000 (1000 to 10000000)
        --data DIR     real orders instead: ../shared/data/online_retail or ../shared/data/completejourney
        --seed N       the synthetic brand's seed, 42
        --port N       the console's port, 8080
        --days N       days of campaign time, 30
        --exit         stop everything at the end, instead of leaving the console open
        --json         the report as one JSON object on stdout
        --data-dir DIR where the run is kept, data/demo/SCENARIO
        --fresh        begin again, forgetting an earlier run with the same options

      Interrupt it whenever you like; the same command goes on where it stopped.
      """;

  static DemoOptions parse(List<String> arguments) {
    int people = 100_000;
    Path data = null;
    long seed = 42;
    int port = 8080;
    int days = 30;
    @Nullable Path dataDir = null;
    boolean exit = false;
    boolean json = false;
    boolean fresh = false;
    for (int i = 0; i < arguments.size(); i++) {
      String flag = arguments.get(i);
      switch (flag) {
        case "--exit" -> exit = true;
        case "--json" -> json = true;
        case "--fresh" -> fresh = true;
        case "--people", "--data", "--seed", "--port", "--days", "--data-dir" -> {
          if (++i == arguments.size()) {
            throw new IllegalArgumentException("Option '" + flag + "' needs a value.");
          }
          String value = arguments.get(i);
          switch (flag) {
            case "--people" -> people = (int) number(flag, value, 1_000, 10_000_000);
            case "--seed" -> seed = number(flag, value, Long.MIN_VALUE, Long.MAX_VALUE);
            case "--port" -> port = (int) number(flag, value, 1, 65_535);
            case "--days" -> days = (int) number(flag, value, 1, 120);
            case "--data-dir" -> dataDir = Path.of(value).toAbsolutePath().normalize();
            default -> data = folder(value);
          }
        }
        default ->
            throw new IllegalArgumentException(
                "Unknown option '"
                    + flag
                    + "'. Known: --people --data --seed --port --days --data-dir --exit --json"
                    + " --fresh.");
      }
    }
    Path home = Path.of(System.getProperty("huoshui.home", ".")).toAbsolutePath().normalize();
    return new DemoOptions(people, data, seed, port, days, exit, json, fresh, dataDir, home);
  }

  private static Path folder(String value) {
    Path folder = Path.of(value).toAbsolutePath().normalize();
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException(
          "--data is '"
              + value
              + "', which is no folder. Allowed: a folder with Online Retail or Complete Journey in"
              + " it.");
    }
    return folder;
  }

  private static long number(String flag, String value, long least, long most) {
    try {
      long number = Long.parseLong(value.replace("_", ""));
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // The message below says it better.
    }
    throw new IllegalArgumentException(
        flag + " is '" + value + "', allowed are " + least + " to " + most + ".");
  }

  /// Which scenario of `examples/` this is.
  String scenario() {
    if (data == null) {
      return "synthetic";
    }
    if (Files.exists(data.resolve("transactions_sample.csv.gz"))
        || Files.exists(data.resolve("campaigns.csv.gz"))) {
      return "complete-journey";
    }
    if (Files.exists(data.resolve("online_retail.csv.gz"))
        || Files.exists(data.resolve("online_retail.csv"))) {
      return "online-retail";
    }
    throw new IllegalArgumentException(
        "--data "
            + data
            + " holds neither Online Retail (online_retail.csv.gz) nor Complete Journey"
            + " (campaigns.csv.gz …). For your own exports: ./huoshui serve, then ./huoshui import"
            + " FILE --map MAP.yaml.");
  }

  /// Where this run is kept: the same options find the same run again.
  Path folder() {
    if (dataDir != null) {
      return dataDir;
    }
    String name =
        scenario()
            + (data == null ? "-" + people + "-" + seed : "")
            + (days == 30 ? "" : "-" + days + "d");
    return home.resolve("data/demo").resolve(name);
  }
}
