package io.huoshui.platforms.file;

import java.nio.file.Path;
import java.util.Collections;
import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// What an import came to.
///
/// @param rows read from the files, bad ones included
/// @param exactDuplicates rows dropped because an earlier one is equal in every column
/// @param accepted events new to the server; duplicate: events it had before
/// @param resumed rows whose events an earlier, interrupted run had sent
/// @param rejected by reason
public record Summary(
    long rows,
    long exactDuplicates,
    long accepted,
    long duplicate,
    long resumed,
    Map<String, Long> rejected,
    List<Path> rejects,
    List<String> moved,
    double seconds) {
  public Summary {
    rejected = Collections.unmodifiableMap(new TreeMap<>(rejected));
    rejects = List.copyOf(rejects);
    moved = List.copyOf(moved);
  }

  public long allRejected() {
    return rejected.values().stream().mapToLong(Long::longValue).sum();
  }

  String text(boolean chinese) {
    var text = new StringBuilder();
    try (var out = new Formatter(text, Locale.ROOT)) {
      if (chinese) {
        out.format("读取 %,d 行，%.1f 秒，每秒 %,.0f 行%n", rows, seconds, rows / seconds);
        out.format("新增行为 %,d 条，重复 %,d 条，完全相同的行 %,d%n", accepted, duplicate, exactDuplicates);
        out.format("拒绝 %,d%n", allRejected());
        rejected.forEach((code, count) -> out.format("  %s %,d%n", code, count));
        if (resumed > 0) {
          out.format("接着上次中断处继续：跳过已导入的 %,d%n", resumed);
        }
        rejects.forEach(path -> out.format("被拒绝的行和原因：%s%n", path));
        if (!moved.isEmpty()) {
          out.format("（原文件夹不可写，放在数据文件夹里）%n");
        }
      } else {
        out.format("read %,d rows in %.1f s, %,.0f rows/s%n", rows, seconds, rows / seconds);
        out.format(
            "events accepted %,d, duplicates %,d; exact-duplicate rows %,d%n",
            accepted, duplicate, exactDuplicates);
        out.format("rejected %,d%n", allRejected());
        rejected.forEach((code, count) -> out.format("  %s %,d%n", code, count));
        if (resumed > 0) {
          out.format("went on where the last run stopped: %,d were already in%n", resumed);
        }
        rejects.forEach(path -> out.format("rejected rows and reasons: %s%n", path));
        if (!moved.isEmpty()) {
          out.format("(the input's folder is read-only, so they are in the data folder)%n");
        }
      }
    }
    return text.toString();
  }
}
