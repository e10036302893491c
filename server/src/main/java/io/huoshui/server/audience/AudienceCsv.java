package io.huoshui.server.audience;

import io.huoshui.engine.Questions;
import io.huoshui.event.Identifier;
import java.io.PrintWriter;
import org.roaringbitmap.RoaringBitmap;

/// Members of an audience as CSV (RFC 4180).
final class AudienceCsv {
  private AudienceCsv() {}

  /// One line per identifier. Who was erased, or has none, is a customer and nothing else.
  static void write(Questions.Line line, boolean reveal, PrintWriter out) {
    boolean any = false;
    for (Identifier identifier : line.identifiers()) {
      if (!identifier.erased()) {
        any = true;
        row(
            out,
            "p" + line.profile(),
            identifier.kind().wire(),
            identifier.scope(),
            reveal ? identifier.value() : identifier.masked());
      }
    }
    if (!any) {
      row(out, "p" + line.profile(), "", "", "");
    }
  }

  private static void row(PrintWriter out, String... cells) {
    for (int i = 0; i < cells.length; i++) {
      out.print((i == 0 ? "" : ",") + cell(cells[i]));
    }
    out.print("\r\n");
  }

  /// What a table would take for a formula begins with a quote mark that keeps it a text.
  private static String cell(String text) {
    String safe = text.matches("(?s)[=@\\t\\r].*|[-+](?!\\d+(\\*+\\d+)?$).*") ? "'" + text : text;
    return safe.matches("(?s).*[\",\r\n].*") ? "\"" + safe.replace("\"", "\"\"") + "\"" : safe;
  }

  /// The member so many after another, by the name it was frozen under: a merge since may have
  /// given it another.
  static int last(RoaringBitmap members, int after, int count) {
    return members.select((int) (after < 0 ? 0 : members.rankLong(after)) + count - 1);
  }
}
