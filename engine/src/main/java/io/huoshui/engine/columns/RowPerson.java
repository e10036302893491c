package io.huoshui.engine.columns;

import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Value;
import io.huoshui.profile.Person;
import io.huoshui.profile.Timeline;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Somebody whose events are rows of a block, as a plain rule sees one. Moved from local to local.
final class RowPerson implements Person, Timeline {
  private final Block block;
  private final Facts facts;
  private int ordinal;
  private int from;
  private int to;

  RowPerson(Block block, Facts facts) {
    this.block = block;
    this.facts = facts;
  }

  RowPerson at(int ofOrdinal, int firstRow, int endRow) {
    ordinal = ofOrdinal;
    from = firstRow;
    to = endRow;
    return this;
  }

  @Override
  public int profile() {
    return facts.profile(ordinal);
  }

  @Override
  public Timeline timeline() {
    return this;
  }

  @Override
  public boolean has(IdentifierKind kind) {
    return facts.has(ordinal, kind);
  }

  @Override
  public boolean inAudience(String audience) {
    return facts.inAudience(ordinal, audience);
  }

  @Override
  public boolean inSegment(String segment, Instant now) {
    throw new IllegalStateException("A rule over blocks has other segments' rules in it");
  }

  @Override
  public boolean onJourney(String journey, Standing standing) {
    return standing == Standing.CLICKED
        ? Person.clicked(this, journey)
        : facts.onJourney(ordinal, journey, standing);
  }

  @Override
  public List<String> traitNames() {
    var names = new TreeSet<String>();
    for (int i = 0; i < size(); i++) {
      if (name(i).equals("profile_updated")) {
        names.addAll(block.properties(from + i).keys());
      }
    }
    return List.copyOf(names);
  }

  @Override
  public int size() {
    return to - from;
  }

  @Override
  public String name(int index) {
    return block.words().nameOf(block.name(from + index));
  }

  @Override
  public long timeMs(int index) {
    return block.timeMs(from + index);
  }

  @Override
  public String source(int index) {
    return block.words().sourceOf(block.source(from + index));
  }

  @Override
  public @Nullable Value property(int index, String key) {
    int code = block.words().findKey(key);
    return code < 0 ? null : block.property(from + index, code);
  }
}
