package io.huoshui.server.call;

import io.huoshui.dialog.Calls;
import io.huoshui.platforms.call.CallResults;
import io.huoshui.platforms.call.Turns;
import io.huoshui.server.Settings;
import io.huoshui.server.access.Problem;
import io.huoshui.server.account.Accounts;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// What the calling platform asks and tells: turns of talks, and how calls went.
@RestController
@RequestMapping("/callbacks/call")
class CallCallbackResource {
  private static final int MOST_BYTES = 1 << 20;

  private final Settings settings;
  private final Accounts accounts;
  private final Talks talks;
  private final CallOutcomes outcomes;

  CallCallbackResource(Settings settings, Accounts accounts, Talks talks, CallOutcomes outcomes) {
    this.settings = settings;
    this.accounts = accounts;
    this.talks = talks;
    this.outcomes = outcomes;
  }

  private void check(String token, byte[] body) {
    byte[] given = token.getBytes(StandardCharsets.UTF_8);
    if (accounts.callCallbackTokens(settings.platforms().callbackToken()).stream()
        .noneMatch(known -> MessageDigest.isEqual(known.getBytes(StandardCharsets.UTF_8), given))) {
      throw Problem.of(HttpStatus.UNAUTHORIZED, "no_access", "The callback token is not ours.")
          .at(
              "X-Callback-Token",
              token.isEmpty() ? "nothing" : "another",
              "the callbackToken of the account that calls")
          .thrown();
    }
    if (body.length > MOST_BYTES) {
      throw malformed(body.length + " bytes, at most " + MOST_BYTES);
    }
  }

  private static RuntimeException malformed(String why) {
    return Problem.of(
            HttpStatus.BAD_REQUEST, "malformed_callback", "The callback can not be read: " + why)
        .thrown();
  }

  /// One turn, answered as one server-sent event.
  @PostMapping("/{action:beginSession|dialogue|abortDialogue|endSession}")
  ResponseEntity<String> turn(
      @PathVariable String action,
      @RequestHeader(name = "X-Callback-Token", defaultValue = "") String token,
      @RequestBody byte[] body) {
    check(token, body);
    Turns.Turn turn;
    try {
      turn = Turns.read(action, body);
    } catch (IllegalArgumentException e) {
      throw malformed(String.valueOf(e.getMessage()));
    }
    return ResponseEntity.ok()
        .contentType(new MediaType(MediaType.TEXT_EVENT_STREAM, StandardCharsets.UTF_8))
        .body(talks.turn(turn));
  }

  /// @param taken how many were news
  record Taken(int taken) {}

  /// Answered when it is on disk, so a platform that gets no answer tells it again.
  @PostMapping("/results")
  Taken results(
      @RequestHeader(name = "X-Callback-Token", defaultValue = "") String token,
      @RequestBody byte[] body) {
    check(token, body);
    List<Calls.Result> results;
    try {
      results = CallResults.read(body);
    } catch (IllegalArgumentException e) {
      throw malformed(String.valueOf(e.getMessage()));
    }
    return new Taken(outcomes.take(results));
  }
}
