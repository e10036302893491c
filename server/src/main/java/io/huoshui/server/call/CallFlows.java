package io.huoshui.server.call;

import io.huoshui.dialog.Dialogue;
import io.huoshui.dialog.Listener;
import io.huoshui.engine.Engine;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/// The flows that lead calls, trained: the newest version of each, kept until a newer one is
/// published. A talk goes on by the version it began with.
@Component
class CallFlows {
  private final CallFlowStore store;
  private final Engine engine;
  private final Map<String, Trained> trained = new ConcurrentHashMap<>();

  CallFlows(CallFlowStore store, Engine engine) {
    this.store = store;
    this.engine = engine;
  }

  record Trained(CallFlowStore.Published published, Listener ear, Dialogue dialogue) {}

  /// @return null when there is no such flow
  @Nullable Trained find(String name) {
    Trained known = trained.get(name);
    if (known != null) {
      return known;
    }
    CallFlowStore.Published published = store.find(name).orElse(null);
    if (published == null) {
      return null;
    }
    Listener ear = Listener.of(published.flow());
    var made =
        new Trained(published, ear, new Dialogue(published.flow(), ear, engine.ask().zone()));
    trained.put(name, made);
    return made;
  }

  /// Trained again when it is next asked for.
  void changed(String name) {
    trained.remove(name);
  }
}
