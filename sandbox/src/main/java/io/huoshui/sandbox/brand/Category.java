package io.huoshui.sandbox.brand;

import java.util.List;

/// What a product is, and the words by which a text speaks of it.
public enum Category {
  YOGURT("yogurt", "酸奶|yogurt|yoghurt"),
  MILK("milk", "牛奶|鲜奶|milk"),
  CHEESE("cheese", "奶酪|芝士|cheese"),
  BUTTER("butter", "黄油|butter"),
  ICE_CREAM("ice_cream", "冰淇淋|雪糕|ice cream"),
  DESSERT("dessert", "甜品|布丁|dessert"),
  FRESH("fresh", "生鲜|鸡蛋|fresh"),
  GIFT_BOX("gift_box", "礼盒|gift box");

  /// In order, to draw from.
  static final List<Category> ALL = List.of(values());

  private final String wire;
  private final String words;

  Category(String wire, String words) {
    this.wire = wire;
    this.words = words;
  }

  public String wire() {
    return wire;
  }

  /// Whether the text, in lower case, speaks of this.
  public boolean namedIn(String lowerCaseText) {
    for (String word : words.split("\\|")) {
      if (lowerCaseText.contains(word)) {
        return true;
      }
    }
    return false;
  }
}
