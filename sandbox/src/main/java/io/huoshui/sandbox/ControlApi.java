package io.huoshui.sandbox;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.reach.ChannelKind;
import io.huoshui.sandbox.brand.Brand;
import io.huoshui.sandbox.brand.EventLines;
import io.huoshui.sandbox.customers.Reaction;
import io.huoshui.sandbox.delivery.Pace;
import io.huoshui.sandbox.delivery.ServerUnwilling;
import io.huoshui.sandbox.http.Answer;
import io.huoshui.sandbox.http.Call;
import io.huoshui.sandbox.http.Conduct;
import io.huoshui.sandbox.http.Endpoint;
import io.huoshui.sandbox.http.Limit;
import io.huoshui.sandbox.wecom.WecomGroups;
import io.huoshui.sandbox.wecom.WecomStaff;
import io.huoshui.sandbox.wecom.WecomTags;
import io.huoshui.sandbox.world.Entry;
import io.huoshui.sandbox.world.Faults;
import io.huoshui.sandbox.world.TagBook;
import io.huoshui.sandbox.world.World;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `/health` and everything under `/sandbox`: how whoever runs the sandbox steers it.
final class ControlApi implements Endpoint {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final String NDJSON = "application/x-ndjson";

  private final World world;
  private final Secrets secrets;
  private final Pace pace;
  private final Options.Clock clock;
  private final WecomTags tags;
  private final WecomStaff staff;
  private final WecomGroups groups;
  private final Map<String, Limit> limits;
  private final Conduct conduct;
  private final Scans scans;
  private volatile @Nullable ObjectNode summary;

  ControlApi(
      World world,
      Secrets secrets,
      Pace pace,
      Options.Clock clock,
      WecomTags tags,
      WecomStaff staff,
      WecomGroups groups,
      Map<String, Limit> limits,
      Conduct conduct,
      Scans scans) {
    this.staff = staff;
    this.scans = scans;
    this.tags = tags;
    this.groups = groups;
    this.limits = limits;
    this.conduct = conduct;
    this.world = world;
    this.secrets = secrets;
    this.pace = pace;
    this.clock = clock;
  }

  @Override
  public Answer answer(Call call) throws InterruptedException {
    return switch (call.method() + " " + call.path()) {
      case "GET /health" -> health();
      case "GET /sandbox/brand/events" -> events(call);
      case "GET /sandbox/brand/truth" -> truth(call);
      case "GET /sandbox/brand/summary" -> Answer.json(summary());
      case "POST /sandbox/clock" -> clock(call);
      case "POST /sandbox/crowd" -> crowd(call);
      case "POST /sandbox/faults" -> faults(call);
      case "GET /sandbox/limits" -> limits();
      case "POST /sandbox/wecom/app" -> tags.inTheApp(json(call.body()));
      case "POST /sandbox/wecom/members" -> staff.inTheApp(json(call.body()));
      case "POST /sandbox/scan" -> scans.scan(json(call.body()));
      case "GET /sandbox/adds" -> scans.adds();
      case "POST /sandbox/wecom/groups" -> groups.inTheApp(json(call.body()));
      case "GET /sandbox/tags" -> tags(call.query("platform"));
      case "GET /sandbox/messages" -> messages(call);
      case "GET /sandbox/messages/duplicates" -> duplicates();
      default ->
          Answer.problem(
              404,
              "not_found",
              call.method() + " " + call.path() + " is nothing the sandbox plays");
    };
  }

  private Answer health() {
    return Answer.json(
        JSON.createObjectNode()
            .put("status", "ok")
            .put("clock", EventLines.rfc3339(world.clock()))
            .put("messages", world.messages()));
  }

  // ---- the brand

  private Answer events(Call call) {
    Brand brand = world.brand();
    long from = person(call, "fromPerson", 0, brand);
    long to = person(call, "toPerson", brand.settings().people(), brand);
    return new Answer.Stream(
        NDJSON,
        true,
        out -> {
          try (var lines = new EventLines(out)) {
            for (long person = from; person < to; person++) {
              brand.history(person, lines::write);
            }
          }
        });
  }

  private static long person(Call call, String name, long usual, Brand brand) {
    String text = call.query(name);
    if (text.isEmpty()) {
      return usual;
    }
    try {
      long person = Long.parseLong(text);
      if (person >= 0) {
        return Math.min(person, brand.settings().people());
      }
    } catch (NumberFormatException e) {
      // Falls through to the one message.
    }
    throw new IllegalArgumentException(
        name + ": 0 to " + brand.settings().people() + ", got '" + text + "'");
  }

