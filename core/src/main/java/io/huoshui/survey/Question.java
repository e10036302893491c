package io.huoshui.survey;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// One question.
///
/// @param id a small letter, then letters, digits, `_`: the property its answer is kept under
/// @param options of single and multi
/// @param shown when it is asked; null for always
/// @param trait that the answer is written to; empty for none
public record Question(
    String id,
    Kind kind,
    Words title,
    boolean required,
    List<Option> options,
    @Nullable Show shown,
    String trait) {
  public Question {
    options = List.copyOf(options);
  }

  public enum Kind {
    /// One of the options.
    SINGLE,
    /// Any of the options.
    MULTI,
    /// 0 to 10, how likely somebody recommends: what NPS is made of.
    SCALE,
    /// 1 to 5.
    RATING,
    TEXT,
    NUMBER,
    /// A day: `2026-07-01`.
    DATE,
    /// Says who answers where the link does not; kept as an identifier, never as an answer.
    PHONE;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// @param value as it is kept
  public record Option(String value, Words title) {}

  /// @param question an earlier one
  /// @param values it is asked when the answer is, or has, one of these
  public record Show(String question, List<String> values) {
    public Show {
      values = List.copyOf(values);
    }
  }

  /// What the answer is kept under. Free text may hold anything, personal data, too; its key says
  /// so.
  public String key() {
    return kind == Kind.TEXT ? id + "_text" : id;
  }

  /// The values it can have, in order; empty where there is no end of them.
  public List<String> values() {
    return switch (kind) {
      case SINGLE, MULTI -> options.stream().map(Option::value).toList();
      case SCALE -> numbers(0, 10);
      case RATING -> numbers(1, 5);
      case TEXT, NUMBER, DATE, PHONE -> List.of();
    };
  }

  private static List<String> numbers(int from, int to) {
    return java.util.stream.IntStream.rangeClosed(from, to).mapToObj(Integer::toString).toList();
  }

  /// A value as people read it.
  public Words title(String value) {
    return options.stream()
        .filter(option -> option.value().equals(value))
        .map(Option::title)
        .findFirst()
        .orElse(new Words(value, value));
  }
}
