package io.huoshui.event;

import java.text.Normalizer;
import java.util.Locale;

/// One name of a person: `{kind, scope?, value}`, normalised, so that equal means same.
///
/// @param scope the app, corp, shop or system within which the value is unique; empty for unscoped
///   kinds
public record Identifier(IdentifierKind kind, String scope, String value) {
  private static final String ERASED = "erased:";

  public Identifier {
    if (kind.scoped() == scope.isEmpty()) {
      throw new IllegalArgumentException(
          kind.scoped()
              ? kind.wire() + " needs a scope (the app, corp, shop or system it belongs to)"
              : kind.wire() + " takes no scope, got '" + scope + "'");
    }
    if (value.isEmpty()) {
      throw new IllegalArgumentException(kind.wire() + " is empty");
    }
  }

  public static Identifier of(IdentifierKind kind, String value) {
    return of(kind, "", value);
  }

  /// Normalises width, case and phone form, then checks.
  ///
  /// @throws IllegalArgumentException when the value can not be one of this kind; the message says
  ///   why
  public static Identifier of(IdentifierKind kind, String scope, String value) {
    return new Identifier(kind, scope, normalise(kind, value));
  }

  /// What stands in the place of an identifier that was erased on request. Nobody can be sent in
  /// under it.
  ///
  /// @param node what tells it apart
  public Identifier erased(int node) {
    return new Identifier(kind, scope, ERASED + node);
  }

  public boolean erased() {
    return erased(value);
  }

  /// The same of a value that stands alone.
  public static boolean erased(String value) {
    return value.startsWith(ERASED);
  }

  /// The same of a value that is there as UTF-8.
  public static boolean erased(byte[] utf8, int from, int length) {
    if (length < ERASED.length()) {
      return false;
    }
    for (int i = 0; i < ERASED.length(); i++) {
      if (utf8[from + i] != ERASED.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static String normalise(IdentifierKind kind, String raw) {
    String value = plain(raw) ? raw : Normalizer.normalize(raw, Normalizer.Form.NFKC).strip();
    if (value.toLowerCase(Locale.ROOT).startsWith(ERASED)) {
      throw new IllegalArgumentException(
          kind.wire() + " begins with '" + ERASED + "', which marks what was erased on request");
    }
    return switch (kind) {
      case PHONE -> phone(value);
      case EMAIL, DEVICE -> value.toLowerCase(Locale.ROOT);
      case MASKED_PHONE -> value.replace('＊', '*');
      case UNIONID,
          MEMBER_NUMBER,
          EXTERNAL_USERID,
          OPENID,
          BUYER_ID,
          CUSTOMER_ID,
          NAME_REGION,
          RECEIVER_CODE ->
          value;
    };
  }

  /// Printable ASCII without surrounding blanks needs no Unicode work; almost every identifier is
  /// that.
  private static boolean plain(String raw) {
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c <= ' ' || c > '~') {
        return false;
      }
    }
    return true;
  }

  /// E.164. Eleven digits starting with 1 are a mainland mobile; anything else needs its country
  /// code.
  private static String phone(String raw) {
    var digits = new StringBuilder(16);
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c >= '0' && c <= '9') {
        digits.append(c);
      } else if (c != ' ' && c != '-' && c != '(' && c != ')' && !(c == '+' && i == 0)) {
        throw new IllegalArgumentException("phone has '" + c + "' in it");
      }
    }
    String number = digits.toString();
    boolean international = raw.startsWith("+");
    if (!international && number.startsWith("00")) {
      number = number.substring(2);
      international = true;
    }
    if (!international && number.length() == 13 && number.startsWith("861")) {
      international = true;
    }
    if (!international) {
      if (number.length() != 11 || number.charAt(0) != '1') {
        throw new IllegalArgumentException(
            "phone of " + number.length() + " digits is neither a mainland mobile nor E.164");
      }
      number = "86" + number;
    }
    if (number.length() < 8 || number.length() > 15) {
      throw new IllegalArgumentException(
          "phone has " + number.length() + " digits, E.164 has 8-15");
    }
    if (number.startsWith("86") && (number.length() != 13 || number.charAt(2) != '1')) {
      throw new IllegalArgumentException("+86 is followed by 11 digits starting with 1");
    }
    return "+" + number;
  }

  /// What a list shows: enough to recognise, not enough to use.
  public String masked() {
    return switch (kind) {
      case PHONE ->
          value.length() < 9
              ? "****"
              : value.substring(0, value.length() - 8)
                  + "****"
                  + value.substring(value.length() - 4);
      case MASKED_PHONE, MEMBER_NUMBER, CUSTOMER_ID -> value;
      case UNIONID, EXTERNAL_USERID, OPENID, BUYER_ID, EMAIL, DEVICE, NAME_REGION, RECEIVER_CODE ->
          value.length() <= 4
              ? "****"
              : value.substring(0, 2) + "****" + value.substring(value.length() - 2);
    };
  }

  @Override
  public String toString() {
    return kind.wire() + (scope.isEmpty() ? "" : "@" + scope) + ":" + masked();
  }
}
