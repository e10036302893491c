package io.huoshui.server.job;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Long work: how far it is, why it waits, cancel, go on.
@RestController
@RequestMapping("/api/v1/jobs")
class JobResource {
  private static final int MOST = 200;

  private final Jobs jobs;
  private final JsonMapper json;

  JobResource(Jobs jobs, JsonMapper json) {
    this.jobs = jobs;
    this.json = json;
  }

  /// @param result where it got to, in the kind's words
  /// @param failure why it failed, or what it waits for
  record JobView(
      long id,
      String kind,
      String about,
      String state,
      long done,
      long total,
      JsonNode result,
      @Nullable String failure,
      int attempts,
      String who,
      Instant createdAt,
      @Nullable Instant endedAt) {}

  private JobView view(Job job) {
    return new JobView(
        job.id(),
        job.kind(),
        job.about(),
        job.state().wire(),
        job.done(),
        job.total(),
        json.readTree(job.at().write()),
        job.failure(),
        job.attempts(),
        job.who(),
        job.createdAt(),
        job.endedAt());
  }

  @GetMapping
  List<JobView> all(
      @RequestParam(required = false) @Nullable String kind,
      @RequestParam(required = false) @Nullable Long before,
      @RequestParam(defaultValue = "50") int limit) {
    return jobs
        .list(kind, before == null ? Long.MAX_VALUE : before, Math.clamp(limit, 1, MOST))
        .stream()
        .map(this::view)
        .toList();
  }

  /// @param wait seconds to wait for its end, 60 at most
  @GetMapping("/{id}")
  JobView one(@PathVariable long id, @RequestParam(defaultValue = "0") int wait) {
    return view(jobs.find(id, Duration.ofSeconds(Math.clamp(wait, 0, 60))));
  }

  @DeleteMapping("/{id}")
  JobView cancel(@PathVariable long id) {
    return view(jobs.cancel(id));
  }

  @PostMapping("/{id}/again")
  JobView again(@PathVariable long id) {
    return view(jobs.again(id));
  }
}
