package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.engine.disk.Disk;
import io.huoshui.engine.disk.DiskException;
import io.huoshui.engine.disk.FolderDisk;
import io.huoshui.engine.disk.SimulatedDisk;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.reach.ChannelKind;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.ObjLongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// After a cleaning no file holds whoever was erased, and nothing else is different.
class CleaningTest {
  private static final Engine.Pace PACE =
      new Engine.Pace(2, false, 60, 200, 1_000_000, Duration.ofHours(24));
  private static final Engine.Pace INLINE =
      new Engine.Pace(1, true, 1_000, 1_000, 1_000_000, Duration.ofHours(24));
  private static final Seal SEAL = new Seal(Brand.KEY);
  private static final int PEOPLE = 40;

  @TempDir Path folder;

  /// What is unmistakably somebody's.
  private record Marks(int person) {
    Identifier phone() {
      return Identifier.of(IdentifierKind.PHONE, String.format(Locale.ROOT, "1397531%04d", person));
    }

    Identifier openid() {
      return Identifier.of(IdentifierKind.OPENID, "app", "oWx-" + person + "-of-somebody");
    }

    String name() {
      return "独孤" + (char) ('一' + person) + "号";
    }

    String wish() {
      return "wants " + person + " left shoes";
    }

    String letter() {
      return "Dear shop, " + "this is a long letter of customer no. ".repeat(3) + person + ".";
    }

    String mail() {
      return "somebody" + person + "@example.cn";
    }

    long card() {
      return 6_225_880_000_000_000L + 7_919L * person;
    }

    List<String> texts() {
      return List.of(
          phone().value().substring(3),
          openid().value(),
          name(),
          wish(),
          letter(),
          mail(),
          "clerk of " + person + " wrote",
          "first of " + person + "!",
          "evidence-" + person + "-");
    }

    List<String> in(Unsealed found) {
      var there = new ArrayList<>(texts());
      there.removeIf(text -> !found.has(text));
      if (found.has(card())) {
        there.add(String.valueOf(card()));
      }
      return there;
    }
  }

  private Brand brand(Storage storage, Engine.Pace pace) {
    var brand = new Brand(storage, "Asia/Kathmandu", "2026-03-05T04:00:00Z", pace);
    brand.unrestrained();
    brand.sms("hello", "你好 {name}");
    brand.segment("buyers", "did order_paid within 20d");
    brand.coupon("ten");
    brand.journey(
        "thanks",
        "'entry':{'event':'order_paid'},'steps':[{'coupon':'ten'},{'send':'hello'},{'wait':'2d'},"
            + "{'send':'hello'}]");
    return brand;
  }

  private static void lives(Brand brand, int from, int to) {
    for (int person = from; person < to; person++) {
      var marks = new Marks(person);
      brand.happens("consent_given", marks.phone(), "channel", "sms");
      brand.take(
          new Event(
              "evidence-" + person + "-",
              "profile_updated",
              brand.now(),
              "crm",
              List.of(
                  marks.phone(), marks.openid(), Identifier.of(IdentifierKind.EMAIL, marks.mail())),
              Properties.of("name", marks.name(), "wish", marks.wish(), "city", "Kathmandu")));
      brand.happens(
          "message_replied",
          marks.phone(),
          "text",
          marks.letter(),
          "card",
          marks.card(),
          "children",
          new Value.Many(List.of(Value.of("first of " + person + "!"), Value.of("second"))));
      brand.happens("order_paid", marks.phone(), "orderId", "o" + person, "amountFen", 4_200);
      brand.happens(
          "coupon_redeemed",
          marks.phone(),
          "coupon",
          "elsewhere" + person,
          "note",
          "clerk of " + person + " wrote");
    }
    brand.passes(Duration.ofMinutes(1));
    brand.deliver(ChannelKind.SMS);
  }

  private static int node(Brand brand, int person) {
    Identifier phone = new Marks(person).phone();
    return brand.engine().read(at -> at.graph.find(phone));
  }

  private static void erase(Brand brand, int person) {
    assertThat(brand.engine().erase(node(brand, person), "ops")).isTrue();
  }

  private static List<Digest.Chunk> digest(Brand brand) {
    return brand.engine().read(Digest::of);
  }

  private static Engine.Cleaned clean(Brand brand) {
    return brand.engine().clean().join();
  }

