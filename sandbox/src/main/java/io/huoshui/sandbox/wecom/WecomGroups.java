package io.huoshui.sandbox.wecom;

import io.huoshui.sandbox.http.Answer;
import io.huoshui.sandbox.http.Conduct;
import io.huoshui.sandbox.http.Frequency;
import io.huoshui.sandbox.wecom.WecomApi.Page;
import io.huoshui.sandbox.wecom.WecomApi.Refused;
import io.huoshui.sandbox.world.Entry;
import io.huoshui.sandbox.world.GroupBook;
import io.huoshui.sandbox.world.GroupBook.Group;
import io.huoshui.sandbox.world.GroupBook.Member;
import io.huoshui.sandbox.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Customer groups: groupchat/list (path/92120), groupchat/get (92122), opengid_to_chatid (94822),
/// groupchat/statistic and statistic_group_by_day (92133), a group's robot (91770), and what guides
/// and customers do in the app.
public final class WecomGroups {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String PREFIX = "externalcontact/";
  private static final long DAY_MS = 86_400_000L;

  private final World world;
  private final WecomGroupLimits limits;
  private final Conduct conduct;
  private final Frequency robots;

  WecomGroups(World world, WecomGroupLimits limits, Conduct conduct) {
    this.world = world;
    this.limits = limits;
    this.conduct = conduct;
    this.robots = new Frequency(Duration.ofMinutes(1), limits.robotPerMinute());
  }

  static boolean plays(String path) {
    return path.startsWith(PREFIX + "groupchat/") || path.equals(PREFIX + "opengid_to_chatid");
  }

  Answer answer(String path, JsonNode body) {
    return switch (path.substring(PREFIX.length())) {
      case "groupchat/list" -> list(body);
      case "groupchat/get" -> get(body);
      case "opengid_to_chatid" -> chatOf(body);
      case "groupchat/statistic" -> statistic(body, false);
      case "groupchat/statistic_group_by_day" -> statistic(body, true);
      default -> WecomApi.error(WecomError.NO_SUCH_CALL, path);
    };
  }

  private long now() {
    return world.clock().toEpochMilli();
  }

  private List<Group> groups(JsonNode request) {
    var owners = new HashSet<String>();
    request.path("owner_filter").path("userid_list").forEach(each -> owners.add(each.asString("")));
    long now = now();
    return world.groups((book, _) -> List.copyOf(book.all())).stream()
        .filter(group -> group.openedMs() <= now && !group.dissolved(now))
        .filter(group -> owners.isEmpty() || owners.contains(group.owner()))
        .toList();
  }

  private Answer list(JsonNode request) {
    if (!request.path("limit").isNumber()) {
      throw new Refused(WecomError.BAD_PARAMETER, "limit is needed");
    }
    Page page = WecomApi.page(request, 10, (int) limits.groupsPerPage().value());
    int status = request.path("status_filter").asInt(0);
    // Nobody left this company, so whoever asks for groups of those who did finds none.
    List<Group> found = status == 0 ? groups(request) : List.of();
    ObjectNode answer = WecomApi.ok();
    ArrayNode list = answer.putArray("group_chat_list");
    for (Group group : WecomApi.slice(found, page)) {
      list.addObject().put("chat_id", group.chat()).put("status", 0);
    }
    return Answer.json(WecomApi.next(answer, page, found.size()));
  }

  private Group find(String chat) {
    Group group = world.groups((book, _) -> Optional.ofNullable(book.find(chat))).orElse(null);
    if (group == null || group.openedMs() > now()) {
      throw new Refused(WecomError.BAD_CHAT, chat);
    }
    if (group.dissolved(now())) {
      throw new Refused(WecomError.CHAT_DISSOLVED, chat);
    }
    return group;
  }

