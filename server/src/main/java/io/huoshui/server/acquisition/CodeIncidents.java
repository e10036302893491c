package io.huoshui.server.acquisition;

import io.huoshui.acquisition.LiveCode.Staffed;
import io.huoshui.acquisition.Roster;
import io.huoshui.engine.Engine;
import io.huoshui.insight.alert.Incident;
import io.huoshui.insight.alert.Incident.Words;
import io.huoshui.platforms.wecom.WecomAcquisition.Quota;
import io.huoshui.platforms.wecom.WecomCallbacks.Change;
import io.huoshui.server.Settings;
import io.huoshui.server.flow.Round;
import io.huoshui.server.insight.alert.Incidents;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/// What people have to see to about codes: who scans meets the fallback or nobody, and the balance
/// of acquisition links that is low or used up.
@Component
class CodeIncidents implements Round {
  static final String LINKS = "acquisition-links";
  private static final String CODE = "live-code-";

  /// How often codes are looked at; the day and the shifts change no faster.
  private static final Duration EVERY = Duration.ofMinutes(1);

  /// How often WeCom is asked whether the balance has been bought up again.
  private static final Duration ASKED = Duration.ofMinutes(10);

  private final LiveCodeStore codes;
  private final SeatStore seats;
  private final Ways ways;
  private final Incidents incidents;
  private final Engine engine;
  private final ZoneId zone;
  private final AtomicReference<Instant> next = new AtomicReference<>(Instant.MIN);
  private final AtomicReference<Instant> ask = new AtomicReference<>(Instant.MIN);

  CodeIncidents(
      LiveCodeStore codes,
      SeatStore seats,
      Ways ways,
      Incidents incidents,
      Engine engine,
      Settings settings) {
    this.codes = codes;
    this.seats = seats;
    this.ways = ways;
    this.incidents = incidents;
    this.engine = engine;
    this.zone = settings.zone();
  }

  /// WeCom says that few people, or nobody, can be won by links any more.
  @EventListener
  void told(Change.Link link) {
    if (!link.change().equals("balance_low") && !link.change().equals("balance_exhausted")) {
      return;
    }
    boolean none = link.change().equals("balance_exhausted");
    Quota quota = ways.quota().found();
    String zh = quota == null ? "" : "，剩余 " + quota.balance() + " / " + quota.total();
    String en = quota == null ? "" : ": " + quota.balance() + " of " + quota.total() + " are left";
    incidents.begin(
        new Incident(
            LINKS,
            none ? "exhausted" : "low",
            none
                ? new Words("获客链接额度已用完", "the balance of acquisition links is used up")
                : new Words("获客链接额度不足", "the balance of acquisition links is low"),
            none
                ? new Words(
                    "企业微信通知额度已用完" + zh + "。通过获客链接的人加不上导购，投放仍在花钱。",
                    "WeCom says so"
                        + en
                        + ". Whoever comes by a link can add nobody, while ads go on costing.")
                : new Words(
                    "企业微信通知额度即将用完" + zh + "。",
                    "WeCom says that it will soon be used up" + en + "."),
            new Words(
                "在企业微信管理后台 客户联系 → 获客助手 购买额度；买到之前暂停投放，或把广告换成活码页面 /c/…",
                "Buy more in WeCom's console (customer contact → acquisition); until then stop the"
                    + " ads, or lead them to the codes' pages /c/…"),
            quota == null ? null : (double) quota.balance()),
        engine.now());
  }

  @Override
  public Place place() {
    return new Place("code incidents", Beat.WATCH, 95);
  }

  @Override
  public void pass(Instant before, Instant now) {
    if (!now.isBefore(ask.get())) {
      ask.set(now.plus(ASKED));
      links(now);
    }
    if (now.isBefore(next.get())) {
      return;
    }
    next.set(now.plus(EVERY));
    var standing = new HashSet<String>();
    for (LiveCodeStore.Published each : codes.all()) {
      if (each.code() instanceof Staffed code && !each.over(now)) {
        Incident incident =
            incident(
                code,
                Roster.standing(
                    code, seats.tally(each.name(), now.atZone(zone).toLocalDate()), now, zone));
        if (incident != null) {
          standing.add(incident.name());
          incidents.begin(incident, now);
        }
      }
    }
    for (Incident lasting : incidents.lasting()) {
      if (lasting.name().startsWith(CODE) && !standing.contains(lasting.name())) {
        incidents.end(lasting.name(), now);
      }
    }
  }

  /// The balance is good again once it is more than it was when WeCom told of it.
  private void links(Instant now) {
    Incident lasting = incidents.lasting(LINKS).orElse(null);
    Quota quota = lasting == null ? null : ways.quota().found();
    if (lasting != null
        && quota != null
        && quota.balance() > (lasting.value() == null ? 0 : lasting.value())) {
      incidents.end(LINKS, now);
    }
  }

  private static @Nullable Incident incident(Staffed code, Roster.Standing standing) {
    String title = code.about().title();
    Words capsOrShifts =
        new Words(
            "在“渠道活码”里提高导购的每日上限、加人或调整班次",
            "Raise daily caps, add guides or change shifts on the page of live codes");
    return switch (standing) {
      case MEMBERS, OVER -> null;
      case FALLBACK_FULL ->
          of(
              code,
              standing,
              "活码“" + title + "”走兜底：导购都满了",
              "live code '" + title + "' stands on its fallback: everybody is full",
              "在班导购今天都到了上限，扫码的人由兜底导购接待。",
              "All guides on shift have had as many as they may today; the fallback takes whoever"
                  + " scans.",
              capsOrShifts);
      case FALLBACK_OFF_SHIFT ->
          of(
              code,
              standing,
              "活码“" + title + "”走兜底：没有人在班",
              "live code '" + title + "' stands on its fallback: nobody is on shift",
              "现在没有导购在班，扫码的人由兜底导购接待。",
              "No guide is on shift now; the fallback takes whoever scans.",
              capsOrShifts);
      case CODE_FULL ->
          of(
              code,
              standing,
              "活码“" + title + "”今天满了",
              "live code '" + title + "' is full for today",
              "活码到了每日上限，再扫码的人看不到导购。",
              "The code has brought as many as it may today; who scans now meets nobody.",
              new Words("提高活码的每日上限", "Raise the code's daily cap"));
      case ALL_FULL ->
          of(
              code,
              standing,
              "活码“" + title + "”没有人接：都满了",
              "live code '" + title + "' meets nobody: everybody is full",
              "在班的人（包括兜底）今天都到了上限，扫码的人看不到导购。",
              "Everybody on shift, the fallback too, is full; who scans meets nobody.",
              capsOrShifts);
      case NOBODY_ON_SHIFT ->
          of(
              code,
              standing,
              "活码“" + title + "”没有人接：没有人在班",
              "live code '" + title + "' meets nobody: nobody is on shift",
              "现在没有人在班（包括兜底），扫码的人看不到导购。",
              "Nobody is on shift, no fallback either; who scans meets nobody.",
              new Words("调整班次，或加一位没有班次的兜底导购", "Change shifts, or add a fallback without shifts"));
    };
  }

  private static Incident of(
      Staffed code,
      Roster.Standing standing,
      String titleZh,
      String titleEn,
      String zh,
      String en,
      Words next) {
    return new Incident(
        CODE + code.about().name(),
        standing.wire(),
        new Words(titleZh, titleEn),
        new Words(zh, en),
        next,
        null);
  }
}
