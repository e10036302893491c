package io.huoshui.server.community;

import io.huoshui.community.CommunityJson;
import io.huoshui.community.Replies;
import io.huoshui.community.Replies.Answer;
import io.huoshui.community.Replies.Answered;
import io.huoshui.engine.Engine;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Intake;
import io.huoshui.event.Properties;
import io.huoshui.json.Json;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Definitions;
import io.huoshui.server.access.Problem;
import io.huoshui.server.account.Accounts;
import io.huoshui.server.community.Communities.Group;
import io.huoshui.server.profile.Forgotten;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.EventListener;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// Takes messages of groups, and says what is answered.
///
/// A message becomes an event of whoever wrote it. What is answered is given back to whoever
/// brought the message, because only they can speak in that group; a message that comes twice is
/// answered once.
@Service
class KeywordReplies {
  private static final int LONGEST = 500;

  /// No cool-down looks further back.
  private static final Duration HISTORY = Duration.ofDays(400);

  private final Engine engine;
  private final Communities communities;
  private final GroupReplyStore store;
  private final Accounts accounts;
  private final Definitions definitions;
  private final Audit audit;
  private final TransactionTemplate transaction;

  KeywordReplies(
      Engine engine,
      Communities communities,
      GroupReplyStore store,
      Accounts accounts,
      Definitions definitions,
      Audit audit,
      PlatformTransactionManager transactions) {
    this.engine = engine;
    this.communities = communities;
    this.store = store;
    this.accounts = accounts;
    this.definitions = definitions;
    this.audit = audit;
    this.transaction = new TransactionTemplate(transactions);
  }

  /// @param id the platform's own; the same id is the same message
  /// @param person external_userid of who wrote it
  /// @param corp of that; the corp that serves when left out
  /// @param name how they are called in the group
  /// @param at when it was written; now when left out
  record Written(
      @Nullable String id,
      @Nullable String person,
      @Nullable String corp,
      @Nullable String name,
      @Nullable String text,
      @Nullable Instant at) {}

  /// @param answer `say`, `human`, or `quiet`
  /// @param text what is to be posted; empty otherwise
  /// @param human whether a human is told too
  /// @param why when nothing is said
  record Taken(
      String answer,
      @Nullable String rule,
      @Nullable String word,
      String text,
      boolean human,
      List<String> why) {
    static Taken of(Answer answer) {
      return switch (answer) {
        case Answer.Say say ->
            new Taken("say", say.rule(), say.word(), say.text(), say.human(), List.of());
        case Answer.Human human ->
            new Taken("human", human.rule(), human.word(), "", true, List.of());
        case Answer.Quiet quiet -> new Taken("quiet", null, null, "", false, quiet.why());
      };
    }
  }

  private static String needed(@Nullable String text, String field) {
    if (text == null || text.isBlank()) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "missing_field", "A message has these.")
          .at(field, "nothing", "a text")
          .thrown();
    }
    return text;
  }

  Taken take(String chat, Written written) {
    String id = needed(written.id(), "id");
    String person = needed(written.person(), "person");
    String text = needed(written.text(), "text");
    String corp = Objects.requireNonNullElse(written.corp(), accounts.corpId());
    Instant now = engine.now();
    Instant at = Objects.requireNonNullElse(written.at(), now);
    Identifier who;
    try {
      who = Identifier.of(IdentifierKind.EXTERNAL_USERID, corp, person);
    } catch (IllegalArgumentException e) {
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT, "bad_identifier", String.valueOf(e.getMessage()))
          .at(corp.isEmpty() ? "corp" : "person", corp + "/" + person, "external_userid of a corp")
          .thrown();
    }
    tell(
        new Event(
            "group-message/" + chat + "/" + id,
            "message_in_group",
            at,
            "wecom",
            List.of(who),
            Properties.of(
                "group",
                chat,
                "text",
                text.length() <= LONGEST ? text : text.substring(0, LONGEST))),
        now);
    var message =
        new Replies.Message(
            chat + "/" + id,
            chat,
            person,
            Objects.requireNonNullElse(written.name(), ""),
            text,
            at);
    List<Replies.Rule> rules = rules();
    Answer answer =
        Objects.requireNonNull(
            transaction.execute(
                _ -> {
                  store.alone(chat, person);
                  Answer found = answer(rules, message, now);
                  switch (found) {
                    case Answer.Say say ->
                        store.answered(
                            new Answered(message.id(), say.rule(), chat, person, now),
                            say.text(),
                            say.human());
                    case Answer.Human human ->
                        store.answered(
                            new Answered(message.id(), human.rule(), chat, person, now), "", true);
                    case Answer.Quiet _ -> {}
                  }
                  return found;
                }));
    Taken taken = Taken.of(answer);
    if (taken.human()) {
      String owner = owner(chat);
      tell(
          new Event(
              "group-handed-over/" + chat + "/" + id,
              "handed_over",
              at,
              "wecom",
              List.of(who),
              Properties.of("group", chat, "guide", owner, "rule", String.valueOf(taken.rule()))),
          now);
    }
    return taken;
  }

  private void tell(Event event, Instant now) {
    Intake.Verdict.Rejected rejected = Intake.check(event, engine.catalogue(), now);
    if (rejected != null) {
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT, rejected.code(), "The message is no event.")
          .at(rejected.field(), event.time().toString(), "as events have it (docs/events.md)")
          .thrown();
    }
    engine.take(List.of(event));
  }

  private String owner(String chat) {
    Group group = communities.all().get(chat);
    return group == null ? "" : group.community().owner();
  }

  private Answer answer(List<Replies.Rule> rules, Replies.Message message, Instant now) {
    Group group = communities.all().get(message.group());
    return Replies.answer(
        rules,
        message,
        group == null ? "" : group.community().name(),
        store.history(
            message.id(),
            message.group(),
            message.person(),
            rules.stream().map(Replies.Rule::name).toList(),
            now.minus(HISTORY)),
        engine.ask().zone(),
        now);
  }

  /// What would be answered. Nothing is written down.
  ///
  /// @param draft rules that are not published; null for those that are
  Taken tryOut(@Nullable String draft, Replies.Message message) {
    List<Replies.Rule> rules =
        draft == null ? rules() : CommunityJson.keywords(Json.parse(definitions.asJson(draft)));
    return Taken.of(answer(rules, message, engine.now()));
  }

  List<Replies.Rule> rules() {
    return store
        .newest()
        .map(published -> CommunityJson.keywords(Json.parse(published.body())))
        .orElse(List.of());
  }

  GroupReplyStore.@Nullable Published published() {
    return store.newest().orElse(null);
  }

  void publish(String written) {
    String body = definitions.asJson(written);
    int rules = CommunityJson.keywords(Json.parse(body)).size();
    store.publish(body, written, audit.who());
    audit.record("keywords_published", rules + " rules");
  }

  List<GroupReplyStore.Line> answers(String chat) {
    return store.of(chat);
  }

  /// Somebody is erased.
  @EventListener
  void forgotten(Forgotten person) {
    person.customers().forEach(store::forget);
  }
}
