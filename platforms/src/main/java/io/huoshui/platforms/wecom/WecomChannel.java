package io.huoshui.platforms.wecom;

import io.huoshui.platforms.account.About;
import io.huoshui.platforms.account.Failure;
import io.huoshui.platforms.account.Platform;
import io.huoshui.platforms.account.Verdict;
import io.huoshui.platforms.wecom.WecomMassTasks.Sent;
import io.huoshui.reach.Channel;
import io.huoshui.reach.ChannelKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.cp.api.WxCpService;
import me.chanjar.weixin.cp.bean.external.WxCpMsgTemplate;
import me.chanjar.weixin.cp.bean.external.WxCpMsgTemplateAddResult;
import me.chanjar.weixin.cp.bean.external.contact.WxCpGroupMsgListResult.ExternalContactGroupMsgInfo;
import me.chanjar.weixin.cp.bean.external.msg.Attachment;
import me.chanjar.weixin.cp.bean.external.msg.Image;
import me.chanjar.weixin.cp.bean.external.msg.Link;
import me.chanjar.weixin.cp.bean.external.msg.MiniProgram;
import me.chanjar.weixin.cp.bean.external.msg.Text;
import org.jspecify.annotations.Nullable;

/// `add_msg_template` with chat type single: one text to up to 10,000 customers, which their guides
/// confirm.
///
/// The platform knows no idempotency key and does not call back with results: a lost answer is
/// reconciled over the list of tasks, and receipts are asked for.
public final class WecomChannel implements Channel {
  /// A path/92135, 2025-11-17.
  private static final int BATCH = 10_000;

  private static final Duration LIST_MARGIN = Duration.ofHours(36);
  private static final int MOST_TASKS = 50_000;

  private final WxCpService wecom;
  private final WecomMassTasks mass;

  /// The batches of tasks whose answer came: such a task is no other batch's. It is that batch's
  /// also when whoever asked never got to hear of it.
  private final Map<String, String> batches = latest();

  /// Who has a task to confirm; that does not change.
  private final Map<String, List<String>> confirmers = latest();

  /// When the calls of batches had ended; those of a former process ended before this began.
  private final Map<String, Long> ended = latest();

  private final long begunNanos = System.nanoTime();

  /// The platform's tasks around an instant, as they were when somebody began to ask.
  ///
  /// @param texts by msgid
  private record Listing(long begunNanos, Instant around, Map<String, String> texts) {}

  private @Nullable Listing listing;

