package io.huoshui.community;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.community.GroupDiff.Known;
import io.huoshui.reach.GroupChats;
import io.huoshui.reach.GroupChats.Member;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What has to be told for what is known and what the platform says to agree.
class GroupDiffTest {
  private static final Instant OPENED = Instant.parse("2026-03-01T00:00:00Z");
  private static final Instant NOW = Instant.parse("2026-03-10T00:00:00Z");

  private static Member member(String id, String by, String code) {
    return new Member(id, id.startsWith("wm"), "", OPENED.plusSeconds(60), "code", by, code, "");
  }

  private static GroupChats.Group group(String name, String owner, Member... members) {
    return new GroupChats.Group("c", name, owner, OPENED, "", List.of(), List.of(members));
  }

  private static Known known(int person, Instant from, String code, String... accounts) {
    return new Known(person, Set.of(accounts), new Stay("c", from, null, "", code, "", null));
  }

  private static String said(Community community, List<Known> known, GroupChats.Group now) {
    GroupDiff.Found found = GroupDiff.of(community, known, now, NOW);
    var words = new ArrayList<String>();
    found.changes().forEach(each -> words.add(each.getClass().getSimpleName()));
    found.joined().forEach(each -> words.add("+" + each.id()));
    found.learned().forEach(each -> words.add("?" + each.known().person()));
    found.gone().forEach(each -> words.add("-" + each.person()));
    assertThat(found.size()).isEqualTo(words.size());
    return String.join(" ", words);
  }

  private static final Community EMPTY = Community.of("c", List.of());

  private static final Community SAME =
      Community.of("c", List.of(new GroupChange.Created(OPENED, "老友", "zhang")));

  @Test
  void whatIsMissingIsFound() {
    assertThat(said(EMPTY, List.of(), group("老友", "zhang", member("wm1", "", ""))))
        .isEqualTo("Created Renamed OwnerChanged +wm1");
    assertThat(said(SAME, List.of(), group("老友", "zhang", member("zhang", "", "")))).isEmpty();
    assertThat(said(SAME, List.of(), group("新友", "li"))).isEqualTo("Renamed OwnerChanged");
    assertThat(said(SAME, List.of(known(1, OPENED, "", "wm1")), group("老友", "zhang")))
        .isEqualTo("-1");
  }

  @Test
  void aPersonOfTwoAccountsIsThereWhenOneOfThemIs() {
    List<Known> both = List.of(known(1, OPENED, "c7", "wm1", "wm2"));
    assertThat(said(SAME, both, group("老友", "zhang", member("wm2", "", "")))).isEmpty();
    assertThat(said(SAME, both, group("老友", "zhang", member("wm1", "", ""), member("wm2", "", ""))))
        .isEmpty();
  }

  @Test
  void whoCameAfterTheLookIsNotGone() {
    assertThat(said(SAME, List.of(known(1, NOW.plusSeconds(1), "", "wm1")), group("老友", "zhang")))
        .isEmpty();
  }

  @Test
  void theSourceIsLearnedOnceItIsKnown() {
    GroupChats.Group now = group("老友", "zhang", member("wm1", "", "code7"));
    assertThat(said(SAME, List.of(known(1, OPENED, "", "wm1")), now)).isEqualTo("?1");
    assertThat(said(SAME, List.of(known(1, OPENED, "code7", "wm1")), now)).isEmpty();
  }

  @Test
  void whatWasToldIsNotMissingAgain() {
    GroupDiff.Found found =
        GroupDiff.of(EMPTY, List.of(), group("老友", "zhang", member("wm1", "zhang", "c")), NOW);
    Community then = Community.of("c", found.changes());
    assertThat(then.name() + then.owner() + then.ownerAt(OPENED)).isEqualTo("老友zhangzhang");
    Member joined = found.joined().getFirst();
    assertThat(
            GroupDiff.of(
                    then,
                    List.of(
                        new Known(
                            1,
                            Set.of(joined.id()),
                            new Stay(
                                "c",
                                joined.joined(),
                                null,
                                joined.by(),
                                joined.liveCode(),
                                joined.scene(),
                                null))),
                    group("老友", "zhang", member("wm1", "zhang", "c")),
                    NOW)
                .size())
        .isZero();
  }
}
