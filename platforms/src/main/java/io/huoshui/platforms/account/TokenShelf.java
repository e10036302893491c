package io.huoshui.platforms.account;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Where tokens are kept for all who use the same credentials, in this process or in others.
public interface TokenShelf {
  /// A token as it is kept.
  ///
  /// @param fence counts the tokens of one owner and kind; a newer one has a higher one
  record Kept(String value, Instant expires, long fence) {
    @Override
    public String toString() {
      return "Kept[fence=" + fence + ", expires=" + expires + "]";
    }
  }

  /// A token as the platform gave it.
  record Fetched(String value, Duration life) {
    @Override
    public String toString() {
      return "Fetched[life=" + life + "]";
    }
  }

  /// Asks the platform.
  @FunctionalInterface
  interface Fetch<X extends Exception> {
    Fetched fetch() throws X;
  }

  /// The token with a fence above `above` that has not expired: the one that is kept, or a fresh
  /// one. However many ask at once, one of them fetches and the others get what it got. One that
  /// was fetched late, after another had taken over, is never kept over the newer one.
  ///
  /// @param owner whose credentials: a secret itself, to be kept as a digest at most
  /// @return empty when another one who fetches holds its turn too long
  /// @throws X what `fetch` threw
  <X extends Exception> Optional<Kept> newest(String owner, String kind, long above, Fetch<X> fetch)
      throws X;
}
