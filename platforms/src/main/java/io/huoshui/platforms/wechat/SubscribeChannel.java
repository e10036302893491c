package io.huoshui.platforms.wechat;

import cn.binarywang.wx.miniapp.api.WxMaService;
import cn.binarywang.wx.miniapp.bean.WxMaSubscribeMessage;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Keywords;
import java.util.Map;
import java.util.stream.Collectors;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.mp.api.WxMpService;
import me.chanjar.weixin.mp.bean.subscribe.WxMpSubscribeMessage;

/// Subscribe messages: `message/subscribe/send` of a mini-program, `message/subscribe/bizsend` of
/// an official account, by which app the sender is. One goes for each time the person agreed to
/// one. The platform knows no idempotency key and no list of what it took.
public final class SubscribeChannel extends AppChannel {
  private final Map<String, WxMpService> accounts;
  private final Map<String, WxMaService> miniPrograms;

  /// @param accounts by app id
  /// @param miniPrograms by app id
  public SubscribeChannel(
      Map<String, WxMpService> accounts, Map<String, WxMaService> miniPrograms) {
    this.accounts = Map.copyOf(accounts);
    this.miniPrograms = Map.copyOf(miniPrograms);
  }

  @Override
  public ChannelKind kind() {
    return ChannelKind.SUBSCRIBE;
  }

  /// A crash while a call is under way leaves so many of which nothing is known.
  @Override
  public int largestBatch() {
    return 1;
  }

  @Override
  String send(Envelope envelope) throws WxErrorException {
    Keywords keywords = Keywords.of(envelope.text());
    if (miniPrograms.containsKey(envelope.sender()) || accounts.isEmpty()) {
      var message = new WxMaSubscribeMessage();
      message.setToUser(envelope.address());
      message.setTemplateId(envelope.template());
      message.setPage(keywords.page().isEmpty() ? null : keywords.page());
      message.setData(
          keywords.values().entrySet().stream()
              .map(each -> new WxMaSubscribeMessage.MsgData(each.getKey(), each.getValue()))
              .collect(Collectors.toList()));
      AccountChannel.of(miniPrograms, envelope.sender())
          .getSubscribeService()
          .sendSubscribeMsg(message);
      return "sent";
    }
    var message = new WxMpSubscribeMessage();
    message.setToUser(envelope.address());
    message.setTemplateId(envelope.template());
    message.setPage(keywords.page().isEmpty() ? null : keywords.page());
    message.setDataMap(keywords.values());
    return AccountChannel.of(accounts, envelope.sender()).getSubscribeMsgService().send(message);
  }
}
