package io.huoshui.platforms.file;

import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `./huoshui import`: the command line around [Importer].
public final class Import {
  private static final String USAGE =
      """
      ./huoshui import FILE|DIR --map MAP.yaml [options]

        FILE|DIR          the export, or the folder that holds the files of the map
        --map MAP.yaml    how rows become events; see docs/import.md and examples/
        --server URL      where to; without it the server running here
        --key-file FILE   holds the write key of the source; else HUOSHUI_WRITE_KEY, else the
                          server running here is asked for one
        --rejects PATH    refused rows go here instead of FILE.rejects.csv beside each file
        --data-dir DIR    the data folder; else HUOSHUI_HOME_DATA, else data
        --restart         begin anew even if an earlier run was interrupted

      Reads CSV, TSV, JSON, NDJSON (each also .gz), Parquet and XLSX. Can be interrupted: the same
      command goes on. Running it again adds nothing twice.
      """;

  private Import() {}

  /// The command line, understood.
  private record Arguments(
      Path input,
      Path map,
      @Nullable URI server,
      @Nullable Path keyFile,
      @Nullable Path rejects,
      @Nullable Path data,
      boolean restart) {}

  public static void main(String[] words) {
    boolean chinese = chinese(System.getenv());
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> interrupted(chinese), "import-interrupted"));
    int exit = run(List.of(words), System.getenv(), System.out, System.err, terminal());
    finished = true;
    System.exit(exit);
  }

  private static volatile boolean finished;
  private static volatile boolean started;

  private static void interrupted(boolean chinese) {
    if (started && !finished) {
      System.err.println(
          chinese
              ? "\n已中断。再次运行同一命令即可继续，不会重复导入。"
              : "\ninterrupted; the same command goes on from here");
    }
  }

  /// Whether standard error is a terminal. The JDK only tells for input and output together.
  private static boolean terminal() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException _) {
      return System.console() instanceof Console console && console.isTerminal();
    }
  }

  private static boolean chinese(Map<String, String> environment) {
    for (String name : List.of("LC_ALL", "LC_MESSAGES", "LANG")) {
      String value = environment.getOrDefault(name, "");
      if (!value.isEmpty()) {
        return value.toLowerCase(Locale.ROOT).startsWith("zh");
      }
    }
    return false;
  }

  /// @return 0 when the import is done (rows may have been refused), 1 when it can not go on, 2
  ///   when the command is wrong
  static int run(
      List<String> words,
      Map<String, String> environment,
      PrintStream out,
      PrintStream err,
      boolean terminal) {
    if (words.contains("--help") || words.contains("-h")) {
      out.print(USAGE);
      return 0;
    }
    boolean chinese = chinese(environment);
    try {
      Arguments arguments = parse(words);
      Summary summary = run(arguments, environment, err, terminal, chinese);
      out.print(summary.text(chinese));
      return 0;
    } catch (ImportException e) {
      err.println();
      err.println("huoshui import: " + e.code() + ": " + e.getMessage());
      err.println("  " + (chinese ? "下一步：" : "next: ") + e.next());
      return e.code().equals("import.bad_command") ? 2 : 1;
    }
  }

  private static Summary run(
      Arguments arguments,
      Map<String, String> environment,
      PrintStream err,
      boolean terminal,
      boolean chinese) {
    Path data = arguments.data == null ? dataFolder(environment) : arguments.data;
    MapReader.Read read = MapReader.read(arguments.map);
    read.warnings().forEach(err::println);
    ImportMap map = read.map();
    List<InputFile> inputs = InputFile.find(map, arguments.input);
    try (HttpClient http =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build()) {
      Access access =
          Access.find(arguments.server, arguments.keyFile, map.source(), data, environment, http);
      started = true;
      return new Importer(
              map,
              inputs,
              access,
              new Sender(http, access, Thread::sleep),
              data.resolve("import"),
              arguments.rejects,
              arguments.restart,
              new ProgressLine(err, terminal, chinese, System::nanoTime),
              System::nanoTime)
          .run();
    }
  }

  private static Path dataFolder(Map<String, String> environment) {
    String named = environment.getOrDefault("HUOSHUI_HOME_DATA", "");
    return named.isEmpty()
        ? Path.of(System.getProperty("huoshui.home", "."), "data")
        : Path.of(named);
  }

  private static Arguments parse(List<String> words) {
    Path input = null;
    Path map = null;
    URI server = null;
    Path keyFile = null;
    Path rejects = null;
    Path data = null;
    boolean restart = false;
    var rest = new ArrayList<>(words);
    while (!rest.isEmpty()) {
      String word = rest.removeFirst();
      switch (word) {
        case "--restart" -> restart = true;
        case "--map" -> map = Path.of(value(word, rest));
        case "--server" -> server = server(value(word, rest));
        case "--key-file" -> keyFile = Path.of(value(word, rest));
        case "--rejects" -> rejects = Path.of(value(word, rest));
        case "--data-dir" -> data = Path.of(value(word, rest));
        default -> {
          if (word.startsWith("-") || input != null) {
            throw bad(
                "'" + word + "' is not understood",
                "Known: --map, --server, --key-file, --rejects, --data-dir, --restart, --help.");
          }
          input = Path.of(word);
        }
      }
    }
    if (input == null) {
      throw bad("which file or folder?", "./huoshui import FILE|DIR --map MAP.yaml");
    }
    if (map == null) {
      throw bad(
          "which map?",
          "./huoshui import "
              + input
              + " --map MAP.yaml; examples/ has two, docs/import.md"
              + " explains them.");
    }
    return new Arguments(input, map, server, keyFile, rejects, data, restart);
  }

  private static String value(String option, List<String> rest) {
    if (rest.isEmpty() || rest.getFirst().startsWith("--")) {
      throw bad(option + " needs a value", "See ./huoshui import --help.");
    }
    return rest.removeFirst();
  }

  private static URI server(String text) {
    try {
      URI uri = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
      if (uri.getHost() != null
          && List.of("http", "https").contains(String.valueOf(uri.getScheme()))) {
        return uri;
      }
    } catch (IllegalArgumentException _) {
      // Falls through to the one message for every kind of wrong address.
    }
    throw bad("'" + text + "' is no address of a server", "Write it as http://localhost:8080.");
  }

  private static ImportException bad(String message, String next) {
    return new ImportException("import.bad_command", ImportException.Kind.USER, message, next);
  }
}
