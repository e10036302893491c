package io.huoshui.acquisition;

import io.huoshui.acquisition.LiveCode.About;
import io.huoshui.acquisition.LiveCode.Grouped;
import io.huoshui.acquisition.LiveCode.Member;
import io.huoshui.acquisition.LiveCode.MiniPage;
import io.huoshui.acquisition.LiveCode.Scene;
import io.huoshui.acquisition.LiveCode.Staffed;
import io.huoshui.acquisition.LiveCode.Variant;
import io.huoshui.reach.Template;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/// Looks at a live code as a careful colleague would before it is printed.
public final class LiveCodeReview {
  /// Members one code at the platform may name (41041; community, 2025-11).
  public static final int MOST_MEMBERS = 100;

  /// Attachments of one welcome (path/92137, 2025-11).
  public static final int MOST_ATTACHMENTS = 9;

  /// UTF-8 bytes of its text (path/92137, 2025-11).
  public static final int MOST_BYTES = 4000;

  /// Characters of a remark (path/92115, 2025-11).
  public static final int MOST_REMARK = 20;

  /// Characters that a state has beside the names: two signs and a slot of three.
  private static final int SIGNS = 5;

  private static final String NAME = "[a-z][a-z0-9-]{0,23}";

  /// Words that stand in addresses themselves.
  private static final Set<String> TAKEN = Set.of("links", "preview", "report", "schema");

  private LiveCodeReview() {}

  /// @param refuses whether it can not be published so
  /// @param field where, from the definition on: `members[1].guide`
  /// @param cure what is allowed, or what to do
  public record Finding(
      boolean refuses, String code, String field, String value, String why, String cure) {}

  /// All of them, what refuses first.
  public static List<Finding> of(LiveCode code) {
    var found = new ArrayList<Finding>();
    about(code.about(), found);
    switch (code) {
      case Staffed staffed -> staffed(staffed, found);
      case Grouped grouped -> grouped(grouped, found);
      case Scene _ -> {}
      case MiniPage mini -> miniPage(mini, found);
    }
    found.sort((a, b) -> Boolean.compare(b.refuses(), a.refuses()));
    return found;
  }

  /// A path that is no page is refused by the platform as 41030, after it was printed perhaps.
  private static void miniPage(MiniPage mini, List<Finding> found) {
    if (!mini.page().isEmpty() && !mini.page().matches("[A-Za-z0-9_-][A-Za-z0-9_/.-]{0,127}")) {
      found.add(
          no(
              "bad_page",
              "page",
              mini.page(),
              "The platform takes no such page.",
              "a path without a slash before it and without parameters: pages/gift/index"));
    }
  }

  private static void about(About about, List<Finding> found) {
    if (!about.name().matches(NAME) || TAKEN.contains(about.name())) {
      found.add(
          no(
              "bad_name",
              "code",
              about.name(),
              "Addresses and the platform's state carry it.",
              "a small letter, then small letters, digits, '-', at most 24; none of " + TAKEN));
    }
    if (!about.source().matches("[\\p{L}\\p{N}_ ·-]{1,64}")) {
      found.add(
          no(
              "bad_source",
              "source",
              about.source(),
              "Costs could not be entered for it.",
              "letters, digits, '_', '-', at most 64: package_card, store, ad"));
    }
  }

  private static void staffed(Staffed code, List<Finding> found) {
    if (code.members().isEmpty()) {
      found.add(no("nobody", "members", "", "Nobody would receive anybody.", "at least one"));
    }
    if (code.everybody().count() > MOST_MEMBERS) {
      found.add(
          no(
              "too_many_members",
              "members",
              Long.toString(code.everybody().count()),
              "The platform refuses a code of so many (41041).",
              "at most " + MOST_MEMBERS + " with the fallback"));
    }
    var guides = new HashSet<String>();
    for (int i = 0; i < code.members().size(); i++) {
      member(code.members().get(i), "members[" + i + "]", guides, found);
    }
    for (int i = 0; i < code.fallback().size(); i++) {
      member(code.fallback().get(i), "fallback[" + i + "]", guides, found);
    }
    variants(code, found);
    welcome(code.welcome(), "welcome", found);
    if (code.remark().codePointCount(0, code.remark().length()) > MOST_REMARK + 8) {
      found.add(
          odd(
              "long_remark",
              "remark",
              code.remark(),
              "The platform keeps " + MOST_REMARK + " characters; the rest is cut off.",
              "a shorter one"));
    }
    if (code.fallback().isEmpty()) {
      found.add(
          odd(
              "no_fallback",
              "fallback",
              "",
              "Whoever comes when nobody is on shift, or all are full, meets nobody.",
              "a guide who takes them"));
    }
    if (code.welcome().blank() && code.variants().isEmpty()) {
      found.add(
          odd("no_welcome", "welcome", "", "Whoever comes is not greeted.", "a text of one line"));
    }
  }

