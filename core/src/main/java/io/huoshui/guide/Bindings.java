package io.huoshui.guide;

import io.huoshui.event.Value;
import io.huoshui.profile.Timeline;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// 专属绑定: whose a customer is, was, and whom it was refused to.
///
/// A fold over the timeline: `guide_bound` (with `guide`, `store`, `by`, `until`) and, where the
/// rules say so, `contact_added` claim; `guide_unbound` and `contact_removed` release. So the union
/// of two timelines has one binding, whichever came first into the records.
///
/// @param spans one after the other, never two at once; the last may still go on
public record Bindings(List<Span> spans, List<Conflict> conflicts) {
  private static final long DAY_MS = Duration.ofDays(1).toMillis();

  public enum By {
    SCAN,
    CONTACT,
    HQ,
    HANDOVER;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    private boolean decides() {
      return this == HQ || this == HANDOVER;
    }

    static By ofWire(String wire) {
      for (By each : values()) {
        if (each.wire().equals(wire)) {
          return each;
        }
      }
      return SCAN;
    }
  }

  /// @param toMs when it ended, exclusive; `Long.MAX_VALUE` while nothing ends it
  /// @param claimedMs the last claim of the same guide
  public record Span(String guide, String store, By by, long fromMs, long toMs, long claimedMs) {
    public Instant from() {
      return Instant.ofEpochMilli(fromMs);
    }

    public @Nullable Instant to() {
      return toMs == Long.MAX_VALUE ? null : Instant.ofEpochMilli(toMs);
    }
  }

  /// Somebody claimed a customer of somebody else's, and did not get them.
  ///
  /// @param code `first_scan_wins`, `protected`, `hq_assigns`
  /// @param holder whose they stayed, empty for nobody's
  public record Conflict(long atMs, String guide, String store, String holder, String code) {}

  public Bindings {
    spans = List.copyOf(spans);
    conflicts = List.copyOf(conflicts);
  }

  /// Who has the customer at an instant; null for nobody.
  public @Nullable Span at(long ms) {
    for (int i = spans.size() - 1; i >= 0; i--) {
      Span span = spans.get(i);
      if (span.fromMs() <= ms) {
        return ms < span.toMs() ? span : null;
      }
    }
    return null;
  }

  public @Nullable Span at(Instant now) {
    return at(now.toEpochMilli());
  }

  public static Bindings of(Timeline timeline, BindingRules.At at) {
    BindingRules rules = at.rules();
    var spans = new ArrayList<Span>(2);
    var conflicts = new ArrayList<Conflict>(0);
    for (int i = 0; i < timeline.size(); i++) {
      boolean bound = false;
      boolean contact = false;
      switch (timeline.name(i)) {
        case "guide_bound" -> bound = true;
        case "contact_added" -> contact = rules.contactsBind();
        case "guide_unbound" -> release(spans, timeline, i, text(timeline, i, "guide"));
        case "contact_removed" -> {
          if (rules.removalReleases()) {
            release(spans, timeline, i, text(timeline, i, "guide"));
          }
        }
        default -> {}
      }
      String guide = bound || contact ? text(timeline, i, "guide") : "";
      if (!guide.isEmpty()) {
        By by = bound ? By.ofWire(text(timeline, i, "by")) : By.CONTACT;
        String named = text(timeline, i, "store");
        String store = named.isEmpty() ? at.storeOf().getOrDefault(guide, "") : named;
        claim(spans, conflicts, rules, timeline.timeMs(i), guide, store, by, until(timeline, i));
      }
    }
    return new Bindings(spans, conflicts);
  }

  private static void claim(
      List<Span> spans,
      List<Conflict> conflicts,
      BindingRules rules,
      long ms,
      String guide,
      String store,
      By by,
      long untilMs) {
    if (untilMs <= ms) {
      return;
    }
    Span last = spans.isEmpty() ? null : spans.getLast();
    Span holder = last != null && ms < last.toMs() ? last : null;
    if (holder != null && holder.guide().equals(guide)) {
      // Claimed again: it may be longer, elsewhere, or protected anew; it began when it began.
      spans.set(
          spans.size() - 1,
          new Span(
              guide,
              by.decides() || holder.store().isEmpty() ? store : holder.store(),
              by.decides() ? by : holder.by(),
              holder.fromMs(),
              untilMs,
              ms));
      return;
    }
    String refused = by.decides() ? "" : refused(rules, holder, ms);
    if (!refused.isEmpty()) {
      conflicts.add(new Conflict(ms, guide, store, holder == null ? "" : holder.guide(), refused));
      return;
    }
    if (holder != null) {
      end(spans, ms);
    }
    spans.add(new Span(guide, store, by, ms, untilMs, ms));
  }

  private static String refused(BindingRules rules, @Nullable Span holder, long ms) {
    return switch (rules.mode()) {
      case HQ -> "hq_assigns";
      case FIRST_SCAN -> holder == null ? "" : "first_scan_wins";
      case LAST_CONTACT -> "";
      case PROTECTED ->
          holder != null
                  && (holder.by() == By.HQ
                      || ms < holder.claimedMs() + rules.protectDays() * DAY_MS)
              ? "protected"
              : "";
    };
  }

  private static void end(List<Span> spans, long ms) {
    Span last = spans.removeLast();
    if (last.fromMs() < ms) {
      spans.add(
          new Span(last.guide(), last.store(), last.by(), last.fromMs(), ms, last.claimedMs()));
    }
  }

  /// @param guide who lets go; empty for whoever has them
  private static void release(List<Span> spans, Timeline timeline, int i, String guide) {
    if (spans.isEmpty()) {
      return;
    }
    Span last = spans.getLast();
    long ms = timeline.timeMs(i);
    if (ms < last.toMs() && (guide.isEmpty() || guide.equals(last.guide()))) {
      end(spans, ms);
    }
  }

  static String text(Timeline timeline, int i, String key) {
    Value value = timeline.property(i, key);
    return value == null ? "" : value.shown();
  }

  private static long until(Timeline timeline, int i) {
    String text = text(timeline, i, "until");
    if (text.isEmpty()) {
      return Long.MAX_VALUE;
    }
    try {
      return OffsetDateTime.parse(text).toInstant().toEpochMilli();
    } catch (DateTimeException e) {
      // An end that can not be read ends nothing.
      return Long.MAX_VALUE;
    }
  }
}
