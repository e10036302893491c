package io.huoshui.profile;

import static io.huoshui.Someone.did;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.event.Event;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LifecycleTest {
  private static final ZoneId ZONE = ZoneId.of("America/St_Johns");
  private static final LocalDate TODAY = LocalDate.of(2026, 3, 10);
  private static final Instant NOW = TODAY.atTime(13, 7).atZone(ZONE).toInstant();

  /// An order in the last minute of the day `days` ago.
  private static Event order(int days) {
    return did(
        "order_paid",
        TODAY.minusDays(days).atTime(23, 59).atZone(ZONE).toInstant().isAfter(NOW)
            ? NOW
            : TODAY.minusDays(days).atTime(23, 59).atZone(ZONE).toInstant(),
        "amountFen",
        100);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # orders | days since the last | state
          1        | 0    | JUST_ORDERED
          1        | 30   | JUST_ORDERED
          1        | 31   | REPURCHASE_WINDOW
          1        | 90   | REPURCHASE_WINDOW
          2        | 0    | EXISTING
          2        | 31   | EXISTING
          2        | 90   | EXISTING
          1        | 91   | AT_RISK
          2        | 91   | AT_RISK
          2        | 150  | AT_RISK
          1        | 151  | JUST_LOST
          2        | 180  | JUST_LOST
          1        | 181  | LAPSED
          3        | 360  | LAPSED
          1        | 361  | DORMANT
          2        | 730  | DORMANT
          1        | 731  | SILENT
          5        | 4000 | SILENT
          """)
  void eachStateAtBothEdges(int orders, int days, Lifecycle state) {
    var events = new ArrayList<Event>();
    for (int i = 0; i < orders; i++) {
      events.add(order(days + 10 * i));
    }
    events.add(did("page_viewed", NOW));

    assertThat(Lifecycle.of(new EventList(events), NOW, ZONE, Lifecycle.Bounds.STANDARD))
        .isEqualTo(state);
  }

  @Test
  void whoNeverOrderedIsRegisteredAndAnOrderYetToComeDoesNotCount() {
    assertThat(of()).isEqualTo(Lifecycle.REGISTERED);
    assertThat(of(did("order_paid", NOW.plusMillis(1), "amountFen", 1)))
        .isEqualTo(Lifecycle.REGISTERED);
    assertThat(of(did("order_paid", NOW, "amountFen", 1))).isEqualTo(Lifecycle.JUST_ORDERED);
  }

  private static Lifecycle of(Event... events) {
    return Lifecycle.of(EventList.of(events), NOW, ZONE, Lifecycle.Bounds.STANDARD);
  }

  @Test
  void boundsGrow() {
    assertThatThrownBy(() -> new Lifecycle.Bounds(30, 30, 150, 180, 360, 730))
        .hasMessage("Lifecycle bounds must grow from state to state");
    assertThat(Lifecycle.edges(Lifecycle.Bounds.STANDARD))
        .hasToString("[30d, 90d, 150d, 180d, 360d, 730d]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # interactions in 90 days | older | orders | active without repurchase
          5 | 0 | 0 | true
          5 | 0 | 1 | true
          4 | 9 | 0 | false
          5 | 0 | 2 | false
          """)
  void activeWithoutRepurchase(int recent, int older, int orders, boolean active) {
    var events = new ArrayList<Event>();
    for (int i = 0; i < recent; i++) {
      events.add(did("link_clicked", NOW.minusSeconds(i)));
    }
    for (int i = 0; i < older; i++) {
      events.add(did("link_clicked", TODAY.minusDays(91).atTime(12, i).atZone(ZONE).toInstant()));
    }
    for (int i = 0; i < orders; i++) {
      events.add(order(360 - i));
    }
    events.add(order(361));

    assertThat(Lifecycle.activeWithoutRepurchase(new EventList(events), NOW, ZONE))
        .isEqualTo(active);
  }

  // RFM.

  @Test
  void rfmCountsCalendarDaysPaidOrdersAndMoney() {
    Timeline timeline =
        EventList.of(
            did(
                "order_paid",
                TODAY.minusDays(2).atTime(23, 59).atZone(ZONE).toInstant(),
                "amountFen",
                300),
            did(
                "order_paid",
                TODAY.minusDays(40).atTime(0, 0).atZone(ZONE).toInstant(),
                "amountFen",
                500),
            did("page_viewed", NOW));

    assertThat(Rfm.of(timeline, Window.ever(), NOW, ZONE)).isEqualTo(new Rfm(2, 2, 800));
    assertThat(Rfm.of(timeline, Window.last("30d"), NOW, ZONE)).isEqualTo(new Rfm(2, 1, 300));
    assertThat(Rfm.of(timeline, Window.last("1d"), NOW, ZONE)).isNull();
  }

  @Test
  void moneyStaysAtTheGreatestLong() {
    Timeline rich =
        EventList.of(
            did("order_paid", NOW, "amountFen", Long.MAX_VALUE),
            did("order_paid", NOW, "amountFen", 1));

    assertThat(Rfm.of(rich, Window.ever(), NOW, ZONE)).isEqualTo(new Rfm(0, 2, Long.MAX_VALUE));
  }

  /// ```
  /// money       1  2  3  4  5  6  7  8  9 10      score 1 1 2 2 3 3 4 4 5 5
  /// recency     1 … 10 days: the nearest is best  score 5 5 4 4 3 3 2 2 1 1
  /// frequency   1 1 1 1 1 1 1 1 1 2               the nine tie at the bottom, the tenth is a 5
  /// ```
  @Test
  void quintilesRankAndTiesAreEqual() {
    var people = new ArrayList<Rfm>();
    for (int i = 1; i <= 10; i++) {
      people.add(new Rfm(i, i == 10 ? 2 : 1, i));
    }

    assertThat(Rfm.quintiles(people))
        .extracting(Rfm.Cell::code)
        .containsExactly("511", "511", "412", "412", "313", "313", "214", "214", "115", "155");
  }

  @Test
  void whoeverIsAloneOrLikeAllOthersIsOnTheLowestFifth() {
    assertThat(Rfm.quintiles(List.of())).isEmpty();
    assertThat(Rfm.quintiles(List.of(new Rfm(1, 1, 1)))).containsExactly(new Rfm.Cell(1, 1, 1));
    assertThat(Rfm.quintiles(List.of(new Rfm(1, 1, 1), new Rfm(1, 1, 1), new Rfm(1, 1, 1))))
        .containsOnly(new Rfm.Cell(1, 1, 1));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # days | orders | fen    | cell
          0      | 1      | 0      | 511
          29     | 1      | 9999   | 511
          30     | 2      | 10000  | 422
          89     | 3      | 20000  | 433
          90     | 4      | 49999  | 333
          180    | 5      | 50000  | 244
          359    | 7      | 99999  | 244
          360    | 8      | 100000 | 155
          """)
  void fixedRulesScoreAtTheirBounds(int days, int orders, long fen, String cell) {
    assertThat(Rfm.Rules.STANDARD.score(new Rfm(days, orders, fen)).code()).isEqualTo(cell);
  }

  @ParameterizedTest
  @CsvSource({
    "555, IMPORTANT_VALUE", "444, IMPORTANT_VALUE", "434, IMPORTANT_DEVELOP",
    "344, IMPORTANT_KEEP", "334, IMPORTANT_WIN_BACK", "443, GENERAL_VALUE",
    "433, GENERAL_DEVELOP", "343, GENERAL_KEEP", "111, GENERAL_WIN_BACK"
  })
  void aCellHasItsClassicClass(String code, Rfm.Class8 of) {
    var cell = new Rfm.Cell(code.charAt(0) - '0', code.charAt(1) - '0', code.charAt(2) - '0');

    assertThat(cell.class8()).isEqualTo(of);
  }
}
