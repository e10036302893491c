package io.huoshui.reach;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What goes along with a text, where a channel can carry it. Addresses and titles may have the
/// placeholders of templates.
public sealed interface Attachment {
  /// @param mediaId of the platform's own store of media; or
  /// @param url where the platform has the picture (`uploadimg`)
  record Image(String mediaId, String url) implements Attachment {}

  /// @param description may be empty
  /// @param picture address of a picture; may be empty
  record Link(String title, String description, String url, String picture) implements Attachment {}

  /// A card that opens a page of a mini-program.
  ///
  /// @param cover mediaId of its picture
  record MiniProgram(String appId, String page, String title, String cover) implements Attachment {}

  /// What is missing in it, as a platform would say; empty when it is whole. A template is refused
  /// for it; what becomes of one for a person of whom nothing is known is no error of that moment.
  default Optional<String> missing() {
    return switch (this) {
      case Image(String mediaId, String url) ->
          mediaId.isBlank() == url.isBlank()
              ? Optional.of("An image has either a mediaId or a url")
              : Optional.empty();
      case Link(String title, String _, String url, String _) ->
          first("link", "title", title, "url", url);
      case MiniProgram(String appId, String page, String title, String cover) ->
          first("miniProgram", "appId", appId, "page", page, "title", title, "cover", cover);
    };
  }

  private static Optional<String> first(String what, String... fields) {
    for (int i = 0; i < fields.length; i += 2) {
      if (fields[i + 1].isBlank()) {
        return Optional.of("The " + fields[i] + " of a " + what + " is missing");
      }
    }
    return Optional.empty();
  }

  /// For one person.
  ///
  /// @param words gives the word for a placeholder's name, null when it is not known
  default Attachment fill(Function<String, @Nullable String> words) {
    UnaryOperator<String> fill = text -> Template.fill(text, words);
    return switch (this) {
      case Image image -> image;
      case Link(String title, String description, String url, String picture) ->
          new Link(fill.apply(title), fill.apply(description), fill.apply(url), picture);
      case MiniProgram(String appId, String page, String title, String cover) ->
          new MiniProgram(appId, fill.apply(page), fill.apply(title), cover);
    };
  }

  /// All that may have placeholders in it.
  default String texts() {
    return switch (this) {
      case Image _ -> "";
      case Link(String title, String description, String url, String _) ->
          title + " " + description + " " + url;
      case MiniProgram(String _, String page, String title, String _) -> page + " " + title;
    };
  }
}
