package io.huoshui.server.callback;

import io.huoshui.platforms.callback.Refusal;
import io.huoshui.server.access.Problem;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/// `/callbacks/…`: where platforms call. Like the door of events it stands before filters and
/// controllers, which cost more than one callback does; what they guard, the [Desk] checks itself.
///
/// | address | who |
/// |---|---|
/// | `/callbacks/wecom`, `/callbacks/wecom/{account}` | WeCom |
/// | `/callbacks/wechat`, `/callbacks/wechat/{account}` | official accounts and mini-programs |
/// | `/callbacks/sms/report`, `/callbacks/sms/reply` | Aliyun SMS |
/// | `/callbacks/sms/tencent/report`, `/callbacks/sms/tencent/reply` | Tencent SMS, which sends no
/// header of ours: `?token=` |
@Component
final class CallbackDoor extends ValveBase {
  private static final String PATH = "/callbacks/";
  private static final Pattern OURS = Pattern.compile("(wecom|wechat|sms)(/|$)");

  private final Desk desk;
  private final JsonMapper json;

  CallbackDoor(Desk desk, JsonMapper json) {
    super(true);
    this.desk = desk;
    this.json = json;
  }

  @Override
  public void invoke(Request request, Response response) throws IOException, ServletException {
    String path = request.getRequestURI();
    boolean post = "POST".equals(request.getMethod());
    if (!path.startsWith(PATH) || !(post || "GET".equals(request.getMethod()))) {
      getNext().invoke(request, response);
      return;
    }
    String to = path.substring(PATH.length());
    if (!OURS.matcher(to).lookingAt()) {
      // Other rooms have addresses of their own under this one.
      getNext().invoke(request, response);
      return;
    }
    try {
      if (!post) {
        write(response, 200, "text/plain;charset=UTF-8", desk.verify(to, query(request)));
      } else if (to.equals("sms/report") || to.equals("sms/reply")) {
        String token = request.getHeader("X-Callback-Token");
        desk.takeSms(
            to.equals("sms/report") ? Becoming.REPORT : Becoming.REPLY,
            token == null ? "" : token,
            body(request));
        write(response, 200, "application/json", "{\"code\":0,\"msg\":\"成功\"}");
      } else if (to.equals("sms/tencent/report") || to.equals("sms/tencent/reply")) {
        desk.takeSms(
            to.equals("sms/tencent/report") ? Becoming.TENCENT_REPORT : Becoming.TENCENT_REPLY,
            query(request).getOrDefault("token", ""),
            body(request));
        write(response, 200, "application/json", "{\"result\":0,\"errmsg\":\"OK\"}");
      } else {
        desk.take(to, query(request), body(request));
        write(response, 200, "text/plain;charset=UTF-8", "success");
      }
    } catch (Refusal.Refused e) {
      HttpStatus status = HttpStatus.valueOf(e.refusal().status());
      Problem problem = Problem.of(status, e.refusal().wire(), String.valueOf(e.getMessage()));
      write(
          response,
          status.value(),
          "application/problem+json;charset=UTF-8",
          json.writeValueAsString(problem));
    }
  }

  private static void write(Response response, int status, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    response.setStatus(status);
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setContentType(type);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  /// As much as the limit and one byte more, which tells that it is too much.
  private byte[] body(Request request) throws IOException {
    int most = desk.largestBody();
    long length = request.getContentLengthLong();
    if (length > most) {
      return new byte[most + 1];
    }
    return length >= 0
        ? request.getInputStream().readNBytes((int) length)
        : request.getInputStream().readNBytes(most + 1);
  }

  private static Map<String, String> query(Request request) {
    var query = new HashMap<String, String>();
    @Nullable String raw = request.getQueryString();
    if (raw != null) {
      for (String pair : raw.split("&")) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          try {
            query.putIfAbsent(
                pair.substring(0, equals),
                URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
          } catch (IllegalArgumentException e) {
            // A parameter that can not be read is one that is missing.
          }
        }
      }
    }
    return query;
  }
}
