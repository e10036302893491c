package io.huoshui.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.sandbox.brand.Brand;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What somebody sees who watches the phones.
class PhonesOverHttpTest {
  @TempDir Path dir;

  private static String contact() {
    var brand = new Brand(new Brand.Settings(42, 50, Options.DEFAULT_START, "ww1"));
    return LongStream.range(0, 50)
        .filter(
            person -> {
              Brand.Contact contact = brand.contact(person);
              return contact != null && contact.at(Options.DEFAULT_START.toEpochMilli());
            })
        .mapToObj(brand::externalUserid)
        .findFirst()
        .orElseThrow();
  }

  private Sandbox start() throws Exception {
    return Sandbox.start(
        List.of(
            "--data",
            dir.resolve("world").toString(),
            "--people",
            "50",
            "--secrets",
            Platforms.secrets(dir).toString()));
  }

  @Test
  void theRootInABrowserIsThePage() throws Exception {
    try (Sandbox sandbox = start();
        var http = HttpClient.newHttpClient()) {
      HttpResponse<String> page =
          http.send(
              HttpRequest.newBuilder(URI.create(sandbox.url() + "/")).build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
      assertThat(page.body()).contains("/sandbox/phones");
    }
  }

  @Test
  void phonesShowWhatCameNewestFirstAndAfterARestart() throws Exception {
    try (Sandbox sandbox = start()) {
      var client = new Platforms(sandbox.url());
      assertThat(client.get("/sandbox/phones").path("phones")).isEmpty();
      client.send("13800000001", "第一条", "k1");
      client.send("13800000002", "第二条", "k2");
      client.send("13800000001", "第三条", "k3");
    }
    // The phones are the journal's, so they outlive the process.
    try (Sandbox sandbox = start()) {
      JsonNode phones = new Platforms(sandbox.url()).get("/sandbox/phones").path("phones");
      assertThat(phones).hasSize(2);
      assertThat(phones.get(0).path("messages"))
          .extracting(each -> each.path("text").stringValue())
          .containsExactly("第一条", "第三条");
      assertThat(phones.get(0).path("messages").get(0).path("address").stringValue())
          .isEqualTo("+8613800000001");
      assertThat(phones.get(1).path("messages"))
          .extracting(each -> each.path("text").stringValue())
          .containsExactly("第二条");
    }
  }

  @Test
  void whatAPersonWillDoIsNotShownBeforeTheyDoIt() throws Exception {
    try (Sandbox sandbox = start()) {
      var client = new Platforms(sandbox.url());
      client.token();
      client.task("", "今天有新鲜牛奶", List.of(contact()));
      JsonNode message =
          client.get("/sandbox/phones").path("phones").get(0).path("messages").get(0);
      assertThat(message.path("fate").stringValue()).isEqualTo("waiting");
      assertThat(message.path("did")).isEmpty();
      // Nobody listens, and time passes all the same: guides confirm within a day, or never.
      client.clock("2026-07-03T00:00:00+08:00");
      JsonNode later = client.get("/sandbox/phones").path("phones").get(0).path("messages").get(0);
      assertThat(later.path("fate").stringValue()).isEqualTo("delivered");
    }
  }

  @Test
  void moreThanThereIsRoomForIsRefusedWithTheBounds() throws Exception {
    try (Sandbox sandbox = start()) {
      JsonNode refused = new Platforms(sandbox.url()).get("/sandbox/phones?limit=61");
      assertThat(refused.path("detail").stringValue()).isEqualTo("limit: 1 to 60, got '61'");
    }
  }
}
