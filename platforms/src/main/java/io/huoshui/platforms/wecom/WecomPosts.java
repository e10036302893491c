package io.huoshui.platforms.wecom;

import io.huoshui.platforms.account.Failure;
import io.huoshui.platforms.account.Platform;
import io.huoshui.reach.Attachment;
import io.huoshui.reach.Channel.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.function.Supplier;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.cp.api.WxCpService;
import me.chanjar.weixin.cp.bean.WxCpBaseResp;
import me.chanjar.weixin.cp.bean.external.WxCpAddMomentTask;
import me.chanjar.weixin.cp.bean.external.WxCpGetMomentComments.CommentLikeItem;
import me.chanjar.weixin.cp.bean.external.WxCpGroupWelcomeTemplateResult;
import me.chanjar.weixin.cp.bean.external.contact.WxCpGroupMsgListResult.ExternalContactGroupMsgInfo;
import me.chanjar.weixin.cp.bean.external.moment.ExternalContactList;
import me.chanjar.weixin.cp.bean.external.moment.MomentInfo;
import me.chanjar.weixin.cp.bean.external.moment.SenderList;
import me.chanjar.weixin.cp.bean.external.moment.VisibleRange;
import me.chanjar.weixin.cp.bean.external.msg.Text;
import org.jspecify.annotations.Nullable;

/// What WeCom does for groups and moments, and what it does about mass tasks after they were made.
///
/// None of these calls has an idempotency key: a lost answer is reconciled over the platform's
/// lists, by the text and who sends it.
public final class WecomPosts {
  /// Groups of one call.
  public static final int CHATS = WecomMassTasks.CHATS;

  /// user_list of one moment: path/96351, 2025-11-17.
  public static final int MOMENT_GUIDES = 100_000;

  /// Tasks of one corp in a minute: a client's comment on add_moment_task.
  public static final int MOMENTS_PER_MINUTE = 10;

  /// Group welcome templates of one corp: path/92366.
  public static final int WELCOMES = 100;

  /// Reminders of one task in 24 h: a client's documentation of remind_groupmsg_send.
  public static final int REMINDERS = 3;

  /// Characters of a moment's text: path/96351, 2025-11-17.
  public static final int MOMENT_CHARACTERS = 2_000;

  private static final int PAGE = 1_000;
  private static final int MOMENT_PAGE = 20;

  /// Around the instant of the handover, by clocks that may differ.
  private static final Duration MARGIN = Duration.ofHours(36);

  private final WxCpService wecom;
  private final WecomMassTasks groups;

  public WecomPosts(WxCpService wecom) {
    this.wecom = wecom;
    this.groups = new WecomMassTasks(wecom);
  }

  private interface Call<T> {
    T run() throws WxErrorException;
  }

  private static Outcome outcome(Call<Outcome> call) {
    try {
      return call.run();
    } catch (WxErrorException e) {
      return whole(WecomChannel.outcome(Failure.of(Platform.WECOM, e)));
    } catch (RuntimeException e) {
      return whole(WecomChannel.outcome(Failure.of(Platform.WECOM, e)));
    }
  }

  /// One call is one thing here: nothing of it goes without the rest.
  private static Outcome whole(Outcome outcome) {
    return outcome instanceof Outcome.Poisoned(String code, String why)
        ? new Outcome.Refused(code, why)
        : outcome;
  }

  /// `add_msg_template` with chat type group: what the owner sends to groups of theirs.
  ///
  /// @param refused gets the groups that were not taken
  public Outcome group(
      String owner,
      List<String> chats,
      String text,
      List<Attachment> attachments,
      List<String> refused) {
    return outcome(
        () -> {
          WecomMassTasks.Made made = groups.add(owner, chats, text, attachments);
          refused.addAll(made.failed());
          return new Outcome.Accepted(made.msgid());
        });
  }

  /// After an answer was lost: the task of this owner with this text, made about then, that none of
  /// ours is yet.
  ///
  /// @param known ids of tasks that are accounted for
  public Outcome findGroup(String owner, String text, Instant handedOver, List<String> known) {
    return found(
        () -> {
          String cursor = "";
          do {
            var page =
                wecom
                    .getExternalContactService()
                    .getGroupMsgListV2(
                        "group",
                        Date.from(handedOver.minus(MARGIN)),
                        Date.from(handedOver.plus(MARGIN)),
                        null,
                        null,
                        100,
                        cursor);
            for (ExternalContactGroupMsgInfo task : page.getGroupMsgList()) {
              if (task.getText() != null
                  && text.equals(task.getText().getContent())
                  && !known.contains(task.getMsgId())
                  && groups.owners(task.getMsgId()).contains(owner)) {
                return new Outcome.Accepted(task.getMsgId());
              }
            }
            cursor = page.getNextCursor() == null ? "" : page.getNextCursor();
          } while (!cursor.isEmpty());
          return new Outcome.Absent();
        });
  }

