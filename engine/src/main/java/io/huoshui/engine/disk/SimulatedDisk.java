package io.huoshui.engine.disk;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A disk in memory that keeps what is durable apart from what was only written, and does its worst
/// with the difference, the same worst for the same seed.
///
/// A [#crash] decides for each unforced 512-byte sector by itself whether it is as before, as last
/// written, or as written in between; and for each unforced creation, renaming and deletion whether
/// it happened. A failed force does the same to the sectors it was to make durable, but goes on
/// showing them as written: no later force brings the lost ones back. This is what Linux does.
///
/// Also made to go wrong on demand: no more room, writes and forces that fail, a power cut at the
/// n-th step, rotten bits, slowness (which only counts). Not made to go wrong: a sector is written
/// whole or not at all.
public final class SimulatedDisk implements Disk {
  static final int SECTOR = 512;

  /// A file's bytes, whatever names it has.
  private static final class Content {
    /// What reading shows.
    private byte[] seen = new byte[0];

    private long size;

    /// What a crash leaves at least.
    private byte[] durable = new byte[0];

    private long durableSize;

    /// Sectors that differ from the durable ones and that the next force will make durable.
    private final BitSet unforced = new BitSet();

    /// What such sectors held on the way to what they hold now.
    private final Map<Integer, List<byte[]>> between = new HashMap<>();
  }

  /// A change of names that is not durable yet.
  ///
  /// @param from the name that goes, or null
  /// @param to the name that comes, or null
  private record Change(@Nullable String from, @Nullable String to, Content content) {}

  private final RandomGenerator dice;
  private final TreeMap<String, Content> seen = new TreeMap<>();
  private final TreeMap<String, Content> durable = new TreeMap<>();
  private final List<Change> changes = new ArrayList<>();
  private boolean locked;
  private int boot;

  private long room = Long.MAX_VALUE;
  private int forcesToFail;
  private int writesToFail;
  private long stepsToPowerCut = Long.MAX_VALUE;
  private boolean dead;
  private long nanosPerStep;

  private long writes;
  private long bytes;
  private long forces;
  private long nanos;

  /// @param dice decides what a crash and what a failure leaves
  public SimulatedDisk(RandomGenerator dice) {
    this.dice = dice;
  }

  // Faults.

  /// Power is gone and comes back: what was not forced is there, or in part, or not. Open files and
  /// the lock are gone, faults are over.
  public synchronized void crash() {
    for (Change change : changes) {
      if (dice.nextBoolean()) {
        apply(change, durable);
      }
    }
    changes.clear();
    seen.clear();
    seen.putAll(durable);
    for (Content content : List.copyOf(durable.values())) {
      settle(content);
      content.seen = content.durable.clone();
      content.size = content.durableSize;
    }
    locked = false;
    dead = false;
    boot++;
    heal();
  }

  /// The process ends and another begins; the machine goes on, and so do the faults. Nothing
  /// written is lost, nothing more of it is durable.
  public synchronized void killed() {
    locked = false;
    boot++;
  }

  /// No fault is to come any more. What they did stays.
  public synchronized void heal() {
    room = Long.MAX_VALUE;
    forcesToFail = 0;
    writesToFail = 0;
    stepsToPowerCut = Long.MAX_VALUE;
    nanosPerStep = 0;
  }

  /// Files may grow by this many bytes in all, then the disk is full. Writing over what is there
  /// needs no room, and a deleted file gives its own back.
  public synchronized void fullAfter(long more) {
    room = more;
  }

  /// The next forces fail, of files and folders.
  ///
  /// @param count [Integer#MAX_VALUE] for good
  public synchronized void failForces(int count) {
    forcesToFail = count;
  }

  /// The next writes fail, each after some part of its bytes.
  ///
  /// @param count [Integer#MAX_VALUE] for good
  public synchronized void failWrites(int count) {
    writesToFail = count;
  }

  /// After this many more steps (a write, force, creation, renaming, deletion, truncation) the
  /// power is gone in the middle of the next: it and everything after it fails until [#crash].
  public synchronized void cutPowerAfter(long steps) {
    stepsToPowerCut = steps;
  }

  /// Whether the power was cut.
  public synchronized boolean dead() {
    return dead;
  }

  /// Each step counts this long from now on; nobody waits.
  public synchronized void slow(long nanosEach) {
    nanosPerStep = nanosEach;
  }

  /// Flips bits of one byte, on the disk.
  ///
  /// @param mask the bits to flip
  public synchronized void rot(String name, long position, int mask) {
    Content content = content(name);
    if (position < 0 || position >= content.size || position >= content.durableSize) {
      throw new IllegalArgumentException(
          name + " has " + content.size + " bytes, none at " + position);
    }
    content.seen[(int) position] ^= (byte) mask;
    content.durable[(int) position] ^= (byte) mask;
  }

