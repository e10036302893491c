package io.huoshui.server.access;

import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Tokens that see some stores only, for the people and tills of those.
@RestController
@RequestMapping("/api/v1/store-tokens")
class StoreTokenResource {
  private static final int LONGEST = 64;

  private final Access access;
  private final AccessStore store;
  private final Audit audit;

  StoreTokenResource(Access access, AccessStore store, Audit audit) {
    this.access = access;
    this.store = store;
    this.audit = audit;
  }

  record NewToken(@Nullable String label, @Nullable List<String> stores) {}

  /// @param token shown this once
  record Made(String label, List<String> stores, String token) {}

  @GetMapping
  List<AccessStore.StoreToken> all() {
    return store.storeTokens();
  }

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  Made make(@RequestBody NewToken body) {
    String label = body.label() == null ? "" : body.label().strip();
    if (label.isEmpty() || label.length() > LONGEST) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_token", "A token has a label.")
          .at("label", label, "1 to " + LONGEST + " characters: who uses it")
          .thrown();
    }
    if (body.stores() == null || body.stores().isEmpty()) {
      throw Problem.of(HttpStatus.UNPROCESSABLE_CONTENT, "bad_token", "A token sees some stores.")
          .at("stores", String.valueOf(body.stores()), "names of stores, at least one")
          .thrown();
    }
    var scope = new Scope(false, new TreeSet<>(body.stores()), "", label);
    String token = access.scopedToken(scope);
    audit.record("store_token_made", label + " " + scope.stores());
    return new Made(label, List.copyOf(scope.stores()), token);
  }

  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void drop(@PathVariable String id) {
    if (!store.dropStoreToken(id)) {
      throw Problem.of(HttpStatus.NOT_FOUND, "unknown_token", "No such token.")
          .at("id", id, "as GET /api/v1/store-tokens lists them")
          .thrown();
    }
    audit.record("store_token_dropped", id);
  }
}
