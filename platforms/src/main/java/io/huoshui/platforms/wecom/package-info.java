/// WeCom (企业微信) through WxJava: mass messages to single customers, their results, corp tags on
/// customers, what callbacks only announce, and who is whose contact.
@NullMarked
package io.huoshui.platforms.wecom;

import org.jspecify.annotations.NullMarked;