  private Answer truth(Call call) {
    Brand brand = world.brand();
    long from = person(call, "fromPerson", 0, brand);
    long to = person(call, "toPerson", brand.settings().people(), brand);
    return new Answer.Stream(
        NDJSON,
        true,
        out -> {
          for (long person = from; person < to; person++) {
            ObjectNode node = JSON.createObjectNode().put("person", person);
            ArrayNode list = node.putArray("identifiers");
            for (Brand.Owned owned : brand.truth(person)) {
              ObjectNode each = describe(owned.identifier(), list.addObject());
              if (owned.shared()) {
                each.put("shared", true);
              }
            }
            out.write(JSON.writeValueAsBytes(node));
            out.write('\n');
          }
        });
  }

  private static ObjectNode describe(Identifier identifier, ObjectNode to) {
    to.put("kind", identifier.kind().wire());
    if (!identifier.scope().isEmpty()) {
      to.put("scope", identifier.scope());
    }
    return to.put("value", identifier.value());
  }

  /// Counted by one pass over the history; kept, since it never changes.
  private synchronized ObjectNode summary() {
    ObjectNode known = summary;
    if (known != null) {
      return known;
    }
    Brand brand = world.brand();
    var persons = new TreeMap<String, Long>();
    var eventsBySource = new TreeMap<String, Long>();
    var totals = new Totals();
    long households = 0;
    for (long person = 0; person < brand.settings().people(); person++) {
      var seen = new TreeMap<String, Long>();
      brand.history(
          person,
          event -> {
            seen.merge(event.source(), 1L, Long::sum);
            totals.add(event);
          });
      seen.forEach(
          (source, count) -> {
            persons.merge(source, 1L, Long::sum);
            eventsBySource.merge(source, count, Long::sum);
          });
      households += brand.inHousehold(person) ? 1 : 0;
    }
    ObjectNode node =
        JSON.createObjectNode()
            .put("people", brand.settings().people())
            .put("events", totals.events)
            .put("orders", totals.orders)
            .put("cancelledOrders", totals.cancelled)
            .put("revenueFen", totals.revenueFen)
            .put("peopleInHouseholds", households)
            .put("start", EventLines.rfc3339(brand.settings().start()));
    ArrayNode sources = node.putArray("sources");
    for (Map.Entry<String, Long> source : persons.entrySet()) {
      sources
          .addObject()
          .put("name", source.getKey())
          .put("people", source.getValue())
          .put("events", eventsBySource.getOrDefault(source.getKey(), 0L));
    }
    summary = node;
    return node;
  }

  private static final class Totals {
    private long events;
    private long orders;
    private long cancelled;
    private long revenueFen;

    void add(Event event) {
      events++;
      if (event.name().equals("order_paid")) {
        orders++;
        revenueFen += event.properties().whole("amountFen");
      } else if (event.name().equals("order_cancelled")) {
        cancelled++;
      }
    }
  }

  // ---- time

  private Answer clock(Call call) throws InterruptedException {
    if (clock == Options.Clock.REAL) {
      return Answer.problem(409, "real_clock", "The clock is the wall clock (--clock real)");
    }
    Instant to = Options.instant(json(call.body()).path("to").asString(""));
    try {
      Pace.Progress progress = pace.to(to);
      ObjectNode node = JSON.createObjectNode().put("clock", EventLines.rfc3339(progress.clock()));
      ObjectNode delivered = node.putObject("delivered");
      progress.delivered().forEach(delivered::put);
      return Answer.json(node);
    } catch (ServerUnwilling e) {
      return Answer.problem(502, "server_unwilling", String.valueOf(e.getMessage()));
    }
  }

