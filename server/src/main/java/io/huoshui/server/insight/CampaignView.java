package io.huoshui.server.insight;

import io.huoshui.insight.CampaignReport;
import io.huoshui.insight.Uplift;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A campaign report as it is answered.
public record CampaignView(
    String name,
    String title,
    String audience,
    boolean simulated,
    @Nullable Instant from,
    long people,
    Map<String, Long> verdicts,
    long sent,
    long delivered,
    long clicked,
    long converted,
    long revenueFen,
    CampaignReport.HoldOut holdOut,
    long costFen,
    @Nullable Interval incrementalRevenueFen,
    @Nullable Double roi) {
  public static CampaignView of(CampaignReport report) {
    return new CampaignView(
        report.name(),
        report.title(),
        report.audience(),
        report.simulated(),
        report.from(),
        report.people(),
        report.verdicts(),
        report.sent(),
        report.delivered(),
        report.clicked(),
        report.converted(),
        report.revenueFen(),
        report.holdOut(),
        report.costFen(),
        Interval.of(report.incremental()),
        report.roi());
  }

  public record Interval(long estimate, @Nullable Long low, @Nullable Long high) {
    public static @Nullable Interval of(@Nullable Uplift uplift) {
      return uplift == null
          ? null
          : new Interval(
              Math.round(uplift.estimate()),
              Double.isNaN(uplift.low()) ? null : Math.round(uplift.low()),
              Double.isNaN(uplift.high()) ? null : Math.round(uplift.high()));
    }
  }
}
