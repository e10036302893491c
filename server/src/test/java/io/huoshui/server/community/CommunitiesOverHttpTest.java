package io.huoshui.server.community;

import static io.huoshui.server.audience.Town.items;
import static io.huoshui.server.audience.Town.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.community.GroupChange;
import io.huoshui.engine.Engine;
import io.huoshui.json.Json;
import io.huoshui.reach.Attachment;
import io.huoshui.reach.GroupPosts;
import io.huoshui.reach.PlatformTags.Concern;
import io.huoshui.reach.PlatformTags.Outcome;
import io.huoshui.server.audience.Town;
import io.huoshui.server.flow.Time;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.transaction.PlatformTransactionManager;

/// Groups over real HTTP, on one server for all of it: lists, members, doors, keyword replies,
/// plans, moves. Each test has groups of its own; the clock only goes forward, so what looks at a
/// first day comes first.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CommunitiesOverHttpTest {
  private Town town;

  @BeforeAll
  void found(@TempDir Path folder) throws Exception {
    town = Town.founded(folder);
  }

  @AfterAll
  void stop() {
    town.close();
  }

  private <T> T bean(Class<T> type) {
    return town.server().context().getBean(type);
  }

  /// A group of people of the town.
  private void group(String chat, String owner, int... people) throws Exception {
    bean(CommunityStore.class)
        .change(
            "test/" + chat,
            chat,
            new GroupChange.Created(Instant.parse("2026-06-30T05:00:00Z"), "群" + chat, owner));
    var lines = new ArrayList<String>();
    for (int person : people) {
      lines.add(
          town.event(
              "group_joined",
              Town.phone(person),
              "{\"group\":\"" + chat + "\",\"liveCode\":\"c1\"}"));
    }
    town.take(lines);
  }

  @Test
  @Order(1)
  void aGroupIsListedWithItsStageAndEveryNumberIsADoor() throws Exception {
    group("wrA", "zhang", 0, 1, 2, 3);
    town.take(
        List.of(
            town.event("group_left", Town.phone(3), "{\"group\":\"wrA\",\"how\":\"removed\"}"),
            town.event("message_in_group", Town.phone(0), "{\"group\":\"wrA\"}")));
    Json all = town.get("/api/v1/communities?q=wrA");
    Json line = items(all, "communities").getFirst();
    assertThat(text(line, "name") + text(line, "owner") + text(line, "members"))
        .isEqualTo("群wrAzhang3");
    assertThat(text(line, "stage")).isEqualTo("birth");
    assertThat(text(line, "en")).contains("day 1 of the group");
    assertThat(text(line, "room")).isEqualTo("497");

    Json one = town.get("/api/v1/communities/wrA");
    assertThat(text(one, "days.0.joined") + text(one, "days.0.left") + text(one, "days.0.members"))
        .isEqualTo("413");
    Json members = town.get("/api/v1/communities/wrA/members?who=left");
    assertThat(text(members, "members.0.stays.0.ending")).isEqualTo("removed");
    assertThat(text(members, "members.0.stays.0.liveCode")).isEqualTo("c1");

    for (String[] door :
        new String[][] {
          {"in", "3"},
          {"left", "1"},
          {"ever", "4"},
          {"active", "1"},
          {"silent", "2"},
          {"joined:2026-06-30", "4"},
          {"active:2026-06-30", "1"},
          {"wave:1", "4"}
        }) {
      String name = "door_" + door[0].replaceAll("[^a-z0-9]", "_");
      assertThat(
              text(
                  town.post(
                      "/api/v1/communities/wrA/audience",
                      "{\"door\":\"%s\",\"name\":\"%s\"}".formatted(door[0], name)),
                  "people"))
          .as(door[0])
          .isEqualTo(door[1]);
    }
    assertThat(
            text(
                town.refused(
                    422,
                    "POST",
                    "/api/v1/communities/wrA/audience",
                    "{\"door\":\"wave:9\",\"name\":\"x\"}"),
                "code"))
        .isEqualTo("unknown_door");
    Json waves = town.get("/api/v1/communities/wrA/waves");
    assertThat(text(waves, "waves.0.people")).isEqualTo("4");
    assertThat(text(waves, "waves.0.kept.2.of") + text(waves, "waves.0.kept.2.share"))
        .as("seven days are not over")
        .isEqualTo("0null");

    Json edited = send("PUT", "/api/v1/communities/wrA", "{\"labels\":[\"vip\"],\"capacity\":200}");
    assertThat(text(edited, "capacity") + text(edited, "labels.0")).isEqualTo("200vip");
    assertThat(
            text(town.refused(422, "PUT", "/api/v1/communities/wrA", "{\"capacity\":0}"), "field"))
        .isEqualTo("capacity");
    assertThat(text(town.refused(404, "GET", "/api/v1/communities/wrNone", ""), "code"))
        .isEqualTo("unknown_community");
    assertThat(text(town.refused(409, "POST", "/api/v1/communities/reconcile", ""), "code"))
        .isEqualTo("not_set_up");
  }

  private Json send(String method, String path, String body) throws Exception {
    return Town.ok(town.send(method, path, town.admin(), body));
  }

  private String message(String id, String text) throws Exception {
    Json taken =
        town.post(
            "/api/v1/communities/wrB/messages",
            "{\"id\":\"%s\",\"person\":\"wm2\",\"corp\":\"corp\",\"name\":\"灵\",\"text\":\"%s\"}"
                .formatted(id, text));
    return text(taken, "answer") + ":" + text(taken, "text");
  }

  @Test
  void aMessageIsAnsweredOnceByWhoeverBringsItFirst() throws Exception {
    group("wrB", "zhang", 2);
    town.post(
        "/api/v1/group-keywords",
        """
        {"keywords":[{"rule":"price","contains":["价格"],"perGroup":"10m","text":"{name},{group}"},
          {"rule":"angry","contains":["投诉"],"human":true}]}
        """);
    assertThat(
            text(
                town.post(
                    "/api/v1/group-keywords/try",
                    "{\"text\":\"价格\",\"group\":\"wrB\",\"name\":\"甲\"}"),
                "text"))
        .isEqualTo("甲,群wrB");
    List<Callable<String>> calls = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String id = "m" + i % 4;
      calls.add(() -> message(id, "问价格"));
    }
    int said = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var each : threads.invokeAll(calls)) {
        said += each.get().equals("say:灵,群wrB") ? 1 : 0;
      }
    }
    assertThat(said).as("one within the cool-down, whoever asks at once").isEqualTo(1);
    assertThat(message("m9", "我要投诉")).isEqualTo("human:");
    assertThat(items(town.get("/api/v1/communities/wrB/answers"), "")).hasSize(2);
    assertThat(town.count("did message_in_group where [group = \"wrB\"]")).isEqualTo(1);
    assertThat(town.count("did handed_over where [group = \"wrB\"]")).isEqualTo(1);
    assertThat(
            text(
                town.refused(422, "POST", "/api/v1/communities/wrB/messages", "{\"id\":\"x\"}"),
                "field"))
        .isEqualTo("person");
    assertThat(
            text(
                town.refused(
                    400, "POST", "/api/v1/group-keywords", "{\"keywords\":[{\"rule\":\"a\"}]}"),
                "field"))
        .isEqualTo("rules.keywords[0]");
  }

  /// Takes what it is told to.
  private static final class Paper implements GroupPosts {
    private final List<String> posts = new ArrayList<>();
    private Outcome<Posted> next = new Outcome.Done<>(new Posted("t", List.of()));

    @Override
    public int largestBatch() {
      return 2;
    }

    @Override
    public Outcome<Posted> post(
        String key, String owner, List<String> chats, String text, List<Attachment> attachments) {
      posts.add(owner + " " + chats + " " + text);
      return next;
    }

    @Override
    public Outcome<List<Result>> results(String platformId) {
      return new Outcome.Done<>(
          List.of(new Result("wrC1", "sent", Instant.parse("2026-07-01T12:00:00Z"))));
    }
  }

  private GroupPlans plans(GroupPosts posts) {
    return new GroupPlans(
        bean(Engine.class),
        bean(Communities.class),
        bean(GroupPlanStore.class),
        new GroupPlatform.Ready(Optional::empty, () -> Optional.of(posts)),
        bean(Time.class),
        bean(PlatformTransactionManager.class));
  }

  private List<String> states(String plan) throws Exception {
    return items(
            town.get("/api/v1/group-plans/calendar?from=2026-06-30&to=2026-07-05&plan=" + plan),
            "posts")
        .stream()
        .map(post -> text(post, "line") + " " + text(post, "chat") + " " + text(post, "state"))
        .toList();
  }

  @Test
  void aPlanPostsEachOccurrenceOnceWhateverTheHostDoes() throws Exception {
    for (String chat : List.of("wrC1", "wrC2", "wrC3")) {
      group(chat, chat.equals("wrC3") ? "li" : "zhang", 5);
    }
    String plan =
        """
        {"groupPlan":"%s","groups":["wrC1","wrC2","wrC3"],"late":"1h",
         "lines":[{"id":"d1","day":1,"at":"13:00","text":"早"},
                  {"id":"d2","day":2,"at":"09:00","text":"{group}"},
                  {"id":"d3","day":3,"at":"09:00","stages":["peak"],"text":"x"}]}
        """;
    town.post("/api/v1/group-plans", plan.formatted("rhythm"));
    assertThat(states("rhythm"))
        .hasSize(9)
        .contains("d1 wrC1 planned", "d2 wrC3 planned", "d3 wrC2 planned");
    var paper = new Paper();
    GroupPlans host = plans(paper);
    host.pass();
    assertThat(paper.posts).isEmpty();

    // Half past one: due since 13:00 of Kathmandu, late by less than an hour.
    bean(Engine.class).advanceTo(Instant.parse("2026-07-01T07:45:00Z"));
    host.pass();
    host.pass();
    plans(paper).pass();
    assertThat(paper.posts)
        .as("zhang's two groups in one call, li's in another, each once")
        .containsExactlyInAnyOrder("zhang [wrC1, wrC2] 早", "li [wrC3] 早");
    assertThat(states("rhythm")).contains("d1 wrC1 sent", "d1 wrC2 taken", "d1 wrC3 taken");

    // The second day's texts differ; one answer is lost, and nobody posts it again.
    paper.posts.clear();
    paper.next = new Outcome.Unknown<>("time-out");
    bean(Engine.class).advanceTo(Instant.parse("2026-07-02T03:20:00Z"));
    host.pass();
    paper.next = new Outcome.Done<>(new GroupPosts.Posted("u", List.of()));
    host.pass();
    assertThat(paper.posts).hasSize(3).contains("zhang [wrC1] 群wrC1");
    assertThat(states("rhythm")).contains("d2 wrC1 unknown", "d2 wrC3 unknown");

    // Nothing ran for a day: the third day's line is hours late, and skipped with the reason.
    bean(Engine.class).advanceTo(Instant.parse("2026-07-04T00:00:00Z"));
    host.pass();
    assertThat(paper.posts).hasSize(3);
    Json calendar =
        town.get("/api/v1/group-plans/calendar?from=2026-07-03&to=2026-07-03&plan=rhythm");
    assertThat(items(calendar, "posts"))
        .hasSize(3)
        .allSatisfy(
            post ->
                assertThat(text(post, "state") + " " + text(post, "why"))
                    .isEqualTo("skipped late"));

    // What the platform wants later is posted later; what it refuses says why.
    town.post(
        "/api/v1/group-plans",
        """
        {"groupPlan":"again","groups":["wrC3"],"late":"run",
         "lines":[{"id":"w","weekly":["sat"],"at":"12:00","text":"周末"}]}
        """);
    paper.posts.clear();
    paper.next = new Outcome.Later<>("45009", "too often", 60);
    bean(Engine.class).advanceTo(Instant.parse("2026-07-04T06:20:00Z"));
    host.pass();
    assertThat(states("again")).contains("w wrC3 due");
    host.pass();
    assertThat(paper.posts).as("not before a minute is over").hasSize(1);
    paper.next = new Outcome.Refused<>("41048", "nobody", Concern.CUSTOMER);
    bean(Engine.class).advanceTo(Instant.parse("2026-07-04T06:22:00Z"));
    host.pass();
    assertThat(paper.posts).hasSize(2);
    assertThat(states("again")).contains("w wrC3 refused");

    // A pause is not made good afterwards.
    town.post("/api/v1/group-plans/again/pause", "");
    bean(Engine.class).advanceTo(Instant.parse("2026-07-11T07:00:00Z"));
    host.pass();
    town.post("/api/v1/group-plans/again/resume", "");
    host.pass();
    assertThat(paper.posts).hasSize(2);
    assertThat(
            items(town.post("/api/v1/group-plans/preview?days=31", plan.formatted("p")), "posts"))
        .as("all its days are over")
        .isEmpty();
  }

  @Test
  void seatsArePromisedOnceHoweverManyPlanAtOnce() throws Exception {
    group("wrBig", "zhang", 0, 1, 2, 3, 4, 5, 6, 7);
    group("wrSmall", "li", 8);
    town.take(List.of(town.event("profile_updated", Town.phone(0), "{\"name\":\"欧阳明月\"}")));
    send(
        "PUT",
        "/api/v1/communities/wrSmall",
        "{\"kind\":\"small\",\"theme\":\"milk\",\"capacity\":6}");
    String spec =
        """
        {"name":"%s","from":["wrBig"],"into":["wrSmall"],"reserve":0,
         "themes":[{"theme":"milk","whom":{"text":"did group_joined"}}]}
        """;
    Json preview = town.post("/api/v1/community-moves/preview", spec.formatted("x"));
    assertThat(text(preview, "candidates") + text(preview, "invited")).isEqualTo("85");
    assertThat(text(preview, "reasons.0.why") + text(preview, "reasons.0.people"))
        .isEqualTo("full3");
    assertThat(items(preview, "invitations").stream().map(one -> text(one, "name")))
        .as("people by their masked names")
        .contains("欧**");

    List<Callable<Integer>> runs = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      String body = spec.formatted("move" + i);
      runs.add(() -> Integer.parseInt(text(town.post("/api/v1/community-moves", body), "invited")));
    }
    int promised = 0;
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var each : threads.invokeAll(runs)) {
        promised += each.get();
      }
    }
    assertThat(promised).as("six seats, one taken").isEqualTo(5);
    assertThat(
            text(
                town.refused(409, "POST", "/api/v1/community-moves", spec.formatted("move1")),
                "code"))
        .isEqualTo("move_exists");

    // Their day comes: each is told once, on the timeline.
    Engine engine = bean(Engine.class);
    engine.advanceTo(engine.now().plusSeconds(100_000));
    bean(GroupMoves.class).pass();
    bean(GroupMoves.class).pass();
    assertThat(town.count("did group_invited where [group = \"wrSmall\"]")).isEqualTo(5);
    String winner =
        items(town.get("/api/v1/community-moves"), "").stream()
            .filter(move -> text(move, "funnel.1.people").equals("5"))
            .map(move -> text(move, "name"))
            .findFirst()
            .orElseThrow();
    assertThat(
            text(
                town.post(
                    "/api/v1/community-moves/" + winner + "/audience",
                    "{\"step\":\"invited\",\"name\":\"moved\"}"),
                "people"))
        .isEqualTo("5");
    Json one = town.get("/api/v1/community-moves/" + winner);
    assertThat(text(one, "funnel.2.people") + text(one, "funnel.3.ofBefore")).isEqualTo("0null");
  }
}
