package io.huoshui.platforms.sms;

import java.util.Map;

/// What an SMS vendor says about the signatures or templates of an account; asking costs nothing
/// and proves the key.
public sealed interface Approved {
  /// By name or number, whether it is approved.
  record Listed(Map<String, Boolean> all) implements Approved {
    public Listed {
      all = Map.copyOf(all);
    }
  }

  /// The vendor knows the key and does not list them.
  record NotListed() implements Approved {}

  /// The vendor said no.
  record Refused(String code, String message) implements Approved {}

  /// Nobody answered.
  record Silent(String why) implements Approved {}
}
