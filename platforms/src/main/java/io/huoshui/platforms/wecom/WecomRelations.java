package io.huoshui.platforms.wecom;

import io.huoshui.platforms.account.Codes;
import io.huoshui.platforms.account.Failure;
import io.huoshui.platforms.account.Platform;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.cp.api.WxCpService;
import me.chanjar.weixin.cp.bean.external.contact.FollowedUser;
import me.chanjar.weixin.cp.bean.external.contact.WxCpExternalContactBatchInfo;
import me.chanjar.weixin.cp.bean.external.contact.WxCpExternalContactInfo;
import org.jspecify.annotations.Nullable;

/// Who is whose contact, as WeCom says now (path/92113, 92994).
public final class WecomRelations {
  private static final int CONTACTS = 100;

  /// There is no such contact, or no relation.
  private static boolean none(WxErrorException e) {
    String code = Failure.of(Platform.WECOM, e).code();
    return code.equals(Codes.NO_CONTACT) || code.equals(Codes.NO_CUSTOMER);
  }

  private final WxCpService wecom;

  public WecomRelations(WxCpService wecom) {
    this.wecom = wecom;
  }

  /// WeCom did not say.
  public static final class Unanswered extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final boolean passing;

    Unanswered(WxErrorException cause) {
      super(String.valueOf(cause.getMessage()), cause);
      this.passing = Failure.of(Platform.WECOM, cause).again() >= 0;
    }

    /// Whether asking again may help.
    public boolean passing() {
      return passing;
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
      if (none(e)) {
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
      if (none(e)) {
        return false;
      }
      throw new Unanswered(e);
    }
  }
}
