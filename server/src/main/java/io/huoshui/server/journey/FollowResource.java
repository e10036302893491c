package io.huoshui.server.journey;

import io.huoshui.engine.Engine;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Problem;
import io.huoshui.server.access.Sealed;
import io.huoshui.server.access.SignedPost;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Tasks of guides, and the hooks by which other systems are told.
@RestController
@RequestMapping("/api/v1")
class FollowResource {
  private static final int MOST = 1_000;

  private final Engine engine;
  private final Followers followers;
  private final FollowStore store;
  private final Sealed sealed;
  private final Audit audit;

  FollowResource(
      Engine engine, Followers followers, FollowStore store, Sealed sealed, Audit audit) {
    this.engine = engine;
    this.followers = followers;
    this.store = store;
    this.sealed = sealed;
    this.audit = audit;
  }

  /// @param state `today`, `later`, `overdue`, `done`
  record TaskView(
      String task,
      String customer,
      String guide,
      String title,
      String script,
      String journey,
      Instant assignedAt,
      Instant due,
      String state,
      @Nullable Instant doneAt,
      @Nullable String evidence) {}

  private TaskView view(GuideTask task) {
    Instant now = engine.now();
    boolean today =
        task.due()
            .atZone(engine.ask().zone())
            .toLocalDate()
            .equals(now.atZone(engine.ask().zone()).toLocalDate());
    return new TaskView(
        task.task(),
        "p" + engine.ask().profileOf(task.profile()),
        task.guide(),
        task.title(),
        task.script(),
        task.journey(),
        task.assignedAt(),
        task.due(),
        !task.state().equals("open")
            ? task.state()
            : task.due().isBefore(now) ? "overdue" : today ? "today" : "later",
        task.doneAt(),
        task.evidence());
  }

  @GetMapping("/guide-tasks")
  List<TaskView> tasks(
      @RequestParam(required = false) @Nullable String guide,
      @RequestParam(defaultValue = "false") boolean done,
      @RequestParam(defaultValue = "100") int limit) {
    // Whoever took over has the tasks of those who left, too.
    Set<String> whose = guide == null ? null : engine.guides().behind(guide);
    return followers
        .tasks(whose, List.of(done ? "done" : "open"), Math.clamp(limit, 1, MOST))
        .stream()
        .map(this::view)
        .toList();
  }

  /// @param evidence what the guide leaves: a note, the address of a picture
  record Done(@Nullable String task, @Nullable String evidence) {}

  /// A guide did it: it stands on the customer's timeline, and journeys that wait for it go on.
  @PostMapping("/guide-tasks/done")
  TaskView done(@RequestBody Done body) {
    GuideTask task =
        followers
            .task(String.valueOf(body.task()))
            .orElseThrow(
                () ->
                    Problem.of(
                            HttpStatus.NOT_FOUND, "unknown_task", "No task '" + body.task() + "'.")
                        .thrown());
    return view(
        followers.done(
            task, body.evidence() == null ? "" : body.evidence(), "", false, audit.who()));
  }

  record NewHook(@Nullable String name, @Nullable String url, @Nullable String secret) {}

  @GetMapping("/hooks")
  List<FollowStore.HookState> hooks() {
    return store.hookStates();
  }

  /// Sets a hook up, or changes where it leads. The secret is kept encrypted and never shown again.
  @PostMapping("/hooks")
  List<FollowStore.HookState> hook(@RequestBody NewHook body) {
    if (body.name() == null || !body.name().matches("[a-z][a-z0-9_]{0,63}")) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_hook", "A hook has a name.")
          .at("name", String.valueOf(body.name()), "a small letter, then letters, digits, '_'")
          .thrown();
    }
    String url = SignedPost.url(body.url()).toString();
    store.hook(
        new FollowStore.Hook(body.name(), url, sealed.seal(SignedPost.secret(body.secret()))));
    audit.record("hook_set", body.name() + " " + url);
    return hooks();
  }
}
