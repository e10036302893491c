package io.huoshui.sandbox.customers;

/// The parameters of the simulated customers: one table, each value with where it comes from. "S…"
/// is a row of the practices the product is built for; "assumed" says that nobody reported it.
public enum Habit {
  // ---- SMS
  SMS_DELIVERED(0.97, "assumed: share of live mainland numbers that report DELIVERED, 2026-11"),
  SMS_DEAD_NUMBER(0.015, "assumed: numbers given up by their owner, 2026-11"),
  SMS_PLAIN_VISIT(0.003, "S12: SMS open rate 0.3 %"),
  SMS_COUPON_VISIT(0.084, "S12, women's wear: visit 8.4 %; taken for an SMS that carries a coupon"),
  SMS_VISIT_BUYS(0.32, "S12, women's wear: buy 32 % of those who visit"),
  SMS_VISIT_FOLLOWS(0.80, "S9: 80 % move to the personal contact when asked to"),
  SMS_REPLIES(0.004, "assumed, 2026-11"),
  SMS_OPTS_OUT(0.003, "assumed, 2026-11; doubled by every message of the last seven days"),

  // ---- WeCom
  GUIDE_NEVER_CONFIRMS(0.06, "assumed: mass tasks a guide leaves lying, 2026-11"),
  GUIDE_CONFIRM_HOURS(2.5, "assumed: mean hours until a guide confirms a mass task, 2026-11"),
  TASK_NEVER_DONE(0.08, "assumed: tasks of a guide's list nobody does, 2026-11"),
  TASK_DONE_LATE(0.20, "assumed: of the others, those done after their end, 2026-11"),
  TASK_ANSWERED(0.30, "assumed: customers who write after a task about them was done, 2026-11"),
  WECOM_READ(0.62, "S12: 62 % answered the call; taken for reading a guide's message"),
  WECOM_READ_CLICKS(0.18, "assumed, 2026-11"),
  WECOM_READ_REPLIES(0.08, "assumed, 2026-11"),
  WECOM_READ_BUYS(0.10, "assumed: without a coupon about a third of the figure with one, 2026-11"),
  WECOM_READ_BUYS_WITH_COUPON(0.317, "S8: 31.7 % of those who follow bought"),
  WECOM_BLOCKS(0.004, "assumed, 2026-11; doubled by every message of the last seven days"),
  WECOM_OPTS_OUT(0.002, "assumed: writes 退订 to the guide, 2026-11"),

  // ---- groups
  GROUP_SPEAKS_AT_PEAK(0.12, "assumed: share of members who write on a group's best day, 2026-11"),
  GROUP_PEAK_DAY(10, "assumed: S18 says that groups rise, peak and fall silent, not when, 2026-11"),
  GROUP_HALF_LIFE_DAYS(12, "assumed: after its best days a group halves in this time, 2026-11"),
  GROUP_LEAVES_IN_30D(0.12, "assumed: members who leave within 30 days, 2026-11"),

  // ---- both
  SILENT_STILL_BUYS(0.45, "assumed: lift of people who had stopped buying, against 1, 2026-11"),
  FATIGUE(0.80, "assumed: what is left of the lift per message of the last seven days, 2026-11"),
  HOURS_UNTIL_READ(3.0, "assumed: mean, 2026-11"),
  HOURS_UNTIL_BOUGHT(14.0, "assumed: mean after reading or visiting, 2026-11"),
  COUPON_FEN(1000, "S9: the 10-yuan coupon without threshold");

  private final double value;
  private final String source;

  Habit(double value, String source) {
    this.value = value;
    this.source = source;
  }

  /// The default: a share, hours, or fen, as the name says.
  public double value() {
    return value;
  }

  public String source() {
    return source;
  }
}
