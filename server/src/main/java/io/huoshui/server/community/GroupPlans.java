package io.huoshui.server.community;

import io.huoshui.community.GroupPlan;
import io.huoshui.community.GroupPlan.Post;
import io.huoshui.community.GroupPlan.Verdict;
import io.huoshui.engine.Engine;
import io.huoshui.reach.GroupPosts;
import io.huoshui.reach.PlatformTags.Outcome;
import io.huoshui.reach.Template;
import io.huoshui.server.community.Communities.Group;
import io.huoshui.server.community.GroupPlanStore.Published;
import io.huoshui.server.community.GroupPlanStore.Row;
import io.huoshui.server.flow.Time;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Service;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// Carries out plans of posts.
///
/// ```
/// 1 write down   whatever fell due since the mark of a plan and a group, and move the mark: one
///                transaction; a row per occurrence, so there can be no second
/// 2 decide       late, silent, another stage, nobody's: skipped, with the reason
/// 3 hand over    written down as asked, called, written down as it was answered
/// ```
///
/// A crash between 2 and 3 leaves a row that is due; in the middle of 3 one that was asked: that is
/// unknown for good, because a post too few is better than two.
@Service
class GroupPlans {
  private static final Logger LOG = LoggerFactory.getLogger(GroupPlans.class);

  /// New groups and what is due later than this are looked for this often.
  private static final Duration LOOK = Duration.ofSeconds(60);

  private static final Duration RESULTS = Duration.ofHours(6);
  private static final Duration PATIENCE = Duration.ofDays(3);

  private final Engine engine;
  private final Communities communities;
  private final GroupPlanStore store;
  private final GroupPlatform.Ready ready;
  private final boolean virtual;
  private final TransactionTemplate transaction;
  private boolean begun;
  private Instant wake = Instant.MIN;
  private @Nullable Instant asked;

  GroupPlans(
      Engine engine,
      Communities communities,
      GroupPlanStore store,
      GroupPlatform.Ready ready,
      Time time,
      PlatformTransactionManager transactions) {
    this.engine = engine;
    this.communities = communities;
    this.store = store;
    this.ready = ready;
    this.virtual = time.virtual();
    this.transaction = new TransactionTemplate(transactions);
  }

  private Instant now() {
    return virtual ? engine.now() : Instant.now();
  }

  /// Something about plans changed.
  synchronized void wake() {
    wake = Instant.MIN;
  }

  /// Does what is due by now. Cheap when nothing is.
  synchronized void pass() {
    Instant now = now();
    if (!begun) {
      store.giveUpAsked();
      begun = true;
    }
    if (!virtual && now.isBefore(wake)) {
      return;
    }
    List<Published> plans = store.all();
    wake = now.plus(LOOK);
    if (plans.isEmpty()) {
      return;
    }
    SortedMap<String, Group> groups = communities.all();
    for (Published plan : plans) {
      if (!plan.paused()) {
        writeDown(plan, groups, now);
      }
    }
    var byName = new TreeMap<String, Published>();
    plans.forEach(plan -> byName.put(plan.plan().name(), plan));
    handOver(byName, groups, now);
    results(now);
    Instant next = store.nextNotBefore();
    wake = next != null && next.isBefore(wake) ? next : wake;
  }

  /// The posts of a plan, for every group it means.
  List<Post> posts(GroupPlan plan, SortedMap<String, Group> groups, Instant from, Instant to) {
    var posts = new ArrayList<Post>();
    groups.forEach(
        (chat, group) -> {
          Instant opened = group.opened();
          if (opened != null
              && group.community().dissolved() == null
              && plan.means(chat, Set.copyOf(group.about().labels()))) {
            posts.addAll(plan.posts(chat, opened, from, to, communities.zone()));
          }
        });
    return posts;
  }

  private void writeDown(Published plan, SortedMap<String, Group> groups, Instant now) {
    ZoneId zone = communities.zone();
    groups.forEach(
        (chat, group) -> {
          Instant opened = group.opened();
          if (opened == null || !plan.plan().means(chat, Set.copyOf(group.about().labels()))) {
            return;
          }
          Instant mark = store.mark(plan.plan().name(), chat);
          Instant from = mark == null ? plan.since() : mark;
          List<Post> posts = plan.plan().posts(chat, opened, from, now, zone);
          if (!posts.isEmpty() || mark == null) {
            transaction.executeWithoutResult(
                _ -> {
                  posts.forEach(post -> store.add(post, words(post, group, now)));
                  store.mark(plan.plan().name(), chat, now);
                });
          }
          Instant next = plan.plan().next(chat, opened, now, LOOK, zone);
          wake = next != null && next.isBefore(wake) ? next : wake;
        });
  }

