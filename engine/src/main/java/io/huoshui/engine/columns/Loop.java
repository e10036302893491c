package io.huoshui.engine.columns;

import io.huoshui.profile.Total;
import org.jspecify.annotations.Nullable;

/// A total counted over blocks: the same as adding each timeline to it. For one thread, block after
/// block.
public interface Loop<T extends Total<T>> {
  /// Adds a block's people who have events.
  ///
  /// @param skip locals left out; null for none
  /// @param into changed
  void over(Block block, long @Nullable [] skip, T into);
}
