package io.huoshui.engine;

import io.huoshui.audience.Audience;
import io.huoshui.audience.Condition;
import io.huoshui.audience.Moment;
import io.huoshui.event.Identifier;
import io.huoshui.event.Value;
import io.huoshui.journey.Advance;
import io.huoshui.journey.Effect;
import io.huoshui.journey.Journey;
import io.huoshui.journey.Position;
import io.huoshui.journey.Signal;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Period;
import io.huoshui.profile.Window;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Gate;
import io.huoshui.reach.Reason;
import io.huoshui.reach.SmsLength;
import io.huoshui.reach.Template;
import io.huoshui.reach.TemplateReview;
import io.huoshui.reach.Turns;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// What would become of a journey's messages if everybody who may enter entered now, and nobody did
/// anything after. The journey's steps and the gate are asked themselves; nothing is written.
///
/// @param days 0 when these people would enter now; else they did what the journey is entered by
///   within so many days, and stand for those to come
/// @param entering who would enter: the audience's or segment's people who may
/// @param silent who would get no message, by the steps alone
/// @param messages the first message of each person, by template
/// @param quotaShort how many people WeCom would not deliver all of the journey's messages to
/// @param quotaLastsTo the last day before the first of them is short; null when nobody is
public record Forecast(
    String journey,
    int version,
    Instant at,
    int days,
    long entering,
    long silent,
    List<Message> messages,
    long quotaShort,
    @Nullable LocalDate quotaLastsTo) {
  /// A person who may go round a loop for years is looked at for so many waits.
  private static final int MOST_WAITS = 40;

  /// Who enters by doing something is told by who did it lately.
  private static final int LATELY_DAYS = 30;

  /// @param reachable whom it would be let out to, at once or after the quiet hours
  /// @param waiting how many of them would wait for the quiet hours to end
  /// @param others everybody else under the first reason the gate gives
  /// @param quotaLeft how many more messages WeCom would deliver to the reachable in the running
  ///   period; 0 on other channels
  /// @param segments how many SMS are paid for; 0 on other channels
  /// @param costFen segments, or messages, by the template's price
  /// @param lastLeaves when the last of those who need not wait for the end of quiet hours goes out
  ///   under the paces; null where none holds it up
  public record Message(
      String template,
      ChannelKind channel,
      long reachable,
      long waiting,
      Map<Reason, Long> others,
      long quotaLeft,
      long segments,
      long costFen,
      @Nullable Instant lastLeaves) {}

  private static final class Count {
    final Template template;
    final Map<Reason, Long> others = new EnumMap<>(Reason.class);
    long reachable;
    long waiting;
    long quotaLeft;
    long segments;
    long costFen;
    @Nullable Instant lastLeaves;

    Count(Template template) {
      this.template = template;
    }
  }

  static Forecast of(State state, Journey journey) {
    var counts = new TreeMap<String, Count>();
    var turns = new Turns();
    state.departure.turns.freeUs().forEach(turns::restore);
    View view = state.view();
    var moment = new Moment(state.now(), state.zone());
    long entering = 0;
    long silent = 0;
    long quotaShort = 0;
    LocalDate lastsTo = null;
    Long budget = state.gatePolicy().budgetsFen().get(journey.name());
    long left = budget == null ? Long.MAX_VALUE : budget - state.spentFen(journey.name());
    for (int profile : people(state, journey).toArray()) {
      if (!state.graph.person(profile) || !mayEnter(state, journey, profile)) {
        continue;
      }
      entering++;
      boolean first = true;
      int wecom = 0;
      boolean isShort = false;
      view.of(profile);
      Moment at = moment;
      Advance.Result step = Advance.enter(journey, profile, "", view, at, state.arms);
      for (int waits = 0; waits <= MOST_WAITS; waits++) {
        for (Effect effect : step.effects()) {
          Template template =
              effect instanceof Effect.Send(String _, String name, Effect.Withheld _)
                  ? said(state, name, view)
                  : null;
          if (template == null) {
            continue;
          }
          if (first) {
            first = false;
            Count count =
                counts.computeIfAbsent(
                    template.name() + "/" + template.channel(), _ -> new Count(template));
            left -= count(count, state, view, step.position(), at.now(), left, turns);
          }
          if (template.channel() == ChannelKind.WECOM
              && !isShort
              && !step.position().heldOut()
              && Gate.unreachable(ChannelKind.WECOM, address(view, template) != null, view)
                  == null) {
            // Messages of its own that are still to come are not in the history.
            Instant period = state.gatePolicy().wecomQuota().since(at.now(), state.zone());
            wecom = period.isAfter(moment.now()) ? Math.min(wecom, 0) : wecom;
            if (Gate.quotaLeft(history(state, profile), state.gatePolicy(), at.now(), state.zone())
                <= wecom) {
              isShort = true;
              quotaShort++;
              LocalDate before = at.now().atZone(state.zone()).toLocalDate().minusDays(1);
              lastsTo = lastsTo == null || before.isBefore(lastsTo) ? before : lastsTo;
            }
            wecom++;
          }
        }
        Instant due = step.position().due();
        if (step.position().over() || due == null) {
          break;
        }
        at = at.at(due.isAfter(at.now()) ? due : at.now());
        step =
            Advance.advance(
                journey, step.position(), new Signal.Due(), view.of(profile), at, state.arms);
      }
      silent += first ? 1 : 0;
    }
    var messages = new ArrayList<Message>();
    for (Count count : counts.values()) {
      messages.add(
          new Message(
              count.template.name(),
              count.template.channel(),
              count.reachable,
              count.waiting,
              Map.copyOf(count.others),
              count.quotaLeft,
              count.segments,
              count.costFen,
              count.lastLeaves));
    }
    return new Forecast(
        journey.name(),
        journey.version(),
        state.now(),
        journey.entry() instanceof Journey.Entry.OfEvent ? LATELY_DAYS : 0,
        entering,
        silent,
        List.copyOf(messages),
        quotaShort,
        lastsTo);
  }

  /// @param left of the budget
  /// @return what it takes of that
  private static long count(
      Count count, State state, View view, Position position, Instant now, long left, Turns turns) {
    Template template = count.template;
    Identifier address = address(view, template);
    int profile = view.profile();
    String sender = state.guides().sender(template.sender(), view);
    Gate.Decision decision =
        Gate.decide(
            template.channel(),
            template.category(),
            template.name(),
            position.heldOut(),
            address == null ? null : address.value(),
            sender,
            view,
            history(state, profile),
            state.gatePolicy(),
            now,
            state.zone());
    if (decision instanceof Gate.Decision.Closed(Reason reason)) {
      count.others.merge(reason, 1L, Long::sum);
      return 0;
    }
    if (decision instanceof Gate.Decision.Open && sender != null && now.equals(state.now())) {
      long nowMs = now.toEpochMilli();
      // Through one queue after the other, with nobody else coming meanwhile.
      long last = nowMs;
      for (int passed = 0; passed < Integer.MAX_VALUE; ) {
        Turns.Turn turn =
            turns.take(
                state.gatePolicy().paces(),
                template.channel(),
                position.journey(),
                sender,
                template.category(),
                last,
                passed);
        passed = turn.atMs() == last ? Integer.MAX_VALUE : turn.passed();
        last = turn.atMs();
      }
      if (last > nowMs) {
        count.lastLeaves = Instant.ofEpochMilli(last);
      }
    }
    if (template.costFen() > left) {
      count.others.merge(Reason.OVER_BUDGET, 1L, Long::sum);
      return 0;
    }
    count.reachable++;
    count.waiting += decision instanceof Gate.Decision.Later ? 1 : 0;
    if (template.channel() == ChannelKind.WECOM) {
      count.quotaLeft +=
          Gate.quotaLeft(history(state, profile), state.gatePolicy(), now, state.zone());
      count.costFen += template.costFen();
    } else if (template.channel() != ChannelKind.SMS) {
      count.costFen += template.costFen();
    } else {
      String text = text(state, template, view, position);
      int segments = SmsLength.of(TemplateReview.sms(template, text)).segments();
      count.segments += segments;
      count.costFen += segments * template.costFen();
    }
    return template.costFen();
  }

  /// What a template says to somebody: the link is of the length of any.
  static String text(State state, Template template, View view, @Nullable Position position) {
    return template.render(name -> word(state, template, view, position, name));
  }

  static @Nullable String word(
      State state, Template template, View view, @Nullable Position position, String name) {
    return switch (name) {
      case "coupon" -> position == null ? null : position.coupon();
      case "link" -> state.linkBase() + "/r/" + Definitions.linkCode(template.name());
      default -> {
        Value trait = view.trait(name);
        yield trait == null ? null : trait.shown();
      }
    };
  }

  private static @Nullable Template said(State state, String name, View view) {
    Template template = state.templates.get(name);
    return template == null ? null : template.to(view);
  }

  private static @Nullable Identifier address(View view, Template template) {
    return view.identifier(
        template.channel().address(), template.channel().scope(template.sender()));
  }

  private static Gate.History history(State state, int profile) {
    return state.lanes[Lane.of(state.ordinals.of(profile))].history(profile);
  }

  private static boolean mayEnter(State state, Journey journey, int profile) {
    for (Position position : state.positionsOf(profile)) {
      if (position.journey().equals(journey.name())
          && (!position.over() || journey.reentry() instanceof Journey.Reentry.Once)) {
        return false;
      }
    }
    return true;
  }

  /// Nobody where another system decides, or people leave a segment.
  private static RoaringBitmap people(State state, Journey journey) {
    return switch (journey.entry()) {
      case Journey.Entry.OfAudience(String name) -> {
        Audience audience = state.audiences.get(name);
        var present = new RoaringBitmap();
        if (audience != null) {
          audience.members().forEach((int node) -> present.add(state.graph.profileOf(node)));
        }
        yield present;
      }
      case Journey.Entry.OfSegment _, Journey.Entry.OnSchedule _ -> {
        LiveSegment live = state.segments.get(journey.entrySegment());
        yield live == null ? new RoaringBitmap() : state.members(live);
      }
      case Journey.Entry.OfEvent(EventPattern event) ->
          state.members(
              new Condition.Did(
                  event,
                  Condition.Times.atLeast(1),
                  new Window.Last(new Period(LATELY_DAYS, Period.Unit.DAY))));
      case Journey.Entry.OfCall _, Journey.Entry.OfLeaving _ -> new RoaringBitmap();
    };
  }
}