  @Test
  void noByteOfTheErasedIsInAnyFileAndTheOthersAre() {
    Disk disk = new FolderDisk(folder);
    List<Integer> erased = List.of(0, 7, 8, 21, 39);
    try (Brand brand = brand(Storage.of(folder), PACE)) {
      lives(brand, 0, PEOPLE);
      erased.forEach(person -> erase(brand, person));
      brand.reopen();
      Unsealed before = Unsealed.of(disk, SEAL);
      for (int person = 0; person < PEOPLE; person++) {
        var marks = new Marks(person);
        assertThat(marks.in(before)).hasSize(marks.texts().size() + 1);
      }
      assertThat(brand.engine().waiting().people()).isEqualTo(erased.size());

      Engine.Cleaned cleaned = clean(brand);

      assertThat(cleaned.people()).isEqualTo(erased.size());
      assertThat(cleaned.bytes()).isPositive();
      assertThat(brand.engine().waiting()).isEqualTo(new Engine.Waiting(0, null, cleaned.record()));
      Unsealed after = Unsealed.of(disk, SEAL);
      for (int person = 0; person < PEOPLE; person++) {
        var marks = new Marks(person);
        if (erased.contains(person)) {
          assertThat(marks.in(after)).as("of %s, who was erased", person).isEmpty();
        } else {
          var there = marks.in(after);
          assertThat(there)
              .as("of %s, who was not", person)
              .contains(marks.name(), marks.wish(), marks.letter(), marks.mail())
              .hasSize(marks.texts().size() + 1);
        }
      }

      // What comes later is erased later, and nothing of the first cleaning is in the way.
      lives(brand, PEOPLE, PEOPLE + 5);
      erase(brand, PEOPLE + 2);
      erase(brand, 3);
      Engine.Cleaned again = clean(brand);
      assertThat(again.people()).isEqualTo(2);
      Unsealed last = Unsealed.of(disk, SEAL);
      assertThat(new Marks(PEOPLE + 2).in(last)).isEmpty();
      assertThat(new Marks(3).in(last)).isEmpty();
      assertThat(new Marks(PEOPLE + 1).in(last)).hasSize(10);
      assertThat(disk.list("base"))
          .filteredOn(name -> name.endsWith(".ckp"))
          .containsExactly(again.record() + ".ckp");
    }
  }

  @Test
  void whatIsKnownAndWhatComesAfterIsTheSame() {
    Path other = folder.resolve("other");
    Path one = folder.resolve("one");
    try (Brand cleaned = brand(Storage.of(one), PACE);
        Brand twin = brand(Storage.of(other), PACE)) {
      for (Brand brand : List.of(cleaned, twin)) {
        lives(brand, 0, PEOPLE);
        erase(brand, 4);
        erase(brand, 30);
        brand.happens("page_viewed", new Marks(5).phone());
      }
      clean(cleaned);
      assertThat(digest(cleaned)).isEqualTo(digest(twin));

      cleaned.reopen();
      assertThat(cleaned.engine().gauges().restoredFrom()).isPositive();
      assertThat(digest(cleaned)).as("from the checkpoint").isEqualTo(digest(twin));
      goesOn(cleaned, twin, 50);

      cleaned.engine().close();
      forgetCheckpoint(new FolderDisk(one));
      cleaned.reopen();
      assertThat(cleaned.engine().gauges().restoredFrom()).isZero();
      assertThat(digest(cleaned)).as("from the base").isEqualTo(digest(twin));
      goesOn(cleaned, twin, 60);

      // The next checkpoint stands by itself, also with what was read from the base.
      lives(cleaned, 70, 110);
      lives(twin, 70, 110);
      cleaned.reopen();
      assertThat(cleaned.engine().gauges().checkpointLost()).isNull();
      assertThat(cleaned.engine().gauges().restoredFrom()).isPositive();
      assertThat(digest(cleaned)).isEqualTo(digest(twin));
      goesOn(cleaned, twin, 120);
    }
  }

