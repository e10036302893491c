package io.huoshui.dialog;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What hears meaning in words. The flow's own is [Listener]; another one may stand before it.
public interface Ear {
  /// @param expected the intents that lead somewhere now; no other may be heard
  Heard hear(String said, Set<String> expected);

  /// @param intent null when nothing was understood surely enough
  /// @param confidence how likely it is, 0 to 1; 1 where a rule decides
  /// @param by `keyword`, `pattern`, `classifier`, or who else
  /// @param guess the likeliest even where it was not sure enough; null when there is none
  record Heard(@Nullable String intent, double confidence, String by, @Nullable String guess) {
    public static final Heard NOTHING = new Heard(null, 0, "", null);
  }
}
