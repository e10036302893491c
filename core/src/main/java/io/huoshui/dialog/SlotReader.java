package io.huoshui.dialog;

import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads what was asked for out of what was said: numbers as people say them, days from today on,
/// phones digit by digit.
public final class SlotReader {
  private static final String DIGITS = "零一二三四五六七八九";
  private static final Pattern NUMERAL = Pattern.compile("[零〇一二两俩三仨四五六七八九十百千万亿半]+");
  private static final Pattern ARABIC = Pattern.compile("\\d+");
  private static final String WHOLE = "(\\d+|[零〇一二两三四五六七八九十]+)";
  private static final Pattern ISO = Pattern.compile("(\\d{4})-(\\d{1,2})-(\\d{1,2})");
  private static final Pattern MONTH_DAY = Pattern.compile(WHOLE + "月" + WHOLE + "[号日]?");
  private static final Pattern NEXT_MONTH = Pattern.compile("下个?月" + WHOLE + "[号日]");
  private static final Pattern DAY_ONLY = Pattern.compile(WHOLE + "[号日]");
  private static final Pattern IN_DAYS = Pattern.compile("(?:过)?" + WHOLE + "天(?:以?后|之后)?");
  private static final Pattern WEEKDAY =
      Pattern.compile("(下下|下|这|本)?(?:个)?(?:周|星期|礼拜)([一二三四五六日天])");
  private static final Pattern NOT =
      Pattern.compile("不|没|别|算了|免了|^否|^no\\b", Pattern.CASE_INSENSITIVE);
  private static final Pattern YES =
      Pattern.compile("^(是|对|好|行|可以|嗯|要|有|没问题|当然|没错|ok|yes)|(可以|好的|行的?|对的|是的|没问题)$");

  private SlotReader() {}

  /// @param today where the person lives
  /// @return as it is kept: digits, `2026-07-01`, `yes` or `no`, a choice's value; null when it was
  ///   not told, or is out of bounds
  public static @Nullable String read(Slot slot, String said, LocalDate today) {
    String words = Speech.plain(said);
    return switch (slot.kind()) {
      case NUMBER -> {
        OptionalLong number = number(words);
        yield number.isPresent()
                && number.getAsLong() >= slot.least()
                && number.getAsLong() <= slot.most()
            ? Long.toString(number.getAsLong())
            : null;
      }
      case DATE -> {
        LocalDate day = date(said, today);
        yield day == null ? null : day.toString();
      }
      case YES_NO -> yesNo(words);
      case CHOICE -> choice(slot, words);
      case PHONE -> {
        String digits = digits(words);
        yield digits.matches("1[3-9]\\d{9}") ? digits : null;
      }
      case DIGITS -> {
        String digits = digits(words);
        yield digits.length() >= slot.least() && digits.length() <= slot.most() ? digits : null;
      }
    };
  }

  /// `没问题` and `没错` have a 没 in them and are no no.
  private static @Nullable String yesNo(String words) {
    String bare = words.replace("没问题", "好").replace("没错", "对").replace("不错", "好");
    if (NOT.matcher(bare).find()) {
      return "no";
    }
    return YES.matcher(bare).find() ? "yes" : null;
  }

  /// The longest word decides: 牛奶 is not 奶.
  private static @Nullable String choice(Slot slot, String words) {
    String found = null;
    int length = 0;
    for (Slot.Choice choice : slot.choices()) {
      for (String word : choice.words()) {
        String plain = Speech.plain(word);
        if (plain.length() > length && words.contains(plain)) {
          found = choice.value();
          length = plain.length();
        }
      }
    }
    return found;
  }

  /// The digits of what was said, `幺三八` as well as `138`.
  static String digits(String words) {
    var digits = new StringBuilder();
    for (int i = 0; i < words.length(); i++) {
      char c = words.charAt(i);
      int digit = c == '幺' ? 1 : c == '〇' || c == '洞' ? 0 : c == '两' ? 2 : DIGITS.indexOf(c);
      if (c >= '0' && c <= '9') {
        digits.append(c);
      } else if (digit >= 0) {
        digits.append(digit);
      }
    }
    return digits.toString();
  }

  /// The first number in what was said, 0 and above.
  static OptionalLong number(String words) {
    Matcher arabic = ARABIC.matcher(words);
    Matcher chinese = NUMERAL.matcher(words);
    boolean anyArabic = arabic.find();
    boolean anyChinese = chinese.find();
    if (anyArabic && (!anyChinese || arabic.start() < chinese.start())) {
      if (arabic.group().length() > 15) {
        return OptionalLong.empty();
      }
      long base = Long.parseLong(arabic.group());
      String rest = words.substring(arabic.end());
      long times = rest.startsWith("万") ? 10_000 : rest.startsWith("千") ? 1_000 : 1;
      return OptionalLong.of(base * times);
    }
    return anyChinese ? chinese(chinese.group()) : OptionalLong.empty();
  }

