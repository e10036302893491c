package io.huoshui.server.call;

import io.huoshui.dialog.Redial;
import io.huoshui.engine.Engine;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.profile.Person;
import io.huoshui.reach.Category;
import io.huoshui.reach.Channel;
import io.huoshui.reach.Channel.Envelope;
import io.huoshui.reach.Channel.Outcome;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Dialling;
import io.huoshui.reach.Gate;
import io.huoshui.reach.Template;
import io.huoshui.reach.Touchpoint;
import io.huoshui.server.flow.Round;
import io.huoshui.server.reach.Channels;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.stereotype.Component;

/// Calls again who was not spoken with, by the one rule ([Redial]). A redial is the same send: it
/// is no new touchpoint, asks for the person's word and the hour again before it leaves, and counts
/// for the callee's limits. Its row is written before the platform is called, so that it is never
/// placed twice: what is not known is asked first.
@Component
public class Redials implements Round {
  private static final int MOST = 200;
  private static final Duration PAUSE = Duration.ofMinutes(15);
  private static final Duration HELD_BACK = Duration.ofMinutes(1);
  private static final Duration LOOKED_BACK = Duration.ofDays(30);

  private final Engine engine;
  private final CallStore store;
  private final Channels.Calling calling;

  Redials(Engine engine, CallStore store, Channels.Calling calling) {
    this.engine = engine;
    this.store = store;
    this.calling = calling;
  }

  /// The platform knows the second call of a touchpoint as `key#2`.
  static String reference(String touchpoint, int attempt) {
    return attempt <= 1 ? touchpoint : touchpoint + "#" + attempt;
  }

  /// Which dial of its send a reference is: 1 for the first.
  static long attempt(String reference) {
    String touchpoint = touchpoint(reference);
    return touchpoint.equals(reference)
        ? 1
        : Long.parseLong(reference.substring(touchpoint.length() + 1));
  }

  /// The touchpoint of a reference.
  static String touchpoint(String reference) {
    int mark = reference.lastIndexOf('#');
    return mark > 0 && reference.substring(mark + 1).matches("\\d{1,3}")
        ? reference.substring(0, mark)
        : reference;
  }

  private Redial rule() {
    return new Redial(
        Redial.USUAL.rules(),
        Redial.USUAL.windows(),
        engine.ask().gatePolicy().dialling().perCallee());
  }

  /// Decides what becomes of a send whose call was no talk.
  void failed(Touchpoint touchpoint, CallStore.Made made, Redial.Why why, Instant now) {
    List<Integer> names = names(touchpoint.profile());
    List<Redial.Attempt> attempts = store.attempts(names, now.minus(LOOKED_BACK));
    int ofThis = Math.max(1, Math.min(attempts.size(), store.attemptsOf(touchpoint.key())));
    if (attempts.isEmpty()) {
      attempts = List.of(new Redial.Attempt(made.at(), why));
    }
    switch (rule().decide(attempts, ofThis, now, zone(touchpoint.profile()))) {
      case Redial.Decision.At(Instant when) -> store.again(touchpoint.key(), ofThis, when);
      case Redial.Decision.Never(String reason, boolean bad) -> {
        store.done(touchpoint.key());
        giveUp(touchpoint, reason.equals("attempts") ? why.wire() : reason, bad, now);
      }
    }
  }

  private List<Integer> names(int profile) {
    List<Integer> names = engine.ask().namesOf(profile);
    return names.isEmpty() ? List.of(profile) : names;
  }

  private ZoneId zone(int profile) {
    ZoneId brands = engine.ask().zone();
    var found = new ArrayList<ZoneId>(1);
    person(profile, person -> found.add(Gate.zoneOf(person, brands)));
    return found.isEmpty() ? brands : found.getFirst();
  }

  private void person(int profile, java.util.function.Consumer<Person> reader) {
    engine
        .ask()
        .each(
            RoaringBitmap.bitmapOf(engine.ask().profileOf(profile)),
            (_, person) -> reader.accept(person));
  }

  /// The message failed for good; a number nobody has is marked as that.
  private void giveUp(Touchpoint touchpoint, String reason, boolean badNumber, Instant now) {
    if (touchpoint.address().isEmpty()) {
      return;
    }
    Identifier phone = Identifier.of(IdentifierKind.PHONE, touchpoint.address());
    var events = new ArrayList<Event>();
    events.add(
        CallOutcomes.event(
            "call-report/" + touchpoint.key(),
            "message_failed",
            now,
            phone,
            Properties.of(
                "touchpoint",
                touchpoint.key(),
                "channel",
                "call",
                "code",
                reason,
                "template",
                touchpoint.template())));
    if (badNumber) {
      events.add(
          CallOutcomes.event(
              "call/" + touchpoint.key() + "/phone",
              "profile_updated",
              now,
              phone,
              Properties.of("phoneStatus", "empty")));
    }
    engine.take(events);
  }

