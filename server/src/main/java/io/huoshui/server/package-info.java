/// The server: HTTP resources, SQL and wiring around the engine. Packages are named as core's
/// rooms; `access` says who may, `records` holds PostgreSQL, `flow` holds the processes that span
/// rooms. No rule lives here.
@NullMarked
package io.huoshui.server;

import org.jspecify.annotations.NullMarked;
