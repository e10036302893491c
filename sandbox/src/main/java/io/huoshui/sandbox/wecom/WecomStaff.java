package io.huoshui.sandbox.wecom;

import io.huoshui.sandbox.draw.Dice;
import io.huoshui.sandbox.http.Answer;
import io.huoshui.sandbox.http.Conduct;
import io.huoshui.sandbox.http.Frequency;
import io.huoshui.sandbox.wecom.WecomApi.Page;
import io.huoshui.sandbox.wecom.WecomApi.Refused;
import io.huoshui.sandbox.world.Entry;
import io.huoshui.sandbox.world.StaffBook;
import io.huoshui.sandbox.world.StaffBook.Member;
import io.huoshui.sandbox.world.StaffBook.Transfer;
import io.huoshui.sandbox.world.World;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Departments and members, customers and groups that change hands, JS tickets and login codes.
///
/// One customer in ten says no to whoever takes over. Groups have no members here: a group is
/// called `wr-OWNER-NUMBER`, and is whose name says so until it is given away.
public final class WecomStaff {
  private final World world;
  private final WecomStaffLimits limits;
  private final Conduct conduct;
  private final Frequency tickets;
  private final Map<String, LoginCode> codes = new HashMap<>();
  private final AtomicInteger spoiled = new AtomicInteger();
  private int codesMade;

  private record LoginCode(String userid, Instant until) {}

  WecomStaff(World world, WecomStaffLimits limits, Conduct conduct) {
    this.world = world;
    this.limits = limits;
    this.conduct = conduct;
    this.tickets = new Frequency(Duration.ofHours(1), limits.ticketsPerHour());
  }

  private static Refused refused(WecomError error, String detail) {
    return new Refused(error, detail);
  }

  // ---- who there is

  Answer departments() {
    ObjectNode answer = WecomApi.ok();
    ArrayNode list = answer.putArray("department");
    world
        .staff((book, brand, _) -> book.departments(brand))
        .forEach(
            each ->
                list.addObject()
                    .put("id", each.id())
                    .put("name", each.name())
                    .put("parentid", each.parent())
                    .put("order", each.id()));
    return Answer.json(answer);
  }

  Answer users(String department, boolean below, boolean simple) {
    long top;
    try {
      top = Long.parseLong(department);
    } catch (NumberFormatException e) {
      throw refused(WecomError.BAD_PARAMETER, "department_id is needed");
    }
    long now = world.clock().toEpochMilli();
    return world.staff(
        (book, brand, _) -> {
          Set<Long> wanted = below(book.departments(brand), top, below);
          if (wanted.isEmpty()) {
            throw refused(WecomError.BAD_DEPARTMENT, department);
          }
          ObjectNode answer = WecomApi.ok();
          ArrayNode list = answer.putArray("userlist");
          for (Member member : book.members(brand).values()) {
            if (wanted.contains(member.department()) && member.there(now)) {
              ObjectNode node = list.addObject();
              node.put("userid", member.userid()).put("name", member.name());
              node.putArray("department").add(member.department());
              if (!simple) {
                node.putArray("is_leader_in_dept").add(member.leads() ? 1 : 0);
                node.put("main_department", member.department()).put("status", 1);
              }
            }
          }
          return Answer.json(answer);
        });
  }

  private static Set<Long> below(List<StaffBook.Department> departments, long top, boolean below) {
    var wanted = new HashSet<Long>();
    // Parents stand before their children.
    for (StaffBook.Department each : departments) {
      if (each.id() == top || (below && wanted.contains(each.parent()))) {
        wanted.add(each.id());
      }
    }
    return wanted;
  }

  // ---- customers change hands