  private Answer get(JsonNode request) {
    Group group = find(request.path("chat_id").asString(""));
    boolean named = request.path("need_name").asInt(0) == 1;
    ObjectNode answer = WecomApi.ok();
    ObjectNode chat =
        answer
            .putObject("group_chat")
            .put("chat_id", group.chat())
            .put("name", group.name())
            .put("owner", group.owner())
            .put("create_time", group.openedMs() / 1000)
            .put("notice", group.notice());
    ArrayNode members = chat.putArray("member_list");
    List<Member> in = group.members(now());
    for (Member member : in) {
      ObjectNode node =
          members
              .addObject()
              .put("userid", member.id())
              .put("type", member.staff() ? 1 : 2)
              .put("join_time", member.fromMs() / 1000)
              .put("join_scene", member.scene())
              .put("group_nickname", "");
      if (!member.state().isEmpty()) {
        node.put("state", member.state());
      }
      if (!member.by().isEmpty()) {
        node.putObject("invitor").put("userid", member.by());
      }
      if (named) {
        node.put("name", member.staff() ? member.id() : "顾客" + member.id().substring(2, 6));
      }
    }
    chat.putArray("admin_list");
    chat.put("member_version", Integer.toHexString(in.hashCode()));
    return Answer.json(answer);
  }

  private Answer chatOf(JsonNode request) {
    String opengid = request.path("opengid").asString("");
    if (!opengid.startsWith("og-")) {
      throw new Refused(WecomError.BAD_PARAMETER, "opengid");
    }
    return Answer.json(WecomApi.ok().put("chat_id", find(opengid.substring(3)).chat()));
  }

  private static final class Counts {
    private int fresh;
    private int chats;
    private int talking;
    private long came;
    private int members;
    private int speakers;
    private int messages;

    ObjectNode json() {
      return JSON.createObjectNode()
          .put("new_chat_cnt", fresh)
          .put("chat_total", chats)
          .put("chat_has_msg", talking)
          .put("new_member_cnt", came)
          .put("member_total", members)
          .put("member_has_msg", speakers)
          .put("msg_total", messages)
          .put("migrate_trainee_chat_cnt", 0);
    }

    void add(Group group, long fromMs, long toMs) {
      if (group.openedMs() >= toMs) {
        return;
      }
      var said = group.said(fromMs, toMs);
      fresh += group.openedMs() >= fromMs ? 1 : 0;
      chats++;
      talking += said.isEmpty() ? 0 : 1;
      came += group.came(fromMs, toMs);
      members += group.members(toMs - 1).size();
      speakers += (int) said.stream().map(GroupBook.Said::member).distinct().count();
      messages += said.size();
    }
  }

  private Answer statistic(JsonNode request, boolean byDay) {
    long from = request.path("day_begin_time").asLong(0);
    long to = request.path("day_end_time").asLong(from);
    if (request.path("owner_filter").path("userid_list").isEmpty()) {
      throw new Refused(WecomError.BAD_PARAMETER, "owner_filter.userid_list is needed");
    }
    if (from <= 0
        || to < from
        || to - from > Duration.ofDays(limits.statisticDays().value()).toSeconds()) {
      throw new Refused(
          WecomError.BAD_PARAMETER,
          "day_begin_time and day_end_time: at most " + limits.statisticDays().value() + " days");
    }
    List<Group> groups = groups(request);
    ObjectNode answer = WecomApi.ok();
    long now = now() + 1;
    if (byDay) {
      ArrayNode items = answer.putArray("items");
      for (long day = from * 1000; day <= to * 1000; day += DAY_MS) {
        var counts = new Counts();
        for (Group group : groups) {
          counts.add(group, day, Math.min(now, day + DAY_MS));
        }
        items.addObject().put("stat_time", day / 1000).set("data", counts.json());
      }
      return Answer.json(answer);
    }
    var byOwner = new TreeMap<String, Counts>();
    for (Group group : groups) {
      byOwner
          .computeIfAbsent(group.owner(), _ -> new Counts())
          .add(group, from * 1000, Math.min(now, to * 1000 + DAY_MS));
    }
    answer.put("total", byOwner.size()).put("next_offset", byOwner.size());
    ArrayNode items = answer.putArray("items");
    for (Map.Entry<String, Counts> each : byOwner.entrySet()) {
      items.addObject().put("owner", each.getKey()).set("data", each.getValue().json());
    }
    return Answer.json(answer);
  }

