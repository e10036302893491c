package io.huoshui.engine;

import io.huoshui.audience.Audience;
import io.huoshui.engine.Occurrences.Occurrence;
import io.huoshui.engine.columns.Block;
import io.huoshui.engine.columns.Words;
import io.huoshui.engine.disk.Disk;
import io.huoshui.engine.disk.DiskException;
import io.huoshui.engine.disk.Made;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.identity.IdentityGraph;
import io.huoshui.identity.Link;
import io.huoshui.journey.Position;
import io.huoshui.journey.Steering;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Guides;
import io.huoshui.reach.Reason;
import io.huoshui.reach.Touchpoint;
import io.huoshui.reach.Touchpoint.Delivery;
import io.huoshui.trial.Pilot;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// The state after one record of the log, on disk: a restart reads it and then only the records
/// that came after. Derived: when any of it is missing or damaged, the whole log is read instead.
///
/// ```
/// columns/LANE-RANGE-RECORD.blk   timelines, as blocks                  written anew where changed
/// ids/RECORD.ids                  prints of the ids taken since the one before, sorted
/// state/RECORD.ckp                everything else, and which of the others belong to it
/// ```
///
/// What changes is copied while no record is applied; the writing happens beside. What is written
/// again at a record gets other names, so a file that a checkpoint needs is never another.
final class Checkpoint {
  private static final int FORMAT = 5;

  /// Without what autopilots decided, attachments, and what stands in the way of the outbox.
  private static final int EARLIER = 4;

  /// What a base may have that an older version wrote: audiences without who froze them.
  private static final int OLDEST = 3;

  private static final int LANE_BITS = 4;
  private static final int RANGE_BITS = 16;

  /// Of a range's bits those that tell writings at one record apart.
  private static final int TRY_BITS = 4;

  private static final int TRY_AT = RANGE_BITS - TRY_BITS;

  /// What a checkpoint is made of ends in the record it was made at.
  private static final Pattern FILE =
      Pattern.compile("(?:\\d+-(\\d+)-)?(\\d{1,18})\\.(?:ckp|ids|blk)");

  private static final IdentifierKind[] KINDS = IdentifierKind.values();
  private static final Link.Standing[] STANDINGS = Link.Standing.values();
  private static final Position.Exit[] EXITS = Position.Exit.values();
  private static final int NO_EXIT = 127;

  /// There were four ways out.
  private static final int NO_EXIT_THEN = 4;

  private static final Entry.Definition[] DEFINITIONS = Entry.Definition.values();
  private static final ChannelKind[] CHANNELS = ChannelKind.values();
  private static final Reason[] REASONS = Reason.values();
  private static final Touchpoint.Stage[] STAGES = Touchpoint.Stage.values();

  private final Disk disk;
  private final Seal seal;
  private final Rooms rooms;

  /// How many need the files of an older checkpoint to stay.
  private int holds;

  /// The folders of a checkpoint's files.
  ///
  /// @param alone no file is part of two checkpoints
  record Rooms(String state, String ids, String columns, boolean alone) {
    static final Rooms OWN = new Rooms("state", "ids", "columns", false);

    private List<String> all() {
      return List.of(state, ids, columns).stream().distinct().toList();
    }
  }

  Checkpoint(Disk disk, Seal seal) {
    this(disk, seal, Rooms.OWN);
  }

  Checkpoint(Disk disk, Seal seal, Rooms rooms) {
    this.disk = disk;
    this.seal = seal;
    this.rooms = rooms;
  }

  /// The state at one record, taken while nothing is applied.
  static final class Snapshot {
    final long record;
    final long nowMs;
    final String zone;
    final String linkBase;
    final int batches;
    final List<State.Erasure> erasures;
    final Words words;
    final IdentityGraph.Image graph;
    final int[] ordinals;
    final List<Entry.Published> definitions;
    final List<Audience> audiences;
    final Map<String, Instant> launchedAt;
    final Map<String, State.Steered> steered;
    final List<ArmCounts.Kept> arms;
    final Map<String, List<Pilot.Decided>> piloted;
    final List<SegmentImage> segments;
    final List<Lane.Image> lanes;
    final List<Integer> outbox;
    final List<State.Handover> handovers;
    final Map<String, Long> turns;
    final Map<Integer, Integer> passed;
    final Map<Integer, Integer> suspects;
    final Map<String, Departure.Halt> halted;
    final Map<String, String> guidesLeft;
    final List<Occurrence> occurrences;
    final List<Changes.Change> changes;
    final long firstChange;
    final long[] recentIds;
    final List<PrintFile> idFiles;
    final long[] caused;

    /// A live segment's members per lane, and its counts.
    record SegmentImage(
        String name,
        List<RoaringBitmap> members,
        List<Long> entered,
        List<Long> left,
        List<Double> cuts) {}

