package io.huoshui.platforms.callback;

import io.huoshui.acquisition.LiveState;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Intake;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.platforms.callback.CallbackAccount.Platform;
import io.huoshui.platforms.wecom.WecomCallbacks.Change;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which event each kind of callback becomes: the file `kinds.table` beside this class, and nothing
/// else.
public final class Kinds {
  /// Customers of a corp; members of the corp have other names.
  private static final Pattern CUSTOMER = Pattern.compile("w[mo][A-Za-z0-9_-]{8,62}");

  /// What tells two callbacks of a kind the table knows from each other, besides who they come from
  /// and the second. Two customers may act in the same second; one callback comes up to four times.
  private static final List<String> TELLING =
      List.of(
          "FromUserName",
          "CreateTime",
          "TimeStamp",
          "Event",
          "InfoType",
          "ChangeType",
          "UserID",
          "ExternalUserID",
          "ChatId",
          "UpdateDetail",
          "LastMemVer",
          "CurMemVer",
          "EventKey",
          "Ticket",
          "Id",
          "TagId",
          "TagType",
          "LinkId",
          "OpenKfId",
          "Token",
          "OpenID",
          "MsgID",
          "Status",
          "TaskId",
          "JobId",
          "ResponseCode",
          "CardId",
          "UserCardCode",
          "FriendUserName",
          "TransId",
          "OrderId",
          "KfAccount",
          "ToKfAccount");

  private static final List<String> TELLING_LISTS =
      List.of(
          "MemChangeList.Item",
          "SubscribeMsgPopupEvent.List",
          "SubscribeMsgChangeEvent.List",
          "SubscribeMsgSentEvent.List",
          "List");

  private static final String LIVE_CODE = "liveCode";

  private static final Kinds SHIPPED = new Kinds(lines());

  private final Map<String, List<Rule>> byKind = new HashMap<>();

  /// Where one property comes from.
  ///
  /// @param text what it always is, null when it is read
  private record Source(String name, String path, String prefix, @Nullable String text) {}

  private record Rule(
      String when,
      String is,
      String event,
      String each,
      IdentifierKind who,
      String whose,
      List<Source> properties,
      String tells) {
    Rule {
      properties = List.copyOf(properties);
    }

    boolean fits(Part part, Part root) {
      if (when.isEmpty()) {
        return true;
      }
      String value = at(when, part, root);
      return is.equals("*") ? !value.isEmpty() : value.equals(is);
    }
  }

  private Kinds(List<String> lines) {
    int number = 0;
    for (String line : lines) {
      number++;
      if (!line.isBlank() && !line.startsWith("#")) {
        String[] cells = line.split("\\|", -1);
        if (cells.length != 7) {
          throw new IllegalStateException("kinds.table line " + number + " has no 7 cells");
        }
        byKind
            .computeIfAbsent(cells[0].strip() + " " + cells[1].strip(), _ -> new ArrayList<>())
            .add(rule(cells));
      }
    }
  }

  public static Kinds shipped() {
    return SHIPPED;
  }

