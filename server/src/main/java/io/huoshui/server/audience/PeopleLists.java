package io.huoshui.server.audience;

import io.huoshui.engine.Engine;
import io.huoshui.event.Identifier;
import io.huoshui.platforms.file.IdentifierFile;
import io.huoshui.platforms.file.IdentifierFile.Line;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.stereotype.Component;

/// Reads a list of identifiers and finds the customers, and says what became of every line.
@Component
public class PeopleLists {
  private static final int AT_A_TIME = 10_000;

  /// So many lines that did not lead to a customer are shown.
  private static final int MOST_SHOWN = 100;

  private final Engine engine;

  PeopleLists(Engine engine) {
    this.engine = engine;
  }

  /// A line that did not lead to a customer.
  ///
  /// @param value masked
  public record Missed(long line, String code, String column, String value, String why) {}

  /// @param lines read, the header not counted
  /// @param people different customers found
  /// @param matched lines that led to a customer
  /// @param repeated of these, lines whose customer an earlier line had led to
  /// @param unknown lines that name nobody known
  /// @param ambiguous lines whose identifiers belong to different customers; they count for none
  /// @param empty lines with nothing in the columns that are read
  /// @param bad lines that can not be read
  /// @param ignored columns that are not read
  /// @param missed the first hundred that did not lead to a customer
  /// @param sha256 of the file
  public record Report(
      String file,
      String sha256,
      long lines,
      int people,
      long matched,
      long repeated,
      long unknown,
      long ambiguous,
      long empty,
      long bad,
      List<String> ignored,
      List<Missed> missed) {
    /// For an audience's provenance.
    public String said() {
      return "list "
          + file
          + " (sha256 "
          + sha256.substring(0, 12)
          + "…): "
          + matched
          + " of "
          + lines
          + " lines, "
          + people
          + " customers";
    }
  }

  public record Matched(Report report, RoaringBitmap members) {}

  /// @param fileName as its sender calls it; tells a sheet from a text
  /// @param kind what a list without a header holds; empty when there is a header
  public Matched match(InputStream in, String fileName, String kind) throws IOException {
    Path copy = Files.createTempFile("huoshui-list", ".part");
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      try (var reading = new DigestInputStream(in, digest)) {
        Files.copy(reading, copy, StandardCopyOption.REPLACE_EXISTING);
      }
      try (IdentifierFile file = IdentifierFile.open(copy, fileName, kind)) {
        return match(file, fileName, HexFormat.of().formatHex(digest.digest()));
      }
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    } finally {
      Files.deleteIfExists(copy);
    }
  }

  private Matched match(IdentifierFile file, String name, String sha256) throws IOException {
    var tally = new Tally();
    var part = new ArrayList<Line.Named>();
    for (Line line = file.next(); line != null; line = file.next()) {
      tally.lines++;
      switch (line) {
        case Line.Empty _ -> tally.empty++;
        case Line.Bad(long at, String code, String column, String value, String why) -> {
          tally.bad++;
          tally.missed(new Missed(at, code, column, masked(value), why));
        }
        case Line.Named named -> {
          part.add(named);
          if (part.size() == AT_A_TIME) {
            find(part, tally);
            part.clear();
          }
        }
      }
    }
    find(part, tally);
    return new Matched(
        new Report(
            name,
            sha256,
            tally.lines,
            tally.members.getCardinality(),
            tally.matched,
            tally.repeated,
            tally.unknown,
            tally.ambiguous,
            tally.empty,
            tally.bad,
            file.ignored(),
            tally.missed.stream().sorted(Comparator.comparingLong(Missed::line)).toList()),
        tally.members);
  }

  private static final class Tally {
    final RoaringBitmap members = new RoaringBitmap();
    final List<Missed> missed = new ArrayList<>();
    long lines;
    long matched;
    long repeated;
    long unknown;
    long ambiguous;
    long empty;
    long bad;

    void missed(Missed one) {
      if (missed.size() < MOST_SHOWN) {
        missed.add(one);
      }
    }
  }

  private void find(List<Line.Named> lines, Tally tally) {
    List<Identifier> all = lines.stream().flatMap(line -> line.identifiers().stream()).toList();
    int[] found = engine.ask().find(all);
    int at = 0;
    for (Line.Named line : lines) {
      var profiles = new RoaringBitmap();
      if (line.profile() >= 0) {
        int profile = engine.ask().named(line.profile());
        if (profile >= 0) {
          profiles.add(profile);
        }
      }
      for (int i = 0; i < line.identifiers().size(); i++) {
        int profile = found[at++];
        if (profile >= 0) {
          profiles.add(profile);
        }
      }
      switch (profiles.getCardinality()) {
        case 0 -> {
          tally.unknown++;
          tally.missed(
              new Missed(line.line(), "unknown", column(line), value(line), "nobody known"));
        }
        case 1 -> {
          tally.matched++;
          if (!tally.members.checkedAdd(profiles.first())) {
            tally.repeated++;
          }
        }
        default -> {
          tally.ambiguous++;
          tally.missed(
              new Missed(
                  line.line(),
                  "ambiguous",
                  column(line),
                  value(line),
                  "its identifiers belong to "
                      + profiles.getCardinality()
                      + " customers: p"
                      + profiles.first()
                      + ", p"
                      + profiles.select(1)));
        }
      }
    }
  }

  private static String column(Line.Named line) {
    return line.identifiers().isEmpty() ? "customer" : line.identifiers().getFirst().kind().wire();
  }

  private static String value(Line.Named line) {
    return line.identifiers().isEmpty()
        ? "p" + line.profile()
        : line.identifiers().getFirst().masked();
  }

  /// What can not be read may be somebody's phone all the same.
  private static String masked(String value) {
    return value.length() <= 4
        ? "****"
        : value.substring(0, 2) + "****" + value.substring(value.length() - 2);
  }
}
