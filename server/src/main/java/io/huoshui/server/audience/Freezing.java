package io.huoshui.server.audience;

import io.huoshui.audience.Audience;
import io.huoshui.engine.Engine;
import io.huoshui.engine.EngineException;
import io.huoshui.server.access.Problem;
import io.huoshui.server.audience.AudienceStore.Refresh;
import io.huoshui.server.flow.Round;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;

/// Freezes audiences, writes down each freezing, and freezes again when it is time.
@Service
public class Freezing implements Round {
  private static final Logger LOG = LoggerFactory.getLogger(Freezing.class);

  private final Engine engine;
  private final AudienceStore store;

  Freezing(Engine engine, AudienceStore store) {
    this.engine = engine;
    this.store = store;
    // What was frozen just before a crash, or restored from a backup, has no row yet.
    engine.ask().audiences().forEach(audience -> store.frozen(audience, null));
  }

  private @Nullable Audience find(String name) {
    return engine.ask().audiences().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElse(null);
  }

  /// @param freeze has the engine freeze or choose it
  private Audience down(String name, Supplier<Integer> freeze) {
    Audience former = find(name);
    var _ = freeze.get();
    Audience audience = Picks.find(engine, name);
    store.frozen(audience, former);
    return audience;
  }

  /// @param segment whose rule; or
  /// @param text a rule in its text form
  /// @param again whether it takes the place of one of this name
  public Audience freeze(String name, String segment, String text, String who, boolean again) {
    return down(name, () -> engine.freeze(name, segment, text, who, again));
  }

  /// Refuses a name that no new audience can have.
  public void free(String name) {
    if (!name.matches("[a-z][a-z0-9_]{0,63}")) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "bad_audience", "An audience has a name.")
          .at("name", name, "a small letter, then letters, digits, '_', at most 64")
          .thrown();
    }
    if (find(name) != null) {
      throw Problem.of(
              HttpStatus.CONFLICT, "audience_exists", "There is an audience '" + name + "'.")
          .at("name", name, "a name no audience has")
          .next("Audiences stay as they are. Take another name.")
          .thrown();
    }
  }

  /// Keeps people that were chosen otherwise than by a rule.
  public Audience choose(
      String name, String text, String who, boolean again, RoaringBitmap members) {
    return down(name, () -> engine.choose(name, text, who, again, members));
  }

  /// Freezes everything again whose time has come. What was missed meanwhile is made good once.
  public void freezeWhatIsDue() {
    Instant now = engine.now();
    for (Refresh plan : store.due(now)) {
      refresh(plan, now);
    }
  }

  /// @return why it failed, or null
  @Nullable String refresh(Refresh plan, Instant now) {
    String failure = null;
    try {
      freeze(plan.audience(), plan.segment(), plan.rule(), plan.who(), true);
    } catch (EngineException e) {
      LOG.warn("audience {} was not refreshed: {}", plan.audience(), e.getMessage());
      failure = String.valueOf(e.getMessage());
    }
    store.tried(
        plan.audience(), now, next(plan.every(), plan.daily(), plan.nextAt(), now), failure);
    return failure;
  }

  Instant next(
      @Nullable Duration every, @Nullable LocalTime daily, @Nullable Instant planned, Instant now) {
    return next(every, daily, planned, now, engine.ask().zone());
  }

  /// The next time after now. A while is counted from when it was planned, so that it does not
  /// drift; a time of day that a clock change leaves out comes right after the gap.
  static Instant next(
      @Nullable Duration every,
      @Nullable LocalTime daily,
      @Nullable Instant planned,
      Instant now,
      ZoneId zone) {
    if (daily != null) {
      ZonedDateTime today = now.atZone(zone).toLocalDate().atTime(daily).atZone(zone);
      return today.toInstant().isAfter(now)
          ? today.toInstant()
          : today.toLocalDate().plusDays(1).atTime(daily).atZone(zone).toInstant();
    }
    if (every == null) {
      throw new IllegalArgumentException("A refresh has a while or a time of day");
    }
    if (planned == null || planned.isAfter(now)) {
      return now.plus(every);
    }
    long missed = Duration.between(planned, now).dividedBy(every);
    return planned.plus(every.multipliedBy(missed + 1));
  }

  @Override
  public Place place() {
    return new Place("audiences", Beat.TICK, 40);
  }

  @Override
  public void pass(Instant before, Instant now) {
    freezeWhatIsDue();
  }
}
