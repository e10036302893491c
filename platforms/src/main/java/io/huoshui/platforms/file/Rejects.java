package io.huoshui.platforms.file;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What was refused and why, beside the file it came from: `sales.csv.rejects.csv`.
///
/// Written anew by each run; what the server refused in an earlier, interrupted run is repeated
/// from the journal. A file without refusals has no such file.
final class Rejects implements AutoCloseable {
  static final String SUFFIX = ".rejects.csv";

  /// One refusal. `row` is 0 when no row of a file can be named.
  record Refusal(long row, String code, String field, String value, String why, String raw) {}

  private final List<InputFile> files;
  private final @Nullable Path single;
  private final Path fallback;
  private final Map<Path, BufferedWriter> writers = new HashMap<>();
  private final Map<String, Long> byCode = new TreeMap<>();
  private final List<String> moved = new ArrayList<>();

  /// @param single one file for all, or null: one beside each input
  /// @param fallback the folder used when an input's own may not be written
  Rejects(List<InputFile> files, @Nullable Path single, Path fallback) {
    this.files = files;
    this.single = single;
    this.fallback = fallback;
  }

  void add(Refusal refusal) {
    byCode.merge(refusal.code, 1L, Long::sum);
    InputFile file =
        refusal.row == 0 ? files.getFirst() : files.get(InputFile.ordinalOf(refusal.row));
    Path target = target(file);
    BufferedWriter writer = writers.computeIfAbsent(target, this::open);
    try {
      cell(writer, String.valueOf(file.path().getFileName()), ',');
      cell(writer, refusal.row == 0 ? "" : "" + InputFile.lineOf(refusal.row), ',');
      cell(writer, refusal.code, ',');
      cell(writer, refusal.field, ',');
      cell(writer, refusal.value, ',');
      cell(writer, refusal.why, ',');
      cell(writer, refusal.raw, '\n');
    } catch (IOException e) {
      throw full(target, e);
    }
  }

  private static ImportException full(Path target, IOException e) {
    return new ImportException(
        "import.rejects_unwritable",
        ImportException.Kind.RESOURCES,
        "The rejects can not be written to " + target + ": " + e.getMessage(),
        "Free some space or give --rejects another place, then run the same command again.",
        e);
  }

  private static void cell(BufferedWriter writer, String text, char end) throws IOException {
    boolean quoted = false;
    for (int i = 0; i < text.length() && !quoted; i++) {
      char c = text.charAt(i);
      quoted = c == ',' || c == '"' || c == '\n' || c == '\r';
    }
    writer.write(quoted ? "\"" + text.replace("\"", "\"\"") + "\"" : text);
    writer.write(end);
  }

  private Path target(InputFile file) {
    if (single != null) {
      return single;
    }
    Path folder = file.path().toAbsolutePath().getParent();
    String name = file.path().getFileName() + SUFFIX;
    return folder == null || closed(folder) ? fallback.resolve(name) : folder.resolve(name);
  }

  /// Not writable, or meant not to be: root may write everywhere, yet a folder without any right to
  /// write is someone's wish.
  private static boolean closed(Path folder) {
    try {
      Set<PosixFilePermission> rights = Files.getPosixFilePermissions(folder);
      boolean nobody =
          !rights.contains(PosixFilePermission.OWNER_WRITE)
              && !rights.contains(PosixFilePermission.GROUP_WRITE)
              && !rights.contains(PosixFilePermission.OTHERS_WRITE);
      return nobody || !Files.isWritable(folder);
    } catch (IOException | UnsupportedOperationException _) {
      return !Files.isWritable(folder);
    }
  }

  private BufferedWriter open(Path target) {
    try {
      Path folder = target.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      if (target.startsWith(fallback) && single == null) {
        moved.add(target.toString());
      }
      BufferedWriter writer = Files.newBufferedWriter(target, StandardCharsets.UTF_8);
      // The mark makes spreadsheet programs read Chinese as Chinese.
      writer.write("\uFEFFfile,row,code,field,value,why,raw\n");
      return writer;
    } catch (FileSystemException e) {
      throw full(target, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Map<String, Long> byCode() {
    return byCode;
  }

  List<Path> written() {
    return writers.keySet().stream().sorted().toList();
  }

  /// The files that had to go to the data folder.
  List<String> moved() {
    return moved;
  }

  /// Removes what an earlier run left for files that now have no refusals.
  void removeStale() {
    for (InputFile file : files) {
      Path target = target(file);
      if (single == null && !writers.containsKey(target)) {
        try {
          Files.deleteIfExists(target);
        } catch (IOException e) {
          throw full(target, e);
        }
      }
    }
  }

  void flush() {
    writers.forEach(
        (target, writer) -> {
          try {
            writer.flush();
          } catch (IOException e) {
            throw full(target, e);
          }
        });
  }

  @Override
  public void close() {
    writers.forEach(
        (target, writer) -> {
          try {
            writer.close();
          } catch (IOException e) {
            throw full(target, e);
          }
        });
  }
}
