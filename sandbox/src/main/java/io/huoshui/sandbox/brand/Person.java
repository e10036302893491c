package io.huoshui.sandbox.brand;

import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.sandbox.draw.Dice;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One customer as drawn: by which names each source knows them, and what they are like.
///
/// | source | names there |
/// |---|---|
/// | crm | memberNumber, phone |
/// | official_account | openid@wxoa, unionid |
/// | mini_program | openid@wxmini, unionid, phone when authorised |
/// | wecom | externalUserid@corp, unionid for a part |
/// | tmall, jd, douyin | buyerId@shop, maskedPhone, nameRegion; memberNumber or phone when joined |
/// | pos | phone or memberNumber, else customerId@pos; nameRegion |
/// | package_card | openid@wxmini, unionid |
final class Person {
  /// Share of people in a household that has one phone between two.
  static final double HOUSEHOLD_SHARE = 0.06;

  /// Share of people known at the till by phone whose phone, or name, was once keyed wrong.
  static final double TYPO_SHARE = 0.01;

  final long index;
  final long key;
  final Set<Source> sources;
  final long phoneOwner;
  final String phone;
  final String name;
  final Places.Place place;
  final boolean female;
  final long birthday;
  final boolean phoneAuthorised;
  final boolean smsConsent;

  /// When the brand first heard of them, epoch milliseconds.
  final long joinedMs;

  /// When they silently stop buying.
  final long goneMs;

  /// Orders per day on a plain day, while alive.
  final double ordersPerDay;

  /// How much more than one package they take at a time.
  final double appetite;

  final Category favourite;
  final Category second;
  final String guide;
  final int store;

  private final Numbering numbering;
  private final String corp;
  private final Map<Source, List<Identifier>> names = new EnumMap<>(Source.class);

  Person(Brand.Settings settings, Numbering numbering, long index) {
    this.numbering = numbering;
    this.index = index;
    this.corp = settings.corp();
    this.key = Dice.hash(settings.seed(), index);
    var dice = Dice.of(key);
    // An odd person lives with the even one before, so one draw decides for both.
    long pair = index & ~1L;
    boolean household =
        Dice.of(Dice.hash(Dice.hash(settings.seed(), "household"), pair)).chance(HOUSEHOLD_SHARE)
            && (pair + 1 < settings.people());
    phoneOwner = household ? pair : index;
    phone = numbering.phone(phoneOwner);
    name = Places.name(dice);
    place = Places.draw(dice);
    female = dice.chance(0.68);
    birthday = -365L * 20 + dice.below(365 * 50);
    sources = drawSources(dice);
    phoneAuthorised = dice.chance(0.6);
    smsConsent = dice.chance(0.8);
    long age = (long) (StrictMath.pow(dice.uniform(), 0.85) * Brand.HISTORY_DAYS * Rhythm.DAY);
    joinedMs = Math.floorDiv(settings.startMs() - age, Rhythm.SECOND) * Rhythm.SECOND - Rhythm.HOUR;
    // Pareto/NBD (Schmittlein, Morrison, Colombo 1987): gamma rates of buying, gamma rates of
    // leaving.
    ordersPerDay = dice.gamma(0.55, 0.0150);
    double leavesPerDay = dice.gamma(0.7, 0.0085);
    goneMs = joinedMs + (long) Math.min(1e13, dice.exponential(Rhythm.DAY / leavesPerDay));
    appetite = dice.lognormal(1.0, 0.95);
    favourite = drawCategory(dice);
    second = drawCategory(dice);
    guide = settings.guide(dice.below(settings.guides()));
    store = 1 + dice.below(settings.stores());
  }

  private static Set<Source> drawSources(Dice dice) {
    var sources = EnumSet.noneOf(Source.class);
    switch (dice.weighted(0.20, 0.12, 0.13, 0.17, 0.22, 0.09, 0.07)) {
      case 0 -> sources.add(Source.TMALL);
      case 1 -> sources.add(Source.JD);
      case 2 -> sources.add(Source.DOUYIN);
      case 3 -> sources.add(Source.MINI_PROGRAM);
      case 4 -> sources.add(Source.POS);
      case 5 -> sources.add(Source.WECOM);
      default -> sources.add(Source.OFFICIAL_ACCOUNT);
    }
    if (dice.chance(0.15)) sources.add(Source.TMALL);
    if (dice.chance(0.08)) sources.add(Source.JD);
    if (dice.chance(0.08)) sources.add(Source.DOUYIN);
    if (dice.chance(0.22)) sources.add(Source.MINI_PROGRAM);
    if (dice.chance(0.16)) sources.add(Source.POS);
    if (dice.chance(0.22)) sources.add(Source.WECOM);
    if (dice.chance(0.22)) sources.add(Source.OFFICIAL_ACCOUNT);
    if (dice.chance(0.52)) sources.add(Source.CRM);
    boolean parcels =
        sources.contains(Source.TMALL)
            || sources.contains(Source.JD)
            || sources.contains(Source.DOUYIN);
    if (parcels && dice.chance(0.18)) {
      sources.add(Source.PACKAGE_CARD);
      sources.add(Source.MINI_PROGRAM);
    }
    return sources;
  }