  /// Nothing is known this time, and whoever asked asks again.
  private static <T> @Nullable T known(Call<T> call) {
    try {
      return call.run();
    } catch (WxErrorException | RuntimeException e) {
      return null;
    }
  }

  /// Whatever goes wrong while looking, nothing is known.
  private static Outcome found(Call<Outcome> call) {
    try {
      return call.run();
    } catch (WxErrorException | RuntimeException e) {
      return new Outcome.Unknown(String.valueOf(e.getMessage()));
    }
  }

  /// What became of one group's message, or of one guide's moment.
  ///
  /// @param target the group; empty for a moment
  /// @param at when it was sent, where the platform says so
  public record Result(String guide, String target, boolean sent, Instant at) {}

  /// @return null when the platform would not say
  public @Nullable List<Result> groupResults(String msgid, String owner) {
    return known(() -> readGroup(msgid, owner));
  }

  private List<Result> readGroup(String msgid, String owner) throws WxErrorException {
    return groups.sent(msgid, owner).stream()
        .map(sent -> new Result(owner, sent.to(), sent.status() == 1, sent.at()))
        .toList();
  }

  /// `add_moment_task`.
  ///
  /// @param guides whose moments; empty for everybody's
  /// @param tags of customers who see it; empty for all
  /// @return accepted with the id of the job
  public Outcome moment(
      List<String> guides, List<String> tags, String text, List<Attachment> attachments) {
    var task = new WxCpAddMomentTask();
    task.setText(text(text));
    task.setAttachments(attachments.stream().map(WecomChannel::attachment).toList());
    var range = new VisibleRange();
    if (!guides.isEmpty()) {
      var senders = new SenderList();
      senders.setUserList(guides);
      range.setSenderList(senders);
    }
    if (!tags.isEmpty()) {
      var customers = new ExternalContactList();
      customers.setTagList(tags);
      range.setExternalContactList(customers);
    }
    if (!guides.isEmpty() || !tags.isEmpty()) {
      task.setVisibleRange(range);
    }
    return outcome(
        () ->
            new Outcome.Accepted(wecom.getExternalContactService().addMomentTask(task).getJobId()));
  }

  /// Whether a job is done, and the moment it made.
  ///
  /// @param moment empty while it is under way, and when it failed
  /// @param unknown guides who are none
  public record Job(boolean done, String moment, List<String> unknown, String why) {
    public Job {
      unknown = List.copyOf(unknown);
    }
  }

  /// @return null when the platform would not say
  public @Nullable Job job(String id) {
    return known(() -> readJob(id));
  }

  private Job readJob(String id) throws WxErrorException {
    var result = wecom.getExternalContactService().getMomentTaskResult(id);
    if (result.getStatus() == null || result.getStatus() != 3) {
      return new Job(false, "", List.of(), "");
    }
    var made = result.getResult();
    String moment = made == null || made.getMomentId() == null ? "" : made.getMomentId();
    List<String> unknown =
        made == null
                || made.getInvalidSenderList() == null
                || made.getInvalidSenderList().getUserList() == null
            ? List.of()
            : made.getInvalidSenderList().getUserList();
    return new Job(true, moment, unknown, moment.isEmpty() ? "nobody could publish it" : "");
  }

  /// After an answer was lost: a moment with this text, made about then, that none of ours is yet.
  public Outcome findMoment(String text, Instant handedOver, List<String> known) {
    return found(
        () -> {
          String cursor = "";
          do {
            var page =
                wecom
                    .getExternalContactService()
                    .getMomentList(
                        handedOver.minus(MARGIN).getEpochSecond(),
                        handedOver.plus(MARGIN).getEpochSecond(),
                        null,
                        2,
                        cursor,
                        MOMENT_PAGE);
            for (MomentInfo moment : page.getMomentList()) {
              if (moment.getText() != null
                  && text.equals(moment.getText().getContent())
                  && !known.contains(moment.getMomentId())) {
                return new Outcome.Accepted(moment.getMomentId());
              }
            }
            cursor = page.getNextCursor() == null ? "" : page.getNextCursor();
          } while (!cursor.isEmpty());
          return new Outcome.Absent();
        });
  }

