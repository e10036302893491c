package io.huoshui.platforms.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.event.Event;
import io.huoshui.event.EventCatalogue;
import io.huoshui.event.Identifier;
import io.huoshui.event.Intake;
import io.huoshui.feed.Deeds;
import io.huoshui.feed.Defect;
import io.huoshui.feed.FeedMap;
import io.huoshui.feed.Field;
import io.huoshui.feed.Headers;
import io.huoshui.feed.Known;
import io.huoshui.feed.Records;
import io.huoshui.json.Json;
import io.huoshui.platforms.file.TextRows;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.dhatim.fastexcel.Workbook;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Exports of every marketplace, small and made up, and the events they become.
class VendorFilesTest {
  @TempDir Path folder;

  private record Read(List<String> events, List<Defect> defects) {}

  private static FeedMap map(String vendor, String kind) {
    VendorMaps.Vendor found = VendorMaps.find(vendor);
    FeedMap map = found == null ? null : found.maps().get(kind);
    if (map == null) {
      throw new AssertionError("No map of " + vendor + " " + kind);
    }
    return map;
  }

  private static Deeds deeds(String vendor, FeedMap map) {
    VendorMaps.Vendor found = VendorMaps.find(vendor);
    return new Deeds(map, vendor, "s", found != null && found.lent());
  }

  private Read read(String vendor, String kind, byte[] bytes, String name) throws Exception {
    Path file = Files.write(folder.resolve("x"), bytes);
    FeedMap map = map(vendor, kind);
    var events = new ArrayList<String>();
    var defects = new ArrayList<Defect>();
    try (TextRows header = TextRows.open(file, name)) {
      Headers headers = Headers.of(map, header.columns());
      assertThat(headers.missing()).isEmpty();
      assertThat(headers.unknown()).isEmpty();
      try (OrderFile rows =
          OrderFile.open(file, name, headers.chosen().getOrDefault(Field.ORDER_ID, List.of()))) {
        for (OrderFile.Group group = rows.next(); group != null; group = rows.next()) {
          TextRows.Bad bad = group.bad();
          if (bad != null) {
            defects.add(new Defect(bad.line(), bad.column(), bad.value(), bad.code(), bad.why()));
            continue;
          }
          var outcome =
              deeds(vendor, map)
                  .of(
                      group.rows().stream()
                          .map(row -> Records.ofRow(map, headers, row.line(), row.cells()))
                          .toList(),
                      Known.NOTHING);
          outcome.events().forEach(event -> events.add(shown(event)));
          defects.addAll(outcome.defects());
        }
      }
    }
    return new Read(events, defects);
  }

  private Read read(String vendor, String text) throws Exception {
    return read(vendor, "order", text.getBytes(StandardCharsets.UTF_8), "x.csv");
  }

  private static String shown(Event event) {
    assertThat(
            Intake.check(event, EventCatalogue.standard(), Instant.parse("2026-07-01T00:00:00Z")))
        .isNull();
    var amount = event.properties().get("amountFen");
    return event.id()
        + " "
        + event.time()
        + (amount == null ? "" : " " + amount.shown())
        + " "
        + event.identifiers().stream()
            .map(id -> id.kind().wire() + "=" + id.value())
            .collect(Collectors.joining(","));
  }

