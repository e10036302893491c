package io.huoshui.server.flow;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Which clock the brand lives by.
///
/// @param virtualFrom where a virtual clock began, null for the wall clock
public record Time(@Nullable Instant virtualFrom) {
  public boolean virtual() {
    return virtualFrom != null;
  }
}
