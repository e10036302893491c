package io.huoshui.platforms.call;

import io.huoshui.dialog.Dialogue.Effect;
import io.huoshui.dialog.Dialogue.Heard;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The turns of a talk, as the outbound bot asks a third-party model for them: `beginSession`,
/// `dialogue`, `abortDialogue`, `endSession`, each a POST of JSON that is answered by one
/// server-sent event (help.aliyun.com/zh/outboundbot/getting-started/
/// intelligent-outbound-call-access-three-party-model).
public final class Turns {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Turns() {}

  /// What the platform says of one turn.
  ///
  /// @param session the call
  /// @param flow which flow leads it
  /// @param reference the touchpoint's key
  /// @param phone the callee, without country code
  /// @param words for the flow's placeholders
  public record Turn(
      String requestId,
      String session,
      String stream,
      String flow,
      String reference,
      String phone,
      Map<String, String> words,
      Heard heard) {
    public Turn {
      words = Map.copyOf(words);
    }
  }

  /// @param action the last part of the path
  /// @throws IllegalArgumentException when it can not be read
  public static Turn read(String action, byte[] body) {
    JsonNode json;
    try {
      json = JSON.readTree(body);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("The body is no JSON: " + e.getOriginalMessage(), e);
    }
    String session = json.path("sessionId").asString("");
    if (session.isEmpty() || session.length() > 128) {
      throw new IllegalArgumentException("sessionId: 1 to 128 characters");
    }
    JsonNode passed = json.path("vendorParams");
    var words = new LinkedHashMap<String, String>();
    passed
        .properties()
        .forEach(
            entry -> {
              if (entry.getKey().startsWith("word_")) {
                words.put(entry.getKey().substring(5), entry.getValue().asString(""));
              }
            });
    return new Turn(
        json.path("requestId").asString(""),
        session,
        json.path("streamId").asString(""),
        passed.path("flow").asString(""),
        passed.path("reference").asString(""),
        passed.path("calledNumber").asString(""),
        words,
        heard(action, json));
  }

  private static Heard heard(String action, JsonNode json) {
    return switch (action) {
      case "beginSession" -> new Heard.Answered();
      case "dialogue" -> {
        String keys = json.path("dtmf").asString("");
        String said = json.path("utterance").asString(json.path("text").asString(""));
        yield !keys.isEmpty()
            ? new Heard.Keys(keys)
            : said.isBlank()
                ? new Heard.Silence()
                : new Heard.Words(said, json.path("interrupted").asBoolean(false));
      }
      case "abortDialogue" ->
          switch (json.path("reason").asString("")) {
            case "machine", "voicemail" -> new Heard.Machine();
            case "transfer_failed" -> new Heard.NobodyThere();
            default -> new Heard.Words("", true);
          };
      case "endSession" -> new Heard.HungUp(json.path("line").asString(""));
      default ->
          throw new IllegalArgumentException(
              "'" + action + "': beginSession, dialogue, abortDialogue, endSession");
    };
  }

  /// What is to be said and done, as one server-sent event and the word that it was the last.
  public static String answer(Turn turn, List<Effect> effects, Instant now) {
    var said = new ArrayList<String>();
    ObjectNode data = JSON.createObjectNode();
    ArrayNode controls = JSON.createArrayNode();
    boolean bargeIn = true;
    for (Effect effect : effects) {
      switch (effect) {
        case Effect.Say(String _, String text, boolean may) -> {
          said.add(text);
          bargeIn &= may;
        }
        case Effect.Wait(int digits) -> {
          if (digits > 0) {
            controls.addObject().put("type", "GatherDtmf").put("maxDigits", digits);
          }
        }
        case Effect.Transfer(String queue) ->
            controls.addObject().put("type", "Transfer").put("skillGroupId", queue);
        case Effect.HangUp() -> controls.addObject().put("type", "HangUp");
        case Effect.Suppress _ -> {}
      }
    }
    if (!said.isEmpty()) {
      controls.addObject().put("type", "Voice").put("interruptible", bargeIn);
    }
    data.put("streamEnd", true)
        .put("updatedTime", now.toEpochMilli())
        .put("sessionId", turn.session())
        .put("streamId", turn.stream())
        .put("answer", String.join("", said));
    data.set("controlParamsList", controls);
    return event(turn.requestId(), 200, "OK", "", data);
  }

  /// @param code why not
  public static String refused(Turn turn, int status, String code, String message) {
    ObjectNode data =
        JSON.createObjectNode()
            .put("streamEnd", true)
            .put("sessionId", turn.session())
            .put("streamId", turn.stream())
            .put("answer", "");
    data.putArray("controlParamsList").addObject().put("type", "HangUp");
    return event(turn.requestId(), status, code, message, data);
  }

  private static String event(
      String requestId, int status, String code, String message, ObjectNode data) {
    ObjectNode body =
        JSON.createObjectNode()
            .put("requestId", requestId)
            .put("httpStatusCode", status)
            .put("code", code)
            .put("message", message);
    body.set("data", data);
    return "data: " + JSON.writeValueAsString(body) + "\n\n";
  }
}
