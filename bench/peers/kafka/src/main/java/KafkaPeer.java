import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.management.ObjectName;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// A peer of `./huoshui bench intake`: one broker in this process and two producers, `acks=all`,
/// flushed after every body. An event's line is one record. Two topics: in `forced` every append is
/// forced to disk before it is answered (`flush.messages=1`), in `standard` the broker leaves that
/// to the operating system, as it does unless told otherwise.
///
/// ```
/// java KafkaPeer FOLDER        in:  forced BODIES      out: SECONDS COUNT BYTES FORCE50 FORCE99
/// ```
///
/// BODIES is a file: per body its length in four bytes, and the body. What was produced is read
/// back and counted before the answer; that is not in the seconds. The last two are the broker's
/// forces so far, in ms.
final class KafkaPeer {
  private static final int PRODUCERS = 2;
  private static final List<String> TOPICS = List.of("forced", "standard");

  private final String address;
  private final long[] counted = new long[TOPICS.size() * PRODUCERS];

  private KafkaPeer(String address) {
    this.address = address;
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    int port = freePort();
    begin(folder, port);
    var peer = new KafkaPeer("127.0.0.1:" + port);
    peer.topics();
    System.out.println("ready");
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ", 2);
      System.out.println(peer.round(words[0], bodies(Path.of(words[1]))));
    }
    Runtime.getRuntime().halt(0);
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static void begin(Path folder, int port) throws Exception {
    int other = freePort();
    Path settings = folder.resolve("server.properties");
    Files.createDirectories(folder);
    Files.writeString(
        settings,
        """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@127.0.0.1:%2$d
        listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
        advertised.listeners=PLAINTEXT://127.0.0.1:%1$d
        controller.listener.names=CONTROLLER
        listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
        log.dirs=%3$s
        offsets.topic.replication.factor=1
        auto.create.topics.enable=false
        message.max.bytes=8388608
        """
            .formatted(port, other, folder.resolve("log")));
    int ended =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "kafka.tools.StorageTool",
                "format",
                "-t",
                "AAAAAAAAQACAAAAAAAAAAQ",
                "-c",
                settings.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start()
            .waitFor();
    if (ended != 0) {
      throw new IllegalStateException("kafka.tools.StorageTool ended with " + ended);
    }
    Thread.ofPlatform()
        .daemon()
        .name("kafka")
        .start(() -> kafka.Kafka.main(new String[] {settings.toString()}));
  }

  private void topics() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", address))) {
      admin
          .createTopics(
              List.of(
                  new NewTopic("forced", PRODUCERS, (short) 1)
                      .configs(Map.of("flush.messages", "1")),
                  new NewTopic("standard", PRODUCERS, (short) 1)))
          .all()
          .get(60, TimeUnit.SECONDS);
    }
  }

  private static List<byte[]> bodies(Path file) throws IOException {
    var bodies = new ArrayList<byte[]>();
    try (var in = new DataInputStream(Files.newInputStream(file))) {
      byte[] all = in.readAllBytes();
      for (int at = 0; at < all.length; ) {
        int length = java.nio.ByteBuffer.wrap(all, at, 4).getInt();
        bodies.add(java.util.Arrays.copyOfRange(all, at + 4, at + 4 + length));
        at += 4 + length;
      }
    }
    return bodies;
  }

  private String round(String topic, List<byte[]> bodies) throws Exception {
    double seconds;
    try (var threads = Executors.newFixedThreadPool(PRODUCERS)) {
      var producers = new ArrayList<KafkaProducer<byte[], byte[]>>();
      for (int i = 0; i < PRODUCERS; i++) {
        producers.add(
            new KafkaProducer<>(
                Map.of(
                    "bootstrap.servers",
                    address,
                    "acks",
                    "all",
                    // A body is one batch: nothing waits for more, nothing is cut.
                    "batch.size",
                    4 << 20,
                    "linger.ms",
                    1_000,
                    "max.request.size",
                    8 << 20),
                new ByteArraySerializer(),
                new ByteArraySerializer()));
        producers.getLast().partitionsFor(topic);
      }
      long began = System.nanoTime();
      var running = new ArrayList<java.util.concurrent.Future<?>>();
      for (int i = 0; i < PRODUCERS; i++) {
        int partition = i;
        running.add(
            threads.submit(
                () -> {
                  for (int body = partition; body < bodies.size(); body += PRODUCERS) {
                    send(producers.get(partition), topic, partition, bodies.get(body));
                  }
                }));
      }
      for (var one : running) {
        one.get();
      }
      seconds = (System.nanoTime() - began) / 1e9;
      producers.forEach(KafkaProducer::close);
    }
    long[] found = count(topic);
    return String.format(
        Locale.ROOT,
        "%.6f %d %d %.3f %.3f",
        seconds,
        found[0],
        found[1],
        forceMs("50thPercentile"),
        forceMs("99thPercentile"));
  }

  private static void send(
      KafkaProducer<byte[], byte[]> producer, String topic, int partition, byte[] body) {
    int from = 0;
    for (int at = 0; at < body.length; at++) {
      if (body[at] == '\n') {
        producer.send(
            new ProducerRecord<>(
                topic, partition, null, java.util.Arrays.copyOfRange(body, from, at + 1)));
        from = at + 1;
      }
    }
    producer.flush();
  }

  /// What came since it was last counted: records and bytes.
  private long[] count(String topic) {
    long records = 0;
    long bytes = 0;
    try (var consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", address),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      for (int i = 0; i < PRODUCERS; i++) {
        var partition = new TopicPartition(topic, i);
        int at = TOPICS.indexOf(topic) * PRODUCERS + i;
        consumer.assign(List.of(partition));
        consumer.seek(partition, counted[at]);
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        while (consumer.position(partition) < end) {
          for (var record : consumer.poll(Duration.ofSeconds(5))) {
            records++;
            bytes += record.value().length;
          }
        }
        counted[at] = end;
      }
    }
    return new long[] {records, bytes};
  }

  private static double forceMs(String which) throws Exception {
    return ((Number)
            ManagementFactory.getPlatformMBeanServer()
                .getAttribute(
                    new ObjectName("kafka.log:type=LogFlushStats,name=LogFlushRateAndTimeMs"),
                    which))
        .doubleValue();
  }
}
