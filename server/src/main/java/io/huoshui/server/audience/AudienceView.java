package io.huoshui.server.audience;

import io.huoshui.audience.Audience;
import io.huoshui.server.access.Problem;
import io.huoshui.server.audience.AudienceStore.Refresh;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;

/// An audience with where it comes from and how fresh it is.
///
/// @param segment empty when a rule without a name was asked, or people were chosen otherwise
/// @param version of the segment then; 0 without one
/// @param sha256 of the members' names: the same people, the same hash
/// @param ageSeconds since it was frozen
/// @param refresh null when it stays as it is
public record AudienceView(
    String name,
    String segment,
    int version,
    String text,
    Instant frozenAt,
    long ageSeconds,
    String who,
    int count,
    String sha256,
    @Nullable RefreshView refresh) {

  /// @param lastFailure why the last try failed; null when it did not
  public record RefreshView(
      @Nullable String every,
      @Nullable String daily,
      Instant next,
      @Nullable Instant last,
      @Nullable String lastFailure,
      @Nullable Instant failedAt) {}

  /// @throws Problem.Refusal when an audience can not be called so
  public static String name(@Nullable String name) {
    if (name == null || !name.matches("[a-z][a-z0-9_]{0,63}")) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "bad_audience", "An audience has a name.")
          .at("name", String.valueOf(name), "a small letter, then letters, digits, '_', at most 64")
          .thrown();
    }
    return name;
  }

  public static AudienceView of(Audience audience, @Nullable Refresh plan, Instant now) {
    return new AudienceView(
        audience.name(),
        audience.segment(),
        audience.version(),
        audience.text(),
        audience.frozenAt(),
        Duration.between(audience.frozenAt(), now).toSeconds(),
        audience.who(),
        audience.size(),
        audience.sha256(),
        plan == null
            ? null
            : new RefreshView(
                plan.every() == null ? null : shown(plan.every()),
                plan.daily() == null ? null : plan.daily().toString(),
                plan.nextAt(),
                plan.lastAt(),
                plan.lastFailure(),
                plan.failedAt()));
  }

  private static String shown(Duration every) {
    long minutes = every.toMinutes();
    if (minutes % 1440 == 0) {
      return minutes / 1440 + "d";
    }
    return minutes % 60 == 0 ? minutes / 60 + "h" : minutes + "m";
  }
}
