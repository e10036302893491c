package io.huoshui.platforms.file;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// One file to read, found by a map's glob.
///
/// @param ordinal its place among all files; goes into the rows' numbers
record InputFile(int ordinal, ImportMap.SourceFile source, Path path, long bytes, long modifiedMs) {
  private static final int LINE_BITS = 40;

  /// One number for a row of any file.
  long row(long line) {
    return ((long) ordinal << LINE_BITS) | line;
  }

  static int ordinalOf(long row) {
    return (int) (row >>> LINE_BITS);
  }

  static long lineOf(long row) {
    return row & ((1L << LINE_BITS) - 1);
  }

  /// The files of a map, below a folder, or beside the one file given.
  static List<InputFile> find(ImportMap map, Path given) {
    if (!Files.exists(given)) {
      throw new ImportException(
          "import.no_file",
          ImportException.Kind.USER,
          given + " does not exist",
          "Give the file or the folder that holds the files of the map.");
    }
    boolean folder = Files.isDirectory(given);
    Path parent = given.toAbsolutePath().getParent();
    Path base = folder || parent == null ? given : parent;
    var found = new ArrayList<InputFile>();
    boolean used = folder;
    for (ImportMap.SourceFile source : map.files()) {
      PathMatcher glob = FileSystems.getDefault().getPathMatcher("glob:" + source.path());
      List<Path> paths;
      if (!folder
          && (glob.matches(base.relativize(given.toAbsolutePath())) || map.files().size() == 1)) {
        paths = List.of(given);
        used = true;
      } else {
        paths = matching(base, glob);
      }
      if (paths.isEmpty()) {
        throw new ImportException(
            "import.no_file",
            ImportException.Kind.USER,
            map.name()
                + " line "
                + source.line()
                + ": nothing in "
                + base
                + " matches '"
                + source.path()
                + "' (file '"
                + source.name()
                + "')",
            "There is: " + listing(base) + ".");
      }
      for (Path path : paths) {
        found.add(of(found.size(), source, path));
      }
    }
    if (!used) {
      throw new ImportException(
          "import.no_file",
          ImportException.Kind.USER,
          given + " is none of the files of " + map.name(),
          "It knows: "
              + String.join(", ", map.files().stream().map(ImportMap.SourceFile::path).toList())
              + ".");
    }
    return List.copyOf(found);
  }

