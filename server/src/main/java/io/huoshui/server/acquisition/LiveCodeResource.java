package io.huoshui.server.acquisition;

import io.huoshui.acquisition.LiveCode;
import io.huoshui.acquisition.LiveCode.Grouped;
import io.huoshui.acquisition.LiveCode.MiniPage;
import io.huoshui.acquisition.LiveCode.Scene;
import io.huoshui.acquisition.LiveCode.Staffed;
import io.huoshui.acquisition.LiveCodeJson;
import io.huoshui.acquisition.LiveCodeReview;
import io.huoshui.acquisition.Roster;
import io.huoshui.acquisition.Tally;
import io.huoshui.acquisition.Welcome;
import io.huoshui.engine.Engine;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.json.Json;
import io.huoshui.loyalty.CouponTemplate;
import io.huoshui.platforms.wecom.WecomAcquisition;
import io.huoshui.server.Settings;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Definitions;
import io.huoshui.server.access.Problem;
import io.huoshui.server.insight.OpenedCells;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/// Live codes for the operator: defined, looked at while they work, printed, and read afterwards.
@RestController
@RequestMapping("/api/v1/live-codes")
class LiveCodeResource {
  private static final int MOST_TICKETS = 100_000;
  private static final SecureRandom CHANCE = new SecureRandom();

  private final Engine engine;
  private final LiveCodeStore store;
  private final SeatStore seats;
  private final TicketStore tickets;
  private final Ways ways;
  private final Reception reception;
  private final CodeReport report;
  private final Settings settings;
  private final Definitions definitions;
  private final OpenedCells cells;
  private final Audit audit;
  private final ZoneId zone;

  LiveCodeResource(
      Engine engine,
      LiveCodeStore store,
      SeatStore seats,
      TicketStore tickets,
      Ways ways,
      Reception reception,
      CodeReport report,
      Settings settings,
      Definitions definitions,
      OpenedCells cells,
      Audit audit) {
    this.engine = engine;
    this.store = store;
    this.seats = seats;
    this.tickets = tickets;
    this.ways = ways;
    this.reception = reception;
    this.report = report;
    this.settings = settings;
    this.definitions = definitions;
    this.cells = cells;
    this.audit = audit;
    this.zone = settings.zone();
  }

  /// @param kind `staff`, `group` or `account`
  /// @param written as its author wrote it
  /// @param definition the same as JSON, for forms
  /// @param url what its QR code says
  record View(
      String name,
      int version,
      String kind,
      String title,
      String source,
      Map<String, String> labels,
      int members,
      int fallback,
      @Nullable Integer dailyCap,
      List<String> variants,
      boolean oncePerOrder,
      @Nullable Instant expires,
      boolean over,
      String who,
      Instant publishedAt,
      String written,
      JsonNode definition,
      String url) {}

  private View view(LiveCodeStore.Published of) {
    LiveCode code = of.code();
    Staffed staffed = code instanceof Staffed one ? one : null;
    return new View(
        of.name(),
        of.version(),
        LiveCodeJson.kind(code),
        code.about().title(),
        code.about().source(),
        code.about().labels(),
        staffed == null ? 0 : staffed.members().size(),
        staffed == null ? 0 : staffed.fallback().size(),
        staffed == null ? null : staffed.dailyCap(),
        staffed == null
            ? List.of()
            : staffed.variants().stream().map(LiveCode.Variant::name).toList(),
        staffed != null && staffed.cards(),
        code.about().expires(),
        of.over(engine.now()),
        of.who(),
        of.publishedAt(),
        of.written(),
        definitions.tree(of.body()),
        url(of.name()));
  }

  private String url(String name) {
    return settings.linkBase() + "/c/" + name;
  }

  @GetMapping
  List<View> all() {
    return store.all().stream().map(this::view).toList();
  }

  private LiveCodeStore.Published find(String name) {
    return store
        .find(name)
        .orElseThrow(
            () ->
                Problem.of(
                        HttpStatus.NOT_FOUND, "unknown_live_code", "No live code '" + name + "'.")
                    .next("GET /api/v1/live-codes lists all.")
                    .thrown());
  }

  /// The definition, as a JSON Schema.
  @GetMapping(value = "/schema", produces = "application/schema+json")
  byte[] schema() throws IOException {
    try (InputStream file = LiveCodeJson.class.getResourceAsStream("live-code.schema.json")) {
      return Objects.requireNonNull(file, "live-code.schema.json").readAllBytes();
    }
  }

  @GetMapping("/{name}")
  View one(@PathVariable String name) {
    return view(find(name));
  }

  /// @param definition what was sent, as JSON
  /// @param welcomes as whoever comes would read it, by variant; the code's own under ``
  record Reviewed(
      String name,
      JsonNode definition,
      List<LiveCodeReview.Finding> findings,
      boolean refused,
      List<WelcomeView> welcomes) {}

