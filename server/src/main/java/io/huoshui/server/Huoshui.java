package io.huoshui.server;

import io.huoshui.engine.Engine;
import io.huoshui.engine.EngineException;
import io.huoshui.engine.Seal;
import io.huoshui.engine.Storage;
import io.huoshui.server.access.Access;
import io.huoshui.server.access.Announcement;
import io.huoshui.server.access.KeyFile;
import io.huoshui.server.demo.Progress;
import io.huoshui.server.flow.Time;
import io.huoshui.server.records.Database;
import io.huoshui.server.records.RecordsException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.MapPropertySource;

/// `./huoshui serve`: PostgreSQL, then the engine, then the doors; stopped in the opposite order.
@SpringBootApplication(proxyBeanMethods = false)
public class Huoshui {
  private static final Logger LOG = LoggerFactory.getLogger(Huoshui.class);

  private static final long SILENT_NANOS = 500_000_000L;

  public static void main(String[] arguments) {
    if (List.of(arguments).contains("--help")) {
      System.out.print(Settings.HELP);
      return;
    }
    try {
      // Started by another command, which asks for its own way in: nothing secret goes to its log.
      boolean quiet = System.getenv().containsKey("HUOSHUI_QUIET");
      var running = start(Settings.parse(List.of(arguments)), quiet);
      if (quiet) {
        return;
      }
      System.err.println();
      if (!running.firstToken().isEmpty()) {
        System.err.println("  Admin token, shown this once / 管理令牌,仅显示一次: " + running.firstToken());
      }
      System.err.println("  Console, link works once / 控制台,链接一次有效: " + running.consoleLink());
      System.err.println("  Stop with Ctrl-C / 按 Ctrl-C 停止");
      System.err.println();
    } catch (PortInUseException e) {
      System.err.println(
          "huoshui serve: port "
              + e.getPort()
              + " is taken by another program. Stop it, or choose another: --port N.");
      System.exit(2);
    } catch (IllegalArgumentException | RecordsException | EngineException e) {
      System.err.println("huoshui serve: " + e.getMessage());
      System.exit(2);
    }
  }

  /// How a server runs that is started with these words.
  public static Settings settings(List<String> arguments) {
    return Settings.parse(arguments);
  }

  /// A started server.
  ///
  /// @param firstToken the admin token when this start made it, else empty
  public record Running(
      ConfigurableApplicationContext context, int port, String firstToken, String consoleLink)
      implements AutoCloseable {
    @Override
    public void close() {
      context.close();
    }
  }

  public static Running start(Settings settings, boolean quiet) {
    long began = System.nanoTime();
    // PostgreSQL starts while the log is read: neither needs the other.
    CompletableFuture<Database> records =
        CompletableFuture.supplyAsync(() -> Database.open(settings.dataDir(), System.getenv()));
    Engine engine;
    var progress = new Progress();
    try {
      InstantSource clock =
          settings.virtualFrom() == null
              ? InstantSource.system()
              : InstantSource.fixed(settings.virtualFrom());
      engine =
          Engine.open(
              new Engine.Settings(
                  Storage.of(settings.dataDir().resolve("engine")),
                  new Seal(KeyFile.read(settings.dataDir().resolve("keys/engine.key"))),
                  settings.zone(),
                  settings.linkBase(),
                  clock,
                  Engine.Pace.standard().cleaningWithin(settings.erasureWithin())),
              reading(progress));
      progress.finish();
    } catch (RuntimeException e) {
      progress.finish();
      records.thenAccept(Database::close).exceptionally(_ -> null).join();
      throw e;
    }
    Database database;
    try {
      database = records.join();
    } catch (CompletionException e) {
      engine.close();
      throw e.getCause() instanceof RecordsException cause ? cause : e;
    }
    var time = new Time(settings.virtualFrom());
    try {
      var application = new SpringApplication(Huoshui.class);
      application.setRegisterShutdownHook(true);
      application.addInitializers(beans(settings, database, engine, time));
      var context = application.run();
      int port =
          context instanceof WebServerApplicationContext web && web.getWebServer() != null
              ? web.getWebServer().getPort()
              : settings.port();
      var access = context.getBean(Access.class);
      String first = quiet ? "" : access.firstAdminToken();
      // Reading the log takes several times the memory that its people need; give the rest back
      // before the long quiet.
      System.gc();
      String url = "http://" + settings.host() + ":" + port;
      context.getBean(Announcement.class).announce(url);
      String link = quiet ? "" : url + "/console/enter?code=" + access.oneTimeCode();
      LOG.info(
          "started url={} data={} database={} events={} records={} clock={} seconds={}",
          url,
          settings.dataDir(),
          database.jdbcUrl(),
          engine.ask().pulse().events(),
          engine.gauges().records(),
          settings.virtualFrom() == null ? "wall" : "virtual",
          Math.round((System.nanoTime() - began) / 1e6) / 1e3);
      return new Running(context, port, first, link);
    } catch (RuntimeException e) {
      engine.close();
      database.close();
      throw e;
    }
  }

  /// Reading the log is told about when it takes a while.
  private static Consumer<Engine.Reading> reading(Progress progress) {
    long began = System.nanoTime();
    boolean[] told = new boolean[1];
    return reading -> {
      if (!told[0] && System.nanoTime() - began < SILENT_NANOS) {
        return;
      }
      if (!told[0]) {
        progress.stage("读取日志", "reading the log");
        told[0] = true;
      }
      progress.part(
          reading.share(),
          String.format(
              Locale.ROOT,
              "%,d/%,d records, %,d events",
              reading.record(),
              reading.records(),
              reading.events()));
    };
  }

  private static ApplicationContextInitializer<GenericApplicationContext> beans(
      Settings settings, Database database, Engine engine, Time time) {
    return context -> {
      Map<String, Object> properties = new HashMap<>();
      properties.put("server.port", settings.port());
      properties.put("server.address", settings.host());
      properties.put("spring.datasource.url", database.jdbcUrl());
      properties.put("spring.datasource.username", database.user());
      properties.put("spring.datasource.password", database.password());
      context
          .getEnvironment()
          .getPropertySources()
          .addFirst(new MapPropertySource("settings", properties));
      context.registerBean(Settings.class, () -> settings);
      context.registerBean(Time.class, () -> time);
      context.registerBean(
          Engine.class, () -> engine, definition -> definition.setDestroyMethodName(""));
      context.registerBean(Stop.class, () -> new Stop(engine, database));
    };
  }

  /// Closed last of all beans, because everything was wired after it.
  record Stop(Engine engine, Database database) implements AutoCloseable {
    @Override
    public void close() {
      Instant until = engine.now();
      long records = engine.gauges().records();
      // A log on a full disk does not close well; the database must stop all the same.
      try (database) {
        engine.close();
      }
      LOG.info("stopped records={} clock={}", records, until);
    }
  }
}
