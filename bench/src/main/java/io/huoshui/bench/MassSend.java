package io.huoshui.bench;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Entry;
import io.huoshui.engine.Seal;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.json.Json;
import io.huoshui.platforms.account.Account;
import io.huoshui.platforms.account.Allowances;
import io.huoshui.platforms.account.Clients;
import io.huoshui.platforms.account.Platform;
import io.huoshui.platforms.wecom.WecomChannel;
import io.huoshui.reach.Channel;
import io.huoshui.reach.MassProgress;
import io.huoshui.sandbox.Sandbox;
import io.huoshui.sandbox.brand.Brand;
import io.huoshui.server.access.KeyFile;
import io.huoshui.server.reach.Channels;
import io.huoshui.server.reach.Outbox;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import me.chanjar.weixin.cp.api.WxCpService;

/// One mass task over WeCom: an engine, the server's outbox, WxJava, and a sandbox behind HTTP that
/// counts what it is asked and how often a limit was passed.
///
/// Everybody of the sandbox's brand who is a guide's contact is meant. Guides are who the
/// template's `{guide}` stands for, so each call carries the customers of one of them.
final class MassSend implements AutoCloseable {
  static final String JOURNEY = "mass_1";

  private static final Instant START = Instant.parse("2026-07-01T02:00:00Z");
  private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
  private static final String CORP = "ww5a17fe0d4c2b9e31";
  private static final int BATCH = 10_000;

  private final HttpClient http = HttpClient.newHttpClient();
  private final Path folder;
  private final Sandbox sandbox;
  private final Brand brand;
  private Engine engine;
  private Instant now = START.plusSeconds(60);
  private int people;

