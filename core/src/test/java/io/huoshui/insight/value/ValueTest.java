package io.huoshui.insight.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueTest {
  /// The sample of the papers, 39 weeks of calibration.
  private static Purchases cdnow() throws IOException {
    String named = System.getenv("HUOSHUI_DATA");
    Path here = Path.of("").toAbsolutePath();
    Path root = Files.exists(here.resolve("examples")) ? here : here.resolve("..").normalize();
    Path data = named == null ? root.resolve("../shared/data").normalize() : Path.of(named);
    Path file = data.resolve("cdnow/cdnow_customers_summary_with_transactions.csv");
    assumeTrue(Files.isRegularFile(file), () -> "needs " + file + " (set HUOSHUI_DATA)");
    List<String> lines = Files.readAllLines(file);
    var purchases = new Purchases();
    for (String line : lines.subList(1, lines.size())) {
      String[] of = line.split(",", -1);
      purchases.add(
          new Purchases.One(
              Integer.parseInt(of[1]),
              Double.parseDouble(of[2]),
              Double.parseDouble(of[3]),
              Double.parseDouble(of[4])));
    }
    return purchases;
  }

  /// Fader, Hardie and Lee 2005, table 2 and the example of their spreadsheet.
  @Test
  void bgNbdGivesThePublishedFiguresOfCdnow() throws IOException {
    Purchases purchases = cdnow();
    Fit<BgNbd> fit = BgNbd.fit(purchases);

    assertThat(purchases.size()).isEqualTo(2_357);
    assertThat(fit.converged()).isTrue();
    assertThat(fit.logLikelihood()).isCloseTo(-9582.4, within(0.05));
    assertThat(fit.model().r()).isCloseTo(0.243, within(0.001));
    assertThat(fit.model().alpha()).isCloseTo(4.414, within(0.005));
    assertThat(fit.model().a()).isCloseTo(0.793, within(0.002));
    assertThat(fit.model().b()).isCloseTo(2.426, within(0.01));
    assertThat(fit.model().expected(39, new Purchases.One(2, 30.43, 38.86, 0)))
        .isCloseTo(1.226, within(0.001));
  }

  /// Fader and Hardie, "Implementing the Pareto/NBD model given interval-censored data" and their
  /// notes: r .553, α 10.578, s .606, β 11.669, log-likelihood -9595.0.
  @Test
  void paretoNbdGivesThePublishedFiguresOfCdnow() throws IOException {
    Fit<ParetoNbd> fit = ParetoNbd.fit(cdnow());

    assertThat(fit.converged()).isTrue();
    assertThat(fit.logLikelihood()).isCloseTo(-9595.0, within(0.05));
    assertThat(fit.model().r()).isCloseTo(0.553, within(0.001));
    assertThat(fit.model().alpha()).isCloseTo(10.578, within(0.01));
    assertThat(fit.model().s()).isCloseTo(0.606, within(0.002));
    assertThat(fit.model().beta()).isCloseTo(11.669, within(0.05));
  }

  /// Fader and Hardie 2013, on the 946 who bought again.
  @Test
  void gammaGammaGivesThePublishedFiguresOfCdnow() throws IOException {
    Fit<GammaGamma> fit = GammaGamma.fit(cdnow());

    assertThat(fit.converged()).isTrue();
    assertThat(fit.model().p()).isCloseTo(6.25, within(0.01));
    assertThat(fit.model().q()).isCloseTo(3.74, within(0.01));
    assertThat(fit.model().v()).isCloseTo(15.44, within(0.05));
  }

  /// Customers drawn from a model: the fit finds it again, and expects as many purchases as there
  /// are.
  @Test
  void whatAModelDoesIsFoundAgain() {
    var random = new Random(11);
    int size = 20_000;
    double known = 52;
    double next = 26;
    var purchases = new Purchases();
    long later = 0;
    for (int i = 0; i < size; i++) {
      // Rates exponential with mean 0.2 (r 1, alpha 5), chances to stop uniform (a 1, b 1).
      double rate = -Math.log(1 - random.nextDouble()) / 5;
      double stops = random.nextDouble();
      double at = 0;
      int repeats = 0;
      double last = 0;
      while (true) {
        at += -Math.log(1 - random.nextDouble()) / rate;
        if (at > known + next) {
          break;
        }
        if (at <= known) {
          repeats++;
          last = at;
        } else {
          later++;
        }
        if (random.nextDouble() < stops) {
          break;
        }
      }
      purchases.add(new Purchases.One(repeats, last, known, 0));
    }
    Fit<BgNbd> fit = BgNbd.fit(purchases);

    assertThat(fit.model().r()).isCloseTo(1, within(0.1));
    assertThat(fit.model().alpha()).isCloseTo(5, within(0.6));
    assertThat(fit.model().a()).isCloseTo(1, within(0.1));
    assertThat(fit.model().b()).isCloseTo(1, within(0.1));
    double expected = 0;
    for (int i = 0; i < size; i++) {
      double one = fit.model().expected(next, purchases.of(i));
      assertThat(one).isNotNegative();
      assertThat(fit.model().alive(purchases.of(i))).isBetween(0.0, 1.0);
      expected += one;
    }
    assertThat(expected).isCloseTo((double) later, within(0.05 * later));
  }

  /// The longer nothing came, the less is expected; the mean of the next purchase lies between the
  /// customer's and everybody's.
  @Test
  void silenceCountsAndOneDearPurchaseIsNoHabit() {
    var bgNbd = new BgNbd(0.243, 4.414, 0.793, 2.426);
    var paretoNbd = new ParetoNbd(0.553, 10.578, 0.606, 11.669);
    double before = Double.MAX_VALUE;
    double other = Double.MAX_VALUE;
    for (double known = 10; known < 100; known += 10) {
      var one = new Purchases.One(5, 10, known, 20);
      assertThat(bgNbd.expected(10, one)).isPositive().isLessThan(before);
      assertThat(paretoNbd.expected(10, one)).isPositive().isLessThan(other);
      before = bgNbd.expected(10, one);
      other = paretoNbd.expected(10, one);
    }
    var spend = new GammaGamma(6.25, 3.74, 15.44);
    double everybody = spend.expected(new Purchases.One(0, 0, 9, 0));
    assertThat(everybody).isCloseTo(35.2, within(0.1));
    double few = spend.expected(new Purchases.One(1, 3, 9, 200));
    double many = spend.expected(new Purchases.One(30, 3, 9, 200));
    assertThat(everybody).isLessThan(few);
    assertThat(few).isLessThan(many);
    assertThat(many).isLessThan(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # a | b   | c   | z
          1   | 1   | 2   | 0.5
          1   | 1   | 2   | 0.99
          2.5 | 1.5 | 1.5 | 0.3
          0.5 | 1   | 1.5 | 0.81
          3   | 2   | 4   | 0.9
          2   | 5   | 5   | 0.75
          4   | 3   | 9   | 0
          """)
  void hypergeometricIsWhatItIsInClosedForm(double a, double b, double c, double z) {
    double closed =
        a == 1 && b == 1 && c == 2
            ? -Math.log(1 - z) / z
            : b == c
                ? Math.pow(1 - z, -a)
                : a == 0.5 && b == 1 && c == 1.5
                    ? Math.log((1 + Math.sqrt(z)) / (1 - Math.sqrt(z))) / (2 * Math.sqrt(z))
                    : Double.NaN;
    double found = Special.hypergeometric(a, b, c, z);
    if (!Double.isNaN(closed)) {
      assertThat(found).isCloseTo(closed, within(1e-12 * closed));
    }
    // Gauss: symmetric in a and b, and Euler's transformation.
    assertThat(found).isCloseTo(Special.hypergeometric(b, a, c, z), within(1e-12 * found));
    assertThat(found)
        .isCloseTo(
            Math.pow(1 - z, c - a - b) * Special.hypergeometric(c - a, c - b, c, z),
            within(1e-9 * found));
  }

  @Test
  void logGammaIsThatOfFactorialsAndHalves() {
    double log = 0;
    for (int n = 1; n < 150; n++) {
      assertThat(Special.logGamma(n)).isCloseTo(log, within(1e-12 * Math.max(1, log)));
      log += Math.log(n);
    }
    assertThat(Special.logGamma(0.5)).isCloseTo(Math.log(Math.sqrt(Math.PI)), within(1e-13));
    assertThat(Special.logGamma(0.01)).isCloseTo(4.599479878042021, within(1e-12));
  }

  @Test
  void whatCanNotBeIsRefused() {
    assertThatThrownBy(() -> new Purchases.One(0, 3, 9, 0))
        .hasMessageContaining("none means a last of 0");
    assertThatThrownBy(() -> new BgNbd(1, 0, 1, 1)).hasMessageContaining("alpha 0.0");
    var once = new Purchases();
    once.add(new Purchases.One(0, 0, 5, 0));
    once.add(new Purchases.One(0, 0, 6, 0));
    assertThatThrownBy(() -> BgNbd.fit(once))
        .hasMessageContaining("None of 2 customers bought again");
  }
}
