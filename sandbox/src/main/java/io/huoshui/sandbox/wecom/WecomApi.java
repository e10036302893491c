package io.huoshui.sandbox.wecom;

import io.huoshui.reach.ChannelKind;
import io.huoshui.sandbox.Secrets;
import io.huoshui.sandbox.brand.Brand;
import io.huoshui.sandbox.customers.Customer;
import io.huoshui.sandbox.customers.Delivery;
import io.huoshui.sandbox.customers.Reaction;
import io.huoshui.sandbox.draw.Dice;
import io.huoshui.sandbox.http.Answer;
import io.huoshui.sandbox.http.Call;
import io.huoshui.sandbox.http.Chaos;
import io.huoshui.sandbox.http.Conduct;
import io.huoshui.sandbox.http.Endpoint;
import io.huoshui.sandbox.http.Frequency;
import io.huoshui.sandbox.http.Tokens;
import io.huoshui.sandbox.world.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The calls under `/cgi-bin`.
///
/// A mass message needs its guide to confirm it; until then its customers stand at 0. A `sender`
/// who is not the guide of a customer can not send to them: they come back in `fail_list`.
public final class WecomApi implements Endpoint {
  private static final JsonMapper JSON = JsonMapper.shared();
  static final Pattern EXTERNAL_USERID = Pattern.compile("w[mo][A-Za-z0-9_-]{8,62}");

  /// How many entries a page has: what is asked for, within bounds.
  record Page(int from, int size) {}

  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final WecomError error;

