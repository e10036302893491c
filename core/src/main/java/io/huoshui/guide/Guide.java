package io.huoshui.guide;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// 导购: who serves customers, under the userid they have on the platform.
///
/// @param store where they work; empty for headquarters and whoever has none
/// @param active false once they left
/// @param capacity how many customers they may have, 0 for as many as the platform allows
public record Guide(
    String userid, String title, String store, Role role, boolean active, int capacity) {
  public enum Role {
    GUIDE,
    /// Sees what concerns the store, not only themselves.
    MANAGER,
    /// 虚拟顾问, an account that a machine answers first; hands people to a human guide.
    VIRTUAL;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }

    public static @Nullable Role ofWire(String wire) {
      for (Role role : values()) {
        if (role.wire().equals(wire)) {
          return role;
        }
      }
      return null;
    }
  }

  public Guide {
    if (userid.isBlank() || userid.length() > 64) {
      throw new IllegalArgumentException("A guide has a userid of 1 to 64 characters");
    }
    if (capacity < 0) {
      throw new IllegalArgumentException("A capacity is 0 or more, got " + capacity);
    }
  }

  Guide named(String newTitle) {
    return new Guide(userid, newTitle, store, role, active, capacity);
  }

  Guide at(String newStore) {
    return new Guide(userid, title, newStore, role, active, capacity);
  }

  Guide as(Role newRole) {
    return new Guide(userid, title, store, newRole, active, capacity);
  }

  Guide here(boolean now) {
    return new Guide(userid, title, store, role, now, capacity);
  }
}
