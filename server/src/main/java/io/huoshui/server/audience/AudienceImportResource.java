package io.huoshui.server.audience;

import io.huoshui.audience.Audience;
import io.huoshui.engine.Engine;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Problem;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// An audience from a list of identifiers, with what became of every line.
@RestController
@RequestMapping("/api/v1/audiences")
class AudienceImportResource {
  private final Engine engine;
  private final PeopleLists lists;
  private final Freezing freezing;
  private final AudienceStore store;
  private final Audit audit;
  private final JsonMapper json;

  AudienceImportResource(
      Engine engine,
      PeopleLists lists,
      Freezing freezing,
      AudienceStore store,
      Audit audit,
      JsonMapper json) {
    this.engine = engine;
    this.lists = lists;
    this.freezing = freezing;
    this.store = store;
    this.audit = audit;
    this.json = json;
  }

  record Imported(AudienceView audience, PeopleLists.Report report) {}

  /// The body is the file itself: CSV (also gzip) or XLSX.
  ///
  /// @param file what it is called
  /// @param kind what a list without a header holds: `phone`, `openid@APP`
  /// @param again whether it takes the place of an audience of this name
  @PostMapping("/import")
  Imported read(
      @RequestParam String name,
      @RequestParam(defaultValue = "list.csv") String file,
      @RequestParam(defaultValue = "") String kind,
      @RequestParam(defaultValue = "false") boolean again,
      HttpServletRequest request)
      throws IOException {
    AudienceView.name(name);
    boolean there = engine.ask().audiences().stream().anyMatch(each -> each.name().equals(name));
    if (there && !again) {
      throw Problem.of(HttpStatus.CONFLICT, "audience_exists", "Audience '" + name + "' exists.")
          .at("name", name, "a name that is free, or again=true")
          .thrown();
    }
    PeopleLists.Matched matched = lists.match(request.getInputStream(), file, kind);
    Audience audience =
        freezing.choose(name, matched.report().said(), audit.who(), again, matched.members());
    store.imported(name, json.writeValueAsString(matched.report()));
    audit.record("audience_imported", name + ": " + matched.report().said());
    return new Imported(AudienceView.of(audience, null, engine.now()), matched.report());
  }

  /// What became of every line of the list an audience was imported from.
  @GetMapping("/{name}/import")
  JsonNode report(@PathVariable String name) {
    return json.readTree(
        store
            .importReport(name)
            .orElseThrow(
                () ->
                    Problem.of(
                            HttpStatus.NOT_FOUND,
                            "not_imported",
                            "Audience '" + name + "' was not imported from a list.")
                        .thrown()));
  }
}
