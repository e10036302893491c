package io.huoshui.server.callback;

import io.huoshui.reach.GroupChats;
import io.huoshui.reach.PlatformTags.Outcome;

/// Reads a group of a platform, and tells what was missing of it. Whoever keeps groups does it, for
/// the reconciliation too: a group is read in one way only, so what two find is one event.
public interface GroupReading {
  /// @param found people who were there and not known to be, or the other way round
  /// @param mended how many of them are on their timelines now and were not
  record Compared(int found, int mended) {}

  Outcome<Compared> compare(GroupChats chats, String chat);
}
