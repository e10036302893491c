package io.huoshui.engine;

import io.huoshui.json.Json;
import io.huoshui.loyalty.CouponTemplate;
import io.huoshui.profile.Period;
import io.huoshui.reach.Attachment;
import io.huoshui.reach.Category;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Dialling;
import io.huoshui.reach.GatePolicy;
import io.huoshui.reach.Pace;
import io.huoshui.reach.Template;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Reads the small definitions that are published into the log.
public final class Definitions {
  private Definitions() {}

  /// `{"name", "channel": "sms" | "wecom" | "call", "category"?, "text", "sender", "costFen",
  /// "attachments"?: [{"link": {"title", "description"?, "url", "picture"?}} | {"image":
  /// {"mediaId"} | {"url"}} | {"miniProgram": {"appId", "page", "title", "cover"}}], "otherwise"?:
  /// [{"channel", "text", "sender", "costFen", "attachments"?}]}`
  public static Template template(Json json) {
    Json.Obj body = object(json, "template");
    var otherwise = new ArrayList<Template>();
    var channels = new HashSet<ChannelKind>();
    Category category =
        body.get("category") == null ? Category.MARKETING : category(body, "template.category");
    for (Json item : items(body, "otherwise")) {
      Template other = content(text(body, "name"), category, item, List.of());
      if (!channels.add(other.channel())) {
        throw refused(
            "template.otherwise.channel", other.channel().wire(), "each channel at most once");
      }
      otherwise.add(other);
    }
    Template template = content(text(body, "name"), category, body, otherwise);
    if (!channels.add(template.channel())) {
      throw refused(
          "template.otherwise.channel", template.channel().wire(), "each channel at most once");
    }
    return template;
  }

  private static Template content(
      String name, Category category, Json json, List<Template> otherwise) {
    Json.Obj body = object(json, "template");
    String channel = text(body, "channel");
    ChannelKind kind = ChannelKind.ofWire(channel);
    if (kind == null) {
      throw refused("template.channel", channel, "sms, wecom, call");
    }
    var attachments = new ArrayList<Attachment>();
    for (Json item : items(body, "attachments")) {
      Attachment attachment = attachment(object(item, "template.attachments"));
      attachment
          .missing()
          .ifPresent(
              why -> {
                throw refused("template.attachments", item.write(), why);
              });
      attachments.add(attachment);
    }
    return new Template(
        name,
        kind,
        category,
        text(body, "text"),
        optional(body, "sender"),
        whole(body, "costFen", 0),
        attachments,
        otherwise);
  }

  private static Attachment attachment(Json.Obj item) {
    for (Map.Entry<String, Json> field : item.fields().entrySet()) {
      String kind = field.getKey();
      Json.Obj body = object(field.getValue(), "template.attachments." + kind);
      switch (kind) {
        case "image" -> {
          return new Attachment.Image(optional(body, "mediaId"), optional(body, "url"));
        }
        case "link" -> {
          return new Attachment.Link(
              optional(body, "title"),
              optional(body, "description"),
              optional(body, "url"),
              optional(body, "picture"));
        }
        case "miniProgram" -> {
          return new Attachment.MiniProgram(
              optional(body, "appId"),
              optional(body, "page"),
              optional(body, "title"),
              optional(body, "cover"));
        }
        default -> {}
      }
    }
    throw refused("template.attachments", item.write(), "image, link, miniProgram");
  }

  private static String optional(Json.Obj body, String key) {
    return body.get(key) instanceof Json.Str(String text) ? text : "";
  }

  /// As [#template] reads them.
  static Json attachments(List<Attachment> attachments) {
    return new Json.Arr(
        attachments.stream()
            .<Json>map(
                each ->
                    switch (each) {
                      case Attachment.Image(String mediaId, String url) ->
                          Json.object(
                              "image",
                              mediaId.isEmpty()
                                  ? Json.object("url", Json.of(url))
                                  : Json.object("mediaId", Json.of(mediaId)));
                      case Attachment.Link(
                              String title,
                              String description,
                              String url,
                              String picture) ->
                          Json.object(
                              "link",
                              Json.object(
                                  "title", Json.of(title),
                                  "description", Json.of(description),
                                  "url", Json.of(url),
                                  "picture", Json.of(picture)));
                      case Attachment.MiniProgram(
                              String appId,
                              String page,
                              String title,
                              String cover) ->
                          Json.object(
                              "miniProgram",
                              Json.object(
                                  "appId", Json.of(appId),
                                  "page", Json.of(page),
                                  "title", Json.of(title),
                                  "cover", Json.of(cover)));
                    })
            .toList());
  }

  static List<Attachment> attachments(String written) {
    if (written.isEmpty()) {
      return List.of();
    }
    var attachments = new ArrayList<Attachment>();
    if (Json.parse(written) instanceof Json.Arr(List<Json> items)) {
      items.forEach(item -> attachments.add(attachment(object(item, "attachments"))));
    }
    return List.copyOf(attachments);
  }

