package io.huoshui.platforms.wecom;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.cp.api.WxCpService;
import me.chanjar.weixin.cp.bean.external.WxCpUserExternalGroupChatInfo.GroupMember;
import me.chanjar.weixin.cp.bean.external.WxCpUserExternalGroupChatList;
import me.chanjar.weixin.cp.bean.external.contact.FollowedUser;
import me.chanjar.weixin.cp.bean.external.contact.WxCpExternalContactBatchInfo;
import me.chanjar.weixin.cp.bean.external.contact.WxCpExternalContactInfo;
import org.jspecify.annotations.Nullable;

/// Who is whose contact, and who is in which group, as WeCom says now (path/92113, 92994, 92120,
/// 92122).
public final class WecomRelations {
  private static final int CONTACTS = 100;
  private static final int GROUPS = 1_000;
  private static final int CUSTOMER = 2;

  /// PLATFORMS 5.5: there is no such contact, or no relation.
  private static final List<Integer> NONE = List.of(84061, 40096);

  private final WxCpService wecom;

  public WecomRelations(WxCpService wecom) {
    this.wecom = wecom;
  }

  /// WeCom did not say; its code is one of PLATFORMS 5.5.
  public static final class Unanswered extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int code;

    Unanswered(WxErrorException cause) {
      super(String.valueOf(cause.getMessage()), cause);
      this.code = cause.getError() == null ? -99 : cause.getError().getErrorCode();
    }

    /// Whether asking again may help.
    public boolean passing() {
      return List.of(-1, -99, 40001, 40014, 42001, 45009, 45033).contains(code);
    }
  }

  private interface Call<T> {
    T run() throws WxErrorException;
  }

  private static <T> T call(Call<T> call) {
    try {
      return call.run();
    } catch (WxErrorException e) {
      throw new Unanswered(e);
    }
  }

  /// Everybody who serves customers.
  public List<String> guides() {
    return call(() -> wecom.getExternalContactService().listFollowers());
  }

  /// @param since when they became contacts
  /// @param state of the live code, empty without one
  public record Contact(String customer, Instant since, String state) {}

  /// All contacts of a guide, or nothing but an exception.
  public List<Contact> contacts(String guide) {
    var contacts = new ArrayList<Contact>();
    @Nullable String cursor = "";
    try {
      while (cursor != null) {
        String from = cursor;
        WxCpExternalContactBatchInfo page =
            wecom
                .getExternalContactService()
                .getContactDetailBatch(new String[] {guide}, from, CONTACTS);
        page.getExternalContactList()
            .forEach(
                each -> {
                  FollowedUser follow = each.getFollowInfo();
                  if (follow != null && guide.equals(follow.getUserId())) {
                    contacts.add(
                        new Contact(
                            each.getExternalContact().getExternalUserId(),
                            instant(follow.getCreateTime()),
                            follow.getState() == null ? "" : follow.getState()));
                  }
                });
        String next = page.getNextCursor();
        cursor = next == null || next.isEmpty() ? null : next;
      }
    } catch (WxErrorException e) {
      if (e.getError() != null && NONE.contains(e.getError().getErrorCode())) {
        return List.of();
      }
      throw new Unanswered(e);
    }
    return contacts;
  }

  private static Instant instant(@Nullable Long seconds) {
    return Instant.ofEpochSecond(seconds == null ? 0 : seconds);
  }

  /// Whether a customer is a contact of a guide, asked of the customer.
  public boolean serves(String guide, String customer) {
    try {
      WxCpExternalContactInfo found =
          wecom.getExternalContactService().getContactDetail(customer, null);
      return found.getFollowedUsers().stream().anyMatch(follow -> guide.equals(follow.getUserId()));
    } catch (WxErrorException e) {
      if (e.getError() != null && NONE.contains(e.getError().getErrorCode())) {
        return false;
      }
      throw new Unanswered(e);
    }
  }

  /// The ids of all customer groups.
  public List<String> groups() {
    var groups = new ArrayList<String>();
    @Nullable String cursor = "";
    while (cursor != null) {
      String from = cursor;
      WxCpUserExternalGroupChatList page =
          call(
              () ->
                  wecom.getExternalContactService().listGroupChat(GROUPS, from, 0, new String[0]));
      page.getGroupChatList().forEach(each -> groups.add(each.getChatId()));
      String next = page.getNextCursor();
      cursor = next == null || next.isEmpty() ? null : next;
    }
    return groups;
  }

  /// The customers in a group, and since when.
  public Map<String, Instant> members(String group) {
    var members = new LinkedHashMap<String, Instant>();
    for (GroupMember member :
        call(() -> wecom.getExternalContactService().getGroupChat(group, 0))
            .getGroupChat()
            .getMemberList()) {
      if (member.getType() == CUSTOMER) {
        members.put(member.getUserId(), instant(member.getJoinTime()));
      }
    }
    return members;
  }
}
