package io.huoshui.identity;

import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.identity.Link.Standing;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The graph of identifiers. Nodes and links are numbered in the order in which they became known.
///
/// A profile is named by its smallest node, so a profile keeps its name when others join it, and
/// gets its old name back when it is parted. Partition = f(nodes, links in order, severed links): a
/// new link is applied to the present partition; severing one re-applies the remaining links of the
/// affected people in their order, which is the same as if the severed one had never been. Not
/// thread-safe; one writer.
public final class IdentityGraph {
  private static final int NONE = -1;
  private static final IdentifierKind[] KINDS = IdentifierKind.values();
  private static final Standing[] STANDINGS = Standing.values();

  /// In the column of kinds, beside the kind: the identifier was erased.
  private static final int ERASED = 0x80;

  // Values and evidence; scopes and sources are few.
  private final Texts texts = new Texts();
  private final Names scopes = new Names();
  private final Names sources = new Names();

  // Node columns.
  private byte[] kind = new byte[1024];
  private int[] scope = new int[1024];
  private int[] value = new int[1024];
  private int[] profile = new int[1024];
  // The members of a profile form a ring: next[node] is another node of the same profile.
  private int[] next = new int[1024];
  // The first link of each node; each link continues the list of its two ends.
  private int[] firstLink = new int[1024];
  private int nodes;
  private int profiles;

  // Open addressing from identifier to node.
  private int[] table = new int[4096];

  // Link columns.
  private int[] linkA = new int[1024];
  private int[] linkB = new int[1024];
  private int[] nextOfA = new int[1024];
  private int[] nextOfB = new int[1024];
  private long[] linkTimeMs = new long[1024];
  private int[] linkEvidence = new int[1024];
  private int[] linkSource = new int[1024];
  private byte[] standing = new byte[1024];
  private int links;
  private int joins;

  // The nodes whose identifiers were erased.
  private final List<Integer> erased = new ArrayList<>();

  public IdentityGraph() {
    Arrays.fill(table, NONE);
  }

  /// A change of who is who, for the host to move timelines by.
  public sealed interface Change {
    /// Every node of `absorbed` now belongs to `kept`.
    record Merged(int kept, int absorbed, int link) implements Change {}

    /// The people named in `profiles` are the partition of what was `former`.
    record Parted(List<Integer> former, List<Integer> profiles) implements Change {}
  }

  public int nodes() {
    return nodes;
  }

  /// How many people there are.
  public int profiles() {
    int gone = 0;
    for (int node : erased) {
      gone += profile[node] == node ? 1 : 0;
    }
    return profiles - gone;
  }

  /// Whether a node names a profile now that was not erased.
  public boolean person(int node) {
    return profile[node] == node && !erased(node);
  }

  public int links() {
    return links;
  }

  /// How many links join two profiles now: nodes = profiles + merges, while nobody was erased.
  public int merges() {
    return joins;
  }

  public Identifier identifier(int node) {
    return new Identifier(kind(node), scopes.get(scope[node]), texts.get(value[node]));
  }

  /// The kind of a node's identifier.
  public IdentifierKind kind(int node) {
    return KINDS[kind[node] & ~ERASED & 0xFF];
  }

  private boolean erased(int node) {
    return (kind[node] & ERASED) != 0;
  }

  /// The profile (its smallest node) that `node` belongs to now.
  public int profileOf(int node) {
    return profile[node];
  }

  /// Per node the profile it belongs to now.
  public int[] profilesOf() {
    return Arrays.copyOf(profile, nodes);
  }

  /// The node of `identifier`, or -1 when it was never seen.
  public int find(Identifier identifier) {
    int of = scopes.find(identifier.scope());
    if (of < 0) {
      return NONE;
    }
    int as = identifier.kind().ordinal();
    int mask = table.length - 1;
    for (int slot = spread(as, of, identifier.value().hashCode()) & mask;
        ;
        slot = (slot + 1) & mask) {
      int node = table[slot];
      if (node == NONE) {
        return NONE;
      }
      if (kind(node).ordinal() == as
          && scope[node] == of
          && texts.is(value[node], identifier.value())) {
        return node;
      }
    }
  }

  /// The nodes whose value is one of some texts, or has a part in it; nobody erased.
  ///
  /// @param part empty for none
  /// @param most so many are enough
  public List<Integer> like(List<String> values, String part, int most) {
    byte[] within = part.getBytes(StandardCharsets.UTF_8);
    var found = new ArrayList<Integer>();
    for (int node = 0; node < nodes && found.size() < most; node++) {
      boolean is = within.length > 0 && texts.contains(value[node], within);
      for (int i = 0; i < values.size() && !is; i++) {
        is = texts.is(value[node], values.get(i));
      }
      if (is && !erased(node)) {
        found.add(node);
      }
    }
    return found;
  }

