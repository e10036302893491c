package io.huoshui.sandbox.wecom;

import io.huoshui.sandbox.draw.Dice;
import io.huoshui.sandbox.http.Answer;
import io.huoshui.sandbox.http.Call;
import io.huoshui.sandbox.http.Conduct;
import io.huoshui.sandbox.http.Limit;
import io.huoshui.sandbox.world.Entry;
import io.huoshui.sandbox.world.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What goes to groups and to whoever sees a guide's moments, and what is done about mass tasks
/// after they were made: reminding and calling off.
///
/// Owners and guides confirm late, some of them never: one draw for one guide and text. Customers
/// of a guide who published like and comment, some of them, within a day.
final class WecomPosts {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final ZoneId ZONE = ZoneId.of("Asia/Shanghai");
  private static final String ROOM = "posts";
  private static final String PREFIX = "externalcontact/";
  private static final double NEVER_CONFIRMS = 0.08;
  private static final double CONFIRM_HOURS = 2.5;
  private static final double LIKES = 0.05;
  private static final double COMMENTS = 0.01;

  /// So many of a guide's customers look at their moments.
  private static final int VIEWERS = 200;

  /// The job of a moment is done after this long.
  private static final Duration JOB = Duration.ofSeconds(30);

  private static final Set<String> CALLS =
      Set.of(
          PREFIX + "remind_groupmsg_send",
          PREFIX + "cancel_groupmsg_send",
          PREFIX + "add_moment_task",
          PREFIX + "get_moment_task_result",
          PREFIX + "get_moment_list",
          PREFIX + "get_moment_task",
          PREFIX + "get_moment_comments",
          PREFIX + "cancel_moment_task",
          PREFIX + "group_welcome_template/add",
          PREFIX + "group_welcome_template/edit",
          PREFIX + "group_welcome_template/get",
          PREFIX + "group_welcome_template/del");

  private static final class GroupTask {
    final String msgid;
    final String sender;
    final List<String> chats;
    final String text;
    final long atMs;
    long cancelledMs = Long.MAX_VALUE;

    GroupTask(String msgid, String sender, List<String> chats, String text, long atMs) {
      this.msgid = msgid;
      this.sender = sender;
      this.chats = chats;
      this.text = text;
      this.atMs = atMs;
    }
  }

  private static final class Moment {
    final String id;
    final String job;
    final List<String> users;
    final List<String> unknown;
    final String text;
    final long atMs;
    long cancelledMs = Long.MAX_VALUE;

    Moment(
        String id, String job, List<String> users, List<String> unknown, String text, long atMs) {
      this.id = id;
      this.job = job;
      this.users = users;
      this.unknown = unknown;
      this.text = text;
      this.atMs = atMs;
    }
  }

  private final World world;
  private final WecomLimits wecom;
  private final WecomPostLimits limits;
  private final Conduct conduct;
  private final Map<String, GroupTask> groups = new LinkedHashMap<>();
  private final Map<String, Moment> moments = new LinkedHashMap<>();
  private final Map<String, String> welcomes = new LinkedHashMap<>();
  private final Map<String, List<Long>> reminds = new HashMap<>();

  /// Messages that groups got: `chat month` to how many.
  private final Map<String, Integer> got = new HashMap<>();

  WecomPosts(World world, WecomLimits wecom, WecomPostLimits limits, Conduct conduct) {
    this.world = world;
    this.wecom = wecom;
    this.limits = limits;
    this.conduct = conduct;
    world.kept(ROOM).forEach(this::apply);
  }

  static boolean plays(String path) {
    return CALLS.contains(path);
  }

  boolean knows(String msgid) {
    return world.keeping(ROOM, _ -> groups.containsKey(msgid));
  }

  Answer answer(String path, Call call, JsonNode body) {
    return world.keeping(
        ROOM,
        keep ->
            switch (path.substring(PREFIX.length())) {
              case "remind_groupmsg_send" -> remind(body, keep);
              case "cancel_groupmsg_send" -> cancel(body, keep);
              case "add_moment_task" -> addMoment(body, keep);
              case "get_moment_task_result" -> momentResult(call.query("jobid"));
              case "get_moment_list" -> momentList(body);
              case "get_moment_task" -> momentTask(body);
              case "get_moment_comments" -> momentComments(body);
              case "cancel_moment_task" -> cancelMoment(body, keep);
              case "group_welcome_template/add" -> welcome(body, keep);
              case "group_welcome_template/edit" -> editWelcome(body, keep);
              case "group_welcome_template/get" -> getWelcome(body);
              default -> deleteWelcome(body, keep);
            });
  }

