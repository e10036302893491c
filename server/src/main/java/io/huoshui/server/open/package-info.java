/// 开放数据: the brand's timelines and reports as Parquet files, and SQL over them.
///
/// Owns what is exported and to whom: masked unless revealed, written as a job ([ExportJob]) of one
/// instant, listed, handed out and deleted ([Exports], [ExportResource]), and the SQL workbench
/// ([SqlResource]). The layout and the processes are those of `platforms.parquet`.
@NullMarked
package io.huoshui.server.open;

import org.jspecify.annotations.NullMarked;
