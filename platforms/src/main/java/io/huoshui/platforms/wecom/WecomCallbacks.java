package io.huoshui.platforms.wecom;

import java.time.Instant;
import java.util.List;

/// What WeCom tells by a callback, for whoever in this program waits for it. Published as soon as
/// the callback is on disk, before what it became is on anybody's timeline.
///
/// It may come twice after a crash, and for what was called back late it comes late: `at` says when
/// it happened.
public final class WecomCallbacks {
  public static final String SOURCE = "wecom";

  private WecomCallbacks() {}

  /// Something changed in the app. What this program changes is never called back.
  public sealed interface Change {
    Instant at();

    /// A guide edited a customer: a remark, or tags. It says that, not what.
    record Contact(String guide, String customer, Instant at) implements Change {}

    /// A corp tag or a group of them was made, renamed, taken away, or moved.
    record Tag(String change, String id, Instant at) implements Change {}

    /// A customer added a guide. It comes twice where the guide has to confirm: asked for first
    /// (`add_half_external_contact`), then confirmed. Both are one add.
    ///
    /// @param state of the live code, empty without one
    /// @param welcomeCode good for 20 seconds after `at`, once (path/92137); empty when another
    ///   welcome is set or they have spoken already. Each of the two may have one, or another.
    /// @param half whether the guide has yet to confirm
    record Added(
        String guide, String customer, String state, String welcomeCode, boolean half, Instant at)
        implements Change {}

    /// @param by `customer`, `guide` or `transfer`
    record Removed(String guide, String customer, String by, Instant at) implements Change {}

    /// A customer group was made, changed or dismissed.
    ///
    /// @param change `create`, `update` or `dismiss`
    /// @param detail of an update: `add_member`, `del_member`, `change_owner`, `change_name`,
    ///   `change_notice`
    /// @param members who came or went, customers and staff, where WeCom says so
    /// @param scene how they came or went: JoinScene or QuitScene, empty where it is not said
    record Group(
        String chat, String change, String detail, List<String> members, String scene, Instant at)
        implements Change {
      public Group {
        members = List.copyOf(members);
      }
    }

    /// The organisation changed: `create_user`, `update_user`, `delete_user`, `create_party`…
    ///
    /// @param id of the member or department, as it was
    /// @param newId of the member, where it was renamed; else empty
    record Staff(String change, String id, String newId, Instant at) implements Change {}

    /// An acquisition link, or the balance they all have: `balance_low`, `balance_exhausted`,
    /// `link_unavailable`, `delete_link`…
    ///
    /// @param link empty for what is about the balance
    record Link(String change, String link, Instant at) implements Change {}
  }
}
