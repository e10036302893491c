package io.huoshui.platforms.wecom;

import io.huoshui.json.Json;
import io.huoshui.json.Place;
import io.huoshui.platforms.account.Action;
import io.huoshui.platforms.account.Failure;
import io.huoshui.platforms.account.Platform;
import io.huoshui.platforms.account.Verdict;
import io.huoshui.reach.GroupChats;
import io.huoshui.reach.PlatformTags.Concern;
import io.huoshui.reach.PlatformTags.Outcome;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.cp.api.WxCpService;
import me.chanjar.weixin.cp.bean.external.WxCpUserExternalGroupChatInfo;
import org.jspecify.annotations.Nullable;

/// Customer groups of WeCom: groupchat/list (developer.work.weixin.qq.com/document/path/92120),
/// groupchat/get (92122), opengid_to_chatid (94822), groupchat/statistic and statistic_group_by_day
/// (92133).
public final class WecomGroups implements GroupChats {
  /// A path/92120: at most so many in one page.
  private static final int PAGE = 1_000;

  /// A path/92133: days begin in Beijing.
  private static final ZoneId BEIJING = ZoneId.of("Asia/Shanghai");

  private final WxCpService wecom;
  private final String corpId;

  public WecomGroups(WxCpService wecom, String corpId) {
    this.wecom = wecom;
    this.corpId = corpId;
  }

  interface Call<T> {
    T run() throws WxErrorException;
  }

  static <T> Outcome<T> call(Call<T> call) {
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
          new Outcome.Refused<>(verdict.code(), why, Concern.CUSTOMER);
    };
  }

  @Override
  public String scope() {
    return corpId;
  }

  @Override
  public Outcome<Page> page(List<String> owners, String cursor) {
    return call(
        () -> {
          var page =
              wecom
                  .getExternalContactService()
                  .listGroupChat(PAGE, cursor, 0, owners.toArray(String[]::new));
          var listed = new ArrayList<Listed>();
          if (page.getGroupChatList() != null) {
            page.getGroupChatList()
                .forEach(each -> listed.add(new Listed(each.getChatId(), each.getStatus())));
          }
          return new Page(listed, text(page.getNextCursor()));
        });
  }

  private static String text(@Nullable String text) {
    return text == null ? "" : text;
  }

  @Override
  public Outcome<Group> group(String chat) {
    return call(
        () -> {
          WxCpUserExternalGroupChatInfo.GroupChat group =
              wecom.getExternalContactService().getGroupChat(chat, 1).getGroupChat();
          var members = new ArrayList<Member>();
          if (group.getMemberList() != null) {
            for (var each : group.getMemberList()) {
              members.add(
                  new Member(
                      each.getUserId(),
                      each.getType() == 2,
                      text(each.getUnionId()),
                      Instant.ofEpochSecond(each.getJoinTime() == null ? 0 : each.getJoinTime()),
                      scene(each.getJoinScene()),
                      each.getInvitor() == null ? "" : text(each.getInvitor().getUserId()),
                      text(each.getState()),
                      text(each.getName())));
            }
          }
          var admins = new ArrayList<String>();
          if (group.getAdminList() != null) {
            group.getAdminList().forEach(each -> admins.add(each.getUserId()));
          }
          return new Group(
              group.getChatId(),
              text(group.getName()),
              text(group.getOwner()),
              Instant.ofEpochSecond(group.getCreateTime() == null ? 0 : group.getCreateTime()),
              text(group.getNotice()),
              admins,
              members);
        });
  }

  /// join_scene of path/92122.
  private static String scene(int scene) {
    return switch (scene) {
      case 1 -> "invited";
      case 2 -> "link";
      case 3 -> "code";
      default -> "";
    };
  }

  @Override
  public Outcome<String> chatOf(String opengid) {
    return call(() -> wecom.getExternalContactService().opengidToChatid(opengid));
  }

  /// WxJava knows no statistic_group_by_day, so both are read here.
  @Override
  public Outcome<List<Counted>> statistics(
      List<String> owners, LocalDate from, LocalDate to, boolean byDay) {
    var fields = new LinkedHashMap<String, Json>();
    fields.put("day_begin_time", Json.of(from.atStartOfDay(BEIJING).toEpochSecond()));
    fields.put("day_end_time", Json.of(to.atStartOfDay(BEIJING).toEpochSecond()));
    fields.put(
        "owner_filter",
        Json.object("userid_list", Json.of(owners.stream().map(Json::of).toList())));
    if (!byDay) {
      fields.put("offset", Json.of(0));
      fields.put("limit", Json.of(PAGE));
    }
    String path =
        "/cgi-bin/externalcontact/groupchat/" + (byDay ? "statistic_group_by_day" : "statistic");
    return call(
        () -> {
          String url = wecom.getWxCpConfigStorage().getApiUrl(path);
          var lines = new ArrayList<Counted>();
          var answer =
              new Place(Json.parse(wecom.post(url, new Json.Obj(fields).write())), "answer");
          for (Place item : answer.get("items").list()) {
            Place data = item.get("data");
            lines.add(
                new Counted(
                    item.get("owner").text(""),
                    item.get("stat_time").json() instanceof Json.Num(BigDecimal seconds)
                        ? Instant.ofEpochSecond(seconds.longValue())
                        : null,
                    whole(data, "new_chat_cnt"),
                    whole(data, "chat_total"),
                    whole(data, "chat_has_msg"),
                    whole(data, "new_member_cnt"),
                    whole(data, "member_total"),
                    whole(data, "member_has_msg"),
                    whole(data, "msg_total")));
          }
          return List.copyOf(lines);
        });
  }

  private static int whole(Place data, String key) {
    return data.get(key).json() instanceof Json.Num(BigDecimal number) ? number.intValue() : 0;
  }
}
