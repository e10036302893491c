/// 企业微信: WeCom's customer contact as its server plays it.
///
/// Owns the calls under `/cgi-bin`, corp tags ([WecomTags]) and customer groups ([WecomGroups])
/// among them, their limits and error codes, and the cryptography of callbacks. Formats follow the
/// official samples; every limit is a [WecomLimits] setting with its source.
@NullMarked
package io.huoshui.sandbox.wecom;

import org.jspecify.annotations.NullMarked;
