package io.huoshui.engine.sim;

import io.huoshui.engine.Entry;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.journey.JourneyException;
import io.huoshui.journey.JourneyJson;
import io.huoshui.json.Json;
import io.huoshui.reach.Guides;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// What senders send and operators do: people who share phones and have several accounts, clocks
/// that are late or ahead, a few people to whom most happens, and definitions that are changed
/// while they are lived by.
final class Workload {
  static final List<String> SEGMENTS = List.of("new", "loyal", "lapsed", "hot", "known", "odd");
  static final List<String> JOURNEYS = List.of("welcome", "care", "recall", "order", "gift");
  static final List<String> TEMPLATES = List.of("hello", "again", "card");
  static final List<String> COUPONS = List.of("ten", "five");
  static final List<String> AUDIENCES = List.of("early", "late");
  static final List<String> TAG_GROUPS = List.of("mood", "layer");
  static final List<String> GUIDES = List.of("ann", "bob", "cai");
  static final List<String> TAGS = List.of("vip", "lost", "奶粉", "s1", "s2", "warm");

  private static final List<String> RULES =
      List.of(
          "did order_paid",
          "did order_paid within 0d",
          "did order_paid within 7d",
          "did order_paid within 48h",
          "did order_paid at least 2 times within 30d",
          "did order_paid at most 2 times within 3d",
          "did order_paid exactly 1 times between 2d and 20d ago",
          "did not order_paid",
          "did not order_paid within 14d",
          "did not order_paid before 90m ago",
          "did page_viewed between 3h and 30h ago",
          "did order_paid before 30d ago and did not order_paid within 30d",
          "did product_purchased where [category = \"milk\", quantity >= 2] within 1d",
          "did product_purchased where [sku in (\"sku0\", \"sku3\")] from 2026-03-01 to 2026-03-12",
          "sum(order_paid.amountFen) within 10d >= 20000",
          "average(order_paid.amountFen) between 1d and 5d ago > 9000",
          "max(order_paid.amountFen) before 3d ago < 15000",
          "min(product_purchased.weight) within 4d <= 3.5",
          "count(order_paid) from 2026-03-01 to 2026-03-10 >= 1",
          "distinct(product_purchased.category) within 5d >= 2",
          "sequence product_viewed then product_purchased each within 2d within 6d",
          "sequence order_paid without page_viewed within 1d within 6d",
          "has tag \"vip\" within 3d",
          "rfm r 5 f 1-2",
          "first order_paid within 5d",
          "last(order_paid.amountFen) within 4d > 9000",
          "journey welcome entered and not journey welcome finished",
          "journey care sent or journey order converted",
          "journey gift delivered and not journey gift clicked",
          "share 20% to 70% of salt",
          "sequence page_viewed then product_viewed then order_paid each within 30d",
          "did order_paid within 5h or did order_paid between 2d and 3d ago",
          "has city = \"上海\"",
          "has age > 30",
          "has tag \"vip\" and not has tag \"lost\"",
          "has tag \"s1\" or has tag \"s2\"",
          "did coupon_issued within 3d",
          "did message_delivered within 2d",
          "did link_clicked",
          "has consent sms or has consent wecom",
          "has consent sms",
          "has identifier unionid",
          "has identifier email",
          "in audience early",
          "not in audience early and did order_paid within 2d",
          "in audience late or has tag \"vip\"",
          "(has tag \"vip\" or did page_viewed within 2d) and not lifecycle registered",
          "lifecycle registered",
          "lifecycle just_ordered",
          "lifecycle repurchase_window",
          "lifecycle at_risk",
          "lifecycle lapsed",
          "lifecycle silent");

  private static final List<String> EVENTS =
      List.of(
          "order_paid",
          "order_paid",
          "order_paid",
          "checked_in",
          "page_viewed",
          "product_purchased",
          "message_replied",
          "tag_added",
          "link_clicked",
          "order_paid where [amountFen >= 9000]",
          "coupon_issued",
          "menu_clicked");

  private final Chance chance;
  private final int population;
  private int sent;

  Workload(Chance chance) {
    this.chance = chance;
    this.population = chance.of(3, 8, 8, 20, 60);
  }

  // Events.

  List<Event> batch(Instant now) {
    var batch = new ArrayList<Event>();
    for (int left = chance.oneIn(12) ? chance.between(20, 60) : chance.between(1, 9);
        left > 0;
        left--) {
      batch.add(event(now));
    }
    return batch;
  }

