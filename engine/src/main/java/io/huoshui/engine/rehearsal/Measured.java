package io.huoshui.engine.rehearsal;

import io.huoshui.engine.Replica;
import io.huoshui.insight.Share;
import io.huoshui.json.Json;
import io.huoshui.reach.ChannelKind;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// Rates taken from what people did with the messages there were: each with how many it stands on
/// and its 95 % interval (Wilson's). Where there were too few, what was given or the default stays.
///
/// | rate | of | how many |
/// |---|---|---|
/// | `smsDelivered` | SMS with a receipt | were delivered |
/// | `smsOptsOut`, `wecomBlocks`, `wecomOptsOut` | delivered, rested | withdrew, removed the guide |
/// | `smsReplies` | those of them who stayed | wrote back |
/// | `smsPlainVisit`, `smsCouponVisit` | those who stayed and are active | clicked |
/// | `smsVisitBuys` | those who clicked | bought, beyond what was bought before |
/// | `wecomRead…` | delivered, rested, stayed (clicks, orders: active) | the same, by `wecomRead` |
/// | `hoursUntilRead` | clicks on rested SMS | mean hours until then |
///
/// Rested: no message in the seven days before, because fatigue is another rate. Active: bought
/// within half a year, because silence is another, too. Nobody can see who read a message without
/// answering it, so `wecomRead` stays as given, and the rates of readers are seen through it: their
/// products are measured. What was bought is counted until the next message, four days at most,
/// less the share of the same people who bought in as long a time before.
public final class Measured {
  private static final double Z_95 = 1.959963984540054;

  /// Where a value comes from.
  public enum From {
    DEFAULT,
    GIVEN,
    MEASURED;

    String wire() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /// @param messages what it was measured on, or would have been
  /// @param answered how many of them did; 0 for hours
  /// @param low NaN when it was not measured
  public record Line(
      Rate rate, double value, From from, long messages, long answered, double low, double high) {}

  private final Rates given;
  private final int atLeast;
  private final Map<Rate, Line> lines = new EnumMap<>(Rate.class);

  private Measured(Rates given, int atLeast) {
    this.given = given;
    this.atLeast = atLeast;
  }

  /// @param replica whose messages up to now count
  static Measured of(Replica replica, Script script) {
    return script.reactions().measured()
        ? of(Sent.of(replica), script.rates(), script.reactions().atLeast())
        : new Measured(script.rates(), script.reactions().atLeast());
  }

  static Measured of(List<Sent> sent, Rates given, int atLeast) {
    var measured = new Measured(given, atLeast);
    measured.sms(sent);
    measured.wecom(sent);
    return measured;
  }

  /// The rates to go by.
  public Rates rates() {
    var found = new EnumMap<Rate, Double>(Rate.class);
    lines.forEach(
        (rate, line) -> {
          if (line.from() == From.MEASURED) {
            found.put(rate, line.value());
          }
        });
    return given.with(found);
  }

  /// In the order of [Rate]; those that are never measured are not among them.
  public List<Line> lines() {
    return List.copyOf(lines.values());
  }

  Json json() {
    var json = new LinkedHashMap<String, Json>();
    lines.forEach(
        (rate, line) ->
            json.put(
                rate.wire(),
                Json.object(
                    "value", Tally.rounded(line.value()),
                    "from", Json.of(line.from().wire()),
                    "messages", Json.of(line.messages()),
                    "answered", Json.of(line.answered()),
                    "low", finite(line.low()),
                    "high", finite(line.high()),
                    "atLeast", Json.of(atLeast))));
    return new Json.Obj(json);
  }

  private static Json finite(double number) {
    return Double.isNaN(number) ? new Json.Null() : Tally.rounded(number);
  }

  private void sms(List<Sent> sent) {
    List<Sent> ended = those(sent, one -> one.channel() == ChannelKind.SMS);
    share(Rate.SMS_DELIVERED, ended, Sent::arrived);
    List<Sent> rested = those(ended, one -> one.arrived() && one.rested());
    share(Rate.SMS_OPTS_OUT, rested, Sent::optedOut);
    List<Sent> stayed = those(rested, one -> !one.optedOut());
    share(Rate.SMS_REPLIES, stayed, Sent::replied);
    List<Sent> active = those(stayed, Sent::active);
    share(Rate.SMS_PLAIN_VISIT, those(active, one -> !one.coupon()), Sent::clicked);
    share(Rate.SMS_COUPON_VISIT, those(active, Sent::coupon), Sent::clicked);
    List<Sent> visits = those(stayed, Sent::clicked);
    put(Rate.SMS_VISIT_BUYS, visits.size(), count(visits, Sent::bought), net(visits));
    hours(visits);
  }

