package io.huoshui.server.journey;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Flight;
import io.huoshui.journey.Autopilot;
import io.huoshui.journey.Steering;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Problem;
import io.huoshui.trial.Pilot;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// What a journey's autopilot decided and why, what it knows now, and deciding instead of it.
@RestController
@RequestMapping("/api/v1/journeys/{name}/autopilot")
class AutopilotResource {
  private final Engine engine;
  private final Audit audit;

  AutopilotResource(Engine engine, Audit audit) {
    this.engine = engine;
    this.audit = audit;
  }

  /// As the definition says it; `most` and `budgetFen` are null for any number.
  record Plan(
      int first,
      double grow,
      String every,
      double line,
      double margin,
      double confidence,
      @Nullable Long most,
      @Nullable Long budgetFen,
      int probes,
      int looks) {
    static Plan of(Autopilot plan) {
      return new Plan(
          plan.first(),
          plan.grow(),
          plan.every().toString(),
          plan.line(),
          plan.margin(),
          plan.confidence(),
          plan.most() == 0 ? null : plan.most(),
          plan.budgetFen() == 0 ? null : plan.budgetFen(),
          plan.probes(),
          plan.looks());
    }
  }

  /// @param revenueFen within the goal's time, of people whose time is over
  record Arm(long people, long revenueFen) {}

  /// Incremental margin per fen of cost, with bounds that hold at all decisions together; null
  /// where nothing is known, or nothing was spent.
  record Roi(@Nullable Double estimate, @Nullable Double low, @Nullable Double high) {
    static @Nullable Roi of(Pilot.@Nullable Roi roi) {
      return roi == null
          ? null
          : new Roi(finite(roi.estimate()), finite(roi.low()), finite(roi.high()));
    }

    private static @Nullable Double finite(double number) {
      return Double.isFinite(number) ? number : null;
    }
  }

  /// @param costFen of the messages to the treated among them
  /// @param spentFen of everybody's messages
  record Known(Arm treated, Arm holdOut, long costFen, long spentFen, @Nullable Roi roi) {
    static Known of(Pilot.Measured measured, Pilot.@Nullable Roi roi) {
      return new Known(
          new Arm(measured.treated().people(), (long) measured.treated().sum()),
          new Arm(measured.heldOut().people(), (long) measured.heldOut().sum()),
          measured.costFen(),
          measured.spentFen(),
          Roi.of(roi));
    }
  }

  /// @param act `release`, `wait`, `stop`, `done`, `resume`
  /// @param why a code, and the same in words
  /// @param people how many entered
  /// @param who decided; empty when it was the autopilot
  record Decision(
      Instant at,
      String act,
      String why,
      String zh,
      String en,
      long people,
      Known known,
      String who) {}

  /// @param state `not_launched`, `running`, `paused`, `draining`, `stopped`, `done`
  /// @param released people who entered by cohorts
  /// @param left people of the audience who never entered
  /// @param next when it is decided next; null when it is not
  /// @param known what is known now
  record View(
      String journey,
      String state,
      Plan plan,
      long released,
      long left,
      @Nullable Instant next,
      Known known,
      List<Decision> decisions) {}

  @GetMapping
  View view(@PathVariable String name) {
    Flight flight = engine.ask().flight(name);
    if (flight == null) {
      throw Problem.of(
              HttpStatus.NOT_FOUND,
              "no_autopilot",
              "There is no journey '" + name + "' with an autopilot.")
          .next("Publish it with an `autopilot` block, or see GET /api/v1/journeys.")
          .thrown();
    }
    return new View(
        name,
        state(flight),
        Plan.of(flight.plan()),
        Pilot.released(flight.story()),
        flight.left(),
        flight.next(),
        Known.of(flight.measured(), flight.roi()),
        flight.story().stream()
            .map(
                one ->
                    new Decision(
                        one.at(),
                        one.act().wire(),
                        one.why().wire(),
                        one.why().zh(),
                        one.why().en(),
                        one.people(),
                        Known.of(one.measured(), one.roi()),
                        one.who()))
            .toList());
  }

  private static String state(Flight flight) {
    if (flight.story().isEmpty()) {
      return "not_launched";
    }
    return switch (flight.story().getLast().act()) {
      case STOP -> "stopped";
      case DONE -> "done";
      case RELEASE, WAIT, RESUME ->
          flight.steering() == Steering.RUNNING ? "running" : flight.steering().wire();
    };
  }

  /// @param decision `release` lets the next cohort in now, `stop` ends it, `resume` has it go on
  record Wanted(@Nullable String decision) {}

  /// Somebody decides instead of the autopilot.
  @PostMapping
  View decide(@PathVariable String name, @RequestBody Wanted body) {
    Pilot.Act act =
        switch (String.valueOf(body.decision())) {
          case "release" -> Pilot.Act.RELEASE;
          case "stop" -> Pilot.Act.STOP;
          case "resume" -> Pilot.Act.RESUME;
          default ->
              throw Problem.of(
                      HttpStatus.UNPROCESSABLE_CONTENT,
                      "bad_decision",
                      "It does not say what to do.")
                  .at("decision", String.valueOf(body.decision()), "release, stop, resume")
                  .thrown();
        };
    var _ = view(name);
    engine.pilot(name, act, audit.who());
    audit.record("autopilot_" + act.wire(), name);
    return view(name);
  }
}
