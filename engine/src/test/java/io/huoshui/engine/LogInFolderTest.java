package io.huoshui.engine;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LogInFolderTest extends LogContract {
  @TempDir Path folder;

  @Override
  protected EventLog open(Seal seal) {
    return SegmentLog.open(Storage.of(folder), seal);
  }
}