  private void write(Consumer<String> keep, ObjectNode node) {
    keep.accept(JSON.writeValueAsString(node));
    apply(new Entry.Kept(world.clock().toEpochMilli(), ROOM, JSON.writeValueAsString(node)));
  }

  private static ObjectNode what(String kind) {
    return JSON.createObjectNode().put("what", kind);
  }

  private void apply(Entry.Kept kept) {
    JsonNode body = JSON.readTree(kept.body());
    String id = body.path("id").asString("");
    switch (body.path("what").asString("")) {
      case "group" -> {
        var task =
            new GroupTask(
                id,
                body.path("sender").asString(""),
                texts(body.path("chats")),
                body.path("text").asString(""),
                kept.atMs());
        groups.put(id, task);
        task.chats.forEach(chat -> got.merge(chat + " " + month(kept.atMs()), 1, Integer::sum));
      }
      case "moment" ->
          moments.put(
              id,
              new Moment(
                  id,
                  body.path("job").asString(""),
                  texts(body.path("users")),
                  texts(body.path("unknown")),
                  body.path("text").asString(""),
                  kept.atMs()));
      case "remind" -> reminds.computeIfAbsent(id, _ -> new ArrayList<>()).add(kept.atMs());
      case "cancel" -> {
        GroupTask task = groups.get(id);
        Moment moment = moments.get(id);
        if (task != null) {
          task.cancelledMs = kept.atMs();
        }
        if (moment != null) {
          moment.cancelledMs = kept.atMs();
        }
      }
      case "welcome" -> welcomes.put(id, body.path("text").asString(""));
      case "welcomeGone" -> welcomes.remove(id);
      default -> throw new IllegalStateException("Nothing of mine: " + kept.body());
    }
  }

  private static String month(long atMs) {
    return YearMonth.from(Instant.ofEpochMilli(atMs).atZone(ZONE)).toString();
  }

  private static List<String> texts(JsonNode array) {
    var found = new LinkedHashSet<String>();
    array.forEach(each -> found.add(each.asString("")));
    return List.copyOf(found);
  }

  private static WecomApi.Refused bad(String why) {
    return new WecomApi.Refused(WecomError.BAD_PARAMETER, why);
  }

  private WecomApi.Refused over(Limit limit, String what) {
    conduct.violated("wecom " + what);
    return bad(what + ": at most " + limit.value());
  }

  // ---- groups

  /// `add_msg_template` with chat type group.
  Answer group(JsonNode request) {
    return world.keeping(ROOM, keep -> group(request, keep));
  }

  private Answer group(JsonNode request, Consumer<String> keep) {
    String text = request.path("text").path("content").asString("");
    String sender = request.path("sender").asString("");
    List<String> chats = texts(request.path("chat_id_list"));
    if (sender.isEmpty()) {
      throw bad("sender is needed with chat_type group");
    }
    if (text.isEmpty() && request.path("attachments").isEmpty()) {
      throw bad("text and attachments are both empty");
    }
    if (text.getBytes(StandardCharsets.UTF_8).length > wecom.textBytes().value()) {
      throw over(wecom.textBytes(), "text.content bytes");
    }
    if (chats.isEmpty()) {
      throw bad("chat_id_list is needed");
    }
    if (chats.size() > limits.chatsPerTask().value()) {
      throw over(limits.chatsPerTask(), "chat_id_list");
    }
    long now = world.clock().toEpochMilli();
    int most = YearMonth.from(Instant.ofEpochMilli(now).atZone(ZONE)).lengthOfMonth();
    ArrayNode failed = JSON.createArrayNode();
    var taken = new ArrayList<String>();
    for (String chat : chats) {
      boolean known = chat.matches("wr[A-Za-z0-9_-]{4,62}");
      if (known && got.getOrDefault(chat + " " + month(now), 0) < most) {
        taken.add(chat);
      } else {
        failed.add(chat);
        if (known) {
          conduct.violated("wecom 41048 messages to a group in a month");
        }
      }
    }
    if (taken.isEmpty()) {
      return WecomApi.error(WecomError.NOBODY_TO_SEND_TO, "");
    }
    String id = "msgHuoshuiGroup" + Long.toHexString(Dice.hash(groups.size(), sender + text));
    ObjectNode task = what("group").put("id", id).put("sender", sender).put("text", text);
    taken.forEach(task.putArray("chats")::add);
    write(keep, task);
    return Answer.json(WecomApi.ok().put("msgid", id).set("fail_list", failed));
  }

