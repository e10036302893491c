package io.huoshui.server.insight;

import io.huoshui.audience.Audience;
import io.huoshui.engine.Engine;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Problem;
import io.huoshui.server.audience.AudienceView;
import io.huoshui.server.audience.Freezing;
import io.huoshui.server.audience.Member;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/// Answers who is behind a number, and keeps them as an audience where a name is given.
@Component
public class OpenedCells {
  private static final int SAMPLE = 10;

  private final Engine engine;
  private final Freezing freezing;
  private final Audit audit;

  OpenedCells(Engine engine, Freezing freezing, Audit audit) {
    this.engine = engine;
    this.freezing = freezing;
    this.audit = audit;
  }

  /// @param count of people in the cell now
  /// @param sample of them
  /// @param audience null where nothing was kept
  public record Opened(long count, List<Member> sample, @Nullable AudienceView audience) {}

  /// What is opened is true when it is opened: between an answer and its opening events go on being
  /// taken.
  ///
  /// @param find the people, by the names of their profiles
  /// @param said the number, as the audience's text says where it comes from
  /// @param name of the audience they are kept in; nothing is kept without
  /// @param again whether it takes the place of one of this name
  public Opened open(
      Supplier<RoaringBitmap> find, String said, @Nullable String name, @Nullable Boolean again) {
    RoaringBitmap people;
    try {
      people = find.get();
    } catch (CancellationException e) {
      throw Problem.cancelled(e);
    }
    AudienceView kept = null;
    if (name != null) {
      Audience audience =
          freezing.choose(
              AudienceView.name(name), said, audit.who(), Boolean.TRUE.equals(again), people);
      audit.record(
          "audience_frozen", audience.name() + ": " + audience.size() + " people of a cell");
      kept = AudienceView.of(audience, null, engine.now());
    }
    return new Opened(
        people.getLongCardinality(), Member.of(engine.ask().lines(people, -1, SAMPLE)), kept);
  }

  /// A refusal of a cell that an answer does not have.
  public static RuntimeException noCell(String field, @Nullable Object value, String allowed) {
    return Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_cell", "It does not say which cell.")
        .at(field, String.valueOf(value), allowed)
        .thrown();
  }
}
