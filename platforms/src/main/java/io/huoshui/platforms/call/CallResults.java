package io.huoshui.platforms.call;

import io.huoshui.dialog.Calls;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Results as the platform tells them: the message of a finished task, one or an array of them. The
/// platform gives it to a RocketMQ topic; a function that reads the topic posts it on. What one
/// message has in it is the task of `QueryJobsWithResult`.
public final class CallResults {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private CallResults() {}

  /// @return those that are over; what still rings is left out
  /// @throws IllegalArgumentException when it can not be read
  public static List<Calls.Result> read(byte[] body) {
    JsonNode json;
    try {
      json = JSON.readTree(body);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("The body is no JSON: " + e.getOriginalMessage(), e);
    }
    var results = new ArrayList<Calls.Result>();
    for (JsonNode one : json.isArray() ? json : JSON.createArrayNode().add(json)) {
      String status = one.path("TaskStatus").asString("");
      if (!TaskStatus.over(status)) {
        continue;
      }
      String job = one.path("JobId").asString("");
      String call = one.path("TaskId").asString("");
      if (job.isEmpty() || call.isEmpty()) {
        throw new IllegalArgumentException("JobId and TaskId are needed");
      }
      results.add(
          new Calls.Result(
              job,
              call,
              one.path("Contact").path("ReferenceId").asString(""),
              one.path("CalledNumber").asString(""),
              TaskStatus.why(status),
              status,
              Instant.ofEpochMilli(one.path("ActualTime").asLong(0)),
              one.path("CallDuration").asLong(0),
              TaskStatus.hungUpBy(status)));
    }
    return results;
  }
}
