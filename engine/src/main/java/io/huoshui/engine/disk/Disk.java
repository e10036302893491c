package io.huoshui.engine.disk;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;

/// A folder of files. Names have at most one folder level: `lock`, `log/7.seg`; each part is made
/// of letters, digits, `.`, `_` and `-`.
///
/// Two things are durable apart from each other: a file's bytes, by [DiskFile#force], and a
/// folder's entries, by [#forceFolder]. What is not forced may be there after a crash, or in part,
/// or in another order. Every method throws a [DiskException]; a name or a position that can not be
/// is an [IllegalArgumentException].
public interface Disk {
  /// Where this is, for people: a path.
  String where();

  /// The names in a folder, in order, without the folder: `7.seg`. A folder that is not there has
  /// none.
  ///
  /// @param folder empty for the outermost
  List<String> list(String folder);

  /// Makes an empty file, and its folder when that is not there. FAILED when the name is taken.
  DiskFile create(String name);

  /// Opens a file to read and write. FAILED when it is not there.
  DiskFile open(String name);

  /// Gives a file another name in one step, in place of whatever had that name. Whoever has the
  /// file open keeps it.
  void rename(String from, String to);

  /// FAILED when it is not there.
  void delete(String name);

  /// Returns when the folder's names, and the folder itself, outlive a crash.
  ///
  /// @param folder empty for the outermost
  void forceFolder(String folder);

  /// The bytes of a whole file, to be read only, as they are now. They are there until the arena is
  /// closed, whatever happens to the name. A file must not be truncated while it is mapped.
  MemorySegment map(String name, Arena arena);

  /// Takes the folder for one owner, until that owner unlocks it or its process ends. LOCKED when
  /// somebody has it.
  Lock lock();

  /// The hold on a folder.
  interface Lock extends AutoCloseable {
    @Override
    void close();
  }

  /// An open file.
  interface DiskFile extends AutoCloseable {
    /// Writes all remaining bytes, as one or in pieces; a hole before them reads as zeros.
    ///
    /// @throws DiskException FULL or FAILED; any part of the bytes may be written then
    void write(long position, ByteBuffer bytes);

    /// Fills the buffer as far as the file has bytes.
    ///
    /// @return how many; 0 at the end of the file
    int read(long position, ByteBuffer into);

    long size();

    /// Makes the file shorter; a longer size changes nothing.
    void truncate(long size);

    /// Returns when everything written so far outlives a crash. When it throws, nothing written
    /// since the last force may be relied on, and a later force that returns does not change that.
    void force();

    @Override
    void close();
  }
}
