package io.huoshui.server.records;

import com.sun.security.auth.module.UnixSystem;
import io.huoshui.server.records.RecordsException.Kind;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/// PostgreSQL's programs, unpacked from the binaries jar into `<folder>/server-18.6.0`, where the
/// folder is the records' own, or one that several data folders share.
///
/// Whole or absent: unpacked beside, then renamed. A list of every file with its size goes with it
/// and is compared at each start, because a rename can survive a power failure that its files'
/// contents did not.
///
/// The jar holds one `.txz`. It is unpacked in Java: a small machine has `tar` but often not `xz`.
record Installation(Path home) {
  static final String VERSION = "18.6.0";
  static final int MAJOR = 18;

  private static final String CONTENTS = "contents";

  /// The programs, unpacked when they are missing or damaged. Only the holder of the folder's lock
  /// may call it.
  static Installation in(Path folder) throws IOException {
    Path home = folder.resolve("server-" + VERSION);
    if (!whole(home)) {
      try (var leftovers = Files.newDirectoryStream(folder, "server-*.part")) {
        for (Path leftover : leftovers) {
          deleteTree(leftover);
        }
      }
      deleteTree(home);
      Path part = folder.resolve("server-" + VERSION + ".part");
      unpack(part);
      Files.move(part, home, StandardCopyOption.ATOMIC_MOVE);
    }
    return new Installation(home);
  }

  /// Of a folder that several data folders use: whoever comes first unpacks, the others wait.
  ///
  /// @throws RecordsException `records.foreign_programs` when others may write there: what lies in
  ///   it is run
  static Installation shared(Path folder) throws IOException {
    createFolder(folder.toAbsolutePath());
    Path home = folder.toRealPath();
    int owner = Account.uidOf(home);
    String may = PosixFilePermissions.toString(Files.getPosixFilePermissions(home));
    if ((owner != 0 && owner != new UnixSystem().getUid())
        || may.charAt(4) == 'w'
        || may.charAt(7) == 'w') {
      throw new RecordsException(
          "records.foreign_programs",
          Kind.USER,
          "PostgreSQL's programs are to be in "
              + home
              + " (HUOSHUI_PG_PROGRAMS), which belongs to user number "
              + owner
              + " with "
              + may
              + ": others could put their own programs there. Name a folder of your own that"
              + " nobody else may write, or unset it.");
    }
    // A file's lock is the whole process's; within it, one after another.
    synchronized (Installation.class) {
      try (var file =
              FileChannel.open(
                  home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          var _ = file.lock()) {
        return in(home);
      }
    }
  }

  Path program(String name) {
    return home.resolve("bin").resolve(name);
  }

  private static void unpack(Path part) throws IOException {
    String archive = archive(System.getProperty("os.name"), System.getProperty("os.arch"));
    var files = new ArrayList<Path>();
    createFolder(part);
    try (InputStream packed = open(archive);
        var tar = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(packed)))) {
      for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
        Path target = part.resolve(entry.getName()).normalize();
        if (!target.startsWith(part)) {
          throw new RecordsException(
              "records.bad_archive",
              Kind.INTERNAL,
              archive + " wants to write outside its folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
          createFolder(target);
        } else {
          createFolder(parent(target));
          if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
          } else {
            Files.copy(tar, target);
            boolean runs = (entry.getMode() & 0100) != 0;
            Files.setPosixFilePermissions(
                target, PosixFilePermissions.fromString(runs ? "rwxr-xr-x" : "rw-r--r--"));
          }
          files.add(target);
        }
      }
    }
    // Sizes only now: a link may come before what it points to.
    var contents = new StringBuilder();
    for (Path file : files) {
      contents.append(Files.size(file)).append(' ').append(part.relativize(file)).append('\n');
    }
    Files.writeString(part.resolve(CONTENTS), contents);
  }

  private static boolean whole(Path home) throws IOException {
    Path contents = home.resolve(CONTENTS);
    if (!Files.isRegularFile(contents)) {
      return false;
    }
    int files = 0;
    for (String line : Files.readAllLines(contents)) {
      int blank = line.indexOf(' ');
      Path file = home.resolve(line.substring(blank + 1));
      if (blank < 0
          || !Files.exists(file)
          || Files.size(file) != Long.parseLong(line, 0, blank, 10)) {
        return false;
      }
      files++;
    }
    return files > 0;
  }

  /// The archive's name inside the binaries jar of one system.
  ///
  /// @throws RecordsException when there is no PostgreSQL for such a system
  static String archive(String osName, String osArch) {
    String os = osName.toLowerCase(Locale.ROOT);
    String system = os.startsWith("linux") ? "linux" : os.startsWith("mac") ? "darwin" : "";
    String machine =
        switch (osArch.toLowerCase(Locale.ROOT)) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "arm_64";
          default -> "";
        };
    if (system.isEmpty() || machine.isEmpty()) {
      throw unsupported(osName, osArch, null);
    }
    return "postgres-" + system + "-" + machine + ".txz";
  }

  private static InputStream open(String archive) {
    InputStream packed = Installation.class.getClassLoader().getResourceAsStream(archive);
    if (packed == null) {
      throw unsupported(System.getProperty("os.name"), System.getProperty("os.arch"), archive);
    }
    return packed;
  }

  private static RecordsException unsupported(
      String osName, String osArch, @Nullable String missing) {
    return new RecordsException(
        "records.no_binaries",
        Kind.USER,
        "No PostgreSQL is built in for "
            + osName
            + " on "
            + osArch
            + (missing == null ? "" : " (" + missing + " is not on the classpath)")
            + ". Built in are Linux and macOS on x86_64 and arm64. Run a PostgreSQL of your own and"
            + " set HUOSHUI_DB_URL=jdbc:postgresql://host:5432/database, HUOSHUI_DB_USER and"
            + " HUOSHUI_DB_PASSWORD.");
  }

  /// Readable by the account PostgreSQL runs under, whatever the umask.
  private static void createFolder(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      createFolder(parent(folder));
      Files.createDirectory(folder);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    if (parent == null) {
      throw new IllegalArgumentException(path + " has no parent folder");
    }
    return parent;
  }

  static void deleteTree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException broken)
              throws IOException {
            if (broken != null) {
              throw broken;
            }
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