  /// Most of the people, before anything else: they can be reached.
  List<Event> opening(Instant now) {
    var events = new ArrayList<Event>();
    for (int person = 0; person < population; person++) {
      if (chance.percent(60)) {
        events.add(
            new Event(
                "c" + person,
                "consent_given",
                now,
                "pos",
                List.of(phone(person)),
                Properties.of("channel", "sms")));
      }
      if (chance.percent(60)) {
        events.add(
            new Event(
                "a" + person,
                "contact_added",
                now,
                "wecom",
                List.of(contact(person)),
                Properties.of("guide", chance.of(GUIDES))));
      }
    }
    return events;
  }

  private Event event(Instant now) {
    String name =
        chance.of(
            "order_paid",
            "order_paid",
            "order_paid",
            "product_purchased",
            "product_viewed",
            "page_viewed",
            "profile_updated",
            "tag_added",
            "tag_removed",
            "consent_given",
            "consent_given",
            "consent_given",
            "consent_given",
            "consent_withdrawn",
            "contact_added",
            "contact_added",
            "contact_removed",
            "message_replied",
            "menu_clicked",
            "account_followed",
            "account_unfollowed",
            "message_subscribed",
            "message_subscribed",
            "coupon_redeemed",
            "checked_in");
    String id = "e" + sent++;
    return new Event(
        id, name, time(now), chance.of("tmall", "pos", "wecom"), who(name), what(name, id));
  }

  private Instant time(Instant now) {
    int choice = chance.roll(24);
    Duration ago =
        choice == 0
            ? Duration.ofMinutes(-chance.between(1, 20 * 60))
            : choice == 1
                ? Duration.ofDays(-chance.between(1, 9))
                : choice < 14
                    ? Duration.ZERO
                    : choice < 20
                        ? Duration.ofMinutes(chance.roll(6 * 24 * 60))
                        : choice < 22
                            ? Duration.ofHours(chance.roll(60 * 24))
                            : Duration.ofHours(chance.roll(800 * 24));
    return now.minus(ago);
  }

  private int person() {
    // A few people are hot.
    return chance.percent(35) ? chance.roll(Math.min(3, population)) : chance.roll(population);
  }

  private List<Identifier> who(String event) {
    int person = person();
    var names = new ArrayList<Identifier>();
    // Who agrees to be reached, mostly says where.
    if (event.equals("consent_given") && chance.percent(70)) {
      names.add(phone(person));
    } else if (event.equals("contact_added") && chance.percent(80)) {
      names.add(contact(person));
    } else if (event.startsWith("account_") || event.startsWith("menu_")) {
      names.add(openid(person));
    }
    for (int left = chance.between(1, 3); left > 0; left--) {
      names.add(name(chance.percent(6) ? person() : person));
    }
    return names;
  }

  /// A household shares a phone, and a person may have two.
  private Identifier phone(int person) {
    return Identifier.of(
        IdentifierKind.PHONE,
        String.format(Locale.ROOT, "1380%d00%04d", chance.percent(15) ? 1 : 0, person / 2));
  }

  private static Identifier contact(int person) {
    return Identifier.of(IdentifierKind.EXTERNAL_USERID, "corp", "x" + person);
  }

  private Identifier openid(int person) {
    return Identifier.of(IdentifierKind.OPENID, chance.of("wx1", "wx2"), "o" + person);
  }

  private Identifier name(int person) {
    return switch (chance.roll(10)) {
      case 0 -> Identifier.of(IdentifierKind.UNIONID, "u" + person);
      case 1 -> Identifier.of(IdentifierKind.MEMBER_NUMBER, "m" + person);
      case 2, 3, 8, 9 -> phone(person);
      case 4 -> contact(person);
      case 5 -> openid(person);
      case 6 -> Identifier.of(IdentifierKind.BUYER_ID, "shop", "b" + person);
      default ->
          chance.percent(70)
              ? Identifier.of(IdentifierKind.EMAIL, "p" + person + "@example.cn")
              : Identifier.of(IdentifierKind.DEVICE, "d" + person);
    };
  }

