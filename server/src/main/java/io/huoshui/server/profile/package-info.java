/// People over HTTP: search, one person, the timeline; masked unless asked and audited. Erasing
/// them ([ProfileResource]), and cleaning them out of the files ([ErasureResource]).
@NullMarked
package io.huoshui.server.profile;

import org.jspecify.annotations.NullMarked;
