package io.huoshui.server.community;

import org.springframework.stereotype.Component;

/// What groups do when time passes: plans post, invitations go out, the night reads.
@Component
public class CommunityTime {
  private final GroupPlans plans;
  private final GroupMoves moves;
  private final GroupSync sync;

  CommunityTime(GroupPlans plans, GroupMoves moves, GroupSync sync) {
    this.plans = plans;
    this.moves = moves;
    this.sync = sync;
  }

  public void pass() {
    plans.pass();
    moves.pass();
    sync.pass();
  }
}