  private Properties what(String name, String id) {
    return switch (name) {
      case "order_paid" ->
          Properties.of(
              "orderId",
              chance.percent(20) ? "o" + chance.roll(6) : id,
              "amountFen",
              100 * chance.roll(200));
      case "product_purchased" ->
          Properties.of(
              "orderId",
              id,
              "sku",
              "sku" + chance.roll(4),
              "category",
              chance.of("milk", "yogurt", "cheese"),
              "quantity",
              chance.roll(4),
              "weight",
              chance.roll(100) / 8.0 + 0.01);
      case "contact_added" -> Properties.of("guide", chance.of(GUIDES));
      case "product_viewed" -> Properties.of("sku", "sku" + chance.roll(4));
      case "profile_updated" ->
          switch (chance.roll(3)) {
            case 0 ->
                Properties.of(
                    "zone",
                    chance.of("America/St_Johns", "Asia/Tokyo", "nowhere"),
                    "city",
                    chance.of("上海", "杭州", "Köln"),
                    "age",
                    chance.between(18, 60));
            case 1 ->
                Properties.of(
                    "birthday",
                    chance.of("1990-03-09", "2000-02-29", "1985-12-31T23:30:00Z", "soon"));
            default -> Properties.of("name", "n" + chance.roll(99), "member", chance.percent(50));
          };
      case "tag_added", "tag_removed" -> Properties.of("tag", chance.of(TAGS));
      case "consent_given", "consent_withdrawn" ->
          Properties.of(
              "channel",
              chance.of("sms", "sms", "sms", "wecom", "call", "official_account", "subscribe"));
      case "message_replied" ->
          Properties.of(
              "text",
              chance.percent(50) ? chance.of(TAGS) : "ok " + chance.roll(4),
              "channel",
              chance.of("wecom", "official_account"));
      case "message_subscribed" -> Properties.of("template", chance.of(TEMPLATES));
      case "coupon_redeemed" -> Properties.of("coupon", "c" + chance.roll(9));
      default -> Properties.NONE;
    };
  }

  /// What a platform or a customer says back about a message.
  Event receipt(String key, Identifier who, Instant now) {
    String name =
        chance.of("message_delivered", "message_delivered", "message_failed", "link_clicked");
    return new Event(
        "r" + sent++,
        name,
        chance.percent(70) ? now : now.minus(Duration.ofMinutes(chance.roll(600))),
        "platform",
        List.of(who),
        Properties.of("touchpoint", key, "code", "E" + chance.roll(3), "link", "l"));
  }

  // Rules and definitions.

  String rule() {
    return rule(2);
  }

  private String rule(int depth) {
    if (depth == 0 || chance.percent(50)) {
      return chance.of(RULES);
    }
    return switch (chance.roll(3)) {
      case 0 -> "not (" + rule(depth - 1) + ")";
      case 1 -> "(" + rule(depth - 1) + ") and (" + rule(depth - 1) + ")";
      default -> "(" + rule(depth - 1) + ") or (" + rule(depth - 1) + ")";
    };
  }

  record Definition(Entry.Definition kind, String name, String json) {}

  /// A definition, new or in place of an earlier one.
  ///
  /// @param segments those there are
  Definition definition(Set<String> segments) {
    return switch (chance.roll(12)) {
      case 10, 11 -> tagGroup(chance.of(TAG_GROUPS), segments);
      case 0, 1, 2 -> segment(chance.of(SEGMENTS), segments);
      case 3 -> template(chance.of(TEMPLATES));
      case 4 -> coupon(chance.of(COUPONS));
      case 5 -> policy(segments);
      default -> journey(chance.of(JOURNEYS), segments);
    };
  }

  /// @param segments those there are. One stands on those before it at most, so never on itself
  Definition segment(String name, Set<String> segments) {
    List<String> before =
        SEGMENTS.subList(0, SEGMENTS.indexOf(name)).stream().filter(segments::contains).toList();
    String rule =
        before.isEmpty() || chance.percent(70)
            ? rule()
            : "in segment " + chance.of(before) + (chance.percent(50) ? " and " : " or ") + rule(1);
    return new Definition(
        Entry.Definition.SEGMENT, name, Json.object("rule", Json.of(rule)).write());
  }

