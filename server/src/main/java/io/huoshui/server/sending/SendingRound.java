package io.huoshui.server.sending;

import io.huoshui.server.flow.Round;
import java.time.Instant;
import org.springframework.stereotype.Component;

/// Posts go out, and guides who did not confirm in time will not.
@Component
class SendingRound implements Round {
  private final Posts posts;
  private final Masses masses;

  SendingRound(Posts posts, Masses masses) {
    this.posts = posts;
    this.masses = masses;
  }

  @Override
  public Place place() {
    return new Place("posts", Beat.DISPATCH, 20);
  }

  @Override
  public void pass(Instant before, Instant now) {
    posts.pass(now);
    masses.giveUpDue(now);
  }
}
