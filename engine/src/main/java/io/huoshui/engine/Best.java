package io.huoshui.engine;

import java.util.Arrays;

/// The highest scores among many, so many at most: a heap whose root is the first to go. Of equal
/// scores that of the smaller number is the better.
final class Best {
  private final int most;
  private double[] scores;
  private int[] numbers;
  private int size;

  Best(int most) {
    this.most = most;
    this.scores = new double[Math.min(most, 1024)];
    this.numbers = new int[scores.length];
  }

  void offer(double score, int number) {
    if (size < most) {
      if (size == scores.length) {
        int room = (int) Math.min(most, size * 2L);
        scores = Arrays.copyOf(scores, room);
        numbers = Arrays.copyOf(numbers, room);
      }
      put(size++, score, number);
      up(size - 1);
    } else if (most > 0 && better(score, number, scores[0], numbers[0])) {
      put(0, score, number);
      down(size);
    }
  }

  void add(Best other) {
    for (int i = 0; i < other.size; i++) {
      offer(other.scores[i], other.numbers[i]);
    }
  }

  int size() {
    return size;
  }

  /// Puts all in order, the best first. Nothing is offered afterwards.
  void order() {
    for (int last = size - 1; last > 0; last--) {
      swap(0, last);
      down(last);
    }
  }

  double score(int rank) {
    return scores[rank];
  }

  int number(int rank) {
    return numbers[rank];
  }

  private static boolean better(double score, int number, double than, int thanNumber) {
    return score > than || (score == than && number < thanNumber);
  }

  private boolean worse(int one, int other) {
    return better(scores[other], numbers[other], scores[one], numbers[one]);
  }

  private void put(int at, double score, int number) {
    scores[at] = score;
    numbers[at] = number;
  }

  private void swap(int one, int other) {
    double score = scores[one];
    int number = numbers[one];
    put(one, scores[other], numbers[other]);
    put(other, score, number);
  }

  private void up(int from) {
    for (int at = from; at > 0 && worse(at, (at - 1) / 2); at = (at - 1) / 2) {
      swap(at, (at - 1) / 2);
    }
  }

  private void down(int end) {
    int at = 0;
    while (2 * at + 1 < end) {
      int worst = 2 * at + 1;
      if (worst + 1 < end && worse(worst + 1, worst)) {
        worst++;
      }
      if (!worse(worst, at)) {
        return;
      }
      swap(at, worst);
      at = worst;
    }
  }
}
