package io.huoshui.platforms.wecom;

import io.huoshui.platforms.account.Failure;
import io.huoshui.platforms.account.Platform;
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

  /// What the table of answers says of a call that failed.
  static <T> StaffAnswer<T> of(Call<T> call) {
    try {
      return new Got<>(call.run());
    } catch (WxErrorException e) {
      return failed(Failure.of(Platform.WECOM, e));
    } catch (RuntimeException e) {
      return failed(Failure.of(Platform.WECOM, e));
    }
  }

  private static <T> StaffAnswer<T> failed(Failure failure) {
    return switch (failure) {
      case Failure.Lost(String why) -> new Unknown<>(why);
      case Failure.Unreachable _, Failure.Answered _ ->
          failure.again() < 0
              ? new Refused<>(failure.code(), failure.why())
              : new Later<>(failure.code(), failure.why(), failure.again());
    };
  }
}
