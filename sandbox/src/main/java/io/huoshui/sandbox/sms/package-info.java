/// 短信: Alibaba Cloud's short message service (Dysmsapi 2017-05-25) as its server plays it.
///
/// Owns SendSms, SendBatchSms and QuerySendDetails, the V3 signature, limits and error codes.
///
/// **The text.** The real platform puts `TemplateParam` into a template it approved. The sandbox
/// knows no templates, so it takes the whole text from the parameter `text`: `{"text": "…"}`.
@NullMarked
package io.huoshui.sandbox.sms;

import org.jspecify.annotations.NullMarked;