  // Figures.

  public synchronized long writes() {
    return writes;
  }

  public synchronized long bytesWritten() {
    return bytes;
  }

  /// Forces of files and folders that returned.
  public synchronized long forces() {
    return forces;
  }

  /// How long everything took, by [#slow].
  public synchronized long nanosSpent() {
    return nanos;
  }

  // The port.

  @Override
  public String where() {
    return "simulated";
  }

  @Override
  public synchronized List<String> list(String folder) {
    String inside = Names.folder(folder).isEmpty() ? "" : folder + "/";
    return seen.keySet().stream()
        .filter(name -> Names.folderOf(name).equals(folder))
        .map(name -> name.substring(inside.length()))
        .toList();
  }

  @Override
  public synchronized DiskFile create(String name) {
    Names.file(name);
    step();
    if (seen.containsKey(name)) {
      throw failed("create " + name, "the name is taken");
    }
    var content = new Content();
    change(new Change(null, name, content));
    return new OpenFile(name, content, boot);
  }

  @Override
  public synchronized DiskFile open(String name) {
    alive();
    return new OpenFile(name, content(name), boot);
  }

  @Override
  public synchronized void rename(String from, String to) {
    Names.file(to);
    Content content = content(from);
    step();
    change(new Change(from, to, content));
  }

  @Override
  public synchronized void delete(String name) {
    Content content = content(name);
    step();
    change(new Change(name, null, content));
    room += room == Long.MAX_VALUE ? 0 : content.size;
  }

  @Override
  public synchronized void forceFolder(String folder) {
    Names.folder(folder);
    boolean fails = forceFails();
    for (Change change : List.copyOf(changes)) {
      String name = change.to() == null ? change.from() : change.to();
      if (name != null && Names.folderOf(name).equals(folder)) {
        if (!fails) {
          apply(change, durable);
          changes.remove(change);
        } else if (dice.nextBoolean()) {
          // In order up to somewhere, as a journal is: no name outlives the one it came from.
          apply(change, durable);
          changes.remove(change);
        } else {
          break;
        }
      }
    }
    if (fails) {
      throw failed("force " + folder, "input/output error");
    }
    forces++;
  }

  @Override
  public synchronized MemorySegment map(String name, Arena arena) {
    alive();
    Content content = content(name);
    return MemorySegment.ofArray(Arrays.copyOf(content.seen, (int) content.size)).asReadOnly();
  }

  @Override
  public synchronized Lock lock() {
    alive();
    if (locked) {
      throw new DiskException(DiskException.Code.LOCKED, "Another process holds the folder");
    }
    locked = true;
    int taken = boot;
    return () -> unlock(taken);
  }

  private synchronized void unlock(int taken) {
    if (taken == boot) {
      locked = false;
    }
  }

  // How it is done.

  private Content content(String name) {
    Content content = seen.get(Names.file(name));
    if (content == null) {
      throw failed("open " + name, "it is not there");
    }
    return content;
  }

  private void change(Change change) {
    apply(change, seen);
    changes.add(change);
  }

  private static void apply(Change change, Map<String, Content> names) {
    if (change.from() != null) {
      names.remove(change.from(), change.content());
    }
    if (change.to() != null) {
      names.put(change.to(), change.content());
    }
  }

  private void alive() {
    if (dead) {
      throw failed("do anything", "the power is gone");
    }
  }

  private void step() {
    alive();
    nanos += nanosPerStep;
    if (stepsToPowerCut-- <= 0) {
      dead = true;
      alive();
    }
  }

  private boolean forceFails() {
    step();
    if (forcesToFail == 0) {
      return false;
    }
    if (forcesToFail != Integer.MAX_VALUE) {
      forcesToFail--;
    }
    return true;
  }

  /// Lets chance decide what of the unforced is durable; nothing stays unforced.
  private void settle(Content content) {
    // A file that grew may keep its old size whatever sectors were written behind it.
    if (content.size != content.durableSize && dice.nextBoolean()) {
      content.durableSize = content.size;
      content.durable = Arrays.copyOf(content.durable, content.seen.length);
    }
    int sectors = (int) ((content.durableSize + SECTOR - 1) / SECTOR);
    for (int sector = content.unforced.nextSetBit(0);
        sector >= 0 && sector < sectors;
        sector = content.unforced.nextSetBit(sector + 1)) {
      List<byte[]> between = content.between.getOrDefault(sector, List.of());
      int drawn = dice.nextInt(between.size() + 2);
      if (drawn == between.size() + 1) {
        copy(content.seen, sector * SECTOR, content.durable, sector);
      } else if (drawn > 0) {
        copy(between.get(drawn - 1), 0, content.durable, sector);
      }
    }
    Arrays.fill(
        content.durable,
        (int) Math.min(content.durableSize, content.durable.length),
        content.durable.length,
        (byte) 0);
    content.unforced.clear();
    content.between.clear();
  }

