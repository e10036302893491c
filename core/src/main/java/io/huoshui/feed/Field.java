package io.huoshui.feed;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a column or a path of a source can be.
public enum Field {
  ORDER_ID("orderId", Holds.TEXT, "订单号", "order number"),
  LINE_ID("lineId", Holds.TEXT, "子订单号", "number of the line in the order"),
  BUYER("buyer", Holds.TEXT, "买家", "buyer, unique within the shop"),
  OPEN_BUYER("openBuyer", Holds.TEXT, "买家开放 ID", "buyer's open id, unique within the shop"),
  MEMBER_NUMBER("memberNumber", Holds.TEXT, "会员号", "member number of the brand's programme"),
  CUSTOMER_ID("customerId", Holds.TEXT, "客户编号", "customer number of that system"),
  PHONE("phone", Holds.PHONE, "手机", "phone"),
  RECEIVER_CODE("receiverCode", Holds.TEXT, "收件人密文 (OAID)", "code of the receiver (OAID)"),
  RECEIVER("receiver", Holds.TEXT, "收件人", "receiver's name"),
  PROVINCE("province", Holds.TEXT, "省", "province"),
  CITY("city", Holds.TEXT, "市", "city"),
  ADDRESS("address", Holds.TEXT, "收货地址", "address"),
  EMAIL("email", Holds.TEXT, "邮箱", "email"),
  STATE("state", Holds.STATE, "状态", "state"),
  REFUND_STATE("refundState", Holds.STATE, "退款状态", "state of the refund"),
  /// Of the whole order; on each of its rows the same.
  PAID("paid", Holds.MONEY, "实付金额", "paid for the order"),
  /// Of this row; an order without [#PAID] is the sum of its rows.
  LINE_PAID("linePaid", Holds.MONEY, "子订单实付", "paid for the line"),
  REFUNDED("refunded", Holds.MONEY, "退款金额", "given back of the order, altogether"),
  LINE_REFUNDED("lineRefunded", Holds.MONEY, "子订单退款", "given back of the line"),
  REFUND_ID("refundId", Holds.TEXT, "退款单号", "number of the refund"),
  CREATED_AT("createdAt", Holds.TIME, "下单时间", "ordered at"),
  PAID_AT("paidAt", Holds.TIME, "付款时间", "paid at"),
  ENDED_AT("endedAt", Holds.TIME, "完结时间", "finished or closed at"),
  REFUNDED_AT("refundedAt", Holds.TIME, "退款时间", "given back at"),
  CHANGED_AT("changedAt", Holds.TIME, "修改时间", "last changed at"),
  SKU("sku", Holds.TEXT, "商品编码", "article number"),
  TITLE("title", Holds.TEXT, "商品名称", "name of the article"),
  COUNT("count", Holds.COUNT, "数量", "pieces"),
  STORE("store", Holds.TEXT, "门店", "store"),
  REGISTERED_AT("registeredAt", Holds.TIME, "入会时间", "registered at"),
  LEVEL("level", Holds.TEXT, "会员等级", "tier"),
  /// Of a record that is an event by itself.
  ID("id", Holds.TEXT, "记录编号", "number of the record"),
  AT("at", Holds.TIME, "发生时间", "happened at"),
  AMOUNT("amount", Holds.MONEY, "金额", "amount");

  /// What a field's text is read as.
  public enum Holds {
    TEXT,
    PHONE,
    MONEY,
    COUNT,
    TIME,
    STATE
  }

  private final String wire;
  private final Holds holds;
  private final String zh;
  private final String en;

  Field(String wire, Holds holds, String zh, String en) {
    this.wire = wire;
    this.holds = holds;
    this.zh = zh;
    this.en = en;
  }

  public String wire() {
    return wire;
  }

  public Holds holds() {
    return holds;
  }

  public String zh() {
    return zh;
  }

  public String en() {
    return en;
  }

  private static final Field[] ALL = values();

  public static @Nullable Field ofWire(String wire) {
    for (Field field : ALL) {
      if (field.wire.equals(wire)) {
        return field;
      }
    }
    return null;
  }

  public static List<String> wires() {
    return Arrays.stream(ALL).map(Field::wire).toList();
  }

  /// Whether what stands there is about somebody, and not shown in full.
  public boolean personal() {
    return switch (this) {
      case BUYER, OPEN_BUYER, PHONE, RECEIVER_CODE, RECEIVER, ADDRESS, EMAIL -> true;
      case ORDER_ID,
          LINE_ID,
          MEMBER_NUMBER,
          CUSTOMER_ID,
          PROVINCE,
          CITY,
          STATE,
          REFUND_STATE,
          PAID,
          LINE_PAID,
          REFUNDED,
          LINE_REFUNDED,
          REFUND_ID,
          CREATED_AT,
          PAID_AT,
          ENDED_AT,
          REFUNDED_AT,
          CHANGED_AT,
          SKU,
          TITLE,
          COUNT,
          STORE,
          REGISTERED_AT,
          LEVEL,
          ID,
          AT,
          AMOUNT ->
          false;
    };
  }
}
