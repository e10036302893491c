package io.huoshui.server.guide;

import io.huoshui.engine.Engine;
import io.huoshui.guide.HandOver;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Definitions;
import io.huoshui.server.access.Problem;
import io.huoshui.server.audience.Picks;
import io.huoshui.server.audience.Whom;
import io.huoshui.server.guide.HandOverStore.HandOverRow;
import io.huoshui.server.guide.HandOverStore.Item;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/// Customers of a guide who moves on or left, given to others. For headquarters only.
@RestController
@RequestMapping("/api/v1/handovers")
class HandOverResource {
  private static final int MOST = 200;

  private final Engine engine;
  private final HandOvers handOvers;
  private final HandOverStore store;
  private final Picks picks;
  private final Definitions definitions;
  private final Audit audit;

  HandOverResource(
      Engine engine,
      HandOvers handOvers,
      HandOverStore store,
      Picks picks,
      Definitions definitions,
      Audit audit) {
    this.engine = engine;
    this.handOvers = handOvers;
    this.store = store;
    this.picks = picks;
    this.definitions = definitions;
    this.audit = audit;
  }

  /// @param to userids who may take over; everybody who is active when left out
  /// @param people of the guide's contacts; all when left out
  /// @param groups ids of groups the guide owns, for the first of `to`
  /// @param message what customers are told, in service only
  record Asked(
      @Nullable String from,
      @Nullable List<String> to,
      @Nullable Whom people,
      @Nullable List<String> groups,
      @Nullable String message,
      @Nullable String why) {}

