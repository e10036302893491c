package io.huoshui.engine.rehearsal;

import java.util.function.LongConsumer;

/// Makes the people of the synthetic brand. Whoever knows the brand offers this as a service, found
/// by [java.util.ServiceLoader]; a server without it rehearses over its own people only.
public interface Brands {
  /// @param days for how long they are needed
  /// @param made is told now and then how many people there are
  People of(Script.Brand brand, int days, LongConsumer made);
}
