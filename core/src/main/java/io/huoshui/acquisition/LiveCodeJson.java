package io.huoshui.acquisition;

import io.huoshui.acquisition.LiveCode.About;
import io.huoshui.acquisition.LiveCode.DayPlan;
import io.huoshui.acquisition.LiveCode.Grouped;
import io.huoshui.acquisition.LiveCode.Hours;
import io.huoshui.acquisition.LiveCode.Member;
import io.huoshui.acquisition.LiveCode.MiniPage;
import io.huoshui.acquisition.LiveCode.Scene;
import io.huoshui.acquisition.LiveCode.Shift;
import io.huoshui.acquisition.LiveCode.Staffed;
import io.huoshui.acquisition.LiveCode.Variant;
import io.huoshui.json.Json;
import io.huoshui.json.Place;
import io.huoshui.json.UnreadableException;
import io.huoshui.reach.Attachment;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Live codes as JSON (YAML says the same):
///
/// ```
/// code: card-milk
/// kind: staff
/// title: 牛奶包裹卡
/// source: package_card
/// labels: {campaign: 618, product: milk}
/// members:
///   - {guide: zhang, name: 小张, weight: 3, dailyCap: 100, shifts: [{days: [mon, tue, wed, thu, fri], from: "09:00", to: "18:00"}]}
///   - {guide: li, shifts: [{days: [fri, sat], from: "22:00", to: "02:00"}], dates: [{day: 2026-10-01}]}
/// fallback: [{guide: wang}]
/// dailyCap: 500
/// burst: 5
/// skipVerify: true
/// remark: "{name|}-包裹卡"
/// tags: [包裹卡]
/// welcome: {text: "{name|您}好,我是{guide}", coupon: new10, attachments: [{image: {mediaId: M1}}]}
/// variants: [{variant: a, benefit: 送酸奶}, {variant: b, benefit: 减 10 元}]
/// oncePerOrder: true
/// expires: 2026-12-31T00:00:00+08:00
/// ---
/// code: fans
/// kind: group
/// source: store
/// groups: [wrOgAAA, wrOgBBB]
/// full: 180
/// makesMore: true
/// baseName: 会员群
/// ---
/// code: poster
/// kind: account
/// source: exhibition
/// days: 30
/// ---
/// code: gift
/// kind: mini_program
/// source: store
/// page: pages/gift/index
/// version: release
/// ```
///
/// `live-code.schema.json` says the same as a JSON Schema; a test holds the two equal.
public final class LiveCodeJson {
  private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

  private LiveCodeJson() {}

  /// @throws UnreadableException naming the path, what was found and what is allowed
  public static LiveCode read(Json json) {
    var at = new Place(json, "liveCode");
    return switch (at.get("kind").absent()
        ? "staff"
        : at.get("kind").oneOf("staff", "group", "account", "mini_program")) {
      case "group" -> grouped(at);
      case "account" -> scene(at);
      case "mini_program" -> miniPage(at);
      default -> staffed(at);
    };
  }

  private static About about(Place at) {
    var labels = new LinkedHashMap<String, String>();
    if (!at.get("labels").absent()) {
      for (String key : at.get("labels").object().fields().keySet()) {
        labels.put(key, plain(at.get("labels").get(key)));
      }
    }
    return new About(
        at.get("code").text(),
        at.get("title").text(at.get("code").text()),
        at.get("source").text(),
        labels,
        instant(at.get("expires")));
  }

  private static Staffed staffed(Place at) {
    at.only(
        "code",
        "kind",
        "title",
        "source",
        "labels",
        "expires",
        "members",
        "fallback",
        "dailyCap",
        "burst",
        "skipVerify",
        "remark",
        "tags",
        "welcome",
        "variants",
        "oncePerOrder");
    return new Staffed(
        about(at),
        list(at.get("members"), LiveCodeJson::member),
        list(at.get("fallback"), LiveCodeJson::member),
        cap(at.get("dailyCap")),
        whole(at.get("burst"), 5, 0, 1000),
        flag(at.get("skipVerify"), true),
        at.get("remark").text(""),
        list(at.get("tags"), Place::text),
        welcome(at.get("welcome")),
        list(at.get("variants"), LiveCodeJson::variant),
        flag(at.get("oncePerOrder"), false));
  }