    Snapshot(State state, long record) {
      this.record = record;
      this.nowMs = state.nowMs();
      this.zone = state.zone().getId();
      this.linkBase = state.linkBase();
      this.batches = state.batches();
      this.erasures = List.copyOf(state.erasures);
      this.words = state.words();
      this.graph = state.graph.image();
      this.ordinals = state.ordinals.nodes();
      this.definitions = List.copyOf(state.definitions);
      this.audiences = List.copyOf(state.audiences.values());
      this.launchedAt = new LinkedHashMap<>(state.launchedAt);
      this.steered = new LinkedHashMap<>(state.steered);
      this.arms = state.arms.kept();
      this.piloted = new LinkedHashMap<>();
      state.piloted.forEach((name, story) -> this.piloted.put(name, List.copyOf(story)));
      this.segments =
          state.segments.values().stream()
              .map(
                  live ->
                      new SegmentImage(
                          live.segment.name(),
                          live.copyOfMembers(),
                          live.enteredByLane(),
                          live.leftByLane(),
                          live.cuts()))
              .toList();
      var images = new ArrayList<Lane.Image>();
      for (Lane lane : state.lanes) {
        images.add(lane.image());
      }
      this.lanes = images;
      this.outbox = List.copyOf(state.outbox);
      this.handovers = List.copyOf(state.handovers.values());
      this.turns = state.departure.turns.freeUs();
      this.passed = Map.copyOf(state.departure.passed);
      this.suspects = Map.copyOf(state.departure.suspects);
      this.halted = state.departure.halts();
      this.guidesLeft = state.guides().left();
      this.occurrences = state.occurrences.copy();
      this.changes = state.changes.copy();
      this.firstChange = state.changes.first();
      this.recentIds = state.ids.recent();
      this.idFiles = state.ids.files();
      this.caused = state.caused();
    }
  }

  /// A file of ids as a checkpoint names it.
  ///
  /// @param ids how many are in it
  private record IdFile(long record, long ids) {}

  /// What was written: for the state to go on with.
  record Written(
      Snapshot of, List<@Nullable Block[]> blocks, List<PrintFile> idFiles, long bytes) {}

  // Writing.

  /// Writes a snapshot; returns when it outlives a crash.
  ///
  /// @throws DiskException when it can not be written; what was there before is still there
  ///
  /// @param resting takes half of one core at most: after each block as long a rest as it took
  Written write(Snapshot of, boolean resting) {
    var blocks = new ArrayList<@Nullable Block[]>();
    int attempt = attempt(of.record);
    for (Lane.Image lane : of.lanes) {
      blocks.add(writeBlocks(of, lane.rewrite(), attempt, resting));
    }
    List<PrintFile> idFiles = writeIds(of);
    long bytes = writeState(of, blocks, idFiles);
    var written = new Written(of, blocks, idFiles, bytes);
    sweep(written);
    return written;
  }

  /// The number of a writing at a record of which there are no blocks yet.
  private int attempt(long record) {
    int attempt = 0;
    for (String name : disk.list(rooms.columns)) {
      var file = FILE.matcher(name);
      if (file.find() && Long.parseLong(file.group(2)) == record && file.group(1) != null) {
        attempt = Math.max(attempt, 1 + (Integer.parseInt(file.group(1)) >>> TRY_AT));
      }
    }
    if (attempt >= 1 << TRY_BITS) {
      throw new DiskException(
          DiskException.Code.FAILED,
          "The checkpoint of record " + record + " was written in vain " + attempt + " times");
    }
    return attempt;
  }

  private @Nullable Block[] writeBlocks(
      Snapshot of, Timelines.Rewrite rewrite, int attempt, boolean resting) {
    var written = new @Nullable Block[rewrite.ranges()];
    boolean any = false;
    Set<String> there = Set.copyOf(disk.list(rooms.columns));
    for (int range = 0; range < written.length; range++) {
      Block old = rewrite.block(range);
      // What was read from other rooms is written into these.
      if (!rewrite.stale(range) && (old == null || there.contains(blockFile(old.number())))) {
        written[range] = old;
        continue;
      }
      long began = System.nanoTime();
      long number =
          of.record << (LANE_BITS + RANGE_BITS)
              | (long) rewrite.lane() << RANGE_BITS
              | (long) attempt << TRY_AT
              | range;
      MemorySegment image = rewrite.write(range).finish(seal, number);
      String name = blockName(number);
      write(name, image);
      written[range] = Block.read(disk.map(name, Arena.ofAuto()), of.words, seal);
      any = true;
      if (resting) {
        LockSupport.parkNanos(System.nanoTime() - began);
      }
    }
    if (any) {
      disk.forceFolder(rooms.columns);
    }
    return written;
  }

  /// Writes a file whose folder is forced later.
  private void write(String name, MemorySegment image) {
    try (var made = new Made(disk, name)) {
      for (long at = 0; at < image.byteSize(); at += 1 << 26) {
        made.file()
            .write(at, image.asSlice(at, Math.min(1 << 26, image.byteSize() - at)).asByteBuffer());
      }
      made.named();
    }
  }

  private String blockName(long number) {
    return rooms.columns + "/" + blockFile(number);
  }

  private static String blockFile(long number) {
    return String.format(
        Locale.ROOT,
        "%02d-%04d-%d.blk",
        (number >>> RANGE_BITS) & ((1 << LANE_BITS) - 1),
        number & ((1 << RANGE_BITS) - 1),
        number >>> (LANE_BITS + RANGE_BITS));
  }

