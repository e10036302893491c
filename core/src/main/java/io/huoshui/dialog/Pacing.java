package io.huoshui.dialog;

/// How many calls may be begun now: lines are few, and not every call that is begun is answered.
///
/// @param lines calls that may be under way at once
/// @param overdial how many calls may ring per free line, at most: 1 dials one per line; more only
///   where humans wait for whoever answers, because whoever answers and hears nothing is angry
public record Pacing(int lines, double overdial) {
  /// Before so many calls have ended, the answer rate is not known.
  private static final int ENOUGH = 30;

  public Pacing {
    if (lines < 1 || overdial < 1 || overdial > 3) {
      throw new IllegalArgumentException(
          lines + " lines, " + overdial + " calls per line; allowed are 1 or more, and 1 to 3");
    }
  }

  /// @param underWay ringing or talking
  /// @param ended calls of the campaign that have ended
  /// @param answered of those
  /// @return 0 or more
  public int begin(int underWay, long ended, long answered) {
    double rate = ended < ENOUGH || answered == 0 ? 1 : (double) answered / ended;
    double perLine = Math.min(overdial, 1 / rate);
    return Math.max(0, (int) Math.floor(lines * perLine) - underWay);
  }
}
