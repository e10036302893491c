package io.huoshui.server.care;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.server.records.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// Each kind of damage is named with its place and with what to do next, and what to do next helps.
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DoctorTest {
  /// Enough for several log segments, and for a checkpoint at the close.
  private static final int PEOPLE = 6_000;

  private static final int LOOKED_AT = 20;

  @TempDir static Path data;
  private static String admin = "";
  private static Map<String, String> answers = Map.of();

  @BeforeAll
  static void live() throws Exception {
    try (Shop shop = Shop.founded(data)) {
      admin = shop.admin();
      for (int person = 0; person < PEOPLE; person += 1_000) {
        shop.people(person, person + 1_000);
      }
      shop.redeem(shop.coupon(3), "till-1");
      answers = shop.answers(LOOKED_AT);
    }
    assertThat(files("engine/log")).hasSizeGreaterThan(2);
    assertThat(files("engine/columns")).isNotEmpty();
  }

  private static List<Path> files(String folder) throws IOException {
    try (Stream<Path> files = Files.list(data.resolve(folder))) {
      return files.sorted().toList();
    }
  }

  private static void flip(Path file, long at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) at] ^= 0x20;
    Files.write(file, bytes);
  }

  private static void lookedThrough() {
    Shop.Said well = Shop.doctor(data);
    assertThat(well.exit()).as(well.out()).isZero();
    assertThat(well.out())
        .contains("6,000 people")
        .contains("says what the log says")
        .contains("3 in force, each as PostgreSQL has it")
        .contains("6,000 rows worth 9,000,000 fen, 1 redeemed (0 not yet told to the log)")
        .contains("All well");
  }

  @Test
  @Order(1)
  void aHealthyFolderIsWell() {
    lookedThrough();
  }

  @Test
  @Order(2)
  void aFlippedByteInABlockIsNamedAndTheRestGoesOn() throws Exception {
    Path block = files("engine/columns").getFirst();
    flip(block, Files.size(block) / 2);

    Shop.Said said = Shop.doctor(data);
    assertThat(said.exit()).as(said.out()).isEqualTo(1);
    assertThat(said.out())
        .contains(block.getFileName().toString())
        .contains("delete engine/state, engine/ids and engine/columns")
        .contains("each as PostgreSQL has it");

    // What it says helps: everything derived is made again.
    for (String folder : List.of("state", "ids", "columns")) {
      Backup.empty(data.resolve("engine").resolve(folder), true);
    }
    try (Shop shop = new Shop(data, admin)) {
      assertThat(shop.answers(LOOKED_AT)).isEqualTo(answers);
    }
    assertThat(files("engine/columns")).isNotEmpty();
    lookedThrough();
  }

  @Test
  @Order(3)
  void withoutColumnsAStartReadsTheLogAndSaysTheSame() throws Exception {
    Backup.empty(data.resolve("engine/columns"), true);
    assertThat(Shop.doctor(data).out()).contains("✗ 检查点 checkpoint");
    try (Shop shop = new Shop(data, admin)) {
      assertThat(shop.answers(LOOKED_AT)).isEqualTo(answers);
    }
    lookedThrough();
  }

  @Test
  @Order(4)
  void aMissingSegmentIsNamedWhereverItIs() throws Exception {
    List<Path> segments = files("engine/log");
    for (int i = 0; i < segments.size(); i++) {
      Path segment = segments.get(i);
      Path aside = data.resolve("aside.seg");
      Files.move(segment, aside);
      Shop.Said said = Shop.doctor(data);
      Files.move(aside, segment);

      assertThat(said.exit()).as(said.out()).isPositive();
      assertThat(said.out())
          .as("segment %s of %s", i, segments.size())
          .contains(i < segments.size() - 1 ? "The log is damaged" : "the end of the log is gone")
          .contains("restore the last backup beside");
    }
    lookedThrough();
  }

  @Test
  @Order(5)
  void aFlippedByteInTheLogIsNamedWithItsPlace() throws Exception {
    Path segment = files("engine/log").getFirst();
    flip(segment, 1_000);
    Shop.Said said = Shop.doctor(data);
    flip(segment, 1_000);

    assertThat(said.exit()).as(said.out()).isEqualTo(1);
    assertThat(said.out()).contains(segment + " at byte").contains("checksum");
  }

  @Test
  @Order(6)
  void aCouponRowThatIsGoneIsNamedAndComesBack() throws Exception {
    records("delete from coupon where profile = 5");

    Shop.Said said = Shop.doctor(data);
    assertThat(said.exit()).as(said.out()).isEqualTo(1);
    assertThat(said.out())
        .contains("✗ 优惠券 coupons")
        .contains("the log issued it, there is no row")
        .contains("./huoshui doctor --mend");

    assertThat(Shop.doctor(data, true).out()).contains("The next start reads the coupons");
    try (Shop shop = new Shop(data, admin)) {
      assertThat(shop.answers(LOOKED_AT)).isEqualTo(answers);
    }
    lookedThrough();
  }

  @Test
  @Order(7)
  void rowsThatSaySomethingElseAreNamed() throws Exception {
    records("update coupon set value_fen = value_fen + 1 where profile = 7");
    assertThat(Shop.doctor(data).out()).contains("value_fen is 1501, the log says 1500");
    records("update coupon set value_fen = value_fen - 1 where profile = 7");

    records(
        "update definition set body = '{\"rule\":\"did order_refunded\"}' where name = 'buyers'");
    assertThat(Shop.doctor(data).out()).contains("segment 'buyers' version 1 says something else");
    records("delete from definition where name = 'buyers'");
    assertThat(Shop.doctor(data).out()).contains("segment 'buyers' version 1 is only in the log");
    new Shop(data, admin).close();

    records("update follows set next_event = 1000000 where name = 'coupon'");
    assertThat(Shop.doctor(data).out()).contains("the log lost its end");
    records("update follows set next_event = 0 where name = 'coupon'");
    new Shop(data, admin).close();
    lookedThrough();
  }

  private static void records(String statement) throws Exception {
    try (var records = PostgresServer.start(data);
        var connection =
            DriverManager.getConnection(records.jdbcUrl(), records.user(), records.password())) {
      assertThat(connection.createStatement().executeUpdate(statement)).isEqualTo(1);
    }
  }
}
