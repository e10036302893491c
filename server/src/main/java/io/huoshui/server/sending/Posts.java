package io.huoshui.server.sending;

import io.huoshui.engine.Engine;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.json.Json;
import io.huoshui.platforms.wecom.WecomPosts;
import io.huoshui.reach.Attachment;
import io.huoshui.reach.Channel.Outcome;
import io.huoshui.reach.GatePolicy;
import io.huoshui.server.account.Accounts;
import io.huoshui.server.profile.Forgotten;
import io.huoshui.server.reach.Channels;
import io.huoshui.server.sending.PostStore.Call;
import io.huoshui.server.sending.PostStore.Post;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Service;

/// The outbox of what goes to groups and moments.
///
/// Every call is planned with its post, written down before it is made and after it was answered.
/// One without an answer is looked for on the platform, and only what is surely not there is made
/// again. Results are read for a week, and whoever liked or commented is an event of theirs.
@Service
public class Posts {
  /// A call of another process that has not answered for so long has nobody waiting for it.
  private static final Duration ABANDONED = Duration.ofMinutes(10);

  private static final Duration MINUTE = Duration.ofMinutes(1);

  /// Until a call whose answer was lost is looked for, again.
  private static final Duration PAUSE = Duration.ofSeconds(2);

  private static final Duration READ_EVERY = Duration.ofHours(1);
  private static final Duration READ_FOR = Duration.ofDays(7);

  private final Engine engine;
  private final PostStore store;
  private final Channels.Posting posting;
  private final Accounts accounts;
  private final String holder = UUID.randomUUID().toString();

  Posts(Engine engine, PostStore store, Channels.Posting posting, Accounts accounts) {
    this.engine = engine;
    this.store = store;
    this.posting = posting;
    this.accounts = accounts;
  }

  /// Looks after calls without an answer, makes those that are due, and reads what came of them.
  public void pass(Instant now) {
    if (posting.wecom().isEmpty()) {
      return;
    }
    for (Call call : store.open("handed", now)) {
      Instant handed = call.handedAt() == null ? now : call.handedAt();
      if (call.holder().equals(holder) || !handed.plus(ABANDONED).isAfter(now)) {
        store.held(call.id(), holder);
        find(posting.needed(), call, handed, now);
      }
    }
    for (Call call : store.open("planned", now)) {
      if (!hand(posting.needed(), call, now)) {
        break;
      }
    }
    for (Call call : store.unread(now.minus(READ_EVERY), now.minus(READ_FOR))) {
      read(posting.needed(), call, now);
    }
  }

  private Post post(Call call) {
    return store.find(call.post()).orElseThrow();
  }

  static String text(Post post) {
    return post.body() instanceof Json.Obj body && body.get("text") instanceof Json.Str(String text)
        ? text
        : "";
  }

  static List<Attachment> attachments(Json body) {
    return body instanceof Json.Obj object && object.get("attachments") instanceof Json.Arr items
        ? io.huoshui.engine.Definitions.attachmentsOf(items)
        : List.of();
  }

  private static List<String> tags(Post post) {
    return post.body() instanceof Json.Obj body ? PostStore.texts(body.get("tags")) : List.of();
  }

  /// @return whether the next one may be tried
  private boolean hand(WecomPosts platform, Call call, Instant now) {
    Post post = post(call);
    boolean group = post.kind().equals("group");
    if (!group && store.handedSince("moment", now.minus(MINUTE)) >= WecomPosts.MOMENTS_PER_MINUTE) {
      return false;
    }
    if (!store.handed(call.id(), holder, now)) {
      return true;
    }
    List<String> targets = group ? withinQuota(call, now) : call.targets();
    if (targets.isEmpty() && group) {
      store.refused(call.id(), "platform_quota", "Every group had its messages of this period.");
      return true;
    }
    var failed = new ArrayList<String>();
    Outcome outcome =
        group
            ? platform.group(call.owner(), targets, text(post), attachments(post.body()), failed)
            : platform.moment(targets, tags(post), text(post), attachments(post.body()));
    failed.forEach(chat -> store.missed(call.id(), call.owner(), chat, "fail_list"));
    return answer(call, outcome, now);
  }

  /// Groups that the platform would still deliver to; of the others it is written down why not.
  private List<String> withinQuota(Call call, Instant now) {
    GatePolicy.WecomQuota quota = engine.ask().gatePolicy().wecomQuota();
    Instant since = quota.since(now, engine.ask().zone());
    int most = quota.most(now, engine.ask().zone());
    var within = new ArrayList<String>();
    for (String chat : call.targets()) {
      if (store.given(chat, since, call.id()) < most) {
        within.add(chat);
      } else {
        store.missed(call.id(), call.owner(), chat, "platform_quota");
      }
    }
    return within;
  }

