package io.huoshui.server.guide;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Questions;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.guide.Bindings;
import io.huoshui.guide.Evidence;
import io.huoshui.guide.TaskState;
import io.huoshui.guide.TaskState.Move;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Problem;
import io.huoshui.server.access.Scope;
import io.huoshui.server.audience.Member;
import io.huoshui.server.audience.Picks;
import io.huoshui.server.audience.Whom;
import io.huoshui.server.journey.Followers;
import io.huoshui.server.journey.GuideTask;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// What guides have to do: given by journeys or by hand, done with evidence, moved.
@RestController
@RequestMapping("/api/v1")
class TaskResource {
  private static final int MOST = 1_000;

  private final Engine engine;
  private final Staff staff;
  private final Followers followers;
  private final Picks picks;
  private final Audit audit;

  TaskResource(Engine engine, Staff staff, Followers followers, Picks picks, Audit audit) {
    this.engine = engine;
    this.staff = staff;
    this.followers = followers;
    this.picks = picks;
    this.audit = audit;
  }

  /// @param when `today`, `later`, `overdue`, or the state it ended in: `done`, `skipped`,
  ///   `cancelled`
  /// @param name the customer's, masked; null where none is known
  /// @param externalUserid the customer as a contact, so that the guide's page can open the chat;
  ///   only in a guide's own lists, and null where they are none
  /// @param verified whether the records themselves show the evidence
  record TaskView(
      String task,
      String customer,
      @Nullable String name,
      @Nullable String externalUserid,
      String guide,
      String doneBy,
      String title,
      String script,
      String journey,
      Instant assignedAt,
      Instant due,
      String when,
      @Nullable Instant doneAt,
      @Nullable String evidence,
      @Nullable String evidenceKind,
      boolean verified,
      @Nullable String why) {}

  TaskView view(GuideTask task) {
    TaskState state = TaskState.ofWire(task.state());
    TaskState.When when = state.when(task.due(), engine.now(), engine.ask().zone());
    int profile = engine.ask().profileOf(task.profile());
    String customer = "p" + profile;
    return new TaskView(
        task.task(),
        customer,
        Member.names(engine, RoaringBitmap.bitmapOf(profile)).get(customer),
        Scope.current().guide().isEmpty() ? null : contact(profile),
        task.guide(),
        engine.guides().today(task.guide()),
        task.title(),
        task.script(),
        task.journey(),
        task.assignedAt(),
        task.due(),
        when == TaskState.When.OVER ? state.wire() : when.wire(),
        task.doneAt(),
        task.evidence(),
        task.evidenceKind(),
        task.verified(),
        task.why());
  }

  private @Nullable String contact(int profile) {
    Questions.Profile found = engine.ask().profile(profile);
    return found == null
        ? null
        : found.identifiers().stream()
            .filter(identifier -> identifier.kind() == IdentifierKind.EXTERNAL_USERID)
            .map(Identifier::value)
            .findFirst()
            .orElse(null);
  }

  /// One guide's list, with what they took over from whoever left.
  ///
  /// @param when `open`, `today`, `later`, `overdue`, `done`, `skipped`, `cancelled`
  @GetMapping("/guides/{guide}/tasks")
  List<TaskView> tasks(
      @PathVariable String guide,
      @RequestParam(defaultValue = "open") String when,
      @RequestParam(defaultValue = "200") int limit) {
    staff.look(guide);
    return list(guide, when, Math.clamp(limit, 1, MOST));
  }

  List<TaskView> list(String guide, String when, int most) {
    List<String> states =
        switch (when) {
          case "open", "today", "later", "overdue" -> List.of("open");
          case "done", "skipped", "cancelled" -> List.of(when);
          default ->
              throw Problem.of(HttpStatus.BAD_REQUEST, "bad_when", "There is no such list.")
                  .at("when", when, "open, today, later, overdue, done, skipped, cancelled")
                  .thrown();
        };
    return followers.tasks(engine.guides().behind(guide), states, MOST).stream()
        .map(this::view)
        .filter(task -> when.equals("open") || task.when().equals(when))
        .limit(most)
        .toList();
  }

  /// @param doneToday since the brand's midnight
  record Load(
      String guide,
      String title,
      String store,
      long overdue,
      long today,
      long later,
      long doneToday) {}

