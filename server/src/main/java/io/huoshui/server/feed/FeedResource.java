package io.huoshui.server.feed;

import io.huoshui.event.Event;
import io.huoshui.event.EventCatalogue;
import io.huoshui.event.Intake;
import io.huoshui.feed.Deeds;
import io.huoshui.feed.Defect;
import io.huoshui.feed.FeedMap;
import io.huoshui.feed.Field;
import io.huoshui.feed.Guess;
import io.huoshui.feed.Headers;
import io.huoshui.feed.Known;
import io.huoshui.feed.Records;
import io.huoshui.json.Json;
import io.huoshui.platforms.feed.Credentials;
import io.huoshui.platforms.feed.OrderFile;
import io.huoshui.platforms.feed.Sources;
import io.huoshui.platforms.feed.VendorMaps;
import io.huoshui.platforms.file.ImportException;
import io.huoshui.platforms.file.TextRows;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Problem;
import io.huoshui.server.feed.FeedStore.Feed;
import io.huoshui.server.feed.FeedStore.Quarantined;
import io.huoshui.server.job.Jobs;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Feeds over HTTP: made, run, looked at; files uploaded; maps tried; the quarantine.
@RestController
@RequestMapping("/api/v1/feeds")
class FeedResource {
  private static final int SAMPLE_ROWS = 50;
  private static final long LARGEST_FILE = 1L << 30;
  private static final String OWN = "own";

  private final FeedStore store;
  private final FeedIntake intake;
  private final Feeds feeds;
  private final FeedFileJob files;
  private final Jobs jobs;
  private final Audit audit;

  FeedResource(
      FeedStore store, FeedIntake intake, Feeds feeds, FeedFileJob files, Jobs jobs, Audit audit) {
    this.store = store;
    this.intake = intake;
    this.feeds = feeds;
    this.files = files;
    this.jobs = jobs;
    this.audit = audit;
  }

  /// What feeds can be of, and what fields there are.
  @GetMapping("/vendors")
  ResponseEntity<String> vendors() {
    var vendors = new ArrayList<Json>();
    for (VendorMaps.Vendor vendor : VendorMaps.all()) {
      vendors.add(
          Json.object(
              "name", Json.of(vendor.name()),
              "zh", Json.of(vendor.zh()),
              "en", Json.of(vendor.en()),
              "source", Json.of(vendor.source()),
              "kinds", Json.of(vendor.maps().keySet().stream().sorted().map(Json::of).toList()),
              "pulls", Json.of(Sources.pulls(vendor.name())),
              "pushes", Json.of(Sources.push(vendor.name()) != null)));
    }
    var fields = new ArrayList<Json>();
    for (Field field : Field.values()) {
      fields.add(
          Json.object(
              "name", Json.of(field.wire()),
              "zh", Json.of(field.zh()),
              "en", Json.of(field.en()),
              "holds", Json.of(field.holds().name().toLowerCase(java.util.Locale.ROOT))));
    }
    return FeedJson.answer(
        Json.object(
            "vendors",
            Json.of(vendors),
            "fields",
            Json.of(fields),
            "credentials",
            Json.of(Credentials.KEYS.stream().map(Json::of).toList())));
  }

  @GetMapping
  ResponseEntity<String> all() {
    return FeedJson.answer(Json.of(store.all().stream().map(this::view).toList()));
  }

  @GetMapping("/{name}")
  ResponseEntity<String> one(@PathVariable String name) {
    return FeedJson.answer(view(feeds.find(name)));
  }

