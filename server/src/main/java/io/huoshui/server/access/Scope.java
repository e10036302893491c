package io.huoshui.server.access;

import java.util.SortedSet;
import java.util.TreeSet;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/// Which part of the brand a request may see: all of it, some stores, or one guide's customers.
/// What is not limited by it is not open to whoever is limited ([Security]).
///
/// @param guide whose sidebar it is; empty for a token of stores
/// @param label what the token is called
public record Scope(boolean all, SortedSet<String> stores, String guide, String label) {
  private static final Scope ALL = new Scope(true, new TreeSet<>(), "", "");

  /// That of the present request.
  public static Scope current() {
    Authentication who = SecurityContextHolder.getContext().getAuthentication();
    return who != null && who.getDetails() instanceof Scope scope ? scope : ALL;
  }

  /// Whether what belongs to a store may be seen.
  public boolean sees(String store) {
    return all || stores.contains(store);
  }
}
