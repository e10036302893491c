package io.huoshui.platforms.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private final AtomicLong now = new AtomicLong();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  private ProgressLine line(boolean terminal, boolean chinese) {
    return new ProgressLine(
        new PrintStream(printed, true, StandardCharsets.UTF_8), terminal, chinese, now::get);
  }

  private void after(double seconds) {
    now.addAndGet((long) (seconds * 1e9));
  }

  private String printed() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void elsewhereALineEveryFewSeconds() {
    ProgressLine line = line(false, false);
    line.sending(0, 1_000);
    after(1);
    line.sending(100, 1_000);
    assertThat(printed()).isEmpty();
    after(2);
    line.sending(300, 1_000);
    assertThat(printed())
        .isEqualTo(
            "importing [███████·················]  30%  300 events  100 events/s  ETA 7 s\n");
  }

  @Test
  void onATerminalOneLineIsDrawnOver() {
    ProgressLine line = line(true, true);
    after(0.5);
    line.reading("销售.csv", 50, 100, 1_000);
    after(0.01);
    line.reading("销售.csv", 60, 100, 1_200);
    after(1);
    line.reading("销售.csv", 100, 100, 2_010);
    line.end();
    assertThat(printed().split("\r")).hasSize(3);
    assertThat(printed())
        .contains("读取 销售.csv [████████████············]  50%")
        .contains("100%  2,010 行  1,000 行/s  剩余 0 s")
        .endsWith("\n");
  }
}
