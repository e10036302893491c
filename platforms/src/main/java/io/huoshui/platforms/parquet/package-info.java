/// 开放数据: timelines and reports as Parquet files that any tool reads, and SQL over them.
///
/// Owns the layout ([Layout]: tables, columns, what each means), the writing ([ParquetExport]) and
/// the manifest beside the files, and the SQL workbench ([SqlWorkbench]), which runs each statement
/// in a process of its own. Refuses to decide what is exported and to whom: that is the server's.
///
/// ```
/// e7/manifest.json                         written last: without it there is no export
/// e7/open.sql                              the same tables as views, for DuckDB
/// e7/events/month=2026-06/part-0.parquet   one file per brand-local month
/// e7/profiles/part-0.parquet               one file for each other table
/// ```
@NullMarked
package io.huoshui.platforms.parquet;

import org.jspecify.annotations.NullMarked;
