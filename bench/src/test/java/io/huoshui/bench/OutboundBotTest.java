package io.huoshui.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.platforms.account.Account;
import io.huoshui.platforms.account.Allowances;
import io.huoshui.platforms.account.CallLimits;
import io.huoshui.platforms.account.Platform;
import io.huoshui.platforms.call.OutboundBot;
import io.huoshui.reach.Channel.Envelope;
import io.huoshui.reach.Channel.Outcome;
import io.huoshui.sandbox.Sandbox;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The client against the platform that the sandbox plays.
class OutboundBotTest {
  private static final String ID = "LTAI0000000000000001";
  private static final String SECRET = "0123456789abcdef0123456789abcd";

  /// Afternoon, and night, where the lines are.
  private static final String OPEN = "2026-07-01T06:00:00Z";

  private static final String SHUT = "2026-07-01T14:00:00Z";

  @TempDir Path folder;

  private Sandbox sandbox(String start, String limits) throws Exception {
    Path secrets =
        Files.writeString(
            folder.resolve("secrets.json"),
            "{\"call\":{\"accessKeyId\":\"" + ID + "\",\"accessKeySecret\":\"" + SECRET + "\"}}");
    return Sandbox.start(
        List.of(
            "--data",
            folder.resolve("data" + start.hashCode()).toString(),
            "--start",
            start,
            "--people",
            "0",
            "--secrets",
            secrets.toString(),
            "--limits",
            limits));
  }

  private static OutboundBot bot(String url, String secret) {
    return new OutboundBot(
        new Account.AliyunCall(
            "robot", url, ID, secret, "instance", "script", List.of("057100000000"), 0),
        new CallLimits(Allowances.of(Platform.ALIYUN_CALL)));
  }

  private static List<Envelope> envelopes(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(
            i ->
                new Envelope(
                    "j/1/" + i + "/e/s", "+86139" + (10_000_000 + i), "wake", "name=芳", "flow"))
        .toList();
  }

  @Test
  void takenIsFoundAgainAndWhatWasNotIsAbsent() throws Exception {
    try (Sandbox sandbox = sandbox(OPEN, "")) {
      OutboundBot bot = bot(sandbox.url(), SECRET);
      List<Outcome> taken = bot.handOver("b1", envelopes(0, 25));
      assertThat(taken).hasSize(25).allMatch(outcome -> outcome instanceof Outcome.Accepted);
      // Another process, which knows no group yet, finds them by what they are.
      OutboundBot other = bot(sandbox.url(), SECRET);
      List<Outcome> found = other.reconcile("b1", envelopes(20, 30), Instant.parse(OPEN));
      assertThat(found.subList(0, 5)).isEqualTo(taken.subList(20, 25));
      assertThat(found.subList(5, 10)).containsOnly(new Outcome.Absent());
      assertThat(other.handOver("b2", envelopes(25, 30)))
          .allMatch(outcome -> outcome instanceof Outcome.Accepted);
    }
  }

  @Test
  void whatHasNotBegunIsTakenBack() throws Exception {
    try (Sandbox sandbox = sandbox(OPEN, "")) {
      OutboundBot bot = bot(sandbox.url(), SECRET);
      String job = ((Outcome.Accepted) bot.handOver("b", envelopes(0, 1)).getFirst()).platformId();
      assertThat(bot.result(job)).as("still waits").isNull();
      assertThat(bot.cancel(List.of(job, "never"))).containsExactly(job);
      assertThat(bot.cancel(List.of(job))).as("once").isEmpty();
      assertThat(bot.suspend()).isTrue();
      assertThat(bot.resume()).isTrue();
      // Another process, which made no group, stops and goes on with what this one began.
      OutboundBot other = bot(sandbox.url(), SECRET);
      assertThat(other.suspend()).isTrue();
      assertThat(suspended(sandbox)).isEqualTo("[\"group-1\"]");
      assertThat(other.resume()).isTrue();
      assertThat(suspended(sandbox)).isEqualTo("[]");
      assertThat(bot.recording("never")).isNull();
    }
  }

  private static String suspended(Sandbox sandbox) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(sandbox.url() + "/sandbox/call/suspended")).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Test
  void refusalsSayWhatToDo() throws Exception {
    try (Sandbox sandbox = sandbox(OPEN, "call.jobs=3")) {
      assertThat(bot(sandbox.url(), "wrong").handOver("b", envelopes(0, 1)).getFirst())
          .isInstanceOfSatisfying(
              Outcome.Later.class,
              later -> {
                assertThat(later.code()).isEqualTo("SignatureDoesNotMatch");
                assertThat(later.why()).contains("/connect");
              });
      // One of them may be what spoils it: halves are given.
      assertThat(bot(sandbox.url(), SECRET).handOver("b", envelopes(0, 4)).getFirst())
          .isInstanceOf(Outcome.Poisoned.class);
      assertThat(
              bot(sandbox.url(), SECRET)
                  .handOver("b", List.of(new Envelope("k", "+8610", "wake", "", "flow")))
                  .getFirst())
          .isInstanceOfSatisfying(
              Outcome.Poisoned.class,
              poisoned -> assertThat(poisoned.code()).isEqualTo("Parameter.Invalid.PhoneNumber"));
    }
    try (Sandbox sandbox = sandbox(SHUT, "")) {
      assertThat(bot(sandbox.url(), SECRET).handOver("b", envelopes(0, 1)).getFirst())
          .isInstanceOfSatisfying(
              Outcome.Later.class, later -> assertThat(later.code()).isEqualTo("OutOfWorkingTime"));
    }
    // Nothing listens there: surely not taken.
    assertThat(bot("http://127.0.0.1:9", SECRET).handOver("b", envelopes(0, 1)).getFirst())
        .isInstanceOf(Outcome.Later.class);
    assertThat(
            bot("http://127.0.0.1:9", SECRET)
                .reconcile("b", envelopes(0, 1), Instant.parse(OPEN))
                .getFirst())
        .isInstanceOf(Outcome.Unknown.class);
  }
}
