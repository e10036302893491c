package io.huoshui.platforms.wechat;

import io.huoshui.reach.Channel;
import io.huoshui.reach.Channel.Outcome;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import me.chanjar.weixin.common.error.WxErrorException;

/// A channel on which every message is a call of its own. After one that is not settled the rest of
/// a batch waits.
abstract class AppChannel implements Channel {
  interface Send {
    /// @return the platform's id of the message
    String run() throws WxErrorException;
  }

  /// The sender is an app that nobody gave us.
  static final class NotSetUp extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotSetUp(String why) {
      super(why);
    }
  }

  /// One message to one openid.
  abstract String send(Envelope envelope) throws WxErrorException;

  @Override
  public List<Outcome> handOver(String batchId, List<Envelope> envelopes) {
    var outcomes = new ArrayList<Outcome>(envelopes.size());
    for (Envelope envelope : envelopes) {
      Outcome outcome = outcome(() -> send(envelope));
      outcomes.add(outcome);
      if (outcome instanceof Outcome.Later || outcome instanceof Outcome.Unknown) {
        outcomes.addAll(
            Collections.nCopies(
                envelopes.size() - outcomes.size(),
                new Outcome.Later("waits", "An earlier message of the batch is not settled.", 1)));
      }
      if (outcomes.size() == envelopes.size()) {
        break;
      }
    }
    return outcomes;
  }

  /// The platform can not be asked what it took: what may have been taken counts as taken, because
  /// the platform counts it, and nobody is written to twice.
  @Override
  public List<Outcome> reconcile(
      String batchId, List<Envelope> envelopes, java.time.Instant handedOver) {
    return Collections.nCopies(envelopes.size(), new Outcome.Accepted("lost"));
  }

  static Outcome outcome(Send send) {
    try {
      return new Outcome.Accepted(send.run());
    } catch (WxErrorException e) {
      return outcome(e);
    } catch (NotSetUp e) {
      return new Outcome.Later("not_set_up", String.valueOf(e.getMessage()), 30);
    } catch (RuntimeException e) {
      return refusedConnection(e) ? unreachable() : new Outcome.Unknown(String.valueOf(e));
    }
  }

  /// PLATFORMS 5.5: which code asks for what.
  private static Outcome outcome(WxErrorException e) {
    int code = e.getError() == null ? -99 : e.getError().getErrorCode();
    String why = e.getError() == null ? String.valueOf(e.getMessage()) : e.getError().getErrorMsg();
    String word = String.valueOf(code);
    return switch (code) {
      case -1, 45033, 40001, 40014, 42001 -> new Outcome.Later(word, why, 1);
      case 45009 -> new Outcome.Later(word, why, 60);
      case 40013, 40125, 40164, 48001, 48002, 61007 ->
          new Outcome.Later(word, why + " Check the account's section of the secrets file.", 30);
      // The template is none of the app's, or its category was taken away.
      case 40037, 43116, 47502 -> new Outcome.Halted(word, why);
      // This person, now: not theirs, left, window over, budget or subscription spent.
      case 40003, 43004, 43019, 43101, 45015, 45047 -> new Outcome.Refused(word, why);
      // WxJava wraps what happened on the wire.
      case -99 -> refusedConnection(e) ? unreachable() : new Outcome.Unknown(why);
      default -> new Outcome.Poisoned(word, why);
    };
  }

  private static Outcome unreachable() {
    return new Outcome.Later("unreachable", "WeChat does not take connections.", 2);
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
