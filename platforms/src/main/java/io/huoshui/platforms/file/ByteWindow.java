package io.huoshui.platforms.file;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/// A growing window over a stream. What lies before `keepFrom` may be forgotten, the rest can be
/// read again.
final class ByteWindow {
  private final InputStream in;
  private byte[] bytes = new byte[1 << 18];
  private int limit;
  private boolean ended;

  ByteWindow(InputStream in) {
    this.in = in;
  }

  byte[] bytes() {
    return bytes;
  }

  int limit() {
    return limit;
  }

  /// Reads more.
  ///
  /// @return by how much every position moved down, or -1 at the end of the stream
  int more(int keepFrom) throws IOException {
    if (ended) {
      return -1;
    }
    int moved = 0;
    if (limit == bytes.length) {
      if (keepFrom > 0) {
        System.arraycopy(bytes, keepFrom, bytes, 0, limit - keepFrom);
        limit -= keepFrom;
        moved = keepFrom;
      } else {
        bytes = Arrays.copyOf(bytes, bytes.length * 2);
      }
    }
    int count = in.read(bytes, limit, bytes.length - limit);
    if (count < 0) {
      ended = true;
      return -1;
    }
    limit += count;
    return moved;
  }
}
