package io.huoshui.platforms.callback;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who may call back under one address.
///
/// @param name as the address has it: `/callbacks/wecom/NAME`; the platform's own name for the one
///   of the secrets file
/// @param receiver the corp id or app id that messages are meant for; also the scope of the
///   identifiers in them
/// @param agents the agents of a corp that may call back here; all of them when empty
/// @param keys the one in force, and those that were replaced and still count
public record CallbackAccount(
    String name, Platform platform, String receiver, Set<String> agents, List<CallbackKey> keys) {
  /// Who calls back in which form.
  public enum Platform {
    WECOM,
    OFFICIAL_ACCOUNT,
    MINI_PROGRAM;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static @Nullable Platform ofWire(String wire) {
      for (Platform known : values()) {
        if (known.wire().equals(wire)) {
          return known;
        }
      }
      return null;
    }
  }

  public CallbackAccount {
    if (receiver.isEmpty()) {
      throw new IllegalArgumentException("Callbacks of '" + name + "' need a corp id or app id");
    }
    agents = Set.copyOf(agents);
    keys = List.copyOf(keys);
  }

  /// The keys that count at an instant.
  public List<CallbackKey> keys(Instant now) {
    return keys.stream().filter(key -> key.counts(now)).toList();
  }
}
