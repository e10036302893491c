package io.huoshui.server.insight.alert;

import io.huoshui.insight.alert.Incident;
import io.huoshui.server.Settings;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// What people have to see to, told on the ways alerts are told. Rooms say what begins and ends;
/// the same said again is no news.
@Service
public class Incidents {
  private static final Logger LOG = LoggerFactory.getLogger(Incidents.class);

  private final IncidentStore store;
  private final ZoneId zone;

  Incidents(IncidentStore store, Settings settings) {
    this.store = store;
    this.zone = settings.zone();
  }

  public void begin(Incident incident, Instant at) {
    if (store.begin(incident, at, zone)) {
      LOG.warn("incident {} kind={}", incident.name(), incident.kind());
    }
  }

  public void end(String name, Instant at) {
    if (store.end(name, at, zone)) {
      LOG.info("incident {} is over", name);
    }
  }

  /// What lasts now.
  public List<Incident> lasting() {
    return store.all().stream().map(IncidentStore.Lasting::incident).toList();
  }

  public Optional<Incident> lasting(String name) {
    return store.find(name).map(IncidentStore.Lasting::incident);
  }

  /// What lasts, over HTTP.
  @RestController
  @RequestMapping("/api/v1/incidents")
  static class Resource {
    private final IncidentStore store;

    Resource(IncidentStore store) {
      this.store = store;
    }

    record Words(String zh, String en) {}

    /// @param what with numbers
    /// @param next what to do
    record View(
        String name,
        String kind,
        Instant since,
        Words title,
        Words what,
        Words next,
        @Nullable Double value) {}

    private static Words words(Incident.Words words) {
      return new Words(words.zh(), words.en());
    }

    /// The oldest first.
    @GetMapping
    List<View> all() {
      return store.all().stream()
          .map(
              each ->
                  new View(
                      each.incident().name(),
                      each.incident().kind(),
                      each.since(),
                      words(each.incident().title()),
                      words(each.incident().what()),
                      words(each.incident().next()),
                      each.incident().value()))
          .toList();
    }
  }
}
