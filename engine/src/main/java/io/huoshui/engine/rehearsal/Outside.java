package io.huoshui.engine.rehearsal;

import io.huoshui.engine.Entry;
import io.huoshui.engine.Replica;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.profile.Timeline;
import io.huoshui.reach.Channel.Outcome;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.GatePolicy;
import io.huoshui.reach.Touchpoint;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The model of everything beyond the outbox: platforms with their quotas, guides with their hours,
/// and what people do with what they get. Whatever is done on top of what people do anyway is done
/// here, so that a hold-out measures it exactly.
final class Outside {
  private static final long SECOND = 1_000;
  private static final long MINUTE = 60 * SECOND;
  private static final long HOUR = 60 * MINUTE;
  private static final long DAY = 24 * HOUR;
  private static final long FATIGUE_MS = 7 * DAY;
  private static final int MOST_IN_BATCH = 10_000;
  private static final int MOST_DOUBLINGS = 6;

  private final Script script;
  private final Rates rates;
  private final long seed;
  private final long startMs;
  private final long endMs;
  private final Replica replica;
  private final People people;
  private final Guides guides;
  private final Map<String, Script.Answer> toMessages = new HashMap<>();
  private final Map<String, Script.Answer> toTasks = new HashMap<>();
  private final Map<Integer, List<Touchpoint>> letOut = new HashMap<>();
  private final Map<String, Newcomer> newcomers = new HashMap<>();

  /// What is to happen, and in which order what happens at one moment was thought of.
  private final PriorityQueue<Due> dues = new PriorityQueue<>();

  private long thought;
  private int seenOccurrences;

  // What is counted.
  final Map<String, Long> happened = new TreeMap<>();
  final Map<String, Long> clicks = new TreeMap<>();
  final Map<String, Long> hooks = new TreeMap<>();
  final Map<ChannelKind, Quota> quotas = new LinkedHashMap<>();
  long accepted;
  long capsExceeded;
  long unconfirmed;
  long deliveredInQuietHours;
  long tasksDone;

  /// What one person may get in a time, and how much of that anybody did.
  static final class Quota {
    final String period;
    int limit;
    int most;
    long refused;
    @Nullable Instant exhausted;

    Quota(String period) {
      this.period = period;
    }
  }

  private record Due(long atMs, long order, Event event) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      int byTime = Long.compare(atMs, other.atMs);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private record Newcomer(List<Identifier> who, long basketFen) {}

  Outside(Script script, Rates rates, Replica replica, People people, long endMs) {
    this.script = script;
    this.rates = rates;
    this.seed = script.brand().seed();
    this.replica = replica;
    this.people = people;
    this.startMs = replica.now().toEpochMilli();
    this.endMs = endMs;
    this.guides =
        new Guides(
            startMs,
            endMs,
            (int) rates.get(Rate.GUIDE_PER_HOUR),
            replica.gatePolicy(),
            replica.zone());
    script
        .answers()
        .forEach(answer -> (answer.task() ? toTasks : toMessages).put(answer.to(), answer));
    quotas.put(ChannelKind.WECOM, new Quota("month"));
    quotas.put(ChannelKind.SMS, new Quota("24h"));
    quotas.put(ChannelKind.CALL, new Quota("24h"));
    seenOccurrences = replica.occurrences();
    arrive();
  }

  Guides.Found guides() {
    return guides.found();
  }

  int newcomers() {
    return newcomers.size() / 2;
  }

  // What happens.

  private void due(long atMs, Event event) {
    if (atMs <= endMs) {
      dues.add(new Due(atMs, thought++, event));
    }
  }

  /// What happens until an instant because of what the outside did.
  void until(long toMs, List<Event> into) {
    for (Due next = dues.peek(); next != null && next.atMs() <= toMs; next = dues.peek()) {
      into.add(next.event());
      dues.remove();
    }
  }

  void count(List<Event> events) {
    for (Event event : events) {
      happened.merge(event.name(), 1L, Long::sum);
    }
  }

  private static Event event(
      String id, String name, long atMs, Identifier who, Properties properties) {
    return new Event(id, name, Instant.ofEpochMilli(atMs), Basket.SOURCE, List.of(who), properties);
  }