  private HandOvers.Asked read(Asked body) {
    if (body.from() == null || body.from().isBlank()) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "missing_field", "Say whose customers.")
          .at("from", "nothing", "a guide's userid")
          .thrown();
    }
    RoaringBitmap people =
        body.people() == null ? null : picks.of(body.people(), "people").members();
    return new HandOvers.Asked(
        body.from(),
        body.to() == null ? List.of() : body.to(),
        people,
        body.groups() == null ? List.of() : body.groups(),
        body.message() == null ? "" : body.message(),
        body.why() == null ? "" : body.why());
  }

  /// @param customer whom it is about; null of a group
  record RefusedView(
      @Nullable String customer, String item, String reason, int code, String zh, String en) {}

  /// @param left whether the guide left: those are other calls, with other limits
  /// @param to per receiver how many
  /// @param calls to the platform
  /// @param groups that change their owner, and until how many days from now
  /// @param effectiveAt when customers are with whoever took over, unless they say no
  record Preview(
      String from,
      boolean left,
      int people,
      Map<String, Integer> to,
      int calls,
      int groups,
      int groupDays,
      Map<String, Integer> refusedByReason,
      List<RefusedView> refused,
      Instant effectiveAt,
      String zh,
      String en) {}

  @PostMapping("/preview")
  Preview preview(@RequestBody Asked body) {
    HandOvers.Planned planned = handOvers.plan(read(body));
    var byReason = new TreeMap<String, Integer>();
    var refused = new ArrayList<RefusedView>();
    var all = new ArrayList<>(planned.plan().refused());
    HandOver.GroupPlan groups = planned.groups();
    if (groups != null) {
      all.addAll(groups.refused());
    }
    for (HandOver.Refused each : all) {
      byReason.merge(each.reason().wire(), 1, Integer::sum);
      Integer profile = planned.profileOf().get(each.id());
      if (refused.size() < MOST) {
        refused.add(
            new RefusedView(
                profile == null ? null : "p" + profile,
                each.id(),
                each.reason().wire(),
                each.reason().code(),
                each.reason().zh(),
                each.reason().en()));
      }
    }
    int chats =
        groups == null ? 0 : groups.calls().stream().mapToInt(call -> call.chats().size()).sum();
    int days =
        groups == null
            ? 0
            : groups.calls().stream().mapToInt(HandOver.GroupCall::day).max().orElse(0);
    return new Preview(
        planned.asked().from(),
        planned.left(),
        planned.plan().people(),
        planned.plan().to(),
        planned.plan().calls().size(),
        chats,
        days,
        byReason,
        refused,
        engine.now().plus(HandOver.Limits.WECOM.settles()),
        planned.left() ? "离职继承:24小时后自动接替,客户可以拒绝。" : "在职转接:24小时后自动接替,客户可以拒绝;90天内每位客户最多转接两次。",
        planned.left()
            ? "Of somebody who left: takes effect after 24 hours, unless the customer says no."
            : "In service: takes effect after 24 hours, unless the customer says no; at most twice"
                + " within 90 days for each.");
  }

  @PostMapping
  View begin(@RequestBody Asked body) {
    HandOvers.Asked asked = read(body);
    long id = handOvers.begin(asked, audit.who());
    audit.record("handover_begun", id + " from " + asked.from() + " " + asked.why());
    return one(id);
  }

  record ItemView(
      String item,
      boolean group,
      @Nullable String customer,
      String to,
      String state,
      int code,
      @Nullable Instant askedAt) {}

  /// @param counts by state how many
  /// @param trouble why it waits at the platform, null when it does not
  record View(
      long id,
      String from,
      boolean left,
      String message,
      String why,
      String who,
      Instant begunAt,
      Map<String, Integer> counts,
      boolean over,
      @Nullable String trouble,
      JsonNode refused,
      List<ItemView> items) {}

  private View view(HandOverRow row, List<Item> items) {
    Map<String, Integer> counts = store.counts(row.id());
    return new View(
        row.id(),
        row.from(),
        row.left(),
        row.message(),
        row.why(),
        row.who(),
        row.begunAt(),
        counts,
        !counts.containsKey("planned")
            && !counts.containsKey("asked")
            && !counts.containsKey("waiting"),
        row.trouble(),
        definitions.tree(row.refused()),
        items.stream()
            .map(
                item ->
                    new ItemView(
                        item.item(),
                        item.group(),
                        item.profile() < 0 ? null : "p" + engine.ask().profileOf(item.profile()),
                        item.to(),
                        item.state().wire(),
                        item.code(),
                        item.askedAt()))
            .toList());
  }

  private HandOverRow find(long id) {
    return store
        .find(id)
        .orElseThrow(
            () ->
                Problem.of(HttpStatus.NOT_FOUND, "unknown_handover", "No handover " + id + ".")
                    .thrown());
  }

  /// The newest first, without their items.
  @GetMapping
  List<View> all() {
    return store.all(MOST).stream().map(row -> view(row, List.of())).toList();
  }

  @GetMapping("/{id}")
  View one(@PathVariable long id) {
    return view(find(id), store.items(id));
  }

  /// @param undone were only planned, and are not done any more
  /// @param waiting the platform can not take back; they are with whoever takes over after 24 hours
  /// @param takenOver can be handed back, as a handover of its own, while the guide is there
  record Undone(int undone, int waiting, int takenOver, String zh, String en) {}

  @PostMapping("/{id}/undo")
  Undone undo(@PathVariable long id) {
    HandOverRow row = find(id);
    int undone = handOvers.undo(id);
    audit.record("handover_undone", id + ": " + undone);
    Map<String, Integer> counts = store.counts(id);
    return new Undone(
        undone,
        counts.getOrDefault("waiting", 0) + counts.getOrDefault("asked", 0),
        counts.getOrDefault("taken_over", 0),
        row.left() ? "原导购已离职,已接替的客户不能转回。" : "平台不能撤回已发起的转接;已接替的客户可再转回一次(计入90天两次)。",
        row.left()
            ? "The guide has left: who was taken over can not go back."
            : "The platform takes nothing back that began; who was taken over can be handed back,"
                + " which counts as one of two within 90 days.");
  }
}
