package io.huoshui.server.insight;

import io.huoshui.engine.Engine;
import io.huoshui.insight.value.BuyerSample;
import io.huoshui.insight.value.Calibration;
import io.huoshui.insight.value.ValueModels;
import io.huoshui.profile.Calendar;
import io.huoshui.server.access.Problem;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/// The models of buying, fitted once for each day of the brand to what was known at the end of the
/// day before. Fitting takes seconds; who asks meanwhile waits for it.
@Component
public class FittedModels {
  /// So many days before are held back to see how good a fit is.
  private static final int HELD_BACK_DAYS = 90;

  private final Engine engine;
  private final ReentrantLock fitting = new ReentrantLock();
  private volatile @Nullable Fitted fitted;

  FittedModels(Engine engine) {
    this.engine = engine;
  }

  /// @param day up to whose end things were known, since 1970-01-01 in the brand's zone
  /// @param buyers there were to draw from
  /// @param calibration null where nobody had bought again [#HELD_BACK_DAYS] earlier
  public record Fitted(
      int day, ValueModels models, long buyers, @Nullable Calibration calibration) {}

  /// @throws Problem.Refusal when nobody bought again
  public Fitted today() {
    int day = new Calendar(engine.ask().zone()).day(engine.now().toEpochMilli()) - 1;
    Fitted known = fitted;
    if (known != null && known.day() == day) {
      return known;
    }
    fitting.lock();
    try {
      known = fitted;
      if (known == null || known.day() != day) {
        known = fit(day);
        fitted = known;
      }
      return known;
    } finally {
      fitting.unlock();
    }
  }

  private Fitted fit(int day) {
    BuyerSample sample = engine.ask().buyerSample(BuyerSample.MOST);
    ValueModels models;
    try {
      models = sample.fit(day);
    } catch (IllegalArgumentException e) {
      throw Problem.of(
              HttpStatus.CONFLICT,
              "nobody_bought_again",
              "The models of buying can not be fitted yet: " + e.getMessage() + ".")
          .next("Ask again when customers have bought on a second day; realised value needs none.")
          .thrown();
    }
    @Nullable Calibration calibration;
    try {
      calibration = sample.calibrate(day - HELD_BACK_DAYS, day);
    } catch (IllegalArgumentException e) {
      // A brand this young has no earlier fit; its models are shown without a calibration.
      calibration = null;
    }
    return new Fitted(day, models, sample.buyers(), calibration);
  }
}
