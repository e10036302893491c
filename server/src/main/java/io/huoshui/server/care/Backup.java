package io.huoshui.server.care;

import io.huoshui.engine.Seal;
import io.huoshui.engine.Standing;
import io.huoshui.engine.Standing.Piece;
import io.huoshui.json.Json;
import io.huoshui.server.access.KeyFile;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// Makes one backup:
///
/// ```
/// DIR/engine/log/…            the log up to one record
/// DIR/engine/base/…           what the log begins with, when erased people were cleaned away
/// DIR/engine/{state,ids,columns}/…   the newest checkpoint, so that a restart is fast
/// DIR/pg/TABLE.copy.gz        PostgreSQL's tables, as they were at that record
/// DIR/keys/engine.key         only when asked for
/// DIR/manifest.json           last: what all of it is, with checksums
/// ```
///
/// PostgreSQL is looked at while the log stands still at that record, for as long as one question
/// takes; the copying happens beside the intake.
final class Backup {
  private static final int CHUNK = 1 << 20;

  private final Path dataDir;
  private final Path target;
  private final byte[] key;
  private final Connection connection;
  private final Steps steps;
  private final List<Manifest.Part> parts = new ArrayList<>();
  private long written;
  private long all;

  /// @param connection to the records; nobody else uses it meanwhile
  Backup(Path dataDir, Path target, byte[] key, Connection connection, Steps steps) {
    this.dataDir = dataDir;
    this.target = target;
    this.key = key.clone();
    this.connection = connection;
    this.steps = steps;
  }

  /// What goes into it besides the log and the tables.
  ///
  /// @param checkpoint the newest one
  record With(boolean key, boolean checkpoint) {
    Json json(Path dir) {
      return Json.object(
          "dir", Json.of(dir.toString()),
          "withKey", Json.of(key),
          "checkpoint", Json.of(checkpoint));
    }
  }

  /// @param stand marks where the log is, and runs what it is given while nothing is written
  /// @throws CareException when it can not be made; what was written of it is deleted then
  Manifest make(With with, Function<Runnable, Standing> stand) {
    boolean made = prepare();
    boolean done = false;
    try {
      steps.stage("定格", "marking one record");
      Tables.begin(connection);
      try (Standing standing = stand.apply(this::look)) {
        Manifest manifest = write(with, standing);
        done = true;
        return manifest;
      } finally {
        connection.rollback();
      }
    } catch (IOException e) {
      throw failed(e);
    } catch (SQLException e) {
      throw new CareException(
          "backup.records_failed",
          "PostgreSQL could not be read for the backup: " + e.getMessage(),
          "Look after the database (./huoshui doctor), then take the backup again.",
          e);
    } finally {
      if (!done) {
        clean(made);
      }
    }
  }

  private void look() {
    try {
      Tables.look(connection);
    } catch (SQLException e) {
      throw new CareException(
          "backup.records_failed",
          "PostgreSQL did not answer when the backup began: " + e.getMessage(),
          "Look after the database (./huoshui doctor), then take the backup again.",
          e);
    }
  }

