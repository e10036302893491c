package io.huoshui.server.records;

import io.huoshui.server.records.RecordsException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// One owner per folder. The operating system lets go when the owner dies, however it dies.
final class FolderLock implements AutoCloseable {
  /// The folders this process has. Asked before the file is touched: closing any channel on a
  /// locked file gives up the whole process's lock on it (POSIX).
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel channel;

  private FolderLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /// @param folder its real path, so that two names of one folder are one
  /// @throws RecordsException `records.folder_in_use`, naming the process that has it
  static FolderLock take(Path folder) throws IOException {
    if (!HELD.add(folder)) {
      throw inUse(folder, ProcessHandle.current().pid() + " (this one)");
    }
    FileChannel channel = null;
    try {
      Path file = folder.resolve("lock");
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        String holder = Files.readString(file).strip();
        throw inUse(folder, holder.isEmpty() ? "(one that is just starting)" : holder);
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              (ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
      return new FolderLock(folder, channel);
    } catch (IOException | RuntimeException e) {
      if (channel != null) {
        channel.close();
      }
      HELD.remove(folder);
      throw e;
    }
  }

  private static RecordsException inUse(Path folder, String holder) {
    return new RecordsException(
        "records.folder_in_use",
        Kind.USER,
        "The folder "
            + folder
            + " is in use by process "
            + holder
            + ". Stop that one first, or start this one with another --data-dir.");
  }

  @Override
  public void close() throws IOException {
    channel.close();
    HELD.remove(folder);
  }
}
