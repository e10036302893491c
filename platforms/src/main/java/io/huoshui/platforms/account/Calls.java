package io.huoshui.platforms.account;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import me.chanjar.weixin.common.error.WxErrorException;
import org.jspecify.annotations.Nullable;

/// The one way a call of WxJava leaves: its turn, its token, and what the table says of its answer.
///
/// A refused token is taken fresh once per call, so a platform that refuses every token costs two
/// calls and not a loop. "Busy" and "too many at once" are asked again as often as the table says;
/// everything else is the caller's.
final class Calls {
  private static final long FIRST_PAUSE_MS = 100;

  /// One try.
  @FunctionalInterface
  interface Try<T> {
    T with(String token) throws WxErrorException, IOException;
  }

  private final Platform platform;
  private final Tokens tokens;
  private final CallLimits limits;

  Calls(Platform platform, Tokens tokens, CallLimits limits) {
    this.platform = platform;
    this.tokens = tokens;
    this.limits = limits;
  }

  Tokens tokens() {
    return tokens;
  }

  CallLimits limits() {
    return limits;
  }

  /// The path of an API as the tables name it: `externalcontact/mark_tag`.
  static String api(String uri) {
    String path = URI.create(uri.replaceAll("[?#].*", "")).getPath();
    int cgi = path.indexOf("/cgi-bin/");
    return cgi >= 0 ? path.substring(cgi + 9) : path.replaceFirst("^/", "");
  }

  /// @param uri without a token
  static String with(String uri, String token) {
    return uri + (uri.contains("?") ? "&" : "?") + "access_token=" + token;
  }

  /// Makes a call with a token.
  <T> T call(String uri, TokenShelf.Fetch<WxErrorException> fetch, Try<T> attempt)
      throws WxErrorException {
    String api = api(uri);
    boolean refreshed = false;
    int tries = 0;
    while (true) {
      TokenShelf.Kept token = token(fetch);
      try {
        return once(api, () -> attempt.with(token.value()));
      } catch (NotNow e) {
        throw e;
      } catch (WxErrorException e) {
        Verdict verdict = verdict(e);
        if (verdict == null) {
          throw e;
        }
        tries++;
        switch (verdict.action()) {
          case REFRESH -> {
            tokens.spoil(Tokens.Kind.ACCESS, token);
            if (refreshed) {
              throw e;
            }
            refreshed = true;
          }
          case RETRY, LOWER_CONCURRENCY -> {
            if (tries >= verdict.amount()) {
              throw e;
            }
            pause(tries);
          }
          case BACK_OFF,
              LATER,
              SKIP,
              DROP_RELATION,
              REASSIGN,
              NEVER,
              HUMAN,
              STOP_CHANNEL,
              OTHER_CHANNEL ->
              throw e;
        }
      }
    }
  }

  private TokenShelf.Kept token(TokenShelf.Fetch<WxErrorException> fetch) throws WxErrorException {
    return tokens.get(Tokens.Kind.ACCESS, fetch);
  }

  /// Makes a call that needs no token; for a token itself, say.
  <T> T plain(String uri, Plain<T> call) throws WxErrorException {
    return once(api(uri), call);
  }

  /// Asks for a token: what goes wrong here did not happen to the call it is for.
  <T> T forToken(String uri, Plain<T> call) throws WxErrorException {
    try {
      return plain(uri, call);
    } catch (NotNow e) {
      throw e;
    } catch (WxErrorException e) {
      if (verdict(e) != null || e.getCause() instanceof ConnectException) {
        throw new TokenRefused(e);
      }
      throw new NotNow(-1, "No token: " + e.getMessage(), 1);
    }
  }

  /// A call as it is made.
  @FunctionalInterface
  interface Plain<T> {
    T make() throws WxErrorException, IOException;
  }

  private <T> T once(String api, Plain<T> call) throws WxErrorException {
    CallLimits.Turn turn;
    try {
      turn = limits.enter(api);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotNow(-1, "Interrupted before the call", 1);
    }
    try {
      T result = call.make();
      turn.wentWell();
      return result;
    } catch (IOException e) {
      throw new WxErrorException(e);
    } catch (WxErrorException e) {
      Verdict verdict = verdict(e);
      if (verdict != null) {
        turn.answered(verdict);
      }
      throw e;
    } finally {
      turn.lost();
    }
  }

  private @Nullable Verdict verdict(WxErrorException e) {
    return e.getError() == null || e.getError().getErrorCode() == Failure.ON_THE_WIRE
        ? null
        : Answers.table().of(platform, String.valueOf(e.getError().getErrorCode()));
  }

  private static void pause(int tries) throws NotNow {
    try {
      Thread.sleep(FIRST_PAUSE_MS << (tries - 1));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotNow(-1, "Interrupted before the call", 1);
    }
  }
}
