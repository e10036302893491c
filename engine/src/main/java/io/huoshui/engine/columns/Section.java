package io.huoshui.engine.columns;

import java.lang.foreign.MemorySegment;

/// One entry of a block's directory: where a run of bytes lies and how it is coded.
///
/// @param key the property's key; -1 where there is none
/// @param type of a [Kind#VALUES], the ordinal of its [Column.Type]
/// @param scale of decimals, how many digits of the whole number stored are after the point; -1
///   where the eight bytes of each are stored
/// @param at where the bytes begin in the image
/// @param base of packed numbers; of the heap, its length before it was packed and sealed
/// @param factor of packed numbers
/// @param count how many numbers, or rows present
/// @param link the section this one stands on, of values their presence, of a presence within its
///   parent; -1 for none, which for values means every row
/// @param palette the section with the palette, -1 for none
/// @param starts the section with where every sixteenth text starts, -1 for none
/// @param from where in the heap the column's texts begin
record Section(
    Kind kind,
    int key,
    int type,
    int scale,
    long at,
    long length,
    long base,
    long factor,
    int width,
    int count,
    int link,
    int palette,
    int starts,
    long from,
    int crc) {
  /// In bytes.
  static final int SIZE = 80;

  /// The order is the format: new kinds come last.
  enum Kind {
    /// Per local its first row, and the end.
    ROWS,
    TIMES,
    NAMES,
    SOURCES,
    /// Per row the place of its node in its profile's list.
    NODES,
    /// The lists of distinct nodes, one profile after the other.
    NODE_LISTS,
    /// Per local where its list begins, and the end.
    NODE_STARTS,
    PALETTE,
    DENSE,
    SPARSE,
    WITHIN,
    VALUES,
    STARTS,
    HEAP
  }

  void write(MemorySegment image, long to) {
    image.set(Packed.INT, to, kind.ordinal());
    image.set(Packed.INT, to + 4, key);
    image.set(Packed.INT, to + 8, type << 16 | (scale & 0xFFFF));
    image.set(Packed.INT, to + 12, width);
    image.set(Packed.LONG, to + 16, at);
    image.set(Packed.LONG, to + 24, length);
    image.set(Packed.LONG, to + 32, base);
    image.set(Packed.LONG, to + 40, factor);
    image.set(Packed.INT, to + 48, count);
    image.set(Packed.INT, to + 52, link);
    image.set(Packed.INT, to + 56, palette);
    image.set(Packed.INT, to + 60, starts);
    image.set(Packed.LONG, to + 64, from);
    image.set(Packed.INT, to + 72, crc);
    image.set(Packed.INT, to + 76, 0);
  }

  static Section read(MemorySegment image, long from) {
    int form = image.get(Packed.INT, from + 8);
    return new Section(
        Kind.values()[image.get(Packed.INT, from)],
        image.get(Packed.INT, from + 4),
        form >> 16,
        (short) form,
        image.get(Packed.LONG, from + 16),
        image.get(Packed.LONG, from + 24),
        image.get(Packed.LONG, from + 32),
        image.get(Packed.LONG, from + 40),
        image.get(Packed.INT, from + 12),
        image.get(Packed.INT, from + 48),
        image.get(Packed.INT, from + 52),
        image.get(Packed.INT, from + 56),
        image.get(Packed.INT, from + 60),
        image.get(Packed.LONG, from + 64),
        image.get(Packed.INT, from + 72));
  }

  Section placed(long here, int checksum) {
    return new Section(
        kind, key, type, scale, here, length, base, factor, width, count, link, palette, starts,
        from, checksum);
  }
}
