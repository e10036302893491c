package io.huoshui.community;

import io.huoshui.profile.Period;
import io.huoshui.reach.Template;
import java.text.Normalizer;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// 关键词回复: what is answered to a message in a group.
///
/// The first rule that holds answers, by priority (larger first) and then by name; a message is
/// answered once at most. A rule that holds but has to wait (its cool-down, its hours) lets the
/// next one answer.
public final class Replies {
  private Replies() {}

  /// What a message has to say. Case and the width of letters do not matter.
  public sealed interface Word {
    /// The whole message, blanks around it aside.
    record Exact(String text) implements Word {}

    record Contains(String text) implements Word {}

    /// A regular expression that is found somewhere in it.
    record Regex(String pattern) implements Word {
      public Regex {
        try {
          var _ = Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
          throw new IllegalArgumentException(
              "'" + pattern + "' is no regular expression: " + e.getDescription(), e);
        }
      }
    }
  }

  /// When a rule answers, by the brand's clock.
  ///
  /// @param days empty for all
  /// @param from inclusive
  /// @param to exclusive; before `from` it is on the next day, equal to it the whole day
  public record Hours(Set<DayOfWeek> days, LocalTime from, LocalTime to) {
    public static final Hours ALWAYS = new Hours(Set.of(), LocalTime.MIDNIGHT, LocalTime.MIDNIGHT);

    public Hours {
      days = Set.copyOf(days);
    }

    boolean open(Instant at, ZoneId zone) {
      ZonedDateTime local = at.atZone(zone);
      LocalTime time = local.toLocalTime();
      boolean over = !from.isBefore(to);
      boolean early = over && time.isBefore(to) && !from.equals(to);
      // The small hours belong to the day on which they were opened.
      DayOfWeek day = early ? local.getDayOfWeek().minus(1) : local.getDayOfWeek();
      boolean within =
          from.equals(to)
              || (over ? early || !time.isBefore(from) : !time.isBefore(from) && time.isBefore(to));
      return within && (days.isEmpty() || days.contains(day));
    }
  }

  /// @param groups chat ids in which it answers; empty for all
  /// @param any of these words
  /// @param not a message that contains one of these is left alone
  /// @param perGroup not again in one group within this; null for no wait
  /// @param perPerson not again to one person within this; null for no wait
  /// @param text what is answered, with {name}, {group}, {keyword}, {time}; empty only for a human
  /// @param human whether a human is to look at it
  public record Rule(
      String name,
      int priority,
      List<String> groups,
      List<Word> any,
      List<String> not,
      Hours hours,
      @Nullable Period perGroup,
      @Nullable Period perPerson,
      String text,
      boolean human) {
    public Rule {
      groups = List.copyOf(groups);
      any = List.copyOf(any);
      not = List.copyOf(not);
      if (any.isEmpty()) {
        throw new IllegalArgumentException("A rule has at least one word to wait for");
      }
      if (text.isBlank() && !human) {
        throw new IllegalArgumentException("A rule answers something, or hands it to a human");
      }
    }
  }

  /// @param id the platform's own; the same id is the same message
  /// @param person who wrote it, as the platform names them
  /// @param name how they are called in the group; may be empty
  public record Message(
      String id, String group, String person, String name, String text, Instant at) {}

  /// That a rule answered, once.
  public record Answered(String message, String rule, String group, String person, Instant at) {}

  /// What comes of a message.
  public sealed interface Answer {
    /// @param word what it was that held
    record Say(String rule, String word, String text, boolean human) implements Answer {}

    /// Nothing is said, and a human is told.
    record Human(String rule, String word) implements Answer {}

    /// @param why one line per rule that held and had to wait; what else there is to say otherwise
    record Quiet(List<String> why) implements Answer {
      public Quiet {
        why = List.copyOf(why);
      }
    }
  }

  /// Longer messages are read up to here.
  private static final int LONGEST = 2_000;

  /// So many characters are looked at for one expression; an expression that wants more does not
  /// hold. A bad one may want 2^n.
  private static final int STEPS = 200_000;

  private static final Comparator<Rule> ORDER =
      Comparator.comparingInt(Rule::priority).reversed().thenComparing(Rule::name);

