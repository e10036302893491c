package io.huoshui.sandbox.brand;

import static io.huoshui.sandbox.brand.Rhythm.DAY;
import static io.huoshui.sandbox.brand.Rhythm.HOUR;
import static io.huoshui.sandbox.brand.Rhythm.MINUTE;
import static io.huoshui.sandbox.brand.Rhythm.SECOND;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.sandbox.draw.Dice;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What one person does, from the day the brand hears of them, without end.
///
/// Every order, coupon and visit has dice of its own, so an event is the same whether it is reached
/// by streaming two years or by asking for one afternoon.
final class Life {
  /// No event belongs to an order further away than this: a coupon before, its expiry after.
  private static final long REACH = 31 * DAY;

  private static final double CANCELLED_SHARE = 0.03;
  private static final double COUPON_SHARE = 0.14;
  private static final double HERO_SHARE = 0.24;
  private static final long COUPON_FEN = 1000;
  private static final int COUPON_DAYS = 30;

  private static final List<Source> SHOPS =
      List.of(Source.MINI_PROGRAM, Source.TMALL, Source.JD, Source.DOUYIN, Source.POS);

  private final Brand.Settings settings;
  private final Numbering numbering;
  private final String prefix;
  private final Person person;
  private final List<Event> events = new ArrayList<>();
  private long fromMs;
  private long toMs;

  Life(Brand.Settings settings, Numbering numbering, String prefix, Person person) {
    this.settings = settings;
    this.numbering = numbering;
    this.prefix = prefix;
    this.person = person;
  }

  void between(long from, long to, Consumer<Event> receiver) {
    fromMs = from;
    toMs = to;
    events.clear();
    if (from < settings.startMs()) {
      arrive();
    }
    orders();
    coupons();
    visits();
    events.sort(Comparator.comparing(Event::time));
    events.forEach(receiver);
  }

  // ---- how the brand came to know them; all of it before the campaign

  private void arrive() {
    long joined = person.joinedMs;
    if (person.sources.contains(Source.CRM)) {
      register(joined);
    }
    if (person.sources.contains(Source.OFFICIAL_ACCOUNT)) {
      var dice = dice("account");
      long at = soon(dice, 40);
      emit(Source.OFFICIAL_ACCOUNT, "follow", "account_followed", at, Properties.NONE);
      if (dice.chance(0.06)) {
        emit(
            Source.OFFICIAL_ACCOUNT,
            "unfollow",
            "account_unfollowed",
            later(at, dice),
            Properties.NONE);
      }
    }
    Brand.Contact contact = contact();
    if (contact != null) {
      befriend(contact);
    }
    if (person.sources.contains(Source.PACKAGE_CARD)) {
      var dice = dice("card");
      emit(
          Source.PACKAGE_CARD,
          "card",
          "card_scanned",
          soon(dice, 12),
          Properties.of("card", "card-" + (1 + dice.below(4))));
    }
  }

  private void register(long joined) {
    var dice = dice("register");
    Source first = person.sources.stream().findFirst().orElse(Source.CRM);
    emit(
        Source.CRM,
        "reg",
        "member_registered",
        joined,
        Properties.of("channel", first == Source.CRM ? "store" : first.wire()));
    if (person.smsConsent) {
      emit(Source.CRM, "sms", "consent_given", joined, Properties.of("channel", "sms"));
      if (dice.chance(0.02)) {
        emit(
            Source.CRM,
            "nosms",
            "consent_withdrawn",
            later(joined, dice),
            Properties.of("channel", "sms"));
      }
    }
    if (dice.chance(0.15)) {
      emit(Source.CRM, "call", "consent_given", joined, Properties.of("channel", "call"));
    }
    if (dice.chance(0.6)) {
      emit(
          Source.CRM,
          "profile",
          "profile_updated",
          joined + MINUTE,
          Properties.of(
              "name", person.name,
              "gender", person.female ? "female" : "male",
              "birthday", LocalDate.ofEpochDay(person.birthday).toString(),
              "province", person.place.province(),
              "city", person.place.city()));
    }
  }

  Brand.@Nullable Contact contact() {
    if (!person.sources.contains(Source.WECOM)) {
      return null;
    }
    var dice = dice("contact");
    long from = soon(dice, 30);
    long to = dice.chance(0.05) ? later(from, dice) : Long.MAX_VALUE;
    return new Brand.Contact(person.guide, from, to);
  }

