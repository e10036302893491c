package io.huoshui.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.sandbox.brand.Brand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Thirty days with a server that comes and goes.
class CampaignOverHttpTest {
  private static final int PEOPLE = 3000;
  private static final Brand BRAND =
      new Brand(new Brand.Settings(42, PEOPLE, Options.DEFAULT_START, "ww1"));
  private static final List<String> STEPS =
      List.of(
          "2026-07-01T06:00:00+08:00",
          "2026-07-02T00:00:00+08:00",
          "2026-07-06T00:00:00+08:00",
          "2026-08-02T00:00:00+08:00");

  @TempDir Path dir;

  private List<String> flags(String data, FakeHuoshui server) throws IOException {
    return List.of(
        "--data", dir.resolve(data).toString(),
        "--people", "" + PEOPLE,
        "--server", server.url(),
        "--secrets", Platforms.secrets(dir).toString());
  }

  private static List<String> phones() {
    return IntStream.range(0, 900).mapToObj(i -> BRAND.phone(2L * i)).toList();
  }

  private static List<String> contacts() {
    var contacts = new ArrayList<String>();
    for (long person = 0; person < PEOPLE; person++) {
      var contact = BRAND.contact(person);
      if (contact != null && contact.at(Options.DEFAULT_START.toEpochMilli())) {
        contacts.add(BRAND.externalUserid(person));
      }
    }
    return contacts;
  }

  /// Sends what a campaign sends at the beginning of a step, unless it was taken already.
  private static void sendAt(int step, Platforms client, FakeHuoshui server) throws Exception {
    client.token();
    String text = "加企业微信领鲜牛奶 %s/l?state=s%d 券码 HS-T%d".formatted(server.url(), step, step);
    if (!taken(client, phones().getFirst(), text)) {
      assertThat(
              client.send(String.join(",", phones()), text, "k" + step).path("Code").stringValue())
          .isEqualTo("OK");
    }
    String word = "鲜牛奶 券码 HS-W" + step;
    if (!taken(client, contacts().getFirst(), word)) {
      client.task("", word, contacts());
    }
  }

  private static boolean taken(Platforms client, String address, String text) throws Exception {
    for (JsonNode message :
        client
            .get("/sandbox/messages?limit=1000&address=" + address.replace("+", "%2B"))
            .path("messages")) {
      if (message.path("text").stringValue().equals(text)) {
        return true;
      }
    }
    return false;
  }

  @Test
  void aCampaignComesBackAsReceiptsRepliesContactsClicksAndOrders() throws Exception {
    try (var server = new FakeHuoshui();
        var sandbox = Sandbox.start(flags("a", server))) {
      var client = new Platforms(sandbox.url());
      Map<String, Long> delivered = new HashMap<>();
      for (int step = 0; step < STEPS.size(); step++) {
        sendAt(step, client, server);
        JsonNode answer = client.clock(STEPS.get(step));
        assertThat(answer.path("clock").stringValue()).isEqualTo(STEPS.get(step));
        answer
            .path("delivered")
            .propertyStream()
            .forEach(
                entry -> delivered.merge(entry.getKey(), entry.getValue().asLong(), Long::sum));
      }
      assertThat(delivered.keySet())
          .contains(
              "events",
              "smsReports",
              "smsReplies",
              "contactsAdded",
              "contactsDeleted",
              "wecomReplies",
              "clicks");
      assertThat(delivered.get("events")).isEqualTo(server.events.size());
      assertThat(delivered.get("clicks")).isEqualTo(server.clicks.size());
      assertThat(delivered.get("smsReports")).isEqualTo(server.reports.size());
      assertThat(server.batchSizes).allMatch(size -> size <= 2000);
      // Each person's events in time order.
      var lastOf = new HashMap<String, String>();
      for (String line : server.order) {
        String who = line.substring(line.indexOf(' ') + 1).replaceAll("-[a-z0-9]+$", "");
        assertThat(line.substring(0, line.indexOf(' ')))
            .isGreaterThanOrEqualTo(lastOf.getOrDefault(who, ""));
        lastOf.put(who, line.substring(0, line.indexOf(' ')));
      }
      // And over all calls: a receipt before the reply, the reply before the order.
      var heard = new HashMap<String, Instant>();
      int several = 0;
      for (FakeHuoshui.Arrival arrival : server.arrivals) {
        var person = BRAND.ofPhone(arrival.phone());
        if (person.isPresent() && !BRAND.inHousehold(person.getAsLong())) {
          Instant last = heard.put(arrival.phone(), arrival.at());
          several += last == null ? 0 : 1;
          assertThat(arrival.at()).isAfterOrEqualTo(last == null ? Instant.MIN : last);
        }
      }
      assertThat(several).isGreaterThan(100);
      // Standing still and going back are nothing.
      int calls = server.calls.get();
      assertThat(client.clock(STEPS.getFirst()).path("clock").stringValue())
          .isEqualTo(STEPS.getLast());
      assertThat(client.clock(STEPS.getLast()).path("delivered")).isEmpty();
      assertThat(server.calls.get()).isEqualTo(calls);
    }
  }

