package io.huoshui.platforms.file;

import io.huoshui.platforms.file.ImportException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Hands batches to the server, one after the other, and waits as long as it asks.
///
/// A batch whose answer was lost is sent again: its ids make that harmless.
final class Sender {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);

  /// How often a batch is tried while the server is away or answers 500: some two minutes.
  private static final int TRIES = 10;

  private final HttpClient http;
  private final Access access;
  private final Waiting waiting;
  private final URI events;
  private final boolean packed;

  /// How time is spent; tests spend none.
  interface Waiting {
    void pass(Duration time) throws InterruptedException;
  }

  /// @param field, value, code, why as the server named them
  record Rejected(int index, String code, String field, String value, String why) {}

  record Answer(long accepted, long duplicate, List<Rejected> rejected) {
    Answer {
      rejected = List.copyOf(rejected);
    }
  }

  Sender(HttpClient http, Access access, Waiting waiting) {
    this.http = http;
    this.access = access;
    this.waiting = waiting;
    this.events = access.server().resolve("/api/v1/events");
    this.packed = !local(access.server());
  }

  /// Packing costs more than it saves on the way to the same machine.
  private static boolean local(URI server) {
    try {
      return InetAddress.getByName(String.valueOf(server.getHost())).isLoopbackAddress();
    } catch (UnknownHostException _) {
      return false;
    }
  }

  /// Sends lines of JSON.
  ///
  /// @throws ImportException when the server refuses the whole batch or stays away
  Answer send(byte[] lines) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(events)
            .timeout(PATIENCE)
            .header("Authorization", "Bearer " + access.writeKey())
            .header("Content-Type", "application/x-ndjson")
            .header("Prefer", "return=minimal");
    byte[] body = lines;
    if (packed) {
      request.header("Content-Encoding", "gzip");
      body = gzip(lines);
    }
    request.POST(HttpRequest.BodyPublishers.ofByteArray(body));
    int failures = 0;
    while (true) {
      try {
        HttpResponse<String> answer =
            http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        int status = answer.statusCode();
        if (status == 200) {
          return read(answer.body());
        }
        if (status == 429 || status == 503) {
          waiting.pass(retryAfter(answer));
        } else if (status >= 500 && ++failures < TRIES) {
          waiting.pass(Duration.ofSeconds(1L << Math.min(failures, 4)));
        } else {
          throw problem(events, status, answer.body());
        }
      } catch (IOException e) {
        if (++failures >= TRIES) {
          throw new ImportException(
              "import.server_gone",
              Kind.EXTERNAL,
              "The server at " + access.server() + " does not answer any more: " + e,
              "Start it again, then run the same command: it goes on where it stopped.",
              e);
        }
        pause(failures);
      } catch (InterruptedException e) {
        throw Access.interrupted(e);
      }
    }
  }

  private void pause(int failures) {
    try {
      waiting.pass(Duration.ofSeconds(1L << Math.min(failures, 4)));
    } catch (InterruptedException e) {
      throw Access.interrupted(e);
    }
  }

  private static byte[] gzip(byte[] lines) {
    var out = new ByteArrayOutputStream(lines.length / 4);
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(lines);
    } catch (IOException e) {
      throw new IllegalStateException("Memory does not fail to be written", e);
    }
    return out.toByteArray();
  }

  /// Seconds, or an HTTP date; one second when the server does not say.
  private static Duration retryAfter(HttpResponse<String> answer) {
    String text = answer.headers().firstValue("Retry-After").orElse("1").strip();
    Duration wait;
    if (text.matches("\\d{1,6}")) {
      wait = Duration.ofSeconds(Long.parseLong(text));
    } else {
      try {
        String sent = answer.headers().firstValue("Date").orElse(text);
        wait =
            Duration.between(
                ZonedDateTime.parse(sent, DateTimeFormatter.RFC_1123_DATE_TIME),
                ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME));
      } catch (DateTimeParseException _) {
        wait = Duration.ofSeconds(1);
      }
    }
    if (wait.isNegative()) {
      return Duration.ZERO;
    }
    return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
  }

  private Answer read(String body) {
    try {
      JsonNode json = Access.JSON.readTree(body);
      var rejected = new ArrayList<Rejected>();
      for (JsonNode item : json.path("items")) {
        if (item.path("verdict").asString("").equals("rejected")) {
          rejected.add(
              new Rejected(
                  item.path("index").asInt(),
                  item.path("code").asString("rejected"),
                  item.path("field").asString(""),
                  item.path("value").asString(""),
                  reason(item)));
        }
      }
      return new Answer(json.path("accepted").asLong(), json.path("duplicate").asLong(), rejected);
    } catch (JacksonException e) {
      throw new ImportException(
          "import.bad_answer",
          Kind.EXTERNAL,
          events + " answered 200 with something that is no JSON",
          "Is this address a Huoshui server? Check --server.",
          e);
    }
  }

  private static String reason(JsonNode item) {
    String allowed = item.path("allowed").asString("");
    String next = item.path("next").asString("");
    return item.path("why").asString("")
        + (allowed.isEmpty() ? "" : " Allowed: " + allowed + ".")
        + (next.isEmpty() ? "" : " " + next);
  }

  /// A refusal of a whole call, as problem+json says it.
  static ImportException problem(URI call, int status, String body) {
    String code = "import.refused";
    String message = call + " answered " + status;
    String next =
        status == 401 || status == 403
            ? "Check the write key (--key-file, HUOSHUI_WRITE_KEY); each source has its own."
            : "Look at the server's log, then run the same command again.";
    try {
      JsonNode json = Access.JSON.readTree(body);
      if (json.isObject()) {
        code = json.path("code").asString(code);
        String detail = json.path("detail").asString(json.path("title").asString(""));
        String field = json.path("field").asString("");
        String value = json.path("value").asString("");
        String allowed = json.path("allowed").asString("");
        message +=
            (detail.isEmpty() ? "" : ": " + detail)
                + (field.isEmpty() ? "" : " (field " + field + ", value '" + value + "')")
                + (allowed.isEmpty() ? "" : "; allowed: " + allowed);
        next = json.path("next").asString(next);
      }
    } catch (JacksonException _) {
      // Not a Huoshui server, or something in between: the status is all there is.
      message += " without saying why; is it a Huoshui server?";
    }
    return new ImportException(code, status / 100 == 4 ? Kind.USER : Kind.EXTERNAL, message, next);
  }
}
