package io.huoshui.platforms.feed;

import io.huoshui.platforms.douyin.DouyinOrders;
import io.huoshui.platforms.douyin.DouyinPush;
import io.huoshui.platforms.eleme.ElemeOrders;
import io.huoshui.platforms.eleme.ElemePush;
import io.huoshui.platforms.jd.JdOrders;
import io.huoshui.platforms.meituan.MeituanOrders;
import io.huoshui.platforms.meituan.MeituanPush;
import io.huoshui.platforms.pdd.PddOrders;
import io.huoshui.platforms.taobao.TaobaoOrders;
import io.huoshui.platforms.youzan.YouzanOrders;
import io.huoshui.platforms.youzan.YouzanPush;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/// Which vendor speaks what.
public final class Sources {
  private Sources() {}

  /// @param clock the wall's: platforms compare it with theirs
  /// @return null for a vendor without an API here
  public static @Nullable OrderSource orders(
      String vendor, Caller caller, Credentials credentials, InstantSource clock) {
    return switch (vendor) {
      case "taobao" -> new TaobaoOrders(caller, credentials, clock);
      case "jd" -> new JdOrders(caller, credentials, clock);
      case "pdd" -> new PddOrders(caller, credentials, clock);
      case "douyin" -> new DouyinOrders(caller, credentials, clock);
      case "youzan" -> new YouzanOrders(caller, credentials);
      case "meituan" -> new MeituanOrders(caller, credentials, clock);
      case "eleme" -> new ElemeOrders(caller, credentials, clock);
      default -> null;
    };
  }

  /// @return null for a vendor whose pushes are not known here
  public static @Nullable Push push(String vendor) {
    return switch (vendor) {
      case "douyin" -> new DouyinPush();
      case "youzan" -> new YouzanPush();
      case "meituan" -> new MeituanPush();
      case "eleme" -> new ElemePush();
      default -> null;
    };
  }

  /// Whether its orders can be asked for by time.
  public static boolean pulls(String vendor) {
    return switch (vendor) {
      case "taobao", "jd", "pdd", "douyin", "youzan" -> true;
      default -> false;
    };
  }
}
