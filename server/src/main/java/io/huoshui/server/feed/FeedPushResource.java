package io.huoshui.server.feed;

import io.huoshui.json.Json;
import io.huoshui.json.JsonException;
import io.huoshui.platforms.feed.Credentials;
import io.huoshui.platforms.feed.Push;
import io.huoshui.platforms.feed.Signatures;
import io.huoshui.platforms.feed.Sources;
import io.huoshui.server.Settings;
import io.huoshui.server.access.Problem;
import io.huoshui.server.feed.FeedStore.Feed;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// What marketplaces and other systems push. Orders in a message are taken before it is answered;
/// orders it only names are asked for afterwards.
///
/// A feed of one's own takes JSON (an object, a list, or lines) with `X-Feed-Secret: SECRET`, or
/// signed: `X-Feed-Signature: hex(hmac-sha256(SECRET, body))`.
@RestController
@RequestMapping("/callbacks/feed")
class FeedPushResource {
  private static final int LARGEST = 4 << 20;

  private final Feeds feeds;
  private final FeedStore store;
  private final FeedIntake intake;
  private final Settings settings;

  FeedPushResource(Feeds feeds, FeedStore store, FeedIntake intake, Settings settings) {
    this.feeds = feeds;
    this.store = store;
    this.intake = intake;
    this.settings = settings;
  }

  /// Some platforms call the address once before they register it.
  @GetMapping("/{name}")
  ResponseEntity<String> tried(@PathVariable String name) {
    Push push = Sources.push(feeds.find(name).vendor());
    return ok(push);
  }

  private static ResponseEntity<String> ok(@Nullable Push push) {
    return ResponseEntity.ok()
        .contentType(MediaType.APPLICATION_JSON)
        .body(push == null ? "{\"ok\":true}" : push.answer());
  }

  @PostMapping("/{name}")
  ResponseEntity<String> told(@PathVariable String name, HttpServletRequest request)
      throws IOException {
    Feed feed = feeds.find(name);
    byte[] bytes = request.getInputStream().readNBytes(LARGEST + 1);
    if (bytes.length > LARGEST) {
      throw Problem.of(HttpStatus.CONTENT_TOO_LARGE, "body_too_large", "The message is too large.")
          .at("body", "", "at most 4 MiB")
          .thrown();
    }
    String body = new String(bytes, StandardCharsets.UTF_8);
    var headers = new HashMap<String, String>();
    for (String header : Collections.list(request.getHeaderNames())) {
      headers.put(header.toLowerCase(Locale.ROOT), request.getHeader(header));
    }
    Credentials credentials = feeds.credentials(feed);
    Push push = Sources.push(feed.vendor());
    Push.Told told;
    try {
      told =
          push == null
              ? own(headers, body, credentials)
              : push.read(
                  new Push.Message(
                      settings.linkBase() + "/callbacks/feed/" + name,
                      headers,
                      query(request.getQueryString()),
                      body),
                  credentials);
    } catch (Push.BadSignature e) {
      throw Problem.of(HttpStatus.UNAUTHORIZED, "bad_signature", String.valueOf(e.getMessage()))
          .thrown();
    } catch (JsonException e) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "malformed_json", String.valueOf(e.getMessage()))
          .thrown();
    }
    if (!told.id().isEmpty() && store.pushed(name, told.id())) {
      return ok(push);
    }
    if (!told.records().isEmpty()) {
      intake.take(feed, "push", intake.ofJson(intake.map(feed), told.records()));
    }
    // Written down last: a message that was half taken comes again, and its ids drop the half.
    store.push(name, told.id(), told.orders(), intake.now());
    return ok(push);
  }

  private static Push.Told own(Map<String, String> headers, String body, Credentials credentials) {
    String secret = credentials.get("pushSecret");
    boolean known =
        Signatures.same(secret, headers.getOrDefault("x-feed-secret", ""))
            || Signatures.same(
                Signatures.hmac("HmacSHA256", secret.isEmpty() ? "-" : secret, body),
                headers.getOrDefault("x-feed-signature", "").toLowerCase(Locale.ROOT));
    if (secret.isEmpty() || !known) {
      throw new Push.BadSignature(
          "neither X-Feed-Secret nor X-Feed-Signature are those of this feed");
    }
    var records = new ArrayList<Json>();
    String text = body.strip();
    if (text.startsWith("[")) {
      if (Json.parse(text) instanceof Json.Arr(List<Json> items)) {
        records.addAll(items);
      }
    } else if (text.contains("\n{")) {
      text.lines().filter(line -> !line.isBlank()).forEach(line -> records.add(Json.parse(line)));
    } else if (!text.isEmpty()) {
      records.add(Json.parse(text));
    }
    return new Push.Told("", records, List.of());
  }

  private static Map<String, String> query(@Nullable String query) {
    var all = new HashMap<String, String>();
    if (query != null) {
      for (String pair : query.split("&")) {
        int at = pair.indexOf('=');
        if (at > 0) {
          all.put(
              URLDecoder.decode(pair.substring(0, at), StandardCharsets.UTF_8),
              URLDecoder.decode(pair.substring(at + 1), StandardCharsets.UTF_8));
        }
      }
    }
    return all;
  }
}
