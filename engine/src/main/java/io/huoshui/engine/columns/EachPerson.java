package io.huoshui.engine.columns;

import io.huoshui.profile.Total;
import org.jspecify.annotations.Nullable;

/// Shows a block's people to a total one after the other: for what no loop over columns counts.
public final class EachPerson<T extends Total<T>> implements Loop<T> {
  @Override
  public void over(Block block, long @Nullable [] skip, T into) {
    var person = new RowPerson(block, Facts.NONE);
    Packed starts = block.starts();
    for (int local = 0; local < block.span(); local++) {
      int from = (int) starts.get(local);
      int to = (int) starts.get(local + 1);
      if (from < to && (skip == null || !Bits.get(skip, local))) {
        into.add(person.at(block.ordinal(local), from, to).timeline());
      }
    }
  }
}
