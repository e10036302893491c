package io.huoshui.server.survey;

import io.huoshui.survey.Question;
import io.huoshui.survey.Survey;
import io.huoshui.survey.Words;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The page somebody answers on: one form, for a phone first, without any script. A question that
/// depends on another is shown by the style sheet once that answer is chosen; where a browser can
/// not do that, all are shown, and what was not asked is left out when it is sent.
final class SurveyPage {
  private static final Words FOOT =
      new Words("您的回答仅用于改进服务", "Your answers are used to serve you better");

  private SurveyPage() {}

  private static final String STYLE =
      """
      :root{--green:#07a35a;--ink:#1a1a1a;--soft:#5c6166;--line:#e4e7ea;--bad:#c62f2f}
      *{box-sizing:border-box}
      body{margin:0;background:#f3f5f6;color:var(--ink);font:16px/1.6 -apple-system,"PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif}
      main{max-width:640px;margin:0 auto;padding:20px 16px 48px}
      h1{font-size:22px;line-height:1.35;margin:8px 0}
      .intro,.foot{color:var(--soft)}
      .foot{font-size:13px;text-align:center;margin-top:24px}
      fieldset,.box{border:0;margin:14px 0;padding:16px;background:#fff;border-radius:12px;min-width:0}
      legend{float:left;width:100%;padding:0;font-weight:600;margin-bottom:10px}
      legend+*{clear:both}
      .must{color:var(--bad)}
      .bad{outline:2px solid var(--bad)}
      .error{color:var(--bad);margin:0 0 8px;clear:both}
      label.pick{display:flex;align-items:center;gap:10px;min-height:44px;padding:6px 2px;border-top:1px solid var(--line)}
      label.pick:first-of-type{border-top:0}
      .pick input{width:20px;height:20px;accent-color:var(--green);flex:none}
      .steps{display:grid;grid-template-columns:repeat(auto-fit,minmax(44px,1fr));gap:6px}
      .steps label{position:relative;display:block}
      .steps input{position:absolute;opacity:0;inset:0;width:100%;height:100%;margin:0}
      .steps span{display:flex;align-items:center;justify-content:center;min-height:44px;border:1px solid var(--line);border-radius:8px;background:#fafbfb}
      .steps input:checked+span{background:var(--green);border-color:var(--green);color:#fff;font-weight:600}
      .steps input:focus-visible+span{outline:3px solid #0b5ed7;outline-offset:2px}
      .ends{display:flex;justify-content:space-between;color:var(--soft);font-size:13px;margin-top:6px}
      input.line,textarea{width:100%;font:inherit;padding:10px 12px;border:1px solid #b9bfc4;border-radius:8px;background:#fff;min-height:44px}
      textarea{min-height:96px}
      :is(input,textarea,button,a):focus-visible{outline:3px solid #0b5ed7;outline-offset:2px}
      button{width:100%;min-height:50px;border:0;border-radius:12px;background:var(--green);color:#fff;font:inherit;font-size:17px;font-weight:600;margin-top:10px}
      .lang{float:right;color:var(--soft);font-size:14px;padding:8px}
      .thanks{text-align:center;padding:40px 16px}
      """;

  private static String head(Words title, boolean chinese, String more) {
    return "<!doctype html>\n<html lang=\""
        + (chinese ? "zh-CN" : "en")
        + "\"><head><meta charset=\"utf-8\"><meta name=\"viewport\""
        + " content=\"width=device-width,initial-scale=1\"><meta name=\"robots\""
        + " content=\"noindex\"><title>"
        + text(title.in(chinese))
        + "</title><style>"
        + STYLE
        + more
        + "</style></head><body><main>";
  }

  /// The form.
  ///
  /// @param sent what was sent before, to be corrected
  /// @param errors per question; empty on the first look
  /// @param other the address in the other language
  static String form(
      Survey survey,
      boolean chinese,
      Map<String, List<String>> sent,
      Map<String, Words> errors,
      boolean knows,
      String other) {
    var page = new StringBuilder(head(survey.title(), chinese, conditions(survey)));
    page.append("<a class=\"lang\" href=\"")
        .append(text(other))
        .append("\">")
        .append(chinese ? "English" : "中文")
        .append("</a><h1>")
        .append(text(survey.title().in(chinese)))
        .append("</h1>");
    if (!survey.intro().blank()) {
      page.append("<p class=\"intro\">").append(text(survey.intro().in(chinese))).append("</p>");
    }
    if (!errors.isEmpty()) {
      page.append("<p class=\"error\" role=\"alert\">")
          .append(
              chinese
                  ? "还有 " + errors.size() + " 题需要修改,见红框处"
                  : errors.size() + " answers need another look, framed in red")
          .append("</p>");
    }
    page.append("<form method=\"post\" novalidate>");
    for (Question question : survey.questions()) {
      // Who is known is not asked who they are.
      if (!(knows && question.kind() == Question.Kind.PHONE)) {
        question(question, chinese, sent.getOrDefault(question.id(), List.of()), errors, page);
      }
    }
    return page.append("<button type=\"submit\">")
        .append(chinese ? "提交" : "Send")
        .append("</button></form><p class=\"foot\">")
        .append(text(FOOT.in(chinese)))
        .append("</p></main></body></html>\n")
        .toString();
  }

