package io.huoshui.platforms.file;

import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A list of people by their identifiers: CSV or a sheet whose columns say of which kind they are
/// (`phone`, `手机号`, `openid@APP`), or one column without a header of a kind that is given. What an
/// audience is exported as can be read, too. Columns of other names are left alone.
///
/// UTF-8, or GB18030 where it is no UTF-8, as Chinese spreadsheets write; gzip or plain.
public final class IdentifierFile implements AutoCloseable {
  private static final Pattern CUSTOMER = Pattern.compile("p(\\d{1,9})");

  /// What columns are called besides the kinds' own names.
  private static final Map<String, IdentifierKind> CALLED =
      Map.ofEntries(
          Map.entry("mobile", IdentifierKind.PHONE),
          Map.entry("手机", IdentifierKind.PHONE),
          Map.entry("手机号", IdentifierKind.PHONE),
          Map.entry("手机号码", IdentifierKind.PHONE),
          Map.entry("电话", IdentifierKind.PHONE),
          Map.entry("会员号", IdentifierKind.MEMBER_NUMBER),
          Map.entry("会员编号", IdentifierKind.MEMBER_NUMBER),
          Map.entry("member_number", IdentifierKind.MEMBER_NUMBER),
          Map.entry("external_userid", IdentifierKind.EXTERNAL_USERID),
          Map.entry("邮箱", IdentifierKind.EMAIL),
          Map.entry("买家id", IdentifierKind.BUYER_ID),
          Map.entry("客户编号", IdentifierKind.CUSTOMER_ID));

  /// One line of the list.
  public sealed interface Line {
    /// From 1, the header counted.
    long line();

    /// @param profile a customer's name, or -1
    /// @param identifiers that the line names somebody by
    record Named(long line, int profile, List<Identifier> identifiers) implements Line {}

    /// Nothing stands in the columns that are read.
    record Empty(long line) implements Line {}

    /// @param column its name; empty when the whole line can not be read
    /// @param value as it stands there
    record Bad(long line, String code, String column, String value, String why) implements Line {}
  }

  /// A column that is read.
  ///
  /// @param kind null for the customer's own name
  private record Known(int place, @Nullable IdentifierKind kind, String scope) {}

  private final Rows rows;
  private final List<Known> known = new ArrayList<>();
  private final List<String> ignored = new ArrayList<>();

  /// Where kind, scope and value of an identifier stand, as in an export; -1 when they do not.
  private final int kindAt;

  private final int scopeAt;
  private final int valueAt;

