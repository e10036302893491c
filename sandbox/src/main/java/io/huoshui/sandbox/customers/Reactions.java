package io.huoshui.sandbox.customers;

import io.huoshui.event.Event;
import io.huoshui.sandbox.brand.Brand;
import io.huoshui.sandbox.customers.Reaction.Fate;
import io.huoshui.sandbox.draw.Dice;
import java.net.URI;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Draws what a customer does with a message.
public final class Reactions {
  private static final long SECOND = 1000L;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;
  private static final long FATIGUE_WINDOW = 7 * DAY;
  private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");

  private static final Pattern LINK = Pattern.compile("https?://[\\x21-\\x7e]+");
  private static final Pattern HOST = Pattern.compile("https?://[^/\\s]+");
  private static final Pattern COUPON = Pattern.compile("\\bHS-[0-9A-Za-z][0-9A-Za-z-]{2,40}");
  private static final Pattern INVITATION =
      Pattern.compile("加.{0,8}(微信|企微|顾问|导购|好友)|添加|关注|follow", Pattern.CASE_INSENSITIVE);
  private static final Pattern STATE = Pattern.compile("[?&]state=([^&#]+)");
  private static final List<String> WORDS =
      List.of("谢谢", "怎么买", "有什么口味", "什么时候到期", "多少钱", "好的", "在哪里领");
  private static final List<String> OPT_OUTS = List.of("T", "退订", "TD", "t");

  /// Codes a carrier gives for what it could not deliver.
  private static final List<String[]> FAILURES =
      List.of(
          new String[] {"UNDELIV", "短信未送达"},
          new String[] {"MK:0001", "空号"},
          new String[] {"EXPIRED", "用户关机或停机"});

  /// Who has a contact whom a guide had by their own account: customers change hands.
  public interface Holders {
    /// @param guide empty text when any guide will do, null when they are no contact
    @Nullable String holder(String externalUserid, @Nullable String guide, long atMs);
  }

  private final long seed;
  private final Habits habits;
  private final Holders holders;

  public Reactions(long seed, Habits habits) {
    this(seed, habits, (_, guide, _) -> guide);
  }

  public Reactions(long seed, Habits habits, Holders holders) {
    this.seed = seed;
    this.habits = habits;
    this.holders = holders;
  }

  /// @param earlier what this customer was sent and did, oldest first; only what was accepted
  ///   strictly before this approach is looked at, so that the order of arrival within one moment
  ///   has no say
  public Reaction to(Customer customer, Approach approach, List<Reaction> earlier) {
    var before =
        earlier.stream()
            .filter(past -> past.approach().acceptedMs() < approach.acceptedMs())
            .toList();
    return switch (approach.channel()) {
      case SMS -> new Draw(customer, approach, before).sms();
      case WECOM -> new Draw(customer, approach, before).wecom();
    };
  }

  /// The reaction to an SMS the carrier refused: its number had its share already.
  public Reaction limited(Customer customer, Approach approach) {
    return new Draw(customer, approach, List.of()).limited();
  }

  /// Whether a customer is a friend of a guide at a moment, by their own life and by what messages
  /// brought about.
  ///
  /// @return the guide, empty text when any guide will do, or null when they are no contact
  public static @Nullable String friendOf(Customer customer, List<Reaction> earlier, long atMs) {
    Brand.Contact contact = customer.contact();
    String guide = contact != null && contact.at(atMs) ? contact.guide() : null;
    long since = guide == null ? Long.MIN_VALUE : contact == null ? 0 : contact.fromMs();
    for (Reaction past : earlier) {
      if (past.followsMs() <= atMs && past.followsMs() >= since) {
        guide = customer.guide();
        since = past.followsMs();
      }
    }
    for (Reaction past : earlier) {
      if (past.blocksMs() <= atMs && past.blocksMs() >= since) {
        return null;
      }
    }
    return guide;
  }

  /// How many mass messages a customer may get in the month of a moment: one for each of its days
  /// (developer.work.weixin.qq.com/document/path/92135, as updated 2025-11-17).
  static int monthlyQuota(long atMs) {
    return YearMonth.from(day(atMs)).lengthOfMonth();
  }

  private static LocalDate day(long atMs) {
    return Instant.ofEpochMilli(atMs).atZone(ZONE).toLocalDate();
  }

  /// When the guide confirms a task, or [Reaction#NEVER]. One draw for one guide and text: a guide
  /// sends to all customers of a task at once.
  long confirmedMs(String guide, String text, long acceptedMs) {
    var dice = Dice.of(seed, guide, heard(text), "confirm");
    if (dice.chance(habits.get(Habit.GUIDE_NEVER_CONFIRMS))) {
      return Reaction.NEVER;
    }
    double hours = dice.exponential(habits.get(Habit.GUIDE_CONFIRM_HOURS));
    return acceptedMs + 2 * MINUTE + Math.min(23 * HOUR, seconds(hours));
  }

