package io.huoshui.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.huoshui.platforms.callback.CallbackKey;
import io.huoshui.server.demo.Scenario;
import io.huoshui.server.records.Database;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import me.chanjar.weixin.cp.bean.message.WxCpXmlMessage;
import me.chanjar.weixin.cp.config.impl.WxCpDefaultConfigImpl;

/// Encrypted callbacks of WeCom over kept connections, each answered when its row is committed; the
/// generator runs on the same cores. One in fifty comes three times. Afterwards every callback has
/// to be exactly one event.
///
/// Beside it what a program on the usual library does: a door that decrypts and reads with WxJava
/// and commits one PostgreSQL transaction per callback, over as many connections as serve it here.
/// It makes no events of them.
final class CallbacksBench {
  private static final int CONNECTIONS = 128;
  private static final int PEER_CONNECTIONS = 16;
  private static final int PER_ROUND = 40_000;
  private static final int PEER_PER_ROUND = 15_000;
  private static final int ONE_IN = 50;
  private static final String CORP = "ww5a17fe0d4c2b9e31";
  private static final String TOKEN = "callback";
  private static final String AES = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG";
  private static final CallbackKey KEY = new CallbackKey(TOKEN, AES, null);

  /// What PERFORMANCE.md asks for, callbacks/s; there is no physical limit near it.
  private static final int BAR = 5_000;

  private final int repeat;

  CallbacksBench(int repeat) {
    this.repeat = repeat;
  }

