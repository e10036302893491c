package io.huoshui.platforms.wechat;

import cn.binarywang.wx.miniapp.api.WxMaService;
import io.huoshui.platforms.account.Failure;
import io.huoshui.platforms.account.Platform;
import io.huoshui.platforms.wecom.WecomAcquisition.Answer;
import me.chanjar.weixin.common.error.WxErrorException;

/// 小程序码 that carry a scene (developers.weixin.qq.com/miniprogram, getUnlimitedQRCode, as read
/// 2026-11): any number of them, for good, 5,000 calls a minute. The platform answers the picture
/// and keeps none.
public final class MiniCodes {
  /// Pixels of a side.
  private static final int WIDTH = 430;

  private final WxMaService mini;

  public MiniCodes(WxMaService mini) {
    this.mini = mini;
  }

  /// @param scene what the page is opened with: 1 to 32 characters of
  ///   `0-9a-zA-Z!#$&'()*+,/:;=?@-._~`
  /// @param page without a slash before it and without parameters; empty for the first page
  /// @param version `release`, `trial` or `develop`; only of a release is the page looked for
  /// @return a picture
  public Answer<byte[]> create(String scene, String page, String version) {
    try {
      return new Answer.Done<>(
          mini.getQrcodeService()
              .createWxaCodeUnlimitBytes(
                  scene,
                  page.isEmpty() ? null : page,
                  version.equals("release") && !page.isEmpty(),
                  version,
                  WIDTH,
                  true,
                  null,
                  false));
    } catch (WxErrorException e) {
      return Answer.failed(Failure.of(Platform.WECHAT, e));
    } catch (RuntimeException e) {
      return Answer.failed(Failure.of(Platform.WECHAT, e));
    }
  }
}
