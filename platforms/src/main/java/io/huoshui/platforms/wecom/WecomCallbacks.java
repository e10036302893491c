package io.huoshui.platforms.wecom;

import io.huoshui.acquisition.LiveState;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.platforms.account.Account;
import io.huoshui.event.Value;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.cp.api.WxCpService;
import me.chanjar.weixin.cp.bean.kf.WxCpKfMsgListResp;
import me.chanjar.weixin.cp.bean.message.WxCpXmlMessage;
import me.chanjar.weixin.cp.config.impl.WxCpDefaultConfigImpl;
import org.jspecify.annotations.Nullable;

/// WeCom's encrypted callbacks as events. The dedupe key is made of event, change, guide, customer
/// and second, because two customers may act in the same second.
public final class WecomCallbacks {
  public static final String SOURCE = "wecom";

  private final WxCpService wecom;
  private final String corpId;
  private final Supplier<List<Account.Callback>> keys;

  /// @param wecom the corp's client
  /// @param keys what callbacks may be signed with now: the present ones first, and after a
  ///   rotation the former ones for a while
  public WecomCallbacks(WxCpService wecom, String corpId, Supplier<List<Account.Callback>> keys) {
    this.wecom = wecom;
    this.corpId = corpId;
    this.keys = keys;
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

    /// A customer added a guide.
    ///
    /// @param state of the code they scanned; empty for none
    /// @param welcomeCode with which a welcome can be sent for 20 s; empty where none can
    record Added(String guide, String customer, String state, String welcomeCode, Instant at)
        implements Change {}

    /// A corp tag or a group of them was made, renamed, taken away, or moved.
    record Tag(String change, String id, Instant at) implements Change {}
  }

  /// @throws NotFromWecom when the signature or the encryption does not hold
  public Told read(String body, String signature, String timestamp, String nonce) {
    WxCpXmlMessage message = decrypted(body, signature, timestamp, nonce);
    String event = String.valueOf(message.getEvent());
    return switch (event) {
      case "change_external_contact" -> new Told(change(message), edited(message));
      case "change_external_tag" -> new Told(List.of(), List.of(tag(message)));
      case "kf_msg_or_event" -> new Told(replies(message), List.of());
      default -> new Told(List.of(), List.of());
    };
  }

  private WxCpXmlMessage decrypted(String body, String signature, String timestamp, String nonce) {
    var refused = new IllegalStateException("No callback token is set");
    for (Account.Callback key : keys.get()) {
      var config = new WxCpDefaultConfigImpl();
      config.setCorpId(corpId);
      config.setToken(key.token());
      config.setAesKey(key.encodingAesKey());
      try {
        return WxCpXmlMessage.fromEncryptedXml(body, config, timestamp, nonce, signature);
      } catch (RuntimeException e) {
        refused.addSuppressed(e);
      }
    }
    throw new NotFromWecom(refused);
  }

  private static String or(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static List<Change> edited(WxCpXmlMessage message) {
    if ("add_external_contact".equals(message.getChangeType())) {
      return List.of(
          new Change.Added(
              message.getUserId(),
              message.getExternalUserId(),
              or(message.getState()),
              or(message.getWelcomeCode()),
              Instant.ofEpochSecond(message.getCreateTime())));
    }
    return "edit_external_contact".equals(message.getChangeType())
        ? List.of(
            new Change.Contact(
                message.getUserId(),
                message.getExternalUserId(),
                Instant.ofEpochSecond(message.getCreateTime())))
        : List.of();
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
                id, "contact_added", time, SOURCE, customer, came(message.getUserId(), or(state))));
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

  private static Properties came(String guide, String state) {
    Properties what = Properties.of("guide", guide);
    if (state.isEmpty()) {
      return what;
    }
    // Which variant of an ad it was; which code of a pool is of no interest later.
    LiveState said = LiveState.of(state);
    what = what.with("liveCode", Value.of(said.code()));
    return said.variant().isEmpty() ? what : what.with("variant", Value.of(said.variant()));
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
