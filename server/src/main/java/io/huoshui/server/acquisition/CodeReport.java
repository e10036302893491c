package io.huoshui.server.acquisition;

import io.huoshui.acquisition.Brought;
import io.huoshui.acquisition.LiveCode;
import io.huoshui.audience.RuleText;
import io.huoshui.engine.Engine;
import io.huoshui.insight.value.Cost;
import io.huoshui.json.Json;
import io.huoshui.profile.Person;
import io.huoshui.profile.Timeline;
import io.huoshui.server.Settings;
import io.huoshui.server.insight.CostStore;
import io.huoshui.survey.SurveyResults.Share;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.stereotype.Component;

/// What codes brought, and what it cost.
@Component
class CodeReport {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration WEEK = Duration.ofDays(7);

  private final Engine engine;
  private final LiveCodeStore codes;
  private final SeatStore seats;
  private final WelcomeStore welcomes;
  private final TicketStore tickets;
  private final CostStore costs;
  private final ZoneId zone;

  CodeReport(
      Engine engine,
      LiveCodeStore codes,
      SeatStore seats,
      WelcomeStore welcomes,
      TicketStore tickets,
      CostStore costs,
      Settings settings) {
    this.engine = engine;
    this.codes = codes;
    this.seats = seats;
    this.welcomes = welcomes;
    this.tickets = tickets;
    this.costs = costs;
    this.zone = settings.zone();
  }

  /// A number of the report with people behind it.
  enum Cell {
    ADDED,
    REMOVED_1H,
    REMOVED_1D,
    REMOVED_7D,
    WELCOMED,
    NOT_WELCOMED,
    FIRST_ORDER,
    KNOWN_BUYER;

    String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    static @Nullable Cell ofWire(@Nullable String wire) {
      return Stream.of(values()).filter(each -> each.wire().equals(wire)).findFirst().orElse(null);
    }

    static String wires() {
      return Stream.of(values()).map(Cell::wire).collect(Collectors.joining(", "));
    }

    boolean has(Brought brought, Timeline timeline, String code) {
      return switch (this) {
        case ADDED -> true;
        case REMOVED_1H -> brought.removedWithin(HOUR);
        case REMOVED_1D -> brought.removedWithin(DAY);
        case REMOVED_7D -> brought.removedWithin(WEEK);
        case WELCOMED -> said(timeline, "welcome_sent", code);
        case NOT_WELCOMED -> !said(timeline, "welcome_sent", code);
        case FIRST_ORDER -> brought.firstOrder();
        case KNOWN_BUYER -> brought.knownBuyer();
      };
    }

    private static boolean said(Timeline timeline, String event, String code) {
      for (int i = 0; i < timeline.size(); i++) {
        var of = timeline.name(i).equals(event) ? timeline.property(i, "liveCode") : null;
        if (of != null && of.shown().equals(code)) {
          return true;
        }
      }
      return false;
    }
  }

  /// @param perPersonFen the mean over the `of` people whose 30 days are over; null for nobody
  record Ltv(long of, @Nullable Double perPersonFen, long revenueFen) {}

  /// @param removed1h of those who came at least an hour ago; the others accordingly
  /// @param firstOrder of those who had not ordered before they came
  /// @param costFen entered for these days; null where none was
  /// @param costPerAddedFen null without a cost, or without people
  record People(
      long people,
      Share removed1h,
      Share removed1d,
      Share removed7d,
      long knownBuyers,
      Share firstOrder,
      Ltv ltv30,
      @Nullable Long costFen,
      @Nullable Double costPerAddedFen) {}

  /// @param welcomes by state, with the reason where it was not sent
  record Row(
      String code,
      String title,
      String source,
      Map<String, String> labels,
      SeatStore.Counts counts,
      Map<String, Long> welcomes,
      WelcomeStore.Latency latency,
      TicketStore.@Nullable Counts cards,
      Map<String, Integer> guides,
      People people) {}

  record SourceRow(String source, List<String> codes, long opened, long adds, People people) {}

  record Report(String from, String to, List<Row> codes, List<SourceRow> sources, String note) {}

  /// Sums over people.
  private static final class Sums {
    private final RoaringBitmap people = new RoaringBitmap();
    private long watched1h;
    private long removed1h;
    private long watched1d;
    private long removed1d;
    private long watched7d;
    private long removed7d;
    private long known;
    private long first;
    private long matured;
    private long revenue;

    void add(int profile, Brought one, long nowMs) {
      if (!people.checkedAdd(profile)) {
        return;
      }
      if (one.watched(HOUR, nowMs)) {
        watched1h++;
        removed1h += one.removedWithin(HOUR) ? 1 : 0;
      }
      if (one.watched(DAY, nowMs)) {
        watched1d++;
        removed1d += one.removedWithin(DAY) ? 1 : 0;
      }
      if (one.watched(WEEK, nowMs)) {
        watched7d++;
        removed7d += one.removedWithin(WEEK) ? 1 : 0;
      }
      known += one.knownBuyer() ? 1 : 0;
      first += one.firstOrder() ? 1 : 0;
      if (one.watched(Brought.LTV, nowMs)) {
        matured++;
        revenue += one.revenueFen();
      }
    }

