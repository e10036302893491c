package io.huoshui.platforms.account;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import me.chanjar.weixin.common.error.WxErrorException;
import org.jspecify.annotations.Nullable;

/// The tokens and tickets of one account. However many threads ask at an expired one, one of them
/// asks the platform (through the [TokenShelf], which sees to it between processes), and the others
/// get its token, or its failure.
///
/// A token that a platform refused is spoiled by its fence: what was made with an older one says
/// nothing about a newer one.
public final class Tokens {
  /// What is asked for.
  public enum Kind {
    ACCESS("access"),
    JSAPI("jsapi"),
    AGENT_JSAPI("agentJsapi"),
    SDK("sdk"),
    CARD("card");

    private final String wire;

    Kind(String wire) {
      this.wire = wire;
    }
  }

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /// A platform that gives the same token again after refusing it is not asked a third time before
  /// this has passed.
  private static final Duration SAME_AGAIN = Duration.ofSeconds(10);

  private final TokenShelf shelf;
  private final String owner;
  private final InstantSource clock;
  private final Map<Kind, TokenShelf.Kept> known = new ConcurrentHashMap<>();
  private final Map<Kind, Long> spoiled = new ConcurrentHashMap<>();
  private final Map<Kind, Instant> sameUntil = new ConcurrentHashMap<>();
  private final Map<Kind, CompletableFuture<TokenShelf.Kept>> flights = new ConcurrentHashMap<>();

  /// @param owner whose credentials these are: others with the same ones share the token
  public Tokens(TokenShelf shelf, String owner) {
    this(shelf, owner, InstantSource.system());
  }

  Tokens(TokenShelf shelf, String owner, InstantSource clock) {
    this.shelf = shelf;
    this.owner = owner;
    this.clock = clock;
  }

  /// The token that is good now, without asking anybody; null when there is none.
  public TokenShelf.@Nullable Kept peek(Kind kind) {
    TokenShelf.Kept token = known.get(kind);
    return token != null
            && token.fence() > spoiled.getOrDefault(kind, 0L)
            && token.expires().isAfter(clock.instant())
        ? token
        : null;
  }

  /// The token that is good now, without asking anybody; empty when there is none.
  String value(Kind kind) {
    TokenShelf.Kept token = peek(kind);
    return token == null ? "" : token.value();
  }

  /// A good token.
  ///
  /// @param fresh whether the one that is good now was refused
  String value(Kind kind, boolean fresh, TokenShelf.Fetch<WxErrorException> fetch)
      throws WxErrorException {
    if (fresh) {
      expire(kind);
    }
    return get(kind, fetch).value();
  }

  /// A good token.
  ///
  /// @throws WxErrorException what the one who asked got
  public TokenShelf.Kept get(Kind kind, TokenShelf.Fetch<WxErrorException> fetch)
      throws WxErrorException {
    TokenShelf.Kept good = peek(kind);
    if (good != null) {
      return good;
    }
    var own = new CompletableFuture<TokenShelf.Kept>();
    CompletableFuture<TokenShelf.Kept> flight = flights.putIfAbsent(kind, own);
    if (flight != null) {
      return join(flight);
    }
    try {
      // One may have landed since.
      TokenShelf.Kept landed = peek(kind);
      TokenShelf.Kept fresh = landed == null ? fetch(kind, fetch) : landed;
      own.complete(fresh);
      return fresh;
    } catch (WxErrorException | RuntimeException | Error e) {
      own.completeExceptionally(e);
      throw e;
    } finally {
      flights.remove(kind, own);
    }
  }

  private TokenShelf.Kept fetch(Kind kind, TokenShelf.Fetch<WxErrorException> fetch)
      throws WxErrorException {
    TokenShelf.Kept former = known.get(kind);
    TokenShelf.Kept fresh =
        shelf
            .newest(owner, kind.wire, spoiled.getOrDefault(kind, 0L), fetch)
            .orElseThrow(NotNow::tokenIsLate);
    if (former != null
        && former.fence() <= spoiled.getOrDefault(kind, 0L)
        && former.value().equals(fresh.value())) {
      sameUntil.put(kind, clock.instant().plus(SAME_AGAIN));
    } else {
      sameUntil.remove(kind);
    }
    known.put(kind, fresh);
    return fresh;
  }

  private static TokenShelf.Kept join(CompletableFuture<TokenShelf.Kept> flight)
      throws WxErrorException {
    try {
      return flight.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case WxErrorException refused -> throw refused;
        case RuntimeException bug -> throw bug;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException("A token was not fetched", e);
      }
    } catch (TimeoutException e) {
      throw NotNow.tokenIsLate();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotNow(-1, "Interrupted before the call", 1);
    }
  }

  /// The platform refused a token. A newer one stays good; and where the platform gave the same one
  /// again only just now, it is not asked again yet.
  public void spoil(Kind kind, TokenShelf.Kept token) {
    Instant same = sameUntil.get(kind);
    if (same == null || !clock.instant().isBefore(same)) {
      spoiled.merge(kind, token.fence(), Math::max);
    }
  }

  /// As [#spoil], of the one that is good now.
  void expire(Kind kind) {
    TokenShelf.Kept token = peek(kind);
    if (token != null) {
      spoil(kind, token);
    }
  }

  /// Takes a token that somebody else asked the platform for.
  public void offer(Kind kind, String value, int seconds) {
    try {
      var _ =
          get(kind, () -> new TokenShelf.Fetched(value, Duration.ofSeconds(Math.max(1, seconds))));
    } catch (WxErrorException e) {
      throw new IllegalStateException("A token that is there can not be kept", e);
    }
  }
}
