package io.huoshui.bench;

import static io.huoshui.bench.FeedTown.items;
import static io.huoshui.bench.FeedTown.number;
import static io.huoshui.bench.FeedTown.sold;
import static io.huoshui.bench.FeedTown.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.bench.FeedTown.Truth;
import io.huoshui.json.Json;
import io.huoshui.sandbox.Sandbox;
import io.huoshui.sandbox.market.Market;
import io.huoshui.server.Huoshui;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// All seven shops that the sandbox plays, read by a real server: what comes by API, by push and by
/// file is the same, counted once, and what the sandbox sold.
@Timeout(300)
class MarketFeedsTest {
  private static final Instant NOW = Instant.parse("2026-07-01T04:00:00Z");

  /// Nothing older is shown by the platforms that say so.
  private static final Instant SHOWN =
      NOW.atZone(ZoneId.of("Asia/Shanghai")).minusMonths(3).toInstant();

  private static final int PEOPLE = 400;

  @TempDir static Path folder;

  private static Sandbox sandbox;
  private static Huoshui.Running server;
  private static FeedTown town;

  /// The sandbox's clock; the server's is ahead of it.
  private static Instant hour = NOW;

  enum Shop {
    TAOBAO("/router/rest", true, 89, "(7)", "(27)", "(25)", "", "订单状态"),
    JD("/routerjson", true, 89, "(2)", "(19)", "(12)", "phone_lent", "应付金额"),
    PDD("/api/router", true, 3, "(70031)", "(10019)", "(20004)", "phone_sealed", "用户实付金额(元)"),
    DOUYIN("", true, 89, "(70000)", "(30005)", "(30008)", "phone_sealed", "主订单编号"),
    YOUZAN("", true, 89, "(4005)", "(4203)", "", "", "订单实付金额"),
    MEITUAN("/api/v1", false, 1, "(600)", "(2000)", "(703)", "phone_lent", "用户实付金额"),
    ELEME(
        "/api/v1/",
        false,
        1,
        "(EXCEED_LIMIT)",
        "(UNAUTHORIZED)",
        "(INVALID_SIGNATURE)",
        "phone_lent",
        "订单状态");

    /// Of its gateway.
    private final String path;

    /// Whether it is asked for orders by time; else it tells of them.
    private final boolean asks;

    /// How far back it is asked.
    private final int days;

    /// How its refusal of one call too many is known.
    private final String busy;

    /// The end of a session.
    private final String over;

    /// A wrong signature; empty where nothing is signed.
    private final String forged;

    /// What is said of its buyers; empty for nothing.
    private final String note;

    /// A column without which its file is refused.
    private final String needed;

    Shop(
        String path,
        boolean asks,
        int days,
        String busy,
        String over,
        String forged,
        String note,
        String needed) {
      this.path = path;
      this.asks = asks;
      this.days = days;
      this.busy = busy;
      this.over = over;
      this.forged = forged;
      this.note = note;
      this.needed = needed;
    }

    /// Whether its pushes name orders that have to be asked for.
    boolean tells() {
      return this == DOUYIN || this == MEITUAN || this == ELEME;
    }

    String vendor() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }

    Instant from() {
      return NOW.minus(Duration.ofDays(days));
    }

