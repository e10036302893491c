package io.huoshui.server.sending;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Outlook;
import io.huoshui.profile.Period;
import io.huoshui.reach.MassProgress;
import io.huoshui.reach.Reason;
import io.huoshui.reach.Template;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Problem;
import io.huoshui.server.audience.Member;
import io.huoshui.server.audience.Picks;
import io.huoshui.server.audience.Whom;
import io.huoshui.server.sending.MassStore.Mass;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Mass tasks over HTTP.
@RestController
@RequestMapping("/api/v1/reach/mass")
class MassResource {
  private static final int MOST = 1_000;

  private final Engine engine;
  private final Masses masses;
  private final MassStore store;
  private final Picks picks;
  private final Audit audit;

  MassResource(Engine engine, Masses masses, MassStore store, Picks picks, Audit audit) {
    this.engine = engine;
    this.masses = masses;
    this.store = store;
    this.picks = picks;
    this.audit = audit;
  }

  /// @param people who is meant; frozen when the task is planned
  /// @param at when it is launched; at once when it is missing or past
  /// @param holdOut percent who get nothing and are measured, 0 to 50
  /// @param confirmWithin how long guides have after the launch, `48h`
  record Asked(
      @Nullable String title,
      @Nullable String template,
      @Nullable Whom people,
      @Nullable Instant at,
      @Nullable Integer holdOut,
      @Nullable Integer priority,
      @Nullable String confirmWithin) {}

  record Line(
      String id,
      String title,
      String template,
      String state,
      long people,
      String said,
      Instant at,
      String who,
      Instant created,
      @Nullable Instant launched,
      @Nullable Instant cancelled,
      @Nullable Instant closed) {
    static Line of(Mass mass) {
      return new Line(
          mass.id(),
          mass.title(),
          mass.template(),
          mass.state(),
          mass.people(),
          mass.said(),
          mass.dueAt(),
          mass.who(),
          mass.createdAt(),
          mass.launchedAt(),
          mass.cancelledAt(),
          mass.closedAt());
    }
  }