  private static void goesOn(Brand cleaned, Brand twin, int from) {
    var was = new Event[2];
    int i = 0;
    for (Brand brand : List.of(cleaned, twin)) {
      was[i++] =
          new Event(
              "evidence-30-",
              "profile_updated",
              brand.now(),
              "crm",
              List.of(new Marks(30).phone()),
              Properties.NONE);
      assertThat(brand.take(was[i - 1]).isEmpty()).as("the id was taken before").isTrue();
      brand.happens("order_paid", new Marks(4).phone(), "orderId", "again", "amountFen", from);
      lives(brand, from, from + 4);
      brand.passes(Duration.ofDays(3));
      brand.deliver(ChannelKind.SMS);
    }
    assertThat(node(cleaned, 4)).isEqualTo(node(twin, 4)).isPositive();
    assertThat(digest(cleaned)).isEqualTo(digest(twin));
  }

  private static void forgetCheckpoint(Disk disk) {
    for (String room : List.of("state", "ids", "columns")) {
      disk.list(room).forEach(name -> disk.delete(room + "/" + name));
    }
  }

  @Test
  void itComesByItselfWhenItIsDue() {
    try (Brand brand = brand(inline(new SimulatedDisk(new SplittableRandom(1))), INLINE)) {
      lives(brand, 0, 3);
      erase(brand, 1);
      brand.passes(Duration.ofHours(20));
      erase(brand, 2);
      brand.passes(Duration.ofHours(3));
      assertThat(brand.engine().waiting().people()).isEqualTo(2);
      assertThat(brand.engine().waiting().base()).isZero();

      brand.passes(Duration.ofHours(2));

      assertThat(brand.engine().waiting().people()).as("one cleaning serves both").isZero();
      assertThat(brand.engine().gauges().cleanings()).isEqualTo(1);
    }
  }

  @Test
  void aBackupThatIsTakenHoldsItUp() {
    var disk = new SimulatedDisk(new SplittableRandom(1));
    try (Brand brand = brand(inline(disk), INLINE)) {
      lives(brand, 0, 3);
      erase(brand, 1);
      List<String> segments = disk.list("log");
      CompletableFuture<Engine.Cleaned> done;
      try (Standing standing = brand.engine().stand(() -> {})) {
        done = brand.engine().clean();
        brand.passes(Duration.ofMinutes(1));
        assertThat(done).isNotDone();
        assertThat(disk.list("log")).containsAll(segments);
        assertThat(standing.log())
            .extracting(Standing.Piece::name)
            .allMatch(name -> name.startsWith("log/"));
      }
      brand.passes(Duration.ofMinutes(1));
      assertThat(done).isCompleted();
      assertThat(disk.list("log")).doesNotContainAnyElementsOf(segments);
      try (Standing standing = brand.engine().stand(() -> {})) {
        assertThat(standing.baseRecord()).isEqualTo(done.join().record());
        assertThat(standing.log())
            .extracting(Standing.Piece::name)
            .contains("base/" + standing.baseRecord() + ".ckp");
      }
    }
  }

  private static Storage inline(Disk disk) {
    return new Storage(disk, Runnable::run, 2_000, 0);
  }

  /// A brand of which somebody was erased, on a disk of its own.
  private Brand waiting(SimulatedDisk disk) {
    Brand brand = brand(inline(disk), INLINE);
    lives(brand, 0, 3);
    clean(brand);
    lives(brand, 3, 5);
    erase(brand, 1);
    erase(brand, 4);
    return brand;
  }

  @Test
  void powerMayGoAtAnyStep() {
    int steps = everyStep(1, (disk, step) -> disk.cutPowerAfter(step));
    assertThat(steps).isGreaterThan(40);
    everyStep(2, (disk, step) -> disk.cutPowerAfter(step));
    everyStep(3, (disk, step) -> disk.cutPowerAfter(step));
  }

  @Test
  void aFullDiskCostsNothing() {
    for (long room = 0; room < 40_000; room += 997) {
      long free = room;
      faulty(room, disk -> disk.fullAfter(free));
    }
  }

  @Test
  void forcesAndWritesMayFail() {
    for (int seed = 1; seed <= 40; seed++) {
      int count = seed;
      faulty(seed, disk -> disk.failForces(count % 7 + 1));
      faulty(seed, disk -> disk.failWrites(count % 7 + 1));
    }
  }

  private interface Trouble {
    void on(SimulatedDisk disk);
  }

