package io.huoshui.server.access;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;

/// RFC 9457: what went wrong, where, with which value, what is allowed, what was perhaps meant, and
/// what to do next.
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Problem(
    String type,
    String title,
    int status,
    String detail,
    String code,
    @Nullable String field,
    @Nullable String value,
    @Nullable String allowed,
    @Nullable String next,
    @Nullable List<String> near) {

  /// A question about everybody that somebody ended.
  public static Refusal cancelled(CancellationException why) {
    return of(HttpStatus.CONFLICT, "cancelled", "The question was cancelled: " + why.getMessage())
        .next("Send it again to ask it again.")
        .thrown();
  }

  public static Problem of(HttpStatus status, String code, String detail) {
    return new Problem(
        "about:blank",
        status.getReasonPhrase(),
        status.value(),
        detail,
        code,
        null,
        null,
        null,
        null,
        null);
  }

  public Problem at(String where, String found, String may) {
    return new Problem(type, title, status, detail, code, where, found, may, next, near);
  }

  public Problem next(String what) {
    return new Problem(type, title, status, detail, code, field, value, allowed, what, near);
  }

  /// Names that were perhaps meant.
  public Problem near(List<String> names) {
    return new Problem(
        type,
        title,
        status,
        detail,
        code,
        field,
        value,
        allowed,
        next,
        names.isEmpty() ? null : names);
  }

  public ResponseEntity<Problem> answer() {
    return answer(Map.of());
  }

  public ResponseEntity<Problem> answer(Map<String, String> headers) {
    var response = ResponseEntity.status(status).contentType(MediaType.APPLICATION_PROBLEM_JSON);
    headers.forEach(response::header);
    return response.body(this);
  }

  /// Thrown by resources; answered as it is.
  public static final class Refusal extends RuntimeException {
    private final transient Problem problem;

    public Refusal(Problem problem) {
      super(problem.detail());
      this.problem = problem;
    }

    public Problem problem() {
      return problem;
    }
  }

  public Refusal thrown() {
    return new Refusal(this);
  }
}
