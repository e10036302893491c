package io.huoshui.server.access;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// The way into the console, and its pages.
@RestController
class ConsoleResource {
  private static final Map<String, MediaType> TYPES =
      Map.of(
          "js", MediaType.parseMediaType("text/javascript;charset=UTF-8"),
          "css", MediaType.parseMediaType("text/css;charset=UTF-8"),
          "html", MediaType.parseMediaType("text/html;charset=UTF-8"),
          "svg", MediaType.parseMediaType("image/svg+xml"),
          "woff2", MediaType.parseMediaType("font/woff2"));

  private final Access access;

  ConsoleResource(Access access) {
    this.access = access;
  }

  /// Trades the one-time code for a session cookie, and leaves the code out of the address bar.
  @GetMapping("/console/enter")
  ResponseEntity<String> enter(@RequestParam String code, HttpServletResponse response) {
    var session = access.enter(code);
    if (session.isEmpty()) {
      return ResponseEntity.status(401)
          .contentType(MediaType.parseMediaType("text/html;charset=UTF-8"))
          .body(
              """
              <!doctype html><meta charset="utf-8"><title>活水</title>
              <p>此链接已使用或已过期。请在终端重新运行 <code>./huoshui serve</code> 获取新的链接。</p>
              <p>This link was used or is too old. Run <code>./huoshui serve</code> again for a new one.</p>
              """);
    }
    var cookie = new Cookie(Security.COOKIE, session.get());
    cookie.setHttpOnly(true);
    cookie.setPath("/");
    cookie.setAttribute("SameSite", "Strict");
    response.addCookie(cookie);
    return ResponseEntity.status(303).header(HttpHeaders.LOCATION, "/console/").body("");
  }

  /// @param path of the way into the console, good once and for twelve hours
  record Link(String path) {}

  @PostMapping("/api/v1/console-links")
  Link link() {
    return new Link("/console/enter?code=" + access.oneTimeCode());
  }

  @GetMapping({"/", "/console"})
  ResponseEntity<Void> home() {
    return ResponseEntity.status(302).header(HttpHeaders.LOCATION, "/console/").build();
  }

  /// A page's file; any path without a dot is the application itself, which reads the path.
  @GetMapping({"/console/", "/console/{name}", "/console/{folder}/{name}"})
  ResponseEntity<byte[]> page(
      @PathVariable(required = false) String folder, @PathVariable(required = false) String name)
      throws IOException {
    String path = name == null ? "index.html" : folder == null ? name : folder + "/" + name;
    if (!path.contains(".")) {
      path = "index.html";
    }
    if (path.contains("..")) {
      return ResponseEntity.notFound().build();
    }
    try (InputStream file = ConsoleResource.class.getResourceAsStream("/console/" + path)) {
      if (file == null) {
        return path.equals("index.html")
            ? ResponseEntity.status(503)
                .contentType(MediaType.TEXT_PLAIN)
                .body(
                    "The console is not built. Run ./huoshui serve, which builds it."
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8))
            : ResponseEntity.notFound().build();
      }
      String ending = path.substring(path.lastIndexOf('.') + 1);
      return ResponseEntity.ok()
          .contentType(TYPES.getOrDefault(ending, MediaType.APPLICATION_OCTET_STREAM))
          .cacheControl(
              path.startsWith("assets/")
                  ? CacheControl.maxAge(java.time.Duration.ofDays(365)).immutable()
                  : CacheControl.noCache())
          .body(file.readAllBytes());
    }
  }
}