  void run() {
    Path folder =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "huoshui-bench-callbacks-" + ProcessHandle.current().pid());
    System.err.printf(
        Locale.ROOT,
        "callbacks: %d rounds of %,d on %d connections, the first only warms up%n",
        repeat + 1,
        PER_ROUND,
        CONNECTIONS);
    var ours = new ArrayList<Double>();
    var peer = new ArrayList<Double>();
    var p99s = new ArrayList<Double>();
    var peerP99s = new ArrayList<Double>();
    var caughtUp = new ArrayList<Double>();
    try (Subject subject = Subject.start(folder, List.of("--secrets", secrets(folder).toString()));
        Database database = Database.open(folder.resolve("peer"), System.getenv());
        var door = new WxJavaDoor(database)) {
      for (int round = 0; round <= repeat; round++) {
        var mine = new Load(subject.url(), round, PER_ROUND, CONNECTIONS).run();
        double after = caughtUp(subject);
        var theirs = new Load(door.url(), round, PEER_PER_ROUND, PEER_CONNECTIONS).run();
        System.err.printf(
            Locale.ROOT,
            "  round %d: ours %,.0f callbacks/s (p50 %.1f ms, p99 %.1f ms; all events %.2f s"
                + " after the last answer), WxJava and a transaction each %,.0f/s (p99 %.1f ms)%n",
            round,
            mine.perSecond(),
            mine.p50Ms(),
            mine.p99Ms(),
            after,
            theirs.perSecond(),
            theirs.p99Ms());
        if (round > 0) {
          ours.add(mine.perSecond());
          p99s.add(mine.p99Ms());
          peer.add(theirs.perSecond());
          peerP99s.add(theirs.p99Ms());
          caughtUp.add(after);
        }
      }
      compare(subject, door);
    } catch (SQLException | IOException e) {
      throw new IllegalStateException("The bench could not run: " + e.getMessage(), e);
    }
    var mine = new Figures("huoshui", "callbacks/s", ours);
    var theirs = new Figures("WxJava, one transaction each", "callbacks/s", peer);
    mine.print();
    theirs.print();
    Figures.line(
        "callbacks",
        mine,
        new Figures[] {theirs},
        Double.NaN,
        "p99Ms",
        new Figures("p99", "ms", p99s).median(),
        "worstP99Ms",
        new Figures("p99", "ms", p99s).most(),
        "peerP99Ms",
        new Figures("p99", "ms", peerP99s).median(),
        "eventsAfterSeconds",
        new Figures("after", "s", caughtUp).median(),
        "connections",
        CONNECTIONS,
        "bar",
        BAR,
        "load",
        Figures.load());
  }

  private static Path secrets(Path folder) throws IOException {
    Files.createDirectories(folder);
    return Files.writeString(
        folder.resolve("secrets.json"),
        "{\"wecom\":{\"corpId\":\"%s\",\"secret\":\"s\",\"url\":\"http://127.0.0.1:9\",\"token\":\"%s\",\"encodingAesKey\":\"%s\"}}"
            .formatted(CORP, TOKEN, AES));
  }

  private static String customer(int round, int i) {
    return String.format(Locale.ROOT, "wmBench%02dRound%07dA", round, i);
  }

  /// One whole request.
  private static byte[] request(URI to, int round, int i) {
    long now = System.currentTimeMillis() / 1000;
    String inner =
        "<xml><ToUserName><![CDATA["
            + CORP
            + "]]></ToUserName><FromUserName><![CDATA[sys]]></FromUserName><CreateTime>"
            + (now - 60)
            + "</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[change_external_contact]]></Event>"
            + "<ChangeType><![CDATA[add_external_contact]]></ChangeType><UserID><![CDATA[guide"
            + i % 200
            + "]]></UserID><ExternalUserID><![CDATA["
            + customer(round, i)
            + "]]></ExternalUserID><State><![CDATA[store"
            + i % 50
            + "]]></State><WelcomeCode><![CDATA[WC"
            + i
            + "]]></WelcomeCode></xml>";
    String encrypt = KEY.close(inner, String.format(Locale.ROOT, "%016d", i), CORP);
    String body =
        "<xml><ToUserName><![CDATA["
            + CORP
            + "]]></ToUserName><Encrypt><![CDATA["
            + encrypt
            + "]]></Encrypt><AgentID><![CDATA[]]></AgentID></xml>";
    String time = Long.toString(now);
    return ("POST /callbacks/wecom?msg_signature="
            + KEY.signature(time, "n" + i, encrypt)
            + "&timestamp="
            + time
            + "&nonce=n"
            + i
            + " HTTP/1.1\r\nHost: "
            + to.getHost()
            + "\r\nContent-Type: text/xml\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  private record Ran(double perSecond, double p50Ms, double p99Ms) {}

  /// One round against one door.
  private static final class Load {
    private final URI to;
    private final int connections;
    private final List<byte[]> requests = new ArrayList<>();

    Load(String url, int round, int count, int connections) {
      this.to = URI.create(url);
      this.connections = connections;
      for (int i = 0; i < count; i++) {
        byte[] request = request(to, round, i);
        requests.add(request);
        if (i % ONE_IN == 0) {
          requests.add(request);
          requests.add(request);
        }
      }
    }

    Ran run() {
      long[] latencies = new long[requests.size()];
      long began = System.nanoTime();
      try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
        var running = new ArrayList<Future<Boolean>>();
        for (int connection = 0; connection < connections; connection++) {
          int first = connection;
          running.add(
              threads.submit(
                  () -> {
                    send(first, latencies);
                    return true;
                  }));
        }
        for (Future<Boolean> one : running) {
          one.get();
        }
      } catch (InterruptedException | ExecutionException e) {
        throw new IllegalStateException(e);
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      Arrays.sort(latencies);
      return new Ran(
          requests.size() / seconds,
          latencies[latencies.length / 2] / 1e6,
          latencies[(int) (latencies.length * 0.99)] / 1e6);
    }

    private void send(int first, long[] latencies) throws IOException {
      try (var socket = new Socket(to.getHost(), to.getPort())) {
        socket.setTcpNoDelay(true);
        InputStream in = new BufferedInputStream(socket.getInputStream(), 4_096);
        OutputStream out = socket.getOutputStream();
        for (int i = first; i < requests.size(); i += connections) {
          long sent = System.nanoTime();
          out.write(requests.get(i));
          success(in);
          latencies[i] = System.nanoTime() - sent;
        }
      }
    }

    private static void success(InputStream in) throws IOException {
      String status = line(in);
      int length = 0;
      for (String header = line(in); !header.isEmpty(); header = line(in)) {
        if (header.regionMatches(true, 0, "Content-Length:", 0, 15)) {
          length = Integer.parseInt(header.substring(15).strip());
        }
      }
      String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
      if (!status.startsWith("HTTP/1.1 200") || !body.equals("success")) {
        throw new IOException(status + " " + body);
      }
    }

    private static String line(InputStream in) throws IOException {
      var line = new StringBuilder(64);
      for (int next = in.read(); next != '\n'; next = in.read()) {
        if (next < 0) {
          throw new IOException("The server closed the connection");
        }
        if (next != '\r') {
          line.append((char) next);
        }
      }
      return line.toString();
    }
  }

  /// @return seconds until everything that was answered became what it becomes
  private static double caughtUp(Subject subject) {
    long began = System.nanoTime();
    while (Scenario.number(subject.door().get("/api/v1/callbacks"), "behind") > 0) {
      if (System.nanoTime() - began > 120e9) {
        throw new IllegalStateException("Callbacks are not worked on");
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
    return (System.nanoTime() - began) / 1e9;
  }

  /// Each callback is one event of one person, and one row of the peer.
  private void compare(Subject subject, WxJavaDoor door) throws SQLException {
    long wanted = (long) PER_ROUND * (repeat + 1);
    var numbers = Scenario.get(subject.door().get("/api/v1/overview"), "numbers");
    long events = Scenario.number(numbers, "events");
    long people = Scenario.number(numbers, "people");
    long rows = door.rows();
    if (events != wanted || people != wanted || rows != (long) PEER_PER_ROUND * (repeat + 1)) {
      throw new IllegalStateException(
          "Of %,d callbacks there are %,d events of %,d people; the peer has %,d rows"
              .formatted(wanted, events, people, rows));
    }
    System.err.printf(Locale.ROOT, "  every one of %,d callbacks is exactly one event%n", wanted);
  }

  /// WxJava's own decryption and reading, and one transaction each.
  private static final class WxJavaDoor implements AutoCloseable {
    private final HttpServer server;
    private final ArrayBlockingQueue<Connection> connections =
        new ArrayBlockingQueue<>(PEER_CONNECTIONS);
    private final ExecutorService threads = Executors.newFixedThreadPool(PEER_CONNECTIONS);
    private final WxCpDefaultConfigImpl config = new WxCpDefaultConfigImpl();
    private final Connection asking;

    static {
      System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    WxJavaDoor(Database database) throws SQLException, IOException {
      config.setCorpId(CORP);
      config.setToken(TOKEN);
      config.setAesKey(AES);
      this.asking =
          DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
      try (Statement sql = asking.createStatement()) {
        sql.execute("create table callback (id text primary key, body text not null)");
      }
      for (int i = 0; i < PEER_CONNECTIONS; i++) {
        connections.add(
            DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password()));
      }
      this.server =
          HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 512);
      server.setExecutor(threads);
      server.createContext("/", this::take);
      server.start();
    }

    String url() {
      return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void take(HttpExchange exchange) throws IOException {
      try (exchange) {
        Map<String, String> query = new HashMap<>();
        for (String pair : exchange.getRequestURI().getRawQuery().split("&")) {
          query.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
        }
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        WxCpXmlMessage message =
            WxCpXmlMessage.fromEncryptedXml(
                body,
                config,
                query.get("timestamp"),
                query.get("nonce"),
                query.get("msg_signature"));
        insert(
            String.join(
                "/",
                message.getChangeType(),
                message.getUserId(),
                message.getExternalUserId(),
                String.valueOf(message.getCreateTime())),
            body);
        byte[] answer = "success".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, answer.length);
        exchange.getResponseBody().write(answer);
      }
    }

    private void insert(String id, String body) throws IOException {
      try {
        Connection connection = connections.take();
        try (PreparedStatement sql =
            connection.prepareStatement(
                "insert into callback values (?, ?) on conflict do nothing")) {
          sql.setString(1, id);
          sql.setString(2, body);
          sql.executeUpdate();
        } finally {
          connections.add(connection);
        }
      } catch (SQLException e) {
        throw new IOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
    }

    long rows() throws SQLException {
      try (Statement sql = asking.createStatement();
          ResultSet row = sql.executeQuery("select count(*) from callback")) {
        row.next();
        return row.getLong(1);
      }
    }

    @Override
    public void close() {
      server.stop(0);
      threads.shutdownNow();
      for (Connection each : connections) {
        close(each);
      }
      close(asking);
    }

    private static void close(Connection connection) {
      try {
        connection.close();
      } catch (SQLException e) {
        System.err.println("  a connection did not close: " + e.getMessage());
      }
    }
  }
}
