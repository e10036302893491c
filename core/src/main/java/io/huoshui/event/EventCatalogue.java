package io.huoshui.event;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The event names a brand may send. Immutable; a brand adds its own with [#with].
public final class EventCatalogue {
  private static final EventCatalogue STANDARD =
      new EventCatalogue(
          List.of(
              EventType.of("order_paid", "支付订单", "paid an order", "orderId", "amountFen"),
              EventType.of("order_cancelled", "取消订单", "cancelled an order", "orderId", "amountFen"),
              EventType.of("order_refunded", "退款", "was refunded", "orderId", "amountFen"),
              EventType.of("product_purchased", "购买商品", "bought a product", "orderId", "sku"),
              EventType.of("product_returned", "退货", "returned a product", "orderId", "sku"),
              EventType.of("product_viewed", "浏览商品", "viewed a product", "sku"),
              EventType.of("cart_added", "加入购物车", "put into the cart", "sku"),
              EventType.of("page_viewed", "浏览页面", "viewed a page"),
              EventType.of("checked_in", "签到", "checked in"),
              EventType.of("store_visited", "到店", "visited a store"),
              EventType.of("location_reported", "上报位置", "shared a location", "lat", "lon"),
              EventType.of("card_scanned", "扫描包裹卡", "scanned a package card"),
              EventType.of("member_registered", "注册会员", "registered as member"),
              EventType.of("profile_updated", "更新资料", "updated the profile"),
              EventType.of("address_confirmed", "确认地址", "confirmed the address"),
              EventType.of("account_followed", "关注公众号", "followed the official account"),
              EventType.of("account_unfollowed", "取关公众号", "unfollowed the official account"),
              EventType.of("code_opened", "由链接打开活码", "opened a live code by a link", "liveCode"),
              EventType.of("account_scanned", "扫公众号二维码", "scanned a code of the account"),
              EventType.of("menu_clicked", "点击公众号菜单", "used a menu of the account"),
              EventType.of("message_subscribed", "订阅一次消息", "subscribed to one message", "template"),
              EventType.of("moment_liked", "点赞朋友圈", "liked a moment", "post"),
              EventType.of("moment_commented", "评论朋友圈", "commented on a moment", "post"),
              EventType.of("contact_added", "添加企微好友", "was added in WeCom"),
              EventType.of("contact_removed", "删除企微好友", "left WeCom"),
              EventType.of("contact_requested", "申请添加企微好友", "asked to be added in WeCom"),
              EventType.of("contact_edited", "被导购改备注或标签", "was edited by a guide"),
              EventType.of("transfer_failed", "交接失败", "did not move to another guide"),
              EventType.of("archive_agreed", "同意会话存档", "agreed to conversations being kept"),
              EventType.of("group_invited", "受邀入群", "was invited to a group", "group"),
              EventType.of("group_joined", "加入社群", "joined a group", "group"),
              EventType.of("group_source_known", "查明入群来源", "turned out to have joined by", "group"),
              EventType.of("group_left", "退出社群", "left a group", "group"),
              EventType.of("consent_given", "同意接收", "gave consent", "channel"),
              EventType.of("consent_withdrawn", "退订", "withdrew consent", "channel"),
              EventType.of("tag_added", "打上标签", "was tagged", "tag"),
              EventType.of("tag_removed", "去掉标签", "lost a tag", "tag"),
              EventType.of("coupon_issued", "获得优惠券", "was issued a coupon", "coupon", "template"),
              EventType.of("coupon_redeemed", "核销优惠券", "redeemed a coupon", "coupon"),
              EventType.of("coupon_expired", "优惠券过期", "let a coupon expire", "coupon"),
              EventType.of("campaign_received", "收到活动", "received a campaign", "campaign"),
              EventType.of("message_in_group", "群内发言", "wrote in a group", "group"),
              EventType.of("message_delivered", "消息送达", "got a message", "touchpoint"),
              EventType.of(
                  "message_failed", "消息未达", "could not be delivered to", "touchpoint", "code"),
              EventType.of("message_replied", "回复消息", "replied", "text"),
              EventType.of("notice_delivered", "模板消息送达", "got a notice"),
              EventType.of("notice_failed", "模板消息未达", "could not be given a notice"),
              EventType.of("notice_chosen", "选择订阅消息", "chose about notices", "template", "choice"),
              EventType.of("service_entered", "进入客服会话", "opened a conversation"),
              EventType.of("service_started", "接入客服", "was taken by service"),
              EventType.of("service_ended", "结束客服会话", "ended with service"),
              EventType.of("authorization_revoked", "撤回授权", "took back an authorization"),
              EventType.of("card_received", "领取卡券", "took a card", "card"),
              EventType.of("card_gifted", "转赠卡券", "gave a card away", "card"),
              EventType.of("card_deleted", "删除卡券", "deleted a card", "card"),
              EventType.of("card_used", "核销卡券", "used a card", "card"),
              EventType.of("card_viewed", "查看卡券", "looked at a card", "card"),
              EventType.of("card_paid", "卡券买单", "paid with a card", "card"),
              EventType.of("card_changed", "会员卡变动", "had a member card changed", "card"),
              EventType.of("card_registered", "激活会员卡", "activated a member card", "card"),
              EventType.of("gift_card_bought", "购买礼品卡", "bought a gift card", "orderId"),
              EventType.of("gift_card_sent", "赠送礼品卡", "sent a gift card", "orderId"),
              EventType.of("gift_card_accepted", "领取礼品卡", "accepted a gift card", "orderId"),
              EventType.of("link_clicked", "点击链接", "clicked a link", "link"),
              EventType.of("mini_program_entered", "进入小程序", "opened the mini-program"),
              EventType.of("call_answered", "接听电话", "answered a call"),
              EventType.of("call_completed", "完成通话", "finished a call", "outcome", "durationS"),
              EventType.of("call_redialled", "再次拨打", "is dialled again", "reference"),
              EventType.of("call_failed", "未接通", "was called in vain", "reason"),
              EventType.of("live_joined", "进入直播间", "joined a live stream"),
              EventType.of("points_earned", "获得积分", "earned points"),
              EventType.of("task_assigned", "分派导购任务", "became a task of a guide", "task"),
              EventType.of("task_done", "完成导购任务", "was served by a guide", "task"),
              EventType.of("task_moved", "改动导购任务", "had a guide's task changed", "task"),
              EventType.of("guide_bound", "绑定导购", "was bound to a guide", "guide"),
              EventType.of("guide_unbound", "解除绑定", "was released by a guide"),
              EventType.of("note_added", "添加备注", "was noted down", "text"),
              EventType.of("handed_over", "转给人工导购", "was handed to a human guide"),
              EventType.of("hook_wanted", "通知外部系统", "is to be told to another system", "hook"),
              EventType.of("survey_answered", "填写问卷", "answered a questionnaire", "survey"),
              EventType.of("welcome_sent", "收到欢迎语", "was welcomed", "guide"),
              EventType.of("welcome_failed", "欢迎语未送达", "could not be welcomed by", "guide", "code"),
              EventType.of("invite_accepted", "接受邀请", "accepted an invitation")));

  private final Map<String, EventType> byName;

  private EventCatalogue(Collection<EventType> types) {
    var map = new LinkedHashMap<String, EventType>();
    types.forEach(type -> map.put(type.name(), type));
    this.byName = Map.copyOf(map);
  }

  public static EventCatalogue standard() {
    return STANDARD;
  }

  public EventCatalogue with(EventType type) {
    var types = new ArrayList<>(byName.values());
    types.add(type);
    return new EventCatalogue(types);
  }

  public @Nullable EventType find(String name) {
    return byName.get(name);
  }

  public List<EventType> all() {
    return byName.values().stream().sorted(Comparator.comparing(EventType::name)).toList();
  }

  /// The known names most like `name`, best first, at most three: what the sender probably meant.
  public List<String> near(String name) {
    return Near.to(name, byName.keySet());
  }
}