  /// Files that are not twice as many ids as what comes after them become one with it: so there are
  /// few, and each id is written few times.
  private List<PrintFile> writeIds(Snapshot of) {
    // What was read from other rooms is written into these.
    boolean elsewhere =
        of.idFiles.stream().anyMatch(file -> !file.name().equals(idName(of.record, file.record())));
    if (of.recentIds.length == 0 && !elsewhere) {
      return of.idFiles;
    }
    var files = new ArrayList<>(of.idFiles);
    var with = new ArrayList<PrintFile>();
    long ids = of.recentIds.length / 2;
    while (!files.isEmpty() && (elsewhere || files.getLast().count() < 2 * ids)) {
      ids += files.getLast().count();
      with.add(files.removeLast());
    }
    String name = idName(of.record, of.record);
    PrintFile.write(disk, name, of.recentIds, with);
    files.add(PrintFile.open(disk, name, of.record, ids));
    return List.copyOf(files);
  }

  /// @param record the checkpoint's
  private String idName(long record, long file) {
    return rooms.ids + "/" + idFile(record, file);
  }

  /// @param file the record at which it was written
  private String idFile(long record, long file) {
    return (rooms.alone ? file + "-" + record : Long.toString(file)) + ".ids";
  }

  private static void writePrint(Bytes out, long one, long two) {
    out.putLong(one);
    out.putLong(two);
  }

  private String stateName(long record) {
    return rooms.state + "/" + stateFile(record);
  }

  private static String stateFile(long record) {
    return record + ".ckp";
  }

  private long writeState(Snapshot of, List<@Nullable Block[]> blocks, List<PrintFile> idFiles) {
    try (var out = new KeptFile.Out(disk, stateName(of.record), seal, of.record)) {
      Bytes head = out.item();
      head.putWhole(FORMAT);
      head.putWhole(of.record);
      head.putSigned(of.nowMs);
      head.putText(of.zone);
      head.putText(of.linkBase);
      head.putWhole(of.batches);
      head.putWhole(of.erasures.size());
      for (State.Erasure erasure : of.erasures) {
        head.putWhole(erasure.record());
        head.putSigned(erasure.atMs());
      }
      of.words.write(head);
      for (@Nullable Block[] lane : blocks) {
        head.putWhole(lane.length);
        for (Block block : lane) {
          head.putLong(block == null ? -1 : block.number());
        }
      }
      head.putWhole(idFiles.size());
      for (PrintFile file : idFiles) {
        head.putWhole(file.record());
        head.putWhole(file.count());
      }
      writeGraph(of, out);
      writeDefinitions(of, out);
      for (Lane.Image lane : of.lanes) {
        writeLane(lane, out);
      }
      writeRest(of, out);
      return out.finish();
    }
  }

  private static void writeGraph(Snapshot of, KeptFile.Out out) {
    var scopes = new HashMap<String, Integer>();
    out.item().putWhole(of.graph.nodes());
    for (int node = 0; node < of.graph.nodes(); node++) {
      Identifier identifier = of.graph.identifier(node);
      Bytes item = out.item();
      item.putByte(identifier.kind().ordinal());
      EntryCodec.word(identifier.scope(), item, scopes);
      item.putText(identifier.value());
      item.putWhole(node - of.graph.profileOf(node));
    }
    var sources = new HashMap<String, Integer>();
    out.item().putWhole(of.graph.links());
    String evidence = "";
    long timeMs = 0;
    for (int number = 0; number < of.graph.links(); number++) {
      Link link = of.graph.link(number);
      Bytes item = out.item();
      item.putWhole(link.a());
      item.putSigned(link.b() - (long) link.a());
      item.putByte(link.standing().ordinal());
      EntryCodec.word(link.source(), item, sources);
      item.putSigned(link.time().toEpochMilli() - timeMs);
      // One event often links several identifiers.
      boolean same = link.evidence().equals(evidence);
      item.putByte(same ? 1 : 0);
      if (!same) {
        item.putText(link.evidence());
      }
      evidence = link.evidence();
      timeMs = link.time().toEpochMilli();
    }
    out.item().putWhole(of.ordinals.length);
    int before = 0;
    for (int node : of.ordinals) {
      out.item().putSigned(node - before);
      before = node;
    }
  }

  private static void writeDefinitions(Snapshot of, KeptFile.Out out) {
    out.item().putWhole(of.definitions.size());
    for (Entry.Published each : of.definitions) {
      Bytes item = out.item();
      item.putByte(each.kind().ordinal());
      item.putText(each.name());
      item.putWhole(each.version());
      item.putText(each.json());
    }
    out.item().putWhole(of.audiences.size());
    for (Audience audience : of.audiences) {
      Bytes item = out.item();
      item.putText(audience.name());
      item.putText(audience.segment());
      item.putText(audience.text());
      item.putWhole(audience.version());
      item.putText(audience.who());
      item.putSigned(audience.frozenAt().toEpochMilli());
      item.putBitmap(audience.members());
    }
    out.item().putWhole(of.launchedAt.size());
    of.launchedAt.forEach(
        (name, at) -> {
          Bytes item = out.item();
          item.putText(name);
          item.putSigned(at.toEpochMilli());
        });
    out.item().putWhole(of.steered.size());
    of.steered.forEach(
        (name, steered) -> {
          Bytes item = out.item();
          item.putText(name);
          item.putByte(steered.how().ordinal());
          item.putSigned(steered.sinceMs());
        });
    out.item().putWhole(of.arms.size());
    for (ArmCounts.Kept kept : of.arms) {
      Bytes item = out.item();
      item.putText(kept.journey());
      item.putWhole(kept.version());
      item.putText(kept.step());
      item.putText(kept.arm());
      item.putWhole(kept.took());
      item.putWhole(kept.reached());
    }
    out.item().putWhole(of.piloted.size());
    of.piloted.forEach(
        (name, story) -> {
          Bytes named = out.item();
          named.putText(name);
          named.putWhole(story.size());
          for (Pilot.Decided one : story) {
            Bytes item = out.item();
            item.putSigned(one.at().toEpochMilli());
            item.putWhole(one.people());
            EntryCodec.write(one.act(), one.why(), one.measured(), one.roi(), one.who(), item);
          }
        });
    out.item().putWhole(of.segments.size());
    for (Snapshot.SegmentImage segment : of.segments) {
      Bytes named = out.item();
      named.putText(segment.name());
      named.putWhole(segment.cuts().size());
      segment.cuts().forEach(named::putDouble);
      for (int lane = 0; lane < Lane.COUNT; lane++) {
        Bytes item = out.item();
        item.putWhole(segment.entered().get(lane));
        item.putWhole(segment.left().get(lane));
        item.putBitmap(segment.members().get(lane));
      }
    }
  }

