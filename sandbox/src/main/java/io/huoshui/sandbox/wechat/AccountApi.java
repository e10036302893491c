package io.huoshui.sandbox.wechat;

import io.huoshui.sandbox.Secrets;
import io.huoshui.sandbox.http.Answer;
import io.huoshui.sandbox.http.Call;
import io.huoshui.sandbox.http.Chaos;
import io.huoshui.sandbox.http.Conduct;
import io.huoshui.sandbox.http.Endpoint;
import io.huoshui.sandbox.http.Frequency;
import io.huoshui.sandbox.http.Limit;
import io.huoshui.sandbox.http.Tokens;
import io.huoshui.sandbox.world.Entry;
import io.huoshui.sandbox.world.TagBook;
import io.huoshui.sandbox.world.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The calls of an official account under `/cgi-bin`: token, followers, tags.
///
/// A batch is taken whole or not at all: one follower who can not carry another tag refuses the
/// fifty, and nothing says who it was. Nothing here is called back.
public final class AccountApi implements Endpoint {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final Pattern OPENID = Pattern.compile("[A-Za-z0-9_-]{8,64}");
  private static final long FIRST_TAG = 100;

  /// Star followers; every account has it, and nobody may change it.
  private static final long STARRED = 2;

  private static final Set<String> CALLS =
      Set.of("token", "stable_token", "user/get", "qrcode/create", "showqrcode");

  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final AccountError error;

