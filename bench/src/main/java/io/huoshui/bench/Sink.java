package io.huoshui.bench;

import io.huoshui.json.Json;
import io.huoshui.reach.Channel;
import io.huoshui.reach.ChannelKind;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;

/// A platform on this machine that takes batches over HTTP, a message a line, and counts how often
/// each key came.
final class Sink implements AutoCloseable {
  private static final byte[] KEY = "{\"key\":\"".getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket door;
  private final Map<String, Integer> times = new HashMap<>();

  /// Connections that nobody uses now: a channel may be called several times at once.
  private final Deque<Wire> idle = new ConcurrentLinkedDeque<>();

  Sink() {
    try {
      this.door = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofPlatform().name("sink").daemon().start(this::listen);
  }

  private void listen() {
    try {
      while (true) {
        Socket caller = door.accept();
        Thread.ofPlatform().name("sink-call").daemon().start(() -> serve(caller));
      }
    } catch (IOException e) {
      if (!door.isClosed()) {
        System.err.println("  the sink: " + e.getMessage());
      }
    }
  }

  private void serve(Socket caller) {
    try (caller) {
      caller.setTcpNoDelay(true);
      serve(new BufferedInputStream(caller.getInputStream(), 1 << 16), caller.getOutputStream());
    } catch (IOException e) {
      System.err.println("  the sink: " + e.getMessage());
    }
  }

  private void serve(InputStream in, OutputStream out) throws IOException {
    while (true) {
      int length = -1;
      for (String line = line(in); !line.isEmpty(); line = line(in)) {
        if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
          length = Integer.parseInt(line.substring(15).strip());
        }
      }
      if (length < 0) {
        return;
      }
      String said = "{\"accepted\":" + count(in.readNBytes(length)) + "}";
      out.write(
          ("HTTP/1.1 200 OK\r\nContent-Length: " + said.length() + "\r\n\r\n" + said)
              .getBytes(StandardCharsets.US_ASCII));
    }
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
      if (next != '\r') {
        line.append((char) next);
      }
    }
    return line.toString();
  }

  private synchronized int count(byte[] body) {
    int lines = 0;
    for (int from = 0; from < body.length; ) {
      int end = from;
      while (body[end] != '\n') {
        end++;
      }
      int key = from + KEY.length;
      int keyEnd = key;
      while (body[keyEnd] != '"') {
        keyEnd++;
      }
      times.merge(new String(body, key, keyEnd - key, StandardCharsets.US_ASCII), 1, Integer::sum);
      lines++;
      from = end + 1;
    }
    return lines;
  }

  /// How many keys came so far; each of them once, or there is no figure.
  synchronized int keys() {
    times.forEach(
        (key, count) -> {
          if (count != 1) {
            throw new IllegalStateException("'" + key + "' came " + count + " times");
          }
        });
    return times.size();
  }

  /// A channel into it, on as many connections as there are calls at once.
  Channel channel(int largestBatch) {
    return new Line(largestBatch);
  }

  private int post(byte[] body) throws IOException {
    Wire wire = idle.pollFirst();
    if (wire == null) {
      wire = new Wire("http://127.0.0.1:" + door.getLocalPort(), "none", "application/x-ndjson");
    }
    int taken = wire.post(body);
    idle.addFirst(wire);
    return taken;
  }

  private final class Line implements Channel {
    private final int largestBatch;

    Line(int largestBatch) {
      this.largestBatch = largestBatch;
    }

    @Override
    public ChannelKind kind() {
      return ChannelKind.SMS;
    }

    @Override
    public int largestBatch() {
      return largestBatch;
    }

    @Override
    public List<Outcome> handOver(String batchId, List<Envelope> envelopes) {
      var body = new StringBuilder(envelopes.size() * 300);
      for (Envelope each : envelopes) {
        body.append("{\"key\":\"")
            .append(each.key())
            .append("\",\"address\":\"")
            .append(each.address())
            .append("\",\"sender\":")
            .append(Json.of(each.sender()).write())
            .append(",\"text\":")
            .append(Json.of(each.text()).write())
            .append("}\n");
      }
      try {
        int taken = post(body.toString().getBytes(StandardCharsets.UTF_8));
        if (taken != envelopes.size()) {
          throw new IllegalStateException(taken + " taken of " + envelopes.size());
        }
      } catch (IOException e) {
        throw new IllegalStateException("The sink: " + e.getMessage(), e);
      }
      var outcomes = new ArrayList<Outcome>(envelopes.size());
      for (int i = 0; i < envelopes.size(); i++) {
        outcomes.add(new Outcome.Accepted(batchId));
      }
      return outcomes;
    }

    @Override
    public List<Outcome> reconcile(String batchId, List<Envelope> envelopes, Instant handedOver) {
      throw new IllegalStateException("No answer of " + batchId + " was lost");
    }
  }

  @Override
  public void close() {
    try {
      for (Wire wire : idle) {
        wire.close();
      }
      door.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
