package io.huoshui.profile;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where a customer stands between registering and being lost (MISSION S3). Exactly one at any
/// instant.
public enum Lifecycle {
  REGISTERED("注册未购", "registered, no order"),
  JUST_ORDERED("刚下首单", "just ordered"),
  REPURCHASE_WINDOW("复购期", "in the repurchase window"),
  EXISTING("活跃老客", "existing"),
  AT_RISK("流失预警", "at risk"),
  JUST_LOST("刚流失", "just lost"),
  LAPSED("沉睡", "lapsed"),
  DORMANT("深度沉睡", "dormant"),
  SILENT("沉默", "silent");

  private final String zh;
  private final String en;

  Lifecycle(String zh, String en) {
    this.zh = zh;
    this.en = en;
  }

  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  public String zh() {
    return zh;
  }

  public String en() {
    return en;
  }

  public static @Nullable Lifecycle ofWire(String wire) {
    for (Lifecycle state : values()) {
      if (state.wire().equals(wire)) {
        return state;
      }
    }
    return null;
  }

  /// The days since the last order at which a customer passes from one state into the next. S3
  /// gives 180, 360 and two years; the nearer bounds are the brand's rhythm and a setting.
  public record Bounds(
      int justOrdered, int existing, int atRisk, int justLost, int lapsed, int dormant) {
    public static final Bounds STANDARD = new Bounds(30, 90, 150, 180, 360, 730);

    public Bounds {
      if (!(0 < justOrdered
          && justOrdered < existing
          && existing < atRisk
          && atRisk < justLost
          && justLost < lapsed
          && lapsed < dormant)) {
        throw new IllegalArgumentException("Lifecycle bounds must grow from state to state");
      }
    }
  }

  /// The ages of an order at which a customer passes into the next state.
  public static List<Period> edges(Bounds bounds) {
    return Stream.of(
            bounds.justOrdered(),
            bounds.existing(),
            bounds.atRisk(),
            bounds.justLost(),
            bounds.lapsed(),
            bounds.dormant())
        .map(days -> new Period(days, Period.Unit.DAY))
        .toList();
  }

  /// | orders | days since the last | state |
  /// |---|---|---|
  /// | 0 | - | registered |
  /// | 1 | < 30 | just ordered |
  /// | 1 | 30-90 | repurchase window |
  /// | ≥ 2 | < 90 | existing |
  /// | ≥ 1 | 90-150 | at risk |
  /// | ≥ 1 | 150-180 | just lost |
  /// | ≥ 1 | 180-360 | lapsed |
  /// | ≥ 1 | 360-730 | dormant |
  /// | ≥ 1 | ≥ 730 | silent |
  public static Lifecycle of(Timeline timeline, Instant now, ZoneId zone, Bounds bounds) {
    return of(timeline, now.toEpochMilli(), new Calendar(zone), bounds);
  }

  /// The same with a calendar that remembers.
  public static Lifecycle of(Timeline timeline, long nowMs, Calendar calendar, Bounds bounds) {
    int orders = 0;
    long last = Long.MIN_VALUE;
    for (int i = timeline.size() - 1; i >= 0 && orders < 2; i--) {
      if (timeline.timeMs(i) <= nowMs && timeline.name(i).equals("order_paid")) {
        if (orders == 0) {
          last = timeline.timeMs(i);
        }
        orders++;
      }
    }
    if (orders == 0) {
      return REGISTERED;
    }
    if (last >= daysAgo(bounds.existing(), nowMs, calendar)) {
      if (orders >= 2) {
        return EXISTING;
      }
      return last >= daysAgo(bounds.justOrdered(), nowMs, calendar)
          ? JUST_ORDERED
          : REPURCHASE_WINDOW;
    }
    if (last >= daysAgo(bounds.atRisk(), nowMs, calendar)) {
      return AT_RISK;
    }
    if (last >= daysAgo(bounds.justLost(), nowMs, calendar)) {
      return JUST_LOST;
    }
    if (last >= daysAgo(bounds.lapsed(), nowMs, calendar)) {
      return LAPSED;
    }
    return last >= daysAgo(bounds.dormant(), nowMs, calendar) ? DORMANT : SILENT;
  }

  private static long daysAgo(int days, long nowMs, Calendar calendar) {
    return calendar.start(calendar.day(nowMs) - days);
  }

  /// In which time interactions count for [#activeWithoutRepurchase].
  public static final Window INTERACTING = Window.last("90d");

  /// In which time orders count for [#activeWithoutRepurchase].
  public static final Window REPURCHASING = Window.last("360d");

  /// The group beside the states: much interaction, little repurchase (S3). At least `5`
  /// interactions in 90 days and fewer than two orders in 360.
  public static boolean activeWithoutRepurchase(Timeline timeline, Instant now, ZoneId zone) {
    var calendar = new Calendar(zone);
    return activeWithoutRepurchase(
        timeline,
        INTERACTING.at(now.toEpochMilli(), calendar),
        REPURCHASING.at(now.toEpochMilli(), calendar));
  }

  /// The same where the windows are known.
  public static boolean activeWithoutRepurchase(
      Timeline timeline, Window.Span recent, Window.Span year) {
    int interactions = 0;
    int end = timeline.from(recent.toMs());
    for (int i = timeline.from(recent.fromMs()); i < end; i++) {
      if (INTERACTIONS.contains(timeline.name(i))) {
        interactions++;
      }
    }
    int orders = 0;
    end = timeline.from(year.toMs());
    for (int i = timeline.from(year.fromMs()); i < end; i++) {
      if (timeline.name(i).equals("order_paid")) {
        orders++;
      }
    }
    return activeWithoutRepurchase(interactions, orders);
  }

  /// The same where both were counted.
  public static boolean activeWithoutRepurchase(int interactions, int orders) {
    return interactions >= 5 && orders < 2;
  }

  /// What counts as interaction.
  public static final Set<String> INTERACTIONS =
      Set.of(
          "page_viewed",
          "product_viewed",
          "checked_in",
          "message_replied",
          "link_clicked",
          "group_joined",
          "live_joined",
          "cart_added");
}
