package io.huoshui.survey;

/// The same in Chinese and in English.
public record Words(String zh, String en) {
  public static final Words NONE = new Words("", "");

  /// In one language; in the other where there is nothing in it.
  public String in(boolean chinese) {
    return chinese ? (zh.isEmpty() ? en : zh) : (en.isEmpty() ? zh : en);
  }

  public boolean blank() {
    return zh.isBlank() && en.isBlank();
  }
}
