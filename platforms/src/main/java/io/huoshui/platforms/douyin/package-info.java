/// 抖店: orders over 抖店开放平台, and what is signed there.
///
/// Speaks the protocol only: records are handed on as they came, core's feed says what they mean.
@NullMarked
package io.huoshui.platforms.douyin;

import org.jspecify.annotations.NullMarked;
