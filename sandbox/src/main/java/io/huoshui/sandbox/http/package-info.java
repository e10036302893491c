/// The one listener, and what a call and an answer are to the platforms behind it.
///
/// Owns [Call], [Answer], [Endpoint], the [Limit] every platform states its rules in, and the
/// [Conduct] of callers. Refuses to know any platform.
@NullMarked
package io.huoshui.sandbox.http;

import org.jspecify.annotations.NullMarked;
