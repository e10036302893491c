package io.huoshui.sandbox.delivery;

import io.huoshui.event.Event;
import io.huoshui.sandbox.Secrets;
import io.huoshui.sandbox.brand.EventLines;
import io.huoshui.sandbox.customers.Delivery;
import io.huoshui.sandbox.customers.Due;
import io.huoshui.sandbox.draw.Dice;
import io.huoshui.sandbox.wecom.CallbackCrypto;
import io.huoshui.sandbox.world.Faults;
import io.huoshui.sandbox.world.World;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/// Carries dues to the server, each in the form its platform uses.
///
/// Dues of one person leave strictly one after the other; different people's are gathered into
/// fewer calls. Not for several threads.
public final class Courier {
  /// Intake takes at most this many events in one body.
  private static final int MOST_EVENTS = 2000;

  /// The platform puts at most this many receipts into one call (help.aliyun.com/zh/sms, SmsReport,
  /// 2026-11).
  private static final int MOST_RECEIPTS = 100;

  /// WeCom waits this long for an answer (path/96361, 2025-11).
  private static final Duration WECOM_PATIENCE = Duration.ofSeconds(5);

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  /// So many refusals (HTTP 4xx) in a row, about ten seconds, mean that waiting will not help.
  private static final int MOST_REFUSALS = 8;

  private static final DateTimeFormatter BEIJING =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
          .withZone(ZoneOffset.ofHours(8));
  private static final JsonMapper JSON = JsonMapper.shared();

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final URI server;
  private final Secrets secrets;
  private final World world;
  private final Map<String, AtomicLong> counts = new TreeMap<>();

  /// What waits to leave, by where it goes; and where each person's last due is waiting.
  private final Map<String, List<Due>> waiting = new HashMap<>();

  private final Map<Long, String> lastOf = new HashMap<>();

  /// Callbacks that a fault holds back until everything else of the step has left.
  private final Deque<Delivery> late = new ArrayDeque<>();

  public Courier(URI server, Secrets secrets, World world) {
    this.server = server;
    this.secrets = secrets;
    this.world = world;
  }

  /// Delivers all of it, or throws with nothing forgotten.
  ///
  /// @return how many of each kind
  public Map<String, Long> deliver(List<Due> dues) throws InterruptedException {
    counts.clear();
    waiting.clear();
    lastOf.clear();
    late.clear();
    for (Due due : dues) {
      String to = destination(due.delivery());
      String last = lastOf.get(due.person());
      if (last != null && !last.equals(to)) {
        leave(last);
      }
      waiting.computeIfAbsent(to, _ -> new ArrayList<>()).add(due);
      lastOf.put(due.person(), to);
      if (full(to)) {
        leave(to);
      }
    }
    for (String to : List.copyOf(waiting.keySet())) {
      leave(to);
    }
    while (!late.isEmpty()) {
      callBack(late.pop());
    }
    var result = new TreeMap<String, Long>();
    counts.forEach((kind, count) -> result.put(kind, count.get()));
    return result;
  }

  private static String destination(Delivery delivery) {
    return switch (delivery) {
      case Delivery.Happened happened -> "events/" + happened.events().getFirst().source();
      case Delivery.SmsReport _ -> "report";
      case Delivery.SmsReply _ -> "reply";
      case Delivery.Followed _,
          Delivery.Blocked _,
          Delivery.Wrote _,
          Delivery.ContactEdited _,
          Delivery.TagChanged _ ->
          "wecom";
      case Delivery.Clicked _ -> "click";
    };
  }

  private boolean full(String to) {
    List<Due> dues = waiting.getOrDefault(to, List.of());
    return switch (to) {
      case "wecom", "click" -> true;
      case "report", "reply" -> dues.size() >= MOST_RECEIPTS;
      // One order has at most ten events or so.
      default -> dues.size() * 10 >= MOST_EVENTS && events(dues).size() >= MOST_EVENTS - 20;
    };
  }

  private static List<Event> events(List<Due> dues) {
    var events = new ArrayList<Event>();
    for (Due due : dues) {
      if (due.delivery() instanceof Delivery.Happened happened) {
        events.addAll(happened.events());
      }
    }
    return events;
  }

