package io.huoshui.server.demo;

import io.huoshui.json.Json;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/// `./huoshui demo`: the recipe of the main job, one method per step. Each step first looks whether
/// it was done.
public final class Demo implements AutoCloseable {
  private static final Duration STEP = Duration.ofHours(1);
  private static final int CHUNK = 2_000;
  private static final String CORP = "ww5a17fe0d4c2b9e31";

  private final DemoOptions options;
  private final Scenario scenario;
  private final Path folder;
  private final Progress progress = new Progress();
  private final List<Child> children = new ArrayList<>();
  private final Map<String, String> writeKeys = new TreeMap<>();
  private Json secrets = new Json.Null();
  private Door server = new Door("", "");
  private Door sandbox = new Door("", "");
  private boolean launched;

  private Demo(DemoOptions options) {
    this.options = options;
    this.scenario =
        Scenario.read(
            options
                .home()
                .resolve("examples")
                .resolve(options.scenario())
                .resolve("scenario.yaml"));
    this.folder = options.folder();
  }

  public static void main(String[] arguments) {
    if (List.of(arguments).contains("--help")) {
      System.out.print(DemoOptions.HELP);
      return;
    }
    int status = 0;
    try {
      DemoOptions options = DemoOptions.parse(List.of(arguments));
      var demo = new Demo(options);
      var ended = new CountDownLatch(1);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> demo.endChildren(ended), "demo-end"));
      demo.run();
      if (!options.exit()) {
        ended.await();
      }
    } catch (IllegalArgumentException
        | IllegalStateException
        | UncheckedIOException
        | Door.DoorException e) {
      System.err.println();
      System.err.println("huoshui demo: " + e.getMessage());
      status = 2;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      status = 130;
    }
    System.exit(status);
  }

  private void run() {
    prepare();
    startSandbox();
    startServer();
    bringIn();
    publish();
    runCampaigns();
    Json report = report();
    if (options.json()) {
      System.out.println(report.write());
    }
    DemoReport.print(report, System.err);
    progress.finish();
    if (!options.exit()) {
      String link =
          server.url() + Scenario.text(server.post("/api/v1/console-links", Json.object()), "path");
      System.err.println();
      System.err.println("  控制台 Console (链接一次有效 / works once): " + link);
      System.err.println("  按 Ctrl-C 结束 / Ctrl-C ends it");
    }
  }

  // Step by step.

  private void prepare() {
    progress.stage("准备", "preparing " + options.scenario());
    try {
      Files.createDirectories(folder);
      Child.endOrphan("io.huoshui.server.Huoshui", folder);
      Child.endOrphan("io.huoshui.sandbox.Sandbox", folder);
      try (var socket = new ServerSocket()) {
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), options.port()));
      } catch (BindException e) {
        throw new IllegalStateException(
            "Port "
                + options.port()
                + " is taken by another program. Stop it, or choose another: --port N.",
            e);
      }
      if (options.fresh()) {
        progress.note("清除上次运行", "forgetting the earlier run");
        delete(folder);
        Files.createDirectories(folder);
      }
      Path file = folder.resolve("secrets.json");
      if (Files.exists(file)) {
        secrets = Json.parse(Files.readString(file));
        if (Scenario.get(secrets, "writeKeys") instanceof Json.Obj keys) {
          keys.fields()
              .forEach(
                  (source, key) ->
                      writeKeys.put(source, key instanceof Json.Str(String text) ? text : ""));
        }
      } else {
        secrets =
            Json.object(
                "callbackToken", Json.of(random(24)),
                "wecom",
                    Json.object(
                        "corpId", Json.of(CORP),
                        "secret", Json.of(random(24)),
                        "token", Json.of(random(12).replaceAll("[^A-Za-z0-9]", "x")),
                        "encodingAesKey",
                            Json.of(
                                random(33).replaceAll("[^A-Za-z0-9]", "A").substring(0, 42) + "A")),
                "sms",
                    Json.object(
                        "accessKeyId",
                        Json.of("LTAI" + hex(8)),
                        "accessKeySecret",
                        Json.of(hex(15))));
        writeSecrets("", "");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The demo's folder " + folder + " can not be used: " + e.getMessage(), e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static String random(int bytes) {
    byte[] raw = new byte[bytes];
    new SecureRandom().nextBytes(raw);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(raw);
  }

  private static String hex(int bytes) {
    byte[] raw = new byte[bytes];
    new SecureRandom().nextBytes(raw);
    return HexFormat.of().formatHex(raw);
  }

  /// The same file serves both: the server reads addresses and secrets, the sandbox secrets and
  /// write keys.
  private void writeSecrets(String smsUrl, String wecomUrl) {
    var keys = new LinkedHashMap<String, Json>();
    writeKeys.forEach((source, key) -> keys.put(source, Json.of(key)));
    var fields = new LinkedHashMap<String, Json>();
    if (secrets instanceof Json.Obj object) {
      fields.putAll(object.fields());
    }
    fields.put("writeKeys", new Json.Obj(keys));
    fields.put("sms", with(Scenario.get(secrets, "sms"), "url", smsUrl));
    fields.put("wecom", with(Scenario.get(secrets, "wecom"), "url", wecomUrl));
    secrets = new Json.Obj(fields);
    try {
      io.huoshui.server.access.KeyFile.writePrivately(
          folder.resolve("secrets.json"), secrets.write());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Json with(Json object, String key, String value) {
    var fields = new LinkedHashMap<String, Json>();
    if (object instanceof Json.Obj known) {
      fields.putAll(known.fields());
    }
    if (!value.isEmpty()) {
      fields.put(key, Json.of(value));
    }
    return new Json.Obj(fields);
  }

  private void startSandbox() {
    progress.stage("启动沙箱", "starting the sandbox");
    Path ready = folder.resolve("sandbox-ready.json");
    Child child =
        Child.start(
            "sandbox",
            options.home(),
            "sandbox",
            "io.huoshui.sandbox.Sandbox",
            // It lives a minute: the second compiler would only take the server's cores.
            List.of("-Xmx512m", "-XX:TieredStopAtLevel=1"),
            List.of(
                "--data", folder.resolve("sandbox").toString(),
                "--server", "http://127.0.0.1:" + options.port(),
                "--clock", "virtual",
                "--start", scenario.start().toString(),
                "--days", String.valueOf(options.days()),
                "--seed", String.valueOf(options.seed()),
                "--people", String.valueOf(options.data() == null ? options.people() : 0),
                "--secrets", folder.resolve("secrets.json").toString(),
                "--ready", ready.toString()),
            folder);
    children.add(child);
    sandbox = new Door(Scenario.text(child.ready(ready), "url"), "");
    writeSecrets(sandbox.url(), sandbox.url());
  }

  private void startServer() {
    progress.stage("启动服务", "starting the server");
    Path data = folder.resolve("server");
    Path ready = data.resolve("run/server.json");
    int heap =
        io.huoshui.server.Settings.heapMegabytes(
            options.data() == null ? options.people() : 100_000);
    Child child =
        Child.start(
            "server",
            options.home(),
            "server",
            "io.huoshui.server.Huoshui",
            List.of("-Xmx" + heap + "m"),
            List.of(
                "--data-dir", data.toString(),
                "--port", String.valueOf(options.port()),
                "--virtual-from", scenario.start().toString(),
                "--zone", scenario.zone(),
                "--currency", scenario.currency(),
                "--secrets", folder.resolve("secrets.json").toString()),
            folder);
    children.add(child);
    Json at = child.ready(ready);
    server = new Door(Scenario.text(at, "url"), Scenario.text(at, "token"));
  }

  private String writeKey(String source) {
    return writeKeys.computeIfAbsent(
        source,
        name ->
            Scenario.text(
                server.post("/api/v1/sources", Json.object("name", Json.of(name))), "writeKey"));
  }

  private void bringIn() {
    if (options.data() == null) {
      bringInBrand();
    } else {
      bringInFiles(options.data());
    }
    // The sandbox's customers write with the same keys.
    for (String source :
        List.of(
            "pos", "mini_program", "tmall", "jd", "douyin", "crm", "wecom", "official_account")) {
      writeKey(source);
    }
    writeSecrets(sandbox.url(), sandbox.url());
  }

  /// The synthetic brand, in parts of two thousand people: within a part source by source, always
  /// in the same order, so that an interrupted run that starts again makes the same people with the
  /// same numbers.
  private void bringInBrand() {
    progress.stage("导入合成品牌", "bringing in the synthetic brand");
    Path done = folder.resolve("imported");
    int from = (int) readNumber(done);
    if (from >= options.people()) {
      return;
    }
    long sent = 0;
    try (ExecutorService ahead =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory())) {
      Future<Map<String, Part>> next = fetch(ahead, from);
      while (from < options.people()) {
        int to = Math.min(from + CHUNK, options.people());
        Map<String, Part> parts = next.get();
        if (to < options.people()) {
          next = fetch(ahead, to);
        }
        for (Map.Entry<String, Part> part : parts.entrySet()) {
          Json answer =
              server.post(
                  "/api/v1/events",
                  "application/x-ndjson",
                  part.getValue().bytes.toByteArray(),
                  writeKey(part.getKey()));
          if (Scenario.number(answer, "rejected") > 0) {
            throw new IllegalStateException(
                "The server refused events of the synthetic brand: "
                    + Scenario.list(answer, "items").getFirst().write());
          }
          sent += part.getValue().events;
        }
        from = to;
        writeSecrets(sandbox.url(), sandbox.url());
        Files.writeString(done, Integer.toString(from));
        progress.at(from, options.people(), "people (" + String.format("%,d", sent) + " events)");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("The sandbox's stream broke: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static final class Part {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(1 << 18);
    private int events;
  }

  private Future<Map<String, Part>> fetch(ExecutorService ahead, int from) {
    int to = Math.min(from + CHUNK, options.people());
    return ahead.submit(
        () -> {
          var parts = new TreeMap<String, Part>();
          try (var lines =
              new BufferedReader(
                  new InputStreamReader(
                      sandbox.stream(
                          "/sandbox/brand/events?fromPerson=" + from + "&toPerson=" + to),
                      StandardCharsets.UTF_8),
                  1 << 16)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
              Part part = parts.computeIfAbsent(source(line), _ -> new Part());
              part.bytes.writeBytes(line.getBytes(StandardCharsets.UTF_8));
              part.bytes.write('\n');
              part.events++;
            }
          }
          return parts;
        });
  }

  private static String source(String line) {
    int at = line.indexOf("\"source\":\"");
    int end = line.indexOf('"', at + 10);
    if (at < 0 || end < 0) {
      throw new IllegalStateException("A line of the brand has no source: " + line);
    }
    return line.substring(at + 10, end);
  }

  private static long readNumber(Path file) {
    try {
      return Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void bringInFiles(Path data) {
    progress.stage("导入真实数据", "bringing in " + data.getFileName());
    if (!Files.exists(folder.resolve("imported"))) {
      progress.finish();
      importFiles(data);
      // What is real is told as it is: the thirty simulated days that follow do not mix into it.
      keep("as-imported.json", server.get("/api/v1/overview"));
      mark("imported");
    }
    progress.stage("登记触达地址", "giving real customers simulated addresses");
    if (!Files.exists(folder.resolve("addressed"))) {
      giveAddresses();
      mark("addressed");
    }
  }

  private void mark(String done) {
    keep(done, Json.of(true));
  }

  private void keep(String name, Json json) {
    try {
      Files.writeString(folder.resolve(name), json.write());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Json kept(String name) {
    try {
      return Json.parse(Files.readString(folder.resolve(name)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The same command an operator would use.
  private void importFiles(Path data) {
    Path examples = options.home().resolve("examples").resolve(options.scenario());
    Path keyFile = folder.resolve("import.key");
    try {
      io.huoshui.server.access.KeyFile.writePrivately(
          keyFile, writeKey(options.scenario().replace('-', '_')));
      var command = new ArrayList<String>();
      command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
      command.addAll(
          List.of(
              "--enable-native-access=ALL-UNNAMED",
              "-XX:+UseSerialGC",
              "-Dhuoshui.home=" + options.home(),
              "-cp",
              options.home().resolve("platforms/target/classes")
                  + ":"
                  + Files.readString(options.home().resolve("platforms/target/classpath")).strip(),
              "io.huoshui.platforms.file.Import",
              data.toString(),
              "--map",
              examples.resolve("map.yaml").toString(),
              "--server",
              server.url(),
              "--key-file",
              keyFile.toString(),
              "--rejects",
              folder.resolve("rejects.csv").toString()));
      var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
      builder.environment().put("HUOSHUI_HOME_DATA", folder.resolve("import").toString());
      builder.redirectOutput(folder.resolve("import.log").toFile());
      int status = builder.start().waitFor();
      if (status != 0) {
        throw new IllegalStateException(
            "The import ended with " + status + "; run the demo again to go on.");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /// Real data sets have no phones. Each customer gets one of the sandbox, and a habit to order by:
  /// their own orders per month, halved for every ninety days of silence.
  private void giveAddresses() {
    String source = "contacts";
    String key = writeKey(source);
    var contacts = new StringBuilder();
    var crowd = new StringBuilder();
    String cursor = "";
    int count = 0;
    Instant time = scenario.start().minus(Duration.ofHours(1));
    do {
      Json page =
          server.get("/api/v1/profiles?limit=200" + (cursor.isEmpty() ? "" : "&cursor=" + cursor));
      for (Json line : Scenario.list(page, "items")) {
        Json own = Scenario.list(line, "identifiers").getFirst();
        String phone = String.format("+86199%08d", count);
        String friend = String.format("wm%s%022d", "HS", count);
        String names =
            "["
                + own.write()
                + ",{\"kind\":\"phone\",\"value\":\""
                + phone
                + "\"},{\"kind\":\"externalUserid\",\"scope\":\""
                + CORP
                + "\",\"value\":\""
                + friend
                + "\"}]";
        String id = Scenario.text(line, "id");
        // Seven in ten agreed to SMS, four in ten are WeCom contacts: of a brand that has just
        // begun.
        contacts.append(event("contact/" + id, "profile_updated", time, names, "{}"));
        if (count % 10 < 7) {
          contacts.append(
              event("consent/" + id, "consent_given", time, names, "{\"channel\":\"sms\"}"));
        }
        if (count % 5 < 2) {
          contacts.append(
              event("friend/" + id, "contact_added", time, names, "{\"guide\":\"guide-0001\"}"));
        }
        long orders = Scenario.number(line, "orders");
        long paid = Scenario.number(line, "paidFen");
        long silent = Scenario.number(line, "daysSinceOrder");
        double habit = orders / 12.0 * Math.pow(0.5, silent / 90.0);
        crowd
            .append("{\"identifiers\":")
            .append(names)
            .append(",\"ordersPer30Days\":")
            .append(String.format(java.util.Locale.ROOT, "%.4f", habit))
            .append(",\"averageBasketFen\":")
            .append(orders == 0 ? 1000 : Math.max(100, paid / orders))
            .append(",\"currency\":\"")
            .append(scenario.currency())
            .append("\"}\n");
        count++;
      }
      cursor = Scenario.text(page, "next");
    } while (!cursor.isEmpty());
    server.post(
        "/api/v1/events",
        "application/x-ndjson",
        contacts.toString().getBytes(StandardCharsets.UTF_8),
        key);
    sandbox.post(
        "/sandbox/crowd",
        "application/x-ndjson",
        crowd.toString().getBytes(StandardCharsets.UTF_8),
        "");
  }

  private static String event(
      String id, String name, Instant time, String identifiers, String properties) {
    return "{\"id\":\""
        + id
        + "\",\"name\":\""
        + name
        + "\",\"time\":\""
        + time
        + "\",\"identifiers\":"
        + identifiers
        + ",\"properties\":"
        + properties
        + "}\n";
  }

  private void publish() {
    progress.stage("发布人群与旅程", "publishing segments, templates and journeys");
    if (!server.has("/api/v1/segments/" + scenario.segments().getLast().name())) {
      server.post("/api/v1/gate-policy", scenario.gatePolicy());
      scenario.coupons().forEach(coupon -> server.post("/api/v1/coupon-templates", coupon));
      scenario.templates().forEach(template -> server.post("/api/v1/templates", template));
      for (Scenario.Segment segment : scenario.segments()) {
        server.post(
            "/api/v1/segments",
            Json.object("name", Json.of(segment.name()), "text", Json.of(segment.text())));
      }
    }
    for (Scenario.Campaign campaign : scenario.campaigns()) {
      if (!server.has("/api/v1/journeys/" + campaign.name())) {
        server.post("/api/v1/journeys", campaign.journey());
      }
    }
    if (options.data() != null && !Files.exists(folder.resolve("layers.json"))) {
      keep("segments.json", server.get("/api/v1/segments"));
      keep("layers.json", layers());
    }
  }

  private Json layers() {
    return server.get(
        "/api/v1/layers?sku=" + scenario.heroSku() + "&within=" + scenario.heroWithin());
  }

  /// Steps both clocks by the hour. The server always goes first: what it hands over in an hour
  /// meets the sandbox at the hour before, in a run of one piece and in one that was cut to pieces
  /// alike.
  private void runCampaigns() {
    progress.stage("运行 " + options.days() + " 天", "running " + options.days() + " days");
    Instant end = scenario.start().plus(Duration.ofDays(options.days()));
    Instant launch =
        scenario
            .start()
            .atZone(ZoneId.of(scenario.zone()))
            .toLocalDate()
            .atTime(LocalTime.of(scenario.launchHour(), 0))
            .atZone(ZoneId.of(scenario.zone()))
            .toInstant();
    Instant now = Instant.parse(Scenario.text(server.get("/api/v1/clock"), "now"));
    while (true) {
      step(now);
      if (!now.isBefore(launch)) {
        launch();
      }
      progress.at(Duration.between(scenario.start(), now).toHours(), options.days() * 24L, "hours");
      if (!now.isBefore(end)) {
        return;
      }
      now = now.plus(STEP).isAfter(end) ? end : now.plus(STEP);
    }
  }

  private void step(Instant to) {
    Json body = Json.object("to", Json.of(to.toString()));
    server.post("/api/v1/clock", body);
    sandbox.post("/sandbox/clock", body);
  }

  private void launch() {
    if (launched) {
      return;
    }
    var entered =
        list(server.get("/api/v1/campaigns")).stream().map(c -> Scenario.text(c, "name")).toList();
    for (Scenario.Campaign campaign : scenario.campaigns()) {
      if (!entered.contains(campaign.name())) {
        // The same name again answers with what was frozen first.
        server.post(
            "/api/v1/audiences",
            Json.object(
                "name", Json.of(campaign.audience()), "segment", Json.of(campaign.segment())));
        server.post("/api/v1/journeys/" + campaign.name() + "/launch", Json.object());
      }
    }
    launched = true;
  }

  private static List<Json> list(Json json) {
    return json instanceof Json.Arr(List<Json> items) ? items : List.of();
  }

  private Json report() {
    progress.stage("汇总报告", "putting the report together");
    Json identity = new Json.Null();
    if (options.data() == null) {
      try (var truth = sandbox.stream("/sandbox/brand/truth")) {
        identity =
            server.post("/api/v1/identity/score", "application/x-ndjson", truth.readAllBytes(), "");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    boolean real = options.data() != null;
    return DemoReport.assemble(
        real ? kept("as-imported.json") : server.get("/api/v1/overview"),
        real ? kept("segments.json") : server.get("/api/v1/segments"),
        real ? kept("layers.json") : layers(),
        server.get("/api/v1/campaigns"),
        identity,
        progress.elapsedSeconds());
  }

  private void endChildren(CountDownLatch ended) {
    close();
    ended.countDown();
  }

  @Override
  public void close() {
    // The server first: it may still be talking to the sandbox.
    for (int i = children.size() - 1; i >= 0; i--) {
      children.get(i).close();
    }
  }
}
