package io.huoshui.server.callback;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.server.access.DerivedKeys;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.stereotype.Component;

/// Who was erased a short while ago. What platforms say late of a time before that is about
/// somebody who is not there any more; what happens afterwards is about somebody new (ADR 13).
@Component("callbackErased")
class Erased {
  private final InboxStore store;
  private final Hashes hashes;
  private final Map<UUID, Instant> erased = new ConcurrentHashMap<>();

  Erased(InboxStore store, DerivedKeys keys) {
    this.store = store;
    this.hashes = new Hashes(keys);
    erased.putAll(store.erased());
  }

  void erase(List<Identifier> who, Instant at) {
    List<UUID> contacts =
        who.stream().filter(identifier -> !identifier.erased()).map(hashes::of).toList();
    if (!contacts.isEmpty()) {
      store.erase(contacts, at);
      contacts.forEach(contact -> erased.put(contact, at));
    }
  }

  /// Whether the event tells of somebody from before they were erased.
  boolean covers(Event event) {
    return covers(event.identifiers(), event.time());
  }

  boolean covers(List<Identifier> who, Instant time) {
    if (erased.isEmpty()) {
      return false;
    }
    for (Identifier identifier : who) {
      Instant at = erased.get(hashes.of(identifier));
      if (at != null && !time.isAfter(at)) {
        return true;
      }
    }
    return false;
  }

  /// Nobody comes this late any more.
  void forget(Instant before) {
    erased.values().removeIf(at -> at.isBefore(before));
    store.forgetErased(before);
  }
}
