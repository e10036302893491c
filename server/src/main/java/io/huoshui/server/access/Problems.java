package io.huoshui.server.access;

import io.huoshui.audience.RuleException;
import io.huoshui.engine.EngineException;
import io.huoshui.engine.rehearsal.ScriptException;
import io.huoshui.journey.JourneyException;
import io.huoshui.json.JsonException;
import io.huoshui.json.UnreadableException;
import io.huoshui.platforms.file.ImportException;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.MissingServletRequestParameterException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.NoHandlerFoundException;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/// Every failure of a resource, in one form.
@RestControllerAdvice
public class Problems {
  private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

  @ExceptionHandler
  ResponseEntity<Problem> refused(Problem.Refusal refusal) {
    return refusal.problem().answer();
  }

  @ExceptionHandler
  ResponseEntity<Problem> rule(RuleException e) {
    return Problem.of(HttpStatus.BAD_REQUEST, "bad_rule", String.valueOf(e.getMessage()))
        .at(e.where(), e.found(), e.allowed())
        .next("Correct the rule and send it again.")
        .answer();
  }

  @ExceptionHandler
  ResponseEntity<Problem> journey(JourneyException e) {
    return Problem.of(HttpStatus.BAD_REQUEST, "bad_journey", String.valueOf(e.getMessage()))
        .at(e.where(), e.found(), e.allowed())
        .next("Correct the definition and send it again.")
        .answer();
  }

  @ExceptionHandler
  ResponseEntity<Problem> definition(UnreadableException e) {
    return Problem.of(HttpStatus.BAD_REQUEST, "bad_definition", String.valueOf(e.getMessage()))
        .at(e.where(), e.found(), e.allowed())
        .next("Correct the definition and send it again.")
        .answer();
  }

  @ExceptionHandler
  ResponseEntity<Problem> scenario(ScriptException e) {
    return Problem.of(HttpStatus.BAD_REQUEST, "bad_scenario", String.valueOf(e.getMessage()))
        .at(e.where(), e.found(), e.allowed())
        .next("Correct the scenario and send it again.")
        .answer();
  }

  @ExceptionHandler
  ResponseEntity<Problem> file(ImportException e) {
    return Problem.of(
            HttpStatus.UNPROCESSABLE_CONTENT,
            e.code().replace('.', '_'),
            String.valueOf(e.getMessage()))
        .next(e.next())
        .answer();
  }

  @ExceptionHandler
  ResponseEntity<Problem> json(JsonException e) {
    return Problem.of(HttpStatus.BAD_REQUEST, "malformed_json", String.valueOf(e.getMessage()))
        .at(e.where(), "", "JSON as in RFC 8259")
        .answer();
  }

  @ExceptionHandler
  ResponseEntity<Problem> argument(IllegalArgumentException e) {
    return Problem.of(HttpStatus.BAD_REQUEST, "bad_value", String.valueOf(e.getMessage())).answer();
  }

  @ExceptionHandler
  ResponseEntity<Problem> engine(EngineException e) {
    return of(e);
  }

  /// For doors that stand before the controllers.
  public static ResponseEntity<Problem> of(EngineException e) {
    String detail = String.valueOf(e.getMessage());
    return switch (e.code()) {
      case BUSY ->
          Problem.of(HttpStatus.TOO_MANY_REQUESTS, "busy", detail)
              .next("Send the same request again after Retry-After seconds.")
              .answer(Map.of("Retry-After", "1"));
      case UNKNOWN_NAME -> Problem.of(HttpStatus.NOT_FOUND, "unknown_name", detail).answer();
      case IN_USE ->
          Problem.of(HttpStatus.CONFLICT, "in_use", detail)
              .next("Change or delete what uses it first.")
              .answer();
      case REFUSED -> Problem.of(HttpStatus.BAD_REQUEST, "refused", detail).answer();
      case LOG_UNWRITABLE ->
          Problem.of(HttpStatus.SERVICE_UNAVAILABLE, "log_unwritable", detail)
              .next(
                  "Free space on the disk of the data folder, restart the server, and send the same"
                      + " request again; what was taken before comes back as a duplicate.")
              .answer(Map.of("Retry-After", "10"));
      case CLOSED,
          LOG_DAMAGED,
          BASE_DAMAGED,
          COLUMNS_DAMAGED,
          CHECKPOINT_DAMAGED,
          WRONG_KEY,
          LOCKED ->
          Problem.of(
                  HttpStatus.SERVICE_UNAVAILABLE,
                  e.code().name().toLowerCase(java.util.Locale.ROOT),
                  detail)
              .next("./huoshui doctor says what is wrong.")
              .answer(Map.of("Retry-After", "10"));
    };
  }

  static Problem recordsUnavailable() {
    return Problem.of(
            HttpStatus.SERVICE_UNAVAILABLE, "records_unavailable", "The database does not answer.")
        .next("./huoshui doctor says what is wrong; then send the same request again.");
  }

  @ExceptionHandler
  ResponseEntity<Problem> records(DataAccessException e) {
    return of(e);
  }

  /// The same.
  public static ResponseEntity<Problem> of(DataAccessException e) {
    LOG.error("the records failed", e);
    return recordsUnavailable().answer(Map.of("Retry-After", "10"));
  }

  @ExceptionHandler
  ResponseEntity<Problem> unreadable(HttpMessageNotReadableException e) {
    return Problem.of(HttpStatus.BAD_REQUEST, "malformed_json", "The body can not be read as JSON.")
        .at("body", "", "JSON as the API describes it")
        .next("See /api/v1/openapi.json.")
        .answer();
  }

  @ExceptionHandler
  ResponseEntity<Problem> missing(MissingServletRequestParameterException e) {
    return Problem.of(
            HttpStatus.BAD_REQUEST,
            "missing_parameter",
            "The parameter '" + e.getParameterName() + "' is missing.")
        .at(e.getParameterName(), "", e.getParameterType())
        .answer();
  }

  @ExceptionHandler
  ResponseEntity<Problem> mismatch(MethodArgumentTypeMismatchException e) {
    return Problem.of(
            HttpStatus.BAD_REQUEST,
            "bad_parameter",
            "The parameter '" + e.getName() + "' can not be read.")
        .at(e.getName(), String.valueOf(e.getValue()), String.valueOf(e.getRequiredType()))
        .answer();
  }

  @ExceptionHandler
  ResponseEntity<Problem> nothing(NoResourceFoundException e) {
    return Problem.of(
            HttpStatus.NOT_FOUND, "not_found", "There is nothing at /" + e.getResourcePath() + ".")
        .next("See /api/v1/openapi.json.")
        .answer();
  }

  @ExceptionHandler
  ResponseEntity<Problem> nobody(NoHandlerFoundException e) {
    return Problem.of(
            HttpStatus.NOT_FOUND, "not_found", "There is nothing at " + e.getRequestURL() + ".")
        .next("See /api/v1/openapi.json.")
        .answer();
  }

  @ExceptionHandler
  ResponseEntity<Problem> method(HttpRequestMethodNotSupportedException e) {
    return Problem.of(HttpStatus.METHOD_NOT_ALLOWED, "method", String.valueOf(e.getMessage()))
        .answer();
  }

  @ExceptionHandler
  ResponseEntity<Problem> bug(Exception e) {
    LOG.error("unexpected failure", e);
    return Problem.of(
            HttpStatus.INTERNAL_SERVER_ERROR,
            "internal",
            "Something unexpected happened; the log has it.")
        .answer();
  }
}
