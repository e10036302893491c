package io.huoshui.server.reach;

import io.huoshui.engine.Engine;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.Properties;
import io.huoshui.reach.Touchpoint;
import io.huoshui.server.Settings;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.List;
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

  LinkResource(Engine engine, Settings settings) {
    this.engine = engine;
    this.settings = settings;
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
      click(code, touchpoint);
    }
    return ResponseEntity.status(302)
        .header(HttpHeaders.LOCATION, settings.landing())
        .header(HttpHeaders.CACHE_CONTROL, "no-store")
        .build();
  }

  private void click(String code, Touchpoint touchpoint) {
    Instant now = engine.now();
    Identifier person =
        Identifier.of(touchpoint.channel().address(), scope(touchpoint), touchpoint.address());
    engine.take(
        List.of(
            new Event(
                "click/" + code + "/" + now.getEpochSecond() / 60,
                "link_clicked",
                now,
                touchpoint.channel().wire(),
                List.of(person),
                Properties.of("link", code, "touchpoint", touchpoint.key()))));
  }

  private String scope(Touchpoint touchpoint) {
    return touchpoint.channel().address().scoped() ? settings.platforms().corpId() : "";
  }
}
