package io.huoshui.community;

import io.huoshui.event.Value;
import io.huoshui.profile.Timeline;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A person's stays in groups, as a fold over the timeline: `group_joined`, `group_left`, and
/// `group_source_known`, by which a platform says later how a stay began.
///
/// A second join during a stay says more about the same stay; a second leave says nothing. Whoever
/// is told to have left without ever having come was not in. Two events of one person and group in
/// the same millisecond happened in the order that gives both a meaning: who was in left first and
/// came again, who was not came first. So it does not matter in which order events arrived, nor to
/// which of two merged profiles they were told.
public final class Stays {
  private Stays() {}

  private enum What {
    JOINED,
    LEFT,
    /// How a stay that lasts began became known later.
    LEARNED
  }

  private record Told(
      long atMs, What what, String by, String liveCode, String scene, Stay.Ending ending) {}

  private static final Comparator<Told> ORDER =
      Comparator.comparing(Told::what)
          .thenComparing(Told::by)
          .thenComparing(Told::liveCode)
          .thenComparing(Told::scene)
          .thenComparing(Told::ending);

  private static @Nullable What what(String name) {
    return switch (name) {
      case "group_joined" -> What.JOINED;
      case "group_left" -> What.LEFT;
      case "group_source_known" -> What.LEARNED;
      default -> null;
    };
  }

  /// How somebody came in: our words, or WeCom's numbers (join_scene, path/92122; JoinScene of the
  /// callback, path/92130: 0 is invited there).
  private static String scene(String word) {
    return switch (word) {
      case "0", "1" -> "invited";
      case "2" -> "link";
      case "3" -> "code";
      default -> word;
    };
  }

  /// By group; of each the stays by their beginnings.
  public static SortedMap<String, List<Stay>> of(Timeline timeline) {
    var told = new TreeMap<String, List<Told>>();
    for (int i = 0; i < timeline.size(); i++) {
      What what = what(timeline.name(i));
      if (what != null) {
        String group = text(timeline, i, "group");
        if (!group.isEmpty()) {
          told.computeIfAbsent(group, _ -> new ArrayList<>())
              .add(
                  new Told(
                      timeline.timeMs(i),
                      what,
                      text(timeline, i, "by"),
                      text(timeline, i, "liveCode"),
                      scene(text(timeline, i, "scene")),
                      Stay.Ending.of(
                          text(timeline, i, "how"),
                          text(timeline, i, "scene"),
                          text(timeline, i, "reason"))));
        }
      }
    }
    var stays = new TreeMap<String, List<Stay>>();
    told.forEach((group, events) -> stays.put(group, fold(group, events)));
    stays.values().removeIf(List::isEmpty);
    return stays;
  }

  static String text(Timeline timeline, int index, String key) {
    Value value = timeline.property(index, key);
    return value == null ? "" : value.shown();
  }

  private static List<Stay> fold(String group, List<Told> events) {
    var stays = new ArrayList<Stay>();
    Open open = null;
    int at = 0;
    while (at < events.size()) {
      int end = at;
      while (end < events.size() && events.get(end).atMs() == events.get(at).atMs()) {
        end++;
      }
      // What is told of one instant is told in an order of its content.
      List<Told> same = events.subList(at, end).stream().sorted(ORDER).toList();
      boolean in = open != null;
      if (in) {
        open = leave(group, open, same, stays);
        open = join(open, same);
      } else {
        open = join(open, same);
        open = leave(group, open, same, stays);
      }
      at = end;
    }
    if (open != null) {
      stays.add(open.stay(group, null, null));
    }
    return stays;
  }

  private static @Nullable Open join(@Nullable Open open, List<Told> same) {
    Open now = open;
    for (Told told : same) {
      if (told.what() == What.JOINED) {
        now = now == null ? new Open(told.atMs()) : now;
        now.learn(told);
      }
    }
    for (Told told : same) {
      if (told.what() == What.LEARNED && now != null) {
        now.learn(told);
      }
    }
    return now;
  }

  private static @Nullable Open leave(
      String group, @Nullable Open open, List<Told> same, List<Stay> stays) {
    if (open == null) {
      return null;
    }
    // Of several words for one end the one that says most counts.
    Stay.Ending ending = null;
    for (Told told : same) {
      if (told.what() == What.LEFT) {
        Stay.Ending each = told.ending();
        ending = ending == null || weight(each) > weight(ending) ? each : ending;
      }
    }
    if (ending == null) {
      return open;
    }
    stays.add(open.stay(group, Instant.ofEpochMilli(same.getFirst().atMs()), ending));
    return null;
  }

  private static int weight(Stay.Ending ending) {
    return switch (ending) {
      case FOUND_GONE -> 0;
      case LEFT -> 1;
      case REMOVED -> 2;
      case DISSOLVED -> 3;
    };
  }

  /// A stay that is not over, and what is known of its beginning.
  private static final class Open {
    private final long fromMs;
    private final LinkedHashMap<String, String> known = new LinkedHashMap<>();

    Open(long fromMs) {
      this.fromMs = fromMs;
    }

    /// The first word counts.
    void learn(Told told) {
      learn("by", told.by());
      learn("liveCode", told.liveCode());
      learn("scene", told.scene());
    }

    private void learn(String key, String word) {
      if (!word.isEmpty()) {
        known.putIfAbsent(key, word);
      }
    }

    Stay stay(String group, @Nullable Instant to, Stay.@Nullable Ending ending) {
      return new Stay(
          group,
          Instant.ofEpochMilli(fromMs),
          to,
          known.getOrDefault("by", ""),
          known.getOrDefault("liveCode", ""),
          known.getOrDefault("scene", ""),
          ending);
    }
  }
}
