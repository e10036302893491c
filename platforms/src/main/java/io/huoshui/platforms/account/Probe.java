package io.huoshui.platforms.account;

/// What came of a harmless call that proves what an account may do.
public sealed interface Probe {
  /// It was answered.
  ///
  /// @param count of what was asked for; 1 for a token
  record Yes(int count) implements Probe {}

  record No(Failure failure) implements Probe {
    /// The platform's code; empty when it did not answer.
    public String code() {
      return failure instanceof Failure.Answered answered ? answered.code() : "";
    }
  }
}
