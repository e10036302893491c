package io.huoshui.guide;

import io.huoshui.guide.RevenueRules.Credit;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Total;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// What was paid in a stretch of time, by store and guide, less what was given back of it until
/// now. The rows add up to the whole, to the fen.
///
/// A return is taken from whoever the order was credited to, in the shares they still have of it.
public final class Takings implements Total<Takings> {
  /// @param orders of which a part was credited; an order that is divided counts for each
  /// @param returnedFen of `paidFen`
  public record Row(long buyers, long orders, long paidFen, long returnedFen) {
    static final Row NONE = new Row(0, 0, 0, 0);

    public Row plus(Row more) {
      return new Row(
          buyers + more.buyers,
          orders + more.orders,
          paidFen + more.paidFen,
          returnedFen + more.returnedFen);
    }
  }

  /// What one order paid, and whose it is.
  private static final class Split {
    private final List<Credit> owners = new ArrayList<>();
    private final List<Long> left = new ArrayList<>();

    void paid(List<Credit> to, List<Long> fen) {
      owners.addAll(to);
      left.addAll(fen);
    }

    long left() {
      return left.stream().mapToLong(Long::longValue).sum();
    }
  }

  private final RevenueRules.At rules;
  private final long fromMs;
  private final long toMs;
  private final SortedMap<Credit, Row> rows = new TreeMap<>();
  private Row all = Row.NONE;
  private long tooMuchFen;
  private long people;

  /// @param fromMs of orders, inclusive
  /// @param toMs exclusive
  public Takings(RevenueRules.At rules, long fromMs, long toMs) {
    this.rules = rules;
    this.fromMs = fromMs;
    this.toMs = toMs;
  }

  @Override
  public void add(Timeline timeline) {
    people++;
    var splits = new HashMap<String, Split>(4);
    var own = new HashMap<Credit, Row>(4);
    Row total = Row.NONE;
    Bindings bindings = null;
    int end = timeline.from(toMs);
    for (int i = timeline.from(fromMs); i < end; i++) {
      if (timeline.name(i).equals("order_paid")) {
        bindings = bindings == null ? Bindings.of(timeline, rules.binding()) : bindings;
        long fen = Math.max(0, timeline.whole(i, "amountFen"));
        List<Credit> owners = rules.rules().owners(timeline, i, bindings, rules.binding());
        List<Long> parts =
            Apportion.of(
                fen, rules.rules().parts().stream().map(part -> (long) part.percent()).toList());
        splits
            .computeIfAbsent(Bindings.text(timeline, i, "orderId"), _ -> new Split())
            .paid(owners, parts);
        for (int k = 0; k < parts.size(); k++) {
          // Two parts of one owner are one order of theirs.
          long order = owners.indexOf(owners.get(k)) == k ? 1 : 0;
          own.merge(owners.get(k), new Row(0, order, parts.get(k), 0), Row::plus);
        }
        total = total.plus(new Row(0, 1, fen, 0));
      }
    }
    if (total.orders() == 0) {
      return;
    }
    for (int i = timeline.from(fromMs); i < timeline.size(); i++) {
      String name = timeline.name(i);
      Split split =
          name.equals("order_refunded") || name.equals("order_cancelled")
              ? splits.get(Bindings.text(timeline, i, "orderId"))
              : null;
      if (split != null) {
        long asked = Math.max(0, timeline.whole(i, "amountFen"));
        long fen = Math.min(asked, split.left());
        tooMuchFen += asked - fen;
        total = total.plus(new Row(0, 0, 0, fen));
        giveBack(split, fen, own);
      }
    }
    own.forEach((credit, row) -> rows.merge(credit, row.plus(new Row(1, 0, 0, 0)), Row::plus));
    all = all.plus(total).plus(new Row(1, 0, 0, 0));
  }

  private static void giveBack(Split split, long fen, Map<Credit, Row> own) {
    if (fen == 0) {
      return;
    }
    // By what is left, not by what was: so no share can be asked for more than it has.
    List<Long> parts = Apportion.of(fen, split.left);
    for (int k = 0; k < parts.size(); k++) {
      split.left.set(k, split.left.get(k) - parts.get(k));
      own.merge(split.owners.get(k), new Row(0, 0, 0, parts.get(k)), Row::plus);
    }
  }

  @Override
  public void addWithoutEvents(long more) {
    people += more;
  }

  @Override
  public void add(Takings other) {
    people += other.people;
    tooMuchFen += other.tooMuchFen;
    all = all.plus(other.all);
    other.rows.forEach((credit, row) -> rows.merge(credit, row, Row::plus));
  }

  @Override
  public long people() {
    return people;
  }

  /// By store and guide; [RevenueRules#NOBODY] has what belongs to nobody.
  public SortedMap<Credit, Row> rows() {
    return new TreeMap<>(rows);
  }

  /// Everything, each order once.
  public Row all() {
    return all;
  }

  /// Given back beyond what was paid: said, and taken from nobody.
  public long tooMuchFen() {
    return tooMuchFen;
  }

  /// To whom one person's orders were credited.
  public static Set<Credit> of(Timeline timeline, RevenueRules.At rules, long fromMs, long toMs) {
    var one = new Takings(rules, fromMs, toMs);
    one.add(timeline);
    return new HashSet<>(one.rows.keySet());
  }
}