  /// Each group has its own tags, since one tag is in one group. One in two is a choice.
  Definition tagGroup(String name, Set<String> segments) {
    List<String> own = TAG_GROUPS.getFirst().equals(name) ? TAGS.subList(0, 3) : TAGS.subList(3, 6);
    var tags = new ArrayList<Json>();
    for (String tag : own) {
      tags.add(
          switch (chance.roll(4)) {
            case 0 -> Json.of(tag);
            case 1, 2 ->
                segments.isEmpty()
                    ? Json.of(tag)
                    : Json.object(
                        "tag", Json.of(tag),
                        "segment", Json.of(chance.of(List.copyOf(segments))));
            default ->
                Json.object(
                    "tag", Json.of(tag),
                    "on", Json.of(chance.of("page_viewed", "order_paid where [amountFen > 9000]")),
                    "off", Json.of("product_purchased"));
          });
    }
    return new Definition(
        Entry.Definition.TAG_GROUP,
        name,
        Json.object(
                "name", Json.of(name),
                "choice", Json.of(chance.of("single", "many")),
                "tags", Json.of(tags),
                "answers",
                    Json.of(
                        List.of(
                            Json.object(
                                "event", Json.of("message_replied"),
                                "property", Json.of("text")))))
            .write());
  }

  Definition template(String name) {
    boolean sms = chance.percent(60);
    String channel =
        chance.percent(70)
            ? sms ? "sms" : "wecom"
            : chance.of(
                "call",
                "call",
                "official_account",
                "official_account",
                "official_template",
                "subscribe");
    boolean app = !channel.equals("sms") && !channel.equals("wecom") && !channel.equals("call");
    String other = channel.equals("sms") ? "wecom" : chance.of("sms", "sms", "call");
    return new Definition(
        Entry.Definition.TEMPLATE,
        name,
        Json.object(
                "name", Json.of(name),
                "channel", Json.of(channel),
                "category",
                    Json.of(
                        channel.equals("official_template")
                            ? "service"
                            : chance.of("marketing", "service", "transaction")),
                "text",
                    Json.of(
                        chance.of(
                            "hi {name|friend} {link}", "for you: {coupon|nothing}", "{city}!")),
                "sender",
                    Json.of(
                        app ? chance.of("wx1", "wx2") : chance.of("活水", "ann", "bob", Guides.OWN)),
                "costFen", Json.of(chance.roll(9)),
                "attachments",
                    chance.percent(70)
                        ? Json.of(List.of())
                        : Json.of(
                            List.of(
                                Json.object(
                                    "link",
                                    Json.object(
                                        "title", Json.of(chance.of("for {name|you}", "{name}")),
                                        "url", Json.of("{link}"))))),
                "otherwise",
                    chance.percent(60) || other.equals(channel)
                        ? Json.of(List.of())
                        : Json.of(
                            List.of(
                                Json.object(
                                    "channel", Json.of(other),
                                    "text", Json.of("else {name|friend}"),
                                    "sender", Json.of(chance.of("", "ann")),
                                    "costFen", Json.of(chance.roll(4))))))
            .write());
  }

  Definition coupon(String name) {
    return new Definition(
        Entry.Definition.COUPON_TEMPLATE,
        name,
        Json.object(
                "name", Json.of(name),
                "valueFen", Json.of(100 + chance.roll(900)),
                "thresholdFen", Json.of(chance.roll(3_000)),
                "validDays", Json.of(1 + chance.roll(20)))
            .write());
  }