  private void wecom(List<Sent> sent) {
    List<Sent> rested =
        those(sent, one -> one.channel() == ChannelKind.WECOM && one.arrived() && one.rested());
    share(Rate.WECOM_BLOCKS, rested, Sent::blocked);
    List<Sent> kept = those(rested, one -> !one.blocked());
    share(Rate.WECOM_OPTS_OUT, kept, Sent::optedOut);
    List<Sent> stayed = those(kept, one -> !one.optedOut());
    double read = given.get(Rate.WECOM_READ);
    long replies = count(stayed, Sent::replied);
    put(
        Rate.WECOM_READ_REPLIES,
        stayed.size(),
        replies,
        over(Share.of(replies, stayed.size()), read));
    List<Sent> active = those(stayed, Sent::active);
    List<Sent> plain = those(active, one -> !one.coupon());
    List<Sent> coupon = those(active, Sent::coupon);
    put(Rate.WECOM_READ_BUYS, plain.size(), count(plain, Sent::bought), over(net(plain), read));
    put(
        Rate.WECOM_READ_BUYS_WITH_COUPON,
        coupon.size(),
        count(coupon, Sent::bought),
        over(net(coupon), read));
    // Whoever buys has clicked: the others' clicks are what is left beyond them.
    List<Sent> others = those(active, one -> !one.bought());
    long clicks = count(others, Sent::clicked);
    double buys = active.isEmpty() ? 0 : net(active).value();
    double readers = (read - buys) / Math.max(1e-9, 1 - buys);
    put(
        Rate.WECOM_READ_CLICKS,
        others.size(),
        clicks,
        over(Share.of(clicks, others.size()), readers));
  }

  private static List<Sent> those(List<Sent> sent, Predicate<Sent> which) {
    return sent.stream().filter(which).toList();
  }

  private static long count(List<Sent> sent, Predicate<Sent> what) {
    return sent.stream().filter(what).count();
  }

  /// The same of those only to whom it could happen.
  private static Share over(Share found, double share) {
    return share <= 0
        ? new Share(0, 0, 1)
        : new Share(
            Math.min(1, found.value() / share),
            Math.min(1, found.low() / share),
            Math.min(1, found.high() / share));
  }

  /// Who bought, less who would have bought anyway. The two intervals are taken at their far ends,
  /// so this one is wider than 95 % need.
  private static Share net(List<Sent> sent) {
    Share after = Share.of(count(sent, Sent::bought), sent.size());
    Share before = Share.of(count(sent, Sent::before), sent.size());
    return new Share(
        beyond(after.value(), before.value()),
        beyond(after.low(), before.high()),
        beyond(after.high(), before.low()));
  }

  private static double beyond(double after, double before) {
    return before >= 1 ? 0 : Math.clamp(1 - (1 - after) / (1 - before), 0.0, 1.0);
  }

  private void share(Rate rate, List<Sent> of, Predicate<Sent> what) {
    long answered = count(of, what);
    put(rate, of.size(), answered, Share.of(answered, of.size()));
  }

  private void hours(List<Sent> visits) {
    double sum = 0;
    double squares = 0;
    for (Sent one : visits) {
      sum += one.hours();
      squares += one.hours() * one.hours();
    }
    int n = visits.size();
    double mean = n == 0 ? 0 : sum / n;
    double half =
        n < 2 ? mean : Z_95 * Math.sqrt(Math.max(0, (squares - sum * mean) / (n - 1)) / n);
    put(Rate.HOURS_UNTIL_READ, n, 0, new Share(mean, Math.max(0, mean - half), mean + half));
  }

  private void put(Rate rate, long messages, long answered, Share found) {
    boolean enough = messages >= atLeast;
    lines.put(
        rate,
        new Line(
            rate,
            enough ? found.value() : given.get(rate),
            enough ? From.MEASURED : given.given(rate) ? From.GIVEN : From.DEFAULT,
            messages,
            answered,
            enough ? found.low() : Double.NaN,
            enough ? found.high() : Double.NaN));
  }
}
