package io.huoshui.server.call;

import io.huoshui.server.profile.Forgotten;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/// What was said on the phone goes with the person.
@Component
class Forgetting {
  private final CallStore store;

  Forgetting(CallStore store) {
    this.store = store;
  }

  @EventListener
  void forgotten(Forgotten person) {
    var _ = store.forget(person.names());
  }
}
