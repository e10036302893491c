package io.huoshui.insight.sheet;

import io.huoshui.profile.Timeline;

/// Who is in one cell: asks the question of one person after the other. For one thread.
public final class Finder implements Cells {
  private final Question question;
  private final FirstLook first;
  private final Scene scene;
  private final String row;
  private final String column;
  private boolean found;

  public Finder(Question question, FirstLook first, Scene scene, String row, String column) {
    this.question = question;
    this.first = first;
    this.scene = scene;
    this.row = row;
    this.column = column;
  }

  public boolean has(Timeline timeline) {
    found = false;
    question.see(timeline, scene, first, this);
    return found;
  }

  @Override
  public void add(String ofRow, String ofColumn, long value) {
    found = found || (ofRow.equals(row) && ofColumn.equals(column));
  }
}
