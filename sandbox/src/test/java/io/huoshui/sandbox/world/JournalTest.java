package io.huoshui.sandbox.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  @TempDir Path dir;

  private Path file() {
    return dir.resolve("journal");
  }

  private List<Entry> read() throws IOException {
    var entries = new ArrayList<Entry>();
    Journal.open(file(), entries::add).close();
    return entries;
  }

  private static final List<Entry> ENTRIES =
      List.of(
          new Entry.Begun(1, 2, 3, 4),
          new Entry.SmsTaken(
              5,
              "9^0",
              "k",
              "t",
              List.of("+8613800000001"),
              List.of("活水"),
              List.of("文\n本"),
              List.of(0)),
          new Entry.WecomTaken(6, "m", "text", "[]", List.of("wm1"), List.of("guide-0001")),
          new Entry.Stepped(7),
          new Entry.Delivered(8),
          new Entry.CrowdJoined(
              9,
              List.of(
                  new Entry.Member(
                      List.of(new Entry.Name("customerId", "shop", "1")),
                      0.5,
                      700,
                      "GBP",
                      "shop"))),
          new Entry.FaultsSet(Faults.NONE));

  private void writeAll() throws IOException {
    try (var journal = Journal.open(file(), _ -> {})) {
      ENTRIES.forEach(journal::append);
    }
  }

  @Test
  void whatWasAppendedIsReplayed() throws IOException {
    writeAll();
    assertThat(read()).isEqualTo(ENTRIES);
    assertThat(read()).isEqualTo(ENTRIES);
  }

  @Test
  void anEndCutOffAnywhereLosesOnlyTheLastLine() throws IOException {
    writeAll();
    byte[] whole = Files.readAllBytes(file());
    int lastLine = whole.length - 2;
    while (whole[lastLine - 1] != '\n') {
      lastLine--;
    }
    for (int length = lastLine; length < whole.length; length++) {
      Files.write(file(), java.util.Arrays.copyOf(whole, length));
      assertThat(read()).isEqualTo(ENTRIES.subList(0, ENTRIES.size() - 1));
      try (var journal = Journal.open(file(), _ -> {})) {
        journal.append(ENTRIES.getLast());
      }
      assertThat(read()).as("cut at %d", length).isEqualTo(ENTRIES);
    }
  }

  @Test
  void aLastLineOfRubbishIsDropped() throws IOException {
    writeAll();
    Files.writeString(file(), "00000000 {\"entry\":\"stepped\"}\n", StandardOpenOption.APPEND);
    assertThat(read()).isEqualTo(ENTRIES);
  }

  @Test
  void aBrokenLineBeforeGoodOnesIsRefused() throws IOException {
    writeAll();
    String text = Files.readString(file());
    Files.writeString(file(), text.replace("\"bizId\":\"9^0\"", "\"bizId\":\"8^0\""));
    assertThatThrownBy(this::read)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("line 2")
        .hasMessageContaining("restore the file");
    assertThat(Files.readAllBytes(file())).hasSize(text.getBytes(StandardCharsets.UTF_8).length);
  }

  @Test
  void twoAtOnceAreRefused() throws IOException {
    try (var journal = Journal.open(file(), _ -> {})) {
      assertThat(journal).isNotNull();
      assertThatThrownBy(this::read).hasMessageContaining("in use");
    }
  }
}