  private static void copy(byte[] from, int at, byte[] durable, int sector) {
    int to = sector * SECTOR;
    int length = Math.min(SECTOR, Math.min(durable.length - to, from.length - at));
    if (length > 0) {
      System.arraycopy(from, at, durable, to, length);
    }
  }

  private static DiskException failed(String deed, String why) {
    return new DiskException(DiskException.Code.FAILED, "Can not " + deed + ": " + why);
  }

  private final class OpenFile implements DiskFile {
    private final String name;
    private final Content content;
    private final int opened;
    private boolean closed;

    OpenFile(String name, Content content, int opened) {
      this.name = name;
      this.content = content;
      this.opened = opened;
    }

    private void usable() {
      if (closed || opened != boot) {
        throw failed("use " + name, closed ? "it is closed" : "whoever opened it is gone");
      }
    }

    @Override
    public void write(long position, ByteBuffer from) {
      synchronized (SimulatedDisk.this) {
        usable();
        int length = from.remaining();
        boolean cut = false;
        try {
          step();
        } catch (DiskException e) {
          if (length == 0) {
            throw e;
          }
          cut = true;
        }
        boolean fails = cut || writesToFail > 0;
        int written = fails ? dice.nextInt(length + 1) : length;
        if (!cut && fails && writesToFail != Integer.MAX_VALUE) {
          writesToFail--;
        }
        boolean full = false;
        long growth = Math.max(0, position + written - content.size);
        if (growth > room) {
          written = (int) Math.max(0, written - (growth - room));
          full = true;
        }
        put(position, from, written);
        if (cut) {
          alive();
        }
        if (full) {
          throw new DiskException(
              DiskException.Code.FULL, "Can not write " + name + ": No space left");
        }
        if (fails) {
          throw failed("write " + name, "input/output error");
        }
      }
    }

    private void put(long position, ByteBuffer from, int length) {
      writes++;
      bytes += length;
      if (length == 0) {
        return;
      }
      int at = Math.toIntExact(position);
      int end = Math.addExact(at, length);
      if (end > content.seen.length) {
        content.seen =
            Arrays.copyOf(
                content.seen,
                Math.max(end + SECTOR, content.seen.length / 2 * 3) / SECTOR * SECTOR);
      }
      for (int sector = at / SECTOR; sector <= (end - 1) / SECTOR; sector++) {
        if (content.unforced.get(sector)) {
          int begin = sector * SECTOR;
          content
              .between
              .computeIfAbsent(sector, _ -> new ArrayList<>())
              .add(
                  Arrays.copyOfRange(
                      content.seen, begin, Math.min(begin + SECTOR, content.seen.length)));
        }
        content.unforced.set(sector);
      }
      from.get(content.seen, at, length);
      if (end > content.size) {
        room -= room == Long.MAX_VALUE ? 0 : end - content.size;
        content.size = end;
      }
    }

    @Override
    public int read(long position, ByteBuffer into) {
      synchronized (SimulatedDisk.this) {
        alive();
        usable();
        int length = (int) Math.max(0, Math.min(into.remaining(), content.size - position));
        if (length > 0) {
          into.put(content.seen, (int) position, length);
        }
        return length;
      }
    }

    @Override
    public long size() {
      synchronized (SimulatedDisk.this) {
        alive();
        usable();
        return content.size;
      }
    }

    @Override
    public void truncate(long size) {
      synchronized (SimulatedDisk.this) {
        usable();
        step();
        if (size < content.size) {
          Arrays.fill(content.seen, (int) size, (int) content.size, (byte) 0);
          content.unforced.set((int) (size / SECTOR), (int) (content.size / SECTOR) + 1);
          content.size = size;
        }
      }
    }

    @Override
    public void force() {
      synchronized (SimulatedDisk.this) {
        usable();
        if (forceFails()) {
          settle(content);
          throw failed("force " + name, "input/output error");
        }
        if (content.durable.length < content.seen.length) {
          content.durable = Arrays.copyOf(content.durable, content.seen.length);
        }
        for (int sector = content.unforced.nextSetBit(0);
            sector >= 0;
            sector = content.unforced.nextSetBit(sector + 1)) {
          copy(content.seen, sector * SECTOR, content.durable, sector);
        }
        content.durableSize = content.size;
        content.unforced.clear();
        content.between.clear();
        forces++;
      }
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
