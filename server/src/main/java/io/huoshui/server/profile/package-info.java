/// People over HTTP: search, one person, the timeline; masked unless asked and audited.
@NullMarked
package io.huoshui.server.profile;

import org.jspecify.annotations.NullMarked;