  @GetMapping
  List<Line> all(@RequestParam(defaultValue = "100") int limit) {
    return store.all(Math.clamp(limit, 1, MOST)).stream().map(Line::of).toList();
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  Line plan(@RequestBody Asked body) {
    Template template = template(body.template());
    Picks.Picked whom = picks.of(body.people(), "people");
    if (whom.members().isEmpty()) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "nobody", "Nobody is meant.")
          .at("people", whom.said(), "at least one person")
          .next("GET /api/v1/audiences/preview shows whom a rule picks.")
          .thrown();
    }
    int holdOut = within("holdOut", body.holdOut(), 50);
    int priority = within("priority", body.priority(), 100);
    String title = body.title() == null || body.title().isBlank() ? template.name() : body.title();
    Mass mass =
        masses.plan(
            title,
            template,
            whom,
            body.at(),
            holdOut,
            priority,
            confirmWithin(body.confirmWithin()),
            audit.who());
    audit.record("mass_planned", mass.id() + " " + mass.template() + ": " + whom.said());
    return Line.of(mass);
  }

  private Template template(@Nullable String name) {
    List<Template> known = engine.ask().templates();
    return known.stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                Problem.of(
                        HttpStatus.UNPROCESSABLE_CONTENT,
                        "unknown_template",
                        "No template '" + name + "'.")
                    .at(
                        "template",
                        String.valueOf(name),
                        String.join(", ", known.stream().map(Template::name).toList()))
                    .next("POST /api/v1/templates publishes one.")
                    .thrown());
  }

  private static int within(String field, @Nullable Integer value, int most) {
    int number = value == null ? 0 : value;
    if (number < 0 || number > most) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "out_of_range", "It is out of range.")
          .at(field, String.valueOf(value), "0 to " + most)
          .thrown();
    }
    return number;
  }

  private static @Nullable Duration confirmWithin(@Nullable String text) {
    if (text == null || text.isBlank()) {
      return null;
    }
    try {
      Duration time = Period.parse(text).exact();
      if (time.isPositive()) {
        return time;
      }
    } catch (IllegalArgumentException e) {
      // The message below says it.
    }
    throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_period", "It is no length of time.")
        .at("confirmWithin", text, "30m, 48h, 3d")
        .thrown();
  }

  private Mass mass(String id) {
    return store
        .find(id)
        .orElseThrow(
            () ->
                Problem.of(HttpStatus.NOT_FOUND, "unknown_mass", "No mass task '" + id + "'.")
                    .next("GET /api/v1/reach/mass lists them.")
                    .thrown());
  }

  /// @param reasons messages by reason; each person's is in `GET /api/v1/journeys/{id}/verdicts`
  /// @param stages messages that were let out, by how far they came
  /// @param failures messages that did not arrive, by code
  /// @param guidesConfirmed of `guidesAsked`, who confirmed
  record Progress(
      Line task,
      long people,
      SortedMap<String, Long> reasons,
      SortedMap<String, Long> stages,
      SortedMap<String, Long> failures,
      long costFen,
      int guidesAsked,
      int guidesConfirmed,
      int callsToPlatform,
      String zh,
      String en) {}

  @GetMapping("/{id}")
  Progress one(@PathVariable String id) {
    Mass mass = mass(id);
    MassProgress progress = masses.progress(id);
    List<MassProgress.Guide> guides =
        progress.guides().stream().filter(each -> !each.guide().isEmpty()).toList();
    int confirmed = (int) guides.stream().filter(each -> each.state().equals("confirmed")).count();
    long delivered = progress.stages().getOrDefault("delivered", 0L);
    return new Progress(
        Line.of(mass),
        progress.people(),
        progress.reasons(),
        progress.stages(),
        progress.failures(),
        progress.costFen(),
        guides.size(),
        confirmed,
        progress.calls().size(),
        guides.size()
            + " 位导购中 "
            + confirmed
            + " 位已确认,"
            + progress.people()
            + " 人中 "
            + delivered
            + " 人已收到",
        confirmed
            + " of "
            + guides.size()
            + " guides confirmed, "
            + delivered
            + " of "
            + progress.people()
            + " people got it");
  }

  /// Those with most customers first.
  @GetMapping("/{id}/guides")
  List<MassProgress.Guide> guides(
      @PathVariable String id, @RequestParam(defaultValue = "100") int limit) {
    return masses.progress(mass(id).id()).guides().stream()
        .limit(Math.clamp(limit, 1, MOST))
        .toList();
  }

  /// The calls to the platform, and what it said of each.
  @GetMapping("/{id}/calls")
  List<MassProgress.Call> calls(
      @PathVariable String id, @RequestParam(defaultValue = "100") int limit) {
    return masses.progress(mass(id).id()).calls().stream()
        .limit(Math.clamp(limit, 1, MOST))
        .toList();
  }

  /// @param name masked; null where none is known
  /// @param left how many more messages the platform would deliver to them in its running period
  record Expected(
      String customer,
      @Nullable String name,
      String channel,
      String verdict,
      String zh,
      String en,
      @Nullable Instant until,
      @Nullable Integer left) {
    static Expected of(Outlook outlook, Map<String, String> names) {
      Reason reason = outlook.reason() == null ? Reason.SENT : outlook.reason();
      boolean goes = outlook.reason() == null;
      return new Expected(
          "p" + outlook.profile(),
          names.get("p" + outlook.profile()),
          outlook.channel().wire(),
          reason.wire(),
          goes ? "会发出" : reason.zh(),
          goes ? "would go" : reason.en(),
          outlook.until(),
          outlook.left());
    }
  }

  /// What the gate would say of the message to each person now, before anybody gets it.
  ///
  /// @param after the last customer of the page before
  @GetMapping("/{id}/outlook")
  List<Expected> outlook(
      @PathVariable String id,
      @RequestParam(defaultValue = "") String after,
      @RequestParam(defaultValue = "100") int limit) {
    Mass mass = mass(id);
    RoaringBitmap members =
        engine.ask().audiences().stream()
            .filter(each -> each.name().equals(id))
            .map(each -> each.members())
            .findFirst()
            .orElseGet(RoaringBitmap::new);
    int from = after.matches("p\\d{1,9}") ? Integer.parseInt(after.substring(1)) : -1;
    List<Outlook> found =
        engine.ask().outlook(mass.template(), members, from, Math.clamp(limit, 1, MOST));
    if (found == null) {
      return List.of();
    }
    Map<String, String> names =
        Member.names(
            engine, RoaringBitmap.bitmapOf(found.stream().mapToInt(Outlook::profile).toArray()));
    return found.stream().map(each -> Expected.of(each, names)).toList();
  }

  /// Asks the platform now who got it.
  @PostMapping("/{id}/results")
  Progress results(@PathVariable String id) {
    masses.read(mass(id).id());
    return one(id);
  }

  record Done(List<Masses.Said> tasks, Map<String, Long> counts) {
    static Done of(List<Masses.Said> said) {
      return new Done(
          said,
          said.stream()
              .collect(
                  java.util.stream.Collectors.groupingBy(
                      Masses.Said::said,
                      java.util.TreeMap::new,
                      java.util.stream.Collectors.counting())));
    }
  }

  /// Reminds the guides who have not confirmed.
  @PostMapping("/{id}/remind")
  Done remind(@PathVariable String id) {
    Done done = Done.of(masses.remind(mass(id).id(), audit.who()));
    audit.record("mass_reminded", id + " " + done.counts());
    return done;
  }

  /// Calls off whatever has not arrived.
  @PostMapping("/{id}/cancel")
  Done cancel(@PathVariable String id) {
    Done done = Done.of(masses.cancel(mass(id).id()));
    audit.record("mass_cancelled", id + " " + done.counts());
    return done;
  }
}
