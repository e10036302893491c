package io.huoshui.reach;

import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What goes along with a text, where a channel can carry it. Addresses and titles may have the
/// placeholders of templates.
public sealed interface Attachment {
  /// @param mediaId of the platform's own store of media; or
  /// @param url where the platform has the picture (`uploadimg`)
  record Image(String mediaId, String url) implements Attachment {
    public Image {
      if (mediaId.isBlank() == url.isBlank()) {
        throw new IllegalArgumentException("An image has either a mediaId or a url");
      }
    }
  }

  /// @param picture address of a picture; may be empty
  record Link(String title, String description, String url, String picture) implements Attachment {
    public Link {
      need("link", "title", title);
      need("link", "url", url);
    }
  }

  /// A card that opens a page of a mini-program.
  ///
  /// @param cover mediaId of its picture
  record MiniProgram(String appId, String page, String title, String cover) implements Attachment {
    public MiniProgram {
      need("miniProgram", "appId", appId);
      need("miniProgram", "page", page);
      need("miniProgram", "title", title);
      need("miniProgram", "cover", cover);
    }
  }

  private static void need(String what, String field, String value) {
    if (value.isBlank()) {
      throw new IllegalArgumentException("The " + field + " of a " + what + " is missing");
    }
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
