package io.huoshui.platforms.feed;

import io.huoshui.json.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// A shop that can be asked which orders changed in a window of time.
public interface OrderSource {
  /// @param records as the platform gave them
  /// @param next the cursor of the next page; empty after the last
  record Page(List<Json> records, String next) {
    public Page {
      records = List.copyOf(records);
    }
  }

  /// The longest window that may be asked for at once.
  Duration window();

  /// The orders changed in a window, a page at a time.
  ///
  /// Pages are asked for from the last to the first: an order that changes meanwhile leaves the
  /// window, those behind it move up, and going backwards misses none of them.
  ///
  /// @param cursor empty at first, then [Page#next]
  /// @throws SourceException when the platform refuses or does not answer
  Page pull(Instant from, Instant to, String cursor);

  /// One order; empty when the platform does not know it.
  ///
  /// @throws SourceException as above
  List<Json> find(String order);
}
