package io.huoshui.reach;

import io.huoshui.profile.Draw;
import io.huoshui.profile.Period;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The brand's rules of restraint.
///
/// @param caps every one has to allow the message
/// @param quietFrom when the quiet hours begin, in the person's time zone
/// @param quietTo when they end, on the next day when not after `quietFrom`
/// @param transactionsWait whether quiet hours hold for transactions, too
/// @param control whom no journey reaches, so that all of them together can be measured
/// @param suppressed who hears nothing whatever it is
/// @param wecomQuota how often WeCom lets one customer be written to
/// @param budgetsFen by journey, what its messages may cost altogether, in fen
/// @param forbidden words that no template should have, besides those the law names
/// @param paces how fast messages may go out; every one holds
/// @param dialling when and how often people may be called
/// @param rules what platforms allow towards one person
public record GatePolicy(
    List<Cap> caps,
    LocalTime quietFrom,
    LocalTime quietTo,
    boolean transactionsWait,
    Control control,
    List<Suppression> suppressed,
    WecomQuota wecomQuota,
    SortedMap<String, Long> budgetsFen,
    List<String> forbidden,
    List<Pace> paces,
    Dialling dialling,
    PlatformRules rules) {
  public GatePolicy {
    paces = List.copyOf(paces);
    caps = List.copyOf(caps);
    suppressed = List.copyOf(suppressed);
    budgetsFen = Collections.unmodifiableSortedMap(new TreeMap<>(budgetsFen));
    forbidden = List.copyOf(forbidden);
  }

  public GatePolicy(
      List<Cap> caps,
      LocalTime quietFrom,
      LocalTime quietTo,
      boolean transactionsWait,
      Control control,
      List<Suppression> suppressed,
      WecomQuota wecomQuota,
      SortedMap<String, Long> budgetsFen,
      List<String> forbidden,
      List<Pace> paces) {
    this(
        caps,
        quietFrom,
        quietTo,
        transactionsWait,
        control,
        suppressed,
        wecomQuota,
        budgetsFen,
        forbidden,
        paces,
        Dialling.USUAL,
        PlatformRules.STANDARD);
  }

  public GatePolicy(List<Cap> caps, LocalTime quietFrom, LocalTime quietTo) {
    this(
        caps,
        quietFrom,
        quietTo,
        false,
        Control.NOBODY,
        List.of(),
        WecomQuota.MONTH,
        Collections.emptySortedMap(),
        List.of(),
        List.of(),
        Dialling.USUAL,
        PlatformRules.STANDARD);
  }

  /// At most `most` messages per `period`.
  ///
  /// @param channel on which, or null for all together
  /// @param category of which, or null for all but transactions
  public record Cap(
      @Nullable ChannelKind channel, @Nullable Category category, int most, Period period) {
    public Cap(@Nullable ChannelKind channel, int most, Period period) {
      this(channel, null, most, period);
    }

    /// What it holds for, and counts.
    public Set<Category> categories() {
      return category == null ? Category.CAPPED : Set.of(category);
    }
  }

  /// A share of everybody, drawn by a salt: always the same people.
  ///
  /// @param percent 0 to 50
  public record Control(String salt, int percent) {
    public static final Control NOBODY = new Control("", 0);

    public Control {
      if (percent < 0 || percent > 50) {
        throw new IllegalArgumentException(
            "The control group is " + percent + " percent, allowed are 0 to 50");
      }
    }

    public boolean has(int profile) {
      return percent > 0 && Draw.fraction(salt, profile) * 100 < percent;
    }
  }

  /// Who hears nothing: whoever satisfies a segment, or is in an audience.
  public sealed interface Suppression {
    record OfSegment(String segment) implements Suppression {}

    record OfAudience(String audience) implements Suppression {}
  }

  /// How many messages of the brand one customer gets, by what the corporation's admin chose:
  /// developer.work.weixin.qq.com/document/path/92135, as read 2025-11-17.
  public enum WecomQuota {
    /// As many in a month as it has days; where nothing was chosen.
    MONTH,
    /// Seven in a week from Monday.
    WEEK,
    /// One in a day.
    DAY;

    /// How many in the period that an instant lies in.
    public int most(Instant now, ZoneId zone) {
      return switch (this) {
        case MONTH -> now.atZone(zone).toLocalDate().lengthOfMonth();
        case WEEK -> 7;
        case DAY -> 1;
      };
    }

    /// When the period began that an instant lies in.
    public Instant since(Instant now, ZoneId zone) {
      LocalDate today = now.atZone(zone).toLocalDate();
      LocalDate first =
          switch (this) {
            case MONTH -> today.withDayOfMonth(1);
            case WEEK -> today.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
            case DAY -> today;
          };
      return first.atStartOfDay(zone).toInstant();
    }
  }

  /// Marketing SMS may go out between 8:00 and 21:00 at the widest (carriers' rule as read 2026-11:
  /// PLATFORMS 5.4); the brand starts one hour later. One message a day and four in seven days over
  /// all channels, two SMS in seven days.
  public static final GatePolicy STANDARD =
      new GatePolicy(
          List.of(
              new Cap(null, 1, Period.parse("1d")),
              new Cap(null, 4, Period.parse("7d")),
              new Cap(ChannelKind.SMS, 2, Period.parse("7d"))),
          LocalTime.of(21, 0),
          LocalTime.of(9, 0));

  public boolean quietAt(LocalTime time) {
    return quietFrom.isBefore(quietTo)
        ? !time.isBefore(quietFrom) && time.isBefore(quietTo)
        : !time.isBefore(quietFrom) || time.isBefore(quietTo);
  }
}
