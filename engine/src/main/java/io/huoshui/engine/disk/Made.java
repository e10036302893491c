package io.huoshui.engine.disk;

import io.huoshui.engine.disk.Disk.DiskFile;

/// A file that gets its name when it is whole: whoever finds the name finds all of it. What was not
/// finished is called `NAME.new`, and whoever makes the file again begins anew.
public final class Made implements AutoCloseable {
  private static final String MAKING = ".new";

  private final Disk disk;
  private final String name;
  private final DiskFile file;
  private boolean open = true;

  /// @param name with its folder: `ids/7.ids`
  public Made(Disk disk, String name) {
    this.disk = disk;
    this.name = name;
    if (disk.list(folder(name)).contains(name.substring(name.indexOf('/') + 1) + MAKING)) {
      disk.delete(name + MAKING);
    }
    this.file = disk.create(name + MAKING);
  }

  private static String folder(String name) {
    return name.substring(0, Math.max(0, name.indexOf('/')));
  }

  /// Where to write.
  public DiskFile file() {
    return file;
  }

  /// Gives the file its name; returns when both outlive a crash.
  public void finish() {
    named();
    disk.forceFolder(folder(name));
  }

  /// The same, but the name outlives a crash only when the folder was forced: once for many files.
  public void named() {
    file.force();
    close();
    disk.rename(name + MAKING, name);
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      file.close();
    }
  }
}
