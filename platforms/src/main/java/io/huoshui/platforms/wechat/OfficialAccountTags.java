package io.huoshui.platforms.wechat;

import io.huoshui.event.IdentifierKind;
import io.huoshui.reach.PlatformTags;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import me.chanjar.weixin.common.error.WxError;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.common.util.http.RequestExecutor;
import me.chanjar.weixin.mp.api.impl.WxMpServiceImpl;
import me.chanjar.weixin.mp.bean.result.WxMpUserList;
import me.chanjar.weixin.mp.bean.tag.WxTagListUser;
import me.chanjar.weixin.mp.config.WxMpHostConfig;
import me.chanjar.weixin.mp.config.impl.WxMpDefaultConfigImpl;

/// Tags of an official account (developers.weixin.qq.com/doc/service, usermanage/tag): fifty
/// openids per call, a call for each tag. There are no groups.
///
/// A batch with one follower who can not carry the tag is refused whole, and nothing says who it
/// was: it is given again in halves until it is known.
public final class OfficialAccountTags implements PlatformTags {
  /// A code 40032: openids of batchtagging.
  private static final int OPENIDS = 50;

  /// Ten calls for one tag; so many followers have to be read again after a crash.
  private static final int BATCH = 500;

  /// The quota is of a day and the answer does not say of which: ask again within the hour.
  private static final int QUOTA_SECONDS = 3_600;

  /// In the cursor of [#page], when all followers are listed.
  private static final String FOLLOWERS = "";

  private final OneTry account = new OneTry();
  private final String appId;
  private final Map<String, Set<String>> carriers = new ConcurrentHashMap<>();

  /// @param url where the API is; empty for WeChat itself
  public OfficialAccountTags(String url, String appId, String secret) {
    var config = new WxMpDefaultConfigImpl();
    config.setAppId(appId);
    config.setSecret(secret);
    if (!url.isEmpty()) {
      config.setHostConfig(new WxMpHostConfig(url, url, url));
    }
    account.setWxMpConfigStorage(config);
    this.appId = appId;
  }

  /// One call is one call: the library's own retries end in an exception that has lost the code.
  private static final class OneTry extends WxMpServiceImpl {
    @Override
    public <T, E> T execute(RequestExecutor<T, E> executor, String uri, E data)
        throws WxErrorException {
      return executeInternal(executor, uri, data, false);
    }
  }

  @Override
  public String platform() {
    return "wechat";
  }

  @Override
  public IdentifierKind customers() {
    return IdentifierKind.OPENID;
  }

