package io.huoshui.sandbox.customers;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.sandbox.brand.Brand;
import io.huoshui.sandbox.draw.Dice;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whoever is behind an address.
public sealed interface Customer {
  /// One number per customer, the same in every run.
  long key();

  /// Whether they still buy of their own accord.
  boolean alive(long atMs);

  /// The contact they have with a guide apart from what messages brought about, or null.
  Brand.@Nullable Contact contact();

  /// The guide they would add, or null when they can not be a contact.
  @Nullable String guide();

  @Nullable String externalUserid();

  /// What they buy because of a message; empty when they never buy.
  List<Event> order(
      String key, Approach approach, @Nullable String coupon, long discountFen, long atMs);

  /// A person of the synthetic brand.
  record OfBrand(Brand brand, long person) implements Customer {
    @Override
    public long key() {
      return person;
    }

    @Override
    public boolean alive(long atMs) {
      return brand.alive(person, atMs);
    }

    @Override
    public Brand.@Nullable Contact contact() {
      return brand.contact(person);
    }

    @Override
    public String guide() {
      return brand.guide(person);
    }

    @Override
    public String externalUserid() {
      return brand.externalUserid(person);
    }

    @Override
    public List<Event> order(
        String key, Approach approach, @Nullable String coupon, long discountFen, long atMs) {
      // The link a message carries brings its address along into the shop.
      Identifier address =
          switch (approach.channel()) {
            case SMS, CALL -> new Identifier(IdentifierKind.PHONE, "", approach.address());
            case WECOM -> brand.externalUseridName(person);
            case OFFICIAL_ACCOUNT, OFFICIAL_TEMPLATE, SUBSCRIBE ->
                new Identifier(IdentifierKind.OPENID, approach.sender(), approach.address());
          };
      return brand.orderBecauseOf(
          person, key, approach.text(), coupon, discountFen, atMs, List.of(address));
    }
  }

  /// A person of a real data set, of whom only the rhythm and the basket are known.
  record OfCrowd(CrowdPerson person) implements Customer {
    /// Keys of crowds lie above every index of the brand.
    private static final long ABOVE_BRAND = 1L << 62;

    @Override
    public long key() {
      return ABOVE_BRAND | (person.hash() >>> 3);
    }

    @Override
    public boolean alive(long atMs) {
      return person.ordersPer30Days() > 0;
    }

    @Override
    public Brand.@Nullable Contact contact() {
      return externalUserid() == null ? null : new Brand.Contact("", 0, Long.MAX_VALUE);
    }

    @Override
    public @Nullable String guide() {
      return null;
    }

    @Override
    public @Nullable String externalUserid() {
      return person.identifiers().stream()
          .filter(identifier -> identifier.kind() == IdentifierKind.EXTERNAL_USERID)
          .map(Identifier::value)
          .findFirst()
          .orElse(null);
    }

    @Override
    public List<Event> order(
        String key, Approach approach, @Nullable String coupon, long discountFen, long atMs) {
      return order("m" + key, coupon, discountFen, atMs);
    }

    /// An order of their own accord, or one a message caused.
    public List<Event> order(String suffix, @Nullable String coupon, long discountFen, long atMs) {
      String id = "c" + Long.toHexString(person.hash()) + "-" + suffix;
      var dice = Dice.of(person.hash(), suffix);
      // The median of a lognormal with this spread whose mean is the average basket.
      double spread = 0.6;
      double median = person.averageBasketFen() * StrictMath.exp(-spread * spread / 2);
      long total = Math.max(1, StrictMath.round(dice.lognormal(median, spread)));
      long discount = coupon == null ? 0 : Math.min(discountFen, total - 1);
      Instant time = Instant.ofEpochMilli(atMs);
      var events = new ArrayList<Event>(3);
      events.add(
          new Event(
              id,
              "order_paid",
              time,
              person.source(),
              person.identifiers(),
              person.properties("orderId", id, "amountFen", total - discount, "items", 1L)));
      events.add(
          new Event(
              id + "-p0",
              "product_purchased",
              time,
              person.source(),
              person.identifiers(),
              person.properties(
                  "orderId",
                  id,
                  "sku",
                  "unspecified",
                  "name",
                  "unspecified",
                  "category",
                  "unspecified",
                  "quantity",
                  1L,
                  "priceFen",
                  total,
                  "amountFen",
                  total)));
      if (coupon != null) {
        events.add(
            new Event(
                id + "-r",
                "coupon_redeemed",
                time,
                person.source(),
                person.identifiers(),
                person.properties("coupon", coupon, "orderId", id, "discountFen", discount)));
      }
      return events;
    }
  }

  /// Nobody the sandbox knows: the message arrives and nothing is bought.
  record Stranger(String address) implements Customer {
    private static final long ABOVE_CROWD = 3L << 61;

    @Override
    public long key() {
      return ABOVE_CROWD | (Dice.hash(7, address) >>> 3);
    }

    @Override
    public boolean alive(long atMs) {
      return false;
    }

    @Override
    public Brand.@Nullable Contact contact() {
      return null;
    }

    @Override
    public @Nullable String guide() {
      return null;
    }

    @Override
    public @Nullable String externalUserid() {
      return null;
    }

    @Override
    public List<Event> order(
        String key, Approach approach, @Nullable String coupon, long discountFen, long atMs) {
      return List.of();
    }
  }
}
