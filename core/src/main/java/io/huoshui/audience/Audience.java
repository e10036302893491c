package io.huoshui.audience;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
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

  /// What to know the members by: SHA-256 of their names in order, `p` and the number, each on a
  /// line of its own; in hexadecimal. So whoever has the list can make it, too.
  public String sha256() {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
    members.forEach(
        (int profile) -> digest.update(("p" + profile + "\n").getBytes(StandardCharsets.US_ASCII)));
    return HexFormat.of().formatHex(digest.digest());
  }

  public boolean contains(int profile) {
    return members.contains(profile);
  }

  public ImmutableBitmapDataProvider view() {
    return members;
  }
}