  private static final String TAOBAO =
      """
      订单编号,买家会员名,买家支付宝账号,买家应付货款,买家实际支付金额,订单状态,收货人姓名,收货地址 ,联系手机,订单创建时间,订单付款时间 ,宝贝标题 ,宝贝总数量,退款金额
      ="2026060100001",小明爱牛奶,138****0000,"1,299.00","1,299.00","买家已付款,等待卖家发货",王小明,浙江省 杭州市 西湖区 文一路1号,'13800001234,2026-06-01 09:59:00,2026-06-01 10:00:00,纯牛奶 x2,2,0
      ="2026060100002",t**3,138****0000,59.90,¥59.90,交易成功,李*,上海 上海市 浦东新区 **,137****4321,2026-06-01 10:59:00,2026-06-01 11:00:00,酸奶,1,9.90
      ="2026060100003",小红,x,20.00,0.00,交易关闭,赵红,北京 北京市 海淀区 中关村,13900001111,2026-06-02 08:00:00,,黄油,1,0
      ="2026060100004",小蓝,x,20.00,20.00,等待买家付款,钱蓝,北京 北京市 海淀区 中关村,13900002222,2026-06-02 08:00:00,,黄油,1,0
      ="2026060100005",小绿,x,30.00,30.00,已发货待揽收,孙绿,北京 北京市 海淀区 中关村,13900003333,2026-06-02 08:00:00,2026-06-02 08:01:00,黄油,1,0
      ="2026060100006",小紫,x,30.00,30.00,交易关闭,周紫,北京 北京市 海淀区 中关村,17000001111-1234,2026-06-02 08:00:00,2026-06-02 08:01:00,黄油,1,30.00
      """;

  private static final List<String> TAOBAO_EVENTS =
      List.of(
          "2026060100001:paid 2026-06-01T02:00:00Z 129900"
              + " phone=+8613800001234,buyerId=小明爱牛奶,nameRegion=王小明|浙江省杭州市",
          "2026060100001:paid:纯牛奶 x2 2026-06-01T02:00:00Z"
              + " phone=+8613800001234,buyerId=小明爱牛奶,nameRegion=王小明|浙江省杭州市",
          "2026060100002:paid 2026-06-01T03:00:00Z 5990"
              + " customerId=2026060100002,maskedPhone=137****4321,nameRegion=李*|上海上海市",
          "2026060100002:paid:酸奶 2026-06-01T03:00:00Z"
              + " customerId=2026060100002,maskedPhone=137****4321,nameRegion=李*|上海上海市",
          "2026060100002:refunded:990 2026-06-01T03:00:00Z 990"
              + " customerId=2026060100002,maskedPhone=137****4321,nameRegion=李*|上海上海市",
          "2026060100003:cancelled 2026-06-02T00:00:00Z 0"
              + " phone=+8613900001111,buyerId=小红,nameRegion=赵红|北京北京市",
          "2026060100006:paid 2026-06-02T00:01:00Z 3000 buyerId=小紫,nameRegion=周紫|北京北京市",
          "2026060100006:paid:黄油 2026-06-02T00:01:00Z buyerId=小紫,nameRegion=周紫|北京北京市",
          "2026060100006:refunded:3000 2026-06-02T00:01:00Z 3000 buyerId=小紫,nameRegion=周紫|北京北京市");

  @Test
  void taobaoInEveryEncodingAndAsASheet() throws Exception {
    Read read = read("taobao", TAOBAO);
    assertThat(read.events).isEqualTo(TAOBAO_EVENTS);
    assertThat(read.defects)
        .singleElement()
        .satisfies(
            defect ->
                assertThat(defect.line() + defect.column() + defect.value() + defect.code())
                    .isEqualTo("6订单状态已发货待揽收unknown_state"));
    assertThat(read("taobao", "\uFEFF" + TAOBAO)).isEqualTo(read);
    assertThat(read("taobao", "order", TAOBAO.getBytes(Charset.forName("GB18030")), "x.csv"))
        .isEqualTo(read);
    assertThat(read("taobao", TAOBAO.replace("\n", "\r\n"))).isEqualTo(read);
  }

  @Test
  void columnsInAnotherOrderUnderOtherNames() throws Exception {
    Read read =
        read(
            "taobao",
            """
            付款时间,订单号,实付金额（元）,交易状态,买家昵称,商家备忘
            2026/6/1 10:00,\t2026060100001\t,59.9,卖家已发货，等待买家确认,小明,记
            """);
    assertThat(read.defects).isEmpty();
    assertThat(read.events)
        .containsExactly("2026060100001:paid 2026-06-01T02:00:00Z 5990 buyerId=小明");
  }

