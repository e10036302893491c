package io.huoshui.server.access;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;

/// Where the key of the personal data comes from: `HUOSHUI_ENGINE_KEY` (64 hex digits), or a file
/// only its owner reads.
public final class KeyFile {
  private KeyFile() {}

  /// Reads the key, making it on the first start.
  public static byte[] read(Path file) {
    String given = System.getenv().getOrDefault("HUOSHUI_ENGINE_KEY", "");
    try {
      if (!given.isBlank()) {
        return hex(given.strip(), "HUOSHUI_ENGINE_KEY");
      }
      if (!Files.exists(file)) {
        Files.createDirectories(file.getParent());
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        writePrivately(file, HexFormat.of().formatHex(key));
      }
      return hex(Files.readString(file).strip(), file.toString());
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "The key file " + file + " can not be read or made: " + e.getMessage(), e);
    }
  }

  private static byte[] hex(String text, String where) {
    try {
      byte[] key = HexFormat.of().parseHex(text);
      if (key.length == 32) {
        return key;
      }
    } catch (IllegalArgumentException e) {
      // Said below, without showing the key.
    }
    throw new IllegalArgumentException(where + " is not a key: it has to be 64 hex digits.");
  }

  /// Writes a file that only its owner can read, whole or not at all.
  public static void writePrivately(Path file, String text) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    try {
      Files.createFile(
          fresh,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException | UnsupportedOperationException e) {
      Files.createFile(fresh);
    }
    Files.writeString(fresh, text);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
