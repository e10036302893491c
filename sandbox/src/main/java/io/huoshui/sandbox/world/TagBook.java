package io.huoshui.sandbox.world;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// One platform's tags and who carries them: per guide and customer in WeCom, per follower in an
/// official account (whose only holder is the empty text). Read and changed under the world's lock.
public final class TagBook {
  /// @param group the id of its group, empty where there are none
  public record Tag(String id, String group, String name, long order, long madeMs) {}

  public record Group(String id, String name, long order, long madeMs) {}

  private final Map<String, Group> groups = new LinkedHashMap<>();
  private final Map<String, Tag> tags = new LinkedHashMap<>();

  /// Customer, holder, ids of tags.
  private final Map<String, Map<String, Set<String>>> carried = new HashMap<>();

  private final Map<String, Set<String>> carriers = new HashMap<>();
  private int made;
  private long marks;

  public Collection<Group> groups() {
    return groups.values();
  }

  public Collection<Tag> tags() {
    return tags.values();
  }

  public @Nullable Tag tag(String id) {
    return tags.get(id);
  }

  public @Nullable Group group(String id) {
    return groups.get(id);
  }

  public List<Tag> tagsOf(String group) {
    return tags.values().stream().filter(tag -> tag.group().equals(group)).toList();
  }

  /// How many tags and groups were ever made: what the next id is drawn from.
  public int made() {
    return made;
  }

  /// How many customers were told to carry or lose tags so far, counted once per call and customer.
  public long marks() {
    return marks;
  }

  /// The ids a customer carries for a holder.
  public Set<String> carried(String holder, String customer) {
    return new TreeSet<>(carried.getOrDefault(customer, Map.of()).getOrDefault(holder, Set.of()));
  }

  public Map<String, Set<String>> carried(String customer) {
    return new TreeMap<>(carried.getOrDefault(customer, Map.of()));
  }

  /// Who carries a tag, in the order of their names.
  public List<String> carriers(String tag) {
    return List.copyOf(new TreeSet<>(carriers.getOrDefault(tag, Set.of())));
  }

  public int countOf(String tag) {
    return carriers.getOrDefault(tag, Set.of()).size();
  }

  void apply(Entry.OfTags entry) {
    switch (entry) {
      case Entry.TagMade entryMade -> {
        made++;
        if (entryMade.name().isEmpty()) {
          groups.put(
              entryMade.id(),
              new Group(
                  entryMade.id(), entryMade.groupName(), entryMade.order(), entryMade.atMs()));
        } else {
          tags.put(
              entryMade.id(),
              new Tag(
                  entryMade.id(),
                  entryMade.group(),
                  entryMade.name(),
                  entryMade.order(),
                  entryMade.atMs()));
        }
      }
      case Entry.TagRenamed renamed -> rename(renamed);
      case Entry.TagsGone gone -> gone.ids().forEach(this::forget);
      case Entry.TagsMarked marked -> marked.customers().forEach(each -> mark(marked, each));
      case Entry.TagsShuffled _ -> {}
    }
  }

  private void rename(Entry.TagRenamed renamed) {
    tags.computeIfPresent(
        renamed.id(),
        (_, tag) -> new Tag(tag.id(), tag.group(), renamed.name(), renamed.order(), tag.madeMs()));
    groups.computeIfPresent(
        renamed.id(),
        (_, group) -> new Group(group.id(), renamed.name(), renamed.order(), group.madeMs()));
  }

  /// A group goes with its last tag.
  private void forget(String id) {
    if (groups.remove(id) != null) {
      tagsOf(id).forEach(tag -> forget(tag.id()));
      return;
    }
    Tag tag = tags.remove(id);
    if (tag == null) {
      return;
    }
    for (String customer : carriers.getOrDefault(id, Set.of())) {
      carried.getOrDefault(customer, Map.of()).values().forEach(each -> each.remove(id));
    }
    carriers.remove(id);
    if (tagsOf(tag.group()).isEmpty()) {
      groups.remove(tag.group());
    }
  }

  private void mark(Entry.TagsMarked marked, String customer) {
    marks++;
    Map<String, Set<String>> own = carried.computeIfAbsent(customer, _ -> new HashMap<>(1));
    Set<String> ids = own.computeIfAbsent(marked.holder(), _ -> new HashSet<>(2));
    ids.addAll(marked.on());
    marked.off().forEach(ids::remove);
    for (String id : marked.on()) {
      carriers.computeIfAbsent(id, _ -> new HashSet<>()).add(customer);
    }
    for (String id : marked.off()) {
      if (own.values().stream().noneMatch(each -> each.contains(id))) {
        carriers.getOrDefault(id, new HashSet<>()).remove(customer);
      }
    }
  }

  /// Names already taken in a group.
  public List<String> names(String group) {
    var names = new ArrayList<String>();
    tagsOf(group).forEach(tag -> names.add(tag.name()));
    return names;
  }
}
