package io.huoshui.engine;

import io.huoshui.engine.columns.SheetLoops;
import io.huoshui.engine.columns.Sweep;
import io.huoshui.insight.sheet.By;
import io.huoshui.insight.sheet.Finder;
import io.huoshui.insight.sheet.FirstLook;
import io.huoshui.insight.sheet.Glance;
import io.huoshui.insight.sheet.Grouped;
import io.huoshui.insight.sheet.Question;
import io.huoshui.insight.sheet.Scene;
import io.huoshui.insight.sheet.Sheet;
import io.huoshui.insight.sheet.Tally;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// Asks core's sheets of everybody, as of one instant, and says who is in a cell, or behind a
/// metric.
public final class Sheets {
  /// What such a question begins with among those under way.
  public static final String QUESTION = "sheet: ";

  /// Groups that are shown side by side; the others are put together.
  public static final int MOST_GROUPS = 20;

  private final Picture picture;

  /// Per ordinal the name of the profile, -1 where there is none now.
  private final int[] names;

  private final long record;

  /// The state must not change meanwhile.
  Sheets(State at) {
    this.picture = new Picture(at);
    this.names = at.names();
    this.record = at.version();
  }

  /// @param by what people are told apart by
  /// @param who names of profiles that are asked; null for everybody
  /// @param groups of people that are asked one after the other, by their names; empty for one
  ///   sheet
  public record Asked(
      Question question, By by, @Nullable RoaringBitmap who, Map<String, RoaringBitmap> groups) {
    public Asked {
      groups = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(groups));
    }

    @Override
    public String toString() {
      return QUESTION + question.kind();
    }
  }

  /// @param group empty where nobody is told apart
  /// @param people asked in it
  public record Part(String group, long people, Sheet sheet) {}

  /// @param record of the log: the same record, the same answer
  public record Answer(List<Part> parts, Instant at, long record) {
    public Answer {
      parts = List.copyOf(parts);
    }
  }

  private Scene scene() {
    return new Scene(picture.now(), picture.zone());
  }

  private @Nullable IntPredicate whom(@Nullable RoaringBitmap one, @Nullable RoaringBitmap other) {
    if (one == null && other == null) {
      return null;
    }
    RoaringBitmap both =
        one == null || other == null ? (one == null ? other : one) : RoaringBitmap.and(one, other);
    if (both == null) {
      return null;
    }
    return ordinal ->
        ordinal < names.length && names[ordinal] >= 0 && both.contains(names[ordinal]);
  }

  private Glance look(Asked asked, Consumer<Sweep> watch) {
    Question question = asked.question();
    var nobody = new Glance(question, asked.by(), scene());
    if (!question.looksTwice() && asked.by() instanceof By.Nothing) {
      return nobody;
    }
    Glance glance =
        picture.count(
            watch,
            () -> new Glance(question, asked.by(), scene()),
            () -> SheetLoops.first(question, asked.by(), scene()),
            whom(asked.who(), null));
    glance.look().settle();
    return glance;
  }

  private static FirstLook first(Asked asked, Glance glance) {
    return asked.question().looksTwice() ? glance.look() : FirstLook.NOTHING;
  }

  Answer answer(Asked asked, Consumer<Sweep> watch) {
    Glance glance = look(asked, watch);
    FirstLook first = first(asked, glance);
    List<String> kept = glance.groups(MOST_GROUPS);
    var parts = new ArrayList<Part>();
    if (asked.groups().isEmpty()) {
      add(count(asked, kept, first, whom(asked.who(), null), watch), asked, "", parts);
    } else {
      asked
          .groups()
          .forEach(
              (name, people) ->
                  add(
                      count(asked, kept, first, whom(asked.who(), people), watch),
                      asked,
                      name,
                      parts));
    }
    return new Answer(parts, picture.now(), record);
  }

  private Grouped count(
      Asked asked,
      List<String> kept,
      FirstLook first,
      @Nullable IntPredicate whom,
      Consumer<Sweep> watch) {
    Question question = asked.question();
    return picture.count(
        watch,
        () -> new Grouped(question, asked.by(), kept, first, scene()),
        () -> SheetLoops.of(question, asked.by(), first, scene()),
        whom);
  }

  private void add(Grouped counted, Asked asked, String group, List<Part> parts) {
    counted
        .tallies()
        .forEach(
            (value, tally) -> {
              if (tally.people() > 0 || counted.tallies().size() == 1) {
                parts.add(part(joined(group, value), asked, tally));
              }
            });
  }

  private Part part(String name, Asked asked, Tally tally) {
    return new Part(name, tally.people(), asked.question().sheet(tally, scene()));
  }

  /// How a part is called whose people are of a group and have a value.
  private static String joined(String group, String value) {
    return group.isEmpty() ? value : value.isEmpty() ? group : group + " · " + value;
  }

  /// @param part as [Part#group] calls it
  /// @return the names of the profiles in a cell
  RoaringBitmap open(Asked asked, String part, String row, String column, Consumer<Sweep> watch) {
    Glance glance = look(asked, watch);
    FirstLook first = first(asked, glance);
    List<String> kept = glance.groups(MOST_GROUPS);
    var groups = new LinkedHashMap<String, @Nullable RoaringBitmap>(asked.groups());
    if (groups.isEmpty()) {
      groups.put("", null);
    }
    var found = new RoaringBitmap();
    groups.forEach(
        (group, people) -> {
          IntPredicate whom = whom(asked.who(), people);
          var ofThreads = new ConcurrentLinkedQueue<RoaringBitmap>();
          picture.each(
              watch,
              whom == null ? ordinal -> ordinal < names.length && names[ordinal] >= 0 : whom,
              () -> {
                var finder = new Finder(asked.question(), first, scene(), row, column);
                var mine = new RoaringBitmap();
                ofThreads.add(mine);
                return (ordinal, view) -> {
                  String value = asked.by().of(view);
                  String shown =
                      asked.by() instanceof By.Nothing || kept.contains(value)
                          ? value
                          : Grouped.OTHERS;
                  if (joined(group, shown).equals(part) && finder.has(view)) {
                    mine.add(names[ordinal]);
                  }
                };
              });
          ofThreads.forEach(found::or);
        });
    return found;
  }
}
