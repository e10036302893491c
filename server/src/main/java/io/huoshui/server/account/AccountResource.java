package io.huoshui.server.account;

import io.huoshui.platforms.account.Account;
import io.huoshui.platforms.account.Answers;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Problem;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Accounts over HTTP. What goes in as a credential never comes out again: only whether it is set,
/// and since when.
@RestController
@RequestMapping("/api/v1/accounts")
class AccountResource {
  private static final String NAME = "[a-z][a-z0-9-]{0,39}";
  private static final int USUAL_GRACE_HOURS = 24;
  private static final int MOST_GRACE_HOURS = 24 * 14;

  private final Accounts accounts;
  private final AccountStore store;
  private final Connect connect;
  private final List<AccountUser> users;
  private final Audit audit;

  AccountResource(
      Accounts accounts,
      AccountStore store,
      Connect connect,
      List<AccountUser> users,
      Audit audit) {
    this.accounts = accounts;
    this.store = store;
    this.connect = connect;
    this.users = users;
    this.audit = audit;
  }

  /// A field a kind of account has.
  ///
  /// @param form a regular expression the whole value fits
  record FieldView(String name, boolean secret, boolean needed, String form, String what) {}

  record KindView(String kind, List<FieldView> fields) {}

  /// Whether a credential is set, and since when; null for one of the file, which does not say.
  record SetView(boolean set, @Nullable Instant since) {}

  /// @param readOnly of the `--secrets` file
  /// @param serving whether anything goes over it: messages, tags, codes
  /// @param readable false when its credentials were sealed with another key: enter them again
  /// @param formerUntil until when callbacks signed with the former keys are still read
  record View(
      String name,
      String kind,
      boolean readOnly,
      boolean serving,
      boolean readable,
      int version,
      Map<String, String> settings,
      Map<String, SetView> credentials,
      @Nullable Instant formerUntil,
      List<String> usedBy,
      @Nullable String who,
      @Nullable Instant changedAt) {}

  /// @param unknownCodes codes that platforms gave and the table of answers does not have, and how
  ///   often since the start
  record AllView(List<View> accounts, List<KindView> kinds, Map<String, Long> unknownCodes) {}

  @GetMapping
  AllView all() {
    return new AllView(
        accounts.all().stream().map(this::view).toList(),
        java.util.Arrays.stream(AccountKind.values())
            .map(
                kind ->
                    new KindView(
                        kind.wire(),
                        kind.fields().stream()
                            .map(
                                field ->
                                    new FieldView(
                                        field.name(),
                                        field.secret(),
                                        field.needed(),
                                        field.form(),
                                        field.what()))
                            .toList()))
            .toList(),
        Answers.table().unknown());
  }

  private View view(Accounts.Entry entry) {
    AccountStore.Row row = entry.row();
    return new View(
        entry.name(),
        entry.kind().wire(),
        row == null,
        accounts.serves(entry),
        entry.account() != null,
        row == null ? 0 : row.version(),
        row == null ? settings(entry.account()) : row.settings(),
        credentials(entry),
        row == null || row.formerUntil() == null || row.former().isEmpty()
            ? null
            : row.formerUntil(),
        usedBy(entry),
        row == null ? null : row.who(),
        row == null ? null : row.changedAt());
  }

  private static Map<String, String> settings(@Nullable Account account) {
    var settings = new TreeMap<String, String>();
    switch (account) {
      case Account.Wecom wecom -> settings.put("corpId", wecom.corpId());
      case Account.OfficialAccount official -> settings.put("appId", official.appId());
      case Account.MiniProgram mini -> settings.put("appId", mini.appId());
      case Account.AliyunSms aliyun -> {
        settings.put("vendor", "aliyun");
        settings.put("keyId", aliyun.keyId());
      }
      case Account.TencentSms tencent -> {
        settings.put("vendor", "tencent");
        settings.put("keyId", tencent.secretId());
      }
      case Account.AliyunCall call -> {
        settings.put("keyId", call.keyId());
        settings.put("instanceId", call.instanceId());
        settings.put("scriptId", call.scriptId());
        if (!call.callingNumbers().isEmpty()) {
          settings.put("callingNumbers", String.join(",", call.callingNumbers()));
        }
        if (call.lines() > 0) {
          settings.put("lines", String.valueOf(call.lines()));
        }
      }
      case null -> {}
    }
    if (account != null && !account.url().isEmpty()) {
      settings.put("url", account.url());
    }
    return settings;
  }