  @Override
  public String scope() {
    return appId;
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

  private static <T> Outcome<T> failure(WxErrorException e) {
    int code = e.getError() == null ? -99 : e.getError().getErrorCode();
    String why = e.getError() == null ? String.valueOf(e.getMessage()) : why(e.getError());
    String word = String.valueOf(code);
    return switch (code) {
      case -1, 45033, 40001, 40014, 42001 -> new Outcome.Later<>(word, why, 1);
      case 45009 -> new Outcome.Later<>(word, why, QUOTA_SECONDS);
      case 40013, 40125, 40164, 48001, 48002, 45056, 45058, 61007 ->
          new Outcome.Refused<>(word, why, Concern.EVERYTHING);
      case 45157, 45158, 45159, 45057 -> new Outcome.Refused<>(word, why, Concern.TAG);
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
    return new Outcome.Later<>("unreachable", "WeChat does not take connections.", 2);
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
    return call(
        () ->
            account.getUserTagService().tagGet().stream()
                .map(tag -> new Tag(String.valueOf(tag.getId()), "", tag.getName()))
                .toList());
  }

  @Override
  public Outcome<Tag> create(String group, String name) {
    return call(
        () -> {
          var tag = account.getUserTagService().tagCreate(name);
          return new Tag(String.valueOf(tag.getId()), "", tag.getName());
        });
  }

  @Override
  public Outcome<Tag> rename(Tag tag, String name) {
    return call(
        () -> {
          account.getUserTagService().tagUpdate(Long.valueOf(tag.id()), name);
          return new Tag(tag.id(), "", name);
        });
  }

  @Override
  public Outcome<Tag> delete(Tag tag) {
    return call(
        () -> {
          account.getUserTagService().tagDelete(Long.valueOf(tag.id()));
          return tag;
        });
  }

  // On followers.

  @Override
  public List<Outcome<Change>> change(List<Change> changes) {
    var outcomes =
        new ArrayList<Outcome<Change>>(
            changes.stream().<Outcome<Change>>map(Outcome.Done::new).toList());
    var tags = new TreeSet<String>();
    changes.forEach(
        change -> {
          tags.addAll(change.putOn());
          tags.addAll(change.takeOff());
        });
    for (String tag : tags) {
      // Taking off first makes room for what is put on.
      mark(tag, false, changes, outcomes);
    }
    for (String tag : tags) {
      mark(tag, true, changes, outcomes);
    }
    return outcomes;
  }

  private void mark(String tag, boolean on, List<Change> changes, List<Outcome<Change>> outcomes) {
    var batch = new ArrayList<Integer>(OPENIDS);
    for (int i = 0; i < changes.size(); i++) {
      Set<String> meant = on ? changes.get(i).putOn() : changes.get(i).takeOff();
      if (meant.contains(tag) && outcomes.get(i) instanceof Outcome.Done) {
        batch.add(i);
      }
      if (batch.size() == OPENIDS || (i == changes.size() - 1 && !batch.isEmpty())) {
        give(tag, on, batch, changes, outcomes);
        batch.clear();
      }
    }
  }

  private void give(
      String tag,
      boolean on,
      List<Integer> batch,
      List<Change> changes,
      List<Outcome<Change>> outcomes) {
    String[] openids =
        batch.stream().map(index -> changes.get(index).customer()).toArray(String[]::new);
    Outcome<Boolean> answer =
        call(
            () ->
                on
                    ? account.getUserTagService().batchTagging(Long.valueOf(tag), openids)
                    : account.getUserTagService().batchUntagging(Long.valueOf(tag), openids));
    if (answer instanceof Outcome.Done) {
      return;
    }
    if (answer instanceof Outcome.Refused<Boolean> refused
        && refused.concern() == Concern.CUSTOMER
        && batch.size() > 1) {
      int half = batch.size() / 2;
      give(tag, on, List.copyOf(batch.subList(0, half)), changes, outcomes);
      give(tag, on, List.copyOf(batch.subList(half, batch.size())), changes, outcomes);
      return;
    }
    batch.forEach(index -> outcomes.set(index, answer.failed()));
  }

  @Override
  public Outcome<List<Carried>> read(String customer) {
    Outcome<List<Long>> answer = call(() -> account.getUserTagService().userTagList(customer));
    return switch (answer) {
      case Outcome.Done<List<Long>>(List<Long> ids) ->
          new Outcome.Done<>(
              List.of(
                  new Carried(
                      "",
                      customer,
                      ids.stream().map(String::valueOf).collect(Collectors.toSet()))));
      case Outcome.Refused<List<Long>> _,
          Outcome.Later<List<Long>> _,
          Outcome.Unknown<List<Long>> _ ->
          answer.failed();
    };
  }

  /// First who carries each tag, which is kept until all followers were paged over; the cursor is
  /// the tag, empty for followers, and the last openid.
  @Override
  public Outcome<Page> page(Set<String> tags, String cursor) {
    if (cursor.isEmpty()) {
      carriers.clear();
    }
    int colon = cursor.indexOf(':');
    String tag = colon < 0 ? first(new TreeSet<>(tags)) : cursor.substring(0, colon);
    String after = colon < 0 ? "" : cursor.substring(colon + 1);
    return tag.equals(FOLLOWERS) ? followers(after) : carriers(tags, tag, after);
  }

  private Outcome<Page> carriers(Set<String> tags, String tag, String after) {
    Outcome<WxTagListUser> answer =
        call(
            () ->
                account
                    .getUserTagService()
                    .tagListUser(Long.valueOf(tag), after.isEmpty() ? null : after));
    if (!(answer instanceof Outcome.Done<WxTagListUser>(WxTagListUser list))) {
      return answer.failed();
    }
    List<String> openids =
        list.getData() == null || list.getData().getOpenidList() == null
            ? List.of()
            : list.getData().getOpenidList();
    openids.forEach(each -> carriers.computeIfAbsent(each, _ -> new HashSet<>(1)).add(tag));
    return new Outcome.Done<>(
        new Page(
            List.of(),
            openids.isEmpty()
                ? first(new TreeSet<>(tags).tailSet(tag, false)) + ":"
                : tag + ":" + openids.getLast()));
  }

  private static String first(Set<String> tags) {
    return tags.stream().findFirst().orElse(FOLLOWERS);
  }

  private Outcome<Page> followers(String after) {
    Outcome<WxMpUserList> answer =
        call(() -> account.getUserService().userList(after.isEmpty() ? null : after));
    if (!(answer instanceof Outcome.Done<WxMpUserList>(WxMpUserList list))) {
      return answer.failed();
    }
    List<String> openids = list.getOpenids() == null ? List.of() : list.getOpenids();
    return new Outcome.Done<>(
        new Page(
            openids.stream()
                .map(each -> new Carried("", each, carriers.getOrDefault(each, Set.of())))
                .toList(),
            openids.isEmpty() ? "" : FOLLOWERS + ":" + openids.getLast()));
  }
}