  /// Places what is due.
  public void pass() {
    Channel channel = calling.channel().orElse(null);
    if (channel == null) {
      return;
    }
    Instant now = engine.now();
    for (CallStore.Again again : store.due(now, MOST)) {
      Touchpoint touchpoint = engine.ask().touchpoint(again.touchpoint());
      if (touchpoint == null || touchpoint.address().isEmpty()) {
        // Erased meanwhile.
        store.done(again.touchpoint());
        continue;
      }
      place(again, touchpoint, now, channel);
    }
  }

  private void place(CallStore.Again again, Touchpoint touchpoint, Instant now, Channel by) {
    var envelope =
        new Envelope(
            reference(touchpoint.key(), again.attempts() + 1),
            touchpoint.address(),
            touchpoint.template(),
            touchpoint.text(),
            touchpoint.sender());
    String batch = "redial/" + envelope.key();
    if (again.placing()) {
      // A call was begun, and whether it got there is not known: ask before anything else.
      Outcome known = by.reconcile(batch, List.of(envelope), now).getFirst();
      if (!(known instanceof Outcome.Absent)) {
        settle(again, touchpoint, known, now);
        return;
      }
    }
    Verdict verdict = mayCall(touchpoint, envelope.key(), now);
    switch (verdict) {
      case NEVER -> {
        store.done(again.touchpoint());
        giveUp(touchpoint, "withdrawn", false, now);
        return;
      }
      case LATER -> {
        store.again(again.touchpoint(), again.attempts(), now.plus(PAUSE));
        return;
      }
      case NOW -> {}
    }
    store.placing(again.touchpoint());
    // On the timeline before it rings, so that whoever is let out from now on has counted it; and
    // asked once more, because somebody may have been let out a moment ago.
    engine.take(List.of(dialled(envelope, touchpoint, now)));
    if (!engine.ask().mayRedial(touchpoint.profile(), envelope.key())) {
      store.again(again.touchpoint(), again.attempts(), now.plus(PAUSE));
      return;
    }
    settle(again, touchpoint, by.handOver(batch, List.of(envelope)).getFirst(), now);
  }

  private void settle(CallStore.Again again, Touchpoint touchpoint, Outcome outcome, Instant now) {
    switch (outcome) {
      case Outcome.Accepted _ -> store.done(again.touchpoint());
      case Outcome.Later(String _, String _, int seconds) ->
          // A redial has no hurry, and each try is written down.
          store.again(
              again.touchpoint(),
              again.attempts(),
              now.plusSeconds(Math.max(seconds, HELD_BACK.toSeconds())));
      // Stays as it is being placed: asked again.
      case Outcome.Unknown _, Outcome.Absent _ -> {}
      case Outcome.Refused(String code, String _) -> refused(again, touchpoint, code, now);
      case Outcome.Poisoned(String code, String _) -> refused(again, touchpoint, code, now);
      case Outcome.Halted _ -> store.again(again.touchpoint(), again.attempts(), now.plus(PAUSE));
    }
  }

  private void refused(CallStore.Again again, Touchpoint touchpoint, String code, Instant now) {
    store.done(again.touchpoint());
    giveUp(touchpoint, code, false, now);
  }

  private enum Verdict {
    NOW,
    LATER,
    NEVER
  }

  private static Event dialled(Envelope redial, Touchpoint touchpoint, Instant now) {
    return CallOutcomes.event(
        "call/" + redial.key() + "/dialled/" + now.toEpochMilli(),
        Dialling.REDIALLED,
        now,
        Identifier.of(IdentifierKind.PHONE, touchpoint.address()),
        Properties.of(
            "reference", redial.key(), "touchpoint", touchpoint.key(), "channel", "call"));
  }

  private Verdict mayCall(Touchpoint touchpoint, String reference, Instant now) {
    Category category =
        engine.ask().templates().stream()
            .filter(template -> template.name().equals(touchpoint.template()))
            .findFirst()
            .map(Template::category)
            .orElse(Category.MARKETING);
    boolean mayRedial = engine.ask().mayRedial(touchpoint.profile(), reference);
    var found = new ArrayList<Verdict>(1);
    person(
        touchpoint.profile(),
        person ->
            found.add(
                Gate.unreachable(ChannelKind.CALL, person.has(IdentifierKind.PHONE), person) != null
                    ? Verdict.NEVER
                    : Gate.mayLeave(
                                ChannelKind.CALL,
                                category,
                                person,
                                engine.ask().gatePolicy(),
                                now,
                                engine.ask().zone())
                            && mayRedial
                        ? Verdict.NOW
                        : Verdict.LATER));
    return found.isEmpty() ? Verdict.NEVER : found.getFirst();
  }

  @Override
  public Place place() {
    return new Place("redials", Beat.DISPATCH, 80);
  }

  @Override
  public void pass(Instant before, Instant now) {
    pass();
  }
}
