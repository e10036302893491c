package io.huoshui.platforms.wechat;

import io.huoshui.reach.Attachment;
import io.huoshui.reach.ChannelKind;
import java.util.List;
import java.util.Map;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.mp.api.WxMpService;
import me.chanjar.weixin.mp.bean.kefu.WxMpKefuMessage;

/// `message/custom/send`: a customer-service message of an official account, which goes only while
/// a window after the person's own act is open. The platform knows no idempotency key and no list
/// of what it took.
public final class AccountChannel extends AppChannel {
  private final Map<String, WxMpService> accounts;

  /// @param accounts by app id
  public AccountChannel(Map<String, WxMpService> accounts) {
    this.accounts = Map.copyOf(accounts);
  }

  @Override
  public ChannelKind kind() {
    return ChannelKind.OFFICIAL_ACCOUNT;
  }

  /// A crash while a call is under way leaves so many of which nothing is known.
  @Override
  public int largestBatch() {
    return 1;
  }

  @Override
  String send(Envelope envelope) throws WxErrorException {
    WxMpService account = of(accounts, envelope.sender());
    var message = message(envelope);
    message.setToUser(envelope.address());
    String answer = account.getKefuService().sendKefuMessageWithResponse(message);
    return answer == null ? "" : "sent";
  }

  /// A message is one thing: its card where there is one, else its text.
  private static WxMpKefuMessage message(Envelope envelope) {
    List<Attachment> attachments = envelope.attachments();
    if (attachments.isEmpty()) {
      return WxMpKefuMessage.TEXT().content(envelope.text()).build();
    }
    return switch (attachments.getFirst()) {
      case Attachment.Image(String mediaId, String _) ->
          WxMpKefuMessage.IMAGE().mediaId(mediaId).build();
      case Attachment.Link(String title, String description, String url, String picture) -> {
        var article = new WxMpKefuMessage.WxArticle();
        article.setTitle(title);
        article.setDescription(description.isEmpty() ? envelope.text() : description);
        article.setUrl(url);
        article.setPicUrl(picture);
        yield WxMpKefuMessage.NEWS().addArticle(article).build();
      }
      case Attachment.MiniProgram(String appId, String page, String title, String cover) ->
          WxMpKefuMessage.MINIPROGRAMPAGE()
              .appId(appId)
              .pagePath(page)
              .title(title)
              .thumbMediaId(cover)
              .build();
    };
  }

  /// The client of an app.
  static <T> T of(Map<String, T> clients, String app) {
    T client = clients.get(app);
    if (client == null && clients.size() == 1 && app.isEmpty()) {
      client = clients.values().iterator().next();
    }
    if (client == null) {
      throw new NotSetUp("App '" + app + "' is not set up here. Known: " + clients.keySet());
    }
    return client;
  }
}