  private static JsonNode json(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("The body is no JSON: " + e.getOriginalMessage(), e);
    }
  }

  // ---- crowds and faults

  private Answer crowd(Call call) {
    var members = new ArrayList<Entry.Member>();
    String source = secrets.sourceOfCrowds();
    int number = 0;
    for (String line : new String(call.body(), StandardCharsets.UTF_8).split("\n")) {
      number++;
      if (!line.isBlank()) {
        try {
          Entry.Member member = member(json(line.getBytes(StandardCharsets.UTF_8)), source);
          world.check(member);
          members.add(member);
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException("line " + number + ": " + e.getMessage(), e);
        }
      }
    }
    int added = world.join(members);
    return Answer.json(JSON.createObjectNode().put("people", members.size()).put("added", added));
  }

  private static Entry.Member member(JsonNode node, String source) {
    var names = new ArrayList<Entry.Name>();
    for (JsonNode name : node.path("identifiers")) {
      names.add(
          new Entry.Name(
              name.path("kind").asString(""),
              name.path("scope").asString(""),
              name.path("value").asString("")));
    }
    return new Entry.Member(
        names,
        node.path("ordersPer30Days").asDouble(0),
        Math.round(node.path("averageBasketFen").asDouble(0)),
        node.path("currency").asString(""),
        node.path("source").asString(source));
  }

  private Answer faults(Call call) {
    JsonNode node = json(call.body());
    Faults now = world.faults();
    world.set(
        new Faults(
            fault(node.path("wecom"), now.wecom()),
            fault(node.path("sms"), now.sms()),
            fault(node.path("account"), now.account()),
            calling(node.path("callbacks"), now.callbacks())));
    return Answer.json(JSON.valueToTree(world.faults()));
  }

  private static Faults.Fault fault(JsonNode node, Faults.Fault usual) {
    return new Faults.Fault(
        node.path("down").asBoolean(usual.down()),
        node.path("busyShare").asDouble(usual.busyShare()),
        node.path("timeoutShare").asDouble(usual.timeoutShare()),
        codes(node.path("codes"), usual.refusals()),
        node.path("delayMs").asLong(usual.workMs()));
  }

  private static Faults.Calling calling(JsonNode node, Faults.Calling usual) {
    return new Faults.Calling(
        node.path("dropShare").asDouble(usual.dropShare()),
        node.path("duplicateShare").asDouble(usual.duplicateShare()),
        node.path("lateShare").asDouble(usual.lateShare()));
  }

  private static Map<String, Double> codes(JsonNode node, Map<String, Double> usual) {
    if (!node.isObject()) {
      return usual;
    }
    var codes = new TreeMap<String, Double>();
    node.forEachEntry(
        (code, share) -> {
          if (!code.matches("-?\\d{1,6}")) {
            throw new IllegalArgumentException("codes: a number, got '" + code + "'");
          }
          codes.put(code, share.asDouble(0));
        });
    return codes;
  }

  // ---- limits and tags

  private Answer limits() {
    ObjectNode node = JSON.createObjectNode();
    ArrayNode list = node.putArray("limits");
    limits.forEach(
        (name, limit) ->
            list.addObject()
                .put("name", name)
                .put("value", limit.value())
                .put("source", limit.source())
                .put("asOf", limit.asOf().toString()));
    ObjectNode calls = node.putObject("calls");
    conduct.calls().forEach(calls::put);
    ObjectNode counts = node.putObject("violations");
    conduct.violations().forEach(counts::put);
    return Answer.json(node);
  }

  /// Every tag with who carries it, and how many marks were taken.
  private Answer tags(String platform) {
    return world.tags(
        platform,
        (book, _) -> {
          ObjectNode node = JSON.createObjectNode().put("marks", book.marks());
          ArrayNode list = node.putArray("tags");
          for (TagBook.Tag tag : book.tags()) {
            TagBook.Group group = book.group(tag.group());
            ObjectNode each =
                list.addObject()
                    .put("id", tag.id())
                    .put("group", group == null ? "" : group.name())
                    .put("groupId", tag.group())
                    .put("name", tag.name());
            book.carriers(tag.id()).forEach(each.putArray("carriers")::add);
          }
          return Answer.json(node);
        });
  }

  // ---- what was sent

  private Answer messages(Call call) {
    String address = call.query("address");
    int limit = call.query("limit").isEmpty() ? 100 : Integer.parseInt(call.query("limit"));
    // A '+' that was not escaped arrives as a blank.
    String asPhone = address.startsWith(" ") ? "+" + address.substring(1) : address;
    List<Reaction> sent =
        address.startsWith("w")
            ? world.sentTo(ChannelKind.WECOM, address)
            : world.sentTo(ChannelKind.SMS, Identifier.of(IdentifierKind.PHONE, asPhone).value());
    ObjectNode node = JSON.createObjectNode();
    ArrayNode list = node.putArray("messages");
    for (Reaction reaction : sent.subList(0, Math.min(Math.max(0, limit), sent.size()))) {
      var approach = reaction.approach();
      list.addObject()
          .put("channel", approach.channel().wire())
          .put("address", approach.address())
          .put("text", approach.text())
          .put("sender", approach.sender())
          .put("platformId", approach.platformId())
          .put("outId", approach.outId())
          .put("acceptedAt", time(approach.acceptedMs()))
          .put("fate", reaction.fate().name());
    }
    return Answer.json(node);
  }

  private Answer duplicates() {
    ObjectNode node = JSON.createObjectNode();
    ArrayNode list = node.putArray("duplicates");
    for (World.Duplicate duplicate : world.duplicates()) {
      ObjectNode each =
          list.addObject()
              .put("channel", duplicate.channel().wire())
              .put("address", duplicate.address())
              .put("text", duplicate.text())
              .put("outId", duplicate.outId())
              .put("times", duplicate.acceptedMs().size());
      ArrayNode at = each.putArray("acceptedAt");
      duplicate.acceptedMs().forEach(ms -> at.add(time(ms)));
    }
    return Answer.json(node);
  }

  private static String time(long ms) {
    return EventLines.rfc3339(Instant.ofEpochMilli(ms));
  }
}
