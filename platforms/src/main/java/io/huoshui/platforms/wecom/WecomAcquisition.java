package io.huoshui.platforms.wecom;

import com.google.gson.JsonObject;
import io.huoshui.platforms.account.Failure;
import io.huoshui.platforms.account.Platform;
import io.huoshui.reach.Attachment;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.common.util.json.GsonHelper;
import me.chanjar.weixin.common.util.json.GsonParser;
import me.chanjar.weixin.cp.api.WxCpService;
import me.chanjar.weixin.cp.bean.external.WxCpContactWayInfo;
import me.chanjar.weixin.cp.bean.external.WxCpGroupJoinWayInfo;
import me.chanjar.weixin.cp.bean.external.WxCpUpdateRemarkRequest;
import me.chanjar.weixin.cp.bean.external.WxCpWelcomeMsg;
import me.chanjar.weixin.cp.bean.external.acquisition.WxCpCustomerAcquisitionInfo;
import me.chanjar.weixin.cp.bean.external.acquisition.WxCpCustomerAcquisitionQuota;
import me.chanjar.weixin.cp.bean.external.acquisition.WxCpCustomerAcquisitionRequest;
import me.chanjar.weixin.cp.bean.external.msg.Text;

/// What a brand does with WeCom to receive people: codes of members (path/92228), of groups
/// (path/92229), customer-acquisition links (path/97297), the welcome (path/92137) and the remark
/// (path/92115).
///
/// Each call is one call: whether it is tried again is the caller's matter.
public final class WecomAcquisition {
  /// Config ids of one page of the list.
  private static final long PAGE = 1000;

  private static final int MOST_REMARK = 20;

  private final WxCpService wecom;

  public WecomAcquisition(WxCpService wecom) {
    this.wecom = wecom;
  }

  /// What the platform answered.
  public sealed interface Answer<T> {
    record Done<T>(T value) implements Answer<T> {}

    /// @param code the platform's, `unreachable` or `unknown` ([Failure#code])
    /// @param again seconds until it makes sense to ask again; -1 when that is of no use
    record Failed<T>(String code, String why, int again) implements Answer<T> {}

    static <T> Answer<T> failed(Failure failure) {
      return new Failed<>(failure.code(), failure.why(), failure.again());
    }
  }

  /// A code of members as the platform keeps it.
  ///
  /// @param qr address of its picture
  /// @param one whether it is for one member for good
  public record Way(String configId, String qr, String state, List<String> guides, boolean one) {
    public Way {
      guides = List.copyOf(guides);
    }
  }

  private interface Call<T> {
    T run() throws WxErrorException;
  }

  private static <T> Answer<T> call(Call<T> call) {
    try {
      return new Answer.Done<>(call.run());
    } catch (WxErrorException e) {
      return Answer.failed(Failure.of(Platform.WECOM, e));
    } catch (RuntimeException e) {
      return Answer.failed(Failure.of(Platform.WECOM, e));
    }
  }

  // Welcome and remark.

  public Answer<Boolean> welcome(String code, String text, List<Attachment> attachments) {
    return call(
        () -> {
          Text words = null;
          if (!text.isBlank()) {
            words = new Text();
            words.setContent(text);
          }
          wecom
              .getExternalContactService()
              .sendWelcomeMsg(
                  new WxCpWelcomeMsg(
                      code, words, attachments.stream().map(WecomChannel::attachment).toList()));
          return true;
        });
  }

  public Answer<Boolean> remark(String guide, String customer, String remark) {
    return call(
        () -> {
          var request = new WxCpUpdateRemarkRequest();
          request.setUserId(guide);
          request.setExternalUserId(customer);
          int most = Math.min(MOST_REMARK, remark.codePointCount(0, remark.length()));
          request.setRemark(remark.substring(0, remark.offsetByCodePoints(0, most)));
          wecom.getExternalContactService().updateRemark(request);
          return true;
        });
  }

  /// The name a customer gave themselves.
  public Answer<String> nameOf(String customer) {
    return call(
        () -> {
          var contact =
              wecom
                  .getExternalContactService()
                  .getContactDetail(customer, null)
                  .getExternalContact();
          String name = contact == null ? null : contact.getName();
          return name == null ? "" : name;
        });
  }

  // Codes of members.

  private static WxCpContactWayInfo way(
      String configId, List<String> guides, String state, boolean skipVerify, String remark) {
    var way = new WxCpContactWayInfo.ContactWay();
    way.setConfigId(configId.isEmpty() ? null : configId);
    way.setType(
        guides.size() == 1 ? WxCpContactWayInfo.TYPE.SINGLE : WxCpContactWayInfo.TYPE.MULTI);
    way.setScene(WxCpContactWayInfo.SCENE.QRCODE);
    way.setUsers(guides);
    way.setState(state);
    way.setSkipVerify(skipVerify);
    way.setRemark(remark);
    var info = new WxCpContactWayInfo();
    info.setContactWay(way);
    return info;
  }

  /// Always of the type that takes several, which can be changed to one and back.
  private static WxCpContactWayInfo several(
      String configId, List<String> guides, String state, boolean skipVerify, String remark) {
    WxCpContactWayInfo info = way(configId, guides, state, skipVerify, remark);
    info.getContactWay().setType(WxCpContactWayInfo.TYPE.MULTI);
    return info;
  }