  /// @param segments those there are
  Definition policy(Set<String> segments) {
    String caps =
        switch (chance.roll(7)) {
          case 0, 1, 2 -> "";
          case 3 -> "{\"most\":3,\"period\":\"1d\"}";
          case 4 ->
              "{\"most\":1,\"period\":\"6h\"},{\"channel\":\"sms\",\"most\":4,\"period\":\"7d\"}";
          case 5 -> "{\"category\":\"service\",\"most\":1,\"period\":\"1d\"}";
          default -> "{\"channel\":\"wecom\",\"most\":2,\"period\":\"2d\"}";
        };
    return new Definition(
        Entry.Definition.GATE_POLICY,
        "gate",
        chance.of(
                "{\"quietFrom\":\"21:00\",\"quietTo\":\"09:00\",\"caps\":[",
                "{\"quietFrom\":\"04:00\",\"quietTo\":\"04:01\",\"caps\":[",
                "{\"quietFrom\":\"04:00\",\"quietTo\":\"04:01\",\"caps\":[",
                "{\"quietFrom\":\"01:30\",\"quietTo\":\"14:45\",\"caps\":[")
            + caps
            + "]"
            + chance.of("", "", ",\"control\":{\"salt\":\"g\",\"percent\":20}")
            + chance.of("", "", ",\"wecomQuota\":\"day\"", ",\"wecomQuota\":\"week\"")
            + chance.of("", ",\"transactionsWait\":true")
            + chance.of(
                "",
                "",
                ",\"dialling\":{\"from\":\"08:00\",\"to\":\"23:30\"}",
                ",\"dialling\":{\"from\":\"10:00\",\"to\":\"18:00\",\"perCallee\":[{\"most\":1,"
                    + "\"per\":\"2h\",\"source\":\"sim\",\"asOf\":\"2026-11-01\"}]}")
            + suppressed(segments)
            + (chance.percent(60)
                ? ",\"budgetsFen\":"
                    + Json.object(
                            JOURNEYS.get(0), Json.of(chance.roll(60)),
                            JOURNEYS.get(1), Json.of(chance.roll(200)))
                        .write()
                : "")
            + chance.of(
                "",
                "",
                ",\"paces\":[{\"channel\":\"sms\",\"most\":2,\"per\":\"1h\"}]",
                ",\"paces\":[{\"most\":40,\"per\":\"1d\"},"
                    + "{\"each\":\"sender\",\"most\":3,\"per\":\"2h\"}]")
            + "}");
  }

  private String suppressed(Set<String> segments) {
    if (segments.isEmpty() || chance.percent(70)) {
      return "";
    }
    return ",\"suppressed\":["
        + Json.object("segment", Json.of(chance.of(List.copyOf(segments)))).write()
        + "]";
  }

  Definition journey(String name, Set<String> segments) {
    String json = draw(name, segments);
    while (!holds(json)) {
      json = draw(name, segments);
    }
    return new Definition(Entry.Definition.JOURNEY, name, json);
  }

  /// Whether it is a journey: one that loops without a wait is refused, and drawn again.
  private static boolean holds(String json) {
    try {
      JourneyJson.read(Json.parse(json), 1);
      return true;
    } catch (JourneyException e) {
      return false;
    }
  }