  private void befriend(Brand.Contact contact) {
    var dice = dice("befriend");
    long at = contact.fromMs();
    var properties = new TreeMap<String, Value>();
    properties.put("guide", Value.of(contact.guide()));
    properties.put("liveCode", Value.of("code-" + (1 + dice.below(12))));
    if (dice.chance(0.3)) {
      properties.put("adVariant", Value.of("ABCD".substring(dice.below(4)).substring(0, 1)));
    }
    emit(Source.WECOM, "add", "contact_added", at, Properties.of(properties));
    if (dice.chance(0.92)) {
      emit(Source.WECOM, "consent", "consent_given", at, Properties.of("channel", "wecom"));
    }
    if (dice.chance(0.35)) {
      emit(
          Source.WECOM,
          "group",
          "group_joined",
          later(at, dice),
          Properties.of("group", "group-" + (1 + dice.below(Math.max(4, settings.guides())))));
    }
    if (dice.chance(0.3)) {
      emit(
          Source.WECOM,
          "reply",
          "message_replied",
          later(at, dice),
          Properties.of("text", REPLIES.get(dice.below(REPLIES.size()))));
    }
    if (contact.toMs() != Long.MAX_VALUE) {
      emit(Source.WECOM, "remove", "contact_removed", contact.toMs(), Properties.NONE);
    }
  }

  private static final List<String> REPLIES =
      List.of("好的", "谢谢", "有什么活动吗", "怎么买", "地址没变", "收到了，很好喝", "能送到家吗", "多少钱");

  /// Some days after joining, but before the campaign.
  private long soon(Dice dice, int days) {
    long room = settings.startMs() - HOUR / 2 - person.joinedMs;
    double delay = dice.exponential(days * DAY / 2.0);
    long at = person.joinedMs + (delay < room ? (long) delay : (long) (room * dice.uniform()));
    return Math.floorDiv(at, SECOND) * SECOND;
  }

  /// Somewhere between a moment and the campaign.
  private long later(long at, Dice dice) {
    return Math.floorDiv(at + (long) ((settings.startMs() - at) * dice.uniform()), SECOND) * SECOND;
  }

  // ---- buying

  private void orders() {
    List<Source> shops = SHOPS.stream().filter(person.sources::contains).toList();
    if (shops.isEmpty()) {
      return;
    }
    var dice = dice("rhythm");
    int number = 0;
    if (dice.chance(0.75)) {
      order(shops, number, person.joinedMs + dice.below(3) * DAY);
    }
    number++;
    double gapMs = DAY / (person.ordersPerDay * Rhythm.BUSIEST);
    long until =
        toMs > Long.MAX_VALUE - REACH ? person.goneMs : Math.min(person.goneMs, toMs + REACH);
    double at = person.joinedMs;
    while (true) {
      at += dice.exponential(gapMs);
      boolean kept = dice.uniform() * Rhythm.BUSIEST < Rhythm.factor(Rhythm.localDay((long) at));
      if (at >= until) {
        return;
      }
      if (kept) {
        order(shops, number++, (long) at);
      }
    }
  }

  private void order(List<Source> shops, int number, long about) {
    if (about + REACH < fromMs || about - REACH >= toMs) {
      return;
    }
    var dice = Dice.of(Dice.hash(person.key, 1000L + number));
    long at =
        Math.max(Rhythm.momentOf(Rhythm.localDay(about), dice), person.joinedMs + 20 * MINUTE);
    Source shop =
        dice.chance(0.7)
            ? shops.get((int) Math.floorMod(person.key, (long) shops.size()))
            : shops.get(dice.below(shops.size()));
    List<Identifier> names =
        shop == Source.POS && dice.chance(Person.TYPO_SHARE)
            ? person.mistyped(dice)
            : person.names(shop);
    String suffix = "o" + number;
    String orderId = shop.wire() + "-" + numbering.tag(person.index, "order") + "-" + number;
    var basket = basket(dice, number == 0);
    long total = basket.stream().mapToLong(Line::amountFen).sum();
    @Nullable Source issuer = couponIssuer();
    boolean redeems = issuer != null && total >= 3 * COUPON_FEN && dice.chance(COUPON_SHARE);
    long issued = at - DAY - (long) (dice.uniform() * 19 * DAY) / SECOND * SECOND;
    boolean redeemed = redeems && issued > person.joinedMs;
    String coupon = numbering.tag(person.index, "coupon").toUpperCase(Locale.ROOT) + number;
    if (redeemed && issuer != null) {
      emit(issuer, suffix + "i", "coupon_issued", issued, issue("HS-H" + coupon, issued));
    }
    if (shop == Source.MINI_PROGRAM && dice.chance(0.5)) {
      Product product = basket.getFirst().product();
      emit(
          shop,
          suffix + "v",
          "product_viewed",
          at - 3 * MINUTE - dice.below(1800) * SECOND,
          Properties.of("sku", product.sku(), "category", product.category().wire()));
    }
    long discount = redeemed ? COUPON_FEN : 0;
    paid(events, shop, names, suffix, orderId, basket, discount, at, this::wanted);
    if (redeemed && issuer != null) {
      emit(
          issuer,
          suffix + "r",
          "coupon_redeemed",
          at,
          redemption("HS-H" + coupon, orderId, "ten-off", discount));
    }
    if (dice.chance(CANCELLED_SHARE)) {
      long cancelled = at + HOUR + dice.below(47 * 3600) * SECOND;
      if (wanted(cancelled)) {
        events.add(
            new Event(
                id(shop, suffix + "c"),
                "order_cancelled",
                Instant.ofEpochMilli(cancelled),
                shop.wire(),
                names,
                Properties.of("orderId", orderId, "amountFen", total - discount)));
      }
    }
  }

