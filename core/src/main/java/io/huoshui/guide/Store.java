package io.huoshui.guide;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// 门店: where guides work and customers buy.
///
/// @param name by which events name it (`store` or `storeId` of an order)
/// @param title as people call it
/// @param region from below headquarters down: `[华东, 上海]`
/// @param spot where it is, null when nobody said
/// @param department of the platform, 0 for none
/// @param open false once its department is gone, or it was closed
public record Store(
    String name,
    String title,
    List<String> region,
    String address,
    @Nullable Spot spot,
    OpeningHours hours,
    long department,
    boolean open) {
  /// @param lat degrees north
  /// @param lon degrees east
  public record Spot(double lat, double lon) {
    public Spot {
      if (!(Math.abs(lat) <= 90) || !(Math.abs(lon) <= 180)) {
        throw new IllegalArgumentException("No place on earth: " + lat + ", " + lon);
      }
    }
  }

  public Store {
    region = List.copyOf(region);
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9_-]{0,63}")) {
      throw new IllegalArgumentException(
          "A store's name has letters, digits, '-', '_', got '" + name + "'");
    }
  }

  Store named(String newTitle) {
    return new Store(name, newTitle, region, address, spot, hours, department, open);
  }

  Store in(List<String> newRegion) {
    return new Store(name, title, newRegion, address, spot, hours, department, open);
  }

  Store linked(long newDepartment) {
    return new Store(name, title, region, address, spot, hours, newDepartment, true);
  }

  Store opened(boolean now) {
    return new Store(name, title, region, address, spot, hours, department, now);
  }

  /// How many steps of the region two stores share, from the top; one more for the same store.
  int near(Store other) {
    int shared = 0;
    while (shared < region.size()
        && shared < other.region.size()
        && region.get(shared).equals(other.region.get(shared))) {
      shared++;
    }
    return name.equals(other.name) ? Integer.MAX_VALUE : shared;
  }
}