    /// What it shows to whoever asks from then on.
    Predicate<Truth> shows() {
      Instant from = from().minus(Duration.ofMinutes(10));
      return switch (this) {
        case TAOBAO, PDD ->
            order -> !order.changedAt().isBefore(from) && !order.paidAt().isBefore(SHOWN);
        case JD, DOUYIN, YOUZAN -> order -> !order.changedAt().isBefore(from);
        case MEITUAN, ELEME -> _ -> true;
      };
    }
  }

  @BeforeAll
  static void open() throws Exception {
    int port = FeedTown.freePort();
    sandbox =
        Sandbox.start(
            List.of(
                "--data",
                folder.resolve("sandbox").toString(),
                "--people",
                "" + PEOPLE,
                "--start",
                NOW.toString()));
    server =
        Huoshui.start(
            Huoshui.settings(
                List.of(
                    "--port",
                    "" + port,
                    "--data-dir",
                    folder.resolve("server").toString(),
                    "--virtual-from",
                    NOW.toString())),
            false);
    town = new FeedTown("http://127.0.0.1:" + port, server.firstToken(), sandbox.url());
  }

  @AfterAll
  static void close() throws Exception {
    server.close();
    sandbox.close();
  }

  private static void assertStuck(String name, String cure, String code) {
    Json feed = town.feed(name);
    assertThat(text(feed, "cure")).as(feed.write()).isEqualTo(cure);
    assertThat(text(feed, "failure")).contains(code);
    assertThat(text(feed, "state")).isEqualTo(cure.equals("wait") ? "waiting" : "stopped");
  }

  private static void assertReady(String name) {
    Json feed = town.feed(name);
    assertThat(text(feed, "state")).as(feed.write()).isEqualTo("ready");
    assertThat(text(feed, "quarantined")).isEqualTo("{}");
  }

  /// Something to ask for, where nothing is asked for by time: an order's number.
  private static void want(Shop shop, Truth order) {
    if (!shop.asks) {
      town.steer(shop.vendor(), "push?order=" + order.id() + "&to=" + town.pushUrl(shop.vendor()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsReadIsWhatWasSold(Shop shop) {
    String vendor = shop.vendor();
    List<Truth> truth = town.truth(vendor);
    assertThat(truth).as("it sold something").hasSizeGreaterThan(20);
    assertThat(truth).as("and took something back").anyMatch(one -> one.backFen() > 0);
    List<Truth> seen = truth.stream().filter(shop.shows()).toList();
    assertThat(seen).isNotEmpty();
    Truth closed = truth.stream().filter(one -> one.backFen() > 0).findFirst().orElseThrow();
    town.make(vendor, vendor, shop.path, shop.from());

    // Whoever does not know the secret learns nothing, and says nothing.
    want(shop, closed);
    if (!shop.forged.isEmpty()) {
      town.credentials(vendor, Map.of("appSecret", "another"));
      town.run(vendor);
      assertStuck(vendor, "mend", shop.forged);
      if (!shop.asks) {
        Json refused =
            town.steer(vendor, "push?order=" + closed.id() + "&to=" + town.pushUrl(vendor));
        assertThat(items(refused, "answers")).allMatch(one -> one.write().equals("401"));
      }
      town.credentials(vendor, Map.of("appSecret", Market.SECRET));
    }

    // Down and busy: it waits, and goes on by itself when its time has come.
    town.steer(vendor, "faults?kind=down&times=1");
    town.run(vendor);
    assertStuck(vendor, "wait", "502");
    town.steer(vendor, "faults?kind=busy&times=1");
    town.run(vendor);
    assertStuck(vendor, "wait", shop.busy);

    // The session is over: this shop stops and says what to do; with a new one it goes on.
    town.steer(vendor, "session?is=renewed");
    town.run(vendor);
    assertStuck(vendor, "authorise", shop.over);
    assertThat(text(town.feed(vendor), "next")).contains("Authorise the app again");
    town.credentials(vendor, Map.of("session", "renewed"));
    town.run(vendor);
    assertReady(vendor);
    if (!shop.asks) {
      Json told = town.steer(vendor, "push?times=2&to=" + town.pushUrl(vendor));
      assertThat(items(told, "answers")).allMatch(one -> one.write().equals("200"));
      // A hundred that were only named are asked for at once.
      for (long left = truth.stream().filter(one -> one.backFen() > 0).count();
          left > 0;
          left -= 100) {
        town.run(vendor);
      }
      assertReady(vendor);
    }
    assertThat(town.known(vendor)).isEqualTo(sold(seen));
    if (!shop.note.isEmpty()) {
      assertThat(number(town.feed(vendor), "notes." + shop.note)).isPositive();
    }

    // The file brings what is older, and nothing twice, in either encoding.
    Json job = town.taken(vendor, town.export(vendor, "gb18030"));
    assertThat(text(job, "result.quarantined")).as(job.write()).isEqualTo("0");
    assertThat(town.known(vendor)).isEqualTo(sold(truth));
    job = town.taken(vendor, town.export(vendor, "utf8"));
    assertThat(text(job, "result.events")).as(job.write()).isEqualTo("0");

    // A renamed column: refused whole.
    String csv = new String(town.export(vendor, "utf8"), StandardCharsets.UTF_8);
    HttpResponse<byte[]> changed =
        town.uploaded(vendor, csv.replace(shop.needed, "改名").getBytes(StandardCharsets.UTF_8));
    assertThat(changed.statusCode()).isEqualTo(422);
    assertThat(new String(changed.body(), StandardCharsets.UTF_8))
        .contains("columns_changed", shop.needed);

    // Money given back late is counted once, however often it is told.
    Truth late =
        truth.stream()
            .filter(
                one -> one.backFen() == 0 && one.paidAt().isAfter(SHOWN.plus(Duration.ofDays(1))))
            .findFirst()
            .orElseThrow();
    hour = hour.plus(Duration.ofHours(1));
    town.sandboxClock(hour);
    town.steer(vendor, "refund?order=" + late.id() + "&fen=" + late.fen());
    if (!shop.asks || shop == Shop.DOUYIN || shop == Shop.YOUZAN) {
      town.steer(vendor, "push?times=3&order=" + late.id() + "&to=" + town.pushUrl(vendor));
    }
    // Whatever is due runs, this one as well.
    town.call("POST", "/api/v1/clock", "{\"to\":\"" + hour.plus(Duration.ofMinutes(20)) + "\"}");
    town.taken(vendor, town.export(vendor, "utf8"));
    assertReady(vendor);
    assertThat(town.known(vendor)).isEqualTo(sold(town.truth(vendor)));
    assertThat(town.known(vendor).get(late.id()))
        .isEqualTo(new FeedTown.Sold(1, late.fen(), late.fen()));

    // One order that its platform knows no more keeps nobody else waiting.
    if (shop.tells()) {
      List<Truth> two =
          town.truth(vendor).stream().filter(one -> one.backFen() > 0).limit(2).toList();
      hour = hour.plus(Duration.ofHours(1));
      town.sandboxClock(hour);
      for (Truth one : two) {
        // Told anew, because it changed.
        town.steer(vendor, "refund?order=" + one.id() + "&fen=" + one.fen());
        town.steer(vendor, "push?order=" + one.id() + "&to=" + town.pushUrl(vendor));
      }
      town.steer(vendor, "forget?order=" + two.getFirst().id());
      town.run(vendor);
      Json feed = town.feed(vendor);
      assertThat(text(feed, "state")).as(feed.write()).isEqualTo("ready");
      assertThat(text(feed, "quarantined")).isEqualTo("{\"refused_by_platform\":1}");
    }

    // A lent number is nobody's.
    assertThat(town.profiles("17000000000")).isEmpty();
  }
}
