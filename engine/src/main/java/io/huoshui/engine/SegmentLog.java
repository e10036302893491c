package io.huoshui.engine;

import io.huoshui.engine.Frame.Found;
import io.huoshui.engine.disk.Disk;
import io.huoshui.engine.disk.Disk.DiskFile;
import io.huoshui.engine.disk.DiskException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The log in files of our own, one group of records after the other.
///
/// A log segment is `log/NUMBER.seg`, named by its first record. It begins with 64 bytes (`magic 8
/// | format 4 | checksum 4 | first number 8 | zeros`), then come groups as [Frame] lays them out,
/// each sealed as one by [Seal], and zeros. The zeros are written and forced before the segment
/// gets its name, so a force of a group has no new length and no new place to write down with it. A
/// segment gets its name together with its first group: one that has a name has a record.
///
/// What opening does with the end: a group that was being written when the power went may be there
/// in part. It was never acked, and nothing was written after it, so it is cut ([#cut]). A broken
/// group with a whole one behind it, or in a segment that is not the last, can not come from that:
/// it is damage, and nothing is changed. The last whole group is written and forced once more,
/// because a force that failed leaves bytes that read well and are not on the disk.
///
/// What stays open to doubt: when the process was killed and then the last acked group rots before
/// the log is opened again, it looks as if it had been torn. After a close in good order it does
/// not.
public final class SegmentLog implements EventLog {
  private static final String FOLDER = "log";
  private static final String SPARE = "log/next";
  private static final long MAGIC = 0x0a31_676f_6c73_6869L;
  private static final int FORMAT = 1;
  private static final int HEADER = 64;

  /// A group longer than this can not be read back into arrays.
  private static final int LONGEST = 1 << 30;

  /// What a young log's first segment takes; each next one is twice as long, up to the full length.
  private static final int FIRST_BYTES = 1 << 20;

  private static final int ZEROS = 1 << 20;

  private final Disk disk;
  private final Storage storage;
  private final Seal seal;
  private final boolean readOnly;
  private final Disk.Lock lock;
  private final List<Long> segments = new ArrayList<>();

  private long next = 1;
  private long cut;

  /// The last segment, open to write; null before the first record.
  private @Nullable DiskFile file;

  private long position;
  private long capacity;

  /// What was written to the last segment since it was begun or opened: groups, and their bytes.
  private long groups;

  private long groupBytes;
  private boolean closedHere;
  private @Nullable CompletableFuture<DiskFile> spare;
  private @Nullable EngineException failure;

  // Of the replay: what it has read, of how many bytes.
  private long read;
  private long bytes;

  private byte[] plain = new byte[1 << 16];
  private byte[] frame = new byte[1 << 16];

  private SegmentLog(Storage storage, Seal seal, boolean readOnly, Disk.Lock lock) {
    this.disk = storage.disk();
    this.storage = storage;
    this.seal = seal;
    this.readOnly = readOnly;
    this.lock = lock;
  }

  /// Opens the log to write, and cuts what a crash left of an unfinished group.
  ///
  /// @throws EngineException LOCKED, LOG_DAMAGED, LOG_UNWRITABLE, or REFUSED when the folder has
  ///   another kind of log
  public static SegmentLog open(Storage storage, Seal seal) {
    return open(storage, seal, false);
  }

  /// Opens the log to read, and changes nothing: what [#cut] tells is still there.
  public static SegmentLog inspect(Storage storage, Seal seal) {
    return open(storage, seal, true);
  }

  /// Opens the log to read up to one record while another process goes on writing it: what stands
  /// before a record's end never changes any more.
  ///
  /// @param extent as the writer told it
  public static SegmentLog beside(Storage storage, Seal seal, Extent extent) {
    var log = new SegmentLog(storage, seal, true, () -> {});
    log.segments.addAll(extent.segments());
    log.next = extent.next();
    log.position = extent.end();
    return log;
  }

