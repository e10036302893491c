package io.huoshui.platforms.llm;

import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.http.client.jdk.JdkHttpClient;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import io.huoshui.dialog.CallFlow;
import io.huoshui.dialog.Ear;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Asks a model what was meant, where the flow's own ear is not sure. Too late, unreachable, or
/// something else than one of the intents: then nothing was understood, as without it.
///
/// What the person said leaves the house for it, without who said it. Another answer may come
/// another time: a talk that asked it can not be repeated.
public final class ChatEar implements Ear {
  private static final int EXAMPLES = 3;
  private static final int LONGEST = 200;
  private static final String NONE = "none";

  /// Of the answer; a name of an intent is no longer.
  private static final int TOKENS = 16;

  private final Duration patience;
  private final CallFlow flow;
  private final Ear own;
  private final ChatModel model;

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
    this.patience = account.patience();
    this.flow = flow;
    this.own = own;
    this.model =
        OpenAiChatModel.builder()
            .baseUrl(account.url())
            .apiKey(account.key())
            .modelName(account.model())
            .temperature(0.0)
            .maxTokens(TOKENS)
            .timeout(patience)
            // Somebody waits on the phone: the second answer would come too late.
            .maxRetries(0)
            .httpClientBuilder(
                JdkHttpClient.builder()
                    .httpClientBuilder(
                        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)))
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
    var asking = new FutureTask<>(() -> answer(said, expected));
    Thread.ofVirtual().start(asking);
    try {
      // The client's own timeout ends with the first byte of the answer.
      String answer = asking.get(patience.toNanos(), TimeUnit.NANOSECONDS);
      return answer != null && expected.contains(answer.strip()) ? answer.strip() : null;
    } catch (ExecutionException | TimeoutException e) {
      asking.cancel(true);
      return null;
    } catch (InterruptedException e) {
      asking.cancel(true);
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private @Nullable String answer(String said, Set<String> expected) {
    return model
        .chat(
            SystemMessage.from(question(expected)),
            UserMessage.from(said.length() <= LONGEST ? said : said.substring(0, LONGEST)))
        .aiMessage()
        .text();
  }

  private String question(Set<String> expected) {
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
    return asked.toString();
  }
}