  record WelcomeView(String variant, String text, List<Map<String, String>> attachments) {
    static WelcomeView of(String variant, Welcome welcome, Map<String, String> words) {
      Welcome filled = welcome.fill(words::get);
      return new WelcomeView(
          variant, filled.text(), filled.attachments().stream().map(LiveCodeJson::fields).toList());
    }
  }

  /// What a review says, and how the welcome reads. Nothing is published.
  @PostMapping(
      value = "/preview",
      consumes = {
        MediaType.APPLICATION_JSON_VALUE,
        "application/yaml",
        "application/x-yaml",
        "text/yaml",
        MediaType.TEXT_PLAIN_VALUE
      })
  Reviewed preview(@RequestBody String written) {
    String body = definitions.asJson(written);
    LiveCode code = LiveCodeJson.read(Json.parse(body));
    List<LiveCodeReview.Finding> findings = LiveCodeReview.of(code);
    var welcomes = new ArrayList<WelcomeView>();
    if (code instanceof Staffed staffed && !staffed.members().isEmpty()) {
      String guide = staffed.members().getFirst().shown();
      String title = staffed.about().title();
      welcomes.add(WelcomeView.of("", staffed.welcome(), Map.of("guide", guide, "title", title)));
      staffed
          .variants()
          .forEach(
              each ->
                  welcomes.add(
                      WelcomeView.of(
                          each.name(),
                          staffed.welcomeOf(each.name()),
                          Map.of("guide", guide, "title", title, "benefit", each.benefit()))));
    }
    return new Reviewed(
        code.about().name(),
        definitions.tree(body),
        findings,
        findings.stream().anyMatch(LiveCodeReview.Finding::refuses),
        welcomes);
  }