  Answer groupTasks(JsonNode request, long from, long to) {
    return world.keeping(
        ROOM,
        _ -> {
          var found =
              groups.values().stream()
                  .filter(task -> task.atMs / 1000 >= from && task.atMs / 1000 <= to)
                  .toList();
          WecomApi.Page page = WecomApi.page(request, 50, 100);
          ObjectNode answer = WecomApi.ok();
          ArrayNode list = answer.putArray("group_msg_list");
          for (GroupTask task : WecomApi.slice(found, page)) {
            ObjectNode node = list.addObject();
            node.put("msgid", task.msgid)
                .put("creator", task.sender)
                .put("create_time", task.atMs / 1000)
                .put("create_type", 0);
            node.putObject("text").put("content", task.text);
          }
          return Answer.json(WecomApi.next(answer, page, found.size()));
        });
  }

  private GroupTask task(JsonNode request) {
    GroupTask task = groups.get(request.path("msgid").asString(""));
    if (task == null) {
      throw bad("msgid is unknown");
    }
    return task;
  }

  private long sentMs(GroupTask task) {
    long confirmed = confirmedMs(task.sender, task.text, task.atMs);
    return confirmed > task.cancelledMs ? Long.MAX_VALUE : confirmed;
  }

  private long confirmedMs(String guide, String text, long atMs) {
    var dice = Dice.of(world.settings().seed(), guide, text, "confirm");
    return dice.chance(NEVER_CONFIRMS)
        ? Long.MAX_VALUE
        : atMs
            + Duration.ofMinutes(2).toMillis()
            + (long) (Math.min(23, dice.exponential(CONFIRM_HOURS)) * 3_600_000);
  }

  Answer members(JsonNode request) {
    return world.keeping(
        ROOM,
        _ -> {
          GroupTask task = task(request);
          boolean sent = sentMs(task) <= world.clock().toEpochMilli();
          ObjectNode answer = WecomApi.ok().put("next_cursor", "");
          ObjectNode node = answer.putArray("task_list").addObject();
          node.put("userid", task.sender).put("status", sent ? 2 : 0);
          if (sent) {
            node.put("send_time", sentMs(task) / 1000);
          }
          return Answer.json(answer);
        });
  }

  Answer sendResult(JsonNode request) {
    return world.keeping(
        ROOM,
        _ -> {
          GroupTask task = task(request);
          boolean sent = sentMs(task) <= world.clock().toEpochMilli();
          WecomApi.Page page = WecomApi.page(request, 500, 1000);
          ObjectNode answer = WecomApi.ok();
          ArrayNode list = answer.putArray("send_list");
          for (String chat : WecomApi.slice(task.chats, page)) {
            ObjectNode node = list.addObject();
            node.put("chat_id", chat).put("userid", task.sender).put("status", sent ? 1 : 0);
            if (sent) {
              node.put("send_time", sentMs(task) / 1000);
            }
          }
          return Answer.json(WecomApi.next(answer, page, task.chats.size()));
        });
  }

  // ---- tasks of any kind

  private Answer remind(JsonNode request, Consumer<String> keep) {
    String msgid = request.path("msgid").asString("");
    if (!groups.containsKey(msgid) && world.task(msgid) == null) {
      throw bad("msgid is unknown");
    }
    long since = world.clock().toEpochMilli() - Duration.ofDays(1).toMillis();
    if (reminds.getOrDefault(msgid, List.of()).stream().filter(at -> at > since).count()
        >= limits.remindsPerDay().value()) {
      conduct.violated("wecom 45009 reminders of a task in 24 h");
      return WecomApi.error(WecomError.TOO_OFTEN, "reminders of a task");
    }
    write(keep, what("remind").put("id", msgid));
    return Answer.json(WecomApi.ok());
  }

