package io.huoshui.server.acquisition;

import io.huoshui.acquisition.LiveCode.Grouped;
import io.huoshui.acquisition.LiveCode.Member;
import io.huoshui.acquisition.LiveCode.MiniPage;
import io.huoshui.acquisition.LiveCode.Scene;
import io.huoshui.acquisition.LiveCode.Staffed;
import io.huoshui.acquisition.LiveCode.Variant;
import io.huoshui.acquisition.Roster;
import io.huoshui.engine.Engine;
import io.huoshui.server.Settings;
import io.huoshui.server.reach.Looker;
import io.huoshui.survey.Words;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseCookie;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// The page that a printed code leads to: whoever opens it gets a place with one guide, and sees
/// that guide's own code. So caps hold however many come at once.
///
/// | address | |
/// |---|---|
/// | `/c/CODE` | the code |
/// | `/c/CODE?v=VARIANT` | an ad with a benefit of its own |
/// | `/c/CODE?k=TICKET` | a card of one parcel, good once |
/// | `/r/LINK/CODE` | whom a message went to: a template says `{link}/CODE` |
@RestController
public class EntryResource {
  private static final Words GONE = new Words("这个二维码不存在", "There is no such code");
  private static final Words OVER = new Words("活动已经结束,谢谢关注", "This is over. Thank you for coming");
  private static final Words USED = new Words("这张卡片已经使用过了", "This card was used already");
  private static final Words NO_CARD = new Words("卡片无效", "This card is not valid");
  private static final Words LATER =
      new Words("顾问都在忙,请稍后再扫", "All advisors are busy. Please scan again later");
  private static final Words GROUP =
      new Words("长按识别二维码,加入社群", "Press and hold the code to join the group");
  private static final Words FOLLOW =
      new Words("长按识别二维码,关注公众号", "Press and hold the code to follow");
  private static final Words OPEN =
      new Words("长按识别小程序码,打开小程序", "Press and hold the code to open the mini-program");
  private static final Words KEPT =
      new Words("这位顾问已为您预留 10 分钟", "This advisor is reserved for you for ten minutes");
  private static final String VISITOR = "huoshui_visitor";
  private static final SecureRandom CHANCE = new SecureRandom();

  private final LiveCodeStore codes;
  private final SeatStore seats;
  private final TicketStore tickets;
  private final Reception reception;
  private final Ways ways;
  private final SharedCodes shared;
  private final Engine engine;
  private final ZoneId zone;

  EntryResource(
      LiveCodeStore codes,
      SeatStore seats,
      TicketStore tickets,
      Reception reception,
      Ways ways,
      SharedCodes shared,
      Engine engine,
      Settings settings) {
    this.codes = codes;
    this.seats = seats;
    this.tickets = tickets;
    this.reception = reception;
    this.ways = ways;
    this.shared = shared;
    this.engine = engine;
    this.zone = settings.zone();
  }

  @GetMapping("/c/{code}")
  ResponseEntity<String> open(
      @PathVariable String code,
      @RequestParam(name = "v", defaultValue = "") String variant,
      @RequestParam(name = "k", defaultValue = "") String ticket,
      HttpServletRequest request) {
    return open(code, variant, ticket, null, request);
  }

  /// The picture of a code whose platform keeps none.
  @GetMapping("/c/{code}/mini")
  ResponseEntity<byte[]> picture(@PathVariable String code) {
    return shared.kept(code).orElseGet(() -> ResponseEntity.notFound().build());
  }

  /// Whether there is such a code.
  public boolean has(String code) {
    return codes.find(code).isPresent();
  }

  /// The page for whom a message went to.
  ///
  /// @param link the code of the message's link
  public ResponseEntity<String> followed(String link, String code, HttpServletRequest request) {
    return open(code, "", "", link, request);
  }

  private ResponseEntity<String> open(
      String code,
      String variant,
      String ticket,
      @Nullable String link,
      HttpServletRequest request) {
    LiveCodeStore.Published published = codes.find(code).orElse(null);
    if (published == null) {
      return says(HttpStatus.NOT_FOUND, "", GONE, request);
    }
    String title = published.code().about().title();
    if (published.over(engine.now())) {
      return says(HttpStatus.GONE, title, OVER, request);
    }
    // Who only draws a preview takes nobody's place.
    if (Looker.looks(request)) {
      return says(HttpStatus.OK, title, new Words(title, title), request);
    }
    if (!(published.code() instanceof Staffed)) {
      opened(code);
    }
    return switch (published.code()) {
      case Staffed staffed -> staffed(staffed, variant, ticket, link, request);
      case Grouped _ ->
          shown(Optional.empty(), title, "", GROUP, Words.NONE, shared.picture(code), request);
      case MiniPage _ ->
          shown(Optional.empty(), title, "", OPEN, Words.NONE, shared.picture(code), request);
      case Scene _ ->
          shown(Optional.empty(), title, "", FOLLOW, Words.NONE, shared.picture(code), request);
    };
  }

