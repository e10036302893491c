package io.huoshui.server.sending;

import io.huoshui.engine.Engine;
import io.huoshui.engine.EngineException;
import io.huoshui.json.Json;
import io.huoshui.platforms.wecom.WecomPosts;
import io.huoshui.reach.Attachment;
import io.huoshui.reach.Channel.Outcome;
import io.huoshui.reach.TemplateReview;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Problem;
import io.huoshui.server.reach.Channels;
import io.huoshui.server.sending.PostStore.Call;
import io.huoshui.server.sending.PostStore.Plan;
import io.huoshui.server.sending.PostStore.Post;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Posts to groups and moments, greetings of groups, and what guides may share, over HTTP.
@RestController
@RequestMapping("/api/v1/reach")
class PostResource {
  private static final int MOST = 1_000;

  /// Customers of one shareToExternalContact: path/96997.
  private static final int SHARED = 20_000;

  private final Engine engine;
  private final Posts posts;
  private final PostStore store;
  private final Channels.Posting posting;
  private final Audit audit;
  private final JsonMapper json;

  PostResource(
      Engine engine,
      Posts posts,
      PostStore store,
      Channels.Posting posting,
      Audit audit,
      JsonMapper json) {
    this.engine = engine;
    this.posts = posts;
    this.store = store;
    this.posting = posting;
    this.audit = audit;
    this.json = json;
  }

  /// @param owner whose groups
  record Chats(@Nullable String owner, @Nullable List<String> groups) {}

  /// @param kind `group` or `moment`
  /// @param groups by owner, for `group`
  /// @param guides whose moments; everybody's when it is missing
  /// @param tags of customers who see the moment; all when it is missing
  /// @param at when; at once when it is missing or past
  record Asked(
      @Nullable String kind,
      @Nullable String title,
      @Nullable String text,
      @Nullable JsonNode attachments,
      @Nullable List<Chats> groups,
      @Nullable List<String> guides,
      @Nullable List<String> tags,
      @Nullable Instant at) {}

  /// @param calls by state
  record Line(
      long id,
      String kind,
      String title,
      String text,
      String state,
      Map<String, Long> calls,
      Instant at,
      String who,
      Instant created,
      @Nullable Instant cancelled) {}

  private Line line(Post post) {
    var calls = new TreeMap<String, Long>();
    store.calls(post.id()).forEach(call -> calls.merge(call.state(), 1L, Long::sum));
    String state =
        post.cancelledAt() != null
            ? "cancelled"
            : calls.containsKey("handed") || (calls.containsKey("planned") && calls.size() > 1)
                ? "going"
                : calls.containsKey("planned")
                    ? "planned"
                    : calls.containsKey("taken") ? "taken" : "refused";
    return new Line(
        post.id(),
        post.kind(),
        post.title(),
        Posts.text(post),
        state,
        calls,
        post.dueAt(),
        post.who(),
        post.createdAt(),
        post.cancelledAt());
  }

  @GetMapping("/posts")
  List<Line> all(@RequestParam(defaultValue = "100") int limit) {
    return store.all(Math.clamp(limit, 1, MOST)).stream().map(this::line).toList();
  }

  @PostMapping("/posts")
  @ResponseStatus(HttpStatus.CREATED)
  Line plan(@RequestBody Asked body) {
    boolean group = "group".equals(body.kind());
    if (!group && !"moment".equals(body.kind())) {
      throw refused("bad_kind", "kind", String.valueOf(body.kind()), "group, moment");
    }
    String text = body.text() == null ? "" : body.text();
    Json.Arr written = attachments(body.attachments());
    List<Attachment> attachments = read(written);
    if (text.isBlank() && attachments.isEmpty()) {
      throw refused("empty_post", "text", "nothing", "a text, attachments, or both");
    }
    if (attachments.size() > TemplateReview.WECOM_ATTACHMENTS) {
      throw refused(
          "too_many_attachments",
          "attachments",
          String.valueOf(attachments.size()),
          "at most " + TemplateReview.WECOM_ATTACHMENTS);
    }
    length(group, text);
    List<Plan> plans = group ? groups(body.groups()) : moment(body.guides());
    Instant now = engine.now();
    var kept = new LinkedHashMap<String, Json>();
    kept.put("text", Json.of(text));
    kept.put("attachments", written);
    kept.put("tags", Json.of(list(body.tags()).stream().map(Json::of).toList()));
    long id =
        store.add(
            group ? "group" : "moment",
            body.title() == null || body.title().isBlank() ? text : body.title(),
            new Json.Obj(kept).write(),
            body.at() == null ? now : body.at(),
            audit.who(),
            now,
            plans);
    audit.record("post_planned", body.kind() + " " + id + ", " + plans.size() + " calls");
    return line(post(id));
  }

