package io.huoshui.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.platforms.account.Account;
import io.huoshui.platforms.account.Allowances;
import io.huoshui.platforms.account.Clients;
import io.huoshui.platforms.account.Platform;
import io.huoshui.platforms.wechat.OfficialAccountTags;
import io.huoshui.platforms.wecom.WecomTags;
import io.huoshui.reach.PlatformTags;
import io.huoshui.reach.PlatformTags.Carried;
import io.huoshui.reach.PlatformTags.Change;
import io.huoshui.reach.PlatformTags.Concern;
import io.huoshui.reach.PlatformTags.Outcome;
import io.huoshui.reach.PlatformTags.Page;
import io.huoshui.reach.PlatformTags.Tag;
import io.huoshui.sandbox.Sandbox;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What every platform's tags promise, asked of each client against the platform as the sandbox
/// plays it.
class PlatformTagsTest {
  private static final int PEOPLE = 230;

  abstract static class Contract {
    @TempDir Path folder;
    private Sandbox sandbox;
    PlatformTags tags;

    abstract PlatformTags client(String url);

    abstract String customer(int person);

    abstract String holder();

    abstract String group();

    @BeforeEach
    void start() throws IOException, InterruptedException {
      Path secrets =
          Files.writeString(
              folder.resolve("secrets"),
              """
              {"wecom": {"corpId": "ww1", "secret": "s1"},
               "officialAccount": {"appId": "wx1", "secret": "s2"}}
              """);
      sandbox =
          Sandbox.start(
              List.of(
                  "--data",
                  folder.resolve("data").toString(),
                  "--people",
                  "0",
                  "--secrets",
                  secrets.toString(),
                  "--limits",
                  "wecom.tagsPerContact=2,account.tagsPerFollower=2,account.tags=4,wecom.tags=4"));
      var crowd = new StringBuilder();
      for (int person = 0; person < PEOPLE; person++) {
        crowd
            .append("{\"identifiers\":[{\"kind\":\"externalUserid\",\"scope\":\"ww1\",\"value\":\"")
            .append("wmCustomer" + (1_000 + person))
            .append("\"},{\"kind\":\"openid\",\"scope\":\"wx1\",\"value\":\"")
            .append("oFollower" + (1_000 + person))
            .append("\"}],\"ordersPer30Days\":0,\"averageBasketFen\":1}\n");
      }
      control("/sandbox/crowd", crowd.toString());
      tags = client(sandbox.url());
    }

    void control(String path, String body) throws IOException, InterruptedException {
      assertThat(
              HttpClient.newHttpClient()
                  .send(
                      HttpRequest.newBuilder(URI.create(sandbox.url() + path))
                          .POST(HttpRequest.BodyPublishers.ofString(body))
                          .build(),
                      HttpResponse.BodyHandlers.ofString())
                  .statusCode())
          .isEqualTo(200);
    }

    @AfterEach
    void stop() throws IOException {
      sandbox.close();
    }

    static <T> T done(Outcome<T> outcome) {
      assertThat(outcome).isInstanceOf(Outcome.Done.class);
      return ((Outcome.Done<T>) outcome).value();
    }

    static <T> Outcome.Refused<T> refused(Outcome<T> outcome) {
      assertThat(outcome).isInstanceOf(Outcome.Refused.class);
      return (Outcome.Refused<T>) outcome;
    }

    private Change change(int person, Set<String> on, Set<String> off) {
      return new Change(holder(), customer(person), on, off);
    }

    private Map<String, Set<String>> everybody(Set<String> ids) {
      var found = new HashMap<String, Set<String>>();
      String cursor = "";
      do {
        Page page = done(tags.page(ids, cursor));
        for (Carried each : page.carried()) {
          assertThat(each.holder()).isEqualTo(holder());
          assertThat(found.put(each.customer(), each.tags())).as("each comes once").isNull();
        }
        cursor = page.next();
      } while (!cursor.isEmpty());
      return found;
    }

    @Test
    void tagsAreMadeRenamedAndDeleted() {
      Tag gold = done(tags.create(group(), "金卡"));
      assertThat(gold.group()).isEqualTo(group());
      assertThat(done(tags.all())).contains(gold);
      Tag renamed = done(tags.rename(gold, "金卡会员"));
      assertThat(renamed).isEqualTo(new Tag(gold.id(), group(), "金卡会员"));
      assertThat(done(tags.all())).contains(renamed).doesNotContain(gold);
      assertThat(refused(tags.create(group(), "金卡会员")).concern()).isEqualTo(Concern.TAG);
      done(tags.delete(renamed));
      assertThat(done(tags.all())).doesNotContain(renamed);
      assertThat(refused(tags.rename(renamed, "x")).concern()).isEqualTo(Concern.TAG);
      assertThat(
              refused(tags.change(List.of(change(0, Set.of(gold.id()), Set.of()))).getFirst())
                  .concern())
          .isEqualTo(Concern.TAG);
    }