  private static Map<String, SetView> credentials(Accounts.Entry entry) {
    AccountStore.Row row = entry.row();
    var views = new TreeMap<String, SetView>();
    for (AccountKind.Field field : entry.kind().fields()) {
      if (field.secret()) {
        Instant since = row == null ? null : row.setAt().get(field.name());
        views.put(
            field.name(),
            new SetView(row == null ? ofFile(entry, field.name()) : since != null, since));
      }
    }
    return views;
  }

  private static boolean ofFile(Accounts.Entry entry, String field) {
    return switch (entry.account()) {
      case Account.Wecom wecom ->
          field.equals("secret") ? !wecom.secret().isEmpty() : !wecom.callbacks().isEmpty();
      case Account.OfficialAccount official ->
          field.equals("secret") ? !official.secret().isEmpty() : !official.callbacks().isEmpty();
      case Account.MiniProgram mini ->
          field.equals("secret") ? !mini.secret().isEmpty() : !mini.callbacks().isEmpty();
      case Account.AliyunSms _, Account.TencentSms _, Account.AliyunCall _ ->
          field.equals("keySecret");
      case null -> false;
    };
  }

  private List<String> usedBy(Accounts.Entry entry) {
    Account account = entry.account();
    return account == null || !accounts.serves(entry)
        ? List.of()
        : users.stream().flatMap(user -> user.uses(account).stream()).sorted().toList();
  }

  private Accounts.Entry need(String name) {
    return accounts
        .find(name)
        .orElseThrow(
            () ->
                Problem.of(HttpStatus.NOT_FOUND, "unknown_account", "No account '" + name + "'.")
                    .next("GET /api/v1/accounts lists all.")
                    .thrown());
  }

  private Accounts.Entry ours(String name) {
    Accounts.Entry entry = need(name);
    if (entry.row() == null) {
      throw Problem.of(
              HttpStatus.CONFLICT,
              "read_only",
              "Account '" + name + "' is of the secrets file the server was started with.")
          .next("Change the file and restart, or set an account up here under another name.")
          .thrown();
    }
    return entry;
  }

  @GetMapping("/{name}")
  View one(@PathVariable String name) {
    return view(need(name));
  }

  @GetMapping("/{name}/versions")
  List<AccountStore.Version> versions(@PathVariable String name) {
    List<AccountStore.Version> versions = store.versions(name);
    if (versions.isEmpty()) {
      var _ = need(name);
    }
    return versions;
  }

  /// @param kind may be left out when the account is there
  /// @param credentials those that are left out stay as they are
  record Wish(
      @Nullable String kind,
      @Nullable Map<String, String> settings,
      @Nullable Map<String, String> credentials) {
    @Override
    public String toString() {
      return "Wish[kind=" + kind + "]";
    }
  }

