package io.huoshui.platforms.wecom;

import java.net.ConnectException;
import me.chanjar.weixin.common.error.WxError;
import me.chanjar.weixin.common.error.WxErrorException;

/// What came of a call about members.
public sealed interface StaffAnswer<T> {
  record Got<T>(T value) implements StaffAnswer<T> {}

  /// Busy, over a limit, not there: again after so many seconds. Nothing was done.
  record Later<T>(String code, String why, int seconds) implements StaffAnswer<T> {}

  /// It will not be done, however often it is asked.
  record Refused<T>(String code, String why) implements StaffAnswer<T> {}

  /// Lost on the way: it may have been done.
  record Unknown<T>(String why) implements StaffAnswer<T> {}

  /// A call that may fail.
  interface Call<T> {
    T run() throws WxErrorException;
  }

  /// A path/90454: the shortest ban is a minute.
  int BAN_SECONDS = 60;

  /// PLATFORMS 5.5: which code asks for what.
  static <T> StaffAnswer<T> of(Call<T> call) {
    try {
      return new Got<>(call.run());
    } catch (WxErrorException e) {
      WxError error = e.getError();
      int code = error == null ? -99 : error.getErrorCode();
      String why = error == null ? String.valueOf(e.getMessage()) : why(error);
      return switch (code) {
        case -1, 45033, 40001, 40014, 42001 -> new Later<>(String.valueOf(code), why, 1);
        case 45009 -> new Later<>(String.valueOf(code), why, BAN_SECONDS);
        // WxJava wraps what happened on the wire.
        case -99 -> refusedConnection(e) ? unreachable() : new Unknown<>(why);
        default -> new Refused<>(String.valueOf(code), why);
      };
    } catch (RuntimeException e) {
      return refusedConnection(e) ? unreachable() : new Unknown<>(String.valueOf(e));
    }
  }

  private static <T> StaffAnswer<T> unreachable() {
    return new Later<>("unreachable", "WeCom does not take connections.", 2);
  }

  /// The library puts its own words for a code in the place of the platform's, which say more.
  private static String why(WxError error) {
    String own = error.getErrorMsgEn();
    return own == null || own.isBlank()
        ? String.valueOf(error.getErrorMsg())
        : error.getErrorMsg() + " (" + own + ")";
  }

  private static boolean refusedConnection(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ConnectException) {
        return true;
      }
    }
    return false;
  }
}
