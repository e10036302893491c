package io.huoshui.engine.sim;

import io.huoshui.event.Identifier;
import io.huoshui.identity.Link;
import io.huoshui.identity.Link.Standing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// Who is who, plainly: identifiers and links in lists, and whom each belongs to. A link that is
/// taken back is as if it had never been: everything is begun anew without it.
final class People {
  private final List<Identifier> identifiers = new ArrayList<>();
  private final List<Integer> profileOf = new ArrayList<>();
  private final List<Link> links = new ArrayList<>();

  sealed interface Change {
    record Merged(int kept, int absorbed) implements Change {}

    record Parted(List<Integer> former, List<Integer> now) implements Change {}
  }

  int size() {
    return identifiers.size();
  }

  Identifier identifier(int node) {
    return identifiers.get(node);
  }

  int profileOf(int node) {
    return profileOf.get(node);
  }

  List<Link> links() {
    return links;
  }

  int profiles() {
    return (int) new TreeSet<>(profileOf).stream().filter(this::person).count();
  }

  /// How many links join two profiles now.
  int merges() {
    return identifiers.size() - new TreeSet<>(profileOf).size();
  }

  /// Whether a node names a profile that was not erased.
  boolean person(int node) {
    return profileOf.get(node) == node && !identifiers.get(node).erased();
  }

  /// Takes the name from a node, and what was said by it from its links.
  void erase(int node) {
    identifiers.set(node, identifiers.get(node).erased(node));
    links.replaceAll(
        link ->
            link.a() == node || link.b() == node
                ? new Link(
                    link.number(),
                    link.a(),
                    link.b(),
                    "",
                    link.time(),
                    link.source(),
                    link.standing())
                : link);
  }

  int find(Identifier identifier) {
    return identifiers.indexOf(identifier);
  }

  /// Ascending.
  List<Integer> members(int profile) {
    var members = new ArrayList<Integer>();
    for (int node = 0; node < profileOf.size(); node++) {
      if (profileOf.get(node) == profile) {
        members.add(node);
      }
    }
    return members;
  }

  private int node(Identifier identifier) {
    int found = find(identifier);
    if (found >= 0) {
      return found;
    }
    identifiers.add(identifier);
    profileOf.add(identifiers.size() - 1);
    return identifiers.size() - 1;
  }

  /// @return the node of the strongest
  int learn(
      List<Identifier> named, String evidence, Instant time, String source, List<Change> changes) {
    int anchor = node(named.getFirst());
    for (Identifier identifier : named.subList(1, named.size())) {
      if (named.getFirst().kind().joins() && identifier.kind().joins()) {
        int other = node(identifier);
        if (links.stream()
            .noneMatch(
                link ->
                    (link.a() == anchor && link.b() == other)
                        || (link.a() == other && link.b() == anchor))) {
          link(anchor, other, evidence, time, source, changes);
        }
      }
    }
    return anchor;
  }

  void link(int a, int b, String evidence, Instant time, String source, List<Change> changes) {
    links.add(
        apply(new Link(links.size(), a, b, evidence, time, source, Standing.VETOED), changes));
  }

  private Link apply(Link link, List<Change> changes) {
    int one = profileOf.get(link.a());
    int two = profileOf.get(link.b());
    Standing standing = Standing.JOINED;
    if (one == two) {
      standing = Standing.CONFIRMED;
    } else if (different(one, two)
        || (link.standing() == Standing.VETOED && identifiers.get(one).erased())) {
      standing = Standing.VETOED;
    } else {
      int kept = Math.min(one, two);
      int absorbed = Math.max(one, two);
      profileOf.replaceAll(profile -> profile == absorbed ? kept : profile);
      changes.add(new Change.Merged(kept, absorbed));
    }
    return with(link, standing);
  }

  private static Link with(Link link, Standing standing) {
    return new Link(
        link.number(), link.a(), link.b(), link.evidence(), link.time(), link.source(), standing);
  }

  private boolean different(int one, int two) {
    if (identifiers.get(one).erased() != identifiers.get(two).erased()) {
      return true;
    }
    for (int mine : members(one)) {
      for (int other : members(two)) {
        Identifier a = identifiers.get(mine);
        Identifier b = identifiers.get(other);
        if (a.kind() == b.kind() && a.kind().exclusive() && !a.value().equals(b.value())) {
          return true;
        }
      }
    }
    return false;
  }

  void sever(int number, List<Change> changes) {
    Link severed = links.get(number);
    if (severed.standing() == Standing.SEVERED) {
      return;
    }
    links.set(number, with(severed, Standing.SEVERED));
    if (severed.standing() != Standing.JOINED) {
      return;
    }
    var former = new TreeSet<>(profileOf);
    for (int node = 0; node < profileOf.size(); node++) {
      profileOf.set(node, node);
    }
    for (Link link : List.copyOf(links)) {
      if (link.standing() != Standing.SEVERED) {
        links.set(link.number(), apply(link, new ArrayList<>()));
      }
    }
    changes.add(new Change.Parted(List.copyOf(former), List.copyOf(new TreeSet<>(profileOf))));
  }
}
