package io.huoshui.server.callback;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.platforms.wecom.WecomCallbacks.Change;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TellingTest {
  private static final Instant AT = Instant.parse("2026-07-01T00:00:00Z");

  private static Arrival row(long id, String customer) {
    return Arrival.again(
        id,
        new UUID(0, id),
        new Arrival.Letter(
            "wecom",
            "wecom",
            "change_external_contact",
            "",
            Long.toString(id),
            List.of(Identifier.of(IdentifierKind.EXTERNAL_USERID, "ww1", customer)),
            AT,
            Arrival.State.TAKEN,
            null,
            List.of(),
            ""));
  }

  private static List<Change> contact(Arrival row) {
    return List.of(new Change.Contact("g1", row.letter().people().getFirst().value(), AT));
  }

  /// A listener that stands while 60,000 rows come: they are not held, and nobody is left out, told
  /// twice or told out of turn.
  @Test
  void whatMemoryShouldNotHoldIsReadAgainInOrder() throws Exception {
    int all = 60_000;
    var rows = new ArrayList<Arrival>();
    for (int id = 1; id <= all; id++) {
      rows.add(row(id, "c" + id % 97));
    }
    var mayGoOn = new CountDownLatch(1);
    var told = new TreeMap<String, List<Long>>();
    var read = new AtomicInteger();
    var telling =
        new Telling(
            4,
            _ -> true,
            TellingTest::contact,
            (row, change) -> {
              mayGoOn.await();
              synchronized (told) {
                told.computeIfAbsent(((Change.Contact) change).customer(), _ -> new ArrayList<>())
                    .add(row.id());
              }
            },
            (after, last, most) -> {
              List<Arrival> page = rows.subList((int) after, (int) Math.min(last, after + most));
              read.addAndGet(page.size());
              return page;
            });
    telling.start("telling");
    var done = new ArrayList<CompletableFuture<Boolean>>();
    for (int from = 0; from < all; from += 300) {
      done.add(telling.add(List.copyOf(rows.subList(from, from + 300)), from, from + 300));
    }
    mayGoOn.countDown();
    for (CompletableFuture<Boolean> one : done) {
      assertThat(one.get(30, TimeUnit.SECONDS)).isTrue();
    }
    telling.stop();
    assertThat(read.get()).as("of 60,000, 20,000 are held").isBetween(39_000, 41_000);
    assertThat(told).hasSize(97);
    assertThat(told.values().stream().mapToInt(List::size).sum()).isEqualTo(all);
    told.values().forEach(ids -> assertThat(ids).isSorted().doesNotHaveDuplicates());
  }

  @Test
  void contactsAreToldOfSideBySide() throws Exception {
    var together = new CyclicBarrier(4);
    var lanes = new ArrayList<Arrival>();
    for (int lane = 0; lane < 4; lane++) {
      for (int i = 0; lanes.size() == lane; i++) {
        Arrival row = row(lane + 1, "c" + i);
        if (Math.floorMod(row.letter().people().getFirst().hashCode(), 4) == lane) {
          lanes.add(row);
        }
      }
    }
    var telling =
        new Telling(
            4,
            _ -> true,
            TellingTest::contact,
            (_, _) -> {
              try {
                together.await(30, TimeUnit.SECONDS);
              } catch (java.util.concurrent.BrokenBarrierException
                  | java.util.concurrent.TimeoutException e) {
                throw new IllegalStateException(e);
              }
            },
            (_, _, _) -> List.of());
    telling.start("telling");
    assertThat(telling.add(lanes, 0, 4).get(30, TimeUnit.SECONDS)).isTrue();
    telling.stop();
  }

  @Test
  void onlyTheSortThatIsAskedForIsTold() throws Exception {
    var told = Collections.synchronizedList(new ArrayList<Change>());
    var telling =
        new Telling(
            4,
            Change.Added.class::isInstance,
            TellingTest::contact,
            (_, change) -> told.add(change),
            (_, _, _) -> List.of());
    telling.start("telling");
    assertThat(telling.add(List.of(row(1, "c1")), 0, 1).get(30, TimeUnit.SECONDS)).isTrue();
    telling.stop();
    assertThat(told).isEmpty();
  }
}
