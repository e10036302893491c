package io.huoshui.server.records;

import com.sun.security.auth.module.UnixSystem;
import io.huoshui.server.records.RecordsException.Kind;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Under whom PostgreSQL runs: it refuses root.
///
/// Not root: as ourselves. Root: as another account (`setpriv`), preferably the one that owns the
/// data folder, else `postgres`, else `nobody`. Where that account can not reach the folder (a
/// clone under `/root`) or may not be taken on (a container without that right): in a user
/// namespace (`unshare`), where our own number is shown as `nobody` and holds no privilege, but
/// still owns its files. Each way is tried by running the unpacked program, so what was tried is
/// what will be done.
///
/// @param prefix the words in front of every PostgreSQL program
/// @param uid who owns the files it writes, as this process sees it
record Account(List<String> prefix, int uid, int gid) {
  private static final int NOBODY = 65534;
  private static final Duration PROBE = Duration.ofSeconds(20);

  Account {
    prefix = List.copyOf(prefix);
  }

  /// One line of `/etc/passwd`.
  private record Login(String name, int uid, int gid) {}

  /// @param folder the records' folder; everything above it must be passable for the account
  static Account choose(Path folder, Installation installation) throws IOException {
    var self = new UnixSystem();
    int uid = Math.toIntExact(self.getUid());
    int gid = Math.toIntExact(self.getGid());
    var own = new Account(List.of(), uid, gid);
    if (uid != 0) {
      Command.Outcome probe = own.probe(folder, installation);
      if (!probe.ok()) {
        throw new RecordsException(
            "records.binaries_do_not_run",
            Kind.USER,
            installation.program("postgres")
                + " does not run on this machine, it said: "
                + probe.said()
                + ". Is the folder mounted noexec? Choose another --data-dir, or set HUOSHUI_DB_URL"
                + " to a PostgreSQL of your own.");
      }
      return own;
    }
    var tried = new ArrayList<String>();
    Login login = login(folder);
    var other =
        new Account(
            List.of(
                "setpriv",
                "--reuid=" + login.uid,
                "--regid=" + login.gid,
                "--clear-groups",
                "--inh-caps=-all"),
            login.uid,
            login.gid);
    var namespaced =
        new Account(
            List.of("unshare", "--user", "--map-user=" + NOBODY, "--map-group=" + NOBODY),
            uid,
            gid);
    for (Account candidate : List.of(other, namespaced)) {
      Command.Outcome probe = candidate.probe(folder, installation);
      if (probe.ok()) {
        return candidate;
      }
      tried.add(candidate.prefix.getFirst() + " said: " + probe.said());
    }
    Path closed = closedParent(folder);
    throw new RecordsException(
        closed == null ? "records.no_account" : "records.folder_closed",
        Kind.USER,
        "PostgreSQL refuses to run as root, and no other way worked for "
            + folder
            + (closed == null ? "" : "; the folder " + closed + " lets nobody but its owner pass")
            + ". Tried: "
            + String.join("; ", tried)
            + ". Do one of: run as an ordinary user; "
            + (closed == null ? "" : "chmod o+x " + closed + "; ")
            + "start with --data-dir /var/lib/huoshui; set HUOSHUI_DB_URL to a PostgreSQL of your"
            + " own.");
  }

  /// Whether it can go into the records' folder and run the programs, which may be elsewhere. A
  /// shell goes in: `setpriv` itself still may what root may.
  private Command.Outcome probe(Path folder, Installation installation) {
    try {
      return Command.of(
              prefix,
              "sh",
              "-c",
              "cd \"$1\" && exec \"$2\" --version",
              "sh",
              folder,
              installation.program("postgres"))
          .run(PROBE);
    } catch (IOException e) {
      return new Command.Outcome(-1, String.valueOf(e.getMessage()));
    }
  }

  /// Gives `root` and all in it to this account, when it is not so already.
  void own(Path root) throws IOException {
    if (uidOf(root) == uid) {
      return;
    }
    if (new UnixSystem().getUid() != 0) {
      throw new RecordsException(
          "records.foreign_folder",
          Kind.USER,
          "The folder "
              + root
              + " belongs to user number "
              + uidOf(root)
              + ", this process is "
              + uid
              + ". Run as the user that made it, or give it over: chown -R "
              + uid
              + " "
              + root
              + ".");
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            give(file);
            return FileVisitResult.CONTINUE;
          }

          // The folder itself last: an interrupted walk is then walked again.
          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException broken)
              throws IOException {
            give(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private void give(Path path) throws IOException {
    Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
  }

  static int uidOf(Path path) throws IOException {
    return (Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
  }

  /// initdb wants an account that has a name.
  private static Login login(Path folder) throws IOException {
    Path passwd = Path.of("/etc/passwd");
    var logins = new ArrayList<Login>();
    if (Files.isReadable(passwd)) {
      for (String line : Files.readAllLines(passwd)) {
        String[] fields = line.split(":", -1);
        if (fields.length >= 4 && fields[2].matches("\\d{1,9}") && fields[3].matches("\\d{1,9}")) {
          logins.add(
              new Login(fields[0], Integer.parseInt(fields[2]), Integer.parseInt(fields[3])));
        }
      }
    }
    Path data = folder.getParent() == null ? folder : folder.getParent();
    int owner = uidOf(data);
    Optional<Login> ownerLogin =
        logins.stream().filter(each -> each.uid == owner && each.uid != 0).findFirst();
    return ownerLogin
        .or(() -> logins.stream().filter(each -> each.name.equals("postgres")).findFirst())
        .orElse(new Login("nobody", NOBODY, NOBODY));
  }

  /// The first folder on the way that others may not pass.
  private static @Nullable Path closedParent(Path folder) throws IOException {
    Path way = folder.getRoot();
    if (way == null) {
      return null;
    }
    for (Path step : folder) {
      way = way.resolve(step);
      if (!Files.getPosixFilePermissions(way).contains(PosixFilePermission.OTHERS_EXECUTE)) {
        return way;
      }
    }
    return null;
  }
}
