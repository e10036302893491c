package io.huoshui.dialog;

import java.text.Normalizer;
import java.util.Locale;

/// What was said, without what a recogniser adds by itself.
final class Speech {
  private Speech() {}

  /// Small letters, half width, no spaces and no punctuation: only letters and digits.
  static String plain(String said) {
    String folded = Normalizer.normalize(said, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
    var plain = new StringBuilder(folded.length());
    folded.codePoints().filter(Character::isLetterOrDigit).forEach(plain::appendCodePoint);
    return plain.toString();
  }
}