    People people(@Nullable Long costFen) {
      long count = people.getLongCardinality();
      return new People(
          count,
          Share.of(removed1h, watched1h),
          Share.of(removed1d, watched1d),
          Share.of(removed7d, watched7d),
          known,
          Share.of(first, count - known),
          new Ltv(matured, matured == 0 ? null : (double) revenue / (double) matured, revenue),
          costFen,
          costFen == null || count == 0 ? null : (double) (long) costFen / (double) count);
    }
  }

  Report of(LocalDate from, LocalDate to) {
    List<Cost> known = costs.all();
    var rows = new ArrayList<Row>();
    var bySource = new TreeMap<String, Sums>();
    var names = new TreeMap<String, List<String>>();
    var opened = new TreeMap<String, long[]>();
    long nowMs = engine.now().toEpochMilli();
    for (LiveCodeStore.Published each : codes.all()) {
      LiveCode.About about = each.code().about();
      String name = about.name();
      var sums = new Sums();
      Sums all = bySource.computeIfAbsent(about.source(), _ -> new Sums());
      each(
          name,
          from,
          to,
          (profile, person) -> {
            Brought brought = Brought.of(person.timeline(), name, "");
            if (brought != null) {
              sums.add(profile, brought, nowMs);
              all.add(profile, brought, nowMs);
            }
          });
      SeatStore.Counts counts = seats.counts(name, from, to);
      names.computeIfAbsent(about.source(), _ -> new ArrayList<>()).add(name);
      long[] sum = opened.computeIfAbsent(about.source(), _ -> new long[2]);
      sum[0] += counts.opened();
      sum[1] += counts.adds();
      rows.add(
          new Row(
              name,
              about.title(),
              about.source(),
              about.labels(),
              counts,
              welcomes.outcomes(name, from, to, zone),
              welcomes.latency(name, from, to, zone),
              each.code() instanceof LiveCode.Staffed staffed && staffed.cards()
                  ? tickets.counts(name)
                  : null,
              seats.addsByGuide(name, from, to),
              sums.people(cost(known, from, to, about.source() + " · " + name))));
    }
    var sources = new ArrayList<SourceRow>();
    bySource.forEach(
        (source, sums) -> {
          long[] sum = opened.getOrDefault(source, new long[2]);
          sources.add(
              new SourceRow(
                  source,
                  names.getOrDefault(source, List.of()),
                  sum[0],
                  sum[1],
                  sums.people(cost(known, from, to, source))));
        });
    return new Report(
        from.toString(),
        to.toString(),
        rows,
        sources,
        "Costs are entered under PUT /api/v1/insight/costs for a source, or for one code as 'source"
            + " · code'. Shares are of those who came long enough ago; LTV of those whose 30 days"
            + " are over.");
  }

  /// A source's own costs and those of its codes.
  private static @Nullable Long cost(
      List<Cost> known, LocalDate from, LocalDate to, String source) {
    List<Cost> own =
        known.stream()
            .filter(
                each -> each.source().equals(source) || each.source().startsWith(source + " · "))
            .filter(each -> !each.to().isBefore(from) && !each.from().isAfter(to))
            .toList();
    return own.isEmpty()
        ? null
        : Long.valueOf(own.stream().mapToLong(each -> each.within(from, to)).sum());
  }

  /// Everybody who came by a code on some days for the first time.
  private void each(String code, LocalDate from, LocalDate to, BiConsumer<Integer, Person> reader) {
    String named = Json.of(code).write();
    RoaringBitmap came =
        engine
            .ask()
            .members(
                RuleText.parse(
                    "did contact_added where [liveCode = "
                        + named
                        + "] or did account_followed where [scene = "
                        + named
                        + "]"));
    long first = from.atStartOfDay(zone).toInstant().toEpochMilli();
    long end = to.plusDays(1).atStartOfDay(zone).toInstant().toEpochMilli();
    engine
        .ask()
        .each(
            came,
            (profile, person) -> {
              Brought brought = Brought.of(person.timeline(), code, "");
              if (brought != null && brought.addedMs() >= first && brought.addedMs() < end) {
                reader.accept(profile, person);
              }
            });
  }

  RoaringBitmap people(String code, Cell cell, LocalDate from, LocalDate to) {
    var found = new RoaringBitmap();
    each(
        code,
        from,
        to,
        (profile, person) -> {
          Brought brought = Brought.of(person.timeline(), code, "");
          if (brought != null && cell.has(brought, person.timeline(), code)) {
            found.add((int) profile);
          }
        });
    return found;
  }
}
