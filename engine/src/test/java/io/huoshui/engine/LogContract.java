package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// What every log does, as long as nothing goes wrong.
public abstract class LogContract {
  static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /// The same log each time.
  protected abstract EventLog open(Seal seal);

  private EventLog open() {
    return open(new Seal(KEY));
  }

  @Test
  public void aNewLogBeginsWithOne() {
    try (EventLog log = open()) {
      assertThat(log.next()).isEqualTo(1);
      assertThat(all(log, 1)).isEmpty();
    }
    try (EventLog log = open()) {
      assertThat(log.next()).isEqualTo(1);
    }
  }

  @Test
  public void recordsComeBackAsTheyWereInTheirOrder() {
    var random = new SplittableRandom(7);
    var written = new ArrayList<byte[]>();
    for (int life = 0; life < 4; life++) {
      try (EventLog log = open()) {
        assertThat(log.next()).isEqualTo(written.size() + 1);
        for (int group = 0; group < 12; group++) {
          var records = new ArrayList<byte[]>();
          for (int left = random.nextInt(1, 6); left > 0; left--) {
            records.add(bytes(random, random.nextInt(4) * random.nextInt(900)));
          }
          assertThat(log.append(records)).isEqualTo(written.size() + records.size());
          written.addAll(records);
          assertThat(log.next()).isEqualTo(written.size() + 1);
        }
        same(all(log, 1), written);
      }
    }
    try (EventLog log = open()) {
      for (int from = 1; from <= written.size(); from += 3) {
        same(all(log, from), written.subList(from - 1, written.size()));
      }
      assertThat(all(log, written.size() + 1)).isEmpty();
    }
  }

  @Test
  public void groupsMayBeLong() {
    var random = new SplittableRandom(8);
    List<byte[]> first = List.of(bytes(random, 10), bytes(random, 20_000_000), new byte[0]);
    List<byte[]> second = List.of(bytes(random, 3_000_000));
    try (EventLog log = open()) {
      log.append(List.of(new byte[] {1}));
      log.append(first);
      log.append(second);
      log.append(List.of(new byte[] {2}));
    }
    try (EventLog log = open()) {
      List<byte[]> found = all(log, 2);
      same(found.subList(0, 3), first);
      same(found.subList(3, 4), second);
      assertThat(found).hasSize(5);
    }
  }

  @Test
  public void anotherKeyOpensNothing() {
    try (EventLog log = open()) {
      log.append(List.of(new byte[] {1, 2, 3}));
    }
    byte[] other = KEY.clone();
    other[31] ^= 1;
    try (EventLog log = open(new Seal(other))) {
      assertThatThrownBy(() -> all(log, 1))
          .isInstanceOfSatisfying(
              EngineException.class,
              e -> assertThat(e.code()).isEqualTo(EngineException.Code.WRONG_KEY))
          .hasMessageContaining("Record 1 does not open with this key");
    }
    try (EventLog log = open()) {
      same(all(log, 1), List.of(new byte[] {1, 2, 3}));
    }
  }

  @Test
  public void oneHasTheLogAtATime() {
    try (EventLog log = open()) {
      assertThatThrownBy(this::open)
          .isInstanceOfSatisfying(
              EngineException.class,
              e -> assertThat(e.code()).isEqualTo(EngineException.Code.LOCKED));
      assertThat(log.append(List.of(new byte[] {1}))).as("the first goes on").isEqualTo(1);
    }
  }

  static byte[] bytes(SplittableRandom random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  static List<byte[]> all(EventLog log, long from) {
    var records = new ArrayList<byte[]>();
    log.replay(
        from,
        (number, record) -> {
          assertThat(number).isEqualTo(from + records.size());
          records.add(record);
        });
    return records;
  }

  static void same(List<byte[]> found, List<byte[]> written) {
    assertThat(found.size()).as("how many records").isEqualTo(written.size());
    for (int i = 0; i < written.size(); i++) {
      assertThat(java.util.Arrays.equals(found.get(i), written.get(i))).as("record %s", i).isTrue();
    }
  }
}