    Refused(AccountError error, String detail) {
      super(detail);
      this.error = error;
    }
  }

  private final World world;
  private final Secrets secrets;
  private final AccountLimits limits;
  private final Conduct conduct;
  private final Tokens tokens;

  /// The one call of the mini-program that is not under `/cgi-bin/`.
  public static final String MINI_CODE = "/wxa/getwxacodeunlimit";

  /// A picture of one dot.
  private static final byte[] DOT =
      Base64.getDecoder()
          .decode(
              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

  private final Frequency miniCodes;
  private final Frequency perMinute;
  private final Chaos chaos;
  private final AccountMessages messages;

  public AccountApi(
      World world,
      Secrets secrets,
      AccountLimits limits,
      AccountMessageLimits messageLimits,
      Conduct conduct) {
    this.world = world;
    this.secrets = secrets;
    this.limits = limits;
    this.conduct = conduct;
    this.messages = new AccountMessages(world, messageLimits, conduct);
    this.tokens = new Tokens(Duration.ofSeconds(limits.tokenSeconds().value()));
    this.miniCodes =
        new Frequency(
            Duration.ofMinutes(1),
            Limit.of(5000, "developers.weixin.qq.com getUnlimitedQRCode", "2026-11-28"));
    this.perMinute = new Frequency(Duration.ofMinutes(1), limits.callsPerMinute());
    this.chaos = new Chaos(world.settings().seed(), () -> world.faults().account());
  }

  /// Whether a path under `/cgi-bin/` is one of these; the others are WeCom's.
  public static boolean plays(String path) {
    return CALLS.contains(path)
        || path.startsWith("tags/")
        || path.startsWith("user/tag/")
        || AccountMessages.plays(path);
  }

  /// What the account and the mini-program send to people.
  public AccountMessages messages() {
    return messages;
  }

  @Override
  public Answer answer(Call call) throws InterruptedException {
    return chaos.around(
        call,
        () -> Answer.problem(503, "down", "The account is down by POST /sandbox/faults"),
        () -> error(AccountError.BUSY, ""),
        code -> Answer.json(JSON.createObjectNode().put("errcode", code).put("errmsg", "ordered")),
        this::undisturbed);
  }

  private Answer undisturbed(Call call) throws InterruptedException {
    try {
      String path =
          call.path().equals(MINI_CODE)
              ? MINI_CODE.substring(1)
              : call.path().substring("/cgi-bin/".length());
      Instant now = world.clock();
      conduct.called("account " + path);
      if (!perMinute.admits(path, now)) {
        conduct.violated("account 45009 " + path);
        return error(AccountError.TOO_OFTEN, path);
      }
      if (path.equals("token")) {
        return token(call.query("appid"), call.query("secret"), now);
      }
      if (path.equals("stable_token")) {
        JsonNode asked = body(call);
        return token(asked.path("appid").asString(""), asked.path("secret").asString(""), now);
      }
      if (path.equals("showqrcode")) {
        return picture(call.query("ticket"));
      }
      checkToken(call.query("access_token"), now);
      long work = world.faults().account().workMs();
      if (work > 0) {
        Thread.sleep(work);
      }
      return switch (path) {
        case "tags/create" -> create(body(call));
        case "tags/get" -> list();
        case "tags/update" -> update(body(call));
        case "tags/delete" -> delete(body(call));
        case "tags/members/batchtagging" -> mark(body(call), true);
        case "tags/members/batchuntagging" -> mark(body(call), false);
        case "tags/getidlist" -> carried(body(call));
        case "user/tag/get" -> carriers(body(call));
        case "user/get" -> followers(call.query("next_openid"));
        case "qrcode/create" -> code(body(call));
        case "wxa/getwxacodeunlimit" -> miniCode(body(call), now);
        default ->
            AccountMessages.plays(path)
                ? messages.answer(path, body(call), now)
                : error(AccountError.NO_SUCH_CALL, path);
      };
    } catch (Refused refused) {
      return error(refused.error, String.valueOf(refused.getMessage()));
    }
  }

  static Answer error(AccountError error, String detail) {
    return Answer.json(
        JSON.createObjectNode()
            .put("errcode", error.code())
            .put("errmsg", detail.isEmpty() ? error.message() : error.message() + ", " + detail));
  }

  static Answer ok() {
    return Answer.json(JSON.createObjectNode().put("errcode", 0).put("errmsg", "ok"));
  }

  private static JsonNode body(Call call) {
    try {
      return JSON.readTree(call.body());
    } catch (JacksonException e) {
      throw new Refused(AccountError.BAD_REQUEST, "the body is no JSON");
    }
  }

  // ---- codes

  /// A picture that opens a page of the mini-program with a scene; nothing of it is kept.
  private Answer miniCode(JsonNode request, Instant now) {
    if (!miniCodes.admits("", now)) {
      conduct.violated("account 45009 wxa/getwxacodeunlimit");
      throw new Refused(AccountError.TOO_OFTEN, "5000 a minute");
    }
    String scene = request.path("scene").asString("");
    if (!scene.matches("[0-9A-Za-z!#$&'()*+,/:;=?@\\-._~]{1,32}")) {
      throw new Refused(AccountError.BAD_SCENE, "");
    }
    String page = request.path("page").asString("");
    if (page.startsWith("/") || page.contains("?")) {
      throw new Refused(AccountError.BAD_PAGE, "");
    }
    if (!Set.of("release", "trial", "develop")
        .contains(request.path("env_version").asString("release"))) {
      throw new Refused(AccountError.BAD_ARGUMENT, "env_version");
    }
    return new Answer.Stream("image/png", false, out -> out.write(DOT));
  }

  /// A code that carries a scene, for good or for at most thirty days.
  private Answer code(JsonNode request) {
    String action = request.path("action_name").asString("");
    JsonNode scene = request.path("action_info").path("scene");
    String said =
        scene.has("scene_str")
            ? scene.path("scene_str").asString("")
            : scene.path("scene_id").asString(scene.path("scene_id").toString());
    boolean forGood = action.equals("QR_LIMIT_STR_SCENE") || action.equals("QR_LIMIT_SCENE");
    if (!forGood && !action.equals("QR_STR_SCENE") && !action.equals("QR_SCENE")) {
      throw new Refused(AccountError.BAD_REQUEST, "action_name");
    }
    long seconds = request.path("expire_seconds").asLong(60);
    if (said.isEmpty()
        || said.length() > 64
        || (!forGood && (seconds < 1 || seconds > limits.codeSeconds().value()))) {
      throw new Refused(AccountError.BAD_REQUEST, "scene: 1 to 64 characters, at most 30 days");
    }
    return world.ways(
        (book, write) -> {
          if (forGood && book.all("scene").size() >= limits.codesForGood().value()) {
            conduct.violated("account 45029 codes for good");
            throw new Refused(AccountError.TOO_MANY_CODES, "");
          }
          String ticket = book.fresh(said.hashCode());
          write.accept(
              new Entry.WayMade(
                  world.clock().toEpochMilli(),
                  ticket,
                  forGood ? "scene" : "sceneForAWhile",
                  said,
                  List.of(),
                  false,
                  ""));
          ObjectNode answer =
              JSON.createObjectNode()
                  .put("ticket", ticket)
                  .put("url", "http://weixin.qq.com/q/" + ticket);
          if (!forGood) {
            answer.put("expire_seconds", seconds);
          }
          return Answer.json(answer);
        });
  }

  private Answer picture(String ticket) {
    return world.ways(
        (book, _) ->
            book.find(ticket) == null
                ? Answer.problem(404, "not_found", "There is no code " + ticket)
                : new Answer.Text(
                    200,
                    "image/svg+xml",
                    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 200 200\"><rect"
                        + " width=\"200\" height=\"200\" fill=\"#eee\"/></svg>"));
  }

  // ---- tokens

  private Answer token(String appId, String secret, Instant now) {
    String app =
        !appId.isEmpty() && appId.equals(secrets.get("miniProgram", "appId"))
            ? "miniProgram"
            : "officialAccount";
    String own = secrets.get(app, "appId");
    if (own.isEmpty() || !appId.equals(own)) {
      return error(AccountError.BAD_APPID, "");
    }
    String ownSecret = secrets.get(app, "secret");
    if (ownSecret.isEmpty() || !secret.equals(ownSecret)) {
      return error(AccountError.BAD_SECRET, "");
    }
    return Answer.json(
        JSON.createObjectNode()
            .put("access_token", tokens.issue(ownSecret, now))
            .put("expires_in", tokens.secondsLeft(now)));
  }

  private void checkToken(String token, Instant now) {
    if (token.isEmpty()) {
      throw new Refused(AccountError.NO_TOKEN, "");
    }
    String mini = secrets.get("miniProgram", "secret");
    if (!mini.isEmpty() && tokens.check(token, mini, now) == Tokens.Standing.GOOD) {
      return;
    }
    switch (tokens.check(token, secrets.get("officialAccount", "secret"), now)) {
      case GOOD -> {}
      case EXPIRED -> throw new Refused(AccountError.TOKEN_EXPIRED, "");
      case UNKNOWN -> throw new Refused(AccountError.BAD_TOKEN, "");
    }
  }

  // ---- tags

  private Answer create(JsonNode request) {
    String name = request.path("tag").path("name").asString("");
    return world.tags(
        World.ACCOUNT,
        (book, record) -> {
          checkName(book, name, "");
          if (book.tags().size() >= limits.tags().value()) {
            conduct.violated("account 45056 tags of the account");
            throw new Refused(AccountError.TOO_MANY_TAGS, "");
          }
          long id = FIRST_TAG + book.made();
          record.accept(
              new Entry.TagMade(
                  world.clock().toEpochMilli(),
                  World.ACCOUNT,
                  "",
                  "",
                  Long.toString(id),
                  name,
                  0,
                  false));
          ObjectNode answer = JSON.createObjectNode();
          answer.putObject("tag").put("id", id).put("name", name);
          return Answer.json(answer);
        });
  }

  private void checkName(TagBook book, String name, String id) {
    if (name.getBytes(StandardCharsets.UTF_8).length > limits.nameBytes().value()) {
      throw new Refused(AccountError.LONG_NAME, "");
    }
    if (name.isBlank()
        || name.equals("星标组")
        || book.tags().stream().anyMatch(tag -> tag.name().equals(name) && !tag.id().equals(id))) {
      throw new Refused(AccountError.BAD_NAME, "");
    }
  }

  private Answer list() {
    return world.tags(
        World.ACCOUNT,
        (book, _) -> {
          ObjectNode answer = JSON.createObjectNode();
          ArrayNode list = answer.putArray("tags");
          list.addObject().put("id", STARRED).put("name", "星标组").put("count", 0);
          for (TagBook.Tag tag : book.tags()) {
            list.addObject()
                .put("id", Long.parseLong(tag.id()))
                .put("name", tag.name())
                .put("count", book.countOf(tag.id()));
          }
          return Answer.json(answer);
        });
  }

  private Answer update(JsonNode request) {
    long id = request.path("tag").path("id").asLong(-1);
    String name = request.path("tag").path("name").asString("");
    return changed(
        id,
        (book, record) -> {
          checkName(book, name, Long.toString(id));
          record.accept(
              new Entry.TagRenamed(
                  world.clock().toEpochMilli(), World.ACCOUNT, Long.toString(id), name, 0, false));
        });
  }

  private Answer delete(JsonNode request) {
    long id = request.path("tag").path("id").asLong(-1);
    return changed(
        id,
        (book, record) -> {
          if (book.countOf(Long.toString(id)) > limits.deletableFollowers().value()) {
            throw new Refused(AccountError.TOO_MANY_FOLLOWERS, "");
          }
          record.accept(
              new Entry.TagsGone(
                  world.clock().toEpochMilli(), World.ACCOUNT, List.of(Long.toString(id)), false));
        });
  }

  private interface Work {
    void on(TagBook book, Consumer<Entry.OfTags> record);
  }

  private Answer changed(long id, Work work) {
    if (id >= 0 && id <= STARRED) {
      throw new Refused(AccountError.RESERVED_TAG, "");
    }
    world.tags(
        World.ACCOUNT,
        (book, record) -> {
          if (book.tag(Long.toString(id)) == null) {
            throw new Refused(AccountError.BAD_TAG, "");
          }
          work.on(book, record);
          return true;
        });
    return ok();
  }

  // ---- on followers

  private Answer mark(JsonNode request, boolean on) {
    long id = request.path("tagid").asLong(-1);
    var openids = new ArrayList<String>();
    request.path("openid_list").forEach(each -> openids.add(each.asString("")));
    if (openids.isEmpty() || openids.size() > limits.openidsPerCall().value()) {
      if (!openids.isEmpty()) {
        conduct.violated("account 40032 openids of one call");
      }
      throw new Refused(AccountError.TOO_MANY_OPENIDS, "");
    }
    NavigableSet<String> followers = world.followers();
    for (String openid : openids) {
      follower(followers, openid);
    }
    String tag = Long.toString(id);
    return changed(
        id,
        (book, record) -> {
          for (String openid : openids) {
            Set<String> after = book.carried("", openid);
            after.add(tag);
            if (on && after.size() > limits.tagsPerFollower().value()) {
              throw new Refused(AccountError.FOLLOWER_FULL, "");
            }
          }
          record.accept(
              new Entry.TagsMarked(
                  world.clock().toEpochMilli(),
                  World.ACCOUNT,
                  "",
                  openids,
                  on ? List.of(tag) : List.of(),
                  on ? List.of() : List.of(tag),
                  false));
        });
  }

  private static void follower(NavigableSet<String> followers, String openid) {
    if (!OPENID.matcher(openid).matches()) {
      throw new Refused(AccountError.BAD_OPENID, "");
    }
    if (!followers.contains(openid)) {
      throw new Refused(AccountError.OTHER_ACCOUNT, "");
    }
  }

  private Answer carried(JsonNode request) {
    String openid = request.path("openid").asString("");
    follower(world.followers(), openid);
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode list = answer.putArray("tagid_list");
    world
        .tags(World.ACCOUNT, (book, _) -> book.carried("", openid))
        .forEach(id -> list.add(Long.parseLong(id)));
    return Answer.json(answer);
  }

  private Answer carriers(JsonNode request) {
    long id = request.path("tagid").asLong(-1);
    List<String> all =
        world.tags(
            World.ACCOUNT,
            (book, _) -> {
              if (book.tag(Long.toString(id)) == null) {
                throw new Refused(AccountError.BAD_TAG, "");
              }
              return book.carriers(Long.toString(id));
            });
    return page(all, request.path("next_openid").asString(""), null);
  }

  private Answer followers(String next) {
    List<String> all = List.copyOf(world.followers());
    return page(all, next, all.size());
  }

  /// The page after an openid, in the order of openids; an empty one has no `data`.
  private Answer page(List<String> all, String after, @Nullable Integer total) {
    int from = 0;
    while (!after.isEmpty() && from < all.size() && all.get(from).compareTo(after) <= 0) {
      from++;
    }
    List<String> page =
        all.subList(from, (int) Math.min(all.size(), from + limits.pageSize().value()));
    ObjectNode answer = JSON.createObjectNode();
    if (total != null) {
      answer.put("total", total);
    }
    answer.put("count", page.size());
    if (!page.isEmpty()) {
      page.forEach(answer.putObject("data").putArray("openid")::add);
      answer.put("next_openid", page.getLast());
    }
    return Answer.json(answer);
  }
}
