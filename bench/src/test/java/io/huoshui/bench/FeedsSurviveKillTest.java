package io.huoshui.bench;

import static io.huoshui.bench.FeedTown.number;
import static io.huoshui.bench.FeedTown.sold;
import static io.huoshui.bench.FeedTown.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.bench.FeedTown.Sold;
import io.huoshui.bench.FeedTown.Truth;
import io.huoshui.json.Json;
import io.huoshui.platforms.feed.VendorMaps;
import io.huoshui.server.demo.Child;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A server killed with SIGKILL in the middle of a file, of an API's past and of pushes, and
/// started again on the same data: no order is lost, none is there twice, and what was quarantined
/// is there once.
@Timeout(180)
class FeedsSurviveKillTest {
  private static final Instant NOW = Instant.parse("2026-07-01T04:00:00Z");
  private static final Duration PAST = Duration.ofDays(8);
  private static final int ROWS = 12_000;
  private static final int BUYERS = 300;

  @TempDir Path folder;

  private final int port = FeedTown.freePort();

  private Child server() {
    return Child.start(
        "server",
        Town.HOME,
        "server",
        "io.huoshui.server.Huoshui",
        List.of("-Xmx384m"),
        List.of(
            "--data-dir",
            folder.resolve("server").toString(),
            "--port",
            "" + port,
            "--virtual-from",
            NOW.toString()),
        folder);
  }

  private static boolean broken(int row) {
    return row % 500 == 7;
  }

