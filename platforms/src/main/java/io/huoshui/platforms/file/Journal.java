package io.huoshui.platforms.file;

import io.huoshui.platforms.file.ImportException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What the server has acknowledged, one line per batch, so that an import that was cut off goes on
/// behind the last line. Removed when the import is done.
///
/// The file is named after what is imported (files with size and time, map, server, source): any
/// change makes it another import. A torn last line is forgotten, its batch sent again.
final class Journal implements AutoCloseable {
  private static final Set<Path> HELD = new HashSet<>();

  /// One acknowledged batch.
  ///
  /// @param passed how many rows it covers
  /// @param digest over all ids up to its end
  record Line(
      long passed, long digest, long accepted, long duplicate, List<Rejects.Refusal> rejected) {
    Line {
      rejected = List.copyOf(rejected);
    }
  }

  private final Path file;
  private final FileChannel channel;
  private final List<Line> before;

  private Journal(Path file, FileChannel channel, List<Line> before) {
    this.file = file;
    this.channel = channel;
    this.before = before;
  }

  /// @param fresh forget what was acknowledged
  static Journal open(Path file, boolean fresh) {
    synchronized (HELD) {
      if (!HELD.add(file)) {
        throw inUse(file);
      }
    }
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        if (channel.tryLock() == null) {
          throw inUse(file);
        }
        var lines = new ArrayList<Line>();
        long end = fresh ? 0 : read(channel, lines);
        channel.truncate(end);
        channel.position(end);
        return new Journal(file, channel, List.copyOf(lines));
      } catch (IOException | RuntimeException e) {
        channel.close();
        throw e;
      }
    } catch (OverlappingFileLockException e) {
      release(file);
      throw inUse(file);
    } catch (IOException e) {
      release(file);
      throw unwritable(file, e);
    } catch (RuntimeException e) {
      release(file);
      throw e;
    }
  }

  private static void release(Path file) {
    synchronized (HELD) {
      HELD.remove(file);
    }
  }

  private static ImportException inUse(Path file) {
    return new ImportException(
        "import.running",
        Kind.USER,
        "The same import is running already (" + file + " is locked)",
        "Wait for it, or stop it.");
  }

  private static ImportException unwritable(Path file, IOException e) {
    return new ImportException(
        "import.journal_unwritable",
        Kind.RESOURCES,
        "The progress can not be kept in " + file + ": " + e.getMessage(),
        "Free some space or allow the data folder to be written, then run the same command again.",
        e);
  }

  /// @return where the last whole line ends
  private static long read(FileChannel channel, List<Line> lines) throws IOException {
    var buffer = ByteBuffer.allocate(Math.toIntExact(Math.min(channel.size(), 1 << 28)));
    while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
    byte[] bytes = buffer.array();
    int begin = 0;
    for (int i = 0; i < buffer.position(); i++) {
      if (bytes[i] == '\n') {
        try {
          lines.add(line(new String(bytes, begin, i - begin, StandardCharsets.UTF_8)));
        } catch (JacksonException _) {
          // Torn by a power failure: what follows it is worth nothing either.
          return begin;
        }
        begin = i + 1;
      }
    }
    return begin;
  }

  private static Line line(String text) {
    JsonNode json = Access.JSON.readTree(text);
    var rejected = new ArrayList<Rejects.Refusal>();
    for (JsonNode item : json.path("rejected")) {
      rejected.add(
          new Rejects.Refusal(
              item.path("row").asLong(),
              item.path("code").asString(""),
              item.path("field").asString(""),
              item.path("value").asString(""),
              item.path("why").asString(""),
              item.path("raw").asString("")));
    }
    return new Line(
        json.path("passed").asLong(),
        json.path("digest").asLong(),
        json.path("accepted").asLong(),
        json.path("duplicate").asLong(),
        rejected);
  }

  /// The batches acknowledged in earlier runs.
  List<Line> before() {
    return before;
  }

  /// Forgets them: the rows are not the ones they were.
  void restart() {
    try {
      channel.truncate(0);
      channel.position(0);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  void acknowledged(Line line) {
    ObjectNode json = Access.JSON.createObjectNode();
    json.put("passed", line.passed)
        .put("digest", line.digest)
        .put("accepted", line.accepted)
        .put("duplicate", line.duplicate);
    ArrayNode rejected = json.putArray("rejected");
    for (Rejects.Refusal refusal : line.rejected) {
      rejected
          .addObject()
          .put("row", refusal.row())
          .put("code", refusal.code())
          .put("field", refusal.field())
          .put("value", refusal.value())
          .put("why", refusal.why())
          .put("raw", refusal.raw());
    }
    try {
      ByteBuffer bytes =
          ByteBuffer.wrap(
              (Access.JSON.writeValueAsString(json) + "\n").getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  /// The import is done: the next run of it begins anew, and adds nothing.
  void done() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  @Override
  public void close() {
    try {
      if (channel.size() == 0) {
        Files.deleteIfExists(file);
      }
      channel.close();
    } catch (IOException e) {
      throw unwritable(file, e);
    } finally {
      release(file);
    }
  }
}
