package io.huoshui.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.Dice;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.identity.IdentityGraph.Change;
import io.huoshui.identity.Link.Standing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IdentityGraphTest {
  private static final Instant AT = Instant.parse("2026-03-08T10:00:00Z");

  // One step of a history.
  private sealed interface Deed {
    record Learn(List<Identifier> named) implements Deed {}

    record Join(int a, int b) implements Deed {}

    record Sever(int link) implements Deed {}
  }

  private static Identifier id(IdentifierKind kind, int number) {
    return switch (kind) {
      case PHONE -> Identifier.of(kind, "1380000000" + number);
      case EXTERNAL_USERID, OPENID, BUYER_ID, CUSTOMER_ID ->
          Identifier.of(kind, "s" + number % 2, "v" + number);
      default -> Identifier.of(kind, "v" + number);
    };
  }

  private static List<Identifier> someone(Dice dice, boolean withExclusive) {
    List<IdentifierKind> kinds =
        Arrays.stream(IdentifierKind.values())
            .filter(kind -> withExclusive || !kind.exclusive())
            .toList();
    return dice.list(1, 4, () -> id(dice.of(kinds), dice.roll(5))).stream()
        .distinct()
        .sorted(Comparator.comparing(Identifier::kind))
        .toList();
  }

  /// The partition from scratch: own part each, then the links in their order without the severed.
  private static final class Naive {
    final List<Identifier> nodes = new ArrayList<>();
    final List<int[]> links = new ArrayList<>();
    final Set<Integer> severed = new HashSet<>();

    int node(Identifier identifier) {
      if (!nodes.contains(identifier)) {
        nodes.add(identifier);
      }
      return nodes.indexOf(identifier);
    }

    void learn(List<Identifier> named) {
      int anchor = node(named.getFirst());
      for (Identifier other : named.subList(1, named.size())) {
        if (named.getFirst().kind().joins() && other.kind().joins()) {
          int b = node(other);
          if (links.stream()
              .noneMatch(l -> (l[0] == anchor && l[1] == b) || (l[0] == b && l[1] == anchor))) {
            links.add(new int[] {anchor, b});
          }
        }
      }
    }

    /// @param standings gets one per link
    List<NavigableSet<Integer>> partition(List<Standing> standings) {
      var parts = new ArrayList<NavigableSet<Integer>>();
      for (int i = 0; i < nodes.size(); i++) {
        parts.add(new TreeSet<>(Set.of(i)));
      }
      for (int i = 0; i < links.size(); i++) {
        if (severed.contains(i)) {
          standings.add(Standing.SEVERED);
          continue;
        }
        NavigableSet<Integer> one = part(parts, links.get(i)[0]);
        NavigableSet<Integer> two = part(parts, links.get(i)[1]);
        if (one.equals(two)) {
          standings.add(Standing.CONFIRMED);
        } else if (exclude(one, two)) {
          standings.add(Standing.VETOED);
        } else {
          standings.add(Standing.JOINED);
          one.addAll(two);
          parts.removeIf(two::equals);
        }
      }
      return parts;
    }

    private static NavigableSet<Integer> part(List<NavigableSet<Integer>> parts, int node) {
      return parts.stream().filter(part -> part.contains(node)).findFirst().orElseThrow();
    }

    private boolean exclude(Set<Integer> one, Set<Integer> two) {
      for (IdentifierKind kind : List.of(IdentifierKind.UNIONID, IdentifierKind.MEMBER_NUMBER)) {
        var values = new HashSet<String>();
        var both = new TreeSet<>(one);
        both.addAll(two);
        for (int node : both) {
          if (nodes.get(node).kind() == kind) {
            values.add(nodes.get(node).value());
          }
        }
        if (values.size() > 1) {
          return true;
        }
      }
      return false;
    }
  }

  private static void agree(IdentityGraph graph, Naive naive) {
    var standings = new ArrayList<Standing>();
    List<NavigableSet<Integer>> parts = naive.partition(standings);
    assertThat(graph.nodes()).isEqualTo(naive.nodes.size());
    assertThat(graph.profiles()).isEqualTo(parts.size());
    assertThat(graph.nodes()).isEqualTo(graph.profiles() + graph.merges());
    assertThat(standings(graph)).isEqualTo(standings);
    for (NavigableSet<Integer> part : parts) {
      int name = part.first();
      assertThat(graph.members(name)).containsExactly(part.stream().mapToInt(n -> n).toArray());
      for (int node : part) {
        assertThat(graph.profileOf(node)).isEqualTo(name);
      }
      for (IdentifierKind kind : List.of(IdentifierKind.UNIONID, IdentifierKind.MEMBER_NUMBER)) {
        assertThat(part.stream().filter(n -> naive.nodes.get(n).kind() == kind).count())
            .as("different values of %s in one profile", kind)
            .isLessThanOrEqualTo(1);
      }
    }
    for (int i = 0; i < naive.nodes.size(); i++) {
      assertThat(graph.find(naive.nodes.get(i))).isEqualTo(i);
      assertThat(graph.identifier(i)).isEqualTo(naive.nodes.get(i));
    }
  }

  private static List<Standing> standings(IdentityGraph graph) {
    return IntStream.range(0, graph.links()).mapToObj(l -> graph.linkAt(l).standing()).toList();
  }

  private static int[] partition(IdentityGraph graph) {
    return IntStream.range(0, graph.nodes()).map(graph::profileOf).toArray();
  }

  @Test
  void afterEveryStepThePartitionIsTheOneComputedFromScratch() {
    Dice.overSeeds(
        400,
        seed -> {
          var dice = new Dice(seed);
          var graph = new IdentityGraph();
          var naive = new Naive();
          var changes = new ArrayList<Change>();
          // A host that only follows the changes: who does each node belong to?
          var followed = new ArrayList<Integer>();
          for (int step = 0; step < 40; step++) {
            changes.clear();
            int choice = dice.roll(10);
            if (choice < 2 && graph.links() > 0) {
              int link = dice.roll(graph.links());
              graph.sever(link, changes);
              naive.severed.add(link);
            } else if (choice < 3 && graph.nodes() > 1) {
              int a = dice.roll(graph.nodes());
              int b = dice.roll(graph.nodes());
              graph.join(a, b, "d" + step, AT, "ops", changes);
              naive.links.add(new int[] {a, b});
            } else {
              List<Identifier> named = someone(dice, true);
              int anchor = graph.learn(named, "e" + step, AT, "pos", changes);
              naive.learn(named);
              assertThat(graph.identifier(anchor)).isEqualTo(named.getFirst());
            }
            agree(graph, naive);
            while (followed.size() < graph.nodes()) {
              followed.add(followed.size());
            }
            follow(changes, followed, graph);
            assertThat(followed).isEqualTo(Arrays.stream(partition(graph)).boxed().toList());
          }
        });
  }

  private static void follow(List<Change> changes, List<Integer> followed, IdentityGraph graph) {
    for (Change change : changes) {
      switch (change) {
        case Change.Merged(int kept, int absorbed, int link) -> {
          assertThat(graph.linkAt(link).standing()).isEqualTo(Standing.JOINED);
          assertThat(kept).isLessThan(absorbed);
          followed.replaceAll(profile -> profile == absorbed ? kept : profile);
        }
        case Change.Parted(List<Integer> former, List<Integer> profiles) -> {
          for (int node = 0; node < followed.size(); node++) {
            if (former.contains(followed.get(node))) {
              assertThat(profiles).contains(graph.profileOf(node));
              followed.set(node, graph.profileOf(node));
            }
          }
        }
      }
    }
  }

  /// Runs a history, leaving out what would link one pair.
  private static void live(IdentityGraph graph, List<Deed> deeds, int[] never, int missing) {
    var changes = new ArrayList<Change>();
    for (Deed deed : deeds) {
      switch (deed) {
        case Deed.Learn(List<Identifier> named) -> {
          int anchor = graph.node(named.getFirst());
          for (Identifier other : named.subList(1, named.size())) {
            if (!other.kind().joins() || !named.getFirst().kind().joins()) {
              continue;
            }
            int b = graph.node(other);
            if (never.length == 0 || !samePair(anchor, b, never)) {
              graph.learn(List.of(named.getFirst(), other), "e", AT, "pos", changes);
            }
          }
        }
        case Deed.Join(int a, int b) -> graph.join(a, b, "d", AT, "ops", changes);
        case Deed.Sever(int link) -> graph.sever(link > missing ? link - 1 : link, changes);
      }
    }
  }

  private static boolean samePair(int a, int b, int[] pair) {
    return (a == pair[0] && b == pair[1]) || (a == pair[1] && b == pair[0]);
  }

  @Test
  void aJoinTakenBackLeavesNothingBehindWhateverWasLearnedInBetween() {
    Dice.overSeeds(
        400,
        seed -> {
          var dice = new Dice(seed);
          var graph = new IdentityGraph();
          var before = history(dice, graph, 25, -1);
          if (graph.nodes() < 2) {
            return;
          }
          int a = dice.roll(graph.nodes());
          int b = dice.roll(graph.nodes());
          Link joined = graph.join(a, b, "d-1", AT, "ops", new ArrayList<>());
          var after = history(dice, graph, 25, joined.number());
          graph.sever(joined.number(), new ArrayList<>());

          var never = new IdentityGraph();
          live(never, before, new int[0], Integer.MAX_VALUE);
          live(never, after, new int[] {a, b}, joined.number());

          sameButFor(joined.number(), graph, never);
        });
  }

  @Test
  void aLinkByEvidenceTakenBackLeavesNothingBehindWhateverWasLearnedInBetween() {
    int[] compared = new int[1];
    Dice.overSeeds(
        400,
        seed -> {
          var dice = new Dice(seed);
          var graph = new IdentityGraph();
          var before = history(dice, graph, 20, -1);
          int link = graph.links();
          var pair = List.of(someone(dice, true).getFirst(), someone(dice, true).getFirst());
          graph.learn(pair, "e-1", AT, "pos", new ArrayList<>());
          if (graph.links() == link) {
            return;
          }
          compared[0]++;
          var after = history(dice, graph, 25, link);
          graph.sever(link, new ArrayList<>());

          var never = new IdentityGraph();
          live(never, before, new int[0], Integer.MAX_VALUE);
          int a = never.node(pair.getFirst());
          int b = never.node(pair.getLast());
          live(never, after, new int[] {a, b}, link);

          sameButFor(link, graph, never);
        });
    assertThat(compared[0]).as("seeds that made a link").isGreaterThan(150);
  }

  /// Lives on at random, and tells what was done.
  private static List<Deed> history(Dice dice, IdentityGraph graph, int steps, int spared) {
    var deeds = new ArrayList<Deed>();
    for (int i = 0; i < steps; i++) {
      int choice = dice.roll(12);
      if (choice == 0 && graph.links() > 1) {
        int link = dice.roll(graph.links());
        if (link != spared) {
          deeds.add(new Deed.Sever(link));
          graph.sever(link, new ArrayList<>());
        }
      } else if (choice == 1 && graph.nodes() > 1) {
        var join = new Deed.Join(dice.roll(graph.nodes()), dice.roll(graph.nodes()));
        deeds.add(join);
        graph.join(join.a(), join.b(), "d", AT, "ops", new ArrayList<>());
      } else {
        var learn = new Deed.Learn(someone(dice, true));
        deeds.add(learn);
        graph.learn(learn.named(), "e", AT, "pos", new ArrayList<>());
      }
    }
    return deeds;
  }

  private static void sameButFor(int link, IdentityGraph severed, IdentityGraph never) {
    assertThat(partition(severed)).isEqualTo(partition(never));
    assertThat(severed.profiles()).isEqualTo(never.profiles());
    assertThat(severed.merges()).isEqualTo(never.merges());
    assertThat(severed.nodes()).isEqualTo(severed.profiles() + severed.merges());
    var standings = new ArrayList<>(standings(severed));
    assertThat(standings.remove(link)).isEqualTo(Standing.SEVERED);
    assertThat(standings).isEqualTo(standings(never));
    for (int node = 0; node < severed.nodes(); node++) {
      int profile = severed.profileOf(node);
      assertThat(severed.members(profile)).isEqualTo(never.members(profile));
    }
  }

  @Test
  void theOrderOfEvidenceDoesNotMatterWhereNothingIsVetoed() {
    Dice.overSeeds(
        300,
        seed -> {
          var dice = new Dice(seed);
          List<List<Identifier>> events = dice.list(1, 20, () -> someone(dice, false));
          assertThat(people(dice.shuffled(events))).isEqualTo(people(events));
        });
  }

  private static Set<Set<Identifier>> people(List<List<Identifier>> events) {
    var graph = new IdentityGraph();
    events.forEach(named -> graph.learn(named, "e", AT, "pos", new ArrayList<>()));
    var people = new HashSet<Set<Identifier>>();
    for (int node = 0; node < graph.nodes(); node++) {
      people.add(
          new HashSet<>(
              Arrays.stream(graph.members(graph.profileOf(node)))
                  .mapToObj(graph::identifier)
                  .toList()));
    }
    return people;
  }

  // The rules one by one.

  private final IdentityGraph graph = new IdentityGraph();
  private final List<Change> changes = new ArrayList<>();
  private final Identifier alice = Identifier.of(IdentifierKind.UNIONID, "alice");
  private final Identifier bob = Identifier.of(IdentifierKind.UNIONID, "bob");
  private final Identifier phone = Identifier.of(IdentifierKind.PHONE, "13800000001");

  private int learn(Identifier... named) {
    return graph.learn(List.of(named), "e-" + graph.links(), AT, "pos", changes);
  }

  @Test
  void aHouseholdPhoneDoesNotMakeTwoUnionidsOnePerson() {
    learn(alice, phone);
    learn(bob, phone);

    assertThat(graph.profiles()).isEqualTo(2);
    assertThat(graph.linkAt(0).standing()).isEqualTo(Standing.JOINED);
    assertThat(graph.linkAt(1).standing()).isEqualTo(Standing.VETOED);
    assertThat(changes).containsExactly(new Change.Merged(0, 1, 0));
  }

  @Test
  void takingTheFirstClaimAwayLetsTheVetoedOneIn() {
    learn(alice, phone);
    learn(bob, phone);
    changes.clear();

    graph.sever(0, changes);

    assertThat(graph.linkAt(1).standing()).isEqualTo(Standing.JOINED);
    assertThat(graph.members(graph.profileOf(1))).containsExactly(1, 2);
    assertThat(changes).containsExactly(new Change.Parted(List.of(0, 2), List.of(0, 1)));
  }

  @Test
  void weakIdentifiersNeverJoin() {
    learn(phone, Identifier.of(IdentifierKind.EMAIL, "a@b.cn"));
    learn(
        Identifier.of(IdentifierKind.EMAIL, "a@b.cn"), Identifier.of(IdentifierKind.DEVICE, "d-1"));

    assertThat(graph.links()).isZero();
    assertThat(graph.nodes()).as("the phone, and the e-mail that stood alone").isEqualTo(2);
  }

  @Test
  void theSameEvidenceDoesNotJoinAgainWhatAPersonParted() {
    learn(alice, phone);
    graph.sever(0, changes);
    graph.sever(0, changes);
    learn(alice, phone);

    assertThat(graph.links()).isEqualTo(1);
    assertThat(graph.profiles()).isEqualTo(2);
    assertThat(graph.evidence(0)).extracting(Link::standing).containsExactly(Standing.SEVERED);
  }

  @Test
  void aLinkKeepsItsEvidence() {
    learn(alice, phone);

    assertThat(graph.linkAt(0)).isEqualTo(new Link(0, 0, 1, "e-0", AT, "pos", Standing.JOINED));
    assertThat(graph.evidence(0)).containsExactly(graph.linkAt(0));
  }

  @Test
  void aLinkNobodyKnowsIsRefusedByName() {
    learn(alice, phone);

    assertThatThrownBy(() -> graph.sever(1, changes)).hasMessage("No link 1; known are 0 to 0");
    assertThatThrownBy(() -> graph.sever(-1, changes)).hasMessage("No link -1; known are 0 to 0");
  }

  @Test
  void growsPastItsFirstRoomAndFindsEverybodyAgain() {
    for (int i = 0; i < 5_000; i++) {
      graph.learn(
          List.of(
              Identifier.of(IdentifierKind.MEMBER_NUMBER, "m" + i),
              Identifier.of(IdentifierKind.BUYER_ID, "shop", "b" + i)),
          "e" + i,
          AT,
          "tmall",
          changes);
    }

    assertThat(graph.nodes()).isEqualTo(10_000);
    assertThat(graph.profiles()).isEqualTo(5_000);
    for (int i = 0; i < 5_000; i++) {
      int member = graph.find(Identifier.of(IdentifierKind.MEMBER_NUMBER, "m" + i));
      int buyer = graph.find(Identifier.of(IdentifierKind.BUYER_ID, "shop", "b" + i));
      assertThat(graph.profileOf(buyer)).isEqualTo(graph.profileOf(member)).isEqualTo(2 * i);
    }
    assertThat(graph.find(Identifier.of(IdentifierKind.MEMBER_NUMBER, "m5000"))).isEqualTo(-1);
  }

  @Test
  void erasedPeopleAreJoinedWithNobodyAndStayWhoTheyWere() {
    var graph = new IdentityGraph();
    int[] node =
        IntStream.range(0, 7).map(i -> graph.node(id(IdentifierKind.BUYER_ID, i))).toArray();
    var changes = new ArrayList<Change>();
    join(graph, node[0], node[1], changes);
    join(graph, node[2], node[3], changes);
    graph.erase(node[0]);
    graph.erase(node[1]);
    assertThat(join(graph, node[0], node[2], changes)).isEqualTo(Standing.VETOED);
    graph.erase(node[2]);
    graph.erase(node[3]);
    assertThat(join(graph, node[1], node[3], changes)).isEqualTo(Standing.VETOED);
    join(graph, node[4], node[5], changes);
    assertThat(join(graph, node[5], node[1], changes)).isEqualTo(Standing.VETOED);

    // Taking back a link that reaches them applies all of theirs again.
    join(graph, node[4], node[6], changes);
    graph.sever(graph.links() - 1, changes);

    assertThat(IntStream.of(node).map(graph::profileOf).toArray())
        .containsExactly(node[0], node[0], node[2], node[2], node[4], node[4], node[6]);
    assertThat(graph.profiles()).as("those who were not erased").isEqualTo(2);
  }

  private static Standing join(IdentityGraph graph, int a, int b, List<Change> changes) {
    return graph.join(a, b, "d", AT, "ops", changes).standing();
  }
}
