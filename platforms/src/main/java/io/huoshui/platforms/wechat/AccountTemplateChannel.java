package io.huoshui.platforms.wechat;

import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Keywords;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.mp.api.WxMpService;
import me.chanjar.weixin.mp.bean.template.WxMpTemplateData;
import me.chanjar.weixin.mp.bean.template.WxMpTemplateMessage;

/// `message/template/send`: something that is under way, in the words of a template that the
/// platform approved; no marketing.
///
/// `client_msg_id` makes a message that is given again within ten minutes go once.
public final class AccountTemplateChannel extends AppChannel {
  private static final int BATCH = 20;

  /// Within the ten minutes of the page, by our own watch.
  private static final Duration SAME = Duration.ofMinutes(8);

  private final Map<String, WxMpService> accounts;

  /// When each batch without an answer was given, in nanoseconds of this process.
  private final Map<String, Long> givenNanos = new ConcurrentHashMap<>();

  /// @param accounts by app id
  public AccountTemplateChannel(Map<String, WxMpService> accounts) {
    this.accounts = Map.copyOf(accounts);
  }

  @Override
  public ChannelKind kind() {
    return ChannelKind.OFFICIAL_TEMPLATE;
  }

  @Override
  public int largestBatch() {
    return BATCH;
  }

  @Override
  public List<Outcome> handOver(String batchId, List<Envelope> envelopes) {
    givenNanos.put(batchId, System.nanoTime());
    List<Outcome> outcomes = super.handOver(batchId, envelopes);
    if (outcomes.stream().noneMatch(each -> each instanceof Outcome.Unknown)) {
      givenNanos.remove(batchId);
    }
    return outcomes;
  }

  @Override
  public List<Outcome> reconcile(String batchId, List<Envelope> envelopes, Instant handedOver) {
    Long given = givenNanos.get(batchId);
    if (given != null && System.nanoTime() - given < SAME.toNanos()) {
      List<Outcome> outcomes = super.handOver(batchId, envelopes);
      // What waits now was not taken, and what is not known is asked again.
      return outcomes.stream()
          .map(each -> each instanceof Outcome.Later ? new Outcome.Unknown("busy") : each)
          .toList();
    }
    givenNanos.remove(batchId);
    return Collections.nCopies(envelopes.size(), new Outcome.Accepted("lost"));
  }

  @Override
  String send(Envelope envelope) throws WxErrorException {
    Keywords keywords = Keywords.of(envelope.text());
    var message = new WxMpTemplateMessage();
    message.setToUser(envelope.address());
    message.setTemplateId(envelope.template());
    message.setUrl(keywords.page().isEmpty() ? null : keywords.page());
    message.setClientMsgId(same(envelope.key()));
    message.setData(
        keywords.values().entrySet().stream()
            .map(each -> new WxMpTemplateData(each.getKey(), each.getValue()))
            .toList());
    return AccountChannel.of(accounts, envelope.sender())
        .getTemplateMsgService()
        .sendTemplateMsg(message);
  }

  /// 32 characters of a key, always the same.
  static String same(String key) {
    return UUID.nameUUIDFromBytes(key.getBytes(StandardCharsets.UTF_8)).toString().replace("-", "");
  }
}