  /// @return whether the next one may be tried
  private boolean answer(Call call, Outcome outcome, Instant now) {
    switch (outcome) {
      case Outcome.Accepted(String id) -> {
        store.taken(call.id(), id, "");
        return true;
      }
      case Outcome.Refused(String code, String why) -> store.refused(call.id(), code, why);
      case Outcome.Poisoned(String code, String why) -> store.refused(call.id(), code, why);
      case Outcome.Halted(String code, String why) -> store.refused(call.id(), code, why);
      case Outcome.Later(String code, String why, int afterSeconds) -> {
        store.back(call.id(), now.plusSeconds(afterSeconds), code, why);
        return false;
      }
      case Outcome.Absent _ -> store.back(call.id(), now, "", "");
      // It stays handed over, and is looked for.
      case Outcome.Unknown _ -> {
        store.rest(call.id(), now.plus(PAUSE));
        return false;
      }
    }
    return true;
  }

  private void find(WecomPosts platform, Call call, Instant handed, Instant now) {
    Post post = post(call);
    if (post.kind().equals("group")) {
      var _ =
          answer(call, platform.findGroup(call.owner(), text(post), handed, store.known()), now);
      return;
    }
    Outcome outcome = platform.findMoment(text(post), handed, store.known());
    if (outcome instanceof Outcome.Accepted(String moment)) {
      store.taken(call.id(), moment, moment);
    } else {
      var _ = answer(call, outcome, now);
    }
  }

  /// Asks now what came of a post.
  void read(long post, Instant now) {
    if (posting.wecom().isPresent()) {
      store.calls(post).stream()
          .filter(call -> call.state().equals("taken"))
          .forEach(call -> read(posting.needed(), call, now));
    }
  }

  private void read(WecomPosts platform, Call call, Instant now) {
    boolean known =
        post(call).kind().equals("group") ? readGroup(platform, call) : readMoment(platform, call);
    // What the platform would not say is asked for again in a minute.
    store.read(call.id(), known ? now : now.minus(READ_EVERY).plus(MINUTE));
  }

  private boolean readGroup(WecomPosts platform, Call call) {
    List<WecomPosts.Result> results = platform.groupResults(call.platformId(), call.owner());
    if (results == null) {
      return false;
    }
    results.forEach(result -> store.result(call.id(), result));
    // After a lost answer nobody said which groups were not taken; the task says who is in it.
    List<String> asked = results.stream().map(WecomPosts.Result::target).toList();
    for (String chat : call.targets()) {
      if (!asked.contains(chat)) {
        store.missed(call.id(), call.owner(), chat, "fail_list");
      }
    }
    return true;
  }

  private boolean readMoment(WecomPosts platform, Call call) {
    String moment = call.momentId();
    if (moment.isEmpty()) {
      WecomPosts.Job job = platform.job(call.platformId());
      if (job == null || !job.done()) {
        return false;
      }
      job.unknown().forEach(guide -> store.missed(call.id(), guide, "", "unknown_guide"));
      if (job.moment().isEmpty()) {
        store.refused(call.id(), "no_moment", job.why());
        return true;
      }
      moment = job.moment();
      store.moment(call.id(), moment);
    }
    List<WecomPosts.Result> results = platform.momentResults(moment);
    if (results == null) {
      return false;
    }
    for (WecomPosts.Result result : results) {
      store.result(call.id(), result);
      if (result.sent()) {
        List<WecomPosts.Reaction> reactions = platform.reactions(moment, result.guide());
        if (reactions == null) {
          return false;
        }
        take(call, result.guide(), moment, reactions);
      }
    }
    return true;
  }

  /// Into the log first: its ids keep what is read again from counting twice.
  private void take(Call call, String guide, String moment, List<WecomPosts.Reaction> reactions) {
    var events = new ArrayList<Event>();
    for (WecomPosts.Reaction each : reactions) {
      String what = each.comment() ? "moment_commented" : "moment_liked";
      events.add(
          new Event(
              what + "/" + moment + "/" + each.customer() + "/" + each.at().getEpochSecond(),
              what,
              each.at(),
              "wecom",
              List.of(
                  Identifier.of(
                      IdentifierKind.EXTERNAL_USERID, accounts.corpId(), each.customer())),
              Properties.of("post", "post_" + call.post(), "guide", guide)));
    }
    engine.take(events);
    reactions.forEach(each -> store.reacted(call.id(), guide, each));
  }

  /// Calls off what has not been sent or published.
  List<Masses.Said> cancel(long post, Instant now) {
    store.cancel(post, now);
    var said = new ArrayList<Masses.Said>();
    for (Call call : store.calls(post)) {
      if (call.state().equals("taken") && posting.wecom().isPresent()) {
        boolean group = post(call).kind().equals("group");
        String id = group ? call.platformId() : call.momentId();
        if (!id.isEmpty()) {
          said.add(
              Masses.Said.of(
                  id, group ? posting.needed().cancel(id) : posting.needed().cancelMoment(id)));
        }
      }
    }
    return said;
  }

  /// Somebody is erased.
  @EventListener
  void forgotten(Forgotten person) {
    person.customers().forEach(store::forget);
  }
}