  /// Lags are in seconds; null where there is nothing to count from.
  private Json view(Feed feed) {
    Instant now = intake.now();
    long span = Duration.between(feed.backfillFrom(), now).toSeconds();
    VendorMaps.Vendor vendor = VendorMaps.find(feed.vendor());
    Json map =
        feed.map() != null
            ? Json.parse(feed.map())
            : vendor == null
                ? new Json.Null()
                : vendor.written().getOrDefault(feed.kind(), new Json.Null());
    String state =
        feed.paused()
            ? "paused"
            : feed.stopped() ? "stopped" : feed.failure() != null ? "waiting" : "ready";
    return Json.object(
        "name", Json.of(feed.name()),
        "vendor", Json.of(feed.vendor()),
        "kind", Json.of(feed.kind()),
        "source", Json.of(feed.source()),
        "shop", Json.of(feed.shop()),
        "state", Json.of(state),
        "pulls", Json.of(Sources.pulls(feed.vendor())),
        "everySeconds",
            feed.everySeconds() == null
                ? new Json.Null()
                : Json.of(feed.everySeconds().longValue()),
        "credentials",
            Json.of(
                feeds.credentials(feed).values().keySet().stream().sorted().map(Json::of).toList()),
        "backfillFrom", FeedJson.of(feed.backfillFrom()),
        "watermark", FeedJson.of(feed.watermark()),
        "windowTo", FeedJson.of(feed.windowTo()),
        "backfilled",
            span <= 0
                ? new Json.Null()
                : Json.of(
                    Math.min(
                        1.0,
                        Duration.between(feed.backfillFrom(), feed.watermark()).toSeconds()
                            / (double) span)),
        "newestAt", FeedJson.of(feed.newestAt()),
        "lagSeconds", lag(feed.newestAt(), now),
        "succeededAt", FeedJson.of(feed.succeededAt()),
        "successAgeSeconds", lag(feed.succeededAt(), now),
        "triedAt", FeedJson.of(feed.triedAt()),
        "notBefore", FeedJson.of(feed.notBefore()),
        "cure", FeedJson.of(feed.cure()),
        "failure", FeedJson.of(feed.failure()),
        "next", FeedJson.of(feed.next()),
        "records", Json.of(feed.records()),
        "events", Json.of(feed.events()),
        "duplicates", Json.of(feed.duplicates()),
        "quarantined", FeedJson.counts(store.quarantinedByCode(feed.name())),
        "notes", FeedJson.counts(store.notes(feed.name())),
        "ownMap", Json.of(feed.map() != null),
        "map", map);
  }

  private static Json lag(@Nullable Instant since, Instant now) {
    return since == null
        ? new Json.Null()
        : Json.of(Math.max(0, Duration.between(since, now).toSeconds()));
  }

