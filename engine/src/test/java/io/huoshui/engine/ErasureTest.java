package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.engine.columns.Block;
import io.huoshui.engine.disk.SimulatedDisk;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.journey.Position;
import io.huoshui.reach.Channel.Outcome;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Reason;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whoever asks to be forgotten is in no answer any more; what was counted stays counted, and the
/// neighbours do not notice.
class ErasureTest {
  private static final Identifier ANN = Identifier.of(IdentifierKind.PHONE, "13800000001");
  private static final Identifier ANN_ELSEWHERE =
      Identifier.of(IdentifierKind.OPENID, "app", "openid-of-ann");
  private static final Identifier BOB = Identifier.of(IdentifierKind.PHONE, "13800000002");

  private static final String ROWS = "\nrows\n";

  @TempDir Path folder;

  /// Ann and Bob bought; both were sent a message at once and wait for a second.
  private Brand brand() {
    var brand = new Brand(folder, "Asia/Kathmandu", "2026-03-05T04:00:00Z");
    brand.unrestrained();
    brand.sms("hello", "你好 {name}");
    brand.segment("buyers", "did order_paid");
    brand.segment("strangers", "not (did order_paid)");
    brand.coupon("ten");
    brand.journey(
        "thanks",
        "'entry':{'event':'order_paid'},'steps':[{'coupon':'ten'},{'send':'hello'},{'wait':'2d'},"
            + "{'send':'hello'}]");
    for (Identifier who : List.of(ANN, BOB)) {
      brand.happens("consent_given", who, "channel", "sms");
      brand.happens(
          "profile_updated", who, "name", who.equals(ANN) ? "安娜" : "Bob", "city", "Kathmandu");
    }
    brand.happens("page_viewed", List.of(ANN, ANN_ELSEWHERE));
    for (Identifier who : List.of(ANN, BOB)) {
      brand.happens("order_paid", who, "orderId", "o-" + who.masked(), "amountFen", 4_200);
    }
    return brand;
  }

  private static int node(Brand brand, Identifier identifier) {
    return brand.engine().read(at -> at.graph.find(identifier));
  }

  private static String everything(Brand brand) {
    return brand.engine().read(at -> String.join("\n", Portrait.of(at)))
        + brand.engine().unanswered()
        + brand
            .engine()
            .read(at -> at.graph.identifier(0).value() + at.graph.identifier(1).value());
  }

  @Test
  void nothingOfAPersonIsInAnyAnswer() {
    try (Brand brand = brand()) {
      int ann = node(brand, ANN);
      int bob = node(brand, BOB);
      Object bobBefore = Objects.requireNonNull(brand.ask().profile(bob));
      assertThat(everything(brand)).contains("安娜", "openid-of-ann".substring(0, 2));
      assertThat(brand.touchpoints("thanks")).hasSize(2);

      assertThat(brand.engine().erase(ann, "ops")).isTrue();
      assertThat(brand.engine().erase(ann, "ops")).as("asked again").isFalse();

      assertThat(everything(brand)).doesNotContain("安娜").doesNotContain(ANN.value());
      assertThat(node(brand, ANN)).isNegative();
      assertThat(node(brand, ANN_ELSEWHERE)).isNegative();
      assertThat(brand.ask().people("13800000001", -1, 10)).isEmpty();
      assertThat(brand.ask().people("", -1, 10))
          .extracting(Questions.Line::profile)
          .containsExactly(bob);
      assertThat(brand.ask().overview().people()).isEqualTo(1);
      assertThat(brand.ask().timeline(ann, Integer.MAX_VALUE, 10)).isEmpty();
      assertThat(Objects.requireNonNull(brand.ask().profile(ann)).segments()).isEmpty();
      assertThat(brand.ask().members(io.huoshui.audience.RuleText.parse("not (did page_viewed)")))
          .as("somebody without a timeline satisfies no rule")
          .isEqualTo(org.roaringbitmap.RoaringBitmap.bitmapOf(bob));
      assertThat(brand.ask().profile(bob)).as("the neighbour").isEqualTo(bobBefore);
      assertThat(
              brand.engine().read(at -> at.positionsOf(ann)).stream().map(Position::exit).toList())
          .containsExactly(Position.Exit.ERASED);

      // The first message had been let out and had not left; the second is never wished for.
      brand.passes(Duration.ofDays(3));
      brand.passes(Duration.ofMinutes(1));
      assertThat(brand.deliver(ChannelKind.SMS))
          .hasSize(2)
          .allMatch(key -> key.contains("/" + bob + "/"));
      assertThat(brand.touchpoints("thanks"))
          .filteredOn(t -> t.profile() == ann)
          .singleElement()
          .satisfies(
              t -> {
                assertThat(t.reason()).isEqualTo(Reason.ERASED);
                assertThat(t.address() + t.text()).isEmpty();
              });
      int held = brand.engine().read(State::held);
      assertThat(held).isZero();
    }
  }

