package io.huoshui.server.reach;

import io.huoshui.engine.Engine;
import io.huoshui.reach.Touchpoint;
import io.huoshui.server.Settings;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/// Tracked links: a click becomes an event of the person the message went to.
@RestController
class LinkResource {
  private final Engine engine;
  private final Settings settings;
  private final Clicks clicks;

  LinkResource(Engine engine, Settings settings, Clicks clicks) {
    this.engine = engine;
    this.settings = settings;
    this.clicks = clicks;
  }

  /// Clicks of one minute on one link are one click: a browser that loads twice is not a person who
  /// came twice. Whoever only looks what is behind a link is answered and not counted.
  @GetMapping("/r/{code}")
  ResponseEntity<Void> follow(@PathVariable String code, HttpServletRequest request) {
    Touchpoint touchpoint = engine.ask().touchpointByCode(code);
    if (touchpoint == null) {
      return ResponseEntity.notFound().build();
    }
    if (!Looker.looks(request)) {
      clicks.clicked(touchpoint, "");
    }
    return ResponseEntity.status(302)
        .header(HttpHeaders.LOCATION, settings.landing())
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .build();
  }
}