  /// @param population of the sandbox's brand; the contacts among them are those who are meant
  static MassSend begin(Path folder, int population, int most) {
    try {
      return new MassSend(folder, population, most);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private MassSend(Path folder, int population, int most) throws IOException {
    this.folder = folder;
    Path secrets = folder.resolve("secrets.json");
    KeyFile.writePrivately(
        secrets,
        Json.object(
                "callbackToken", Json.of("t"),
                "wecom",
                    Json.object(
                        "corpId", Json.of(CORP),
                        "secret", Json.of("corp-secret"),
                        "token", Json.of("callback"),
                        "encodingAesKey", Json.of("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG")))
            .write());
    this.sandbox =
        Sandbox.start(
            List.of(
                "--data", folder.resolve("sandbox").toString(),
                "--clock", "virtual",
                "--start", START.toString(),
                "--people", String.valueOf(population),
                "--secrets", secrets.toString()));
    this.brand = new Brand(new Brand.Settings(42, population, START, CORP));
    this.engine = open();
    settle(population, most);
  }

  private Engine open() {
    return Engine.open(
        new Engine.Settings(
            folder.resolve("engine"),
            new Seal(new byte[32]),
            ZONE,
            "https://brand.example",
            () -> now),
        _ -> {});
  }

  Engine engine() {
    return engine;
  }

  int people() {
    return people;
  }

  /// What another process finds on the disk as it is now, while this one goes on: what a kill would
  /// leave.
  MassProgress afterAKill(Path copy) {
    try (var files = Files.walk(folder.resolve("engine"))) {
      for (Path file : files.toList()) {
        Path to = copy.resolve(folder.resolve("engine").relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(to);
        } else {
          Files.copy(file, to);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try (Engine again =
        Engine.open(
            new Engine.Settings(
                copy, new Seal(new byte[32]), ZONE, "https://brand.example", () -> now),
            _ -> {})) {
      return again.ask().massProgress(JOURNEY);
    }
  }

  /// The same folder in another process of life.
  void reopen() {
    engine.close();
    engine = open();
  }

  private void settle(int population, int most) {
    engine.publish(
        Entry.Definition.GATE_POLICY,
        "gate",
        "{\"quietFrom\":\"04:00\",\"quietTo\":\"04:01\",\"caps\":[{\"most\":1,\"period\":\"1d\"}]}");
    engine.publish(Entry.Definition.SEGMENT, "contacts", "{\"rule\":\"did contact_added\"}");
    engine.publish(
        Entry.Definition.TEMPLATE,
        "hi",
        "{\"name\":\"hi\",\"channel\":\"wecom\",\"text\":\"夏日新品到店,凭本条消息领取小样。\",\"sender\":\"{guide}\"}");
    var events = new ArrayList<Event>(BATCH);
    for (long person = 0; person < population && people < most; person++) {
      Brand.Contact contact = brand.contact(person);
      if (contact == null || !contact.at(START.toEpochMilli())) {
        continue;
      }
      people++;
      events.add(
          new Event(
              "a" + person,
              "contact_added",
              START.minusSeconds(3_600),
              "wecom",
              List.of(
                  Identifier.of(
                      IdentifierKind.EXTERNAL_USERID, CORP, brand.externalUserid(person))),
              Properties.of("guide", contact.guide())));
      if (events.size() == BATCH) {
        engine.take(events);
        events.clear();
      }
    }
    engine.take(events);
  }

  /// Freezes who is meant, publishes the task's journey and lets everybody meet the gate: from here
  /// on every message has its reason, and what goes lies in the outbox, on disk.
  ///
  /// @return seconds it took
  double plan() {
    long began = System.nanoTime();
    engine.freeze(JOURNEY, "contacts");
    engine.publish(
        Entry.Definition.JOURNEY,
        JOURNEY,
        "{\"journey\":\""
            + JOURNEY
            + "\",\"entry\":{\"audience\":\""
            + JOURNEY
            + "\"},\"steps\":[{\"id\":\"send\",\"send\":\"hi\"}]}");
    engine.launch(JOURNEY);
    tick();
    return (System.nanoTime() - began) / 1e9;
  }

  void tick() {
    now = now.plusSeconds(1);
    engine.advanceTo(now);
  }

  MassProgress progress() {
    return engine.ask().massProgress(JOURNEY);
  }

  /// The corp's client as the server makes it.
  static WxCpService client(String url) {
    return Clients.inMemory()
        .wecom(
            new Account.Wecom(
                "corp", url, CORP, "corp-secret", "", List.of(), Allowances.of(Platform.WECOM)));
  }

  /// The channel as the server makes it.
  Channel channel() {
    return new WecomChannel(client(sandbox.url()));
  }

  /// Hands over until nothing is left.
  ///
  /// @param around what is put around the channel
  Outbox.Drained send(UnaryOperator<Channel> around, int patienceSeconds) {
    return Channels.outbox(engine, List.of(around.apply(channel()))).drain(patienceSeconds);
  }

  /// @param faults as `POST /sandbox/faults` takes them for WeCom
  void faults(String faults) {
    var _ = ask("POST", "/sandbox/faults", "{\"wecom\":" + faults + "}");
  }

  Json ask(String method, String path, String body) {
    try {
      HttpResponse<String> answer =
          http.send(
              HttpRequest.newBuilder(URI.create(sandbox.url() + path))
                  .timeout(Duration.ofMinutes(10))
                  .method(method, HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(path + ": " + answer.statusCode() + " " + answer.body());
      }
      return Json.parse(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /// Messages the platform has for customers.
  long taken() {
    return ask("GET", "/health", "") instanceof Json.Obj health
            && health.get("messages") instanceof Json.Num number
        ? number.number().longValue()
        : -1;
  }

  /// Customers who were sent the same twice.
  int duplicates() {
    return ask("GET", "/sandbox/messages/duplicates", "") instanceof Json.Obj answer
            && answer.get("duplicates") instanceof Json.Arr(List<Json> items)
        ? items.size()
        : -1;
  }

  /// Rules that were broken, with how often.
  String violations() {
    return ask("GET", "/sandbox/limits", "") instanceof Json.Obj answer
            && answer.get("violations") instanceof Json.Obj violations
        ? violations.write()
        : "unknown";
  }

  @Override
  public void close() {
    engine.close();
    try {
      sandbox.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