  /// Which bytes of which files hold every record before one.
  ///
  /// @param next the number of the first record that is not there
  /// @param segments the first record of each segment: its name
  /// @param end where the last record ends in the last segment; the others count whole
  public record Extent(long next, List<Long> segments, long end) {
    public Extent {
      segments = List.copyOf(segments);
    }
  }

  /// What is written now. The one thread that writes asks.
  Extent extent() {
    return new Extent(next, segments, segments.isEmpty() ? 0 : position);
  }

  private static SegmentLog open(Storage storage, Seal seal, boolean readOnly) {
    Disk disk = storage.disk();
    Disk.Lock lock;
    try {
      lock = disk.lock();
    } catch (DiskException e) {
      throw e.code() == DiskException.Code.LOCKED
          ? new EngineException(
              EngineException.Code.LOCKED,
              "Another process has the log in "
                  + disk.where()
                  + ". Stop it, or serve another --data-dir.",
              e)
          : unopened(disk, e);
    }
    try {
      var log = new SegmentLog(storage, seal, readOnly, lock);
      log.recover();
      return log;
    } catch (DiskException e) {
      lock.close();
      throw unopened(disk, e);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static EngineException unopened(Disk disk, DiskException e) {
    return new EngineException(
        EngineException.Code.LOG_UNWRITABLE,
        "The log in "
            + disk.where()
            + " does not open: "
            + e.getMessage()
            + ". What was acked is safe. "
            + cure(e)
            + ", then start again.",
        e);
  }

  private static String cure(DiskException e) {
    return e.code() == DiskException.Code.FULL
        ? "Free space on the disk"
        : "Look after the disk and its rights";
  }

  // Opening.

  private void recover() {
    List<String> names = disk.list(FOLDER);
    for (String name : names) {
      if (name.equals("CURRENT") || name.endsWith(".sst")) {
        throw new EngineException(
            EngineException.Code.REFUSED,
            "The log in "
                + disk.where()
                + "/"
                + FOLDER
                + " was written by an earlier version of Huoshui, which kept it in RocksDB. This"
                + " version does not read it and leaves it as it is. Serve it with the earlier"
                + " version and export what you need, or start anew with another --data-dir.");
      }
      if (name.endsWith(".seg")) {
        segments.add(numberOf(name));
      }
    }
    segments.sort(null);
    if (!readOnly && names.contains("next")) {
      disk.delete(SPARE);
    }
    if (segments.isEmpty()) {
      return;
    }
    try (Arena arena = Arena.ofConfined()) {
      findEnd(segments.getLast(), bytes(segments.getLast(), arena));
    } catch (InternalError e) {
      throw unreadable(segments.getLast(), e);
    }
  }

  /// The file of the segment that begins with a record.
  static String name(long first) {
    return String.format("log/%019d.seg", first);
  }

  private long numberOf(String name) {
    try {
      long number = Long.parseLong(name.substring(0, name.length() - 4));
      if (number > 0 && name(number).equals(FOLDER + "/" + name)) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, as any other name that is none.
    }
    throw new EngineException(
        EngineException.Code.LOG_DAMAGED,
        "The log in "
            + disk.where()
            + " has a file "
            + name
            + ", which is no segment's name. Nothing was changed. Move it elsewhere if it is yours,"
            + " or restore the backup.");
  }

  private ByteBuffer bytes(long first, Arena arena) {
    ByteBuffer bytes = disk.map(name(first), arena).asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.limit() < HEADER) {
      throw damaged(first, 0, "a header of 64 bytes", bytes.limit() + " bytes");
    }
    byte[] header = new byte[HEADER];
    bytes.get(0, header);
    if (bytes.getLong(0) != MAGIC) {
      throw damaged(
          first,
          0,
          String.format("a segment's magic %016x", MAGIC),
          String.format("%016x", bytes.getLong(0)));
    }
    if (bytes.getInt(8) != FORMAT) {
      throw damaged(first, 8, "format " + FORMAT, "format " + bytes.getInt(8));
    }
    if (!Arrays.equals(header, header(bytes.getLong(16)))) {
      throw damaged(first, 12, "a header whose checksum holds", "another");
    }
    if (bytes.getLong(16) != first) {
      throw damaged(first, 16, "first record " + first, "first record " + bytes.getLong(16));
    }
    return bytes;
  }

  private static byte[] header(long first) {
    ByteBuffer header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(0, MAGIC).putInt(8, FORMAT).putLong(16, first);
    var sum = new CRC32C();
    sum.update(header.array(), 0, 12);
    sum.update(header.array(), 16, HEADER - 16);
    return header.putInt(12, (int) sum.getValue()).array();
  }

  /// Walks the last segment to where writing goes on.
  private void findEnd(long first, ByteBuffer bytes) {
    next = first;
    int at = HEADER;
    int last = -1;
    Found found = Frame.read(bytes, at);
    while (found instanceof Found.Group group) {
      continues(first, at, group);
      last = at;
      next = group.end();
      closedHere = group.count() == 0;
      at = (int) Math.min(bytes.limit(), at + Frame.span(group.length()));
      found = Frame.read(bytes, at);
    }
    if (last < 0) {
      // Its first group was forced before the segment got its name.
      throw damaged(first, at, "the group of record " + first, in(found));
    }
    int written = Frame.written(bytes, at);
    int whole = Frame.next(bytes, at, next);
    if (whole >= 0) {
      throw broken(first, at, found, bytes, whole);
    }
    cut = (long) written - at;
    if (readOnly) {
      position = at;
      return;
    }
    DiskFile open = disk.open(name(first));
    file = open;
    try {
      byte[] again = new byte[at - last];
      bytes.get(last, again);
      open.write(last, ByteBuffer.wrap(again));
      zeros(open, at, written);
      open.force();
      disk.forceFolder(FOLDER);
    } catch (DiskException e) {
      open.close();
      throw e;
    }
    // A full disk may have taken all of the last group but the zeros that round it up.
    position = (at + 7L) & -8L;
    // Zeros behind the end are a segment's that was made of them; another one grows.
    capacity = bytes.limit() > at ? bytes.limit() : Math.max(at, storage.segmentBytes());
  }

  private void continues(long segment, int at, Found.Group group) {
    if (group.first() != next) {
      throw damaged(segment, at, "record " + next, "record " + group.first());
    }
  }

  private EngineException broken(long segment, int at, Found found, ByteBuffer bytes, int whole) {
    String behind =
        Frame.read(bytes, whole) instanceof Found.Group group
            ? "; whole records go on behind it, with " + group.first() + " at byte " + whole
            : "";
    return damaged(segment, at, "record " + next, in(found) + behind);
  }

  private static String in(Found found) {
    return switch (found) {
      case Found.Nothing _ -> "nothing";
      case Found.Broken(String what) -> what;
      case Found.Group group -> "record " + group.first();
    };
  }

  private EngineException damaged(long segment, long at, String expected, String found) {
    return new EngineException(
        EngineException.Code.LOG_DAMAGED,
        "The log is damaged: "
            + disk.where()
            + "/"
            + name(segment)
            + " at byte "
            + at
            + ": expected "
            + expected
            + ", found "
            + found
            + ". Nothing was changed. Restore the last backup beside this folder and compare.");
  }

  private EngineException unreadable(long segment, Throwable cause) {
    return new EngineException(
        EngineException.Code.LOG_DAMAGED,
        "The log can not be read: "
            + disk.where()
            + "/"
            + name(segment)
            + ": "
            + cause.getMessage()
            + ". Look after the disk, or restore the last backup.",
        cause);
  }

  /// How many bytes of an unfinished group were found behind the last whole one when the log was
  /// opened; none of them was ever acked.
  public long cut() {
    return cut;
  }

  @Override
  public long first() {
    return segments.isEmpty() ? 1 : segments.getFirst();
  }

  @Override
  public long next() {
    return next;
  }

  // Writing.

  @Override
  public long append(List<byte[]> records) {
    if (readOnly) {
      throw new IllegalStateException("The log was opened to be read");
    }
    if (failure != null) {
      throw failure;
    }
    if (records.isEmpty()) {
      throw new IllegalArgumentException("A group has at least one record");
    }
    int length = pack(next, records);
    try {
      write(next, length);
    } catch (DiskException e) {
      throw failing(e);
    }
    next += records.size();
    closedHere = false;
    if (spare == null && position > capacity / 2 && zerosPay()) {
      int bytes = (int) Math.min(storage.segmentBytes(), Math.max(FIRST_BYTES, 2 * capacity));
      spare = CompletableFuture.supplyAsync(() -> prepared(bytes), storage.preparing());
    }
    return next - 1;
  }

  /// Fills the frame behind room for a segment's header: `length 4 | bytes` of each record, sealed.
  ///
  /// @return how long the payload is
  private int pack(long first, List<byte[]> records) {
    long total = 0;
    for (byte[] record : records) {
      total += 4 + record.length;
    }
    if (total + Seal.OVERHEAD > LONGEST) {
      throw new EngineException(
          EngineException.Code.REFUSED,
          "A group of "
              + total
              + " bytes is too long for the log. Allowed: 1 GB. Send less at once.");
    }
    int length = (int) total + Seal.OVERHEAD;
    plain = room(plain, (int) total);
    frame = room(frame, (int) (HEADER + Frame.span(length)));
    ByteBuffer packed = ByteBuffer.wrap(plain);
    for (byte[] record : records) {
      packed.putInt(record.length).put(record);
    }
    seal.seal(first, records.size(), plain, (int) total, frame, HEADER + Frame.HEADER);
    int end = HEADER + Frame.HEADER + length;
    Arrays.fill(frame, end, (int) (HEADER + Frame.span(length)), (byte) 0);
    Frame.seal(frame, HEADER, first, records.size(), length);
    return length;
  }

  private static byte[] room(byte[] buffer, int needed) {
    return buffer.length >= needed ? buffer : new byte[Math.max(needed, buffer.length / 2 * 3)];
  }

  private void write(long first, int length) {
    int span = (int) Frame.span(length);
    if (file == null || position + span > capacity) {
      turn(first, span);
    } else {
      file.write(position, ByteBuffer.wrap(frame, HEADER, span));
      file.force();
      position += span;
    }
    groups++;
    groupBytes += span;
  }

  /// Whether a force into zeros gains more than writing the zeros takes.
  private boolean zerosPay() {
    return groupBytes / Math.max(1, groups) < storage.zerosBelow();
  }

  /// Begins the next segment with the group in the frame.
  private void turn(long first, int span) {
    DiskFile fresh = fresh(span);
    System.arraycopy(header(first), 0, frame, 0, HEADER);
    long ready;
    try {
      ready = fresh.size();
      fresh.write(0, ByteBuffer.wrap(frame, 0, HEADER + span));
      fresh.force();
      disk.rename(SPARE, name(first));
      disk.forceFolder(FOLDER);
    } catch (DiskException e) {
      fresh.close();
      throw e;
    }
    if (file != null) {
      file.close();
    }
    file = fresh;
    if (segments.isEmpty() || segments.getLast() != first) {
      // Else it took the place of one that had no record yet, and no room for this group.
      segments.add(first);
    }
    position = (long) HEADER + span;
    capacity = Math.max(ready == 0 ? storage.segmentBytes() : ready, position);
    groups = 0;
    groupBytes = 0;
  }

  /// A file for the next segment: zeros when they are ready, or few; else one that grows as it is
  /// written, for nobody should wait for 64 MB.
  private DiskFile fresh(int span) {
    CompletableFuture<DiskFile> ready = spare;
    spare = null;
    try {
      if (ready != null) {
        return ready.join();
      }
      if (file == null && span < storage.zerosBelow()) {
        return prepared(Math.min(storage.segmentBytes(), FIRST_BYTES));
      }
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof DiskException cause)) {
        throw e;
      }
      growsInstead(cause);
    } catch (DiskException e) {
      growsInstead(e);
    }
    return disk.create(SPARE);
  }

  /// A segment that grows fits where the full length does not; any other failure stays one.
  private static void growsInstead(DiskException cause) {
    if (cause.code() != DiskException.Code.FULL) {
      throw cause;
    }
  }

  private DiskFile prepared(int bytes) {
    DiskFile fresh = disk.create(SPARE);
    try {
      // Piece by piece: one force of it all would hold up the groups that are forced meanwhile.
      for (int at = 0; at < bytes; at += ZEROS) {
        zeros(fresh, at, Math.min(bytes, at + ZEROS));
        fresh.force();
      }
      return fresh;
    } catch (DiskException e) {
      fresh.close();
      if (e.code() == DiskException.Code.FULL) {
        disk.delete(SPARE);
      }
      throw e;
    }
  }

  private static void zeros(DiskFile file, long from, long to) {
    if (from < to) {
      ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(ZEROS, to - from));
      for (long at = from; at < to; at += ZEROS) {
        file.write(at, zeros.clear().limit((int) Math.min(ZEROS, to - at)));
      }
    }
  }

  private EngineException failing(DiskException e) {
    // A force that failed is not tried again: the next one would succeed without writing.
    failure =
        new EngineException(
            EngineException.Code.LOG_UNWRITABLE,
            "The log can not be written: "
                + e.getMessage()
                + ". What was acked is safe; nothing more is taken. "
                + cure(e)
                + ", then restart.",
            e);
    return failure;
  }

  // Reading.

  @Override
  public void replay(long from, Reader reader) {
    if (from >= next) {
      return;
    }
    if (from < first()) {
      throw damaged(first(), 16, "record " + from + " in a segment before it", "record " + first());
    }
    var opened = new Opened(from, reader);
    long expected = -1;
    read = 0;
    bytes = size(from);
    for (int i = 0; i < segments.size(); i++) {
      long first = segments.get(i);
      boolean last = i == segments.size() - 1;
      if (!last && segments.get(i + 1) <= from) {
        continue;
      }
      try (Arena arena = Arena.ofConfined()) {
        ByteBuffer bytes = bytes(first, arena);
        if (expected >= 0 && first != expected) {
          throw damaged(first, 16, "record " + expected, "record " + first);
        }
        expected = opened.read(first, bytes, last);
      } catch (DiskException | InternalError e) {
        throw unreadable(first, e);
      }
    }
  }

  /// How much of what [#replay] has to read it has read, 0 to 1. Its reader asks.
  double share() {
    return bytes <= 0 ? 1 : Math.min(1, (double) read / bytes);
  }

  private long size(long from) {
    long size = 0;
    for (int i = 0; i < segments.size(); i++) {
      boolean last = i == segments.size() - 1;
      if (last || segments.get(i + 1) > from) {
        size += last ? position : length(segments.get(i));
      }
    }
    return size;
  }

  /// How long a segment's file is.
  long length(long first) {
    try (Arena arena = Arena.ofConfined()) {
      return disk.map(name(first), arena).byteSize();
    } catch (DiskException e) {
      throw unreadable(first, e);
    }
  }

  /// Reading with buffers that are used again.
  private final class Opened {
    private final long from;
    private final Reader reader;
    private byte[] closed = new byte[1 << 16];
    private byte[] open = new byte[1 << 16];

    Opened(long from, Reader reader) {
      this.from = from;
      this.reader = reader;
    }

    /// @return the number the next segment begins with
    long read(long segment, ByteBuffer bytes, boolean last) {
      long expected = segment;
      int end = last ? (int) position : bytes.limit();
      int at = HEADER;
      while (at < end) {
        Found found = Frame.read(bytes, at);
        if (!(found instanceof Found.Group group)) {
          // A segment that is full ends in zeros; the last one has none before its end.
          if (!last && found instanceof Found.Nothing && Frame.next(bytes, at, expected) < 0) {
            return expected;
          }
          throw damaged(segment, at, "record " + expected, in(found));
        }
        if (group.first() != expected) {
          throw damaged(segment, at, "record " + expected, "record " + group.first());
        }
        if (group.end() <= from) {
          // What is skipped costs next to nothing: it is no part of the work.
          SegmentLog.this.bytes -= Frame.span(group.length());
        } else if (group.count() > 0) {
          records(segment, bytes, at, group);
          read += Frame.span(group.length());
        }
        expected = group.end();
        at = (int) Math.min(end, at + Frame.span(group.length()));
      }
      return expected;
    }

    private void records(long segment, ByteBuffer bytes, int at, Found.Group group) {
      closed = room(closed, group.length());
      open = room(open, group.length());
      bytes.get(at + Frame.HEADER, closed, 0, group.length());
      seal.open(group.first(), group.count(), closed, group.length(), open);
      int end = group.length() - Seal.OVERHEAD;
      ByteBuffer packed = ByteBuffer.wrap(open, 0, end);
      for (int i = 0; i < group.count(); i++) {
        if (packed.remaining() < 4 || packed.getInt(packed.position()) > packed.remaining() - 4) {
          throw damaged(segment, at, group.count() + " records in the group", i + " records");
        }
        int length = packed.getInt();
        int begin = packed.position();
        packed.position(begin + length);
        long number = group.first() + i;
        if (number >= from) {
          reader.read(number, Arrays.copyOfRange(open, begin, begin + length));
        }
      }
    }
  }

  /// Lets the record written last end its segment: the next one begins, with a group of no record.
  ///
  /// @throws EngineException LOG_UNWRITABLE
  void turn() {
    if (readOnly || next == 1 || segments.getLast() == next) {
      return;
    }
    if (failure != null) {
      throw failure;
    }
    Arrays.fill(frame, HEADER, HEADER + Frame.HEADER, (byte) 0);
    Frame.seal(frame, HEADER, next, 0, 0);
    try {
      turn(next, (int) Frame.span(0));
    } catch (DiskException e) {
      throw failing(e);
    }
    closedHere = true;
  }

  /// How many bytes [#truncateBefore] would delete.
  long bytesBefore(long number) {
    long bytes = 0;
    for (int i = 0; i + 1 < segments.size() && segments.get(i + 1) <= number; i++) {
      bytes += length(segments.get(i));
    }
    return bytes;
  }

  /// Deletes the segments that hold only records before `number`; the one that holds it stays
  /// whole.
  ///
  /// @return how many segments went
  public int truncateBefore(long number) {
    int gone = 0;
    try {
      while (segments.size() > 1 && segments.get(1) <= number) {
        disk.delete(name(segments.getFirst()));
        // One at a time: a crash that forgot an older deletion would leave a hole.
        disk.forceFolder(FOLDER);
        segments.removeFirst();
        gone++;
      }
      return gone;
    } catch (DiskException e) {
      throw failing(e);
    }
  }

  /// Writes down that the log ends here in good order, and lets the folder go.
  ///
  /// @throws EngineException LOG_UNWRITABLE when that could not be written; what was acked is safe
  @Override
  public void close() {
    try (lock) {
      if (spare != null) {
        spare
            .handle(
                (fresh, _) -> {
                  if (fresh != null) {
                    fresh.close();
                    disk.delete(SPARE);
                  }
                  return true;
                })
            .join();
        spare = null;
      }
      DiskFile open = file;
      file = null;
      if (open != null) {
        try (open) {
          if (failure == null && !closedHere) {
            sign(open);
          }
        }
      }
    } catch (DiskException | CompletionException e) {
      throw new EngineException(
          EngineException.Code.LOG_UNWRITABLE,
          "The log could not be closed: " + e.getMessage() + ". What was acked is safe.",
          e);
    }
  }

  private void sign(DiskFile open) {
    Frame.seal(frame, 0, next, 0, 0);
    try {
      open.write(position, ByteBuffer.wrap(frame, 0, Frame.HEADER));
      open.force();
    } catch (DiskException e) {
      // Without it the log opens as after a crash: a full disk is no reason not to stop.
      if (e.code() != DiskException.Code.FULL) {
        throw e;
      }
    }
  }
}
