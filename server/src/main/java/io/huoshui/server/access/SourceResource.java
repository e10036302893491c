package io.huoshui.server.access;

import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Sources and their write keys.
@RestController
@RequestMapping("/api/v1/sources")
class SourceResource {
  private final Access access;
  private final AccessStore store;
  private final Audit audit;

  SourceResource(Access access, AccessStore store, Audit audit) {
    this.access = access;
    this.store = store;
    this.audit = audit;
  }

  record NewSource(String name) {}

  /// @param writeKey shown this once
  record SourceKey(String name, String writeKey) {}

  /// Makes a write key for a source. Keys made before go on working.
  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  SourceKey add(@RequestBody NewSource source) {
    if (source.name() == null || !source.name().matches("[a-z][a-z0-9_]{0,63}")) {
      throw Problem.of(HttpStatus.BAD_REQUEST, "bad_source", "A source has a short name.")
          .at(
              "name",
              String.valueOf(source.name()),
              "a small letter, then letters, digits, '_', at most 64")
          .thrown();
    }
    audit.record("write_key_made", source.name());
    return new SourceKey(source.name(), access.writeKey(source.name()));
  }

  @GetMapping
  List<AccessStore.Source> all() {
    return store.sources();
  }
}
