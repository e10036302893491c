package io.huoshui.platforms.wecom;

import io.huoshui.event.IdentifierKind;
import io.huoshui.platforms.account.About;
import io.huoshui.platforms.account.Action;
import io.huoshui.platforms.account.Codes;
import io.huoshui.platforms.account.Failure;
import io.huoshui.platforms.account.Platform;
import io.huoshui.platforms.account.Verdict;
import io.huoshui.reach.PlatformTags;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.cp.api.WxCpService;
import me.chanjar.weixin.cp.bean.external.WxCpUserExternalTagGroupInfo;
import me.chanjar.weixin.cp.bean.external.WxCpUserExternalTagGroupList;
import me.chanjar.weixin.cp.bean.external.contact.FollowedUser;
import me.chanjar.weixin.cp.bean.external.contact.WxCpExternalContactBatchInfo;
import me.chanjar.weixin.cp.bean.external.contact.WxCpExternalContactInfo;

/// Corp tags (developer.work.weixin.qq.com/document/path/92117, 92118, 92994): put on by one guide
/// on one customer per call; the client lets as many leave at once as WeCom takes.
public final class WecomTags implements PlatformTags {
  /// So many customers have to be read again after a crash, and so many calls go in one round.
  private static final int BATCH = 250;

  /// A path/92994: members per call, customers per page.
  private static final int GUIDES = 100;

  private static final int PAGE = 100;

  private final WxCpService wecom;
  private final String corpId;
  private volatile List<String> guides = List.of();

  /// @param wecom the corp's client, which keeps its limits and its token
  public WecomTags(WxCpService wecom, String corpId) {
    this.wecom = wecom;
    this.corpId = corpId;
  }

  @Override
  public String platform() {
    return "wecom";
  }

  @Override
  public IdentifierKind customers() {
    return IdentifierKind.EXTERNAL_USERID;
  }

  @Override
  public String scope() {
    return corpId;
  }

  @Override
  public int largestBatch() {
    return BATCH;
  }

  private interface Call<T> {
    T run() throws WxErrorException;
  }

  private static <T> Outcome<T> call(Call<T> call) {
    try {
      return new Outcome.Done<>(call.run());
    } catch (WxErrorException e) {
      return outcome(Failure.of(Platform.WECOM, e));
    } catch (RuntimeException e) {
      return outcome(Failure.of(Platform.WECOM, e));
    }
  }

  private static <T> Outcome<T> outcome(Failure failure) {
    return switch (failure) {
      case Failure.Unreachable(String why) -> new Outcome.Later<>("unreachable", why, 2);
      case Failure.Lost(String why) -> new Outcome.Unknown<>(why);
      case Failure.Answered(Verdict verdict, String why, int _)
          when verdict.action() == Action.STOP_CHANNEL ->
          new Outcome.Refused<>(verdict.code(), why, Concern.EVERYTHING);
      case Failure.Answered(Verdict verdict, String why, int seconds) when seconds >= 0 ->
          new Outcome.Later<>(verdict.code(), why, seconds);
      case Failure.Answered(Verdict verdict, String why, int _) ->
          new Outcome.Refused<>(
              verdict.code(), why, verdict.about() == About.THING ? Concern.TAG : Concern.CUSTOMER);
    };
  }

  // Tags.

  @Override
  public Outcome<List<Tag>> all() {
    return call(() -> tags(wecom.getExternalContactService().getCorpTagList(new String[0])));
  }

  private static List<Tag> tags(WxCpUserExternalTagGroupList list) {
    var tags = new ArrayList<Tag>();
    if (list.getTagGroupList() != null) {
      for (var group : list.getTagGroupList()) {
        for (var tag : group.getTag()) {
          if (tag.getDeleted() == null || !tag.getDeleted()) {
            tags.add(new Tag(tag.getId(), group.getGroupName(), tag.getName()));
          }
        }
      }
    }
    return tags;
  }

  @Override
  public Outcome<Tag> create(String group, String name) {
    var tag = new WxCpUserExternalTagGroupInfo.Tag();
    tag.setName(name);
    var wanted = new WxCpUserExternalTagGroupInfo.TagGroup();
    wanted.setGroupName(group);
    wanted.setTag(List.of(tag));
    var request = new WxCpUserExternalTagGroupInfo();
    request.setTagGroup(wanted);
    return call(
        () -> {
          var made = wecom.getExternalContactService().addCorpTag(request).getTagGroup();
          return made.getTag().stream()
              .filter(each -> each.getName().equals(name))
              .findFirst()
              .map(each -> new Tag(each.getId(), made.getGroupName(), each.getName()))
              .orElseThrow();
        });
  }

  @Override
  public Outcome<Tag> rename(Tag tag, String name) {
    return call(
        () -> {
          wecom.getExternalContactService().editCorpTag(tag.id(), name, null);
          return new Tag(tag.id(), tag.group(), name);
        });
  }

