package io.huoshui.event;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// What somebody probably meant who wrote a name that nothing has.
public final class Near {
  private static final int MOST = 3;

  private Near() {}

  /// The names most like one, best first, at most three; names of one distance in their order.
  public static List<String> to(String name, Collection<String> known) {
    return known.stream()
        .distinct()
        .sorted(Comparator.<String>comparingInt(each -> distance(each, name)).thenComparing(k -> k))
        .limit(MOST)
        .toList();
  }

  /// The same without those that are other words altogether: more than a third of the letters, and
  /// one, would have to change.
  public static List<String> misspelt(String name, Collection<String> known) {
    return to(
        name,
        known.stream().filter(each -> distance(each, name) <= 1 + name.length() / 3).toList());
  }

  /// Levenshtein distance.
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replaced, Math.min(above, row[j - 1]) + 1);
        diagonal = above;
      }
    }
    return row[b.length()];
  }
}