  private record Line(Product product, int quantity) {
    long amountFen() {
      return product.priceFen() * quantity;
    }
  }

  private List<Line> basket(Dice dice, boolean first) {
    int lines = 1 + (dice.chance(0.35) ? 1 : 0) + (dice.chance(0.12) ? 1 : 0);
    var basket = new ArrayList<Line>(lines);
    if (first && dice.chance(HERO_SHARE)) {
      basket.add(new Line(Assortment.HERO, 1));
      if (dice.chance(0.75)) {
        return basket;
      }
    }
    for (int i = basket.size(); i < lines; i++) {
      double taste = dice.uniform();
      Category category =
          taste < 0.66
              ? person.favourite
              : taste < 0.88 ? person.second : Category.ALL.get(dice.below(Category.ALL.size()));
      basket.add(new Line(Assortment.draw(category, dice), quantity(dice)));
    }
    return basket;
  }

  private int quantity(Dice dice) {
    return (int)
        Math.max(1, Math.min(80, StrictMath.round(person.appetite * dice.lognormal(0.9, 0.45))));
  }

  private interface Wanted {
    boolean at(long ms);
  }

  private void paid(
      List<Event> to,
      Source shop,
      List<Identifier> names,
      String suffix,
      String orderId,
      List<Line> basket,
      long discountFen,
      long at,
      Wanted wanted) {
    if (!wanted.at(at)) {
      return;
    }
    var time = Instant.ofEpochMilli(at);
    long total = basket.stream().mapToLong(Line::amountFen).sum();
    long items = basket.stream().mapToLong(Line::quantity).sum();
    var paid =
        Properties.of(
            "orderId",
            orderId,
            "amountFen",
            total - discountFen,
            "items",
            items,
            "channel",
            shop.wire());
    to.add(
        new Event(
            id(shop, suffix),
            "order_paid",
            time,
            shop.wire(),
            names,
            shop == Source.POS ? paid.with("storeId", Value.of("store-" + person.store)) : paid));
    for (int i = 0; i < basket.size(); i++) {
      Line line = basket.get(i);
      Product product = line.product();
      to.add(
          new Event(
              id(shop, suffix + "p" + i),
              "product_purchased",
              time,
              shop.wire(),
              names,
              Properties.of(
                  "orderId", orderId,
                  "sku", product.sku(),
                  "name", product.name(),
                  "category", product.category().wire(),
                  "quantity", line.quantity(),
                  "priceFen", product.priceFen(),
                  "amountFen", line.amountFen())));
    }
  }

  List<Event> orderBecauseOf(
      String key,
      String text,
      @Nullable String coupon,
      long discountFen,
      long at,
      List<Identifier> alsoKnownBy) {
    var dice = Dice.of(Dice.hash(person.key, key));
    Product product = Assortment.namedIn(text);
    if (product == null) {
      product = Assortment.draw(wish(text), dice);
    }
    var basket = new ArrayList<Line>(2);
    basket.add(new Line(product, product.equals(Assortment.HERO) ? 1 : quantity(dice)));
    if (dice.chance(0.3)) {
      basket.add(new Line(Assortment.draw(person.favourite, dice), quantity(dice)));
    }
    var names =
        new ArrayList<Identifier>(
            person.sources.contains(Source.MINI_PROGRAM)
                ? person.names(Source.MINI_PROGRAM)
                : person.miniOnly());
    for (Identifier name : alsoKnownBy) {
      if (!names.contains(name)) {
        names.add(name);
      }
    }
    String suffix = "m" + key;
    String orderId =
        Source.MINI_PROGRAM.wire() + "-" + numbering.tag(person.index, "order") + "-m" + key;
    long total = basket.stream().mapToLong(Line::amountFen).sum();
    long discount = coupon == null ? 0 : Math.min(discountFen, total);
    var order = new ArrayList<Event>(4);
    paid(order, Source.MINI_PROGRAM, names, suffix, orderId, basket, discount, at, _ -> true);
    if (coupon != null) {
      order.add(
          new Event(
              id(Source.MINI_PROGRAM, suffix + "r"),
              "coupon_redeemed",
              Instant.ofEpochMilli(at),
              Source.MINI_PROGRAM.wire(),
              names,
              redemption(coupon, orderId, "", discount)));
    }
    return order;
  }

