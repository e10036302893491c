package io.huoshui.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextsTest {
  private static final List<String> KINDS =
      List.of("", "a", "+8613800000000", "客", "客9", "é", "😀活水", "x".repeat(127), "y".repeat(128));

  @Test
  void everyTextIsFoundWhereItBegins() {
    var texts = new Texts();
    var all = new ArrayList<String>(KINDS);
    all.add("z".repeat(3 << 20));
    all.add("水".repeat(1 << 20));
    for (int i = 0; i < 300_000; i++) {
      all.add(i % 3 == 0 ? "客" + i : "id" + i);
    }
    var at = new ArrayList<Integer>();
    for (String text : all) {
      at.add(texts.add(text));
    }

    for (int i = 0; i < all.size(); i++) {
      assertThat(texts.get(at.get(i))).isEqualTo(all.get(i));
      assertThat(texts.hash(at.get(i))).isEqualTo(all.get(i).hashCode());
      assertThat(texts.is(at.get(i), all.get(i))).isTrue();
    }
  }

  @Test
  void noTextIsTakenForAnother() {
    var texts = new Texts();
    for (String one : KINDS) {
      int at = texts.add(one);
      for (String other : KINDS) {
        assertThat(texts.is(at, other)).as(one + " as " + other).isEqualTo(one.equals(other));
      }
    }
    // Bytes above ASCII are no characters of the same number.
    assertThat(texts.is(texts.add("é"), "Ã©")).isFalse();
    assertThat(texts.is(texts.add("Ã©"), "é")).isFalse();
  }

  @Test
  void aPartIsFoundWhereverItStands() {
    var texts = new Texts();
    for (String text : KINDS) {
      int at = texts.add(text);
      for (String part : List.of("a", "138", "+86", "0000", "客", "水", "9", "é", "xx", "zz")) {
        assertThat(texts.contains(at, part.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
            .as(part + " in " + text)
            .isEqualTo(text.contains(part));
      }
    }
  }

  @Test
  void whoSharesThemSeesWhatThereWas() {
    var texts = new Texts();
    int first = texts.add("one");
    Texts former = texts.shared();
    for (int i = 0; i < 400_000; i++) {
      texts.add("more" + i);
    }
    assertThat(former.get(first)).isEqualTo("one");
  }
}
