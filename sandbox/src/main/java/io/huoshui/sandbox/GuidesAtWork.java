package io.huoshui.sandbox;

import io.huoshui.sandbox.customers.Delivery;
import io.huoshui.sandbox.customers.Due;
import io.huoshui.sandbox.customers.Habit;
import io.huoshui.sandbox.delivery.Courier;
import io.huoshui.sandbox.draw.Dice;
import io.huoshui.sandbox.http.Answer;
import io.huoshui.sandbox.http.Call;
import io.huoshui.sandbox.http.Endpoint;
import io.huoshui.sandbox.wecom.WecomStaff;
import io.huoshui.sandbox.world.StaffBook;
import io.huoshui.sandbox.world.World;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Guides who do what stands on the server's task list, each with a session of their own in its
/// sidebar, and customers who answer what a task was about.
///
/// Some tasks are done in time, some late, some never: what becomes of a task is drawn from its
/// name, so it is the same in every run. Guides act when the clock has moved, and begin once they
/// are told to (`POST /sandbox/wecom/guides`).
final class GuidesAtWork implements Endpoint {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /// A guide whom the server does not know as one tries again after this.
  private static final Duration UNKNOWN = Duration.ofHours(12);

  private static final List<String> EVIDENCE =
      List.of("已电话联系,约好周末到店", "已微信发送,客户说考虑一下", "客户不在家,改天再联系", "已送上生日祝福");
  private static final List<String> ANSWERS = List.of("好的,谢谢", "我周末过来看看", "这个还有货吗", "收到");

  /// @param never share of tasks that nobody does
  /// @param late share of the others that are done after their end
  /// @param answered share of those done about which the customer writes
  private record Habits(double never, double late, double answered) {}

  private record Session(String token, Instant until) {}

  private final World world;
  private final WecomStaff staff;
  private final @Nullable URI server;
  private final @Nullable Courier courier;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Session> sessions = new HashMap<>();
  private final PriorityQueue<Due> answers = new PriorityQueue<>();
  private final TreeMap<String, Long> counts = new TreeMap<>();
  private @Nullable Habits habits;

  /// @param server whose tasks they are; null when nobody gives any
  GuidesAtWork(World world, WecomStaff staff, @Nullable URI server, @Nullable Courier courier) {
    this.world = world;
    this.staff = staff;
    this.server = server;
    this.courier = courier;
  }

  static boolean plays(Call call) {
    return call.path().equals("/sandbox/wecom/guides");
  }

