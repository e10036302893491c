package io.huoshui.server.guide;

import org.springframework.stereotype.Service;

/// What time passing does here: the night's synchronisation begins, handovers go on.
@Service
public class GuideRounds {
  private final OrgSync sync;
  private final HandOvers handOvers;

  GuideRounds(OrgSync sync, HandOvers handOvers) {
    this.sync = sync;
    this.handOvers = handOvers;
  }

  public void pass() {
    sync.pass();
    handOvers.pass();
  }
}
