package io.huoshui.reach;

import io.huoshui.profile.Period;
import io.huoshui.profile.Timeline;
import java.text.Normalizer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What platforms allow towards one person, so that a message they would refuse costs no call. Each
/// number is a setting and says who says so, and when it was read.
///
/// @param windows what an act of a person opens; the channels named here are closed without one
/// @param shares what one address gets in a time
/// @param smsHours when marketing SMS may arrive, where the person lives
/// @param optOut what a person writes back to leave; case, width, blanks and stops do not matter
public record PlatformRules(
    List<Window> windows, List<Share> shares, Hours smsHours, List<String> optOut) {
  public PlatformRules {
    optOut = List.copyOf(optOut);
    windows = List.copyOf(windows);
    shares = List.copyOf(shares);
  }

  /// Who says a number, and when it was read.
  public record Basis(String source, LocalDate asOf) {}

  /// An act of a person lets so many messages go to them within a time.
  ///
  /// @param event the act; one that says a `channel` counts for that alone, and a reply has to
  /// @param most messages after the latest such act
  public record Window(ChannelKind channel, String event, int most, Duration within, Basis basis) {
    public Window {
      if (most < 1 || !within.isPositive()) {
        throw new IllegalArgumentException(
            "A window of " + most + " messages in " + within + " lets nothing out");
      }
    }
  }

  /// One address gets so many in a time.
  ///
  /// @param category of which messages; what counts is all of the channel
  public record Share(ChannelKind channel, Category category, int most, Period per, Basis basis) {}

  /// @param to not before `from` on the same day
  public record Hours(LocalTime from, LocalTime to, Basis basis) {
    public Hours {
      if (!from.isBefore(to)) {
        throw new IllegalArgumentException("Hours from " + from + " to " + to + " are none");
      }
    }

    public boolean has(LocalTime time) {
      return !time.isBefore(from) && time.isBefore(to);
    }
  }

  private static final Basis ACCOUNT =
      new Basis(
          "developers.weixin.qq.com Customer_Service_Messages.html", LocalDate.of(2026, 11, 1));

  private static final Basis HUAWEI =
      new Basis(
          "Huawei marketing SMS, iotcom_06_0109, the narrower of the vendors",
          LocalDate.of(2026, 11, 1));

  public static final PlatformRules STANDARD =
      new PlatformRules(
          List.of(
              new Window(
                  ChannelKind.OFFICIAL_ACCOUNT, "message_replied", 5, Duration.ofDays(2), ACCOUNT),
              new Window(
                  ChannelKind.OFFICIAL_ACCOUNT, "menu_clicked", 3, Duration.ofMinutes(1), ACCOUNT),
              new Window(
                  ChannelKind.OFFICIAL_ACCOUNT,
                  "account_followed",
                  3,
                  Duration.ofMinutes(1),
                  ACCOUNT),
              new Window(
                  ChannelKind.OFFICIAL_ACCOUNT,
                  "account_scanned",
                  3,
                  Duration.ofMinutes(1),
                  ACCOUNT)),
          List.of(
              new Share(
                  ChannelKind.SMS,
                  Category.MARKETING,
                  2,
                  new Period(1, Period.Unit.MINUTE),
                  HUAWEI),
              new Share(
                  ChannelKind.SMS,
                  Category.MARKETING,
                  10,
                  new Period(24, Period.Unit.HOUR),
                  HUAWEI)),
          new Hours(LocalTime.of(8, 0), LocalTime.of(21, 0), HUAWEI),
          // 《通信短信息服务管理规定》 article 20 wants a way to say no; carriers' templates teach T, TD
          // and R, people write the others.
          List.of("T", "TD", "R", "N", "退订", "退", "拒收", "拒绝", "不要再发", "TUIDING", "STOP"));

  /// Whether a reply says to leave, and nothing else.
  public boolean leaves(String reply) {
    String said = plain(reply);
    return optOut.stream().anyMatch(word -> plain(word).equals(said));
  }

  /// Also what was typed in full width, `TD。`.
  private static String plain(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC)
        .replaceAll("[\\p{Z}\\p{P}\\s]", "")
        .toUpperCase(Locale.ROOT);
  }

  /// By which a person agrees to one message of a template.
  public static final String SUBSCRIBED = "message_subscribed";

  private static final String UNFOLLOWED = "account_unfollowed";

  /// Why the platform would refuse a message to a person now.
  ///
  /// @param app whose openid it goes to; empty when any
  /// @param template of the message; platforms know it by this name
  /// @return null when it would not
  public @Nullable Reason refusal(
      ChannelKind channel,
      Category category,
      String app,
      String template,
      Timeline timeline,
      Gate.History history,
      Instant now) {
    return switch (channel) {
      case OFFICIAL_ACCOUNT -> {
        int left = windowLeft(channel, app, timeline, history, now);
        yield left < 0 ? Reason.WINDOW_OVER : left == 0 ? Reason.BUDGET_SPENT : null;
      }
      case OFFICIAL_TEMPLATE -> unfollowed(app, timeline) ? Reason.NOT_A_FOLLOWER : null;
      case SUBSCRIBE -> {
        int granted = subscriptions(app, template, timeline);
        yield granted == 0
            ? Reason.NOT_SUBSCRIBED
            : granted <= history.sentOf(template) ? Reason.BUDGET_SPENT : null;
      }
      case SMS -> {
        for (Share share : shares) {
          if (share.channel() == channel
              && share.category() == category
              && history.sentSince(
                      channel, Category.ALL, now.toEpochMilli() - share.per().exact().toMillis())
                  >= share.most()) {
            yield Reason.PLATFORM_QUOTA;
          }
        }
        yield null;
      }
      case WECOM, CALL -> null;
    };
  }

  /// How many more messages would be taken now: after each open act as many as it allows, less what
  /// was let out since; the act that leaves most counts. A platform that adds acts up allows no
  /// fewer.
  ///
  /// @return -1 when no window is open
  public int windowLeft(
      ChannelKind channel, String app, Timeline timeline, Gate.History history, Instant now) {
    long nowMs = now.toEpochMilli();
    int left = -1;
    for (Window window : windows) {
      long act = window.channel() == channel ? latest(window, app, timeline, nowMs) : -1;
      if (act >= 0) {
        int sent = history.sentSince(channel, Category.ALL, act - 1);
        left = Math.max(left, Math.max(0, window.most() - sent));
      }
    }
    return left;
  }

  /// Whether a message that was let out would still find its window open.
  public boolean open(ChannelKind channel, String app, Timeline timeline, Instant now) {
    if (channel != ChannelKind.OFFICIAL_ACCOUNT) {
      return true;
    }
    for (Window window : windows) {
      if (window.channel() == channel && latest(window, app, timeline, now.toEpochMilli()) >= 0) {
        return true;
      }
    }
    return false;
  }

  /// The latest act that holds a window open, in ms; -1 when there is none. Whoever unfollowed
  /// closed them all.
  private static long latest(Window window, String app, Timeline timeline, long nowMs) {
    long since = nowMs - window.within().toMillis();
    for (int i = timeline.size() - 1; i >= 0; i--) {
      long at = timeline.timeMs(i);
      if (at <= since) {
        return -1;
      }
      String name = timeline.name(i);
      if (name.equals(UNFOLLOWED) && of(app, timeline, i)) {
        return -1;
      }
      if (at <= nowMs
          && name.equals(window.event())
          && of(app, timeline, i)
          && on(window.channel(), timeline, i)) {
        return at;
      }
    }
    return -1;
  }

  private static boolean of(String app, Timeline timeline, int index) {
    var said = timeline.property(index, "app");
    return said == null || app.isEmpty() || said.shown().equals(app);
  }

  private static boolean on(ChannelKind channel, Timeline timeline, int index) {
    var said = timeline.property(index, "channel");
    return said == null
        ? !timeline.name(index).equals("message_replied")
        : said.shown().equals(channel.wire());
  }

  private static boolean unfollowed(String app, Timeline timeline) {
    for (int i = timeline.size() - 1; i >= 0; i--) {
      String name = timeline.name(i);
      if ((name.equals(UNFOLLOWED) || name.equals("account_followed")) && of(app, timeline, i)) {
        return name.equals(UNFOLLOWED);
      }
    }
    return false;
  }

  /// How many messages of a template a person ever agreed to.
  public static int subscriptions(String app, String template, Timeline timeline) {
    int granted = 0;
    for (int i = 0; i < timeline.size(); i++) {
      if (timeline.name(i).equals(SUBSCRIBED)
          && timeline.property(i, "template") instanceof io.huoshui.event.Value said
          && said.shown().equals(template)
          && of(app, timeline, i)) {
        granted++;
      }
    }
    return granted;
  }
}
