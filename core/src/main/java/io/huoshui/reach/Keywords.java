package io.huoshui.reach;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The text of a template or subscribe message: a line for each keyword of the platform's template,
/// `thing1: milk`. A line `page: path` says where a tap leads.
public record Keywords(SortedMap<String, String> values, String page) {
  private static final Pattern LINE = Pattern.compile("([A-Za-z_][A-Za-z0-9_.]*)\\s*[::]\\s*(.*)");
  private static final String PAGE = "page";

  public Keywords {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /// Lines that are none are left out.
  public static Keywords of(String text) {
    var values = new LinkedHashMap<String, String>();
    String page = "";
    for (String line : text.split("\n", -1)) {
      Matcher matcher = LINE.matcher(line.strip());
      if (matcher.matches()) {
        if (matcher.group(1).equals(PAGE)) {
          page = matcher.group(2);
        } else {
          values.put(matcher.group(1), matcher.group(2));
        }
      }
    }
    return new Keywords(new TreeMap<>(values), page);
  }

  public boolean isEmpty() {
    return values.isEmpty();
  }
}
