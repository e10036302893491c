package io.huoshui.server.access;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.filter.OncePerRequestFilter;
import org.springframework.web.util.ContentCachingResponseWrapper;
import tools.jackson.databind.json.JsonMapper;

/// `Idempotency-Key`: a request that is sent again because its answer was lost is not carried out
/// again; it gets the answer of the first time.
///
/// | the same key and path come again | answer |
/// |---|---|
/// | with the same body, after the first was carried out | the first answer, with `Idempotent-Replayed: true` |
/// | while the first is still under way | 409 `in_progress` |
/// | with another body | 422 `key_reused` |
/// | after the first was refused or failed | carried out: a refusal changed nothing |
///
/// One process serves a data folder, so what is under way is known in memory. Calls that have ids
/// of their own (events), change nothing (counts, scores), only finish what is left over (the
/// clock), or answer with a secret (sources, console links) are carried out each time.
final class Idempotency extends OncePerRequestFilter {
  private static final Set<String> EACH_TIME =
      Set.of(
          "/api/v1/events",
          "/api/v1/sources",
          "/api/v1/console-links",
          "/api/v1/store-tokens",
          "/api/v1/sidebar/session",
          "/api/v1/clock",
          "/api/v1/identity/score",
          "/api/v1/segments/count",
          "/api/v1/segments/preview",
          "/api/v1/segments/overlap",
          "/api/v1/segments/breakdown",
          "/api/v1/sql",
          "/api/v1/sql/download");
  private static final Logger LOG = LoggerFactory.getLogger(Idempotency.class);
  private static final int LONGEST_KEY = 200;
  private static final int LARGEST_BODY = 8 << 20;

  private final AnswerStore store;
  private final JsonMapper json;
  private final Set<AnswerStore.Place> underWay = ConcurrentHashMap.newKeySet();

  Idempotency(AnswerStore store, JsonMapper json) {
    this.store = store;
    this.json = json;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    String path = request.getRequestURI();
    return request.getHeader("Idempotency-Key") == null
        || !request.getMethod().equals("POST")
        || !path.startsWith("/api/v1/")
        || EACH_TIME.contains(path);
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    String key = String.valueOf(request.getHeader("Idempotency-Key"));
    if (key.isBlank() || key.length() > LONGEST_KEY) {
      refuse(
          response,
          Problem.of(HttpStatus.BAD_REQUEST, "bad_key", "The idempotency key can not be used.")
              .at(
                  "Idempotency-Key",
                  key.isBlank() ? "nothing" : key.length() + " characters",
                  "1 to " + LONGEST_KEY + " characters, a UUID for instance"));
      return;
    }
    byte[] body = request.getInputStream().readNBytes(LARGEST_BODY + 1);
    if (body.length > LARGEST_BODY) {
      refuse(
          response,
          Problem.of(
                  HttpStatus.CONTENT_TOO_LARGE,
                  "body_too_large",
                  "The request is too large; nothing of it was done.")
              .at(
                  "body",
                  "more than " + LARGEST_BODY + " bytes",
                  "at most " + LARGEST_BODY + " bytes"));
      return;
    }
    // Whoever sees part of the brand is not answered what somebody else was.
    Scope scope = Scope.current();
    String whose = scope.all() ? "" : scope.guide() + scope.stores() + " ";
    var place = new AnswerStore.Place(whose + key, request.getRequestURI());
    if (!underWay.add(place)) {
      refuse(
          response,
          Problem.of(HttpStatus.CONFLICT, "in_progress", "A request with this key is under way.")
              .at("Idempotency-Key", key, "one request at a time")
              .next("Send the same request again in a second; it gets the first one's answer."));
      return;
    }
    try {
      answer(place, body, request, response, chain);
    } catch (DataAccessException e) {
      refuse(response, Problems.recordsUnavailable());
    } finally {
      underWay.remove(place);
    }
  }

  private void answer(
      AnswerStore.Place place,
      byte[] body,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws ServletException, IOException {
    String hash = HexFormat.of().formatHex(Secret.hash(body));
    Optional<AnswerStore.Answer> known = store.find(place);
    if (known.isPresent()) {
      replay(known.get(), hash, place.key(), response);
      return;
    }
    var kept = new ContentCachingResponseWrapper(response);
    chain.doFilter(new Again(request, body), kept);
    if (kept.getStatus() >= 200 && kept.getStatus() < 300) {
      keep(place, hash, kept);
    }
    kept.copyBodyToResponse();
  }

  private void keep(AnswerStore.Place place, String hash, ContentCachingResponseWrapper kept) {
    try {
      store.keep(
          place,
          new AnswerStore.Answer(
              hash,
              kept.getStatus(),
              new String(kept.getContentAsByteArray(), StandardCharsets.UTF_8)));
    } catch (DataAccessException e) {
      // What was asked for is done: saying so now is worth more than being able to say it again.
      LOG.warn("answer not kept path={} why={}", place.path(), e.toString());
    }
  }

  private void replay(
      AnswerStore.Answer known, String hash, String key, HttpServletResponse response)
      throws IOException {
    if (!known.bodyHash().equals(hash)) {
      refuse(
          response,
          Problem.of(
                  HttpStatus.UNPROCESSABLE_CONTENT,
                  "key_reused",
                  "This key was used before on this path, with another body.")
              .at("Idempotency-Key", key, "one key for one request")
              .next("Make a new key for a new request."));
      return;
    }
    response.setStatus(known.status());
    response.setHeader("Idempotent-Replayed", "true");
    response.setContentType(MediaType.APPLICATION_JSON_VALUE);
    response.getOutputStream().write(known.body().getBytes(StandardCharsets.UTF_8));
  }

  private void refuse(HttpServletResponse response, Problem problem) throws IOException {
    response.setStatus(problem.status());
    response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
    response.getOutputStream().write(json.writeValueAsBytes(problem));
  }

  /// The request with its body, which was read already.
  private static final class Again extends HttpServletRequestWrapper {
    private final byte[] body;

    Again(HttpServletRequest request, byte[] body) {
      super(request);
      this.body = body;
    }

    @Override
    public ServletInputStream getInputStream() {
      var bytes = new ByteArrayInputStream(body);
      return new ServletInputStream() {
        @Override
        public int read() {
          return bytes.read();
        }

        @Override
        public int read(byte[] into, int from, int length) {
          return bytes.read(into, from, length);
        }

        @Override
        public boolean isFinished() {
          return bytes.available() == 0;
        }

        @Override
        public boolean isReady() {
          return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
          throw new IllegalStateException("Bodies are read by the thread that answers.");
        }
      };
    }

    @Override
    public BufferedReader getReader() {
      return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
    }
  }
}