  /// Sets an account up, or changes its settings. Credentials of one that is there are changed by
  /// `rotate`, which keeps the former callback keys for a while; here they may only be added.
  @PutMapping("/{name}")
  View put(@PathVariable String name, @RequestBody Wish wish) {
    if (!name.matches(NAME) || name.startsWith("file-")) {
      throw wrong("name", name, "a small letter, then letters, digits, '-'; not beginning 'file-'");
    }
    AccountStore.Row known = accounts.find(name).map(Accounts.Entry::row).orElse(null);
    String wire = wish.kind() == null && known != null ? known.kind().wire() : wish.kind();
    AccountKind kind =
        AccountKind.named(String.valueOf(wire))
            .orElseThrow(() -> wrong("kind", String.valueOf(wire), AccountKind.all()));
    if (known != null && known.kind() != kind) {
      throw wrong("kind", kind.wire(), known.kind().wire() + ", which account '" + name + "' is");
    }
    Map<String, String> settings =
        wish.settings() == null && known != null ? known.settings() : texts(wish.settings());
    Map<String, String> given = texts(wish.credentials());
    check(kind, settings, false);
    check(kind, given, true);
    var credentials = new TreeMap<String, String>();
    var setAt = new TreeMap<String, Instant>();
    Instant now = now();
    if (known != null && known.credentials() != null) {
      credentials.putAll(known.credentials());
      setAt.putAll(known.setAt());
      for (String field : given.keySet()) {
        if (credentials.containsKey(field)
            && !credentials.getOrDefault(field, "").equals(given.get(field))) {
          throw Problem.of(
                  HttpStatus.CONFLICT,
                  "already_set",
                  "Credential '" + field + "' of '" + name + "' is set already.")
              .at("credentials." + field, "another", "the one that is set")
              .next("POST /api/v1/accounts/" + name + "/rotate changes it without downtime.")
              .thrown();
        }
      }
    }
    given.forEach(
        (field, value) -> {
          credentials.put(field, value);
          setAt.putIfAbsent(field, now);
        });
    needed(kind, settings, credentials);
    int version =
        store.write(
            name,
            kind,
            settings,
            credentials,
            setAt,
            known == null ? Map.of() : known.former(),
            known == null ? null : known.formerUntil(),
            "set",
            audit.who(),
            now);
    accounts.refresh();
    audit.record(
        "account_set",
        name + " version " + version + ", " + kind.wire() + ", credentials " + given.keySet());
    return view(need(name));
  }

  /// @param credentials those that change
  /// @param graceHours how long callbacks signed with the former keys are still read; 24 unless
  ///   said
  record Rotation(@Nullable Map<String, String> credentials, @Nullable Integer graceHours) {
    @Override
    public String toString() {
      return "Rotation[graceHours=" + graceHours + "]";
    }
  }

  /// Changes credentials without downtime: calls under way end with the former ones, the next ones
  /// use the new ones.
  @PostMapping("/{name}/rotate")
  View rotate(@PathVariable String name, @RequestBody Rotation rotation) {
    AccountStore.Row known = row(ours(name));
    Map<String, String> given = texts(rotation.credentials());
    if (given.isEmpty()) {
      throw wrong("credentials", "nothing", fields(known.kind(), true));
    }
    check(known.kind(), given, true);
    int grace = rotation.graceHours() == null ? USUAL_GRACE_HOURS : rotation.graceHours();
    if (grace < 0 || grace > MOST_GRACE_HOURS) {
      throw wrong("graceHours", String.valueOf(grace), "0 to " + MOST_GRACE_HOURS);
    }
    Instant now = now();
    Map<String, String> before =
        known.credentials() == null ? Map.<String, String>of() : known.credentials();
    var former = new TreeMap<>(known.former());
    boolean callbackKeys = false;
    for (String field : List.of("token", "encodingAesKey", "callbackToken")) {
      if (before.containsKey(field) && given.containsKey(field)) {
        callbackKeys = true;
      }
    }
    if (callbackKeys) {
      former.clear();
      for (String field : List.of("token", "encodingAesKey", "callbackToken")) {
        if (before.containsKey(field)) {
          former.put(field, before.getOrDefault(field, ""));
        }
      }
    }
    var credentials = new TreeMap<>(before);
    var setAt =
        known.credentials() == null ? new TreeMap<String, Instant>() : new TreeMap<>(known.setAt());
    given.forEach(
        (field, value) -> {
          credentials.put(field, value);
          setAt.put(field, now);
        });
    needed(known.kind(), known.settings(), credentials);
    int version =
        store.write(
            name,
            known.kind(),
            known.settings(),
            credentials,
            setAt,
            former,
            callbackKeys ? now.plus(Duration.ofHours(grace)) : known.formerUntil(),
            "rotated",
            audit.who(),
            now);
    accounts.refresh();
    audit.record("account_rotated", name + " version " + version + ": " + given.keySet());
    return view(need(name));
  }

