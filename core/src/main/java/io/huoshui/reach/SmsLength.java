package io.huoshui.reach;

/// How long an SMS is, and how many are paid for: 3GPP TS 23.038 (alphabet) and 23.040 (joined
/// messages lose seven septets, or three characters, each to the header).
///
/// @param gsm7 whether every character is of the 7-bit alphabet; one Chinese character is enough
///   for it not to be
/// @param units septets, or UTF-16 units
/// @param segments messages that it leaves in
public record SmsLength(boolean gsm7, int units, int segments) {
  private static final String BASIC =
      "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
          + "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
  private static final String EXTENDED = "^{}\\[~]|€\f";

  public static SmsLength of(String text) {
    int septets = 0;
    for (int i = 0; i < text.length(); i++) {
      if (BASIC.indexOf(text.charAt(i)) >= 0) {
        septets++;
      } else if (EXTENDED.indexOf(text.charAt(i)) >= 0) {
        septets += 2;
      } else {
        return new SmsLength(false, text.length(), segments(text.length(), 70, 67));
      }
    }
    return new SmsLength(true, septets, segments(septets, 160, 153));
  }

  private static int segments(int units, int alone, int joined) {
    return units <= alone ? 1 : (units + joined - 1) / joined;
  }
}