  /// Makes a feed or changes its map and pace; where it stands stays.
  ///
  /// ```
  /// {"vendor": "taobao", "kind": "order", "shop": "tb-flagship", "everySeconds": 300,
  ///  "backfillFrom": "2026-01-01T00:00:00+08:00", "map": {…}}
  /// ```
  @PutMapping("/{name}")
  ResponseEntity<String> put(@PathVariable String name, @RequestBody String text) {
    if (!name.matches("[a-z][a-z0-9_-]{0,40}")) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_name", "A feed can not be called so.")
          .at("name", name, "small letters, digits, _ and -, at most 41")
          .thrown();
    }
    Json.Obj body = FeedJson.read(text);
    Feed before = store.find(name).orElse(null);
    String vendorName = or(FeedJson.text(body, "vendor"), before == null ? OWN : before.vendor());
    VendorMaps.Vendor vendor = VendorMaps.find(vendorName);
    if (vendor == null && !vendorName.equals(OWN)) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "unknown_vendor", "No such vendor.")
          .at("vendor", vendorName, String.join(", ", VendorMaps.VENDORS) + ", " + OWN)
          .thrown();
    }
    Json given = body.get("map");
    FeedMap map = given == null || given instanceof Json.Null ? null : FeedJson.map(given);
    if (map == null && before != null && before.map() != null && given == null) {
      given = Json.parse(before.map());
      map = FeedJson.map(given);
    }
    String kind =
        map != null
            ? map.kind().wire()
            : or(FeedJson.text(body, "kind"), before == null ? "order" : before.kind());
    if (map == null && (vendor == null || !vendor.maps().containsKey(kind))) {
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT, "no_map", "There is no map for these records.")
          .at(
              "kind",
              kind,
              vendor == null ? "a map of your own" : String.join(", ", vendor.maps().keySet()))
          .next("Send a map; POST /api/v1/feeds/" + name + "/preview proposes one of a file.")
          .thrown();
    }
    String source =
        or(
            FeedJson.text(body, "source"),
            before != null ? before.source() : vendor != null ? vendor.source() : "");
    if (!source.matches("[a-z][a-z0-9_]{0,63}")) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_source", "Say who its events are of.")
          .at("source", source, "small letters, digits and _: pos, erp")
          .thrown();
    }
    String shop = or(FeedJson.text(body, "shop"), before != null ? before.shop() : source);
    if (before != null && (!before.source().equals(source) || !before.shop().equals(shop))) {
      throw Problem.of(
              HttpStatus.CONFLICT,
              "feed_of_another",
              "A feed keeps its source and its shop: orders are counted by them.")
          .at("shop", shop, before.shop())
          .next("Make another feed.")
          .thrown();
    }
    String every =
        or(
            FeedJson.text(body, "everySeconds"),
            before == null
                    || before.everySeconds() == null
                    || body.fields().containsKey("everySeconds")
                ? ""
                : String.valueOf(before.everySeconds()));
    if (!every.isEmpty() && (!every.matches("\\d{1,6}") || Integer.parseInt(every) < 60)) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_pace", "It can not run so often.")
          .at("everySeconds", every, "60 to 999999")
          .thrown();
    }
    String from = FeedJson.text(body, "backfillFrom");
    Instant backfill;
    try {
      backfill =
          before != null
              ? before.backfillFrom()
              : from.isEmpty()
                  ? intake.now().minus(Duration.ofDays(1))
                  : java.time.OffsetDateTime.parse(from).toInstant();
    } catch (DateTimeException _) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_time", "No such time.")
          .at("backfillFrom", from, "RFC 3339")
          .thrown();
    }
    store.write(
        name,
        vendorName,
        kind,
        source,
        shop,
        map == null || given == null ? null : given.write(),
        every.isEmpty() ? null : Integer.valueOf(every),
        backfill);
    audit.record("feed_written", name);
    return one(name);
  }

  private static String or(String text, String otherwise) {
    return text.isEmpty() ? otherwise : text;
  }

  /// Puts new credentials in; they are sealed and never answered.
  @PutMapping("/{name}/credentials")
  ResponseEntity<String> credentials(@PathVariable String name, @RequestBody String text) {
    Feed feed = feeds.find(name);
    Json.Obj body = FeedJson.read(text);
    var values = new LinkedHashMap<>(feeds.credentials(feed).values());
    Set<String> known = new LinkedHashSet<>(Credentials.KEYS);
    known.add("pushSecret");
    for (String key : body.fields().keySet()) {
      if (!known.contains(key)) {
        throw Problem.of(
                HttpStatus.UNPROCESSABLE_CONTENT, "bad_field", "No credential is so called.")
            .at(key, "", String.join(", ", known))
            .thrown();
      }
      values.put(key, FeedJson.text(body, key));
    }
    values.values().removeIf(String::isEmpty);
    feeds.credentials(name, values);
    audit.record("feed_credentials_changed", name);
    return one(name);
  }

  @DeleteMapping("/{name}")
  ResponseEntity<Void> delete(@PathVariable String name) {
    feeds.find(name);
    store.delete(name);
    audit.record("feed_deleted", name);
    return ResponseEntity.noContent().build();
  }

  @PostMapping("/{name}/pause")
  ResponseEntity<String> pause(@PathVariable String name) {
    feeds.find(name);
    store.paused(name, true);
    audit.record("feed_paused", name);
    return one(name);
  }

  @PostMapping("/{name}/resume")
  ResponseEntity<String> resume(@PathVariable String name) {
    feeds.find(name);
    store.paused(name, false);
    audit.record("feed_resumed", name);
    return one(name);
  }

  /// Reads it now; what stopped it is forgotten first.
  @PostMapping("/{name}/run")
  ResponseEntity<String> run(@PathVariable String name) {
    Feed feed = feeds.find(name);
    if (feed.credentials() == null) {
      throw Problem.of(HttpStatus.CONFLICT, "no_credentials", "Feed '" + name + "' has no way in.")
          .next("PUT /api/v1/feeds/" + name + "/credentials, or upload a file.")
          .thrown();
    }
    store.ask(name);
    feeds.pass();
    audit.record("feed_run", name);
    return one(name);
  }

  // Files.

  private Path keep(HttpServletRequest request) throws IOException {
    Files.createDirectories(files.folder());
    Path path = files.folder().resolve(UUID.randomUUID().toString());
    try (InputStream in = request.getInputStream();
        OutputStream out = Files.newOutputStream(path)) {
      byte[] some = new byte[1 << 16];
      long size = 0;
      for (int n = in.read(some); n >= 0; n = in.read(some)) {
        size += n;
        if (size > LARGEST_FILE) {
          Files.deleteIfExists(path);
          throw Problem.of(HttpStatus.CONTENT_TOO_LARGE, "file_too_large", "The file is too large.")
              .at("body", "", "at most 1 GiB; split it")
              .thrown();
        }
        out.write(some, 0, n);
      }
    }
    return path;
  }

  private static Problem.Refusal unreadable(ImportException e) {
    return Problem.of(
            HttpStatus.UNPROCESSABLE_CONTENT, "unreadable_file", String.valueOf(e.getMessage()))
        .next(e.next())
        .thrown();
  }

  /// Takes a file as a job: `GET /api/v1/jobs/{job}` says how far it is. A file whose columns
  /// changed is refused before a row of it is taken.
  ///
  /// @param file what it is called
  @PostMapping("/{name}/files")
  ResponseEntity<String> upload(
      @PathVariable String name,
      @RequestParam(defaultValue = "orders.csv") String file,
      HttpServletRequest request)
      throws IOException {
    Feed feed = feeds.find(name);
    FeedMap map = intake.map(feed);
    Path path = keep(request);
    boolean kept = false;
    try {
      Headers headers;
      long rows;
      try (TextRows open = TextRows.open(path, file)) {
        headers = Headers.of(map, open.columns());
      }
      if (!headers.fits()) {
        audit.record(
            "feed_file_refused",
            name
                + ": "
                + file
                + ", no column for "
                + String.join(
                    ", ",
                    headers.missing().stream().map(one -> one.field().wire()).distinct().toList()));
        throw changed(headers);
      }
      try (OrderFile open =
          OrderFile.open(path, file, headers.chosen().getOrDefault(Field.ORDER_ID, List.of()))) {
        rows = open.total();
      }
      long job =
          jobs.begin(
              FeedFileJob.KIND,
              name + ": " + file,
              Json.object(
                  "feed",
                  Json.of(name),
                  "file",
                  Json.of(file),
                  "path",
                  Json.of(String.valueOf(path.getFileName()))),
              rows,
              audit.who());
      kept = true;
      audit.record("feed_file_uploaded", name + ": " + file + ", " + rows + " rows");
      return ResponseEntity.accepted()
          .contentType(MediaType.APPLICATION_JSON)
          .body(
              Json.object(
                      "job",
                      Json.of(job),
                      "rows",
                      Json.of(rows),
                      "unknownColumns",
                      Json.of(headers.unknown().stream().map(Json::of).toList()))
                  .write());
    } catch (ImportException e) {
      throw unreadable(e);
    } finally {
      if (!kept) {
        Files.deleteIfExists(path);
      }
    }
  }

  private static Problem.Refusal changed(Headers headers) {
    Headers.Missing first = headers.missing().getFirst();
    var all = headers.missing().stream().map(one -> one.field().wire()).distinct().toList();
    return Problem.of(
            HttpStatus.UNPROCESSABLE_CONTENT,
            "columns_changed",
            "The file has no column for " + String.join(", ", all) + ". Nothing of it was taken.")
        .at(first.field().wire(), "", "a column called " + String.join(" or ", first.wanted()))
        .near(first.near())
        .next(
            "Export the column as well; or, if it is called otherwise now, add its name to the"
                + " feed's map (map.fields."
                + first.field().wire()
                + ".columns) and upload the file again.")
        .thrown();
  }

  // Maps, tried.

  /// What is in a file, and what its columns probably are. Nothing is taken; a feed of this name
  /// need not exist.
  @PostMapping("/{name}/preview")
  ResponseEntity<String> preview(
      @PathVariable String name,
      @RequestParam(defaultValue = "orders.csv") String file,
      HttpServletRequest request)
      throws IOException {
    Path path = keep(request);
    try (TextRows open = TextRows.open(path, file)) {
      var rows = new ArrayList<Map<String, String>>();
      var unreadable = new ArrayList<Json>();
      while (rows.size() < SAMPLE_ROWS) {
        TextRows.Line line = open.next();
        if (line == null) {
          break;
        }
        switch (line) {
          case TextRows.Good good -> rows.add(good.cells());
          case TextRows.Bad bad ->
              unreadable.add(
                  defect(new Defect(bad.line(), bad.column(), bad.value(), bad.code(), bad.why())));
        }
      }
      List<Guess.Column> columns = Guess.columns(open.columns(), rows, VendorMaps.names());
      var fields = new LinkedHashMap<String, Json>();
      var shown = new ArrayList<Json>();
      for (Guess.Column column : columns) {
        Field field = column.field();
        if (field != null) {
          fields.put(field.wire(), Json.of(column.name()));
        }
        shown.add(
            Json.object(
                "name", Json.of(column.name()),
                "look", Json.of(column.look().name().toLowerCase(java.util.Locale.ROOT)),
                "samples", Json.of(column.samples().stream().map(Json::of).toList()),
                "field", field == null ? new Json.Null() : Json.of(field.wire())));
      }
      Feed feed = store.find(name).orElse(null);
      Json fits = new Json.Null();
      if (feed != null) {
        Headers headers = Headers.of(intake.map(feed), open.columns());
        fits =
            Json.object(
                "fits", Json.of(headers.fits()),
                "missing", missing(headers),
                "unknown", Json.of(headers.unknown().stream().map(Json::of).toList()));
      }
      return FeedJson.answer(
          Json.object(
              "columns", Json.of(shown),
              "rows", Json.of(rows.stream().map(FeedJson::row).toList()),
              "unreadable", Json.of(unreadable),
              "feed", fits,
              "map",
                  Json.object(
                      "record",
                      Json.of(fields.containsKey("orderId") ? "order" : "event"),
                      "zone",
                      Json.of("Asia/Shanghai"),
                      "fields",
                      new Json.Obj(fields))));
    } catch (ImportException e) {
      throw unreadable(e);
    } finally {
      Files.deleteIfExists(path);
    }
  }

  private static Json missing(Headers headers) {
    return Json.of(
        headers.missing().stream()
            .map(
                one ->
                    Json.object(
                        "field", Json.of(one.field().wire()),
                        "wanted", Json.of(one.wanted().stream().map(Json::of).toList()),
                        "near", Json.of(one.near().stream().map(Json::of).toList())))
            .toList());
  }

  private static Json defect(Defect defect) {
    return Json.object(
        "line", Json.of(defect.line()),
        "column", Json.of(defect.column()),
        "value", Json.of(defect.value()),
        "code", Json.of(defect.code()),
        "why", Json.of(defect.why()));
  }

  /// The events that rows would become under a map: `{"map": {…}, "rows": [{column: text}],
  /// "records": […JSON…], "source": "pos", "shop": "pos"}`. Nothing is taken.
  @PostMapping("/{name}/preview/events")
  ResponseEntity<String> events(@PathVariable String name, @RequestBody String text) {
    Json.Obj body = FeedJson.read(text);
    Json given = body.get("map");
    FeedMap map = FeedJson.map(given == null ? new Json.Null() : given);
    String source = or(FeedJson.text(body, "source"), name.replace('-', '_'));
    var deeds = new Deeds(map, source, or(FeedJson.text(body, "shop"), source), false);
    var columns = new LinkedHashSet<String>();
    var rows = new ArrayList<Map<String, String>>();
    if (body.get("rows") instanceof Json.Arr(List<Json> items)) {
      for (Json row : items.subList(0, Math.min(items.size(), SAMPLE_ROWS))) {
        Map<String, String> cells = FeedJson.cells(row);
        columns.addAll(cells.keySet());
        rows.add(cells);
      }
    }
    if (body.get("columns") instanceof Json.Arr(List<Json> names)) {
      for (Json one : names) {
        if (one instanceof Json.Str(String column)) {
          columns.add(column);
        }
      }
    }
    Headers headers = Headers.of(map, List.copyOf(columns));
    var groups = new LinkedHashMap<String, List<Records.Item>>();
    for (int i = 0; i < rows.size(); i++) {
      Records.Item item = Records.ofRow(map, headers, i + 2L, rows.get(i));
      String key = item.group().isEmpty() ? "\t" + i : item.group();
      groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(item);
    }
    if (body.get("records") instanceof Json.Arr(List<Json> records)) {
      for (int i = 0; i < Math.min(records.size(), SAMPLE_ROWS); i++) {
        groups.put("\t\t" + i, Records.ofJson(map, records.get(i)));
      }
    }
    var events = new ArrayList<Json>();
    var defects = new ArrayList<Json>();
    var notes = new java.util.TreeMap<String, Integer>();
    EventCatalogue known = EventCatalogue.standard();
    if (headers.fits() || rows.isEmpty()) {
      for (List<Records.Item> group : groups.values()) {
        Deeds.Outcome outcome = deeds.of(group, Known.NOTHING);
        outcome.defects().forEach(each -> defects.add(defect(each)));
        outcome.notes().forEach((note, count) -> notes.merge(note, count, Integer::sum));
        for (Event event : outcome.events()) {
          Intake.Verdict.Rejected rejected = Intake.check(event, known, intake.now());
          if (rejected != null && !rejected.code().equals("unknown_name")) {
            defects.add(
                defect(
                    new Defect(
                        group.getFirst().line(),
                        rejected.field(),
                        rejected.value(),
                        rejected.code(),
                        rejected.why())));
          } else {
            events.add(shown(event));
          }
        }
      }
    }
    return FeedJson.answer(
        Json.object(
            "events", Json.of(events),
            "defects", Json.of(defects),
            "notes", FeedJson.counts(notes),
            "missing", rows.isEmpty() ? Json.of(List.of()) : missing(headers),
            "unknown", Json.of(headers.unknown().stream().map(Json::of).toList()),
            "rows", Json.of((long) rows.size())));
  }

  private static Json shown(Event event) {
    var properties = new LinkedHashMap<String, Json>();
    for (int i = 0; i < event.properties().size(); i++) {
      properties.put(event.properties().key(i), Json.of(event.properties().value(i).shown()));
    }
    return Json.object(
        "id", Json.of(event.id()),
        "name", Json.of(event.name()),
        "time", Json.of(event.time().toString()),
        "identifiers",
            Json.of(event.identifiers().stream().map(one -> Json.of(one.toString())).toList()),
        "properties", new Json.Obj(properties));
  }

  // Quarantine.

  @GetMapping("/{name}/quarantine")
  ResponseEntity<String> quarantine(
      @PathVariable String name,
      @RequestParam(defaultValue = "0") long after,
      @RequestParam(defaultValue = "100") int most) {
    feeds.find(name);
    var rows = new ArrayList<Json>();
    for (Quarantined one : store.quarantined(name, after, Math.clamp(most, 1, 1000))) {
      rows.add(
          Json.object(
              "id", Json.of(one.id()),
              "at", FeedJson.of(one.at()),
              "file", Json.of(one.file()),
              "line", Json.of(one.line()),
              "column", Json.of(one.place()),
              "value", Json.of(one.value()),
              "code", Json.of(one.code()),
              "why", Json.of(one.why())));
    }
    return FeedJson.answer(
        Json.object(
            "counts", FeedJson.counts(store.quarantinedByCode(name)), "rows", Json.of(rows)));
  }

  @GetMapping(path = "/{name}/quarantine.csv", produces = "text/csv;charset=UTF-8")
  ResponseEntity<String> quarantineCsv(@PathVariable String name) {
    feeds.find(name);
    var out = new StringBuilder("\uFEFFfile,line,column,value,code,why\n");
    long after = 0;
    while (true) {
      List<Quarantined> some = store.quarantined(name, after, 1000);
      for (Quarantined one : some) {
        after = one.id();
        cell(out, one.file(), ',');
        cell(out, "" + one.line(), ',');
        cell(out, one.place(), ',');
        cell(out, one.value(), ',');
        cell(out, one.code(), ',');
        cell(out, one.why(), '\n');
      }
      if (some.size() < 1000) {
        return ResponseEntity.ok()
            .header("Content-Disposition", "attachment; filename=\"" + name + "-quarantine.csv\"")
            .contentType(MediaType.parseMediaType("text/csv;charset=UTF-8"))
            .body(out.toString());
      }
    }
  }

  /// A leading sign would be a formula in a spreadsheet.
  private static void cell(StringBuilder out, String text, char end) {
    String safe = text.matches("^[=+@-].*") ? "'" + text : text;
    boolean quoted = safe.matches("(?s).*[,\"\n\r].*");
    out.append(quoted ? "\"" + safe.replace("\"", "\"\"") + "\"" : safe).append(end);
  }

  /// Tries what was quarantined again, as the map is now.
  @PostMapping("/{name}/quarantine/rerun")
  ResponseEntity<String> rerun(@PathVariable String name) {
    FeedIntake.Taken taken = intake.again(feeds.find(name));
    audit.record("feed_quarantine_rerun", name);
    return FeedJson.answer(
        Json.object(
            "records", Json.of(taken.records()),
            "events", Json.of(taken.events()),
            "duplicates", Json.of(taken.duplicates()),
            "quarantined", Json.of(taken.quarantined())));
  }
}
