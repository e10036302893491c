package io.huoshui.sandbox.market;

import io.huoshui.sandbox.brand.Brand;
import io.huoshui.sandbox.http.Answer;
import io.huoshui.sandbox.http.Call;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// A marketplace from its own side. What it says stands in its own file, with where that was seen.
sealed interface Vendor permits Taobao, Jd, Pdd, Douyin, Youzan, Meituan, Eleme {
  String name();

  /// What of the brand's history it sold.
  Shop open(Brand brand);

  boolean plays(Call call);

  /// @param busy whether this call is one too many
  Answer answer(Call call, Desk desk, boolean busy);

  /// Of its exported file.
  List<String> columns();

  void export(Shop.Order order, Sheet sheet);

  /// What it tells of an order by itself, oldest first: that it was paid, and that it was closed.
  /// None by one that tells nothing.
  ///
  /// @param to the registered address, which some sign
  /// @param wall the clock of the message
  default List<Message> tells(Shop.Order order, String to, Instant wall) {
    return List.of();
  }

  record Message(String contentType, Map<String, String> headers, String body) {
    public Message {
      headers = Map.copyOf(headers);
    }
  }
}