  /// How much everybody has to do. What somebody took over counts for them.
  @GetMapping("/guide-board")
  List<Load> board() {
    Scope scope = Scope.current();
    ZoneId zone = engine.ask().zone();
    LocalDate day = engine.now().atZone(zone).toLocalDate();
    var loads = new TreeMap<String, Load>();
    staff
        .org()
        .guides()
        .values()
        .forEach(
            guide -> {
              if (guide.active()) {
                loads.put(
                    guide.userid(),
                    new Load(guide.userid(), guide.title(), guide.store(), 0, 0, 0, 0));
              }
            });
    followers
        .loads(
            engine.now(),
            day.atStartOfDay(zone).toInstant(),
            day.plusDays(1).atStartOfDay(zone).toInstant())
        .forEach(
            load -> {
              String who = engine.guides().today(load.guide());
              loads.merge(
                  who,
                  new Load(
                      who,
                      staff.title(who),
                      staff.storeOf(who),
                      load.overdue(),
                      load.today(),
                      load.later(),
                      load.doneToday()),
                  (one, more) ->
                      new Load(
                          one.guide(),
                          one.title(),
                          one.store(),
                          one.overdue() + more.overdue(),
                          one.today() + more.today(),
                          one.later() + more.later(),
                          one.doneToday() + more.doneToday()));
            });
    return loads.values().stream().filter(load -> scope.sees(load.store())).toList();
  }

  /// @param people whom it is about; `{guide}`'s own, each task for the customer's guide, where the
  ///   path says `own`
  /// @param within time to do it in, of the store's opening hours: `4h`, `2d` (a day has eight)
  record NewTask(
      @Nullable Whom people,
      @Nullable String title,
      @Nullable String script,
      @Nullable String within,
      @Nullable String key) {}

  /// @param without customers who have no guide, or none that may be given tasks
  record Given(int given, int without) {}

