package io.huoshui.platforms.feed;

import io.huoshui.json.Json;
import java.util.List;
import java.util.Map;

/// A platform that tells of changes by itself.
public interface Push {
  /// A message as it came.
  ///
  /// @param url it was sent to, without query
  /// @param headers names in small letters
  /// @param query its parameters, decoded
  record Message(String url, Map<String, String> headers, Map<String, String> query, String body) {
    public Message {
      headers = Map.copyOf(headers);
      query = Map.copyOf(query);
    }

    public String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  /// What it says.
  ///
  /// @param id of the message; a second one with it is the same
  /// @param records whole orders in it
  /// @param orders numbers of orders that have to be asked for
  record Told(String id, List<Json> records, List<String> orders) {
    public Told {
      records = List.copyOf(records);
      orders = List.copyOf(orders);
    }
  }

  /// @throws BadSignature when it is not the platform's
  Told read(Message message, Credentials credentials);

  /// What the platform wants to be answered.
  String answer();

  /// The message was not signed by the platform, or not for this app.
  final class BadSignature extends RuntimeException {
    public BadSignature(String why) {
      super(why);
    }
  }
}
