package io.huoshui.sandbox.wechat;

import io.huoshui.sandbox.http.Answer;
import io.huoshui.sandbox.http.Call;
import io.huoshui.sandbox.http.Conduct;
import io.huoshui.sandbox.world.Entry;
import io.huoshui.sandbox.world.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Messages of an official account or a mini-program to one person.
///
/// Each kind of act fills a purse of its own; a message is paid from the purse that ends first. Who
/// asks for more, or too late, is refused, and it is counted: a caller that minds its budget never
/// is. People act by `POST /sandbox/account/acts`.
public final class AccountMessages {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String ROOM = "account-messages";
  private static final Set<String> CALLS =
      Set.of(
          "message/custom/send",
          "message/template/send",
          "message/subscribe/send",
          "message/subscribe/bizsend");

  private static final class Purse {
    long untilMs;
    long left;
  }

  private record Sent(String path, String openid, String text, long atMs, long id) {}

  private final World world;
  private final AccountMessageLimits limits;
  private final Conduct conduct;

  /// By openid and kind of act.
  private final Map<String, Map<String, Purse>> purses = new HashMap<>();

  /// By openid and template, how many messages it may still be sent.
  private final Map<String, Long> subscriptions = new HashMap<>();

  private final Map<String, Sent> byClientId = new HashMap<>();
  private final Map<Long, Long> templatesByDay = new HashMap<>();
  private final List<Sent> sent = new ArrayList<>();

  AccountMessages(World world, AccountMessageLimits limits, Conduct conduct) {
    this.world = world;
    this.limits = limits;
    this.conduct = conduct;
    world.kept(ROOM).forEach(this::apply);
  }

  static boolean plays(String path) {
    return CALLS.contains(path);
  }

  private void write(Consumer<String> keep, ObjectNode node) {
    String body = JSON.writeValueAsString(node);
    keep.accept(body);
    apply(new Entry.Kept(world.clock().toEpochMilli(), ROOM, body));
  }

  private void apply(Entry.Kept kept) {
    JsonNode body = JSON.readTree(kept.body());
    String openid = body.path("openid").asString("");
    String template = body.path("template").asString("");
    switch (body.path("what").asString("")) {
      case "act" -> {
        String act = body.path("act").asString("");
        if (act.equals("subscribe")) {
          subscriptions.merge(openid + " " + template, 1L, Long::sum);
        } else {
          boolean reply = act.equals("message");
          var purse = new Purse();
          purse.untilMs =
              kept.atMs() + 1000 * (reply ? limits.replySeconds() : limits.actSeconds()).value();
          purse.left = (reply ? limits.afterReply() : limits.afterAct()).value();
          purses.computeIfAbsent(openid, _ -> new HashMap<>()).put(act, purse);
        }
      }
      case "sent" -> {
        String path = body.path("path").asString("");
        var one =
            new Sent(path, openid, body.path("text").asString(""), kept.atMs(), sent.size() + 1L);
        sent.add(one);
        switch (path) {
          case "message/custom/send" -> pay(openid, kept.atMs());
          case "message/template/send" -> {
            byClientId.put(openid + " " + body.path("client").asString(""), one);
            templatesByDay.merge(day(kept.atMs()), 1L, Long::sum);
          }
          default -> subscriptions.merge(openid + " " + template, -1L, Long::sum);
        }
      }
      default -> throw new IllegalStateException("Nothing of mine: " + kept.body());
    }
  }

  private static long day(long atMs) {
    return Math.floorDiv(atMs + 8 * 3_600_000L, 86_400_000L);
  }

  private void pay(String openid, long atMs) {
    purses.getOrDefault(openid, Map.of()).values().stream()
        .filter(purse -> purse.untilMs > atMs && purse.left > 0)
        .min(Comparator.comparingLong(purse -> purse.untilMs))
        .ifPresent(purse -> purse.left--);
  }

  Answer answer(String path, JsonNode request, Instant now) {
    return world.keeping(ROOM, keep -> answer(path, request, now.toEpochMilli(), keep));
  }

