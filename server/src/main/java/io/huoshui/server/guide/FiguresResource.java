package io.huoshui.server.guide;

import io.huoshui.engine.Engine;
import io.huoshui.guide.Replies;
import io.huoshui.guide.Replies.Behind;
import io.huoshui.guide.RevenueRules;
import io.huoshui.guide.RevenueRules.Credit;
import io.huoshui.guide.Takings;
import io.huoshui.insight.Share;
import io.huoshui.server.access.Problem;
import io.huoshui.server.access.Scope;
import io.huoshui.server.audience.AudienceView;
import io.huoshui.server.audience.Member;
import io.huoshui.server.insight.OpenedCells;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// What came of it: who answered which line, and what was paid, by store and guide. Each number of
/// people opens them.
///
/// A token of stores sees the rows of those stores whole, and opens of them only people who are its
/// stores' customers now; how many others there are is said.
@RestController
@RequestMapping("/api/v1")
class FiguresResource {
  private static final int DAYS = 30;
  private static final int MOST_HOURS = 24 * 31;

  private final Engine engine;
  private final Staff staff;
  private final OpenedCells cells;

  FiguresResource(Engine engine, Staff staff, OpenedCells cells) {
    this.engine = engine;
    this.staff = staff;
    this.cells = cells;
  }

  /// Days of the brand, both included.
  private record Days(LocalDate from, LocalDate to, ZoneId zone) {
    long fromMs() {
      return from.atStartOfDay(zone).toInstant().toEpochMilli();
    }

    long toMs() {
      return to.plusDays(1).atStartOfDay(zone).toInstant().toEpochMilli();
    }
  }