  private static String id(Draw draw, String what) {
    return "r" + Long.toUnsignedString(draw.id(), 36) + what;
  }

  // People who are new.

  private void arrive() {
    for (Script.Arrival arrival : script.arrivals()) {
      int number = 0;
      long last = Math.min(arrival.from() + (long) arrival.days(), script.days());
      for (long day = arrival.from(); day < last; day++) {
        for (int i = 0; i < arrival.perDay(); i++) {
          var draw = Draw.of(seed, arrival.name(), number);
          // From eight in the morning to ten at night.
          long at = startMs + day * DAY + 8 * HOUR + (long) (draw.uniform(0) * 14 * HOUR);
          arrive(arrival, number++, at / SECOND * SECOND, draw);
        }
      }
    }
  }

  private void arrive(Script.Arrival arrival, int number, long atMs, Draw draw) {
    int phone = newcomers.size() / 2;
    var who =
        List.of(
            Identifier.of(
                IdentifierKind.PHONE, String.format(Locale.ROOT, "+8616%09d", 200_000_000 + phone)),
            Identifier.of(
                IdentifierKind.EXTERNAL_USERID,
                Basket.SOURCE,
                "wm-" + arrival.name() + "-" + number));
    var newcomer = new Newcomer(who, arrival.basketFen());
    who.forEach(name -> newcomers.put(name.value(), newcomer));
    follow(arrival.events(), draw, who, atMs);
    double gapMs =
        arrival.ordersPer30Days() == 0
            ? Double.POSITIVE_INFINITY
            : 30.0 * DAY / arrival.ordersPer30Days();
    double at = atMs;
    for (int order = 0; order < 1_000; order++) {
      at += draw.exponential(100 + order, gapMs);
      if (!(at < endMs)) {
        return;
      }
      var dice = draw.of(1_000 + order);
      Basket.of(id(dice, ""), who, arrival.basketFen(), dice, Map.of(), null, 0, (long) at)
          .forEach(event -> due(event.time().toEpochMilli(), event));
    }
  }

  /// What may happen to somebody after something, and after that.
  private void follow(List<Happening> what, Draw draw, List<Identifier> who, long atMs) {
    for (int i = 0; i < what.size(); i++) {
      Happening happening = what.get(i);
      var dice = draw.of(10 + i);
      if (!dice.chance(0, happening.share())) {
        continue;
      }
      long mean = happening.after().toMillis();
      long at =
          mean == 0
              ? atMs
              : atMs + (long) Math.min(dice.exponential(1, (double) mean), 10.0 * mean);
      var said = new TreeMap<String, Value>();
      new TreeMap<>(happening.properties())
          .forEach(
              (key, values) ->
                  said.put(key, values.get(dice.below(100 + said.size(), values.size()))));
      if (happening.event().equals(Happening.ORDER)) {
        order(dice, who.getFirst(), null, "", null, 0, said, at);
      } else {
        due(
            at,
            new Event(
                id(dice, "h"),
                happening.event(),
                Instant.ofEpochMilli(at),
                Basket.SOURCE,
                who,
                Properties.of(said)));
      }
      follow(happening.then(), dice, who, at);
    }
  }

  /// People who are there and do something together.
  void crowd(Script.Crowd crowd, long atMs) {
    replica
        .members(crowd.segment())
        .forEach(
            (int node) -> {
              Identifier who = replica.identifier(node);
              var draw = Draw.of(seed, who.value() + crowd.segment(), crowd.day());
              if (draw.chance(0, crowd.share())) {
                long at = atMs + (long) (draw.uniform(1) * crowd.spread().toMillis());
                follow(crowd.events(), draw, List.of(who), at);
              }
            });
  }

  // Messages.

  /// Takes everything that may leave, as platforms do.
  void takeOutbox(long nowMs) {
    int[] waiting = replica.outbox();
    var batches = new LinkedHashMap<String, List<Integer>>();
    for (int index : waiting) {
      batches
          .computeIfAbsent(replica.touchpoint(index).template(), _ -> new ArrayList<>())
          .add(index);
    }
    for (List<Integer> batch : batches.values()) {
      for (int from = 0; from < batch.size(); from += MOST_IN_BATCH) {
        take(batch.subList(from, Math.min(batch.size(), from + MOST_IN_BATCH)), nowMs);
      }
    }
  }

