package io.huoshui.bench;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Seal;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.json.Json;
import io.huoshui.server.access.KeyFile;
import io.huoshui.server.demo.Child;
import io.huoshui.server.demo.Door;
import io.huoshui.server.demo.Scenario;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// A server with a million people is killed and started again: how long until it answers a question
/// about all of them. PostgreSQL and the web server start with it. Beside the time, what the people
/// take on disk.
final class RestartBench {
  private static final int EVENTS = 20;
  private static final int BATCH = 10_000;
  private static final Instant NOW = Instant.parse("2026-06-30T16:00:00Z");
  private static final String[] CITIES = {
    "上海", "北京", "广州", "深圳", "杭州", "成都", "武汉", "西安", "南京", "重庆"
  };

  private final int repeat;
  private final int people;

  RestartBench(int repeat, int people) {
    this.repeat = repeat;
    this.people = people;
  }

  void run() {
    Path folder =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "huoshui-bench-restart-" + ProcessHandle.current().pid());
    var clock = List.of("--virtual-from", NOW.toString());
    // The first start makes the folder, its key and its segments.
    Subject.start(folder, clock).close();
    double taken = fill(folder.resolve("server"));
    long columns = size(folder.resolve("server/engine/columns"));
    long rest =
        size(folder.resolve("server/engine/state")) + size(folder.resolve("server/engine/ids"));
    System.err.printf(
        Locale.ROOT,
        "restart: %,d people with %d events each, taken at %,.0f events/s in one process%n"
            + "  on disk per person: columns %,.0f B, identifiers, ids and the rest %,.0f B%n",
        people,
        EVENTS,
        taken,
        columns / (double) people,
        rest / (double) people);
    var seconds = new ArrayList<Double>();
    long count = -1;
    for (int round = 0; round <= repeat; round++) {
      long began = System.nanoTime();
      Child process = Subject.process(folder, clock);
      Json at = process.ready(folder.resolve("server/run/server.json"));
      var door = new Door(Scenario.text(at, "url"), Scenario.text(at, "token"));
      long answer =
          Scenario.number(
              door.post(
                  "/api/v1/segments/count",
                  Json.object("text", Json.of("did order_paid within 365d"))),
              "count");
      double took = (System.nanoTime() - began) / 1e9;
      if (count >= 0 && answer != count) {
        throw new IllegalStateException("After a restart " + answer + " people, before " + count);
      }
      count = answer;
      System.err.printf(
          Locale.ROOT,
          "  round %d: %.2f s to the first answer (%,d people)%n",
          round,
          took,
          answer);
      if (round > 0) {
        seconds.add(took);
      }
      ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
      process.close();
    }
    var figures = new Figures("start to first answer", "s", seconds);
    figures.print();
    Figures.line(
        "restart",
        figures,
        new Figures[0],
        Double.NaN,
        "people",
        people,
        "columnBytesPerPerson",
        columns / (double) people,
        "otherBytesPerPerson",
        rest / (double) people,
        "takenPerSecond",
        taken,
        "firstBar",
        5);
  }

  private double fill(Path folder) {
    long began = System.nanoTime();
    try (Engine engine =
        Engine.open(
            new Engine.Settings(
                folder.resolve("engine"),
                new Seal(KeyFile.read(folder.resolve("keys/engine.key"))),
                ZoneId.of("Asia/Shanghai"),
                "http://127.0.0.1",
                InstantSource.fixed(NOW)),
            _ -> {})) {
      var batch = new ArrayList<Event>(BATCH);
      for (int person = 0; person < people; person++) {
        for (int i = 0; i < EVENTS; i++) {
          batch.add(event(person, i));
        }
        if (batch.size() + EVENTS > BATCH) {
          engine.take(batch);
          batch.clear();
        }
        if (person % 100_000 == 99_999) {
          System.err.printf(
              Locale.ROOT,
              "  %,d people, %,.0f events/s%n",
              person + 1,
              (person + 1.0) * EVENTS / ((System.nanoTime() - began) / 1e9));
        }
      }
      engine.take(batch);
    }
    return (double) people * EVENTS / ((System.nanoTime() - began) / 1e9);
  }

  /// A bit of chance from two numbers.
  private static int draw(int person, int i, int sides) {
    long z = person * 0x9E3779B97F4A7C15L + i * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return (int) Long.remainderUnsigned(z ^ (z >>> 31), sides);
  }

  private static Event event(int person, int i) {
    String id = person + "-" + i;
    Instant time = NOW.minusSeconds((EVENTS - i) * 1_500_000L + draw(person, i, 1_400_000));
    Identifier phone = Identifier.of(IdentifierKind.PHONE, "1" + (38_0000_0000L + person));
    if (i == 0) {
      return new Event(
          id,
          "profile_updated",
          time,
          "crm",
          List.of(
              phone,
              Identifier.of(IdentifierKind.MEMBER_NUMBER, "M" + (10_000_000 + person)),
              Identifier.of(IdentifierKind.EXTERNAL_USERID, "ww1", "wm" + id(person))),
          traits(person));
    }
    int kind = draw(person, 100 + i, 10);
    if (kind < 3) {
      return new Event(
          id,
          "order_paid",
          time,
          "tmall",
          List.of(phone),
          Properties.of("orderId", id, "amountFen", 100L * (9 + draw(person, 200 + i, 900))));
    }
    return kind < 7
        ? new Event(
            id,
            "product_viewed",
            time,
            "mini",
            List.of(phone),
            Properties.of("sku", "sku" + draw(person, 300 + i, 400)))
        : new Event(id, "page_viewed", time, "mini", List.of(phone), Properties.NONE);
  }

  private static String id(int person) {
    return Long.toString((person + 1) * 0x9E3779B97F4A7C15L & Long.MAX_VALUE, 36);
  }

  private static Properties traits(int person) {
    String[] keys = new String[20];
    Value[] values = new Value[20];
    keys[0] = "name";
    values[0] = Value.of("客" + Integer.toString(person, 36));
    keys[1] = "city";
    values[1] = Value.of(CITIES[draw(person, 1, CITIES.length)]);
    keys[2] = "birthday";
    values[2] =
        Value.of("19" + (60 + draw(person, 2, 40)) + "-0" + (1 + draw(person, 3, 9)) + "-11");
    keys[3] = "member";
    values[3] = Value.of(draw(person, 4, 2) == 0);
    for (int trait = 4; trait < 20; trait++) {
      keys[trait] = "trait" + trait;
      values[trait] =
          trait % 2 == 0
              ? Value.of(draw(person, 10 + trait, 10 * trait))
              : Value.of("level" + draw(person, 10 + trait, 6));
    }
    return Properties.of(keys, values, 20);
  }

  private static long size(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(RestartBench::bytes).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long bytes(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
