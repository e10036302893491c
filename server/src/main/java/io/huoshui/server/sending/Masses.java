package io.huoshui.server.sending;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Entry;
import io.huoshui.json.Json;
import io.huoshui.platforms.wecom.WecomPosts;
import io.huoshui.reach.Channel.Outcome;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.MassProgress;
import io.huoshui.reach.Template;
import io.huoshui.reach.Touchpoint;
import io.huoshui.server.access.Definitions;
import io.huoshui.server.audience.Freezing;
import io.huoshui.server.audience.Picks;
import io.huoshui.server.flow.Round;
import io.huoshui.server.reach.CalledOff;
import io.huoshui.server.reach.Channels;
import io.huoshui.server.reach.Receipts;
import io.huoshui.server.sending.MassStore.Mass;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/// Mass tasks: planned, launched at their time, reminded of, called off.
///
/// There is one way to send. A task freezes who is meant and publishes a journey of one step, both
/// under its own name, so that all of it is on disk before it is answered. Launching lets nobody in
/// twice, so a launch that is not known to have happened is done again.
@Service
public class Masses implements Round {
  private static final Duration DAY = Duration.ofDays(1);

  private final Engine engine;
  private final MassStore store;
  private final Definitions definitions;
  private final Freezing freezing;
  private final Receipts receipts;
  private final CalledOff calledOff;
  private final Channels.Posting posting;

  Masses(
      Engine engine,
      MassStore store,
      Definitions definitions,
      Freezing freezing,
      Receipts receipts,
      CalledOff calledOff,
      Channels.Posting posting) {
    this.engine = engine;
    this.store = store;
    this.definitions = definitions;
    this.freezing = freezing;
    this.receipts = receipts;
    this.calledOff = calledOff;
    this.posting = posting;
    store.cancelled().forEach(calledOff::add);
  }

  /// Plans a task: from here on it is sent whatever happens to this process.
  ///
  /// @param holdOut percent of the people who get nothing and are measured
  Mass plan(
      String title,
      Template template,
      Picks.Picked whom,
      @Nullable Instant at,
      int holdOut,
      int priority,
      @Nullable Duration confirmWithin,
      String who) {
    Instant now = engine.now();
    String id = store.nextId();
    store.add(
        new Mass(
            id,
            title,
            template.name(),
            whom.members().getLongCardinality(),
            whom.said(),
            at == null ? now : at,
            confirmWithin,
            who,
            now,
            null,
            null,
            null,
            null));
    freezing.choose(id, whom.said(), who, false, whom.members());
    String body =
        Json.object(
                "journey", Json.of(id),
                "title", Json.of(title),
                "entry", Json.object("audience", Json.of(id)),
                "reentry", Json.of("once"),
                "holdOut", Json.of(holdOut),
                "priority", Json.of(priority),
                "steps",
                    Json.of(
                        List.of(
                            Json.object("id", Json.of("send"), "send", Json.of(template.name())))))
            .write();
    definitions.publish(Entry.Definition.JOURNEY, id, body, body);
    store.planned(id, now);
    if (at == null || !at.isAfter(now)) {
      launch(id, now);
    }
    return store.find(id).orElseThrow();
  }

  private void launch(String id, Instant now) {
    engine.launch(id);
    store.launched(id, now);
  }

  /// Launches what is due. What was missed while nothing ran is launched now, once.
  public void launchDue(Instant now) {
    store.due(now).forEach(mass -> launch(mass.id(), engine.now()));
  }

  /// The same on the way of a virtual clock to an instant: each at its own.
  public void launchBy(Instant to) {
    for (Mass mass : store.due(to)) {
      if (mass.dueAt().isAfter(engine.now())) {
        engine.advanceTo(mass.dueAt());
      }
      launch(mass.id(), engine.now());
    }
  }

  MassProgress progress(String id) {
    return engine.ask().massProgress(id);
  }

  private List<Touchpoint> accepted(String id) {
    return engine.ask().awaitingReceipt(ChannelKind.WECOM).stream()
        .filter(one -> one.journey().equals(id))
        .toList();
  }

  /// Asks the platform now who got it.
  void read(String id) {
    receipts.ask(accepted(id));
  }

  /// What came of one call about one of the platform's tasks.
  ///
  /// @param said `done`, `refused`, `later`, `unknown`
  record Said(String task, String said, String code, String why) {
    static Said of(String task, Outcome outcome) {
      return switch (outcome) {
        case Outcome.Accepted _ -> new Said(task, "done", "", "");
        case Outcome.Refused(String code, String why) -> new Said(task, "refused", code, why);
        case Outcome.Later(String code, String why, int _) -> new Said(task, "later", code, why);
        case Outcome.Unknown(String why) -> new Said(task, "unknown", "", why);
        case Outcome.Absent _ -> new Said(task, "refused", "absent", "");
        case Outcome.Poisoned(String code, String why) -> new Said(task, "refused", code, why);
        case Outcome.Halted(String code, String why) -> new Said(task, "refused", code, why);
      };
    }
  }

  /// The platform's tasks of which somebody waits.
  private List<String> openTasks(String id) {
    return progress(id).calls().stream()
        .filter(call -> call.open() > 0 && !call.task().isEmpty())
        .map(MassProgress.Call::task)
        .distinct()
        .toList();
  }

  /// Reminds the guides who have not confirmed. A task that was reminded of as often as the
  /// platform allows costs no call.
  List<Said> remind(String id, String who) {
    Instant now = engine.now();
    var said = new ArrayList<Said>();
    for (String task : openTasks(id)) {
      if (store.reminders(task, now.minus(DAY)) >= WecomPosts.REMINDERS) {
        said.add(
            new Said(
                task,
                "refused",
                "reminded",
                "reminded " + WecomPosts.REMINDERS + " times in 24 h, which is all there is"));
      } else if (posting.wecom().isPresent()) {
        // Before the call: whether a lost one counted is not known.
        store.reminding(id, task, now, who);
        said.add(Said.of(task, posting.needed().remind(task)));
      }
    }
    return said;
  }

  /// Calls off what has not left and what no guide has confirmed; asking again finishes what a
  /// platform would not do the first time.
  List<Said> cancel(String id) {
    Instant now = engine.now();
    store.cancelled(id, now);
    calledOff.add(id);
    return close(id, "cancelled");
  }

  /// @param code why those who got nothing did not
  private List<Said> close(String id, String code) {
    var said = new ArrayList<Said>();
    for (String task : openTasks(id)) {
      if (posting.wecom().isEmpty()) {
        continue;
      }
      Outcome outcome = posting.needed().cancel(task);
      said.add(Said.of(task, outcome));
      if (outcome instanceof Outcome.Accepted) {
        // Who confirmed a moment ago did send.
        read(id);
        receipts.giveUp(
            accepted(id).stream().filter(one -> one.delivery().platformId().equals(task)).toList(),
            code);
      }
    }
    return said;
  }

  /// Guides who did not confirm in time will not: their customers get nothing, with the reason.
  public void giveUpDue(Instant now) {
    for (Mass mass : store.overdue(now)) {
      List<Said> said = close(mass.id(), "unconfirmed");
      if (said.stream().allMatch(each -> each.said().equals("done"))) {
        store.closed(mass.id(), now);
      }
    }
  }

  @Override
  public Place place() {
    return new Place("mass launches", Beat.TICK, Place.ONLY_BEFORE);
  }

  @Override
  public void pass(Instant before, Instant now) {
    launchDue(now);
  }

  @Override
  public void before(Instant to) {
    launchBy(to);
  }
}
