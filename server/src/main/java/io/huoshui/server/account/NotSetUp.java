package io.huoshui.server.account;

import io.huoshui.server.access.Problem;
import org.springframework.http.HttpStatus;

/// A platform is asked for that has no account here.
public final class NotSetUp {
  /// What to do about it.
  public static final String NEXT =
      "Set its account up on the page Accounts, or with PUT /api/v1/accounts/{name}"
          + " (docs/operate/accounts.md).";

  private NotSetUp() {}

  /// @param platform as the API calls it
  public static Problem of(String platform) {
    return Problem.of(
            HttpStatus.CONFLICT, "not_set_up", "'" + platform + "' is not set up on this server.")
        .next(NEXT);
  }
}
