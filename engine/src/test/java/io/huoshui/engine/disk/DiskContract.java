package io.huoshui.engine.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.engine.disk.Disk.DiskFile;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every disk does, as long as nothing goes wrong.
abstract class DiskContract {
  /// The same folder each time, as another process would see it.
  abstract Disk disk();

  @Test
  void anEmptyFolderHasNoNames() {
    assertThat(disk().list("")).isEmpty();
    assertThat(disk().list("log")).isEmpty();
  }

  @Test
  void whatWasWrittenIsReadWhereItWasWritten() {
    try (DiskFile file = disk().create("log/a")) {
      write(file, 0, "hello");
      write(file, 3, "p, me");
      assertThat(read(file, 0, 100)).isEqualTo("help, me");
      assertThat(read(file, 4, 2)).isEqualTo(", ");
      assertThat(read(file, 8, 10)).as("at the end").isEmpty();
      assertThat(read(file, 80, 10)).as("behind the end").isEmpty();
      assertThat(file.size()).isEqualTo(8);
    }
    try (DiskFile file = disk().open("log/a")) {
      assertThat(read(file, 0, 100)).isEqualTo("help, me");
    }
  }

  @Test
  void aHoleReadsAsZeros() {
    try (DiskFile file = disk().create("a")) {
      write(file, 2_000, "x");
      assertThat(file.size()).isEqualTo(2_001);
      assertThat(read(file, 0, 2_001)).isEqualTo("\0".repeat(2_000) + "x");
    }
  }

  @Test
  void aFileIsMadeShorterAndNotLonger() {
    try (DiskFile file = disk().create("a")) {
      write(file, 0, "x".repeat(1_500));
      file.truncate(700);
      file.truncate(1_000);
      assertThat(file.size()).isEqualTo(700);
      write(file, 900, "y");
      assertThat(read(file, 699, 300)).isEqualTo("x" + "\0".repeat(200) + "y");
    }
  }

  @Test
  void aMapShowsTheWholeFile() {
    try (DiskFile file = disk().create("log/a");
        Arena arena = Arena.ofConfined()) {
      assertThat(disk().map("log/a", arena).byteSize()).isZero();
      write(file, 0, "a".repeat(5_000) + "z");
      file.force();
      var map = disk().map("log/a", arena);
      assertThat(map.byteSize()).isEqualTo(5_001);
      assertThat(map.get(ValueLayout.JAVA_BYTE, 5_000)).isEqualTo((byte) 'z');
      assertThat(map.isReadOnly()).isTrue();
      disk().delete("log/a");
      assertThat(map.get(ValueLayout.JAVA_BYTE, 5_000)).isEqualTo((byte) 'z');
    }
  }

  @Test
  void namesAreListedByFolderInOrder() {
    for (String name : List.of("log/b", "log/a", "c", "other/a")) {
      disk().create(name).close();
    }
    assertThat(disk().list("")).containsExactly("c");
    assertThat(disk().list("log")).containsExactly("a", "b");
  }

  @Test
  void aRenamedFileKeepsItsBytesAndWhoHasItOpen() {
    Disk disk = disk();
    try (DiskFile file = disk.create("log/next");
        DiskFile old = disk.create("log/1.seg")) {
      write(file, 0, "new");
      write(old, 0, "old");
      disk.rename("log/next", "log/1.seg");
      disk.forceFolder("log");
      write(file, 3, "er");
      assertThat(disk.list("log")).containsExactly("1.seg");
      try (DiskFile again = disk.open("log/1.seg")) {
        assertThat(read(again, 0, 10)).isEqualTo("newer");
      }
    }
  }

  @Test
  void whatIsNotThereFails() {
    disk().create("a").close();
    failed("it is not there", () -> disk().open("b"));
    failed("it is not there", () -> disk().delete("log/b"));
    failed("b", () -> disk().rename("b", "c"));
    failed("it is not there", () -> disk().map("b", Arena.global()));
    failed("the name is taken", () -> disk().create("a"));
  }

  @Test
  void aClosedFileIsNotUsed() {
    DiskFile file = disk().create("a");
    file.close();
    file.close();
    failed("", () -> write(file, 0, "x"));
    failed("", () -> read(file, 0, 1));
    failed("", file::force);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../a", "a/b/c", "/a", "a/", "", ".", "..", "a b", "log/..", "log/.a"})
  void aNameThatLeadsElsewhereIsRefused(String name) {
    assertThatThrownBy(() -> disk().create(name)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> disk().open(name)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> disk().list(name + "/")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void oneHoldsTheFolderAtATime() {
    try (Disk.Lock held = disk().lock()) {
      assertThat(held).isNotNull();
      assertThatThrownBy(() -> disk().lock())
          .isInstanceOfSatisfying(
              DiskException.class, e -> assertThat(e.code()).isEqualTo(DiskException.Code.LOCKED))
          .hasMessageContaining("Another process holds");
    }
    disk().lock().close();
  }

  static void write(DiskFile file, long position, String text) {
    file.write(position, ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  static String read(DiskFile file, long position, int length) {
    ByteBuffer into = ByteBuffer.allocate(length);
    int read = file.read(position, into);
    assertThat(into.position()).isEqualTo(read);
    return new String(into.array(), 0, read, StandardCharsets.ISO_8859_1);
  }

  static void failed(String words, ThrowingCallable deed) {
    fails(DiskException.Code.FAILED, words, deed);
  }

  static void fails(DiskException.Code code, String words, ThrowingCallable deed) {
    assertThatThrownBy(deed)
        .isInstanceOfSatisfying(DiskException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(words);
  }
}
