package io.huoshui.platforms.account;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import me.chanjar.weixin.common.error.WxErrorException;

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
  public Kept newest(String owner, String kind, long above, Fetch fetch) throws WxErrorException {
    var key = new Key(owner, kind);
    ReentrantLock lock = locks.computeIfAbsent(key, _ -> new ReentrantLock());
    lock.lock();
    try {
      Kept known = get(key);
      if (known != null && known.fence() > above && known.expires().isAfter(clock.instant())) {
        return known;
      }
      Fetched fetched = fetch.fetch();
      var fresh =
          new Kept(
              fetched.value(),
              clock.instant().plus(fetched.life()),
              Math.max(above, known == null ? 0 : known.fence()) + 1);
      put(key, fresh);
      return fresh;
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
