package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.engine.columns.Sweep;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// When an answer is given again, and when the question is asked anew.
class GivenAnswersTest {
  private final AtomicLong version = new AtomicLong(1);
  private final AtomicInteger times = new AtomicInteger();
  private final GivenAnswers given = new GivenAnswers(version::get);

  private int ask(GivenAnswers of) {
    return of.of(
        "question", _ -> new GivenAnswers.Answer<>(times.incrementAndGet(), version.get()));
  }

  @Test
  void untilSomethingIsWrittenTheAnswerIsGivenAgain() {
    assertThat(ask(given)).isEqualTo(1);
    assertThat(ask(given)).isEqualTo(1);
    version.incrementAndGet();
    assertThat(ask(given)).isEqualTo(2);
    int other = given.of("another", _ -> new GivenAnswers.Answer<>(times.incrementAndGet(), 2));
    assertThat(other).isEqualTo(3);
    assertThat(ask(given)).isEqualTo(2);
  }

  @Test
  void aFailureIsNotKept() {
    assertThatThrownBy(
            () ->
                given.of(
                    "question",
                    _ -> {
                      throw new IllegalStateException("no");
                    }))
        .hasMessage("no");
    assertThat(ask(given)).isEqualTo(1);
  }

  /// | second comes | it gets |
  /// |---|---|
  /// | before anything is written | what the first is finding out |
  /// | after something was written | an answer of its own |
  @Test
  void whoComesMeanwhileTakesAnAnswerThatKnowsWhatWasWrittenBefore() {
    for (boolean written : new boolean[] {false, true}) {
      times.set(0);
      version.set(1);
      var begun = new CountDownLatch(1);
      var came = new CountDownLatch(2);
      var go = new CountDownLatch(1);
      var answers =
          new GivenAnswers(
              () -> {
                came.countDown();
                return version.get();
              });
      var first =
          beside(
              () ->
                  answers.<Integer>of(
                      "question",
                      watch -> {
                        watch.accept(new Sweep(7));
                        begun.countDown();
                        await(go);
                        return new GivenAnswers.Answer<>(times.incrementAndGet(), 1);
                      }));
      await(begun);
      assertThat(answers.underWay())
          .singleElement()
          .satisfies(
              one -> {
                assertThat(one.question()).isEqualTo("question");
                assertThat(one.done()).isZero();
                assertThat(one.all()).isEqualTo(7);
              });
      if (written) {
        version.incrementAndGet();
      }
      var second = beside(() -> ask(answers));
      await(came);
      go.countDown();
      assertThat(first.join()).isEqualTo(1);
      assertThat(second.join()).isEqualTo(written ? 2 : 1);
      assertThat(answers.underWay()).isEmpty();
    }
  }

  /// On a thread of its own: a pool may have but one.
  private static CompletableFuture<Integer> beside(Supplier<Integer> work) {
    return CompletableFuture.supplyAsync(work, task -> Thread.ofPlatform().start(task));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