  private void faulty(long seed, Trouble trouble) {
    var disk = new SimulatedDisk(new SplittableRandom(seed));
    Brand brand = waiting(disk);
    List<Digest.Chunk> known = digest(brand);
    trouble.on(disk);
    tryToClean(brand);
    if (brand.engine().failure() == null) {
      assertThat(digest(brand)).isEqualTo(known);
    }
    try {
      brand.engine().close();
    } catch (EngineException e) {
      assertThat(e.code()).isEqualTo(EngineException.Code.LOG_UNWRITABLE);
    }
    disk.killed();
    disk.heal();
    recovered(disk, brand, known, "after trouble " + seed);
  }

  private int everyStep(long seed, ObjLongConsumer<SimulatedDisk> trouble) {
    for (int step = 0; ; step++) {
      var disk = new SimulatedDisk(new SplittableRandom(seed * 10_000 + step));
      Brand brand = waiting(disk);
      List<Digest.Chunk> known = digest(brand);
      trouble.accept(disk, step);
      boolean done = tryToClean(brand);
      boolean died = disk.dead();
      disk.crash();
      recovered(disk, brand, known, "step " + step);
      if (!died) {
        assertThat(done).isTrue();
        return step;
      }
    }
  }

  private static boolean tryToClean(Brand brand) {
    try {
      CompletableFuture<Engine.Cleaned> done = brand.engine().clean();
      return done.isDone() && !done.isCompletedExceptionally();
    } catch (EngineException e) {
      assertThat(e.code()).isEqualTo(EngineException.Code.LOG_UNWRITABLE);
      return false;
    } catch (DiskException e) {
      return false;
    }
  }

  /// From the checkpoint and from log and base alone the same is known, and a cleaning ends well.
  private static void recovered(
      SimulatedDisk disk, Brand brand, List<Digest.Chunk> known, String when) {
    var alone = new State();
    try (SegmentLog log = SegmentLog.inspect(inline(disk), SEAL)) {
      new Base(disk, SEAL).replay(log, alone, _ -> {});
    }
    assertThat(Digest.of(alone)).as(when).isEqualTo(known);
    try (Engine again = brand.open(Brand.KEY)) {
      assertThat(again.read(Digest::of)).as(when).isEqualTo(known);
      again.clean().join();
      assertThat(again.waiting().people()).as(when).isZero();
      assertThat(again.read(Digest::of)).as(when).isEqualTo(known);
      Unsealed found = Unsealed.of(disk, SEAL);
      assertThat(new Marks(1).in(found)).as(when).isEmpty();
      assertThat(new Marks(4).in(found)).as(when).isEmpty();
      assertThat(new Marks(2).in(found)).as(when).hasSize(10);
    }
  }

  @Test
  void everyByteOfTheBaseIsLookedAt() {
    var disk = new SimulatedDisk(new SplittableRandom(5));
    List<String> portrait;
    try (Brand brand = waiting(disk)) {
      clean(brand);
      portrait = Portrait.of(brand.engine());
    }
    List<String> files = disk.list("base");
    assertThat(files).anyMatch(name -> name.endsWith(".ckp"));
    assertThat(files).anyMatch(name -> name.endsWith(".blk"));
    assertThat(files).anyMatch(name -> name.endsWith(".ids"));
    var dice = new SplittableRandom(1);
    int silent = 0;
    for (String file : files) {
      String name = "base/" + file;
      long size;
      try (Disk.DiskFile open = disk.open(name)) {
        size = open.size();
      }
      for (long at = 0; at < size; at++) {
        int mask = 1 << dice.nextInt(8);
        disk.rot(name, at, mask);
        try {
          assertThat(Portrait.of(inline(disk), SEAL)).isEqualTo(portrait);
          silent++;
          assertThat(file).as("bytes between a block's sections mean nothing").endsWith(".blk");
        } catch (EngineException e) {
          assertThat(e.code()).isEqualTo(EngineException.Code.BASE_DAMAGED);
          assertThat(e).hasMessageContaining("base").hasMessageContaining("./huoshui restore");
        }
        disk.rot(name, at, mask);
      }
    }
    assertThat(silent).isLessThan(400);
  }

