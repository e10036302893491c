package io.huoshui.platforms.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MapReaderTest {
  /// Each mistake is one replacement in a good map; the answer names the line, the key and what is
  /// allowed.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      textBlock =
          """
          # this                       | becomes                    | line | message                              | next
          source: shop                 | sorce: shop                | 1    | unknown key 'sorce' in the map       | Allowed: source, timeZone, currency, files, tables, events.
          source: shop                 | source: My Shop            | 1    | 'source' can not be 'My Shop'        | small letters
          timeZone: Asia/Shanghai      | timeZone: Mars/Base        | 2    | 'timeZone' can not be 'Mars/Base'    | Asia/Shanghai
          currency: CNY                | currency: RMB2             | 3    | 'currency' can not be 'RMB2'         | CNY, GBP
          price: decimal               | price: money               | 7    | column 'price' can not be of type    | text, whole, decimal
          path: sales.*                | paht: sales.*              | 6    | unknown key 'paht' in file 'sales'   | path, format, columns
          - name: product_purchased    | - name: ProductPurchased   | 9    | 'name' can not be                    | object_verb
          customerId@shop              | customerId                 | 13   | unique only within one system        | customerId@shop
          customerId@shop              | phone@shop                 | 13   | takes no scope                       | Write phone.
          customerId@shop              | wechat                     | 13   | unknown kind of identifier 'wechat'  | Known: unionid
          priceFen: price              | price: price               | 14   | smallest unit                        | Call it 'priceFen'.
          orderId: id, sku             | priceFen: id, sku          | 15   | is money and stands under properties | Move it under 'money'
          orderId: id, sku             | order: id, sku             | 9    | lacks 'orderId'                      | needs: orderId, sku
          time: day                    | tiem: day                  | 12   | unknown key 'tiem' in an event       | name, select, id, time
          events:                      | events: 5                  | 8    | is no YAML                           | indentation
          files:                       | files: []                  | 4    | is no YAML                           | indentation
          """)
  void mistakesAreNamedByLineAndKey(
      String given, String becomes, int line, String message, String next) {
    assertThat(Desk.SALES_MAP).contains(given);
    ImportException refusal = refusal(Desk.SALES_MAP.replaceFirst(quoted(given), becomes));
    assertThat(refusal.code()).isEqualTo("import.bad_map");
    assertThat(refusal.getMessage()).contains(message);
    assertThat(refusal.next()).contains(next.strip());
    if (!message.contains("YAML")) {
      assertThat(refusal.getMessage()).startsWith("map.yaml line " + line + ": ");
    }
  }

  private static String quoted(String text) {
    return Pattern.quote(text);
  }

  @Test
  void missingKeysAreNamed() {
    for (String key : List.of("source", "timeZone", "currency", "files", "events")) {
      String without = Desk.SALES_MAP.replaceFirst("(?m)^" + key + ":.*\\n((  |- ).*\\n)*", "");
      assertThat(refusal(without)).hasMessageContaining("'" + key + "' is missing");
    }
    assertThat(refusal("")).hasMessageContaining("the map is empty");
  }

  @Test
  void anUnknownEventIsWarnedOfBecauseABrandMayHaveAddedIt() {
    MapReader.Read read =
        MapReader.parse("map.yaml", Desk.SALES_MAP.replace("product_purchased", "order_payed"));
    assertThat(read.warnings())
        .singleElement()
        .asString()
        .contains("map.yaml line 9", "order_payed", "near: order_paid");
  }

  private static ImportException refusal(String yaml) {
    return catchThrowableOfType(ImportException.class, () -> MapReader.parse("map.yaml", yaml));
  }
}