    Refused(WecomError error, String detail) {
      super(detail);
      this.error = error;
    }
  }

  private final World world;
  private final Secrets secrets;
  private final WecomLimits limits;
  private final Tokens tokens;
  private final Frequency perMinute;
  private final Frequency perHour;
  private final Semaphore syncs;
  private final WecomTags tags;
  private final WecomStaff staff;
  private final WecomWays ways;
  private final WecomPosts posts;
  private final WecomGroups groups;
  private final Conduct conduct;
  private final Chaos chaos;

  public WecomApi(
      World world,
      Secrets secrets,
      WecomLimits limits,
      WecomTagLimits tagLimits,
      WecomStaffLimits staffLimits,
      WecomWayLimits wayLimits,
      WecomPostLimits postLimits,
      WecomGroupLimits groupLimits,
      Conduct conduct) {
    this.staff = new WecomStaff(world, staffLimits, conduct);
    this.world = world;
    this.conduct = conduct;
    this.tags = new WecomTags(world, tagLimits, conduct);
    this.ways = new WecomWays(world, wayLimits, limits, conduct);
    this.posts = new WecomPosts(world, limits, postLimits, conduct);
    this.groups = new WecomGroups(world, groupLimits, conduct);
    this.secrets = secrets;
    this.limits = limits;
    this.tokens = new Tokens(Duration.ofSeconds(limits.tokenSeconds().value()));
    this.perMinute = new Frequency(Duration.ofMinutes(1), limits.callsPerMinute());
    this.perHour = new Frequency(Duration.ofHours(1), limits.callsPerHour());
    this.syncs = new Semaphore((int) limits.syncsAtOnce().value());
    this.chaos = new Chaos(world.settings().seed(), () -> world.faults().wecom());
  }

  /// Corp tags, for what members do in the app.
  public WecomTags tags() {
    return tags;
  }

  /// Members, for what happens to them in the app.
  public WecomStaff staff() {
    return staff;
  }

  /// Codes, for their pictures.
  public WecomWays ways() {
    return ways;
  }

  /// Customer groups, for what guides and customers do in the app.
  public WecomGroups groups() {
    return groups;
  }

  @Override
  public Answer answer(Call call) throws InterruptedException {
    return chaos.around(
        call,
        () -> Answer.problem(503, "down", "WeCom is down by POST /sandbox/faults"),
        () -> error(WecomError.BUSY, ""),
        code -> Answer.json(JSON.createObjectNode().put("errcode", code).put("errmsg", "ordered")),
        this::undisturbed);
  }

  private Answer undisturbed(Call call) throws InterruptedException {
    try {
      String path = call.path().substring("/cgi-bin/".length());
      Instant now = world.clock();
      conduct.called("wecom " + path);
      if (!perMinute.admits(path, now) || !perHour.admits(path, now)) {
        conduct.violated("wecom 45009 " + path);
        return error(WecomError.TOO_OFTEN, path);
      }
      if (path.equals("gettoken")) {
        return token(call);
      }
      if (path.equals("webhook/send")) {
        return groups.robot(call.query("key"), body(call));
      }
      checkToken(call.query("access_token"));
      return switch (path) {
        case "externalcontact/add_msg_template" -> addTask(body(call));
        case "externalcontact/get_groupmsg_list_v2" -> listTasks(body(call));
        case "externalcontact/get_groupmsg_task" -> taskMembers(body(call));
        case "externalcontact/get_groupmsg_send_result" -> sendResult(body(call));
        case "externalcontact/get_corp_tag_list" -> tags.list(body(call));
        case "externalcontact/add_corp_tag" -> tags.add(body(call));
        case "externalcontact/edit_corp_tag" -> tags.edit(body(call));
        case "externalcontact/del_corp_tag" -> tags.delete(body(call));
        case "externalcontact/mark_tag" -> tags.mark(body(call));
        case "externalcontact/batch/get_by_user" -> tags.page(body(call));
        case "externalcontact/get" -> contact(call.query("external_userid"));
        case "externalcontact/list" -> contacts(call.query("userid"));
        case "externalcontact/get_follow_user_list" -> guides();
        case "externalcontact/transfer_customer" -> staff.transfer(body(call), false);
        case "externalcontact/transfer_result" -> staff.results(body(call), false);
        case "externalcontact/resigned/transfer_customer" -> staff.transfer(body(call), true);
        case "externalcontact/resigned/transfer_result" -> staff.results(body(call), true);
        case "externalcontact/get_unassigned_list" -> staff.unassigned(body(call));
        case "externalcontact/groupchat/transfer" -> staff.groups(body(call), true);
        case "externalcontact/groupchat/onjob_transfer" -> staff.groups(body(call), false);
        case "department/list" -> staff.departments();
        case "user/list" ->
            staff.users(call.query("department_id"), call.query("fetch_child").equals("1"), false);
        case "user/simplelist" ->
            staff.users(call.query("department_id"), call.query("fetch_child").equals("1"), true);
        case "get_jsapi_ticket" -> staff.ticket("jsapi");
        case "ticket/get" -> staff.ticket(call.query("type"));
        case "auth/getuserinfo" -> staff.login(call.query("code"));
        case "kf/sync_msg" -> sync(body(call));
        default ->
            WecomPosts.plays(path)
                ? posts.answer(path, call, body(call))
                : WecomWays.plays(path)
                    ? ways.answer(path, body(call), call.header("host"))
                    : WecomGroups.plays(path)
                        ? groups.answer(path, body(call))
                        : error(WecomError.NO_SUCH_CALL, path);
      };
    } catch (Refused refused) {
      return error(refused.error, String.valueOf(refused.getMessage()));
    }
  }

  static Answer error(WecomError error, String detail) {
    return Answer.json(
        JSON.createObjectNode()
            .put("errcode", error.code())
            .put("errmsg", detail.isEmpty() ? error.message() : error.message() + ", " + detail));
  }

  static ObjectNode ok() {
    return JSON.createObjectNode().put("errcode", 0).put("errmsg", "ok");
  }

  private static JsonNode body(Call call) {
    if (call.body().length == 0 && call.method().equals("GET")) {
      return JSON.createObjectNode();
    }
    try {
      return JSON.readTree(call.body());
    } catch (JacksonException e) {
      throw new Refused(WecomError.BAD_PARAMETER, "the body is no JSON");
    }
  }

  // ---- tokens

  private Answer token(Call call) {
    String corpId = secrets.get("wecom", "corpId");
    String secret = secrets.get("wecom", "secret");
    if (corpId.isEmpty() || !call.query("corpid").equals(corpId)) {
      return error(WecomError.BAD_CORP, "");
    }
    if (secret.isEmpty() || !call.query("corpsecret").equals(secret)) {
      return error(WecomError.BAD_SECRET, "");
    }
    Instant now = world.clock();
    return Answer.json(
        ok().put("access_token", tokens.issue(secret, now))
            .put("expires_in", tokens.secondsLeft(now)));
  }

  private void checkToken(String token) {
    if (token.isEmpty()) {
      throw new Refused(WecomError.NO_TOKEN, "");
    }
    switch (tokens.check(token, secrets.get("wecom", "secret"), world.clock())) {
      case GOOD -> {}
      case EXPIRED -> throw new Refused(WecomError.TOKEN_EXPIRED, "");
      case UNKNOWN -> throw new Refused(WecomError.BAD_TOKEN, "");
    }
  }

  // ---- mass messages

  private Answer addTask(JsonNode request) {
    if (request.path("chat_type").asString("single").equals("group")) {
      return posts.group(request);
    }
    String text = request.path("text").path("content").asString("");
    JsonNode attachments = request.path("attachments");
    if (text.isEmpty() && attachments.isEmpty()) {
      throw new Refused(WecomError.BAD_PARAMETER, "text and attachments are both empty");
    }
    if (text.getBytes(StandardCharsets.UTF_8).length > limits.textBytes().value()) {
      throw new Refused(
          WecomError.BAD_PARAMETER,
          "text.content is over " + limits.textBytes().value() + " bytes");
    }
    if (attachments.size() > limits.attachments().value()) {
      throw new Refused(
          WecomError.BAD_PARAMETER, "attachments: at most " + limits.attachments().value());
    }
    JsonNode asked = request.path("external_userid");
    if (!asked.isArray() || asked.isEmpty()) {
      throw new Refused(WecomError.BAD_PARAMETER, "external_userid is needed");
    }
    if (asked.size() > limits.customersPerTask().value()) {
      throw new Refused(
          WecomError.BAD_PARAMETER,
          "external_userid: at most " + limits.customersPerTask().value());
    }
    return addTask(request.path("sender").asString(""), text, attachments, asked);
  }

  private Answer addTask(String sender, String text, JsonNode attachments, JsonNode asked) {
    var customers = new ArrayList<String>();
    var guides = new ArrayList<String>();
    ArrayNode failed = JSON.createArrayNode();
    boolean anyWellFormed = false;
    for (String customer : distinct(asked)) {
      boolean wellFormed = EXTERNAL_USERID.matcher(customer).matches();
      anyWellFormed |= wellFormed;
      String guide = wellFormed ? world.guideOf(customer) : null;
      if (guide == null || !(sender.isEmpty() || guide.isEmpty() || guide.equals(sender))) {
        failed.add(customer);
      } else {
        customers.add(customer);
        guides.add(!sender.isEmpty() ? sender : guide.isEmpty() ? World.ANY_GUIDE : guide);
      }
    }
    if (!anyWellFormed) {
      throw new Refused(WecomError.BAD_EXTERNAL_USERID, "");
    }
    if (customers.isEmpty()) {
      return Answer.json(
          JSON.createObjectNode()
              .put("errcode", WecomError.NOBODY_TO_SEND_TO.code())
              .put("errmsg", WecomError.NOBODY_TO_SEND_TO.message())
              .set("fail_list", failed));
    }
    String msgid =
        world.takeWecom(
            text,
            attachments.isArray() ? JSON.writeValueAsString(attachments) : "[]",
            customers,
            sender.isEmpty() ? guides : List.of(sender));
    return Answer.json(ok().put("msgid", msgid).set("fail_list", failed));
  }

  private static List<String> distinct(JsonNode array) {
    var values = new LinkedHashSet<String>();
    for (JsonNode value : array) {
      values.add(value.asString(""));
    }
    return List.copyOf(values);
  }

  private Answer listTasks(JsonNode request) {
    long from = request.path("start_time").asLong(0);
    long to = request.path("end_time").asLong(0);
    if (from <= 0 || to < from || to - from > Duration.ofDays(31).toSeconds()) {
      throw new Refused(WecomError.BAD_PARAMETER, "start_time and end_time: at most one month");
    }
    if (request.path("chat_type").asString("single").equals("group")) {
      return posts.groupTasks(request, from, to);
    }
    var found =
        world.tasks().stream()
            .filter(task -> task.acceptedMs() / 1000 >= from && task.acceptedMs() / 1000 <= to)
            .toList();
    Page page = page(request, 50, 100);
    ObjectNode answer = ok();
    ArrayNode list = answer.putArray("group_msg_list");
    for (World.Task task : slice(found, page)) {
      ObjectNode node = list.addObject();
      node.put("msgid", task.msgid())
          .put("create_time", task.acceptedMs() / 1000)
          .put("create_type", 0);
      node.putObject("text").put("content", task.text());
      node.set("attachments", JSON.readTree(task.attachments()));
    }
    return Answer.json(next(answer, page, found.size()));
  }

  private World.Task task(JsonNode request) {
    World.Task task = world.task(request.path("msgid").asString(""));
    if (task == null) {
      throw new Refused(WecomError.BAD_PARAMETER, "msgid is unknown");
    }
    return task;
  }

  private Answer taskMembers(JsonNode request) {
    if (posts.knows(request.path("msgid").asString(""))) {
      return posts.members(request);
    }
    World.Task task = task(request);
    long now = world.clock().toEpochMilli();
    Map<String, Long> sentBy = new LinkedHashMap<>();
    for (Reaction reaction : task.reactions()) {
      sentBy.putIfAbsent(reaction.approach().sender(), reaction.sentMs());
    }
    var members = List.copyOf(sentBy.entrySet());
    Page page = page(request, 500, 1000);
    ObjectNode answer = ok();
    ArrayNode list = answer.putArray("task_list");
    for (Map.Entry<String, Long> member : slice(members, page)) {
      boolean sent = member.getValue() <= now;
      ObjectNode node = list.addObject();
      node.put("userid", member.getKey()).put("status", sent ? 2 : 0);
      if (sent) {
        node.put("send_time", member.getValue() / 1000);
      }
    }
    return Answer.json(next(answer, page, members.size()));
  }

  private Answer sendResult(JsonNode request) {
    if (posts.knows(request.path("msgid").asString(""))) {
      return posts.sendResult(request);
    }
    World.Task task = task(request);
    String guide = request.path("userid").asString("");
    if (guide.isEmpty()) {
      throw new Refused(WecomError.BAD_PARAMETER, "userid is needed");
    }
    long now = world.clock().toEpochMilli();
    var own =
        task.reactions().stream()
            .filter(reaction -> reaction.approach().sender().equals(guide))
            .toList();
    Page page = page(request, 500, 1000);
    ObjectNode answer = ok();
    ArrayNode list = answer.putArray("send_list");
    for (Reaction reaction : slice(own, page)) {
      ObjectNode node = list.addObject();
      int status = status(reaction, now);
      node.put("external_userid", reaction.approach().address())
          .put("userid", guide)
          .put("status", status);
      if (status == 1) {
        node.put("send_time", reaction.sentMs() / 1000);
      }
    }
    return Answer.json(next(answer, page, own.size()));
  }

  /// 0 unsent, 1 sent, 2 no friend, 3 had this month's messages from others already.
  private static int status(Reaction reaction, long nowMs) {
    if (reaction.sentMs() > nowMs) {
      return 0;
    }
    return switch (reaction.fate()) {
      case DELIVERED -> 1;
      case NOT_FRIEND -> 2;
      case QUOTA_REACHED -> 3;
      case UNCONFIRMED -> 0;
      case UNDELIVERED, LIMITED ->
          throw new IllegalStateException("No fate of a WeCom message: " + reaction.fate());
    };
  }

  // ---- paging

  static Page page(JsonNode request, int usual, int most) {
    int limit = request.path("limit").asInt(usual);
    if (limit < 1 || limit > most) {
      throw new Refused(WecomError.BAD_PARAMETER, "limit: 1 to " + most);
    }
    String cursor = request.path("cursor").asString("");
    if (cursor.isEmpty()) {
      return new Page(0, limit);
    }
    try {
      return new Page(Integer.parseUnsignedInt(cursor, 36), limit);
    } catch (NumberFormatException e) {
      throw new Refused(WecomError.BAD_PARAMETER, "cursor is none of mine");
    }
  }

  static <T> List<T> slice(List<T> all, Page page) {
    int from = Math.min(page.from(), all.size());
    return all.subList(from, Math.min(all.size(), from + page.size()));
  }

  static ObjectNode next(ObjectNode answer, Page page, int total) {
    int end = page.from() + page.size();
    return answer.put("next_cursor", end < total ? Integer.toString(end, 36) : "");
  }

  // ---- contacts

  private Answer contact(String externalUserid) {
    if (!EXTERNAL_USERID.matcher(externalUserid).matches()) {
      throw new Refused(WecomError.BAD_EXTERNAL_USERID, "");
    }
    String guide = world.guideOf(externalUserid);
    if (guide == null) {
      throw new Refused(WecomError.NO_RELATION, "");
    }
    ObjectNode answer = ok();
    ObjectNode contact = answer.putObject("external_contact");
    ObjectNode user = answer.putArray("follow_user").addObject();
    describe(externalUserid, guide, contact, user);
    tags.describe(user.path("userid").asString(""), externalUserid, user.putArray("tags"));
    return Answer.json(answer);
  }

  /// @param contact gets who it is
  /// @param user gets who serves them since when
  private void describe(String externalUserid, String guide, ObjectNode contact, ObjectNode user) {
    Customer customer = world.customer(ChannelKind.WECOM, externalUserid);
    contact.put("external_userid", externalUserid).put("type", 1);
    long sinceMs = 0;
    if (customer instanceof Customer.OfBrand(Brand brand, long person)) {
      contact.put("name", brand.name(person)).put("gender", brand.female(person) ? 2 : 1);
      String unionid = brand.unionidInWecom(person);
      if (!unionid.isEmpty()) {
        contact.put("unionid", unionid);
      }
      Brand.Contact own = brand.contact(person);
      sinceMs = own == null ? 0 : own.fromMs();
    } else {
      contact.put("name", "顾客" + externalUserid.substring(2, 6)).put("gender", 0);
    }
    Reaction follow = world.followOf(externalUserid);
    user.put("userid", guide.isEmpty() ? World.ANY_GUIDE : guide).put("remark", "");
    if (follow != null) {
      user.put("createtime", follow.followsMs() / 1000).put("add_way", 1);
      for (var due : follow.dues()) {
        if (due.delivery() instanceof Delivery.Followed followed) {
          user.put("state", followed.state());
        }
      }
    } else {
      user.put("createtime", sinceMs / 1000).put("add_way", 1);
    }
  }

  private Answer contacts(String userid) {
    if (userid.isEmpty()) {
      throw new Refused(WecomError.BAD_PARAMETER, "userid is needed");
    }
    List<String> contacts = world.contactsOf(userid);
    if (contacts.isEmpty()) {
      throw new Refused(WecomError.NO_RELATION, "");
    }
    ObjectNode answer = ok();
    contacts.forEach(answer.putArray("external_userid")::add);
    return Answer.json(answer);
  }

  private Answer guides() {
    ObjectNode answer = ok();
    world.brand().guides().forEach(answer.putArray("follow_user")::add);
    return Answer.json(answer);
  }

  // ---- what customers write

  private Answer sync(JsonNode request) {
    if (!syncs.tryAcquire()) {
      conduct.violated("wecom 45033 kf/sync_msg");
      return error(WecomError.TOO_MANY_AT_ONCE, "");
    }
    try {
      if (!request.path("open_kfid").asString(World.OPEN_KFID).equals(World.OPEN_KFID)) {
        throw new Refused(WecomError.BAD_PARAMETER, "open_kfid is unknown");
      }
      Page page = page(request, 1000, 1000);
      // One more than the page tells whether there is more.
      List<Delivery.Wrote> found = world.writtenFrom(page.from(), page.size() + 1);
      int size = Math.min(found.size(), page.size());
      ObjectNode answer = ok();
      answer.put("next_cursor", Integer.toString(page.from() + size, 36));
      answer.put("has_more", found.size() > page.size() ? 1 : 0);
      ArrayNode list = answer.putArray("msg_list");
      for (Delivery.Wrote wrote : found.subList(0, size)) {
        ObjectNode node = list.addObject();
        node.put("msgid", "kf" + Long.toHexString(Dice.hash(3, wrote.key())))
            .put("open_kfid", World.OPEN_KFID)
            .put("external_userid", wrote.externalUserid())
            .put("send_time", wrote.atMs() / 1000)
            .put("origin", 3)
            .put("msgtype", "text");
        node.putObject("text").put("content", wrote.text());
      }
      return Answer.json(answer);
    } finally {
      syncs.release();
    }
  }
}
