package io.huoshui.server.reach;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Locale;

/// Who opens a link without a person behind it: chats that draw a preview, search engines, browsers
/// that fetch ahead.
public final class Looker {
  /// Parts of the user agents they name themselves by, in lower case. WeChat's own browser
  /// (MicroMessenger) is a person.
  private static final List<String> AGENTS =
      List.of(
          "facebookexternalhit",
          "facebot",
          "twitterbot",
          "whatsapp/",
          "telegrambot",
          "slackbot",
          "discordbot",
          "linkedinbot",
          "skypeuripreview",
          "dingtalkbot",
          "googlebot",
          "google-read-aloud",
          "bingbot",
          "bingpreview",
          "baiduspider",
          "bytespider",
          "sogou web spider",
          "360spider",
          "yisouspider",
          "applebot",
          "yandexbot");

  private Looker() {}

  public static boolean looks(HttpServletRequest request) {
    if (request.getMethod().equals("HEAD")
        || said(request, "Purpose").contains("prefetch")
        || said(request, "Sec-Purpose").contains("prefetch")) {
      return true;
    }
    String agent = said(request, "User-Agent");
    return AGENTS.stream().anyMatch(agent::contains);
  }

  private static String said(HttpServletRequest request, String header) {
    String value = request.getHeader(header);
    return value == null ? "" : value.toLowerCase(Locale.ROOT);
  }
}
