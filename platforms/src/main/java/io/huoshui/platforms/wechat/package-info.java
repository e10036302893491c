/// 公众号: an official account's tags on its followers, over WxJava.
@NullMarked
package io.huoshui.platforms.wechat;

import org.jspecify.annotations.NullMarked;
