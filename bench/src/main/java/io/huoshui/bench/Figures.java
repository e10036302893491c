package io.huoshui.bench;

import com.sun.management.OperatingSystemMXBean;
import io.huoshui.json.Json;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;

/// Repetitions of one measurement.
record Figures(String name, String unit, List<Double> values) {
  Figures {
    values = List.copyOf(values);
  }

  double median() {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  double least() {
    return values.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
  }

  double most() {
    return values.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
  }

  void print() {
    System.err.printf(
        Locale.ROOT,
        "  %-28s median %,.1f %s  (%,.1f … %,.1f, n = %d)%n",
        name,
        median(),
        unit,
        least(),
        most(),
        values.size());
  }

  /// The one line that programs read.
  ///
  /// @param peer null where there is none to run beside
  /// @param limit the physical limit in the same unit, NaN where it is not known
  static void line(String name, Figures ours, Figures[] peer, double limit, Object... more) {
    var fields = new LinkedHashMap<String, Json>();
    fields.put("name", Json.of(name));
    fields.put("ours", rounded(ours.median()));
    fields.put("peer", peer.length == 0 ? new Json.Null() : rounded(peer[0].median()));
    fields.put(
        "ratio", peer.length == 0 ? new Json.Null() : rounded(ours.median() / peer[0].median()));
    fields.put("unit", Json.of(ours.unit()));
    fields.put(
        "limitFraction", Double.isNaN(limit) ? new Json.Null() : rounded(ours.median() / limit));
    fields.put("spread", Json.of(List.of(rounded(ours.least()), rounded(ours.most()))));
    if (peer.length > 0) {
      fields.put("peerSpread", Json.of(List.of(rounded(peer[0].least()), rounded(peer[0].most()))));
    }
    for (int i = 0; i < more.length; i += 2) {
      fields.put(
          (String) more[i],
          more[i + 1] instanceof Integer whole
              ? Json.of(whole)
              : more[i + 1] instanceof Json json
                  ? json
                  : rounded(((Number) more[i + 1]).doubleValue()));
    }
    System.out.println(new Json.Obj(fields).write());
  }

  private static Json rounded(double value) {
    return Double.isFinite(value)
        ? new Json.Num(new BigDecimal(value).round(new MathContext(5)))
        : new Json.Null();
  }

  /// What this process has used of all cores so far, in seconds: how long something took says less
  /// where other programs want the same cores.
  static double cpuSeconds() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getProcessCpuTime() / 1e9
        : Double.NaN;
  }

  /// How many programs wanted a core in the last minute.
  static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  static Figures of(String name, String unit, double... values) {
    return new Figures(name, unit, Arrays.stream(values).boxed().toList());
  }
}
