package io.huoshui.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import io.huoshui.sandbox.market.Market;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// A server with feeds and a sandbox with shops, asked over HTTP: what each says of every order.
final class FeedTown {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final String server;
  private final String sandbox;
  private volatile String token;

  FeedTown(String server, String token, String sandbox) {
    this.server = server;
    this.token = token;
    this.sandbox = sandbox;
  }

  /// The server started again, and has another token.
  void token(String is) {
    token = is;
  }

  static int freePort() {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // Asking.

  private HttpResponse<byte[]> send(String method, String url, byte[] body) {
    try {
      return HTTP.send(
          HttpRequest.newBuilder(URI.create(url))
              .header("Content-Type", "application/json")
              .header("Authorization", "Bearer " + token)
              .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
              .build(),
          HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static Json ok(HttpResponse<byte[]> answer) {
    String text = new String(answer.body(), StandardCharsets.UTF_8);
    assertThat(answer.statusCode()).as(answer.uri() + " " + text).isBetween(200, 299);
    return text.isBlank() ? new Json.Null() : Json.parse(text);
  }

  Json call(String method, String path, String body) {
    return ok(send(method, server + path, body.getBytes(StandardCharsets.UTF_8)));
  }

  Json steer(String vendor, String what) {
    return ok(send("POST", sandbox + "/sandbox/market/" + vendor + "/" + what, new byte[0]));
  }

  void sandboxClock(Instant to) {
    ok(
        send(
            "POST",
            sandbox + "/sandbox/clock",
            ("{\"to\":\"" + to + "\"}").getBytes(StandardCharsets.UTF_8)));
  }

  static String text(@Nullable Json json, String path) {
    Json here = json;
    for (String step : path.split("\\.")) {
      here = here instanceof Json.Obj object ? object.get(step) : null;
    }
    return here instanceof Json.Str(String text)
        ? text
        : here == null || here instanceof Json.Null ? "" : here.write();
  }

  static long number(Json json, String path) {
    return Long.parseLong(text(json, path));
  }

  static List<Json> items(Json json, String key) {
    Json found = key.isEmpty() ? json : json instanceof Json.Obj object ? object.get(key) : null;
    return found instanceof Json.Arr(List<Json> items) ? items : List.of();
  }

  // Feeds.

  Json feed(String name) {
    return call("GET", "/api/v1/feeds/" + name, "");
  }

  Json run(String name) {
    return call("POST", "/api/v1/feeds/" + name + "/run", "");
  }

  String pushUrl(String name) {
    return server + "/callbacks/feed/" + name;
  }

  /// @param path of the vendor's gateway behind the sandbox's address
  void make(String name, String vendor, String path, Instant backfillFrom) {
    call(
        "PUT",
        "/api/v1/feeds/" + name,
        Json.object(
                "vendor", Json.of(vendor),
                "everySeconds", Json.of(300L),
                "backfillFrom", Json.of(backfillFrom.toString()))
            .write());
    credentials(
        name,
        Map.of(
            "appKey", Market.KEY,
            "appSecret", Market.SECRET,
            "session", Market.SESSION,
            "url", sandbox + path));
  }

  void credentials(String name, Map<String, String> values) {
    var fields = new TreeMap<String, Json>();
    values.forEach((key, value) -> fields.put(key, Json.of(value)));
    call("PUT", "/api/v1/feeds/" + name + "/credentials", new Json.Obj(fields).write());
  }

  byte[] export(String vendor, String encoding) {
    return send(
            "GET",
            sandbox + "/sandbox/market/" + vendor + "/export.csv?encoding=" + encoding,
            new byte[0])
        .body();
  }

  HttpResponse<byte[]> uploaded(String name, byte[] csv) {
    return send("POST", server + "/api/v1/feeds/" + name + "/files?file=export.csv", csv);
  }

  /// @return the number of the job that takes it
  String upload(String name, byte[] csv) {
    return text(ok(uploaded(name, csv)), "job");
  }

  Json job(String number, int waitSeconds) {
    return call("GET", "/api/v1/jobs/" + number + "?wait=" + waitSeconds, "");
  }

  Json taken(String name, byte[] csv) {
    Json job = job(upload(name, csv), 60);
    assertThat(text(job, "state")).as(job.write()).isEqualTo("done");
    return job;
  }

  // Orders.

  /// What is known of an order.
  ///
  /// @param times how often it was paid: once, if it is there once
  record Sold(int times, long paidFen, long backFen) {}

  /// An order as its shop knows it.
  record Truth(String id, long fen, long backFen, Instant paidAt, Instant changedAt) {
    Sold sold() {
      return new Sold(1, fen, backFen);
    }
  }

  List<Truth> truth(String vendor) {
    return items(
            ok(send("GET", sandbox + "/sandbox/market/" + vendor + "/orders", new byte[0])), "")
        .stream()
        .map(
            one ->
                new Truth(
                    text(one, "id"),
                    number(one, "fen"),
                    number(one, "backFen"),
                    Instant.parse(text(one, "paidAt")),
                    Instant.parse(text(one, "changedAt"))))
        .toList();
  }

  static Map<String, Sold> sold(List<Truth> truth) {
    var sold = new TreeMap<String, Sold>();
    truth.forEach(one -> sold.put(one.id(), one.sold()));
    return sold;
  }

  /// Every order of a source, added up over all timelines.
  Map<String, Sold> known(String source) {
    return known().getOrDefault(source, Map.of());
  }

  /// The same of all sources.
  Map<String, Map<String, Sold>> known() {
    var known = new ConcurrentSkipListMap<String, Map<String, Sold>>();
    profiles("").parallelStream().forEach(line -> known(text(line, "id"), known));
    return known;
  }

  private void known(String profile, Map<String, Map<String, Sold>> known) {
    String cursor = "";
    do {
      Json page =
          call(
              "GET",
              "/api/v1/profiles/" + profile + "/events?reveal=true&limit=200&cursor=" + cursor,
              "");
      for (Json event : items(page, "items")) {
        Sold sold =
            switch (text(event, "name")) {
              case "order_paid" -> new Sold(1, number(event, "properties.amountFen"), 0);
              case "order_refunded" -> new Sold(0, 0, number(event, "properties.amountFen"));
              default -> null;
            };
        if (sold != null) {
          known
              .computeIfAbsent(text(event, "source"), _ -> new ConcurrentSkipListMap<>())
              .merge(text(event, "properties.orderId"), sold, FeedTown::both);
        }
      }
      cursor = text(page, "next");
    } while (!cursor.isEmpty());
  }

  private static Sold both(Sold a, Sold b) {
    return new Sold(a.times + b.times, a.paidFen + b.paidFen, a.backFen + b.backFen);
  }

  List<Json> profiles(String query) {
    var all = new ArrayList<Json>();
    String cursor = "";
    do {
      Json page =
          call("GET", "/api/v1/profiles?limit=200&query=" + query + "&cursor=" + cursor, "");
      all.addAll(items(page, "items"));
      cursor = text(page, "next");
    } while (!cursor.isEmpty());
    return all;
  }
}
