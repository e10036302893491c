package io.huoshui.platforms.account;

import java.time.LocalDate;

/// What the table says of one code.
///
/// @param code as the platform writes it, or `prefix.*`
/// @param amount tries for RETRY and LOWER_CONCURRENCY (the first one counts), seconds for BACK_OFF
///   and LATER, else 0
/// @param known false when the table does not have the code: somebody has to look
public record Verdict(
    Platform platform,
    Where where,
    String code,
    About about,
    Action action,
    int amount,
    String zh,
    String en,
    String source,
    LocalDate asOf,
    boolean known) {

  /// What was asked for.
  public enum Where {
    /// A token.
    TOKEN,
    /// Anything else.
    CALL
  }

  /// How long until it makes sense to ask again; -1 when that is of no use.
  public int laterSeconds() {
    return switch (action) {
      case RETRY, REFRESH, LOWER_CONCURRENCY -> 1;
      case BACK_OFF, LATER -> amount;
      case STOP_CHANNEL -> 30;
      case SKIP, DROP_RELATION, REASSIGN, NEVER, HUMAN, OTHER_CHANNEL -> -1;
    };
  }
}
