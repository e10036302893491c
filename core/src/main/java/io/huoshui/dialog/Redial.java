package io.huoshui.dialog;

import io.huoshui.reach.Dialling;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// 重呼: whether, and when, somebody is called again who was not spoken with.
///
/// @param rules by why the last call failed; one that is not there is never repeated
/// @param windows when calls may go out, in the callee's zone
/// @param limits how often one callee may be called, whatever the rules say
public record Redial(
    Map<Why, Rule> rules, List<Window> windows, List<Dialling.CalleeLimit> limits) {
  public Redial {
    rules = rules.isEmpty() ? Map.of() : Map.copyOf(new EnumMap<>(rules));
    windows = List.copyOf(windows);
    limits = List.copyOf(limits);
  }

  /// Why a call was no talk.
  public enum Why {
    BUSY,
    NO_ANSWER,
    /// Hung up while it rang.
    REJECTED,
    /// Powered off or out of reach.
    OFF,
    VOICEMAIL,
    /// The callee's carrier or phone refuses the number.
    BLOCKED,
    /// The phone is out of service, or in arrears.
    SUSPENDED,
    /// 空号: nobody has it.
    EMPTY_NUMBER,
    /// The line failed, not the callee.
    LINE;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static @Nullable Why ofWire(String wire) {
      for (Why why : values()) {
        if (why.wire().equals(wire)) {
          return why;
        }
      }
      return null;
    }
  }

  /// @param attempts calls altogether, the first one counted
  /// @param pause at least, after the last one
  /// @param otherWindow whether it has to be in another window than the last one
  public record Rule(int attempts, Duration pause, boolean otherWindow) {}

  /// @param to the first minute after it
  public record Window(LocalTime from, LocalTime to) {
    boolean holds(LocalTime time) {
      return !time.isBefore(from) && time.isBefore(to);
    }
  }

  /// One call that was made.
  ///
  /// @param why null when it was a talk
  public record Attempt(Instant at, @Nullable Why why) {}

  public sealed interface Decision {
    /// Never for this send.
    ///
    /// @param badNumber whether the phone is of no use and should be marked so
    record Never(String reason, boolean badNumber) implements Decision {}

    record At(Instant when) implements Decision {}
  }

  /// What callers usually do; the limits are the platforms' ([Dialling#USUAL]), the windows leave
  /// the midday rest alone.
  public static final Redial USUAL =
      new Redial(
          Map.of(
              Why.BUSY, new Rule(3, Duration.ofMinutes(15), false),
              Why.NO_ANSWER, new Rule(3, Duration.ofHours(2), true),
              Why.REJECTED, new Rule(2, Duration.ofHours(20), true),
              Why.OFF, new Rule(3, Duration.ofHours(4), true),
              Why.VOICEMAIL, new Rule(2, Duration.ofHours(3), true),
              Why.LINE, new Rule(4, Duration.ofMinutes(5), false)),
          List.of(
              new Window(LocalTime.of(9, 0), LocalTime.of(12, 0)),
              new Window(LocalTime.of(14, 0), LocalTime.of(17, 30)),
              new Window(LocalTime.of(17, 30), LocalTime.of(20, 0))),
          Dialling.USUAL.perCallee());

  /// @param attempts all calls to this callee that are known, oldest first; the last one is the one
  ///   that failed. Those of other sends count for the limits only.
  /// @param ofThisSend how many of the last attempts belong to this send
  /// @param now when it is decided
  /// @param zone the callee's
  public Decision decide(List<Attempt> attempts, int ofThisSend, Instant now, ZoneId zone) {
    if (attempts.isEmpty() || ofThisSend < 1 || ofThisSend > attempts.size()) {
      throw new IllegalArgumentException(
          ofThisSend + " attempts of this send of " + attempts.size() + " altogether");
    }
    Attempt last = attempts.getLast();
    Why why = last.why();
    if (why == null) {
      return new Decision.Never("talked", false);
    }
    if (why == Why.EMPTY_NUMBER) {
      return new Decision.Never("empty_number", true);
    }
    Rule rule = rules.get(why);
    if (rule == null) {
      return new Decision.Never(why.wire(), false);
    }
    if (ofThisSend >= rule.attempts()) {
      return new Decision.Never("attempts", false);
    }
    if (windows.isEmpty()) {
      return new Decision.Never("no_window", false);
    }
    Instant earliest = last.at().plus(rule.pause());
    if (earliest.isBefore(now)) {
      earliest = now;
    }
    Window not = rule.otherWindow() ? windowOf(last.at(), zone) : null;
    Instant when = open(earliest, last.at(), not, zone);
    // A limit moves it on, perhaps out of the window, which moves it on again.
    while (true) {
      Instant free = free(when, attempts);
      if (free.equals(when)) {
        return new Decision.At(when);
      }
      when = open(free, last.at(), not, zone);
    }
  }

  private @Nullable Window windowOf(Instant at, ZoneId zone) {
    LocalTime time = LocalTime.ofInstant(at, zone);
    return windows.stream().filter(window -> window.holds(time)).findFirst().orElse(null);
  }

  /// The first instant from one on that lies in a window, and not in the same one as the last call
  /// on the same day where there is another.
  private Instant open(Instant from, Instant last, @Nullable Window not, ZoneId zone) {
    ZonedDateTime start = from.atZone(zone);
    for (int day = 0; ; day++) {
      ZonedDateTime midnight = start.toLocalDate().plusDays(day).atStartOfDay(zone);
      Instant best = null;
      for (Window window : windows) {
        boolean same =
            windows.size() > 1
                && window.equals(not)
                && midnight.toLocalDate().equals(last.atZone(zone).toLocalDate());
        Instant opens = midnight.with(window.from()).toInstant();
        Instant closes = midnight.with(window.to()).toInstant();
        Instant at = opens.isBefore(from) ? from : opens;
        if (!same && at.isBefore(closes) && (best == null || at.isBefore(best))) {
          best = at;
        }
      }
      if (best != null) {
        return best;
      }
    }
  }

  private Instant free(Instant wanted, List<Attempt> attempts) {
    Instant when = wanted;
    for (Dialling.CalleeLimit limit : limits) {
      Instant since = when.minus(limit.within().exact());
      List<Instant> within =
          attempts.stream().map(Attempt::at).filter(at -> at.isAfter(since)).sorted().toList();
      if (within.size() >= limit.most()) {
        when = within.get(within.size() - limit.most()).plus(limit.within().exact());
      }
    }
    return when;
  }
}
