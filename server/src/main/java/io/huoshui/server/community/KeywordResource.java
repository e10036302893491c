package io.huoshui.server.community;

import io.huoshui.community.Replies;
import io.huoshui.engine.Engine;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Keyword replies: the rules, and what they would say.
@RestController
@RequestMapping("/api/v1/group-keywords")
class KeywordResource {
  private final Engine engine;
  private final KeywordReplies replies;

  KeywordResource(Engine engine, KeywordReplies replies) {
    this.engine = engine;
    this.replies = replies;
  }

  /// @param version 0 when there are none yet
  record View(
      int version,
      int rules,
      String written,
      @Nullable String who,
      @Nullable Instant publishedAt) {}

  @GetMapping
  View newest() {
    GroupReplyStore.Published published = replies.published();
    return published == null
        ? new View(0, 0, "keywords: []\n", null, null)
        : new View(
            published.version(),
            replies.rules().size(),
            published.written(),
            published.who(),
            published.publishedAt());
  }

  /// Puts all rules in the place of those there are.
  @PostMapping(
      consumes = {
        MediaType.APPLICATION_JSON_VALUE,
        "application/yaml",
        "application/x-yaml",
        "text/yaml",
        MediaType.TEXT_PLAIN_VALUE
      })
  View publish(@RequestBody String written) {
    replies.publish(written);
    return newest();
  }

  /// @param rules a draft; those in force when left out
  record Try(
      @Nullable String rules,
      @Nullable String group,
      @Nullable String person,
      @Nullable String name,
      String text) {}

  @PostMapping("/try")
  KeywordReplies.Taken tryOut(@RequestBody Try asked) {
    return replies.tryOut(
        asked.rules(),
        new Replies.Message(
            "",
            Objects.requireNonNullElse(asked.group(), ""),
            Objects.requireNonNullElse(asked.person(), ""),
            Objects.requireNonNullElse(asked.name(), ""),
            asked.text(),
            engine.now()));
  }
}
