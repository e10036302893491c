package io.huoshui.feed;

import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import java.util.regex.Pattern;

/// What stands in a phone column of an export or an answer: rarely a phone.
public final class Phones {
  /// What a cell holds.
  public sealed interface Found {
    /// Somebody's own number.
    record Phone(Identifier identifier) implements Found {}

    /// `138****0001`.
    record Masked(Identifier identifier) implements Found {}

    /// A number the marketplace lends for one order (隐私号, 虚拟号). It is somebody else's tomorrow, so
    /// it never names a person.
    record Lent() implements Found {}

    /// Ciphertext: `~AgAAA…~`, `$…$`, base 64.
    record Sealed() implements Found {}

    /// A landline, a hotline, a mistake.
    record Unusable() implements Found {}

    record Nothing() implements Found {}
  }

  /// A number and what is to be dialled after it: `13800000000-1234`, `…_12`, `…,12`, `…转12`.
  private static final Pattern EXTENSION =
      Pattern.compile(
          "\\+?(86)?[ -]?1[0-9]{10}\\s*([-_,;#*]|转|转接|分机|ext\\.?|x)\\s*:?\\s*\\d{1,6}#?",
          Pattern.CASE_INSENSITIVE);

  /// Behind a receiver's name where the number is lent: `张三[1234]`.
  private static final Pattern NAME_EXTENSION = Pattern.compile("(.+?)\\s*[\\[【(]\\d{3,6}[\\])】]");

  private static final Pattern MASKED = Pattern.compile("(\\+?86)?[ -]?1\\d{0,6}\\*{2,8}\\d{0,4}");

  private Phones() {}

  /// @param lent whether the source says that its numbers are lent ones
  public static Found of(String cell, boolean lent) {
    String text = Cells.plain(cell);
    if (text.isEmpty()) {
      return new Found.Nothing();
    }
    if (sealed(text)) {
      return new Found.Sealed();
    }
    if (EXTENSION.matcher(text).matches()) {
      return new Found.Lent();
    }
    if (MASKED.matcher(text).matches()) {
      String bare = text.replaceAll("^\\+?86[ -]?(?=1)", "");
      return new Found.Masked(Identifier.of(IdentifierKind.MASKED_PHONE, bare));
    }
    if (text.indexOf('*') >= 0) {
      return new Found.Unusable();
    }
    try {
      var phone = Identifier.of(IdentifierKind.PHONE, text);
      return lent ? new Found.Lent() : new Found.Phone(phone);
    } catch (IllegalArgumentException _) {
      return new Found.Unusable();
    }
  }

  /// Whether a text that should be a phone, a name or an address is ciphertext.
  static boolean sealed(String text) {
    return framed(text)
        || (text.length() >= 24
            && text.matches("[A-Za-z0-9+/_-]+={0,2}")
            && text.matches(".*[A-Za-z].*"));
  }

  /// Whether it stands between the marks that marketplaces put around ciphertext. An open id is as
  /// long and as odd, and has none.
  static boolean framed(String text) {
    if (text.length() < 12) {
      return false;
    }
    char first = text.charAt(0);
    return (first == '~' || first == '$' || first == '#' || first == '|' || first == '@')
        && text.indexOf(first, 1) > 0
        && text.matches("[A-Za-z0-9+/=_~$#|@:.-]+");
  }

  /// Whether a receiver's name carries an extension, so that the phone beside it is lent.
  static boolean nameLends(String name) {
    return NAME_EXTENSION.matcher(Cells.plain(name)).matches();
  }

  /// A receiver's name without the extension.
  static String name(String name) {
    var matcher = NAME_EXTENSION.matcher(Cells.plain(name));
    return matcher.matches() ? matcher.group(1) : Cells.plain(name);
  }
}
