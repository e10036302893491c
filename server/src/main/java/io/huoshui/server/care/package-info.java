/// The care of a data folder: backups, restoring them, and whether everything in it agrees.
///
/// Owns the form of a backup ([Manifest]); refuses to overwrite anything. A backup is made by the
/// process that has the folder ([BackupResource] in a server, [BackupCommand] without one), is
/// brought back by [RestoreCommand], and what came back is looked through as [Doctor] does it.
@NullMarked
package io.huoshui.server.care;

import org.jspecify.annotations.NullMarked;
