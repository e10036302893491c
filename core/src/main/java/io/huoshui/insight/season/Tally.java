package io.huoshui.insight.season;

import io.huoshui.event.Value;
import io.huoshui.insight.Layers;
import io.huoshui.profile.Calendar;
import io.huoshui.profile.Lifecycle;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Total;
import io.huoshui.profile.Window;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Everybody counted over some stretches of time that follow each other: a season by its stages.
///
/// A buyer is *new* when nothing was paid before the first stretch; *again* when something was, or
/// on a second day within. Of a stretch both are said as of the whole.
public final class Tally implements Total<Tally> {
  private final List<Window.Span> stretches;
  private final long fromMs;
  private final long untilMs;
  private final Calendar calendar;
  private final String heroSku;
  private final @Nullable Layers layers;
  private final Sums all = new Sums();
  private final Sums[] each;
  private final SortedMap<Integer, DaySums> days = new TreeMap<>();
  private final Map<String, ItemSums> items = new HashMap<>();
  private final SortedMap<String, CouponSums> coupons = new TreeMap<>();
  private long people;

  // Of the person being counted, per stretch.
  private final int[] orders;
  private final long[] paid;
  private final boolean[] active;

  private static final class Sums {
    long salesFen;
    long givenBackFen;
    long orders;
    long buyers;
    long newBuyers;
    long newSalesFen;
    long againBuyers;
    long newFriends;
    long members;
    long active;
    long invites;

    void add(Sums other) {
      salesFen += other.salesFen;
      givenBackFen += other.givenBackFen;
      orders += other.orders;
      buyers += other.buyers;
      newBuyers += other.newBuyers;
      newSalesFen += other.newSalesFen;
      againBuyers += other.againBuyers;
      newFriends += other.newFriends;
      members += other.members;
      active += other.active;
      invites += other.invites;
    }

    Figures figures() {
      return new Figures(
          salesFen,
          givenBackFen,
          orders,
          buyers,
          newBuyers,
          newSalesFen,
          againBuyers,
          newFriends,
          members,
          active,
          invites);
    }
  }

  private static final class DaySums {
    long salesFen;
    long orders;
  }

  private static final class ItemSums {
    long buyers;
    long lines;
    long seen = -1;
  }

  private static final class CouponSums {
    long issued;
    long redeemed;
    long expired;
  }

  /// @param salesFen paid
  /// @param givenBackFen cancelled or refunded within, whenever it was paid
  /// @param newSalesFen of what new buyers paid
  /// @param againBuyers who had bought before, or on a second day
  /// @param newFriends whose first contact or follow fell within
  /// @param active people who interacted (the lifecycle's interactions)
  /// @param invites invitations accepted
  public record Figures(
      long salesFen,
      long givenBackFen,
      long orders,
      long buyers,
      long newBuyers,
      long newSalesFen,
      long againBuyers,
      long newFriends,
      long members,
      long active,
      long invites) {
    public long netFen() {
      return salesFen - givenBackFen;
    }

    public long oldBuyers() {
      return buyers - newBuyers;
    }

    /// What an order is worth; null without one.
    public @Nullable Double basketFen() {
      return orders == 0 ? null : (double) salesFen / orders;
    }

    /// Null without a buyer.
    public @Nullable Double repurchase() {
      return buyers == 0 ? null : (double) againBuyers / buyers;
    }
  }

  /// @param date of the brand
  public record Day(LocalDate date, long salesFen, long orders) {}

  /// @param lines times it was bought
  public record Item(String sku, long buyers, long lines) {}

  /// @param template empty where events do not name it
  public record CouponLine(String template, long issued, long redeemed, long expired) {}

  /// @param stretches `[from, to)`, in order, each beginning where the one before ends
  /// @param untilMs nothing at or after it is counted
  /// @param heroSku empty for no layers
  public Tally(List<Window.Span> stretches, long untilMs, ZoneId zone, String heroSku) {
    this(stretches, untilMs, new Calendar(zone), heroSku);
  }

  private Tally(List<Window.Span> stretches, long untilMs, Calendar calendar, String heroSku) {
    this.stretches = List.copyOf(stretches);
    this.fromMs = stretches.getFirst().fromMs();
    this.untilMs = Math.min(untilMs, stretches.getLast().toMs());
    this.calendar = calendar;
    this.heroSku = heroSku;
    this.layers =
        heroSku.isEmpty()
            ? null
            : new Layers(heroSku, new Window.Span(fromMs, Math.max(fromMs, this.untilMs)));
    this.each = new Sums[stretches.size()];
    Arrays.setAll(each, _ -> new Sums());
    this.orders = new int[stretches.size()];
    this.paid = new long[stretches.size()];
    this.active = new boolean[stretches.size()];
  }

