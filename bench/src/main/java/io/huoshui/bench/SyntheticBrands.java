package io.huoshui.bench;

import io.huoshui.engine.rehearsal.Brands;
import io.huoshui.engine.rehearsal.People;
import io.huoshui.engine.rehearsal.Script;
import java.util.function.LongConsumer;

/// Offers the synthetic brand to a server beside whose classes this one stands.
public final class SyntheticBrands implements Brands {
  @Override
  public People of(Script.Brand brand, int days, LongConsumer made) {
    return new BrandPeople(brand, days, made);
  }
}
