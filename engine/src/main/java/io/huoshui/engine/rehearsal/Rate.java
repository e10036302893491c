package io.huoshui.engine.rehearsal;

import java.util.Locale;

/// How people and guides answer, unless a script says otherwise: one table, each value with where
/// it comes from. "S…" is a row of the practices the product is built for; "assumed" says that
/// nobody reported it. The sandbox's customers have the same values.
public enum Rate {
  SMS_DELIVERED(0.97, "assumed: share of live mainland numbers that report DELIVERED, 2026-11"),
  SMS_PLAIN_VISIT(0.003, "S12: SMS open rate 0.3 %"),
  SMS_COUPON_VISIT(0.084, "S12, women's wear: visit 8.4 %; taken for an SMS that carries a coupon"),
  SMS_VISIT_BUYS(0.32, "S12, women's wear: buy 32 % of those who visit"),
  SMS_REPLIES(0.004, "assumed, 2026-11"),
  SMS_OPTS_OUT(0.003, "assumed, 2026-11; doubled by every message of the last seven days"),
  GUIDE_NEVER_CONFIRMS(0.06, "assumed: mass tasks a guide leaves lying, 2026-11"),
  GUIDE_CONFIRM_HOURS(2.5, "assumed: mean hours until a guide confirms a mass task, 2026-11"),
  WECOM_READ(0.62, "S12: 62 % answered the call; taken for reading a guide's message"),
  WECOM_READ_CLICKS(0.18, "assumed, 2026-11"),
  WECOM_READ_REPLIES(0.08, "assumed, 2026-11"),
  WECOM_READ_BUYS(0.10, "assumed: without a coupon about a third of the figure with one, 2026-11"),
  WECOM_READ_BUYS_WITH_COUPON(0.317, "S8: 31.7 % of those who follow bought"),
  WECOM_BLOCKS(0.004, "assumed, 2026-11; doubled by every message of the last seven days"),
  WECOM_OPTS_OUT(0.002, "assumed: writes 退订 to the guide, 2026-11"),
  SILENT_STILL_BUYS(0.45, "assumed: lift of people who had stopped buying, against 1, 2026-11"),
  FATIGUE(0.80, "assumed: what is left of the lift per message of the last seven days, 2026-11"),
  HOURS_UNTIL_READ(3.0, "assumed: mean, 2026-11"),
  HOURS_UNTIL_BOUGHT(14.0, "assumed: mean after reading or visiting, 2026-11"),

  // What only a rehearsal asks.
  TASK_DONE(0.9, "assumed: share of tasks a guide does, 2026-11"),
  TASK_HOURS(6.0, "assumed: mean hours until a guide turns to a task, 2026-11"),
  GUIDE_PER_HOUR(40, "assumed: messages and tasks one guide can see to in an hour, 2026-11"),
  SMS_PER_DAY(10, "PLATFORMS 5.4: messages per number in 24 hours"),

  CALL_ANSWERED(0.55, "S12, women's wear: connect 55 %; another brand had 62 %"),
  CALL_VISITS(0.084, "S12, women's wear: visit 8.4 %; of the calls that were answered"),
  CALL_VISIT_BUYS(0.32, "S12, women's wear: buy 32 % of those who visit"),
  CALL_OPTS_OUT(0.012, "assumed: asks not to be called again, of those who answer, 2026-11"),
  CALL_HUNG_UP_EARLY(0.35, "assumed: hangs up within the first sentences, 2026-11"),
  CALL_PER_DAY(5, "PLATFORMS 5.4: calls of the outbound bot per callee and day");

  private final double value;
  private final String source;

  Rate(double value, String source) {
    this.value = value;
    this.source = source;
  }

  /// The default: a share, hours, or a number, as the name says.
  public double value() {
    return value;
  }

  public String source() {
    return source;
  }

  /// Its name in a script: `smsCouponVisit`.
  public String wire() {
    var out = new StringBuilder();
    for (String word : name().toLowerCase(Locale.ROOT).split("_", -1)) {
      out.append(
          out.isEmpty() ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
    }
    return out.toString();
  }

  /// Whether it is a share, between 0 and 1.
  boolean share() {
    return value <= 1;
  }
}
