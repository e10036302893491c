package io.huoshui.sandbox.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// What a call gets back.
public sealed interface Answer {
  /// A short answer.
  record Text(int status, String contentType, String text) implements Answer {
    byte[] bytes() {
      return text.getBytes(StandardCharsets.UTF_8);
    }
  }

  /// A long answer, written as it is made.
  record Stream(String contentType, boolean mayGzip, Writer writer) implements Answer {}

  /// The connection is closed without a word.
  record Dropped() implements Answer {}

  /// Writes the body of a long answer.
  interface Writer {
    void to(OutputStream out) throws IOException;
  }

  static Answer json(JsonNode node) {
    return json(200, node);
  }

  static Answer json(int status, JsonNode node) {
    return new Text(
        status, "application/json; charset=utf-8", JsonMapper.shared().writeValueAsString(node));
  }

  /// RFC 9457.
  static Answer problem(int status, String code, String detail) {
    ObjectNode node = JsonMapper.shared().createObjectNode();
    node.put("type", "about:blank").put("status", status).put("code", code).put("detail", detail);
    return new Text(
        status, "application/problem+json", JsonMapper.shared().writeValueAsString(node));
  }
}