  private void take(List<Integer> batch, long nowMs) {
    String id = replica.nextBatch();
    replica.apply(
        new Entry.HandedOver(
            nowMs, id, batch.stream().map(index -> replica.touchpoint(index).key()).toList()));
    var outcomes = new ArrayList<Outcome>(batch.size());
    var accepted_ = new Outcome.Accepted(id);
    for (int index : batch) {
      Touchpoint touchpoint = replica.touchpoint(index);
      lookAtCaps(touchpoint);
      outcomes.add(refused(touchpoint, nowMs) ? REFUSED : accepted_);
    }
    replica.apply(new Entry.Answered(nowMs, id, outcomes));
    for (int i = 0; i < batch.size(); i++) {
      if (outcomes.get(i) == accepted_) {
        accepted++;
        react(batch.get(i), replica.touchpoint(batch.get(i)), nowMs);
      }
    }
  }

  /// Counts again what the caps allow, over whoever the person is known as by now: two who are
  /// found to be one later were two when they were written to.
  private void lookAtCaps(Touchpoint touchpoint) {
    letOut.computeIfAbsent(touchpoint.profile(), _ -> new ArrayList<>(2)).add(touchpoint);
    for (GatePolicy.Cap cap : replica.gatePolicy().caps()) {
      Instant since = touchpoint.due().minus(cap.period().exact());
      int sent = 0;
      for (int node : replica.names(touchpoint.profile())) {
        for (Touchpoint other : letOut.getOrDefault(node, List.of())) {
          sent +=
              (cap.channel() == null
                          || (cap.channel() == touchpoint.channel()
                              && cap.channel() == other.channel()))
                      && other.due().isAfter(since)
                      && !other.due().isAfter(touchpoint.due())
                  ? 1
                  : 0;
        }
      }
      capsExceeded += sent > cap.most() ? 1 : 0;
    }
  }

  private static final Outcome REFUSED = new Outcome.Refused("quota", "the person had their share");

  private boolean refused(Touchpoint touchpoint, long nowMs) {
    Quota quota = quotas.get(touchpoint.channel());
    if (quota == null) {
      return false;
    }
    LocalDate day = Instant.ofEpochMilli(nowMs).atZone(replica.zone()).toLocalDate();
    quota.limit =
        switch (touchpoint.channel()) {
          // One mass message for each day of the month (PLATFORMS 5.1).
          case WECOM -> YearMonth.from(day).lengthOfMonth();
          case SMS -> (int) rates.get(Rate.SMS_PER_DAY);
          case CALL -> (int) rates.get(Rate.CALL_PER_DAY);
          // The gate counts what their platforms allow.
          case OFFICIAL_ACCOUNT, OFFICIAL_TEMPLATE, SUBSCRIBE -> Integer.MAX_VALUE;
        };
    long since =
        switch (touchpoint.channel()) {
          case WECOM ->
              day.withDayOfMonth(1).atStartOfDay(replica.zone()).toInstant().toEpochMilli() - 1;
          case SMS, CALL, OFFICIAL_ACCOUNT, OFFICIAL_TEMPLATE, SUBSCRIBE -> nowMs - DAY;
        };
    // The message itself is among those let out.
    int had = replica.sentSince(touchpoint.profile(), touchpoint.channel(), since);
    if (had > quota.limit) {
      quota.refused++;
      if (quota.exhausted == null) {
        quota.exhausted = Instant.ofEpochMilli(nowMs);
      }
      return true;
    }
    quota.most = Math.max(quota.most, had);
    return false;
  }

  private double rate(Rate rate, Touchpoint of) {
    return rates.get(rate, of.template());
  }

