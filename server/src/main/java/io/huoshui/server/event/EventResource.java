package io.huoshui.server.event;

import io.huoshui.engine.Engine;
import io.huoshui.event.Event;
import io.huoshui.event.EventCatalogue;
import io.huoshui.event.EventType;
import io.huoshui.event.Intake;
import io.huoshui.event.Intake.Verdict;
import io.huoshui.server.access.Access;
import io.huoshui.server.access.Problem;
import io.huoshui.server.event.Splitter.Slice;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/// The intake. One event, an array, or NDJSON; gzip allowed. The answer comes when everything taken
/// is on disk.
@RestController
class EventResource {
  /// Unpacked bytes of one request; a bigger export goes through several.
  static final int LARGEST_BODY = 32 << 20;

  private final Engine engine;
  private final Access access;

  EventResource(Engine engine, Access access) {
    this.engine = engine;
    this.access = access;
  }

  /// What became of a request's items, by their place in it.
  ///
  /// @param items every verdict, or with `Prefer: return=minimal` only the refusals
  record Answer(int accepted, int duplicate, int rejected, List<Line> items) {}

  @com.fasterxml.jackson.annotation.JsonInclude(
      com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL)
  record Line(
      int index,
      String id,
      String verdict,
      @Nullable String code,
      @Nullable String field,
      @Nullable String value,
      @Nullable String why,
      @Nullable String allowed,
      @Nullable String next) {}

  @PostMapping(path = "/api/v1/events", produces = MediaType.APPLICATION_JSON_VALUE)
  Answer take(
      HttpServletRequest request,
      @RequestHeader(name = "Authorization", defaultValue = "") String authorization,
      @RequestHeader(name = "Prefer", defaultValue = "") String prefer)
      throws IOException {
    String source = source(authorization);
    byte[] body = body(request);
    List<Slice> slices = slices(body, request.getContentType());
    EventCatalogue known = engine.catalogue();
    Instant now = engine.now();
    var verdicts = new ArrayList<@Nullable Verdict>(slices.size());
    var ids = new ArrayList<String>(slices.size());
    var events = new ArrayList<Event>(slices.size());
    for (Slice slice : slices) {
      EventReader.Item item = EventReader.read(body, slice, source);
      Verdict.Rejected rejected = item.rejected();
      Event event = item.event();
      if (event != null) {
        rejected = Intake.check(event, known, now);
        if (rejected == null) {
          events.add(event);
        }
      }
      verdicts.add(rejected);
      ids.add(item.id());
    }
    BitSet taken = engine.take(events);
    return answer(verdicts, ids, taken, prefer.contains("return=minimal"));
  }

  private String source(String authorization) {
    String key = authorization.startsWith("Bearer ") ? authorization.substring(7).strip() : "";
    return access
        .sourceOf(key)
        .orElseThrow(
            () ->
                Problem.of(
                        HttpStatus.UNAUTHORIZED, "no_write_key", "This is no source's write key.")
                    .at(
                        "Authorization",
                        key.isEmpty() ? "nothing" : "an unknown key",
                        "Bearer hsw_…")
                    .next("POST /api/v1/sources {\"name\": …} makes one.")
                    .thrown());
  }

  private static byte[] body(HttpServletRequest request) throws IOException {
    String encoding = request.getHeader("Content-Encoding");
    boolean gzip = encoding != null && encoding.toLowerCase(Locale.ROOT).equals("gzip");
    if (encoding != null && !gzip && !encoding.equals("identity")) {
      throw Problem.of(
              HttpStatus.UNSUPPORTED_MEDIA_TYPE,
              "bad_encoding",
              "The body's encoding is not known.")
          .at("Content-Encoding", encoding, "gzip, or none")
          .thrown();
    }
    try (InputStream raw = request.getInputStream();
        InputStream in = gzip ? new GZIPInputStream(raw, 65_536) : raw) {
      byte[] body = in.readNBytes(LARGEST_BODY + 1);
      if (body.length > LARGEST_BODY) {
        throw Problem.of(
                HttpStatus.CONTENT_TOO_LARGE,
                "body_too_large",
                "The request is too large; nothing of it was taken.")
            .at(
                "body",
                "more than " + LARGEST_BODY + " bytes",
                "at most " + LARGEST_BODY + " bytes unpacked")
            .next("Send it in parts of some thousand events.")
            .thrown();
      }
      return body;
    } catch (ZipException e) {
      throw Problem.of(
              HttpStatus.BAD_REQUEST, "bad_gzip", "The body is not gzip: " + e.getMessage() + ".")
          .at("body", "", "gzip, as Content-Encoding says")
          .thrown();
    }
  }

  private static List<Slice> slices(byte[] body, @Nullable String contentType) {
    int first = 0;
    while (first < body.length && Splitter.blank(body[first])) {
      first++;
    }
    if (first == body.length) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "empty_body", "There is no event in the body.")
          .at("body", "", "one event, an array, or NDJSON")
          .thrown();
    }
    if (contentType != null && contentType.contains("ndjson")) {
      return Splitter.lines(body, body.length);
    }
    return body[first] == '['
        ? Splitter.elements(body, body.length, first)
        : List.of(new Slice(first, body.length));
  }

  private static Answer answer(
      List<@Nullable Verdict> verdicts, List<String> ids, BitSet taken, boolean minimal) {
    var lines = new ArrayList<Line>();
    int accepted = 0;
    int duplicate = 0;
    int rejected = 0;
    int event = 0;
    for (int i = 0; i < verdicts.size(); i++) {
      Verdict verdict = verdicts.get(i);
      if (verdict == null) {
        verdict = taken.get(event++) ? Verdict.ACCEPTED : Verdict.DUPLICATE;
      }
      switch (verdict) {
        case Verdict.Accepted() -> {
          accepted++;
          if (!minimal) {
            lines.add(new Line(i, ids.get(i), "accepted", null, null, null, null, null, null));
          }
        }
        case Verdict.Duplicate() -> {
          duplicate++;
          if (!minimal) {
            lines.add(new Line(i, ids.get(i), "duplicate", null, null, null, null, null, null));
          }
        }
        case Verdict.Rejected(
                String code,
                String field,
                String value,
                String why,
                String allowed,
                String next) -> {
          rejected++;
          lines.add(new Line(i, ids.get(i), "rejected", code, field, value, why, allowed, next));
        }
      }
    }
    return new Answer(accepted, duplicate, rejected, lines);
  }

  /// The names an event may have.
  @GetMapping("/api/v1/event-types")
  List<EventType> types() {
    return engine.catalogue().all();
  }

  /// A brand's own event.
  record NewType(String name, String zh, String en) {}

  @PostMapping("/api/v1/event-types")
  EventType add(@org.springframework.web.bind.annotation.RequestBody NewType type) {
    if (type.name() == null
        || !type.name().matches("[a-z][a-z0-9]*(_[a-z0-9]+)+")
        || type.name().length() > 64) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "bad_name", "An event is named object_verb.")
          .at("name", String.valueOf(type.name()), "small letters and '_': card_scanned")
          .thrown();
    }
    engine.publish(
        io.huoshui.engine.Entry.Definition.EVENT_TYPE,
        type.name(),
        io.huoshui.json.Json.object(
                "zh", io.huoshui.json.Json.of(type.zh() == null ? type.name() : type.zh()),
                "en", io.huoshui.json.Json.of(type.en() == null ? type.name() : type.en()))
            .write());
    EventType known = engine.catalogue().find(type.name());
    if (known == null) {
      throw new IllegalStateException("The event type was published but is not known");
    }
    return known;
  }
}
