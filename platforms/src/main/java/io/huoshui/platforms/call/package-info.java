/// Calls by robots over Aliyun's intelligent outbound bot (OutboundBot, 2019-12-26): jobs, results,
/// recordings, and the turns of a talk, which its "third-party model" scene asks us for. What of it
/// is known from where stands in docs/calls.md.
@NullMarked
package io.huoshui.platforms.call;

import org.jspecify.annotations.NullMarked;
