package io.huoshui.server.reach;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Questions;
import io.huoshui.reach.ChannelKind;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// What stands between messages and their platforms, and who has to do something about it.
@RestController
@RequestMapping("/api/v1")
class DepartureResource {
  private static final int MOST = 1_000;

  private final Engine engine;
  private final Audit audit;

  DepartureResource(Engine engine, Audit audit) {
    this.engine = engine;
    this.audit = audit;
  }

  /// @param zh what happened and what to do
  /// @param en the same
  record Halted(
      String template, String code, String why, Instant since, int waiting, String zh, String en) {}

  /// Templates that a platform takes nothing of. Publishing one again lets its messages go on, as
  /// it says then.
  @GetMapping("/reach/halted")
  List<Halted> halted() {
    return engine.halted().entrySet().stream()
        .map(
            halt ->
                new Halted(
                    halt.getKey(),
                    halt.getValue().code(),
                    halt.getValue().why(),
                    halt.getValue().since(),
                    halt.getValue().waiting(),
                    "平台不再接收话术“"
                        + halt.getKey()
                        + "”,"
                        + halt.getValue().waiting()
                        + " 条消息在等待。修改后重新发布,它们会按新内容、过一遍触达闸门后发出。",
                    "The platform takes no more of template '"
                        + halt.getKey()
                        + "'; "
                        + halt.getValue().waiting()
                        + " messages wait. Mend and publish it again: they meet the gate anew and"
                        + " say what it says then."))
        .toList();
  }

  /// Tasks that guides have to confirm before their customers get anything, the newest first.
  @GetMapping("/reach/tasks")
  List<Questions.SenderTask> tasks(
      @RequestParam(required = false) @Nullable String guide,
      @RequestParam(defaultValue = "100") int limit) {
    return engine.ask().senderTasks(ChannelKind.WECOM, guide, Math.clamp(limit, 1, MOST));
  }

  /// @param left by guide who left, who took over; empty when nobody did
  record Guides(Map<String, String> left) {}

  @GetMapping("/guides/left")
  Guides left() {
    SortedMap<String, String> left = engine.guides().left();
    return new Guides(left);
  }

  /// @param successor who takes over: messages, tasks, handovers; nobody when it is missing
  record Leaving(@Nullable String successor) {}

  @PostMapping("/guides/{guide}/left")
  Guides left(@PathVariable String guide, @RequestBody Leaving body) {
    String successor = body.successor() == null ? "" : body.successor();
    if (guide.equals(successor)) {
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT,
              "bad_successor",
              "Guide '" + guide + "' can not take over from themselves.")
          .at("successor", successor, "another guide, or nothing")
          .thrown();
    }
    engine.staff(guide, true, successor, audit.who());
    audit.record("guide_left", guide + " " + successor);
    return left();
  }

  @PostMapping("/guides/{guide}/back")
  Guides back(@PathVariable String guide) {
    engine.staff(guide, false, "", audit.who());
    audit.record("guide_back", guide);
    return left();
  }
}
