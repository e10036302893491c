/// 标签 over HTTP: groups as they are published, who carries what since when and by whom, tagging by
/// hand, and tagging of millions as a job ([TagBatch]).
@NullMarked
package io.huoshui.server.tag;

import org.jspecify.annotations.NullMarked;