  private static void writeLane(Lane.Image lane, KeptFile.Out out) {
    var words = new HashMap<String, Integer>();
    out.item().putWhole(lane.positions().size());
    for (Position position : lane.positions()) {
      Bytes item = out.item();
      EntryCodec.word(position.journey(), item, words);
      item.putWhole(position.version());
      item.putWhole(position.profile());
      item.putText(position.entry());
      EntryCodec.word(position.step(), item, words);
      item.putSigned(position.enteredAt().toEpochMilli());
      putInstant(position.due(), position.enteredAt(), item);
      item.putByte(position.heldOut() ? 1 : 0);
      item.putText(position.coupon());
      putInstant(position.goalAt(), position.enteredAt(), item);
      item.putByte(position.exit() == null ? NO_EXIT : position.exit().ordinal());
      item.putText(position.path());
    }
    out.item().putWhole(lane.touchpoints().size());
    for (int i = 0; i < lane.touchpoints().size(); i++) {
      Touchpoint touchpoint = lane.touchpoints().get(i);
      Bytes item = out.item();
      item.putWhole(lane.positionOfTouchpoint().get(i));
      item.putText(touchpoint.key());
      EntryCodec.word(touchpoint.journey(), item, words);
      item.putWhole(touchpoint.profile());
      EntryCodec.word(touchpoint.template(), item, words);
      item.putByte(touchpoint.channel().ordinal());
      item.putByte(touchpoint.reason().ordinal());
      item.putSigned(touchpoint.due().toEpochMilli());
      item.putText(touchpoint.address());
      item.putText(touchpoint.text());
      EntryCodec.word(touchpoint.sender(), item, words);
      item.putSigned(touchpoint.costFen());
      Delivery delivery = touchpoint.delivery();
      item.putByte(delivery.stage().ordinal());
      EntryCodec.word(delivery.batch(), item, words);
      item.putText(delivery.platformId());
      EntryCodec.word(delivery.why(), item, words);
      putInstant(delivery.at(), touchpoint.due(), item);
      item.putText(
          touchpoint.attachments().isEmpty()
              ? ""
              : Definitions.attachments(touchpoint.attachments()).write());
    }
    out.item().putWhole(lane.turnsAt().limit());
    for (int local = 0; local < lane.turnsAt().limit(); local++) {
      long at = lane.turnsAt().get(local);
      // Never is as far as can be: one byte for it.
      out.item().putWhole(at == Long.MAX_VALUE ? 0 : 1 + Math.max(0, at));
    }
    out.item().putWhole(lane.held().size());
    for (int index : lane.held()) {
      out.item().putWhole(index);
    }
  }

  private static void putInstant(@Nullable Instant instant, Instant near, Bytes out) {
    out.putByte(instant == null ? 0 : 1);
    if (instant != null) {
      out.putSigned(instant.toEpochMilli() - near.toEpochMilli());
    }
  }

  private static @Nullable Instant takeInstant(Instant near, Bytes in) {
    return in.takeByte() == 0 ? null : Instant.ofEpochMilli(near.toEpochMilli() + in.takeSigned());
  }