  /// What people react to: the words, and where a link leads, but not on which host and port a
  /// server happens to listen.
  private static String heard(String text) {
    return HOST.matcher(text).replaceAll("");
  }

  private static long seconds(double hours) {
    return SECOND * (long) (hours * (HOUR / SECOND));
  }

  private final class Draw {
    private final Customer customer;
    private final Approach approach;
    private final List<Reaction> before;
    private final List<Due> dues = new ArrayList<>();
    private final String heard;
    private final String key;
    private final @Nullable String coupon;
    private final @Nullable String link;
    private final double willingness;
    private final double annoyance;
    private long followsMs = Reaction.NEVER;
    private long blocksMs = Reaction.NEVER;

    Draw(Customer customer, Approach approach, List<Reaction> before) {
      this.customer = customer;
      this.approach = approach;
      this.before = before;
      this.heard = heard(approach.text());
      this.key =
          Long.toHexString(
              Dice.hash(
                  Dice.hash(Dice.hash(seed, approach.address()), heard), approach.acceptedMs()));
      this.coupon = first(COUPON, approach.text());
      this.link = first(LINK, approach.text());
      long recent =
          before.stream()
              .filter(past -> past.fate() == Fate.DELIVERED)
              .filter(past -> past.sentMs() > approach.acceptedMs() - FATIGUE_WINDOW)
              .count();
      this.willingness =
          StrictMath.pow(habits.get(Habit.FATIGUE), (double) recent)
              * (customer.alive(approach.acceptedMs()) ? 1 : habits.get(Habit.SILENT_STILL_BUYS));
      this.annoyance = StrictMath.pow(2, (double) Math.min(6, recent));
    }

    private Dice dice(String what) {
      return Dice.of(seed, approach.address(), heard, what);
    }

    private boolean does(String what, double probability) {
      return dice(what).chance(probability);
    }

    private void due(long atMs, int rank, Delivery delivery) {
      dues.add(new Due(atMs, customer.key(), rank, delivery));
    }

    private Reaction result(Fate fate, long sentMs) {
      return new Reaction(approach, fate, sentMs, followsMs, blocksMs, dues);
    }

    // ---- SMS

    Reaction sms() {
      long sent = approach.acceptedMs();
      boolean dead =
          Dice.of(seed, approach.address(), "dead").chance(habits.get(Habit.SMS_DEAD_NUMBER));
      long reported = sent + 2 * SECOND + dice("report").below(40) * SECOND;
      if (dead || !does("delivered", habits.get(Habit.SMS_DELIVERED))) {
        String[] failure = FAILURES.get(dead ? 1 : 2 * dice("failure").below(2));
        report(sent, reported, failure[0], failure[1]);
        return result(Fate.UNDELIVERED, sent);
      }
      report(sent, reported, "DELIVERED", "用户接收成功");
      long read = reported + MINUTE + seconds(readAfter());
      if (does("optOut", habits.get(Habit.SMS_OPTS_OUT) * annoyance)) {
        reply(read, OPT_OUTS.get(dice("optOutWord").below(OPT_OUTS.size())));
        return result(Fate.DELIVERED, sent);
      }
      if (does("reply", habits.get(Habit.SMS_REPLIES))) {
        reply(read + MINUTE, WORDS.get(dice("word").below(WORDS.size())));
      }
      double visits =
          habits.get(coupon == null ? Habit.SMS_PLAIN_VISIT : Habit.SMS_COUPON_VISIT) * willingness;
      if (does("visit", visits)) {
        visited(read + 5 * SECOND);
        if (does("buy", habits.get(Habit.SMS_VISIT_BUYS))) {
          buy(read + 5 * SECOND);
        }
      }
      return result(Fate.DELIVERED, sent);
    }

    Reaction limited() {
      long sent = approach.acceptedMs();
      report(sent, sent + 2 * SECOND, "isv.BUSINESS_LIMIT_CONTROL", "触发号码天级流控");
      return result(Fate.LIMITED, sent);
    }

    private void report(long sent, long reported, String code, String message) {
      boolean success = code.equals("DELIVERED");
      // A long message is cut into pieces of 67 signs; up to 70 go as one.
      int length = approach.text().length() + approach.sender().length() + 2;
      int segments = length <= 70 ? 1 : (length + 66) / 67;
      due(
          reported,
          0,
          new Delivery.SmsReport(
              key + "-r",
              approach.address(),
              approach.platformId(),
              approach.outId(),
              sent,
              reported,
              success,
              code,
              message,
              segments));
    }

