package io.huoshui.server.insight.alert;

import io.huoshui.json.Json;
import io.huoshui.json.JsonException;
import io.huoshui.json.Place;
import io.huoshui.server.access.SignedPost;
import jakarta.mail.AuthenticationFailedException;
import jakarta.mail.Authenticator;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.PasswordAuthentication;
import jakarta.mail.SendFailedException;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// Tells a notice to a webhook, a WeCom robot, or by e-mail.
@Component
class Teller {
  static final String WEBHOOK = "webhook";
  static final String ROBOT = "wecom_robot";
  static final String EMAIL = "email";

  /// A robot takes so many bytes of markdown.
  private static final int MOST_MARKDOWN = 4_096;

  /// A robot was called too often: 20 messages a minute.
  private static final int TOO_OFTEN = 45_009;

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int PATIENCE_MS = 20_000;

  private final SignedPost post;
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(5))
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  Teller(SignedPost post) {
    this.post = post;
  }

  /// What is told.
  ///
  /// @param key the same for each try
  /// @param body as [io.huoshui.insight.alert.Alarm#json]
  record Told(String key, String title, String body) {
    private String text(String language) {
      return Json.parse(body) instanceof Json.Obj object
              && object.get(language) instanceof Json.Str(String text)
          ? text
          : title;
    }
  }

  /// What became of it.
  sealed interface Outcome {
    record Taken() implements Outcome {}

    record Refused(String why) implements Outcome {}

    record Later(String why, Duration after) implements Outcome {}
  }

  /// @param target what the route was made of
  Outcome tell(String kind, Json target, Told told) {
    var at = new Place(target, "route");
    return switch (kind) {
      case WEBHOOK -> webhook(at, told);
      case ROBOT -> robot(at.get("url").text(), told);
      case EMAIL -> email(at, told);
      default -> new Outcome.Refused("There are no routes of kind " + kind);
    };
  }

  private Outcome webhook(Place at, Told told) {
    return switch (post.send(
        at.get("url").text(), at.get("secret").text(), told.key(), told.body())) {
      case SignedPost.Outcome.Taken() -> new Outcome.Taken();
      case SignedPost.Outcome.Refused(int status) -> new Outcome.Refused("refused with " + status);
      case SignedPost.Outcome.Later(String why, Duration after) -> new Outcome.Later(why, after);
    };
  }

  /// What a group robot of WeCom takes: `{"msgtype": "markdown", "markdown": {"content": "…"}}`,
  /// answered with `errcode` 0 (developer.work.weixin.qq.com, document 91770).
  private Outcome robot(String url, Told told) {
    String zh = told.text("zh");
    int end = zh.indexOf('\n');
    String content =
        end < 0 ? "**" + zh + "**" : "**" + zh.substring(0, end) + "**" + zh.substring(end);
    String body =
        Json.object(
                "msgtype",
                Json.of("markdown"),
                "markdown",
                Json.object("content", Json.of(cut(content))))
            .write();
    HttpResponse<String> answer;
    try {
      answer =
          http.send(
              HttpRequest.newBuilder(URI.create(url))
                  .timeout(PATIENCE)
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      // The address is the key: it is not said.
      return new Outcome.Later(
          "the robot does not answer: " + e.getClass().getSimpleName(), Duration.ZERO);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Outcome.Later("stopped", Duration.ZERO);
    }
    if (answer.statusCode() / 100 != 2) {
      return new Outcome.Later("answered with " + answer.statusCode(), Duration.ZERO);
    }
    Integer code = errcode(answer.body());
    if (code == null) {
      return new Outcome.Later("answered without an errcode", Duration.ZERO);
    }
    return code == 0
        ? new Outcome.Taken()
        : code == TOO_OFTEN || code == -1
            ? new Outcome.Later("errcode " + code, Duration.ofMinutes(1))
            : new Outcome.Refused("errcode " + code);
  }

  private static @Nullable Integer errcode(String body) {
    try {
      return Json.parse(body) instanceof Json.Obj object
              && object.get("errcode") instanceof Json.Num number
          ? number.number().intValue()
          : null;
    } catch (JsonException e) {
      return null;
    }
  }

  /// To the bytes a robot takes, between two characters.
  private static String cut(String text) {
    if (text.getBytes(StandardCharsets.UTF_8).length <= MOST_MARKDOWN) {
      return text;
    }
    var out = new StringBuilder();
    int bytes = 3;
    for (int i = 0; i < text.length(); ) {
      int letter = text.codePointAt(i);
      bytes += Character.toString(letter).getBytes(StandardCharsets.UTF_8).length;
      if (bytes > MOST_MARKDOWN) {
        break;
      }
      out.appendCodePoint(letter);
      i += Character.charCount(letter);
    }
    return out.append('…').toString();
  }

  private static Outcome email(Place at, Told told) {
    var settings = new Properties();
    settings.put("mail.smtp.host", at.get("host").text());
    settings.put(
        "mail.smtp.port",
        at.get("port").json() instanceof Json.Num port ? port.number().toPlainString() : "25");
    settings.put("mail.smtp.connectiontimeout", "5000");
    settings.put("mail.smtp.timeout", String.valueOf(PATIENCE_MS));
    settings.put("mail.smtp.writetimeout", String.valueOf(PATIENCE_MS));
    String security = at.get("security").text();
    settings.put("mail.smtp.ssl.enable", String.valueOf(security.equals("tls")));
    settings.put("mail.smtp.starttls.required", String.valueOf(security.equals("starttls")));
    settings.put("mail.smtp.starttls.enable", String.valueOf(security.equals("starttls")));
    settings.put("mail.smtp.ssl.checkserveridentity", "true");
    String user = at.get("user").text("");
    Authenticator way = null;
    if (!user.isEmpty()) {
      settings.put("mail.smtp.auth", "true");
      String password = at.get("password").text("");
      way =
          new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
              return new PasswordAuthentication(user, password);
            }
          };
    }
    try {
      Session session = Session.getInstance(settings, way);
      var message =
          new MimeMessage(session) {
            // The same for each try: a mailbox may know it has it.
            @Override
            protected void updateMessageID() throws MessagingException {
              setHeader("Message-ID", "<" + told.key() + "@huoshui>");
            }
          };
      message.setFrom(new InternetAddress(at.get("from").text(), true));
      for (Place to : at.get("to").list()) {
        message.addRecipient(Message.RecipientType.TO, new InternetAddress(to.text(), true));
      }
      message.setSubject(told.title().replaceAll("\\s+", " "), "UTF-8");
      message.setText(told.text("zh") + "\n\n" + told.text("en") + "\n", "UTF-8");
      Transport.send(message);
      return new Outcome.Taken();
    } catch (AuthenticationFailedException e) {
      return new Outcome.Refused("the mail server does not know the user");
    } catch (SendFailedException e) {
      return e.getInvalidAddresses() != null && e.getInvalidAddresses().length > 0
          ? new Outcome.Refused("the mail server does not take: " + first(e))
          : new Outcome.Later("the mail server does not take it: " + first(e), Duration.ZERO);
    } catch (MessagingException e) {
      return new Outcome.Later("the mail server does not answer: " + first(e), Duration.ZERO);
    }
  }

  private static String first(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
