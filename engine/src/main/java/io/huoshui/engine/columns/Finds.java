package io.huoshui.engine.columns;

import io.huoshui.event.Value;
import io.huoshui.insight.BestSeller;
import io.huoshui.insight.CampaignsElsewhere;
import io.huoshui.insight.Layers;
import io.huoshui.profile.Total;
import org.jspecify.annotations.Nullable;

/// Totals that hang on a few of a person's events: these are found as bits, and only they are
/// looked at. What is added is core's to say.
public abstract sealed class Finds<T extends Total<T>> implements Loop<T> {
  private final Matcher[] matchers;
  private @Nullable Run run;

  private Finds(Matcher... matchers) {
    this.matchers = matchers;
  }

  @Override
  public final void over(Block block, long @Nullable [] skip, T into) {
    Run here = run;
    if (here == null) {
      here = new Run(block);
      run = here;
    }
    here.begin(block);
    for (Matcher matcher : matchers) {
      matcher.bind(block);
    }
    bind(block);
    while (here.next()) {
      prepare(here);
      for (int local = 0; local < here.locals; local++) {
        int from = here.starts[local];
        int to = here.starts[local + 1];
        if (from < to && (skip == null || !Bits.get(skip, here.firstLocal + local))) {
          person(here, from, to, into);
        }
      }
    }
  }

  abstract void bind(Block block);

  abstract void prepare(Run run);

  /// Adds the person with the rows `[from, to)` of the run.
  abstract void person(Run run, int from, int to, T into);

  private static @Nullable Value value(Run run, int row, int key) {
    return run.block.property(run.firstRow + row, key);
  }

  /// What [Layers#add] counts.
  public static final class OfLayers extends Finds<Layers> {
    private final Matcher paid;
    private final Matcher bought;
    private final Wholes amounts = new Wholes("amountFen");
    private int sku;
    private long[] paidBits = {};
    private long[] boughtBits = {};
    private long[] fen = {};

    /// @param like has the same window
    public OfLayers(Layers like) {
      this(Matcher.of("order_paid", like.span()), Matcher.of("product_purchased", like.span()));
    }

    private OfLayers(Matcher paid, Matcher bought) {
      super(paid, bought);
      this.paid = paid;
      this.bought = bought;
    }

    @Override
    void bind(Block block) {
      amounts.bind(block);
      sku = block.words().findKey("sku");
    }

    @Override
    void prepare(Run run) {
      paidBits = paid.bits(run);
      boughtBits = bought.bits(run);
      fen = amounts.of(run);
    }

    @Override
    void person(Run run, int from, int to, Layers into) {
      long sum = 0;
      for (int row = Bits.first(paidBits, from, to);
          row >= 0;
          row = Bits.first(paidBits, row + 1, to)) {
        sum += fen[row];
      }
      boolean hero = false;
      boolean other = false;
      for (int row = Bits.first(boughtBits, from, to);
          row >= 0 && !(hero && other);
          row = Bits.first(boughtBits, row + 1, to)) {
        boolean isHero = into.isHero(value(run, row, sku));
        hero |= isHero;
        other |= !isHero;
      }
      into.add(hero, other, sum);
    }
  }

  /// What [BestSeller#add] counts.
  public static final class OfBestSeller extends Finds<BestSeller> {
    private final Matcher bought;
    private int sku;
    private long[] boughtBits = {};

    /// @param like has the same window
    public OfBestSeller(BestSeller like) {
      this(Matcher.of("product_purchased", like.span()));
    }

    private OfBestSeller(Matcher bought) {
      super(bought);
      this.bought = bought;
    }

    @Override
    void bind(Block block) {
      sku = block.words().findKey("sku");
    }

    @Override
    void prepare(Run run) {
      boughtBits = bought.bits(run);
    }

    @Override
    void person(Run run, int from, int to, BestSeller into) {
      into.person();
      for (int row = Bits.first(boughtBits, from, to);
          row >= 0;
          row = Bits.first(boughtBits, row + 1, to)) {
        into.bought(value(run, row, sku));
      }
    }
  }

  /// What [CampaignsElsewhere#add] counts.
  public static final class OfCampaigns extends Finds<CampaignsElsewhere> {
    private final Matcher received;
    private final Matcher redeemed;
    private int campaign;
    private int type;
    private long[] receivedBits = {};
    private long[] redeemedBits = {};

    public OfCampaigns() {
      this(Matcher.of("campaign_received"), Matcher.of("coupon_redeemed"));
    }

    private OfCampaigns(Matcher received, Matcher redeemed) {
      super(received, redeemed);
      this.received = received;
      this.redeemed = redeemed;
    }

    @Override
    void bind(Block block) {
      campaign = block.words().findKey("campaign");
      type = block.words().findKey("campaignType");
    }

    @Override
    void prepare(Run run) {
      receivedBits = received.bits(run);
      redeemedBits = redeemed.bits(run);
    }

    @Override
    void person(Run run, int from, int to, CampaignsElsewhere into) {
      into.person();
      for (int row = Bits.first(receivedBits, from, to);
          row >= 0;
          row = Bits.first(receivedBits, row + 1, to)) {
        into.received(run.timeMs(row), value(run, row, campaign), value(run, row, type));
      }
      for (int row = Bits.first(redeemedBits, from, to);
          row >= 0;
          row = Bits.first(redeemedBits, row + 1, to)) {
        into.redeemed(value(run, row, campaign));
      }
    }
  }
}