  /// `{"name", "title", "valueFen", "thresholdFen", "validDays"}`
  public static CouponTemplate coupon(Json json) {
    Json.Obj body = object(json, "coupon");
    return new CouponTemplate(
        text(body, "name"),
        body.get("title") instanceof Json.Str(String title) ? title : text(body, "name"),
        whole(body, "valueFen", -1),
        whole(body, "thresholdFen", 0),
        (int) whole(body, "validDays", -1));
  }

  /// `{"quietFrom": "21:00", "quietTo": "09:00", "caps": [{"channel"?, "category"?, "most",
  /// "period"}]}`, and where they are wanted `"transactionsWait": true`, `"control": {"salt",
  /// "percent"}`, `"suppressed": [{"segment"} | {"audience"}]`, `"wecomQuota": "month" | "week" |
  /// "day"`, `"budgetsFen": {journey: fen}`, `"forbidden": [word]`, `"paces": [{"channel"?,
  /// "journey"?, "each"?: "sender", "most", "per"}]`, `"dialling": {"from": "09:00", "to": "20:00",
  /// "perCallee": [{"most", "per", "source", "asOf"}]}`.
  public static GatePolicy gatePolicy(Json json) {
    Json.Obj body = object(json, "gatePolicy");
    var caps = new ArrayList<GatePolicy.Cap>();
    for (Json item : items(body, "caps")) {
      Json.Obj cap = object(item, "gatePolicy.caps");
      caps.add(
          new GatePolicy.Cap(
              cap.get("channel") == null ? null : channel(cap, "gatePolicy.caps.channel"),
              cap.get("category") == null ? null : category(cap, "gatePolicy.caps.category"),
              (int) whole(cap, "most", -1),
              Period.parse(text(cap, "period"))));
    }
    var suppressed = new ArrayList<GatePolicy.Suppression>();
    for (Json item : items(body, "suppressed")) {
      Json.Obj who = object(item, "gatePolicy.suppressed");
      suppressed.add(
          who.get("segment") == null
              ? new GatePolicy.Suppression.OfAudience(text(who, "audience"))
              : new GatePolicy.Suppression.OfSegment(text(who, "segment")));
    }
    var budgets = new TreeMap<String, Long>();
    if (body.get("budgetsFen") != null) {
      Json.Obj fen = object(body.get("budgetsFen"), "gatePolicy.budgetsFen");
      fen.fields().keySet().forEach(journey -> budgets.put(journey, whole(fen, journey, -1)));
    }
    var forbidden = new ArrayList<String>();
    for (Json item : items(body, "forbidden")) {
      if (!(item instanceof Json.Str(String word)) || word.isBlank()) {
        throw refused("gatePolicy.forbidden", item.write(), "words");
      }
      forbidden.add(word);
    }
    var paces = new ArrayList<Pace>();
    for (Json item : items(body, "paces")) {
      Json.Obj pace = object(item, "gatePolicy.paces");
      String each = optional(pace, "each");
      if (!each.isEmpty() && !each.equals("sender")) {
        throw refused("gatePolicy.paces.each", each, "sender, or nothing");
      }
      paces.add(
          new Pace(
              pace.get("channel") == null ? null : channel(pace, "gatePolicy.paces.channel"),
              optional(pace, "journey"),
              !each.isEmpty(),
              (int) whole(pace, "most", -1),
              Period.parse(text(pace, "per"))));
    }
    return new GatePolicy(
        caps,
        time(body, "quietFrom"),
        time(body, "quietTo"),
        body.get("transactionsWait") instanceof Json.Bool(boolean wait) && wait,
        control(body),
        suppressed,
        quota(body),
        budgets,
        forbidden,
        paces,
        dialling(body));
  }

  private static Dialling dialling(Json.Obj body) {
    if (body.get("dialling") == null) {
      return Dialling.USUAL;
    }
    Json.Obj dialling = object(body.get("dialling"), "gatePolicy.dialling");
    var limits = new ArrayList<Dialling.CalleeLimit>();
    for (Json item : items(dialling, "perCallee")) {
      Json.Obj limit = object(item, "gatePolicy.dialling.perCallee");
      limits.add(
          new Dialling.CalleeLimit(
              (int) whole(limit, "most", -1),
              Period.parse(text(limit, "per")),
              text(limit, "source"),
              day(text(limit, "asOf"))));
    }
    return new Dialling(
        time(dialling, "from"),
        time(dialling, "to"),
        dialling.get("perCallee") == null ? Dialling.USUAL.perCallee() : limits);
  }

