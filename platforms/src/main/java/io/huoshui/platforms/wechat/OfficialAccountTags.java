package io.huoshui.platforms.wechat;

import io.huoshui.event.IdentifierKind;
import io.huoshui.platforms.account.About;
import io.huoshui.platforms.account.Action;
import io.huoshui.platforms.account.Failure;
import io.huoshui.platforms.account.Platform;
import io.huoshui.platforms.account.Verdict;
import io.huoshui.reach.PlatformTags;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.mp.api.WxMpService;
import me.chanjar.weixin.mp.bean.result.WxMpUserList;
import me.chanjar.weixin.mp.bean.tag.WxTagListUser;

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

  /// In the cursor of [#page], when all followers are listed.
  private static final String FOLLOWERS = "";

  private final WxMpService account;
  private final String appId;
  private final Map<String, Set<String>> carriers = new ConcurrentHashMap<>();

  /// @param account the account's client, which keeps its limits and its token
  public OfficialAccountTags(WxMpService account, String appId) {
    this.account = account;
    this.appId = appId;
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
      return outcome(Failure.of(Platform.WECHAT, e));
    } catch (RuntimeException e) {
      return outcome(Failure.of(Platform.WECHAT, e));
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
