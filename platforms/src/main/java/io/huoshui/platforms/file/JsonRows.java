package io.huoshui.platforms.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The objects of a JSON array, of lines (NDJSON), or just one after the other; each as its text.
///
/// Lines are told apart by their ends, so a broken one harms only itself. In an array the braces
/// are counted: an object broken inside is refused alone, one that is never closed takes what
/// follows with it. Whether an object is valid is checked later, in bulk.
final class JsonRows implements Rows {
  /// What an event may carry is flat; this is far beyond, and far below what hurts a parser.
  private static final int DEEPEST = 100;

  private static final List<String> COLUMNS = List.of("_raw");

  private final InputStream in;
  private final ByteWindow window;
  private final boolean lines;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);
  private int at;
  private long line = 1;

  /// @param in UTF-8; closed with the rows
  JsonRows(InputStream in) throws IOException {
    this.in = in;
    this.window = new ByteWindow(in);
    this.lines = lines();
  }

  @Override
  public List<String> columns() {
    return COLUMNS;
  }

  /// The next byte, 0 to 255, or -1 after the last.
  private int peek() throws IOException {
    while (at >= window.limit()) {
      int moved = window.more(at);
      if (moved < 0) {
        return -1;
      }
      at -= moved;
    }
    return window.bytes()[at] & 0xFF;
  }

  /// Lines, unless the text begins with `[` or its first line does not close what it opens.
  private boolean lines() throws IOException {
    while (window.limit() < 4_096 && window.more(0) >= 0) {}
    int i = 0;
    byte[] bytes = window.bytes();
    if (window.limit() >= 3 && (bytes[0] & 0xFF) == 0xEF && (bytes[1] & 0xFF) == 0xBB) {
      at = 3;
      i = 3;
    }
    while (i < window.limit() && bytes[i] <= ' ') {
      i++;
    }
    if (i == window.limit() || bytes[i] == '[') {
      return false;
    }
    int depth = 0;
    boolean text = false;
    for (; i < window.limit() && bytes[i] != '\n'; i++) {
      byte b = bytes[i];
      if (text) {
        if (b == '\\') {
          i++;
        } else if (b == '"') {
          text = false;
        }
      } else if (b == '"') {
        text = true;
      } else if (b == '{') {
        depth++;
      } else if (b == '}') {
        depth--;
      }
    }
    return depth == 0 || i == window.limit();
  }

  @Override
  public @Nullable Item next() throws IOException {
    return lines ? nextLine() : nextObject();
  }

  private @Nullable Item nextLine() throws IOException {
    while (true) {
      var text = new Text(line);
      int b;
      while ((b = peek()) >= 0) {
        at++;
        if (b == '\n') {
          break;
        }
        text.add((byte) b);
      }
      line++;
      if (!text.blank()) {
        return text.item();
      }
      if (b != '\n') {
        return null;
      }
    }
  }

  private @Nullable Item nextObject() throws IOException {
    int b;
    while ((b = peek()) >= 0 && b != '{') {
      if (b > ' ' && b != ',' && b != '[' && b != ']') {
        return stray();
      }
      if (b == '\n') {
        line++;
      }
      at++;
    }
    if (b < 0) {
      return null;
    }
    var text = new Text(line);
    int depth = 0;
    boolean quoted = false;
    boolean escape = false;
    while ((b = peek()) >= 0) {
      at++;
      text.add((byte) b);
      if (b == '\n') {
        line++;
      }
      if (quoted) {
        if (escape) {
          escape = false;
        } else if (b == '\\') {
          escape = true;
        } else if (b == '"') {
          quoted = false;
        }
      } else if (b == '"') {
        quoted = true;
      } else if (b == '{') {
        depth++;
      } else if (b == '}' && --depth == 0) {
        return text.item();
      }
    }
    return text.bad("malformed_json", "an object that begins here is never closed");
  }

  /// Something between objects that is none: refused up to the line's end or the next object.
  private Item stray() throws IOException {
    var text = new Text(line);
    int b;
    while ((b = peek()) >= 0 && b != '{' && b != '\n') {
      text.add((byte) b);
      at++;
    }
    return text.bad("malformed_json", "an object {…} is expected here");
  }

  /// One item as it is read.
  private final class Text {
    private final long begin;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    private long length;
    private int depth;
    private int deepest;
    private boolean quoted;
    private boolean escape;

    Text(long begin) {
      this.begin = begin;
    }

    void add(byte b) {
      if (length++ <= LONGEST_FIELD_BYTES) {
        bytes.write(b);
      }
      if (quoted) {
        if (escape) {
          escape = false;
        } else if (b == '\\') {
          escape = true;
        } else if (b == '"') {
          quoted = false;
        }
      } else if (b == '"') {
        quoted = true;
      } else if (b == '{' || b == '[') {
        deepest = Math.max(deepest, ++depth);
      } else if (b == '}' || b == ']') {
        depth--;
      }
    }

    boolean blank() {
      return bytes.toString(StandardCharsets.ISO_8859_1).isBlank();
    }

    Item item() {
      if (length > LONGEST_FIELD_BYTES) {
        return bad("text_too_long", "an item of more than " + LONGEST_FIELD_BYTES + " bytes");
      }
      if (deepest > DEEPEST) {
        return bad("too_deep", "nested " + deepest + " deep, at most " + DEEPEST);
      }
      try {
        String text = decoder.decode(ByteBuffer.wrap(bytes.toByteArray())).toString().strip();
        return new Good(begin, List.of(text));
      } catch (CharacterCodingException _) {
        return bad("invalid_utf8", "bytes that are not UTF-8 (another encoding?)");
      }
    }

    Bad bad(String code, String why) {
      return new Bad(
          begin,
          code,
          "",
          "",
          why,
          Rows.shown(bytes.toString(StandardCharsets.UTF_8).stripTrailing()));
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