  private static Member member(Place at) {
    if (at.json() instanceof Json.Str(String guide) && !guide.isBlank()) {
      return new Member(guide, "", 1, null, List.of(), List.of());
    }
    at.only("guide", "name", "weight", "dailyCap", "shifts", "dates");
    return new Member(
        at.get("guide").text(),
        at.get("name").text(""),
        whole(at.get("weight"), 1, 1, 100),
        cap(at.get("dailyCap")),
        list(at.get("shifts"), LiveCodeJson::shift),
        list(at.get("dates"), LiveCodeJson::dayPlan));
  }

  private static Shift shift(Place at) {
    at.only("days", "from", "to");
    var days = EnumSet.noneOf(DayOfWeek.class);
    for (Place day : at.get("days").list()) {
      days.add(DayOfWeek.of(DAYS.indexOf(day.oneOf(DAYS.toArray(String[]::new))) + 1));
    }
    return new Shift(days.isEmpty() ? EnumSet.allOf(DayOfWeek.class) : days, hours(at));
  }

  private static Hours hours(Place at) {
    return new Hours(time(at.get("from")), time(at.get("to")));
  }

  private static DayPlan dayPlan(Place at) {
    at.only("day", "hours");
    LocalDate day;
    try {
      day = LocalDate.parse(at.get("day").text());
    } catch (DateTimeException e) {
      throw at.get("day").refused("a day: 2026-10-01");
    }
    return new DayPlan(
        day,
        list(
            at.get("hours"),
            each -> {
              each.only("from", "to");
              return hours(each);
            }));
  }

  private static LocalTime time(Place at) {
    String text = at.text();
    try {
      return text.equals("24:00") ? LocalTime.MIDNIGHT : LocalTime.parse(text);
    } catch (DateTimeException e) {
      throw at.refused("a time of day in quotes: \"09:00\", \"24:00\"");
    }
  }

  private static Welcome welcome(Place at) {
    if (at.absent()) {
      return Welcome.NONE;
    }
    if (at.json() instanceof Json.Str(String text)) {
      return new Welcome(text, List.of(), "");
    }
    at.only("text", "attachments", "coupon");
    return new Welcome(
        at.get("text").text(""),
        list(at.get("attachments"), LiveCodeJson::attachment),
        at.get("coupon").text(""));
  }

  private static Attachment attachment(Place at) {
    at.only("image", "link", "miniProgram");
    if (Stream.of("image", "link", "miniProgram").filter(kind -> !at.get(kind).absent()).count()
        > 1) {
      throw at.refused("one of image, link, miniProgram: each goes as an attachment of its own");
    }
    Attachment read;
    if (!at.get("image").absent()) {
      Place image = at.get("image");
      image.only("mediaId", "url");
      read = new Attachment.Image(image.get("mediaId").text(""), image.get("url").text(""));
    } else if (!at.get("link").absent()) {
      Place link = at.get("link");
      link.only("title", "description", "url", "picture");
      read =
          new Attachment.Link(
              link.get("title").text(""),
              link.get("description").text(""),
              link.get("url").text(""),
              link.get("picture").text(""));
    } else if (!at.get("miniProgram").absent()) {
      Place mini = at.get("miniProgram");
      mini.only("appId", "page", "title", "cover");
      read =
          new Attachment.MiniProgram(
              mini.get("appId").text(""),
              mini.get("page").text(""),
              mini.get("title").text(""),
              mini.get("cover").text(""));
    } else {
      throw at.refused("image, link or miniProgram");
    }
    read.missing()
        .ifPresent(
            why -> {
              throw at.refused(why);
            });
    return read;
  }

