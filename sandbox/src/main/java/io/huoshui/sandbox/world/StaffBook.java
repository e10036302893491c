package io.huoshui.sandbox.world;

import io.huoshui.sandbox.brand.Brand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The corporation's members, and which of their customers changed hands. Read and changed under
/// the world's lock.
public final class StaffBook {
  private static final List<String> REGIONS = List.of("华东", "华南", "华北");

  /// The first department that is a store.
  private static final long STORES_FROM = 101;

  /// @param parent 0 for the root's
  public record Department(long id, long parent, String name) {}

  /// @param leftMs `Long.MAX_VALUE` while they are there
  public record Member(String userid, String name, long department, boolean leads, long leftMs) {
    public boolean there(long ms) {
      return ms < leftMs;
    }
  }

  /// One customer on their way from one member to another.
  ///
  /// @param outcome `taken_over`, `customer_refused`, `customer_limit_exceed`
  public record Transfer(
      String customer,
      String from,
      String to,
      boolean left,
      long atMs,
      long settlesMs,
      String outcome) {}

  private final Map<String, Member> changed = new TreeMap<>();
  private final Map<String, List<Transfer>> transfers = new HashMap<>();
  private final Map<String, String> groupOwners = new HashMap<>();
  private final Map<String, Integer> groupsOfDay = new HashMap<>();
  private int callbacks;

  /// Headquarters, three regions, and the brand's stores beneath them.
  public List<Department> departments(Brand brand) {
    var departments = new ArrayList<Department>();
    departments.add(new Department(1, 0, "总部"));
    for (int i = 0; i < REGIONS.size(); i++) {
      departments.add(new Department(2 + i, 1, REGIONS.get(i)));
    }
    for (int store = 1; store <= brand.stores(); store++) {
      departments.add(
          new Department(
              STORES_FROM + store - 1, 2 + (store - 1) % REGIONS.size(), "store-" + store));
    }
    return departments;
  }

  /// The brand's guides in its stores, the first of each leads it; with whatever happened since.
  public Map<String, Member> members(Brand brand) {
    var members = new TreeMap<String, Member>();
    List<String> guides = brand.guides();
    for (int i = 0; i < guides.size(); i++) {
      members.put(
          guides.get(i),
          new Member(
              guides.get(i),
              "导购" + (i + 1),
              STORES_FROM + i % brand.stores(),
              i < brand.stores(),
              Long.MAX_VALUE));
    }
    members.putAll(changed);
    return members;
  }

  /// Of a customer, what began, the oldest first.
  public List<Transfer> transfersOf(String customer) {
    return transfers.getOrDefault(customer, List.of());
  }

  /// Everything between two members.
  public List<Transfer> transfers(String from, String to, boolean left) {
    return transfers.values().stream()
        .flatMap(List::stream)
        .filter(each -> each.from().equals(from) && each.to().equals(to) && each.left() == left)
        .sorted((a, b) -> a.customer().compareTo(b.customer()))
        .toList();
  }

  /// Whose a customer is, whom a guide has by the brand's own account.
  public @Nullable String holder(String customer, @Nullable String guide, long ms) {
    String holder = guide;
    for (Transfer each : transfersOf(customer)) {
      if (holder != null && each.settlesMs() <= ms && each.outcome().equals("taken_over")) {
        holder = each.to();
      }
    }
    return holder;
  }

  /// Customers whom a member has got.
  public List<String> gotBy(String userid, long ms) {
    var got = new ArrayList<String>();
    transfers.forEach(
        (customer, _) -> {
          if (userid.equals(holder(customer, "", ms))) {
            got.add(customer);
          }
        });
    return got;
  }

  /// A group's owner once it was given away; empty before.
  public String ownerOf(String chat) {
    return groupOwners.getOrDefault(chat, "");
  }

  /// How many groups of an owner were given away on a day.
  public int groupsGiven(String owner, long day) {
    return groupsOfDay.getOrDefault(owner + "/" + day, 0);
  }

  /// The next callback's own number.
  int nextCallback() {
    return callbacks++;
  }

  void apply(Entry.OfStaff entry) {
    switch (entry) {
      case Entry.MemberChanged member ->
          changed.put(
              member.userid(),
              new Member(
                  member.userid(),
                  member.name(),
                  member.department(),
                  false,
                  member.left() ? member.atMs() : Long.MAX_VALUE));
      case Entry.Transferred transferred -> {
        for (int i = 0; i < transferred.customers().size(); i++) {
          String customer = transferred.customers().get(i);
          transfers
              .computeIfAbsent(customer, _ -> new ArrayList<>(1))
              .add(
                  new Transfer(
                      customer,
                      transferred.from(),
                      transferred.to(),
                      transferred.left(),
                      transferred.atMs(),
                      transferred.settlesMs(),
                      transferred.outcomes().get(i)));
        }
      }
      case Entry.GroupsGiven given -> {
        given.chats().forEach(chat -> groupOwners.put(chat, given.to()));
        groupsOfDay.merge(
            given.owner() + "/" + given.atMs() / Duration.ofDays(1).toMillis(),
            given.chats().size(),
            Integer::sum);
      }
    }
  }
}
