package io.huoshui.server.audience;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Questions;
import io.huoshui.event.Identifier;
import io.huoshui.json.Json;
import io.huoshui.server.access.Sealed;
import io.huoshui.server.job.Job;
import io.huoshui.server.job.JobKind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.stereotype.Component;

/// Sends an audience to an address, a batch at a time, signed; where the address does not answer,
/// it is tried again, and after a restart it goes on with the batch it stopped at.
///
/// A batch may come twice (its answer was lost): both times with the same `Idempotency-Key`. The
/// signature is `X-Huoshui-Signature: t=SECONDS,v1=HEX`, HMAC-SHA256 of `SECONDS.BODY`.
@Component
class AudienceWebhook implements JobKind {
  static final String KIND = "webhook";
  private static final int BATCH = 500;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(5))
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final Engine engine;
  private final Sealed sealed;

  AudienceWebhook(Engine engine, Sealed sealed) {
    this.engine = engine;
    this.sealed = sealed;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Step step(Job job) {
    long batch = job.at("batch", 0);
    int after = (int) job.at("after", -1);
    List<Questions.Line> lines = engine.ask().lines(job.people(), after, BATCH);
    if (lines.isEmpty()) {
      return new Step.Done(job.done(), job.at());
    }
    int last = AudienceCsv.last(job.people(), after, lines.size());
    boolean reveal = job.spec().get("reveal") instanceof Json.Bool(boolean on) && on;
    String body = body(job, batch, lines, reveal);
    HttpResponse<String> answer;
    try {
      answer = http.send(request(job, batch, body), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      return new Step.Later(
          job.asked("url") + " does not answer: " + e.getClass().getSimpleName(), Duration.ZERO);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Step.Later("stopped", Duration.ZERO);
    }
    int status = answer.statusCode();
    if (status / 100 == 2) {
      long done = job.done() + lines.size();
      Json.Obj at = Json.object("batch", Json.of(batch + 1), "after", Json.of((long) last));
      return done >= job.total() ? new Step.Done(done, at) : new Step.On(done, at);
    }
    if (status / 100 == 4 && status != 408 && status != 425 && status != 429) {
      return new Step.Failed("batch " + (batch + 1) + " was refused with " + status);
    }
    return new Step.Later(
        "batch " + (batch + 1) + " was answered with " + status, retryAfter(answer));
  }

  private static Duration retryAfter(HttpResponse<String> answer) {
    String asked = answer.headers().firstValue("Retry-After").orElse("");
    return asked.matches("\\d{1,5}") ? Duration.ofSeconds(Long.parseLong(asked)) : Duration.ZERO;
  }

  private HttpRequest request(Job job, long batch, String body) {
    long now = Instant.now().getEpochSecond();
    return HttpRequest.newBuilder(URI.create(job.asked("url")))
        .timeout(PATIENCE)
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", "huoshui-" + job.id() + "-" + (batch + 1))
        .header(
            "X-Huoshui-Signature",
            "t=" + now + ",v1=" + signature(sealed.open(job.asked("secret")), now + "." + body))
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  static String signature(String secret, String text) {
    try {
      var mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("Every Java has HmacSHA256", e);
    }
  }

  private static String body(Job job, long batch, List<Questions.Line> lines, boolean reveal) {
    var customers = new ArrayList<Json>();
    for (Questions.Line line : lines) {
      var identifiers = new ArrayList<Json>();
      for (Identifier identifier : line.identifiers()) {
        if (!identifier.erased()) {
          identifiers.add(
              Json.object(
                  "kind", Json.of(identifier.kind().wire()),
                  "scope", Json.of(identifier.scope()),
                  "value", Json.of(reveal ? identifier.value() : identifier.masked())));
        }
      }
      customers.add(
          Json.object("id", Json.of("p" + line.profile()), "identifiers", Json.of(identifiers)));
    }
    return Json.object(
            "audience", Json.of(job.asked("audience")),
            "frozenAt", Json.of(job.asked("frozenAt")),
            "sha256", Json.of(job.asked("sha256")),
            "batch", Json.of(batch + 1),
            "batches", Json.of((job.total() + BATCH - 1) / BATCH),
            "people", Json.of(job.total()),
            "customers", Json.of(customers))
        .write();
  }
}