  @Override
  public Outcome<Tag> delete(Tag tag) {
    return call(
        () -> {
          wecom.getExternalContactService().delCorpTag(new String[] {tag.id()}, new String[0]);
          return tag;
        });
  }

  // On customers.

  @Override
  public List<Outcome<Change>> change(List<Change> changes) {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Outcome<Change>>> calls =
          changes.stream().<Callable<Outcome<Change>>>map(change -> () -> mark(change)).toList();
      var outcomes = new ArrayList<Outcome<Change>>(changes.size());
      for (Future<Outcome<Change>> each : threads.invokeAll(calls)) {
        outcomes.add(outcome(each));
      }
      return outcomes;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return changes.stream()
          .<Outcome<Change>>map(_ -> new Outcome.Unknown<>("interrupted"))
          .toList();
    }
  }

  private static Outcome<Change> outcome(Future<Outcome<Change>> each) throws InterruptedException {
    try {
      return each.get();
    } catch (ExecutionException e) {
      return new Outcome.Unknown<>(String.valueOf(e.getCause()));
    }
  }

  private Outcome<Change> mark(Change change) {
    return call(
        () -> {
          wecom
              .getExternalContactService()
              .markTag(
                  change.holder(),
                  change.customer(),
                  change.putOn().toArray(String[]::new),
                  change.takeOff().toArray(String[]::new));
          return change;
        });
  }

  @Override
  public Outcome<List<Carried>> read(String customer) {
    Outcome<WxCpExternalContactInfo> answer =
        call(() -> wecom.getExternalContactService().getContactDetail(customer, null));
    return switch (answer) {
      case Outcome.Done<WxCpExternalContactInfo>(WxCpExternalContactInfo contact) ->
          new Outcome.Done<>(
              contact.getFollowedUsers() == null
                  ? List.of()
                  : contact.getFollowedUsers().stream()
                      .map(user -> new Carried(user.getUserId(), customer, ids(user)))
                      .toList());
      case Outcome.Refused<WxCpExternalContactInfo> _,
          Outcome.Later<WxCpExternalContactInfo> _,
          Outcome.Unknown<WxCpExternalContactInfo> _ ->
          answer.failed();
    };
  }

  private static Set<String> ids(FollowedUser user) {
    var ids = new LinkedHashSet<String>();
    if (user.getTags() != null) {
      for (FollowedUser.Tag tag : user.getTags()) {
        // A member's own tags have no id that others know.
        if (tag.getTagId() != null) {
          ids.add(tag.getTagId());
        }
      }
    }
    if (user.getTagIds() != null) {
      ids.addAll(Arrays.asList(user.getTagIds()));
    }
    return ids;
  }

  /// The cursor is how many guides are done, and where WeCom's own page of the next hundred is.
  @Override
  public Outcome<Page> page(Set<String> tags, String cursor) {
    if (cursor.isEmpty()) {
      Outcome<List<String>> listed = call(() -> wecom.getExternalContactService().listFollowers());
      if (!(listed instanceof Outcome.Done<List<String>>(List<String> found))) {
        return listed.failed();
      }
      guides = List.copyOf(found);
    }
    List<String> all = guides;
    int colon = cursor.indexOf(':');
    int from = colon < 0 ? 0 : Integer.parseInt(cursor.substring(0, colon));
    String inner = colon < 0 ? "" : cursor.substring(colon + 1);
    int to = Math.min(all.size(), from + GUIDES);
    if (from >= to) {
      return new Outcome.Done<>(new Page(List.of(), ""));
    }
    Outcome<WxCpExternalContactBatchInfo> answer =
        call(
            () ->
                wecom
                    .getExternalContactService()
                    .getContactDetailBatch(
                        all.subList(from, to).toArray(String[]::new), inner, PAGE));
    String after = to < all.size() ? to + ":" : "";
    return switch (answer) {
      case Outcome.Done<WxCpExternalContactBatchInfo>(WxCpExternalContactBatchInfo page) -> {
        String next = page.getNextCursor();
        yield new Outcome.Done<>(
            new Page(
                page.getExternalContactList().stream()
                    .map(
                        each ->
                            new Carried(
                                each.getFollowInfo().getUserId(),
                                each.getExternalContact().getExternalUserId(),
                                ids(each.getFollowInfo())))
                    .toList(),
                next == null || next.isEmpty() ? after : from + ":" + next));
      }
      // None of these guides has a customer.
      case Outcome.Refused<WxCpExternalContactBatchInfo> refused
          when refused.code().equals(Codes.NO_CONTACT) ->
          new Outcome.Done<>(new Page(List.of(), after));
      case Outcome.Refused<WxCpExternalContactBatchInfo> _,
          Outcome.Later<WxCpExternalContactBatchInfo> _,
          Outcome.Unknown<WxCpExternalContactBatchInfo> _ ->
          answer.failed();
    };
  }
}
