package io.huoshui.server.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import io.huoshui.server.records.RecordsException.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With the real PostgreSQL, its real files and real kills.
class PostgresServerTest {
  @TempDir Path root;

  private Path data = Path.of("");

  /// A folder in which a server has run before: making one takes seconds, copying it does not.
  @TempDir static Path shared;

  @BeforeAll
  static void runOnce() throws IOException {
    openToOthers(shared);
    PostgresServer.start(shared.resolve("data")).close();
  }

  @BeforeEach
  void open() throws IOException {
    openToOthers(root);
    data = root.resolve("data");
  }

  /// A temporary folder is closed to others; a data folder usually is not.
  private static void openToOthers(Path folder) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void usedBefore() throws IOException {
    var copy = Command.of(List.of("cp", "-a"), shared.resolve("data"), data);
    assertThat(copy.run(Duration.ofMinutes(1)).ok()).isTrue();
  }

  /// A failed test must not leave a server behind.
  @AfterEach
  void endLeftovers() throws IOException {
    Path cluster = data.resolve("pg/cluster");
    PostmasterFile.read(cluster)
        .flatMap(file -> file.server(cluster))
        .ifPresent(ProcessHandle::destroyForcibly);
  }

  @Test
  void firstStartMakesEverythingAndLetsInOnlyWithThePassword() throws Exception {
    try (var server = PostgresServer.start(data)) {
      assertThat(server.jdbcUrl()).matches("jdbc:postgresql://127\\.0\\.0\\.1:\\d+/huoshui");
      assertThat(text(server, "select version()")).startsWith("PostgreSQL 18.6");
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(data.resolve("pg/password"))))
          .isEqualTo("rw-------");
      assertThat(server.toString()).doesNotContain(server.password());
      assertThatThrownBy(
              () -> DriverManager.getConnection(server.jdbcUrl(), server.user(), "guess"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("password authentication failed");
    }
  }

  @Test
  void itIsSafeAndSmall() throws Exception {
    usedBefore();
    var expected =
        List.of(
            "fsync = on",
            "synchronous_commit = on",
            "full_page_writes = on",
            "data_checksums = on",
            "password_encryption = scram-sha-256",
            "listen_addresses = 127.0.0.1",
            "unix_socket_directories = ",
            "autovacuum = on",
            "jit = off",
            "shared_buffers = 32MB",
            "max_connections = 20",
            "server_encoding = UTF8",
            "log_timezone = UTC");
    try (var server = PostgresServer.start(data)) {
      for (String setting : expected) {
        String name = setting.substring(0, setting.indexOf(' '));
        assertThat(name + " = " + text(server, "show " + name)).isEqualTo(setting);
      }
      assertThat(
              text(server, "select string_agg(distinct auth_method, ',') from pg_hba_file_rules"))
          .isEqualTo("scram-sha-256");
    }
  }

  @Test
  void aCleanStopAndRestartKeepsRowsPasswordAndPort() throws Exception {
    usedBefore();
    String url;
    String password;
    long pid;
    try (var server = PostgresServer.start(data)) {
      url = server.jdbcUrl();
      password = server.password();
      pid = server.pid();
      run(server, "create table kept (n int)", "insert into kept values (1), (2)");
    }
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    try (var server = PostgresServer.start(data)) {
      assertThat(server.jdbcUrl()).isEqualTo(url);
      assertThat(server.password()).isEqualTo(password);
      assertThat(text(server, "select count(*) from kept")).isEqualTo("2");
    }
  }

  @Test
  void stoppingDoesNotWaitForAnOpenConnection() throws Exception {
    usedBefore();
    var server = PostgresServer.start(data);
    try (Connection open = connect(server)) {
      open.setAutoCommit(false);
      try (var statement = open.createStatement()) {
        statement.execute("create table undone (n int)");
      }
      server.close();
      assertThat(server.running()).isFalse();
    }
    server.close();
  }

  @Test
  void aTakenPortIsReplaced() throws Exception {
    usedBefore();
    int port;
    try (var server = PostgresServer.start(data)) {
      port = Integer.parseInt(server.jdbcUrl().replaceAll(".*:(\\d+)/.*", "$1"));
    }
    try (var taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
        var server = PostgresServer.start(data)) {
      assertThat(server.jdbcUrl()).doesNotContain(":" + taken.getLocalPort() + "/");
      assertThat(text(server, "select 1")).isEqualTo("1");
    }
  }

