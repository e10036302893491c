package io.huoshui.server.community;

import io.huoshui.community.CommunityJson;
import io.huoshui.community.GroupPlan;
import io.huoshui.community.GroupPlan.Post;
import io.huoshui.engine.Engine;
import io.huoshui.json.Json;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Definitions;
import io.huoshui.server.access.Problem;
import io.huoshui.server.community.Communities.Group;
import io.huoshui.server.community.GroupPlanStore.Published;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// 社群 SOP: plans of posts, what they will post, and what they did.
@RestController
@RequestMapping("/api/v1/group-plans")
class GroupPlanResource {
  private static final int MOST_DAYS = 92;

  private final Engine engine;
  private final Communities communities;
  private final GroupPlans plans;
  private final GroupPlanStore store;
  private final Definitions definitions;
  private final Audit audit;

  GroupPlanResource(
      Engine engine,
      Communities communities,
      GroupPlans plans,
      GroupPlanStore store,
      Definitions definitions,
      Audit audit) {
    this.engine = engine;
    this.communities = communities;
    this.plans = plans;
    this.store = store;
    this.definitions = definitions;
    this.audit = audit;
  }

  /// @param groups it means now
  record View(
      String name,
      int version,
      int lines,
      int groups,
      boolean paused,
      String written,
      String who,
      Instant publishedAt,
      Instant since) {}

  private View view(Published of, SortedMap<String, Group> groups) {
    return new View(
        of.plan().name(),
        of.version(),
        of.plan().lines().size(),
        (int)
            groups.values().stream()
                .filter(group -> group.community().dissolved() == null)
                .filter(
                    group ->
                        of.plan().means(group.about().chat(), Set.copyOf(group.about().labels())))
                .count(),
        of.paused(),
        of.written(),
        of.who(),
        of.publishedAt(),
        of.since());
  }

  @GetMapping
  List<View> all() {
    SortedMap<String, Group> groups = communities.all();
    return store.all().stream().map(each -> view(each, groups)).toList();
  }

  private Published find(String name) {
    return store
        .find(name)
        .orElseThrow(
            () ->
                Problem.of(HttpStatus.NOT_FOUND, "unknown_plan", "No plan '" + name + "'.")
                    .next("GET /api/v1/group-plans lists all.")
                    .thrown());
  }

  @PostMapping(
      consumes = {
        MediaType.APPLICATION_JSON_VALUE,
        "application/yaml",
        "application/x-yaml",
        "text/yaml",
        MediaType.TEXT_PLAIN_VALUE
      })
  View publish(@RequestBody String written) {
    String body = definitions.asJson(written);
    GroupPlan plan = CommunityJson.plan(Json.parse(body));
    store.publish(plan.name(), body, written, audit.who(), engine.now());
    plans.wake();
    audit.record("group_plan_published", plan.name());
    return view(find(plan.name()), communities.all());
  }

  @PostMapping("/{name}/pause")
  View pause(@PathVariable String name) {
    return pause(name, true);
  }

  /// Goes on; what fell due meanwhile is not made good.
  @PostMapping("/{name}/resume")
  View resume(@PathVariable String name) {
    return pause(name, false);
  }

  private View pause(String name, boolean paused) {
    var _ = find(name);
    store.pause(name, paused, engine.now());
    plans.wake();
    audit.record(paused ? "group_plan_paused" : "group_plan_resumed", name);
    return view(find(name), communities.all());
  }

  /// @param state `planned` while it is to come, else as it was decided
  record Dated(
      String plan,
      String line,
      String chat,
      String group,
      LocalDate occurrence,
      Instant at,
      String state,
      String why,
      String text,
      @Nullable Instant sentAt) {}

  /// @param posts what was and what will be, in order
  record Calendar(Instant now, List<Dated> posts, boolean cut) {}

  /// @param from first day
  /// @param to last day
  @GetMapping("/calendar")
  Calendar calendar(
      @RequestParam LocalDate from,
      @RequestParam LocalDate to,
      @RequestParam(required = false) @Nullable String plan,
      @RequestParam(required = false) @Nullable String chat) {
    if (from.isAfter(to) || from.plusDays(MOST_DAYS).isBefore(to)) {
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT, "bad_days", "So many days are no calendar.")
          .at("from", from + " to " + to, "at most " + MOST_DAYS + " days, from before to")
          .thrown();
    }
    return dated(plan == null ? store.all() : List.of(find(plan)), plan, chat, from, to);
  }

  /// What a plan would post if it were published now.
  @PostMapping(
      value = "/preview",
      consumes = {
        MediaType.APPLICATION_JSON_VALUE,
        "application/yaml",
        "application/x-yaml",
        "text/yaml",
        MediaType.TEXT_PLAIN_VALUE
      })
  Calendar preview(@RequestBody String written, @RequestParam(defaultValue = "31") int days) {
    GroupPlan plan = CommunityJson.plan(Json.parse(definitions.asJson(written)));
    Instant now = engine.now();
    var posts = new ArrayList<Dated>();
    SortedMap<String, Group> groups = communities.all();
    for (Post post :
        plans.posts(
            plan,
            groups,
            now,
            now.atZone(communities.zone()).plusDays(Math.clamp(days, 1, MOST_DAYS)).toInstant())) {
      posts.add(planned(post, groups));
    }
    return cut(now, posts);
  }

  private static Dated planned(Post post, SortedMap<String, Group> groups) {
    Group group = groups.get(post.chat());
    return new Dated(
        post.plan(),
        post.line().id(),
        post.chat(),
        group == null ? "" : group.community().name(),
        post.occurrence(),
        post.at(),
        "planned",
        "",
        post.line().text(),
        null);
  }

  private Calendar dated(
      List<Published> of,
      @Nullable String plan,
      @Nullable String chat,
      LocalDate from,
      LocalDate to) {
    ZoneId zone = communities.zone();
    Instant now = engine.now();
    Instant begin = from.atStartOfDay(zone).toInstant();
    Instant end = to.plusDays(1).atStartOfDay(zone).toInstant();
    SortedMap<String, Group> groups = communities.all();
    var posts = new ArrayList<Dated>();
    var known = new HashSet<String>();
    for (GroupPlanStore.Row row : store.of(plan, chat, begin, end)) {
      Group group = groups.get(row.chat());
      known.add(row.plan() + "/" + row.line() + "/" + row.chat() + "/" + row.occurrence());
      posts.add(
          new Dated(
              row.plan(),
              row.line(),
              row.chat(),
              group == null ? "" : group.community().name(),
              row.occurrence(),
              row.dueAt(),
              row.state(),
              row.why(),
              row.text(),
              row.sentAt()));
    }
    Instant after = begin.isAfter(now) ? begin.minusMillis(1) : now;
    for (Published each : of) {
      if (!each.paused()) {
        for (Post post : plans.posts(each.plan(), groups, after, end.minusMillis(1))) {
          if ((chat == null || chat.equals(post.chat())) && !known.contains(post.key())) {
            posts.add(planned(post, groups));
          }
        }
      }
    }
    return cut(now, posts);
  }

  private static Calendar cut(Instant now, List<Dated> posts) {
    posts.sort(
        Comparator.comparing(Dated::at).thenComparing(Dated::chat).thenComparing(Dated::line));
    boolean cut = posts.size() > 2_000;
    return new Calendar(now, cut ? List.copyOf(posts.subList(0, 2_000)) : posts, cut);
  }
}
