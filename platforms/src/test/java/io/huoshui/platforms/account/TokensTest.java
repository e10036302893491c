package io.huoshui.platforms.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import me.chanjar.weixin.common.error.WxError;
import me.chanjar.weixin.common.error.WxErrorException;
import org.junit.jupiter.api.Test;

class TokensTest {
  private volatile Instant now = Instant.parse("2026-07-01T00:00:00Z");
  private final MemoryShelf shelf = new MemoryShelf(() -> now);
  private final AtomicInteger asked = new AtomicInteger();

  private Tokens tokens() {
    return new Tokens(shelf, "corp", () -> now);
  }

  private TokenShelf.Fetched next() {
    return new TokenShelf.Fetched("t" + asked.incrementAndGet(), Duration.ofHours(2));
  }

  private TokenShelf.Kept get(Tokens tokens) throws WxErrorException {
    return tokens.get(Tokens.Kind.ACCESS, this::next);
  }

  private static <T> List<Future<T>> together(int threads, Callable<T> work)
      throws InterruptedException {
    var start = new CountDownLatch(1);
    var futures = new ArrayList<Future<T>>();
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < threads; i++) {
        futures.add(
            pool.submit(
                () -> {
                  start.await();
                  return work.call();
                }));
      }
      start.countDown();
    }
    return futures;
  }

  /// WxJava #369, #1222, #1300, #2803: every thread of every instance asked for itself.
  @Test
  void twoHundredThreadsOfTwoInstancesAskOnce() throws Exception {
    Tokens one = tokens();
    Tokens other = tokens();
    var turn = new AtomicInteger();
    for (int round = 1; round <= 3; round++) {
      for (Future<TokenShelf.Kept> each :
          together(200, () -> get(turn.getAndIncrement() % 2 == 0 ? one : other))) {
        assertThat(each.get().value()).isEqualTo("t" + round);
      }
      assertThat(asked).hasValue(round);
      now = now.plus(Duration.ofHours(2));
    }
  }

  @Test
  void allWhoWaitGetTheFailureOfTheOneWhoAsked() throws Exception {
    Tokens tokens = tokens();
    var inside = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var error = new WxErrorException(WxError.builder().errorCode(40013).build());
    try (var pool = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> first =
          pool.submit(
              () ->
                  tokens.get(
                      Tokens.Kind.ACCESS,
                      () -> {
                        asked.incrementAndGet();
                        inside.countDown();
                        try {
                          release.await();
                        } catch (InterruptedException e) {
                          throw new IllegalStateException(e);
                        }
                        throw error;
                      }));
      inside.await();
      var follower = new AtomicReference<Thread>();
      Future<?> second =
          pool.submit(
              () -> {
                follower.set(Thread.currentThread());
                return get(tokens);
              });
      while (follower.get() == null || follower.get().getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
      release.countDown();
      for (Future<?> each : List.of(first, second)) {
        assertThatThrownBy(each::get).hasCause(error);
      }
    }
    assertThat(asked).hasValue(1);
    assertThat(get(tokens).value()).as("and the next one asks again").isEqualTo("t2");
  }

  /// What was refused with an old token says nothing about the new one.
  @Test
  void onlyTheTokenThatWasRefusedIsSpoiled() throws Exception {
    Tokens tokens = tokens();
    TokenShelf.Kept old = get(tokens);
    tokens.spoil(Tokens.Kind.ACCESS, old);
    TokenShelf.Kept fresh = get(tokens);
    assertThat(fresh.fence()).isGreaterThan(old.fence());
    for (int i = 0; i < 64; i++) {
      tokens.spoil(Tokens.Kind.ACCESS, old);
    }
    assertThat(get(tokens)).isEqualTo(fresh);
    assertThat(asked).hasValue(2);
  }

  /// The other instance has a fresh one already: it is taken, not fetched.
  @Test
  void whatAnotherInstanceFetchedIsTaken() throws Exception {
    Tokens one = tokens();
    Tokens other = tokens();
    TokenShelf.Kept first = get(one);
    assertThat(get(other)).isEqualTo(first);
    one.spoil(Tokens.Kind.ACCESS, first);
    TokenShelf.Kept second = get(one);
    other.spoil(Tokens.Kind.ACCESS, first);
    assertThat(get(other)).isEqualTo(second);
    assertThat(asked).hasValue(2);
  }

  /// WxJava #1381: a platform that refuses the token it has just given was asked without end.
  @Test
  void aPlatformThatGivesTheSameTokenAgainIsNotAskedAllTheTime() throws Exception {
    Tokens tokens = tokens();
    for (int i = 0; i < 50; i++) {
      TokenShelf.Kept token =
          tokens.get(
              Tokens.Kind.ACCESS,
              () -> {
                asked.incrementAndGet();
                return new TokenShelf.Fetched("same", Duration.ofHours(2));
              });
      tokens.spoil(Tokens.Kind.ACCESS, token);
    }
    assertThat(asked).hasValue(2);
    now = now.plusSeconds(10);
    TokenShelf.Kept token = get(tokens);
    tokens.spoil(Tokens.Kind.ACCESS, token);
    assertThat(get(tokens).value()).isEqualTo("t3");
  }

  @Test
  void kindsAndOwnersAreApart() throws Exception {
    Tokens tokens = tokens();
    get(tokens);
    assertThat(tokens.get(Tokens.Kind.JSAPI, this::next).value()).isEqualTo("t2");
    assertThat(get(new Tokens(shelf, "corp with another secret", () -> now)).value())
        .isEqualTo("t3");
    assertThat(get(tokens).value()).isEqualTo("t1");
  }
}