  private void react(int index, Touchpoint touchpoint, long nowMs) {
    Identifier who = replica.address(touchpoint.profile(), touchpoint.channel());
    if (who == null) {
      return;
    }
    int before = replica.sentSince(touchpoint.profile(), null, startMs - 1) - 1;
    int recent = replica.sentSince(touchpoint.profile(), null, nowMs - FATIGUE_MS) - 1;
    var draw = Draw.of(seed, who.value(), before);
    var reaction = new Reaction(index, touchpoint, who, draw, Math.max(0, recent));
    switch (touchpoint.channel()) {
      case SMS -> reaction.sms(nowMs);
      case WECOM -> reaction.wecom(nowMs);
      case CALL -> reaction.call(nowMs);
      case OFFICIAL_ACCOUNT, OFFICIAL_TEMPLATE, SUBSCRIBE -> reaction.ofApp(nowMs);
    }
  }

  /// What one person does with one message.
  private final class Reaction {
    private final Touchpoint touchpoint;
    private final Identifier who;
    private final Draw draw;
    private final int recent;
    private final String coupon;

    Reaction(int index, Touchpoint touchpoint, Identifier who, Draw draw, int recent) {
      this.touchpoint = touchpoint;
      this.who = who;
      this.draw = draw;
      this.recent = recent;
      this.coupon = replica.coupon(index);
    }

    private boolean does(int what, Rate rate, double times) {
      return draw.chance(what, rate(rate, touchpoint) * times);
    }

    private double annoyance() {
      return 1L << Math.min(MOST_DOUBLINGS, recent);
    }

    private double willingness(long atMs) {
      double silent = rate(Rate.SILENT_STILL_BUYS, touchpoint);
      return StrictMath.pow(rate(Rate.FATIGUE, touchpoint), recent)
          * (newcomers.containsKey(who.value()) ? 1 : people.willing(who, atMs, silent));
    }

    private long later(int what, Rate hours, double most) {
      double drawn = Math.min(most, draw.exponential(what, rate(hours, touchpoint)));
      return SECOND * (long) (drawn * 3_600);
    }

    private void happens(String what, String name, long atMs, Properties properties) {
      due(atMs, event(id(draw, what), name, atMs, who, properties));
    }

    private void arrives(long atMs, String name, String code) {
      var properties =
          Properties.of("touchpoint", touchpoint.key(), "channel", touchpoint.channel().wire());
      happens(
          "d", name, atMs, code.isEmpty() ? properties : properties.with("code", Value.of(code)));
      if (name.equals("message_delivered")
          && atMs <= endMs
          && replica
              .gatePolicy()
              .quietAt(Instant.ofEpochMilli(atMs).atZone(replica.zone()).toLocalTime())) {
        deliveredInQuietHours++;
      }
    }

    private void clicks(long atMs) {
      happens("c", "link_clicked", atMs, Properties.of("touchpoint", touchpoint.key(), "link", ""));
      if (atMs <= endMs) {
        clicks.merge(touchpoint.journey(), 1L, Long::sum);
      }
    }

    private void optsOut(long atMs) {
      happens(
          "o", "consent_withdrawn", atMs, Properties.of("channel", touchpoint.channel().wire()));
    }

    private void replies(long atMs) {
      happens("a", "message_replied", atMs, Properties.of("text", "好的"));
    }

    private void answers(long atMs) {
      Script.Answer answer = toMessages.get(touchpoint.template());
      if (answer != null) {
        follow(answer.events(), draw, List.of(who), atMs);
      }
    }

    private void buys(long atMs) {
      String used = coupon.isEmpty() ? null : coupon;
      order(
          draw,
          who,
          touchpoint.channel(),
          touchpoint.text(),
          used,
          used == null ? 0 : discount(touchpoint.profile(), used),
          Map.of(),
          atMs + 4 * MINUTE + later(9, Rate.HOURS_UNTIL_BOUGHT, 240));
    }

