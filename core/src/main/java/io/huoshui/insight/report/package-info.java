/// 报告: what is written about numbers, once, in Chinese and English, for whatever shows it.
///
/// Owns [Report]: headings, sentences, tables with typed cells, bars and days; its JSON form
/// ([ReportJson]), which keeps a report as it was; and its page ([ReportHtml]). Refuses to compute:
/// whoever writes a report has the numbers. PDF and XLSX are written of the same model by the
/// server.
@NullMarked
package io.huoshui.insight.report;

import org.jspecify.annotations.NullMarked;
