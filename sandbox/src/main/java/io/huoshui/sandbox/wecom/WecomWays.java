package io.huoshui.sandbox.wecom;

import io.huoshui.sandbox.draw.Dice;
import io.huoshui.sandbox.http.Answer;
import io.huoshui.sandbox.http.Conduct;
import io.huoshui.sandbox.http.Limit;
import io.huoshui.sandbox.wecom.WecomApi.Page;
import io.huoshui.sandbox.wecom.WecomApi.Refused;
import io.huoshui.sandbox.world.Entry;
import io.huoshui.sandbox.world.WayBook;
import io.huoshui.sandbox.world.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Semaphore;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Codes of members and of groups, customer-acquisition links, the welcome and the remark.
///
/// A code shows whoever it names at the moment of a scan, evenly. Nothing that is done here is
/// called back.
public final class WecomWays {
  private static final Set<String> CALLS =
      Set.of(
          "externalcontact/add_contact_way",
          "externalcontact/update_contact_way",
          "externalcontact/get_contact_way",
          "externalcontact/del_contact_way",
          "externalcontact/list_contact_way",
          "externalcontact/close_temp_chat",
          "externalcontact/send_welcome_msg",
          "externalcontact/remark",
          "externalcontact/groupchat/add_join_way",
          "externalcontact/groupchat/update_join_way",
          "externalcontact/groupchat/get_join_way",
          "externalcontact/groupchat/del_join_way",
          "externalcontact/customer_acquisition/create_link",
          "externalcontact/customer_acquisition/update_link",
          "externalcontact/customer_acquisition/delete_link",
          "externalcontact/customer_acquisition/get",
          "externalcontact/customer_acquisition/list_link",
          "externalcontact/customer_acquisition_quota");

  private final World world;
  private final WecomWayLimits limits;
  private final WecomLimits messages;
  private final Conduct conduct;
  private final Semaphore remarks;

  WecomWays(World world, WecomWayLimits limits, WecomLimits messages, Conduct conduct) {
    this.world = world;
    this.limits = limits;
    this.messages = messages;
    this.conduct = conduct;
    this.remarks = new Semaphore((int) limits.remarksAtOnce().value());
  }

  static boolean plays(String path) {
    return CALLS.contains(path);
  }

  /// @param host where the caller found this process: pictures are there too
  Answer answer(String path, JsonNode request, String host) throws InterruptedException {
    return switch (path.substring("externalcontact/".length())) {
      case "add_contact_way" -> add(request, host);
      case "update_contact_way" -> update(request);
      case "get_contact_way" -> get(request, host);
      case "del_contact_way" -> delete(request, "way");
      case "list_contact_way" -> list(request);
      case "close_temp_chat" -> Answer.json(WecomApi.ok());
      case "send_welcome_msg" -> welcome(request);
      case "remark" -> remark(request);
      case "groupchat/add_join_way" -> addJoin(request);
      case "groupchat/update_join_way" -> updateJoin(request);
      case "groupchat/get_join_way" -> getJoin(request, host);
      case "groupchat/del_join_way" -> delete(request, "join");
      case "customer_acquisition/create_link" -> addLink(request);
      case "customer_acquisition/update_link" -> updateLink(request);
      case "customer_acquisition/delete_link" -> deleteLink(request);
      case "customer_acquisition/get" -> getLink(request);
      case "customer_acquisition/list_link" -> listLinks(request);
      case "customer_acquisition_quota" -> quota();
      default -> WecomApi.error(WecomError.NO_SUCH_CALL, path);
    };
  }

  private static Refused bad(String what) {
    return new Refused(WecomError.BAD_PARAMETER, what);
  }

  private String state(JsonNode request, String field) {
    String text = request.path(field).asString("");
    if (text.codePointCount(0, text.length()) > limits.stateCharacters().value()) {
      throw bad(field + ": at most " + limits.stateCharacters().value() + " characters");
    }
    return text;
  }