  Answer transfer(JsonNode request, boolean left) {
    String from = request.path("handover_userid").asString("");
    String to = request.path("takeover_userid").asString("");
    JsonNode asked = request.path("external_userid");
    if (!asked.isArray() || asked.isEmpty()) {
      throw refused(WecomError.BAD_PARAMETER, "external_userid is needed");
    }
    if (asked.size() > limits.transfersPerCall().value()) {
      conduct.violated("wecom transfersPerCall");
      throw refused(
          WecomError.BAD_PARAMETER,
          "external_userid: at most " + limits.transfersPerCall().value());
    }
    String message = request.path("transfer_success_msg").asString("");
    if (message.length() > limits.messageCharacters().value()) {
      conduct.violated("wecom messageCharacters");
      throw refused(
          WecomError.BAD_PARAMETER,
          "transfer_success_msg: at most " + limits.messageCharacters().value());
    }
    var customers = new LinkedHashSet<String>();
    asked.forEach(each -> customers.add(each.asString("")));
    Map<String, String> guideOf = new HashMap<>();
    for (String customer : customers) {
      String guide =
          WecomApi.EXTERNAL_USERID.matcher(customer).matches() ? world.guideOf(customer) : null;
      if (guide != null) {
        guideOf.put(customer, guide.isEmpty() ? World.ANY_GUIDE : guide);
      }
    }
    long now = world.clock().toEpochMilli();
    return world.staff(
        (book, brand, record) -> {
          Map<String, Member> members = book.members(brand);
          Member giver = members.get(from);
          Member taker = members.get(to);
          if (giver == null || taker == null || !taker.there(now)) {
            throw refused(WecomError.BAD_USER, giver == null ? from : to);
          }
          if (left && giver.there(now)) {
            throw refused(WecomError.NOT_LEFT, from);
          }
          if (!left && !giver.there(now)) {
            throw refused(WecomError.BAD_USER, from);
          }
          long leftMs = giver.leftMs();
          if (left && leftMs < now - Duration.ofDays(limits.leftDays().value()).toMillis()) {
            throw refused(WecomError.NOT_LEFT, from + " left too long ago");
          }
          var codes = new LinkedHashMap<String, Integer>();
          var begun = new ArrayList<String>();
          for (String customer : customers) {
            int code = code(book, customer, guideOf.get(customer), from, to, left, now);
            codes.put(customer, code);
            if (code == 0) {
              begun.add(customer);
            }
          }
          if (!begun.isEmpty()) {
            record.accept(
                new Entry.Transferred(
                    now,
                    now + Duration.ofHours(limits.settleHours().value()).toMillis(),
                    from,
                    to,
                    left,
                    begun,
                    begun.stream().map(each -> outcome(each, to)).toList()));
          }
          ObjectNode answer = WecomApi.ok();
          ArrayNode list = answer.putArray("customer");
          codes.forEach(
              (customer, code) ->
                  list.addObject().put("external_userid", customer).put("errcode", code));
          return Answer.json(answer);
        });
  }

  private int code(
      StaffBook book,
      String customer,
      @Nullable String guide,
      String from,
      String to,
      boolean left,
      long now) {
    if (guide == null) {
      return WecomError.BAD_EXTERNAL_USERID.code();
    }
    if (from.equals(to)) {
      return WecomError.SAME_MEMBER.code();
    }
    if (!guide.equals(from)) {
      return WecomError.NOT_THEIR_CUSTOMER.code();
    }
    List<Transfer> before = book.transfersOf(customer);
    if (before.stream().anyMatch(each -> each.settlesMs() > now)) {
      return WecomError.UNDER_WAY.code();
    }
    long since = now - Duration.ofDays(limits.windowDays().value()).toMillis();
    long lately = before.stream().filter(each -> !each.left() && each.atMs() > since).count();
    if (!left && lately >= limits.transfersPerWindow().value()) {
      conduct.violated("wecom transfersPerWindow");
      return WecomError.TRANSFERRED_TOO_OFTEN.code();
    }
    return 0;
  }

  private String outcome(String customer, String to) {
    long hash = Dice.hash(Dice.hash(world.settings().seed(), customer), to) >>> 1;
    return hash % 10 == 0 ? "customer_refused" : "taken_over";
  }

