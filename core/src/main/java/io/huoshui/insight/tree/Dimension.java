package io.huoshui.insight.tree;

import java.util.List;

/// What metrics can be sliced by.
public record Dimension(String name, String zh, String en) {
  /// What is known without being defined.
  public static final List<Dimension> STANDARD =
      List.of(
          new Dimension("channel", "渠道", "channel"),
          new Dimension("card", "包裹卡", "card"),
          new Dimension("region", "区域", "region"),
          new Dimension("store", "门店", "store"),
          new Dimension("guide", "导购", "guide"),
          new Dimension("campaign", "活动", "campaign"),
          new Dimension("template", "话术", "script line"),
          new Dimension("liveCode", "渠道活码", "live code"),
          new Dimension("source", "来源", "source"));
}