  private void opened(String code) {
    seats.opened(code, engine.now().atZone(zone).toLocalDate());
  }

  private ResponseEntity<String> staffed(
      Staffed code,
      String asked,
      String ticket,
      @Nullable String link,
      HttpServletRequest request) {
    String title = code.about().title();
    Variant variant = code.variant(asked);
    String name = variant == null ? "" : variant.name();
    String card = null;
    if (code.cards()) {
      TicketStore.Ticket found = tickets.find(code.about().name(), ticket).orElse(null);
      if (found == null) {
        opened(code.about().name());
        return says(HttpStatus.NOT_FOUND, title, NO_CARD, request);
      }
      if (found.usedAt() != null) {
        opened(code.about().name());
        tickets.refused(ticket);
        return says(HttpStatus.GONE, title, USED, request);
      }
      card = ticket;
    }
    String visitor = visitor(request);
    String given = visitor == null ? fresh() : visitor;
    // One browser may come with two cards.
    String seatOf = card == null ? given : given + "/" + card;
    return switch (reception.reserve(
        code, name, new SeatStore.Visitor(link == null ? seatOf : "r/" + link, card, link))) {
      case SeatStore.None(Roster.Why _) ->
          says(HttpStatus.SERVICE_UNAVAILABLE, title, LATER, request);
      case SeatStore.Got(SeatStore.Seat seat, boolean _) -> {
        Member member = code.find(seat.guide());
        yield shown(
            visitor == null ? Optional.of(given) : Optional.empty(),
            title,
            variant == null ? "" : variant.benefit(),
            add(member == null ? seat.guide() : member.shown()),
            KEPT,
            ways.picture(seat),
            request);
      }
    };
  }

  private static Words add(String who) {
    return new Words("长按识别二维码,添加 " + who, "Press and hold the code to add " + who);
  }

  private static @Nullable String visitor(HttpServletRequest request) {
    Cookie[] cookies = request.getCookies();
    if (cookies != null) {
      for (Cookie cookie : cookies) {
        if (cookie.getName().equals(VISITOR) && cookie.getValue().matches("[A-Za-z0-9_-]{22}")) {
          return cookie.getValue();
        }
      }
    }
    return null;
  }

  private static String fresh() {
    byte[] bytes = new byte[16];
    CHANCE.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  // How it is said.

  private ResponseEntity<String> shown(
      Optional<String> visitor,
      String title,
      String benefit,
      Words hint,
      Words kept,
      String picture,
      HttpServletRequest request) {
    if (picture.isEmpty()) {
      return says(HttpStatus.SERVICE_UNAVAILABLE, title, LATER, request);
    }
    var answer =
        ResponseEntity.ok()
            .contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
            .header("Cache-Control", "no-store")
            .header(
                "Content-Security-Policy",
                "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; img-src "
                    + origin(picture));
    visitor.ifPresent(
        value ->
            answer.header(
                "Set-Cookie",
                ResponseCookie.from(VISITOR, value)
                    .path("/c")
                    .httpOnly(true)
                    .sameSite("Lax")
                    .maxAge(Duration.ofDays(30))
                    .build()
                    .toString()));
    return answer.body(
        EntryPage.code(title, benefit, hint, kept, picture, chinese(request), other(request)));
  }

  /// The platform's pictures are at the platform.
  private static String origin(String picture) {
    URI uri = URI.create(picture);
    return uri.getScheme() + "://" + uri.getRawAuthority();
  }

  private static ResponseEntity<String> says(
      HttpStatus status, String title, Words what, HttpServletRequest request) {
    return ResponseEntity.status(status)
        .contentType(new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8))
        .header("Cache-Control", "no-store")
        .body(EntryPage.says(title, what, chinese(request), other(request)));
  }

  private static boolean chinese(HttpServletRequest request) {
    String asked = request.getParameter("lang");
    if (asked != null) {
      return !asked.equals("en");
    }
    String accepted = request.getHeader("Accept-Language");
    return accepted == null || !accepted.toLowerCase(Locale.ROOT).strip().startsWith("en");
  }

  private static String other(HttpServletRequest request) {
    var to = new StringBuilder("?");
    for (String kept : new String[] {"v", "k"}) {
      String value = request.getParameter(kept);
      if (value != null && value.matches("[A-Za-z0-9_-]{1,64}")) {
        to.append(kept).append('=').append(value).append('&');
      }
    }
    return to.append("lang=").append(chinese(request) ? "en" : "zh").toString();
  }
}