  /// @param groupName how the group is called
  /// @param history what was answered before; its order does not matter
  public static Answer answer(
      Collection<Rule> rules,
      Message message,
      String groupName,
      Collection<Answered> history,
      ZoneId zone,
      Instant now) {
    if (history.stream().anyMatch(former -> former.message().equals(message.id()))) {
      return new Answer.Quiet(List.of("This message was answered already."));
    }
    String text = plain(message.text());
    var why = new ArrayList<String>();
    for (Rule rule : rules.stream().sorted(ORDER).toList()) {
      if (!rule.groups().isEmpty() && !rule.groups().contains(message.group())) {
        continue;
      }
      String word = held(rule, text);
      if (word == null) {
        continue;
      }
      String waits = waits(rule, message, history, zone, now);
      if (!waits.isEmpty()) {
        why.add(rule.name() + ": " + waits);
        continue;
      }
      return rule.text().isBlank()
          ? new Answer.Human(rule.name(), word)
          : new Answer.Say(
              rule.name(),
              word,
              Template.fill(rule.text(), words(message, groupName, word, zone, now)),
              rule.human());
    }
    return new Answer.Quiet(why.isEmpty() ? List.of("No rule waits for what it says.") : why);
  }

  private static Function<String, @Nullable String> words(
      Message message, String groupName, String word, ZoneId zone, Instant now) {
    var words =
        Map.of(
            "name",
            message.name(),
            "group",
            groupName,
            "keyword",
            word,
            "time",
            String.format(
                Locale.ROOT,
                "%02d:%02d",
                now.atZone(zone).getHour(),
                now.atZone(zone).getMinute()));
    return words::get;
  }

  /// Full width and half width, large and small are the same.
  private static String plain(String text) {
    String part = text.length() > LONGEST ? text.substring(0, LONGEST) : text;
    return Normalizer.normalize(part, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT).strip();
  }

  /// The first word that holds; null when none does, or the message is to be left alone.
  private static @Nullable String held(Rule rule, String text) {
    if (rule.not().stream().anyMatch(not -> text.contains(plain(not)))) {
      return null;
    }
    for (Word word : rule.any()) {
      switch (word) {
        case Word.Exact(String exact) -> {
          if (text.equals(plain(exact))) {
            return exact;
          }
        }
        case Word.Contains(String part) -> {
          if (text.contains(plain(part))) {
            return part;
          }
        }
        case Word.Regex(String pattern) -> {
          if (found(pattern, text)) {
            return pattern;
          }
        }
      }
    }
    return null;
  }

  private static boolean found(String pattern, String text) {
    try {
      return Pattern.compile(pattern, Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE)
          .matcher(new Counted(text, new int[] {STEPS}))
          .find();
    } catch (TooMuch | StackOverflowError e) {
      return false;
    }
  }

  private static final class TooMuch extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooMuch() {
      super("An expression looked at too much", null, false, false);
    }
  }

  /// A text that can be looked at so often only.
  private static final class Counted implements CharSequence {
    private final CharSequence text;
    private final int[] left;

    Counted(CharSequence text, int[] left) {
      this.text = text;
      this.left = left;
    }

    @Override
    public char charAt(int index) {
      if (left[0]-- <= 0) {
        throw new TooMuch();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Counted(text.subSequence(start, end), left);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }

  /// Why a rule that holds does not answer now; empty when it does.
  private static String waits(
      Rule rule, Message message, Collection<Answered> history, ZoneId zone, Instant now) {
    if (!rule.hours().open(now, zone)) {
      return "not at this hour";
    }
    for (Answered former : history) {
      if (!former.rule().equals(rule.name())) {
        continue;
      }
      if (former.group().equals(message.group()) && within(rule.perGroup(), former, zone, now)) {
        return "answered in this group at " + former.at();
      }
      if (former.person().equals(message.person()) && within(rule.perPerson(), former, zone, now)) {
        return "answered this person at " + former.at();
      }
    }
    return "";
  }

  private static boolean within(@Nullable Period wait, Answered former, ZoneId zone, Instant now) {
    return wait != null && wait.after(former.at(), zone).isAfter(now);
  }
}
