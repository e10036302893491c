package io.huoshui.server.audience;

import io.huoshui.audience.Audience;
import io.huoshui.engine.Engine;
import io.huoshui.json.Json;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Sealed;
import io.huoshui.server.access.SignedPost;
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
    URI url = SignedPost.url(body.url());
    String secret = SignedPost.secret(body.secret());
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
                "secret", Json.of(sealed.seal(secret)),
                "reveal", Json.of(reveal)),
            audience.members().clone(),
            audit.who());
    audit.record(
        reveal ? "audience_sent_in_full" : "audience_sent",
        name + ": " + audience.size() + " members, " + audience.sha256() + ", to " + url.getHost());
    return new Begun(job, audience.size());
  }
}