  /// Gives a task about each of some customers, to one guide or (`own`) to whoever has them.
  @PostMapping("/guides/{guide}/tasks")
  Given give(@PathVariable String guide, @RequestBody NewTask body) {
    boolean own = guide.equals("own");
    if (!own) {
      staff.look(guide);
      var _ = staff.guide(guide);
    }
    String title = body.title() == null ? "" : body.title().strip();
    if (title.isEmpty() || title.length() > 100) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_task", "A task has a title.")
          .at("title", title, "1 to 100 characters")
          .thrown();
    }
    Duration work = work(body.within() == null ? "8h" : body.within());
    RoaringBitmap people = staff.seen(picks.of(body.people(), "people").members());
    Instant now = engine.now();
    String key = body.key() == null ? Long.toString(now.toEpochMilli()) : body.key();
    var events = new ArrayList<Event>();
    int without = 0;
    for (int profile : people.toArray()) {
      String whose = own ? ofCustomer(profile, now) : guide;
      if (whose.isEmpty()
          || !staff.org().guides().containsKey(whose)
          || !Scope.current().sees(staff.storeOf(whose))) {
        without++;
        continue;
      }
      Instant due =
          staff.storeNamed(staff.storeOf(whose)).hours().after(now, work, engine.ask().zone());
      events.add(
          new Event(
              "task-given/" + key + "/" + profile,
              "task_assigned",
              now,
              "guide",
              List.of(engine.ask().identifier(profile)),
              Properties.of(
                  "task",
                  "hand/" + key + "/" + profile,
                  "title",
                  title,
                  "script",
                  body.script() == null ? "" : body.script(),
                  "due",
                  due.toString(),
                  "guide",
                  whose,
                  "by",
                  audit.who(),
                  "journey",
                  "")));
    }
    if (!events.isEmpty()) {
      engine.take(events);
    }
    audit.record("tasks_given", title + ": " + events.size());
    return new Given(events.size(), without);
  }

  private String ofCustomer(int profile, Instant now) {
    Bindings.Span span = staff.bindings(profile).at(now);
    return span == null ? "" : engine.guides().today(span.guide());
  }

  private static Duration work(String text) {
    try {
      if (text.matches("[1-9]\\d{0,3}h")) {
        return Duration.ofHours(Long.parseLong(text.substring(0, text.length() - 1)));
      }
      if (text.matches("[1-9]\\d{0,2}d")) {
        return Duration.ofHours(8 * Long.parseLong(text.substring(0, text.length() - 1)));
      }
    } catch (DateTimeException | NumberFormatException e) {
      // Falls through to the one message.
    }
    throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_task", "That is no time to work.")
        .at("within", text, "hours or days of eight hours: 4h, 2d")
        .thrown();
  }

  /// @param kind `text`, `photo`, `link`, `message`
  record EvidenceBody(@Nullable String kind, @Nullable String what) {}

  /// @param move `done`, `skip`, `cancel`, `reopen`, `reassign`
  /// @param guide to whom, of `reassign`
  record Moving(
      @Nullable String task,
      @Nullable String move,
      @Nullable String guide,
      @Nullable String why,
      @Nullable EvidenceBody evidence) {}

  @PostMapping("/guide-tasks/move")
  TaskView move(@RequestBody Moving body) {
    GuideTask task = find(String.valueOf(body.task()));
    staff.look(engine.guides().today(task.guide()));
    return move(task, body);
  }

  GuideTask find(String name) {
    return followers
        .task(name)
        .orElseThrow(
            () ->
                Problem.of(HttpStatus.NOT_FOUND, "unknown_task", "No task '" + name + "'.")
                    .thrown());
  }

  TaskView move(GuideTask task, Moving body) {
    Move move = body.move() == null ? null : Move.ofWire(body.move());
    if (move == null) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_move", "There is no such move.")
          .at("move", String.valueOf(body.move()), "done, skip, cancel, reopen, reassign")
          .thrown();
    }
    TaskState to = TaskState.ofWire(task.state()).after(move);
    if (to == null) {
      throw Problem.of(
              HttpStatus.CONFLICT, "task_state", "A task that is " + task.state() + " can not.")
          .at("move", move.wire(), "what the table in docs/guides.md allows")
          .thrown();
    }
    if (move == Move.DONE) {
      return done(task, body.evidence());
    }
    String guide = task.guide();
    if (move == Move.REASSIGN) {
      guide = String.valueOf(body.guide());
      if (!staff.guide(guide).guide().active()) {
        throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "guide_left", "They have left.")
            .at("guide", guide, "a guide who is active")
            .thrown();
      }
      staff.look(guide);
    }
    String why = body.why() == null ? "" : body.why();
    if (why.isBlank() && (move == Move.SKIP || move == Move.CANCEL)) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "missing_field", "Say why.")
          .at("why", "nothing", "a reason")
          .thrown();
    }
    GuideTask moved =
        followers
            .move(task, to.wire(), guide, move.wire(), why, audit.who())
            .orElseThrow(
                () ->
                    Problem.of(
                            HttpStatus.CONFLICT, "task_state", "Somebody moved it at this moment.")
                        .next("Look at it again.")
                        .thrown());
    audit.record("task_" + move.wire(), task.task() + " " + why);
    return view(moved);
  }

  private TaskView done(GuideTask task, @Nullable EvidenceBody said) {
    Evidence.Kind kind =
        Evidence.Kind.ofWire(said == null || said.kind() == null ? "text" : said.kind());
    if (kind == null) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_evidence", "No such evidence.")
          .at(
              "evidence.kind",
              said == null ? "" : String.valueOf(said.kind()),
              "text, photo, link, message")
          .thrown();
    }
    var evidence = new Evidence(kind, said == null || said.what() == null ? "" : said.what());
    String wrong = evidence.wrong();
    if (wrong != null) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_evidence", "It shows nothing.")
          .at("evidence.what", evidence.what(), wrong)
          .thrown();
    }
    boolean verified = kind == Evidence.Kind.MESSAGE && delivered(task);
    if (kind == Evidence.Kind.MESSAGE && !verified) {
      throw Problem.of(
              HttpStatus.CONFLICT,
              "no_message",
              "No message reached the customer since it was given.")
          .at("evidence.kind", "message", "text, photo, link; or send one")
          .next("Receipts of the platform come late: try again, or leave a note.")
          .thrown();
    }
    GuideTask done = followers.done(task, evidence.what(), kind.wire(), verified, audit.who());
    audit.record("task_done", task.task() + " " + kind.wire());
    return view(done);
  }

  private boolean delivered(GuideTask task) {
    var profile = engine.ask().profile(task.profile());
    return profile != null
        && profile.touchpoints().stream()
            .anyMatch(
                touchpoint ->
                    touchpoint.delivered()
                        && touchpoint.delivery().at() != null
                        && !touchpoint.delivery().at().isBefore(task.assignedAt()));
  }
}