  Answer results(JsonNode request, boolean left) {
    String from = request.path("handover_userid").asString("");
    String to = request.path("takeover_userid").asString("");
    long now = world.clock().toEpochMilli();
    List<Transfer> found = world.staff((book, _, _) -> book.transfers(from, to, left));
    Page page = WecomApi.page(request, 1_000, 1_000);
    ObjectNode answer = WecomApi.ok();
    ArrayNode list = answer.putArray("customer");
    for (Transfer each : WecomApi.slice(found, page)) {
      boolean settled = each.settlesMs() <= now;
      int status = !settled ? 2 : each.outcome().equals("taken_over") ? 1 : 3;
      list.addObject()
          .put("external_userid", each.customer())
          .put("status", status)
          .put("takeover_time", status == 1 ? each.settlesMs() / 1000 : 0);
    }
    return Answer.json(WecomApi.next(answer, page, found.size()));
  }

  /// Customers of members who left, who are nobody's yet.
  Answer unassigned(JsonNode request) {
    long now = world.clock().toEpochMilli();
    Map<String, Long> gone =
        world.staff(
            (book, brand, _) -> {
              var left = new LinkedHashMap<String, Long>();
              book.members(brand)
                  .forEach(
                      (userid, member) -> {
                        if (!member.there(now)) {
                          left.put(userid, member.leftMs());
                        }
                      });
              return left;
            });
    ObjectNode answer = WecomApi.ok();
    ArrayNode list = answer.putArray("info");
    gone.forEach(
        (userid, leftMs) ->
            world
                .contactsOf(userid)
                .forEach(
                    customer ->
                        list.addObject()
                            .put("handover_userid", userid)
                            .put("external_userid", customer)
                            .put("dimission_time", leftMs / 1000)));
    return Answer.json(answer.put("is_last", true).put("next_cursor", ""));
  }

  // ---- groups

  Answer groups(JsonNode request, boolean left) {
    String to = request.path("new_owner").asString("");
    JsonNode asked = request.path("chat_id_list");
    if (!asked.isArray() || asked.isEmpty() || asked.size() > limits.groupsPerCall().value()) {
      conduct.violated("wecom groupsPerCall");
      throw refused(
          WecomError.BAD_PARAMETER, "chat_id_list: 1 to " + limits.groupsPerCall().value());
    }
    long now = world.clock().toEpochMilli();
    long day = now / Duration.ofDays(1).toMillis();
    return world.staff(
        (book, brand, record) -> {
          Map<String, Member> members = book.members(brand);
          Member taker = members.get(to);
          if (taker == null || !taker.there(now)) {
            throw refused(WecomError.BAD_USER, to);
          }
          var given = new LinkedHashMap<String, List<String>>();
          ObjectNode answer = WecomApi.ok();
          ArrayNode failed = answer.putArray("failed_chat_list");
          for (JsonNode each : asked) {
            String chat = each.asString("");
            String owner =
                chat.startsWith("wr-") && chat.lastIndexOf('-') > 3
                    ? chat.substring(3, chat.lastIndexOf('-'))
                    : "";
            Member holder = members.get(owner);
            int already = given.getOrDefault(owner, List.of()).size();
            WecomError error =
                holder == null
                    ? WecomError.NO_CUSTOMER_GROUP
                    : !book.ownerOf(chat).isEmpty()
                        ? WecomError.GROUP_DONE
                        : left && holder.there(now)
                            ? WecomError.OWNER_NOT_LEFT
                            : !left && !holder.there(now) ? WecomError.OWNER_LEFT : null;
            if (error == null
                && book.groupsGiven(owner, day) + already >= limits.groupsPerDay().value()) {
              conduct.violated("wecom groupsPerDay");
              error = WecomError.TOO_OFTEN;
            }
            if (error == null) {
              given.computeIfAbsent(owner, _ -> new ArrayList<>()).add(chat);
            } else {
              failed
                  .addObject()
                  .put("chat_id", chat)
                  .put("errcode", error.code())
                  .put("errmsg", error.message());
            }
          }
          given.forEach(
              (owner, chats) -> record.accept(new Entry.GroupsGiven(now, owner, to, chats)));
          return Answer.json(answer);
        });
  }

