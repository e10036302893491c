package io.huoshui.audience;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import org.roaringbitmap.ImmutableBitmapDataProvider;
import org.roaringbitmap.RoaringBitmap;

/// The members of a segment at one instant, frozen: later events do not change it. It says where it
/// comes from: an audit can ask the same rule of the same instant again.
///
/// @param segment empty when a rule was asked that has no name, or people were chosen otherwise
/// @param version of the segment then; 0 without one
/// @param text the rule as it was then, or in words how the people were chosen
/// @param who decided it; empty for whom the system does not know
/// @param members profile names (smallest identifier node)
public record Audience(
    String name,
    String segment,
    int version,
    String text,
    Instant frozenAt,
    String who,
    RoaringBitmap members) {
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
