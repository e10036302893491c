package io.huoshui.server.flow;

import java.time.Instant;
import org.springframework.stereotype.Component;

/// Tags are carried to platforms, and looked at there.
@Component
class TagRound implements Round {
  private final TagSync tags;

  TagRound(TagSync tags) {
    this.tags = tags;
  }

  @Override
  public Place place() {
    return new Place("tags", Beat.TICK, 50);
  }

  @Override
  public void pass(Instant before, Instant now) {
    tags.pass();
  }
}
