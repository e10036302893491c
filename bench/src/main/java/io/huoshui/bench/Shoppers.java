package io.huoshui.bench;

import io.huoshui.engine.columns.BlockWriter;
import io.huoshui.engine.columns.Words;
import io.huoshui.event.Value;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/// A made-up population, the same for the same seed: many look, some put into the cart, few pay.
final class Shoppers {
  static final Instant NOW = Instant.parse("2026-11-01T04:00:00Z");

  /// Names of events, by rows of a hundred; the funnel goes from the first to the fourth.
  static final String[] NAMES = {
    "page_viewed", "product_viewed", "cart_added", "order_paid", "message_replied"
  };

  private static final int[] OUT_OF_100 = {45, 70, 82, 92, 100};
  private static final int YEARS_SECONDS = 2 * 365 * 86_400;

  private static final String[] SURNAMES = "王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 高 罗".split(" ");
  private static final String GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华慧玉兰建文玲红春梅宁晨曦雨桐子轩浩然欣怡诗涵梓萱佳";
  private static final String[] STREETS = "人民路 中山路 解放路 建设路 和平路 新华路 文化路 长江路 黄河路 淮海路".split(" ");

  private long state;

  Shoppers(long seed) {
    this.state = seed * 0xD1B54A32D192ED03L;
    // Neighbouring seeds are not neighbouring stretches of one sequence.
    this.state = bits() ^ seed;
  }

  private long bits() {
    state += 0x9E3779B97F4A7C15L;
    long z = state;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  int roll(int sides) {
    return (int) (((bits() >>> 32) * sides) >>> 32);
  }

  /// Of `sides`, the small ones far more often.
  int skewed(int sides) {
    double u = (bits() >>> 11) * 0x1.0p-53;
    return (int) (sides * u * u * u);
  }

  /// Seconds of `count` events before now, in order; more of them lately.
  void times(long[] seconds, int count) {
    long now = NOW.getEpochSecond();
    for (int i = 0; i < count; i++) {
      seconds[i] = now - 1 - (roll(4) == 0 ? roll(60 * 86_400) : roll(YEARS_SECONDS));
    }
    java.util.Arrays.sort(seconds, 0, count);
  }

  /// The place in [#NAMES].
  int name() {
    int roll = roll(100);
    int name = 0;
    while (roll >= OUT_OF_100[name]) {
      name++;
    }
    return name;
  }

  /// Whole yuan mostly.
  int amountFen() {
    int fen = (9 + skewed(900)) * 100;
    return roll(10) == 0 ? fen + roll(100) : fen;
  }

  /// One person's twenty events with all that comes with them, into the writer's local.
  void life(BlockWriter writer, Keys keys, int node, long[] seconds) {
    int count = 20;
    times(seconds, count);
    int update = roll(6);
    for (int i = 0; i < count; i++) {
      long timeMs = seconds[i] * 1000;
      if (i == update) {
        writer.event(timeMs, keys.update, keys.sources[0], node + roll(3));
        traits(writer, keys);
        continue;
      }
      int name = name();
      writer.event(timeMs, keys.names[name], keys.sources[roll(4)], node + roll(3));
      switch (name) {
        case 0 -> writer.property(keys.page, Value.of("/page/" + skewed(60)));
        case 1, 2 -> writer.property(keys.sku, Value.of("SKU-" + skewed(1500)));
        case 3 -> {
          writer.whole(keys.amountFen, amountFen());
          writer.property(
              keys.orderId,
              Value.of(
                  "T"
                      + LocalDate.ofInstant(Instant.ofEpochSecond(seconds[i]), ZoneOffset.UTC)
                          .toString()
                          .replace("-", "")
                      + (1_000_000_000L + (bits() >>> 1) % 9_000_000_000L)));
          writer.property(keys.sku, Value.of("SKU-" + skewed(1500)));
          writer.whole(keys.quantity, 1 + skewed(5));
        }
        default -> writer.property(keys.channel, Value.of(roll(3) == 0 ? "sms" : "wecom"));
      }
    }
  }

  private void traits(BlockWriter writer, Keys keys) {
    int[] trait = keys.traits;
    var name = new StringBuilder(SURNAMES[roll(SURNAMES.length)]);
    for (int left = 1 + roll(2); left > 0; left--) {
      name.append(GIVEN.charAt(roll(GIVEN.length())));
    }
    writer.property(trait[0], Value.of(name.toString()));
    writer.property(trait[1], Value.of("nick" + Integer.toString(roll(1 << 28), 36)));
    LocalDate birthday = LocalDate.of(1960, 1, 1).plusDays(roll(17_000));
    writer.property(trait[2], Value.of(birthday.toString()));
    writer.property(
        trait[3],
        Value.of(STREETS[roll(STREETS.length)] + (1 + roll(999)) + "号" + (1 + roll(30)) + "室"));
    int city = skewed(300);
    writer.property(trait[4], Value.of("city-" + city));
    writer.property(trait[5], Value.of("province-" + city % 31));
    writer.property(trait[6], Value.of(roll(3) == 0 ? "male" : "female"));
    writer.property(trait[7], Value.of((long) (2026 - birthday.getYear())));
    writer.property(trait[8], Value.of("tier-" + skewed(5)));
    writer.property(trait[9], Value.of((long) skewed(20_000)));
    writer.property(trait[10], Value.of(LocalDate.of(2019, 1, 1).plusDays(roll(2_500)).toString()));
    writer.property(trait[11], Value.of("store-" + skewed(400)));
    writer.property(trait[12], Value.of("guide-" + skewed(1_500)));
    writer.property(trait[13], Value.of("category-" + skewed(40)));
    writer.property(trait[14], Value.of((long) skewed(2_000_000)));
    writer.property(trait[15], Value.of((long) skewed(60)));
    writer.property(trait[16], Value.of(roll(2) == 0));
    writer.property(trait[17], Value.of(roll(10) == 0));
    writer.property(trait[18], Value.of(roll(1000) / 10.0));
    writer.property(trait[19], Value.of("origin-" + skewed(25)));
  }

  /// The codes of everything a life says.
  static final class Keys {
    final int[] names = new int[NAMES.length];
    final int[] sources = new int[4];
    final int[] traits = new int[20];
    final int update;
    final int page;
    final int sku;
    final int amountFen;
    final int orderId;
    final int quantity;
    final int channel;

    Keys(Words words) {
      for (int i = 0; i < NAMES.length; i++) {
        names[i] = words.name(NAMES[i]);
      }
      String[] from = {"crm", "tmall", "mini", "wecom"};
      for (int i = 0; i < from.length; i++) {
        sources[i] = words.source(from[i]);
      }
      String[] said = {
        "name",
        "nickname",
        "birthday",
        "address",
        "city",
        "province",
        "gender",
        "age",
        "tier",
        "points",
        "registeredOn",
        "store",
        "guide",
        "favourite",
        "spentFen",
        "orders",
        "subscribed",
        "employee",
        "score",
        "origin"
      };
      for (int i = 0; i < said.length; i++) {
        traits[i] = words.key(said[i]);
      }
      update = words.name("profile_updated");
      page = words.key("page");
      sku = words.key("sku");
      amountFen = words.key("amountFen");
      orderId = words.key("orderId");
      quantity = words.key("quantity");
      channel = words.key("channel");
    }
  }
}
