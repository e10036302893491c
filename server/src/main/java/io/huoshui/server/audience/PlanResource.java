package io.huoshui.server.audience;

import io.huoshui.audience.Condition;
import io.huoshui.engine.Engine;
import io.huoshui.engine.Questions;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// How a rule is answered: what was expected of each step, and what came of it.
@RestController
@RequestMapping("/api/v1/segments")
class PlanResource {
  private final Engine engine;
  private final Rules rules;

  PlanResource(Engine engine, Rules rules) {
    this.engine = engine;
    this.rules = rules;
  }

  /// A part of the rule, in the order in which it was asked.
  ///
  /// @param depth how far in: what stands below a step and deeper is its parts
  /// @param what the part's text, or `all`, `any`, `not`
  /// @param how it is answered: `kept 610/610`, `loops over columns, 610 blocks`
  /// @param costMicros what was expected per stretch, the parts included
  /// @param expectedShare of how many people it was expected to hold
  /// @param share of how many of those asked it held; null when nobody was asked
  /// @param held people for whom it holds
  /// @param asked people it was asked about
  /// @param stretches in which it was asked; the others were decided before
  /// @param kept how many of its answers were there already
  record Step(
      int depth,
      String what,
      String how,
      double costMicros,
      double expectedShare,
      @Nullable Double share,
      long held,
      long asked,
      int stretches,
      long kept) {
    static Step of(Questions.Step step) {
      return new Step(
          step.line().depth(),
          step.line().what(),
          step.line().how(),
          step.line().nanos() / 1e3,
          step.line().share(),
          step.asked() == 0 ? null : Rules.share(step.held(), step.asked()),
          step.held(),
          step.asked(),
          step.stretches(),
          step.reused());
    }
  }

  /// How much of it needed no column read: of all leaves' answers asked for, those kept.
  record Reused(long kept, long asked, double share) {}

  /// @param stretches of up to 16,384 people
  /// @param fresh people who are in no block yet: they are asked the rule itself
  record Explained(
      Rules.Rule rule,
      List<Step> steps,
      int stretches,
      long fresh,
      Reused reused,
      long count,
      PreviewResource.Everybody of,
      Instant at,
      long record,
      double milliseconds) {}

  @PostMapping("/plan")
  Explained plan(@RequestBody PreviewResource.Written body) {
    long began = System.nanoTime();
    Condition rule = rules.read(body.text(), body.rule());
    Questions.Planned planned = engine.ask().plan(rule);
    return new Explained(
        rules.show(rule),
        planned.steps().stream().map(Step::of).toList(),
        planned.stretches(),
        planned.fresh(),
        reused(planned.steps()),
        planned.count(),
        new PreviewResource.Everybody(
            planned.everybody(), Rules.share(planned.count(), planned.everybody())),
        planned.at(),
        planned.record(),
        (System.nanoTime() - began) / 1e6);
  }

  private static Reused reused(List<Questions.Step> steps) {
    long kept = 0;
    long asked = 0;
    for (Questions.Step step : steps) {
      kept += step.reused();
      asked += step.answers();
    }
    return new Reused(kept, asked, Rules.share(kept, asked));
  }
}