  private static LocalDate day(String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeException e) {
      throw refused("gatePolicy.dialling.perCallee.asOf", text, "a day: 2026-11-01");
    }
  }

  private static GatePolicy.Control control(Json.Obj body) {
    if (body.get("control") == null) {
      return GatePolicy.Control.NOBODY;
    }
    Json.Obj control = object(body.get("control"), "gatePolicy.control");
    return new GatePolicy.Control(text(control, "salt"), (int) within(control, "percent", 0, 50));
  }

  private static GatePolicy.WecomQuota quota(Json.Obj body) {
    if (body.get("wecomQuota") == null) {
      return GatePolicy.WecomQuota.MONTH;
    }
    String wire = text(body, "wecomQuota");
    for (GatePolicy.WecomQuota quota : GatePolicy.WecomQuota.values()) {
      if (quota.name().toLowerCase(Locale.ROOT).equals(wire)) {
        return quota;
      }
    }
    throw refused("gatePolicy.wecomQuota", wire, "month, week, day");
  }

  private static List<Json> items(Json.Obj body, String key) {
    return body.get(key) instanceof Json.Arr(List<Json> items) ? items : List.of();
  }

  private static ChannelKind channel(Json.Obj body, String where) {
    String wire = text(body, "channel");
    ChannelKind channel = ChannelKind.ofWire(wire);
    if (channel == null) {
      throw refused(where, wire, "sms, wecom, call");
    }
    return channel;
  }

  private static Category category(Json.Obj body, String where) {
    String wire = text(body, "category");
    Category category = Category.ofWire(wire);
    if (category == null) {
      throw refused(where, wire, "marketing, service, transaction");
    }
    return category;
  }

  private static long within(Json.Obj body, String key, long least, long most) {
    long found = whole(body, key, -1);
    if (found < least || found > most) {
      throw refused(key, String.valueOf(found), least + " to " + most);
    }
    return found;
  }

  private static LocalTime time(Json.Obj body, String key) {
    String text = text(body, key);
    try {
      return LocalTime.parse(text);
    } catch (DateTimeException e) {
      throw refused("gatePolicy." + key, text, "a time of day: \"21:00\"");
    }
  }

  /// Digits and small letters: a link's code is a number to this base.
  static final int LINK_RADIX = 36;

  private static final int LINK_LENGTH = 13;

  private static final int LOWER = 7;
  private static final long LOWER_RANGE = 78_364_164_096L;

  /// The last part of a tracked link: 13 letters and digits, 64 bits of the touchpoint's key.
  public static String linkCode(String key) {
    return linkCode(linkBits(key));
  }

  /// The code of such a number.
  static String linkCode(long bits) {
    // In two halves, neither of which needs the sign: dividing without one is slow.
    var digits = new byte[LINK_LENGTH];
    long upper = Long.divideUnsigned(bits, LOWER_RANGE);
    write(upper, digits, 0, LINK_LENGTH - LOWER);
    write(bits - upper * LOWER_RANGE, digits, LINK_LENGTH - LOWER, LINK_LENGTH);
    return new String(digits, StandardCharsets.ISO_8859_1);
  }

  private static void write(long number, byte[] digits, int from, int to) {
    long left = number;
    for (int i = to - 1; i >= from; i--) {
      digits[i] = (byte) Character.forDigit((int) (left % LINK_RADIX), LINK_RADIX);
      left /= LINK_RADIX;
    }
  }

  /// The number that a link's code writes.
  static long linkBits(String key) {
    long h = 0xCBF29CE484222325L;
    for (int i = 0; i < key.length(); i++) {
      h = (h ^ key.charAt(i)) * 0x100000001B3L;
    }
    h = (h ^ (h >>> 30)) * 0xBF58476D1CE4E5B9L;
    h = (h ^ (h >>> 27)) * 0x94D049BB133111EBL;
    return h ^ (h >>> 31);
  }

  private static Json.Obj object(Json json, String at) {
    if (json instanceof Json.Obj object) {
      return object;
    }
    throw refused(at, json.write(), "an object");
  }

  private static String text(Json.Obj body, String key) {
    if (body.get(key) instanceof Json.Str(String text) && !text.isBlank()) {
      return text;
    }
    throw refused(key, shown(body.get(key)), "a text");
  }

  private static long whole(Json.Obj body, String key, long otherwise) {
    Json json = body.get(key);
    if (json == null && otherwise >= 0) {
      return otherwise;
    }
    if (json instanceof Json.Num number && number.whole()) {
      return number.number().longValue();
    }
    throw refused(key, shown(json), "a whole number");
  }

  private static String shown(@Nullable Json json) {
    return json == null ? "nothing" : json.write();
  }

  private static EngineException refused(String where, String found, String allowed) {
    return new EngineException(
        EngineException.Code.REFUSED,
        "At " + where + ": found " + found + ", allowed: " + allowed + ".");
  }
}
