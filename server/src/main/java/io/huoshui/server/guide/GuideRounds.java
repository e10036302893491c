package io.huoshui.server.guide;

import io.huoshui.server.flow.Round;
import java.time.Instant;
import org.springframework.stereotype.Service;

/// What time passing does here: the night's synchronisation begins, handovers go on.
@Service
public class GuideRounds implements Round {
  private final OrgSync sync;
  private final HandOvers handOvers;

  GuideRounds(OrgSync sync, HandOvers handOvers) {
    this.sync = sync;
    this.handOvers = handOvers;
  }

  @Override
  public Place place() {
    return new Place("guides", Beat.TICK, 70);
  }

  @Override
  public void pass(Instant before, Instant now) {
    sync.pass();
    handOvers.pass();
  }
}
