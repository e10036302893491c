package io.huoshui.insight;

import io.huoshui.event.Value;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Total;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Campaigns that were run elsewhere and came as events: who received them, who redeemed their
/// coupons.
public final class CampaignsElsewhere implements Total<CampaignsElsewhere> {
  private final Map<String, Heard> campaigns = new TreeMap<>();
  private long people;

  private static final class Heard {
    long received;
    long redeemers;
    long redemptions;
    long startMs = Long.MAX_VALUE;
    String title = "";

    // The number of the last person counted here.
    long receivedBy;
    long redeemedBy;

    /// The title is that of the first event.
    void begins(long timeMs, String type) {
      if (timeMs < startMs || (timeMs == startMs && type.compareTo(title) < 0)) {
        startMs = timeMs;
        title = type;
      }
    }
  }

  @Override
  public void add(Timeline timeline) {
    person();
    for (int i = 0; i < timeline.size(); i++) {
      String name = timeline.name(i);
      if (name.equals("campaign_received")) {
        received(
            timeline.timeMs(i),
            timeline.property(i, "campaign"),
            timeline.property(i, "campaignType"));
      } else if (name.equals("coupon_redeemed")) {
        redeemed(timeline.property(i, "campaign"));
      }
    }
  }

  /// Begins with the next person.
  public void person() {
    people++;
  }

  public void received(long timeMs, @Nullable Value campaign, @Nullable Value type) {
    Heard heard = heard(shown(campaign));
    heard.received += heard.receivedBy == people ? 0 : 1;
    heard.receivedBy = people;
    heard.begins(timeMs, shown(type));
  }

  /// A coupon that names no campaign is none of a campaign.
  public void redeemed(@Nullable Value campaign) {
    if (campaign != null) {
      Heard heard = heard(campaign.shown());
      heard.redeemers += heard.redeemedBy == people ? 0 : 1;
      heard.redeemedBy = people;
      heard.redemptions++;
    }
  }

  private Heard heard(String campaign) {
    return campaigns.computeIfAbsent(campaign, _ -> new Heard());
  }

  private static String shown(@Nullable Value value) {
    return value == null ? "" : value.shown();
  }

  @Override
  public void addWithoutEvents(long more) {
    people += more;
  }

  @Override
  public void add(CampaignsElsewhere other) {
    people += other.people;
    other.campaigns.forEach(
        (name, theirs) -> {
          Heard heard = heard(name);
          heard.received += theirs.received;
          heard.redeemers += theirs.redeemers;
          heard.redemptions += theirs.redemptions;
          heard.begins(theirs.startMs, theirs.title);
        });
  }

  @Override
  public long people() {
    return people;
  }

  /// Those that anybody received, in the order in which they began.
  public List<CampaignReport> reports() {
    return campaigns.entrySet().stream()
        .filter(entry -> entry.getValue().received > 0)
        .sorted(Comparator.comparingLong(entry -> entry.getValue().startMs))
        .map(entry -> report(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static CampaignReport report(String campaign, Heard heard) {
    return new CampaignReport(
        "campaign " + campaign,
        heard.title,
        "",
        false,
        Instant.ofEpochMilli(heard.startMs),
        heard.received,
        Map.of("sent", heard.received),
        heard.received,
        heard.received,
        heard.redemptions,
        heard.redeemers,
        0,
        new CampaignReport.HoldOut(0, 0, 0),
        0,
        null);
  }
}
