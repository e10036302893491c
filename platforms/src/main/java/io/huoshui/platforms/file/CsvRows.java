package io.huoshui.platforms.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Delimited text, UTF-8, RFC 4180 quoting, which gets on its feet again after a broken row.
///
/// Why not DuckDB's own reader: one unclosed quote makes its sniffer take the whole line for one
/// column; with the dialect given, `ignore_errors` drops the broken row and silently the good one
/// after it, `store_rejects` gives up on the file (2.0.0, tried on 3,000 rows with one broken
/// quote). One reader for good and bad files also means one numbering of lines.
///
/// A row whose quote is not closed, or is followed by something else than a delimiter, or which
/// spans lines and then has the wrong number of fields, is refused as its first line alone; reading
/// goes on with the second.
final class CsvRows implements Rows {
  private static final byte NEWLINE = '\n';
  private static final byte RETURN = '\r';

  private final InputStream in;
  private final ByteWindow window;
  private final byte delimiter;
  private final byte quote;
  private final List<String> nulls;
  private final List<String> columns;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT);

  /// Where the row being read begins, and the line that is.
  private int start;

  private long line = 1;

  /// The fields found: begin and end, counted from the row's begin, and whether the quotes in
  /// between are doubled.
  private int[] begins = new int[16];

  private int[] ends = new int[16];
  private boolean[] escaped = new boolean[16];
  private int count;

  /// After a row was found: how far behind its begin the next one begins, and how many lines.
  private int after;

  private long newlines;

  /// What is wrong with the row found; null when nothing is.
  private @Nullable Fault fault;

  private record Fault(String code, String why) {}

  /// @param in UTF-8; closed with the rows
  /// @param header the columns when the file has no header line, else empty
  /// @param delimiter null: the likeliest of the first line
  CsvRows(
      InputStream in,
      List<String> header,
      @Nullable Character delimiter,
      char quote,
      List<String> nulls)
      throws IOException {
    this.in = in;
    this.window = new ByteWindow(in);
    this.quote = (byte) quote;
    this.nulls = nulls;
    skipMark();
    this.delimiter = delimiter == null ? likeliest() : (byte) (char) delimiter;
    this.columns = header.isEmpty() ? header() : header;
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  private void skipMark() throws IOException {
    while (window.limit() < 3 && window.more(0) >= 0) {}
    byte[] bytes = window.bytes();
    if (window.limit() >= 3
        && bytes[0] == (byte) 0xEF
        && bytes[1] == (byte) 0xBB
        && bytes[2] == (byte) 0xBF) {
      start = 3;
    }
  }

  /// The delimiter that splits the first line into most fields. Only the first line: whatever is
  /// broken further down must not change how the whole file is read.
  private byte likeliest() throws IOException {
    int[] found = new int[128];
    boolean quoted = false;
    for (int i = 0; i <= LONGEST_FIELD_BYTES && has(i); i++) {
      byte b = at(i);
      if (b == quote) {
        quoted = !quoted;
      } else if (b == NEWLINE && !quoted) {
        break;
      } else if (!quoted && b > 0) {
        found[b]++;
      }
    }
    byte best = ',';
    for (byte candidate : new byte[] {',', '\t', ';', '|'}) {
      if (found[candidate] > found[best]) {
        best = candidate;
      }
    }
    return best;
  }

  /// Whether there is a byte this far behind the row's begin; reads on when needed.
  private boolean has(int offset) throws IOException {
    while (start + offset >= window.limit()) {
      int moved = window.more(start);
      if (moved < 0) {
        return false;
      }
      start -= moved;
    }
    return true;
  }

  private byte at(int offset) {
    return window.bytes()[start + offset];
  }

  private List<String> header() throws IOException {
    if (!find()) {
      return List.of();
    }
    if (fault != null) {
      throw new ImportException(
          "import.bad_header",
          ImportException.Kind.USER,
          "The first line can not be the header: " + fault.why,
          "Correct it, or give 'header: [names]' in the map.");
    }
    var names = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      String name;
      try {
        String text = text(i);
        name = text == null ? "" : text.strip();
      } catch (CharacterCodingException e) {
        throw new ImportException(
            "import.bad_header",
            ImportException.Kind.USER,
            "The header is not UTF-8",
            "Give the file's 'encoding' in the map; exports from China are often GBK.",
            e);
      }
      String unique = name.isEmpty() ? "column" + (i + 1) : name;
      for (int n = 2; containsIgnoringCase(names, unique); n++) {
        unique = name + "_" + n;
      }
      names.add(unique);
    }
    leave();
    return List.copyOf(names);
  }

  private static boolean containsIgnoringCase(List<String> names, String name) {
    return names.stream().anyMatch(each -> each.equalsIgnoreCase(name));
  }

  @Override
  public @Nullable Item next() throws IOException {
    while (find()) {
      if (count == 1 && begins[0] == ends[0] && columns.size() > 1 && fault == null) {
        leave();
        continue;
      }
      if (fault == null && count != columns.size()) {
        fault =
            newlines > 1
                ? new Fault("broken_quote", "a quote that opens on this line is not closed on it")
                : new Fault("wrong_columns", count + " fields, the header has " + columns.size());
      }
      if (fault != null) {
        return refuse("", "");
      }
      @Nullable String[] fields = new @Nullable String[count];
      for (int i = 0; i < count; i++) {
        try {
          String text = text(i);
          fields[i] = text == null || nulls.contains(text) ? null : text;
        } catch (CharacterCodingException _) {
          fault = new Fault("invalid_utf8", "bytes that are not UTF-8 (another encoding?)");
          return refuse(columns.get(i), raw(begins[i], ends[i]));
        }
        if (fields[i] != null && fields[i].indexOf('\0') >= 0) {
          fault = new Fault("invalid_character", "a zero byte in the text");
          return refuse(columns.get(i), raw(begins[i], ends[i]).replace('\0', '␀'));
        }
      }
      var row = new Good(line, Arrays.asList(fields));
      leave();
      return row;
    }
    return null;
  }

  /// Passes over the row found.
  private void leave() {
    start += after;
    line += newlines;
  }

  /// Refuses the first line of what was found and goes to the second.
  private Bad refuse(String field, String value) throws IOException {
    Fault what = fault == null ? new Fault("broken_row", "it can not be read") : fault;
    var shown = new StringBuilder();
    int i = 0;
    while (has(i) && at(i) != NEWLINE) {
      i++;
      if (i > LONGEST_FIELD_BYTES) {
        // A very long line is let go piece by piece.
        append(shown, i);
        start += i;
        i = 0;
      }
    }
    append(shown, i);
    start += has(i) ? i + 1 : i;
    var bad =
        new Bad(
            line,
            what.code,
            field,
            Rows.shown(value),
            what.why,
            Rows.shown(shown.toString().stripTrailing()));
    line++;
    fault = null;
    return bad;
  }

  private void append(StringBuilder shown, int length) {
    if (shown.length() <= LONGEST_SHOWN) {
      shown.append(raw(0, length));
    }
  }

  private String raw(int from, int to) {
    return new String(window.bytes(), start + from, to - from, StandardCharsets.UTF_8);
  }

  /// Finds the row at `start`: its fields, where it ends, or what is wrong with it.
  ///
  /// @return false after the last row
  private boolean find() throws IOException {
    fault = null;
    count = 0;
    newlines = 0;
    if (!has(0)) {
      return false;
    }
    int i = 0;
    while (true) {
      if (has(i) && at(i) == quote) {
        i = quoted(i + 1);
      } else {
        i = plain(i);
      }
      if (fault != null) {
        return true;
      }
      if (!has(i) || at(i) == NEWLINE) {
        after = has(i) ? i + 1 : i;
        newlines++;
        return true;
      }
      i++;
    }
  }

  /// A field in quotes, from behind the opening one.
  ///
  /// @return where the delimiter or the line's end stands
  private int quoted(int begin) throws IOException {
    int i = begin;
    boolean doubled = false;
    while (true) {
      if (!has(i)) {
        fault = new Fault("broken_quote", "a quote that opens on this line is never closed");
        return i;
      }
      byte b = at(i);
      if (b == quote) {
        if (!has(i + 1) || at(i + 1) != quote) {
          break;
        }
        doubled = true;
        i++;
      } else if (b == NEWLINE) {
        newlines++;
      }
      i++;
      if (i - begin > LONGEST_FIELD_BYTES) {
        fault =
            newlines == 0
                ? tooLong()
                : new Fault(
                    "broken_quote", "a quote that opens on this line is not closed near it");
        return i;
      }
    }
    add(begin, i, doubled);
    i++;
    if (has(i) && at(i) == RETURN) {
      i++;
    }
    if (has(i) && at(i) != delimiter && at(i) != NEWLINE) {
      fault = new Fault("broken_quote", "a quote is followed by text, not by a delimiter");
    }
    return i;
  }

  /// A field without quotes; a quote further in is text, as in `5" nail`.
  private int plain(int begin) throws IOException {
    int i = begin;
    while (has(i) && at(i) != delimiter && at(i) != NEWLINE) {
      i++;
      if (i - begin > LONGEST_FIELD_BYTES) {
        fault = tooLong();
        return i;
      }
    }
    boolean lineEnds = !has(i) || at(i) == NEWLINE;
    boolean windows = lineEnds && i > begin && at(i - 1) == RETURN;
    add(begin, windows ? i - 1 : i, false);
    return i;
  }

  private static Fault tooLong() {
    return new Fault("text_too_long", "a field of more than " + LONGEST_FIELD_BYTES + " bytes");
  }

  private void add(int begin, int end, boolean doubled) {
    if (count == begins.length) {
      begins = Arrays.copyOf(begins, count * 2);
      ends = Arrays.copyOf(ends, count * 2);
      escaped = Arrays.copyOf(escaped, count * 2);
    }
    begins[count] = begin;
    ends[count] = end;
    escaped[count++] = doubled;
  }

  private @Nullable String text(int field) throws CharacterCodingException {
    int from = start + begins[field];
    int to = start + ends[field];
    if (from == to) {
      return null;
    }
    byte[] bytes = window.bytes();
    boolean ascii = true;
    for (int i = from; i < to && ascii; i++) {
      ascii = bytes[i] >= 0;
    }
    String text =
        ascii
            ? new String(bytes, from, to - from, StandardCharsets.ISO_8859_1)
            : decoder.decode(ByteBuffer.wrap(bytes, from, to - from)).toString();
    if (escaped[field]) {
      String one = String.valueOf((char) quote);
      return text.replace(one + one, one);
    }
    return text;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