    @Test
    void whatIsPutOnIsReadOneByOneAndPageByPage() {
      String a = done(tags.create(group(), "a")).id();
      String b = done(tags.create(group(), "b")).id();
      var changes = new ArrayList<Change>();
      for (int person = 0; person < 120; person++) {
        changes.add(change(person, person % 3 == 0 ? Set.of(a, b) : Set.of(a), Set.of()));
      }
      assertThat(tags.change(changes)).hasSize(120).allMatch(each -> each instanceof Outcome.Done);
      assertThat(done(tags.read(customer(3))))
          .containsExactly(new Carried(holder(), customer(3), Set.of(a, b)));

      // Again, off what is not on, and both at once.
      assertThat(
              tags.change(
                  List.of(
                      change(0, Set.of(a), Set.of()),
                      change(1, Set.of(b), Set.of(a)),
                      change(200, Set.of(), Set.of(a)))))
          .allMatch(each -> each instanceof Outcome.Done);
      Map<String, Set<String>> all = everybody(Set.of(a, b));
      assertThat(all).hasSize(PEOPLE);
      assertThat(all.get(customer(0))).containsExactlyInAnyOrder(a, b);
      assertThat(all.get(customer(1))).containsExactly(b);
      assertThat(all.get(customer(2))).containsExactly(a);
      assertThat(all.get(customer(200))).isEmpty();
    }

    @Test
    void arefusalIsAboutWhomItIs() {
      String a = done(tags.create(group(), "a")).id();
      String b = done(tags.create(group(), "b")).id();
      String c = done(tags.create(group(), "c")).id();
      tags.change(List.of(change(7, Set.of(a, b), Set.of())));
      var changes = new ArrayList<Change>();
      for (int person = 0; person < 60; person++) {
        changes.add(change(person, Set.of(c), Set.of()));
      }
      changes.add(new Change(holder(), customer(0) + "Nobody", Set.of(c), Set.of()));
      List<Outcome<Change>> outcomes = tags.change(changes);
      for (int i = 0; i < outcomes.size(); i++) {
        if (i == 7 || i == 60) {
          assertThat(refused(outcomes.get(i)).concern()).isEqualTo(Concern.CUSTOMER);
        } else {
          assertThat(outcomes.get(i)).isInstanceOf(Outcome.Done.class);
        }
      }
      assertThat(refused(tags.read(customer(0) + "Nobody")).concern()).isEqualTo(Concern.CUSTOMER);
    }

    @Test
    void whatPassesIsLaterAndWhatIsNotKnownIsUnknown() throws Exception {
      String a = done(tags.create(group(), "a")).id();
      var change = List.of(change(0, Set.of(a), Set.of()));
      for (String code : List.of("-1", "45033")) {
        fault("\"codes\":{\"" + code + "\":1}");
        assertThat(tags.change(change).getFirst())
            .isInstanceOfSatisfying(
                Outcome.Later.class, later -> assertThat(later.code()).isEqualTo(code));
      }
      fault("\"codes\":{\"48002\":1}");
      assertThat(refused(tags.change(change).getFirst()).concern()).isEqualTo(Concern.EVERYTHING);
      fault("\"codes\":{\"500\":1}");
      assertThat(tags.change(change).getFirst()).isInstanceOf(Outcome.Unknown.class);
      fault("\"codes\":{},\"timeoutShare\":1");
      assertThat(tags.change(change).getFirst()).isInstanceOf(Outcome.Unknown.class);
      fault("\"timeoutShare\":0");
      assertThat(tags.change(change).getFirst()).isInstanceOf(Outcome.Done.class);
      fault("\"codes\":{\"45009\":1}");
      assertThat(tags.change(change).getFirst()).isInstanceOf(Outcome.Later.class);
      fault("\"codes\":{}");
      // The platform's ban is waited for; what would be refused is not even asked.
      assertThat(tags.change(change).getFirst())
          .isInstanceOfSatisfying(
              Outcome.Later.class,
              later -> {
                assertThat(later.code()).isEqualTo("45009");
                assertThat(later.afterSeconds()).isGreaterThan(30);
              });
    }

    private void fault(String fault) throws IOException, InterruptedException {
      control("/sandbox/faults", "{\"wecom\":{" + fault + "},\"account\":{" + fault + "}}");
    }
  }

  @Nested
  class OfWecom extends Contract {
    @Override
    PlatformTags client(String url) {
      return new WecomTags(
          Clients.inMemory()
              .wecom(
                  new Account.Wecom(
                      "corp", url, "ww1", "s1", "", List.of(), Allowances.of(Platform.WECOM))),
          "ww1");
    }

    @Override
    String customer(int person) {
      return "wmCustomer" + (1_000 + person);
    }

    @Override
    String holder() {
      return "guide-0001";
    }

    @Override
    String group() {
      return "会员";
    }
  }

  @Nested
  class OfAnOfficialAccount extends Contract {
    @Override
    PlatformTags client(String url) {
      return new OfficialAccountTags(
          Clients.inMemory()
              .officialAccount(
                  new Account.OfficialAccount(
                      "official", url, "wx1", "s2", List.of(), Allowances.of(Platform.WECHAT))),
          "wx1");
    }

    @Override
    String customer(int person) {
      return "oFollower" + (1_000 + person);
    }

    @Override
    String holder() {
      return "";
    }

    @Override
    String group() {
      return "";
    }
  }
}
