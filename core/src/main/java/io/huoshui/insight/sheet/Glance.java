package io.huoshui.insight.sheet;

import io.huoshui.profile.Timeline;
import io.huoshui.profile.Total;

/// The first look at people for a question. One per thread; they add up.
public final class Glance implements Total<Glance> {
  private static final String GROUP = "\0group\0";

  private final Question question;
  private final By by;
  private final Scene scene;
  private final FirstLook look = new FirstLook();
  private final FirstLook groups = new FirstLook();
  private long people;

  /// @param scene of one thread
  public Glance(Question question, By by, Scene scene) {
    this.question = question;
    this.by = by;
    this.scene = scene;
  }

  @Override
  public void add(Timeline timeline) {
    people++;
    groups.count(GROUP + by.of(timeline));
    question.look(timeline, scene, look);
  }

  /// Where a host puts what it found of many people by itself.
  public FirstLook look() {
    return look;
  }

  /// Counts people whom a host looked at by itself.
  public void counted(long more) {
    people += more;
  }

  @Override
  public void addWithoutEvents(long more) {
    people += more;
  }

  @Override
  public void add(Glance other) {
    people += other.people;
    look.add(other.look);
    groups.add(other.groups);
  }

  @Override
  public long people() {
    return people;
  }

  /// The commonest groups.
  public java.util.List<String> groups(int most) {
    return groups.commonest(most).stream().map(key -> key.substring(GROUP.length())).toList();
  }
}
