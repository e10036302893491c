/// 文件: raw exports become events.
///
/// Owns the map (which file, which columns, which event), the reading of CSV, JSON, NDJSON, Parquet
/// and XLSX, the refusal of bad rows without harm to their neighbours, and the sending, which can
/// be interrupted and goes on where it stopped. Refuses to decide what an event means or whose it
/// is: that is the server's.
///
/// ```
/// ./huoshui import exports/ --map examples/online-retail/map.yaml
/// ```
///
/// The way of a row: a reader ([CsvRows], [JsonRows], [XlsxRows]) → a DuckDB file on disk
/// ([Staging]: types, exact duplicates, checks, joins) → one sorted cursor per kind of event,
/// merged by time ([EventStream]) → batches of JSON lines → the server ([Sender]), acknowledged in
/// the [Journal]. Ids come from content, so sending twice adds nothing.
///
/// A table of purchases needs no map either: [PurchaseDays] says who bought on which day.
///
/// A list of people needs no map: [IdentifierFile] knows its columns by their names.
@NullMarked
package io.huoshui.platforms.file;

import org.jspecify.annotations.NullMarked;
