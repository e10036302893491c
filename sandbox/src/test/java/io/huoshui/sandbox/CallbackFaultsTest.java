package io.huoshui.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Callbacks that are lost, come three times, or come late, on purpose.
class CallbackFaultsTest {
  private static final String KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";
  private static final int PEOPLE = 200;

  @TempDir Path dir;

  /// @param arrived the queries of callbacks, in order
  private record Day(List<String> arrived, JsonNode delivered) {}

  private Day day(String name, String faults) throws Exception {
    try (var server = new FakeHuoshui()) {
      Path secrets =
          Files.writeString(
              dir.resolve(name + ".json"),
              """
              {"writeKeys":{"mini_program":"key-mini_program"},"callbackToken":"cbtoken",
               "wecom":{"corpId":"ww1","secret":"s","token":"tok","encodingAesKey":"%s"}}
              """
                  .formatted(KEY));
      try (var sandbox =
          Sandbox.start(
              List.of(
                  "--data", dir.resolve(name).toString(),
                  "--people", "0",
                  "--server", server.url(),
                  "--secrets", secrets.toString()))) {
        post(sandbox.url() + "/sandbox/faults", faults);
        var crowd = new StringBuilder();
        var customers = JsonMapper.shared().createArrayNode();
        for (int i = 0; i < PEOPLE; i++) {
          crowd.append(
              """
              {"identifiers":[{"kind":"externalUserid","scope":"ww1","value":"wmCrowdAAAAAA%d"}],"ordersPer30Days":0,"averageBasketFen":1}
              """
                  .formatted(i));
          customers.add("wmCrowdAAAAAA" + i);
        }
        post(sandbox.url() + "/sandbox/crowd", crowd.toString());
        String token =
            post(sandbox.url() + "/cgi-bin/gettoken?corpid=ww1&corpsecret=s", "")
                .path("access_token")
                .stringValue();
        for (int i = 0; i < 4; i++) {
          var task = JsonMapper.shared().createObjectNode();
          task.put("sender", "guide-000" + i).putObject("text").put("content", "在吗" + i);
          task.set("external_userid", customers);
          post(
              sandbox.url() + "/cgi-bin/externalcontact/add_msg_template?access_token=" + token,
              task.toString());
        }
        JsonNode step =
            post(sandbox.url() + "/sandbox/clock", "{\"to\":\"2026-07-03T00:00:00+08:00\"}");
        return new Day(
            server.callbacks.stream().map(FakeHuoshui.Callback::query).toList(),
            step.path("delivered"));
      }
    }
  }

  private static Map<String, Integer> times(List<String> arrived) {
    var times = new HashMap<String, Integer>();
    arrived.forEach(each -> times.merge(each, 1, Integer::sum));
    return times;
  }

  @Test
  void lostRepeatedAndLateOnesAreCounted() throws Exception {
    Day good = day("good", "{}");
    Day bad =
        day("bad", "{\"callbacks\":{\"dropShare\":0.3,\"duplicateShare\":0.2,\"lateShare\":0.2}}");
    Map<String, Integer> wanted = times(good.arrived());
    Map<String, Integer> came = times(bad.arrived());
    assertThat(good.arrived()).hasSizeGreaterThan(10);
    assertThat(wanted.values()).containsOnly(1);
    assertThat(wanted.keySet()).containsAll(came.keySet());

    int lost = bad.delivered().path("callbacksLost").asInt(0);
    int repeated = bad.delivered().path("callbacksRepeated").asInt(0);
    int late = bad.delivered().path("callbacksLate").asInt(0);
    assertThat(lost).isPositive().isEqualTo(wanted.size() - came.size());
    assertThat(repeated)
        .isPositive()
        .isEqualTo((int) came.values().stream().filter(times -> times == 3).count());
    assertThat(late).isPositive();
    // Whoever is late comes last, the last one first.
    List<String> tail = bad.arrived().subList(bad.arrived().size() - late, bad.arrived().size());
    assertThat(tail.reversed()).isEqualTo(good.arrived().stream().filter(tail::contains).toList());
  }

  private static JsonNode post(String url, String body) throws IOException, InterruptedException {
    return JsonMapper.shared()
        .readTree(
            HttpClient.newHttpClient()
                .send(
                    HttpRequest.newBuilder(URI.create(url))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                    HttpResponse.BodyHandlers.ofString())
                .body());
  }
}
