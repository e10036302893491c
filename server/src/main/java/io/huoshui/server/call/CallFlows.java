package io.huoshui.server.call;

import io.huoshui.dialog.CallFlow;
import io.huoshui.dialog.Dialogue;
import io.huoshui.dialog.Ear;
import io.huoshui.dialog.Listener;
import io.huoshui.engine.Engine;
import io.huoshui.platforms.llm.ChatEar;
import io.huoshui.server.Settings;
import java.time.Duration;
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
  private final Settings.Model model;
  private final Map<String, Trained> trained = new ConcurrentHashMap<>();

  CallFlows(CallFlowStore store, Engine engine, Settings settings) {
    this.model = settings.platforms().telephone().model();
    this.store = store;
    this.engine = engine;
  }

  record Trained(CallFlowStore.Published published, Ear ear, Dialogue dialogue) {}

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
    Ear ear = ear(published.flow());
    var made =
        new Trained(published, ear, new Dialogue(published.flow(), ear, engine.ask().zone()));
    trained.put(name, made);
    return made;
  }

  private Ear ear(CallFlow flow) {
    Listener own = Listener.of(flow);
    return model.url().isEmpty()
        ? own
        : new ChatEar(
            new ChatEar.Account(
                model.url(), model.key(), model.name(), Duration.ofMillis(model.patienceMs())),
            flow,
            own);
  }

  /// Trained again when it is next asked for.
  void changed(String name) {
    trained.remove(name);
  }
}
