/// What the engine may do to storage, and nothing else of it.
///
/// [Disk] is the port, [Made] a file that has no name until it is whole. [FolderDisk] is a folder
/// of a real file system with real forces. [SimulatedDisk] is memory that forgets, tears and
/// reorders whatever was not forced, from a seed: what holds on it holds after a power cut. Refuses
/// to know what the bytes mean; that is [io.huoshui.engine.SegmentLog]'s.
@NullMarked
package io.huoshui.engine.disk;

import org.jspecify.annotations.NullMarked;