  /// @param one whether it is for one member for good
  /// @param remark at most 30 characters
  public Answer<Way> addWay(
      List<String> guides, String state, boolean skipVerify, String remark, boolean one) {
    return call(
        () -> {
          var made =
              wecom
                  .getExternalContactService()
                  .addContactWay(
                      one
                          ? way("", guides, state, skipVerify, remark)
                          : several("", guides, state, skipVerify, remark));
          String qr = made.getQrCode();
          return new Way(made.getConfigId(), qr == null ? "" : qr, state, guides, one);
        });
  }

  public Answer<Boolean> updateWay(
      String configId, List<String> guides, String state, boolean skipVerify, String remark) {
    return call(
        () -> {
          wecom
              .getExternalContactService()
              .updateContactWay(several(configId, guides, state, skipVerify, remark));
          return true;
        });
  }

  public Answer<Boolean> deleteWay(String configId) {
    return call(
        () -> {
          wecom.getExternalContactService().deleteContactWay(configId);
          return true;
        });
  }

  public Answer<Way> wayOf(String configId) {
    return call(
        () -> {
          var way = wecom.getExternalContactService().getContactWay(configId).getContactWay();
          return new Way(
              configId,
              way.getQrCode() == null ? "" : way.getQrCode(),
              way.getState() == null ? "" : way.getState(),
              way.getUsers() == null ? List.of() : way.getUsers(),
              way.getType() == WxCpContactWayInfo.TYPE.SINGLE);
        });
  }

  /// Config ids made between two instants, in seconds since 1970.
  public Answer<List<String>> ways(long from, long to) {
    return call(
        () -> {
          var all = new ArrayList<String>();
          String cursor = "";
          do {
            // The library's answer has no cursor.
            JsonObject page =
                GsonParser.parse(
                    wecom.post(
                        wecom
                            .getWxCpConfigStorage()
                            .getApiUrl("/cgi-bin/externalcontact/list_contact_way"),
                        asked(from, to, cursor)));
            if (page.has("contact_way")) {
              page.getAsJsonArray("contact_way")
                  .forEach(
                      each -> all.add(GsonHelper.getString(each.getAsJsonObject(), "config_id")));
            }
            cursor = Objects.requireNonNullElse(GsonHelper.getString(page, "next_cursor"), "");
          } while (!cursor.isEmpty());
          return List.copyOf(all);
        });
  }

  private static String asked(long from, long to, String cursor) {
    var body = new JsonObject();
    body.addProperty("start_time", from);
    body.addProperty("end_time", to);
    body.addProperty("limit", PAGE);
    if (!cursor.isEmpty()) {
      body.addProperty("cursor", cursor);
    }
    return body.toString();
  }

  // Codes of groups.

  private static WxCpGroupJoinWayInfo joinWay(
      String configId,
      List<String> groups,
      String state,
      boolean makesMore,
      String baseName,
      int baseNumber) {
    var way = new WxCpGroupJoinWayInfo.JoinWay();
    way.setConfigId(configId.isEmpty() ? null : configId);
    way.setScene(2);
    way.setChatIdList(groups);
    way.setState(state);
    way.setAutoCreateRoom(makesMore ? 1 : 0);
    if (makesMore) {
      way.setRoomBaseName(baseName);
      way.setRoomBaseId(baseNumber);
    }
    var info = new WxCpGroupJoinWayInfo();
    info.setJoinWay(way);
    return info;
  }

  /// @return its config id
  public Answer<String> addJoinWay(
      List<String> groups, String state, boolean makesMore, String baseName, int baseNumber) {
    return call(
        () ->
            wecom
                .getExternalContactService()
                .addJoinWay(joinWay("", groups, state, makesMore, baseName, baseNumber))
                .getConfigId());
  }

  public Answer<Boolean> updateJoinWay(
      String configId,
      List<String> groups,
      String state,
      boolean makesMore,
      String baseName,
      int baseNumber) {
    return call(
        () -> {
          wecom
              .getExternalContactService()
              .updateJoinWay(joinWay(configId, groups, state, makesMore, baseName, baseNumber));
          return true;
        });
  }

  /// @return the address of its picture
  public Answer<String> joinQr(String configId) {
    return call(
        () -> {
          String qr =
              wecom.getExternalContactService().getJoinWay(configId).getJoinWay().getQrCode();
          return qr == null ? "" : qr;
        });
  }

  /// How many people are in a group.
  public Answer<Integer> peopleIn(String chatId) {
    return call(
        () -> {
          var members =
              wecom
                  .getExternalContactService()
                  .getGroupChat(chatId, 0)
                  .getGroupChat()
                  .getMemberList();
          return members == null ? 0 : members.size();
        });
  }

  // Customer-acquisition links.

  /// @param balance how many people may still be won this way; `total` of so many bought
  public record Quota(int total, int balance) {}

  public Answer<Quota> quota() {
    return call(
        () -> {
          WxCpCustomerAcquisitionQuota quota =
              wecom.getExternalContactService().customerAcquisitionQuota();
          return new Quota(quota.getTotal(), quota.getBalance());
        });
  }

  /// @param id as the platform names it
  public record Link(String id, String url) {}

  public Answer<Link> addLink(String name, List<String> guides, boolean skipVerify) {
    return call(
        () -> {
          var range = new WxCpCustomerAcquisitionInfo.Range();
          range.setUserList(guides);
          var request = new WxCpCustomerAcquisitionRequest();
          request.setLinkName(name);
          request.setRange(range);
          request.setSkipVerify(skipVerify);
          var made =
              wecom.getExternalContactService().customerAcquisitionLinkCreate(request).getLink();
          return new Link(made.getLinkId(), made.getUrl());
        });
  }
}