  private static Category drawCategory(Dice dice) {
    return Category.ALL.get(dice.weighted(0.34, 0.24, 0.10, 0.06, 0.08, 0.06, 0.08, 0.04));
  }

  /// The names under which a source knows this person.
  List<Identifier> names(Source source) {
    return names.computeIfAbsent(source, this::drawNames);
  }

  private List<Identifier> drawNames(Source source) {
    var dice = Dice.of(Dice.hash(key, source.wire()));
    return switch (source) {
      case OFFICIAL_ACCOUNT ->
          List.of(
              unionid(),
              new Identifier(IdentifierKind.OPENID, "wxoa", numbering.accountOpenid(index)));
      case MINI_PROGRAM ->
          phoneAuthorised ? List.of(unionid(), phoneName(), miniOpenid()) : miniOnly();
      case PACKAGE_CARD -> miniOnly();
      case WECOM ->
          dice.chance(0.7) ? List.of(unionid(), externalUserid()) : List.of(externalUserid());
      case CRM -> List.of(memberNumber(), phoneName());
      case POS -> {
        Identifier known =
            dice.chance(0.65)
                ? phoneName()
                : sources.contains(Source.CRM)
                    ? memberNumber()
                    : new Identifier(
                        IdentifierKind.CUSTOMER_ID, "pos", numbering.tag(index, "till"));
        yield List.of(known, nameRegion(name));
      }
      case TMALL, JD, DOUYIN -> {
        var list = new ArrayList<Identifier>(4);
        if (sources.contains(Source.CRM) && dice.chance(0.45)) {
          list.add(memberNumber());
        } else if (dice.chance(0.10)) {
          list.add(phoneName());
        }
        list.add(
            new Identifier(IdentifierKind.BUYER_ID, source.wire(), numbering.buyer(source, index)));
        list.add(new Identifier(IdentifierKind.MASKED_PHONE, "", maskedPhone()));
        list.add(nameRegion(name));
        yield List.copyOf(list);
      }
    };
  }

  /// The names on one receipt of the till, keyed wrong.
  List<Identifier> mistyped(Dice dice) {
    List<Identifier> right = names(Source.POS);
    if (right.getFirst().kind() != IdentifierKind.PHONE || dice.chance(0.5)) {
      return List.of(right.getFirst(), nameRegion(Places.misspelt(name, dice)));
    }
    for (int tries = 0; tries < 8; tries++) {
      int at = 7 + dice.below(7);
      char digit = (char) ('0' + dice.below(10));
      String wrong = phone.substring(0, at) + digit + phone.substring(at + 1);
      // Somebody else's real phone would be a false merge the truth could not tell.
      if (digit != phone.charAt(at)
          && numbering.ownerOfPhone(wrong).orElse(0) >= Brand.MOST_PEOPLE) {
        return List.of(new Identifier(IdentifierKind.PHONE, "", wrong), right.getLast());
      }
    }
    return right;
  }

  List<Identifier> miniOnly() {
    return List.of(unionid(), miniOpenid());
  }

  Identifier unionid() {
    return new Identifier(IdentifierKind.UNIONID, "", numbering.unionid(index));
  }

  Identifier phoneName() {
    return new Identifier(IdentifierKind.PHONE, "", phone);
  }

  Identifier memberNumber() {
    return new Identifier(IdentifierKind.MEMBER_NUMBER, "", numbering.memberNumber(index));
  }

  Identifier externalUserid() {
    return new Identifier(IdentifierKind.EXTERNAL_USERID, corp, numbering.externalUserid(index));
  }

  private Identifier miniOpenid() {
    return new Identifier(IdentifierKind.OPENID, "wxmini", numbering.miniOpenid(index));
  }

  private Identifier nameRegion(String asKeyed) {
    return new Identifier(
        IdentifierKind.NAME_REGION, "", asKeyed + "|" + place.province() + place.city());
  }

  private String maskedPhone() {
    return phone.substring(3, 6) + "****" + phone.substring(10);
  }
}
