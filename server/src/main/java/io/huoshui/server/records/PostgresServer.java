package io.huoshui.server.records;

import io.huoshui.server.records.RecordsException.Kind;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A PostgreSQL 18 of our own, one process beside this one, with its data under `<data>/pg`:
///
/// ```
/// pg/server-18.6.0/   the programs, unpacked once; elsewhere where several data folders share them
/// pg/cluster/         the database's files, owned by the account it runs under, 0700
/// pg/password         of the one login, 0600
/// pg/port             the last port, taken again when it is free
/// pg/log              what PostgreSQL says about its own life; statement errors go to the caller
/// pg/lock             held while this process lives
/// ```
///
/// It listens on 127.0.0.1 only, asks for the password (SCRAM), writes through to the disk
/// (`fsync`), and keeps small: the whole product has to live in 700 MB.
///
/// A server that outlived its owner (the owner was killed) is stopped and started again, not
/// adopted: the dead owner's open transactions would keep their locks, and it might run with other
/// settings or an older program. That costs half a second and is the way of every start.
public final class PostgresServer implements Database {
  private static final String LOGIN = "huoshui";
  private static final String DATABASE = "huoshui";
  private static final Duration INITDB_LIMIT = Duration.ofMinutes(3);

  /// Crash recovery replays at most `max_wal_size`; on a slow disk that takes minutes, not hours.
  private static final Duration START_LIMIT = Duration.ofMinutes(10);

  private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

  /// How long a predecessor's last processes get to leave.
  private static final Duration STALE_LIMIT = Duration.ofSeconds(30);

  private static final int PORT_TRIES = 5;
  private static final long LOG_LIMIT_BYTES = 4L << 20;