    void sms(long nowMs) {
      long reported = nowMs + 2 * SECOND + draw.below(0, 40) * SECOND;
      if (!does(1, Rate.SMS_DELIVERED, 1)) {
        arrives(reported, "message_failed", "UNDELIV");
        return;
      }
      arrives(reported, "message_delivered", "");
      long read = reported + MINUTE + later(2, Rate.HOURS_UNTIL_READ, 40);
      answers(reported);
      if (does(3, Rate.SMS_OPTS_OUT, annoyance())) {
        optsOut(read);
        return;
      }
      if (does(4, Rate.SMS_REPLIES, 1)) {
        replies(read + MINUTE);
      }
      Rate visits = coupon.isEmpty() ? Rate.SMS_PLAIN_VISIT : Rate.SMS_COUPON_VISIT;
      if (does(5, visits, willingness(nowMs))) {
        clicks(read + 5 * SECOND);
        if (does(6, Rate.SMS_VISIT_BUYS, 1)) {
          buys(read + 5 * SECOND);
        }
      }
    }

    /// Rings for a while, is answered or not, is talked through or not.
    void call(long nowMs) {
      long rung = nowMs + (5 + draw.below(0, 25)) * SECOND;
      Properties of =
          Properties.of("touchpoint", touchpoint.key(), "channel", touchpoint.channel().wire());
      if (!does(1, Rate.CALL_ANSWERED, 1)) {
        arrives(rung, "message_failed", "no_answer");
        happens("f", "call_failed", rung, of.with("reason", Value.of("no_answer")));
        return;
      }
      arrives(rung, "message_delivered", "");
      happens("w", "call_answered", rung, of);
      answers(rung);
      boolean early = does(4, Rate.CALL_HUNG_UP_EARLY, 1);
      long ended = rung + (early ? 4 + draw.below(2, 8) : 25 + draw.below(2, 60)) * SECOND;
      boolean leaves = !early && does(3, Rate.CALL_OPTS_OUT, annoyance());
      boolean visits = !early && !leaves && does(5, Rate.CALL_VISITS, willingness(nowMs));
      happens(
          "e",
          "call_completed",
          ended,
          of.with("outcome", Value.of(early ? "hung_up" : leaves ? "opted_out" : "talked"))
              .with("durationS", Value.of((ended - rung) / SECOND)));
      if (leaves) {
        optsOut(ended);
      }
      if (visits) {
        clicks(ended + MINUTE);
        if (does(6, Rate.CALL_VISIT_BUYS, 1)) {
          buys(ended + MINUTE);
        }
      }
    }

    /// Arrives at once, and is read and answered as a WeCom message is: nobody measured another
    /// rate of it yet.
    void ofApp(long nowMs) {
      long read = nowMs + MINUTE + later(2, Rate.HOURS_UNTIL_READ, 40);
      arrives(nowMs + SECOND, "message_delivered", "");
      answers(nowMs + SECOND);
      if (does(3, Rate.WECOM_OPTS_OUT, annoyance())) {
        optsOut(read);
      } else if (does(4, Rate.WECOM_READ_REPLIES, 1)) {
        happens(
            "a",
            "message_replied",
            read + MINUTE,
            Properties.of("text", "好的", "channel", touchpoint.channel().wire()));
      }
    }

    void wecom(long nowMs) {
      String guide =
          touchpoint.sender().isBlank() ? replica.guide(touchpoint.profile()) : touchpoint.sender();
      // One draw for one guide, text and hour: a guide confirms one task for all of its customers.
      var task = Draw.of(seed, guide + touchpoint.template(), nowMs / HOUR);
      if (task.chance(0, rate(Rate.GUIDE_NEVER_CONFIRMS, touchpoint))) {
        unconfirmed++;
        guides.ask(guide, false, nowMs, Long.MAX_VALUE);
        return;
      }
      double hours = Math.min(23, task.exponential(1, rate(Rate.GUIDE_CONFIRM_HOURS, touchpoint)));
      long sent = guides.ask(guide, false, nowMs, nowMs + 2 * MINUTE + (long) (hours * HOUR));
      if (sent >= endMs) {
        return;
      }
      arrives(sent, "message_delivered", "");
      answers(sent);
      long read = sent + MINUTE + later(2, Rate.HOURS_UNTIL_READ, 40);
      if (does(3, Rate.WECOM_BLOCKS, annoyance())) {
        happens("b", "contact_removed", read, Properties.of("guide", guide));
        return;
      }
      if (does(7, Rate.WECOM_OPTS_OUT, annoyance())) {
        optsOut(read);
        return;
      }
      if (!does(8, Rate.WECOM_READ, 1)) {
        return;
      }
      if (does(4, Rate.WECOM_READ_REPLIES, 1)) {
        replies(read + 30 * SECOND);
      }
      Rate buys = coupon.isEmpty() ? Rate.WECOM_READ_BUYS : Rate.WECOM_READ_BUYS_WITH_COUPON;
      boolean bought = does(6, buys, willingness(nowMs));
      if (bought || does(5, Rate.WECOM_READ_CLICKS, 1)) {
        clicks(read + 10 * SECOND);
      }
      if (bought) {
        buys(read + 10 * SECOND);
      }
    }
  }

