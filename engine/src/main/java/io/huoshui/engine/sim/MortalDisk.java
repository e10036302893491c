package io.huoshui.engine.sim;

import io.huoshui.engine.disk.Disk;
import io.huoshui.engine.disk.DiskException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.random.RandomGenerator;

/// A disk as a process sees it that is killed in the middle of a deed: what was done is done, the
/// deed it died in is done in part, nothing comes after. The machine below goes on.
final class MortalDisk implements Disk {
  private final Disk below;
  private final RandomGenerator dice;
  private long stepsToDeath = Long.MAX_VALUE;
  private boolean dead;

  MortalDisk(Disk below, RandomGenerator dice) {
    this.below = below;
    this.dice = dice;
  }

  /// After so many more deeds the process is killed in the next.
  void dieAfter(long steps) {
    stepsToDeath = steps;
  }

  boolean dead() {
    return dead;
  }

  /// Another process begins.
  void reborn() {
    dead = false;
    stepsToDeath = Long.MAX_VALUE;
  }

  private void alive() {
    if (dead) {
      throw new DiskException(DiskException.Code.FAILED, "The process was killed");
    }
  }

  /// @return whether this is the deed it dies in
  private boolean dies() {
    alive();
    if (stepsToDeath != Long.MAX_VALUE && stepsToDeath-- <= 0) {
      dead = true;
    }
    return dead;
  }

  private void whole(Runnable deed) {
    boolean dies = dies();
    if (!dies || dice.nextBoolean()) {
      deed.run();
    }
    alive();
  }

  @Override
  public String where() {
    return below.where();
  }

  @Override
  public List<String> list(String folder) {
    alive();
    return below.list(folder);
  }

  @Override
  public DiskFile create(String name) {
    boolean dies = dies();
    DiskFile file = below.create(name);
    if (dies) {
      alive();
    }
    return new OpenFile(file);
  }

  @Override
  public DiskFile open(String name) {
    alive();
    return new OpenFile(below.open(name));
  }

  @Override
  public void rename(String from, String to) {
    whole(() -> below.rename(from, to));
  }

  @Override
  public void delete(String name) {
    whole(() -> below.delete(name));
  }

  @Override
  public void forceFolder(String folder) {
    whole(() -> below.forceFolder(folder));
  }

  @Override
  public MemorySegment map(String name, Arena arena) {
    alive();
    return below.map(name, arena);
  }

  @Override
  public Lock lock() {
    alive();
    return below.lock();
  }

  private final class OpenFile implements DiskFile {
    private final DiskFile file;

    OpenFile(DiskFile file) {
      this.file = file;
    }

    @Override
    public void write(long position, ByteBuffer bytes) {
      if (dies()) {
        file.write(position, bytes.limit(bytes.position() + dice.nextInt(bytes.remaining() + 1)));
        alive();
      }
      file.write(position, bytes);
    }

    @Override
    public int read(long position, ByteBuffer into) {
      alive();
      return file.read(position, into);
    }

    @Override
    public long size() {
      alive();
      return file.size();
    }

    @Override
    public void truncate(long size) {
      whole(() -> file.truncate(size));
    }

    @Override
    public void force() {
      whole(file::force);
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
