package io.huoshui.sandbox.market;

import java.util.List;

/// An exported file: comma separated, with a mark at its begin as the back offices write it.
final class Sheet {
  private final StringBuilder text = new StringBuilder("\uFEFF");

  Sheet(List<String> columns) {
    row(columns.toArray(String[]::new));
  }

  void row(String... cells) {
    for (int i = 0; i < cells.length; i++) {
      String cell = cells[i];
      boolean quoted = cell.indexOf(',') >= 0 || cell.indexOf('"') >= 0;
      text.append(i == 0 ? "" : ",")
          .append(quoted ? "\"" + cell.replace("\"", "\"\"") + "\"" : cell);
    }
    text.append('\n');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
