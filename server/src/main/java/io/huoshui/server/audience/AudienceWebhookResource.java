package io.huoshui.server.audience;

import io.huoshui.audience.Audience;
import io.huoshui.engine.Engine;
import io.huoshui.json.Json;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Problem;
import io.huoshui.server.access.Sealed;
import io.huoshui.server.job.Jobs;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Has an audience sent to an address, as a job.
@RestController
class AudienceWebhookResource {
  private static final int SHORTEST_SECRET = 16;

  private final Engine engine;
  private final Sealed sealed;
  private final Jobs jobs;
  private final Audit audit;

  AudienceWebhookResource(Engine engine, Sealed sealed, Jobs jobs, Audit audit) {
    this.engine = engine;
    this.sealed = sealed;
    this.jobs = jobs;
    this.audit = audit;
  }

  /// @param secret the signature's key, 16 characters at least; kept encrypted, never shown again
  /// @param reveal whether identifiers go in full; masked when it is left out
  record Wish(@Nullable String url, @Nullable String secret, @Nullable Boolean reveal) {}

  record Begun(long job, int people) {}

  @PostMapping("/api/v1/audiences/{name}/webhook")
  @ResponseStatus(HttpStatus.ACCEPTED)
  Begun send(@PathVariable String name, @RequestBody Wish body) {
    Audience audience = Picks.find(engine, name);
    URI url = url(body.url());
    if (body.secret() == null || body.secret().length() < SHORTEST_SECRET) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_secret", "Batches are signed.")
          .at("secret", "…", SHORTEST_SECRET + " characters at least")
          .thrown();
    }
    boolean reveal = Boolean.TRUE.equals(body.reveal());
    long job =
        jobs.begin(
            AudienceWebhook.KIND,
            name,
            Json.object(
                "audience", Json.of(name),
                "sha256", Json.of(audience.sha256()),
                "frozenAt", Json.of(audience.frozenAt().toString()),
                "url", Json.of(url.toString()),
                "secret", Json.of(sealed.seal(body.secret())),
                "reveal", Json.of(reveal)),
            audience.members().clone(),
            audit.who());
    audit.record(
        reveal ? "audience_sent_in_full" : "audience_sent",
        name + ": " + audience.size() + " members, " + audience.sha256() + ", to " + url.getHost());
    return new Begun(job, audience.size());
  }

  private static URI url(@Nullable String text) {
    try {
      URI url = URI.create(String.valueOf(text));
      if (("http".equals(url.getScheme()) || "https".equals(url.getScheme()))
          && url.getHost() != null) {
        return url;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_url", "There is nowhere to send it.")
        .at("url", String.valueOf(text), "an address with http or https")
        .thrown();
  }
}
