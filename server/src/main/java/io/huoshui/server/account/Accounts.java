package io.huoshui.server.account;

import io.huoshui.platforms.account.Account;
import io.huoshui.platforms.account.Allowances;
import io.huoshui.platforms.account.Clients;
import io.huoshui.platforms.account.Platform;
import io.huoshui.server.Settings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/// The accounts there are, and their clients: those of the `--secrets` file, which nobody can
/// change here, and those of the rows. Any number of a kind may be kept and checked.
///
/// Messages, tags and callbacks go over one account of a kind, because addresses are scoped by one
/// corp and one app: the file's, or else the one that was set up first.
@Component
public class Accounts {
  private static final Logger LOG = LoggerFactory.getLogger(Accounts.class);
  private static final long LOOK_AGAIN_NANOS = 5_000_000_000L;

  /// One account.
  ///
  /// @param account null when its credentials can not be opened
  /// @param row null for an account of the file
  record Entry(
      String name, AccountKind kind, @Nullable Account account, AccountStore.@Nullable Row row) {}

  private static final String FILE_WECOM = "file-wecom";
  private static final String FILE_OFFICIAL_ACCOUNT = "file-official-account";
  private static final String FILE_CALL = "file-call";
  private static final String FILE_MINI_PROGRAM = "file-mini-program";

  private final AccountStore store;
  private final Clients clients;
  private final Map<String, Entry> ofFile;
  private final ReentrantLock reading = new ReentrantLock();
  private volatile Map<String, Entry> entries;
  private volatile long readNanos;
  private volatile long changes = -1;

  Accounts(AccountStore store, TokenRows tokens, Settings settings) {
    this.store = store;
    this.clients = new Clients(tokens);
    this.ofFile = ofFile(settings.platforms());
    this.entries = ofFile;
    refresh();
  }

  private static Map<String, Entry> ofFile(Settings.Platforms at) {
    var found = new ArrayList<Entry>();
    if (!at.corpId().isEmpty()) {
      found.add(
          new Entry(
              FILE_WECOM,
              AccountKind.WECOM,
              new Account.Wecom(
                  FILE_WECOM,
                  at.wecomUrl(),
                  at.corpId(),
                  at.corpSecret(),
                  "",
                  keys(at.callbackCorpToken(), at.encodingAesKey()),
                  Allowances.of(Platform.WECOM)
                      .with(Allowances.What.PER_MINUTE, at.wecomCallsPerMinute())
                      .with(Allowances.What.PER_HOUR, at.wecomCallsPerHour())),
              null));
    }
    if (!at.accountAppId().isEmpty()) {
      found.add(
          new Entry(
              FILE_OFFICIAL_ACCOUNT,
              AccountKind.OFFICIAL_ACCOUNT,
              new Account.OfficialAccount(
                  FILE_OFFICIAL_ACCOUNT,
                  at.accountUrl(),
                  at.accountAppId(),
                  at.accountSecret(),
                  List.of(),
                  Allowances.of(Platform.WECHAT)),
              null));
    }
    if (!at.miniAppId().isEmpty()) {
      found.add(
          new Entry(
              FILE_MINI_PROGRAM,
              AccountKind.MINI_PROGRAM,
              new Account.MiniProgram(
                  FILE_MINI_PROGRAM,
                  at.miniUrl(),
                  at.miniAppId(),
                  at.miniSecret(),
                  List.of(),
                  Allowances.of(Platform.WECHAT)),
              null));
    }
    if (!at.smsUrl().isEmpty()) {
      found.add(
          new Entry(
              "file-sms",
              AccountKind.SMS,
              new Account.AliyunSms("file-sms", at.smsUrl(), at.smsKeyId(), at.smsKeySecret()),
              null));
    }
    Settings.Telephone calls = at.telephone();
    if (!calls.url().isEmpty()) {
      found.add(
          new Entry(
              FILE_CALL,
              AccountKind.CALL,
              new Account.AliyunCall(
                  FILE_CALL,
                  calls.url(),
                  calls.keyId(),
                  calls.keySecret(),
                  calls.instanceId(),
                  calls.scriptId(),
                  calls.callingNumbers(),
                  calls.lines()),
              null));
    }
    var byName = new LinkedHashMap<String, Entry>();
    found.forEach(entry -> byName.put(entry.name(), entry));
    return byName;
  }

  private static List<Account.Callback> keys(String token, String encodingAesKey) {
    return token.isEmpty() || encodingAesKey.isEmpty()
        ? List.of()
        : List.of(new Account.Callback(token, encodingAesKey));
  }

  /// Reads the rows again when they changed. Clients that are in use speak for the new credentials
  /// from their next call on.
  public void refresh() {
    reading.lock();
    try {
      long now = store.changes();
      if (now != changes) {
        var next = new LinkedHashMap<>(ofFile);
        for (AccountStore.Row row : store.all()) {
          next.putIfAbsent(row.name(), new Entry(row.name(), row.kind(), account(row), row));
        }
        next.values().forEach(this::renew);
        entries = next;
        changes = now;
      }
      readNanos = System.nanoTime();
    } finally {
      reading.unlock();
    }
  }

