package io.huoshui.server.journey;

import io.huoshui.engine.Engine;
import io.huoshui.journey.Journey;
import io.huoshui.journey.Review;
import io.huoshui.loyalty.CouponTemplate;
import io.huoshui.reach.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.stereotype.Component;

/// Reviews a definition beside what the brand has, and beside the journeys that run.
@Component
public class Reviews {
  private final Engine engine;
  private final FollowStore store;

  Reviews(Engine engine, FollowStore store) {
    this.engine = engine;
    this.store = store;
  }

  /// What refuses first.
  public List<Review.Finding> of(Journey journey) {
    var found = new ArrayList<>(Review.of(journey, around(journey.name())));
    collisions(journey, found);
    return found;
  }

  private Review.Surroundings around(String name) {
    var templates = new TreeMap<String, Template>();
    engine.ask().templates().forEach(template -> templates.put(template.name(), template));
    var coupons = new TreeMap<String, CouponTemplate>();
    engine.ask().couponTemplates().forEach(coupon -> coupons.put(coupon.name(), coupon));
    Set<String> sent = engine.ask().collected().properties().keySet();
    var journeys = new TreeSet<String>();
    engine.ask().journeys().forEach(journey -> journeys.add(journey.name()));
    journeys.add(name);
    var hooks = new TreeSet<String>();
    store.hooks().forEach(hook -> hooks.add(hook.name()));
    return new Review.Surroundings() {
      @Override
      public @Nullable Boolean sent(String event) {
        return engine.catalogue().find(event) == null ? null : sent.contains(event);
      }

      @Override
      public @Nullable List<String> unguarded(String template) {
        Template found = templates.get(template);
        return found == null ? null : found.unguarded();
      }

      @Override
      public boolean couponIn(String template) {
        Template found = templates.get(template);
        return found != null && found.placeholders().contains("coupon");
      }

      @Override
      public @Nullable Integer couponDays(String template) {
        CouponTemplate found = coupons.get(template);
        return found == null ? null : found.validDays();
      }

      @Override
      public boolean journey(String other) {
        return journeys.contains(other);
      }

      @Override
      public boolean hook(String hook) {
        return hooks.contains(hook);
      }
    };
  }

  /// Whoever would enter and is under way elsewhere may hear too much.
  private void collisions(Journey journey, List<Review.Finding> found) {
    RoaringBitmap people =
        switch (journey.entry()) {
          case Journey.Entry.OfAudience(String audience) ->
              engine.ask().audiences().stream()
                  .filter(each -> each.name().equals(audience))
                  .findFirst()
                  .map(each -> each.members())
                  .orElseGet(RoaringBitmap::new);
          case Journey.Entry.OfSegment _, Journey.Entry.OnSchedule _ ->
              engine.ask().segments().stream()
                  .filter(line -> line.segment().name().equals(journey.entrySegment()))
                  .findFirst()
                  .map(line -> engine.ask().members(line.segment().rule()))
                  .orElseGet(RoaringBitmap::new);
          case Journey.Entry.OfEvent _, Journey.Entry.OfCall _, Journey.Entry.OfLeaving _ ->
              new RoaringBitmap();
        };
    if (people.isEmpty()) {
      return;
    }
    for (Map.Entry<String, Long> other : engine.ask().alsoOn(people, journey.name()).entrySet()) {
      found.add(
          new Review.Finding(
              false,
              "collision",
              "",
              "entry",
              other.getKey(),
              other.getValue() + " of " + people.getCardinality() + " people are on it now.",
              "Caps and priority decide who hears what; or leave them out: not journey "
                  + other.getKey()
                  + " active."));
    }
  }
}
