package io.huoshui.audience;

import java.time.Instant;
import org.roaringbitmap.ImmutableBitmapDataProvider;
import org.roaringbitmap.RoaringBitmap;

/// The members of a segment at one instant, frozen: later events do not change it.
///
/// @param text the rule as it was then
/// @param members profile names (smallest identifier node)
public record Audience(
    String name, String segment, String text, Instant frozenAt, RoaringBitmap members) {
  public Audience {
    members = members.clone();
    members.runOptimize();
  }

  public int size() {
    return members.getCardinality();
  }

  public boolean contains(int profile) {
    return members.contains(profile);
  }

  public ImmutableBitmapDataProvider view() {
    return members;
  }
}
