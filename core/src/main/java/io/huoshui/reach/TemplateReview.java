package io.huoshui.reach;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/// Looks at what a template says before it is published: what no platform takes is refused, what
/// costs more or may not be said is told with its place.
public final class TemplateReview {
  private TemplateReview() {}

  /// The most that a text of `add_msg_template` may have in UTF-8:
  /// developer.work.weixin.qq.com/document/path/92135, as read 2025-11-17.
  public static final int WECOM_BYTES = 4_000;

  /// The most attachments of one message, and the bytes of their titles, descriptions and addresses
  /// below: the same page.
  public static final int WECOM_ATTACHMENTS = 9;

  /// What advertisements must not say: Advertising Law of the People's Republic of China (广告法,
  /// 2021), article 9 (3), which names these three.
  public static final List<String> FORBIDDEN_BY_LAW = List.of("国家级", "最高级", "最佳");

  /// @param refuses whether no platform would take it
  /// @param value the word, or the length
  /// @param at where the word begins, in characters from 0; 0 for a length
  public record Finding(boolean refuses, String code, String value, int at, String why) {}

  /// Lengths are those of a text for whom nothing is known: every placeholder has its other word.
  ///
  /// @param forbidden words of the brand, besides those the law names
  public static List<Finding> of(Template template, List<String> forbidden) {
    return template.variants().flatMap(each -> ofOne(each, forbidden).stream()).toList();
  }

  private static List<Finding> ofOne(Template template, List<String> forbidden) {
    var found = new ArrayList<Finding>();
    String plain = template.render(_ -> null);
    switch (template.channel()) {
      case SMS -> {
        SmsLength length = SmsLength.of(sms(template, plain));
        if (length.segments() > 1) {
          found.add(
              new Finding(
                  false,
                  "sms_segments",
                  String.valueOf(length.units()),
                  0,
                  length.units()
                      + " characters with the sign name are paid as "
                      + length.segments()
                      + " messages: "
                      + (length.gsm7()
                          ? "160 alone, 153 each of several."
                          : "70 alone, 67 each of several.")));
        }
        if (template.sender().equals(Guides.OWN)) {
          found.add(
              new Finding(
                  true,
                  "sms_sender",
                  Guides.OWN,
                  0,
                  "An SMS is signed with a sign name, not by a guide."));
        }
        if (!template.attachments().isEmpty()) {
          found.add(
              new Finding(
                  true,
                  "sms_attachments",
                  String.valueOf(template.attachments().size()),
                  0,
                  "An SMS carries no attachments; put {link} into its text."));
        }
      }
      case CALL -> {
        if (template.sender().isBlank() || template.sender().equals(Guides.OWN)) {
          found.add(
              new Finding(
                  true,
                  "call_flow",
                  template.sender(),
                  0,
                  "A call is led by a call flow: its name stands where other channels have the"
                      + " sender."));
        }
        if (!template.attachments().isEmpty()) {
          found.add(
              new Finding(
                  true,
                  "call_attachments",
                  String.valueOf(template.attachments().size()),
                  0,
                  "A call carries no attachments."));
        }
      }
      case WECOM -> {
        int bytes = plain.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > WECOM_BYTES) {
          found.add(
              new Finding(
                  true,
                  "wecom_bytes",
                  String.valueOf(bytes),
                  0,
                  bytes + " bytes, WeCom takes " + WECOM_BYTES + "."));
        }
        attachments(template, found);
      }
      case OFFICIAL_ACCOUNT, OFFICIAL_TEMPLATE, SUBSCRIBE -> ofApp(template, plain, found);
    }
    var words = new LinkedHashSet<>(FORBIDDEN_BY_LAW);
    words.addAll(forbidden);
    for (String word : words) {
      for (int at = template.text().indexOf(word);
          at >= 0;
          at = template.text().indexOf(word, at + word.length())) {
        found.add(
            new Finding(
                false,
                "forbidden_word",
                word,
                at,
                FORBIDDEN_BY_LAW.contains(word)
                    ? "Advertising Law, article 9 (3), forbids it."
                    : "The gate policy forbids it."));
      }
    }
    return List.copyOf(found);
  }

  private static void ofApp(Template template, String plain, List<Finding> found) {
    if (template.sender().isEmpty() || template.sender().equals(Guides.OWN)) {
      found.add(
          new Finding(
              true,
              "app_sender",
              template.sender(),
              0,
              "The sender is the id of the app it goes by."));
    }
    if (template.channel() == ChannelKind.OFFICIAL_ACCOUNT) {
      if (template.attachments().size() > 1) {
        found.add(
            new Finding(
                true,
                "account_attachments",
                String.valueOf(template.attachments().size()),
                0,
                "A customer-service message is one thing: a text, or one attachment after it, which"
                    + " is a message of its own."));
      }
    } else if (Keywords.of(plain).isEmpty()) {
      found.add(
          new Finding(
              true,
              "template_keywords",
              plain,
              0,
              "It fills the keywords of the platform's template, a line each: thing1:"
                  + " {name|you}."));
    }
  }

  private static void attachments(Template template, List<Finding> found) {
    // A tracked link is always there, and of about this length.
    List<Attachment> attachments =
        template.attach(name -> name.equals("link") ? "https://" + "x".repeat(40) : null);
    if (attachments.size() > WECOM_ATTACHMENTS) {
      found.add(
          new Finding(
              true,
              "wecom_attachments",
              String.valueOf(attachments.size()),
              0,
              attachments.size() + " attachments, WeCom takes " + WECOM_ATTACHMENTS + "."));
    }
    for (Attachment attachment : attachments) {
      attachment
          .missing()
          .ifPresent(
              why ->
                  found.add(
                      new Finding(
                          true,
                          "attachment_empty",
                          String.valueOf(attachments.indexOf(attachment) + 1),
                          0,
                          why
                              + " for whom nothing is known: give its placeholder another word,"
                              + " {name|you}.")));
      switch (attachment) {
        case Attachment.Image _ -> {}
        case Attachment.Link(String title, String description, String url, String _) -> {
          most(found, "link title", title, 128);
          most(found, "link description", description, 512);
          most(found, "link url", url, 2_048);
        }
        case Attachment.MiniProgram(String _, String _, String title, String _) ->
            most(found, "mini-program title", title, 64);
      }
    }
  }

  private static void most(List<Finding> found, String what, String value, int most) {
    int bytes = value.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > most) {
      found.add(
          new Finding(
              true,
              "wecom_bytes",
              String.valueOf(bytes),
              0,
              "The " + what + " has " + bytes + " bytes, WeCom takes " + most + "."));
    }
  }

  /// What arrives as an SMS: platforms put the sign name before the text, and it counts.
  public static String sms(Template template, String text) {
    return template.sender().isEmpty() ? text : "【" + template.sender() + "】" + text;
  }
}
