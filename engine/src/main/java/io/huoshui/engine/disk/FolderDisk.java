package io.huoshui.engine.disk;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A folder of the file system. A force is an `fdatasync`, a folder's force an `fsync` of the
/// folder; the lock is a file `lock` held by this process.
public final class FolderDisk implements Disk {
  private final Path root;

  /// Touches nothing yet; folders are made with their first file.
  public FolderDisk(Path root) {
    this.root = root;
  }

  @Override
  public String where() {
    return root.toString();
  }

  @Override
  public List<String> list(String folder) {
    Path path = root.resolve(Names.folder(folder));
    if (!Files.isDirectory(path)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(path)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> String.valueOf(file.getFileName()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw failed("list " + path, e);
    }
  }

  @Override
  public DiskFile create(String name) {
    Path path = root.resolve(Names.file(name));
    try {
      Files.createDirectories(path.getParent());
      return new OpenFile(
          path,
          FileChannel.open(
              path,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw failed("create " + path, e);
    }
  }

  @Override
  public DiskFile open(String name) {
    Path path = root.resolve(Names.file(name));
    try {
      return new OpenFile(
          path, FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw failed("open " + path, e);
    }
  }

  @Override
  public void rename(String from, String to) {
    Path path = root.resolve(Names.file(from));
    Path target = root.resolve(Names.file(to));
    try {
      Files.move(path, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw failed("rename " + path + " to " + target, e);
    }
  }

  @Override
  public void delete(String name) {
    Path path = root.resolve(Names.file(name));
    try {
      Files.delete(path);
    } catch (IOException e) {
      throw failed("delete " + path, e);
    }
  }

  @Override
  public void forceFolder(String folder) {
    Path path = root.resolve(Names.folder(folder));
    // A folder is an entry of the one around it; the outermost may be new itself.
    for (Path each : Stream.of(path, root, root.toAbsolutePath().getParent()).distinct().toList()) {
      if (each == null || !Files.isDirectory(each)) {
        continue;
      }
      try (FileChannel channel = FileChannel.open(each, StandardOpenOption.READ)) {
        channel.force(true);
      } catch (IOException e) {
        throw failed("force " + each, e);
      }
    }
  }

  @Override
  public MemorySegment map(String name, Arena arena) {
    Path path = root.resolve(Names.file(name));
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return channel.map(MapMode.READ_ONLY, 0, channel.size(), arena);
    } catch (IOException e) {
      throw failed("map " + path, e);
    }
  }

  @Override
  public Lock lock() {
    Path path = root.resolve("lock");
    @Nullable FileChannel channel = null;
    try {
      Files.createDirectories(root);
      channel = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        throw locked(null);
      }
      return new Held(path, channel);
    } catch (OverlappingFileLockException e) {
      closeQuietly(channel);
      throw locked(e);
    } catch (IOException e) {
      closeQuietly(channel);
      throw failed("lock " + path, e);
    }
  }

  private DiskException locked(@Nullable Throwable cause) {
    return new DiskException(
        DiskException.Code.LOCKED, "Another process holds the folder " + root, cause);
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        // The failure that led here is the one to tell.
      }
    }
  }

  private static DiskException failed(String deed, IOException e) {
    String words = String.valueOf(e.getMessage());
    String small = words.toLowerCase(Locale.ROOT);
    if (small.contains("no space left") || small.contains("quota exceeded")) {
      return new DiskException(
          DiskException.Code.FULL, "Can not " + deed + ": No space left (" + words + ")", e);
    }
    String why =
        switch (e) {
          case NoSuchFileException _ -> "it is not there";
          case FileAlreadyExistsException _ -> "the name is taken";
          default -> words.isBlank() || words.equals("null") ? e.toString() : words;
        };
    return new DiskException(DiskException.Code.FAILED, "Can not " + deed + ": " + why, e);
  }

  private record Held(Path path, FileChannel channel) implements Lock {
    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw failed("unlock " + path, e);
      }
    }
  }

  private record OpenFile(Path path, FileChannel channel) implements DiskFile {
    @Override
    public void write(long position, ByteBuffer bytes) {
      try {
        long at = position;
        while (bytes.hasRemaining()) {
          at += channel.write(bytes, at);
        }
      } catch (IOException e) {
        throw failed("write " + path, e);
      }
    }

    @Override
    public int read(long position, ByteBuffer into) {
      try {
        int read = 0;
        while (into.hasRemaining()) {
          int more = channel.read(into, position + read);
          if (more < 0) {
            break;
          }
          read += more;
        }
        return read;
      } catch (IOException e) {
        throw failed("read " + path, e);
      }
    }

    @Override
    public long size() {
      try {
        return channel.size();
      } catch (IOException e) {
        throw failed("measure " + path, e);
      }
    }

    @Override
    public void truncate(long size) {
      try {
        channel.truncate(size);
      } catch (IOException e) {
        throw failed("truncate " + path, e);
      }
    }

    @Override
    public void force() {
      try {
        channel.force(false);
      } catch (IOException e) {
        throw failed("force " + path, e);
      }
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        throw failed("close " + path, e);
      }
    }
  }
}