  @Test
  void whoComesUnderTheSameNameAgainIsSomebodyNew() {
    try (Brand brand = brand()) {
      int ann = node(brand, ANN);
      brand.engine().erase(ann, "ops");
      brand.happens("page_viewed", List.of(ANN, ANN_ELSEWHERE));

      int again = node(brand, ANN);
      assertThat(again).isGreaterThan(ann);
      int profile = brand.engine().read(at -> at.graph.profileOf(again));
      assertThat(profile).isNotEqualTo(ann);
      assertThat(brand.ask().timeline(again, Integer.MAX_VALUE, 10)).hasSize(1);
      assertThat(brand.ask().timeline(ann, Integer.MAX_VALUE, 10)).isEmpty();
    }
  }

  @Test
  void aMessageInTheOutboxDoesNotLeave() {
    try (Brand brand = brand()) {
      int ann = node(brand, ANN);
      brand.passes(Duration.ofMinutes(1));
      int waiting = brand.engine().read(at -> at.outbox.size());
      assertThat(waiting).isEqualTo(2);
      brand.engine().erase(ann, "ops");

      assertThat(brand.deliver(ChannelKind.SMS))
          .hasSize(1)
          .allMatch(key -> !key.contains("/" + ann + "/"));
    }
  }

  @Test
  void aMessageUnderWayIsNotSentAgain() {
    try (Brand brand = brand()) {
      int ann = node(brand, ANN);
      brand.passes(Duration.ofMinutes(1));
      Engine.Batch batch = Objects.requireNonNull(brand.engine().nextBatch(ChannelKind.SMS, 10));
      assertThat(batch.keys()).hasSize(2);
      brand.engine().erase(ann, "ops");
      brand.engine().answer(batch.id(), List.of(new Outcome.Absent(), new Outcome.Absent()));
      brand.passes(Duration.ofMinutes(1));

      assertThat(brand.deliver(ChannelKind.SMS))
          .hasSize(1)
          .allMatch(key -> !key.contains("/" + ann + "/"));
    }
  }

  @Test
  void aReopenedFolderHasForgottenToo() {
    try (Brand brand = brand()) {
      int ann = node(brand, ANN);
      brand.engine().erase(ann, "ops");
      List<String> before = Portrait.of(brand.engine());
      brand.reopen();
      assertThat(Portrait.of(brand.engine())).isEqualTo(before);
      assertThat(everything(brand)).doesNotContain("安娜").doesNotContain(ANN.value());
      // A late receipt hangs on the number and finds no timeline.
      brand.take(
          new Event(
              "late",
              "page_viewed",
              brand.now(),
              "pos",
              List.of(brand.ask().identifier(ann)),
              Properties.NONE));
      assertThat(brand.ask().timeline(ann, Integer.MAX_VALUE, 10)).isEmpty();
    }
  }

  @Test
  void theNextCheckpointHasNothingOfThem() {
    try (Brand brand = brand()) {
      var disk = new SimulatedDisk(new SplittableRandom(7));
      brand.happens("profile_updated", BOB, "name", "鲍勃");
      assertThat(checkpoint(brand, disk, 1)).contains("安娜", "鲍勃", ANN.value(), BOB.value());

      brand.engine().erase(node(brand, ANN), "ops");

      String after = checkpoint(brand, disk, 2);
      assertThat(after)
          .contains("鲍勃", BOB.value())
          .doesNotContain(ANN.value())
          .doesNotContain(ANN_ELSEWHERE.value());
      // The dictionary all blocks share keeps the word; no row has it any more.
      assertThat(after.substring(after.indexOf(ROWS))).contains("鲍勃").doesNotContain("安娜");
    }
  }

  /// All that is readable in a checkpoint for whoever has the key.
  private static String checkpoint(Brand brand, SimulatedDisk disk, long record) {
    var seal = new Seal(Brand.KEY);
    brand
        .engine()
        .read(
            at -> {
              var snapshot = new Checkpoint.Snapshot(at, record);
              at.take(new Checkpoint(disk, seal).write(snapshot, false));
              return true;
            });
    var text = new StringBuilder();
    for (String name : disk.list("state")) {
      try (Arena arena = Arena.ofConfined()) {
        ByteBuffer bytes = disk.map("state/" + name, arena).asByteBuffer();
        int chunk = 0;
        for (int length = bytes.getInt(); length > 0; length = bytes.getInt()) {
          byte[] sealed = new byte[length];
          bytes.get(sealed);
          text.append(
              new String(
                  seal.open(record << KeptFile.CHUNK_BITS | chunk++, sealed),
                  StandardCharsets.UTF_8));
        }
      }
    }
    text.append(ROWS);
    State state = new State();
    new Checkpoint(disk, seal).read(record, state);
    for (Lane lane : state.lanes) {
      for (Block block : lane.timelines.blocks()) {
        for (int row = 0; row < block.rows(); row++) {
          text.append(block.properties(row)).append('\n');
        }
      }
    }
    return text.toString();
  }
}