  private Answer cancel(JsonNode request, Consumer<String> keep) {
    String msgid = request.path("msgid").asString("");
    if (groups.containsKey(msgid)) {
      write(keep, what("cancel").put("id", msgid));
    } else if (!world.cancel(msgid)) {
      throw bad("msgid is unknown");
    }
    return Answer.json(WecomApi.ok());
  }

  // ---- moments

  private Answer addMoment(JsonNode request, Consumer<String> keep) {
    String text = request.path("text").path("content").asString("");
    JsonNode attachments = request.path("attachments");
    long now = world.clock().toEpochMilli();
    long lately =
        moments.values().stream()
            .filter(each -> each.atMs > now - Duration.ofMinutes(1).toMillis())
            .count();
    if (lately >= limits.momentsPerMinute().value()) {
      conduct.violated("wecom 45009 moments in a minute");
      return WecomApi.error(WecomError.TOO_OFTEN, "add_moment_task");
    }
    if (text.isEmpty() && attachments.isEmpty()) {
      throw bad("text and attachments are both empty");
    }
    if (text.codePointCount(0, text.length()) > limits.momentCharacters().value()) {
      throw over(limits.momentCharacters(), "moment characters");
    }
    if (attachments.size() > limits.momentAttachments().value()) {
      throw over(limits.momentAttachments(), "moment attachments");
    }
    List<String> asked = texts(request.path("visible_range").path("sender_list").path("user_list"));
    if (asked.size() > limits.momentUsers().value()) {
      throw over(limits.momentUsers(), "moment user_list");
    }
    List<String> all = world.brand().guides();
    List<String> users = asked.isEmpty() ? all : asked.stream().filter(all::contains).toList();
    List<String> unknown = asked.stream().filter(each -> !all.contains(each)).toList();
    String number = Long.toHexString(Dice.hash(moments.size(), text));
    ObjectNode moment =
        what("moment").put("id", "mom" + number).put("job", "job" + number).put("text", text);
    users.forEach(moment.putArray("users")::add);
    unknown.forEach(moment.putArray("unknown")::add);
    write(keep, moment);
    return Answer.json(WecomApi.ok().put("jobid", "job" + number));
  }

  private Answer momentResult(String job) {
    Moment moment =
        moments.values().stream().filter(each -> each.job.equals(job)).findFirst().orElse(null);
    if (moment == null) {
      throw bad("jobid is unknown");
    }
    boolean done = world.clock().toEpochMilli() >= moment.atMs + JOB.toMillis();
    ObjectNode answer = WecomApi.ok().put("status", done ? 3 : 2).put("type", "add_moment_task");
    if (done) {
      ObjectNode result = answer.putObject("result");
      boolean nobody = moment.users.isEmpty();
      result.put("errcode", nobody ? 84061 : 0).put("errmsg", nobody ? "no sender" : "ok");
      result.put("moment_id", moment.id);
      ArrayNode unknown = result.putObject("invalid_sender_list").putArray("user_list");
      moment.unknown.forEach(unknown::add);
    }
    return Answer.json(answer);
  }

  private Answer momentList(JsonNode request) {
    long from = request.path("start_time").asLong(0);
    long to = request.path("end_time").asLong(0);
    if (from <= 0 || to < from || to - from > Duration.ofDays(30).toSeconds()) {
      throw bad("start_time and end_time: at most 30 days");
    }
    var found =
        moments.values().stream()
            .filter(each -> each.atMs / 1000 >= from && each.atMs / 1000 <= to)
            .toList();
    WecomApi.Page page = WecomApi.page(request, 20, 20);
    ObjectNode answer = WecomApi.ok();
    ArrayNode list = answer.putArray("moment_list");
    for (Moment moment : WecomApi.slice(found, page)) {
      ObjectNode node = list.addObject();
      node.put("moment_id", moment.id)
          .put("create_time", String.valueOf(moment.atMs / 1000))
          .put("create_type", 0)
          .put("visible_type", 1);
      node.putObject("text").put("content", moment.text);
    }
    return Answer.json(WecomApi.next(answer, page, found.size()));
  }