  /// The node of `identifier`, new when it was never seen; a new node is a profile of its own.
  public int node(Identifier identifier) {
    int found = find(identifier);
    return found != NONE ? found : add(identifier);
  }

  /// Makes room for so many nodes at once.
  public void room(int most) {
    if (most > kind.length) {
      kind = Arrays.copyOf(kind, most);
      scope = Arrays.copyOf(scope, most);
      value = Arrays.copyOf(value, most);
      profile = Arrays.copyOf(profile, most);
      next = Arrays.copyOf(next, most);
      firstLink = Arrays.copyOf(firstLink, most);
    }
    if (most * 2L > table.length) {
      table = new int[Integer.highestOneBit(most) * 4];
      Arrays.fill(table, NONE);
      for (int i = 0; i < nodes; i++) {
        place(i);
      }
    }
  }

  private int add(Identifier identifier) {
    return add(
        identifier.kind().ordinal() | (identifier.erased() ? ERASED : 0),
        scopes.number(identifier.scope()),
        texts.add(identifier.value()));
  }

  private int add(int as, int of, int text) {
    if (nodes == kind.length) {
      room(nodes * 2);
    }
    int node = nodes++;
    kind[node] = (byte) as;
    scope[node] = of;
    value[node] = text;
    profile[node] = node;
    next[node] = node;
    firstLink[node] = NONE;
    profiles++;
    if (nodes * 2 > table.length) {
      // Places all, the new one too.
      room(nodes);
    } else {
      place(node);
    }
    return node;
  }

  /// Forgets what a node was called and by which events it was linked; its number and its links
  /// stay. Whoever comes under that name again is somebody else.
  public void erase(int node) {
    if (erased(node)) {
      return;
    }
    // An image that is being written keeps what it saw.
    kind = kind.clone();
    value = value.clone();
    linkEvidence = linkEvidence.clone();
    value[node] = texts.add(identifier(node).erased(node).value());
    kind[node] |= (byte) ERASED;
    // Its old place in the table stays, and finds nobody any more.
    place(node);
    erased.add(node);
    int nothing = texts.add("");
    for (int l = firstLink[node]; l != NONE; l = linkA[l] == node ? nextOfA[l] : nextOfB[l]) {
      linkEvidence[l] = nothing;
    }
  }

  private void place(int node) {
    int mask = table.length - 1;
    int slot = spread(kind(node).ordinal(), scope[node], texts.hash(value[node])) & mask;
    while (table[slot] != NONE) {
      slot = (slot + 1) & mask;
    }
    table[slot] = node;
  }

  private static int spread(int kind, int scope, int value) {
    int h = ((kind * 31 + scope) * 31 + value) * 0x9E3779B9;
    return h ^ (h >>> 15);
  }

  /// The nodes of one profile, ascending.
  public int[] members(int profileNode) {
    if (next[profileNode] == profileNode) {
      return new int[] {profileNode};
    }
    int count = 0;
    int node = profileNode;
    do {
      count++;
      node = next[node];
    } while (node != profileNode);
    int[] members = new int[count];
    for (int i = 0; i < count; i++) {
      members[i] = node;
      node = next[node];
    }
    Arrays.sort(members);
    return members;
  }

  /// Learns the identifiers of one event: links the strongest with each other one that may join.
  ///
  /// @param named strongest first, as in `Event.identifiers`
  /// @param evidence the event's id
  /// @param changes gets what changed, in order
  /// @return the node of the strongest identifier, to which the event belongs
  public int learn(
      List<Identifier> named, String evidence, Instant time, String source, List<Change> changes) {
    int anchor = node(named.getFirst());
    boolean anchorJoins = named.getFirst().kind().joins();
    for (int i = 1; i < named.size(); i++) {
      if (anchorJoins && named.get(i).kind().joins()) {
        int other = node(named.get(i));
        if (linkBetween(anchor, other) == NONE) {
          link(anchor, other, evidence, time, source, changes);
        }
      }
    }
    return anchor;
  }

  /// Joins two nodes by a person's decision.
  ///
  /// @return the link; its standing says whether it joined, confirmed or was vetoed
  public Link join(int a, int b, String decision, Instant time, String who, List<Change> changes) {
    return linkAt(link(a, b, decision, time, who, changes));
  }

  private int linkBetween(int a, int b) {
    for (int link = firstLink[a];
        link != NONE;
        link = linkA[link] == a ? nextOfA[link] : nextOfB[link]) {
      if (linkA[link] == b || linkB[link] == b) {
        return link;
      }
    }
    return NONE;
  }

