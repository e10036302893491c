package io.huoshui.sandbox.wecom;

import io.huoshui.sandbox.customers.Reaction;
import io.huoshui.sandbox.draw.Dice;
import io.huoshui.sandbox.http.Answer;
import io.huoshui.sandbox.http.Conduct;
import io.huoshui.sandbox.wecom.WecomApi.Page;
import io.huoshui.sandbox.wecom.WecomApi.Refused;
import io.huoshui.sandbox.world.Entry;
import io.huoshui.sandbox.world.TagBook;
import io.huoshui.sandbox.world.World;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Corp tags: kept per guide and customer, made and put on by these calls or by members in the app.
/// Formats of developer.work.weixin.qq.com/document/path/92117, 92118 and 92994.
///
/// What a call changes is called back to nobody. Where the pages name no code for a limit (too many
/// tags, too many of them on a customer), the answer is 40058 and says so.
public final class WecomTags {
  private static final JsonMapper JSON = JsonMapper.shared();

  private final World world;
  private final WecomTagLimits limits;
  private final Conduct conduct;
  private final Semaphore marks;

  /// The contacts a page goes on in, by the members it was asked of: a listing is of one moment.
  private final Map<String, List<String[]>> listings = new ConcurrentHashMap<>();

  WecomTags(World world, WecomTagLimits limits, Conduct conduct) {
    this.world = world;
    this.limits = limits;
    this.conduct = conduct;
    this.marks = new Semaphore((int) limits.marksAtOnce().value());
  }

  // ---- tags

  Answer list(JsonNode request) {
    Set<String> tags = texts(request.path("tag_id"));
    Set<String> groups = texts(request.path("group_id"));
    return world.tags(
        World.WECOM,
        (book, _) -> {
          ObjectNode answer = WecomApi.ok();
          ArrayNode list = answer.putArray("tag_group");
          for (TagBook.Group group : book.groups()) {
            var own =
                book.tagsOf(group.id()).stream()
                    .filter(
                        tag ->
                            (tags.isEmpty() && groups.isEmpty())
                                || tags.contains(tag.id())
                                || (tags.isEmpty() && groups.contains(group.id())))
                    .toList();
            if (!own.isEmpty()) {
              list.add(describe(group, own));
            }
          }
          return Answer.json(answer);
        });
  }

  private static ObjectNode describe(TagBook.Group group, List<TagBook.Tag> tags) {
    ObjectNode node =
        JSON.createObjectNode()
            .put("group_id", group.id())
            .put("group_name", group.name())
            .put("create_time", group.madeMs() / 1000)
            .put("order", group.order());
    ArrayNode list = node.putArray("tag");
    for (TagBook.Tag tag : tags) {
      list.addObject()
          .put("id", tag.id())
          .put("name", tag.name())
          .put("create_time", tag.madeMs() / 1000)
          .put("order", tag.order());
    }
    return node;
  }

  Answer add(JsonNode request) {
    var names = new ArrayList<String>();
    request.path("tag").forEach(tag -> names.add(tag.path("name").asString("")));
    return world.tags(
        World.WECOM,
        (book, record) -> {
          TagBook.Group group =
              make(
                  book,
                  record,
                  request.path("group_id").asString(""),
                  request.path("group_name").asString(""),
                  names,
                  false);
          var made =
              book.tagsOf(group.id()).stream().filter(tag -> names.contains(tag.name())).toList();
          return Answer.json(WecomApi.ok().set("tag_group", describe(group, made)));
        });
  }

