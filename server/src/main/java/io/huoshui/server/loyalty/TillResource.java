package io.huoshui.server.loyalty;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.huoshui.engine.Engine;
import io.huoshui.loyalty.Coupon;
import io.huoshui.loyalty.Redemption;
import io.huoshui.server.access.Problem;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Issued coupons: whose they are, what became of them, and the till that takes one.
@RestController
@RequestMapping("/api/v1/coupons")
class TillResource {
  private static final int LONGEST_ORDER = 128;

  private final Engine engine;
  private final Coupons coupons;

  TillResource(Engine engine, Coupons coupons) {
    this.engine = engine;
    this.coupons = coupons;
  }

  /// @param status issued, redeemed or expired, by the brand's clock
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record View(
      String code,
      String template,
      String profile,
      String journey,
      long valueFen,
      long thresholdFen,
      Instant issuedAt,
      Instant expiresAt,
      String status,
      @Nullable String orderId,
      @Nullable Instant redeemedAt,
      @Nullable Long discountFen) {}

  private View view(CouponStore.Row row) {
    Coupon coupon = row.coupon();
    boolean used = !coupon.usedBy().isEmpty();
    return new View(
        coupon.code(),
        coupon.template(),
        "p" + engine.ask().profileOf(coupon.profile()),
        coupon.journey(),
        coupon.valueFen(),
        coupon.thresholdFen(),
        coupon.issuedAt(),
        coupon.expiresAt(),
        used ? "redeemed" : engine.now().isBefore(coupon.expiresAt()) ? "issued" : "expired",
        used ? coupon.usedBy() : null,
        row.redeemedAt(),
        row.discountFen());
  }

  /// A person's coupons, newest first; also those of identities that were merged into them.
  @GetMapping
  List<View> of(@RequestParam String profile, @RequestParam(defaultValue = "100") int limit) {
    if (!profile.matches("p\\d{1,9}")) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "bad_profile", "A customer is named p and a number.")
          .at("profile", profile, "p0, p1, …")
          .thrown();
    }
    return coupons.of(Integer.parseInt(profile.substring(1)), Math.clamp(limit, 1, 1_000)).stream()
        .map(this::view)
        .toList();
  }

  @GetMapping("/{code}")
  View one(@PathVariable String code) {
    return coupons.find(code).map(this::view).orElseThrow(() -> unknown(code));
  }

  private static Problem.Refusal unknown(String code) {
    return Problem.of(HttpStatus.NOT_FOUND, "unknown_coupon", "No coupon '" + code + "'.")
        .next("GET /api/v1/coupons?profile=p1 lists a customer's coupons.")
        .thrown();
  }

  /// @param cartFen what the cart costs before the coupon
  record Cart(@Nullable String orderId, @Nullable Long cartFen) {}

  /// What the till is told: `redeemed` with `discountFen`, `expired` with `since`, `belowThreshold`
  /// with `thresholdFen` and `cartFen`, `alreadyUsed` with the `orderId` it was used on.
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Told(
      String result,
      @Nullable Long discountFen,
      @Nullable Instant since,
      @Nullable Long thresholdFen,
      @Nullable Long cartFen,
      @Nullable String orderId) {
    static Told of(Redemption redemption) {
      return switch (redemption) {
        case Redemption.Redeemed(long discountFen) ->
            new Told("redeemed", discountFen, null, null, null, null);
        case Redemption.Expired(Instant since) ->
            new Told("expired", null, since, null, null, null);
        case Redemption.BelowThreshold(long thresholdFen, long cartFen) ->
            new Told("belowThreshold", null, null, thresholdFen, cartFen, null);
        case Redemption.AlreadyUsed(String orderId) ->
            new Told("alreadyUsed", null, null, null, null, orderId);
      };
    }
  }

  /// Redeems a coupon on an order. Of two tills at the same moment one wins; the same order asking
  /// again is told the same again.
  @PostMapping("/{code}/redeem")
  Told redeem(@PathVariable String code, @RequestBody Cart cart) {
    String orderId = cart.orderId();
    if (orderId == null || orderId.isBlank() || orderId.length() > LONGEST_ORDER) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "bad_order", "A coupon is redeemed on an order.")
          .at(
              "orderId",
              orderId == null ? "nothing" : orderId.length() + " characters",
              "1 to " + LONGEST_ORDER + " characters")
          .thrown();
    }
    Long cartFen = cart.cartFen();
    if (cartFen == null || cartFen < 0) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "bad_cart", "A cart costs something, in fen.")
          .at("cartFen", cartFen == null ? "nothing" : cartFen.toString(), "0 and more")
          .thrown();
    }
    return coupons.redeem(code, orderId, cartFen).map(Told::of).orElseThrow(() -> unknown(code));
  }
}