  private static final Map<String, String> SETTINGS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("listen_addresses", "127.0.0.1"),
              Map.entry("unix_socket_directories", ""),
              Map.entry("max_connections", "20"),
              Map.entry("superuser_reserved_connections", "1"),
              Map.entry("shared_buffers", "32MB"),
              Map.entry("work_mem", "8MB"),
              Map.entry("maintenance_work_mem", "32MB"),
              Map.entry("max_wal_size", "256MB"),
              Map.entry("jit", "off"),
              Map.entry("huge_pages", "off"),
              // Two cores are shared with the engine: no helpers per query, no reading processes.
              Map.entry("max_parallel_workers_per_gather", "0"),
              Map.entry("io_method", "sync"),
              Map.entry("max_logical_replication_workers", "0"),
              Map.entry("autovacuum", "on"),
              Map.entry("autovacuum_max_workers", "1"),
              Map.entry("fsync", "on"),
              Map.entry("full_page_writes", "on"),
              Map.entry("synchronous_commit", "on"),
              Map.entry("TimeZone", "UTC"),
              Map.entry("log_timezone", "UTC"),
              Map.entry("lc_messages", "C"),
              Map.entry("log_checkpoints", "off"),
              // Errors of statements reach whoever sent them; the log is about the server.
              Map.entry("log_min_messages", "log"),
              Map.entry("log_min_error_statement", "panic")));

  private final FolderLock lock;
  private final Account account;
  private final Installation installation;
  private final Path cluster;
  private final Process process;
  private final int port;
  private final String password;

  private PostgresServer(
      FolderLock lock,
      Account account,
      Installation installation,
      Path cluster,
      Process process,
      int port,
      String password) {
    this.lock = lock;
    this.account = account;
    this.installation = installation;
    this.cluster = cluster;
    this.process = process;
    this.port = port;
    this.password = password;
  }

  /// Starts the server of this data folder, making everything that is missing.
  ///
  /// @throws RecordsException when it can not: the folder is in use, full, closed, or of another
  ///   PostgreSQL
  public static PostgresServer start(Path dataDir) {
    return start(dataDir, null);
  }

  /// @param programs a folder for the programs that several data folders share, made when it is
  ///   missing; null to keep them with the data
  /// @throws RecordsException as [#start(Path)]
  public static PostgresServer start(Path dataDir, @Nullable Path programs) {
    try {
      Files.createDirectories(dataDir);
      Path folder = dataDir.toRealPath().resolve("pg");
      Files.createDirectories(folder);
      // PostgreSQL's account passes through but can not list.
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
      FolderLock lock = FolderLock.take(folder);
      try {
        return start(folder, lock, programs);
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (UnsupportedOperationException e) {
      // Not a POSIX file system: Windows.
      throw new RecordsException(
          "records.no_binaries",
          Kind.USER,
          "No PostgreSQL is built in for "
              + System.getProperty("os.name")
              + ". Run one of your own and set HUOSHUI_DB_URL, HUOSHUI_DB_USER and"
              + " HUOSHUI_DB_PASSWORD.",
          e);
    } catch (IOException e) {
      String said = e.getClass().getSimpleName() + ": " + e.getMessage();
      throw failure("The records' folder under " + dataDir + " can not be used", said, e);
    }
  }

  private static PostgresServer start(Path folder, FolderLock lock, @Nullable Path programs)
      throws IOException {
    Installation installation =
        programs == null ? Installation.in(folder) : Installation.shared(programs);
    Account account = Account.choose(folder, installation);
    String password = password(folder);
    Path cluster = cluster(folder, installation, account, password);
    stopOrphan(cluster, installation, account);
    rotateLog(folder);
    Running running = launch(folder, cluster, installation, account);
    var server =
        new PostgresServer(
            lock, account, installation, cluster, running.process, running.port, password);
    try {
      server.ensureDatabase();
      return server;
    } catch (RuntimeException e) {
      server.stop();
      throw e;
    }
  }

  /// The way into a server that another process on this machine started and keeps.
  public static Database beside(Path dataDir) {
    Path folder = dataDir.resolve("pg");
    try {
      return new OutsideDatabase(
          "jdbc:postgresql://127.0.0.1:"
              + Files.readString(folder.resolve("port")).strip()
              + "/"
              + DATABASE,
          LOGIN,
          Files.readString(folder.resolve("password")).strip());
    } catch (IOException e) {
      throw failure(
          "The way into PostgreSQL of " + folder + " can not be read", String.valueOf(e), e);
    }
  }

  @Override
  public String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE;
  }

  @Override
  public String user() {
    return LOGIN;
  }

  @Override
  public String password() {
    return password;
  }

  /// The postmaster's process number.
  public long pid() {
    return process.pid();
  }

  /// Whether the process lives. It does not come back by itself: start anew.
  public boolean running() {
    return process.isAlive();
  }

  /// Stops at once but cleanly: open connections are cut, their transactions rolled back. A second
  /// call does nothing.
  @Override
  public void close() {
    stop();
    try {
      lock.close();
    } catch (IOException e) {
      throw failure("The lock of " + cluster.getParent() + " can not be given back", "", e);
    }
  }

  @Override
  public String toString() {
    return "PostgresServer[" + jdbcUrl() + ", process " + pid() + ", " + cluster + "]";
  }

  /// The one login's password, made at the first start. Read by nobody but this process's user.
  private static String password(Path folder) throws IOException {
    Path file = folder.resolve("password");
    try {
      return Files.readString(file).strip();
    } catch (NoSuchFileException _) {
      if (Files.exists(folder.resolve("cluster"))) {
        throw new RecordsException(
            "records.password_missing",
            Kind.USER,
            "The database in "
                + folder.resolve("cluster")
                + " needs the password in "
                + file
                + ", which is gone. Put it back from a backup; the password in it is the only"
                + " one.");
      }
    }
    byte[] random = new byte[24];
    new SecureRandom().nextBytes(random);
    String password = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    Path part = folder.resolve("password.part");
    Files.deleteIfExists(part);
    writeSecret(part, password);
    Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    return password;
  }

  private static void writeSecret(Path file, String secret) throws IOException {
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(file, secret + "\n");
  }

  /// The database's files: checked when they are there, else made beside and renamed.
  private static Path cluster(
      Path folder, Installation installation, Account account, String password) throws IOException {
    Path cluster = folder.resolve("cluster");
    if (Files.exists(cluster)) {
      checkVersion(cluster);
      account.own(cluster);
      return cluster;
    }
    Path part = folder.resolve("cluster.part");
    Installation.deleteTree(part);
    Files.createDirectory(
        part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    // In the account's own folder, because initdb reads it under the account.
    Path secret = folder.resolve("initdb-password");
    Files.deleteIfExists(secret);
    try {
      writeSecret(secret, password);
      account.own(part);
      account.own(secret);
      Command.Outcome outcome =
          Command.of(
                  account.prefix(),
                  installation.program("initdb"),
                  "-D",
                  part,
                  "--username=" + LOGIN,
                  "--pwfile=" + secret,
                  "--auth=scram-sha-256",
                  "--encoding=UTF8",
                  "--locale-provider=builtin",
                  "--builtin-locale=C.UTF-8",
                  "--no-locale",
                  "--no-instructions",
                  "--set=unix_socket_directories=")
              .run(INITDB_LIMIT);
      if (!outcome.ok()) {
        throw failure("PostgreSQL can not make its files in " + part, outcome.said(), null);
      }
    } finally {
      Files.deleteIfExists(secret);
    }
    Files.move(part, cluster, StandardCopyOption.ATOMIC_MOVE);
    return cluster;
  }

  private static void checkVersion(Path cluster) throws IOException {
    Path file = cluster.resolve("PG_VERSION");
    String version = Files.exists(file) ? Files.readString(file).strip() : "(no PG_VERSION file)";
    if (!version.equals(Integer.toString(Installation.MAJOR))) {
      throw new RecordsException(
          "records.wrong_version",
          Kind.USER,
          "The files in "
              + cluster
              + " are of PostgreSQL "
              + version
              + ", this Huoshui carries "
              + Installation.MAJOR
              + ". Start the release of Huoshui that wrote them and export, or dump them with"
              + " pg_dump "
              + version
              + " and load them here; or start with another --data-dir.");
    }
  }

  private static void stopOrphan(Path cluster, Installation installation, Account account)
      throws IOException {
    var orphan = PostmasterFile.read(cluster).flatMap(file -> file.server(cluster));
    if (orphan.isEmpty()) {
      return;
    }
    ProcessHandle process = orphan.get();
    String program = process.info().command().orElse("");
    if (!program.isEmpty() && !ours(Path.of(program), cluster, installation)) {
      throw new RecordsException(
          "records.folder_in_use",
          Kind.USER,
          "The files in "
              + cluster
              + " are served by process "
              + process.pid()
              + ", a PostgreSQL that is not ours ("
              + program
              + "). Stop that one first, or start with another --data-dir.");
    }
    Command.Outcome outcome = stop(cluster, installation, account, "fast");
    if (process.isAlive()) {
      outcome = stop(cluster, installation, account, "immediate");
    }
    if (process.isAlive() && !gone(process)) {
      throw new RecordsException(
          "records.folder_in_use",
          Kind.USER,
          "The files in "
              + cluster
              + " are still served by process "
              + process.pid()
              + ", whose owner died; it does not stop: "
              + outcome.said()
              + ". End it (kill -QUIT "
              + process.pid()
              + ") and start again.");
    }
  }

  /// Of the programs that are used now, or of those beside the data, where they were before.
  private static boolean ours(Path program, Path cluster, Installation installation) {
    return Stream.of(installation.home(), cluster)
        .map(Path::getParent)
        .anyMatch(folder -> folder != null && program.startsWith(folder));
  }

  private static boolean gone(ProcessHandle process) {
    try {
      process.onExit().get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Command.interrupted(e);
    } catch (ExecutionException | TimeoutException _) {
      return false;
    }
  }

  /// SIGINT through pg_ctl: SIGTERM would wait for every open connection to leave by itself.
  private static Command.Outcome stop(
      Path cluster, Installation installation, Account account, String mode) throws IOException {
    return Command.of(
            account.prefix(),
            installation.program("pg_ctl"),
            "stop",
            "-D",
            cluster,
            "-m",
            mode,
            "-w",
            "-t",
            STOP_LIMIT.toSeconds())
        .run(STOP_LIMIT.plusSeconds(10));
  }

  private void stop() {
    if (!process.isAlive()) {
      return;
    }
    try {
      stop(cluster, installation, account, "fast");
      if (process.isAlive() && !gone(process.toHandle())) {
        // What was committed is in the log and comes back at the next start.
        stop(cluster, installation, account, "immediate");
      }
    } catch (IOException e) {
      throw failure("PostgreSQL in " + cluster + " can not be stopped", "", e);
    }
  }

  private static void rotateLog(Path folder) throws IOException {
    Path log = folder.resolve("log");
    if (Files.exists(log) && Files.size(log) > LOG_LIMIT_BYTES) {
      Files.move(log, folder.resolve("log.old"), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private record Running(Process process, int port) {}

  private static Running launch(
      Path folder, Path cluster, Installation installation, Account account) throws IOException {
    long staleUntil = System.nanoTime() + STALE_LIMIT.toNanos();
    int port = port(folder);
    int portTries = 1;
    while (true) {
      File log = folder.resolve("log").toFile();
      long logStart = log.length();
      Process process = spawn(cluster, installation, account, port, log);
      if (awaitReady(process, cluster)) {
        Files.writeString(folder.resolve("port"), port + "\n");
        return new Running(process, port);
      }
      String said = tail(log.toPath(), logStart);
      boolean portTaken =
          said.contains("could not bind") || said.contains("Address already in use");
      boolean stale = said.contains("lock file") || said.contains("shared memory block");
      if (portTaken && portTries < PORT_TRIES) {
        port = freePort();
        portTries++;
      } else if (stale && System.nanoTime() < staleUntil) {
        dropStaleFile(cluster);
        pause(Duration.ofMillis(100));
      } else if (stale) {
        throw new RecordsException(
            "records.folder_in_use",
            Kind.USER,
            "PostgreSQL does not start in "
                + cluster
                + ", a predecessor has not left after "
                + STALE_LIMIT.toSeconds()
                + " s: "
                + said
                + ". End that process and start again.");
      } else {
        throw failure("PostgreSQL does not start in " + cluster, said, null);
      }
    }
  }

  /// A file that names a number now used by another program keeps PostgreSQL from starting for ever
  /// (a container starts its numbers anew each time). It may go only when nothing works in the
  /// folder: removed under a living backend it would let two servers write the same files.
  private static void dropStaleFile(Path cluster) throws IOException {
    var file = PostmasterFile.read(cluster);
    boolean linux = Files.isDirectory(Path.of("/proc/self"));
    if (file.isPresent()
        && linux
        && file.get().server(cluster).isEmpty()
        && !PostmasterFile.inhabited(cluster)) {
      Files.deleteIfExists(PostmasterFile.in(cluster));
    }
  }

  private static Process spawn(
      Path cluster, Installation installation, Account account, int port, File log)
      throws IOException {
    var words = new ArrayList<String>();
    // A session of its own: Ctrl-C in the terminal goes to the whole foreground group and would
    // stop the records before whoever still writes to them.
    if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
      words.add("/usr/bin/setsid");
    }
    words.addAll(account.prefix());
    words.addAll(
        List.of(
            installation.program("postgres").toString(),
            "-D",
            cluster.toString(),
            "-c",
            "port=" + port));
    SETTINGS.forEach((name, value) -> words.addAll(List.of("-c", name + "=" + value)));
    ProcessBuilder builder = new Command(words).builder();
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log));
    builder.redirectInput(new File("/dev/null"));
    return builder.start();
  }

  /// @return false when the process ended instead
  private static boolean awaitReady(Process process, Path cluster) throws IOException {
    long until = System.nanoTime() + START_LIMIT.toNanos();
    while (process.isAlive()) {
      var file = PostmasterFile.read(cluster);
      if (file.isPresent() && file.get().pid() == process.pid() && file.get().ready()) {
        return true;
      }
      if (System.nanoTime() > until) {
        process.destroyForcibly();
        throw new RecordsException(
            "records.start_too_slow",
            Kind.RESOURCES,
            "PostgreSQL in "
                + cluster
                + " is not ready after "
                + START_LIMIT.toMinutes()
                + " minutes. Look at the log beside it and at the disk, then start again.");
      }
      pause(Duration.ofMillis(10));
    }
    return false;
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Command.interrupted(e);
    }
  }

  private static String tail(Path log, long from) throws IOException {
    try (var channel = Files.newByteChannel(log, StandardOpenOption.READ)) {
      channel.position(Math.max(from, channel.size() - 4_000));
      var buffer = ByteBuffer.allocate(4_000);
      while (buffer.hasRemaining() && channel.read(buffer) >= 0) {}
      buffer.flip();
      return StandardCharsets.UTF_8
          .decode(buffer)
          .toString()
          .strip()
          .replaceAll("\\s*\\R\\s*", "; ");
    }
  }

  /// The last one when it is free, so that a connection string written down elsewhere stays good.
  private static int port(Path folder) throws IOException {
    Path file = folder.resolve("port");
    if (Files.exists(file)) {
      String last = Files.readString(file).strip();
      if (last.matches("\\d{4,5}") && free(Integer.parseInt(last))) {
        return Integer.parseInt(last);
      }
    }
    return freePort();
  }

  private static boolean free(int port) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException | IllegalArgumentException _) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void ensureDatabase() {
    String maintenance = "jdbc:postgresql://127.0.0.1:" + port + "/postgres";
    try (var connection = DriverManager.getConnection(maintenance, LOGIN, password);
        var statement = connection.createStatement()) {
      boolean there;
      try (var rows =
          statement.executeQuery(
              "select exists (select from pg_database where datname = '" + DATABASE + "')")) {
        rows.next();
        there = rows.getBoolean(1);
      }
      if (!there) {
        statement.execute("create database " + DATABASE);
      }
    } catch (SQLException e) {
      if ("28P01".equals(e.getSQLState())) {
        throw new RecordsException(
            "records.password_wrong",
            Kind.USER,
            "The database in "
                + cluster
                + " does not take the password in "
                + cluster.resolveSibling("password")
                + ". Put the file back from a backup made together with the database.",
            e);
      }
      throw failure("PostgreSQL in " + cluster + " started but does not work", e.getMessage(), e);
    }
  }

  /// One place that tells a full disk from the rest.
  private static RecordsException failure(
      String what, @Nullable String reason, @Nullable Throwable cause) {
    String said = reason == null ? "" : reason;
    String text = said.toLowerCase(Locale.ROOT);
    if (text.contains("no space left") || text.contains("disk quota exceeded")) {
      return new RecordsException(
          "records.disk_full",
          Kind.RESOURCES,
          what + ": the disk is full. Free some space (300 MB at least) and start again. " + said,
          cause);
    }
    if (text.contains("read-only file system") || text.contains("accessdenied")) {
      return new RecordsException(
          "records.folder_closed",
          Kind.USER,
          what + ": it may not be written. Choose another --data-dir, or allow it. " + said,
          cause);
    }
    return new RecordsException(
        "records.postgres_failed",
        Kind.INTERNAL,
        what
            + (said.isEmpty() ? "" : ": " + said)
            + ". The whole of it is in the file 'log' beside.",
        cause);
  }
}
