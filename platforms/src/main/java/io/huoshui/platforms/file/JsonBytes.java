package io.huoshui.platforms.file;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;

/// Writes JSON straight into bytes: an import writes hundreds of megabytes of it.
final class JsonBytes {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private byte[] bytes;
  private int length;
  private long cachedDay = Long.MIN_VALUE;
  private final byte[] cachedDate = new byte[10];

  JsonBytes(int capacity) {
    bytes = new byte[capacity];
  }

  byte[] bytes() {
    return bytes;
  }

  int length() {
    return length;
  }

  void clear() {
    length = 0;
  }

  private void room(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
    }
  }

  /// Text that needs no escaping: punctuation and constants.
  JsonBytes plain(byte[] ascii) {
    room(ascii.length);
    System.arraycopy(ascii, 0, bytes, length, ascii.length);
    length += ascii.length;
    return this;
  }

  JsonBytes plain(char ascii) {
    room(1);
    bytes[length++] = (byte) ascii;
    return this;
  }

  JsonBytes append(JsonBytes other) {
    room(other.length);
    System.arraycopy(other.bytes, 0, bytes, length, other.length);
    length += other.length;
    return this;
  }

  JsonBytes number(long value) {
    return plain(Long.toString(value).getBytes(StandardCharsets.US_ASCII));
  }

  JsonBytes text(String text) {
    int chars = text.length();
    // A char becomes at most six bytes (\\u0001).
    room(chars * 6 + 2);
    byte[] out = bytes;
    int at = length;
    out[at++] = '"';
    for (int i = 0; i < chars; i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        if (c == '"' || c == '\\') {
          out[at++] = '\\';
          out[at++] = (byte) c;
        } else if (c >= ' ') {
          out[at++] = (byte) c;
        } else {
          out[at++] = '\\';
          out[at++] = 'u';
          out[at++] = '0';
          out[at++] = '0';
          out[at++] = HEX[c >> 4];
          out[at++] = HEX[c & 15];
        }
      } else if (c < 0x800) {
        out[at++] = (byte) (0xC0 | (c >> 6));
        out[at++] = (byte) (0x80 | (c & 0x3F));
      } else if (Character.isSurrogate(c)) {
        int code = i + 1 < chars ? text.codePointAt(i) : c;
        if (Character.isSupplementaryCodePoint(code)) {
          out[at++] = (byte) (0xF0 | (code >> 18));
          out[at++] = (byte) (0x80 | ((code >> 12) & 0x3F));
          out[at++] = (byte) (0x80 | ((code >> 6) & 0x3F));
          out[at++] = (byte) (0x80 | (code & 0x3F));
          i++;
        } else {
          out[at++] = '?';
        }
      } else {
        out[at++] = (byte) (0xE0 | (c >> 12));
        out[at++] = (byte) (0x80 | ((c >> 6) & 0x3F));
        out[at++] = (byte) (0x80 | (c & 0x3F));
      }
    }
    out[at++] = '"';
    length = at;
    return this;
  }

  /// RFC 3339 in UTC, with milliseconds only when there are some: `2010-12-01T08:26:00Z`.
  JsonBytes time(long epochMs) {
    long day = Math.floorDiv(epochMs, 86_400_000L);
    int ms = (int) Math.floorMod(epochMs, 86_400_000L);
    if (day != cachedDay) {
      byte[] date = LocalDate.ofEpochDay(day).toString().getBytes(StandardCharsets.US_ASCII);
      if (date.length != 10) {
        // Beyond the year 9999; the server refuses it with its own words.
        return text(Instant.ofEpochMilli(epochMs).toString());
      }
      System.arraycopy(date, 0, cachedDate, 0, 10);
      cachedDay = day;
    }
    room(26);
    plain('"');
    plain(cachedDate);
    plain('T');
    two(ms / 3_600_000);
    plain(':');
    two(ms / 60_000 % 60);
    plain(':');
    two(ms / 1_000 % 60);
    int rest = ms % 1_000;
    if (rest != 0) {
      plain('.');
      plain((char) ('0' + rest / 100));
      two(rest % 100);
    }
    plain('Z');
    return plain('"');
  }

  private void two(int number) {
    plain((char) ('0' + number / 10));
    plain((char) ('0' + number % 10));
  }

  String string(int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }
}
