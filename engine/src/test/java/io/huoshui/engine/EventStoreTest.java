package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.engine.columns.Words;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventStoreTest {
  private static final int BLOCK = 1 << 20;
  private static final Instant AT = Instant.parse("2026-03-05T15:00:00Z");

  private final Words words = new Words();
  private final EventStore store = new EventStore(words);
  private final List<Event> events = new ArrayList<>();

  private void add(Properties properties, Identifier... who) {
    var event =
        new Event(
            "e" + events.size(),
            "page_viewed",
            AT.plusMillis(events.size()),
            "s" + events.size() % 3,
            who.length == 0
                ? List.of(Identifier.of(IdentifierKind.MEMBER_NUMBER, "m"))
                : List.of(who),
            properties);
    assertThat(store.add(event, events.size() * 7)).isEqualTo(events.size());
    events.add(event);
  }

  private void everythingIsThere() {
    assertThat(store.size()).isEqualTo(events.size());
    for (int i = 0; i < events.size(); i++) {
      Event event = events.get(i);
      assertThat(store.properties(i)).as("event %s", i).isEqualTo(event.properties());
      assertThat(store.timeMs(i)).isEqualTo(event.time().toEpochMilli());
      assertThat(words.nameOf(store.nameNumber(i))).isEqualTo(event.name());
      assertThat(words.sourceOf(store.sourceNumber(i))).isEqualTo(event.source());
      assertThat(store.node(i)).isEqualTo(i * 7);
      for (String key : event.properties().keys()) {
        assertThat(store.property(i, words.findKey(key))).isEqualTo(event.properties().get(key));
      }
    }
    copiesAreTheSame();
  }

  private void copiesAreTheSame() {
    var copy = new EventStore(words);
    for (int i = events.size() - 1; i >= 0; i -= 1 + events.size() / 1_000) {
      int at = copy.copy(store, i);
      assertThat(copy.properties(at)).isEqualTo(events.get(i).properties());
      assertThat(copy.timeMs(at)).isEqualTo(store.timeMs(i));
      assertThat(copy.nameNumber(at)).isEqualTo(store.nameNumber(i));
      assertThat(copy.sourceNumber(at)).isEqualTo(store.sourceNumber(i));
      assertThat(copy.node(at)).isEqualTo(store.node(i));
    }
  }

  /// A record of one text takes its count, key, type (1 B each), length (3 B) and characters.
  private static Properties taking(int bytes) {
    int characters = bytes - 6;
    assertThat(characters).isGreaterThanOrEqualTo(1 << 14);
    return Properties.of("t", "x".repeat(characters));
  }

  @ParameterizedTest
  @ValueSource(ints = {-3, -2, -1, 0, 1, 2, 3})
  void recordsMeetTheEndOfABlockWithinAByte(int over) {
    for (int block = 0; block < 3; block++) {
      for (int i = 0; i < 10; i++) {
        add(taking(100_000));
      }
      add(taking(BLOCK - 1_000_000 + over));
      add(Properties.NONE);
      add(Properties.of("n", block));
    }

    everythingIsThere();
  }

  @ParameterizedTest
  @ValueSource(ints = {BLOCK - 1, BLOCK})
  void oneRecordMayFillABlock(int bytes) {
    add(Properties.of("n", 1));
    add(taking(bytes));
    add(Properties.of("n", 2));
    add(taking(bytes));

    everythingIsThere();
  }

  @Test
  void keysWhoseTextsKeepBeingNewOutgrowTheDictionaryAndStayReadable() {
    for (int i = 0; i < 5_000; i++) {
      add(
          Properties.of(
              "orderId",
              "order-" + i,
              "city",
              i % 2 == 0 ? "上海" : "杭州",
              "long",
              "y".repeat(60 + i % 10)));
    }

    everythingIsThere();
  }

  @Test
  void columnsGoOnPastTheirFirstChunk() {
    for (int i = 0; i < 70_000; i++) {
      add(i % 3 == 0 ? Properties.of("n", i) : Properties.NONE);
    }

    everythingIsThere();
  }

  @Test
  void everyKindOfValueIsReadAndSkipped() {
    add(
        Properties.of(
            "a",
            new Value.Many(List.of(Value.of("x"), Value.of(1), new Value.Many(List.of()))),
            "b",
            Double.MIN_VALUE,
            "c",
            Long.MIN_VALUE,
            "d",
            Long.MAX_VALUE,
            "e",
            true,
            "f",
            false,
            "g",
            "",
            "h",
            "活水😀".repeat(40),
            "i",
            "z"));

    everythingIsThere();
    assertThat(store.property(0, words.key("j"))).isNull();
  }

  @Test
  void weakIdentifiersAreKeptAsHintsUnderTheirKind() {
    add(
        Properties.of("n", 1),
        Identifier.of(IdentifierKind.MEMBER_NUMBER, "m"),
        Identifier.of(IdentifierKind.EMAIL, "a@b.cn"),
        Identifier.of(IdentifierKind.MASKED_PHONE, "138****0001"));
    add(
        Properties.NONE,
        Identifier.of(IdentifierKind.MEMBER_NUMBER, "m"),
        Identifier.of(IdentifierKind.EMAIL, "a@b.cn"),
        Identifier.of(IdentifierKind.EMAIL, "c@d.cn"));

    assertThat(store.properties(0))
        .isEqualTo(Properties.of("n", 1, "$email", "a@b.cn", "$maskedPhone", "138****0001"));
    assertThat(store.property(0, words.key("$email"))).isEqualTo(Value.of("a@b.cn"));
    assertThat(words.findKey("$memberNumber")).isNegative();
    assertThat(store.property(1, words.key("$email")))
        .isEqualTo(new Value.Many(List.of(Value.of("a@b.cn"), Value.of("c@d.cn"))));
  }
}