  /// What a coupon takes off.
  private long discount(int node, String coupon) {
    Timeline timeline = replica.timeline(node);
    for (int i = timeline.size() - 1; i >= 0; i--) {
      if (timeline.name(i).equals("coupon_issued")
          && Value.of(coupon).equals(timeline.property(i, "coupon"))) {
        return timeline.whole(i, "valueFen");
      }
    }
    return 0;
  }

  private void order(
      Draw draw,
      Identifier who,
      @Nullable ChannelKind channel,
      String text,
      @Nullable String coupon,
      long discountFen,
      Map<String, Value> said,
      long atMs) {
    if (atMs > endMs) {
      return;
    }
    String key = id(draw, "");
    Newcomer newcomer = newcomers.get(who.value());
    List<Event> events;
    if (newcomer != null || !said.isEmpty()) {
      events =
          Basket.of(
              key,
              newcomer == null ? List.of(who) : newcomer.who(),
              newcomer == null ? 6_000 : newcomer.basketFen(),
              draw,
              said,
              coupon,
              discountFen,
              atMs);
    } else {
      events = people.order(new People.Wish(key, who, channel, text, coupon, discountFen, atMs));
    }
    events.forEach(event -> due(event.time().toEpochMilli(), event));
  }

  // Tasks.

  /// Gives guides the tasks, and hooks the calls, that came since the last time.
  void takeTasks(long nowMs) {
    for (; seenOccurrences < replica.occurrences(); seenOccurrences++) {
      Replica.Occurred one = replica.occurrence(seenOccurrences);
      switch (one.name()) {
        case "task_assigned" -> task(one, nowMs);
        case "hook_wanted" -> hooks.merge(one.properties().text("hook"), 1L, Long::sum);
        default -> {}
      }
    }
  }

  private void task(Replica.Occurred task, long nowMs) {
    Identifier who = replica.identifier(task.node());
    String key = task.properties().text("task");
    var draw = Draw.of(seed, key, 0);
    double hours = draw.exponential(0, rates.get(Rate.TASK_HOURS));
    long turns = nowMs + (long) (Math.min(hours, 72) * HOUR);
    long at = guides.ask(task.properties().text("guide"), true, nowMs, turns);
    if (at > endMs || !draw.chance(1, rates.get(Rate.TASK_DONE))) {
      return;
    }
    tasksDone++;
    due(
        at,
        event(
            id(draw, "t"),
            "task_done",
            at,
            who,
            Properties.of("task", key, "title", task.properties().text("title"))));
    Script.Answer answer = toTasks.get(task.properties().text("title"));
    if (answer != null) {
      List<Identifier> names = replica.identifiers(task.node());
      Newcomer newcomer =
          names.stream()
              .map(name -> newcomers.get(name.value()))
              .filter(found -> found != null)
              .findFirst()
              .orElse(null);
      follow(
          answer.events(),
          draw,
          newcomer == null ? List.of(reached(names, who)) : newcomer.who(),
          at);
    }
  }

  /// The name under which people order: a phone, where there is one.
  private static Identifier reached(List<Identifier> names, Identifier otherwise) {
    for (IdentifierKind kind : List.of(IdentifierKind.PHONE, IdentifierKind.EXTERNAL_USERID)) {
      for (Identifier name : names) {
        if (name.kind() == kind) {
          return name;
        }
      }
    }
    return otherwise;
  }
}
