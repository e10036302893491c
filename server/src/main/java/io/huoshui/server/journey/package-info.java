/// Journeys over HTTP: published from YAML or JSON, launched on an audience.
@NullMarked
package io.huoshui.server.journey;

import org.jspecify.annotations.NullMarked;
