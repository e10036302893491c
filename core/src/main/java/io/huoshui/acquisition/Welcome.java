package io.huoshui.acquisition;

import io.huoshui.reach.Attachment;
import io.huoshui.reach.Template;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// 欢迎语: the first message to somebody who has just added a guide.
///
/// @param text with `{name|您}`, `{guide}`, `{title}`, `{benefit}`, `{coupon}`
/// @param coupon the template of a coupon that is issued with it; empty for none
public record Welcome(String text, List<Attachment> attachments, String coupon) {
  public static final Welcome NONE = new Welcome("", List.of(), "");

  /// What a text may say.
  public static final List<String> WORDS = List.of("name", "guide", "title", "benefit", "coupon");

  public Welcome {
    attachments = List.copyOf(attachments);
  }

  public boolean blank() {
    return text.isBlank() && attachments.isEmpty();
  }

  /// For one person.
  ///
  /// @param words gives the word for a placeholder's name, null when it is not known
  public Welcome fill(Function<String, @Nullable String> words) {
    return new Welcome(
        Template.fill(text, words),
        attachments.stream().map(each -> each.fill(words)).toList(),
        coupon);
  }
}
