/// WeCom (企业微信) through WxJava: mass messages to single customers, their results, corp tags on
/// customers, and callbacks as events.
@NullMarked
package io.huoshui.platforms.wecom;

import org.jspecify.annotations.NullMarked;