  private static byte[] orders(Map<String, Sold> truth) {
    var csv = new StringBuilder("订单编号,买家会员名,买家实际支付金额,订单状态,订单付款时间,退款金额\n");
    for (int row = 0; row < ROWS; row++) {
      long fen = 1_000L + row % 977;
      long back = row % 40 == 0 ? fen : row % 41 == 0 ? 100 : 0;
      csv.append("f")
          .append(row)
          .append(",buyer")
          .append(row % BUYERS)
          .append(',')
          .append(broken(row) ? "viel" : fen / 100 + "." + (fen % 100 < 10 ? "0" : "") + fen % 100)
          .append(back == fen ? ",交易关闭," : ",交易成功,")
          .append("2026-06-01 10:00:00,")
          .append(back / 100 + "." + (back % 100 < 10 ? "0" : "") + back % 100)
          .append('\n');
      if (!broken(row)) {
        truth.put("f" + row, new Sold(1, fen, back));
      }
    }
    return csv.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void until(String what, BooleanSupplier holds) {
    for (int i = 0; !holds.getAsBoolean(); i++) {
      assertThat(i).as(what).isLessThan(20_000);
    }
  }

  /// Whoever asks a server that dies gets no answer.
  private static void left(CompletableFuture<?> asked) {
    try {
      asked.join();
    } catch (CompletionException _) {
      // It died.
    }
  }

  @Test
  void killedInTheMiddleOfEverythingItKnowsEveryOrderOnce() {
    Child sandbox =
        Child.start(
            "sandbox",
            Town.HOME,
            "sandbox",
            "io.huoshui.sandbox.Sandbox",
            List.of("-Xmx256m"),
            List.of(
                "--data", folder.resolve("sandbox").toString(),
                "--people", "1200",
                "--start", NOW.toString(),
                "--ready", folder.resolve("sandbox.json").toString()),
            folder);
    Path ready = folder.resolve("server/run/server.json");
    Child server = server();
    try (sandbox) {
      var town =
          new FeedTown(
              "http://127.0.0.1:" + port,
              text(server.ready(ready), "token"),
              text(sandbox.ready(folder.resolve("sandbox.json")), "url"));
      town.make("file", "taobao", "/router/rest", NOW);
      town.make("api", "pdd", "/api/router", NOW.minus(PAST));
      town.make("push", "meituan", "/api/v1", NOW);
      // A word that is not known yet: what was given back waits in the quarantine.
      VendorMaps.Vendor pdd = VendorMaps.find("pdd");
      Json written = pdd == null ? null : pdd.written().get("order");
      String map = written == null ? "" : written.write();
      String lacking = map.replace("\"退款成功\",\"已退款\",\"4\"", "\"退款成功\"");
      assertThat(lacking).contains("refundStates").doesNotContain("\"4\"");
      town.call("PUT", "/api/v1/feeds/api", "{\"map\":" + lacking + "}");

      List<Truth> shown =
          town.truth("pdd").stream()
              .filter(one -> one.changedAt().isAfter(NOW.minus(PAST)))
              .toList();
      assertThat(shown).hasSizeGreaterThan(2);
      List<Truth> waiting = shown.stream().filter(one -> one.backFen() == 0).limit(2).toList();
      waiting.forEach(one -> town.steer("pdd", "refund?order=" + one.id() + "&fen=" + one.fen()));
      var file = new TreeMap<String, Sold>();
      byte[] csv = orders(file);

      var pushes =
          CompletableFuture.runAsync(
              () -> town.steer("meituan", "push?times=20&to=" + town.pushUrl("push")));
      until("pushes come", () -> number(town.feed("push"), "records") > 0);
      String job = town.upload("file", csv);
      until("the file is being taken", () -> number(town.job(job, 0), "done") > 0);
      var past = CompletableFuture.runAsync(() -> town.run("api"));
      until(
          "the past is being read",
          () -> Instant.parse(text(town.feed("api"), "watermark")).isAfter(NOW.minus(PAST)));
      Json before = town.job(job, 0);
      Json api = town.feed("api");
      ProcessHandle.of(server.pid())
          .ifPresent(
              handle -> {
                handle.destroyForcibly();
                handle.onExit().join();
              });
      assertThat(number(before, "done")).as(before.write()).isLessThan(ROWS);
      assertThat(Instant.parse(text(api, "watermark"))).isBefore(NOW);
      assertThat(pushes).as("pushes under way").isNotDone();
      left(past);
      left(pushes);
      server.close();

      server = server();
      town.token(text(server.ready(ready), "token"));
      Json done = town.job(job, 60);
      assertThat(text(done, "state")).as(done.write()).isEqualTo("done");
      assertThat(number(done, "done")).isEqualTo(ROWS);
      // It goes on by itself when time passes, twice: windows overlap.
      for (int minutes : new int[] {1, 8}) {
        town.call(
            "POST", "/api/v1/clock", "{\"to\":\"" + NOW.plus(Duration.ofMinutes(minutes)) + "\"}");
      }
      assertThat(text(town.feed("api"), "state")).isEqualTo("ready");
      // What was not answered is told again.
      town.steer("meituan", "push?to=" + town.pushUrl("push"));
      town.run("push");

      Map<String, Map<String, Sold>> known = town.known();
      assertThat(known.get("taobao")).isEqualTo(file);
      assertThat(known.get("meituan")).isEqualTo(sold(town.truth("meituan")));
      Map<String, Sold> asked = sold(shown);
      shown.stream()
          .filter(one -> one.backFen() > 0 || waiting.contains(one))
          .forEach(one -> asked.remove(one.id()));
      assertThat(known.get("pdd")).isEqualTo(asked);
      int closed = shown.size() - asked.size();
      assertThat(text(town.feed("file"), "quarantined"))
          .isEqualTo("{\"bad_amount\":" + ROWS / 500 + "}");
      assertThat(text(town.feed("api"), "quarantined"))
          .isEqualTo("{\"unknown_state\":" + closed + "}");

      // The word is put into the map, and what waited is there, once.
      town.call("PUT", "/api/v1/feeds/api", "{\"map\":" + map + "}");
      town.call("POST", "/api/v1/feeds/api/quarantine/rerun", "");
      assertThat(text(town.feed("api"), "quarantined")).isEqualTo("{}");
      Map<String, Sold> all = sold(shown);
      waiting.forEach(one -> all.put(one.id(), new Sold(1, one.fen(), one.fen())));
      assertThat(town.known("pdd")).isEqualTo(all);
    } finally {
      server.close();
    }
  }
}