  private String words(Post post, Group group, Instant now) {
    Map<String, String> words =
        Map.of(
            "group", group.community().name(),
            "members", String.valueOf(group.members(now)),
            "store", group.about().store());
    return Template.fill(post.line().text(), words::get);
  }

  private record Batch(String plan, String line, String owner, String text) {}

  private void handOver(
      Map<String, Published> plans, SortedMap<String, Group> groups, Instant now) {
    var batches = new LinkedHashMap<Batch, List<Row>>();
    for (Row row : store.due(now)) {
      Group group = groups.get(row.chat());
      Published plan = plans.get(row.plan());
      String why = plan == null || group == null ? "gone" : kept(plan.plan(), row, group, now);
      if (why.isEmpty() && group != null) {
        String owner = group.community().owner();
        if (owner.isEmpty()) {
          store.decide(row, "skipped", "no_owner", "", null, now);
        } else if (ready.posts().isEmpty()) {
          store.decide(row, "skipped", "not_set_up", owner, null, now);
        } else {
          batches
              .computeIfAbsent(
                  new Batch(row.plan(), row.line(), owner, row.text()), _ -> new ArrayList<>())
              .add(row);
        }
      } else {
        store.decide(row, "skipped", why, "", null, now);
      }
    }
    ready
        .posts()
        .ifPresent(posts -> batches.forEach((batch, rows) -> post(posts, batch, rows, now)));
  }

  /// Why a post does not go; empty when it does.
  private static String kept(GroupPlan plan, Row row, Group group, Instant now) {
    GroupPlan.Line line =
        plan.lines().stream().filter(each -> each.id().equals(row.line())).findFirst().orElse(null);
    if (line == null) {
      return "line_gone";
    }
    return switch (plan.verdict(
        new Post(row.plan(), line, row.chat(), row.occurrence(), row.dueAt()),
        group.stage(),
        group.community().dissolved() != null,
        now)) {
      case Verdict.Go _ -> "";
      case Verdict.Not(String why) -> why;
    };
  }

  private void post(GroupPosts posts, Batch batch, List<Row> rows, Instant now) {
    for (int from = 0; from < rows.size(); from += posts.largestBatch()) {
      List<Row> part = rows.subList(from, Math.min(rows.size(), from + posts.largestBatch()));
      part.forEach(row -> store.decide(row, "asked", "", batch.owner(), null, now));
      Outcome<GroupPosts.Posted> outcome =
          posts.post(
              batch.plan() + "/" + batch.line() + "/" + part.getFirst().occurrence(),
              batch.owner(),
              part.stream().map(Row::chat).toList(),
              batch.text(),
              List.of());
      for (Row row : part) {
        switch (outcome) {
          case Outcome.Done<GroupPosts.Posted>(GroupPosts.Posted posted) -> {
            boolean refused = posted.refused().contains(row.chat());
            store.decide(
                row,
                refused ? "refused" : "taken",
                refused ? "fail_list" : "",
                batch.owner(),
                posted.platformId(),
                now);
          }
          case Outcome.Refused<GroupPosts.Posted>(String code, String why, var _) ->
              store.decide(row, "refused", code + ": " + why, batch.owner(), null, now);
          case Outcome.Later<GroupPosts.Posted>(String code, String why, int seconds) ->
              store.later(row, code + ": " + why, now.plusSeconds(seconds));
          case Outcome.Unknown<GroupPosts.Posted>(String why) ->
              store.decide(
                  row, "unknown", why + " It is not posted again.", batch.owner(), null, now);
        }
      }
    }
  }

  /// What owners confirmed, asked every six hours for three days.
  private void results(Instant now) {
    Instant before = asked;
    asked = now;
    if (before != null
        && before.getEpochSecond() / RESULTS.toSeconds()
            == now.getEpochSecond() / RESULTS.toSeconds()) {
      return;
    }
    ready
        .posts()
        .ifPresent(
            posts -> {
              var byId = new TreeMap<String, List<Row>>();
              for (Row row : store.taken(now.minus(PATIENCE))) {
                String id = row.platformId();
                if (id != null) {
                  byId.computeIfAbsent(id, _ -> new ArrayList<>()).add(row);
                }
              }
              byId.forEach((id, rows) -> results(posts, id, rows));
            });
  }

  private void results(GroupPosts posts, String id, List<Row> rows) {
    if (posts.results(id)
        instanceof Outcome.Done<List<GroupPosts.Result>>(List<GroupPosts.Result> results)) {
      for (GroupPosts.Result result : results) {
        Instant at = result.at();
        if (result.state().equals("sent") && at != null) {
          rows.stream()
              .filter(row -> row.chat().equals(result.chat()))
              .forEach(row -> store.sent(row, at));
        }
      }
    } else {
      LOG.debug("no results of {} now", id);
    }
  }
}
