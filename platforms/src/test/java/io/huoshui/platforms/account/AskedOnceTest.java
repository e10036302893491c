package io.huoshui.platforms.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.platforms.sms.AliyunSms;
import io.huoshui.platforms.sms.TencentSms;
import io.huoshui.platforms.wecom.WecomAcquisition;
import io.huoshui.platforms.wecom.WecomChannel;
import io.huoshui.reach.Channel;
import io.huoshui.reach.Channel.Envelope;
import io.huoshui.reach.Channel.Outcome;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A platform that takes a call on a kept connection and goes away before it answers may have done
/// what it was asked. No client asks again by itself: a customer would get the message twice.
@Timeout(60)
class AskedOnceTest {
  private static final Envelope ONE =
      new Envelope("k1", "+8613900000001", "T1", "您好", "sender", List.of());
  private static final Envelope CONTACT = new Envelope("k1", "wmOne", "", "您好", "guide", List.of());

  /// Answers what it is asked first, and what gives a token; reads the second call whole, and cuts
  /// the line.
  private static final class Platform implements AutoCloseable {
    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
    private final AtomicInteger lines = new AtomicInteger();
    private volatile String answer = "{}";

    Platform() throws IOException {
      var _ =
          threads.submit(
              () -> {
                while (!door.isClosed()) {
                  Socket line = door.accept();
                  lines.incrementAndGet();
                  var _ = threads.submit(() -> serve(line));
                }
                return true;
              });
    }

    String url() {
      return "http://127.0.0.1:" + door.getLocalPort();
    }

    int asked(String path) {
      return asked.getOrDefault(path, new AtomicInteger()).get();
    }

    private boolean serve(Socket line) throws IOException {
      try (line) {
        var in = new BufferedInputStream(line.getInputStream());
        for (String path = request(in); path != null; path = request(in)) {
          boolean token = path.contains("token");
          int times = asked.computeIfAbsent(path, _ -> new AtomicInteger()).incrementAndGet();
          if (times == 2 && !token) {
            return true;
          }
          byte[] body =
              (token ? "{\"errcode\":0,\"access_token\":\"t\",\"expires_in\":7200}" : answer)
                  .getBytes(StandardCharsets.UTF_8);
          line.getOutputStream()
              .write(
                  ("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: "
                          + body.length
                          + "\r\n\r\n")
                      .getBytes(StandardCharsets.US_ASCII));
          line.getOutputStream().write(body);
          line.getOutputStream().flush();
        }
        return true;
      }
    }

    /// @return the path of a request that was read whole; null at the end of the line
    private static @Nullable String request(InputStream in) throws IOException {
      String first = line(in);
      if (first == null) {
        return null;
      }
      int length = 0;
      for (String header = line(in); header != null && !header.isEmpty(); header = line(in)) {
        String lower = header.toLowerCase(Locale.ROOT);
        assertThat(lower).doesNotContain("transfer-encoding");
        if (lower.startsWith("content-length:")) {
          length = Integer.parseInt(lower.substring(15).strip());
        }
      }
      assertThat(in.readNBytes(length)).hasSize(length);
      String target = first.split(" ", -1)[1];
      return target.contains("?") ? target.substring(0, target.indexOf('?')) : target;
    }

    private static @Nullable String line(InputStream in) throws IOException {
      var read = new ByteArrayOutputStream();
      for (int next = in.read(); next != '\n'; next = in.read()) {
        if (next < 0) {
          return null;
        }
        read.write(next);
      }
      return read.toString(StandardCharsets.UTF_8).stripTrailing();
    }

    @Override
    public void close() throws IOException {
      door.close();
      threads.shutdownNow();
    }
  }

  private Platform platform;

  @BeforeEach
  void begin() throws IOException {
    platform = new Platform();
  }

  @AfterEach
  void end() throws IOException {
    platform.close();
  }

  private void twice(Channel channel, Envelope to, String path) {
    assertThat(channel.handOver("b1", List.of(to)))
        .singleElement()
        .isInstanceOf(Outcome.Accepted.class);
    assertThat(channel.handOver("b2", List.of(to)))
        .singleElement()
        .isInstanceOf(Outcome.Unknown.class);
    assertThat(platform.asked(path)).as("calls of %s", path).isEqualTo(2);
    assertThat(platform.lines.get()).as("kept connections").isEqualTo(1);
  }

  private static CallLimits limits(io.huoshui.platforms.account.Platform platform) {
    return new CallLimits(Allowances.of(platform));
  }

  @Test
  void aTextOverAliyun() {
    platform.answer = "{\"Code\":\"OK\",\"Message\":\"OK\",\"BizId\":\"1\"}";
    twice(
        new AliyunSms(
            new Account.AliyunSms("sms", platform.url(), "id", "key"),
            limits(io.huoshui.platforms.account.Platform.ALIYUN_SMS)),
        ONE,
        "/");
  }

  @Test
  void aTextOverTencent() {
    platform.answer =
        "{\"Response\":{\"SendStatusSet\":[{\"PhoneNumber\":\"+8613900000001\",\"Code\":\"Ok\","
            + "\"SerialNo\":\"1\"}],\"RequestId\":\"r\"}}";
    twice(
        new TencentSms(
            new Account.TencentSms("sms", platform.url(), "id", "key", "1400", "ap-guangzhou"),
            limits(io.huoshui.platforms.account.Platform.TENCENT_SMS)),
        ONE,
        "/");
  }

  private Account.Wecom corp() {
    return new Account.Wecom(
        "corp",
        platform.url(),
        "ww1",
        "s1",
        "",
        List.of(),
        Allowances.of(io.huoshui.platforms.account.Platform.WECOM));
  }

  @Test
  void aMassTaskOfWecom() {
    platform.answer = "{\"errcode\":0,\"errmsg\":\"ok\",\"msgid\":\"m1\",\"fail_list\":[]}";
    twice(
        new WecomChannel(Clients.inMemory().wecom(corp())),
        CONTACT,
        "/cgi-bin/externalcontact/add_msg_template");
  }

  @Test
  void aWelcomeOfWecom() {
    platform.answer = "{\"errcode\":0,\"errmsg\":\"ok\"}";
    var wecom = new WecomAcquisition(Clients.inMemory().wecom(corp()));
    assertThat(wecom.welcome("w1", "您好", List.of()))
        .isInstanceOf(WecomAcquisition.Answer.Done.class);
    assertThat(wecom.welcome("w2", "您好", List.of()))
        .isInstanceOfSatisfying(
            WecomAcquisition.Answer.Failed.class,
            failed -> assertThat(failed.code()).isEqualTo("unknown"));
    assertThat(platform.asked("/cgi-bin/externalcontact/send_welcome_msg")).isEqualTo(2);
  }
}
