package io.huoshui.server.call;

import io.huoshui.dialog.Calls;
import io.huoshui.dialog.Redial;
import io.huoshui.engine.Engine;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Intake;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.json.Json;
import io.huoshui.reach.Touchpoint;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// Takes what a platform says of calls that are over: once each, whatever it repeats, and in any
/// order, as events of the person: `call_answered` and `call_completed`, or `call_failed`; and the
/// receipt of the message that the call was.
@Component
class CallOutcomes {
  private static final Logger LOG = LoggerFactory.getLogger(CallOutcomes.class);

  private final Engine engine;
  private final Talks talks;
  private final CallStore store;
  private final Redials redials;

  /// Results of one call may come twice at once.
  private final ReentrantLock one = new ReentrantLock();

  CallOutcomes(Engine engine, Talks talks, CallStore store, Redials redials) {
    this.engine = engine;
    this.talks = talks;
    this.store = store;
    this.redials = redials;
  }

  /// @return how many were news
  int take(List<Calls.Result> results) {
    int news = 0;
    for (Calls.Result result : results) {
      one.lock();
      try {
        news += take(result) ? 1 : 0;
      } finally {
        one.unlock();
      }
    }
    return news;
  }

  private boolean take(Calls.Result result) {
    Instant now = engine.now();
    CallStore.Made known = talks.ended(result.call(), now);
    if (known != null && known.told()) {
      return false;
    }
    String key = Redials.touchpoint(result.reference());
    Touchpoint touchpoint = engine.ask().touchpoint(key);
    if (touchpoint == null && known == null) {
      LOG.warn("call result refused call={} why=no touchpoint of ours", result.call());
      return false;
    }
    Identifier phone;
    try {
      phone =
          Identifier.of(
              IdentifierKind.PHONE,
              touchpoint == null || touchpoint.address().isEmpty()
                  ? result.phone()
                  : touchpoint.address());
    } catch (IllegalArgumentException e) {
      LOG.warn("call result refused call={} why=no phone", result.call());
      return false;
    }
    CallStore.Made made =
        new CallStore.Made(
            result.call(),
            key,
            known != null ? known.flow() : flow(touchpoint),
            known != null ? known.version() : 0,
            known != null
                ? known.profile()
                : touchpoint != null ? touchpoint.profile() : engine.ask().find(phone),
            when(result, now),
            result.why() == null ? null : result.why().wire(),
            known == null ? null : known.said(),
            known == null ? null : known.transcript(),
            false);
    // The events first: their ids keep a second time from counting, a row without them would not.
    takeIn(events(result, made, touchpoint, phone));
    store.put(made, now);
    if (result.why() != null && touchpoint != null) {
      redials.failed(touchpoint, made, result.why(), now);
    } else {
      store.done(key);
    }
    return true;
  }

  private static String flow(@Nullable Touchpoint touchpoint) {
    return touchpoint == null ? "" : touchpoint.sender();
  }

  private static Instant when(Calls.Result result, Instant now) {
    return result.at().toEpochMilli() == 0 || result.at().isAfter(now) ? now : result.at();
  }

  private List<Event> events(
      Calls.Result result, CallStore.Made made, @Nullable Touchpoint touchpoint, Identifier phone) {
    String id = "call/" + result.call();
    Properties of =
        Properties.of(
            "call",
            result.call(),
            "flow",
            made.flow(),
            "channel",
            "call",
            "touchpoint",
            made.touchpoint());
    long cost = touchpoint == null ? 0 : touchpoint.costFen();
    Redial.Why why = result.why();
    var events = new ArrayList<Event>();
    if (why != null) {
      events.add(
          event(
              id + "/failed",
              "call_failed",
              made.at(),
              phone,
              of.with("reason", Value.of(why.wire()))
                  .with("attempt", Value.of(Redials.attempt(result.reference())))
                  .with("costFen", Value.of(why == Redial.Why.VOICEMAIL ? cost : 0L))));
      return events;
    }
    events.add(
        event(
            id + "/answered",
            "call_answered",
            made.at(),
            phone,
            of.with("attempt", Value.of(Redials.attempt(result.reference())))));
    if (touchpoint != null) {
      events.add(
          event(
              "call-report/" + made.touchpoint(),
              "message_delivered",
              made.at(),
              phone,
              Properties.of(
                  "touchpoint",
                  made.touchpoint(),
                  "channel",
                  "call",
                  "template",
                  touchpoint.template())));
    }
    Properties what =
        of.with("outcome", Value.of(said(made, "outcome", "answered")))
            .with("durationS", Value.of(result.seconds()))
            .with("hungUpBy", Value.of(said(made, "hungUpBy", result.hungUpBy())))
            .with("costFen", Value.of(cost));
    for (String name : List.of("level", "node", "line", "lines", "replied", "tags")) {
      String value = said(made, name, "");
      what = value.isEmpty() ? what : what.with(name, Value.of(value));
    }
    events.add(
        event(
            id + "/completed",
            "call_completed",
            made.at().plusSeconds(result.seconds()).isAfter(engine.now())
                ? made.at()
                : made.at().plusSeconds(result.seconds()),
            phone,
            what));
    return events;
  }

  /// What we know of the talk goes before what the platform guesses.
  private static String said(CallStore.Made made, String key, String otherwise) {
    return made.said() instanceof Json.Obj said
            && said.get(key) instanceof Json.Str(String text)
            && !text.isEmpty()
        ? text
        : otherwise;
  }

  static Event event(String id, String name, Instant at, Identifier phone, Properties what) {
    return new Event(id, name, at, Talks.SOURCE, List.of(phone), what);
  }

  private void takeIn(List<Event> events) {
    var known = engine.catalogue();
    var now = engine.now();
    engine.take(
        events.stream()
            .filter(
                event -> {
                  Intake.Verdict.Rejected rejected = Intake.check(event, known, now);
                  if (rejected != null) {
                    LOG.warn(
                        "call event refused id={} code={} field={}",
                        event.id(),
                        rejected.code(),
                        rejected.field());
                  }
                  return rejected == null;
                })
            .toList());
  }
}
