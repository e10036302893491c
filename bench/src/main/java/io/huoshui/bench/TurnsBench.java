package io.huoshui.bench;

import io.huoshui.dialog.CallFlow;
import io.huoshui.dialog.CallFlowJson;
import io.huoshui.dialog.Dialogue;
import io.huoshui.dialog.Dialogue.Effect;
import io.huoshui.dialog.Dialogue.Heard;
import io.huoshui.dialog.Listener;
import io.huoshui.dialog.Talk;
import io.huoshui.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What one turn of a talk takes to be understood and answered, on one core and without the
/// network: whoever is called waits for it before the robot speaks.
final class TurnsBench {
  private static final int TURNS = 100_000;

  private final int repeat;

  TurnsBench(int repeat) {
    this.repeat = repeat;
  }

  void run() {
    CallFlow flow = flow();
    long began = System.nanoTime();
    Listener ear = Listener.of(flow);
    double trained = (System.nanoTime() - began) / 1e6;
    var dialogue = new Dialogue(flow, ear, ZoneId.of("Asia/Shanghai"));
    var said = new ArrayList<String>();
    flow.intents().forEach(intent -> said.addAll(intent.examples()));
    var rates = new ArrayList<Double>();
    double p50 = 0;
    double p99 = 0;
    for (int round = 0; round <= repeat; round++) {
      long[] nanos = new long[TURNS];
      long from = System.nanoTime();
      Talk talk = begun(dialogue);
      for (int i = 0; i < TURNS; i++) {
        if (talk.end() != null) {
          talk = begun(dialogue);
        }
        long at = System.nanoTime();
        Dialogue.Step step =
            dialogue.advance(
                talk, new Heard.Words(said.get(i * 31 % said.size()), false), Instant.EPOCH);
        nanos[i] = System.nanoTime() - at;
        // Whoever was handed to a human is not heard any more.
        boolean handed =
            step.effects().stream().anyMatch(effect -> effect instanceof Effect.Transfer);
        talk = handed ? begun(dialogue) : step.talk();
      }
      double seconds = (System.nanoTime() - from) / 1e9;
      // The first round warms up.
      if (round > 0) {
        rates.add(TURNS / seconds);
        Arrays.sort(nanos);
        p50 = nanos[TURNS / 2] / 1e3;
        p99 = nanos[TURNS * 99 / 100] / 1e3;
      }
    }
    var figures = new Figures("turns of a talk", "turns/s", rates);
    figures.print();
    System.err.printf(
        Locale.ROOT,
        "  trained on %d sentences in %.0f ms; a turn: p50 %.0f µs, p99 %.0f µs%n",
        said.size(),
        trained,
        p50,
        p99);
    Figures.line(
        "turns",
        figures,
        new Figures[0],
        Double.NaN,
        "trainedMs",
        trained,
        "p50Us",
        p50,
        "p99Us",
        p99);
  }

  private static Talk begun(Dialogue dialogue) {
    return dialogue.advance(Talk.of(Map.of()), new Heard.Answered(), Instant.EPOCH).talk();
  }

  private static CallFlow flow() {
    for (String at : List.of("examples", "../examples")) {
      Path file = Path.of(at, "calls", "wake_up.json");
      if (Files.exists(file)) {
        try {
          return CallFlowJson.read(Json.parse(Files.readString(file)));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    }
    throw new IllegalStateException("examples/calls/wake_up.json is not there");
  }
}
