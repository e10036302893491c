package io.huoshui.engine.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderDiskTest extends DiskContract {
  @TempDir Path folder;

  @Override
  Disk disk() {
    return new FolderDisk(folder.resolve("engine"));
  }

  @Test
  void nothingIsTouchedBeforeTheFirstFile() {
    assertThat(disk().list("")).isEmpty();
    assertThat(folder).isEmptyDirectory();
    assertThat(disk().where()).isEqualTo(folder.resolve("engine").toString());
  }

  @Test
  void aFolderThatCanNotBeMadeIsSaid() throws IOException {
    Files.writeString(folder.resolve("engine"), "a file");
    failed("engine", () -> disk().create("log/a"));
    failed("lock", () -> disk().lock());
  }
}