  private void leave(String to) throws InterruptedException {
    List<Due> dues = waiting.remove(to);
    if (dues == null || dues.isEmpty()) {
      return;
    }
    switch (to) {
      case "report" -> post("/callbacks/sms/report", reports(dues));
      case "reply" -> post("/callbacks/sms/reply", replies(dues));
      case "wecom" -> {
        for (Due due : dues) {
          callBackOrFail(due.delivery());
        }
      }
      case "click" -> {
        for (Due due : dues) {
          if (due.delivery() instanceof Delivery.Clicked clicked) {
            open(clicked);
          }
        }
      }
      default -> post(to.substring("events/".length()), events(dues));
    }
    for (Due due : dues) {
      long units = due.delivery() instanceof Delivery.Happened(var events) ? events.size() : 1;
      counts.computeIfAbsent(due.delivery().counted(), _ -> new AtomicLong()).addAndGet(units);
    }
  }

  // ---- intake

  private void post(String source, List<Event> events) throws InterruptedException {
    byte[] body = EventLines.lines(events);
    until(
        "events of " + source,
        () -> {
          String key = secrets.get("writeKeys", source);
          if (key.isEmpty()) {
            return "no write key for source '" + source + "' in the secrets file";
          }
          var response =
              http.send(
                  to("/api/v1/events", PATIENCE)
                      .header("Content-Type", "application/x-ndjson")
                      .header("Authorization", "Bearer " + key)
                      .header("Prefer", "return=minimal")
                      .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                      .build(),
                  HttpResponse.BodyHandlers.ofByteArray());
          if (response.statusCode() / 100 == 2) {
            count("rejectedEvents", rejected(response.body()));
            return "";
          }
          if (response.statusCode() == 401 || response.statusCode() == 403) {
            secrets.readAgain();
          }
          return refused(response.statusCode());
        });
  }

  private static long rejected(byte[] body) {
    try {
      JsonNode rejected = JSON.readTree(body).path("rejected");
      return rejected.isNumber() ? rejected.asLong() : rejected.isArray() ? rejected.size() : 0;
    } catch (JacksonException notJson) {
      return 0;
    }
  }

  private void count(String what, long howMany) {
    if (howMany > 0) {
      counts.computeIfAbsent(what, _ -> new AtomicLong()).addAndGet(howMany);
    }
  }

  // ---- SMS

  private static ArrayNode reports(List<Due> dues) {
    ArrayNode array = JSON.createArrayNode();
    for (Due due : dues) {
      if (due.delivery() instanceof Delivery.SmsReport report) {
        array
            .addObject()
            .put("phone_number", domestic(report.phone()))
            .put("send_time", BEIJING.format(Instant.ofEpochMilli(report.sentMs())))
            .put("report_time", BEIJING.format(Instant.ofEpochMilli(report.reportedMs())))
            .put("success", report.success())
            .put("err_code", report.code())
            .put("err_msg", report.message())
            .put("sms_size", Integer.toString(report.segments()))
            .put("biz_id", report.bizId())
            .put("out_id", report.outId());
      }
    }
    return array;
  }

  private static ArrayNode replies(List<Due> dues) {
    ArrayNode array = JSON.createArrayNode();
    for (Due due : dues) {
      if (due.delivery() instanceof Delivery.SmsReply reply) {
        array
            .addObject()
            .put("phone_number", domestic(reply.phone()))
            .put("send_time", BEIJING.format(Instant.ofEpochMilli(reply.atMs())))
            .put("content", reply.text())
            .put("sign_name", reply.signName())
            .put("dest_code", "10690000")
            .put("sequence_id", Dice.hash(1, reply.key()) >>> 1);
      }
    }
    return array;
  }

  /// The platform reports mainland numbers without the country code.
  private static String domestic(String e164) {
    return e164.startsWith("+86") ? e164.substring(3) : e164.substring(1);
  }

  private void post(String path, ArrayNode body) throws InterruptedException {
    byte[] bytes = JSON.writeValueAsBytes(body);
    until(
        path,
        () -> {
          var response =
              http.send(
                  to(path, PATIENCE)
                      .header("Content-Type", "application/json;charset=utf-8")
                      .header("X-Callback-Token", secrets.get("callbackToken"))
                      .POST(HttpRequest.BodyPublishers.ofByteArray(bytes))
                      .build(),
                  HttpResponse.BodyHandlers.ofByteArray());
          if (response.statusCode() == 401 || response.statusCode() == 403) {
            secrets.readAgain();
          }
          if (response.statusCode() != 200) {
            return refused(response.statusCode());
          }
          return taken(response.body()) ? "" : "the answer is not {\"code\":0}";
        });
  }

