package io.huoshui.server.call;

import io.huoshui.dialog.Dialogue;
import io.huoshui.dialog.Dialogue.Effect;
import io.huoshui.dialog.Talk;
import io.huoshui.engine.Engine;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.insight.call.MadeCall;
import io.huoshui.json.Json;
import io.huoshui.platforms.call.Turns;
import io.huoshui.reach.Touchpoint;
import io.huoshui.server.access.Sealed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// The talks that are under way. A talk lives in memory, so that a turn waits for no disk, and is
/// written down when it ends; what a server was killed in the middle of is known by its result.
@Component
class Talks {
  static final String SOURCE = "call";

  /// So many at once is a fault, not a campaign.
  private static final int MOST = 20_000;

  /// A talk nobody ended in this time has ended without a word.
  private static final Duration LONGEST = Duration.ofHours(1);

  private final Engine engine;
  private final CallFlows flows;
  private final CallStore store;
  private final Sealed sealed;
  private final Map<String, Live> live = new ConcurrentHashMap<>();

  Talks(Engine engine, CallFlows flows, CallStore store, Sealed sealed) {
    this.engine = engine;
    this.flows = flows;
    this.store = store;
    this.sealed = sealed;
  }

  private static final class Live {
    final CallFlows.Trained by;
    final String reference;
    final String phone;
    final Instant began;
    volatile Talk talk;

    Live(CallFlows.Trained by, String reference, String phone, Instant began, Talk talk) {
      this.by = by;
      this.reference = reference;
      this.phone = phone;
      this.began = began;
      this.talk = talk;
    }
  }

  /// What is answered to a platform that asks for a turn.
  String turn(Turns.Turn turn) {
    Instant now = engine.now();
    Live one = live.get(turn.session());
    if (one == null) {
      if (turn.heard() instanceof Dialogue.Heard.HungUp) {
        // Over and written down already.
        return Turns.answer(turn, List.of(), now);
      }
      if (!(turn.heard() instanceof Dialogue.Heard.Answered)) {
        return Turns.refused(turn, 404, "unknown_session", "No talk " + turn.session());
      }
      CallFlows.Trained by = flows.find(turn.flow());
      if (by == null) {
        return Turns.refused(turn, 404, "unknown_flow", "No call flow '" + turn.flow() + "'");
      }
      if (live.size() >= MOST) {
        live.values().removeIf(other -> other.began.plus(LONGEST).isBefore(now));
      }
      if (live.size() >= MOST) {
        return Turns.refused(turn, 503, "too_many", MOST + " talks are under way");
      }
      var begun = new Live(by, turn.reference(), turn.phone(), now, Talk.of(turn.words()));
      Live other = live.putIfAbsent(turn.session(), begun);
      one = other == null ? begun : other;
    }
    Dialogue.Step step;
    synchronized (one) {
      boolean went = one.talk.end() == null;
      step = one.by.dialogue().advance(one.talk, turn.heard(), now);
      one.talk = step.talk();
      suppress(turn.session(), one, step.effects(), now);
      if (went && one.talk.end() != null) {
        write(turn.session(), one);
        live.remove(turn.session());
      }
    }
    return Turns.answer(turn, step.effects(), now);
  }

  /// Whoever asks not to be called is not called any more from this moment on, whatever the
  /// platform says of the call later.
  private void suppress(String session, Live one, List<Effect> effects, Instant now) {
    for (Effect effect : effects) {
      if (effect instanceof Effect.Suppress(String why) && !one.phone.isEmpty()) {
        engine.take(
            List.of(
                new Event(
                    "call/" + session + "/leave",
                    "consent_withdrawn",
                    now,
                    SOURCE,
                    List.of(Identifier.of(IdentifierKind.PHONE, one.phone)),
                    Properties.of("channel", "call", "why", why))));
      }
    }
  }

  /// The talk of a call that is over, written down; null when none is known.
  CallStore.@Nullable Made ended(String session, Instant now) {
    Live one = live.get(session);
    if (one != null) {
      synchronized (one) {
        if (one.talk.end() == null) {
          one.talk = one.by.dialogue().advance(one.talk, new Dialogue.Heard.HungUp(""), now).talk();
          write(session, one);
        }
      }
      live.remove(session);
    }
    return store.find(session).orElse(null);
  }

  private void write(String session, Live one) {
    String key = Redials.touchpoint(one.reference);
    Touchpoint touchpoint = engine.ask().touchpoint(key);
    int profile =
        touchpoint == null
            ? engine.ask().find(Identifier.of(IdentifierKind.PHONE, one.phone))
            : touchpoint.profile();
    store.put(
        new CallStore.Made(
            session,
            key,
            one.by.published().flow().name(),
            one.by.published().version(),
            profile,
            one.began,
            null,
            said(one.talk),
            sealed.seal(transcript(one.talk).write()),
            false),
        null);
  }

  /// What a talk came to, in words that name nobody.
  static Json said(Talk talk) {
    Talk.End end = talk.end();
    return Json.object(
        "outcome", Json.of(end == null ? "" : end.outcome()),
        "level", Json.of(end == null ? "" : end.level().name()),
        "hungUpBy", Json.of(end == null ? "" : end.by()),
        "node", Json.of(end == null ? talk.node() : end.node()),
        "line", Json.of(end == null ? talk.lastLine() : end.line()),
        "lines", Json.of(MadeCall.listing(talk.reached())),
        "replied", Json.of(MadeCall.listing(talk.replied())),
        "tags", Json.of(MadeCall.listing(talk.tags())),
        "turns", Json.of(talk.turns()));
  }

  static Json transcript(Talk talk) {
    return Json.of(
        talk.said().stream()
            .map(
                one ->
                    Json.object(
                        "who", Json.of(one.who() == Talk.Who.ROBOT ? "robot" : "person"),
                        "line", Json.of(one.line()),
                        "text", Json.of(one.text()),
                        "intent", Json.of(one.intent()),
                        "confidence", Json.of(one.confidence()),
                        "cut", Json.of(one.cut()),
                        "at", Json.of(one.at().toString())))
            .toList());
  }

  /// How many are under way.
  int underWay() {
    return (int) live.values().stream().filter(one -> one.talk.end() == null).count();
  }
}
