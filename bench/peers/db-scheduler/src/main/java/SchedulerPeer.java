import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.SchedulableInstance;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.Schedules;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;

/// A peer of `./huoshui bench journeys`: tasks in PostgreSQL, scheduled in batches, executed when they
/// are due with lock-and-fetch polling, and scheduled anew for thirty days later: the next step. Each
/// is executed once, and all wait for their next time, or there is no figure.
///
/// ```
/// java SchedulerPeer URL USER PASSWORD COUNT THREADS      out: SCHEDULED/s FIRED/s FORCE_MS
/// ```
final class SchedulerPeer {
  private static final int BATCH = 10_000;
  private static final Duration NEXT = Duration.ofDays(30);

  private SchedulerPeer() {}

  public static void main(String[] arguments) throws Exception {
    int count = Integer.parseInt(arguments[3]);
    int threads = Integer.parseInt(arguments[4]);
    var config = new HikariConfig();
    config.setJdbcUrl(arguments[0]);
    config.setUsername(arguments[1]);
    config.setPassword(arguments[2]);
    config.setMaximumPoolSize(threads + 4);
    config.addDataSourceProperty("reWriteBatchedInserts", "true");
    try (var database = new HikariDataSource(config)) {
      table(database);
      double[] before = forces(database);
      var fired = new BitSet(count);
      var all = new CountDownLatch(count);
      CustomTask<Void> task =
          Tasks.custom("bench", Void.class)
              .execute(
                  (instance, _) -> {
                    synchronized (fired) {
                      int number = Integer.parseInt(instance.getId());
                      if (fired.get(number)) {
                        throw new IllegalStateException(number + " fired twice");
                      }
                      fired.set(number);
                    }
                    all.countDown();
                    return new CompletionHandler.OnCompleteReschedule<>(
                        Schedules.fixedDelay(NEXT));
                  });
      Scheduler scheduler =
          Scheduler.create(database, task)
              .threads(threads)
              .pollUsingLockAndFetch(1.0, 4.0)
              .pollingInterval(Duration.ofMillis(100))
              .build();
      long began = System.nanoTime();
      Instant due = Instant.now();
      for (int from = 0; from < count; from += BATCH) {
        var batch = new ArrayList<SchedulableInstance<?>>(BATCH);
        for (int i = from; i < Math.min(count, from + BATCH); i++) {
          batch.add(SchedulableInstance.of(task.instance(Integer.toString(i)), due));
        }
        scheduler.scheduleBatch(batch);
      }
      double scheduled = count / ((System.nanoTime() - began) / 1e9);
      check(database, "", count);
      began = System.nanoTime();
      scheduler.start();
      all.await();
      double firedPerSecond = count / ((System.nanoTime() - began) / 1e9);
      scheduler.stop();
      check(database, " where execution_time > now() + interval '29 days' and not picked", count);
      double[] after = forces(database);
      System.out.printf(
          Locale.ROOT,
          "%.1f %.1f %.3f%n",
          scheduled,
          firedPerSecond,
          (after[1] - before[1]) / Math.max(1, after[0] - before[0]));
    }
  }

  /// As the project's `postgresql_tables.sql` has it.
  private static void table(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement sql = connection.createStatement()) {
      sql.execute(
          """
          drop table if exists scheduled_tasks;
          create table scheduled_tasks (
            task_name text not null, task_instance text not null, task_data bytea,
            execution_time timestamp with time zone, picked boolean not null, picked_by text,
            last_success timestamp with time zone, last_failure timestamp with time zone,
            consecutive_failures int, last_heartbeat timestamp with time zone,
            version bigint not null, priority smallint,
            primary key (task_name, task_instance));
          create index on scheduled_tasks (execution_time);
          create index on scheduled_tasks (last_heartbeat);
          create index on scheduled_tasks (priority desc, execution_time asc)\
          """);
      sql.execute("alter system set track_wal_io_timing = on");
      sql.execute("select pg_reload_conf()");
    }
  }

  private static void check(DataSource database, String which, int expected) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement sql = connection.createStatement();
        ResultSet row = sql.executeQuery("select count(*) from scheduled_tasks" + which)) {
      row.next();
      if (row.getInt(1) != expected) {
        throw new IllegalStateException(row.getInt(1) + " tasks" + which + ", expected " + expected);
      }
    }
  }

  /// How often the write-ahead log was forced, and how long that took together, in ms.
  private static double[] forces(DataSource database) throws SQLException {
    try (Connection connection = database.getConnection();
        Statement sql = connection.createStatement();
        ResultSet row =
            sql.executeQuery(
                "select coalesce(sum(fsyncs), 0), coalesce(sum(fsync_time), 0) from pg_stat_io"
                    + " where object = 'wal'")) {
      row.next();
      return new double[] {row.getDouble(1), row.getDouble(2)};
    }
  }
}