  private static void writeRest(Snapshot of, KeptFile.Out out) {
    out.item().putWhole(of.outbox.size());
    for (int index : of.outbox) {
      out.item().putWhole(index);
    }
    out.item().putWhole(of.handovers.size());
    for (State.Handover handover : of.handovers) {
      Bytes item = out.item();
      item.putText(handover.batch());
      item.putWhole(handover.touchpoints().size());
      for (int index : handover.touchpoints()) {
        item.putWhole(index);
      }
      item.putSigned(handover.sinceMs());
    }
    out.item().putWhole(of.turns.size());
    of.turns.forEach(
        (queue, freeUs) -> {
          Bytes item = out.item();
          item.putText(queue);
          item.putSigned(freeUs);
        });
    writeCounts(of.passed, out);
    writeCounts(of.suspects, out);
    out.item().putWhole(of.halted.size());
    of.halted.forEach(
        (template, halt) -> {
          Bytes item = out.item();
          item.putText(template);
          item.putText(halt.code());
          item.putText(halt.why());
          item.putSigned(halt.sinceMs());
        });
    out.item().putWhole(of.guidesLeft.size());
    of.guidesLeft.forEach(
        (guide, successor) -> {
          Bytes item = out.item();
          item.putText(guide);
          item.putText(successor);
        });
    out.item().putWhole(of.occurrences.size());
    for (Occurrence occurrence : of.occurrences) {
      Bytes item = out.item();
      item.putText(occurrence.name());
      item.putWhole(occurrence.node());
      item.putSigned(occurrence.time().toEpochMilli());
      item.putWhole(occurrence.properties().size());
      for (int i = 0; i < occurrence.properties().size(); i++) {
        item.putText(occurrence.properties().key(i));
        EntryCodec.write(occurrence.properties().value(i), item);
      }
    }
    out.item().putWhole(of.firstChange);
    out.item().putWhole(of.changes.size());
    var segments = new HashMap<String, Integer>();
    for (Changes.Change change : of.changes) {
      Bytes item = out.item();
      item.putSigned(change.timeMs());
      EntryCodec.word(change.segment(), item, segments);
      item.putWhole(change.profile());
      item.putByte(change.entered() ? 1 : 0);
    }
    out.item().putWhole(of.caused.length / 2);
    for (int i = 0; i < of.caused.length; i += 2) {
      writePrint(out.item(), of.caused[i], of.caused[i + 1]);
    }
  }

  /// Keeps the files of the checkpoint there is, until as many [#release]. What was not swept then
  /// is swept after the next checkpoint.
  synchronized void hold() {
    holds++;
  }

  synchronized void release() {
    holds--;
  }

  synchronized boolean held() {
    return holds > 0;
  }

  /// The files of a checkpoint, and perhaps some of older ones.
  List<Standing.Piece> pieces(long record) {
    var pieces = new ArrayList<Standing.Piece>();
    for (String folder : rooms.all()) {
      for (String name : disk.list(folder)) {
        var file = FILE.matcher(name);
        if (file.matches()) {
          long of = Long.parseLong(file.group(2));
          if (name.endsWith(".ckp") ? of == record : of <= record) {
            pieces.add(new Standing.Piece(folder + "/" + name, size(folder + "/" + name)));
          }
        }
      }
    }
    return pieces;
  }

  long size(String name) {
    try (Arena arena = Arena.ofConfined()) {
      return disk.map(name, arena).byteSize();
    }
  }

  /// Deletes what belongs to no checkpoint any more, unless somebody holds it.
  synchronized void sweep(Written written) {
    if (holds > 0) {
      return;
    }
    var names = names(written);
    for (String folder : rooms.all()) {
      keep(folder, names);
    }
  }

  /// The same, and a crash brings nothing of it back.
  ///
  /// @return whether nobody held it
  synchronized boolean sweepForGood(Written written) {
    sweep(written);
    rooms.all().forEach(disk::forceFolder);
    return holds == 0;
  }

  /// What the files of a checkpoint are called, without their folders.
  private Set<String> names(Written written) {
    var names = new HashSet<String>();
    names.add(stateFile(written.of().record));
    written.idFiles().forEach(file -> names.add(idFile(written.of().record, file.record())));
    for (@Nullable Block[] lane : written.blocks()) {
      for (Block block : lane) {
        if (block != null) {
          names.add(blockFile(block.number()));
        }
      }
    }
    return names;
  }

  private void keep(String folder, Set<String> names) {
    for (String name : disk.list(folder)) {
      if (!names.contains(name)) {
        disk.delete(folder + "/" + name);
      }
    }
  }

  // Another room.

  /// Copies a checkpoint of other rooms into these; its state comes last, and with it the name.
  /// Returns when all of it outlives a crash.
  void copy(Checkpoint from, Written written) {
    for (PrintFile file : written.idFiles()) {
      copy(file.name(), idName(written.of().record, file.record()));
    }
    for (@Nullable Block[] lane : written.blocks()) {
      for (Block block : lane) {
        if (block != null) {
          copy(from.blockName(block.number()), blockName(block.number()));
        }
      }
    }
    rooms.all().forEach(disk::forceFolder);
    copy(from.stateName(written.of().record), stateName(written.of().record));
    disk.forceFolder(rooms.state);
  }

  private void copy(String from, String to) {
    try (Arena arena = Arena.ofConfined()) {
      write(to, disk.map(from, arena));
    }
  }

  /// Deletes every file that is not the checkpoint's of this record, the states first. Returns when
  /// a crash brings none of them back.
  ///
  /// @throws EngineException CHECKPOINT_DAMAGED when it can not be read what belongs to it
  void keepOnly(long record) {
    Set<String> names = record == 0 ? Set.of() : names(record);
    for (String folder : rooms.all()) {
      List<String> gone =
          disk.list(folder).stream()
              .filter(name -> !names.contains(name))
              .sorted(Comparator.comparing(name -> !name.endsWith(".ckp")))
              .toList();
      gone.forEach(name -> disk.delete(folder + "/" + name));
      if (!gone.isEmpty()) {
        disk.forceFolder(folder);
      }
    }
  }

  /// The files of exactly this checkpoint.
  List<Standing.Piece> piecesOf(long record) {
    Set<String> names = names(record);
    return rooms.all().stream()
        .flatMap(
            folder ->
                disk.list(folder).stream().filter(names::contains).map(name -> folder + "/" + name))
        .map(name -> new Standing.Piece(name, size(name)))
        .toList();
  }

