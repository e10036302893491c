package io.huoshui.platforms.llm;

import io.huoshui.dialog.CallFlow;
import io.huoshui.dialog.Ear;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Asks a model what was meant, where the flow's own ear is not sure. Too late, unreachable, or
/// something else than one of the intents: then nothing was understood, as without it.
///
/// What the person said leaves the house for it, without who said it. Another answer may come
/// another time: a talk that asked it can not be repeated.
public final class ChatEar implements Ear {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int EXAMPLES = 3;
  private static final int LONGEST = 200;
  private static final String NONE = "none";

  private final Account account;
  private final URI endpoint;
  private final CallFlow flow;
  private final Ear own;
  private final HttpClient http;

  /// @param url the API's address, up to `/v1`
  /// @param patience how long a person is kept waiting for it, at most
  public record Account(String url, String key, String model, Duration patience) {
    @Override
    public String toString() {
      return "Account[" + url + ", " + model + "]";
    }
  }

  /// @param own the flow's ear, which is asked first
  public ChatEar(Account account, CallFlow flow, Ear own) {
    this.account = account;
    this.endpoint =
        URI.create(
            (account.url().endsWith("/") ? account.url() : account.url() + "/")
                + "chat/completions");
    this.flow = flow;
    this.own = own;
    this.http =
        HttpClient.newBuilder()
            .connectTimeout(account.patience())
            .version(HttpClient.Version.HTTP_1_1)
            .build();
  }

  @Override
  public Heard hear(String said, Set<String> expected) {
    Heard sure = own.hear(said, expected);
    if (sure.intent() != null || said.isBlank()) {
      return sure;
    }
    String meant = ask(said, expected);
    return meant == null ? sure : new Heard(meant, sure.confidence(), "model", meant);
  }

  private @Nullable String ask(String said, Set<String> expected) {
    HttpRequest request =
        HttpRequest.newBuilder(endpoint)
            .timeout(account.patience())
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + account.key())
            .POST(
                HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body(said, expected))))
            .build();
    try {
      HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (response.statusCode() != 200) {
        return null;
      }
      JsonNode choice = JSON.readTree(response.body()).path("choices").path(0);
      String answer = choice.path("message").path("content").asString("").strip();
      return expected.contains(answer) ? answer : null;
    } catch (IOException | JacksonException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private ObjectNode body(String said, Set<String> expected) {
    var asked =
        new StringBuilder("What does a customer on the phone mean? Answer with one name of");
    asked.append(" this list and nothing else, or with ").append(NONE).append(".\n");
    for (String name : new TreeSet<>(expected)) {
      CallFlow.Intent intent = flow.intent(name);
      if (intent != null) {
        asked
            .append(name)
            .append(": ")
            .append(intent.title())
            .append("; ")
            .append(String.join(" / ", intent.examples().stream().limit(EXAMPLES).toList()))
            .append('\n');
      }
    }
    ObjectNode body =
        JSON.createObjectNode()
            .put("model", account.model())
            .put("temperature", 0)
            .put("max_tokens", 16);
    ArrayNode messages = body.putArray("messages");
    messages.addObject().put("role", "system").put("content", asked.toString());
    messages
        .addObject()
        .put("role", "user")
        .put("content", said.length() <= LONGEST ? said : said.substring(0, LONGEST));
    return body;
  }
}
