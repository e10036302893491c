package io.huoshui.acquisition;

import java.util.Locale;

/// What a code at the platform carries as its `state`, and the platform says again when somebody
/// comes: `card-milk`, `card-milk.a` for a variant, `card-milk.a~2z` for one of a pool.
///
/// @param variant empty for none
/// @param slot which of the pool; 0 for the code itself
public record LiveState(String code, String variant, int slot) {
  /// What a `state` may have (path/92228, 2025-11).
  public static final int MOST = 30;

  /// The slot of the code that names several members: whoever comes by it has no place of a page.
  public static final int DIRECT = 46_655;

  /// The slot of a customer-acquisition link.
  public static final int LINK = 46_654;

  public String write() {
    return code
        + (variant.isEmpty() ? "" : "." + variant)
        + (slot == 0 ? "" : "~" + Integer.toString(slot, 36));
  }

  /// A state of anybody else's making is a code of that name.
  public static LiveState of(String state) {
    int tilde = state.lastIndexOf('~');
    int slot = 0;
    String rest = state;
    if (tilde > 0 && state.substring(tilde + 1).matches("[0-9a-z]{1,4}")) {
      slot = Integer.parseInt(state.substring(tilde + 1).toLowerCase(Locale.ROOT), 36);
      rest = state.substring(0, tilde);
    }
    int dot = rest.indexOf('.');
    return dot > 0 && dot < rest.length() - 1
        ? new LiveState(rest.substring(0, dot), rest.substring(dot + 1), slot)
        : new LiveState(rest, "", slot);
  }
}
