package io.huoshui.server.acquisition;

import io.huoshui.survey.Words;

/// The page behind a code: one picture to press, for a phone first, without any script.
final class EntryPage {
  private static final String STYLE =
      """
      :root{--green:#07a35a;--ink:#1a1a1a;--soft:#5c6166}
      *{box-sizing:border-box}
      body{margin:0;background:#f3f5f6;color:var(--ink);font:16px/1.6 -apple-system,"PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif}
      main{max-width:420px;margin:0 auto;padding:20px 16px 48px;text-align:center}
      h1{font-size:22px;line-height:1.35;margin:28px 0 4px}
      .benefit{display:inline-block;background:#e6f6ee;color:#05693a;border-radius:8px;padding:4px 12px;margin:8px 0;font-weight:600}
      .card{background:#fff;border-radius:16px;padding:24px;margin:16px 0}
      .card img{width:min(260px,100%);height:auto;display:block;margin:0 auto 12px}
      .soft{color:var(--soft);font-size:14px}
      a:focus-visible{outline:3px solid #0b5ed7;outline-offset:2px}
      .lang{float:right;color:var(--soft);font-size:14px;padding:8px}
      """;

  private EntryPage() {}

  private static StringBuilder head(String title, boolean chinese, String other) {
    return new StringBuilder("<!doctype html>\n<html lang=\"")
        .append(chinese ? "zh-CN" : "en")
        .append("\"><head><meta charset=\"utf-8\"><meta name=\"viewport\"")
        .append(" content=\"width=device-width,initial-scale=1\"><meta name=\"robots\"")
        .append(" content=\"noindex\"><title>")
        .append(text(title))
        .append("</title><style>")
        .append(STYLE)
        .append("</style></head><body><main><a class=\"lang\" href=\"")
        .append(text(other))
        .append("\">")
        .append(chinese ? "English" : "中文")
        .append("</a><h1>")
        .append(text(title))
        .append("</h1>");
  }

  /// @param hint what to do with the picture
  /// @param kept how long it is theirs; blank where it is everybody's
  static String code(
      String title,
      String benefit,
      Words hint,
      Words kept,
      String picture,
      boolean chinese,
      String other) {
    StringBuilder page = head(title, chinese, other);
    if (!benefit.isEmpty()) {
      page.append("<p class=\"benefit\">").append(text(benefit)).append("</p>");
    }
    page.append("<div class=\"card\"><img alt=\"")
        .append(text(hint.in(chinese)))
        .append("\" src=\"")
        .append(text(picture))
        .append("\"><strong>")
        .append(text(hint.in(chinese)))
        .append("</strong></div>");
    if (!kept.blank()) {
      page.append("<p class=\"soft\">").append(text(kept.in(chinese))).append("</p>");
    }
    return page.append("</main></body></html>\n").toString();
  }

  static String says(String title, Words what, boolean chinese, String other) {
    return head(title, chinese, other)
        .append("<div class=\"card\"><p>")
        .append(text(what.in(chinese)))
        .append("</p></div></main></body></html>\n")
        .toString();
  }

  private static String text(String of) {
    return of.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
