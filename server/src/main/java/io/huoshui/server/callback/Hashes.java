package io.huoshui.server.callback;

import io.huoshui.event.Identifier;
import io.huoshui.server.access.DerivedKeys;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import javax.crypto.Mac;

/// Hashes with a key of ours: they tell the same from the same, and tell nobody else anything.
final class Hashes {
  private final Mac mac;

  Hashes(DerivedKeys keys) {
    this.mac = keys.mac("callbacks");
  }

  synchronized UUID of(String... parts) {
    for (String part : parts) {
      mac.update(part.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
    }
    var bytes = ByteBuffer.wrap(mac.doFinal());
    return new UUID(bytes.getLong(), bytes.getLong());
  }

  UUID of(Identifier who) {
    return of("contact", who.kind().wire(), who.scope(), who.value());
  }
}
