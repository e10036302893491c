package io.huoshui.server.records;

import java.nio.file.Path;

/// A process that starts a server, says so on one line, and then does nothing until it is killed.
final class Owner {
  private Owner() {}

  public static void main(String[] args) throws Exception {
    try (var server = PostgresServer.start(Path.of(args[0]))) {
      System.out.println("started " + server.pid());
      System.out.flush();
      // Reads until whoever started this process goes away.
      while (System.in.read() >= 0) {}
    }
  }
}