  @Test
  void oneBrokenRowHarmsNoNeighbour() throws Exception {
    Read read =
        read(
            "taobao",
            """
            订单编号,买家会员名,买家实际支付金额,订单状态,订单付款时间
            o1,a,10,交易成功,2026-06-01 10:00:00
            o2,"b,10,交易成功,2026-06-01 10:00:00
            o3,c,10
            o4,d,abc,交易成功,2026-06-01 10:00:00
            o5,e,10,交易成功,2026-06-31 10:00:00
            o6,f,10,交易成功,2026-06-01 10:00:00
            """);
    assertThat(read.events)
        .containsExactly(
            "o1:paid 2026-06-01T02:00:00Z 1000 buyerId=a",
            "o6:paid 2026-06-01T02:00:00Z 1000 buyerId=f");
    assertThat(read.defects.stream().map(d -> d.line() + " " + d.code()))
        .containsExactly("3 broken_quote", "4 wrong_columns", "5 bad_amount", "6 impossible_time");
  }

  @Test
  void douyinRowsOfOneOrderStandApart() throws Exception {
    Read read =
        read(
            "douyin",
            """
            主订单编号,子订单编号,选购商品,商品ID,商家编码,商品数量,订单应付金额,订单提交时间,支付完成时间,订单完成时间,订单状态,售后状态,取消原因
            "6900000000000000001\t","6900000000000000011\t",牛奶,1,MILK,2,39.80,2026-06-01 09:00:00,2026-06-01 09:01:00,,已发货,-,
            "6900000000000000002\t","6900000000000000021\t",黄油,2,BUTTER,1,20.00,2026-06-01 09:30:00,-,2026-06-01 10:00:00,已关闭,-,超时
            "6900000000000000001\t","6900000000000000012\t",酸奶,3,YOGURT,1,10.20,2026-06-01 09:00:00,2026-06-01 09:01:00,,已发货,退款成功,
            """);
    assertThat(read.defects).isEmpty();
    String one = "customerId=6900000000000000001";
    assertThat(read.events)
        .containsExactly(
            "6900000000000000002:cancelled 2026-06-01T02:00:00Z 0 customerId=6900000000000000002",
            "6900000000000000001:paid 2026-06-01T01:01:00Z 5000 " + one,
            "6900000000000000001:paid:6900000000000000011 2026-06-01T01:01:00Z 3980 " + one,
            "6900000000000000001:paid:6900000000000000012 2026-06-01T01:01:00Z 1020 " + one,
            "6900000000000000001:refunded:1020 2026-06-01T01:01:00Z 1020 " + one);
  }

  @Test
  void pddNamesNobody() throws Exception {
    Read read =
        read(
            "pdd",
            """
            商品,订单号,订单状态,商品总价(元),商家实收金额(元),用户实付金额(元),商品数量(件),收货人,手机,省,市,支付时间,拼单成功时间,确认收货时间,商家编码-规格维度,售后状态
            牛奶,260601-111,已发货，退款成功,30.00,28.00,27.50,1,张三[1234],17000000000,浙江省,杭州市,2026-06-01 10:00:00,2026-06-01 10:05:00,,M1,退款成功
            牛奶,260601-112,已收货,30.00,28.00,27.50,1,李四[5678],17000000000,浙江省,杭州市,2026-06-01 10:00:00,2026-06-01 10:05:00,2026-06-05 10:00:00,M1,无售后或售后取消
            """);
    assertThat(read.defects).isEmpty();
    assertThat(read.events)
        .containsExactly(
            "260601-111:paid 2026-06-01T02:00:00Z 2750 customerId=260601-111,nameRegion=张三|浙江省杭州市",
            "260601-111:paid:M1 2026-06-01T02:00:00Z customerId=260601-111,nameRegion=张三|浙江省杭州市",
            "260601-111:refunded:2750 2026-06-01T02:00:00Z 2750"
                + " customerId=260601-111,nameRegion=张三|浙江省杭州市",
            "260601-112:paid 2026-06-01T02:00:00Z 2750 customerId=260601-112,nameRegion=李四|浙江省杭州市",
            "260601-112:paid:M1 2026-06-01T02:00:00Z customerId=260601-112,nameRegion=李四|浙江省杭州市");
  }

