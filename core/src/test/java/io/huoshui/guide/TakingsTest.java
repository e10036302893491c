package io.huoshui.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.Dice;
import io.huoshui.Someone;
import io.huoshui.event.Event;
import io.huoshui.guide.RevenueRules.Credit;
import io.huoshui.json.Json;
import io.huoshui.json.UnreadableException;
import io.huoshui.profile.EventList;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TakingsTest {
  private static final Instant BEGAN = Instant.parse("2026-03-01T00:00:00Z");
  private static final BindingRules.At BINDING =
      new BindingRules.At(BindingRules.STANDARD, Map.of("li", "s1", "wu", "s2"));

  private static Takings takings(String rules, Event... events) {
    var takings =
        new Takings(
            new RevenueRules.At(RevenueRules.read(Json.parse(rules)), BINDING), 0, Long.MAX_VALUE);
    takings.add(EventList.of(events));
    return takings;
  }

  private static Instant day(int day) {
    return BEGAN.plus(Duration.ofDays(day));
  }

  @Test
  void anOrderIsDividedAsTheRulesSay() {
    String rules =
        """
        {"parts":[{"percent":67,"owner":"binding"},{"percent":33,"owner":"delivery_store"}],
         "otherwise":["last_touch","order_store"],"touchDays":7}\
        """;
    Takings takings =
        takings(
            rules,
            Someone.did("contact_added", day(0), "guide", "li"),
            Someone.did(
                "order_paid", day(1), "orderId", "a", "amountFen", 101, "deliveryStore", "s9"),
            Someone.did("contact_removed", day(2), "guide", "li"),
            Someone.did("message_delivered", day(3), "guide", "wu"),
            Someone.did("order_paid", day(4), "orderId", "b", "amountFen", 100),
            Someone.did("order_paid", day(40), "orderId", "c", "amountFen", 10, "storeId", "s3"),
            Someone.did("order_paid", day(41), "orderId", "d", "amountFen", 7),
            Someone.did("order_refunded", day(50), "orderId", "a", "amountFen", 51),
            Someone.did("order_refunded", day(51), "orderId", "a", "amountFen", 60),
            Someone.did("order_refunded", day(52), "orderId", "elsewhere", "amountFen", 5));

    assertThat(takings.rows())
        .containsExactly(
            Map.entry(new Credit("", ""), new Takings.Row(1, 1, 7, 0)),
            Map.entry(new Credit("s1", "li"), new Takings.Row(1, 1, 68, 68)),
            Map.entry(new Credit("s2", "wu"), new Takings.Row(1, 1, 100, 0)),
            Map.entry(new Credit("s3", ""), new Takings.Row(1, 1, 10, 0)),
            Map.entry(new Credit("s9", ""), new Takings.Row(1, 1, 33, 33)));
    assertThat(takings.all()).isEqualTo(new Takings.Row(1, 4, 218, 101));
    assertThat(takings.tooMuchFen()).isEqualTo(10);
  }

  @Test
  void nothingIsLostOrMadeAndReturnsTakeBackTheSame() {
    Dice.overSeeds(
        300,
        seed -> {
          var dice = new Dice(seed);
          var whole = new ArrayList<Event>();
          long paid = 0;
          long asked = 0;
          boolean full = dice.chance(30);
          for (int i = 0; i < 6; i++) {
            if (dice.chance(50)) {
              whole.add(
                  Someone.did(
                      dice.of("contact_added", "contact_removed", "task_done"),
                      day(dice.roll(50)).plusSeconds(i),
                      "guide",
                      dice.of("li", "wu")));
            }
            long fen = dice.roll(10_000);
            whole.add(
                Someone.did(
                    "order_paid",
                    day(dice.roll(50)).plusSeconds(100 + i),
                    "orderId",
                    "o" + i,
                    "amountFen",
                    fen,
                    "deliveryStore",
                    dice.of("s1", "s7", "")));
            paid += fen;
            long left = full ? fen : dice.roll((int) fen + 1);
            for (int times = 3; times > 0 && left > 0; times--) {
              long back = times == 1 ? left : dice.roll((int) left + 1);
              whole.add(
                  Someone.did(
                      "order_refunded",
                      day(60 + dice.roll(9)).plusSeconds(10L * i + times),
                      "orderId",
                      "o" + i,
                      "amountFen",
                      back));
              left -= back;
              asked += back;
            }
          }
          int percent = dice.between(1, 99);
          Takings takings =
              takings(
                  "{\"parts\":[{\"percent\":"
                      + percent
                      + ",\"owner\":\"binding\"},{\"percent\":"
                      + (100 - percent)
                      + ",\"owner\":\"delivery_store\"}],\"otherwise\":[\"last_touch\"]}",
                  whole.toArray(Event[]::new));
          Takings.Row sum =
              takings.rows().values().stream()
                  .reduce(new Takings.Row(0, 0, 0, 0), Takings.Row::plus);
          assertThat(sum.paidFen()).isEqualTo(paid).isEqualTo(takings.all().paidFen());
          assertThat(sum.returnedFen()).isEqualTo(asked).isEqualTo(takings.all().returnedFen());
          takings
              .rows()
              .forEach(
                  (_, row) -> {
                    assertThat(row.returnedFen()).isBetween(0L, row.paidFen());
                    if (full) {
                      assertThat(row.returnedFen()).isEqualTo(row.paidFen());
                    }
                  });
        });
  }

  @Test
  void sharesAreWithinAFenOfExact() {
    Dice.overSeeds(
        300,
        seed -> {
          var dice = new Dice(seed);
          List<Long> weights = dice.list(1, 7, () -> (long) dice.between(1, 1_000_000_000));
          long fen = dice.roll(1_000_000_000) * (dice.chance(50) ? 1_000_000L : 1L);
          List<Long> parts = Apportion.of(fen, weights);
          assertThat(parts.stream().mapToLong(Long::longValue).sum()).isEqualTo(fen);
          var all = java.math.BigInteger.valueOf(weights.stream().mapToLong(Long::longValue).sum());
          for (int i = 0; i < parts.size(); i++) {
            var exact =
                java.math.BigInteger.valueOf(fen)
                    .multiply(java.math.BigInteger.valueOf(weights.get(i)));
            var got = java.math.BigInteger.valueOf(parts.get(i)).multiply(all);
            assertThat(exact.subtract(got).abs()).isLessThan(all);
          }
        });
  }

  @Test
  void rulesAreReadAndRefusedByPath() {
    assertThat(RevenueRules.read(RevenueRules.STANDARD.json())).isEqualTo(RevenueRules.STANDARD);
    assertThatThrownBy(
            () ->
                RevenueRules.read(
                    Json.parse("{\"parts\":[{\"percent\":60,\"owner\":\"binding\"}]}")))
        .isInstanceOf(UnreadableException.class)
        .hasMessageContaining("60 percent");
    assertThatThrownBy(
            () ->
                RevenueRules.read(Json.parse("{\"parts\":[{\"percent\":100,\"owner\":\"boss\"}]}")))
        .isInstanceOf(UnreadableException.class)
        .hasMessageContaining("revenue.parts[0].owner");
  }
}
