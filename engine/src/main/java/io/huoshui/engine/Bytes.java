package io.huoshui.engine;

import io.huoshui.event.Value;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.roaringbitmap.RoaringBitmap;

/// A growing buffer to write to, and a cursor to read from: varints, zig-zag, length-prefixed
/// UTF-8.
public final class Bytes {
  private byte[] buffer;
  private int at;
  private int end;

  public Bytes() {
    this.buffer = new byte[256];
  }

  private Bytes(byte[] buffer, int from, int to) {
    this.buffer = buffer;
    this.at = from;
    this.end = to;
  }

  public static Bytes reading(byte[] buffer, int from, int to) {
    return new Bytes(buffer, from, to);
  }

  public int length() {
    return at;
  }

  public byte[] array() {
    return buffer;
  }

  public byte[] copy() {
    return Arrays.copyOf(buffer, at);
  }

  public void clear() {
    at = 0;
  }

  private void room(int more) {
    if (at + more > buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, at + more));
    }
  }

  public void putByte(int value) {
    room(1);
    buffer[at++] = (byte) value;
  }

  public void putWhole(long value) {
    room(10);
    while ((value & ~0x7FL) != 0) {
      buffer[at++] = (byte) (value | 0x80);
      value >>>= 7;
    }
    buffer[at++] = (byte) value;
  }

  public void putSigned(long value) {
    putWhole((value << 1) ^ (value >> 63));
  }

  public void putDouble(double value) {
    room(8);
    long bits = Double.doubleToRawLongBits(value);
    for (int i = 0; i < 8; i++) {
      buffer[at++] = (byte) (bits >>> (8 * i));
    }
  }

  public void putLong(long value) {
    room(8);
    for (int i = 0; i < 8; i++) {
      buffer[at++] = (byte) (value >>> (8 * i));
    }
  }

  public long takeLong() {
    long value = 0;
    for (int i = 0; i < 8; i++) {
      value |= (buffer[at++] & 0xFFL) << (8 * i);
    }
    return value;
  }

  /// Bytes with their length before them; [#takeBytes] reads them back.
  public void putBytes(byte[] bytes) {
    putWhole(bytes.length);
    putBytes(bytes, 0, bytes.length);
  }

  public byte[] takeBytes() {
    int length = takeInt();
    byte[] bytes = Arrays.copyOfRange(buffer, at, at + length);
    at += length;
    return bytes;
  }

  public void putBitmap(RoaringBitmap bitmap) {
    try (var bytes = new ByteArrayOutputStream();
        var data = new DataOutputStream(bytes)) {
      bitmap.serialize(data);
      putBytes(bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public RoaringBitmap takeBitmap() {
    var bitmap = new RoaringBitmap();
    try (var data = new DataInputStream(new ByteArrayInputStream(takeBytes()))) {
      bitmap.deserialize(data);
      return bitmap;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void putText(String text) {
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

  public boolean more() {
    return at < end;
  }

  public int takeByte() {
    return buffer[at++];
  }

  public long takeWhole() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = buffer[at++];
      value |= (long) (b & 0x7F) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  public int takeInt() {
    return (int) takeWhole();
  }

  public long takeSigned() {
    long value = takeWhole();
    return (value >>> 1) ^ -(value & 1);
  }

  public double takeDouble() {
    long bits = 0;
    for (int i = 0; i < 8; i++) {
      bits |= (buffer[at++] & 0xFFL) << (8 * i);
    }
    return Double.longBitsToDouble(bits);
  }

  public String takeText() {
    int length = takeInt();
    String text = new String(buffer, at, length, StandardCharsets.UTF_8);
    at += length;
    return text;
  }

  public void skip(int bytes) {
    at += bytes;
  }

  public void putBytes(byte[] bytes, int from, int count) {
    room(count);
    System.arraycopy(bytes, from, buffer, at, count);
    at += count;
  }

  /// A value with its type; [#takeValue()] reads it back.
  public void putValue(Value value) {
    switch (value) {
      case Value.Text(String text) -> {
        putByte(0);
        putText(text);
      }
      case Value.Whole(long number) -> {
        putByte(1);
        putSigned(number);
      }
      case Value.Decimal(double number) -> {
        putByte(2);
        putDouble(number);
      }
      case Value.Flag(boolean on) -> putByte(on ? 4 : 3);
      case Value.Many(List<Value> values) -> {
        putByte(5);
        putWhole(values.size());
        for (Value one : values) {
          putValue(one);
        }
      }
    }
  }

  /// @throws EngineException when there is no value here
  public Value takeValue() {
    int type = takeByte();
    return switch (type) {
      case 0 -> Value.of(takeText());
      case 1 -> Value.of(takeSigned());
      case 2 -> Value.of(takeDouble());
      case 3 -> Value.of(false);
      case 4 -> Value.of(true);
      case 5 -> {
        int count = takeInt();
        var values = new ArrayList<Value>(count);
        for (int i = 0; i < count; i++) {
          values.add(takeValue());
        }
        yield new Value.Many(values);
      }
      default ->
          throw new EngineException(EngineException.Code.LOG_DAMAGED, "No value type " + type);
    };
  }
}
