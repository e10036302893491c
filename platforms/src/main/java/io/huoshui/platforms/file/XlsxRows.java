package io.huoshui.platforms.file;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.dhatim.fastexcel.reader.Cell;
import org.dhatim.fastexcel.reader.CellType;
import org.dhatim.fastexcel.reader.ExcelReaderException;
import org.dhatim.fastexcel.reader.ReadableWorkbook;
import org.dhatim.fastexcel.reader.ReadingOptions;
import org.dhatim.fastexcel.reader.Row;
import org.dhatim.fastexcel.reader.Sheet;
import org.jspecify.annotations.Nullable;

/// The rows of one sheet. The first row that holds anything is the header. Dates come as ISO text,
/// numbers as their shortest exact text.
final class XlsxRows implements Rows {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

  private final ReadableWorkbook workbook;
  private final Stream<Row> stream;
  private final Iterator<Row> rows;
  private final List<String> columns;
  private final List<String> nulls;

  /// @param sheetName empty: the first sheet
  XlsxRows(Path file, String sheetName, List<String> header, List<String> nulls)
      throws IOException {
    this.nulls = nulls;
    try {
      workbook = new ReadableWorkbook(file.toFile(), new ReadingOptions(true, true));
    } catch (ExcelReaderException e) {
      throw broken(file, e);
    }
    Sheet sheet =
        sheetName.isEmpty()
            ? workbook.getFirstSheet()
            : workbook
                .findSheet(sheetName)
                .orElseThrow(
                    () ->
                        new ImportException(
                            "import.no_sheet",
                            ImportException.Kind.USER,
                            file + " has no sheet '" + sheetName + "'",
                            "It has: "
                                + String.join(
                                    ", ", workbook.getSheets().map(Sheet::getName).toList())
                                + "."));
    try {
      stream = sheet.openStream();
      rows = stream.iterator();
      columns = header.isEmpty() ? header() : header;
    } catch (ExcelReaderException e) {
      throw broken(file, e);
    }
  }

  private static ImportException broken(Path file, ExcelReaderException cause) {
    return new ImportException(
        "import.bad_file",
        ImportException.Kind.USER,
        file + " is no readable XLSX: " + cause.getMessage(),
        "Open it in a spreadsheet program and save it again, or export CSV.",
        cause);
  }

  private List<String> header() {
    while (rows.hasNext()) {
      Row row = rows.next();
      var names = new ArrayList<String>();
      for (int i = 0; i < row.getCellCount(); i++) {
        String text = row.getOptionalCell(i).map(XlsxRows::text).orElse("").strip();
        String unique = text.isEmpty() ? "column" + (i + 1) : text;
        for (int n = 2; names.contains(unique); n++) {
          unique = text + "_" + n;
        }
        names.add(unique);
      }
      if (row.getPhysicalCellCount() > 0) {
        return List.copyOf(names);
      }
    }
    return List.of();
  }

  @Override
  public List<String> columns() {
    return columns;
  }

  @Override
  public @Nullable Item next() {
    while (rows.hasNext()) {
      Row row = rows.next();
      @Nullable String[] fields = new @Nullable String[columns.size()];
      boolean any = false;
      Bad bad = null;
      for (int i = 0; i < fields.length; i++) {
        Cell cell = row.getOptionalCell(i).orElse(null);
        if (cell != null && cell.getType() == CellType.ERROR && bad == null) {
          String shown = String.valueOf(cell.getRawValue());
          bad =
              new Bad(
                  row.getRowNum(),
                  "bad_cell",
                  columns.get(i),
                  shown,
                  "the cell holds an error",
                  row.toString());
        }
        String text = cell == null ? null : text(cell);
        fields[i] = text == null || text.isEmpty() || nulls.contains(text) ? null : text;
        any |= fields[i] != null;
      }
      if (bad != null) {
        return bad;
      }
      if (any) {
        return new Good(row.getRowNum(), Arrays.asList(fields));
      }
    }
    return null;
  }

  private static @Nullable String text(Cell cell) {
    return switch (cell.getType()) {
      case NUMBER -> number(cell);
      case BOOLEAN -> String.valueOf(cell.asBoolean());
      case STRING -> cell.asString();
      // A formula is worth what it was worth when the file was saved.
      case FORMULA -> cell.getRawValue();
      case ERROR, EMPTY -> null;
    };
  }

  private static String number(Cell cell) {
    String format = cell.getDataFormatString();
    if (format != null && dated(format)) {
      // A sheet's time is a binary fraction of a day, right to about a millisecond.
      LocalDateTime time = cell.asDate().plusNanos(500_000_000).truncatedTo(ChronoUnit.SECONDS);
      return time.toLocalTime().equals(LocalTime.MIDNIGHT)
          ? time.toLocalDate().toString()
          : TIME.format(time);
    }
    // Sheets store binary doubles: 0.1 + 0.2 is written with 17 digits. Fifteen are what they show.
    BigDecimal number = cell.asNumber();
    BigDecimal rounded = number.precision() > 15 ? number.round(new MathContext(15)) : number;
    BigDecimal shortest = rounded.stripTrailingZeros();
    return shortest.scale() < 0 ? shortest.setScale(0).toPlainString() : shortest.toPlainString();
  }

  /// Whether a number format shows days or hours: has y, d or h outside of quotes and brackets.
  private static boolean dated(String format) {
    String bare =
        format.replaceAll("\"[^\"]*\"", "").replaceAll("\\[[^\\]]*\\]", "").replaceAll("\\\\.", "");
    return bare.toLowerCase(Locale.ROOT).matches(".*[ydh].*");
  }

  @Override
  public void close() throws IOException {
    stream.close();
    workbook.close();
  }
}
