package io.huoshui.engine.columns;

import io.huoshui.event.Value;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Fold;
import io.huoshui.profile.Window;
import org.jspecify.annotations.Nullable;

/// A fold of everybody in a block: what [Fold#over] says of each. For one thread, block after
/// block.
public final class Folds {
  private final Fold fold;
  private final FoldLoop loop;
  private @Nullable Run run;

  public Folds(Fold fold, EventPattern pattern, Window.Span span) {
    this.fold = fold;
    this.loop = new FoldLoop(fold, pattern, span);
  }

  /// @param skip locals left out, which have no answer; null for none
  public Answers over(Block block, long @Nullable [] skip) {
    Run here = run;
    if (here == null) {
      here = new Run(block);
      run = here;
    }
    here.begin(block);
    loop.bind(block);
    var answers = new Answers(block, fold.property());
    while (here.next()) {
      loop.over(here);
      System.arraycopy(loop.types, 0, answers.types, here.firstLocal, here.locals);
      System.arraycopy(loop.bits, 0, answers.bits, here.firstLocal, here.locals);
    }
    if (skip != null) {
      for (int local = 0; local < block.span(); local++) {
        if (Bits.get(skip, local)) {
          answers.types[local] = FoldLoop.NONE;
        }
      }
    }
    return answers;
  }

  /// An answer per local.
  public static final class Answers {
    private final Block block;
    private final String property;
    private final byte[] types;
    private final long[] bits;

    private Answers(Block block, String property) {
      this.block = block;
      this.property = property;
      this.types = new byte[block.span()];
      this.bits = new long[block.span()];
    }

    /// Whether there was something to fold.
    public boolean has(int local) {
      return types[local] != FoldLoop.NONE;
    }

    /// The answer as a number; NaN when there is none.
    public double number(int local) {
      return switch (types[local]) {
        case FoldLoop.WHOLE -> bits[local];
        case FoldLoop.DECIMAL -> Double.longBitsToDouble(bits[local]);
        default -> {
          Value value = value(local);
          yield value == null ? Double.NaN : value.asNumber();
        }
      };
    }

    public @Nullable Value value(int local) {
      return switch (types[local]) {
        case FoldLoop.NONE -> null;
        case FoldLoop.WHOLE -> Value.of(bits[local]);
        case FoldLoop.DECIMAL -> Value.of(Double.longBitsToDouble(bits[local]));
        default -> {
          int row = (int) bits[local];
          yield property.isEmpty()
              ? Value.of(block.timeMs(row))
              : block.property(row, block.words().findKey(property));
        }
      };
    }
  }
}