  /// Hides what depends on an answer until it is chosen, where the browser knows how to ask.
  private static String conditions(Survey survey) {
    var style = new StringBuilder();
    for (Question question : survey.questions()) {
      Question.Show shown = question.shown();
      Question on = shown == null ? null : survey.find(shown.question());
      if (shown == null || on == null) {
        continue;
      }
      style
          .append("@supports selector(:has(*)){#box-")
          .append(question.id())
          .append("{display:none}");
      for (String value : shown.values()) {
        style
            .append("form:has(#")
            .append(inputId(on, value))
            .append(":checked) #box-")
            .append(question.id())
            .append("{display:block}");
      }
      style.append('}');
    }
    return style.toString();
  }

  /// By place: a value may hold what no id can.
  private static String inputId(Question question, String value) {
    return "q-" + question.id() + "-" + question.values().indexOf(value);
  }

  private static void question(
      Question question,
      boolean chinese,
      List<String> sent,
      Map<String, Words> errors,
      StringBuilder page) {
    String id = question.id();
    Words error = errors.get(id);
    page.append("<fieldset id=\"box-").append(id).append('"');
    if (error != null) {
      page.append(" class=\"bad\" aria-describedby=\"error-").append(id).append('"');
    }
    page.append("><legend>").append(text(question.title().in(chinese)));
    if (question.required()) {
      page.append(" <span class=\"must\" aria-hidden=\"true\">*</span>");
    }
    page.append("</legend>");
    if (error != null) {
      page.append("<p class=\"error\" id=\"error-")
          .append(id)
          .append("\">")
          .append(text(error.in(chinese)))
          .append("</p>");
    }
    switch (question.kind()) {
      case SINGLE -> picks(question, "radio", chinese, sent, page);
      case MULTI -> picks(question, "checkbox", chinese, sent, page);
      case SCALE -> {
        steps(question, sent, page);
        page.append("<div class=\"ends\"><span>0 ")
            .append(chinese ? "完全不会" : "not at all")
            .append("</span><span>10 ")
            .append(chinese ? "一定会" : "certainly")
            .append("</span></div>");
      }
      case RATING -> {
        steps(question, sent, page);
        page.append("<div class=\"ends\"><span>1 ")
            .append(chinese ? "很差" : "poor")
            .append("</span><span>5 ")
            .append(chinese ? "很好" : "very good")
            .append("</span></div>");
      }
      case TEXT ->
          page.append("<textarea name=\"")
              .append(id)
              .append("\" maxlength=\"2000\" aria-label=\"")
              .append(text(question.title().in(chinese)))
              .append("\">")
              .append(text(sent.isEmpty() ? "" : sent.getFirst()))
              .append("</textarea>");
      case NUMBER -> line(question, "text", "decimal", chinese, sent, page);
      case DATE -> line(question, "date", "none", chinese, sent, page);
      case PHONE -> line(question, "tel", "tel", chinese, sent, page);
    }
    page.append("</fieldset>");
  }

  private static void picks(
      Question question, String type, boolean chinese, List<String> sent, StringBuilder page) {
    for (Question.Option option : question.options()) {
      page.append("<label class=\"pick\">");
      input(question, type, option.value(), sent, page);
      page.append("<span>").append(text(option.title().in(chinese))).append("</span></label>");
    }
  }

  private static void steps(Question question, List<String> sent, StringBuilder page) {
    page.append("<div class=\"steps\">");
    for (String value : question.values()) {
      page.append("<label>");
      input(question, "radio", value, sent, page);
      page.append("<span>").append(value).append("</span></label>");
    }
    page.append("</div>");
  }

  private static void input(
      Question question, String type, String value, List<String> sent, StringBuilder page) {
    page.append("<input type=\"")
        .append(type)
        .append("\" id=\"")
        .append(inputId(question, value))
        .append("\" name=\"")
        .append(question.id())
        .append("\" value=\"")
        .append(text(value))
        .append('"')
        .append(sent.contains(value) ? " checked>" : ">");
  }

  private static void line(
      Question question,
      String type,
      String mode,
      boolean chinese,
      List<String> sent,
      StringBuilder page) {
    page.append("<input class=\"line\" type=\"")
        .append(type)
        .append("\" inputmode=\"")
        .append(mode)
        .append("\" name=\"")
        .append(question.id())
        .append("\" aria-label=\"")
        .append(text(question.title().in(chinese)))
        .append("\" value=\"")
        .append(text(sent.isEmpty() ? "" : sent.getFirst()))
        .append("\">");
  }

  /// A page that says one thing.
  static String says(@Nullable Survey survey, boolean chinese, Words what) {
    return head(survey == null ? what : survey.title(), chinese, "")
        + "<div class=\"box thanks\"><h1>"
        + text(what.in(chinese))
        + "</h1></div></main></body></html>\n";
  }

  /// What stands in HTML as it was written.
  static String text(String plain) {
    return plain
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}