  private Moment moment(JsonNode request) {
    Moment moment = moments.get(request.path("moment_id").asString(""));
    if (moment == null) {
      throw bad("moment_id is unknown");
    }
    return moment;
  }

  private long publishedMs(Moment moment, String user) {
    long at = confirmedMs(user, moment.text, moment.atMs);
    return at > moment.cancelledMs ? Long.MAX_VALUE : at;
  }

  private Answer momentTask(JsonNode request) {
    Moment moment = moment(request);
    long now = world.clock().toEpochMilli();
    WecomApi.Page page = WecomApi.page(request, 500, 1000);
    ObjectNode answer = WecomApi.ok();
    ArrayNode list = answer.putArray("task_list");
    for (String user : WecomApi.slice(moment.users, page)) {
      list.addObject()
          .put("userid", user)
          .put("publish_status", publishedMs(moment, user) <= now ? 1 : 0);
    }
    return Answer.json(WecomApi.next(answer, page, moment.users.size()));
  }

  private Answer momentComments(JsonNode request) {
    Moment moment = moment(request);
    String user = request.path("userid").asString("");
    if (!moment.users.contains(user)) {
      throw bad("userid is none of the moment's");
    }
    long now = world.clock().toEpochMilli();
    long published = publishedMs(moment, user);
    ObjectNode answer = WecomApi.ok();
    ArrayNode comments = answer.putArray("comment_list");
    ArrayNode likes = answer.putArray("like_list");
    if (published <= now) {
      List<String> contacts = world.contactsOf(user);
      for (String contact : contacts.subList(0, Math.min(VIEWERS, contacts.size()))) {
        reacts(contact, moment, published, "like", LIKES, now, likes);
        reacts(contact, moment, published, "comment", COMMENTS, now, comments);
      }
    }
    return Answer.json(answer);
  }

  private void reacts(
      String contact,
      Moment moment,
      long published,
      String how,
      double chance,
      long now,
      ArrayNode list) {
    var dice = Dice.of(world.settings().seed(), contact, moment.id, how);
    if (dice.chance(chance)) {
      long at = published + (long) (Math.min(23, dice.exponential(3)) * 3_600_000);
      if (at <= now) {
        list.addObject().put("external_userid", contact).put("create_time", at / 1000);
      }
    }
  }

  private Answer cancelMoment(JsonNode request, Consumer<String> keep) {
    write(keep, what("cancel").put("id", moment(request).id));
    return Answer.json(WecomApi.ok());
  }

  // ---- group welcomes

  private static String welcomeText(JsonNode body) {
    String text = body.path("text").path("content").asString("");
    if (text.isEmpty()
        && body.path("image").isMissingNode()
        && body.path("link").isMissingNode()
        && body.path("miniprogram").isMissingNode()) {
      throw bad("a welcome says nothing");
    }
    return text;
  }

  private Answer welcome(JsonNode body, Consumer<String> keep) {
    String text = welcomeText(body);
    if (welcomes.size() >= limits.welcomes().value()) {
      conduct.violated("wecom 41055 group welcome templates");
      return WecomApi.error(WecomError.NO_MORE_WELCOMES, "");
    }
    String id = "welHuoshui" + Long.toHexString(Dice.hash(welcomes.size(), text + world.clock()));
    write(keep, what("welcome").put("id", id).put("text", text));
    return Answer.json(WecomApi.ok().put("template_id", id));
  }

  private String known(JsonNode body) {
    String id = body.path("template_id").asString("");
    if (!welcomes.containsKey(id)) {
      throw bad("template_id is unknown");
    }
    return id;
  }

  private Answer editWelcome(JsonNode body, Consumer<String> keep) {
    write(keep, what("welcome").put("id", known(body)).put("text", welcomeText(body)));
    return Answer.json(WecomApi.ok());
  }

  private Answer getWelcome(JsonNode body) {
    String text = welcomes.get(known(body));
    ObjectNode answer = WecomApi.ok();
    answer.putObject("text").put("content", text);
    return Answer.json(answer);
  }

  private Answer deleteWelcome(JsonNode body, Consumer<String> keep) {
    write(keep, what("welcomeGone").put("id", known(body)));
    return Answer.json(WecomApi.ok());
  }
}
