package io.huoshui.journey;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The steps that somebody took, one character each: the step's place in its version. So people who
/// went the same way share one short text.
public final class Path {
  /// Of a longer way the beginning is left out; loops would make it grow for ever.
  public static final int LONGEST = 256;

  private static final char FIRST = '0';

  /// Most ways begin with one of the first steps, and many end there: all share these texts.
  private static final String[] SHORT = new String[64];

  static {
    for (int place = 0; place < SHORT.length; place++) {
      SHORT[place] = String.valueOf((char) (FIRST + place));
    }
  }

  private Path() {}

  static String with(String path, int place) {
    if (path.isEmpty() && place >= 0 && place < SHORT.length) {
      return SHORT[place];
    }
    String way = path.length() < LONGEST ? path : path.substring(path.length() - LONGEST + 1);
    return way + (char) (FIRST + place);
  }

  /// The ids of the steps, in the order in which they were taken. Of a path that was written under
  /// another version a place that is not there any more is left out.
  public static List<String> steps(Journey journey, String path) {
    var ids = new ArrayList<String>(path.length());
    for (int i = 0; i < path.length(); i++) {
      int place = path.charAt(i) - FIRST;
      if (place >= 0 && place < journey.steps().size()) {
        ids.add(journey.steps().get(place).id());
      }
    }
    return ids;
  }

  /// The same way told by another version's places, up to the wait that takes the place of the last
  /// step; steps that the version does not have are left out.
  ///
  /// @param named by the id of a step, the one that takes its place
  static String retold(
      String path, Journey from, Journey to, Map<String, String> named, String last) {
    var way = new StringBuilder(path.length());
    List<String> steps = steps(from, path);
    for (int i = 0; i < steps.size() - 1; i++) {
      int place = to.placeOf(named.getOrDefault(steps.get(i), steps.get(i)));
      if (place >= 0) {
        way.append((char) (FIRST + place));
      }
    }
    return with(way.toString(), to.placeOf(last));
  }
}
