package io.huoshui.sandbox;

import io.huoshui.sandbox.call.CallApi;
import io.huoshui.sandbox.call.CallLimits;
import io.huoshui.sandbox.customers.Habits;
import io.huoshui.sandbox.delivery.Courier;
import io.huoshui.sandbox.delivery.Pace;
import io.huoshui.sandbox.delivery.ServerUnwilling;
import io.huoshui.sandbox.http.Answer;
import io.huoshui.sandbox.http.Call;
import io.huoshui.sandbox.http.Conduct;
import io.huoshui.sandbox.http.Endpoint;
import io.huoshui.sandbox.http.Limit;
import io.huoshui.sandbox.http.Listener;
import io.huoshui.sandbox.market.Market;
import io.huoshui.sandbox.sms.SmsApi;
import io.huoshui.sandbox.sms.SmsLimits;
import io.huoshui.sandbox.sms.TencentSmsApi;
import io.huoshui.sandbox.wechat.AccountApi;
import io.huoshui.sandbox.wechat.AccountLimits;
import io.huoshui.sandbox.wechat.AccountMessageLimits;
import io.huoshui.sandbox.wecom.WecomApi;
import io.huoshui.sandbox.wecom.WecomGroupLimits;
import io.huoshui.sandbox.wecom.WecomLimits;
import io.huoshui.sandbox.wecom.WecomPostLimits;
import io.huoshui.sandbox.wecom.WecomStaffLimits;
import io.huoshui.sandbox.wecom.WecomTagLimits;
import io.huoshui.sandbox.wecom.WecomWayLimits;
import io.huoshui.sandbox.world.World;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// The process: the composition root, and the inventory of what the sandbox plays.
public final class Sandbox implements AutoCloseable {
  private static final String CGI = "/cgi-bin/";
  private static final String PICTURES = "/sandbox/qr/";
  private static final Duration TICK = Duration.ofMillis(500);

  private final World world;
  private final Listener listener;
  private final @Nullable Thread ticker;

  private Sandbox(World world, Listener listener, @Nullable Thread ticker) {
    this.world = world;
    this.listener = listener;
    this.ticker = ticker;
  }

  /// Starts from the flags of [#main].
  ///
  /// @throws IllegalArgumentException when a flag is wrong
  public static Sandbox start(List<String> arguments) throws IOException {
    Options options = Options.parse(arguments);
    return start(options, WecomLimits.DEFAULT.with(options.limits()), SmsLimits.DEFAULT);
  }

  static Sandbox start(Options options, WecomLimits wecomLimits, SmsLimits smsLimits)
      throws IOException {
    var secrets = new Secrets(options.secrets());
    var settings =
        new World.Settings(options.seed(), options.people(), begin(options), options.days());
    var world = World.open(options.data(), settings, secrets::corp, Habits.DEFAULT);
    try {
      URI server = options.server();
      var pace = new Pace(world, server == null ? null : new Courier(server, secrets, world));
      boolean real = options.clock() == Options.Clock.REAL;
      var conduct = new Conduct();
      WecomTagLimits tagLimits = WecomTagLimits.DEFAULT.with(options.limits());
      WecomStaffLimits staffLimits = WecomStaffLimits.DEFAULT.with(options.limits());
      WecomWayLimits wayLimits = WecomWayLimits.DEFAULT.with(options.limits());
      WecomGroupLimits groupLimits = WecomGroupLimits.DEFAULT.with(options.limits());
      AccountLimits accountLimits = AccountLimits.DEFAULT.with(options.limits());
      var limits = new TreeMap<String, Limit>(wecomLimits.all());
      limits.putAll(tagLimits.all());
      limits.putAll(staffLimits.all());
      limits.putAll(wayLimits.all());
      limits.putAll(accountLimits.all());
      CallLimits callLimits = CallLimits.DEFAULT.with(options.limits());
      limits.putAll(callLimits.all());
      WecomPostLimits postLimits = WecomPostLimits.DEFAULT.with(options.limits());
      AccountMessageLimits messageLimits = AccountMessageLimits.DEFAULT.with(options.limits());
      limits.putAll(postLimits.all());
      limits.putAll(messageLimits.all());
      limits.put("tencentSms.numbersPerCall", TencentSmsApi.NUMBERS);
      limits.putAll(groupLimits.all());
      if (!limits.keySet().containsAll(options.limits().keySet())) {
        throw new IllegalArgumentException("--limits knows " + limits.keySet());
      }
      var wecom =
          new WecomApi(
              world,
              secrets,
              wecomLimits,
              tagLimits,
              staffLimits,
              wayLimits,
              postLimits,
              groupLimits,
              conduct);
      var account = new AccountApi(world, secrets, accountLimits, messageLimits, conduct);
      var scans = new Scans(world, server == null ? null : new Courier(server, secrets, world));
      var control =
          new ControlApi(
              world,
              secrets,
              pace,
              options.clock(),
              wecom.tags(),
              wecom.staff(),
              wecom.groups(),
              limits,
              conduct,
              scans);
      var sms = new SmsApi(world, secrets, smsLimits, real);
      var calls = new CallApi(world, secrets, callLimits, conduct, server);
      pace.also(calls::play);
      var guides =
          new GuidesAtWork(
              world,
              wecom.staff(),
              server,
              server == null ? null : new Courier(server, secrets, world));
      pace.also(guides::play);
      var tencent = new TencentSmsApi(world, secrets, smsLimits, conduct);
      var phones = new PhonesPage(world, conduct);
      var market = new Market(world::brand, world::clock);
      // The first that plays a call answers it.
      var played =
          List.of(
              new Played(Sandbox::toTheAccount, account),
              new Played(call -> call.path().startsWith(CGI), wecom),
              new Played(Market::plays, market),
              new Played(PhonesPage::plays, phones),
              new Played(
                  call -> call.path().startsWith(PICTURES),
                  call -> wecom.ways().picture(call.path().substring(PICTURES.length()))),
              new Played(
                  call -> call.path().startsWith("/sandbox/account/"),
                  call -> account.messages().control(call)),
              new Played(CallApi::plays, calls),
              new Played(GuidesAtWork::plays, guides),
              new Played(TencentSmsApi::plays, tencent),
              new Played(call -> call.path().equals("/"), sms),
              new Played(_ -> true, control));
      var listener = new Listener(options.port(), call -> answer(played, call));
      Thread ticker = real ? tick(pace) : null;
      var sandbox = new Sandbox(world, listener, ticker);
      Path ready = options.ready();
      if (ready != null) {
        announce(ready, sandbox.url());
      }
      return sandbox;
    } catch (IOException | RuntimeException e) {
      world.close();
      throw e;
    }
  }

