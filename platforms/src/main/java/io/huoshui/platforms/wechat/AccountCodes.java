package io.huoshui.platforms.wechat;

import io.huoshui.platforms.account.Failure;
import io.huoshui.platforms.account.Platform;
import io.huoshui.platforms.wecom.WecomAcquisition.Answer;
import java.time.Duration;
import me.chanjar.weixin.common.error.WxErrorException;
import me.chanjar.weixin.mp.api.WxMpService;
import me.chanjar.weixin.mp.bean.result.WxMpQrCodeTicket;

/// Codes of an official account that carry a scene (developers.weixin.qq.com/doc/service,
/// qrcode/create): at most 100,000 for good, and any number for at most 30 days.
public final class AccountCodes {
  private final WxMpService account;

  public AccountCodes(WxMpService account) {
    this.account = account;
  }

  /// @param ticket names it at the platform
  /// @param picture its address
  public record Code(String ticket, String picture) {}

  /// @param scene what a follow event says; at most 64 characters
  /// @param days it lives, at most 30; 0 for good
  public Answer<Code> create(String scene, int days) {
    try {
      WxMpQrCodeTicket made =
          days == 0
              ? account.getQrcodeService().qrCodeCreateLastTicket(scene)
              : account
                  .getQrcodeService()
                  .qrCodeCreateTmpTicket(scene, (int) Duration.ofDays(days).toSeconds());
      return new Answer.Done<>(
          new Code(
              made.getTicket(), account.getQrcodeService().qrCodePictureUrl(made.getTicket())));
    } catch (WxErrorException e) {
      return Answer.failed(Failure.of(Platform.WECHAT, e));
    } catch (RuntimeException e) {
      return Answer.failed(Failure.of(Platform.WECHAT, e));
    }
  }
}