  /// Other servers on these records may have changed an account.
  private Map<String, Entry> now() {
    if (System.nanoTime() - readNanos > LOOK_AGAIN_NANOS && !reading.isLocked()) {
      try {
        refresh();
      } catch (DataAccessException e) {
        // What is known goes on while the records do not answer.
        LOG.warn("accounts not read again: {}", e.getMessage());
        readNanos = System.nanoTime();
      }
    }
    return entries;
  }

  private void renew(Entry entry) {
    switch (entry.account()) {
      case Account.Wecom wecom -> {
        var _ = clients.wecom(wecom);
      }
      case Account.OfficialAccount official -> {
        var _ = clients.officialAccount(official);
      }
      case Account.MiniProgram mini -> {
        var _ = clients.miniProgram(mini);
      }
      case Account.AliyunSms _, Account.TencentSms _, Account.AliyunCall _ -> {}
      case null -> {}
    }
  }

  private static @Nullable Account account(AccountStore.Row row) {
    Map<String, String> secrets = row.credentials();
    if (secrets == null) {
      return null;
    }
    Map<String, String> settings = row.settings();
    String name = row.name();
    String url = settings.getOrDefault("url", "");
    List<Account.Callback> callbacks =
        keys(secrets.getOrDefault("token", ""), secrets.getOrDefault("encodingAesKey", ""));
    String secret = secrets.getOrDefault("secret", "");
    String id = settings.getOrDefault("appId", "");
    return switch (row.kind()) {
      case WECOM ->
          new Account.Wecom(
              name,
              url,
              settings.getOrDefault("corpId", ""),
              secret,
              settings.getOrDefault("agentId", ""),
              callbacks,
              allowances(settings));
      case OFFICIAL_ACCOUNT ->
          new Account.OfficialAccount(
              name, url, id, secret, callbacks, Allowances.of(Platform.WECHAT));
      case MINI_PROGRAM ->
          new Account.MiniProgram(name, url, id, secret, callbacks, Allowances.of(Platform.WECHAT));
      case SMS -> {
        String key = settings.getOrDefault("keyId", "");
        String keySecret = secrets.getOrDefault("keySecret", "");
        yield settings.getOrDefault("vendor", "").equals("tencent")
            ? new Account.TencentSms(
                name,
                url,
                key,
                keySecret,
                settings.getOrDefault("sdkAppId", ""),
                settings.getOrDefault("region", "ap-guangzhou"))
            : new Account.AliyunSms(name, url, key, keySecret);
      }
      case CALL ->
          new Account.AliyunCall(
              name,
              url,
              settings.getOrDefault("keyId", ""),
              secrets.getOrDefault("keySecret", ""),
              settings.getOrDefault("instanceId", ""),
              settings.getOrDefault("scriptId", ""),
              numbers(settings.getOrDefault("callingNumbers", "")),
              Integer.parseInt(settings.getOrDefault("lines", "0")));
    };
  }

  private static List<String> numbers(String text) {
    return text.isBlank() ? List.of() : List.of(text.strip().split(" *, *", -1));
  }

  private static Allowances allowances(Map<String, String> settings) {
    Allowances known = Allowances.of(Platform.WECOM);
    if (settings.containsKey("callsPerMinute")) {
      known =
          known.with(
              Allowances.What.PER_MINUTE,
              Integer.parseInt(settings.getOrDefault("callsPerMinute", "")));
    }
    if (settings.containsKey("callsPerHour")) {
      known =
          known.with(
              Allowances.What.PER_HOUR,
              Integer.parseInt(settings.getOrDefault("callsPerHour", "")));
    }
    return known;
  }

  /// The makers of clients; a client is one object for as long as its account has that name.
  public Clients clients() {
    return clients;
  }

  /// Every account, those of the file first.
  List<Entry> all() {
    return List.copyOf(now().values());
  }

  Optional<Entry> find(String name) {
    return Optional.ofNullable(now().get(name));
  }

  /// The account by name, of whatever kind.
  public Optional<Account> named(String name) {
    return find(name).flatMap(entry -> Optional.ofNullable(entry.account()));
  }

  /// Whether anything goes over it. Messages of official accounts and mini-programs name theirs, so
  /// each of them serves; of the other kinds one does.
  boolean serves(Entry entry) {
    return switch (entry.kind()) {
      case OFFICIAL_ACCOUNT, MINI_PROGRAM -> entry.account() != null;
      case WECOM, SMS, CALL -> first(entry);
    };
  }

  /// Whether what names no account of its kind goes over it.
  boolean first(Entry entry) {
    return serving(entry.kind()).filter(one -> one.name().equals(entry.name())).isPresent();
  }