  private int link(
      int a, int b, String evidence, Instant time, String source, List<Change> changes) {
    int link = record(a, b, evidence, time.toEpochMilli(), source);
    apply(link, changes);
    return link;
  }

  private int record(int a, int b, String evidence, long timeMs, String source) {
    if (links == linkA.length) {
      int room = links * 2;
      linkA = Arrays.copyOf(linkA, room);
      linkB = Arrays.copyOf(linkB, room);
      nextOfA = Arrays.copyOf(nextOfA, room);
      nextOfB = Arrays.copyOf(nextOfB, room);
      linkTimeMs = Arrays.copyOf(linkTimeMs, room);
      linkEvidence = Arrays.copyOf(linkEvidence, room);
      linkSource = Arrays.copyOf(linkSource, room);
      standing = Arrays.copyOf(standing, room);
    }
    int link = links++;
    linkA[link] = a;
    linkB[link] = b;
    nextOfA[link] = firstLink[a];
    firstLink[a] = link;
    nextOfB[link] = firstLink[b];
    firstLink[b] = link;
    linkTimeMs[link] = timeMs;
    linkEvidence[link] =
        // One event often links several identifiers.
        link > 0 && texts.is(linkEvidence[link - 1], evidence)
            ? linkEvidence[link - 1]
            : texts.add(evidence);
    linkSource[link] = sources.number(source);
    // It stands as nothing until it is applied.
    standing[link] = NONE;
    return link;
  }

  private void apply(int link, List<Change> changes) {
    int one = profile[linkA[link]];
    int two = profile[linkB[link]];
    if (one == two) {
      standing[link] = (byte) Standing.CONFIRMED.ordinal();
    } else if (vetoed(one, two) || (bothErased(one, two) && !held(link))) {
      standing[link] = (byte) Standing.VETOED.ordinal();
    } else {
      standing[link] = (byte) Standing.JOINED.ordinal();
      joins++;
      profiles--;
      int kept = Math.min(one, two);
      int absorbed = Math.max(one, two);
      int node = absorbed;
      do {
        profile[node] = kept;
        node = next[node];
      } while (node != absorbed);
      // Two rings become one by swapping where two of their members point.
      int after = next[kept];
      next[kept] = next[absorbed];
      next[absorbed] = after;
      changes.add(new Change.Merged(kept, absorbed, link));
    }
  }

  private boolean bothErased(int one, int two) {
    return erased(one) && erased(two);
  }

  /// Whether a link joined, or would have, when it was applied last. Erased people are joined with
  /// nobody any more, but those who were one when they were erased stay one.
  private boolean held(int link) {
    return standing[link] == Standing.JOINED.ordinal()
        || standing[link] == Standing.CONFIRMED.ordinal();
  }

  /// Two different values of an exclusive kind are two people, whatever else they share.
  private boolean vetoed(int one, int two) {
    if (erased(one) != erased(two)) {
      return true;
    }
    int node = one;
    do {
      if (kind(node).exclusive()) {
        int other = two;
        do {
          if (kind(other) == kind(node) && !texts.is(value[other], texts.get(value[node]))) {
            return true;
          }
          other = next[other];
        } while (other != two);
      }
      node = next[node];
    } while (node != one);
    return false;
  }

  /// Takes a link back: the partition becomes what it would be had the link never been.
  ///
  /// The link stays known as severed, so the same evidence does not join again.
  public void sever(int link, List<Change> changes) {
    if (link < 0 || link >= links) {
      throw new IllegalArgumentException("No link " + link + "; known are 0 to " + (links - 1));
    }
    if (standing[link] == Standing.SEVERED.ordinal()) {
      return;
    }
    boolean joined = standing[link] == Standing.JOINED.ordinal();
    standing[link] = (byte) Standing.SEVERED.ordinal();
    if (joined) {
      reapply(link, changes);
    }
  }

  /// Re-applies, in order, all links among the people that the severed link can have influenced:
  /// everyone reachable over links of any standing, because a join that was vetoed may now be
  /// allowed, and one that was allowed may not.
  private void reapply(int severed, List<Change> changes) {
    var reached = new java.util.TreeSet<Integer>();
    var open = new ArrayDeque<Integer>();
    reached.add(linkA[severed]);
    open.add(linkA[severed]);
    reached.add(linkB[severed]);
    open.add(linkB[severed]);
    var touching = new java.util.TreeSet<Integer>();
    while (!open.isEmpty()) {
      int node = open.remove();
      for (int l = firstLink[node]; l != NONE; l = linkA[l] == node ? nextOfA[l] : nextOfB[l]) {
        touching.add(l);
        if (reached.add(linkA[l])) {
          open.add(linkA[l]);
        }
        if (reached.add(linkB[l])) {
          open.add(linkB[l]);
        }
      }
    }
    var former = reached.stream().map(node -> profile[node]).distinct().sorted().toList();
    for (int node : reached) {
      profile[node] = node;
      next[node] = node;
    }
    profiles += reached.size() - former.size();
    var rejoined = new ArrayList<Change>();
    for (int l : touching) {
      if (standing[l] == Standing.JOINED.ordinal()) {
        joins--;
      }
    }
    // The severed link counted as a join until now.
    joins--;
    for (int l : touching) {
      if (standing[l] != Standing.SEVERED.ordinal()) {
        apply(l, rejoined);
      }
    }
    var now = reached.stream().map(node -> profile[node]).distinct().sorted().toList();
    if (!now.equals(former) || !rejoined.isEmpty()) {
      changes.add(new Change.Parted(former, now));
    }
  }