  @Test
  void organicEventsAreTheBrandsOwn() throws Exception {
    try (var server = new FakeHuoshui();
        var sandbox = Sandbox.start(flags("a", server))) {
      new Platforms(sandbox.url()).clock("2026-08-15T00:00:00+08:00");
      var expected = new HashSet<String>();
      long from = Options.DEFAULT_START.toEpochMilli();
      for (long person = 0; person < PEOPLE; person++) {
        // 45 days span two windows of the plan.
        BRAND.between(person, from, from + 45 * 86_400_000L + 1, event -> expected.add(event.id()));
      }
      assertThat(server.events.keySet()).isEqualTo(expected);
    }
  }

  @Test
  void aServerThatIsAwayIsWaitedForAndNothingIsLost() throws Exception {
    try (var good = new FakeHuoshui();
        var bad = new FakeHuoshui()) {
      // Every third call fails, in turn with an error and with silence.
      bad.status = call -> call % 3 != 0 ? 200 : call % 2 == 0 ? 503 : 0;
      for (FakeHuoshui server : List.of(good, bad)) {
        try (var sandbox = Sandbox.start(flags(server == good ? "good" : "bad", server))) {
          var client = new Platforms(sandbox.url());
          client.send(String.join(",", phones()), "券码 HS-T1", "k");
          client.clock("2026-07-03T00:00:00+08:00");
        }
      }
      assertThat(bad.outcome()).isEqualTo(good.outcome());
    }
  }

  @Test
  void aServerThatRefusesEndsTheStepAndLosesNothing() throws Exception {
    try (var server = new FakeHuoshui();
        var sandbox = Sandbox.start(flags("a", server))) {
      var client = new Platforms(sandbox.url());
      server.status = _ -> 400;
      JsonNode refused = client.clock("2026-07-02T00:00:00+08:00");
      assertThat(refused.path("code").stringValue()).isEqualTo("server_unwilling");
      server.status = _ -> 200;
      JsonNode resumed = client.clock("2026-07-02T00:00:00+08:00");
      assertThat(resumed.path("delivered").path("events").asInt()).isEqualTo(server.events.size());
      assertThat(server.events).isNotEmpty();
    }
  }

  /// A sandbox in a process of its own, so that it can be killed.
  private static final class Child implements AutoCloseable {
    private final Process process;
    final Platforms client;

    Child(List<String> flags) throws IOException {
      var command = new ArrayList<String>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("-Xmx256m");
      command.add("-cp");
      command.add(
          System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
      command.add(Sandbox.class.getName());
      command.addAll(flags);
      process = new ProcessBuilder(command).start();
      var reader =
          new BufferedReader(
              new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8));
      String line = reader.readLine();
      while (line != null && !line.contains("event=start")) {
        line = reader.readLine();
      }
      if (line == null) {
        throw new IOException("The sandbox did not start");
      }
      client = new Platforms(line.replaceAll(".*url=(\\S+).*", "$1"));
      Thread.ofVirtual().start(() -> reader.lines().forEach(_ -> {}));
    }

    void kill() {
      process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
      kill();
    }
  }

  @Test
  void killedAnywhereItEndsAsIfItHadNotBeen() throws Exception {
    // One server for both runs: the link in the text names its port, and texts decide reactions.
    try (var server = new FakeHuoshui()) {
      try (var child = new Child(flags("calm", server))) {
        for (int step = 0; step < STEPS.size(); step++) {
          sendAt(step, child.client, server);
          child.client.clock(STEPS.get(step));
        }
      }
      var calm = server.outcome();
      server.forget();
      var child = new Child(flags("rough", server));
      int kills = 0;
      int step = 0;
      int patience = 3;
      while (step < STEPS.size()) {
        Child current = child;
        int deadline = server.calls.get() + patience;
        boolean strike = kills < 6;
        server.status =
            call -> {
              if (strike && call == deadline) {
                current.process.destroyForcibly();
              }
              return 200;
            };
        try {
          sendAt(step, child.client, server);
          child.client.clock(STEPS.get(step));
          step++;
        } catch (IOException killed) {
          child.kill();
          kills++;
          patience = patience * 2;
          child = new Child(flags("rough", server));
        }
      }
      assertThat(child.client.get("/sandbox/messages/duplicates").path("duplicates")).isEmpty();
      child.close();
      assertThat(kills).isGreaterThanOrEqualTo(3);
      assertThat(server.outcome()).isEqualTo(calm);
    }
  }
}
