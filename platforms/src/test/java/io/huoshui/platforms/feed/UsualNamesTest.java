package io.huoshui.platforms.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.feed.Field;
import io.huoshui.feed.Guess;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is guessed of a file nobody has a map of, by its header alone.
class UsualNamesTest {
  private static List<String> guessed(String header) {
    var guessed = new ArrayList<String>();
    for (Guess.Column column :
        Guess.columns(List.of(header.split(",")), List.of(), VendorMaps.names())) {
      Field field = column.field();
      if (field != null) {
        guessed.add(column.name() + "=" + field.wire());
      }
    }
    return guessed;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          小票号                     | orderId
          流水号                     | orderId
          单据编号                   | orderId
          销售单号                   | orderId
          单号                       | orderId
          会员卡号                   | memberNumber
          会员编号                   | memberNumber
          卡号                       | memberNumber
          客户编码                   | customerId
          会员手机号                 | phone
          电话                       | phone
          会员姓名                   | receiver
          实收                       | paid
          实收金额(元)               | paid
          应收                       | paid
          应收金额                   | paid
          合计                       | paid
          小计                       | linePaid
          价税合计                   | linePaid
          金额                       | linePaid
          交易时间                   | paidAt
          结账时间                   | paidAt
          单据日期                   | paidAt
          开单时间                   | createdAt
          退货金额                   | refunded
          退货单号                   | refundId
          商品编码                   | sku
          条码                       | sku
          品名                       | title
          数量                       | count
          分店名称                   | store
          开卡日期                   | registeredAt
          卡类型                     | level
          单据状态                   | state
          RECEIPT_NO                 | orderId
          买家会员名                 | buyer
          订单编号                   | orderId
          收银员                     |
          找零                       |
          单价                       |
          税率(%)                    |
          """)
  void oneColumn(String header, String field) {
    assertThat(guessed(header))
        .isEqualTo(field == null ? List.of() : List.of(header + "=" + field));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          门店名称,收款台,小票号,消费时间,应收金额,消费金额,折扣金额,积分,卡号 | 门店名称=store 小票号=orderId 消费时间=paidAt 消费金额=paid 卡号=memberNumber
          销售单号,销售日期,应收金额,实收金额,找零,收银员 | 销售单号=orderId 销售日期=paidAt 实收金额=paid
          销售时间,单据号,会员编号,会员名称,商品编号,商品名称,单价,打折率,数量,总金额 | 销售时间=paidAt 单据号=orderId 会员编号=memberNumber 会员名称=receiver 商品编号=sku 商品名称=title 数量=count 总金额=paid
          客户,单据编号,单据日期,仓库名称,条码,名称,规格,数量,单价,金额,税率(%),税额,价税合计,备注 | 客户=receiver 单据编号=orderId 单据日期=paidAt 条码=sku 名称=title 数量=count 价税合计=linePaid
          单据编号,单据日期,客户编码,销售人员,销售金额,商品编码,数量,金额 | 单据编号=orderId 单据日期=paidAt 客户编码=customerId 销售金额=paid 商品编码=sku 数量=count 金额=linePaid
          流水号,会员手机,交易时间,小计,门店 | 流水号=orderId 会员手机=phone 交易时间=paidAt 小计=linePaid 门店=store
          订单编号,买家会员名,总金额,买家实际支付金额,订单状态,订单付款时间 | 订单编号=orderId 买家会员名=buyer 买家实际支付金额=paid 订单状态=state 订单付款时间=paidAt
          """)
  void aWholeHeader(String header, String fields) {
    assertThat(guessed(header)).containsExactly(fields.split(" "));
  }

  @Test
  void noUsualNameStandsForTwoFields() {
    var owners = new HashMap<String, Field>();
    Map<Field, Set<String>> names = VendorMaps.names();
    assertThat(names.get(Field.ORDER_ID)).contains("小票号", "订单编号", "单号");
    // Of one vendor it is the order's, of another the row's.
    var shared = new ArrayList<String>();
    names.forEach(
        (field, of) ->
            of.forEach(
                name -> {
                  Field other = owners.putIfAbsent(name, field);
                  if (other != null) {
                    shared.add(name + " " + other.wire() + " " + field.wire());
                  }
                }));
    assertThat(shared)
        .containsExactlyInAnyOrder(
            "订单应付金额 paid linePaid", "实付金额 paid linePaid", "退款金额 refunded lineRefunded");
  }
}
