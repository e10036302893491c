package io.huoshui.engine;

import io.huoshui.audience.Condition;
import io.huoshui.audience.Moment;
import io.huoshui.engine.columns.Block;
import io.huoshui.engine.columns.Facts;
import io.huoshui.engine.columns.Program;
import io.huoshui.engine.columns.Sweep;
import io.huoshui.event.IdentifierKind;
import io.huoshui.profile.Person;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// Asks a rule of everybody at one instant: blocks answer for whoever has all events in them, by
/// loops over columns on several threads; whoever has fresh events is asked by the rule itself.
final class Everybody {
  private final Condition rule;
  private final Moment moment;
  private final List<Block> blocks = new ArrayList<>();
  private final Sweep sweep;
  private final Facts facts;
  private List<long[]> answers = List.of();

  /// Sees which blocks there are; the state must not change meanwhile.
  Everybody(Condition rule, State state) {
    this.rule = rule.with(state.surroundings());
    this.moment = new Moment(state.now(), state.zone());
    for (Lane lane : state.lanes) {
      blocks.addAll(lane.timelines.blocks());
    }
    this.sweep = new Sweep(blocks.size());
    this.facts = facts(state);
  }

  private static Facts facts(State state) {
    return new Facts() {
      @Override
      public boolean has(int ordinal, IdentifierKind kind) {
        for (int node : state.graph.members(profile(ordinal))) {
          if (state.graph.kind(node) == kind) {
            return true;
          }
        }
        return false;
      }

      @Override
      public boolean inAudience(int ordinal, String audience) {
        for (int node : state.graph.members(profile(ordinal))) {
          if (state.audienceHas(audience, node)) {
            return true;
          }
        }
        return false;
      }

      @Override
      public boolean onJourney(int ordinal, String journey, Person.Standing standing) {
        return state.onJourney(profile(ordinal), journey, standing);
      }

      @Override
      public int profile(int ordinal) {
        return state.graph.profileOf(state.ordinals.node(ordinal));
      }
    };
  }

  /// Asks the blocks. The state must not change meanwhile.
  void askBlocks(int threads) {
    Program program = Program.compile(rule, moment);
    answers =
        sweep.over(
            threads,
            () -> {
              Program.Evaluator evaluator = program.evaluator();
              return block -> evaluator.over(blocks.get(block), facts, null);
            });
  }

  /// Puts the answers together with those of whoever is not in the blocks that were asked. The
  /// state must not change meanwhile.
  ///
  /// @return the names of the profiles
  RoaringBitmap members(State state) {
    var members = new RoaringBitmap();
    View view = state.view();
    for (Lane lane : state.lanes) {
      @Nullable Block[] ranges = lane.timelines.ranges();
      int locals = (state.ordinals.size() - lane.number() + Lane.COUNT - 1) / Lane.COUNT;
      for (int from = 0; from < locals; from += Timelines.RANGE) {
        int range = from >>> Timelines.RANGE_BITS;
        Block block = range < ranges.length ? ranges[range] : null;
        // A block that was written meanwhile was not asked.
        int asked = block == null ? -1 : blocks.indexOf(block);
        long[] bits = asked < 0 ? null : answers.get(asked);
        int span = block == null ? 0 : block.span();
        int to = Math.min(locals - from, Timelines.RANGE);
        for (int local = 0; local < to; local++) {
          int profile = state.ordinals.node((from + local) * Lane.COUNT + lane.number());
          if (!state.graph.person(profile)) {
            continue;
          }
          boolean is;
          if (bits != null && local < span && lane.timelines.inBlock(from + local)) {
            is = ((bits[local >>> 6] >>> local) & 1) == 1;
          } else {
            is = rule.test(view.of(profile), moment);
          }
          if (is) {
            members.add(profile);
          }
        }
      }
    }
    return members;
  }
}
