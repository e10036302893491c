package io.huoshui.engine.sim;

import java.io.Serial;

/// A promise of the engine does not hold in a simulated world.
public final class Broken extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  Broken(String what) {
    super(what);
  }

  Broken(String what, Throwable cause) {
    super(what, cause);
  }
}
