package io.huoshui.platforms.account;

import java.net.ConnectException;
import java.util.Locale;
import me.chanjar.weixin.common.error.WxError;
import me.chanjar.weixin.common.error.WxErrorException;

/// What became of a call that gave no result.
public sealed interface Failure {
  /// In words of the platform.
  String why();

  /// The platform said no, or was not asked because it would have.
  ///
  /// @param seconds until it makes sense to ask again; -1 when that is of no use
  record Answered(Verdict verdict, String why, int seconds) implements Failure {}

  /// Nothing took the connection: the call was not made.
  record Unreachable(String why) implements Failure {}

  /// It may have been made.
  record Lost(String why) implements Failure {}

  /// How long until the same call may be answered otherwise; -1 when a human, or nothing, changes
  /// that. Where an answer was lost it may be asked again at once: whether it was done is the
  /// caller's matter.
  default int again() {
    return switch (this) {
      case Unreachable _ -> 2;
      case Lost _ -> 0;
      // An account that somebody has to look at is no account to ask again by itself.
      case Answered(Verdict verdict, String _, int _)
          when verdict.action() == Action.STOP_CHANNEL ->
          -1;
      case Answered(Verdict _, String _, int seconds) -> seconds;
    };
  }

  /// The platform's code as text; `unreachable` where nobody took the connection and so nothing was
  /// done; `unknown` where the answer got lost and it may have been done.
  default String code() {
    return switch (this) {
      case Unreachable _ -> "unreachable";
      case Lost _ -> "unknown";
      case Answered(Verdict verdict, String _, int _) -> verdict.code();
    };
  }

  /// The code of a call whose answer never came, in WxJava.
  int ON_THE_WIRE = -99;

  static Failure of(Platform platform, WxErrorException e) {
    WxError error = e.getError();
    if (error == null || error.getErrorCode() == ON_THE_WIRE) {
      if (refusedConnection(e)) {
        return unreachable(platform);
      }
      return new Lost(String.valueOf(error == null ? e.getMessage() : error.getErrorMsg()));
    }
    Verdict verdict =
        Answers.table()
            .of(
                platform,
                e instanceof TokenRefused ? Verdict.Where.TOKEN : Verdict.Where.CALL,
                String.valueOf(error.getErrorCode()));
    return new Answered(
        verdict,
        why(error) + hint(verdict),
        e instanceof NotNow later ? later.seconds() : verdict.laterSeconds());
  }

  static Failure of(Platform platform, RuntimeException e) {
    return refusedConnection(e) ? unreachable(platform) : new Lost(String.valueOf(e));
  }

  private static Failure unreachable(Platform platform) {
    String name = platform.wire();
    return new Unreachable(
        name.substring(0, 1).toUpperCase(Locale.ROOT)
            + name.substring(1)
            + " does not take connections.");
  }

  private static String hint(Verdict verdict) {
    return verdict.action() == Action.STOP_CHANNEL
        ? " " + verdict.zh() + ". Check the account: POST /api/v1/accounts/{name}/connect."
        : "";
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
