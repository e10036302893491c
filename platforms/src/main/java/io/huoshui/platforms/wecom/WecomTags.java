package io.huoshui.platforms.wecom;

import io.huoshui.event.IdentifierKind;
import io.huoshui.reach.PlatformTags;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import me.chanjar.weixin.common.error.WxError;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.common.util.http.RequestExecutor;
import me.chanjar.weixin.cp.api.impl.WxCpServiceImpl;
import me.chanjar.weixin.cp.bean.external.WxCpUserExternalTagGroupInfo;
import me.chanjar.weixin.cp.bean.external.WxCpUserExternalTagGroupList;
import me.chanjar.weixin.cp.bean.external.contact.FollowedUser;
import me.chanjar.weixin.cp.bean.external.contact.WxCpExternalContactBatchInfo;
import me.chanjar.weixin.cp.bean.external.contact.WxCpExternalContactInfo;
import me.chanjar.weixin.cp.config.impl.WxCpDefaultConfigImpl;

/// Corp tags (developer.work.weixin.qq.com/document/path/92117, 92118, 92994): put on by one guide
/// on one customer per call, five calls at once.
public final class WecomTags implements PlatformTags {
  /// B community staff replies 000ee4c8…, 000468ae…: more at once are refused with 45033.
  private static final int AT_ONCE = 5;

  /// A path/90454, 2025-11: per corp and API.
  private static final int PER_MINUTE = 10_000;

  private static final int PER_HOUR = 150_000;

  /// So many customers have to be read again after a crash, and so many calls go in one round.
  private static final int BATCH = 250;

  /// A path/92994: members per call, customers per page.
  private static final int GUIDES = 100;

  private static final int PAGE = 100;

  /// A path/90454: the shortest ban is a minute.
  private static final int BAN_SECONDS = 60;

  private final OneTry wecom = new OneTry();
  private final String corpId;
  private final Semaphore marks = new Semaphore(AT_ONCE);
  private final CallRate markRate;
  private volatile List<String> guides = List.of();

  /// @param url where the API is; empty for WeCom itself
  public WecomTags(String url, String corpId, String secret) {
    this(url, corpId, secret, PER_MINUTE, PER_HOUR);
  }

  /// With other rates, for a platform that allows others.
  public WecomTags(String url, String corpId, String secret, int perMinute, int perHour) {
    var config = new WxCpDefaultConfigImpl();
    config.setCorpId(corpId);
    config.setCorpSecret(secret);
    if (!url.isEmpty()) {
      config.setBaseApiUrl(url);
    }
    wecom.setWxCpConfigStorage(config);
    this.corpId = corpId;
    this.markRate = new CallRate(perMinute, perHour);
  }

  /// One call is one call: the library's own retries end in an exception that has lost the code.
  private static final class OneTry extends WxCpServiceImpl {
    @Override
    public <T, E> T execute(RequestExecutor<T, E> executor, String uri, E data)
        throws WxErrorException {
      return executeInternal(executor, uri, data, false);
    }
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
      return failure(e);
    } catch (RuntimeException e) {
      return refusedConnection(e) ? unreachable() : new Outcome.Unknown<>(String.valueOf(e));
    }
  }

  /// PLATFORMS 5.5: which code asks for what.
  private static <T> Outcome<T> failure(WxErrorException e) {
    int code = e.getError() == null ? -99 : e.getError().getErrorCode();
    String why = e.getError() == null ? String.valueOf(e.getMessage()) : why(e.getError());
    String word = String.valueOf(code);
    return switch (code) {
      case -1, 45033, 40001, 40014, 42001 -> new Outcome.Later<>(word, why, 1);
      case 45009 -> new Outcome.Later<>(word, why, BAN_SECONDS);
      case 48002, 60020, 40013 ->
          new Outcome.Refused<>(
              word, why + " Check the WeCom section of the secrets file.", Concern.EVERYTHING);
      case 40068, 40071 -> new Outcome.Refused<>(word, why, Concern.TAG);
      // WxJava wraps what happened on the wire.
      case -99 -> refusedConnection(e) ? unreachable() : new Outcome.Unknown<>(why);
      default -> new Outcome.Refused<>(word, why, Concern.CUSTOMER);
    };
  }

  /// The library puts its own words for a code in the place of the platform's, which say more.
  private static String why(WxError error) {
    String own = error.getErrorMsgEn();
    return own == null || own.isBlank()
        ? String.valueOf(error.getErrorMsg())
        : error.getErrorMsg() + " (" + own + ")";
  }

  private static <T> Outcome<T> unreachable() {
    return new Outcome.Later<>("unreachable", "WeCom does not take connections.", 2);
  }

  private static boolean refusedConnection(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException) {
        return true;
      }
    }
    return false;
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

  private Outcome<Change> mark(Change change) throws InterruptedException {
    marks.acquire();
    try {
      long wait = markRate.take(System.nanoTime());
      if (wait < 0) {
        return new Outcome.Later<>(
            "own pace",
            "As many marks as WeCom takes in an hour.",
            (int) TimeUnit.NANOSECONDS.toSeconds(-wait) + 1);
      }
      TimeUnit.NANOSECONDS.sleep(wait);
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
    } finally {
      marks.release();
    }
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
          when refused.code().equals("84061") ->
          new Outcome.Done<>(new Page(List.of(), after));
      case Outcome.Refused<WxCpExternalContactBatchInfo> _,
          Outcome.Later<WxCpExternalContactBatchInfo> _,
          Outcome.Unknown<WxCpExternalContactBatchInfo> _ ->
          answer.failed();
    };
  }
}
