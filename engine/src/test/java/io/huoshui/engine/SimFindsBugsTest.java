package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.engine.disk.Disk;
import io.huoshui.engine.sim.Broken;
import io.huoshui.engine.sim.World;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// A simulator that finds nothing may be blind: bugs are planted, and it has to find them soon.
class SimFindsBugsTest {
  private static final int STEPS = 300;

  /// The first seed that breaks, and how.
  private record Found(long seed, String how) {}

  private static Found find(World.Making making, int within) {
    for (long seed = 1; seed <= within; seed++) {
      try {
        World.live(seed, STEPS, making);
      } catch (Broken e) {
        return new Found(seed, String.valueOf(e.getMessage()));
      }
    }
    throw new AssertionError("No world of " + within + " broke");
  }

  private static World.Making with(Function<Crew, State> empty) {
    return new World.Making(disk -> disk, settings -> Engine.open(settings, _ -> {}, empty));
  }

  @Test
  void aForceThatIsLeftOutIsFoundWithinTenSeeds() {
    int[] forces = new int[1];
    Found found = find(leavingOut(name -> !name.endsWith("/") && ++forces[0] % 8 == 0), 10);

    assertThat(found.how()).containsAnyOf("Acked were", "does not open", "The base of the log");
  }

  @Test
  void aLogThatIsCutBeforeItsBaseIsForcedIsFoundWithinTwentySeeds() {
    Found found = find(leavingOut(name -> name.startsWith("base/")), 20);

    assertThat(found.how()).containsAnyOf("The base of the log", "there is no base");
  }

  @Test
  void aDuplicateThatCountsIsFoundWithinTenSeeds() {
    Found found = find(with(crew -> new State(crew, new Oblivious(), Timers::new)), 10);

    assertThat(found.how()).containsAnyOf("New were", "the log has");
  }

  @Test
  void aTimerThatAMergeLosesIsFoundWithinTwentySeeds() {
    Found found =
        find(
            with(
                crew -> {
                  var homes = new HashMap<Appointment, Timers>();
                  return new State(crew, new IdSet(), () -> new Rooted(homes));
                }),
            20);

    // Whoever it leaves behind is stuck: the report of those says so, or what they miss differs.
    assertThat(found.how()).containsAnyOf("Nothing will move on", "differ in line");
  }

  private static World.Making leavingOut(Predicate<String> forces) {
    return new World.Making(disk -> new Forgetful(disk, forces), World.Making.STANDARD.opens());
  }

  /// Takes some forces for done.
  private static final class Forgetful implements Disk {
    private final Disk below;

    /// Asked of a file's name, or of a folder's with a `/` behind it.
    private final Predicate<String> leavesOut;

    Forgetful(Disk below, Predicate<String> leavesOut) {
      this.below = below;
      this.leavesOut = leavesOut;
    }

    @Override
    public String where() {
      return below.where();
    }

    @Override
    public List<String> list(String folder) {
      return below.list(folder);
    }

    @Override
    public DiskFile create(String name) {
      return new OpenFile(name, below.create(name));
    }

    @Override
    public DiskFile open(String name) {
      return new OpenFile(name, below.open(name));
    }

    @Override
    public void rename(String from, String to) {
      below.rename(from, to);
    }

    @Override
    public void delete(String name) {
      below.delete(name);
    }

    @Override
    public void forceFolder(String folder) {
      if (!leavesOut.test(folder + "/")) {
        below.forceFolder(folder);
      }
    }

    @Override
    public MemorySegment map(String name, Arena arena) {
      return below.map(name, arena);
    }

    @Override
    public Lock lock() {
      return below.lock();
    }

    private final class OpenFile implements DiskFile {
      private final String name;
      private final DiskFile file;

      OpenFile(String name, DiskFile file) {
        this.name = name;
        this.file = file;
      }

      @Override
      public void write(long position, ByteBuffer bytes) {
        file.write(position, bytes);
      }

      @Override
      public int read(long position, ByteBuffer into) {
        return file.read(position, into);
      }

      @Override
      public long size() {
        return file.size();
      }

      @Override
      public void truncate(long size) {
        file.truncate(size);
      }

      @Override
      public void force() {
        if (!leavesOut.test(name)) {
          file.force();
        }
      }

      @Override
      public void close() {
        file.close();
      }
    }
  }

  /// Knows no id again.
  private static final class Oblivious extends IdSet {
    @Override
    boolean has(String source, String id) {
      return false;
    }
  }

  private record Appointment(long dueMs, int kind, long payload) {}

  /// Does not take over what waited in another lane before.
  private static final class Rooted extends Timers {
    private final Map<Appointment, Timers> homes;

    Rooted(Map<Appointment, Timers> homes) {
      this.homes = homes;
    }

    @Override
    void schedule(long dueMs, int kind, long payload) {
      Timers home = homes.putIfAbsent(new Appointment(dueMs, kind, payload), this);
      if (home == null || home.equals(this)) {
        super.schedule(dueMs, kind, payload);
      }
    }
  }
}
