package io.huoshui.sandbox.customers;

import io.huoshui.event.Event;
import java.util.List;

/// What is told to the server, and in which form.
public sealed interface Delivery {
  /// Unique and the same in every run.
  String key();

  /// The word under which it is counted.
  String counted();

  /// Events a source saw, posted to the intake; all of one source.
  record Happened(List<Event> events) implements Delivery {
    public Happened {
      events = List.copyOf(events);
    }

    @Override
    public String key() {
      return events.getFirst().id();
    }

    @Override
    public String counted() {
      return "events";
    }
  }

  /// The receipt of one SMS.
  ///
  /// @param code `DELIVERED`, or the carrier's code
  record SmsReport(
      String key,
      String phone,
      String bizId,
      String outId,
      long sentMs,
      long reportedMs,
      boolean success,
      String code,
      String message,
      int segments)
      implements Delivery {
    @Override
    public String counted() {
      return "smsReports";
    }
  }

  /// A short message a customer writes back.
  record SmsReply(String key, String phone, String text, String signName, long atMs)
      implements Delivery {
    @Override
    public String counted() {
      return "smsReplies";
    }
  }

  /// A customer added a guide.
  ///
  /// @param state the state of the live code that was scanned, empty when there was none
  record Followed(String key, String guide, String externalUserid, String state, long atMs)
      implements Delivery {
    @Override
    public String counted() {
      return "contactsAdded";
    }
  }

  /// A customer deleted a guide.
  record Blocked(String key, String guide, String externalUserid, long atMs) implements Delivery {
    @Override
    public String counted() {
      return "contactsDeleted";
    }
  }

  /// A customer wrote in WeCom; the server is told that there is something, and pulls it.
  record Wrote(String key, String externalUserid, String text, long atMs) implements Delivery {
    @Override
    public String counted() {
      return "wecomReplies";
    }
  }

  /// A customer opened a link.
  record Clicked(String key, String url) implements Delivery {
    @Override
    public String counted() {
      return "clicks";
    }
  }

  /// A guide changed something about a customer in the app: the server hears that, not what.
  record ContactEdited(String key, String guide, String externalUserid, long atMs)
      implements Delivery {
    @Override
    public String counted() {
      return "contactsEdited";
    }
  }

  /// A member came, changed or left.
  ///
  /// @param change `create_user`, `update_user`, `delete_user`
  record MemberChanged(
      String key, String change, String userid, String name, long department, long atMs)
      implements Delivery {
    @Override
    public String counted() {
      return "membersChanged";
    }
  }

  /// A customer went to another guide: the one before has them no more.
  record HandedAway(String key, String guide, String externalUserid, long atMs)
      implements Delivery {
    @Override
    public String counted() {
      return "contactsHandedAway";
    }
  }

  /// A handover did not come about.
  ///
  /// @param why `customer_refused`, `customer_limit_exceed`
  record TransferFailed(String key, String guide, String externalUserid, String why, long atMs)
      implements Delivery {
    @Override
    public String counted() {
      return "transfersFailed";
    }
  }

  /// A customer group was opened, changed or dissolved.
  ///
  /// @param change `create`, `update` or `dismiss`
  /// @param detail of an update
  /// @param members who came or went
  /// @param scene JoinScene or QuitScene; empty for anything else
  record GroupChanged(
      String key,
      String chat,
      String change,
      String detail,
      List<String> members,
      String scene,
      long atMs)
      implements Delivery {
    public GroupChanged {
      members = List.copyOf(members);
    }

    @Override
    public String counted() {
      return "groupsChanged";
    }
  }

  /// A customer wrote in a group, and whatever keeps the archive passes it on. WeCom itself calls
  /// nobody back for it.
  record SaidInGroup(String key, String chat, String externalUserid, String text, long atMs)
      implements Delivery {
    @Override
    public String counted() {
      return "groupMessages";
    }
  }

  /// Somebody made, renamed, took away or shuffled a corp tag in the app.
  ///
  /// @param change `create`, `update`, `delete` or `shuffle`
  /// @param group whether it is a group
  record TagChanged(String key, String change, boolean group, String id, long atMs)
      implements Delivery {
    @Override
    public String counted() {
      return "tagsChanged";
    }
  }
}