  /// `webhook/send?key=robot-CHAT`: says something in a group, within the robot's share.
  Answer robot(String key, JsonNode request) {
    if (!key.startsWith("robot-")) {
      throw new Refused(WecomError.BAD_ROBOT, "");
    }
    Group group = find(key.substring("robot-".length()));
    String text = request.path("text").path("content").asString("");
    if (!request.path("msgtype").asString("").equals("text") || text.isEmpty()) {
      throw new Refused(WecomError.BAD_PARAMETER, "msgtype: only 'text' is simulated");
    }
    if (!robots.admits(key, world.clock())) {
      conduct.violated("wecom 45009 webhook/send");
      throw new Refused(WecomError.TOO_OFTEN, key);
    }
    return world.groups(
        (_, keep) -> {
          keep.accept(new Entry.GroupSaid(now(), group.chat(), "robot", text));
          return Answer.json(WecomApi.ok());
        });
  }

  // ---- in the app

  /// What guides and customers do: `open`, `join`, `leave`, `remove`, `owner`, `name`, `notice`,
  /// `say`, `dissolve`.
  public Answer inTheApp(JsonNode body) {
    return world.groups((book, keep) -> act(body, book, keep));
  }

  private Answer act(JsonNode body, GroupBook book, Consumer<Entry.OfGroups> keep) {
    long now = now();
    String act = body.path("do").asString("");
    String chat = body.path("chat").asString("");
    if (act.equals("open")) {
      chat = book.free();
      String owner = body.path("owner").asString(World.ANY_GUIDE);
      List<String> people = new ArrayList<>(world.contactsOf(owner));
      int most = (int) Math.min(body.path("people").asInt(0), limits.members().value() - 1);
      keep.accept(
          new Entry.GroupOpened(
              now,
              chat,
              body.path("name").asString("老友群"),
              owner,
              List.copyOf(people.subList(0, Math.max(0, Math.min(most, people.size())))),
              body.path("state").asString(""),
              body.path("passedOn").asBoolean(false)));
      return Answer.json(JSON.createObjectNode().put("chat", chat).put("opengid", "og-" + chat));
    }
    Group group = book.find(chat);
    if (group == null || group.dissolved(now)) {
      throw new IllegalArgumentException("chat: no group '" + chat + "'");
    }
    var members = new ArrayList<String>();
    body.path("members").forEach(each -> members.add(each.asString("")));
    String value = body.path("value").asString("");
    keep.accept(
        switch (act) {
          case "join" -> {
            if (group.members(now).size() + members.size() > limits.members().value()) {
              throw new IllegalArgumentException("members: the group is full");
            }
            yield new Entry.GroupCame(
                now,
                chat,
                members,
                body.path("scene").asInt(3),
                body.path("by").asString(""),
                body.path("state").asString(""));
          }
          case "leave" -> new Entry.GroupWent(now, chat, members, false);
          case "remove" -> new Entry.GroupWent(now, chat, members, true);
          case "owner", "name", "notice" -> new Entry.GroupGot(now, chat, act, value);
          case "say" -> new Entry.GroupSaid(now, chat, members.getFirst(), value);
          case "dissolve" -> new Entry.GroupDissolved(now, chat);
          default ->
              throw new IllegalArgumentException(
                  "do: open, join, leave, remove, owner, name, notice, say, dissolve, got '"
                      + act
                      + "'");
        });
    return Answer.json(JSON.createObjectNode().put("chat", chat));
  }
}
