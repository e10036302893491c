package io.huoshui.sandbox;

import io.huoshui.sandbox.customers.Delivery;
import io.huoshui.sandbox.delivery.Courier;
import io.huoshui.sandbox.draw.Dice;
import io.huoshui.sandbox.http.Answer;
import io.huoshui.sandbox.world.Entry;
import io.huoshui.sandbox.world.WayBook;
import io.huoshui.sandbox.world.World;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// People who scan codes: they open the page behind one where there is a page, add whom the code
/// names at that instant, and the server is called back at once, with the code of a welcome.
final class Scans {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Pattern PICTURE = Pattern.compile("/sandbox/qr/([A-Za-z0-9]+)");
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int MOST = 100_000;

  private final World world;
  private final @Nullable Courier courier;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

  Scans(World world, @Nullable Courier courier) {
    this.world = world;
    this.courier = courier;
  }

  private record Result(String customer, String guide, String configId, String why) {}

  /// `{"page": URL | "config": ID | "state": TEXT, "count": N | "people": [external_userid…],
  /// "atOnce": N, "add": true}`: without `add` they only look at the page.
  Answer scan(JsonNode asked) throws InterruptedException {
    var people = new ArrayList<String>();
    asked.path("people").forEach(one -> people.add(one.asString("")));
    int count = people.isEmpty() ? asked.path("count").asInt(1) : people.size();
    if (count < 1 || count > MOST) {
      throw new IllegalArgumentException("count: 1 to " + MOST + ", got " + count);
    }
    int atOnce = Math.clamp(asked.path("atOnce").asInt(count), 1, count);
    boolean adds = asked.path("add").asBoolean(true);
    // All of the first stand ready before one of them goes.
    var start = new CyclicBarrier(atOnce);
    var turns = new Semaphore(atOnce);
    var results = new ArrayList<Result>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var calls = new ArrayList<Callable<Result>>();
      for (int i = 0; i < count; i++) {
        String person = people.isEmpty() ? "" : people.get(i);
        boolean first = i < atOnce;
        calls.add(() -> one(asked, person, adds, first ? start : null, turns));
      }
      for (var each : threads.invokeAll(calls)) {
        results.add(each.get());
      }
    } catch (ExecutionException e) {
      throw new IllegalArgumentException(String.valueOf(e.getCause()), e);
    }
    return answer(results);
  }

  private static Answer answer(List<Result> results) {
    ObjectNode node = JSON.createObjectNode();
    node.put("added", results.stream().filter(one -> !one.guide().isEmpty()).count());
    ArrayNode list = node.putArray("people");
    for (Result one : results) {
      list.addObject()
          .put("customer", one.customer())
          .put("guide", one.guide())
          .put("config", one.configId())
          .put("why", one.why());
    }
    return Answer.json(node);
  }

  private Result one(
      JsonNode asked, String person, boolean adds, @Nullable CyclicBarrier start, Semaphore turns)
      throws InterruptedException, BrokenBarrierException {
    if (start != null) {
      start.await();
    }
    turns.acquire();
    try {
      String config = config(asked);
      if (config.isEmpty()) {
        return new Result(person, "", "", "the page shows no code");
      }
      return adds ? add(config, person) : new Result(person, "", config, "");
    } catch (IOException e) {
      return new Result(person, "", "", e.toString());
    } finally {
      turns.release();
    }
  }

  private String config(JsonNode asked) throws IOException, InterruptedException {
    String page = asked.path("page").asString("");
    if (!page.isEmpty()) {
      return look(URI.create(page));
    }
    String state = asked.path("state").asString("");
    return state.isEmpty()
        ? asked.path("config").asString("")
        : world.ways(
            (book, _) ->
                book.all("way").stream()
                    .filter(way -> way.state().equals(state))
                    .map(WayBook.Way::configId)
                    .findFirst()
                    .orElse(""));
  }

  /// Opens a page of this machine: a test must not reach out.
  private String look(URI page) throws IOException, InterruptedException {
    if (!"127.0.0.1".equals(page.getHost()) && !"localhost".equals(page.getHost())) {
      throw new IllegalArgumentException("page: only of this machine, got " + page);
    }
    var response =
        http.send(
            HttpRequest.newBuilder(page)
                .timeout(PATIENCE)
                .header("User-Agent", "Mozilla/5.0 MicroMessenger/8.0")
                .build(),
            HttpResponse.BodyHandlers.ofString());
    Matcher picture = PICTURE.matcher(response.body());
    return picture.find() ? picture.group(1) : "";
  }

  private Result add(String config, String person) throws IOException, InterruptedException {
    Optional<Entry.Scanned> came =
        world.ways(
            (book, write) -> {
              WayBook.Way way = book.find(config);
              if (way == null || way.kind().equals("join")) {
                return Optional.empty();
              }
              String customer = person.isEmpty() ? book.newcomer() : person;
              long draw = Dice.hash(Dice.hash(world.settings().seed(), customer), config);
              String guide =
                  way.users().get((int) Long.remainderUnsigned(draw, way.users().size()));
              var entry =
                  new Entry.Scanned(
                      atMs(),
                      config,
                      guide,
                      customer,
                      way.state(),
                      Long.toHexString(Dice.hash(draw, atMs() + book.people())));
              write.accept(entry);
              return Optional.of(entry);
            });
    if (came.isEmpty()) {
      return new Result(person, "", config, "there is no such code");
    }
    Entry.Scanned scanned = came.get();
    String why = "no server to call back";
    if (courier != null) {
      var followed =
          new Delivery.Followed(
              scanned.key(), scanned.guide(), scanned.customer(), scanned.state(), scanned.atMs());
      why = "";
      // The platform tries three times (path/96361).
      for (int tries = 1; tries <= 3; tries++) {
        try {
          why = courier.callBackNow(followed);
        } catch (IOException e) {
          why = e.toString();
        }
        if (why.isEmpty()) {
          break;
        }
        Thread.sleep(100L * tries);
      }
    }
    return new Result(scanned.customer(), scanned.guide(), config, why);
  }

  /// Whole seconds, as callbacks say them.
  private long atMs() {
    return world.clock().toEpochMilli() / 1000 * 1000;
  }

  /// Who came by a code, and when their welcome and their remark followed, in milliseconds after
  /// the server was told.
  Answer adds() {
    return world.ways(
        (book, _) -> {
          ObjectNode node = JSON.createObjectNode();
          ArrayNode list = node.putArray("adds");
          for (WayBook.Add add : book.adds()) {
            Entry.Scanned scanned = add.scanned();
            ObjectNode each =
                list.addObject()
                    .put("customer", scanned.customer())
                    .put("guide", scanned.guide())
                    .put("state", scanned.state())
                    .put("config", scanned.configId())
                    .put("welcomeCode", scanned.welcomeCode())
                    .put("welcome", add.welcome())
                    .put("remark", add.remark());
            if (add.toldNanos() != 0 && add.welcomedNanos() != 0) {
              each.put("welcomeMs", (add.welcomedNanos() - add.toldNanos()) / 1_000_000);
            }
            if (add.toldNanos() != 0 && add.remarkedNanos() != 0) {
              each.put("remarkMs", (add.remarkedNanos() - add.toldNanos()) / 1_000_000);
            }
          }
          return Answer.json(node);
        });
  }
}