  private static AccountStore.Row row(Accounts.Entry entry) {
    AccountStore.Row row = entry.row();
    if (row == null) {
      throw new IllegalStateException("An account of ours has a row");
    }
    return row;
  }

  /// @param anyway although something uses it
  @DeleteMapping("/{name}")
  AllView delete(@PathVariable String name, @RequestParam(defaultValue = "false") boolean anyway) {
    Accounts.Entry entry = ours(name);
    List<String> usedBy = usedBy(entry);
    if (!usedBy.isEmpty() && !anyway) {
      throw Problem.of(
              HttpStatus.CONFLICT,
              "in_use",
              "Account '" + name + "' is used by " + String.join(", ", usedBy) + ".")
          .at("name", name, "an account nothing uses")
          .next("Change those first, or DELETE …?anyway=true: they will wait.")
          .thrown();
    }
    store.delete(name, audit.who(), now());
    accounts.refresh();
    audit.record("account_deleted", name + (usedBy.isEmpty() ? "" : ", used by " + usedBy));
    return all();
  }

  /// Tries everything the account is for, in order, and says what is missing and what to do.
  @PostMapping("/{name}/connect")
  Connect.Report connect(@PathVariable String name) {
    Accounts.Entry entry = need(name);
    Connect.Report report = connect.check(entry);
    audit.record("account_checked", name + ": " + (report.passed() ? "passed" : "failed"));
    return report;
  }

  private static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  private static Map<String, String> texts(@Nullable Map<String, String> given) {
    var texts = new TreeMap<String, String>();
    if (given != null) {
      given.forEach(
          (key, value) -> {
            if (value != null && !value.isBlank()) {
              texts.put(key, value.strip());
            }
          });
    }
    return texts;
  }

  private static void check(AccountKind kind, Map<String, String> given, boolean secret) {
    String where = secret ? "credentials" : "settings";
    given.forEach(
        (name, value) -> {
          AccountKind.Field field =
              kind.field(name).filter(each -> each.secret() == secret).orElse(null);
          if (field == null) {
            throw wrong(where + "." + name, "an unknown field", fields(kind, secret));
          }
          if (!value.matches(field.form())) {
            throw wrong(
                where + "." + name,
                secret ? value.length() + " characters" : value,
                field.form() + " (" + field.what() + ")");
          }
        });
  }

  private static void needed(
      AccountKind kind, Map<String, String> settings, Map<String, String> credentials) {
    for (AccountKind.Field field : kind.fields()) {
      boolean there = (field.secret() ? credentials : settings).containsKey(field.name());
      boolean tencent = field.name().equals("sdkAppId") && "tencent".equals(settings.get("vendor"));
      if (!there && (field.needed() || tencent)) {
        throw wrong(
            (field.secret() ? "credentials." : "settings.") + field.name(),
            "nothing",
            field.form() + " (" + field.what() + ")");
      }
    }
    if (credentials.containsKey("token") != credentials.containsKey("encodingAesKey")) {
      throw wrong(
          "credentials.token", "one of the two", "token and encodingAesKey together, or neither");
    }
  }

  private static String fields(AccountKind kind, boolean secret) {
    return kind.fields().stream()
        .filter(field -> field.secret() == secret)
        .map(AccountKind.Field::name)
        .collect(Collectors.joining(", "));
  }

  private static Problem.Refusal wrong(String field, String value, String allowed) {
    return Problem.of(
            HttpStatus.UNPROCESSABLE_CONTENT, "bad_account", "The account can not be set so.")
        .at(field, value, allowed)
        .thrown();
  }
}