  // ---- pages

  Answer ticket(String kind) {
    Instant now = world.clock();
    if (!tickets.admits(kind, now)) {
      conduct.violated("wecom ticketsPerHour");
      throw refused(WecomError.TOO_OFTEN, kind);
    }
    return Answer.json(
        WecomApi.ok()
            .put("ticket", good(kind))
            .put("expires_in", 7200 - now.getEpochSecond() % 7200));
  }

  /// The ticket that is good now: another one every two hours, and after those were spoiled.
  private String good(String kind) {
    long hours = world.clock().getEpochSecond() / 7200;
    return kind
        + "-"
        + Long.toHexString(
            Dice.hash(
                Dice.hash(world.settings().seed(), kind), hours + 1_000_003L * spoiled.get()));
  }

  /// What the client says of a page's two signatures (path/96909).
  private Answer page(JsonNode page) {
    return Answer.json(
        JsonMapper.shared()
            .createObjectNode()
            .put("config", holds("jsapi", page, "signature"))
            .put("agentConfig", holds("agent_config", page, "agentSignature")));
  }

  private boolean holds(String kind, JsonNode page, String signature) {
    String text =
        "jsapi_ticket="
            + good(kind)
            + "&noncestr="
            + page.path("nonce").asString("")
            + "&timestamp="
            + page.path("timestamp").asLong(0)
            + "&url="
            + page.path("url").asString("");
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)))
          .equals(page.path(signature).asString(""));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-1", e);
    }
  }

  /// Who a member is whose page was given a code; good once.
  synchronized Answer login(String code) {
    LoginCode known = codes.remove(code);
    if (known == null || world.clock().isAfter(known.until())) {
      throw refused(WecomError.BAD_CODE, "");
    }
    return Answer.json(WecomApi.ok().put("userid", known.userid()));
  }

  // ---- what happens in the app

  /// `{"leave": "li"}`, `{"join": {"userid", "name", "department"}}`, `{"move": …}` of the same
  /// form, `{"open": "li"}` (a member opens a page: the answer has the code).
  public Answer inTheApp(JsonNode request) {
    if (request.path("open").isString()) {
      return open(request.path("open").asString(""));
    }
    if (request.path("page").isObject()) {
      return page(request.path("page"));
    }
    if (request.path("spoil").asString("").equals("tickets")) {
      spoiled.incrementAndGet();
      return Answer.json(WecomApi.ok());
    }
    long now = world.clock().toEpochMilli();
    String leaving = request.path("leave").asString("");
    JsonNode moving = request.path(request.path("join").isObject() ? "join" : "move");
    String userid = leaving.isEmpty() ? moving.path("userid").asString("") : leaving;
    return world.staff(
        (book, brand, record) -> {
          Member known = book.members(brand).get(userid);
          boolean joins = request.path("join").isObject();
          if (userid.isEmpty() || (known == null && !joins)) {
            throw new IllegalArgumentException(
                "leave, join, move or open: a member's userid; page; spoil");
          }
          record.accept(
              new Entry.MemberChanged(
                  now,
                  userid,
                  moving.path("name").asString(known == null ? userid : known.name()),
                  moving.path("department").asLong(known == null ? 1 : known.department()),
                  !leaving.isEmpty(),
                  known == null
                      ? "create_user"
                      : leaving.isEmpty() ? "update_user" : "delete_user"));
          return Answer.json(WecomApi.ok());
        });
  }

  private Answer open(String userid) {
    return Answer.json(WecomApi.ok().put("code", loginCode(userid)));
  }

  /// What the page of a member is given when they open it; good once.
  public synchronized String loginCode(String userid) {
    String code =
        "code"
            + Long.toHexString(Dice.hash(Dice.hash(world.settings().seed(), userid), codesMade++));
    codes.put(code, new LoginCode(userid, world.clock().plusSeconds(limits.codeSeconds().value())));
    return code;
  }
}