  /// Which guides published a moment.
  ///
  /// @return null when the platform would not say
  public @Nullable List<Result> momentResults(String moment) {
    return known(() -> readMoment(moment));
  }

  private List<Result> readMoment(String moment) throws WxErrorException {
    var results = new ArrayList<Result>();
    String cursor = "";
    do {
      var page = wecom.getExternalContactService().getMomentTask(moment, cursor, PAGE);
      for (var task : page.getTaskList()) {
        results.add(
            new Result(
                task.getUserId(),
                "",
                "1".equals(String.valueOf(task.getPublishStatus())),
                Instant.EPOCH));
      }
      cursor = page.getNextCursor() == null ? "" : page.getNextCursor();
    } while (!cursor.isEmpty());
    return results;
  }

  /// @param customer the external_userid
  public record Reaction(boolean comment, String customer, Instant at) {}

  /// Which customers liked a guide's moment, or wrote under it.
  ///
  /// @return null when the platform would not say
  public @Nullable List<Reaction> reactions(String moment, String guide) {
    return known(() -> readReactions(moment, guide));
  }

  private List<Reaction> readReactions(String moment, String guide) throws WxErrorException {
    var said = wecom.getExternalContactService().getMomentComments(moment, guide);
    var reactions = new ArrayList<Reaction>();
    add(said.getLikeList(), false, reactions);
    add(said.getCommentList(), true, reactions);
    return reactions;
  }

  private static void add(List<CommentLikeItem> from, boolean comment, List<Reaction> to) {
    if (from != null) {
      for (CommentLikeItem item : from) {
        // Colleagues react, too: they have a userid.
        if (item.getExternalUserId() != null && item.getCreateTime() != null) {
          to.add(
              new Reaction(
                  comment, item.getExternalUserId(), Instant.ofEpochSecond(item.getCreateTime())));
        }
      }
    }
  }

  /// Reminds the guides of a task who have not confirmed.
  public Outcome remind(String msgid) {
    return answered(msgid, () -> wecom.getExternalContactService().remindGroupMsgSend(msgid));
  }

  /// Calls off what no guide has confirmed yet of a task.
  public Outcome cancel(String msgid) {
    return answered(msgid, () -> wecom.getExternalContactService().cancelGroupMsgSend(msgid));
  }

  public Outcome cancelMoment(String moment) {
    return answered(moment, () -> wecom.getExternalContactService().cancelMomentTask(moment));
  }

  private static Outcome answered(String id, Call<WxCpBaseResp> call) {
    return outcome(
        () -> {
          WxCpBaseResp said = call.run();
          // An error that the library does not throw is one all the same.
          return said != null && said.getErrcode() != null && said.getErrcode() != 0
              ? new Outcome.Refused(
                  String.valueOf(said.getErrcode()), String.valueOf(said.getErrmsg()))
              : new Outcome.Accepted(id);
        });
  }

  /// A greeting that owners may give their groups.
  ///
  /// @return accepted with the id of the template
  public Outcome addWelcome(String text, List<Attachment> attachments, boolean notify) {
    WxCpGroupWelcomeTemplateResult welcome = welcome(text, attachments);
    welcome.setNotify(notify ? 1 : 0);
    return outcome(
        () ->
            new Outcome.Accepted(
                wecom.getExternalContactService().addGroupWelcomeTemplate(welcome)));
  }

  public Outcome editWelcome(String id, String text, List<Attachment> attachments) {
    WxCpGroupWelcomeTemplateResult welcome = welcome(text, attachments);
    welcome.setTemplateId(id);
    return answered(id, () -> wecom.getExternalContactService().editGroupWelcomeTemplate(welcome));
  }

  public Outcome deleteWelcome(String id) {
    return answered(id, () -> wecom.getExternalContactService().delGroupWelcomeTemplate(id, ""));
  }

  private static WxCpGroupWelcomeTemplateResult welcome(String text, List<Attachment> attachments) {
    var welcome = new WxCpGroupWelcomeTemplateResult();
    welcome.setText(text(text));
    for (Attachment each : attachments) {
      var attachment = WecomChannel.attachment(each);
      Supplier<IllegalArgumentException> two =
          () -> new IllegalArgumentException("A group welcome has one attachment at most");
      if (attachments.size() > 1) {
        throw two.get();
      }
      welcome.setImage(attachment.getImage());
      welcome.setLink(attachment.getLink());
      welcome.setMiniprogram(attachment.getMiniProgram());
    }
    return welcome;
  }

  private static Text text(String text) {
    var said = new Text();
    said.setContent(text);
    return said;
  }
}
