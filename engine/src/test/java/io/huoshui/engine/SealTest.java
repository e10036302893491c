package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SealTest {
  private final Seal seal = new Seal(Brand.KEY);

  @Test
  void whatWasSealedOpens() {
    var dice = new Dice(1);
    for (int length : new int[] {0, 1, 15, 16, 17, 1_000, 70_000}) {
      byte[] plain = new byte[length];
      for (int i = 0; i < length; i++) {
        plain[i] = (byte) dice.roll(256);
      }
      assertThat(seal.open(length, seal.seal(length, plain))).isEqualTo(plain);
    }
  }

  @Test
  void theSameTextNeverLooksTheSame() {
    byte[] phone = "+8613800000001".getBytes(StandardCharsets.UTF_8);
    byte[] one = seal.seal(1, phone);

    assertThat(one).isNotEqualTo(seal.seal(1, phone));
    assertThat(new String(one, StandardCharsets.ISO_8859_1)).doesNotContain("138");
  }

  @Test
  void aFlippedBitAnywhereIsSeen() {
    byte[] sealed = seal.seal(7, "活水".getBytes(StandardCharsets.UTF_8));
    for (int bit = 0; bit < sealed.length * 8; bit++) {
      byte[] changed = sealed.clone();
      changed[bit / 8] ^= (byte) (1 << (bit % 8));
      closed(7, changed, seal);
    }
  }

  @Test
  void aRecordOpensUnderItsNumberAndKeyOnly() {
    byte[] sealed = seal.seal(7, new byte[] {1});
    byte[] other = Brand.KEY.clone();
    other[0]++;

    closed(8, sealed, seal);
    closed(7, sealed, new Seal(other));
  }

  @Test
  void aRecordCutShortIsSeen() {
    byte[] sealed = seal.seal(7, new byte[] {1, 2, 3});
    for (int length = 0; length < sealed.length; length++) {
      closed(7, Arrays.copyOf(sealed, length), seal);
    }
  }

  @Test
  void aGroupOpensUnderItsFirstNumberAndCountOnly() {
    byte[] plain = "两条记录".getBytes(StandardCharsets.UTF_8);
    byte[] closed = new byte[5 + plain.length + Seal.OVERHEAD];
    seal.seal(7, 2, plain, plain.length, closed, 5);
    byte[] group = Arrays.copyOfRange(closed, 5, closed.length);
    byte[] into = new byte[plain.length + 3];

    seal.open(7, 2, group, group.length, into);
    assertThat(Arrays.copyOf(into, plain.length)).isEqualTo(plain);
    for (int[] other : new int[][] {{7, 1}, {7, 3}, {6, 2}, {8, 2}}) {
      assertThatThrownBy(() -> seal.open(other[0], other[1], group, group.length, into))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("not open with this key");
    }
  }

  @Test
  void noNonceComesTwiceNeitherInOneLifeNorInTheNext() {
    var nonces = new HashSet<String>();
    int sealed = 0;
    for (int life = 0; life < 50; life++) {
      var fresh = new Seal(Brand.KEY);
      for (int i = 0; i < 200; i++) {
        nonces.add(HexFormat.of().formatHex(fresh.seal(1, new byte[0]), 0, 12));
        sealed++;
      }
    }
    assertThat(nonces).hasSize(sealed);
  }

  @Test
  void aKeyOfAnotherLengthIsRefused() {
    assertThatThrownBy(() -> new Seal(new byte[16]))
        .hasMessage("The key has 16 bytes, AES-256 needs 32");
  }

  private static void closed(long number, byte[] sealed, Seal with) {
    assertThatThrownBy(() -> with.open(number, sealed))
        .isInstanceOfSatisfying(
            EngineException.class,
            e -> assertThat(e.code()).isEqualTo(EngineException.Code.WRONG_KEY))
        .hasMessageContaining("Record " + number + " does not open");
  }
}
