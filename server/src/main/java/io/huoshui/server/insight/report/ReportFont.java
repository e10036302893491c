package io.huoshui.server.insight.report;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A font file that has Chinese letters: PDF carries its letters with it, so one has to be there.
///
/// @param inCollection which font of a collection (`.ttc`); 0 where the file is one font
public record ReportFont(Path file, int inCollection) {
  static final String LOOKED_FOR =
      "Looked for Noto Sans CJK, Source Han Sans, WenQuanYi, Droid Sans Fallback, PingFang,"
          + " STHeiti, Microsoft YaHei and SimHei where systems keep fonts.";

  /// In the order in which they are wanted; of a collection the font of simplified Chinese.
  private static final List<Map.Entry<String, Integer>> WANTED =
      List.of(
          Map.entry("NotoSansCJK-Regular.ttc", 2),
          Map.entry("NotoSansCJKsc-Regular.otf", 0),
          Map.entry("NotoSansSC-Regular.otf", 0),
          Map.entry("NotoSansSC-Regular.ttf", 0),
          Map.entry("SourceHanSansSC-Regular.otf", 0),
          Map.entry("wqy-zenhei.ttc", 0),
          Map.entry("wqy-microhei.ttc", 0),
          Map.entry("DroidSansFallbackFull.ttf", 0),
          Map.entry("PingFang.ttc", 0),
          Map.entry("STHeiti Light.ttc", 0),
          Map.entry("msyh.ttc", 0),
          Map.entry("simhei.ttf", 0));

  private static final List<String> FOLDERS =
      List.of(
          "/usr/share/fonts",
          "/usr/local/share/fonts",
          System.getProperty("user.home", "") + "/.fonts",
          System.getProperty("user.home", "") + "/.local/share/fonts",
          "/System/Library/Fonts",
          "/Library/Fonts",
          "C:/Windows/Fonts");

  /// `HUOSHUI_REPORT_FONT` first; a collection's font is named as in `font.ttc,2`.
  public static Optional<ReportFont> find() {
    String named = System.getenv("HUOSHUI_REPORT_FONT");
    if (named != null && !named.isBlank()) {
      int comma = named.lastIndexOf(',');
      boolean numbered = comma > 0 && named.substring(comma + 1).matches("\\d{1,2}");
      Path file = Path.of(numbered ? named.substring(0, comma) : named);
      return Files.isReadable(file)
          ? Optional.of(
              new ReportFont(file, numbered ? Integer.parseInt(named.substring(comma + 1)) : 0))
          : Optional.empty();
    }
    return find(FOLDERS.stream().map(Path::of).toList());
  }

  public static Optional<ReportFont> find(List<Path> folders) {
    var there = new TreeMap<String, Path>();
    for (Path folder : folders) {
      if (Files.isDirectory(folder)) {
        try (Stream<Path> files = Files.walk(folder, 6)) {
          files.forEach(file -> there.putIfAbsent(String.valueOf(file.getFileName()), file));
        } catch (IOException e) {
          throw new UncheckedIOException("The fonts in " + folder + " can not be listed", e);
        }
      }
    }
    for (Map.Entry<String, Integer> wanted : WANTED) {
      Path file = there.get(wanted.getKey());
      if (file != null) {
        return Optional.of(new ReportFont(file, wanted.getValue()));
      }
    }
    return Optional.empty();
  }

  /// As the PDF library names it.
  String name() {
    return file.toString().endsWith(".ttc") ? file + "," + inCollection : file.toString();
  }
}
