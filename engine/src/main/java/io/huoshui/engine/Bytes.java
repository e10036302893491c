package io.huoshui.engine;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A growing buffer to write to, and a cursor to read from: varints, zig-zag, length-prefixed
/// UTF-8.
final class Bytes {
  private byte[] buffer;
  private int at;
  private int end;

  Bytes() {
    this.buffer = new byte[256];
  }

  private Bytes(byte[] buffer, int from, int to) {
    this.buffer = buffer;
    this.at = from;
    this.end = to;
  }

  static Bytes reading(byte[] buffer, int from, int to) {
    return new Bytes(buffer, from, to);
  }

  int length() {
    return at;
  }

  byte[] array() {
    return buffer;
  }

  byte[] copy() {
    return Arrays.copyOf(buffer, at);
  }

  void clear() {
    at = 0;
  }

  private void room(int more) {
    if (at + more > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, at + more));
    }
  }

  void putByte(int value) {
    room(1);
    buffer[at++] = (byte) value;
  }

  void putWhole(long value) {
    room(10);
    while ((value & ~0x7FL) != 0) {
      buffer[at++] = (byte) (value | 0x80);
      value >>>= 7;
    }
    buffer[at++] = (byte) value;
  }

  void putSigned(long value) {
    putWhole((value << 1) ^ (value >> 63));
  }

  void putDouble(double value) {
    room(8);
    long bits = Double.doubleToRawLongBits(value);
    for (int i = 0; i < 8; i++) {
      buffer[at++] = (byte) (bits >>> (8 * i));
    }
  }

  void putText(String text) {
    int length = text.length();
    room(length * 3 + 5);
    boolean ascii = true;
    for (int i = 0; i < length && ascii; i++) {
      ascii = text.charAt(i) < 0x80;
    }
    if (ascii) {
      putWhole(length);
      for (int i = 0; i < length; i++) {
        buffer[at++] = (byte) text.charAt(i);
      }
    } else {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      putWhole(utf8.length);
      room(utf8.length);
      System.arraycopy(utf8, 0, buffer, at, utf8.length);
      at += utf8.length;
    }
  }

  boolean more() {
    return at < end;
  }

  int takeByte() {
    return buffer[at++];
  }

  long takeWhole() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = buffer[at++];
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  int takeInt() {
    return (int) takeWhole();
  }

  long takeSigned() {
    long value = takeWhole();
    return (value >>> 1) ^ -(value & 1);
  }

  double takeDouble() {
    long bits = 0;
    for (int i = 0; i < 8; i++) {
      bits |= (buffer[at++] & 0xFFL) << (8 * i);
    }
    return Double.longBitsToDouble(bits);
  }

  String takeText() {
    int length = takeInt();
    String text = new String(buffer, at, length, StandardCharsets.UTF_8);
    at += length;
    return text;
  }

  void skip(int bytes) {
    at += bytes;
  }
}
