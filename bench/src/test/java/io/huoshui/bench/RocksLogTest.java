package io.huoshui.bench;

import io.huoshui.engine.EventLog;
import io.huoshui.engine.LogContract;
import io.huoshui.engine.Seal;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/// The peer keeps the same promises, or the comparison would be none.
class RocksLogTest extends LogContract {
  @TempDir Path folder;

  @Override
  protected EventLog open(Seal seal) {
    return RocksLog.open(folder.resolve("log"), seal, true);
  }
}
