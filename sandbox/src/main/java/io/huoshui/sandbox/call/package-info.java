/// Aliyun's intelligent outbound bot, played: jobs, lines, limits per callee, and simulated callees
/// who talk with whoever leads the dialogue, turn by turn over HTTP. What is called is not in the
/// journal: a sandbox that was started again has forgotten its jobs.
@NullMarked
package io.huoshui.sandbox.call;

import org.jspecify.annotations.NullMarked;