  private static void length(boolean group, String text) {
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (group && bytes > TemplateReview.WECOM_BYTES) {
      throw refused("long_text", "text", bytes + " bytes", "at most " + TemplateReview.WECOM_BYTES);
    }
    int characters = text.codePointCount(0, text.length());
    if (!group && characters > WecomPosts.MOMENT_CHARACTERS) {
      throw refused(
          "long_text",
          "text",
          characters + " characters",
          "at most " + WecomPosts.MOMENT_CHARACTERS);
    }
  }

  private static Problem.Refusal refused(String code, String field, String value, String allowed) {
    return Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, code, "The post can not be sent so.")
        .at(field, value, allowed)
        .thrown();
  }

  private Json.Arr attachments(@Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return new Json.Arr(List.of());
    }
    if (Json.parse(json.writeValueAsString(node)) instanceof Json.Arr items) {
      return items;
    }
    throw refused("bad_attachments", "attachments", node.toString(), "a list");
  }

  private static List<Attachment> read(Json.Arr written) {
    try {
      return io.huoshui.engine.Definitions.attachmentsOf(written);
    } catch (EngineException e) {
      throw refused(
          "bad_attachments", "attachments", written.write(), String.valueOf(e.getMessage()));
    }
  }

  private static List<String> list(@Nullable List<String> texts) {
    return texts == null ? List.of() : List.copyOf(new LinkedHashSet<>(texts));
  }

  /// So many calls as the platform takes groups at once.
  private static List<Plan> groups(@Nullable List<Chats> asked) {
    var plans = new ArrayList<Plan>();
    for (Chats each : asked == null ? List.<Chats>of() : asked) {
      List<String> chats = list(each.groups());
      if (each.owner() == null || each.owner().isBlank() || chats.isEmpty()) {
        throw refused("bad_groups", "groups", String.valueOf(each), "an owner and their groups");
      }
      for (int from = 0; from < chats.size(); from += WecomPosts.CHATS) {
        plans.add(
            new Plan(
                each.owner(),
                chats.subList(from, Math.min(chats.size(), from + WecomPosts.CHATS))));
      }
    }
    if (plans.isEmpty()) {
      throw refused("bad_groups", "groups", "none", "an owner and their groups");
    }
    return plans;
  }

  private static List<Plan> moment(@Nullable List<String> guides) {
    List<String> all = list(guides);
    if (all.size() > WecomPosts.MOMENT_GUIDES) {
      throw refused(
          "too_many_guides",
          "guides",
          String.valueOf(all.size()),
          "at most " + WecomPosts.MOMENT_GUIDES);
    }
    return List.of(new Plan("", all));
  }

  private Post post(long id) {
    return store
        .find(id)
        .orElseThrow(
            () ->
                Problem.of(HttpStatus.NOT_FOUND, "unknown_post", "No post " + id + ".")
                    .next("GET /api/v1/reach/posts lists them.")
                    .thrown());
  }

  record CallLine(
      String owner,
      int targets,
      String state,
      String task,
      String code,
      String why,
      @Nullable Instant handed) {
    static CallLine of(Call call) {
      return new CallLine(
          call.owner(),
          call.targets().size(),
          call.state(),
          call.momentId().isEmpty() ? call.platformId() : call.momentId(),
          call.code(),
          call.why(),
          call.handedAt());
    }
  }

  /// @param missed groups or guides that did not get it, by reason
  record Progress(
      Line post,
      List<CallLine> calls,
      List<PostStore.GuideLine> guides,
      List<PostStore.Missed> missed) {}

  @GetMapping("/posts/{id}")
  Progress one(@PathVariable long id) {
    return new Progress(
        line(post(id)),
        store.calls(id).stream().map(CallLine::of).toList(),
        store.guides(id),
        store.missed(id));
  }

  /// Asks the platform now what came of it.
  @PostMapping("/posts/{id}/results")
  Progress results(@PathVariable long id) {
    posts.read(post(id).id(), engine.now());
    return one(id);
  }

  @PostMapping("/posts/{id}/cancel")
  MassResource.Done cancel(@PathVariable long id) {
    MassResource.Done done = MassResource.Done.of(posts.cancel(post(id).id(), engine.now()));
    audit.record("post_cancelled", id + " " + done.counts());
    return done;
  }

  // Greetings of groups.

  record Greeting(
      @Nullable String text, @Nullable JsonNode attachments, @Nullable Boolean tellOwners) {}

  record WelcomeLine(
      long id, String text, String template, String state, String why, Instant created) {}

  @GetMapping("/group-welcomes")
  List<WelcomeLine> welcomes() {
    return store.welcomes().stream()
        .map(
            each ->
                new WelcomeLine(
                    each.id(),
                    each.text(),
                    each.templateId(),
                    each.state(),
                    each.why(),
                    each.createdAt()))
        .toList();
  }

  @PostMapping("/group-welcomes")
  @ResponseStatus(HttpStatus.CREATED)
  WelcomeLine welcome(@RequestBody Greeting body) {
    String text = body.text() == null ? "" : body.text();
    Json.Arr written = attachments(body.attachments());
    List<Attachment> attachments = read(written);
    if (text.isBlank() && attachments.isEmpty()) {
      throw refused("empty_welcome", "text", "nothing", "a text, an attachment, or both");
    }
    if (attachments.size() > 1) {
      throw refused(
          "too_many_attachments", "attachments", String.valueOf(attachments.size()), "at most 1");
    }
    WecomPosts platform = platform();
    long ready = store.welcomes().stream().filter(each -> !each.state().equals("refused")).count();
    if (ready >= WecomPosts.WELCOMES) {
      throw refused(
          "too_many_welcomes",
          "text",
          ready + " templates",
          "at most " + WecomPosts.WELCOMES + " of one corp (41055)");
    }
    long id = store.addWelcome(text, written.write(), audit.who(), engine.now());
    settle(id, platform.addWelcome(text, attachments, Boolean.TRUE.equals(body.tellOwners())));
    audit.record("group_welcome_added", String.valueOf(id));
    return welcomes().stream().filter(each -> each.id() == id).findFirst().orElseThrow();
  }

  private WecomPosts platform() {
    return posting.needed();
  }

  /// A lost answer is nothing the platform can be asked about: somebody has to look.
  private void settle(long id, Outcome outcome) {
    Masses.Said said = Masses.Said.of("", outcome);
    if (outcome instanceof Outcome.Accepted(String template)) {
      store.welcome(id, "ready", template, "");
    } else if (said.said().equals("unknown")) {
      store.welcome(id, "handed", "", "The answer was lost: look in the console of WeCom.");
    } else {
      store.welcome(id, "refused", "", said.code() + ": " + said.why());
    }
  }

  @DeleteMapping("/group-welcomes/{id}")
  List<WelcomeLine> forget(@PathVariable long id) {
    PostStore.Welcome welcome =
        store.welcomes().stream()
            .filter(each -> each.id() == id)
            .findFirst()
            .orElseThrow(
                () ->
                    Problem.of(HttpStatus.NOT_FOUND, "unknown_welcome", "No group welcome " + id)
                        .thrown());
    if (!welcome.templateId().isEmpty()) {
      Outcome outcome = platform().deleteWelcome(welcome.templateId());
      if (!(outcome instanceof Outcome.Accepted)) {
        Masses.Said said = Masses.Said.of(welcome.templateId(), outcome);
        throw Problem.of(HttpStatus.BAD_GATEWAY, "platform_refused", said.code() + " " + said.why())
            .next("Try again: it is as it was.")
            .thrown();
      }
    }
    store.welcome(id, "gone", "", "");
    audit.record("group_welcome_deleted", String.valueOf(id));
    return welcomes();
  }

  // What guides share from the sidebar.

  record Sharing(@Nullable String guide, @Nullable List<String> customers) {}

  /// @param allowed whom the guide may share with now; each counts as shared from here on
  /// @param refused who heard from this guide today
  record Shared(List<String> allowed, List<String> refused) {}

  /// Asked before the sidebar calls shareToExternalContact: one guide to one customer once a day.
  @PostMapping("/shares")
  Shared share(@RequestBody Sharing body) {
    List<String> customers = list(body.customers());
    if (body.guide() == null || body.guide().isBlank() || customers.isEmpty()) {
      throw refused("bad_share", "guide", String.valueOf(body.guide()), "a guide and customers");
    }
    if (customers.size() > SHARED) {
      throw refused("too_many", "customers", String.valueOf(customers.size()), "at most " + SHARED);
    }
    LocalDate today = engine.now().atZone(engine.ask().zone()).toLocalDate();
    var allowed = new ArrayList<String>();
    var refused = new ArrayList<String>();
    for (String customer : customers) {
      List<String> to = store.share(body.guide(), customer, today) ? allowed : refused;
      to.add(customer);
    }
    return new Shared(allowed, refused);
  }
}