  private static boolean taken(byte[] body) {
    try {
      JsonNode code = JSON.readTree(body).path("code");
      return code.isNumber() && code.asInt() == 0;
    } catch (JacksonException notJson) {
      return false;
    }
  }

  // ---- WeCom

  /// As the faults have it; the same seed and delivery always meet the same.
  private void callBackOrFail(Delivery delivery) throws InterruptedException {
    Faults.Calling faults = world.faults().callbacks();
    double draw =
        Dice.of(Dice.hash(Dice.hash(world.settings().seed(), "callback"), delivery.key()))
            .uniform();
    if (draw < faults.dropShare()) {
      if (delivery instanceof Delivery.Wrote wrote) {
        // It was written all the same; only nobody is told.
        world.reveal(wrote);
      }
      count("callbacksLost", 1);
    } else if (draw < faults.dropShare() + faults.duplicateShare()) {
      for (int i = 0; i < 3; i++) {
        callBack(delivery);
      }
      count("callbacksRepeated", 1);
    } else if (draw < faults.dropShare() + faults.duplicateShare() + faults.lateShare()) {
      late.push(delivery);
      count("callbacksLate", 1);
    } else {
      callBack(delivery);
    }
  }

  private void callBack(Delivery delivery) throws InterruptedException {
    if (delivery instanceof Delivery.Wrote wrote) {
      world.reveal(wrote);
    }
    until("/callbacks/wecom", () -> callBackOnce(delivery));
  }

  private String callBackOnce(Delivery delivery) throws IOException, InterruptedException {
    String corpId = secrets.get("wecom", "corpId");
    String token = secrets.get("wecom", "token");
    String aesKey = secrets.get("wecom", "encodingAesKey");
    if (corpId.isEmpty() || token.isEmpty() || aesKey.isEmpty()) {
      return "no wecom corpId, token or encodingAesKey in the secrets file";
    }
    var crypto = new CallbackCrypto(token, aesKey, corpId);
    long random = Dice.hash(Dice.hash(7, delivery.key()), "nonce");
    var sealed =
        crypto.seal(
            xml(delivery, corpId),
            String.format(Locale.ROOT, "%016x", random),
            Long.toString(atMs(delivery) / 1000),
            Long.toString(random >>> 33));
    String query =
        "?msg_signature=%s&timestamp=%s&nonce=%s"
            .formatted(sealed.signature(), sealed.timestamp(), sealed.nonce());
    String body =
        "<xml><ToUserName><![CDATA[%s]]></ToUserName><Encrypt><![CDATA[%s]]></Encrypt><AgentID><![CDATA[]]></AgentID></xml>"
            .formatted(corpId, sealed.encrypt());
    var response =
        http.send(
            to("/callbacks/wecom" + query, WECOM_PATIENCE)
                .header("Content-Type", "text/xml; charset=utf-8")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      if (response.statusCode() == 401 || response.statusCode() == 403) {
        secrets.readAgain();
      }
      return refused(response.statusCode());
    }
    String answer = response.body().strip();
    return answer.isEmpty() || answer.equals("success")
        ? ""
        : "the answer is neither empty nor 'success'";
  }

  private static long atMs(Delivery delivery) {
    return switch (delivery) {
      case Delivery.Followed followed -> followed.atMs();
      case Delivery.Blocked blocked -> blocked.atMs();
      case Delivery.Wrote wrote -> wrote.atMs();
      case Delivery.ContactEdited edited -> edited.atMs();
      case Delivery.TagChanged changed -> changed.atMs();
      case Delivery.Happened _, Delivery.SmsReport _, Delivery.SmsReply _, Delivery.Clicked _ ->
          throw new IllegalArgumentException("No WeCom callback: " + delivery);
    };
  }

