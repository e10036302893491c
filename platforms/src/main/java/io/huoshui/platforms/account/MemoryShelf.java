package io.huoshui.platforms.account;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// Tokens of one process.
public final class MemoryShelf implements TokenShelf {
  private record Key(String owner, String kind) {}

  private final InstantSource clock;
  private final Map<Key, ReentrantLock> locks = new ConcurrentHashMap<>();
  private final Map<Key, Kept> kept = new HashMap<>();

  public MemoryShelf() {
    this(InstantSource.system());
  }

  MemoryShelf(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public <X extends Exception> Optional<Kept> newest(
      String owner, String kind, long above, Fetch<X> fetch) throws X {
    var key = new Key(owner, kind);
    ReentrantLock lock = locks.computeIfAbsent(key, _ -> new ReentrantLock());
    lock.lock();
    try {
      Kept known = get(key);
      if (known != null && known.fence() > above && known.expires().isAfter(clock.instant())) {
        return Optional.of(known);
      }
      Fetched fetched = fetch.fetch();
      var fresh =
          new Kept(
              fetched.value(),
              clock.instant().plus(fetched.life()),
              Math.max(above, known == null ? 0 : known.fence()) + 1);
      put(key, fresh);
      return Optional.of(fresh);
    } finally {
      lock.unlock();
    }
  }

  private @org.jspecify.annotations.Nullable Kept get(Key key) {
    synchronized (kept) {
      return kept.get(key);
    }
  }

  private void put(Key key, Kept fresh) {
    synchronized (kept) {
      kept.put(key, fresh);
    }
  }
}
