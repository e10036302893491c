package io.huoshui.server.callback;

import io.huoshui.event.Identifier;
import io.huoshui.platforms.callback.Message;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One callback that is believed, on its way onto the disk and from there to what it becomes.
///
/// The writer gives it its number and hashes; nobody else writes to it.
final class Arrival {
  /// How a row stands.
  enum State {
    /// To become what it becomes; done once the mark has passed it.
    TAKEN,
    /// Something has to answer first; tried again.
    WAITING,
    UNKNOWN,
    REFUSED,
    /// Whoever it is about was erased.
    ERASED;

    String wire() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /// What the desk knows of it.
  ///
  /// @param text the message as it was
  /// @param key tells it from others (`Kinds.key`)
  /// @param people whom it is about
  /// @param nonce for those in the open: what must not come again with another body; else empty
  record Letter(
      String platform,
      String account,
      String kind,
      String text,
      String key,
      List<Identifier> people,
      Instant at,
      State state,
      @Nullable String reason,
      List<String> names,
      String nonce) {
    /// Whatever stands in a message must not keep the rows beside it from being written.
    Letter {
      kind = shown(kind);
      reason = reason == null ? null : shown(reason);
      names = names.stream().map(Letter::shown).toList();
    }

    private static String shown(String text) {
      StringBuilder changed = null;
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c < ' ' || c == 0x7F || Character.isSurrogate(c)) {
          changed = changed == null ? new StringBuilder(text) : changed;
          changed.setCharAt(i, '?');
        }
      }
      return changed == null ? text : changed.toString();
    }
  }

  private final Letter letter;
  private final @Nullable Message message;
  private final AtomicInteger open = new AtomicInteger(1);
  private final CompletableFuture<Boolean> written = new CompletableFuture<>();
  private final CompletableFuture<Boolean> done = new CompletableFuture<>();
  private long id;
  private @Nullable UUID dedupe;

  /// @param message the letter's text, where it was read already
  Arrival(Letter letter, @Nullable Message message) {
    this.letter = letter;
    this.message = message;
  }

  /// One that a former process wrote down.
  static Arrival again(long id, UUID dedupe, Letter letter) {
    var arrival = new Arrival(letter, null);
    arrival.numbered(id, dedupe);
    return arrival;
  }

  Letter letter() {
    return letter;
  }

  @Nullable Message message() {
    return message;
  }

  /// One more thing has to be done with it.
  void more() {
    open.incrementAndGet();
  }

  /// One thing is done with it.
  void less() {
    if (open.decrementAndGet() == 0) {
      done.complete(true);
    }
  }

  void numbered(long number, UUID hash) {
    this.id = number;
    this.dedupe = hash;
  }

  /// Its row; 0 when it had been written down before.
  long id() {
    return id;
  }

  UUID dedupe() {
    UUID known = dedupe;
    if (known == null) {
      throw new IllegalStateException("Not written down yet");
    }
    return known;
  }

  /// What its events' ids are made of.
  String eventId() {
    return dedupe().toString().replace("-", "");
  }

  /// On disk: whether it is new.
  CompletableFuture<Boolean> written() {
    return written;
  }

  /// Became what it becomes, or stands where somebody has to look at it.
  CompletableFuture<Boolean> done() {
    return done;
  }
}