  static String xml(Delivery delivery, String corpId) {
    String inner =
        switch (delivery) {
          case Delivery.Followed followed ->
              event("sys", "change_external_contact")
                  + cdata("ChangeType", "add_external_contact")
                  + cdata("UserID", followed.guide())
                  + cdata("ExternalUserID", followed.externalUserid())
                  + (followed.state().isEmpty() ? "" : cdata("State", followed.state()))
                  + cdata("WelcomeCode", "WELCOME" + followed.key());
          // The customer deleted the guide; del_external_contact would be the guide's doing.
          case Delivery.Blocked blocked ->
              event("sys", "change_external_contact")
                  + cdata("ChangeType", "del_follow_user")
                  + cdata("UserID", blocked.guide())
                  + cdata("ExternalUserID", blocked.externalUserid());
          case Delivery.ContactEdited edited ->
              event("sys", "change_external_contact")
                  + cdata("ChangeType", "edit_external_contact")
                  + cdata("UserID", edited.guide())
                  + cdata("ExternalUserID", edited.externalUserid());
          case Delivery.TagChanged changed ->
              event("sys", "change_external_tag")
                  + cdata("Id", changed.id())
                  + (changed.change().equals("shuffle")
                      ? ""
                      : cdata("TagType", changed.group() ? "tag_group" : "tag"))
                  + cdata("ChangeType", changed.change());
          case Delivery.Wrote wrote ->
              event("", "kf_msg_or_event")
                  + cdata("Token", "KF" + wrote.key())
                  + cdata("OpenKfId", World.OPEN_KFID);
          case Delivery.Happened _, Delivery.SmsReport _, Delivery.SmsReply _, Delivery.Clicked _ ->
              throw new IllegalArgumentException("No WeCom callback: " + delivery);
        };
    return "<xml>"
        + cdata("ToUserName", corpId)
        + "<CreateTime>"
        + atMs(delivery) / 1000
        + "</CreateTime>"
        + cdata("MsgType", "event")
        + inner
        + "</xml>";
  }

  private static String event(String from, String name) {
    return (from.isEmpty() ? "" : cdata("FromUserName", from)) + cdata("Event", name);
  }

  private static String cdata(String name, String value) {
    return "<" + name + "><![CDATA[" + value.replace("]]>", "]] >") + "]]></" + name + ">";
  }

  // ---- links

  /// Opens a link of this machine. Others are nobody's business here: a test must not reach out.
  private void open(Delivery.Clicked clicked) throws InterruptedException {
    URI uri;
    try {
      uri = URI.create(clicked.url());
    } catch (IllegalArgumentException notALink) {
      count("unopenedLinks", 1);
      return;
    }
    String host = uri.getHost();
    if (!"http".equals(uri.getScheme())
        || host == null
        || !(host.equals(server.getHost()) || LOCAL.contains(host))) {
      count("unopenedLinks", 1);
      return;
    }
    until(
        "link",
        () -> {
          var response =
              http.send(
                  HttpRequest.newBuilder(uri).timeout(PATIENCE).GET().build(),
                  HttpResponse.BodyHandlers.discarding());
          // A link that leads nowhere was still opened.
          return response.statusCode() >= 500 ? refused(response.statusCode()) : "";
        });
  }

  private static final List<String> LOCAL = List.of("localhost", "127.0.0.1", "[::1]");

  // ----

  private HttpRequest.Builder to(String pathAndQuery, Duration patience) {
    String base = server.toString();
    return HttpRequest.newBuilder(
            URI.create(
                (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + pathAndQuery))
        .timeout(patience);
  }

  private static String refused(int status) {
    return "HTTP " + status;
  }

  private interface Attempt {
    /// @return empty when it is done, else why not
    String run() throws IOException, InterruptedException;
  }

  /// Tries until it is done. A server that is away, busy or broken (5xx) is waited for without end;
  /// one that keeps refusing (4xx, a missing key) ends the step, not the due.
  private void until(String what, Attempt attempt) throws InterruptedException {
    Duration pause = FIRST_PAUSE;
    int refusals = 0;
    for (int tries = 1; ; tries++) {
      String why;
      try {
        why = attempt.run();
        if (why.isEmpty()) {
          return;
        }
        refusals += why.startsWith("HTTP 5") || why.equals("HTTP 429") ? 0 : 1;
      } catch (IOException e) {
        why = e.getClass().getSimpleName();
      }
      if (refusals > MOST_REFUSALS) {
        throw new ServerUnwilling("The server will not take " + what + ": " + why);
      }
      if (tries == 1 || tries % 30 == 0) {
        System.err.printf(
            Locale.ROOT,
            "sandbox event=waiting for=%s try=%d why=\"%s\"%n",
            what.replace(' ', '_'),
            tries,
            why.replaceAll("\\s+", " "));
      }
      Thread.sleep(pause);
      pause =
          pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
              ? pause.multipliedBy(2)
              : LONGEST_PAUSE;
    }
  }
}