  /// What a text makes this person want: of the categories it names the one they buy least, else
  /// their favourite.
  private Category wish(String text) {
    String words = text.toLowerCase(Locale.ROOT);
    Category wish = person.favourite;
    for (Category category : Category.ALL) {
      if (category.namedIn(words) && (wish == person.favourite || category != person.favourite)) {
        wish = category;
      }
    }
    return wish;
  }

  // ---- coupons that come to nothing, and looking around

  private @Nullable Source couponIssuer() {
    return person.sources.contains(Source.CRM)
        ? Source.CRM
        : person.sources.contains(Source.MINI_PROGRAM) ? Source.MINI_PROGRAM : null;
  }

  private void coupons() {
    @Nullable Source issuer = couponIssuer();
    if (issuer == null) {
      return;
    }
    var dice = dice("coupons");
    double at = person.joinedMs;
    for (int number = 0; ; number++) {
      at += dice.exponential(480.0 * DAY);
      long issued = (long) at / SECOND * SECOND;
      if (issued >= toMs || at >= person.goneMs + 180 * DAY) {
        return;
      }
      String coupon =
          "HS-X" + numbering.tag(person.index, "coupon").toUpperCase(Locale.ROOT) + number;
      emit(issuer, "k" + number, "coupon_issued", issued, issue(coupon, issued));
      emit(
          issuer,
          "k" + number + "x",
          "coupon_expired",
          issued + COUPON_DAYS * DAY,
          Properties.of("coupon", coupon, "template", "ten-off"));
    }
  }

  private static Properties issue(String coupon, long issued) {
    return Properties.of(
        "template",
        "ten-off",
        "coupon",
        coupon,
        "valueFen",
        COUPON_FEN,
        "expires",
        Instant.ofEpochMilli(issued + COUPON_DAYS * DAY).toString());
  }

  private static Properties redemption(
      String coupon, String orderId, String template, long discountFen) {
    var properties =
        Properties.of("coupon", coupon, "orderId", orderId, "discountFen", discountFen);
    return template.isEmpty() ? properties : properties.with("template", Value.of(template));
  }

  private void visits() {
    if (!person.sources.contains(Source.MINI_PROGRAM)) {
      return;
    }
    var dice = dice("visits");
    double at = person.joinedMs;
    for (int number = 0; ; number++) {
      at += dice.exponential(110.0 * DAY);
      long when = (long) at / SECOND * SECOND;
      if (when >= toMs || at >= person.goneMs + 60 * DAY) {
        return;
      }
      switch (dice.below(3)) {
        case 0 ->
            emit(
                Source.MINI_PROGRAM,
                "w" + number,
                "page_viewed",
                when,
                Properties.of(
                    "page", dice.chance(0.5) ? "home" : "category/" + person.favourite.wire()));
        case 1 -> {
          Product product =
              Assortment.draw(dice.chance(0.7) ? person.favourite : person.second, dice);
          emit(
              Source.MINI_PROGRAM,
              "w" + number,
              "product_viewed",
              when,
              Properties.of("sku", product.sku(), "category", product.category().wire()));
        }
        default -> emit(Source.MINI_PROGRAM, "w" + number, "checked_in", when, Properties.NONE);
      }
    }
  }

  // ----

  private boolean wanted(long at) {
    return at >= fromMs && at < toMs;
  }

  private void emit(Source source, String suffix, String name, long at, Properties properties) {
    if (wanted(at)) {
      events.add(
          new Event(
              id(source, suffix),
              name,
              Instant.ofEpochMilli(at),
              source.wire(),
              person.names(source),
              properties));
    }
  }

  private String id(Source source, String suffix) {
    return prefix + "-" + numbering.tag(person.index, source.wire()) + "-" + suffix;
  }

  private Dice dice(String what) {
    return Dice.of(Dice.hash(person.key, what));
  }
}
