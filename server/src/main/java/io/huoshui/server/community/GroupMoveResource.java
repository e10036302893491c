package io.huoshui.server.community;

import io.huoshui.community.Moves.Invitation;
import io.huoshui.community.Moves.Target;
import io.huoshui.community.Moves.Why;
import io.huoshui.engine.Engine;
import io.huoshui.json.Json;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Definitions;
import io.huoshui.server.access.Problem;
import io.huoshui.server.audience.Freezing;
import io.huoshui.server.audience.Member;
import io.huoshui.server.community.GroupMoves.Planned;
import io.huoshui.server.community.GroupMoves.Spec;
import io.huoshui.server.community.GroupMoves.Step;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
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

/// 大池洗小池: previewed, run, and what came of it.
@RestController
@RequestMapping("/api/v1/community-moves")
class GroupMoveResource {
  private static final int SHOWN = 200;

  private final Engine engine;
  private final GroupMoves moves;
  private final Freezing freezing;
  private final Definitions definitions;
  private final Audit audit;

  GroupMoveResource(
      GroupMoves moves, Freezing freezing, Definitions definitions, Audit audit, Engine engine) {
    this.engine = engine;
    this.moves = moves;
    this.freezing = freezing;
    this.definitions = definitions;
    this.audit = audit;
  }

  /// @param name masked; null where none is known
  record Invited(
      String customer, @Nullable String name, String chat, String guide, LocalDate day) {}

  record Reason(String why, String zh, String en, int people) {}

  /// @param invitations the first of them; `invited` counts all
  record PlanView(
      int candidates,
      int invited,
      List<Target> targets,
      List<Reason> reasons,
      List<Invited> invitations) {}

  private PlanView view(Planned of) {
    List<Invitation> shown = of.plan().invitations().stream().limit(SHOWN).toList();
    Map<String, String> names =
        Member.names(
            engine, RoaringBitmap.bitmapOf(shown.stream().mapToInt(Invitation::person).toArray()));
    return new PlanView(
        of.candidates(),
        of.plan().invitations().size(),
        of.targets(),
        of.plan().reasons().entrySet().stream()
            .map(
                each ->
                    new Reason(
                        each.getKey().wire(),
                        each.getKey().zh(),
                        each.getKey().en(),
                        each.getValue()))
            .toList(),
        shown.stream()
            .map(
                each ->
                    new Invited(
                        "p" + each.person(),
                        names.get("p" + each.person()),
                        each.chat(),
                        each.guide(),
                        each.day()))
            .toList());
  }

  /// What a run would do now.
  @PostMapping("/preview")
  PlanView preview(@RequestBody Spec spec) {
    return view(moves.preview(spec));
  }

  /// Promises the seats; each is invited on their day.
  @PostMapping
  PlanView run(@RequestBody Spec spec) {
    return view(moves.run(spec));
  }

  /// @param ofBefore the share of the step before; null when nobody reached that
  record StepView(String step, int people, @Nullable Double ofBefore) {}

  record MoveView(
      String name,
      String who,
      Instant createdAt,
      JsonNode spec,
      Set<String> targets,
      List<StepView> funnel,
      List<Reason> reasons) {}

  private MoveView view(GroupMoveStore.Move move) {
    List<Step> funnel = moves.funnel(move.name());
    var steps = new ArrayList<StepView>();
    for (int i = 0; i < funnel.size(); i++) {
      int people = funnel.get(i).people().getCardinality();
      int before = i == 0 ? 0 : funnel.get(i - 1).people().getCardinality();
      steps.add(
          new StepView(
              funnel.get(i).step(), people, before == 0 ? null : (double) people / before));
    }
    Map<String, Json> left =
        move.leftOver() instanceof Json.Obj(Map<String, Json> fields) ? fields : Map.of();
    return new MoveView(
        move.name(),
        move.who(),
        move.createdAt(),
        definitions.tree(move.spec().write()),
        moves.targets(move.name()),
        steps,
        Stream.of(Why.values())
            .filter(why -> left.containsKey(why.wire()))
            .map(
                why ->
                    new Reason(
                        why.wire(),
                        why.zh(),
                        why.en(),
                        left.get(why.wire()) instanceof Json.Num(var number)
                            ? number.intValue()
                            : 0))
            .toList());
  }

  @GetMapping
  List<MoveView> all() {
    return moves.all().stream().map(this::view).toList();
  }

  @GetMapping("/{name}")
  MoveView one(@PathVariable String name) {
    return view(moves.find(name));
  }

  /// @param step of the funnel
  /// @param name of the audience
  record Opening(String step, @Nullable String name) {}

  record Opened(String audience, int people) {}

  @PostMapping("/{name}/audience")
  Opened open(@PathVariable String name, @RequestBody Opening asked) {
    var _ = moves.find(name);
    Step step =
        moves.funnel(name).stream()
            .filter(each -> each.step().equals(asked.step()))
            .findFirst()
            .orElseThrow(
                () ->
                    Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "unknown_step", "No such step.")
                        .at("step", asked.step(), "planned, invited, joined, active, bought")
                        .thrown());
    String audience = String.valueOf(asked.name());
    freezing.free(audience);
    var kept =
        freezing.choose(
            audience, "move " + name + ", " + step.step(), audit.who(), false, step.people());
    audit.record("move_opened", name + " " + step.step() + " → " + audience);
    return new Opened(kept.name(), kept.size());
  }
}
