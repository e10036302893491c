package io.huoshui.platforms.callback;

/// How large a message may be. Platforms document none; these are this program's own, with room
/// above the largest sample seen (some 4 kB, 2026-11).
///
/// @param bytes of one HTTP body
/// @param depth elements within elements
/// @param parts elements of one message
public record Limits(int bytes, int depth, int parts) {
  public static final Limits USUAL = new Limits(1 << 20, 16, 4_096);
}