  private List<String> users(JsonNode list) {
    var users = new ArrayList<String>();
    list.forEach(user -> users.add(user.asString("")));
    if (users.size() > limits.usersPerWay().value()) {
      conduct.violated("wecom 41041 members of a code");
      throw new Refused(WecomError.TOO_MANY_MEMBERS, "");
    }
    if (users.isEmpty() || users.stream().anyMatch(String::isBlank)) {
      throw bad("user: who receives whoever comes");
    }
    return users;
  }

  private String made(
      String kind, String state, List<String> users, boolean one, String remark, Limit most) {
    return world.ways(
        (book, write) -> {
          if (book.all(kind).size() >= most.value()) {
            conduct.violated("wecom 41045 codes");
            throw new Refused(WecomError.TOO_MANY_WAYS, "");
          }
          String id = book.fresh(Dice.hash(world.settings().seed(), state));
          write.accept(
              new Entry.WayMade(world.clock().toEpochMilli(), id, kind, state, users, one, remark));
          return id;
        });
  }

  private Answer add(JsonNode request, String host) {
    int type = request.path("type").asInt(0);
    if (type != 1 && type != 2) {
      throw bad("type: 1 for one member, 2 for several");
    }
    if (request.path("scene").asInt(0) != 2) {
      throw bad("scene: only 2, a code to scan, is simulated");
    }
    List<String> users = users(request.path("user"));
    if (type == 1 && users.size() > 1) {
      throw bad("user: type 1 takes one member");
    }
    String id =
        made(
            "way",
            state(request, "state"),
            users,
            type == 1,
            state(request, "remark"),
            limits.ways());
    return Answer.json(WecomApi.ok().put("config_id", id).put("qr_code", qr(host, id)));
  }

  private static String qr(String host, String configId) {
    return "http://" + host + "/sandbox/qr/" + configId;
  }

  private static WayBook.Way way(WayBook book, JsonNode request, String kind) {
    WayBook.Way way = book.find(request.path("config_id").asString(""));
    if (way == null || !way.kind().equals(kind)) {
      throw bad("config_id is unknown");
    }
    return way;
  }

  private Answer update(JsonNode request) {
    return world.ways(
        (book, write) -> {
          WayBook.Way was = way(book, request, "way");
          List<String> users = request.has("user") ? users(request.path("user")) : was.users();
          if (was.one() && users.size() > 1) {
            throw bad("user: this code is for one member");
          }
          write.accept(
              new Entry.WayChanged(
                  world.clock().toEpochMilli(),
                  was.configId(),
                  request.has("state") ? state(request, "state") : was.state(),
                  users,
                  request.has("remark") ? state(request, "remark") : was.remark()));
          return Answer.json(WecomApi.ok());
        });
  }

  private Answer get(JsonNode request, String host) {
    return world.ways(
        (book, _) -> {
          WayBook.Way way = way(book, request, "way");
          ObjectNode answer = WecomApi.ok();
          ObjectNode node = answer.putObject("contact_way");
          node.put("config_id", way.configId())
              .put("type", way.one() ? 1 : 2)
              .put("scene", 2)
              .put("skip_verify", true)
              .put("remark", way.remark())
              .put("state", way.state())
              .put("qr_code", qr(host, way.configId()));
          way.users().forEach(node.putArray("user")::add);
          return Answer.json(answer);
        });
  }

  private Answer delete(JsonNode request, String kind) {
    return world.ways(
        (book, write) -> {
          write.accept(
              new Entry.WayGone(world.clock().toEpochMilli(), way(book, request, kind).configId()));
          return Answer.json(WecomApi.ok());
        });
  }

  private Answer list(JsonNode request) {
    long from = request.path("start_time").asLong(0) * 1000;
    long to = request.path("end_time").asLong(Long.MAX_VALUE / 1000 - 1) * 1000 + 999;
    Page page = WecomApi.page(request, 100, (int) limits.waysPerPage().value());
    return world.ways(
        (book, _) -> {
          var found =
              book.all("way").stream()
                  .filter(way -> way.madeMs() >= from && way.madeMs() <= to)
                  .toList();
          ObjectNode answer = WecomApi.ok();
          ArrayNode list = answer.putArray("contact_way");
          WecomApi.slice(found, page)
              .forEach(way -> list.addObject().put("config_id", way.configId()));
          return Answer.json(WecomApi.next(answer, page, found.size()));
        });
  }

