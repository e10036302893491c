package io.huoshui.engine;

import io.huoshui.engine.columns.Block;
import io.huoshui.engine.columns.Words;
import io.huoshui.engine.disk.Disk;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Everything in a data folder that whoever has the key can read: every file as it is, and all that
/// is sealed in it opened, whether anything still refers to it or not.
final class Unsealed {
  private static final List<String> FOLDERS = List.of("", "log", "state", "ids", "columns", "base");

  private final byte[] all;

  private Unsealed(byte[] all) {
    this.all = all;
  }

  static Unsealed of(Disk disk, Seal seal) {
    var all = new ByteArrayOutputStream();
    for (String folder : FOLDERS) {
      for (String name : disk.list(folder)) {
        String path = folder.isEmpty() ? name : folder + "/" + name;
        try (Arena arena = Arena.ofShared()) {
          ByteBuffer bytes = disk.map(path, arena).asByteBuffer();
          byte[] raw = new byte[bytes.remaining()];
          bytes.get(0, raw);
          all.writeBytes(raw);
          if (name.endsWith(".seg")) {
            segment(ByteBuffer.wrap(raw).order(ByteOrder.LITTLE_ENDIAN), seal, all);
          } else if (name.endsWith(".ckp")) {
            chunks(bytes, Long.parseLong(name.replace(".ckp", "")), seal, all);
          } else if (name.endsWith(".blk")) {
            rows(Block.read(disk.map(path, arena), anyWords(), seal), all);
          }
        }
      }
    }
    return new Unsealed(all.toByteArray());
  }

  private static void segment(ByteBuffer bytes, Seal seal, ByteArrayOutputStream all) {
    int at = 64;
    while (Frame.read(bytes, at) instanceof Frame.Found.Group group) {
      if (group.count() > 0) {
        byte[] closed = new byte[group.length()];
        bytes.get(at + Frame.HEADER, closed);
        byte[] open = new byte[group.length() - Seal.OVERHEAD];
        seal.open(group.first(), group.count(), closed, closed.length, open);
        all.writeBytes(open);
      }
      at = (int) Math.min(bytes.limit(), at + Frame.span(group.length()));
    }
  }

  private static void chunks(ByteBuffer bytes, long record, Seal seal, ByteArrayOutputStream all) {
    int chunk = 0;
    for (int length = bytes.getInt(); length > 0; length = bytes.getInt()) {
      byte[] sealed = new byte[length];
      bytes.get(sealed);
      all.writeBytes(seal.open(record << KeptFile.CHUNK_BITS | chunk++, sealed));
    }
  }

  /// A text that a block has itself is read as it is; one that is a code is in a checkpoint's
  /// words.
  private static Words anyWords() {
    var words = new Words();
    for (int i = 0; i < 3_000; i++) {
      words.name("name" + i);
      words.source("source" + i);
      words.text(words.key("key" + i), "text" + i);
    }
    return words;
  }

  private static void rows(Block block, ByteArrayOutputStream all) {
    for (int row = 0; row < block.rows(); row++) {
      all.writeBytes(block.properties(row).toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  /// Whether a text is anywhere.
  boolean has(String text) {
    return has(text.getBytes(StandardCharsets.UTF_8));
  }

  /// Whether a number is anywhere, in any of the forms in which numbers are written.
  boolean has(long number) {
    var varint = new Bytes();
    varint.putSigned(number);
    var plain = new Bytes();
    plain.putLong(number);
    return has(String.valueOf(number))
        || has(varint.copy())
        || has(plain.copy())
        || has(ByteBuffer.allocate(8).putLong(number).array());
  }

  private boolean has(byte[] wanted) {
    for (int at = 0; at + wanted.length <= all.length; at++) {
      int same = 0;
      while (same < wanted.length && all[at + same] == wanted[same]) {
        same++;
      }
      if (same == wanted.length) {
        return true;
      }
    }
    return false;
  }
}
