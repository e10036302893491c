package io.huoshui.sandbox.call;

import io.huoshui.sandbox.draw.Dice;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// One person whose phone rings, drawn from the sandbox's seed, the phone and how often it has
/// rung: the same run rings the same people up.
///
/// Whether somebody answers is S12 (women's wear: connect 55 %; another brand 62 %); who agrees is
/// the practice of the same row (buy 32 %); the rest is assumed, 2026-11. `POST
/// /sandbox/call/habits` replaces any of them.
final class Callee {
  static final Map<String, Double> HABITS =
      Map.ofEntries(
          Map.entry("answers", 0.55),
          // Of those who do not.
          Map.entry("busy", 0.22),
          Map.entry("rejects", 0.18),
          Map.entry("off", 0.10),
          Map.entry("empty", 0.04),
          Map.entry("machine", 0.08),
          // Of those who do.
          Map.entry("hangsUpAtOnce", 0.25),
          Map.entry("hangsUpLater", 0.12),
          Map.entry("agrees", 0.32),
          Map.entry("asksFirst", 0.35),
          Map.entry("interrupts", 0.20),
          Map.entry("silent", 0.05),
          Map.entry("busyNow", 0.12),
          Map.entry("complains", 0.02),
          Map.entry("wantsHuman", 0.04));

  /// None of these is an example of the flow that comes along: it has to understand people, not
  /// itself.
  private static final Map<String, List<String>> SENTENCES =
      Map.of(
          "agrees", List.of("行吧,可以的", "嗯,好的呀", "可以,你发过来吧", "好啊没问题", "那行,给我吧"),
          "asks", List.of("你们是哪个公司啊", "这个要多少钱啊", "什么活动,你说说看", "你是机器人吗", "没听清,再说一遍"),
          "refuses", List.of("我不需要", "没兴趣谢谢", "不用了不用了", "我不想要,算了"),
          "busyNow", List.of("我现在在开会", "在开车呢,回头再说", "我在忙,晚点再打吧"),
          "complains", List.of("你们怎么又打来了,别再打了", "我要投诉你们", "把我的号码删了,不要再打了"),
          "human", List.of("帮我转人工", "我想找你们人工客服说"),
          "number", List.of("三个人", "我们家四口人", "就两个", "五个"),
          "date", List.of("周末吧", "后天有空", "星期六", "明天下午可以"));

  enum Ring {
    ANSWERED,
    MACHINE,
    BUSY,
    REJECTED,
    OFF,
    NO_ANSWER
  }

  private final Dice dice;
  private final Map<String, Double> habits;
  private int turns;

  private Callee(Dice dice, Map<String, Double> habits) {
    this.dice = dice;
    this.habits = habits;
  }

  static Callee of(long seed, String phone, int rings, Map<String, Double> replaced) {
    var habits = new TreeMap<>(HABITS);
    habits.putAll(replaced);
    return new Callee(Dice.of(Dice.hash(seed, "call " + phone), Integer.toString(rings)), habits);
  }

  private boolean does(String habit) {
    return dice.chance(habits.getOrDefault(habit, 0.0));
  }

  /// A number nobody has stays one, however often it rings.
  static boolean empty(long seed, String phone, Map<String, Double> replaced) {
    double share = replaced.getOrDefault("empty", HABITS.getOrDefault("empty", 0.0));
    return Dice.of(Dice.hash(seed, "empty " + phone)).chance(share);
  }

  Ring ring() {
    if (does("answers")) {
      return does("machine") ? Ring.MACHINE : Ring.ANSWERED;
    }
    if (does("busy")) {
      return Ring.BUSY;
    }
    if (does("rejects")) {
      return Ring.REJECTED;
    }
    return does("off") ? Ring.OFF : Ring.NO_ANSWER;
  }

  /// What somebody does after the robot has spoken.
  sealed interface Move {
    /// @param during whether the robot was still speaking
    record Says(String text, boolean during) implements Move {}

    record Silent() implements Move {}

    record HangsUp() implements Move {}
  }

  /// @param said by the robot
  Move move(String said) {
    turns++;
    boolean first = turns == 1;
    if (first && does("hangsUpAtOnce")) {
      return new Move.HangsUp();
    }
    if (!first && does("hangsUpLater")) {
      return new Move.HangsUp();
    }
    if (does("silent")) {
      return new Move.Silent();
    }
    boolean during = does("interrupts");
    if (first) {
      if (does("complains")) {
        return says("complains", during);
      }
      if (does("busyNow")) {
        return says("busyNow", during);
      }
      if (does("wantsHuman")) {
        return says("human", during);
      }
    }
    if (turns <= 2 && does("asksFirst")) {
      return says("asks", during);
    }
    if (said.contains("几个人")) {
      return says("number", false);
    }
    if (said.contains("哪天")) {
      return says("date", false);
    }
    return says(does("agrees") ? "agrees" : "refuses", during);
  }

  private Move says(String what, boolean during) {
    List<String> of = SENTENCES.getOrDefault(what, List.of("嗯"));
    return new Move.Says(of.get(dice.below(of.size())), during);
  }
}