  private static List<String> lines() {
    try (InputStream in = Kinds.class.getResourceAsStream("kinds.table")) {
      if (in == null) {
        throw new IllegalStateException("kinds.table is missing from the build");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Rule rule(String[] cells) {
    String when = cells[2].strip();
    int is = when.indexOf('=');
    String who = cells[4].strip();
    String each = "";
    if (who.startsWith("each ")) {
      int space = who.indexOf(' ', 5);
      each = who.substring(5, space);
      who = who.substring(space + 1);
    }
    var properties = new ArrayList<Source>();
    for (String property : cells[5].strip().split(" ")) {
      if (!property.isEmpty()) {
        properties.add(source(property));
      }
    }
    return new Rule(
        is < 0 ? "" : when.substring(0, is),
        is < 0 ? "" : when.substring(is + 1),
        cells[3].strip().equals("-") ? "" : cells[3].strip(),
        each,
        who.startsWith("external:") ? IdentifierKind.EXTERNAL_USERID : IdentifierKind.OPENID,
        who.substring(who.indexOf(':') + 1),
        properties,
        cells[6].strip());
  }

  private static Source source(String property) {
    int equals = property.indexOf('=');
    String name = property.substring(0, equals);
    String from = property.substring(equals + 1);
    if (from.startsWith("'")) {
      return new Source(name, "", "", from.substring(1, from.length() - 1));
    }
    int tilde = from.indexOf('~');
    return tilde < 0
        ? new Source(name, from, "", null)
        : new Source(name, from.substring(0, tilde), from.substring(tilde + 1), null);
  }

  /// Events any kind becomes.
  public Set<String> events() {
    var events = new TreeSet<String>();
    byKind
        .values()
        .forEach(
            rules ->
                rules.stream()
                    .map(Rule::event)
                    .filter(event -> !event.isEmpty())
                    .forEach(events::add));
    return events;
  }

  private @Nullable List<Rule> rules(Platform platform, Message message) {
    String family = platform == Platform.WECOM ? "wecom " : "account ";
    String kind = message.kind();
    List<Rule> rules = byKind.get(family + kind);
    int slash = kind.indexOf('/');
    return rules != null || slash < 0
        ? rules
        : byKind.get(family + kind.substring(0, slash + 1) + "*");
  }

  public boolean knows(Platform platform, Message message) {
    return rules(platform, message) != null;
  }

  /// Whether more has to be fetched from the platform.
  public boolean pulls(Platform platform, Message message) {
    List<Rule> rules = rules(platform, message);
    return rules != null && rules.getFirst().tells().equals("messages");
  }

  /// What makes two callbacks the same one: a message's id; or who, when and what for an event of a
  /// known kind; everything for one of an unknown kind.
  public String key(Platform platform, Message message) {
    var key = new StringBuilder(160);
    String id = message.event().isEmpty() ? message.text("MsgId") : "";
    if (!id.isEmpty()) {
      return key.append("msg\n")
          .append(message.text("FromUserName"))
          .append('\n')
          .append(id)
          .toString();
    }
    if (knows(platform, message)) {
      for (String path : TELLING) {
        String text = message.text(path);
        if (!text.isEmpty()) {
          key.append(path).append('=').append(text).append('\n');
        }
      }
      for (String path : TELLING_LISTS) {
        message.parts(path).forEach(part -> write(part, path, key));
      }
      if (message.event().isEmpty()) {
        write(message.root(), "", key);
      }
    } else {
      write(message.root(), "", key);
    }
    return key.toString();
  }

  private static void write(Part part, String path, StringBuilder into) {
    if (part.parts().isEmpty()) {
      into.append(path).append('=').append(part.text()).append('\n');
    }
    for (Part each : part.parts()) {
      write(each, path + "." + each.name(), into);
    }
  }

  /// Everybody a message is about, as far as anybody can tell: also for kinds nobody knows, so that
  /// whoever is erased is found.
  public List<Identifier> people(CallbackAccount account, Message message) {
    var found = new LinkedHashMap<Identifier, Boolean>();
    if (account.platform() == Platform.WECOM) {
      for (String path : List.of("ExternalUserID", "ExternalUserId", "MemChangeList.Item")) {
        message
            .parts(path)
            .forEach(
                part -> {
                  if (CUSTOMER.matcher(part.text()).matches()) {
                    add(found, IdentifierKind.EXTERNAL_USERID, account, part.text());
                  }
                });
      }
    } else {
      for (String path :
          List.of("FromUserName", "OpenID", "openid", "FriendUserName", "GuideScanEvent.openid")) {
        add(found, IdentifierKind.OPENID, account, message.text(path));
      }
    }
    return List.copyOf(found.keySet());
  }

  private static void add(
      Map<Identifier, Boolean> to, IdentifierKind kind, CallbackAccount account, String value) {
    if (!value.isBlank() && value.length() <= Intake.LONGEST_IDENTIFIER) {
      try {
        to.put(Identifier.of(kind, account.receiver(), value), true);
      } catch (IllegalArgumentException e) {
        // An identifier that can not be one is nobody's.
      }
    }
  }

  /// What a message becomes.
  ///
  /// @param id tells this callback from all others; the same callback always has the same
  /// @return no events for kinds that are unknown, or known and about no customer
  /// @throws IllegalArgumentException when something in it can not be what it has to be
  public List<Event> events(CallbackAccount account, Message message, String id) {
    List<Rule> rules = rules(account.platform(), message);
    if (rules == null) {
      return List.of();
    }
    var events = new ArrayList<Event>();
    Part root = message.root();
    var lists = new TreeSet<String>();
    rules.forEach(rule -> lists.add(rule.each()));
    for (String each : lists) {
      List<Part> parts = each.isEmpty() ? List.of(root) : message.parts(each);
      int number = 0;
      for (Part part : parts) {
        number++;
        for (Rule rule : rules) {
          if (rule.each().equals(each) && rule.fits(part, root)) {
            Event event =
                rule.event().isEmpty()
                    ? null
                    : event(rule, account, message, part, each.isEmpty() ? id : id + "/" + number);
            if (event != null) {
              events.add(event);
            }
            break;
          }
        }
      }
    }
    return events;
  }

  private static @Nullable Event event(
      Rule rule, CallbackAccount account, Message message, Part part, String id) {
    Part root = message.root();
    String whose = at(rule.whose(), part, root);
    if (!rule.each().isEmpty()
        && rule.who() == IdentifierKind.EXTERNAL_USERID
        && !CUSTOMER.matcher(whose).matches()) {
      // A colleague in the group.
      return null;
    }
    if (whose.isEmpty()) {
      throw new IllegalArgumentException(message.kind() + " has no " + rule.whose());
    }
    var properties = new TreeMap<String, Value>();
    for (Source source : rule.properties()) {
      String fixed = source.text();
      String text = fixed != null ? fixed : at(source.path(), part, root);
      if (text.startsWith(source.prefix())) {
        text = text.substring(source.prefix().length());
      }
      if (!text.isEmpty() && source.name().equals(LIVE_CODE)) {
        properties.putAll(came(text));
      } else if (!text.isEmpty()) {
        properties.put(source.name(), Value.of(text));
      }
    }
    return new Event(
        id(account, message, rule, id),
        rule.event(),
        message.at(),
        account.platform() == Platform.WECOM ? "wecom" : account.platform().wire(),
        List.of(Identifier.of(rule.who(), account.receiver(), whose)),
        Properties.of(properties));
  }

  /// By which live code somebody came, and which variant of an ad it was; which code of a pool is
  /// of no interest later.
  ///
  /// @param state as the platform says it, not empty
  public static Map<String, Value> came(String state) {
    LiveState said = LiveState.of(state);
    return said.variant().isEmpty()
        ? Map.of(LIVE_CODE, Value.of(said.code()))
        : Map.of(LIVE_CODE, Value.of(said.code()), "variant", Value.of(said.variant()));
  }

  /// Contacts that come and go keep the id they always had, which reconciliation can make, too.
  private static String id(CallbackAccount account, Message message, Rule rule, String id) {
    if (rule.event().equals("contact_added") || rule.event().equals("contact_removed")) {
      String speaking =
          contactId(
              message.text("ChangeType"),
              message.text("UserID"),
              message.text("ExternalUserID"),
              message.at().getEpochSecond());
      if (speaking.length() <= Intake.LONGEST_ID) {
        return speaking;
      }
    }
    return account.platform().wire() + "/" + id;
  }

  /// The id of the event that a guide's contact came or went.
  public static String contactId(String change, String guide, String customer, long seconds) {
    return String.join("/", "wecom", change, guide, customer, String.valueOf(seconds));
  }

  /// In the part itself, else in the message around it.
  private static String at(String path, Part part, Part root) {
    String own = Message.text(part, path);
    return own.isEmpty() ? Message.text(root, path) : own;
  }

  /// What others in this program want to hear of a message of WeCom.
  public List<Change> changes(CallbackAccount account, Message message) {
    List<Rule> rules = rules(account.platform(), message);
    if (rules == null || account.platform() != Platform.WECOM) {
      return List.of();
    }
    for (Rule rule : rules) {
      if (rule.fits(message.root(), message.root())) {
        return switch (rule.tells()) {
          case "contact" ->
              List.of(
                  new Change.Contact(
                      message.text("UserID"), message.text("ExternalUserID"), message.at()));
          case "added", "requested" ->
              List.of(
                  new Change.Added(
                      message.text("UserID"),
                      message.text("ExternalUserID"),
                      message.text("State"),
                      message.text("WelcomeCode"),
                      rule.tells().equals("requested"),
                      message.at()));
          case "removed" ->
              List.of(
                  new Change.Removed(
                      message.text("UserID"),
                      message.text("ExternalUserID"),
                      rule.properties().stream()
                          .filter(source -> source.name().equals("by"))
                          .map(source -> String.valueOf(source.text()))
                          .findFirst()
                          .orElse(""),
                      message.at()));
          case "tag" ->
              List.of(new Change.Tag(message.text("ChangeType"), message.text("Id"), message.at()));
          case "group" -> List.of(group(message));
          case "staff" ->
              List.of(
                  new Change.Staff(
                      message.text("ChangeType"),
                      message.text("UserID").isEmpty()
                          ? message.text("Id")
                          : message.text("UserID"),
                      message.text("NewUserID"),
                      message.at()));
          case "link" ->
              List.of(
                  new Change.Link(
                      message.text("ChangeType"), message.text("LinkId"), message.at()));
          default -> List.of();
        };
      }
    }
    return List.of();
  }

  private static Change group(Message message) {
    String detail = message.text("UpdateDetail");
    return new Change.Group(
        message.text("ChatId"),
        message.text("ChangeType"),
        detail,
        message.parts("MemChangeList.Item").stream().map(Part::text).toList(),
        message.text(detail.equals("del_member") ? "QuitScene" : "JoinScene"),
        message.at());
  }
}
