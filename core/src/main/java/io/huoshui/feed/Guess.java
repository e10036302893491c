package io.huoshui.feed;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the columns of an unknown file probably are: by their names first, by what stands in them
/// else. A proposal for somebody to correct, never applied by itself.
public final class Guess {
  private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
  private static final int SAMPLES = 3;

  private Guess() {}

  /// What the values of a column look like.
  public enum Look {
    EMPTY,
    PHONE,
    TIME,
    AMOUNT,
    COUNT,
    TEXT
  }

  /// @param samples the first values, phones masked
  /// @param field what it is proposed as; null when nothing fits
  public record Column(String name, Look look, List<String> samples, @Nullable Field field) {
    public Column {
      samples = List.copyOf(samples);
    }
  }

  /// Of several columns that may be one field the one with the likeliest name is it.
  ///
  /// @param names what each field is called elsewhere, the likelier names first
  public static List<Column> columns(
      List<String> columns, List<Map<String, String>> rows, Map<Field, Set<String>> names) {
    Map<String, Ranked> known = ranked(names);
    var best = new EnumMap<Field, Integer>(Field.class);
    var ofColumn = new ArrayList<@Nullable Ranked>();
    for (int i = 0; i < columns.size(); i++) {
      Ranked ranked = known.get(key(columns.get(i)));
      ofColumn.add(ranked);
      if (ranked != null) {
        Integer other = best.get(ranked.field);
        Ranked before = other == null ? null : ofColumn.get(other);
        if (before == null || ranked.rank < before.rank) {
          best.put(ranked.field, i);
        }
      }
    }
    Set<Field> used = EnumSet.noneOf(Field.class);
    used.addAll(best.keySet());
    var guessed = new ArrayList<Column>();
    for (int i = 0; i < columns.size(); i++) {
      String name = columns.get(i);
      List<String> values = new ArrayList<>();
      for (Map<String, String> row : rows) {
        String text = Cells.clean(row.get(name));
        if (!text.isEmpty()) {
          values.add(text);
        }
      }
      Look look = look(values);
      Ranked ranked = ofColumn.get(i);
      Field field =
          ranked != null && Integer.valueOf(i).equals(best.get(ranked.field)) ? ranked.field : null;
      if (field == null && look == Look.PHONE && used.add(Field.PHONE)) {
        field = Field.PHONE;
      }
      boolean hidden = look == Look.PHONE || (field != null && field.personal());
      guessed.add(
          new Column(
              name,
              look,
              values.stream()
                  .distinct()
                  .limit(SAMPLES)
                  .map(text -> hidden ? Cells.masked(text) : text)
                  .toList(),
              field));
    }
    return guessed;
  }

  /// @param rank of the name among those of the field, the likeliest is 0
  private record Ranked(Field field, int rank) {}

  private static String key(String name) {
    return Cells.column(name).toLowerCase(Locale.ROOT);
  }

  /// A name that several fields go by is the first field's.
  private static Map<String, Ranked> ranked(Map<Field, Set<String>> names) {
    var ranked = new HashMap<String, Ranked>();
    for (Field field : Field.values()) {
      var of = new ArrayList<>(List.of(field.wire(), field.zh()));
      of.addAll(names.getOrDefault(field, Set.of()));
      for (int rank = 0; rank < of.size(); rank++) {
        ranked.putIfAbsent(key(of.get(rank)), new Ranked(field, rank));
      }
    }
    return ranked;
  }

  /// Nine of ten values decide.
  private static Look look(List<String> values) {
    if (values.isEmpty()) {
      return Look.EMPTY;
    }
    int phones = 0;
    int times = 0;
    int amounts = 0;
    int counts = 0;
    for (String value : values) {
      Phones.Found phone = Phones.of(value, false);
      boolean isPhone =
          phone instanceof Phones.Found.Phone
              || phone instanceof Phones.Found.Masked
              || phone instanceof Phones.Found.Lent;
      phones += isPhone ? 1 : 0;
      times += !isPhone && Cells.time(value, ZONE) != null ? 1 : 0;
      counts += Cells.count(value) != null && value.length() < 5 ? 1 : 0;
      amounts += Cells.fen(value, false) != null && value.length() < 12 ? 1 : 0;
    }
    int most = (values.size() * 9 + 9) / 10;
    return phones >= most
        ? Look.PHONE
        : times >= most
            ? Look.TIME
            : counts >= most ? Look.COUNT : amounts >= most ? Look.AMOUNT : Look.TEXT;
  }
}