  @Override
  public void add(Timeline timeline) {
    int person = (int) people++;
    Layers layered = layers;
    if (layered != null) {
      layered.add(timeline);
    }
    int begin = timeline.from(fromMs);
    int end = timeline.from(untilMs);
    if (begin >= end) {
      return;
    }
    Arrays.fill(orders, 0);
    Arrays.fill(paid, 0);
    Arrays.fill(active, false);
    int stretch = 0;
    int firstDay = -1;
    boolean secondDay = false;
    int friend = -1;
    for (int i = begin; i < end; i++) {
      long time = timeline.timeMs(i);
      while (time >= stretches.get(stretch).toMs()) {
        stretch++;
      }
      String name = timeline.name(i);
      switch (name) {
        case "order_paid" -> {
          long fen = timeline.whole(i, "amountFen");
          orders[stretch]++;
          paid[stretch] += fen;
          int day = calendar.day(time);
          secondDay |= firstDay >= 0 && day != firstDay;
          firstDay = firstDay < 0 ? day : firstDay;
          DaySums sums = days.computeIfAbsent(day, _ -> new DaySums());
          sums.salesFen += fen;
          sums.orders++;
        }
        case "order_cancelled", "order_refunded" ->
            each[stretch].givenBackFen += timeline.whole(i, "amountFen");
        case "product_purchased" -> bought(timeline.property(i, "sku"), person);
        case "contact_added", "account_followed" -> friend = friend < 0 ? stretch : friend;
        case "member_registered" -> each[stretch].members++;
        case "invite_accepted" -> each[stretch].invites++;
        case "coupon_issued" -> coupon(timeline, i).issued++;
        case "coupon_redeemed" -> coupon(timeline, i).redeemed++;
        case "coupon_expired" -> coupon(timeline, i).expired++;
        default -> {}
      }
      active[stretch] |= Lifecycle.INTERACTIONS.contains(name);
    }
    if (friend >= 0 && !before(timeline, begin, "contact_added", "account_followed")) {
      each[friend].newFriends++;
    }
    count(firstDay < 0 || before(timeline, begin, "order_paid", "order_paid"), secondDay);
  }

  private void count(boolean boughtBefore, boolean secondDay) {
    boolean bought = false;
    boolean interacted = false;
    for (int s = 0; s < each.length; s++) {
      Sums sums = each[s];
      interacted |= active[s];
      sums.active += active[s] ? 1 : 0;
      if (orders[s] > 0) {
        bought = true;
        sums.salesFen += paid[s];
        sums.orders += orders[s];
        sums.buyers++;
        sums.newBuyers += boughtBefore ? 0 : 1;
        sums.newSalesFen += boughtBefore ? 0 : paid[s];
        sums.againBuyers += boughtBefore || secondDay ? 1 : 0;
      }
    }
    all.active += interacted ? 1 : 0;
    if (bought) {
      all.buyers++;
      all.newBuyers += boughtBefore ? 0 : 1;
      all.againBuyers += boughtBefore || secondDay ? 1 : 0;
    }
  }

  private static boolean before(Timeline timeline, int end, String name, String other) {
    for (int i = 0; i < end; i++) {
      String here = timeline.name(i);
      if (here.equals(name) || here.equals(other)) {
        return true;
      }
    }
    return false;
  }

  private void bought(@Nullable Value sku, int person) {
    if (sku != null) {
      ItemSums item = items.computeIfAbsent(sku.shown(), _ -> new ItemSums());
      item.lines++;
      item.buyers += item.seen == person ? 0 : 1;
      item.seen = person;
    }
  }

  private CouponSums coupon(Timeline timeline, int index) {
    Value template = timeline.property(index, "template");
    return coupons.computeIfAbsent(template == null ? "" : template.shown(), _ -> new CouponSums());
  }

  @Override
  public void addWithoutEvents(long more) {
    people += more;
    if (layers != null) {
      layers.addWithoutEvents(more);
    }
  }