  /// A platform, and which calls are to it.
  private record Played(Predicate<Call> plays, Endpoint platform) {}

  private static boolean toTheAccount(Call call) {
    return call.path().equals(AccountApi.MINI_CODE)
        || (call.path().startsWith(CGI) && AccountApi.plays(call.path().substring(CGI.length())));
  }

  private static Answer answer(List<Played> played, Call call) throws InterruptedException {
    for (Played each : played) {
      if (each.plays().test(call)) {
        return each.platform().answer(call);
      }
    }
    throw new IllegalStateException("Nothing plays " + call.path());
  }

  /// In real time the campaign begins when the data folder does; that moment is kept beside the
  /// journal, which insists on it.
  private static Instant begin(Options options) throws IOException {
    Instant start = options.start();
    if (start != null) {
      return start;
    }
    if (options.clock() == Options.Clock.VIRTUAL) {
      return Options.DEFAULT_START;
    }
    Path file = options.data().resolve("begun");
    if (!Files.exists(file)) {
      Files.createDirectories(options.data());
      Files.writeString(file, Instant.ofEpochSecond(Instant.now().getEpochSecond()).toString());
    }
    return Instant.parse(Files.readString(file).strip());
  }

  private static Thread tick(Pace pace) {
    return Thread.ofVirtual()
        .name("clock")
        .start(
            () -> {
              try {
                while (true) {
                  try {
                    pace.to(Instant.now());
                  } catch (ServerUnwilling e) {
                    System.err.printf(
                        Locale.ROOT, "sandbox event=unwilling why=\"%s\"%n", e.getMessage());
                  }
                  Thread.sleep(TICK);
                }
              } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
              }
            });
  }

  private static void announce(Path ready, String url) throws IOException {
    byte[] json =
        JsonMapper.shared()
            .writeValueAsBytes(
                JsonMapper.shared()
                    .createObjectNode()
                    .put("url", url)
                    .put("pid", ProcessHandle.current().pid()));
    Path half = ready.resolveSibling(ready.getFileName() + ".half");
    Files.write(half, json);
    Files.move(half, ready, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  public String url() {
    return "http://127.0.0.1:" + listener.port();
  }

  @Override
  public void close() throws IOException {
    if (ticker != null) {
      ticker.interrupt();
    }
    listener.close();
    world.close();
  }

  public static void main(String[] arguments) throws InterruptedException {
    List<String> given = List.of(arguments);
    if (given.contains("--help") || given.contains("-h")) {
      System.out.print(Options.USAGE);
      System.out.flush();
      return;
    }
    Sandbox sandbox;
    try {
      sandbox = start(given);
    } catch (IllegalArgumentException | IOException e) {
      System.err.println("sandbox: " + e.getMessage());
      System.exit(e instanceof IOException ? 1 : 2);
      return;
    }
    System.err.printf(
        Locale.ROOT,
        "sandbox event=start url=%s pid=%d clock=%s people=%d messages=%d%n",
        sandbox.url(),
        ProcessHandle.current().pid(),
        sandbox.world.clock(),
        sandbox.world.settings().people(),
        sandbox.world.messages());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(sandbox)));
    new CountDownLatch(1).await();
  }

  private static void stop(Sandbox sandbox) {
    Instant clock = sandbox.world.clock();
    long messages = sandbox.world.messages();
    try {
      sandbox.close();
      System.err.printf(Locale.ROOT, "sandbox event=stop clock=%s messages=%d%n", clock, messages);
    } catch (IOException e) {
      System.err.printf(Locale.ROOT, "sandbox event=stop error=\"%s\"%n", e.getMessage());
    }
  }
}