  private Days days(@Nullable String from, @Nullable String to) {
    ZoneId zone = engine.ask().zone();
    LocalDate last = to == null ? engine.now().atZone(zone).toLocalDate() : day("to", to);
    LocalDate first = from == null ? last.minusDays(DAYS - 1) : day("from", from);
    if (first.isAfter(last)) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "bad_days", "The first day comes first.")
          .at("from", first.toString(), "not after " + last)
          .thrown();
    }
    return new Days(first, last, zone);
  }

  private static LocalDate day(String field, String text) {
    try {
      return LocalDate.parse(text);
    } catch (DateTimeException e) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "bad_days", "That is no day.")
          .at(field, text, "2026-07-01")
          .thrown();
    }
  }

  // Replies.

  /// @param rate of `said` who answered, with its interval; null where nothing was said
  /// @param early whose time to answer is not over: in no rate
  record ReplyRow(
      String guide,
      String guideTitle,
      String store,
      String line,
      long said,
      long answered,
      long early,
      long people,
      @Nullable Share rate,
      @Nullable String note) {}

  /// @param rows by guide and line
  /// @param guides all lines of each together
  /// @param lines all guides of each together
  record RepliesView(
      LocalDate from,
      LocalDate to,
      long withinHours,
      ReplyRow all,
      List<ReplyRow> guides,
      List<ReplyRow> lines,
      List<ReplyRow> rows,
      String note) {}

  private record RepliesAsked(long fromMs, long toMs, Duration within) {
    Replies counter(Instant at) {
      return new Replies(fromMs, toMs, at.toEpochMilli(), within);
    }
  }

  private record Among(RepliesAsked asked, String guide, String line, Behind behind) {}

  private RepliesAsked asked(Days days, int within) {
    if (within < 1 || within > MOST_HOURS) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "bad_within", "So many hours to answer?")
          .at("within", String.valueOf(within), "1 to " + MOST_HOURS)
          .thrown();
    }
    return new RepliesAsked(days.fromMs(), days.toMs(), Duration.ofHours(within));
  }

  @GetMapping("/replies")
  RepliesView replies(
      @RequestParam(required = false) @Nullable String from,
      @RequestParam(required = false) @Nullable String to,
      @RequestParam(defaultValue = "48") int within) {
    Days days = days(from, to);
    RepliesAsked asked = asked(days, within);
    SortedMap<Replies.Key, Replies.Row> rows =
        engine.ask().counted(asked, (at, _) -> asked.counter(at)).rows();
    Scope scope = Scope.current();
    rows.keySet().removeIf(key -> !scope.sees(staff.storeOf(key.guide())));
    var guides = new ArrayList<ReplyRow>();
    Replies.by(rows, Replies.Key::guide).forEach((guide, row) -> guides.add(row(guide, "", row)));
    var lines = new ArrayList<ReplyRow>();
    Replies.by(rows, Replies.Key::line).forEach((line, row) -> lines.add(row("", line, row)));
    var each = new ArrayList<ReplyRow>();
    rows.forEach((key, row) -> each.add(row(key.guide(), key.line(), row)));
    return new RepliesView(
        days.from(),
        days.to(),
        within,
        row("", "", rows.values().stream().reduce(new Replies.Row(0, 0, 0, 0), Replies.Row::plus)),
        guides,
        lines,
        each,
        "A message or task is answered when the customer writes within "
            + within
            + " hours. Of several lines together, people count once for each.");
  }

  private ReplyRow row(String guide, String line, Replies.Row row) {
    return new ReplyRow(
        guide,
        guide.isEmpty() ? "" : staff.title(guide),
        staff.storeOf(guide),
        line,
        row.said(),
        row.answered(),
        row.early(),
        row.people(),
        row.said() == 0 ? null : Share.of(row.answered(), row.said()),
        row.said() == 0 ? "no base" : null);
  }

  /// @param guide empty for all, of whoever sees all
  /// @param behind `said`, `answered`, `unanswered`, `early`
  record OpenReplies(
      @Nullable String from,
      @Nullable String to,
      @Nullable Integer within,
      @Nullable String guide,
      @Nullable String line,
      @Nullable String behind,
      @Nullable String name,
      @Nullable Boolean again) {}

  /// @param count of people behind the number whom the request may see
  /// @param audience null where nothing was kept
  /// @param hidden others who are behind it, and no customers of the token's stores
  record Opened(long count, List<Member> sample, @Nullable AudienceView audience, long hidden) {}

  @PostMapping("/replies/open")
  Opened open(@RequestBody OpenReplies body) {
    RepliesAsked asked =
        asked(days(body.from(), body.to()), body.within() == null ? 48 : body.within());
    String guide = body.guide() == null ? "" : body.guide();
    String line = body.line() == null ? "" : body.line();
    staff.look(guide);
    Behind behind = behind(body.behind());
    return opened(
        engine
            .ask()
            .whose(
                new Among(asked, guide, line, behind),
                (at, _) -> {
                  Replies replies = asked.counter(at);
                  return timeline -> replies.among(timeline, guide, line, behind);
                }),
        "replies: " + guide + " / " + line + " / " + StaffStore.wire(behind),
        body.name(),
        body.again());
  }

  private static Behind behind(@Nullable String text) {
    for (Behind each : Behind.values()) {
      if (StaffStore.wire(each).equals(text)) {
        return each;
      }
    }
    throw OpenedCells.noCell("behind", text, "said, answered, unanswered, early");
  }

  private Opened opened(
      RoaringBitmap people, String said, @Nullable String name, @Nullable Boolean again) {
    Scope scope = Scope.current();
    if (!scope.all() && name != null) {
      throw Problem.of(HttpStatus.FORBIDDEN, "out_of_scope", "Audiences belong to headquarters.")
          .at("name", name, "nothing: a token of stores keeps no audience")
          .thrown();
    }
    RoaringBitmap seen = staff.seen(people);
    OpenedCells.Opened opened = cells.open(() -> seen, said, name, again);
    return new Opened(
        opened.count(),
        opened.sample(),
        opened.audience(),
        people.getLongCardinality() - seen.getLongCardinality());
  }

  // Takings.

  /// @param orders of which something was credited
  /// @param netFen what was paid less what was given back of it until now
  /// @param averageFen of one order's part, null without orders
  record TakingRow(
      String store,
      String storeTitle,
      String guide,
      String guideTitle,
      long buyers,
      long orders,
      long paidFen,
      long returnedFen,
      long netFen,
      @Nullable Long averageFen,
      @Nullable Double returnedShare) {}

  /// @param all each order once; null for whoever does not see all
  /// @param stores guides of each together; buyers are not added up, so they are 0 there and
  ///   counted by row
  /// @param tooMuchFen given back beyond what was paid; taken from nobody
  record TakingsView(
      LocalDate from,
      LocalDate to,
      @Nullable TakingRow all,
      List<TakingRow> stores,
      List<TakingRow> rows,
      @Nullable Long tooMuchFen,
      String note) {}

  private record TakingsAsked(RevenueRules.At rules, long fromMs, long toMs) {}

  @GetMapping("/takings")
  TakingsView takings(
      @RequestParam(required = false) @Nullable String from,
      @RequestParam(required = false) @Nullable String to) {
    Days days = days(from, to);
    var asked = new TakingsAsked(staff.known().revenueAt(), days.fromMs(), days.toMs());
    Takings takings =
        engine
            .ask()
            .counted(asked, (_, _) -> new Takings(asked.rules(), asked.fromMs(), asked.toMs()));
    Scope scope = Scope.current();
    var rows = new ArrayList<TakingRow>();
    var sums = new TreeMap<String, Takings.Row>();
    takings
        .rows()
        .forEach(
            (credit, row) -> {
              if (scope.sees(credit.store())) {
                rows.add(row(credit, row));
                sums.merge(
                    credit.store(),
                    new Takings.Row(0, row.orders(), row.paidFen(), row.returnedFen()),
                    Takings.Row::plus);
              }
            });
    return new TakingsView(
        days.from(),
        days.to(),
        scope.all() ? row(new Credit("", ""), takings.all()) : null,
        sums.entrySet().stream()
            .map(each -> row(new Credit(each.getKey(), ""), each.getValue()))
            .toList(),
        rows,
        scope.all() ? takings.tooMuchFen() : null,
        "Orders of these days by the revenue rules; returns until now are taken back from whoever"
            + " the order was credited to. The rows add up to the whole.");
  }

  private TakingRow row(Credit credit, Takings.Row row) {
    return new TakingRow(
        credit.store(),
        credit.store().isEmpty() ? "" : staff.storeNamed(credit.store()).title(),
        credit.guide(),
        credit.guide().isEmpty() ? "" : staff.title(credit.guide()),
        row.buyers(),
        row.orders(),
        row.paidFen(),
        row.returnedFen(),
        row.paidFen() - row.returnedFen(),
        row.orders() == 0 ? null : row.paidFen() / row.orders(),
        row.paidFen() == 0 ? null : (double) row.returnedFen() / row.paidFen());
  }

  /// @param store empty for what belongs to nobody
  record OpenTakings(
      @Nullable String from,
      @Nullable String to,
      @Nullable String store,
      @Nullable String guide,
      @Nullable String name,
      @Nullable Boolean again) {}

  private record Credited(TakingsAsked asked, Credit credit) {}

  @PostMapping("/takings/open")
  Opened open(@RequestBody OpenTakings body) {
    Days days = days(body.from(), body.to());
    var asked = new TakingsAsked(staff.known().revenueAt(), days.fromMs(), days.toMs());
    var credit =
        new Credit(
            body.store() == null ? "" : body.store(), body.guide() == null ? "" : body.guide());
    staff.lookAtStore(credit.store());
    return opened(
        engine
            .ask()
            .whose(
                new Credited(asked, credit),
                (_, _) ->
                    timeline ->
                        Takings.of(timeline, asked.rules(), asked.fromMs(), asked.toMs())
                            .contains(credit)),
        String.format(Locale.ROOT, "takings: %s / %s", credit.store(), credit.guide()),
        body.name(),
        body.again());
  }
}
