package io.huoshui.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A Redis of this machine, begun in a folder of its own and stopped again, and as much of its
/// protocol as a peer needs: commands are collected and sent as one pipeline.
final class Redis implements AutoCloseable {
  private final Path folder;
  private final Process process;
  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private final ByteArrayOutputStream pipeline = new ByteArrayOutputStream(1 << 20);
  private final byte[] buffer = new byte[1 << 16];
  private int at;
  private int end;
  private int commands;

  private Redis(Path folder, Process process, Socket socket) throws IOException {
    this.folder = folder;
    this.process = process;
    this.socket = socket;
    this.in = socket.getInputStream();
    this.out = socket.getOutputStream();
  }

  /// @param forced whether an append-only file is forced before each answer; else nothing is on
  ///   disk
  /// @return null when no Redis is installed
  static @Nullable Redis start(boolean forced) throws IOException {
    Path folder = Files.createTempDirectory("huoshui-bench-redis");
    int port = 20_000 + (int) (ProcessHandle.current().pid() % 20_000) + (forced ? 1 : 0);
    var command =
        new ArrayList<>(
            List.of(
                "redis-server",
                "--bind",
                "127.0.0.1",
                "--port",
                String.valueOf(port),
                "--dir",
                folder.toString(),
                "--save",
                ""));
    if (forced) {
      command.addAll(List.of("--appendonly", "yes", "--appendfsync", "always"));
    }
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log").toFile())
              .start();
    } catch (IOException e) {
      System.err.println("  no Redis beside it: " + e.getMessage());
      Peer.delete(folder);
      return null;
    }
    return new Redis(folder, process, connect(process, port));
  }

  private static Socket connect(Process process, int port) throws IOException {
    while (true) {
      try {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        return socket;
      } catch (IOException e) {
        if (!process.isAlive()) {
          throw new IOException("redis-server ended with " + process.exitValue(), e);
        }
        LockSupport.parkNanos(20_000_000);
      }
    }
  }

  /// Adds a command to the pipeline.
  void add(String... parts) {
    begin(parts.length);
    for (String part : parts) {
      part(part);
    }
  }

  /// Begins a command of so many parts.
  void begin(int parts) {
    commands++;
    ascii("*");
    ascii(Integer.toString(parts));
    ascii("\r\n");
  }

  void part(String text) {
    ascii("$");
    ascii(Integer.toString(text.length()));
    ascii("\r\n");
    ascii(text);
    ascii("\r\n");
  }

  @SuppressWarnings("deprecation")
  private void ascii(String text) {
    byte[] bytes = new byte[text.length()];
    text.getBytes(0, bytes.length, bytes, 0);
    pipeline.write(bytes, 0, bytes.length);
  }

  /// Sends the pipeline; each of its answers is a number.
  ///
  /// @return their sum
  long sum() throws IOException {
    int answers = commands;
    flush();
    long sum = 0;
    for (int i = 0; i < answers; i++) {
      sum += number();
    }
    return sum;
  }

  /// The same.
  ///
  /// @return how many of them are no more than `most`
  int atMost(long most) throws IOException {
    int answers = commands;
    flush();
    int found = 0;
    for (int i = 0; i < answers; i++) {
      found += number() <= most ? 1 : 0;
    }
    return found;
  }

  private void flush() throws IOException {
    pipeline.writeTo(out);
    pipeline.reset();
    commands = 0;
  }

  /// Sends the pipeline of one command, whose answer is texts.
  List<String> texts() throws IOException {
    flush();
    int items = (int) sized('*');
    var found = new ArrayList<String>(items);
    for (int i = 0; i < items; i++) {
      found.add(bulk());
    }
    return found;
  }

  /// Sends the pipeline of one command, whose answer is a text.
  String text() throws IOException {
    flush();
    return bulk();
  }

  /// Sends the pipeline of one command, whose answer is a word like `OK`.
  void words() throws IOException {
    flush();
    for (int c = next(); c != '\n'; c = next()) {}
  }

  private String bulk() throws IOException {
    int length = (int) sized('$');
    var text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append((char) next());
    }
    next();
    next();
    return text.toString();
  }

  private long number() throws IOException {
    return sized(':');
  }

  private long sized(char kind) throws IOException {
    int first = next();
    if (first != kind) {
      var said = new StringBuilder();
      for (int c = first; c != '\r'; c = next()) {
        said.append((char) c);
      }
      throw new IOException("Redis said " + said);
    }
    long number = 0;
    for (int c = next(); c != '\r'; c = next()) {
      number = number * 10 + c - '0';
    }
    next();
    return number;
  }

  private int next() throws IOException {
    if (at == end) {
      end = in.read(buffer);
      at = 0;
      if (end < 0) {
        throw new IOException("Redis closed the connection");
      }
    }
    return buffer[at++] & 0xFF;
  }

  /// What the server says of itself under a name, in `INFO`.
  double info(String name) throws IOException {
    add("INFO");
    for (String line : text().split("\r\n", -1)) {
      if (line.startsWith(name + ":")) {
        return Double.parseDouble(line.substring(name.length() + 1));
      }
    }
    throw new IOException("Redis says nothing of " + name);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      System.err.println("  Redis: " + e.getMessage());
    }
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Peer.delete(folder);
  }
}