  private IdentifierFile(Rows rows) {
    this.rows = rows;
    List<String> names = rows.columns().stream().map(IdentifierFile::plain).toList();
    boolean exported = names.contains("kind") && names.contains("value");
    this.kindAt = exported ? names.indexOf("kind") : -1;
    this.scopeAt = exported ? names.indexOf("scope") : -1;
    this.valueAt = exported ? names.indexOf("value") : -1;
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      String before = name.contains("@") ? name.substring(0, name.indexOf('@')) : name;
      String scope =
          name.contains("@")
              ? rows.columns()
                  .get(i)
                  .strip()
                  .substring(rows.columns().get(i).strip().indexOf('@') + 1)
              : "";
      if (i == kindAt || i == scopeAt || i == valueAt) {
        continue;
      }
      IdentifierKind kind = kind(before);
      if (before.equals("customer") || before.equals("客户")) {
        known.add(new Known(i, null, ""));
      } else if (kind != null && kind.scoped() == !scope.isEmpty()) {
        known.add(new Known(i, kind, scope));
      } else {
        ignored.add(rows.columns().get(i));
      }
    }
  }

  private static String plain(String column) {
    return column.strip().toLowerCase(Locale.ROOT);
  }

  private static @Nullable IdentifierKind kind(String name) {
    for (IdentifierKind kind : IdentifierKind.values()) {
      if (kind.wire().toLowerCase(Locale.ROOT).equals(name)) {
        return kind;
      }
    }
    return CALLED.get(name);
  }

  /// @param fileName what it was called, which says whether it is a sheet
  /// @param kind what a list without a header holds, `phone` or `openid@APP`; empty when there is a
  ///   header
  /// @throws ImportException when no column is known, or the file can not be read
  public static IdentifierFile open(Path file, String fileName, String kind) {
    try {
      IdentifierFile found = new IdentifierFile(rows(file, fileName, List.of()));
      if (found.reads()) {
        return found;
      }
      List<String> columns = found.rows.columns();
      found.close();
      if (!kind.isEmpty() && columns.size() == 1) {
        IdentifierFile plain = new IdentifierFile(rows(file, fileName, List.of(kind)));
        if (plain.reads()) {
          return plain;
        }
        plain.close();
        throw new ImportException(
            "people.unknown_kind",
            ImportException.Kind.USER,
            "'" + kind + "' is no kind of identifier",
            "Kinds: " + kinds() + ".");
      }
      throw new ImportException(
          "people.no_column",
          ImportException.Kind.USER,
          "No column of " + fileName + " is known: it has " + String.join(", ", columns),
          "Name a column after what it holds ("
              + kinds()
              + ", customer), or say of which kind the"
              + " one column is.");
    } catch (IOException e) {
      throw InputFile.unreadable(file, e);
    }
  }

  /// The kinds a column may be of, as they are written.
  public static String kinds() {
    var kinds = new ArrayList<String>();
    for (IdentifierKind kind : IdentifierKind.values()) {
      kinds.add(kind.scoped() ? kind.wire() + "@SCOPE" : kind.wire());
    }
    return String.join(", ", kinds);
  }

  private boolean reads() {
    return !known.isEmpty() || valueAt >= 0;
  }

  /// The rows of a file by its ending; text in UTF-8 or GB18030, whichever it is.
  static Rows rows(Path file, String fileName, List<String> header) throws IOException {
    List<String> nulls = List.of("", "NULL", "null");
    if (fileName.toLowerCase(Locale.ROOT).endsWith(".xlsx")) {
      return new XlsxRows(file, "", header, nulls);
    }
    InputStream in = InputFile.unpacked(Files.newInputStream(file));
    try {
      return new CsvRows(
          isUtf8(file) ? in : new InputFile.Transcoded(in, Charset.forName("GB18030")),
          header,
          null,
          '"',
          nulls);
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private static boolean isUtf8(Path file) throws IOException {
    try (InputStream in =
        new BufferedInputStream(InputFile.unpacked(Files.newInputStream(file)), 1 << 16)) {
      var decoder =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT);
      var bytes = ByteBuffer.allocate(1 << 16);
      var chars = CharBuffer.allocate(1 << 16);
      for (boolean end = false; !end; ) {
        int count = in.read(bytes.array(), bytes.position(), bytes.remaining());
        end = count < 0;
        bytes.position(bytes.position() + Math.max(0, count)).flip();
        if (decoder.decode(bytes, chars, end).isError()) {
          return false;
        }
        bytes.compact();
        chars.clear();
      }
      return true;
    }
  }

  /// The columns that are not read.
  public List<String> ignored() {
    return List.copyOf(ignored);
  }

  /// The next line, or null after the last.
  public @Nullable Line next() throws IOException {
    return switch (rows.next()) {
      case null -> null;
      case Rows.Bad(long line, String code, String field, String value, String why, String _) ->
          new Line.Bad(line, code, field, value, why);
      case Rows.Good(long line, List<@Nullable String> fields) -> line(line, fields);
    };
  }

  private Line line(long line, List<@Nullable String> fields) {
    int profile = -1;
    var identifiers = new ArrayList<Identifier>();
    for (Known column : known) {
      String text = column.place() < fields.size() ? fields.get(column.place()) : null;
      if (text == null || text.isBlank()) {
        continue;
      }
      if (column.kind() == null) {
        var named = CUSTOMER.matcher(text.strip());
        if (!named.matches()) {
          return new Line.Bad(
              line,
              "bad_customer",
              rows.columns().get(column.place()),
              text,
              "a customer is called p and a number");
        }
        profile = Integer.parseInt(named.group(1));
      } else {
        try {
          identifiers.add(Identifier.of(column.kind(), column.scope(), text));
        } catch (IllegalArgumentException e) {
          return new Line.Bad(
              line,
              "bad_identifier",
              rows.columns().get(column.place()),
              text,
              String.valueOf(e.getMessage()));
        }
      }
    }
    // What an export masked is no identifier; its customer is named all the same.
    if (valueAt >= 0 && profile < 0) {
      String kind = kindAt < fields.size() ? fields.get(kindAt) : null;
      String scope = scopeAt >= 0 && scopeAt < fields.size() ? fields.get(scopeAt) : null;
      String value = valueAt < fields.size() ? fields.get(valueAt) : null;
      if (kind != null && value != null && !value.isBlank()) {
        IdentifierKind known = kind(plain(kind));
        try {
          if (known == null) {
            throw new IllegalArgumentException("no such kind; known: " + kinds());
          }
          identifiers.add(Identifier.of(known, scope == null ? "" : scope, value));
        } catch (IllegalArgumentException e) {
          return new Line.Bad(line, "bad_identifier", kind, value, String.valueOf(e.getMessage()));
        }
      }
    }
    return profile < 0 && identifiers.isEmpty()
        ? new Line.Empty(line)
        : new Line.Named(line, profile, List.copyOf(identifiers));
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