  /// @return whether the folder was made by this
  private boolean prepare() {
    try {
      if (Files.isDirectory(target)) {
        try (Stream<Path> there = Files.list(target)) {
          if (there.findAny().isEmpty()) {
            return false;
          }
        }
        throw new CareException(
            "backup.not_empty",
            target
                + (Files.exists(target.resolve(Manifest.NAME))
                    ? " holds a backup already."
                    : Files.isDirectory(target.resolve("engine/log"))
                        ? " holds a backup that was not finished."
                        : " is not empty."),
            "Name a folder that is new or empty.");
      }
      if (target.startsWith(dataDir)) {
        throw new CareException(
            "backup.inside",
            target + " is inside the data folder " + dataDir + ", and would be lost with it.",
            "Name a folder elsewhere, on another disk if there is one.");
      }
      Path parent = target.getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      folder(target);
      return true;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /// Makes one that only its owner sees.
  static void folder(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    try {
      Files.createDirectory(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (UnsupportedOperationException e) {
      Files.createDirectory(folder);
    }
  }

  private Manifest write(With with, Standing standing) throws IOException, SQLException {
    var pieces = new ArrayList<>(standing.log());
    long checkpoint = with.checkpoint() ? standing.checkpointRecord() : 0;
    if (checkpoint > 0) {
      pieces.addAll(standing.checkpoint());
    }
    all = pieces.stream().mapToLong(Piece::bytes).sum();
    steps.stage("复制日志与检查点", "copying the log and the checkpoint");
    folder(target.resolve("engine"));
    for (Piece piece : pieces) {
      copy(piece);
    }
    steps.stage("复制数据库", "copying PostgreSQL");
    List<Tables.Table> tables = tables();
    List<Tables.Sequence> sequences = Tables.sequences(connection);
    if (with.key()) {
      folder(target.resolve("keys"));
      Path file = target.resolve("keys/engine.key");
      KeyFile.writePrivately(file, HexFormat.of().formatHex(key));
      force(file);
      parts.add(
          new Manifest.Part(
              "keys/engine.key",
              Files.size(file),
              Manifest.hex(Manifest.sha256().digest(Files.readAllBytes(file)))));
    }
    var manifest =
        new Manifest(
            Manifest.VERSION,
            Instant.now(),
            standing.record(),
            standing.events(),
            standing.people(),
            standing.now(),
            standing.zone().getId(),
            standing.occurrences(),
            checkpoint,
            Tables.schema(connection),
            with.key(),
            Manifest.lock(new Seal(key)),
            parts,
            tables,
            sequences);
    seal(manifest);
    return manifest;
  }

  private void copy(Piece piece) throws IOException {
    Path from = dataDir.resolve("engine").resolve(piece.name());
    Path to = target.resolve("engine").resolve(piece.name());
    folder(parent(to));
    MessageDigest hash = Manifest.sha256();
    try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ);
        FileChannel out = create(to)) {
      ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
      long left = piece.bytes();
      while (left > 0) {
        buffer.clear().limit((int) Math.min(CHUNK, left));
        if (in.read(buffer) < 0) {
          throw new IOException(from + " ends " + left + " bytes early");
        }
        buffer.flip();
        left -= buffer.remaining();
        hash.update(buffer.duplicate());
        written += buffer.remaining();
        while (buffer.hasRemaining()) {
          out.write(buffer);
        }
        steps.at(written >> 10, all >> 10, "KB");
      }
      out.force(true);
    }
    parts.add(
        new Manifest.Part("engine/" + piece.name(), piece.bytes(), Manifest.hex(hash.digest())));
  }

  private static FileChannel create(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  static Path parent(Path file) {
    Path parent = file.getParent();
    if (parent == null) {
      throw new IllegalArgumentException(file + " has no parent folder");
    }
    return parent;
  }

  private List<Tables.Table> tables() throws IOException, SQLException {
    List<Tables.Table> listed = Tables.list(connection);
    var tables = new ArrayList<Tables.Table>();
    folder(target.resolve("pg"));
    for (Tables.Table table : listed) {
      String name = "pg/" + table.name() + ".copy.gz";
      Path file = target.resolve(name);
      MessageDigest hash = Manifest.sha256();
      long rows;
      try (OutputStream out =
          new GZIPOutputStream(
              new DigestOutputStream(
                  Files.newOutputStream(file, StandardOpenOption.CREATE_NEW), hash))) {
        rows = Tables.copyOut(connection, table, new Pieces(out));
      }
      force(file);
      parts.add(new Manifest.Part(name, Files.size(file), Manifest.hex(hash.digest())));
      tables.add(new Tables.Table(table.name(), table.columns(), rows));
      steps.at(tables.size(), listed.size(), "tables");
    }
    return tables;
  }

  /// COPY flushes row by row, which packing must not.
  private static final class Pieces extends FilterOutputStream {
    Pieces(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int from, int count) throws IOException {
      out.write(bytes, from, count);
    }

    @Override
    public void flush() {}
  }

  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /// From here on it is a backup.
  private void seal(Manifest manifest) throws IOException {
    Path file = target.resolve(Manifest.NAME);
    Path making = target.resolve(Manifest.NAME + ".new");
    Files.writeString(making, manifest.write(), StandardOpenOption.CREATE_NEW);
    force(making);
    try (Stream<Path> all = Files.walk(target)) {
      for (Path folder : all.filter(Files::isDirectory).toList()) {
        force(folder);
      }
    }
    Files.move(making, file, StandardCopyOption.ATOMIC_MOVE);
    force(target);
    force(parent(target));
  }

  private CareException failed(IOException e) {
    String words = String.valueOf(e.getMessage());
    String small = words.toLowerCase(Locale.ROOT);
    boolean full = small.contains("no space left") || small.contains("quota exceeded");
    return full
        ? new CareException(
            "backup.disk_full",
            "The disk of "
                + target
                + " is full after "
                + (written >> 20)
                + " of "
                + (all >> 20)
                + " MB of the log; there is no backup.",
            "Free space there, or name a folder on a larger disk.",
            e)
        : new CareException(
            "backup.failed",
            "The backup in " + target + " could not be made: " + e,
            "Look after the disk and its rights, then take it again.",
            e);
  }

  private void clean(boolean made) {
    try {
      empty(target, made);
    } catch (IOException e) {
      // What stays has no manifest, so nobody takes it for a backup.
    }
  }

  /// Deletes what is in a folder.
  ///
  /// @param itself and the folder
  static void empty(Path root, boolean itself) throws IOException {
    if (!Files.isDirectory(root)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException broken)
              throws IOException {
            if (itself || !folder.equals(root)) {
              Files.delete(folder);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
