package io.huoshui.server.loyalty;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Questions.Numbered;
import io.huoshui.event.Event;
import io.huoshui.event.Properties;
import io.huoshui.json.Json;
import io.huoshui.loyalty.Coupon;
import io.huoshui.loyalty.Redemption;
import io.huoshui.server.flow.Round;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// Coupons in the records. They are issued by journeys, in the log; the table follows it. They are
/// redeemed at tills, in the table, which lets one till win; the log hears of it afterwards.
///
/// ```
/// coupon_issued ──▶ row ──▶ redeem (one transaction) ──▶ coupon_redeemed ──▶ row: in_log
/// ```
///
/// A crash before the last arrow leaves a row that is not `in_log`; the next start tells the log.
@Service
public class Coupons implements Round {
  private static final int CHUNK = 65_536;
  private static final String SOURCE = "till";

  private final Engine engine;
  private final CouponStore store;
  private final TransactionTemplate transaction;
  private final ReentrantLock one = new ReentrantLock();
  private int next = -1;

  Coupons(Engine engine, CouponStore store, PlatformTransactionManager transactions) {
    this.engine = engine;
    this.store = store;
    this.transaction = new TransactionTemplate(transactions);
    follow();
    store.unlogged().forEach(this::tell);
  }

  /// Brings the table to where the log is. Cheap when nothing happened.
  public void follow() {
    one.lock();
    try {
      if (next < 0) {
        next = store.nextEvent();
      }
      if (next > engine.ask().occurrences()) {
        // The log is an older one, from a backup: read it from the start.
        next = 0;
      }
      while (next < engine.ask().occurrences()) {
        var chunk = engine.ask().occurrencesSince(next, CHUNK);
        transaction.executeWithoutResult(
            _ -> {
              write(chunk.events());
              store.followed(chunk.next());
            });
        next = chunk.next();
      }
    } finally {
      one.unlock();
    }
  }

  private void write(List<Numbered> events) {
    var issued = new ArrayList<Json>();
    var redeemed = new ArrayList<Json>();
    var expired = new ArrayList<Json>();
    for (Numbered happening : events) {
      Json code = Json.of(happening.properties().text("coupon"));
      Json at = Json.of(happening.time().toString());
      switch (happening.name()) {
        case "coupon_issued" -> issued(happening).ifPresent(issued::add);
        case "coupon_redeemed" ->
            redeemed.add(
                Json.object(
                    "number",
                    Json.of(happening.number()),
                    "code",
                    code,
                    "order_id",
                    Json.of(happening.properties().text("orderId")),
                    "at",
                    at));
        case "coupon_expired" -> expired.add(Json.object("code", code, "at", at));
        // Others follow the same row of events for other things.
        default -> {}
      }
    }
    store.issued(issued);
    store.redeemed(redeemed);
    store.expired(expired);
  }

  /// Empty for coupons of elsewhere: they are on the timeline, but no till of ours gives their
  /// discount.
  static Optional<Json> issued(Numbered happening) {
    Properties properties = happening.properties();
    if (properties.text("journey").isEmpty() || properties.whole("valueFen") <= 0) {
      return Optional.empty();
    }
    try {
      Instant expires = OffsetDateTime.parse(properties.text("expires")).toInstant();
      return Optional.of(
          Json.object(
              "code", Json.of(properties.text("coupon")),
              "template", Json.of(properties.text("template")),
              "profile", Json.of(happening.profile()),
              "journey", Json.of(properties.text("journey")),
              "value_fen", Json.of(properties.whole("valueFen")),
              "threshold_fen", Json.of(Math.max(0, properties.whole("thresholdFen"))),
              "issued_at", Json.of(happening.time().toString()),
              "expires_at", Json.of(expires.toString())));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  Optional<CouponStore.Row> find(String code) {
    follow();
    return store.find(code);
  }

  List<CouponStore.Row> of(int profile, int most) {
    follow();
    List<Integer> names = engine.ask().namesOf(profile);
    return names.isEmpty() ? List.of() : store.of(names, most);
  }

  /// A coupon that can still be used.
  public record Open(
      String code, String template, long valueFen, long thresholdFen, Instant expiresAt) {}

  /// Somebody's coupons that can still be used, the first to expire first.
  public List<Open> open(int profile, Instant now, int most) {
    return of(profile, 1_000).stream()
        .filter(row -> row.redeemedAt() == null && row.coupon().expiresAt().isAfter(now))
        .map(CouponStore.Row::coupon)
        .map(
            coupon ->
                new Open(
                    coupon.code(),
                    coupon.template(),
                    coupon.valueFen(),
                    coupon.thresholdFen(),
                    coupon.expiresAt()))
        .sorted(Comparator.comparing(Open::expiresAt))
        .limit(most)
        .toList();
  }

  /// Redeems a coupon once. The same order asking again, because the answer was lost, is told what
  /// it was told before.
  ///
  /// @return empty when there is no such coupon
  Optional<Redemption> redeem(String code, String orderId, long cartFen) {
    follow();
    Instant now = engine.now();
    Optional<Redemption> answer =
        Objects.requireNonNull(
            transaction.execute(
                _ -> store.claim(code).map(row -> decide(row, orderId, cartFen, now))));
    if (answer.isPresent() && answer.get() instanceof Redemption.Redeemed) {
      store.find(code).ifPresent(this::tell);
    }
    return answer;
  }

  private Redemption decide(CouponStore.Row row, String orderId, long cartFen, Instant now) {
    Coupon coupon = row.coupon();
    Long discount = row.discountFen();
    if (discount != null && coupon.usedBy().equals(orderId)) {
      return new Redemption.Redeemed(discount);
    }
    Redemption answer = Redemption.of(coupon, cartFen, now);
    if (answer instanceof Redemption.Redeemed(long discountFen)
        && !store.redeem(coupon.code(), orderId, discountFen, now)) {
      throw new IllegalStateException("Coupon " + coupon.code() + " changed while it was claimed");
    }
    return answer;
  }

  /// The event's id is made of the coupon, so telling twice is telling once.
  private void tell(CouponStore.Row row) {
    Instant at = row.redeemedAt();
    Long discount = row.discountFen();
    if (at == null || discount == null) {
      return;
    }
    Coupon coupon = row.coupon();
    engine.take(
        List.of(
            new Event(
                "redeemed/" + coupon.code(),
                "coupon_redeemed",
                at,
                SOURCE,
                List.of(engine.ask().identifier(coupon.profile())),
                Properties.of(
                    "coupon", coupon.code(),
                    "template", coupon.template(),
                    "orderId", coupon.usedBy(),
                    "discountFen", discount,
                    "journey", coupon.journey()))));
  }

  @Override
  public Place place() {
    return new Place("coupons", Beat.TICK, 30);
  }

  @Override
  public void pass(Instant before, Instant now) {
    follow();
  }
}
