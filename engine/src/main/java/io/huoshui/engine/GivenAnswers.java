package io.huoshui.engine;

import io.huoshui.engine.columns.Sweep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Answers about everybody, kept until something else is written. Of the same question one is on
/// its way at a time: who comes meanwhile waits, and takes the answer that was begun after they
/// came. For any thread.
final class GivenAnswers {
  /// Questions have parameters; so many are remembered.
  private static final int MOST = 32;

  private final LongSupplier version;
  private final Map<Object, Given> given =
      new LinkedHashMap<>(MOST, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Object, Given> eldest) {
          return size() > MOST;
        }
      };

  /// @param version grows with every write
  GivenAnswers(LongSupplier version) {
    this.version = version;
  }

  private static final class Given {
    final ReentrantLock asking = new ReentrantLock();
    @Nullable Object answer;
    long version;
    volatile @Nullable Sweep sweep;
  }

  /// An answer of an instant that is not before the call.
  ///
  /// @param question equal questions have equal answers
  /// @param ask says the answer and what version it is of
  @SuppressWarnings("unchecked")
  <A> A of(Object question, Function<Consumer<Sweep>, Answer<A>> ask) {
    long asked = version.getAsLong();
    Given here;
    synchronized (given) {
      here = given.computeIfAbsent(question, _ -> new Given());
    }
    here.asking.lock();
    try {
      Object known = here.answer;
      if (known != null && here.version >= asked) {
        return (A) known;
      }
      Answer<A> answer = ask.apply(sweep -> here.sweep = sweep);
      here.answer = answer.answer();
      here.version = answer.version();
      return answer.answer();
    } finally {
      here.sweep = null;
      here.asking.unlock();
    }
  }

  /// @param version of the state it says something of
  record Answer<A>(A answer, long version) {}

  /// The questions that are being asked now.
  List<Questions.UnderWay> underWay() {
    var found = new ArrayList<Questions.UnderWay>();
    synchronized (given) {
      given.forEach(
          (question, here) -> {
            Sweep sweep = here.sweep;
            if (sweep != null) {
              found.add(
                  new Questions.UnderWay(
                      question.toString(), sweep.done(), sweep.all(), sweep::cancel));
            }
          });
    }
    return found;
  }
}