  @Test
  void jd() throws Exception {
    Read read =
        read(
            "jd",
            """
            订单号,商品ID,商品名称,订购数量,支付方式,下单时间,京东价,订单金额,结算金额,余额支付,应付金额,订单状态,订单类型,下单帐号,客户姓名,客户地址,联系电话,付款确认时间,订单完成时间
            310001,100,牛奶,1,在线支付,2026-06-01 10:00:00,30.00,50.00,50.00,0,50.00,等待出库,SOP,jd_a,王五,北京 朝阳区 某路,13800005555,2026-06-01 10:00:30,
            310001,101,酸奶,2,在线支付,2026-06-01 10:00:00,10.00,50.00,50.00,0,50.00,等待出库,SOP,jd_a,王五,北京 朝阳区 某路,13800005555,2026-06-01 10:00:30,
            310002,101,酸奶,1,在线支付,2026-06-01 10:00:00,10.00,10.00,10.00,0,10.00,(删除)等待出库,SOP,jd_b,赵六,北京 朝阳区 某路,138****5555,2026-06-01 10:00:30,2026-06-02 10:00:00
            """);
    assertThat(read.defects).isEmpty();
    assertThat(read.events)
        .containsExactly(
            "310001:paid 2026-06-01T02:00:30Z 5000"
                + " phone=+8613800005555,buyerId=jd_a,nameRegion=王五|北京朝阳区",
            "310001:paid:100 2026-06-01T02:00:30Z"
                + " phone=+8613800005555,buyerId=jd_a,nameRegion=王五|北京朝阳区",
            "310001:paid:101 2026-06-01T02:00:30Z"
                + " phone=+8613800005555,buyerId=jd_a,nameRegion=王五|北京朝阳区",
            "310002:paid 2026-06-01T02:00:30Z 1000"
                + " buyerId=jd_b,maskedPhone=138****5555,nameRegion=赵六|北京朝阳区",
            "310002:paid:101 2026-06-01T02:00:30Z"
                + " buyerId=jd_b,maskedPhone=138****5555,nameRegion=赵六|北京朝阳区",
            "310002:refunded:1000 2026-06-02T02:00:00Z 1000"
                + " buyerId=jd_b,maskedPhone=138****5555,nameRegion=赵六|北京朝阳区");
  }

  @Test
  void youzanMeituanAndEleme() throws Exception {
    assertThat(
            read(
                    "youzan",
                    """
                    订单号,订单状态,订单创建时间,买家付款时间,交易成功时间,订单实付金额,订单已退款金额,退款状态,买家手机号,yz_open_id,收货人/提货人,商品名称,商品数量,规格编码
                    E20260601,交易完成,2026-06-01 09:59:00,2026-06-01 10:00:00,2026-06-05 10:00:00,100.00,40.00,部分退款,13800001234,yzA,王五,牛奶,1,M1
                    """)
                .events)
        .containsExactly(
            "E20260601:paid 2026-06-01T02:00:00Z 10000 phone=+8613800001234,buyerId=yzA",
            "E20260601:paid:M1 2026-06-01T02:00:00Z phone=+8613800001234,buyerId=yzA",
            "E20260601:refunded:4000 2026-06-05T02:00:00Z 4000 phone=+8613800001234,buyerId=yzA");
    assertThat(
            read(
                    "meituan",
                    """
                    订单编号,门店名称,下单时间,订单完成时间,订单状态,用户实付金额,收餐人姓名,收餐人电话
                    8001,一店,2026-06-01 11:30:00,2026-06-01 12:10:00,已完成,35.5,王(先生),13800001234
                    8002,一店,2026-06-01 11:31:00,2026-06-01 12:00:00,已取消,20,李(女士),13800001234_1234
                    """)
                .events)
        .containsExactly(
            "8001:paid 2026-06-01T03:30:00Z 3550 customerId=8001",
            "8002:cancelled 2026-06-01T04:00:00Z 0 customerId=8002");
    assertThat(
            read(
                    "eleme",
                    """
                    订单号,门店名称,下单时间,生效时间,订单状态,用户实付,顾客电话,退单状态
                    3001,一店,2026-06-01 11:30:00,2026-06-01 11:31:00,已完成,35.5,"13800001234,1234",退单成功
                    """)
                .events)
        .containsExactly(
            "3001:paid 2026-06-01T03:31:00Z 3550 customerId=3001",
            "3001:refunded:3550 2026-06-01T03:31:00Z 3550 customerId=3001");
  }