  private static void member(Member member, String at, Set<String> guides, List<Finding> found) {
    if (!guides.add(member.guide().toLowerCase(Locale.ROOT))) {
      found.add(
          no(
              "twice",
              at + ".guide",
              member.guide(),
              "Two places of the code have this guide, so a cap could not be kept.",
              "each guide once"));
    }
    if (member.shifts().stream()
        .anyMatch(shift -> shift.hours().from().equals(shift.hours().to()))) {
      found.add(
          odd(
              "whole_day",
              at + ".shifts",
              member.guide(),
              "A shift that ends when it begins lasts a whole day.",
              "other hours, unless it is meant so"));
    }
    if (member.dates().stream().map(LiveCode.DayPlan::day).distinct().count()
        < member.dates().size()) {
      found.add(
          no(
              "twice",
              at + ".dates",
              member.guide(),
              "Two plans are for one day.",
              "all hours of a day in one plan"));
    }
  }

  private static void variants(Staffed code, List<Finding> found) {
    var names = new HashSet<String>();
    for (int i = 0; i < code.variants().size(); i++) {
      Variant variant = code.variants().get(i);
      String at = "variants[" + i + "].variant";
      if (!variant.name().matches("[a-z0-9]{1,12}")) {
        found.add(
            no(
                "bad_name",
                at,
                variant.name(),
                "The platform's state carries it.",
                "small letters and digits, at most 12"));
      }
      if (!names.add(variant.name())) {
        found.add(no("twice", at, variant.name(), "Two variants have this name.", "its own"));
      }
      if (code.about().name().length() + variant.name().length() + SIGNS > LiveState.MOST) {
        found.add(
            no(
                "long_state",
                at,
                code.about().name() + "." + variant.name(),
                "The platform's state has " + LiveState.MOST + " characters, some for a slot.",
                "code and variant together at most " + (LiveState.MOST - SIGNS)));
      }
      welcome(variant.welcome(), "variants[" + i + "].welcome", found);
    }
  }

  private static void welcome(Welcome welcome, String at, List<Finding> found) {
    if (welcome.attachments().size() > MOST_ATTACHMENTS) {
      found.add(
          no(
              "too_many_attachments",
              at + ".attachments",
              Integer.toString(welcome.attachments().size()),
              "The platform refuses so many.",
              "at most " + MOST_ATTACHMENTS));
    }
    if (welcome.text().getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
      found.add(
          no(
              "long_text",
              at + ".text",
              welcome.text().substring(0, 20) + "…",
              "The platform refuses so long a text.",
              "at most " + MOST_BYTES + " bytes"));
    }
    Template.placeholders(texts(welcome)).stream()
        .filter(word -> !Welcome.WORDS.contains(word))
        .forEach(
            word ->
                found.add(
                    no(
                        "unknown_word",
                        at,
                        "{" + word + "}",
                        "Nothing is known under it twenty seconds after somebody came.",
                        "{" + String.join("}, {", Welcome.WORDS) + "}")));
  }

  private static String texts(Welcome welcome) {
    return Stream.concat(
            Stream.of(welcome.text()), welcome.attachments().stream().map(each -> each.texts()))
        .reduce("", (a, b) -> a + " " + b);
  }

  private static void grouped(Grouped code, List<Finding> found) {
    if (code.groups().isEmpty()) {
      found.add(no("nobody", "groups", "", "It leads to no group.", "at least one chat id"));
    }
    if (new HashSet<>(code.groups()).size() < code.groups().size()) {
      found.add(no("twice", "groups", "", "One group stands there twice.", "each once"));
    }
    if (code.groups().size() == 1 && !code.makesMore()) {
      found.add(
          odd(
              "one_group",
              "makesMore",
              "false",
              "When the one group is full the code leads nowhere.",
              "more groups, or makesMore: true"));
    }
  }

  private static Finding no(String code, String field, String value, String why, String cure) {
    return new Finding(true, code, field, value, why, cure);
  }

  private static Finding odd(String code, String field, String value, String why, String cure) {
    return new Finding(false, code, field, value, why, cure);
  }
}
