package io.huoshui.platforms.wecom;

import io.huoshui.platforms.account.Codes;
import io.huoshui.platforms.account.Failure;
import io.huoshui.platforms.account.Platform;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.cp.api.WxCpService;
import me.chanjar.weixin.cp.bean.WxCpDepart;
import me.chanjar.weixin.cp.bean.WxCpUser;
import org.jspecify.annotations.Nullable;

/// Departments and members (developer.work.weixin.qq.com/document/path/90208, 90201, 90200), who a
/// member is who opens a page (91023), and what lets a page call the client (96909).
public final class WecomMembers {
  /// A path/90201, 2025-11: 1 is activated; 2 disabled, 4 not activated, 5 left.
  private static final int ACTIVATED = 1;

  private final WxCpService wecom;

  public WecomMembers(WxCpService wecom) {
    this.wecom = wecom;
  }

  /// @param parent 0 for the root's
  public record Department(long id, long parent, String name) {}

  /// @param main the department they belong to first, 0 when it is not said
  /// @param leads departments they lead
  /// @param name empty where the app may not read names
  public record Member(
      String userid,
      String name,
      List<Long> departments,
      long main,
      List<Long> leads,
      boolean active) {}

  public record Directory(List<Department> departments, List<Member> members) {}

  /// All departments in the app's scope with their members. Where details may not be read, the
  /// simple list says who is there, and everybody in it counts as active.
  public StaffAnswer<Directory> directory() {
    return StaffAnswer.of(
        () -> {
          List<Department> departments =
              wecom.getDepartmentService().list(null).stream()
                  .map(WecomMembers::department)
                  .toList();
          Set<Long> ids = new HashSet<>();
          departments.forEach(each -> ids.add(each.id()));
          var members = new LinkedHashMap<String, Member>();
          for (Department each : departments) {
            if (!ids.contains(each.parent())) {
              for (WxCpUser user : users(each.id())) {
                members.putIfAbsent(user.getUserId(), member(user));
              }
            }
          }
          return new Directory(departments, List.copyOf(members.values()));
        });
  }

  private List<WxCpUser> users(long top) throws WxErrorException {
    try {
      return wecom.getUserService().listByDepartment(top, true, 0);
    } catch (WxErrorException e) {
      String code = Failure.of(Platform.WECOM, e).code();
      // This app may not read details.
      if (!code.equals(Codes.NO_PERMISSION) && !code.equals(Codes.NOT_THIS_MEMBER)) {
        throw e;
      }
      return wecom.getUserService().listSimpleByDepartment(top, true, 0);
    }
  }

  private static Department department(WxCpDepart each) {
    return new Department(
        each.getId(),
        each.getParentId() == null ? 0 : each.getParentId(),
        Objects.requireNonNullElse(each.getName(), "department " + each.getId()));
  }

  private static Member member(WxCpUser user) {
    List<Long> departments =
        user.getDepartIds() == null ? List.of() : Arrays.asList(user.getDepartIds());
    var leads = new ArrayList<Long>();
    Integer[] leader = user.getIsLeaderInDept();
    for (int i = 0; leader != null && i < leader.length && i < departments.size(); i++) {
      if (Integer.valueOf(1).equals(leader[i])) {
        leads.add(departments.get(i));
      }
    }
    String main = user.getMainDepartment();
    return new Member(
        user.getUserId(),
        Objects.requireNonNullElse(user.getName(), ""),
        departments,
        main == null || !main.matches("\\d{1,18}") ? 0 : Long.parseLong(main),
        leads,
        user.getStatus() == null || user.getStatus() == ACTIVATED);
  }

  /// The member behind a login code, which is good once; empty for somebody who is none.
  public StaffAnswer<String> login(String code) {
    return StaffAnswer.of(
        () ->
            Objects.requireNonNullElse(
                wecom.getOauth2Service().getAuthUserInfo(code).getUserId(), ""));
  }

  // Pages.

  /// @param agentId null where the app's id is not set up: then only `wx.config` can be called
  /// @param signature for `wx.config`, by the corporation's ticket
  /// @param agentSignature for `wx.agentConfig`, by the app's ticket
  public record PageSignature(
      String corpId,
      @Nullable Integer agentId,
      String nonce,
      long timestamp,
      String url,
      String signature,
      String agentSignature) {}

  /// Signs a page. Tickets are kept as long as they are good: the platform gives an app a hundred
  /// an hour (path/96909, 2024-11).
  ///
  /// @param url of the page; what follows `#` is no part of it
  /// @param anew with tickets that are fetched again, because the client refused a signature
  public StaffAnswer<PageSignature> sign(String url, String nonce, long timestamp, boolean anew) {
    String page = url.contains("#") ? url.substring(0, url.indexOf('#')) : url;
    return StaffAnswer.of(
        () ->
            new PageSignature(
                wecom.getWxCpConfigStorage().getCorpId(),
                wecom.getWxCpConfigStorage().getAgentId(),
                nonce,
                timestamp,
                page,
                signature(wecom.getJsapiTicket(anew), nonce, timestamp, page),
                signature(wecom.getAgentJsapiTicket(anew), nonce, timestamp, page)));
  }

  /// SHA-1 over ticket, nonce, time and address, in this order and unescaped (path/96909).
  static String signature(String ticket, String nonce, long timestamp, String url) {
    String text =
        "jsapi_ticket=" + ticket + "&noncestr=" + nonce + "&timestamp=" + timestamp + "&url=" + url;
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-1", e);
    }
  }
}
