package io.huoshui.dialog;

import io.huoshui.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The flow that comes along as an example, so that the tests hold for what people begin with.
final class WakeUp {
  static final Json JSON = json();
  static final CallFlow FLOW = CallFlowJson.read(JSON);
  static final Listener EAR = Listener.of(FLOW);

  private WakeUp() {}

  private static Json json() {
    try {
      return Json.parse(Files.readString(Path.of("../examples/calls/wake_up.json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The flow with one piece of its text replaced.
  static CallFlow with(String old, String replacement) {
    String written = JSON.write();
    if (!written.contains(old)) {
      throw new IllegalArgumentException("The example has no " + old);
    }
    return CallFlowJson.read(Json.parse(written.replace(old, replacement)));
  }
}
