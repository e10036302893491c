/// Segments, audiences and lookalikes over HTTP.
///
/// [SegmentResource] publishes rules and freezes audiences, [PreviewResource] says what a rule
/// would do while it is being written, [CompareResource] lays rules beside each other and takes one
/// apart; [Rules] reads and shows them for all three.
@NullMarked
package io.huoshui.server.audience;

import org.jspecify.annotations.NullMarked;