  /// Publishes it, or a new version of it. What can not work is refused.
  @PostMapping(
      consumes = {
        MediaType.APPLICATION_JSON_VALUE,
        "application/yaml",
        "application/x-yaml",
        "text/yaml",
        MediaType.TEXT_PLAIN_VALUE
      })
  View publish(@RequestBody String written) {
    String body = definitions.asJson(written);
    LiveCode code = LiveCodeJson.read(Json.parse(body));
    LiveCodeReview.of(code).stream()
        .filter(LiveCodeReview.Finding::refuses)
        .findFirst()
        .ifPresent(
            finding -> {
              throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, finding.code(), finding.why())
                  .at(finding.field(), finding.value(), finding.cure())
                  .next("POST /api/v1/live-codes/preview shows all findings.")
                  .thrown();
            });
    coupons(code);
    String name = code.about().name();
    store
        .find(name)
        .filter(before -> !LiveCodeJson.kind(before.code()).equals(LiveCodeJson.kind(code)))
        .ifPresent(
            before -> {
              throw Problem.of(
                      HttpStatus.UNPROCESSABLE_CONTENT,
                      "other_kind",
                      "A code of this name is printed and leads elsewhere.")
                  .at("kind", LiveCodeJson.kind(code), LiveCodeJson.kind(before.code()))
                  .thrown();
            });
    int version = store.publish(name, body, written, audit.who());
    audit.record("live_code_published", name + " version " + version);
    reception.changed(name);
    return view(find(name));
  }

  /// A coupon that there is none of could not be given.
  private void coupons(LiveCode code) {
    if (!(code instanceof Staffed staffed)) {
      return;
    }
    List<String> known = engine.ask().couponTemplates().stream().map(CouponTemplate::name).toList();
    Stream.concat(
            Stream.of(staffed.welcome()),
            staffed.variants().stream().map(LiveCode.Variant::welcome))
        .map(Welcome::coupon)
        .filter(coupon -> !coupon.isEmpty() && !known.contains(coupon))
        .findFirst()
        .ifPresent(
            coupon -> {
              throw Problem.of(
                      HttpStatus.UNPROCESSABLE_CONTENT,
                      "unknown_coupon",
                      "There is no coupon template of this name.")
                  .at("welcome.coupon", coupon, String.join(", ", known))
                  .thrown();
            });
  }

  /// Receives nobody any more. Who came stays.
  @PostMapping("/{name}/end")
  View end(@PathVariable String name) {
    var _ = find(name);
    store.end(name, audit.who(), engine.now());
    audit.record("live_code_ended", name);
    return view(find(name));
  }

  /// @param taken people who came or have a place, today
  /// @param cap of a day; null for any number
  /// @param shown whether the platform has their code
  record GuideState(
      String guide,
      String name,
      boolean fallback,
      int weight,
      boolean onShift,
      int taken,
      @Nullable Integer cap,
      boolean shown) {}

  /// @param config at the platform; null as long as it has not answered
  /// @param why nothing could be done; empty for nothing
  record WayView(
      String state, String guide, @Nullable String config, String named, String qr, String why) {}

  /// @param next when this changes though nobody comes; null for never
  /// @param takes who would take the next person; null for nobody
  /// @param why nobody would
  record State(
      String name,
      Instant now,
      String day,
      List<GuideState> guides,
      int taken,
      @Nullable Integer cap,
      SeatStore.Counts counts,
      @Nullable Instant next,
      @Nullable String takes,
      @Nullable String why,
      List<WayView> ways) {}

  /// How a code stands now.
  @GetMapping("/{name}/state")
  State state(@PathVariable String name) {
    LiveCode code = find(name).code();
    Instant now = engine.now();
    LocalDate day = now.atZone(zone).toLocalDate();
    List<WayView> at =
        ways.of(name).stream()
            .map(
                way ->
                    new WayView(
                        way.state(),
                        way.key().guide(),
                        way.configId(),
                        way.named(),
                        way.qr(),
                        way.why()))
            .toList();
    SeatStore.Counts counts = seats.counts(name, day, day);
    return switch (code) {
      case Staffed staffed -> {
        Tally today = seats.tally(name, day);
        var guides = new ArrayList<GuideState>();
        Map<String, List<Integer>> shown = ways.shown(staffed, "");
        staffed
            .members()
            .forEach(each -> guides.add(guide(each, false, today, shown.keySet(), now)));
        staffed
            .fallback()
            .forEach(each -> guides.add(guide(each, true, today, shown.keySet(), now)));
        Roster.Answer answer = Roster.at(staffed, today, now, zone);
        yield new State(
            name,
            now,
            day.toString(),
            guides,
            today.total(),
            staffed.dailyCap(),
            counts,
            Roster.next(staffed, now, zone),
            answer instanceof Roster.Takes takes ? takes.guide() : null,
            answer instanceof Roster.Nobody nobody ? nobody.why().wire() : null,
            at);
      }
      case Grouped _, Scene _, MiniPage _ ->
          new State(name, now, day.toString(), List.of(), 0, null, counts, null, null, null, at);
    };
  }

  private GuideState guide(
      LiveCode.Member member,
      boolean fallback,
      Tally today,
      java.util.Set<String> shown,
      Instant now) {
    return new GuideState(
        member.guide(),
        member.shown(),
        fallback,
        member.weight(),
        Roster.on(member, now, zone),
        today.of(member.guide()),
        member.dailyCap(),
        shown.contains(member.guide()));
  }

  /// The QR code to print: what it says never changes.
  @GetMapping(value = "/{name}/qr.svg", produces = "image/svg+xml")
  String svg(@PathVariable String name, @RequestParam(defaultValue = "") String variant) {
    var _ = find(name);
    return Qr.svg(url(name) + (variant.isEmpty() ? "" : "?v=" + variant));
  }

  @GetMapping("/{name}/qr.png")
  ResponseEntity<byte[]> png(
      @PathVariable String name,
      @RequestParam(defaultValue = "") String variant,
      @RequestParam(defaultValue = "600") int pixels) {
    var _ = find(name);
    if (pixels < 100 || pixels > 4000) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "bad_value", "It can not be drawn so large.")
          .at("pixels", Integer.toString(pixels), "100 to 4000")
          .thrown();
    }
    return ResponseEntity.ok()
        .contentType(MediaType.IMAGE_PNG)
        .body(Qr.png(url(name) + (variant.isEmpty() ? "" : "?v=" + variant), pixels));
  }

  // Customer-acquisition links.

  record LinkView(String code, String id, String url) {}

  /// A link (获客链接) to the members of a code, for ads that open WeCom without a scan.
  @PostMapping("/{name}/link")
  LinkView link(@PathVariable String name) {
    if (!(find(name).code() instanceof Staffed code)) {
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT, "no_members", "A link leads to members of staff.")
          .at("kind", LiveCodeJson.kind(find(name).code()), "staff")
          .thrown();
    }
    WecomAcquisition.Link link = or(ways.link(code));
    audit.record("acquisition_link", name);
    return new LinkView(name, link.id(), link.url());
  }

  /// How many people may still be won by links.
  @GetMapping("/links/quota")
  WecomAcquisition.Quota quota() {
    return or(ways.quota());
  }

  private static <T> T or(Ways.Either<T> either) {
    T found = either.found();
    if (found != null) {
      return found;
    }
    Ways.Refused said = either.refused();
    Ways.Refused refused = said == null ? new Ways.Refused("unknown", "no answer") : said;
    throw Problem.of(HttpStatus.BAD_GATEWAY, "platform_refused", refused.why())
        .at("code", refused.code(), "0")
        .next("See whether WeCom is set up, and whether links are bought.")
        .thrown();
  }

  // Cards of parcels.

  record Buyer(String kind, @Nullable String scope, String value) {}

  record Order(@Nullable String orderId, @Nullable List<Buyer> buyer) {}

  record Orders(@Nullable List<Order> orders) {}

  record Card(String orderId, String ticket, String url) {}

  record Cards(String code, List<Card> cards) {}

  /// A card for each order; asked again, the same one.
  @PostMapping("/{name}/tickets")
  Cards cards(@PathVariable String name, @RequestBody Orders asked) {
    if (!(find(name).code() instanceof Staffed code) || !code.cards()) {
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT, "no_cards", "Its code is the same for everybody.")
          .at("oncePerOrder", "false", "true in the definition")
          .thrown();
    }
    List<Order> orders = asked.orders() == null ? List.of() : asked.orders();
    if (orders.isEmpty() || orders.size() > MOST_TICKETS) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_orders", "Say for which orders.")
          .at("orders", Integer.toString(orders.size()), "1 to " + MOST_TICKETS)
          .thrown();
    }
    var made = new ArrayList<Card>();
    for (int i = 0; i < orders.size(); i++) {
      Order order = orders.get(i);
      String id = order.orderId();
      if (id == null || id.isBlank()) {
        throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "missing_field", "Which order is it?")
            .at("orders[" + i + "].orderId", "nothing", "the order's number")
            .thrown();
      }
      String ticket = tickets.make(name, id, buyer(order, i), fresh());
      made.add(new Card(id, ticket, url(name) + "?k=" + ticket));
    }
    audit.record("cards_made", name + ", " + made.size());
    return new Cards(name, made);
  }

  private static List<Identifier> buyer(Order order, int index) {
    var identifiers = new ArrayList<Identifier>();
    List<Buyer> buyers = order.buyer() == null ? List.of() : order.buyer();
    for (Buyer each : buyers) {
      IdentifierKind kind = IdentifierKind.ofWire(String.valueOf(each.kind()));
      if (kind == null) {
        throw Problem.of(
                HttpStatus.UNPROCESSABLE_CONTENT, "unknown_identifier", "Who is the buyer?")
            .at(
                "orders[" + index + "].buyer.kind",
                String.valueOf(each.kind()),
                String.join(", ", IdentifierKind.wires()))
            .thrown();
      }
      identifiers.add(Identifier.of(kind, each.scope() == null ? "" : each.scope(), each.value()));
    }
    return identifiers;
  }

  private static String fresh() {
    byte[] bytes = new byte[9];
    CHANCE.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  // What came of them.

  private LocalDate day(@Nullable String text, LocalDate usual, String field) {
    if (text == null || text.isBlank()) {
      return usual;
    }
    try {
      return LocalDate.parse(text);
    } catch (DateTimeException e) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "bad_value", "It is no day.")
          .at(field, text, "2026-07-01")
          .thrown();
    }
  }

  /// What codes brought of those who came on some days, by code and by source.
  ///
  /// @param from the first day; a month ago when left out
  /// @param to the last day; today when left out
  @GetMapping("/report")
  CodeReport.Report report(
      @RequestParam(required = false) @Nullable String from,
      @RequestParam(required = false) @Nullable String to) {
    LocalDate today = engine.now().atZone(zone).toLocalDate();
    LocalDate last = day(to, today, "to");
    return report.of(day(from, last.minusDays(29), "from"), last);
  }

  /// @param cell one of the report's: `added`, `removed_1h`, `removed_1d`, `removed_7d`,
  ///   `welcomed`, `not_welcomed`, `first_order`, `known_buyer`
  record Opening(
      @Nullable String cell,
      @Nullable String from,
      @Nullable String to,
      @Nullable String name,
      @Nullable Boolean again) {}

  /// The people behind a number, kept as an audience where a name is given.
  @PostMapping("/{name}/open")
  OpenedCells.Opened open(@PathVariable String name, @RequestBody Opening asked) {
    var _ = find(name);
    CodeReport.Cell cell = CodeReport.Cell.ofWire(asked.cell());
    if (cell == null) {
      throw OpenedCells.noCell("cell", asked.cell(), CodeReport.Cell.wires());
    }
    LocalDate today = engine.now().atZone(zone).toLocalDate();
    LocalDate last = day(asked.to(), today, "to");
    LocalDate first = day(asked.from(), last.minusDays(29), "from");
    return cells.open(
        () -> report.people(name, cell, first, last),
        "live code " + name + ", " + cell.wire() + ", " + first + " to " + last,
        asked.name(),
        asked.again());
  }
}
