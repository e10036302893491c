package io.huoshui.server.access;

import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Service;

/// Makes and recognises secrets. Each is shown once; what is kept is its hash.
@Service
public class Access {
  private static final Duration SESSION = Duration.ofHours(12);
  private static final Duration CODE = Duration.ofHours(12);

  private final AccessStore store;

  /// The keys themselves, of those that were used: a hash per event would cost more than the event.
  private final Map<String, String> sourceByKey = new ConcurrentHashMap<>();

  private final Map<String, Instant> codes = new ConcurrentHashMap<>();
  private final Map<String, String> kindByHash = new ConcurrentHashMap<>();
  private final byte[] localHash;
  private final String localToken;

  Access(AccessStore store) {
    this.store = store;
    this.localToken = Secret.make("hsl_");
    this.localHash = Secret.hash(localToken);
  }

  /// The admin token on the very first start, else empty.
  public String firstAdminToken() {
    if (store.hasAdmin()) {
      return "";
    }
    String token = Secret.make("hsa_");
    store.addToken(Secret.hash(token), "admin", Optional.empty());
    return token;
  }

  /// For the commands on this machine, for as long as this process lives.
  String localToken() {
    return localToken;
  }

  /// A code that opens the console once.
  public String oneTimeCode() {
    String code = Secret.make("hso_");
    codes.put(key(code), Instant.now().plus(CODE));
    return code;
  }

  /// Trades a one-time code for a session.
  Optional<String> enter(String code) {
    Instant until = codes.remove(key(code));
    if (until == null || Instant.now().isAfter(until)) {
      return Optional.empty();
    }
    String session = Secret.make("hss_");
    store.addToken(Secret.hash(session), "session", Optional.of(Instant.now().plus(SESSION)));
    return Optional.of(session);
  }

  /// A new write key for a source, which is made when it is new.
  String writeKey(String source) {
    String key = Secret.make("hsw_");
    store.addSource(source);
    store.addWriteKey(Secret.hash(key), source);
    return key;
  }

  /// The source that may write with this key.
  public Optional<String> sourceOf(String writeKey) {
    String known = sourceByKey.get(writeKey);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<String> found = store.sourceOfKey(Secret.hash(writeKey));
    found.ifPresent(source -> sourceByKey.put(writeKey, source));
    return found;
  }

  /// Who holds this token: `local`, `admin`, or `session`.
  Optional<String> holder(String token) {
    byte[] hash = Secret.hash(token);
    if (MessageDigest.isEqual(hash, localHash)) {
      return Optional.of("local");
    }
    // Admin tokens do not expire, so they may be remembered; sessions are asked for each time.
    String known = kindByHash.get(hex(hash));
    if (known != null) {
      return Optional.of(known);
    }
    Optional<String> kind =
        store.tokenKind(hash).filter(found -> !found.equals("store") && !found.equals("guide"));
    kind.filter("admin"::equals).ifPresent(admin -> kindByHash.put(hex(hash), admin));
    return kind;
  }

  /// What a token of stores (`hst_`) or of a guide's sidebar (`hsg_`) may see; asked each time, so
  /// that a dropped one sees nothing any more.
  Optional<Scope> scope(String token) {
    return token.startsWith("hst_") || token.startsWith("hsg_")
        ? store.scope(Secret.hash(token))
        : Optional.empty();
  }

  /// A new token that sees only this: of stores for good, of a guide for a shift.
  public String scopedToken(Scope scope) {
    boolean guide = !scope.guide().isEmpty();
    String token = Secret.make(guide ? "hsg_" : "hst_");
    store.addToken(
        Secret.hash(token),
        scope,
        scope.label(),
        guide ? Optional.of(Instant.now().plus(SESSION)) : Optional.empty());
    return token;
  }

  /// Somebody left: their sidebars show nothing any more.
  public void shut(String guide) {
    store.dropGuide(guide);
  }

  private static String key(String secret) {
    return hex(Secret.hash(secret));
  }

  private static String hex(byte[] hash) {
    return HexFormat.of().formatHex(hash);
  }
}
