package io.huoshui.platforms.wecom;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.cp.api.WxCpExternalContactService;
import me.chanjar.weixin.cp.api.WxCpService;
import me.chanjar.weixin.cp.bean.external.WxCpUserExternalGroupChatTransferResp;
import me.chanjar.weixin.cp.bean.external.WxCpUserTransferCustomerReq;
import me.chanjar.weixin.cp.bean.external.WxCpUserTransferCustomerResp;
import me.chanjar.weixin.cp.bean.external.WxCpUserTransferResultResp;

/// Customers and groups change hands: of members in service
/// (developer.work.weixin.qq.com/document/path/96325, 95703) and of those who left (96331, 96334,
/// 92273).
public final class WecomTransfers {
  private final WxCpService wecom;

  public WecomTransfers(WxCpService wecom) {
    this.wecom = wecom;
  }

  /// How a handover stands (path/94088, 94082).
  public enum Standing {
    TAKEN_OVER,
    WAITING,
    /// The customer said no.
    REFUSED,
    /// Whoever takes over has as many customers as they may.
    LIMIT,
    /// The platform knows of none.
    NONE
  }

  /// @param leftAt seconds since 1970
  public record Unassigned(String userid, String externalUserid, long leftAt) {}

  /// Begins handovers. Each customer's code is 0 when it began: it takes effect a day later, and
  /// not for everybody.
  ///
  /// @param left whether `from` left
  /// @param message what customers are told, empty for the platform's words; only in service
  public StaffAnswer<Map<String, Integer>> transfer(
      String from, String to, boolean left, List<String> externalUserids, String message) {
    var request = new WxCpUserTransferCustomerReq();
    request.setHandOverUserid(from);
    request.setTakeOverUserid(to);
    request.setExternalUserid(externalUserids);
    if (!left && !message.isEmpty()) {
      request.setTransferMsg(message);
    }
    return StaffAnswer.of(
        () -> {
          WxCpExternalContactService service = wecom.getExternalContactService();
          WxCpUserTransferCustomerResp answer =
              left ? service.resignedTransferCustomer(request) : service.transferCustomer(request);
          var codes = new LinkedHashMap<String, Integer>();
          if (answer.getCustomer() != null) {
            answer
                .getCustomer()
                .forEach(each -> codes.put(each.getExternalUserid(), each.getErrcode()));
          }
          return codes;
        });
  }

  /// How the handovers from one member to another stand, by customer.
  public StaffAnswer<Map<String, Standing>> results(String from, String to, boolean left) {
    return StaffAnswer.of(
        () -> {
          var found = new LinkedHashMap<String, Standing>();
          String cursor = "";
          do {
            WxCpUserTransferResultResp page = page(from, to, left, cursor);
            if (page.getCustomer() != null) {
              page.getCustomer()
                  .forEach(each -> found.put(each.getExternalUserid(), standing(each)));
            }
            cursor = page.getNextCursor() == null ? "" : page.getNextCursor();
          } while (!cursor.isEmpty());
          return found;
        });
  }

  private WxCpUserTransferResultResp page(String from, String to, boolean left, String cursor)
      throws WxErrorException {
    WxCpExternalContactService service = wecom.getExternalContactService();
    return left
        ? service.resignedTransferResult(from, to, cursor)
        : service.transferResult(from, to, cursor);
  }

  private static Standing standing(WxCpUserTransferResultResp.TransferResult each) {
    return switch (each.getStatus()) {
      case COMPLETE -> Standing.TAKEN_OVER;
      case WAITING -> Standing.WAITING;
      case REFUSED -> Standing.REFUSED;
      case LIMIT -> Standing.LIMIT;
      case NORECORD -> Standing.NONE;
    };
  }

  /// Gives groups another owner at once.
  ///
  /// @return the codes of those that were not given
  public StaffAnswer<Map<String, Integer>> transferGroups(
      List<String> chats, String to, boolean left) {
    return StaffAnswer.of(
        () -> {
          WxCpExternalContactService service = wecom.getExternalContactService();
          String[] ids = chats.toArray(String[]::new);
          WxCpUserExternalGroupChatTransferResp answer =
              left ? service.transferGroupChat(ids, to) : service.onjobTransferGroupChat(ids, to);
          var codes = new LinkedHashMap<String, Integer>();
          if (answer.getFailedChatList() != null) {
            answer
                .getFailedChatList()
                .forEach(each -> codes.put(each.getChatId(), each.getErrcode().intValue()));
          }
          return codes;
        });
  }

  /// Customers of members who left, whom nobody took over.
  public StaffAnswer<List<Unassigned>> unassigned() {
    return StaffAnswer.of(
        () -> {
          var found = new ArrayList<Unassigned>();
          String cursor = "";
          boolean last;
          do {
            var page = wecom.getExternalContactService().listUnassignedList(null, cursor, 1_000);
            page.getUnassignInfos()
                .forEach(
                    each ->
                        found.add(
                            new Unassigned(
                                each.getHandoverUserid(),
                                each.getExternalUserid(),
                                each.getDimissionTime())));
            cursor = page.getNextCursor() == null ? "" : page.getNextCursor();
            last = page.isLast() || cursor.isEmpty();
          } while (!last);
          return List.copyOf(found);
        });
  }
}
