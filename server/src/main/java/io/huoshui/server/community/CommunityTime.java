package io.huoshui.server.community;

import io.huoshui.server.flow.Round;
import java.time.Instant;
import org.springframework.stereotype.Component;

/// What groups do when time passes: plans post, invitations go out, the night reads.
@Component
public class CommunityTime implements Round {
  private final GroupPlans plans;
  private final GroupMoves moves;
  private final GroupSync sync;

  CommunityTime(GroupPlans plans, GroupMoves moves, GroupSync sync) {
    this.plans = plans;
    this.moves = moves;
    this.sync = sync;
  }

  @Override
  public Place place() {
    return new Place("communities", Beat.WATCH, 90);
  }

  @Override
  public void pass(Instant before, Instant now) {
    plans.pass();
    moves.pass();
    sync.pass();
  }
}
