package io.huoshui.engine;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// A process that takes events until it is killed, and says of each batch when it was acked.
final class Scribe {
  static final int BATCH = 40;

  private Scribe() {}

  public static void main(String[] args) {
    Path folder = Path.of(args[0]);
    String round = args[1];
    try (var brand = new Brand(folder, "Asia/Kathmandu", "2026-03-05T04:00:00Z")) {
      for (int batch = 0; batch < 100_000; batch++) {
        brand.engine().take(batch(round, batch));
        System.out.println("acked " + batch);
        System.out.flush();
      }
    }
  }

  static List<Event> batch(String round, int number) {
    var events = new ArrayList<Event>();
    for (int i = 0; i < BATCH; i++) {
      String id = round + "-" + number + "-" + i;
      events.add(
          new Event(
              id,
              "page_viewed",
              Instant.parse("2026-03-05T04:00:00Z").plusMillis(i),
              "pos",
              List.of(Identifier.of(IdentifierKind.MEMBER_NUMBER, "m" + i)),
              Properties.of("id", id)));
    }
    return events;
  }
}
