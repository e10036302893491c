package io.huoshui.platforms.file;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The other end of an import: speaks the server's contract, keeps every event by id, and can be
/// told to be difficult.
final class EventSink implements AutoCloseable {
  static final String KEY = "hsw_test";
  static final String TOKEN = "hsa_test";
  private static final JsonMapper JSON = new JsonMapper();

  private final HttpServer server;
  private final Map<String, JsonNode> events = new LinkedHashMap<>();
  private final Deque<Consumer<HttpExchange>> before = new ArrayDeque<>();
  private final AtomicInteger posts = new AtomicInteger();
  private final List<String> sources = new ArrayList<>();
  private String refusedName = "";

  EventSink() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/health", exchange -> answer(exchange, 200, "{}"));
    server.createContext("/api/v1/sources", this::source);
    server.createContext("/api/v1/events", this::take);
    server.start();
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /// Does this instead of taking the next request; asked in the order given.
  EventSink instead(Consumer<HttpExchange> what) {
    before.add(what);
    return this;
  }

  EventSink answering(int status, String header, String value, String body) {
    return instead(
        exchange -> {
          try {
            exchange.getRequestBody().readAllBytes();
            if (!header.isEmpty()) {
              exchange.getResponseHeaders().add(header, value);
            }
            answer(exchange, status, body);
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  /// Takes one request as usual before the next difficulty.
  EventSink asUsual() {
    return instead(exchange -> {});
  }

  /// Refuses every event of this name.
  EventSink refusing(String name) {
    refusedName = name;
    return this;
  }

  int posts() {
    return posts.get();
  }

  List<String> sources() {
    return sources;
  }

  Map<String, JsonNode> events() {
    return events;
  }

  /// The event of this id; a missing one fails the test.
  JsonNode event(String id) {
    return Objects.requireNonNull(events.get(id), () -> id + " is not among " + events.keySet());
  }

  List<JsonNode> named(String name) {
    return events.values().stream()
        .filter(event -> event.path("name").asString().equals(name))
        .toList();
  }

  private void source(HttpExchange exchange) throws IOException {
    JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
    if (!("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))
        || exchange.getRequestHeaders().getFirst("Idempotency-Key") == null) {
      answer(exchange, 401, "{\"code\":\"no_token\",\"detail\":\"This is no token.\"}");
      return;
    }
    sources.add(body.path("name").asString());
    answer(
        exchange,
        201,
        "{\"name\":\"" + body.path("name").asString() + "\",\"writeKey\":\"" + KEY + "\"}");
  }

  private void take(HttpExchange exchange) throws IOException {
    posts.incrementAndGet();
    Consumer<HttpExchange> first;
    synchronized (before) {
      first = before.poll();
    }
    if (first != null) {
      first.accept(exchange);
      if (exchange.getResponseCode() != -1) {
        return;
      }
    }
    byte[] body = exchange.getRequestBody().readAllBytes();
    if ("gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))) {
      body = new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
    }
    if (!("Bearer " + KEY).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
      answer(
          exchange,
          401,
          "{\"code\":\"no_write_key\",\"detail\":\"This is no source's write key.\","
              + "\"field\":\"Authorization\",\"value\":\"an unknown key\","
              + "\"allowed\":\"Bearer hsw_…\",\"next\":\"Make one.\"}");
      return;
    }
    answer(exchange, 200, verdicts(new String(body, StandardCharsets.UTF_8)));
  }

  private synchronized String verdicts(String body) {
    int accepted = 0;
    int duplicate = 0;
    var items = new ArrayList<String>();
    int index = 0;
    for (String line : body.split("\n")) {
      JsonNode event = JSON.readTree(line);
      String id = event.path("id").asString();
      if (event.path("name").asString().equals(refusedName)) {
        items.add(
            "{\"index\":%d,\"id\":\"%s\",\"verdict\":\"rejected\",\"code\":\"unknown_name\",\"field\":\"name\",\"value\":\"%s\",\"why\":\"No event of this name is known.\",\"allowed\":\"near: order_paid\",\"next\":\"Correct the name.\"}"
                .formatted(index, id, refusedName));
      } else if (events.putIfAbsent(id, event) == null) {
        accepted++;
      } else {
        duplicate++;
      }
      index++;
    }
    return "{\"accepted\":%d,\"duplicate\":%d,\"rejected\":%d,\"items\":[%s]}"
        .formatted(accepted, duplicate, items.size(), String.join(",", items));
  }

  static void answer(HttpExchange exchange, int status, @Nullable String body) throws IOException {
    byte[] bytes = body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    try (var out = exchange.getResponseBody()) {
      out.write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
