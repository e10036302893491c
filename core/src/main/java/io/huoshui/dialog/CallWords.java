package io.huoshui.dialog;

import java.util.LinkedHashMap;
import java.util.Map;

/// What a flow is told of the person: the text of a template on the channel `call`, after its
/// placeholders were filled: `name=王芳;coupon=HS-AB12`. So one template says who is called, by which
/// flow (its sender) and with which words.
public final class CallWords {
  private CallWords() {}

  /// @return in order; a part without `=` is the word `text`
  public static Map<String, String> of(String text) {
    var words = new LinkedHashMap<String, String>();
    for (String part : text.split(";")) {
      int equals = part.indexOf('=');
      String name = equals < 0 ? "text" : part.substring(0, equals).strip();
      String value = (equals < 0 ? part : part.substring(equals + 1)).strip();
      // An empty word is an unknown one: the flow says its own for it.
      if (!value.isEmpty() && name.matches("[A-Za-z][A-Za-z0-9]*")) {
        words.putIfAbsent(name, value);
      }
    }
    return words;
  }
}