  private static Variant variant(Place at) {
    at.only("variant", "benefit", "welcome");
    return new Variant(
        plain(at.get("variant")), at.get("benefit").text(""), welcome(at.get("welcome")));
  }

  private static Grouped grouped(Place at) {
    at.only(
        "code",
        "kind",
        "title",
        "source",
        "labels",
        "expires",
        "groups",
        "full",
        "makesMore",
        "baseName",
        "baseNumber");
    return new Grouped(
        about(at),
        list(at.get("groups"), Place::text),
        whole(at.get("full"), 200, 1, 500),
        flag(at.get("makesMore"), false),
        at.get("baseName").text(""),
        whole(at.get("baseNumber"), 1, 1, 10_000));
  }

  private static Scene scene(Place at) {
    at.only("code", "kind", "title", "source", "labels", "expires", "days");
    return new Scene(about(at), whole(at.get("days"), 0, 0, 30));
  }

  private static MiniPage miniPage(Place at) {
    at.only("code", "kind", "title", "source", "labels", "expires", "page", "version");
    return new MiniPage(
        about(at),
        at.get("page").text(""),
        at.get("version").absent()
            ? "release"
            : at.get("version").oneOf("release", "trial", "develop"));
  }

  private static <T> List<T> list(Place at, Function<Place, T> each) {
    var read = new ArrayList<T>();
    for (Place item : at.list()) {
      read.add(each.apply(item));
    }
    return read;
  }

  /// YAML reads `618` as a number.
  private static String plain(Place at) {
    return switch (at.json()) {
      case Json.Str(String text) when !text.isBlank() -> text;
      case Json.Num(var number) -> number.toPlainString();
      case null, default -> throw at.refused("a text that is not empty, or a number");
    };
  }

  private static @Nullable Integer cap(Place at) {
    return at.absent() ? null : Integer.valueOf(whole(at, 0, 0, 1_000_000));
  }

  private static int whole(Place at, int usual, int least, int most) {
    if (at.absent()) {
      return usual;
    }
    if (at.json() instanceof Json.Num number
        && number.whole()
        && number.number().longValue() >= least
        && number.number().longValue() <= most) {
      return number.number().intValue();
    }
    throw at.refused("a whole number, " + least + " to " + most);
  }

  private static boolean flag(Place at, boolean usual) {
    if (at.absent()) {
      return usual;
    }
    if (at.json() instanceof Json.Bool(boolean on)) {
      return on;
    }
    throw at.refused("true or false");
  }

  private static @Nullable Instant instant(Place at) {
    if (at.absent()) {
      return null;
    }
    try {
      return OffsetDateTime.parse(at.text()).toInstant();
    } catch (DateTimeException e) {
      throw at.refused("an instant: 2026-12-31T00:00:00+08:00");
    }
  }

  /// A code's kind, as its definition says it.
  public static String kind(LiveCode code) {
    return switch (code) {
      case Staffed _ -> "staff";
      case Grouped _ -> "group";
      case Scene _ -> "account";
      case MiniPage _ -> "mini_program";
    };
  }

  /// An attachment as the definition says it, for pages that show what a welcome carries.
  public static Map<String, String> fields(Attachment attachment) {
    var fields = new LinkedHashMap<String, String>();
    switch (attachment) {
      case Attachment.Image(String mediaId, String url) -> {
        fields.put("kind", "image");
        fields.put("mediaId", mediaId);
        fields.put("url", url);
      }
      case Attachment.Link(String title, String description, String url, String picture) -> {
        fields.put("kind", "link");
        fields.put("title", title);
        fields.put("description", description);
        fields.put("url", url);
        fields.put("picture", picture);
      }
      case Attachment.MiniProgram(String appId, String page, String title, String cover) -> {
        fields.put("kind", "miniProgram");
        fields.put("appId", appId);
        fields.put("page", page);
        fields.put("title", title);
        fields.put("cover", cover);
      }
    }
    return fields;
  }
}
