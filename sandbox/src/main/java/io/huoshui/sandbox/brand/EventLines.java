package io.huoshui.sandbox.brand;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/// Events as NDJSON, one canonical event a line, times in the brand's zone.
public final class EventLines implements AutoCloseable {
  private static final ObjectWriter JSON =
      JsonMapper.shared().writer().withRootValueSeparator("\n");

  private final OutputStream out;
  private final JsonGenerator json;
  private final StringBuilder time = new StringBuilder(32);
  private boolean any;

  public EventLines(OutputStream out) {
    this.out = out;
    this.json = JSON.createGenerator(out);
  }

  public void write(Event event) {
    any = true;
    json.writeStartObject();
    json.writeStringProperty("id", event.id());
    json.writeStringProperty("name", event.name());
    json.writeName("time");
    time.setLength(0);
    appendTime(time, event.time().toEpochMilli());
    json.writeString(time.toString());
    json.writeStringProperty("source", event.source());
    json.writeName("identifiers");
    json.writeStartArray();
    for (Identifier identifier : event.identifiers()) {
      write(json, identifier);
    }
    json.writeEndArray();
    json.writeName("properties");
    json.writeStartObject();
    Properties properties = event.properties();
    for (int i = 0; i < properties.size(); i++) {
      json.writeName(properties.key(i));
      write(properties.value(i));
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  static void write(JsonGenerator json, Identifier identifier) {
    json.writeStartObject();
    json.writeStringProperty("kind", identifier.kind().wire());
    if (!identifier.scope().isEmpty()) {
      json.writeStringProperty("scope", identifier.scope());
    }
    json.writeStringProperty("value", identifier.value());
    json.writeEndObject();
  }

  private void write(Value value) {
    switch (value) {
      case Value.Text(String text) -> json.writeString(text);
      case Value.Whole(long number) -> json.writeNumber(number);
      case Value.Decimal(double number) -> json.writeNumber(number);
      case Value.Flag(boolean on) -> json.writeBoolean(on);
      case Value.Many(var values) -> {
        json.writeStartArray();
        values.forEach(this::write);
        json.writeEndArray();
      }
    }
  }

  /// RFC 3339 at +08:00. Written by hand because formatting dates was half of the cost of a line.
  static void appendTime(StringBuilder to, long epochMs) {
    long local = epochMs + Rhythm.ZONE_OFFSET;
    LocalDate day = LocalDate.ofEpochDay(Math.floorDiv(local, Rhythm.DAY));
    int ofDay = (int) Math.floorMod(local, Rhythm.DAY);
    two(to.append(day.getYear()).append('-'), day.getMonthValue());
    two(to.append('-'), day.getDayOfMonth());
    two(to.append('T'), ofDay / 3_600_000);
    two(to.append(':'), ofDay / 60_000 % 60);
    two(to.append(':'), ofDay / 1000 % 60);
    int millis = ofDay % 1000;
    if (millis != 0) {
      two(to.append('.').append((char) ('0' + millis / 100)), millis % 100);
    }
    to.append("+08:00");
  }

  private static void two(StringBuilder to, int number) {
    to.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
  }

  public static String rfc3339(Instant time) {
    var text = new StringBuilder(32);
    appendTime(text, time.toEpochMilli());
    return text.toString();
  }

  public static byte[] lines(Iterable<Event> events) {
    var bytes = new ByteArrayOutputStream(4096);
    try (var lines = new EventLines(bytes)) {
      events.forEach(lines::write);
    }
    return bytes.toByteArray();
  }

  /// Ends the last line and flushes; the stream itself stays open.
  @Override
  public void close() {
    json.flush();
    try {
      if (any) {
        out.write('\n');
      }
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