  private TagBook.Group make(
      TagBook book,
      Consumer<Entry.OfTags> record,
      String groupId,
      String groupName,
      List<String> names,
      boolean byMember) {
    if (names.isEmpty() || names.size() > limits.tagsPerAdd().value()) {
      throw new Refused(WecomError.BAD_PARAMETER, "tag: 1 to " + limits.tagsPerAdd().value());
    }
    names.forEach(this::checkName);
    if (names.size() != Set.copyOf(names).size()) {
      throw new Refused(WecomError.BAD_TAG_NAME, "the same name twice");
    }
    if (book.tags().size() + names.size() > limits.tags().value()) {
      conduct.violated("wecom tags of the corp");
      throw new Refused(
          WecomError.BAD_PARAMETER, "at most " + limits.tags().value() + " tags of a corp");
    }
    TagBook.Group group = groupId.isEmpty() ? named(book, groupName) : book.group(groupId);
    if (group == null && !groupId.isEmpty()) {
      throw new Refused(WecomError.BAD_TAG, groupId);
    }
    long now = world.clock().toEpochMilli();
    if (group == null) {
      checkName(groupName);
      String id = freshId(book);
      record.accept(new Entry.TagMade(now, World.WECOM, "", groupName, id, "", 0, byMember));
      group = new TagBook.Group(id, groupName, 0, now);
    }
    for (String name : names) {
      if (book.names(group.id()).contains(name)) {
        throw new Refused(WecomError.BAD_TAG_NAME, "'" + name + "' is in this group already");
      }
    }
    for (String name : names) {
      record.accept(
          new Entry.TagMade(
              now, World.WECOM, group.id(), group.name(), freshId(book), name, 0, byMember));
    }
    return group;
  }

  private static TagBook.@Nullable Group named(TagBook book, String name) {
    return book.groups().stream()
        .filter(group -> group.name().equals(name))
        .findFirst()
        .orElse(null);
  }

  private String freshId(TagBook book) {
    return String.format(
        Locale.ROOT,
        "etHuoshuiSandbox%016x",
        Dice.hash(Dice.hash(world.settings().seed(), "tags"), book.made()));
  }

  private void checkName(String name) {
    if (name.isBlank() || name.codePointCount(0, name.length()) > limits.nameCharacters().value()) {
      throw new Refused(
          WecomError.BAD_TAG_NAME, "1 to " + limits.nameCharacters().value() + " characters");
    }
  }

  Answer edit(JsonNode request) {
    world.tags(
        World.WECOM,
        (book, record) -> {
          rename(
              book,
              record,
              request.path("id").asString(""),
              request.path("name").asString(""),
              request.path("order").asLong(-1),
              false);
          return true;
        });
    return Answer.json(WecomApi.ok());
  }

  private void rename(
      TagBook book,
      Consumer<Entry.OfTags> record,
      String id,
      String name,
      long order,
      boolean byMember) {
    TagBook.Tag tag = book.tag(id);
    TagBook.Group group = book.group(id);
    if (tag == null && group == null) {
      throw new Refused(WecomError.BAD_TAG, id);
    }
    String before = tag != null ? tag.name() : group == null ? "" : group.name();
    long place = tag != null ? tag.order() : group == null ? 0 : group.order();
    String wanted = name.isEmpty() ? before : name;
    checkName(wanted);
    boolean taken =
        tag != null ? book.names(tag.group()).contains(wanted) : named(book, wanted) != null;
    if (taken && !wanted.equals(before)) {
      throw new Refused(WecomError.BAD_TAG_NAME, "'" + wanted + "' is there already");
    }
    record.accept(
        new Entry.TagRenamed(
            world.clock().toEpochMilli(),
            World.WECOM,
            id,
            wanted,
            order < 0 ? place : order,
            byMember));
  }

  Answer delete(JsonNode request) {
    var ids = new ArrayList<String>(texts(request.path("tag_id")));
    ids.addAll(texts(request.path("group_id")));
    world.tags(
        World.WECOM,
        (book, record) -> {
          delete(book, record, ids, false);
          return true;
        });
    return Answer.json(WecomApi.ok());
  }

  private void delete(
      TagBook book, Consumer<Entry.OfTags> record, List<String> ids, boolean byMember) {
    if (ids.isEmpty()) {
      throw new Refused(WecomError.BAD_PARAMETER, "tag_id or group_id is needed");
    }
    for (String id : ids) {
      if (book.tag(id) == null && book.group(id) == null) {
        throw new Refused(WecomError.BAD_TAG, id);
      }
    }
    record.accept(new Entry.TagsGone(world.clock().toEpochMilli(), World.WECOM, ids, byMember));
  }