  /// `三百零五` 305, `一百二` 120, `一万二` 12000, `两千零一十` 2010, `十二` 12, `二零二六` 2026.
  static OptionalLong chinese(String numeral) {
    boolean units = numeral.matches(".*[十百千万亿].*");
    if (!units) {
      String digits = digits(numeral.replace('俩', '二').replace('仨', '三'));
      return digits.isEmpty() || digits.length() > 15 || digits.length() < numeral.length()
          ? OptionalLong.empty()
          : OptionalLong.of(Long.parseLong(digits));
    }
    long total = 0;
    long section = 0;
    long digit = -1;
    long lastUnit = 1;
    boolean zero = false;
    for (int i = 0; i < numeral.length(); i++) {
      char c = numeral.charAt(i);
      switch (c) {
        case '十', '百', '千' -> {
          long unit = c == '十' ? 10 : c == '百' ? 100 : 1_000;
          section += (digit < 0 ? 1 : digit) * unit;
          digit = -1;
          lastUnit = unit;
          zero = false;
        }
        case '万', '亿' -> {
          long unit = c == '万' ? 10_000 : 100_000_000;
          total = (total + section + Math.max(0, digit)) * unit;
          section = 0;
          digit = -1;
          lastUnit = unit;
          zero = false;
        }
        case '零', '〇' -> {
          zero = true;
          digit = -1;
        }
        case '半' -> {
          section += lastUnit / 2;
          digit = -1;
        }
        default -> {
          if (digit >= 0) {
            return OptionalLong.empty();
          }
          digit = c == '两' || c == '俩' ? 2 : c == '仨' ? 3 : DIGITS.indexOf(c);
        }
      }
    }
    if (digit >= 0) {
      // 一百二 is 120, 一百零二 is 102, 十二 is 12.
      section += digit * (zero || lastUnit <= 10 ? 1 : lastUnit / 10);
    }
    return OptionalLong.of(total + section);
  }

  /// A day from today on.
  static @Nullable LocalDate date(String said, LocalDate today) {
    Matcher iso = ISO.matcher(said);
    if (iso.find()) {
      return day(
          Integer.parseInt(iso.group(1)),
          Integer.parseInt(iso.group(2)),
          Integer.parseInt(iso.group(3)));
    }
    String words = Speech.plain(said);
    for (String[] word :
        new String[][] {
          {"大后天", "3"}, {"后天", "2"}, {"明天", "1"}, {"明儿", "1"}, {"今天", "0"}, {"今晚", "0"}
        }) {
      if (words.contains(word[0])) {
        return today.plusDays(Long.parseLong(word[1]));
      }
    }
    Matcher weekday = WEEKDAY.matcher(words);
    if (weekday.find()) {
      return weekday(weekday.group(1), weekday.group(2), today);
    }
    Matcher next = NEXT_MONTH.matcher(words);
    if (next.find()) {
      LocalDate month = today.withDayOfMonth(1).plusMonths(1);
      return day(month.getYear(), month.getMonthValue(), whole(next.group(1)));
    }
    Matcher both = MONTH_DAY.matcher(words);
    if (both.find()) {
      LocalDate day = day(today.getYear(), whole(both.group(1)), whole(both.group(2)));
      return day != null && day.isBefore(today) ? day.plusYears(1) : day;
    }
    Matcher days = IN_DAYS.matcher(words);
    if (days.find()) {
      return today.plusDays(whole(days.group(1)));
    }
    Matcher alone = DAY_ONLY.matcher(words);
    if (alone.find()) {
      int wanted = whole(alone.group(1));
      LocalDate month = today.withDayOfMonth(1).plusMonths(wanted < today.getDayOfMonth() ? 1 : 0);
      return day(month.getYear(), month.getMonthValue(), wanted);
    }
    return null;
  }

  private static LocalDate weekday(@Nullable String which, String name, LocalDate today) {
    int index = "一二三四五六日".indexOf(name.equals("天") ? "日" : name);
    DayOfWeek day = DayOfWeek.of(index + 1);
    LocalDate monday = today.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
    if (which != null && which.startsWith("下")) {
      return monday.plusWeeks(which.length()).plusDays(index);
    }
    // Without a word for the week, and with the day over, the next one is meant.
    return today.with(TemporalAdjusters.nextOrSame(day));
  }

  private static int whole(String numeral) {
    OptionalLong number =
        numeral.matches("\\d{1,9}") ? OptionalLong.of(Long.parseLong(numeral)) : chinese(numeral);
    long value = number.orElse(-1);
    return value < 0 || value > 9_999 ? -1 : (int) value;
  }

  private static @Nullable LocalDate day(int year, int month, int day) {
    try {
      return LocalDate.of(year, month, day);
    } catch (DateTimeException e) {
      return null;
    }
  }
}
