package io.huoshui.sandbox.brand;

import io.huoshui.sandbox.draw.Dice;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The forty articles of the brand. The hero item, which new customers are offered, is `trial-59`.
public final class Assortment {
  /// Prices in yuan; the text is easier to read and to change than forty constructor calls.
  private static final String TABLE =
      """
      yogurt    trial-59       59.00 酸奶尝鲜装
      yogurt    yog-plain-12   69.00 原味酸奶12杯
      yogurt    yog-berry-12   79.00 蓝莓酸奶12杯
      yogurt    yog-peach-12   79.00 黄桃酸奶12杯
      yogurt    yog-greek-6    65.00 希腊酸奶6杯
      yogurt    yog-zero-12    85.00 零蔗糖酸奶12杯
      yogurt    yog-drink-10   45.00 酸奶饮品10瓶
      yogurt    yog-kids-12    88.00 儿童酸奶12杯
      milk      milk-fresh-1   19.90 鲜牛奶950毫升
      milk      milk-fresh-7   99.00 鲜牛奶周订7瓶
      milk      milk-uht-24    89.00 纯牛奶24盒
      milk      milk-a2-12    108.00 A2牛奶12盒
      milk      milk-low-24    79.00 低脂牛奶24盒
      milk      milk-kids-12   75.00 儿童牛奶12盒
      milk      milk-org-12   118.00 有机牛奶12盒
      cheese    chs-stick-20   49.90 奶酪棒20支
      cheese    chs-slice-12   32.00 奶酪片12片
      cheese    chs-mozz-450   42.00 马苏里拉450克
      cheese    chs-cream-240  29.90 奶油奶酪240克
      cheese    chs-brie-125   45.00 布里奶酪125克
      butter    btr-salt-200   26.00 咸味黄油200克
      butter    btr-plain-200  26.00 淡味黄油200克
      butter    btr-ferm-250   48.00 发酵黄油250克
      ice_cream ice-milk-10    68.00 牛乳冰淇淋10支
      ice_cream ice-choc-10    72.00 巧克力冰淇淋10支
      ice_cream ice-cup-6      58.00 冰淇淋杯6只
      ice_cream ice-tub-1      45.00 家庭装冰淇淋1升
      dessert   des-pudding-6  36.00 焦糖布丁6杯
      dessert   des-cake-1     98.00 轻乳酪蛋糕1只
      dessert   des-skin-4     32.00 双皮奶4碗
      dessert   des-tira-2     46.00 提拉米苏2杯
      fresh     frs-egg-30     39.90 谷物鸡蛋30枚
      fresh     frs-egg-10     16.90 可生食鸡蛋10枚
      fresh     frs-beef-500   69.00 鲜牛肉500克
      fresh     frs-veg-box    49.00 时蔬周箱
      fresh     frs-berry-4    59.00 蓝莓4盒
      gift_box  gft-yog-24    168.00 酸奶礼盒24杯
      gift_box  gft-milk-24   158.00 有机奶礼盒24盒
      gift_box  gft-cheese    298.00 奶酪礼盒
      gift_box  gft-family    399.00 全家福礼盒
      """;

  private static final List<Product> ALL = parse();
  private static final Map<Category, List<Product>> BY_CATEGORY = byCategory();

  /// The trial pack new customers are offered: 酸奶尝鲜装, 59 yuan.
  public static final Product HERO = ALL.getFirst();

  private Assortment() {}

  private static List<Product> parse() {
    var products = new ArrayList<Product>();
    for (String line : TABLE.lines().toList()) {
      String[] cells = line.strip().split(" +");
      products.add(
          new Product(
              cells[1],
              cells[3],
              Category.valueOf(cells[0].toUpperCase(Locale.ROOT)),
              Math.round(Double.parseDouble(cells[2]) * 100)));
    }
    return List.copyOf(products);
  }

  private static Map<Category, List<Product>> byCategory() {
    var map = new EnumMap<Category, List<Product>>(Category.class);
    for (Category category : Category.values()) {
      // The trial pack is for newcomers; whoever wants yogurt takes another.
      map.put(
          category,
          ALL.stream().skip(1).filter(product -> product.category() == category).toList());
    }
    return map;
  }

  public static List<Product> all() {
    return ALL;
  }

  static List<Product> of(Category category) {
    return BY_CATEGORY.getOrDefault(category, ALL);
  }

  static Product draw(Category category, Dice dice) {
    List<Product> products = of(category);
    return products.get(dice.below(products.size()));
  }

  /// The article a text speaks of by name, or null.
  static @Nullable Product namedIn(String text) {
    for (Product product : ALL) {
      if (text.contains(product.name()) || text.contains(product.sku())) {
        return product;
      }
    }
    return null;
  }
}