  private static InputFile of(int ordinal, ImportMap.SourceFile source, Path path) {
    try {
      var attributes = Files.readAttributes(path, BasicFileAttributes.class);
      return new InputFile(
          ordinal, source, path, attributes.size(), attributes.lastModifiedTime().toMillis());
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  static ImportException unreadable(Path path, IOException cause) {
    return new ImportException(
        "import.unreadable",
        ImportException.Kind.USER,
        path + " can not be read: " + cause.getClass().getSimpleName() + " " + cause.getMessage(),
        "Check that it exists, is whole and may be read.",
        cause);
  }

  /// In the order of names, so that the order of rows is the same each time.
  private static List<Path> matching(Path base, PathMatcher glob) {
    try (var paths = Files.walk(base, 3)) {
      return paths
          .filter(path -> glob.matches(base.relativize(path)))
          .filter(Files::isRegularFile)
          .filter(path -> !path.toString().endsWith(Rejects.SUFFIX))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw unreadable(base, e);
    }
  }

  private static String listing(Path base) {
    try (var paths = Files.list(base)) {
      List<String> names =
          paths.map(path -> String.valueOf(path.getFileName())).sorted().limit(12).toList();
      return names.isEmpty() ? "nothing" : String.join(", ", names);
    } catch (IOException e) {
      return "(not readable: " + e.getMessage() + ")";
    }
  }

  /// `csv`, `json` (lines as well), `parquet` or `xlsx`.
  String format() {
    if (!source.format().isEmpty()) {
      return source.format().equals("ndjson") ? "json" : source.format();
    }
    String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    if (name.endsWith(".gz")) {
      name = name.substring(0, name.length() - 3);
    }
    String ending = name.substring(name.lastIndexOf('.') + 1);
    return switch (ending) {
      case "csv", "tsv", "txt" -> "csv";
      case "json", "ndjson", "jsonl" -> "json";
      case "parquet", "xlsx" -> ending;
      default ->
          throw new ImportException(
              "import.unknown_format",
              ImportException.Kind.USER,
              path + ": the ending '." + ending + "' is not known",
              "Known: csv, tsv, txt, json, ndjson, jsonl (each also .gz), parquet, xlsx; or give"
                  + " 'format' in the map.");
    };
  }

  /// The rows of a text file or a sheet.
  ///
  /// @param read told how many bytes of the file were read, now and then
  Rows rows(LongConsumer read) throws IOException {
    if (format().equals("xlsx")) {
      return new XlsxRows(path, source.sheet(), source.header(), source.nulls());
    }
    InputStream in = utf8(unpacked(new Counted(Files.newInputStream(path), read)));
    try {
      return format().equals("json")
          ? new JsonRows(in)
          : new CsvRows(in, source.header(), source.delimiter(), source.quote(), source.nulls());
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  /// Whether a file is gzip is told by its first bytes, not by its name.
  static InputStream unpacked(InputStream raw) throws IOException {
    var in = new BufferedInputStream(raw, 1 << 16);
    in.mark(2);
    int first = in.read();
    int second = in.read();
    in.reset();
    try {
      return first == 0x1f && second == 0x8b ? new GZIPInputStream(in, 1 << 16) : in;
    } catch (ZipException e) {
      in.close();
      throw e;
    }
  }

  private InputStream utf8(InputStream in) {
    return source.encoding().equals(StandardCharsets.UTF_8)
        ? in
        : new Transcoded(in, source.encoding());
  }

  private static final class Counted extends FilterInputStream {
    private final LongConsumer read;
    private long count;

    Counted(InputStream in, LongConsumer read) {
      super(in);
      this.read = read;
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      if (b >= 0) {
        read.accept(++count);
      }
      return b;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
      int n = super.read(bytes, from, length);
      if (n > 0) {
        count += n;
        read.accept(count);
      }
      return n;
    }
  }

  /// Another encoding as UTF-8. What can not be decoded becomes a byte that is no UTF-8, so that
  /// its row is refused like any other with broken bytes.
  static final class Transcoded extends InputStream {
    private static final char UNREADABLE = '\uFFFD';

    private final Reader reader;
    private final CharsetEncoder encoder =
        StandardCharsets.UTF_8.newEncoder().onMalformedInput(CodingErrorAction.REPLACE);
    private final char[] chars = new char[1 << 14];
    private byte[] bytes = new byte[0];
    private int at;

    Transcoded(InputStream in, Charset encoding) {
      this.reader = new InputStreamReader(in, encoding);
    }

    private boolean fill() throws IOException {
      while (at == bytes.length) {
        int count = reader.read(chars, 0, chars.length - 1);
        if (count < 0) {
          return false;
        }
        // A pair of surrogates must not be cut in two.
        if (Character.isHighSurrogate(chars[count - 1])) {
          int low = reader.read();
          if (low >= 0) {
            chars[count++] = (char) low;
          }
        }
        var buffer = encoder.encode(CharBuffer.wrap(chars, 0, count));
        bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        at = 0;
        breakUnreadable();
      }
      return true;
    }

    private void breakUnreadable() {
      byte[] mark = String.valueOf(UNREADABLE).getBytes(StandardCharsets.UTF_8);
      for (int i = 0; i + 2 < bytes.length; i++) {
        if (bytes[i] == mark[0] && bytes[i + 1] == mark[1] && bytes[i + 2] == mark[2]) {
          bytes[i] = (byte) 0xFF;
        }
      }
    }

    @Override
    public int read() throws IOException {
      return fill() ? bytes[at++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
      if (!fill()) {
        return -1;
      }
      int count = Math.min(length, bytes.length - at);
      System.arraycopy(bytes, at, target, from, count);
      at += count;
      return count;
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }
}
