package io.huoshui.server.open;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.huoshui.engine.Engine;
import io.huoshui.json.Json;
import io.huoshui.platforms.parquet.Layout;
import io.huoshui.platforms.parquet.Manifest;
import io.huoshui.server.access.Audit;
import io.huoshui.server.access.Problem;
import io.huoshui.server.job.Jobs;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/// Exports: begun, listed, fetched, deleted.
@RestController
@RequestMapping("/api/v1/exports")
class ExportResource {
  private static final List<String> BESIDE = List.of("manifest.json", "open.sql");

  private final Engine engine;
  private final Exports exports;
  private final Jobs jobs;
  private final Audit audit;

  ExportResource(Engine engine, Exports exports, Jobs jobs, Audit audit) {
    this.engine = engine;
    this.exports = exports;
    this.jobs = jobs;
    this.audit = audit;
  }

  /// @param reveal true for identifiers and texts in full; masked when it is left out
  record Wanted(@Nullable Boolean reveal) {}

  /// @param id of the export there will be
  /// @param job which writes it: `GET /api/v1/jobs/{job}`
  record Begun(String id, long job, boolean revealed) {}

  @PostMapping("/parquet")
  @ResponseStatus(HttpStatus.ACCEPTED)
  Begun begin(@RequestBody(required = false) @Nullable Wanted wanted) {
    boolean reveal = wanted != null && Boolean.TRUE.equals(wanted.reveal());
    long job =
        jobs.begin(
            ExportJob.KIND,
            reveal ? "parquet, revealed" : "parquet",
            Json.object("reveal", Json.of(reveal)),
            engine.ask().pulse().people(),
            audit.who());
    audit.record(reveal ? "export_revealed" : "exported", "e" + job);
    return new Begun("e" + job, job, reveal);
  }

  /// @param sha256 in hexadecimal
  record FileView(String table, String path, long rows, long bytes, String sha256) {}

  /// @param at the brand's instant it is of
  /// @param record of the log
  /// @param erasedSince people who were erased since and are still in it
  /// @param deletedAt when it is deleted by itself at the latest
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record View(
      String id,
      Instant at,
      String zone,
      long record,
      boolean revealed,
      String who,
      Instant writtenAt,
      Manifest.Totals totals,
      long bytes,
      int erasedSince,
      Instant deletedAt,
      @Nullable List<FileView> files) {}

  private View view(Manifest manifest, boolean files) {
    return new View(
        manifest.id(),
        manifest.at(),
        manifest.zone(),
        manifest.record(),
        manifest.revealed(),
        manifest.who(),
        manifest.writtenAt(),
        manifest.totals(),
        manifest.bytes(),
        exports.erasedSince(manifest).size(),
        manifest.writtenAt().plus(Exports.KEPT),
        files
            ? manifest.files().stream()
                .map(
                    file ->
                        new FileView(
                            file.table(), file.path(), file.rows(), file.bytes(), file.sha256()))
                .toList()
            : null);
  }

  /// The newest first.
  @GetMapping
  List<View> all() {
    return exports.all().stream().map(manifest -> view(manifest, false)).toList();
  }

  record ColumnView(String name, String type, String zh, String en) {}

  record TableView(String name, String zh, String en, List<ColumnView> columns) {}

  /// The tables of an export, and what their columns mean.
  @GetMapping("/layout")
  List<TableView> layout() {
    return Layout.TABLES.stream()
        .map(
            table ->
                new TableView(
                    table.name(),
                    table.zh(),
                    table.en(),
                    table.columns().stream()
                        .map(
                            column ->
                                new ColumnView(
                                    column.name(), column.type().name(), column.zh(), column.en()))
                        .toList()))
        .toList();
  }

  @GetMapping("/{id}")
  View one(@PathVariable String id) {
    return view(exports.find(id), true);
  }

  @DeleteMapping("/{id}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void delete(@PathVariable String id) {
    exports.delete(id);
    audit.record("export_deleted", id);
  }

  /// One file of it.
  ///
  /// @param path as the manifest lists it; `manifest.json` and `open.sql`, too
  @GetMapping("/{id}/file")
  void file(@PathVariable String id, @RequestParam String path, HttpServletResponse response)
      throws IOException {
    Manifest manifest = exports.find(id);
    // Only what is listed: a path is never put together from what was asked.
    String listed =
        manifest.files().stream()
            .map(Manifest.File::path)
            .filter(path::equals)
            .findFirst()
            .or(() -> BESIDE.stream().filter(path::equals).findFirst())
            .orElseThrow(
                () ->
                    Problem.of(
                            HttpStatus.NOT_FOUND,
                            "unknown_file",
                            "Export " + id + " has no such file.")
                        .at("path", path, "a path of its files")
                        .next("GET /api/v1/exports/" + id + " lists them.")
                        .thrown());
    audit.record("export_fetched", id + " " + listed);
    Path file = exports.folder(manifest.id()).resolve(listed);
    response.setContentType(
        listed.endsWith(".parquet")
            ? "application/vnd.apache.parquet"
            : "text/plain;charset=UTF-8");
    response.setContentLengthLong(Files.size(file));
    Files.copy(file, response.getOutputStream());
  }

  /// All of it as one ZIP.
  @GetMapping("/{id}/zip")
  void zip(@PathVariable String id, HttpServletResponse response) throws IOException {
    Manifest manifest = exports.find(id);
    audit.record("export_fetched", id);
    response.setContentType("application/zip");
    response.setHeader(
        "Content-Disposition", "attachment; filename=\"huoshui-" + manifest.id() + ".zip\"");
    try (var zip = new ZipOutputStream(response.getOutputStream())) {
      // Parquet is compressed already.
      zip.setLevel(Deflater.NO_COMPRESSION);
      for (Manifest.File file : manifest.files()) {
        put(zip, manifest, file.path());
      }
      for (String beside : BESIDE) {
        put(zip, manifest, beside);
      }
    }
  }

  private void put(ZipOutputStream zip, Manifest manifest, String path) throws IOException {
    zip.putNextEntry(new ZipEntry(manifest.id() + "/" + path));
    Files.copy(exports.folder(manifest.id()).resolve(path), zip);
    zip.closeEntry();
  }
}
