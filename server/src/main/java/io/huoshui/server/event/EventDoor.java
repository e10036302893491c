package io.huoshui.server.event;

import io.huoshui.engine.Engine;
import io.huoshui.engine.EngineException;
import io.huoshui.event.Event;
import io.huoshui.event.EventCatalogue;
import io.huoshui.event.Intake;
import io.huoshui.event.Intake.Verdict;
import io.huoshui.server.access.Access;
import io.huoshui.server.access.Problem;
import io.huoshui.server.access.Problems;
import io.huoshui.server.event.Splitter.Slice;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/// The intake: `POST /api/v1/events`. One event, an array, or NDJSON; gzip allowed. The answer
/// comes when everything taken is on disk, and says of each item what became of it; with `Prefer:
/// return=minimal` only of those refused.
///
/// It stands in the web server's pipeline before filters and controllers, which cost more than one
/// event does; what they guard, it checks itself: the write key names the source. One event and a
/// thousand take the same way.
///
/// ```
/// {"accepted":1,"duplicate":0,"rejected":1,"items":[
///   {"index":0,"id":"o-1","verdict":"accepted"},
///   {"index":1,"id":"o-2","verdict":"rejected","code":…,"field":…,"value":…,"why":…,"allowed":…,"next":…}]}
/// ```
@Component
public final class EventDoor extends ValveBase {
  /// Unpacked bytes of one request; a bigger export goes through several.
  static final int LARGEST_BODY = 32 << 20;

  static final String PATH = "/api/v1/events";

  private final Engine engine;
  private final Access access;
  private final JsonMapper json;

  EventDoor(Engine engine, Access access, JsonMapper json) {
    super(true);
    this.engine = engine;
    this.access = access;
    this.json = json;
  }

  @Override
  public void invoke(Request request, Response response) throws IOException, ServletException {
    if (!PATH.equals(request.getRequestURI()) || !"POST".equals(request.getMethod())) {
      getNext().invoke(request, response);
      return;
    }
    try {
      write(response, 200, "application/json", take(request), Map.of());
    } catch (Problem.Refusal refusal) {
      write(response, refusal.problem().answer());
    } catch (EngineException e) {
      write(response, Problems.of(e));
    } catch (DataAccessException e) {
      write(response, Problems.of(e));
    }
  }

  private void write(Response response, ResponseEntity<Problem> problem) throws IOException {
    write(
        response,
        problem.getStatusCode().value(),
        MediaType.APPLICATION_PROBLEM_JSON_VALUE,
        json.writeValueAsBytes(problem.getBody()),
        problem.getHeaders().toSingleValueMap());
  }

  private static void write(
      Response response, int status, String type, byte[] body, Map<String, String> headers)
      throws IOException {
    response.setStatus(status);
    headers.forEach(response::setHeader);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setContentType(type);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  private byte[] take(Request request) throws IOException {
    String source = source(request.getHeader("Authorization"));
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
    String prefer = request.getHeader("Prefer");
    return answer(verdicts, ids, taken, prefer != null && prefer.contains("return=minimal"));
  }

  private String source(@Nullable String authorization) {
    String key =
        authorization != null && authorization.startsWith("Bearer ")
            ? authorization.substring(7).strip()
            : "";
    Optional<String> source = access.sourceOf(key);
    if (source.isEmpty()) {
      throw Problem.of(HttpStatus.UNAUTHORIZED, "no_write_key", "This is no source's write key.")
          .at("Authorization", key.isEmpty() ? "nothing" : "an unknown key", "Bearer hsw_…")
          .next("POST /api/v1/sources {\"name\": …} makes one.")
          .thrown();
    }
    return source.get();
  }

  private static byte[] body(Request request) throws IOException {
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
    long length = request.getContentLengthLong();
    try (InputStream raw = request.getInputStream();
        InputStream in = gzip ? new GZIPInputStream(raw, 65_536) : raw) {
      byte[] body =
          !gzip && length >= 0 && length <= LARGEST_BODY
              ? in.readNBytes((int) length)
              : in.readNBytes(LARGEST_BODY + 1);
      if (body.length > LARGEST_BODY || length > LARGEST_BODY) {
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

  private static byte[] answer(
      List<@Nullable Verdict> verdicts, List<String> ids, BitSet taken, boolean minimal) {
    var out = new Answer(verdicts.size());
    int event = 0;
    for (int i = 0; i < verdicts.size(); i++) {
      Verdict verdict = verdicts.get(i);
      if (verdict == null) {
        verdict = taken.get(event++) ? Verdict.ACCEPTED : Verdict.DUPLICATE;
      }
      out.add(i, ids.get(i), verdict, minimal);
    }
    return out.bytes();
  }
}