  private static <T> Map<String, T> latest() {
    return Collections.synchronizedMap(
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
            return size() > MOST_TASKS;
          }
        });
  }

  /// @param wecom the corp's client, which keeps its limits and its token
  public WecomChannel(WxCpService wecom) {
    this.wecom = wecom;
    this.mass = new WecomMassTasks(wecom);
  }

  @Override
  public ChannelKind kind() {
    return ChannelKind.WECOM;
  }

  @Override
  public int largestBatch() {
    return BATCH;
  }

  /// Without a token no call is made.
  @Override
  public Optional<Outcome.Later> closed() {
    Failure failure;
    try {
      var _ = wecom.getAccessToken();
      return Optional.empty();
    } catch (WxErrorException e) {
      failure = Failure.of(Platform.WECOM, e);
    } catch (RuntimeException e) {
      failure = Failure.of(Platform.WECOM, e);
    }
    return switch (outcome(failure)) {
      case Outcome.Later later -> Optional.of(later);
      // Whether a token was made is nobody's message.
      case Outcome.Unknown(String why) -> Optional.of(new Outcome.Later("no_token", why, 1));
      // The call says it for everybody it is for.
      case Outcome.Accepted _,
          Outcome.Refused _,
          Outcome.Poisoned _,
          Outcome.Absent _,
          Outcome.Halted _ ->
          Optional.empty();
    };
  }

  @Override
  public List<Outcome> handOver(String batchId, List<Envelope> envelopes) {
    var message = new WxCpMsgTemplate();
    message.setChatType("single");
    message.setExternalUserid(envelopes.stream().map(Envelope::address).toList());
    if (!envelopes.getFirst().sender().isEmpty()) {
      message.setSender(envelopes.getFirst().sender());
    }
    var text = new Text();
    text.setContent(envelopes.getFirst().text());
    message.setText(text);
    message.setAttachments(
        envelopes.getFirst().attachments().stream().map(WecomChannel::attachment).toList());
    try {
      WxCpMsgTemplateAddResult result = wecom.getExternalContactService().addMsgTemplate(message);
      batches.put(result.getMsgId(), batchId);
      Set<String> failed =
          result.getFailList() == null ? Set.of() : new HashSet<>(result.getFailList());
      return envelopes.stream()
          .<Outcome>map(
              envelope ->
                  failed.contains(envelope.address())
                      ? new Outcome.Refused("fail_list", "不是该成员的客户 / not a customer of this member")
                      : new Outcome.Accepted(result.getMsgId()))
          .toList();
    } catch (WxErrorException e) {
      return Collections.nCopies(envelopes.size(), outcome(Failure.of(Platform.WECOM, e)));
    } catch (RuntimeException e) {
      return Collections.nCopies(envelopes.size(), outcome(Failure.of(Platform.WECOM, e)));
    } finally {
      ended.put(batchId, System.nanoTime());
    }
  }

  static Attachment attachment(io.huoshui.reach.Attachment attachment) {
    var wecom = new Attachment();
    switch (attachment) {
      case io.huoshui.reach.Attachment.Image(String mediaId, String url) -> {
        var image = new Image();
        image.setMediaId(mediaId.isEmpty() ? null : mediaId);
        image.setPicUrl(url.isEmpty() ? null : url);
        wecom.setImage(image);
      }
      case io.huoshui.reach.Attachment.Link(
              String title,
              String description,
              String url,
              String picture) -> {
        var link = new Link();
        link.setTitle(title);
        link.setDesc(description.isEmpty() ? null : description);
        link.setUrl(url);
        link.setPicUrl(picture.isEmpty() ? null : picture);
        wecom.setLink(link);
      }
      case io.huoshui.reach.Attachment.MiniProgram(
              String appId,
              String page,
              String title,
              String cover) -> {
        var card = new MiniProgram();
        card.setAppid(appId);
        card.setPage(page);
        card.setTitle(title);
        card.setPicMediaId(cover);
        wecom.setMiniProgram(card);
      }
    }
    return wecom;
  }

  static Outcome outcome(Failure failure) {
    return switch (failure) {
      case Failure.Unreachable(String why) -> new Outcome.Later("unreachable", why, 2);
      case Failure.Lost(String why) -> new Outcome.Unknown(why);
      case Failure.Answered(Verdict verdict, String why, int seconds) when seconds >= 0 ->
          new Outcome.Later(verdict.code(), why, seconds);
      // Nobody of the call can be sent to: not friends, or their share is used up.
      case Failure.Answered(Verdict verdict, String why, int _)
          when verdict.about() == About.EVERYBODY ->
          new Outcome.Refused(verdict.code(), why);
      // A parameter, an external_userid, a person over their share: the answer does not say whose.
      case Failure.Answered(Verdict verdict, String why, int _) ->
          new Outcome.Poisoned(verdict.code(), why);
    };
  }

  @Override
  public List<Outcome> reconcile(String batchId, List<Envelope> envelopes, Instant handedOver) {
    String text = envelopes.getFirst().text();
    String sender = envelopes.getFirst().sender();
    try {
      var has = new HashMap<String, String>();
      for (Map.Entry<String, String> task : list(batchId, handedOver).texts().entrySet()) {
        String msgid = task.getKey();
        if (text.equals(task.getValue())
            && batches.getOrDefault(msgid, batchId).equals(batchId)
            && (sender.isEmpty() || guides(msgid).contains(sender))) {
          for (Sent result : results(msgid)) {
            has.put(result.to(), msgid);
          }
        }
      }
      List<Outcome> found =
          envelopes.stream().<Outcome>map(envelope -> found(has, envelope)).toList();
      found.forEach(
          one -> {
            if (one instanceof Outcome.Accepted(String msgid)) {
              batches.put(msgid, batchId);
            }
          });
      return found;
    } catch (WxErrorException | RuntimeException e) {
      return Collections.nCopies(
          envelopes.size(), new Outcome.Unknown(String.valueOf(e.getMessage())));
    }
  }

  /// The tasks there are since the call of a batch had ended. Listing them takes a call for each
  /// hundred, so one listing serves all batches whose calls had ended before it.
  private synchronized Listing list(String batchId, Instant handedOver) throws WxErrorException {
    Listing known = listing;
    if (known != null
        && known.begunNanos() - ended.getOrDefault(batchId, begunNanos) > 0
        && Duration.between(known.around(), handedOver).abs().compareTo(LIST_MARGIN) < 0) {
      return known;
    }
    long now = System.nanoTime();
    var texts = new LinkedHashMap<String, String>();
    String cursor = "";
    do {
      String from = cursor;
      var page =
          WecomMassTasks.read(
              () ->
                  wecom
                      .getExternalContactService()
                      .getGroupMsgListV2(
                          "single",
                          Date.from(handedOver.minus(LIST_MARGIN.multipliedBy(2))),
                          Date.from(handedOver.plus(LIST_MARGIN.multipliedBy(2))),
                          null,
                          null,
                          100,
                          from));
      for (ExternalContactGroupMsgInfo task : page.getGroupMsgList()) {
        if (task.getText() != null) {
          texts.put(task.getMsgId(), task.getText().getContent());
        }
      }
      cursor = page.getNextCursor() == null ? "" : page.getNextCursor();
    } while (!cursor.isEmpty());
    listing = new Listing(now, handedOver, texts);
    return listing;
  }

  private static Outcome found(Map<String, String> has, Envelope envelope) {
    String msgid = has.get(envelope.address());
    return msgid == null ? new Outcome.Absent() : new Outcome.Accepted(msgid);
  }

  private List<Sent> results(String msgid) throws WxErrorException {
    var results = new ArrayList<Sent>();
    for (String guide : guides(msgid)) {
      results.addAll(mass.sent(msgid, guide));
    }
    return results;
  }

  private List<String> guides(String msgid) throws WxErrorException {
    List<String> known = confirmers.get(msgid);
    if (known == null) {
      known = List.copyOf(mass.owners(msgid));
      confirmers.put(msgid, known);
    }
    return known;
  }

  @Override
  public boolean asked() {
    return true;
  }

  /// What is decided by now; what is still unsent is not in the list.
  @Override
  public List<Receipt> receipts(String platformId) {
    try {
      return results(platformId).stream()
          .filter(result -> result.status() != 0)
          .map(
              result ->
                  new Receipt(
                      result.to(),
                      result.status() == 1,
                      result.status() == 2
                          ? "not_a_friend"
                          : result.status() == 3 ? "monthly_quota" : "",
                      result.at()))
          .toList();
    } catch (WxErrorException | RuntimeException e) {
      // Nothing is known this time; the next poll asks again.
      return List.of();
    }
  }
}
