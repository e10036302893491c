/// OneID over HTTP: evidence, joins, severed links, the score against a known truth.
@NullMarked
package io.huoshui.server.identity;

import org.jspecify.annotations.NullMarked;