  @Override
  public void add(Tally other) {
    people += other.people;
    all.add(other.all);
    for (int s = 0; s < each.length; s++) {
      each[s].add(other.each[s]);
    }
    other.days.forEach(
        (day, theirs) -> {
          DaySums sums = days.computeIfAbsent(day, _ -> new DaySums());
          sums.salesFen += theirs.salesFen;
          sums.orders += theirs.orders;
        });
    other.items.forEach(
        (sku, theirs) -> {
          ItemSums item = items.computeIfAbsent(sku, _ -> new ItemSums());
          item.buyers += theirs.buyers;
          item.lines += theirs.lines;
        });
    other.coupons.forEach(
        (template, theirs) -> {
          CouponSums sums = coupons.computeIfAbsent(template, _ -> new CouponSums());
          sums.issued += theirs.issued;
          sums.redeemed += theirs.redeemed;
          sums.expired += theirs.expired;
        });
    Layers here = layers;
    Layers there = other.layers;
    if (here != null && there != null) {
      here.add(there);
    }
  }

  @Override
  public long people() {
    return people;
  }

  /// Of the whole. What is of orders, not of people, is the sum of the stretches.
  public Figures figures() {
    var sums = new Sums();
    for (Sums one : each) {
      sums.add(one);
    }
    sums.buyers = all.buyers;
    sums.newBuyers = all.newBuyers;
    sums.againBuyers = all.againBuyers;
    sums.active = all.active;
    return sums.figures();
  }

  /// Of each stretch.
  public List<Figures> stretches() {
    return Arrays.stream(each).map(Sums::figures).toList();
  }

  /// A number of people of a board.
  public sealed interface Cell {
    /// @param stretch null for the whole
    record Of(Kind kind, @Nullable Integer stretch) implements Cell {}

    record BuyersOf(String sku) implements Cell {}

    record In(Layers.Layer layer) implements Cell {}
  }

  /// Which of [Figures] count people, each once.
  public enum Kind {
    BUYERS("buyers"),
    NEW_BUYERS("newBuyers"),
    OLD_BUYERS("oldBuyers"),
    AGAIN_BUYERS("againBuyers"),
    NEW_FRIENDS("newFriends"),
    ACTIVE("active");

    private final String wire;

    Kind(String wire) {
      this.wire = wire;
    }

    public String wire() {
      return wire;
    }

    long of(Figures figures) {
      return switch (this) {
        case BUYERS -> figures.buyers();
        case NEW_BUYERS -> figures.newBuyers();
        case OLD_BUYERS -> figures.oldBuyers();
        case AGAIN_BUYERS -> figures.againBuyers();
        case NEW_FRIENDS -> figures.newFriends();
        case ACTIVE -> figures.active();
      };
    }
  }

  /// Whether a person is one of those a cell counts: by counting this one alone, so that no second
  /// rule can say otherwise. To be asked of a tally of the same time and season.
  public boolean belongs(Timeline timeline, Cell cell) {
    var alone = new Tally(stretches, untilMs, calendar, heroSku);
    alone.add(timeline);
    return switch (cell) {
      case Cell.Of(Kind kind, Integer stretch) ->
          kind.of(stretch == null ? alone.figures() : alone.each[stretch].figures()) > 0;
      case Cell.BuyersOf(String sku) -> alone.items.containsKey(sku);
      case Cell.In(Layers.Layer layer) ->
          alone.layers().stream().anyMatch(one -> one.layer() == layer && one.people() > 0);
    };
  }

  /// Every day up to the end of what is counted, those without an order too.
  public List<Day> days() {
    var found = new ArrayList<Day>();
    if (untilMs <= fromMs) {
      return found;
    }
    int last = calendar.day(untilMs - 1);
    for (int day = calendar.day(fromMs); day <= last; day++) {
      DaySums sums = days.get(day);
      found.add(
          new Day(
              LocalDate.ofEpochDay(day),
              sums == null ? 0 : sums.salesFen,
              sums == null ? 0 : sums.orders));
    }
    return found;
  }

  /// The items most people bought, at most so many.
  public List<Item> items(int most) {
    return items.entrySet().stream()
        .map(entry -> new Item(entry.getKey(), entry.getValue().buyers, entry.getValue().lines))
        .sorted(Comparator.comparingLong(Item::buyers).reversed().thenComparing(Item::sku))
        .limit(most)
        .toList();
  }

  public List<CouponLine> coupons() {
    return coupons.entrySet().stream()
        .map(
            entry ->
                new CouponLine(
                    entry.getKey(),
                    entry.getValue().issued,
                    entry.getValue().redeemed,
                    entry.getValue().expired))
        .toList();
  }

  public String heroSku() {
    return heroSku;
  }

  /// Empty without a hero item.
  public List<Layers.Share> layers() {
    return layers == null ? List.of() : layers.shares();
  }
}
