package io.huoshui.reach;

import io.huoshui.event.IdentifierKind;
import java.util.List;
import java.util.Set;

/// The port behind which one vendor keeps tags of its own on its customers. Implementations live in
/// `platforms`, one package per vendor.
///
/// Putting on what is carried already, or taking off what is not, is no failure and changes nothing
/// there, so a change whose answer was lost may be handed over again; [#read] tells whether that is
/// needed. A change made through these calls is never called back by the platform.
public interface PlatformTags {
  /// The word for the platform, which is also the source of events that come from it.
  String platform();

  /// What the platform calls its customers.
  IdentifierKind customers();

  /// The corp or app within which a customer's name is unique.
  String scope();

  /// The most changes to hand over at once: so many are without an answer after a crash.
  int largestBatch();

  /// Every tag there is.
  Outcome<List<Tag>> all();

  /// Makes a tag. Where a platform knows no groups, its tags have the empty group.
  Outcome<Tag> create(String group, String name);

  Outcome<Tag> rename(Tag tag, String name);

  /// Takes a tag away, from everybody who carries it too.
  Outcome<Tag> delete(Tag tag);

  /// Puts on and takes off, within the platform's limits of size, concurrency and frequency: waits
  /// where it has to. Never throws for what the outside does.
  ///
  /// @return one outcome per change, in order
  List<Outcome<Change>> change(List<Change> changes);

  /// What a customer carries, one entry for each who serves them; refused when nobody does.
  Outcome<List<Carried>> read(String customer);

  /// One page over all customers: each holder and customer comes once, with what of these tags is
  /// carried. A page may be empty and not the last.
  ///
  /// @param tags the ids to look for; others may come too
  /// @param cursor empty for the first page
  Outcome<Page> page(Set<String> tags, String cursor);

  /// @param id the platform's own
  record Tag(String id, String group, String name) {}

  /// @param holder who serves the customer there and whose tags these are: the guide's userid in
  ///   WeCom, empty where the tags are the account's
  record Carried(String holder, String customer, Set<String> tags) {
    public Carried {
      tags = Set.copyOf(tags);
    }
  }

  /// @param putOn ids of tags
  /// @param takeOff ids of tags
  record Change(String holder, String customer, Set<String> putOn, Set<String> takeOff) {
    public Change {
      putOn = Set.copyOf(putOn);
      takeOff = Set.copyOf(takeOff);
    }
  }

  /// @param next where to go on, empty when this was the last
  record Page(List<Carried> carried, String next) {
    public Page {
      carried = List.copyOf(carried);
    }
  }

  /// Whom a refusal is about.
  enum Concern {
    /// This customer; others may be fine.
    CUSTOMER,
    /// The tag: it is gone, or can not be as asked.
    TAG,
    /// Everything: rights, addresses, quotas of the account. A human has to act.
    EVERYTHING
  }

  /// What came of a call.
  sealed interface Outcome<T> {
    record Done<T>(T value) implements Outcome<T> {}

    /// The platform said no; trying again will not help.
    ///
    /// @param code in the platform's words
    record Refused<T>(String code, String why, Concern concern) implements Outcome<T> {}

    /// Surely not done, and worth trying again not before `afterSeconds`.
    record Later<T>(String code, String why, int afterSeconds) implements Outcome<T> {}

    /// May or may not have been done (time-out, broken connection).
    record Unknown<T>(String why) implements Outcome<T> {}

    /// The same failure of another call.
    ///
    /// @throws IllegalStateException when it was done
    default <U> Outcome<U> failed() {
      return switch (this) {
        case Refused<T>(String code, String why, Concern concern) ->
            new Refused<>(code, why, concern);
        case Later<T>(String code, String why, int afterSeconds) ->
            new Later<>(code, why, afterSeconds);
        case Unknown<T>(String why) -> new Unknown<>(why);
        case Done<T> done -> throw new IllegalStateException("Not failed: " + done);
      };
    }
  }
}
