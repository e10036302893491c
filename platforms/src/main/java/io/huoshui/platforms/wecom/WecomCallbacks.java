package io.huoshui.platforms.wecom;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.cp.api.impl.WxCpServiceImpl;
import me.chanjar.weixin.cp.bean.kf.WxCpKfMsgListResp;
import me.chanjar.weixin.cp.bean.message.WxCpXmlMessage;
import me.chanjar.weixin.cp.config.impl.WxCpDefaultConfigImpl;

/// WeCom's encrypted callbacks as events. The dedupe key is made of event, change, guide, customer
/// and second, because two customers may act in the same second.
public final class WecomCallbacks {
  public static final String SOURCE = "wecom";

  private final WxCpDefaultConfigImpl config = new WxCpDefaultConfigImpl();
  private final WxCpServiceImpl wecom = new WxCpServiceImpl();
  private final String corpId;

  public WecomCallbacks(
      String url, String corpId, String secret, String token, String encodingAesKey) {
    this.corpId = corpId;
    config.setCorpId(corpId);
    config.setCorpSecret(secret);
    config.setToken(token);
    config.setAesKey(encodingAesKey);
    if (!url.isEmpty()) {
      config.setBaseApiUrl(url);
    }
    wecom.setWxCpConfigStorage(config);
  }

  /// A callback that is not signed by WeCom, or can not be read.
  public static final class NotFromWecom extends RuntimeException {
    NotFromWecom(Throwable cause) {
      super("The callback is not signed with this corp's token", cause);
    }
  }

  /// What a callback says.
  ///
  /// @param changes of tags, to be looked at: it says that something changed, not what
  public record Told(List<Event> events, List<Change> changes) {}

  /// Something about tags was changed in the app. What this program changes is never called back.
  public sealed interface Change {
    /// A guide edited a customer: a remark, or tags.
    record Contact(String guide, String customer, Instant at) implements Change {}

    /// A corp tag or a group of them was made, renamed, taken away, or moved.
    record Tag(String change, String id, Instant at) implements Change {}

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
  }

  /// @throws NotFromWecom when the signature or the encryption does not hold
  public Told read(String body, String signature, String timestamp, String nonce) {
    WxCpXmlMessage message;
    try {
      message = WxCpXmlMessage.fromEncryptedXml(body, config, timestamp, nonce, signature);
    } catch (RuntimeException e) {
      throw new NotFromWecom(e);
    }
    String event = String.valueOf(message.getEvent());
    return switch (event) {
      case "change_external_contact" -> new Told(change(message), edited(message));
      case "change_external_chat" -> new Told(List.of(), List.of(group(message)));
      case "change_external_tag" -> new Told(List.of(), List.of(tag(message)));
      case "kf_msg_or_event" -> new Told(replies(message), List.of());
      default -> new Told(List.of(), List.of());
    };
  }

  private static List<Change> edited(WxCpXmlMessage message) {
    return "edit_external_contact".equals(message.getChangeType())
        ? List.of(
            new Change.Contact(
                message.getUserId(),
                message.getExternalUserId(),
                Instant.ofEpochSecond(message.getCreateTime())))
        : List.of();
  }

  /// Who came or went is read from the group, which also says how.
  private static Change group(WxCpXmlMessage message) {
    return new Change.Group(
        String.valueOf(message.getChatId()),
        String.valueOf(message.getChangeType()),
        message.getUpdateDetail() == null ? "" : message.getUpdateDetail(),
        List.of(),
        "",
        Instant.ofEpochSecond(message.getCreateTime()));
  }

  private static Change tag(WxCpXmlMessage message) {
    return new Change.Tag(
        String.valueOf(message.getChangeType()),
        String.valueOf(message.getId()),
        Instant.ofEpochSecond(message.getCreateTime()));
  }

  private List<Event> change(WxCpXmlMessage message) {
    Instant time = Instant.ofEpochSecond(message.getCreateTime());
    String change = String.valueOf(message.getChangeType());
    String id =
        String.join(
            "/",
            "wecom",
            change,
            message.getUserId(),
            message.getExternalUserId(),
            String.valueOf(message.getCreateTime()));
    var customer =
        List.of(Identifier.of(IdentifierKind.EXTERNAL_USERID, corpId, message.getExternalUserId()));
    return switch (change) {
      case "add_external_contact" -> {
        String state = message.getState();
        yield List.of(
            new Event(
                id,
                "contact_added",
                time,
                SOURCE,
                customer,
                state == null || state.isEmpty()
                    ? Properties.of("guide", message.getUserId())
                    : Properties.of("guide", message.getUserId(), "liveCode", state)));
      }
      // The customer deleted the guide: the relation is gone, and so is the permission that came
      // with it.
      case "del_follow_user" ->
          List.of(
              new Event(
                  id,
                  "contact_removed",
                  time,
                  SOURCE,
                  customer,
                  Properties.of("guide", message.getUserId(), "by", "customer")));
      case "del_external_contact" ->
          List.of(
              new Event(
                  id,
                  "contact_removed",
                  time,
                  SOURCE,
                  customer,
                  Properties.of("guide", message.getUserId(), "by", "guide")));
      default -> List.of();
    };
  }

  /// The callback only says that something was written; the texts are pulled.
  private List<Event> replies(WxCpXmlMessage message) {
    var events = new ArrayList<Event>();
    try {
      String cursor = null;
      boolean more = true;
      while (more) {
        WxCpKfMsgListResp page =
            wecom
                .getKfService()
                .syncMsg(cursor, message.getToken(), 1000, 0, message.getOpenKfId());
        page.getMsgList()
            .forEach(
                item -> {
                  if (item.getText() != null && item.getExternalUserId() != null) {
                    events.add(
                        new Event(
                            "wecom-reply/" + item.getMsgId(),
                            "message_replied",
                            Instant.ofEpochSecond(item.getSendTime()),
                            SOURCE,
                            List.of(
                                Identifier.of(
                                    IdentifierKind.EXTERNAL_USERID,
                                    corpId,
                                    item.getExternalUserId())),
                            Properties.of(
                                "text", item.getText().getContent(), "channel", "wecom")));
                  }
                });
        cursor = page.getNextCursor();
        more = page.getHasMore() != null && page.getHasMore() == 1;
      }
    } catch (WxErrorException e) {
      throw new IllegalStateException("kf/sync_msg failed: " + e.getMessage(), e);
    }
    return events;
  }
}
