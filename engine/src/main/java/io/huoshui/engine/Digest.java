package io.huoshui.engine;

import io.huoshui.event.Identifier;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.identity.Link;
import io.huoshui.reach.Touchpoint;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/// Everything a state knows, as lines, hashed a few thousand at a time: two states that are the
/// same have the same hashes, and where they are not, the lines of the first hash that differs say
/// in what. Lines hide personal data; the hashes do not leave it out.
final class Digest {
  private static final int LINES = 4_096;

  /// @param what the kind of lines in it
  /// @param hash SHA-256 of them, in hex
  record Chunk(String what, String hash) {}

  private final int wanted;
  private final MessageDigest hash = sha256();
  private final List<Chunk> chunks = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private final StringBuilder whole = new StringBuilder();
  private final StringBuilder shown = new StringBuilder();
  private String section = "";
  private int count;

  private Digest(int wanted) {
    this.wanted = wanted;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JDK", e);
    }
  }

  static List<Chunk> of(State state) {
    var digest = new Digest(-1);
    digest.read(state);
    return digest.chunks;
  }

  /// The lines of one chunk.
  static List<String> lines(State state, int chunk) {
    var digest = new Digest(chunk);
    digest.read(state);
    return digest.lines;
  }

  /// The number of the first chunk in which two digests differ, or -1.
  static int difference(List<Chunk> one, List<Chunk> other) {
    for (int i = 0; i < Math.max(one.size(), other.size()); i++) {
      if (i >= one.size() || i >= other.size() || !one.get(i).equals(other.get(i))) {
        return i;
      }
    }
    return -1;
  }

  private void section(String name) {
    flush();
    section = name;
  }

  private void flush() {
    if (count > 0) {
      chunks.add(new Chunk(section, HexFormat.of().formatHex(hash.digest())));
      count = 0;
    }
  }

  private boolean wanted() {
    return chunks.size() == wanted;
  }

  private Digest put(@Nullable Object plain) {
    whole.append(plain).append(' ');
    if (wanted()) {
      shown.append(plain).append(' ');
    }
    return this;
  }

  private Digest personal(String text) {
    // Its length keeps two texts next to each other apart.
    whole.append(text.length()).append(':').append(text).append(' ');
    if (wanted()) {
      shown
          .append(text.isEmpty() ? "''" : text.substring(0, text.offsetByCodePoints(0, 1)) + "**")
          .append(' ');
    }
    return this;
  }

  private void end() {
    hash.update(whole.append('\n').toString().getBytes(StandardCharsets.UTF_8));
    if (wanted()) {
      lines.add(section + ": " + shown.toString().strip());
    }
    whole.setLength(0);
    shown.setLength(0);
    if (++count == LINES) {
      flush();
    }
  }

  private void read(State state) {
    section("brand");
    put(state.now()).put(state.zone()).put(state.linkBase()).put(state.nextBatch()).end();
    put(state.gatePolicy()).end();
    section("definition");
    state.definitions.forEach(
        each -> put(each.kind()).put(each.name()).put(each.version()).put(each.json()).end());
    people(state);
    timelines(state);
    memberships(state);
    section("position");
    state.positions().forEach(position -> put(position).end());
    section("message");
    state.touchpoints().forEach(this::message);
    section("waiting to leave");
    put(state.outbox)
        .put(state.departure)
        .put(state.guides())
        .put(state.handovers)
        .put(state.held())
        .put(state.activePositions())
        .end();
    section("occurrence");
    for (Occurrences.Occurrence each : state.occurrences.copy()) {
      put(each.name()).put(each.node()).put(each.time());
      properties(each.properties());
      end();
    }
    section("membership change");
    put(state.changes.first()).end();
    state.changes.copy().forEach(change -> put(change).end());
    section("erasure");
    put(state.erasures.size()).end();
    state.erasures.forEach(erasure -> put(erasure.atMs()).end());
    section("ids");
    put(state.ids.size()).put(sum(state.ids::each)).put(sum(state::eachCaused)).end();
    flush();
  }

  private void people(State state) {
    section("identifier");
    for (int node = 0; node < state.graph.nodes(); node++) {
      Identifier identifier = state.graph.identifier(node);
      put(node)
          .put(identifier.kind())
          .put(identifier.scope())
          .personal(identifier.value())
          .put("of p" + state.graph.profileOf(node))
          .end();
    }
    section("link");
    for (int link = 0; link < state.graph.links(); link++) {
      Link each = state.graph.linkAt(link);
      put(each).end();
    }
    section("people");
    put(state.graph.profiles()).put(state.graph.merges()).put(state.events()).end();
  }

  private void timelines(State state) {
    section("timeline");
    View view = state.view();
    for (int profile = 0; profile < state.graph.nodes(); profile++) {
      if (state.graph.profileOf(profile) != profile) {
        continue;
      }
      view.of(profile);
      put("p" + profile).put("ordinal").put(state.ordinals.of(profile)).put(view.size()).end();
      for (int i = 0; i < view.size(); i++) {
        put("p" + profile)
            .put(view.name(i))
            .put(view.timeMs(i))
            .put(view.source(i))
            .put("node")
            .put(view.node(i));
        properties(view.properties(i));
        end();
      }
    }
  }

  private void properties(Properties properties) {
    for (int i = 0; i < properties.size(); i++) {
      put(properties.key(i));
      if (properties.value(i) instanceof Value.Text(String text)) {
        personal(text);
      } else {
        put(properties.value(i));
      }
    }
  }

  private void memberships(State state) {
    section("segment");
    for (LiveSegment live : state.segments.values()) {
      put(live.segment.name()).put(live.entered()).put(live.left());
      members(state.members(live));
    }
    section("audience");
    state
        .audiences
        .values()
        .forEach(
            audience -> {
              put(audience.name()).put(audience.segment()).put(audience.frozenAt());
              members(audience.members());
            });
    section("journey");
    put(new TreeMap<>(state.journeys).keySet()).put(new TreeMap<>(state.launchedAt)).end();
    put(new TreeMap<>(state.steered)).put(state.arms).end();
  }

  private void members(RoaringBitmap members) {
    put(members.getCardinality()).put(Arrays.hashCode(members.toArray())).end();
  }

  private void message(Touchpoint touchpoint) {
    put(touchpoint.key())
        .put(touchpoint.journey())
        .put("p" + touchpoint.profile())
        .put(touchpoint.template())
        .put(touchpoint.channel())
        .put(touchpoint.reason())
        .put(touchpoint.due())
        .personal(touchpoint.address())
        .personal(touchpoint.text())
        .put(touchpoint.sender())
        .put(touchpoint.costFen())
        .put(touchpoint.code())
        .put(touchpoint.delivery())
        .put(touchpoint.attachments())
        .end();
  }

  /// The same for the same prints in any order. The same in whatever order they come.
  private static String sum(Consumer<Print.Reader> prints) {
    long[] sums = new long[2];
    prints.accept(
        (one, two) -> {
          sums[0] += one;
          sums[1] += one * 31 ^ two;
        });
    return Long.toHexString(sums[0]) + Long.toHexString(sums[1]);
  }
}