  // ---- on customers

  /// More than [WecomTagLimits#marksAtOnce] at once are refused; each takes as long as the platform
  /// is told to take.
  Answer mark(JsonNode request) throws InterruptedException {
    if (!marks.tryAcquire()) {
      conduct.violated("wecom 45033 externalcontact/mark_tag");
      return WecomApi.error(WecomError.TOO_MANY_AT_ONCE, "");
    }
    try {
      long work = world.faults().wecom().workMs();
      if (work > 0) {
        Thread.sleep(work);
      }
      mark(
          request.path("userid").asString(""),
          request.path("external_userid").asString(""),
          List.copyOf(texts(request.path("add_tag"))),
          List.copyOf(texts(request.path("remove_tag"))),
          false);
      return Answer.json(WecomApi.ok());
    } finally {
      marks.release();
    }
  }

  private void mark(
      String guide, String customer, List<String> on, List<String> off, boolean byMember) {
    if (guide.isEmpty() || (on.isEmpty() && off.isEmpty())) {
      throw new Refused(
          WecomError.BAD_PARAMETER, "userid and one of add_tag and remove_tag are needed");
    }
    if (!WecomApi.EXTERNAL_USERID.matcher(customer).matches()) {
      throw new Refused(WecomError.BAD_EXTERNAL_USERID, "");
    }
    String own = world.guideOf(customer);
    if (own == null || !guide.equals(own.isEmpty() ? World.ANY_GUIDE : own)) {
      throw new Refused(WecomError.NO_RELATION, "");
    }
    world.tags(
        World.WECOM,
        (book, record) -> {
          for (String id : on) {
            if (book.tag(id) == null) {
              throw new Refused(WecomError.BAD_TAG, id);
            }
          }
          Set<String> after = book.carried(guide, customer);
          off.forEach(after::remove);
          after.addAll(on);
          if (after.size() > limits.tagsPerContact().value()) {
            conduct.violated("wecom tags of one member on one customer");
            throw new Refused(
                WecomError.BAD_PARAMETER,
                "at most " + limits.tagsPerContact().value() + " tags of a member on a customer");
          }
          record.accept(
              new Entry.TagsMarked(
                  world.clock().toEpochMilli(),
                  World.WECOM,
                  guide,
                  List.of(customer),
                  on,
                  off,
                  byMember));
          return true;
        });
  }

  /// As `follow_user[].tags` of externalcontact/get has them.
  void describe(String guide, String customer, ArrayNode to) {
    world.tags(
        World.WECOM,
        (book, _) -> {
          for (String id : book.carried(guide, customer)) {
            TagBook.Tag tag = book.tag(id);
            TagBook.Group group = tag == null ? null : book.group(tag.group());
            if (tag != null) {
              to.addObject()
                  .put("group_name", group == null ? "" : group.name())
                  .put("tag_name", tag.name())
                  .put("tag_id", id)
                  .put("type", 1);
            }
          }
          return true;
        });
  }

