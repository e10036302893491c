package io.huoshui.insight.season;

import io.huoshui.audience.Condition;
import io.huoshui.audience.Condition.Times;
import io.huoshui.insight.Layers;
import io.huoshui.insight.report.Report.Words;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Window;
import java.util.ArrayList;
import java.util.List;

/// What to do after a season with whom: each a list of people that can be picked by a rule.
///
/// @param who they are, by what they did
/// @param what to do
public record NextStep(Words who, Words what, Condition rule) {
  /// All that come into question; those with nobody behind them say nothing.
  public static List<NextStep> of(Season season) {
    Window.Dates days = Doors.days(season);
    Window.Dates yearBefore =
        new Window.Dates(season.from().minusDays(365), season.from().minusDays(1));
    var steps = new ArrayList<NextStep>();
    if (!season.heroSku().isEmpty()) {
      steps.add(
          new NextStep(
              new Words("只买了主推款的人", "who bought the hero item and nothing else"),
              new Words("推荐关联商品,带动第二件", "offer what goes with it: the second item"),
              Doors.layer(season, Layers.Layer.ONLY_HERO)));
    }
    steps.add(
        new NextStep(
            new Words("本季首次购买且只买一次的新客", "new buyers who bought once"),
            new Words(
                "进入新客复购旅程,在复购窗口内触达", "bring them to a second order within the repurchase window"),
            new Condition.All(
                List.of(
                    Doors.newBuyers(season),
                    new Condition.Did(
                        EventPattern.of("order_paid"), new Times(Times.Bound.EXACTLY, 1), days)))));
    steps.add(
        new NextStep(
            new Words("本季新增好友、尚未下单的人", "new friends who have not bought"),
            new Words("进入新好友首单旅程", "bring them to a first order"),
            new Condition.All(
                List.of(Doors.newFriends(season), Doors.didNot("order_paid", days)))));
    steps.add(
        new NextStep(
            new Words("加入购物车但没有下单的人", "who filled a cart and did not order"),
            new Words("提醒购物车里的商品", "remind them of what is in it"),
            new Condition.All(
                List.of(Doors.did("cart_added", days), Doors.didNot("order_paid", days)))));
    steps.add(
        new NextStep(
            new Words("领了券没有核销的人", "who were issued a coupon and redeemed none"),
            new Words("到期前提醒,或换一种权益", "remind them before it expires, or try another benefit"),
            new Condition.All(
                List.of(Doors.did("coupon_issued", days), Doors.didNot("coupon_redeemed", days)))));
    steps.add(
        new NextStep(
            new Words("过去一年买过、本季没有买的老客", "who bought in the year before and not now"),
            new Words("进入唤回旅程,先小批量试投", "win them back, a small part first"),
            new Condition.All(
                List.of(Doors.did("order_paid", yearBefore), Doors.didNot("order_paid", days)))));
    return steps;
  }
}
