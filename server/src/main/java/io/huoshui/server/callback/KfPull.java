package io.huoshui.server.callback;

import io.huoshui.event.Event;
import io.huoshui.platforms.wecom.KfMessages;
import io.huoshui.platforms.wecom.WecomCorp;
import io.huoshui.server.Settings;
import io.huoshui.server.callback.Arrival.State;
import io.huoshui.server.callback.InboxStore.Stand;
import io.huoshui.server.reach.Channels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// Fetches what customers wrote in 微信客服: a callback only says that there is something. One account
/// of it is pulled by one at a time, from where the last pull ended; callbacks that come meanwhile
/// share the next pull.
@Component
class KfPull {
  private static final Logger LOG = LoggerFactory.getLogger(KfPull.class);
  private static final long FIRST_PAUSE_MS = 250;
  private static final long LONGEST_PAUSE_MS = 30_000;

  private final InboxStore store;
  private final Becoming becoming;
  private final Channels.Corps corps;
  private final Semaphore atOnce;
  private final Map<String, Line> lines = new HashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile @Nullable Inbox inbox;

  /// Callbacks of one account that wait for a pull.
  private static final class Line {
    private List<Arrival> waiting = new ArrayList<>();
    private boolean running;
  }

  KfPull(InboxStore store, Becoming becoming, Channels.Corps corps, Settings settings) {
    this.store = store;
    this.becoming = becoming;
    this.corps = corps;
    this.atOnce = new Semaphore(settings.platforms().callbacks().pullsAtOnce());
  }

  void into(Inbox to) {
    this.inbox = to;
  }

  void stop() {
    threads.shutdownNow();
  }

  /// Pulls for a row, and then counts it as done.
  void submit(Arrival row) {
    Becoming.Pull pull;
    try {
      pull = becoming.pull(row);
    } catch (RuntimeException e) {
      end(List.of(row), State.REFUSED, String.valueOf(e.getMessage()));
      return;
    }
    if (!corps.byAccount().containsKey(pull.account().name())) {
      end(
          List.of(row),
          State.REFUSED,
          "No secret is set up for account " + pull.account().name() + ", so nothing is pulled");
      return;
    }
    String key = pull.account().name() + "/" + pull.openKfid();
    synchronized (lines) {
      Line line = lines.computeIfAbsent(key, _ -> new Line());
      line.waiting.add(row);
      if (!line.running) {
        line.running = true;
        threads.execute(() -> run(line));
      }
    }
  }

  private void run(Line line) {
    long pause = FIRST_PAUSE_MS;
    while (true) {
      List<Arrival> mine;
      synchronized (lines) {
        mine = line.waiting;
        line.waiting = new ArrayList<>();
        if (mine.isEmpty()) {
          line.running = false;
          return;
        }
      }
      try {
        pull(becoming.pull(mine.getLast()));
        pause = FIRST_PAUSE_MS;
        end(mine, State.TAKEN, null);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        LOG.warn("messages could not be pulled: {}", e.getMessage());
        stand(mine, State.WAITING, e.getMessage());
        synchronized (lines) {
          mine.addAll(line.waiting);
          line.waiting = mine;
        }
        try {
          Thread.sleep(pause);
        } catch (InterruptedException stopped) {
          Thread.currentThread().interrupt();
          return;
        }
        pause = Math.min(LONGEST_PAUSE_MS, pause * 2);
      }
    }
  }

  private void pull(Becoming.Pull pull) throws InterruptedException {
    Inbox to = inbox;
    WecomCorp corp = corps.byAccount().get(pull.account().name());
    if (to == null || corp == null) {
      throw new IllegalStateException("The inbox is not open");
    }
    String cursor = store.cursor(pull.account().name(), pull.openKfid());
    boolean more = true;
    while (more) {
      KfMessages.Page page;
      atOnce.acquire();
      try {
        page = corp.messages().from(cursor, pull.token(), pull.openKfid());
      } finally {
        atOnce.release();
      }
      List<Event> events = page.events();
      int _ = to.pulled(events);
      // Only now: after a crash in between the same page is pulled again.
      if (!page.next().isEmpty()) {
        cursor = page.next();
        store.cursor(pull.account().name(), pull.openKfid(), cursor);
      }
      more = page.more();
    }
  }

  private void end(List<Arrival> rows, State state, @Nullable String why) {
    stand(rows, state, why);
    rows.forEach(Arrival::less);
  }

  private void stand(List<Arrival> rows, State state, @Nullable String why) {
    Inbox to = inbox;
    if (to != null) {
      to.stand(rows.stream().map(row -> new Stand(row.id(), state, why)).toList());
    }
  }
}