  @Test
  void killingItMidInsertKeepsEveryAckedRow() throws Exception {
    usedBefore();
    var acked = new AtomicInteger();
    var server = PostgresServer.start(data);
    run(server, "create table acked (n int primary key)");
    var enough = new CountDownLatch(200);
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  try (Connection connection = connect(server);
                      var insert = connection.prepareStatement("insert into acked values (?)")) {
                    for (int n = 1; ; n++) {
                      insert.setInt(1, n);
                      insert.executeUpdate();
                      acked.set(n);
                      enough.countDown();
                    }
                  } catch (SQLException _) {
                    // The kill; what was acked until now is what counts.
                  }
                });
    assertThat(enough.await(60, TimeUnit.SECONDS)).isTrue();
    ProcessHandle postmaster = ProcessHandle.of(server.pid()).orElseThrow();
    postmaster.destroyForcibly();
    postmaster.onExit().join();
    writer.join();
    server.close();
    // At once: backends may still live and the pid file is stale.
    try (var again = PostgresServer.start(data)) {
      assertThat(Integer.parseInt(text(again, "select count(*) from acked")))
          .isGreaterThanOrEqualTo(acked.get());
      assertThat(text(again, "select max(n) - count(*) from acked")).isEqualTo("0");
    }
  }

  @Test
  void aStaleFileThatNamesAnotherLivingProgramDoesNotBlock() throws Exception {
    usedBefore();
    try (var server = PostgresServer.start(data)) {
      run(server, "create table kept (n int)");
    }
    Path file = data.resolve("pg/cluster/postmaster.pid");
    // Of the account PostgreSQL runs under: others' processes it knows to be no PostgreSQL.
    Path folder = data.toRealPath().resolve("pg");
    Account account = Account.choose(folder, Installation.in(folder));
    Process other = Command.of(account.prefix(), "cat").builder().start();
    Files.writeString(
        file, other.pid() + "\n" + folder.resolve("cluster") + "\n0\n5432\n\n127.0.0.1\n\nready\n");
    try (var server = PostgresServer.start(data)) {
      assertThat(text(server, "select count(*) from kept")).isEqualTo("0");
      assertThat(other.isAlive()).isTrue();
    } finally {
      other.destroy();
    }
  }

  @Test
  void anOrphanIsStoppedAndStartedAgain() throws Exception {
    usedBefore();
    Process owner = owner();
    long orphan = startedBy(owner);
    owner.destroyForcibly().waitFor();
    assertThat(ProcessHandle.of(orphan).filter(ProcessHandle::isAlive)).isPresent();
    try (var server = PostgresServer.start(data)) {
      assertThat(server.pid()).isNotEqualTo(orphan);
      assertThat(ProcessHandle.of(orphan).filter(ProcessHandle::isAlive)).isEmpty();
      assertThat(text(server, "select 1")).isEqualTo("1");
    }
  }

  @Test
  void aSecondServerOnTheFolderIsRefusedByProcessNumber() throws Exception {
    usedBefore();
    try (var server = PostgresServer.start(data)) {
      RecordsException same = refusal();
      assertThat(same.code()).isEqualTo("records.folder_in_use");
      assertThat(same.kind()).isEqualTo(Kind.USER);
      assertThat(same)
          .hasMessageContaining(data.resolve("pg").toString())
          .hasMessageContaining("process " + ProcessHandle.current().pid());
      // The refusal took nothing away from the first.
      assertThat(text(server, "select 1")).isEqualTo("1");
      assertThat(refusal().code()).isEqualTo("records.folder_in_use");
    }
    Process owner = owner();
    startedBy(owner);
    assertThat(refusal()).hasMessageContaining("process " + owner.pid());
    owner.getOutputStream().close();
    assertThat(owner.waitFor()).isZero();
    PostgresServer.start(data).close();
  }

  @Test
  void aHalfUnpackedOrDamagedProgramFolderIsMadeAnew() throws Exception {
    Path home = data.resolve("pg/server-" + Installation.VERSION);
    Path part = data.resolve("pg/server-0.0.0.part");
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("bin/postgres"), "half");
    Files.createDirectories(part.resolve("share"));
    PostgresServer.start(data).close();
    assertThat(part).doesNotExist();
    assertThat(Files.size(home.resolve("bin/postgres"))).isGreaterThan(1_000_000);

    Files.writeString(home.resolve("share/postgresql/postgres.bki"), "");
    PostgresServer.start(data).close();
    assertThat(Files.size(home.resolve("share/postgresql/postgres.bki"))).isGreaterThan(100_000);
  }

  @Test
  void severalDataFoldersShareTheProgramsAndOneMayChangeToThem() throws Exception {
    Path programs = root.resolve("programs");
    Path home = programs.resolve("server-" + Installation.VERSION);
    Path other = root.resolve("other/data");
    try (var both = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<PostgresServer>> started =
          List.of(
              both.submit(() -> PostgresServer.start(data, programs)),
              both.submit(() -> PostgresServer.start(other, programs)));
      for (Future<PostgresServer> each : started) {
        try (PostgresServer server = each.get()) {
          assertThat(text(server, "select 1")).isEqualTo("1");
          assertThat(ProcessHandle.of(server.pid()).orElseThrow().info().command())
              .hasValueSatisfying(program -> assertThat(Path.of(program)).startsWith(home));
        }
      }
    }
    assertThat(data.resolve("pg/" + home.getFileName())).doesNotExist();
    // An owner that died under the programs beside its data, and comes back with shared ones.
    Process owner = owner();
    startedBy(owner);
    owner.destroyForcibly().waitFor();
    try (var server = PostgresServer.start(data, programs)) {
      assertThat(text(server, "select 1")).isEqualTo("1");
    }
  }

  @Test
  void programsThatOthersMayWriteAreNotRun() throws Exception {
    Path programs = Files.createDirectory(root.resolve("programs"));
    Files.setPosixFilePermissions(programs, PosixFilePermissions.fromString("rwxrwxr-x"));
    RecordsException refusal =
        catchThrowableOfType(
            RecordsException.class, () -> PostgresServer.start(data, programs).close());
    assertThat(refusal.code()).isEqualTo("records.foreign_programs");
    assertThat(refusal)
        .hasMessageContaining(programs.toRealPath() + " ")
        .hasMessageContaining("rwxrwxr-x");
    assertThat(programs).isEmptyDirectory();
  }

  @Test
  void aHalfMadeClusterIsMadeAnew() throws Exception {
    Path part = data.resolve("pg/cluster.part");
    Files.createDirectories(part);
    Files.writeString(part.resolve("PG_VERSION"), "18\n");
    try (var server = PostgresServer.start(data)) {
      assertThat(text(server, "select 1")).isEqualTo("1");
    }
    assertThat(part).doesNotExist();
    assertThat(data.resolve("pg/initdb-password")).doesNotExist();
  }

  @Test
  void anotherMajorVersionIsRefused() throws Exception {
    usedBefore();
    PostgresServer.start(data).close();
    Files.writeString(data.resolve("pg/cluster/PG_VERSION"), "15\n");
    RecordsException refusal = refusal();
    assertThat(refusal.code()).isEqualTo("records.wrong_version");
    assertThat(refusal).hasMessageContaining("PostgreSQL 15").hasMessageContaining("carries 18");
    // The refused start gave the folder back.
    Files.writeString(data.resolve("pg/cluster/PG_VERSION"), "18\n");
    PostgresServer.start(data).close();
  }

  @Test
  void aLostOrForeignPasswordIsSaid() throws Exception {
    usedBefore();
    PostgresServer.start(data).close();
    Path password = data.resolve("pg/password");
    String right = Files.readString(password);
    Files.delete(password);
    assertThat(refusal().code()).isEqualTo("records.password_missing");
    Files.writeString(password, "wrong\n");
    assertThat(refusal().code()).isEqualTo("records.password_wrong");
    Files.writeString(password, right);
    PostgresServer.start(data).close();
  }

  @Test
  void aFullDiskIsSaidAndLeavesNothingHalf() throws Exception {
    assumeTrue(new UnixSystem().getUid() == 0, "needs root, to mount a small disk");
    Path small = Files.createDirectory(root.resolve("small"));
    var mount =
        new Command(
            List.of("mount", "-t", "tmpfs", "-o", "size=90m,mode=755", "tmpfs", small.toString()));
    assumeTrue(mount.run(Duration.ofSeconds(10)).ok(), "may not mount here");
    try {
      for (int attempt = 0; attempt < 2; attempt++) {
        RecordsException full =
            catchThrowableOfType(
                RecordsException.class, () -> PostgresServer.start(small.resolve("data")).close());
        assertThat(full).hasMessageContaining("No space left on device");
        assertThat(full.code()).isEqualTo("records.disk_full");
        assertThat(full.kind()).isEqualTo(Kind.RESOURCES);
        assertThat(small.resolve("data/pg/cluster")).doesNotExist();
      }
      new Command(List.of("mount", "-o", "remount,size=400m", small.toString()))
          .run(Duration.ofSeconds(10));
      PostgresServer.start(small.resolve("data")).close();
    } finally {
      new Command(List.of("umount", small.toString())).run(Duration.ofSeconds(10));
    }
  }

  @Test
  void asRootUnderAFolderClosedToOthersItStillRunsOrSaysWhichFolder() throws Exception {
    assumeTrue(new UnixSystem().getUid() == 0, "only root has to become someone else");
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
    try (var server = PostgresServer.start(data)) {
      run(server, "create table kept (n int)");
    } catch (RecordsException e) {
      assertThat(e.code()).isEqualTo("records.folder_closed");
      assertThat(e).hasMessageContaining("the folder " + root + " lets nobody but its owner pass");
      assertThat(e).hasMessageContaining("chmod o+x " + root);
      return;
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root)))
        .isEqualTo("rwx------");
    // Opened later, the files go over to the other account and stay what they were.
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (var server = PostgresServer.start(data)) {
      assertThat(text(server, "select count(*) from kept")).isEqualTo("0");
    }
    assertThat(Files.getAttribute(data.resolve("pg/cluster"), "unix:uid")).isNotEqualTo(0);
  }

  @Test
  void anOutsideDatabaseIsUsedInstead() throws Exception {
    usedBefore();
    try (var server = PostgresServer.start(data)) {
      String login = "?user=" + server.user() + "&password=" + server.password();
      var environment = Map.of("HUOSHUI_DB_URL", server.jdbcUrl() + login);
      Path untouched = root.resolve("untouched");
      try (Database outside = Database.open(untouched, environment)) {
        assertThat(outside).isInstanceOf(OutsideDatabase.class);
        assertThat(outside.jdbcUrl()).isEqualTo(server.jdbcUrl());
        try (var connection =
            DriverManager.getConnection(outside.jdbcUrl(), outside.user(), outside.password())) {
          assertThat(connection.isValid(5)).isTrue();
        }
      }
      assertThat(untouched).doesNotExist();
      assertThat(server.running()).isTrue();

      RecordsException login28 =
          catchThrowableOfType(
              RecordsException.class,
              () -> OutsideDatabase.connect(server.jdbcUrl(), server.user(), "wrong-secret"));
      assertThat(login28.code()).isEqualTo("records.login_refused");
      assertThat(login28).hasMessageContaining("HUOSHUI_DB_PASSWORD");
      assertThat(login28.getMessage()).doesNotContain("wrong-secret");
      assertThat(
              catchThrowableOfType(
                      RecordsException.class,
                      () ->
                          OutsideDatabase.connect(
                              server.jdbcUrl().replace("/huoshui", "/nothing"),
                              server.user(),
                              server.password()))
                  .code())
          .isEqualTo("records.no_database");
    }
  }

  @Test
  void anOutsideDatabaseThatIsDownIsSaid() throws Exception {
    usedBefore();
    Database gone = PostgresServer.start(data);
    gone.close();
    RecordsException down =
        catchThrowableOfType(
            RecordsException.class,
            () -> OutsideDatabase.connect(gone.jdbcUrl(), gone.user(), gone.password()));
    assertThat(down.code()).isEqualTo("records.unreachable");
    assertThat(down.kind()).isEqualTo(Kind.EXTERNAL);
  }

  private RecordsException refusal() {
    return catchThrowableOfType(RecordsException.class, () -> PostgresServer.start(data).close());
  }

  private Process owner() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin/java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Owner.class.getName(),
            data.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private static long startedBy(Process owner) throws IOException {
    String line = owner.inputReader().readLine();
    assertThat(line).startsWith("started ");
    return Long.parseLong(line.substring("started ".length()));
  }

  private static Connection connect(Database database) throws SQLException {
    return DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
  }

  private static void run(Database database, String... statements) throws SQLException {
    try (var connection = connect(database);
        var statement = connection.createStatement()) {
      for (String each : statements) {
        statement.execute(each);
      }
    }
  }

  private static String text(Database database, String query) throws SQLException {
    try (var connection = connect(database);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
