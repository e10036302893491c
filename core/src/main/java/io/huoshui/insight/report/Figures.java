package io.huoshui.insight.report;

import io.huoshui.insight.report.Report.Cell;
import io.huoshui.insight.report.Report.Language;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;

/// Cells as they are read: the same in every form of a report that is text.
public final class Figures {
  private Figures() {}

  public static String shown(Cell cell, String currency, Language language) {
    return switch (cell) {
      case Report.Text(Report.Words words) -> words.in(language);
      case Report.Whole(long number) -> format("#,##0", BigDecimal.valueOf(number));
      case Report.Money(long fen) -> money(fen, currency);
      case Report.Share(double value) ->
          format("0.0", BigDecimal.valueOf(value).movePointRight(2)) + " %";
      case Report.Ratio(double value) -> format("#,##0.00", BigDecimal.valueOf(value));
      case Report.None(Report.Words why) -> why.in(language);
    };
  }

  /// `¥1,234.50`; other currencies by their code.
  public static String money(long fen, String currency) {
    String sign = fen < 0 ? "-" : "";
    String mark = currency.equals("CNY") ? "¥" : currency + " ";
    return sign + mark + format("#,##0.00", BigDecimal.valueOf(fen).abs().movePointLeft(2));
  }

  /// Whether a cell stands to the right, as numbers do.
  public static boolean right(Cell cell) {
    return switch (cell) {
      case Report.Whole _, Report.Money _, Report.Share _, Report.Ratio _, Report.None _ -> true;
      case Report.Text _ -> false;
    };
  }

  private static String format(String pattern, BigDecimal number) {
    var format = new DecimalFormat(pattern, DecimalFormatSymbols.getInstance(Locale.ROOT));
    format.setRoundingMode(RoundingMode.HALF_UP);
    return format.format(number);
  }
}