  /// The account of a kind for what names none: messages and tags of WeCom, texts, tags and codes
  /// of the official account.
  Optional<Entry> serving(AccountKind kind) {
    return now().values().stream()
        .filter(entry -> entry.kind() == kind && entry.account() != null)
        .findFirst();
  }

  private <T extends Account> Optional<T> serving(AccountKind kind, Class<T> type) {
    return serving(kind).map(Entry::account).filter(type::isInstance).map(type::cast);
  }

  public Optional<Account.Wecom> wecom() {
    return serving(AccountKind.WECOM, Account.Wecom.class);
  }

  /// The scope of WeCom's customers; empty while no corp is set up.
  public String corpId() {
    return wecom().map(Account.Wecom::corpId).orElse("");
  }

  public Optional<Account.OfficialAccount> officialAccount() {
    return serving(AccountKind.OFFICIAL_ACCOUNT, Account.OfficialAccount.class);
  }

  public Optional<Account.MiniProgram> miniProgram() {
    return serving(AccountKind.MINI_PROGRAM, Account.MiniProgram.class);
  }

  /// Short messages, of whichever vendor.
  public Optional<Account> sms() {
    return serving(AccountKind.SMS).map(Entry::account);
  }

  /// Calls by a robot.
  public Optional<Account.AliyunCall> call() {
    return serving(AccountKind.CALL, Account.AliyunCall.class);
  }

  /// Every account, for whoever serves several: callbacks of each corp, say.
  public List<Account> accounts() {
    return now().values().stream()
        .flatMap(entry -> Optional.ofNullable(entry.account()).stream())
        .toList();
  }

  /// Which reading of the accounts is in use, and until when callback keys stay as they are: for
  /// whoever keeps something made of them.
  ///
  /// @param until the soonest end of a grace of former keys; the far future where there is none
  public record Reading(long number, Instant until) {}

  public Reading reading() {
    Map<String, Entry> now = now();
    Instant until = Instant.MAX;
    for (Entry entry : now.values()) {
      AccountStore.Row row = entry.row();
      if (row != null && inGrace(row) && row.formerUntil() instanceof Instant end) {
        until = end.isBefore(until) ? end : until;
      }
    }
    return new Reading(changes, until);
  }

  /// The name of an account in addresses of callbacks: the one of the file is there under its kind.
  public static String inAddresses(Account account) {
    return switch (account.name()) {
      case FILE_WECOM -> "wecom";
      case FILE_OFFICIAL_ACCOUNT -> "official_account";
      default -> account.name();
    };
  }

  /// What callbacks of an account may be signed with now: the present keys first, and after a
  /// rotation the former ones until their grace is over.
  public List<Account.Callback> callbackKeys(String name) {
    Entry entry = now().get(name);
    if (entry == null) {
      return List.of();
    }
    var keys =
        new ArrayList<>(
            switch (entry.account()) {
              case Account.Wecom wecom -> wecom.callbacks();
              case Account.OfficialAccount official -> official.callbacks();
              case Account.MiniProgram mini -> mini.callbacks();
              case Account.AliyunSms _, Account.TencentSms _, Account.AliyunCall _ ->
                  List.<Account.Callback>of();
              case null -> List.<Account.Callback>of();
            });
    AccountStore.Row row = entry.row();
    if (row != null && inGrace(row)) {
      keys.addAll(
          keys(
              row.former().getOrDefault("token", ""),
              row.former().getOrDefault("encodingAesKey", "")));
    }
    return keys;
  }

  private static boolean inGrace(AccountStore.Row row) {
    Instant until = row.formerUntil();
    return until != null && Instant.now().isBefore(until);
  }

  /// What callbacks of the SMS vendor may carry now.
  ///
  /// @param ofFile the file's `callbackToken`
  public List<String> smsCallbackTokens(String ofFile) {
    return callbackTokens(AccountKind.SMS, ofFile);
  }

  /// What turns and results of the calling robot may carry now.
  ///
  /// @param ofFile the file's `callbackToken`
  public List<String> callCallbackTokens(String ofFile) {
    return callbackTokens(AccountKind.CALL, ofFile);
  }

  private List<String> callbackTokens(AccountKind kind, String ofFile) {
    var tokens = new ArrayList<String>();
    if (!ofFile.isEmpty()) {
      tokens.add(ofFile);
    }
    for (Entry entry : now().values()) {
      AccountStore.Row row = entry.row();
      if (entry.kind() == kind && row != null && row.credentials() != null) {
        String present = row.credentials().getOrDefault("callbackToken", "");
        String former = inGrace(row) ? row.former().getOrDefault("callbackToken", "") : "";
        if (!present.isEmpty()) {
          tokens.add(present);
        }
        if (!former.isEmpty()) {
          tokens.add(former);
        }
      }
    }
    return tokens;
  }
}