  /// batch/get_by_user: pairs of members and their customers, those without customers left out.
  Answer page(JsonNode request) {
    List<String> guides = List.copyOf(texts(request.path("userid_list")));
    if (guides.isEmpty() || guides.size() > limits.usersPerPage().value()) {
      throw new Refused(
          WecomError.BAD_PARAMETER, "userid_list: 1 to " + limits.usersPerPage().value());
    }
    Page page = WecomApi.page(request, 50, (int) limits.pageSize().value());
    String key = String.join(",", guides);
    if (page.from() == 0) {
      listings.put(key, listing(guides));
    }
    List<String[]> all = listings.computeIfAbsent(key, _ -> listing(guides));
    if (all.isEmpty()) {
      throw new Refused(WecomError.NO_RELATION, "");
    }
    ObjectNode answer = WecomApi.ok();
    ArrayNode list = answer.putArray("external_contact_list");
    for (String[] pair : WecomApi.slice(all, page)) {
      ObjectNode each = list.addObject();
      each.putObject("external_contact").put("external_userid", pair[1]).put("type", 1);
      ObjectNode follow = each.putObject("follow_info").put("userid", pair[0]).put("remark", "");
      Reaction since = world.followOf(pair[1]);
      follow
          .put(
              "createtime",
              since == null ? world.settings().start().getEpochSecond() : since.followsMs() / 1000)
          .put("state", "");
      ArrayNode ids = follow.putArray("tag_id");
      world.tags(World.WECOM, (book, _) -> book.carried(pair[0], pair[1])).forEach(ids::add);
    }
    return Answer.json(WecomApi.next(answer, page, all.size()));
  }

  private List<String[]> listing(List<String> guides) {
    var pairs = new ArrayList<String[]>();
    for (String guide : guides) {
      world.contactsOf(guide).forEach(customer -> pairs.add(new String[] {guide, customer}));
    }
    return pairs;
  }

  // ---- in the app

  /// What a member does in the app; each of these is called back with the next step of the clock.
  ///
  /// ```json
  /// {"mark": {"userid": "guide-0001", "external_userid": "wm…", "add": ["et…"], "remove": []}}
  /// {"make": {"group": "会员", "name": "金卡"}}
  /// {"rename": {"id": "et…", "name": "金卡会员"}}
  /// {"delete": {"id": "et…"}}
  /// {"shuffle": {"group": "et…"}}
  /// ```
  ///
  /// @throws IllegalArgumentException when the app would not let them
  public Answer inTheApp(JsonNode request) {
    try {
      JsonNode mark = request.path("mark");
      if (mark.isObject()) {
        mark(
            mark.path("userid").asString(""),
            mark.path("external_userid").asString(""),
            List.copyOf(texts(mark.path("add"))),
            List.copyOf(texts(mark.path("remove"))),
            true);
        return Answer.json(WecomApi.ok());
      }
      return world.tags(World.WECOM, (book, record) -> inTheApp(request, book, record));
    } catch (Refused refused) {
      throw new IllegalArgumentException("The app says: " + refused.getMessage(), refused);
    }
  }

  private Answer inTheApp(JsonNode request, TagBook book, Consumer<Entry.OfTags> record) {
    JsonNode make = request.path("make");
    if (make.isObject()) {
      TagBook.Group group =
          make(
              book,
              record,
              "",
              make.path("group").asString(""),
              List.of(make.path("name").asString("")),
              true);
      String name = make.path("name").asString("");
      String id =
          book.tagsOf(group.id()).stream()
              .filter(tag -> tag.name().equals(name))
              .map(TagBook.Tag::id)
              .findFirst()
              .orElse("");
      return Answer.json(WecomApi.ok().put("id", id).put("group_id", group.id()));
    }
    JsonNode rename = request.path("rename");
    if (rename.isObject()) {
      rename(
          book, record, rename.path("id").asString(""), rename.path("name").asString(""), -1, true);
      return Answer.json(WecomApi.ok());
    }
    JsonNode delete = request.path("delete");
    if (delete.isObject()) {
      delete(book, record, List.of(delete.path("id").asString("")), true);
      return Answer.json(WecomApi.ok());
    }
    String group = request.path("shuffle").path("group").asString("");
    if (book.group(group) == null) {
      throw new IllegalArgumentException("mark, make, rename, delete, or shuffle with a group");
    }
    record.accept(new Entry.TagsShuffled(world.clock().toEpochMilli(), World.WECOM, group));
    return Answer.json(WecomApi.ok());
  }

  private static Set<String> texts(JsonNode array) {
    var values = new LinkedHashSet<String>();
    for (JsonNode value : array) {
      values.add(value.asString(""));
    }
    return values;
  }
}