  private String draw(String name, Set<String> segments) {
    boolean flies = chance.oneIn(4);
    String entry = flies ? "{'audience':'" + chance.of(AUDIENCES) + "'}" : entry(segments);
    // What journeys cause themselves they are not entered by again and again: an echo of years is
    // right, and nothing but slow.
    boolean echoes =
        entry.contains("tag_added")
            || entry.contains("coupon_issued")
            || entry.contains("leaving")
            || entry.contains("segment");
    String reentry =
        flies
            ? "'once'"
            : echoes
                ? chance.of("'once'", "{'perKey':'orderId'}", "{'perKey':'journey'}")
                : chance.of(
                    "'once'",
                    "{'perKey':'orderId'}",
                    "{'perKey':'orderId'}",
                    "{'after':'6h'}",
                    "{'after':'1d'}",
                    "{'after':'0d'}");
    String goal =
        flies || chance.percent(50)
            ? "'goal':{'event':"
                + Json.of(chance.of(EVENTS)).write()
                + ",'within':'"
                + (flies ? chance.of("30m", "6h", "2d") : chance.of("30m", "2d", "9d"))
                + "','exits':"
                + chance.percent(60)
                + "},"
            : "";
    int count = chance.between(1, 7);
    var steps = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      steps.add("{'id':'s" + i + "'," + step(i, count) + "}");
    }
    return ("{'journey':'"
            + name
            + "','entry':"
            + entry
            + ",'reentry':"
            + reentry
            + ","
            + goal
            + "'holdOut':"
            + (flies ? chance.of(30, 50) : chance.of(0, 0, 10, 30))
            + (flies ? "," + autopilot() : "")
            + (chance.percent(15)
                ? ",'exits':[{'event':'product_viewed'},{'if':"
                    + Json.of(chance.of(RULES)).write()
                    + "}]"
                : "")
            + ",'priority':"
            + chance.roll(101)
            + ",'steps':["
            + String.join(",", steps)
            + "]}")
        .replace('\'', '"');
  }

  /// Cohorts of a few people, who seldom say enough; so it is mostly probes, budgets and patience
  /// that decide, and sometimes what people paid.
  private String autopilot() {
    return "'autopilot':{'first':"
        + chance.of(1, 2, 40)
        + ",'grow':"
        + chance.of(1, 2)
        + ",'every':'"
        + chance.of("6h", "1d", "3d")
        + "','confidence':0.5,'most':"
        + chance.of("'all'", "'all'", "5")
        + ",'budgetFen':"
        + chance.of(0, 0, 20)
        + ",'probes':"
        + chance.of(0, 3, 50)
        + ",'looks':"
        + chance.of(1, 3, 20)
        + "}";
  }

  private String entry(Set<String> segments) {
    return switch (chance.roll(6)) {
      case 0 -> "{'audience':'" + chance.of(AUDIENCES) + "'}";
      case 4 ->
          segments.isEmpty()
              ? "{'call':true}"
              : chance
                  .of(
                      "{'leaving':'%s'}",
                      "{'segment':'%s','at':'09:30'}",
                      "{'segment':'%s','at':'23:00','on':['mon','thu']}")
                  .formatted(chance.of(List.copyOf(segments)));
      case 5 ->
          chance.of(
              "{'call':true}",
              "{'before':{'event':'coupon_issued','property':'expires','by':'2d'}}");
      case 1 ->
          segments.isEmpty()
              ? "{'event':'checked_in'}"
              : "{'segment':'" + chance.of(List.copyOf(segments)) + "'}";
      default -> "{'event':" + Json.of(chance.of(EVENTS)).write() + "}";
    };
  }

  /// A step after this one, or the end; now and then one before, which makes a loop.
  private String target(int from, int count) {
    int to = chance.percent(10) ? chance.roll(count) : from + 1 + chance.roll(count - from);
    return to >= count ? "end" : "s" + to;
  }

  private String step(int at, int count) {
    String next = chance.percent(25) ? ",'next':'" + target(at, count) + "'" : "";
    return switch (chance.roll(24)) {
      case 18 ->
          "'adapt':{'floor':10,'arms':[{'name':'a','next':'"
              + target(at, count)
              + "'},{'name':'b','next':'"
              + target(at, count)
              + "'}]}";
      case 19 -> "'waitUntil':{'at':'09:00','on':['" + chance.of("mon", "sat") + "']}" + next;
      case 20 -> "'waitAfter':{'trait':'birthday','by':'" + chance.of("1d", "20000d") + "'}" + next;
      case 21 -> "'task':{'title':'t','script':'hi {name}','within':'6h'}" + next;
      case 22 -> chance.of("'points':{'points':10}", "'handOver':'buying'", "'tell':'crm'") + next;
      case 23 -> "'start':'" + chance.of(JOURNEYS) + "'" + next;
      case 0, 1, 2, 13, 14, 15, 16, 17 -> "'send':'" + chance.of(TEMPLATES) + "'" + next;
      case 3, 4 ->
          "'wait':'"
              + chance.of("0m", "1m", "30m", "2h", "1d", "3d")
              + "'"
              + chance.of("", ",'late':'skip'", ",'late':'2h'")
              + next;
      case 5 -> "'waitUntil':'" + chance.of("10:00", "02:30", "23:59") + "'" + next;
      case 6, 7 ->
          "'waitFor':{'event':"
              + Json.of(chance.of(EVENTS)).write()
              + ",'atMost':'"
              + chance.of("30m", "1d", "2d")
              + "','then':'"
              + target(at, count)
              + "','otherwise':'"
              + target(at, count)
              + "'}";
      case 8 ->
          "'branch':[{'if':"
              + Json.of(chance.of(RULES)).write()
              + ",'next':'"
              + target(at, count)
              + "'}],'otherwise':'"
              + target(at, count)
              + "'";
      case 9 ->
          "'split':[{'name':'a','percent':40,'next':'"
              + target(at, count)
              + "'},{'name':'b','percent':60,'next':'"
              + target(at, count)
              + "'}]";
      case 10 -> "'coupon':'" + chance.of(COUPONS) + "'" + next;
      case 11 -> "'tag':'" + chance.of("vip", "s1", "s2") + "'" + next;
      default ->
          "'waitBefore':{"
              + chance.of(
                  "'event':'coupon_issued','property':'expires'",
                  "'anniversary':'birthday'",
                  "'date':'2026-03-29'")
              + ",'by':'"
              + chance.of("1d", "5h")
              + "'},'otherwise':'"
              + target(at, count)
              + "'"
              + next;
    };
  }
}