    private void reply(long atMs, String text) {
      due(
          atMs,
          1,
          new Delivery.SmsReply(key + "-a", approach.address(), text, approach.sender(), atMs));
    }

    private void visited(long atMs) {
      if (link == null) {
        return;
      }
      due(atMs, 2, new Delivery.Clicked(key + "-c", link));
      String guide = customer.guide();
      String externalUserid = customer.externalUserid();
      boolean invited = INVITATION.matcher(approach.text()).find();
      if (!invited || guide == null || externalUserid == null) {
        return;
      }
      long follows = atMs + 20 * SECOND + dice("followDelay").below(600) * SECOND;
      boolean already =
          friendOf(customer, before, follows) != null
              || before.stream().anyMatch(past -> past.followsMs() != Reaction.NEVER);
      if (!already && does("follow", habits.get(Habit.SMS_VISIT_FOLLOWS))) {
        followsMs = follows;
        due(
            follows,
            3,
            new Delivery.Followed(key + "-f", guide, externalUserid, state(link), follows));
      }
    }

    // ---- WeCom

    Reaction wecom() {
      long sent = confirmedMs(approach.sender(), approach.text(), approach.acceptedMs());
      if (sent == Reaction.NEVER) {
        return result(Fate.UNCONFIRMED, sent);
      }
      String friend = holders.holder(approach.address(), friendOf(customer, before, sent), sent);
      if (friend == null || !(friend.isEmpty() || friend.equals(approach.sender()))) {
        return result(Fate.NOT_FRIEND, sent);
      }
      long month = YearMonth.from(day(sent)).atDay(1).atStartOfDay(ZONE).toInstant().toEpochMilli();
      long had =
          before.stream()
              .filter(Reaction::countsAsMassMessage)
              .filter(past -> past.sentMs() >= month && past.sentMs() <= sent)
              .count();
      if (had >= monthlyQuota(sent)) {
        return result(Fate.QUOTA_REACHED, sent);
      }
      long read = sent + MINUTE + seconds(readAfter());
      if (does("block", habits.get(Habit.WECOM_BLOCKS) * annoyance)) {
        blocksMs = read;
        due(read, 5, new Delivery.Blocked(key + "-b", approach.sender(), approach.address(), read));
        return result(Fate.DELIVERED, sent);
      }
      if (does("optOut", habits.get(Habit.WECOM_OPTS_OUT) * annoyance)) {
        wrote(read, "退订");
        return result(Fate.DELIVERED, sent);
      }
      if (!does("read", habits.get(Habit.WECOM_READ))) {
        return result(Fate.DELIVERED, sent);
      }
      if (does("reply", habits.get(Habit.WECOM_READ_REPLIES))) {
        wrote(read + 30 * SECOND, WORDS.get(dice("word").below(WORDS.size())));
      }
      boolean buys =
          does(
              "buy",
              willingness
                  * habits.get(
                      coupon == null ? Habit.WECOM_READ_BUYS : Habit.WECOM_READ_BUYS_WITH_COUPON));
      if (link != null && (buys || does("click", habits.get(Habit.WECOM_READ_CLICKS)))) {
        due(read + 10 * SECOND, 2, new Delivery.Clicked(key + "-c", link));
      }
      if (buys) {
        buy(read + 10 * SECOND);
      }
      return result(Fate.DELIVERED, sent);
    }

    private void wrote(long atMs, String text) {
      due(atMs, 4, new Delivery.Wrote(key + "-w", approach.address(), text, atMs));
    }

    // ---- both

    private double readAfter() {
      return Math.min(40, dice("readDelay").exponential(habits.get(Habit.HOURS_UNTIL_READ)));
    }

    private void buy(long visitMs) {
      double hours =
          Math.min(240, dice("buyDelay").exponential(habits.get(Habit.HOURS_UNTIL_BOUGHT)));
      long atMs = visitMs + 4 * MINUTE + seconds(hours);
      long discountFen = (long) habits.get(Habit.COUPON_FEN);
      List<Event> order = customer.order(key, approach, coupon, discountFen, atMs);
      if (!order.isEmpty()) {
        due(atMs, 6, new Delivery.Happened(order));
      }
    }
  }

  private static @Nullable String first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? matcher.group().replaceAll("[.,;!)]+$", "") : null;
  }

  /// The live code's state: the link's `state` parameter, else the last part of its path.
  private static String state(String link) {
    Matcher matcher = STATE.matcher(link);
    if (matcher.find()) {
      return matcher.group(1);
    }
    try {
      String path = URI.create(link).getPath();
      return path == null ? "" : path.substring(path.lastIndexOf('/') + 1);
    } catch (IllegalArgumentException notALink) {
      return "";
    }
  }
}