  // ---- welcome and remark

  private Answer welcome(JsonNode request) {
    String code = request.path("welcome_code").asString("");
    String text = request.path("text").path("content").asString("");
    JsonNode attachments = request.path("attachments");
    if (text.isEmpty() && attachments.isEmpty()) {
      throw bad("text and attachments are both empty");
    }
    if (text.getBytes(StandardCharsets.UTF_8).length > messages.textBytes().value()) {
      throw bad("text.content is over " + messages.textBytes().value() + " bytes");
    }
    if (attachments.size() > messages.attachments().value()) {
      throw bad("attachments: at most " + messages.attachments().value());
    }
    return world.ways(
        (book, write) -> {
          long since = book.sinceTold(code);
          if (book.welcomed(code)) {
            conduct.violated("wecom 41051 welcome sent twice");
            throw new Refused(WecomError.ALREADY_CHATTING, "");
          }
          if (since < 0 || since > Duration.ofSeconds(limits.welcomeSeconds().value()).toNanos()) {
            conduct.violated("wecom 41050 welcome code expired or unknown");
            throw new Refused(WecomError.WELCOME_CODE, "");
          }
          write.accept(new Entry.Welcomed(world.clock().toEpochMilli(), code, text));
          return Answer.json(WecomApi.ok());
        });
  }

  private Answer remark(JsonNode request) throws InterruptedException {
    if (!remarks.tryAcquire()) {
      conduct.violated("wecom 45033 externalcontact/remark");
      return WecomApi.error(WecomError.TOO_MANY_AT_ONCE, "");
    }
    try {
      Thread.sleep(world.faults().wecom().workMs());
      String guide = request.path("userid").asString("");
      String customer = request.path("external_userid").asString("");
      if (!WecomApi.EXTERNAL_USERID.matcher(customer).matches()) {
        throw new Refused(WecomError.BAD_EXTERNAL_USERID, "");
      }
      String served = world.guideOf(customer);
      return world.ways(
          (book, write) -> {
            if (served == null && book.guidesOf(customer).isEmpty()) {
              throw new Refused(WecomError.NO_RELATION, "");
            }
            write.accept(
                new Entry.Remarked(
                    world.clock().toEpochMilli(),
                    guide,
                    customer,
                    request.path("remark").asString("")));
            return Answer.json(WecomApi.ok());
          });
    } finally {
      remarks.release();
    }
  }

  // ---- groups

  private List<String> groups(JsonNode request) {
    var groups = new ArrayList<String>();
    request.path("chat_id_list").forEach(group -> groups.add(group.asString("")));
    if (groups.isEmpty() || groups.size() > limits.groupsPerWay().value()) {
      throw bad("chat_id_list: 1 to " + limits.groupsPerWay().value());
    }
    return groups;
  }

  private Answer addJoin(JsonNode request) {
    String id = made("join", state(request, "state"), groups(request), false, "", limits.ways());
    return Answer.json(WecomApi.ok().put("config_id", id));
  }

  private Answer updateJoin(JsonNode request) {
    return world.ways(
        (book, write) -> {
          WayBook.Way was = way(book, request, "join");
          write.accept(
              new Entry.WayChanged(
                  world.clock().toEpochMilli(),
                  was.configId(),
                  request.has("state") ? state(request, "state") : was.state(),
                  groups(request),
                  was.remark()));
          return Answer.json(WecomApi.ok());
        });
  }