  private Set<String> names(long record) {
    try (var in = new KeptFile.In(disk, stateName(record), seal, record)) {
      Head head = head(in, record, new Words());
      var names = new HashSet<String>();
      names.add(stateFile(record));
      head.idFiles().forEach(file -> names.add(idFile(record, file.record())));
      head.blocks().stream()
          .flatMapToLong(Arrays::stream)
          .filter(number -> number >= 0)
          .forEach(number -> names.add(blockFile(number)));
      return names;
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw apart(e);
    }
  }

  // Reading.

  /// The record of the checkpoint there is, or 0.
  long newest() {
    return newest(Long.MAX_VALUE);
  }

  /// The same, of those up to a record.
  long newest(long most) {
    return records().stream().filter(record -> record <= most).reduce(0L, Math::max);
  }

  /// The records of the checkpoints there are.
  List<Long> records() {
    return disk.list(rooms.state).stream()
        .filter(name -> name.endsWith(".ckp"))
        .map(FILE::matcher)
        .filter(Matcher::matches)
        .map(file -> Long.parseLong(file.group(2)))
        .toList();
  }

  /// How a checkpoint begins.
  ///
  /// @param blocks per lane and range the number of its block, or -1
  private record Head(
      int format,
      long nowMs,
      String zone,
      String linkBase,
      int batches,
      List<State.Erasure> erasures,
      List<long[]> blocks,
      List<IdFile> idFiles) {}

  private static Head head(KeptFile.In in, long record, Words words) {
    Bytes head = in.item();
    int format = head.takeInt();
    if (format < OLDEST || format > FORMAT || head.takeWhole() != record) {
      throw new EngineException(
          EngineException.Code.CHECKPOINT_DAMAGED,
          "The checkpoint has format "
              + format
              + ", this version reads "
              + OLDEST
              + " to "
              + FORMAT);
    }
    long nowMs = head.takeSigned();
    String zone = head.takeText();
    String linkBase = head.takeText();
    int batches = head.takeInt();
    var erasures = new ArrayList<State.Erasure>();
    for (int left = head.takeInt(); left > 0; left--) {
      erasures.add(new State.Erasure(head.takeWhole(), head.takeSigned()));
    }
    words.restore(head);
    var blocks = new ArrayList<long[]>();
    for (int lane = 0; lane < Lane.COUNT; lane++) {
      long[] numbers = new long[head.takeInt()];
      for (int range = 0; range < numbers.length; range++) {
        numbers[range] = head.takeLong();
      }
      blocks.add(numbers);
    }
    var idFiles = new ArrayList<IdFile>();
    for (int left = head.takeInt(); left > 0; left--) {
      idFiles.add(new IdFile(head.takeWhole(), head.takeWhole()));
    }
    return new Head(format, nowMs, zone, linkBase, batches, erasures, blocks, List.copyOf(idFiles));
  }

  private static EngineException apart(RuntimeException e) {
    return new EngineException(
        EngineException.Code.CHECKPOINT_DAMAGED, "The checkpoint does not hold together: " + e, e);
  }

  /// Makes an empty state what it was after a record.
  ///
  /// @throws EngineException when anything of the checkpoint is damaged or written by another
  ///   version; so does a [DiskException] when something is missing. The state is of no use then
  void read(long record, State into) {
    try (var in = new KeptFile.In(disk, stateName(record), seal, record)) {
      Head head = head(in, record, into.words());
      into.restore(record, head.nowMs(), head.zone(), head.linkBase(), head.batches());
      into.erasures.addAll(head.erasures());
      for (int lane = 0; lane < Lane.COUNT; lane++) {
        long[] numbers = head.blocks().get(lane);
        var blocks = new @Nullable Block[numbers.length];
        for (int range = 0; range < blocks.length; range++) {
          blocks[range] =
              numbers[range] < 0 ? null : block(blockName(numbers[range]), into.words());
        }
        into.lanes[lane].timelines.restore(blocks);
      }
      List<IdFile> idFiles = head.idFiles();
      // Nothing else stands on the ids, and they are the most.
      var ids = new FutureTask<>(() -> readIds(record, idFiles, into.ids), true);
      if (into.threads() > 1) {
        Thread.ofPlatform().daemon().name("engine-ids").start(ids);
      } else {
        ids.run();
      }
      readGraph(in, into);
      readDefinitions(in, into, head.format());
      for (Lane lane : into.lanes) {
        readLane(in, lane, head.format());
      }
      readRest(in, into, head.format());
      in.end();
      into.restored();
      await(ids);
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw apart(e);
    }
  }

  private void readIds(long record, List<IdFile> written, IdSet into) {
    var files = new ArrayList<PrintFile>();
    for (IdFile file : written) {
      files.add(PrintFile.open(disk, idName(record, file.record()), file.record(), file.ids()));
    }
    into.restore(files);
  }

