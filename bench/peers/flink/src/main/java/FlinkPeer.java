import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

/// A peer of `./huoshui bench journeys`: a person is a key with a step and an event-time timer. The
/// person's one event takes the first step and sets the first timer; the timer fires, takes the next
/// step and sets the next timer. Each fires exactly as often as it should, or there is no figure.
/// Time passes in watermarks, as many as ours has ticks. A checkpoint is taken every ten seconds.
///
/// ```
/// java FlinkPeer COUNT heap|rocksdb FOLDER TICKS      out: SCHEDULED/s FIRED/s FIRED
/// ```
final class FlinkPeer {
  private static final long FIRST_MS = 3 * 86_400_000L;
  private static final long NEXT_MS = 30 * 86_400_000L;
  private static final Duration CHECKPOINTS = Duration.ofSeconds(10);

  // One process has everything: what tasks count, the program reads.
  private static final LongAdder SCHEDULED = new LongAdder();
  private static final LongAdder FIRED = new LongAdder();
  private static final LongAdder AGAIN = new LongAdder();
  private static final AtomicLong BEGAN = new AtomicLong();
  private static final AtomicLong ALL_SCHEDULED = new AtomicLong();
  private static final AtomicLong FIRST_FIRED = new AtomicLong();
  private static final AtomicLong LAST_FIRED = new AtomicLong();

  private FlinkPeer() {}

  public static void main(String[] arguments) throws Exception {
    int count = Integer.parseInt(arguments[0]);
    int ticks = Integer.parseInt(arguments[3]);
    var configuration = new Configuration();
    configuration.setString("state.backend.type", arguments[1].equals("heap") ? "hashmap" : "rocksdb");
    configuration.setString("execution.checkpointing.storage", "filesystem");
    configuration.setString("execution.checkpointing.dir", "file://" + arguments[2]);
    configuration.setString("execution.checkpointing.incremental", "true");
    configuration.setString("taskmanager.memory.managed.size", "1g");
    var flink = StreamExecutionEnvironment.createLocalEnvironment(2, configuration);
    flink.getConfig().enableObjectReuse();
    flink.enableCheckpointing(CHECKPOINTS.toMillis());
    long perTick = Math.max(1, count / ticks);
    // After the people come numbers that are only there to say how late it is.
    flink
        .fromSource(
            new NumberSequenceSource(0, (long) count + ticks + 1),
            WatermarkStrategy.<Long>forGenerator(_ -> new Clock(count))
                .withTimestampAssigner((number, _) -> number < count ? number / perTick : 0),
            "people")
        .setParallelism(1)
        .filter(number -> number < count)
        .setParallelism(1)
        .keyBy(number -> number, Types.LONG)
        .process(new Steps(count))
        .setParallelism(2)
        .sinkTo(new DiscardingSink<>())
        .setParallelism(2);
    flink.execute();
    if (SCHEDULED.sum() != count || FIRED.sum() != count || AGAIN.sum() != count) {
      throw new IllegalStateException(
          SCHEDULED + " scheduled, " + FIRED + " and " + AGAIN + " fired of " + count);
    }
    System.out.printf(
        Locale.ROOT,
        "%.1f %.1f %d%n",
        count / ((ALL_SCHEDULED.get() - BEGAN.get()) / 1e9),
        count / ((LAST_FIRED.get() - FIRST_FIRED.get()) / 1e9),
        FIRED.sum());
  }

  /// Lets time pass tick by tick once everybody is there; the end of the numbers fires the rest.
  private static final class Clock implements WatermarkGenerator<Long> {
    private final int count;

    Clock(int count) {
      this.count = count;
    }

    @Override
    public void onEvent(Long number, long timestamp, WatermarkOutput output) {
      if (number >= count) {
        output.emitWatermark(new Watermark(FIRST_MS + number - count));
      }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {}
  }

  private static final class Steps extends KeyedProcessFunction<Long, Long, Long> {
    private final int count;
    private transient ValueState<Integer> step;

    Steps(int count) {
      this.count = count;
    }

    @Override
    public void open(org.apache.flink.api.common.functions.OpenContext context) {
      step = getRuntimeContext().getState(new ValueStateDescriptor<>("step", Types.INT));
    }

    @Override
    public void processElement(Long person, Context context, Collector<Long> out)
        throws Exception {
      if (BEGAN.get() == 0) {
        BEGAN.compareAndSet(0, System.nanoTime());
      }
      step.update(1);
      context.timerService().registerEventTimeTimer(FIRST_MS + context.timestamp());
      SCHEDULED.increment();
      if (person >= count - 64) {
        ALL_SCHEDULED.accumulateAndGet(System.nanoTime(), Math::max);
      }
    }

    @Override
    public void onTimer(long at, OnTimerContext context, Collector<Long> out) throws Exception {
      int now = step.value();
      if (now == 1) {
        FIRST_FIRED.compareAndSet(0, System.nanoTime());
        step.update(2);
        context.timerService().registerEventTimeTimer(at + NEXT_MS);
        FIRED.increment();
        LAST_FIRED.set(System.nanoTime());
      } else {
        step.clear();
        AGAIN.increment();
      }
    }
  }
}