  @Test
  void aDamagedBaseMattersOnlyWithoutACheckpoint() {
    var disk = new SimulatedDisk(new SplittableRandom(5));
    Brand brand = waiting(disk);
    clean(brand);
    List<Digest.Chunk> known = digest(brand);
    brand.close();
    String state =
        "base/"
            + disk.list("base").stream().filter(name -> name.endsWith(".ckp")).findFirst().get();
    disk.rot(state, 40, 1);
    try (Engine opened = brand.open(Brand.KEY)) {
      assertThat(opened.read(Digest::of)).isEqualTo(known);
    }
    forgetCheckpoint(disk);
    assertThatThrownBy(() -> brand.open(Brand.KEY))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining(state.substring(5))
        .hasMessageContaining("./huoshui restore");
    disk.rot(state, 40, 1);
    try (Engine opened = brand.open(Brand.KEY)) {
      assertThat(opened.read(Digest::of)).isEqualTo(known);
    }
    disk.list("base").forEach(name -> disk.delete("base/" + name));
    forgetCheckpoint(disk);
    assertThatThrownBy(() -> brand.open(Brand.KEY))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("there is no base")
        .hasMessageContaining("./huoshui restore");
  }

  @Test
  void aBaseThatIsGoneIsMadeAnewWhileThereIsACheckpoint() {
    var disk = new SimulatedDisk(new SplittableRandom(5));
    Brand brand = waiting(disk);
    clean(brand);
    brand.close();
    disk.list("base").forEach(name -> disk.delete("base/" + name));
    List<Digest.Chunk> known;
    try (Engine opened = brand.open(Brand.KEY)) {
      assertThatThrownBy(() -> opened.stand(() -> {}))
          .as("a backup without a base brings nothing back")
          .hasMessageContaining("there is no base");
      opened.advanceTo(brand.now().plusSeconds(3_600));
      opened.clean().join();
      known = opened.read(Digest::of);
    }
    forgetCheckpoint(disk);
    try (Engine opened = brand.open(Brand.KEY)) {
      assertThat(opened.read(Digest::of)).isEqualTo(known);
    }
  }

  /// Bits that change on their way to the base are read back, and the log is not cut.
  @Test
  void aBaseThatIsNotWhatWasMeantIsNotTrusted() {
    var disk = new SimulatedDisk(new SplittableRandom(5));
    Disk careless =
        (Disk)
            Proxy.newProxyInstance(
                Disk.class.getClassLoader(),
                new Class<?>[] {Disk.class},
                (_, method, arguments) -> {
                  try {
                    Object answer = method.invoke(disk, arguments);
                    if (method.getName().equals("rename")
                        && String.valueOf(arguments[1]).startsWith("base/")) {
                      disk.rot(String.valueOf(arguments[1]), 40, 1);
                    }
                    return answer;
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    try (Brand brand = brand(inline(careless), INLINE)) {
      lives(brand, 0, 3);
      erase(brand, 1);
      List<Digest.Chunk> known = digest(brand);

      assertThat(brand.engine().clean()).isCompletedExceptionally();

      assertThat(brand.engine().waiting()).extracting(Engine.Waiting::people).isEqualTo(1);
      assertThat(digest(brand)).isEqualTo(known);
      brand.happens("page_viewed", new Marks(2).phone());
      assertThat(disk.list("base")).as("what does not count is swept").isEmpty();
      try (SegmentLog log =
          SegmentLog.beside(inline(disk), SEAL, brand.engine().stand(() -> {}).extent())) {
        assertThat(log.first()).isEqualTo(1);
      }
    }
  }

  @Test
  void aLogThatLostItsEndBehindTheBaseIsNotBegunAnew() {
    var disk = new SimulatedDisk(new SplittableRandom(5));
    Brand brand = waiting(disk);
    clean(brand);
    brand.close();
    disk.list("log").forEach(name -> disk.delete("log/" + name));
    assertThatThrownBy(() -> brand.open(Brand.KEY))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("the end of the log is gone");
  }

  @Test
  void theWrongKeyIsSaidToBeWrong() {
    var disk = new SimulatedDisk(new SplittableRandom(5));
    Brand brand = waiting(disk);
    clean(brand);
    brand.happens("page_viewed", new Marks(2).phone());
    brand.close();
    byte[] wrong = Brand.KEY.clone();
    wrong[3]++;
    assertThatThrownBy(() -> brand.open(wrong))
        .isInstanceOfSatisfying(
            EngineException.class,
            e -> assertThat(e.code()).isEqualTo(EngineException.Code.WRONG_KEY));
  }
}