  @Test
  void xlsx() throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var book = new Workbook(bytes, "t", "1.0")) {
      var sheet = book.newWorksheet("s");
      String[][] rows = {
        {"订单编号", "买家会员名", "买家实际支付金额", "订单状态", "订单付款时间"},
        {"2026060100001", "小明", "59.9", "交易成功", "2026-06-01 10:00:00"}
      };
      for (int i = 0; i < rows.length; i++) {
        for (int j = 0; j < rows[i].length; j++) {
          sheet.value(i, j, rows[i][j]);
        }
      }
    }
    assertThat(read("taobao", "order", bytes.toByteArray(), "x.xlsx").events)
        .containsExactly("2026060100001:paid 2026-06-01T02:00:00Z 5990 buyerId=小明");
  }

  @Test
  void refundListsAddUp() throws Exception {
    Read read =
        read(
            "taobao",
            "refund",
            """
            订单编号,退款编号,买家会员名,买家退款金额,退款状态,退款完结时间
            o1,r1,a,10.00,退款成功,2026-06-03 10:00:00
            o2,r2,b,10.00,退款关闭,2026-06-03 10:00:00
            """
                .getBytes(StandardCharsets.UTF_8),
            "x.csv");
    assertThat(read.events).containsExactly("o1:refunded:1000 2026-06-03T02:00:00Z 1000 buyerId=a");
  }

  @Test
  void apiShapes() {
    assertThat(
            api(
                "taobao",
                """
                {"tid":2026060100001,"status":"WAIT_SELLER_SEND_GOODS","payment":"1299.00","pay_time":"2026-06-01 10:00:00",
                 "buyer_nick":"~t8AAAAbbbbCCCCdddd==~1~","buyer_open_uid":"AAHq7","oaid":"1abc","receiver_mobile":"138****0000",
                 "orders":{"order":[{"oid":1,"outer_sku_id":"M","num":2,"payment":"1299.00","refund_status":"NO_REFUND","status":"WAIT_SELLER_SEND_GOODS"}]}}
                """))
        .containsExactly(
            "2026060100001:paid 2026-06-01T02:00:00Z 129900"
                + " buyerId=AAHq7,maskedPhone=138****0000,receiverCode=s|buyer|~t8AAAAbbbbCCCCdddd==~1~,receiverCode=s|oaid|1abc",
            "2026060100001:paid:1 2026-06-01T02:00:00Z 129900"
                + " buyerId=AAHq7,maskedPhone=138****0000,receiverCode=s|buyer|~t8AAAAbbbbCCCCdddd==~1~,receiverCode=s|oaid|1abc");
    assertThat(
            api(
                "douyin",
                """
                {"order_id":"4920","order_status":4,"create_time":1780279200,"pay_time":1780279260,"finish_time":0,"update_time":1780365600,"pay_amount":5000,
                 "doudian_open_id":"1@#SGf7u","encrypt_post_tel":"$AgAAABBBBccccdddd==$0$",
                 "sku_order_list":[{"order_id":"4921","code":"M","item_num":1,"pay_amount":5000,"order_status":4,"after_sale_info":{"refund_status":3}}]}
                """))
        .containsExactly(
            "4920:paid 2026-06-01T02:01:00Z 5000"
                + " buyerId=1@#SGf7u,receiverCode=s|phone|$AgAAABBBBccccdddd==$0$",
            "4920:paid:4921 2026-06-01T02:01:00Z 5000"
                + " buyerId=1@#SGf7u,receiverCode=s|phone|$AgAAABBBBccccdddd==$0$",
            "4920:refunded:5000 2026-06-02T02:00:00Z 5000"
                + " buyerId=1@#SGf7u,receiverCode=s|phone|$AgAAABBBBccccdddd==$0$");
    assertThat(
            api(
                "youzan",
                """
                {"order_info":{"tid":"E1","status":"TRADE_SUCCESS","created":"2026-06-01 09:59:00","pay_time":"2026-06-01 10:00:00","refund_state":2},
                 "pay_info":{"payment":"100.00"},"buyer_info":{"yz_open_id":"yzA","buyer_phone":"13800001234"},
                 "refund_order":[{"refund_fee":"10.00"},{"refund_fee":"30.00"}],
                 "orders":[{"oid":"1","outer_sku_id":"M1","num":1,"payment":"100.00"}]}
                """))
        .containsExactly(
            "E1:paid 2026-06-01T02:00:00Z 10000 phone=+8613800001234,buyerId=yzA",
            "E1:paid:1 2026-06-01T02:00:00Z 10000 phone=+8613800001234,buyerId=yzA",
            "E1:refunded:4000 2026-06-01T02:00:00Z 4000 phone=+8613800001234,buyerId=yzA");
    assertThat(
            api(
                "pdd",
                """
                {"order_sn":"260601-111","order_status":2,"refund_status":4,"pay_amount":27.5,"pay_time":"2026-06-01 10:00:00","receiver_phone":"~AgAAAAKqX0x9Yz12345==~1~",
                 "item_list":[{"outer_id":"M1","goods_count":1}]}
                """))
        .hasSize(3)
        .last()
        .asString()
        .startsWith("260601-111:refunded:2750");
    assertThat(
            api(
                "jd",
                """
                {"orderId":"310001","orderState":"WAIT_SELLER_STOCK_OUT","orderPayment":"50.00","orderStartTime":"2026-06-01 10:00:00","paymentConfirmTime":"2026-06-01 10:00:30",
                 "pin":"jd_a","itemInfoList":[{"skuId":"100","itemTotal":"1"},{"skuId":"101","itemTotal":"2"}]}
                """))
        .containsExactly(
            "310001:paid 2026-06-01T02:00:30Z 5000 buyerId=jd_a",
            "310001:paid:100 2026-06-01T02:00:30Z buyerId=jd_a",
            "310001:paid:101 2026-06-01T02:00:30Z buyerId=jd_a");
  }

  private static List<String> api(String vendor, String json) {
    FeedMap map = map(vendor, "order");
    var outcome = deeds(vendor, map).of(Records.ofJson(map, Json.parse(json)), Known.NOTHING);
    assertThat(outcome.defects()).isEmpty();
    return outcome.events().stream().map(VendorFilesTest::shown).toList();
  }

  @Test
  void noTwoKindsOfNameAreTakenForEachOther() {
    FeedMap map = map("taobao", "order");
    var outcome =
        deeds("taobao", map)
            .of(
                Records.ofJson(
                    map,
                    Json.parse(
                        "{\"tid\":\"1\",\"status\":\"TRADE_FINISHED\",\"payment\":\"1\",\"pay_time\":\"2026-06-01"
                            + " 10:00:00\",\"buyer_nick\":\"x\",\"buyer_open_uid\":\"x\"}")),
                Known.NOTHING);
    assertThat(outcome.events().getFirst().identifiers().stream().map(Identifier::scope))
        .containsExactly("s", "s:open");
  }
}
