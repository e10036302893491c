package io.huoshui.server.access;

import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.stereotype.Component;

/// Writes down who did what.
@Component
public class Audit {
  private final AccessStore store;

  Audit(AccessStore store) {
    this.store = store;
  }

  /// Who makes this request: `admin`, `session` or `local`.
  public String who() {
    Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
    return authentication == null ? "nobody" : authentication.getName();
  }

  public void record(String action, String what) {
    store.audit(who(), action, what);
  }
}
