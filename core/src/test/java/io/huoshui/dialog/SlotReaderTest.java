package io.huoshui.dialog;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.Dice;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class SlotReaderTest {
  /// A Wednesday.
  private static final LocalDate TODAY = LocalDate.parse("2026-07-15");

  private static Slot slot(String kind) {
    Slot.Kind of =
        switch (kind) {
          case "number" -> Slot.Kind.NUMBER;
          case "date" -> Slot.Kind.DATE;
          case "yesNo" -> Slot.Kind.YES_NO;
          case "phone" -> Slot.Kind.PHONE;
          case "digits" -> Slot.Kind.DIGITS;
          default -> Slot.Kind.CHOICE;
        };
    return new Slot(
        "slot",
        of,
        of == Slot.Kind.DIGITS ? 4 : 0,
        of == Slot.Kind.DIGITS ? 6 : 100_000,
        List.of(
            new Slot.Choice("milk", List.of("奶", "鲜奶")),
            new Slot.Choice("goat", List.of("羊奶", "羊乳"))));
  }

  @Test
  void whatPeopleSay() {
    String table =
        """
        number | 三个人        | 3
        number | 十二          | 12
        number | 两百三十五块   | 235
        number | 一百二        | 120
        number | 一百零二      | 102
        number | 一万二        | 12000
        number | 两千零一十    | 2010
        number | 三万五千      | 35000
        number | 二零二六      | 2026
        number | 大概20个吧    | 20
        number | 3万           | 30000
        number | ５个          | 5
        number | 俩            | 2
        number | 一百万        | -
        number | 不知道        | -
        number | 好的          | -
        date   | 今天          | 2026-07-15
        date   | 明天下午      | 2026-07-16
        date   | 后天吧        | 2026-07-17
        date   | 大后天        | 2026-07-18
        date   | 三天后        | 2026-07-18
        date   | 周六          | 2026-07-18
        date   | 星期三        | 2026-07-15
        date   | 下周三        | 2026-07-22
        date   | 下下周一      | 2026-07-27
        date   | 礼拜天        | 2026-07-19
        date   | 八月三号      | 2026-08-03
        date   | 7月1日        | 2027-07-01
        date   | 二十号        | 2026-07-20
        date   | 三号          | 2026-08-03
        date   | 下个月五号    | 2026-08-05
        date   | 2026-12-31    | 2026-12-31
        date   | 二月三十号    | -
        date   | 随便          | -
        yesNo  | 是的          | yes
        yesNo  | 没问题        | yes
        yesNo  | 不错          | yes
        yesNo  | 不是          | no
        yesNo  | 不用了谢谢    | no
        yesNo  | 这样啊        | -
        phone  | 幺三八零零幺三八零零零 | 13800138000
        phone  | 138 0013 8000 | 13800138000
        phone  | 123           | -
        digits | 一二三四      | 1234
        digits | 123           | -
        digits | 1234567       | -
        choice | 我要羊奶      | goat
        choice | 鲜奶吧        | milk
        choice | 果汁          | -
        """;
    for (String line : table.strip().split("\n")) {
      String[] cells = line.split("\\|");
      String found = SlotReader.read(slot(cells[0].strip()), cells[1].strip(), TODAY);
      assertThat(found == null ? "-" : found).as(line).isEqualTo(cells[2].strip());
    }
  }

  /// Numbers said by another hand are read back.
  @Test
  void everyNumberIsReadBack() {
    Dice.overSeeds(
        300,
        seed -> {
          var dice = new Dice(seed);
          int number = dice.of(dice.roll(20), dice.roll(1_000), dice.roll(100_000));
          assertThat(SlotReader.number(said(number)).orElse(-1))
              .as("%s", said(number))
              .isEqualTo(number);
        });
  }

  private static final String DIGITS = "零一二三四五六七八九";

  private static String said(int number) {
    if (number >= 10_000) {
      int rest = number % 10_000;
      return said(number / 10_000)
          + "万"
          + (rest == 0 ? "" : (rest < 1_000 ? "零" : "") + said(rest));
    }
    var said = new StringBuilder();
    boolean gap = false;
    for (int unit = 1_000; unit >= 1; unit /= 10) {
      int digit = number / unit % 10;
      if (digit == 0) {
        gap = !said.isEmpty();
        continue;
      }
      said.append(gap ? "零" : "").append(DIGITS.charAt(digit));
      said.append(unit == 1_000 ? "千" : unit == 100 ? "百" : unit == 10 ? "十" : "");
      gap = false;
    }
    return said.isEmpty() ? "零" : said.toString();
  }
}