  private Answer getJoin(JsonNode request, String host) {
    return world.ways(
        (book, _) -> {
          WayBook.Way way = way(book, request, "join");
          ObjectNode answer = WecomApi.ok();
          ObjectNode node = answer.putObject("join_way");
          node.put("config_id", way.configId())
              .put("scene", 2)
              .put("state", way.state())
              .put("qr_code", qr(host, way.configId()));
          way.users().forEach(node.putArray("chat_id_list")::add);
          return Answer.json(answer);
        });
  }

  // ---- customer-acquisition links

  private Answer addLink(JsonNode request) {
    String name = state(request, "link_name");
    String id =
        made(
            "link", name, users(request.path("range").path("user_list")), false, "", limits.ways());
    ObjectNode answer = WecomApi.ok();
    link(answer.putObject("link"), id, name);
    return Answer.json(answer);
  }

  private void link(ObjectNode node, String id, String name) {
    node.put("link_id", id)
        .put("link_name", name)
        .put("url", "https://work.weixin.qq.com/ca/" + id)
        .put("create_time", world.clock().getEpochSecond());
  }

  private static WayBook.Way link(WayBook book, JsonNode request) {
    WayBook.Way way = book.find(request.path("link_id").asString(""));
    if (way == null || !way.kind().equals("link")) {
      throw bad("link_id is unknown");
    }
    return way;
  }

  private Answer updateLink(JsonNode request) {
    return world.ways(
        (book, write) -> {
          WayBook.Way was = link(book, request);
          write.accept(
              new Entry.WayChanged(
                  world.clock().toEpochMilli(),
                  was.configId(),
                  request.path("link_name").asString(was.state()),
                  request.has("range")
                      ? users(request.path("range").path("user_list"))
                      : was.users(),
                  ""));
          return Answer.json(WecomApi.ok());
        });
  }

  private Answer deleteLink(JsonNode request) {
    return world.ways(
        (book, write) -> {
          write.accept(
              new Entry.WayGone(world.clock().toEpochMilli(), link(book, request).configId()));
          return Answer.json(WecomApi.ok());
        });
  }

  private Answer getLink(JsonNode request) {
    return world.ways(
        (book, _) -> {
          WayBook.Way way = link(book, request);
          ObjectNode answer = WecomApi.ok();
          link(answer.putObject("link"), way.configId(), way.state());
          way.users().forEach(answer.putObject("range").putArray("user_list")::add);
          return Answer.json(answer);
        });
  }

  private Answer listLinks(JsonNode request) {
    Page page = WecomApi.page(request, 100, 100);
    return world.ways(
        (book, _) -> {
          var found = book.all("link");
          ObjectNode answer = WecomApi.ok();
          ArrayNode list = answer.putArray("link_id_list");
          WecomApi.slice(found, page).forEach(way -> list.add(way.configId()));
          return Answer.json(WecomApi.next(answer, page, found.size()));
        });
  }

  private Answer quota() {
    return world.ways(
        (book, _) -> {
          long won =
              book.adds().stream()
                  .filter(
                      add ->
                          book.find(add.scanned().configId()) instanceof WayBook.Way way
                              && way.kind().equals("link"))
                  .count();
          long total = limits.acquisitions().value();
          return Answer.json(
              WecomApi.ok().put("total", total).put("balance", Math.max(0, total - won)));
        });
  }

  /// A picture that says which code it is, for eyes.
  public Answer picture(String configId) {
    return world.ways(
        (book, _) -> {
          WayBook.Way way = book.find(configId);
          if (way == null) {
            return Answer.problem(404, "not_found", "There is no code " + configId);
          }
          return new Answer.Text(
              200,
              "image/svg+xml",
              String.format(
                  Locale.ROOT,
                  """
                  <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 200"><rect width="200" height="200" fill="#eee"/>\
                  <text x="10" y="90" font-size="14">%s</text><text x="10" y="120" font-size="12">%s</text></svg>
                  """,
                  way.state().replaceAll("[^\\p{L}\\p{N}.~-]", ""),
                  String.join(" ", way.users()).replaceAll("[^\\p{L}\\p{N} _-]", "")));
        });
  }
}
