package io.huoshui.sandbox.brand;

import io.huoshui.sandbox.draw.Dice;
import java.util.List;

/// Names and places people are drawn from.
final class Places {
  record Place(String province, String city) {}

  static final List<Place> ALL =
      List.of(
          new Place("浙江", "杭州"),
          new Place("浙江", "宁波"),
          new Place("浙江", "温州"),
          new Place("上海", "上海"),
          new Place("江苏", "南京"),
          new Place("江苏", "苏州"),
          new Place("江苏", "无锡"),
          new Place("北京", "北京"),
          new Place("广东", "广州"),
          new Place("广东", "深圳"),
          new Place("广东", "佛山"),
          new Place("四川", "成都"),
          new Place("重庆", "重庆"),
          new Place("湖北", "武汉"),
          new Place("湖南", "长沙"),
          new Place("陕西", "西安"),
          new Place("山东", "济南"),
          new Place("山东", "青岛"),
          new Place("河南", "郑州"),
          new Place("福建", "厦门"),
          new Place("福建", "福州"),
          new Place("安徽", "合肥"),
          new Place("辽宁", "大连"),
          new Place("天津", "天津"));

  private static final String SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕";
  private static final String GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰梅鑫波宇浩凯雪琳晨婷欣怡佳琪";

  private Places() {}

  static Place draw(Dice dice) {
    return ALL.get(dice.below(ALL.size()));
  }

  static String name(Dice dice) {
    var name = new StringBuilder(3).append(SURNAMES.charAt(dice.below(SURNAMES.length())));
    name.append(GIVEN.charAt(dice.below(GIVEN.length())));
    if (dice.chance(0.7)) {
      name.append(GIVEN.charAt(dice.below(GIVEN.length())));
    }
    return name.toString();
  }

  /// The name as a cashier in a hurry keys it: one sign of it replaced.
  static String misspelt(String name, Dice dice) {
    char wrong = GIVEN.charAt(dice.below(GIVEN.length()));
    if (wrong == name.charAt(name.length() - 1)) {
      wrong = SURNAMES.charAt(0);
    }
    return name.substring(0, name.length() - 1) + wrong;
  }
}
