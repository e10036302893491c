package io.huoshui.server.callback;

import io.huoshui.platforms.callback.CallbackAccount;
import io.huoshui.platforms.callback.CallbackSettings;
import io.huoshui.platforms.callback.Envelope;
import io.huoshui.platforms.callback.Kinds;
import io.huoshui.platforms.callback.Message;
import io.huoshui.platforms.callback.Refusal;
import io.huoshui.platforms.callback.Refusal.Refused;
import io.huoshui.server.Settings;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.DerivedKeys;
import io.huoshui.server.callback.Arrival.State;
import io.huoshui.server.flow.Time;
import jakarta.annotation.PreDestroy;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/// Where callbacks are believed or not. What is not believed is counted by account and reason, and
/// audited once a minute for each; what is believed and can not be read is kept as a row, refused.
@Component("callbackDesk")
class Desk {
  private static final Logger LOG = LoggerFactory.getLogger(Desk.class);

  /// Platforms wait 5 s (path/96361, 2025-11).
  private static final Duration PATIENCE = Duration.ofMillis(4_500);

  private static final long COUNT_MS = 1_000;
  private static final Duration AUDITED_EVERY = Duration.ofMinutes(1);
  private static final int MOST_ITEMS = 1_000;

  private final CallbackAccounts accounts;
  private final CallbackSettings settings;
  private final String smsToken;
  private final Inbox inbox;
  private final InboxStore store;
  private final Audit audit;
  private final Hashes hashes;
  private final boolean virtual;
  private final Map<UUID, Seen> nonces = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> refused = new ConcurrentHashMap<>();
  private final Map<String, Instant> audited = new HashMap<>();
  private final Map<String, Long> unaudited = new HashMap<>();
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("callback-counts").daemon().factory());

  /// @param body a hash of the one that came first
  private record Seen(UUID body, Instant at) {}

  Desk(
      CallbackAccounts accounts,
      Settings settings,
      Inbox inbox,
      InboxStore store,
      Audit audit,
      DerivedKeys keys,
      Time time) {
    this.accounts = accounts;
    this.settings = settings.platforms().callbacks();
    this.smsToken = settings.platforms().callbackToken();
    this.inbox = inbox;
    this.store = store;
    this.audit = audit;
    this.hashes = new Hashes(keys);
    this.virtual = time.virtual();
    Instant now = Instant.now();
    store
        .nonces(now.minus(remembered()))
        .forEach(nonce -> nonces.put(nonce.nonce(), new Seen(nonce.body(), now)));
    var _ = clock.scheduleWithFixedDelay(this::count, COUNT_MS, COUNT_MS, TimeUnit.MILLISECONDS);
  }

  int largestBody() {
    return settings.limits().bytes();
  }

  /// A virtual clock has no present that a platform could have meant.
  private Duration fresh() {
    return virtual ? Duration.ZERO : settings.fresh();
  }

  /// A timestamp that is fresh now was fresh at most twice that long ago.
  private Duration remembered() {
    Duration twice = settings.fresh().multipliedBy(2);
    return twice.compareTo(Duration.ofMinutes(10)) < 0 ? Duration.ofMinutes(10) : twice;
  }

  private CallbackAccount account(String path) {
    return accounts
        .find(path)
        .orElseThrow(
            () -> new Refused(Refusal.UNKNOWN_ACCOUNT, "Nobody is set up under this address"));
  }

  private static String named(CallbackAccount account) {
    return account.platform().wire() + "/" + account.name();
  }

  /// `GET`: whether this address is ours.
  String verify(String path, Map<String, String> query) {
    CallbackAccount account = null;
    try {
      account = account(path);
      return new Envelope(query, new byte[0]).verified(account, Instant.now(), fresh());
    } catch (Refused e) {
      throw counted(account == null ? "" : named(account), e);
    }
  }

  /// `POST`: one message. When this returns it is on disk; with a virtual clock it also became what
  /// it becomes, so that the clock may go on.
  void take(String path, Map<String, String> query, byte[] body) {
    CallbackAccount account = null;
    try {
      account = account(path);
      var envelope = new Envelope(query, body);
      Envelope.Opened opened = envelope.open(account, Instant.now(), fresh(), settings.limits());
      if (opened.inTheOpen()) {
        once(account, envelope.nonce(), opened.plain());
      }
      await(List.of(arrival(account, opened, envelope)));
    } catch (Refused e) {
      throw counted(account == null ? "" : named(account), e);
    }
  }

  /// The signature of what comes in the open does not cover the body.
  private void once(CallbackAccount account, String nonce, String text) {
    UUID body = hashes.of("body", text);
    Seen before =
        nonces.putIfAbsent(
            hashes.of("nonce", account.platform().wire(), account.name(), nonce),
            new Seen(body, Instant.now()));
    if (before != null && !before.body().equals(body)) {
      throw new Refused(Refusal.REPLAYED_NONCE, "This signature came before, with another message");
    }
  }

  private Arrival arrival(CallbackAccount account, Envelope.Opened opened, Envelope envelope) {
    String nonce = opened.inTheOpen() ? envelope.nonce() : "";
    try {
      Message message = Message.read(opened.plain(), settings.limits());
      Kinds kinds = Kinds.shipped();
      boolean known = kinds.knows(account.platform(), message);
      State state =
          !known
              ? State.UNKNOWN
              : kinds.pulls(account.platform(), message) ? State.WAITING : State.TAKEN;
      String kind = message.kind();
      return new Arrival(
          new Arrival.Letter(
              account.platform().wire(),
              account.name(),
              kind.length() <= 128 ? kind : kind.substring(0, 128),
              opened.plain(),
              kinds.key(account.platform(), message),
              kinds.people(account, message),
              message.at(),
              state,
              null,
              known ? List.of() : message.names(),
              nonce),
          message);
    } catch (Refused e) {
      // Signed by the platform and still not to be read: kept, so that somebody can look at it.
      return new Arrival(
          new Arrival.Letter(
              account.platform().wire(),
              account.name(),
              "?",
              opened.plain(),
              opened.plain(),
              List.of(),
              Instant.EPOCH,
              State.REFUSED,
              e.refusal().wire() + ": " + e.getMessage(),
              List.of(),
              nonce),
          null);
    }
  }

  /// Receipts or replies of SMS, an array of them. One that can not be read loses no other.
  void takeSms(String kind, String token, byte[] body) {
    try {
      byte[] wanted = smsToken.getBytes(StandardCharsets.UTF_8);
      if (wanted.length == 0
          || !MessageDigest.isEqual(wanted, token.getBytes(StandardCharsets.UTF_8))) {
        throw new Refused(Refusal.BAD_SIGNATURE, "The callback token is not ours.");
      }
      if (body.length > settings.limits().bytes()) {
        throw new Refused(
            Refusal.TOO_LARGE, "The body has more than " + settings.limits().bytes() + " bytes");
      }
      var arrivals = new ArrayList<Arrival>();
      for (SmsItems.Item item : SmsItems.read(body, MOST_ITEMS)) {
        arrivals.add(
            new Arrival(
                new Arrival.Letter(
                    Becoming.SMS,
                    Becoming.SMS,
                    kind,
                    item.text(),
                    item.key(),
                    item.people(),
                    item.at(),
                    item.wrong() == null ? State.TAKEN : State.REFUSED,
                    item.wrong(),
                    List.of(),
                    ""),
                null));
      }
      await(arrivals);
    } catch (Refused e) {
      throw counted(Becoming.SMS, e);
    }
  }

  private void await(List<Arrival> arrivals) {
    arrivals.forEach(inbox::put);
    long until = System.nanoTime() + PATIENCE.toNanos();
    try {
      for (Arrival each : arrivals) {
        boolean _ =
            each.written().get(Math.max(1, until - System.nanoTime()), TimeUnit.NANOSECONDS);
        if (virtual) {
          boolean _ = each.done().get(Math.max(1, until - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
      }
    } catch (TimeoutException e) {
      throw new Refused(Refusal.NOT_DURABLE, "It takes longer than the platform waits; come again");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Refused cause
          ? cause
          : new Refused(Refusal.NOT_DURABLE, String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refused(Refusal.NOT_DURABLE, "The server stops; come again");
    }
  }

  // ---- counting what was refused

  /// Whoever sends it chooses the address, so it is no name to count by unless it is ours.
  private Refused counted(String account, Refused e) {
    refused.computeIfAbsent(account + "\n" + e.refusal().wire(), _ -> new LongAdder()).increment();
    return e;
  }

  /// Writes down what was counted; nobody who is refused makes the disk work.
  synchronized void count() {
    for (Map.Entry<String, LongAdder> one : refused.entrySet()) {
      long times = one.getValue().sumThenReset();
      if (times > 0) {
        write(one.getKey(), times);
      }
    }
    Instant old = Instant.now().minus(remembered());
    nonces.values().removeIf(seen -> seen.at().isBefore(old));
  }

  private void write(String key, long times) {
    int line = key.indexOf('\n');
    String account = key.substring(0, line);
    String reason = key.substring(line + 1);
    try {
      store.refused(account, reason, times);
      long since = unaudited.merge(key, times, Long::sum);
      Instant now = Instant.now();
      @Nullable Instant last = audited.get(key);
      if (last == null || last.plus(AUDITED_EVERY).isBefore(now)) {
        audit.record("callback_refused", account + " " + reason + " " + since);
        audited.put(key, now);
        unaudited.remove(key);
      }
    } catch (DataAccessException e) {
      LOG.warn("refused callbacks could not be counted: {}", e.toString());
    }
  }

  @PreDestroy
  void stop() {
    clock.shutdownNow();
    count();
  }
}
