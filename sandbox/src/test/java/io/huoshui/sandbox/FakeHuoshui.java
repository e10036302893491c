package io.huoshui.sandbox;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A server that takes everything, by id at most once, and can be told to misbehave.
final class FakeHuoshui implements AutoCloseable {
  static {
    // Else every small answer waits 40 ms for an acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  record Callback(String query, String body) {}

  record Arrival(String phone, Instant at) {}

  private void arrived(String domesticPhone, JsonNode localTime) {
    arrivals.add(
        new Arrival(
            "+86" + domesticPhone,
            LocalDateTime.parse(localTime.stringValue().replace(' ', 'T'))
                .toInstant(ZoneOffset.ofHours(8))));
  }

  final Map<String, JsonNode> events = new ConcurrentHashMap<>();
  final List<String> order = Collections.synchronizedList(new ArrayList<>());
  final List<JsonNode> reports = Collections.synchronizedList(new ArrayList<>());
  final List<JsonNode> replies = Collections.synchronizedList(new ArrayList<>());
  final List<Callback> callbacks = Collections.synchronizedList(new ArrayList<>());
  final List<String> clicks = Collections.synchronizedList(new ArrayList<>());

  /// Who by phone, and when it happened, in the order in which it was heard, over all calls.
  final List<Arrival> arrivals = Collections.synchronizedList(new ArrayList<>());

  final List<Integer> batchSizes = Collections.synchronizedList(new ArrayList<>());
  final AtomicInteger calls = new AtomicInteger();

  /// From the number of the call, counted from 1, to the status it is answered with; 0 closes the
  /// connection without an answer.
  volatile IntUnaryOperator status = _ -> 200;

  private final HttpServer server;

  FakeHuoshui() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 100);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      int answer = status.applyAsInt(calls.incrementAndGet());
      if (answer == 0) {
        return;
      }
      String text = answer == 200 ? take(exchange, body) : "no";
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private String take(HttpExchange exchange, String body) {
    String path = exchange.getRequestURI().getPath();
    switch (path) {
      case "/api/v1/events" -> {
        String key = exchange.getRequestHeaders().getFirst("Authorization");
        String[] lines = body.split("\n");
        batchSizes.add(lines.length);
        for (String line : lines) {
          JsonNode event = JsonMapper.shared().readTree(line);
          if (!("Bearer key-" + event.path("source").stringValue()).equals(key)) {
            throw new IllegalStateException("wrong key " + key);
          }
          if (events.putIfAbsent(event.path("id").stringValue(), event) == null) {
            for (JsonNode identifier : event.path("identifiers")) {
              if (identifier.path("kind").stringValue().equals("phone")) {
                arrivals.add(
                    new Arrival(
                        identifier.path("value").stringValue(),
                        OffsetDateTime.parse(event.path("time").stringValue()).toInstant()));
              }
            }
            order.add(event.path("time").stringValue() + " " + event.path("id").stringValue());
          }
        }
        return "{\"accepted\":" + lines.length + ",\"duplicate\":0,\"rejected\":0}";
      }
      case "/callbacks/sms/report" -> {
        checkToken(exchange);
        JsonNode array = JsonMapper.shared().readTree(body);
        batchSizes.add(array.size());
        array.forEach(reports::add);
        array.forEach(
            each -> arrived(each.path("phone_number").stringValue(), each.path("report_time")));
        return "{\"code\":0,\"msg\":\"成功\"}";
      }
      case "/callbacks/sms/reply" -> {
        checkToken(exchange);
        JsonNode array = JsonMapper.shared().readTree(body);
        array.forEach(replies::add);
        array.forEach(
            each -> arrived(each.path("phone_number").stringValue(), each.path("send_time")));
        return "{\"code\":0,\"msg\":\"成功\"}";
      }
      case "/callbacks/wecom" -> {
        callbacks.add(new Callback(exchange.getRequestURI().getRawQuery(), body));
        return "success";
      }
      default -> {
        clicks.add(exchange.getRequestURI().toString());
        return "";
      }
    }
  }

  private static void checkToken(HttpExchange exchange) {
    if (!"cbtoken".equals(exchange.getRequestHeaders().getFirst("X-Callback-Token"))) {
      throw new IllegalStateException("wrong callback token");
    }
  }

  void forget() {
    events.clear();
    order.clear();
    reports.clear();
    replies.clear();
    callbacks.clear();
    clicks.clear();
  }

  /// Everything the server ended up knowing, whatever came twice.
  Map<String, String> outcome() {
    var outcome = new TreeMap<String, String>();
    events.forEach((id, event) -> outcome.put("event " + id, event.toString()));
    for (JsonNode report : List.copyOf(reports)) {
      outcome.put(
          "report "
              + report.path("phone_number").stringValue()
              + report.path("out_id").stringValue(),
          report.toString());
    }
    for (JsonNode reply : List.copyOf(replies)) {
      outcome.put("reply " + reply.path("sequence_id"), reply.toString());
    }
    for (Callback callback : List.copyOf(callbacks)) {
      outcome.put("callback " + callback.query(), callback.body());
    }
    for (String click : List.copyOf(clicks)) {
      outcome.put("click " + click, "");
    }
    return outcome;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
