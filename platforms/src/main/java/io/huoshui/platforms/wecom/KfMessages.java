package io.huoshui.platforms.wecom;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.cp.api.WxCpService;
import me.chanjar.weixin.cp.bean.kf.WxCpKfMsgListResp;
import me.chanjar.weixin.cp.bean.kf.WxCpKfMsgListResp.WxCpKfMsgItem;
import org.jspecify.annotations.Nullable;

/// What customers wrote and did in 微信客服 (`kf/sync_msg`, path/94670), as events.
public final class KfMessages {
  private static final int PAGE = 1_000;

  /// 3: a customer; 4: the system, of events; 5: a colleague (path/94670).
  private static final int COLLEAGUE = 5;

  private final WxCpService wecom;
  private final String corpId;

  public KfMessages(WxCpService wecom, String corpId) {
    this.wecom = wecom;
    this.corpId = corpId;
  }

  /// @param next where the next page begins
  public record Page(List<Event> events, String next, boolean more) {}

  /// @param cursor null for the oldest there is (three days)
  /// @throws IllegalStateException when WeCom does not answer, or refuses
  public Page from(@Nullable String cursor, String token, String openKfid) {
    try {
      WxCpKfMsgListResp page = wecom.getKfService().syncMsg(cursor, token, PAGE, 0, openKfid);
      var events = new ArrayList<Event>();
      for (WxCpKfMsgItem item : page.getMsgList()) {
        Event event = event(item);
        if (event != null) {
          events.add(event);
        }
      }
      String next = page.getNextCursor();
      return new Page(
          events,
          next == null ? "" : next,
          page.getHasMore() != null && page.getHasMore() == 1 && next != null && !next.isEmpty());
    } catch (WxErrorException e) {
      throw new IllegalStateException("kf/sync_msg failed: " + e.getMessage(), e);
    }
  }

  private @Nullable Event event(WxCpKfMsgItem item) {
    if (item.getOrigin() != null && item.getOrigin() == COLLEAGUE) {
      return null;
    }
    String customer = item.getExternalUserId();
    String name = "message_replied";
    var properties = new TreeMap<String, Value>();
    if (item.getEvent() != null) {
      if (!"enter_session".equals(item.getEvent().getEventType())) {
        return null;
      }
      name = "service_entered";
      customer = item.getEvent().getExternalUserId();
      put(properties, "scene", item.getEvent().getScene());
      put(properties, "parameter", item.getEvent().getSceneParam());
    } else {
      String text = item.getText() == null ? null : item.getText().getContent();
      put(
          properties,
          "text",
          text == null || text.isBlank() ? "[" + item.getMsgType() + "]" : text);
    }
    if (customer == null || customer.isEmpty() || item.getSendTime() == null) {
      return null;
    }
    put(properties, "channel", "wecom");
    return new Event(
        "wecom-reply/" + item.getMsgId(),
        name,
        Instant.ofEpochSecond(item.getSendTime()),
        WecomCallbacks.SOURCE,
        List.of(Identifier.of(IdentifierKind.EXTERNAL_USERID, corpId, customer)),
        Properties.of(properties));
  }

  private static void put(Map<String, Value> to, String key, @Nullable String text) {
    if (text != null && !text.isEmpty()) {
      to.put(key, Value.of(text));
    }
  }
}
