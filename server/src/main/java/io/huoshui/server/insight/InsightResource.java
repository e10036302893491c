package io.huoshui.server.insight;

import io.huoshui.engine.Engine;
import io.huoshui.insight.Layers;
import io.huoshui.insight.Overview;
import io.huoshui.profile.Lifecycle;
import io.huoshui.profile.Period;
import io.huoshui.profile.Window;
import io.huoshui.server.Settings;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// The brand at a glance, layers, and what each campaign did.
@RestController
@RequestMapping("/api/v1")
class InsightResource {
  private final Engine engine;
  private final Settings settings;

  InsightResource(Engine engine, Settings settings) {
    this.engine = engine;
    this.settings = settings;
  }

  record View(
      String currency, String zone, Instant now, Overview numbers, Map<String, Long> lifecycle) {}

  @GetMapping("/overview")
  View overview() {
    Overview numbers = engine.ask().overview();
    var lifecycle = new LinkedHashMap<String, Long>();
    for (Lifecycle state : Lifecycle.values()) {
      lifecycle.put(state.wire(), numbers.lifecycle().getOrDefault(state, 0L));
    }
    return new View(settings.currency(), settings.zone().getId(), engine.now(), numbers, lifecycle);
  }

  record LayerView(
      String name,
      String zh,
      String en,
      long people,
      long salesFen,
      double peopleShare,
      double salesShare) {}

  record LayersView(String heroSku, String window, List<LayerView> layers) {}

  /// Layered contribution. Without `sku` the hero is the item most people bought.
  @GetMapping("/layers")
  LayersView layers(
      @RequestParam(defaultValue = "") String sku, @RequestParam(defaultValue = "") String within) {
    Window window = within.isEmpty() ? Window.ever() : new Window.Last(Period.parse(within));
    String hero = sku.isEmpty() ? engine.ask().bestSeller(window) : sku;
    return new LayersView(
        hero,
        within.isEmpty() ? "ever" : within,
        engine.ask().layers(hero, window).stream().map(InsightResource::layer).toList());
  }

  private static LayerView layer(Layers.Share share) {
    return new LayerView(
        share.layer().wire(),
        share.layer().zh(),
        share.layer().en(),
        share.people(),
        share.salesFen(),
        share.peopleShare(),
        share.salesShare());
  }

  /// Journeys that ran here, then campaigns that came as events and are reported as they happened.
  @GetMapping("/campaigns")
  List<CampaignView> campaigns() {
    var here = engine.ask().campaigns().stream().map(CampaignView::of);
    var elsewhere = engine.ask().campaignsAsTheyHappened().stream().map(CampaignView::of);
    return java.util.stream.Stream.concat(here, elsewhere).toList();
  }
}
