package io.huoshui.bench;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Kafka beside the intake: the same bodies, a line a record, two producers with `acks=all` that
/// wait for each body. Once with every append forced to disk before it is answered, once as Kafka
/// comes, where the operating system writes when it likes.
final class KafkaBeside implements AutoCloseable {
  private final Path folder;
  private final JavaPeer peer;
  private final List<Double> forced = new ArrayList<>();
  private final List<Double> standard = new ArrayList<>();
  private double[] forceMs = new double[2];

  KafkaBeside(Path folder) {
    this.folder = folder;
    this.peer = JavaPeer.start("kafka", "KafkaPeer", List.of(folder.toString()));
    if (!peer.line().equals("ready")) {
      throw new IllegalStateException("Kafka did not start");
    }
  }

  /// @param counts whether the round is more than warming up
  void round(List<byte[]> bodies, boolean counts) {
    Path file = folder.resolve("bodies");
    long events = 0;
    long bytes = 0;
    try (var out = new DataOutputStream(Files.newOutputStream(file))) {
      for (byte[] body : bodies) {
        out.writeInt(body.length);
        out.write(body);
        for (byte one : body) {
          events += one == '\n' ? 1 : 0;
        }
        bytes += body.length;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    double whileForced = round("forced", file, events, bytes);
    double asItComes = round("standard", file, events, bytes);
    if (counts) {
      forced.add(whileForced);
      standard.add(asItComes);
    }
    System.err.printf(
        Locale.ROOT,
        "    Kafka forced %,.0f events/s, as it comes %,.0f events/s%n",
        whileForced,
        asItComes);
  }

  private double round(String topic, Path file, long events, long bytes) {
    double[] answer = peer.ask(topic + " " + file);
    if (answer[1] != events || answer[2] != bytes) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "Kafka gave back %.0f of %d records, %.0f of %d bytes",
              answer[1],
              events,
              answer[2],
              bytes));
    }
    forceMs = new double[] {answer[3], answer[4]};
    return events / answer[0];
  }

  Figures forced() {
    return new Figures("Kafka, each append forced", "events/s", forced);
  }

  Figures standard() {
    return new Figures("Kafka as it comes", "events/s", standard);
  }

  /// Median and 99th percentile of the broker's forces, in milliseconds.
  double[] forceMs() {
    return forceMs.clone();
  }

  @Override
  public void close() {
    peer.close();
  }
}
