package io.huoshui.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Whatever the platforms do, and whenever the server dies: everybody who should have a message has
/// it once.
class FaultsKeepPromisesTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path folder;

  @Test
  void platformsThatAreDownAreNamedAndTheSameRequestFinishesLater() {
    try (var town = Town.begin(folder, 300, 3, 1)) {
      town.faults("{\"sms\":{\"down\":true},\"wecom\":{\"down\":true}}");

      var refused = town.clockTo(HOUR);
      assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
      assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
      Json problem = Json.parse(refused.body());
      assertThat(Town.text(problem, "code")).isEqualTo("platform_unreachable");
      assertThat(Town.text(problem, "detail")).contains("sms").contains("wecom");
      assertThat(Town.text(problem, "next")).contains("send the same request again");
      assertThat(town.received()).isZero();

      var health = town.health();
      assertThat(health.statusCode()).as("events are still taken").isEqualTo(200);
      assertThat(Town.text(Json.parse(health.body()), "status")).isEqualTo("degraded");
      assertThat(Town.text(Json.parse(health.body()), "why")).contains("sms").contains("wecom");
      var taken = town.events(order("while-down"));
      assertThat(Town.text(Town.ok(taken), "accepted")).isEqualTo("1");

      town.faults("{\"sms\":{\"down\":false}}");
      assertThat(town.clockTo(HOUR).statusCode()).as("one of two is back").isEqualTo(503);
      assertThat(Town.text(Json.parse(town.health().body()), "why"))
          .doesNotContain("sms")
          .contains("wecom");

      town.faults("{\"wecom\":{\"down\":false}}");
      Town.ok(town.clockTo(HOUR));
      assertThat(Town.text(Town.ok(town.health()), "status")).isEqualTo("up");
      town.everybodyHasExactlyOneOnEachChannel();
    }
  }

  /// An outage must not fill the disk: waiting for an answer writes nothing down.
  @Test
  void waitingForALostAnswerWritesNothing() {
    try (var town = Town.begin(folder, 20, 1, 1)) {
      town.faults("{\"sms\":{\"timeoutShare\":1},\"wecom\":{\"timeoutShare\":1}}");
      // WeCom never begins: without a token no call is made, and nothing is written down for one.
      int asked = 0;
      do {
        assertThat(town.clockTo(HOUR).statusCode()).isEqualTo(503);
        assertThat(++asked).as("SMS is under way; WeCom has no token").isLessThan(20);
      } while (town.figure("huoshui_outbox_unanswered") < 1);
      double written = town.figure("huoshui_log_records_total");
      var again = town.clockTo(HOUR);
      assertThat(again.statusCode()).isEqualTo(503);
      assertThat(town.figure("huoshui_log_records_total")).as(again.body()).isEqualTo(written);
      town.faults("{\"sms\":{\"timeoutShare\":0},\"wecom\":{\"timeoutShare\":0}}");
      Town.ok(town.clockTo(HOUR));
      town.everybodyHasExactlyOneOnEachChannel();
    }
  }

  @ParameterizedTest(name = "busy {0}, lost answers {1}")
  @CsvSource({"0, 0.4", "0.4, 0", "0.25, 0.25"})
  void callsThatFailByChanceEndInOneMessageEach(double busy, double lost) {
    try (var town = Town.begin(folder, 300, 6, 10)) {
      String fault = "{\"busyShare\":" + busy + ",\"timeoutShare\":" + lost + "}";
      town.faults("{\"sms\":" + fault + ",\"wecom\":" + fault + "}");
      int refusals = 0;
      while (town.clockTo(HOUR).statusCode() == 503) {
        assertThat(++refusals).as("the same request, again and again").isLessThan(20);
      }
      town.everybodyHasExactlyOneOnEachChannel();
    }
  }

  @Test
  void aServerKilledWhileHandingOverGoesOnWhereItWas() {
    try (var town = Town.begin(folder, 400, 200, 10)) {
      // SMS leaves four times a hundred, WeCom two hundred times two.
      for (int least : new int[] {1, 250, 450, 600}) {
        var cut =
            CompletableFuture.runAsync(
                () -> {
                  try {
                    town.clockTo(HOUR);
                  } catch (UncheckedIOException e) {
                    // The connection ends with the server.
                  }
                });
        while (town.received() < least) {
          Thread.onSpinWait();
        }
        town.killServer();
        cut.join();
        assertThat(town.received()).as("killed in the middle").isLessThan(town.expected());
        town.restartServer();
        assertThat(town.figure("huoshui_outbox_waiting") + town.figure("huoshui_outbox_unanswered"))
            .as("something is left to do")
            .isPositive();
      }
      Town.ok(town.clockTo(HOUR));
      town.everybodyHasExactlyOneOnEachChannel();
    }
  }

  private static String order(String id) {
    return "{\"id\":\""
        + id
        + "\",\"name\":\"order_paid\",\"time\":\"2026-07-01T05:00:00Z\",\"identifiers\":[{\"kind\":\"phone\",\"value\":\"+8619900000000\"}],\"properties\":{\"orderId\":\""
        + id
        + "\",\"amountFen\":5900}}\n";
  }
}
