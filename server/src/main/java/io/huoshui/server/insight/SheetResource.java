package io.huoshui.server.insight;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Sheets;
import io.huoshui.event.Near;
import io.huoshui.insight.sheet.QuestionJson;
import io.huoshui.insight.sheet.Sheet;
import io.huoshui.insight.sheet.SheetJson;
import io.huoshui.json.Json;
import io.huoshui.json.Place;
import io.huoshui.server.access.Definitions;
import io.huoshui.server.access.Problem;
import io.huoshui.server.audience.Picks;
import io.huoshui.server.audience.Whom;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/// The classic questions, answered as sheets; each cell opens its people.
@RestController
@RequestMapping("/api/v1/insight/sheets")
class SheetResource {
  private static final int MOST_SEGMENTS = 10;

  private final Engine engine;
  private final Picks picks;
  private final OpenedCells cells;
  private final Definitions definitions;

  SheetResource(Engine engine, Picks picks, OpenedCells cells, Definitions definitions) {
    this.engine = engine;
    this.picks = picks;
    this.cells = cells;
    this.definitions = definitions;
  }

  /// @param question as `QuestionJson` reads it
  /// @param by what people are told apart by
  /// @param who is asked; everybody where nothing is said
  /// @param segments that stand side by side
  record Wanted(
      @Nullable JsonNode question,
      @Nullable JsonNode by,
      @Nullable Whom who,
      @Nullable List<String> segments) {}

  /// @param part as the answer calls it, empty where there is one
  record At(@Nullable String part, @Nullable String row, @Nullable String column) {}

  /// @param name of the audience its people are kept in; nothing is kept without
  /// @param again whether it takes the place of one of this name
  record Opening(
      @Nullable JsonNode question,
      @Nullable JsonNode by,
      @Nullable Whom who,
      @Nullable List<String> segments,
      @Nullable At cell,
      @Nullable String name,
      @Nullable Boolean again) {
    Wanted wanted() {
      return new Wanted(question, by, who, segments);
    }
  }

  /// @param people asked
  record PartView(String group, long people, JsonNode sheet) {}

  /// @param at the brand's clock when the answer was true
  /// @param record of the log it belongs to
  record Answer(List<PartView> parts, Instant at, long record, double milliseconds) {}

  @PostMapping
  Answer ask(@RequestBody Wanted wanted) {
    long began = System.nanoTime();
    Sheets.Answer answer = answer(read(wanted));
    return new Answer(
        answer.parts().stream()
            .map(
                part ->
                    new PartView(
                        part.group(),
                        part.people(),
                        definitions.tree(SheetJson.write(part.sheet()).write())))
            .toList(),
        answer.at(),
        answer.record(),
        (System.nanoTime() - began) / 1e6);
  }

  /// The same as a table.
  @PostMapping(path = "/csv", produces = "text/csv;charset=UTF-8")
  String csv(@RequestBody Wanted wanted) {
    return SheetJson.csv(
        answer(read(wanted)).parts().stream()
            .collect(
                java.util.stream.Collectors.toMap(
                    Sheets.Part::group,
                    Sheets.Part::sheet,
                    (one, _) -> one,
                    LinkedHashMap<String, Sheet>::new)));
  }

  /// Who is in a cell now. Between an answer and its opening events go on being taken: what is
  /// opened is true when it is opened.
  @PostMapping("/open")
  OpenedCells.Opened open(@RequestBody Opening opening) {
    Sheets.Asked asked = read(opening.wanted());
    At at = opening.cell();
    if (at == null || at.row() == null || at.column() == null) {
      throw OpenedCells.noCell("cell", at, "{\"part\", \"row\", \"column\"} of an answer");
    }
    String part = at.part() == null ? "" : at.part();
    String row = at.row();
    String column = at.column();
    return cells.open(
        () -> engine.ask().open(asked, part, row, column),
        said(asked, part, row, column),
        opening.name(),
        opening.again());
  }

  private static String said(Sheets.Asked asked, String part, String row, String column) {
    return asked.question().kind()
        + ": "
        + (part.isEmpty() ? "" : part + " / ")
        + row
        + " / "
        + column;
  }

  private Sheets.Answer answer(Sheets.Asked asked) {
    try {
      return engine.ask().sheets(asked);
    } catch (CancellationException e) {
      throw Problem.cancelled(e);
    }
  }

  private Sheets.Asked read(Wanted wanted) {
    if (wanted.question() == null) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "missing_field", "There is no question.")
          .at("question", "nothing", "{\"kind\": …} with one of " + QuestionJson.KINDS)
          .thrown();
    }
    return new Sheets.Asked(
        QuestionJson.read(place(wanted.question(), "question")),
        QuestionJson.by(wanted.by() == null ? new Place(null, "by") : place(wanted.by(), "by")),
        wanted.who() == null ? null : picks.of(wanted.who(), "who").members(),
        groups(wanted.segments() == null ? List.of() : wanted.segments()));
  }

  private static Place place(JsonNode node, String at) {
    return new Place(Json.parse(node.toString()), at);
  }

  private Map<String, RoaringBitmap> groups(List<String> segments) {
    if (segments.size() > MOST_SEGMENTS) {
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT, "bad_segments", "So many can not be compared.")
          .at("segments", segments.size() + " segments", "1 to " + MOST_SEGMENTS)
          .thrown();
    }
    List<String> known =
        engine.ask().segments().stream().map(line -> line.segment().name()).toList();
    var groups = new LinkedHashMap<String, RoaringBitmap>();
    for (int i = 0; i < segments.size(); i++) {
      String name = Objects.requireNonNullElse(segments.get(i), "");
      if (!known.contains(name)) {
        throw Problem.of(
                HttpStatus.UNPROCESSABLE_CONTENT, "unknown_segment", "No segment '" + name + "'.")
            .at("segments[" + i + "]", name, String.join(", ", known))
            .near(Near.to(name, known))
            .thrown();
      }
      groups.put(
          name, picks.of(new Whom(null, null, name, null, null), "segments[" + i + "]").members());
    }
    return groups;
  }
}
