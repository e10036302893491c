package io.huoshui.engine;

import io.huoshui.event.Identifier;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Everything a state knows, as lines that can be compared.
public final class Portrait {
  private Portrait() {}

  /// What an engine knows now.
  public static List<String> of(Engine engine) {
    return engine.read(Portrait::of);
  }

  /// What a log says, read from its base or its first record; no engine has it open.
  ///
  /// @throws EngineException LOG_DAMAGED, LOCKED, WRONG_KEY
  public static List<String> of(Storage storage, Seal seal) {
    try (SegmentLog log = SegmentLog.inspect(storage, seal)) {
      var state = new State();
      new Base(storage.disk(), seal).replay(log, state, _ -> {});
      return of(state);
    }
  }

  static List<String> of(State state) {
    var lines = new ArrayList<String>();
    lines.add(state.now() + " " + state.zone() + " " + state.linkBase() + " " + state.nextBatch());
    View view = state.view();
    for (int node = 0; node < state.graph.nodes(); node++) {
      Identifier identifier = state.graph.identifier(node);
      lines.add(
          node + " " + identifier + identifier.value() + " of " + state.graph.profileOf(node));
    }
    for (int link = 0; link < state.graph.links(); link++) {
      lines.add(state.graph.linkAt(link).toString());
    }
    lines.add(state.graph.profiles() + " profiles, " + state.graph.merges() + " merges");
    for (int profile = 0; profile < state.graph.nodes(); profile++) {
      if (state.graph.profileOf(profile) != profile) {
        continue;
      }
      view.of(profile);
      var line = new StringBuilder("p" + profile + " o" + state.ordinals.of(profile));
      for (int i = 0; i < view.size(); i++) {
        line.append(' ')
            .append(view.name(i))
            .append('@')
            .append(view.timeMs(i))
            .append(view.source(i))
            .append(view.node(i))
            .append(view.properties(i));
      }
      lines.add(line.toString());
      lines.add(state.positionsOf(profile).toString());
      lines.add(state.touchpointsOf(profile).toString());
    }
    for (LiveSegment live : state.segments.values()) {
      lines.add(
          live.segment + " " + state.members(live) + " " + live.entered() + " " + live.left());
    }
    lines.add(state.audiences.toString());
    lines.add(new TreeMap<>(state.journeys).keySet() + " " + state.launchedAt);
    lines.add(new TreeMap<>(state.steered) + " " + state.arms + " " + state.piloted);
    lines.add(state.positions().toString());
    lines.add(state.touchpoints().toString());
    lines.add(state.departure + " " + state.guides());
    lines.add(state.outbox + " " + state.handovers + " held " + state.held());
    lines.add(state.activePositions() + " active");
    lines.add(state.occurrences.copy().toString());
    lines.add(state.changes.first() + " " + state.changes.copy());
    lines.add(state.ids.size() + " ids, " + state.events() + " events");
    return lines;
  }
}
