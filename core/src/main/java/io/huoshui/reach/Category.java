package io.huoshui.reach;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a message is for. The gate is the stricter the less a person asked for it.
public enum Category {
  /// The brand's own wish.
  MARKETING,
  /// Help with something that was bought or asked.
  SERVICE,
  /// Owed to the person: an order was paid, a coupon was spent.
  TRANSACTION;

  /// What caps count that name no category.
  static final Set<Category> CAPPED = Collections.unmodifiableSet(EnumSet.of(MARKETING, SERVICE));

  public static final Set<Category> ALL =
      Collections.unmodifiableSet(EnumSet.allOf(Category.class));

  public String wire() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static @Nullable Category ofWire(String wire) {
    for (Category category : values()) {
      if (category.wire().equals(wire)) {
        return category;
      }
    }
    return null;
  }
}
