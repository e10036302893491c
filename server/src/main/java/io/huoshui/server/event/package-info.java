/// Intake over HTTP: bytes to events, write keys per source.
@NullMarked
package io.huoshui.server.event;

import org.jspecify.annotations.NullMarked;