  public Link linkAt(int link) {
    return new Link(
        link,
        linkA[link],
        linkB[link],
        texts.get(linkEvidence[link]),
        Instant.ofEpochMilli(linkTimeMs[link]),
        sources.get(linkSource[link]),
        STANDINGS[standing[link]]);
  }

  /// Everything the graph is at one moment, to be kept elsewhere and made a graph again. What only
  /// grows is shared with the graph, what changes is copied: taking one costs little.
  public static final class Image {
    private final Texts texts;
    private final List<String> scopes;
    private final List<String> sources;
    private final byte[] kind;
    private final int[] scope;
    private final int[] value;
    private final int[] profile;
    private final int nodes;
    private final int[] linkA;
    private final int[] linkB;
    private final long[] linkTimeMs;
    private final int[] linkEvidence;
    private final int[] linkSource;
    private final byte[] standing;
    private final int links;

    private Image(IdentityGraph graph) {
      this.texts = graph.texts.shared();
      this.scopes = graph.scopes.all();
      this.sources = graph.sources.all();
      this.kind = graph.kind;
      this.scope = graph.scope;
      this.value = graph.value;
      this.profile = Arrays.copyOf(graph.profile, graph.nodes);
      this.nodes = graph.nodes;
      this.linkA = graph.linkA;
      this.linkB = graph.linkB;
      this.linkTimeMs = graph.linkTimeMs;
      this.linkEvidence = graph.linkEvidence;
      this.linkSource = graph.linkSource;
      this.standing = Arrays.copyOf(graph.standing, graph.links);
      this.links = graph.links;
    }

    public int nodes() {
      return nodes;
    }

    public int links() {
      return links;
    }

    public Identifier identifier(int node) {
      return new Identifier(
          KINDS[kind[node] & ~ERASED & 0xFF], scopes.get(scope[node]), texts.get(value[node]));
    }

    public int profileOf(int node) {
      return profile[node];
    }

    public Link link(int link) {
      return new Link(
          link,
          linkA[link],
          linkB[link],
          texts.get(linkEvidence[link]),
          Instant.ofEpochMilli(linkTimeMs[link]),
          sources.get(linkSource[link]),
          STANDINGS[standing[link]]);
    }
  }

  public Image image() {
    return new Image(this);
  }

  /// Adds the next node of an image; nodes come in order, before all links.
  ///
  /// @param utf8 has the value from `from` on, as an image gave it
  /// @param profileOf the profile it belongs to, itself or a node before it
  public void restore(
      IdentifierKind as, String of, byte[] utf8, int from, int length, int profileOf) {
    boolean gone = Identifier.erased(utf8, from, length);
    int node =
        add(as.ordinal() | (gone ? ERASED : 0), scopes.number(of), texts.add(utf8, from, length));
    if (gone) {
      erased.add(node);
    }
    if (profileOf != node) {
      profile[node] = profileOf;
      next[node] = next[profileOf];
      next[profileOf] = node;
      profiles--;
    }
  }

  /// Adds the next link of an image, as it stood.
  public void restore(
      int a, int b, String evidence, long timeMs, String source, Standing standing) {
    int number = record(a, b, evidence, timeMs, source);
    this.standing[number] = (byte) standing.ordinal();
    joins += standing == Standing.JOINED ? 1 : 0;
  }

  /// All links that touch a profile, in order: its evidence, its vetoes, what was severed.
  public List<Link> evidence(int profileNode) {
    return Arrays.stream(members(profileNode))
        .boxed()
        .flatMap(
            node -> {
              var found = new ArrayList<Integer>();
              for (int l = firstLink[node];
                  l != NONE;
                  l = linkA[l] == node ? nextOfA[l] : nextOfB[l]) {
                found.add(l);
              }
              return found.stream();
            })
        .distinct()
        .sorted()
        .map(this::linkAt)
        .toList();
  }
}