  private Answer answer(String path, JsonNode request, long now, Consumer<String> keep) {
    String openid = request.path("touser").asString("");
    if (!openid.matches("[A-Za-z0-9_-]{4,64}")) {
      return AccountApi.error(AccountError.BAD_OPENID, "");
    }
    ObjectNode taken =
        JSON.createObjectNode().put("what", "sent").put("path", path).put("openid", openid);
    if (path.equals("message/custom/send")) {
      List<Purse> open =
          purses.getOrDefault(openid, Map.of()).values().stream()
              .filter(purse -> purse.untilMs > now)
              .toList();
      if (open.stream().noneMatch(purse -> purse.left > 0)) {
        AccountError error = open.isEmpty() ? AccountError.WINDOW_OVER : AccountError.BUDGET_SPENT;
        conduct.violated("account " + error.code() + " " + path);
        return AccountApi.error(error, "");
      }
      write(keep, taken.put("text", text(request)));
      return AccountApi.ok();
    }
    String template = request.path("template_id").asString("");
    if (template.isEmpty()) {
      return AccountApi.error(AccountError.BAD_TEMPLATE, "");
    }
    taken.put("template", template).put("text", JSON.writeValueAsString(request.path("data")));
    if (path.equals("message/template/send")) {
      String client = request.path("client_msg_id").asString("");
      Sent before = client.isEmpty() ? null : byClientId.get(openid + " " + client);
      if (before != null && before.atMs() > now - 1000 * limits.sameSeconds().value()) {
        return msgid(before.id());
      }
      if (templatesByDay.getOrDefault(day(now), 0L) >= limits.templatesPerDay().value()) {
        conduct.violated("account 45009 " + path);
        return AccountApi.error(AccountError.TOO_OFTEN, path);
      }
      write(keep, taken.put("client", client));
      return msgid(sent.getLast().id());
    }
    if (subscriptions.getOrDefault(openid + " " + template, 0L) <= 0) {
      conduct.violated("account 43101 " + path);
      return AccountApi.error(AccountError.NOT_SUBSCRIBED, "");
    }
    write(keep, taken);
    return msgid(sent.getLast().id());
  }

  private static String text(JsonNode request) {
    String type = request.path("msgtype").asString("");
    JsonNode body = request.path(type);
    return type.equals("text") ? body.path("content").asString("") : JSON.writeValueAsString(body);
  }

  private static Answer msgid(long id) {
    return Answer.json(
        JSON.createObjectNode().put("errcode", 0).put("errmsg", "ok").put("msgid", id));
  }

  /// What whoever runs the sandbox asks: `POST acts` lets somebody do something, `GET messages`
  /// shows what an openid got.
  public Answer control(Call call) {
    String path = call.path().substring("/sandbox/account/".length());
    if (call.method().equals("POST") && path.equals("acts")) {
      return act(call);
    }
    if (call.method().equals("GET") && path.equals("messages")) {
      String openid = call.query("openid");
      return world.keeping(
          ROOM,
          _ -> {
            ObjectNode answer = JSON.createObjectNode();
            ArrayNode list = answer.putArray("messages");
            for (Sent one : sent) {
              if (openid.isEmpty() || one.openid().equals(openid)) {
                list.addObject()
                    .put("call", one.path())
                    .put("openid", one.openid())
                    .put("text", one.text())
                    .put("at", Instant.ofEpochMilli(one.atMs()).toString());
              }
            }
            return Answer.json(answer);
          });
    }
    return Answer.problem(404, "not_found", call.path() + " is nothing the sandbox plays");
  }

  private Answer act(Call call) {
    JsonNode body;
    try {
      body = JSON.readTree(call.body());
    } catch (JacksonException e) {
      return Answer.problem(400, "malformed", "the body is no JSON");
    }
    String act = body.path("act").asString("");
    String openid = body.path("openid").asString("");
    String template = body.path("template").asString("");
    if (!Set.of("message", "menu", "follow", "scan", "subscribe").contains(act)
        || openid.isEmpty()
        || (act.equals("subscribe") && template.isEmpty())) {
      return Answer.problem(
          422,
          "bad_act",
          "act: message, menu, follow, scan, subscribe; openid; template with subscribe");
    }
    return world.keeping(
        ROOM,
        keep -> {
          write(
              keep,
              JSON.createObjectNode()
                  .put("what", "act")
                  .put("act", act)
                  .put("openid", openid)
                  .put("template", template));
          return Answer.json(JSON.createObjectNode().put("openid", openid).put("act", act));
        });
  }
}
