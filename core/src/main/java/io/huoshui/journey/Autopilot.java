package io.huoshui.journey;

import io.huoshui.profile.Period;

/// How a journey lets its audience in by itself: cohort by cohort, each larger than the one before,
/// while what it brings in stays above a line.
///
/// @param first people in the first cohort, and in each that only is to learn more
/// @param grow how many times as many people the next cohort has; 1 and more
/// @param every time between two decisions. After a cohort the next one is not before its goal's
///   time is over
/// @param line the least incremental margin per fen of cost
/// @param margin the share of revenue that is gross profit, above 0, up to 1
/// @param confidence with which a cohort has to be worth it, 0.5 to 0.999
/// @param most people altogether; 0 for the whole audience
/// @param budgetFen what the messages may cost altogether; 0 for any
/// @param probes cohorts of `first` people that may enter while nobody knows yet
/// @param looks decisions in a row without knowing, after which it stops
public record Autopilot(
    int first,
    double grow,
    Period every,
    double line,
    double margin,
    double confidence,
    long most,
    long budgetFen,
    int probes,
    int looks) {
  public Autopilot {
    check(first >= 1, "first", first, "1 or more people");
    check(grow >= 1 && grow <= 100, "grow", grow, "1 to 100");
    check(every.exact().toMillis() >= 60_000, "every", every, "1m or more");
    check(line >= 0 && line <= 1_000_000, "line", line, "0 to 1000000");
    check(margin > 0 && margin <= 1, "margin", margin, "above 0, up to 1");
    check(confidence >= 0.5 && confidence <= 0.999, "confidence", confidence, "0.5 to 0.999");
    check(most >= 0, "most", most, "a number of people, or all");
    check(budgetFen >= 0, "budgetFen", budgetFen, "0 or more");
    check(probes >= 0 && probes <= 100, "probes", probes, "0 to 100");
    check(looks >= 1 && looks <= 1_000, "looks", looks, "1 to 1000");
  }

  private static void check(boolean holds, String field, Object found, String allowed) {
    if (!holds) {
      throw new IllegalArgumentException(
          "autopilot." + field + " is " + found + "; allowed: " + allowed);
    }
  }
}
