/// 公众号: the brand's official account as its server plays it.
///
/// Owns its token, its followers, and the calls under `/cgi-bin/tags` and `/cgi-bin/user`, with
/// their limits and error codes. Formats follow the official samples; every limit is an
/// [AccountLimits] setting with its source.
@NullMarked
package io.huoshui.sandbox.wechat;

import org.jspecify.annotations.NullMarked;