  private static void await(FutureTask<Boolean> task) {
    try {
      task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new EngineException(EngineException.Code.CLOSED, "Interrupted while opening.", e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  /// Opens a block and checks all of it.
  private Block block(String name, Words words) {
    try {
      return Block.read(disk.map(name, Arena.ofAuto()), words, seal);
    } catch (EngineException e) {
      throw new EngineException(e.code(), disk.where() + "/" + name + ": " + e.getMessage(), e);
    }
  }

  private static void readGraph(KeptFile.In in, State into) {
    var scopes = new ArrayList<String>();
    int nodes = in.item().takeInt();
    into.graph.room(nodes);
    for (int node = 0; node < nodes; node++) {
      Bytes item = in.item();
      IdentifierKind kind = KINDS[item.takeByte()];
      String scope = EntryCodec.word(item, scopes);
      int length = item.takeInt();
      int from = item.length();
      item.skip(length);
      into.graph.restore(kind, scope, item.array(), from, length, node - item.takeInt());
    }
    var sources = new ArrayList<String>();
    int links = in.item().takeInt();
    String evidence = "";
    long timeMs = 0;
    for (int number = 0; number < links; number++) {
      Bytes item = in.item();
      int a = item.takeInt();
      int b = (int) (a + item.takeSigned());
      Link.Standing standing = STANDINGS[item.takeByte()];
      String source = EntryCodec.word(item, sources);
      timeMs += item.takeSigned();
      evidence = item.takeByte() == 1 ? evidence : item.takeText();
      into.graph.restore(a, b, evidence, timeMs, source, standing);
    }
    int before = 0;
    for (int left = in.item().takeInt(); left > 0; left--) {
      before += (int) in.item().takeSigned();
      into.ordinals.give(before);
    }
  }

  private static void readDefinitions(KeptFile.In in, State into, int format) {
    for (int left = in.item().takeInt(); left > 0; left--) {
      Bytes item = in.item();
      into.restore(
          new Entry.Published(
              into.nowMs(),
              DEFINITIONS[item.takeByte()],
              item.takeText(),
              item.takeInt(),
              item.takeText()));
    }
    for (int left = in.item().takeInt(); left > 0; left--) {
      Bytes item = in.item();
      String name = item.takeText();
      String segment = item.takeText();
      String text = item.takeText();
      int version = format == OLDEST ? 0 : item.takeInt();
      String who = format == OLDEST ? "" : item.takeText();
      Instant frozenAt = Instant.ofEpochMilli(item.takeSigned());
      var audience = new Audience(name, segment, version, text, frozenAt, who, item.takeBitmap());
      into.audiences.put(audience.name(), audience);
    }
    for (int left = in.item().takeInt(); left > 0; left--) {
      Bytes item = in.item();
      into.launchedAt.put(item.takeText(), Instant.ofEpochMilli(item.takeSigned()));
    }
    for (int left = format == OLDEST ? 0 : in.item().takeInt(); left > 0; left--) {
      Bytes item = in.item();
      into.steered.put(
          item.takeText(),
          new State.Steered(Steering.values()[item.takeByte()], item.takeSigned()));
    }
    for (int left = format == OLDEST ? 0 : in.item().takeInt(); left > 0; left--) {
      Bytes item = in.item();
      into.arms.restore(
          new ArmCounts.Kept(
              item.takeText(),
              item.takeInt(),
              item.takeText(),
              item.takeText(),
              item.takeWhole(),
              item.takeWhole()));
    }
    for (int left = format <= EARLIER ? 0 : in.item().takeInt(); left > 0; left--) {
      Bytes named = in.item();
      String name = named.takeText();
      var story = new ArrayList<Pilot.Decided>();
      for (int more = named.takeInt(); more > 0; more--) {
        Bytes item = in.item();
        story.add(EntryCodec.decided(item, item.takeSigned(), item.takeWhole()));
      }
      into.piloted.put(name, story);
    }
    var rankings = new HashMap<String, Deque<Double>>();
    for (int left = in.item().takeInt(); left > 0; left--) {
      Bytes named = in.item();
      String name = named.takeText();
      var cuts = new ArrayDeque<Double>();
      for (int more = named.takeInt(); more > 0; more--) {
        cuts.add(named.takeDouble());
      }
      rankings.put(name, cuts);
      // One that was published again keeps its place among the others; its definition is last.
      LiveSegment live = into.segments.remove(name);
      if (live == null) {
        throw new IllegalArgumentException("No segment '" + name + "' was published");
      }
      into.segments.put(name, live);
      for (int lane = 0; lane < Lane.COUNT; lane++) {
        Bytes item = in.item();
        live.restore(lane, item.takeWhole(), item.takeWhole(), item.takeBitmap());
      }
    }
    into.resolve(rankings);
  }

  private static void readLane(KeptFile.In in, Lane lane, int format) {
    var words = new ArrayList<String>();
    // Many entered at one instant, and share it.
    Instant enteredAt = Instant.EPOCH;
    for (int left = in.item().takeInt(); left > 0; left--) {
      Bytes item = in.item();
      String journey = EntryCodec.word(item, words);
      int version = item.takeInt();
      int profile = item.takeInt();
      String entry = item.takeText();
      String step = EntryCodec.word(item, words);
      long enteredMs = item.takeSigned();
      if (enteredMs != enteredAt.toEpochMilli()) {
        enteredAt = Instant.ofEpochMilli(enteredMs);
      }
      Instant due = takeInstant(enteredAt, item);
      boolean heldOut = item.takeByte() == 1;
      String coupon = item.takeText();
      Instant goalAt = takeInstant(enteredAt, item);
      int exit = item.takeByte();
      lane.positions.add(
          new Position(
              journey,
              version,
              profile,
              entry,
              step,
              enteredAt,
              due,
              heldOut,
              coupon,
              goalAt,
              exit == (format == OLDEST ? NO_EXIT_THEN : NO_EXIT) ? null : EXITS[exit],
              format == OLDEST ? "" : lane.way(item.takeText())));
    }
    for (int left = in.item().takeInt(); left > 0; left--) {
      Bytes item = in.item();
      int position = item.takeInt();
      String key = item.takeText();
      String journey = EntryCodec.word(item, words);
      int profile = item.takeInt();
      String template = EntryCodec.word(item, words);
      ChannelKind channel = CHANNELS[item.takeByte()];
      Reason reason = REASONS[item.takeByte()];
      Instant due = Instant.ofEpochMilli(item.takeSigned());
      lane.restore(
          new Touchpoint(
              key,
              journey,
              profile,
              template,
              channel,
              reason,
              due,
              item.takeText(),
              item.takeText(),
              EntryCodec.word(item, words),
              item.takeSigned(),
              Definitions.linkCode(key),
              delivery(item, words, due),
              format <= EARLIER ? List.of() : Definitions.attachments(item.takeText())),
          position);
    }
    long[] turnsAt = new long[in.item().takeInt()];
    for (int local = 0; local < turnsAt.length; local++) {
      long at = in.item().takeWhole();
      turnsAt[local] = at == 0 ? Long.MAX_VALUE : at - 1;
    }
    lane.restore(turnsAt);
    for (int left = in.item().takeInt(); left > 0; left--) {
      lane.held.add(in.item().takeInt());
    }
  }

  private static Delivery delivery(Bytes item, List<String> words, Instant due) {
    return new Delivery(
        STAGES[item.takeByte()],
        EntryCodec.word(item, words),
        item.takeText(),
        EntryCodec.word(item, words),
        takeInstant(due, item));
  }

  private static void writeCounts(Map<Integer, Integer> counts, KeptFile.Out out) {
    out.item().putWhole(counts.size());
    counts.forEach(
        (index, count) -> {
          Bytes item = out.item();
          item.putWhole(index);
          item.putWhole(count);
        });
  }

  private static void readCounts(KeptFile.In in, Map<Integer, Integer> into) {
    for (int left = in.item().takeInt(); left > 0; left--) {
      Bytes item = in.item();
      into.put(item.takeInt(), item.takeInt());
    }
  }

  private static void readDepartures(KeptFile.In in, State into) {
    for (int left = in.item().takeInt(); left > 0; left--) {
      Bytes item = in.item();
      into.departure.turns.restore(item.takeText(), item.takeSigned());
    }
    readCounts(in, into.departure.passed);
    readCounts(in, into.departure.suspects);
    for (int left = in.item().takeInt(); left > 0; left--) {
      Bytes item = in.item();
      into.departure.halted.put(
          item.takeText(), new Departure.Halt(item.takeText(), item.takeText(), item.takeSigned()));
    }
    var left = new TreeMap<String, String>();
    for (int more = in.item().takeInt(); more > 0; more--) {
      Bytes item = in.item();
      left.put(item.takeText(), item.takeText());
    }
    into.restore(new Guides(left));
  }

  private static void readRest(KeptFile.In in, State into, int format) {
    var outbox = new ArrayList<Integer>();
    for (int left = in.item().takeInt(); left > 0; left--) {
      outbox.add(in.item().takeInt());
    }
    for (int left = in.item().takeInt(); left > 0; left--) {
      Bytes item = in.item();
      String batch = item.takeText();
      var indexes = new ArrayList<Integer>();
      for (int messages = item.takeInt(); messages > 0; messages--) {
        indexes.add(item.takeInt());
      }
      long sinceMs = format <= EARLIER ? into.nowMs() : item.takeSigned();
      into.handovers.put(batch, new State.Handover(batch, List.copyOf(indexes), sinceMs));
    }
    if (format > EARLIER) {
      readDepartures(in, into);
    }
    // What leaves together follows from what stands in its way.
    into.outbox.addAll(outbox);
    var occurrences = new ArrayList<Occurrence>();
    for (int left = in.item().takeInt(); left > 0; left--) {
      Bytes item = in.item();
      String name = item.takeText();
      int node = item.takeInt();
      Instant time = Instant.ofEpochMilli(item.takeSigned());
      int size = item.takeInt();
      String[] keys = new String[size];
      Value[] values = new Value[size];
      for (int i = 0; i < size; i++) {
        keys[i] = item.takeText();
        values[i] = EntryCodec.value(item);
      }
      occurrences.add(new Occurrence(name, node, time, Properties.of(keys, values, size)));
    }
    into.occurrences.add(occurrences);
    into.changes.begin(in.item().takeWhole());
    var segments = new ArrayList<String>();
    for (int left = in.item().takeInt(); left > 0; left--) {
      Bytes item = in.item();
      into.changes.add(
          item.takeSigned(), EntryCodec.word(item, segments), item.takeInt(), item.takeByte() == 1);
    }
    for (int left = in.item().takeInt(); left > 0; left--) {
      Bytes item = in.item();
      into.restoreCaused(item.takeLong(), item.takeLong());
    }
  }
}
