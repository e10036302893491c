package io.huoshui.engine.rehearsal;

import io.huoshui.engine.Replica;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.reach.ChannelKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The port behind which people come from: a brand's history, or a synthetic brand. Made once for
/// one rehearsal.
public interface People {
  /// Everybody, as they are when the rehearsal begins. The caller closes it.
  Replica open();

  /// What they do of their own accord after what was asked for before and up to an instant, in
  /// order of time.
  List<Event> until(long toMs);

  /// What somebody buys because of a message, an answer or a guide; empty when they never buy.
  List<Event> order(Wish wish);

  /// How willing somebody still is, against 1, when they had stopped buying of their own accord.
  ///
  /// @param silent the rate for those who had
  double willing(Identifier who, long atMs, double silent);

  /// Where they come from, for the report.
  String source();

  /// An order that is about to be placed.
  ///
  /// @param key makes its id; equal keys are the same order
  /// @param who the identifier they were reached at
  /// @param text of the message; may name what is bought
  /// @param coupon that is redeemed, or null
  record Wish(
      String key,
      Identifier who,
      @Nullable ChannelKind channel,
      String text,
      @Nullable String coupon,
      long discountFen,
      long atMs) {}
}
