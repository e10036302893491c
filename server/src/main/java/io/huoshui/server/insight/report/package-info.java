/// Reports as files: HTML, PDF and XLSX of one model of core ([Downloads]).
@NullMarked
package io.huoshui.server.insight.report;

import org.jspecify.annotations.NullMarked;
