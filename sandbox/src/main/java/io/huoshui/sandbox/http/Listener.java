package io.huoshui.sandbox.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;

/// Listens on the loopback address only; one virtual thread per call.
public final class Listener implements AutoCloseable {
  private static final int MOST_BODY_BYTES = 256 << 20;
  private static final int BUFFER_BYTES = 1 << 16;

  static {
    // Small answers would wait 40 ms for an acknowledgement otherwise.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /// @param port 0 for any
  public Listener(int port, Endpoint endpoint) throws IOException {
    server =
        HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 1024);
    server.setExecutor(threads);
    server.createContext("/", exchange -> handle(exchange, endpoint));
    server.start();
  }

  public int port() {
    return server.getAddress().getPort();
  }

  private static void handle(HttpExchange exchange, Endpoint endpoint) throws IOException {
    try (exchange) {
      Answer answer;
      try {
        answer = endpoint.answer(read(exchange));
      } catch (IllegalArgumentException e) {
        answer = Answer.problem(400, "bad_request", String.valueOf(e.getMessage()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        answer = Answer.problem(503, "stopping", "The sandbox is stopping");
      } catch (RuntimeException e) {
        System.err.printf(
            Locale.ROOT,
            "sandbox event=bug path=%s why=%s%n",
            exchange.getRequestURI().getPath(),
            e);
        answer = Answer.problem(500, "bug", e.toString());
      }
      write(exchange, answer);
    }
  }

  private static Call read(HttpExchange exchange) throws IOException {
    Map<String, String> headers = new HashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
    byte[] body = exchange.getRequestBody().readNBytes(MOST_BODY_BYTES + 1);
    if (body.length > MOST_BODY_BYTES) {
      throw new IllegalArgumentException("The body is larger than " + MOST_BODY_BYTES + " bytes");
    }
    var uri = exchange.getRequestURI();
    return new Call(exchange.getRequestMethod(), uri.getPath(), uri.getRawQuery(), headers, body);
  }

  private static void write(HttpExchange exchange, Answer answer) throws IOException {
    switch (answer) {
      // Closing the exchange without a status closes the connection.
      case Answer.Dropped() -> {}
      case Answer.Text text -> {
        byte[] bytes = text.bytes();
        exchange.getResponseHeaders().set("Content-Type", text.contentType());
        exchange.sendResponseHeaders(text.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
      }
      case Answer.Stream stream -> {
        String accepted = exchange.getRequestHeaders().getFirst("Accept-Encoding");
        boolean gzip = stream.mayGzip() && accepted != null && accepted.contains("gzip");
        exchange.getResponseHeaders().set("Content-Type", stream.contentType());
        if (gzip) {
          exchange.getResponseHeaders().set("Content-Encoding", "gzip");
        }
        exchange.sendResponseHeaders(200, 0);
        OutputStream raw = exchange.getResponseBody();
        try (OutputStream out =
            new BufferedOutputStream(gzip ? new FastGzip(raw) : raw, BUFFER_BYTES)) {
          stream.writer().to(out);
        }
      }
    }
  }

  /// The lightest compression: the stream is read once, on the same machine.
  private static final class FastGzip extends GZIPOutputStream {
    FastGzip(OutputStream out) throws IOException {
      super(out, BUFFER_BYTES);
      def.setLevel(1);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
