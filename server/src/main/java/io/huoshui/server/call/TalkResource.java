package io.huoshui.server.call;

import io.huoshui.dialog.Calls;
import io.huoshui.engine.Engine;
import io.huoshui.json.Json;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Problem;
import io.huoshui.server.access.Sealed;
import io.huoshui.server.reach.Channels;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Calls that were made: what was said, where the recording is, and what is under way.
@RestController
@RequestMapping("/api/v1/calls")
class TalkResource {
  private static final int MOST = 200;

  private final Engine engine;
  private final CallStore store;
  private final Talks talks;
  private final Sealed sealed;
  private final Channels.Calling calling;
  private final Audit audit;

  TalkResource(
      Engine engine,
      CallStore store,
      Talks talks,
      Sealed sealed,
      Channels.Calling calling,
      Audit audit) {
    this.engine = engine;
    this.store = store;
    this.talks = talks;
    this.sealed = sealed;
    this.calling = calling;
    this.audit = audit;
  }

  record Line(
      String call, String touchpoint, String flow, int version, Instant at, @Nullable String why) {}

  private static Line line(CallStore.Made made) {
    return new Line(
        made.call(), made.touchpoint(), made.flow(), made.version(), made.at(), made.why());
  }

  /// A customer's calls, newest first.
  @GetMapping
  List<Line> of(@RequestParam String customer) {
    if (!customer.matches("p\\d{1,9}")) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_customer", "It names nobody.")
          .at("customer", customer, "p and a number: p12")
          .thrown();
    }
    int profile = Integer.parseInt(customer.substring(1));
    List<Integer> names =
        engine.ask().profile(profile) == null
            ? List.of(profile)
            : engine.ask().namesOf(engine.ask().profileOf(profile));
    return store.of(names, MOST).stream().map(TalkResource::line).toList();
  }

  private CallStore.Made find(String call) {
    return store
        .find(call)
        .orElseThrow(
            () ->
                Problem.of(HttpStatus.NOT_FOUND, "unknown_call", "No call '" + call + "'.")
                    .next("GET /api/v1/calls?customer=p12 lists a customer's.")
                    .thrown());
  }

  /// What was said, line by line. It is personal data: who reads it is written down.
  @GetMapping(value = "/{call}/transcript", produces = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<String> transcript(@PathVariable String call) {
    CallStore.Made made = find(call);
    audit.record("transcript_read", call);
    String transcript = made.transcript();
    return ResponseEntity.ok(
        Json.object(
                "call", Json.of(made.call()),
                "flow", Json.of(made.flow()),
                "version", Json.of(made.version()),
                "at", Json.of(made.at().toString()),
                "said", made.said() == null ? new Json.Null() : made.said(),
                "transcript",
                    transcript == null ? new Json.Null() : Json.parse(sealed.open(transcript)))
            .write());
  }

  record Recording(String call, @Nullable String url) {}

  /// Where the platform keeps the sound, for as long as it does.
  @GetMapping("/{call}/recording")
  Recording recording(@PathVariable String call) {
    var _ = find(call);
    audit.record("recording_asked", call);
    Calls platform = calling.calls().orElse(null);
    return new Recording(call, platform == null ? null : platform.recording(call));
  }

  /// @param redials sends that wait to be called again
  record State(boolean setUp, int underWay, int redials) {}

  @GetMapping("/state")
  State state() {
    return new State(calling.calls().isPresent(), talks.underWay(), store.redials());
  }

  record Switched(boolean done) {}

  /// Nothing new is begun.
  @PostMapping("/suspend")
  Switched suspend() {
    audit.record("calls_suspended", "");
    return new Switched(calling.calls().map(Calls::suspend).orElse(false));
  }

  @PostMapping("/resume")
  Switched resume() {
    audit.record("calls_resumed", "");
    return new Switched(calling.calls().map(Calls::resume).orElse(false));
  }
}
