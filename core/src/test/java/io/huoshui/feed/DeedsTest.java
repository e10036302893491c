package io.huoshui.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.Dice;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DeedsTest {
  private static final FeedMap MAP =
      FeedMap.read(
          Json.parse(
              """
              {"record":"order","fields":{
                "orderId":{"columns":["订单编号"],"paths":["tid"]},
                "lineId":{"columns":["子订单"],"item":["oid"]},
                "buyer":{"columns":["买家"],"paths":["nick"]},
                "openBuyer":{"columns":["open"],"paths":["open_uid"]},
                "receiverCode":{"columns":["OAID"],"paths":["oaid"]},
                "phone":{"columns":["手机"],"paths":["mobile"]},
                "receiver":{"columns":["收货人"]},
                "province":{"columns":["省"]}, "city":{"columns":["市"]},
                "paid":{"columns":["实付"],"paths":["payment"]},
                "linePaid":{"columns":["子实付"],"item":["payment"]},
                "refunded":{"columns":["退款"],"paths":["refunds.*.fee"]},
                "refundState":{"columns":["退款状态"],"item":["refund"]},
                "state":{"columns":["状态"],"paths":["status"]},
                "createdAt":{"columns":["下单"],"paths":["created"]},
                "paidAt":{"columns":["付款"],"paths":["pay_time"]},
                "endedAt":{"columns":["完结"]},
                "sku":{"columns":["货号"],"item":["sku"]},
                "count":{"columns":["数量"],"item":["num"]}},
               "states":{"unpaid":["待付款"],"paid":["已发货","TRADE"],"cancelled":["交易关闭"],"refunded":["退款成功"],"nothing":["无","未发货"]},
               "refundStates":{"nothing":["NO","退款中"],"refunded":["OK"]},
               "json":{"items":"orders"}}
              """));

  private static Deeds deeds() {
    return new Deeds(MAP, "taobao", "shop1", false);
  }

  private static Records.Item row(String... columnsAndValues) {
    var cells = new LinkedHashMap<String, String>();
    for (int i = 0; i < columnsAndValues.length; i += 2) {
      cells.put(columnsAndValues[i], columnsAndValues[i + 1]);
    }
    return Records.ofRow(MAP, Headers.of(MAP, List.copyOf(cells.keySet())), 2, cells);
  }

  private static String property(Event event, String name) {
    var value = event.properties().get(name);
    return value == null ? "" : value.shown();
  }

  private static String shown(Event event) {
    return event.id()
        + " "
        + event.name()
        + " "
        + event.time()
        + (property(event, "amountFen").isEmpty() ? "" : " " + property(event, "amountFen"));
  }

  private static List<String> shown(Deeds.Outcome outcome) {
    return outcome.events().stream().map(DeedsTest::shown).toList();
  }

  private static List<Identifier> who(Deeds.Outcome outcome) {
    return outcome.events().getFirst().identifiers();
  }

  @Test
  void aPaidOrderAndItsLines() {
    var outcome =
        deeds()
            .of(
                List.of(
                    row(
                        "订单编号",
                        "o1",
                        "子订单",
                        "l1",
                        "买家",
                        "tb小明",
                        "实付",
                        "99.90",
                        "状态",
                        "已发货",
                        "付款",
                        "2026-06-01 10:00:00",
                        "货号",
                        "A",
                        "数量",
                        "2"),
                    row(
                        "订单编号",
                        "o1",
                        "子订单",
                        "l2",
                        "买家",
                        "tb小明",
                        "实付",
                        "99.90",
                        "状态",
                        "已发货",
                        "付款",
                        "2026-06-01 10:00:00",
                        "货号",
                        "B",
                        "数量",
                        "1")),
                Known.NOTHING);
    assertThat(outcome.defects()).isEmpty();
    assertThat(shown(outcome))
        .containsExactly(
            "o1:paid order_paid 2026-06-01T02:00:00Z 9990",
            "o1:paid:l1 product_purchased 2026-06-01T02:00:00Z",
            "o1:paid:l2 product_purchased 2026-06-01T02:00:00Z");
    assertThat(property(outcome.events().getFirst(), "items")).isEqualTo("3");
    assertThat(who(outcome))
        .containsExactly(Identifier.of(IdentifierKind.BUYER_ID, "shop1", "tb小明"));
  }

  @Test
  void anOrderOfSubOrdersIsTheirSum() {
    var outcome =
        deeds()
            .of(
                List.of(
                    row(
                        "订单编号",
                        "o1",
                        "子订单",
                        "1",
                        "open",
                        "u",
                        "子实付",
                        "10",
                        "状态",
                        "已发货",
                        "付款",
                        "2026-06-01 10:00:00",
                        "货号",
                        "A"),
                    row(
                        "订单编号",
                        "o1",
                        "子订单",
                        "2",
                        "open",
                        "u",
                        "子实付",
                        "20.5",
                        "状态",
                        "退款成功",
                        "付款",
                        "2026-06-01 10:00:00",
                        "货号",
                        "B")),
                Known.NOTHING);
    assertThat(shown(outcome))
        .containsExactly(
            "o1:paid order_paid 2026-06-01T02:00:00Z 3050",
            "o1:paid:1 product_purchased 2026-06-01T02:00:00Z 1000",
            "o1:paid:2 product_purchased 2026-06-01T02:00:00Z 2050",
            "o1:refunded:2050 order_refunded 2026-06-01T02:00:00Z 2050");
  }

  @Test
  void closedBeforePaidIsCancelledAndAfterIsGivenBack() {
    assertThat(
            shown(
                deeds()
                    .of(
                        List.of(
                            row(
                                "订单编号",
                                "o1",
                                "买家",
                                "a",
                                "实付",
                                "0",
                                "状态",
                                "交易关闭",
                                "下单",
                                "2026-06-01 10:00:00",
                                "完结",
                                "2026-06-02 10:00:00")),
                        Known.NOTHING)))
        .containsExactly("o1:cancelled order_cancelled 2026-06-02T02:00:00Z 0");
    assertThat(
            shown(
                deeds()
                    .of(
                        List.of(
                            row(
                                "订单编号",
                                "o1",
                                "买家",
                                "a",
                                "实付",
                                "50",
                                "状态",
                                "交易关闭",
                                "付款",
                                "2026-06-01 10:00:00",
                                "完结",
                                "2026-06-02 10:00:00")),
                        Known.NOTHING)))
        .containsExactly(
            "o1:paid order_paid 2026-06-01T02:00:00Z 5000",
            "o1:refunded:5000 order_refunded 2026-06-02T02:00:00Z 5000");
    assertThat(
            deeds()
                .of(
                    List.of(row("订单编号", "o1", "实付", "5", "状态", "待付款", "下单", "2026-06-01 10:00:00")),
                    Known.NOTHING)
                .events())
        .isEmpty();
  }

  @Test
  void whatIsGivenBackGrowsAndIsCountedOnce() {
    Known known = Known.NOTHING;
    var ids = new ArrayList<String>();
    for (String back : List.of("10", "30", "30", "20")) {
      var outcome =
          deeds()
              .of(
                  List.of(
                      row(
                          "订单编号",
                          "o1",
                          "买家",
                          "a",
                          "实付",
                          "50",
                          "退款",
                          back,
                          "状态",
                          "已发货",
                          "付款",
                          "2026-06-01 10:00:00")),
                  known);
      known = Known.of(Json.parse(outcome.known().json().write()));
      outcome.events().stream()
          .filter(event -> event.name().equals("order_refunded"))
          .forEach(event -> ids.add(event.id() + "=" + property(event, "amountFen")));
    }
    assertThat(ids).containsExactly("o1:refunded:1000=1000", "o1:refunded:3000=2000");
  }

  @Test
  void closedAfterAPaymentThatCameEarlierGivesAllBack() {
    var paid =
        deeds()
            .of(
                List.of(
                    row(
                        "订单编号",
                        "o1",
                        "买家",
                        "a",
                        "实付",
                        "20",
                        "状态",
                        "已发货",
                        "下单",
                        "2026-06-01 10:00:00")),
                Known.NOTHING);
    assertThat(shown(paid)).containsExactly("o1:paid order_paid 2026-06-01T02:00:00Z 2000");
    var closed =
        row(
            "订单编号",
            "o1",
            "买家",
            "a",
            "实付",
            "20",
            "状态",
            "交易关闭",
            "下单",
            "2026-06-01 10:00:00",
            "完结",
            "2026-06-01 11:00:00");
    var back = deeds().of(List.of(closed), paid.known());
    assertThat(shown(back))
        .containsExactly("o1:refunded:2000 order_refunded 2026-06-01T03:00:00Z 2000");
    assertThat(deeds().of(List.of(closed), back.known()).events()).isEmpty();
  }

  @Test
  void aRefundAskedForIsNone() {
    var outcome =
        deeds()
            .of(
                List.of(
                    row(
                        "订单编号",
                        "o1",
                        "买家",
                        "a",
                        "实付",
                        "50",
                        "退款",
                        "50",
                        "退款状态",
                        "退款中",
                        "状态",
                        "已发货",
                        "付款",
                        "2026-06-01 10:00:00")),
                Known.NOTHING);
    assertThat(shown(outcome)).containsExactly("o1:paid order_paid 2026-06-01T02:00:00Z 5000");
  }

  @Test
  void severalWordsInOneCellAndTheFurthestCounts() {
    assertThat(MAP.state(Field.STATE, "已发货，退款成功")).isEqualTo(State.REFUNDED);
    assertThat(MAP.state(Field.STATE, "未发货,退款成功")).isEqualTo(State.REFUNDED);
    assertThat(MAP.state(Field.STATE, "已发货；神秘")).isNull();
  }

  @Test
  void fileAndApiSayTheSameEvents() {
    var file =
        deeds()
            .of(
                List.of(
                    row(
                        "订单编号",
                        "o1",
                        "子订单",
                        "l1",
                        "买家",
                        "a",
                        "实付",
                        "50",
                        "状态",
                        "已发货",
                        "付款",
                        "2026-06-01 10:00:00",
                        "货号",
                        "A",
                        "数量",
                        "1")),
                Known.NOTHING);
    var api =
        deeds()
            .of(
                Records.ofJson(
                    MAP,
                    Json.parse(
                        """
                        {"tid":"o1","nick":"a","payment":50,"status":"TRADE","pay_time":1780279200,
                         "orders":[{"oid":"l1","sku":"A","num":1,"refund":"NO"}]}
                        """)),
                Known.NOTHING);
    assertThat(api.defects()).isEmpty();
    assertThat(api.events()).isEqualTo(file.events());
  }

  @Test
  void aLentNumberNeverNamesAnybody() {
    for (String phone : List.of("13800001234-5678", "13800001234转12")) {
      var outcome = deeds().of(List.of(paid("手机", phone)), Known.NOTHING);
      assertThat(outcome.notes()).containsEntry("phone_lent", 1);
      assertThat(who(outcome))
          .containsExactly(Identifier.of(IdentifierKind.CUSTOMER_ID, "shop1:order", "o1"));
    }
    var outcome =
        deeds()
            .of(
                List.of(paid("手机", "13800001234", "收货人", "张三[5678]", "省", "浙江", "市", "杭州")),
                Known.NOTHING);
    assertThat(outcome.notes()).containsEntry("phone_lent", 1);
    assertThat(who(outcome).stream().map(Identifier::kind))
        .containsExactly(IdentifierKind.CUSTOMER_ID, IdentifierKind.NAME_REGION);
  }

  private static Records.Item paid(String... more) {
    var all =
        new ArrayList<>(
            List.of("订单编号", "o1", "实付", "50", "状态", "已发货", "付款", "2026-06-01 10:00:00"));
    all.addAll(List.of(more));
    return row(all.toArray(String[]::new));
  }

  @Test
  void ciphertextAndCodesAreKeptAndJoinNothing() {
    var outcome =
        deeds()
            .of(
                List.of(paid("手机", "~AgAAAAKqX0x9Yz12345==~1~", "OAID", "oaid1", "买家", "t**1")),
                Known.NOTHING);
    List<Identifier> who = who(outcome);
    assertThat(who.stream().filter(one -> one.kind().joins()))
        .containsExactly(Identifier.of(IdentifierKind.CUSTOMER_ID, "shop1:order", "o1"));
    assertThat(who.stream().map(Identifier::value))
        .contains("shop1|oaid|oaid1", "shop1|phone|~AgAAAAKqX0x9Yz12345==~1~");
    assertThat(who.stream().map(Identifier::kind)).doesNotContain(IdentifierKind.PHONE);
    assertThat(outcome.notes()).containsKeys("phone_sealed", "buyer_masked", "names_nobody");
  }

  @Test
  void twoStrangersWithOneMaskedPhoneStayTwo() {
    var one = deeds().of(List.of(paid("手机", "138****1234")), Known.NOTHING);
    assertThat(who(one).getFirst())
        .isEqualTo(Identifier.of(IdentifierKind.CUSTOMER_ID, "shop1:order", "o1"));
    assertThat(who(one).stream().map(Identifier::kind)).contains(IdentifierKind.MASKED_PHONE);
  }

  @Test
  void anOrderNamedLaterIsJoinedToItsBuyer() {
    var nameless = deeds().of(List.of(paid("手机", "138****1234")), Known.NOTHING);
    assertThat(nameless.known().anonymous()).isTrue();
    var named = deeds().of(List.of(paid("open", "u7")), nameless.known());
    Event joins =
        named.events().stream().filter(e -> e.id().equals("o1:named")).findFirst().orElseThrow();
    assertThat(joins.identifiers())
        .containsExactlyInAnyOrder(
            Identifier.of(IdentifierKind.BUYER_ID, "shop1:open", "u7"),
            Identifier.of(IdentifierKind.CUSTOMER_ID, "shop1:order", "o1"));
  }

  @Test
  void aDefectNamesLineColumnAndValueAndMasksWhoItIs() {
    Map<String, String> codes =
        List.of(
                row("订单编号", "o1", "实付", "5x", "状态", "已发货", "付款", "2026-06-01 10:00:00"),
                row("订单编号", "o2", "实付", "5", "状态", "神秘", "付款", "2026-06-01 10:00:00"),
                row("订单编号", "o3", "实付", "5", "状态", "已发货", "付款", "2026-02-30 10:00:00"),
                row("订单编号", "o4", "实付", "-5", "状态", "已发货", "付款", "2026-06-01 10:00:00"),
                row("实付", "5", "状态", "已发货", "付款", "2026-06-01 10:00:00"))
            .stream()
            .map(row -> deeds().of(List.of(row), Known.NOTHING))
            .peek(outcome -> assertThat(outcome.events()).isEmpty())
            .map(outcome -> outcome.defects().getFirst())
            .collect(
                Collectors.toMap(
                    Defect::code,
                    defect -> defect.line() + " " + defect.column() + " " + defect.value(),
                    (a, b) -> a + " / " + b));
    assertThat(codes)
        .containsEntry("bad_amount", "2 实付 5x / 2 实付 -5")
        .containsEntry("unknown_state", "2 状态 神秘")
        .containsEntry("impossible_time", "2 付款 2026-02-30 10:00:00")
        .containsEntry("missing_value", "2 orderId ");
  }

  @Test
  void aFileWithoutANeededColumnNamesTheNearest() {
    var headers = Headers.of(MAP, List.of("订单编码", "实付金额", "状态", "付款", "新列"));
    assertThat(headers.fits()).isFalse();
    assertThat(headers.missing().getFirst().field()).isEqualTo(Field.ORDER_ID);
    assertThat(headers.missing().getFirst().near()).contains("订单编码");
    var whole = Headers.of(MAP, List.of(" 订单编号 ", "实付(元)", "状态", "付款", "新列"));
    assertThat(whole.fits()).isTrue();
    assertThat(whole.unknown()).containsExactly("新列");
  }

  @Test
  void aMapSaysWhatIsWrongInIt() {
    assertThatThrownBy(
            () -> FeedMap.read(Json.parse("{\"record\":\"order\",\"fields\":{\"order\":\"a\"}}")))
        .isInstanceOf(FeedMap.MapException.class)
        .satisfies(e -> assertThat(((FeedMap.MapException) e).at()).isEqualTo("fields.order"));
    assertThatThrownBy(
            () -> FeedMap.read(Json.parse("{\"record\":\"order\",\"fields\":{\"orderId\":\"a\"}}")))
        .hasMessageContaining("paid or linePaid");
  }

  @Test
  void recordsThatAreEventsByThemselves() {
    FeedMap map =
        FeedMap.read(
            Json.parse(
                """
                {"record":"event","event":"store_visited","fields":{"phone":"手机","at":"时间","id":"流水","store":"门店"},
                 "properties":{"guide":"导购"}}
                """));
    var cells =
        Map.of("手机", "13800001234", "时间", "2026-06-01 10:00", "流水", "v1", "门店", "一店", "导购", "小红");
    var outcome =
        new Deeds(map, "pos", "pos", false)
            .of(
                List.of(Records.ofRow(map, Headers.of(map, List.copyOf(cells.keySet())), 2, cells)),
                Known.NOTHING);
    Event event = outcome.events().getFirst();
    assertThat(event.id()).isEqualTo("store_visited:v1");
    assertThat(property(event, "guide")).isEqualTo("小红");
    assertThat(property(event, "store")).isEqualTo("一店");
  }

  /// The server died while it took what was given back: whether the log has it, nobody knows.
  @Test
  void whatACrashLeftOpenIsNotCountedTwice() {
    List<Records.Item> says =
        List.of(
            row(
                "订单编号",
                "o1",
                "买家",
                "a",
                "实付",
                "20.00",
                "退款",
                "10.00",
                "状态",
                "TRADE",
                "付款",
                "2026-06-01 10:00:00"));
    Known was = new Known(2000, 0, Map.of(), false);
    var again = deeds().of(says, was.announcing(1000));
    assertThat(shown(again))
        .containsExactly(
            "o1:paid order_paid 2026-06-01T02:00:00Z 2000",
            "o1:refunded:1000 order_refunded 2026-06-01T02:00:00Z 1000");
    var more = deeds().of(says, was.announcing(700));
    assertThat(shown(more))
        .containsExactly(
            "o1:paid order_paid 2026-06-01T02:00:00Z 2000",
            "o1:refunded:700 order_refunded 2026-06-01T02:00:00Z 700",
            "o1:refunded:1000 order_refunded 2026-06-01T02:00:00Z 300");
    assertThat(more.known()).isEqualTo(new Known(2000, 1000, Map.of(), false));
    assertThat(Known.of(was.announcing(700).json())).isEqualTo(was.announcing(700));
    // A record that says nothing of it leaves it open.
    var silent =
        deeds()
            .of(
                List.of(
                    row(
                        "订单编号",
                        "o1",
                        "买家",
                        "a",
                        "实付",
                        "20.00",
                        "状态",
                        "TRADE",
                        "付款",
                        "2026-06-01 10:00:00")),
                was.announcing(700));
    assertThat(silent.known()).isEqualTo(was.announcing(700));
  }

  /// An order is told again and again while more of it is given back, and the server dies at any
  /// point of taking it: before the ledger is told, before the log has it, before the ledger knows.
  @Test
  void whateverACrashCutsTheRefundsAddUp() {
    Dice.overSeeds(
        300,
        seed -> {
          var dice = new Dice(seed);
          var log = new LinkedHashMap<String, Long>();
          Known ledger = Known.NOTHING;
          long back = 0;
          int tellings = dice.between(3, 12);
          for (int i = 0; i <= tellings; i++) {
            back = dice.chance(50) ? Math.min(2000, back + dice.between(1, 700)) : back;
            boolean last = i == tellings;
            var outcome =
                deeds()
                    .of(
                        List.of(
                            row(
                                "订单编号",
                                "o1",
                                "买家",
                                "a",
                                "实付",
                                "20.00",
                                "状态",
                                "TRADE",
                                "付款",
                                "2026-06-01 10:00:00",
                                "退款",
                                back / 100 + "." + back / 10 % 10 + back % 10)),
                        ledger);
            int dies = last ? 4 : dice.between(0, 4);
            if (dies == 0) {
              continue;
            }
            if (outcome.known().refundedFen() > ledger.refundedFen()) {
              ledger = ledger.announcing(outcome.known().refundedFen());
            }
            if (dies == 1) {
              continue;
            }
            List<Event> events = outcome.events();
            // The log takes some of them, or all.
            int taken = dies == 2 ? dice.between(0, events.size()) : events.size();
            for (Event event : events.subList(0, taken)) {
              if (event.name().equals("order_refunded")) {
                log.putIfAbsent(event.id(), Long.valueOf(property(event, "amountFen")));
              }
            }
            if (dies > 3) {
              ledger = outcome.known();
            }
          }
          assertThat(log.values().stream().mapToLong(Long::longValue).sum())
              .as(log.toString())
              .isEqualTo(back);
          assertThat(ledger).isEqualTo(new Known(2000, back, Map.of(), false));
        });
  }
}
