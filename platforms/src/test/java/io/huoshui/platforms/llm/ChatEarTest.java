package io.huoshui.platforms.llm;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.huoshui.dialog.CallFlow;
import io.huoshui.dialog.CallFlowJson;
import io.huoshui.dialog.Ear;
import io.huoshui.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ChatEarTest {
  private static final CallFlow FLOW =
      CallFlowJson.read(
          Json.parse(
              "{\"flow\":\"f\",\"start\":\"a\",\"nodes\":[{\"id\":\"a\",\"lines\":[{\"id\":\"l\",\"say\":\"x\"}],"
                  + "\"end\":{\"outcome\":\"o\",\"level\":\"A\"}}],\"intents\":[{\"name\":\"price\",\"title\":\"多少钱\",\"examples\":[\"多少钱\"]},"
                  + "{\"name\":\"busy\",\"title\":\"没空\",\"examples\":[\"没空\"]}]}"));

  private static final Set<String> EXPECTED = Set.of("price", "busy");

  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch hold = new CountDownLatch(1);
  private volatile String answer = "";
  private volatile int status = 200;
  private volatile boolean late;
  private volatile boolean slow;
  private HttpServer server;
  private ExecutorService threads;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 10);
    threads = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            asked.add(
                exchange.getRequestURI()
                    + " "
                    + exchange.getRequestHeaders().getFirst("Authorization")
                    + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            if (late) {
              hold.await();
            }
            byte[] body =
                ("{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\""
                        + answer
                        + "\"}}]}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body, 0, 1);
            if (slow) {
              exchange.getResponseBody().flush();
              hold.await();
            }
            exchange.getResponseBody().write(body, 1, body.length - 1);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    hold.countDown();
    server.stop(0);
    threads.close();
  }

  private Ear ear(Duration patience, Ear own) {
    return new ChatEar(
        new ChatEar.Account(
            "http://127.0.0.1:" + server.getAddress().getPort() + "/v1", "k", "m", patience),
        FLOW,
        own);
  }

  /// Has a guess, and is not sure.
  private record Unsure() implements Ear {
    @Override
    public Heard hear(String said, Set<String> expected) {
      return new Heard(null, 0.4, "classifier", "busy");
    }
  }

  @Test
  void isAskedWhereTheFlowIsNotSure() {
    answer = " price ";
    Ear.Heard heard = ear(Duration.ofSeconds(10), new Unsure()).hear("要花几个钱", EXPECTED);
    assertThat(heard.intent()).isEqualTo("price");
    assertThat(heard.by()).isEqualTo("model");
    assertThat(asked.getFirst())
        .startsWith("/v1/chat/completions Bearer k ")
        .containsPattern("\"model\" *: *\"m\"")
        .contains("要花几个钱")
        .contains("price: 多少钱");
  }

  @Test
  void isNotAskedWhereItIs() {
    Ear sure = (_, _) -> new Ear.Heard("busy", 1, "keyword", "busy");
    assertThat(ear(Duration.ofSeconds(10), sure).hear("没空", EXPECTED).by()).isEqualTo("keyword");
    assertThat(asked).isEmpty();
  }

  @Test
  void whatIsNoIntentIsNothing() {
    for (String said : List.of("none", "I think price", "complaint", "")) {
      answer = said;
      assertThat(ear(Duration.ofSeconds(10), new Unsure()).hear("嗯", EXPECTED).intent()).isNull();
    }
    answer = "price";
    status = 500;
    assertThat(ear(Duration.ofSeconds(10), new Unsure()).hear("嗯", EXPECTED).intent()).isNull();
  }

  @Test
  void nobodyIsKeptWaitingForIt() {
    answer = "price";
    late = true;
    Ear.Heard heard = ear(Duration.ofMillis(100), new Unsure()).hear("嗯", EXPECTED);
    assertThat(heard.intent()).isNull();
    assertThat(heard.guess()).isEqualTo("busy");
    late = false;
    slow = true;
    assertThat(ear(Duration.ofMillis(500), new Unsure()).hear("嗯", EXPECTED).intent()).isNull();
  }

  @Test
  void whatIsNotThereIsNothingUnderstood() {
    server.stop(0);
    assertThat(ear(Duration.ofSeconds(10), new Unsure()).hear("嗯", EXPECTED).intent()).isNull();
  }
}
