package io.huoshui.reach;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Whose turn it is, when more messages are let out than a [Pace] lets go: each takes a number when
/// it comes, and the numbers are called evenly (the generic cell rate algorithm, ITU-T I.371, with
/// no burst). Nobody is passed over, and nothing goes out faster than the paces say.
///
/// A message waits in one queue after the other, the narrow before the wide: so a slow journey
/// keeps nobody else waiting for the channel they share.
public final class Turns {
  /// By queue, when it is free for the next, in µs.
  private final SortedMap<String, Long> freeUs = new TreeMap<>();

  /// @param passed how many queues the message has been through
  /// @param atMs when it goes on: now, or later, when its turn comes in the last of them
  public record Turn(int passed, long atMs) {}

  /// Takes a number. A transaction is owed and goes at once; it takes the place of another all the
  /// same.
  ///
  /// @param passed how many queues it has been through before
  /// @param atMs when it was let out
  public Turn take(
      List<Pace> paces,
      ChannelKind channel,
      String journey,
      String sender,
      Category category,
      long atMs,
      int passed) {
    long atUs = atMs * 1_000;
    List<Pace> all =
        paces.stream()
            .filter(pace -> pace.covers(channel, journey))
            .sorted(Comparator.comparingInt(Pace::breadth))
            .toList();
    for (int i = passed; i < all.size(); i++) {
      String queue = all.get(i).queue(sender);
      long turnUs = Math.max(atUs, freeUs.getOrDefault(queue, atUs));
      freeUs.put(queue, turnUs + all.get(i).intervalUs());
      if (turnUs > atUs && category != Category.TRANSACTION) {
        return new Turn(i + 1, Math.ceilDiv(turnUs, 1_000));
      }
    }
    return new Turn(all.size(), atMs);
  }

  /// By queue, when it is free for the next, in µs.
  public Map<String, Long> freeUs() {
    return Map.copyOf(freeUs);
  }

  /// As it was kept.
  public void restore(String queue, long us) {
    freeUs.put(queue, us);
  }

  @Override
  public String toString() {
    return freeUs.toString();
  }
}