  /// `POST {"never", "late", "answered"}` lets them work from now on, `{"work": false}` stops them;
  /// `GET` says what they did.
  @Override
  public Answer answer(Call call) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      if (call.method().equals("POST")) {
        JsonNode asked = JSON.readTree(call.body());
        habits =
            asked.path("work").asBoolean(true)
                ? new Habits(
                    share(asked, "never", Habit.TASK_NEVER_DONE),
                    share(asked, "late", Habit.TASK_DONE_LATE),
                    share(asked, "answered", Habit.TASK_ANSWERED))
                : null;
      }
      var said = JSON.createObjectNode().put("work", habits != null);
      counts.forEach(said::put);
      return Answer.json(said);
    } finally {
      lock.unlock();
    }
  }

  private static double share(JsonNode asked, String name, Habit usual) {
    double share = asked.path(name).asDouble(usual.value());
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(name + ": a share from 0 to 1, got " + share);
    }
    return share;
  }

  /// Does what is due by now.
  ///
  /// @return how many of each kind
  Map<String, Long> play(Instant clock) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      var now = new TreeMap<String, Long>();
      Habits by = habits;
      if (by == null || server == null || courier == null) {
        return now;
      }
      for (StaffBook.Member member :
          world.staff((book, brand, _) -> List.copyOf(book.members(brand).values()))) {
        if (member.there(clock.toEpochMilli())) {
          work(server, member.userid(), by, clock, now);
        }
      }
      var due = new ArrayList<Due>();
      while (answers.peek() instanceof Due next && next.atMs() <= clock.toEpochMilli()) {
        due.add(answers.remove());
      }
      if (!due.isEmpty()) {
        courier.deliver(due);
        now.put("taskAnswers", (long) due.size());
      }
      now.forEach((kind, count) -> counts.merge(kind, count, Long::sum));
      return now;
    } finally {
      lock.unlock();
    }
  }

  private void work(URI at, String userid, Habits by, Instant clock, Map<String, Long> counted)
      throws InterruptedException {
    String token = session(at, userid, clock);
    if (token.isEmpty()) {
      return;
    }
    HttpResponse<byte[]> list = ask(at, "GET", "/api/v1/sidebar/tasks", token, "");
    if (list == null || list.statusCode() != 200) {
      sessions.remove(userid);
      return;
    }
    for (JsonNode task : read(list)) {
      Instant does = doesAt(task, by);
      if (does != null && !does.isAfter(clock)) {
        done(at, token, task, by, clock, counted);
      }
    }
  }

  private void done(
      URI at, String token, JsonNode task, Habits by, Instant clock, Map<String, Long> counted)
      throws InterruptedException {
    String name = task.path("task").asString("");
    Dice dice = Dice.of(world.settings().seed(), "guide task done", name);
    String evidence = EVIDENCE.get(dice.below(EVIDENCE.size()));
    String body =
        JSON.writeValueAsString(
            Map.of("task", name, "evidence", Map.of("kind", "text", "what", evidence)));
    HttpResponse<byte[]> answer = ask(at, "POST", "/api/v1/sidebar/tasks/done", token, body);
    if (answer == null || answer.statusCode() != 200) {
      counted.merge("tasksRefused", 1L, Long::sum);
      return;
    }
    boolean late = clock.isAfter(Instant.parse(task.path("due").asString("")));
    counted.merge(late ? "tasksDoneLate" : "tasksDone", 1L, Long::sum);
    String customer = task.path("externalUserid").asString("");
    if (!customer.isEmpty() && dice.chance(by.answered())) {
      long writes =
          clock
              .plusSeconds(
                  (long)
                      (3_600
                          * Math.min(40, 0.1 + dice.exponential(Habit.HOURS_UNTIL_READ.value()))))
              .toEpochMilli();
      answers.add(
          new Due(
              writes,
              Dice.hash(world.settings().seed(), customer),
              4,
              new Delivery.Wrote(
                  "task-" + Long.toHexString(Dice.hash(world.settings().seed(), name)),
                  customer,
                  ANSWERS.get(dice.below(ANSWERS.size())),
                  writes)));
    }
  }

  /// When its guide does a task; null for never.
  private @Nullable Instant doesAt(JsonNode task, Habits by) {
    Dice dice = Dice.of(world.settings().seed(), "guide task", task.path("task").asString(""));
    if (dice.chance(by.never())) {
      return null;
    }
    Instant from = Instant.parse(task.path("assignedAt").asString(""));
    Instant due = Instant.parse(task.path("due").asString(""));
    return dice.chance(by.late())
        ? due.plusSeconds((long) (3_600 * (0.5 + dice.exponential(8))))
        : from.plusMillis((long) (dice.uniform() * Duration.between(from, due).toMillis()));
  }

  /// A token of this guide's own; empty where the server gives none.
  private String session(URI at, String userid, Instant clock) throws InterruptedException {
    Session known = sessions.get(userid);
    if (known != null && clock.isBefore(known.until())) {
      return known.token();
    }
    HttpResponse<byte[]> answer =
        ask(
            at,
            "POST",
            "/api/v1/sidebar/session",
            "",
            JSON.writeValueAsString(Map.of("code", staff.loginCode(userid))));
    if (answer == null) {
      return "";
    }
    String token = answer.statusCode() == 200 ? read(answer).path("token").asString("") : "";
    // A session has twelve hours by the server's clock, which is no sandbox's.
    sessions.put(
        userid, new Session(token, clock.plus(UNKNOWN.minusHours(token.isEmpty() ? 0 : 1))));
    return token;
  }

  private static JsonNode read(HttpResponse<byte[]> answer) {
    try {
      return JSON.readTree(answer.body());
    } catch (JacksonException e) {
      return JSON.createObjectNode();
    }
  }

  /// @return null when the server does not answer: they try again when the clock moves
  private @Nullable HttpResponse<byte[]> ask(
      URI at, String method, String path, String token, String body) throws InterruptedException {
    var request =
        HttpRequest.newBuilder(at.resolve(path))
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException e) {
      return null;
    }
  }
}
