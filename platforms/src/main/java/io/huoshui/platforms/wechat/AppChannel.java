package io.huoshui.platforms.wechat;

import io.huoshui.platforms.account.Failure;
import io.huoshui.platforms.account.Platform;
import io.huoshui.platforms.account.Verdict;
import io.huoshui.reach.Channel;
import io.huoshui.reach.Channel.Outcome;
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
      return outcome(Failure.of(Platform.WECHAT, e));
    } catch (NotSetUp e) {
      return new Outcome.Later("not_set_up", String.valueOf(e.getMessage()), 30);
    } catch (RuntimeException e) {
      return outcome(Failure.of(Platform.WECHAT, e));
    }
  }

  private static Outcome outcome(Failure failure) {
    return switch (failure) {
      case Failure.Unreachable(String why) -> new Outcome.Later("unreachable", why, 2);
      case Failure.Lost(String why) -> new Outcome.Unknown(why);
      case Failure.Answered(Verdict verdict, String why, int seconds) when seconds >= 0 ->
          new Outcome.Later(verdict.code(), why, seconds);
      case Failure.Answered(Verdict verdict, String why, int _) ->
          switch (verdict.about()) {
            // This person, now: not theirs, left, window over, budget or subscription spent.
            case PERSON, EVERYBODY -> new Outcome.Refused(verdict.code(), why);
            // The template is none of the app's, or its category was taken away.
            case THING -> new Outcome.Halted(verdict.code(), why);
            case CALL, ACCOUNT -> new Outcome.Poisoned(verdict.code(), why);
          };
    };
  }
}
