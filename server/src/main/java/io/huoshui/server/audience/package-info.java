/// Segments, audiences and lookalikes over HTTP.
///
/// [SegmentResource] publishes rules, [AudienceResource] freezes who satisfies them ([Freezing],
/// again when it is time), [AudienceImportResource] makes audiences of lists ([PeopleLists]),
/// [AudienceWebhook] sends them elsewhere; [PreviewResource] says what a rule would do while it is
/// being written, [CompareResource] lays rules beside each other and takes one apart; [Rules] reads
/// and shows rules, [Picks] finds the people somebody means.
@NullMarked
package io.huoshui.server.audience;

import org.jspecify.annotations.NullMarked;
