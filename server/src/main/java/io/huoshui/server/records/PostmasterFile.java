package io.huoshui.server.records;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// PostgreSQL's own `postmaster.pid`: line 1 the process, line 4 the port, line 8 the status.
///
/// @param ready whether it takes connections
record PostmasterFile(long pid, boolean ready) {
  static Path in(Path cluster) {
    return cluster.resolve("postmaster.pid");
  }

  /// Empty when there is none, or when it is being written this moment.
  static Optional<PostmasterFile> read(Path cluster) throws IOException {
    try {
      List<String> lines = Files.readAllLines(in(cluster));
      if (lines.isEmpty() || !lines.getFirst().strip().matches("\\d{1,18}")) {
        return Optional.empty();
      }
      boolean ready = lines.size() >= 8 && lines.get(7).strip().equals("ready");
      return Optional.of(new PostmasterFile(Long.parseLong(lines.getFirst().strip()), ready));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }

  /// The living process of this number, when its command line says that it serves `cluster`. A
  /// number alone proves nothing: after a reboot another program has it.
  Optional<ProcessHandle> server(Path cluster) {
    return ProcessHandle.of(pid)
        .filter(ProcessHandle::isAlive)
        .filter(
            process -> {
              ProcessHandle.Info info = process.info();
              return info.arguments().map(List::of).orElse(List.of()).contains(cluster.toString())
                  || info.commandLine().orElse("").contains(" -D " + cluster + " ");
            });
  }

  /// Whether any process works inside `cluster`: a backend that outlived its postmaster. Only Linux
  /// tells; elsewhere PostgreSQL's own check has to do.
  static boolean inhabited(Path cluster) {
    return ProcessHandle.allProcesses()
        .anyMatch(
            process -> {
              try {
                return Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/cwd"))
                    .equals(cluster);
              } catch (IOException | UnsupportedOperationException _) {
                // Gone since it was listed, or not ours to look at; then it is not our PostgreSQL.
                return false;
              }
            });
  }
}
