package io.huoshui.engine.columns;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.audience.Condition;
import io.huoshui.audience.Moment;
import io.huoshui.engine.Dice;
import io.huoshui.engine.Rules;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.profile.EventList;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.EventPattern.Where;
import io.huoshui.profile.Fold;
import io.huoshui.profile.Lifecycle;
import io.huoshui.profile.Operator;
import io.huoshui.profile.Period;
import io.huoshui.profile.Person;
import io.huoshui.profile.Rfm;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Window;
import io.huoshui.reach.ChannelKind;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/// A compiled rule holds for whom core's evaluator says it holds.
class ProgramLawTest {
  private static final List<String> KEYS =
      List.of("amountFen", "sku", "category", "quantity", "weight", "orderId", "nobody says this");

  @Test
  void aProgramSaysWhatCoreSays() {
    Dice.overSeeds(
        300,
        seed -> {
          var dice = new Dice(seed * 7919);
          Crowd crowd = Crowd.any(seed);
          Block block = crowd.block();
          var moment = new Moment(crowd.now, crowd.zone);
          for (int i = 0; i < 12; i++) {
            Condition rule = dice.chance(40) ? Rules.random(dice, 2) : any(crowd, dice, 2);
            same(rule, crowd, block, moment);
          }
        });
  }

  @Test
  void everyLeafAlone() {
    // Of each kind of leaf for how many it held, and for how many not.
    var reached = new TreeMap<String, long[]>();
    Dice.overSeeds(
        200,
        seed -> {
          var dice = new Dice(seed * 104_729);
          Crowd crowd = Crowd.any(seed + 10_000, 66, 14);
          Block block = crowd.block();
          var moment = new Moment(crowd.now, crowd.zone);
          for (int i = 0; i < 25; i++) {
            Condition leaf = leaf(crowd, dice);
            long holds = same(leaf, crowd, block, moment);
            long[] sums = reached.computeIfAbsent(kind(leaf), _ -> new long[2]);
            sums[0] += holds;
            sums[1] += block.span() - holds;
          }
        });
    assertThat(reached).hasSize(25);
    reached.forEach(
        (kind, sums) -> {
          assertThat(sums[0]).as("%s held", kind).isGreaterThan(10);
          assertThat(sums[1]).as("%s did not hold", kind).isGreaterThan(10);
        });
  }

  private static String kind(Condition leaf) {
    String name = leaf.getClass().getSimpleName();
    return switch (leaf) {
      case Condition.HasTag tag -> name + (tag.source().isEmpty() ? "" : " by");
      case Condition.Reachable(ChannelKind channel) -> name + " " + channel;
      case Condition.InGroup(String group) -> name + (group.isEmpty() ? " any" : "");
      default -> name;
    };
  }

  private static long same(Condition rule, Crowd crowd, Block block, Moment moment) {
    Program program = Program.compile(rule, moment);
    long[] members = program.evaluator().over(block, crowd.facts(), null);
    long holds = 0;
    for (int local = 0; local < block.span(); local++) {
      holds += Bits.get(members, local) ? 1 : 0;
      Person person = crowd.person(local);
      if (Bits.get(members, local) != rule.test(person, moment)) {
        Assertions.fail(
            "%s at %s in %s: core says %s of local %s %s",
            rule,
            moment.now(),
            moment.zone(),
            rule.test(person, moment),
            local,
            crowd.events.get(local));
      }
    }
    for (int beyond = block.span(); beyond < members.length * 64; beyond++) {
      assertThat(Bits.get(members, beyond)).isFalse();
    }
    return holds;
  }

  // Rules nobody would write.

  static Condition any(Crowd crowd, Dice dice, int depth) {
    if (depth == 0 || dice.chance(30)) {
      return leaf(crowd, dice);
    }
    return switch (dice.roll(3)) {
      case 0 -> new Condition.Not(any(crowd, dice, depth - 1));
      case 1 -> new Condition.All(dice.list(0, 3, () -> any(crowd, dice, depth - 1)));
      default -> new Condition.Any(dice.list(0, 3, () -> any(crowd, dice, depth - 1)));
    };
  }

  static Condition leaf(Crowd crowd, Dice dice) {
    return switch (dice.roll(21)) {
      case 20 ->
          new Condition.Near(
              dice.of(31.0, -90.0, 5.5), dice.of(121.0, 180.0), dice.of(1, 5_000, 20_000_000));
      case 9 ->
          new Condition.HasTag(
              dice.of("vip", "lost", "奶粉"), dice.of("", "pos", "tmall"), window(crowd, dice));
      case 10 ->
          new Condition.HasConsent(dice.of("sms", "wecom"), dice.of(Person.Consent.values()));
      case 11 -> new Condition.Reachable(dice.of(ChannelKind.values()));
      case 12 ->
          new Condition.InRfm(
              new Rfm.Scores(1, dice.between(1, 5)),
              new Rfm.Scores(1, dice.between(1, 5)),
              new Rfm.Scores(dice.between(1, 5), 5));
      case 13 ->
          new Condition.DateIn(
              dice.of("birthday", "expires", "name"),
              dice.chance(50),
              -dice.roll(200),
              dice.roll(200));
      case 14 -> new Condition.Edge(dice.chance(50), pattern(crowd, dice), window(crowd, dice));
      case 15 ->
          new Condition.EdgeValue(
              dice.chance(50),
              pattern(crowd, dice),
              dice.of(KEYS),
              window(crowd, dice),
              dice.of(Operator.values()),
              crowd.value(2));
      case 16 ->
          new Condition.Unfollowed(
              pattern(crowd, dice),
              pattern(crowd, dice),
              Period.parse(dice.of("0m", "30m", "5h", "2d", "30d")),
              window(crowd, dice));
      case 17 -> new Condition.OnJourney("july", dice.of(Person.Standing.values()));
      case 18 -> new Condition.Share("salt", dice.roll(5_000), dice.between(5_001, 10_000));
      case 19 -> new Condition.InGroup(dice.of("", "", "a", "b", "never"));
      case 8 -> new Condition.InLifecycle(dice.of(Lifecycle.values()));
      case 0 ->
          new Condition.HasTrait(
              dice.of("city", "age", "name", "member", "sku", "unknown"),
              dice.of(Operator.values()),
              crowd.value(2));
      case 1 -> new Condition.HasTag(dice.of("vip", "lost", "奶粉", "5", "unknown"));
      case 2 -> new Condition.HasConsent(dice.of("sms", "wecom", "unknown"));
      case 3, 4 -> {
        int count = dice.roll(4);
        var bound =
            count == 0 ? Condition.Times.Bound.EXACTLY : dice.of(Condition.Times.Bound.values());
        yield new Condition.Did(
            pattern(crowd, dice), new Condition.Times(bound, count), window(crowd, dice));
      }
      case 5 -> new Condition.DidNot(pattern(crowd, dice), window(crowd, dice));
      case 6 ->
          new Condition.Measured(
              numeric(dice),
              pattern(crowd, dice),
              window(crowd, dice),
              dice.of(Operator.values()),
              dice.of(0.0, -0.0, 1.0, 2.0, 5_000.0, 9_900.0, 1.5, -1e300, 1e308));
      default ->
          new Condition.Sequence(
              dice.list(2, 4, () -> pattern(crowd, dice)),
              Period.parse(dice.of("0m", "30m", "5h", "2d", "30d")),
              window(crowd, dice));
    };
  }

  static EventPattern pattern(Crowd crowd, Dice dice) {
    var tests = new ArrayList<Where>();
    for (int left = dice.of(0, 0, 1, 1, 2); left > 0; left--) {
      tests.add(
          dice.chance(15)
              ? new Where(
                  EventPattern.SOURCE,
                  dice.of(Operator.values()),
                  Value.of(dice.of("pos", "tmall", "mini", "nowhere")))
              : new Where(dice.of(KEYS), dice.of(Operator.values()), crowd.value(2)));
    }
    return new EventPattern(
        dice.of("order_paid", "product_purchased", "product_viewed", "page_viewed", "never_was"),
        tests);
  }

  static Window window(Crowd crowd, Dice dice) {
    LocalDate today = crowd.now.atZone(crowd.zone).toLocalDate();
    return switch (dice.roll(6)) {
      case 0 -> Window.ever();
      case 1, 2 -> Window.last(dice.of("0d", "1d", "7d", "30d", "48h", "5h"));
      case 3 -> new Window.Ago(Period.parse(dice.of("1d", "5h")), Period.parse("7d"));
      case 4 -> new Window.Before(Period.parse(dice.of("0d", "1d", "48h", "30d")));
      default -> new Window.Dates(today.minusDays(dice.roll(20)), today.plusDays(dice.roll(2)));
    };
  }

  private static Fold numeric(Dice dice) {
    Fold.Kind kind = dice.of(Fold.Kind.values());
    return kind.numeric() && kind != Fold.Kind.COUNT ? new Fold(kind, dice.of(KEYS)) : Fold.count();
  }

  private static final List<Value> VALUES =
      List.of(
          Value.of("milk"),
          Value.of("5"),
          Value.of("5.0"),
          Value.of("0"),
          Value.of("-0.0"),
          Value.of("true"),
          Value.of(""),
          Value.of("?"),
          Value.of("\uD83D"),
          Value.of("vip,5"),
          Value.of("vip ".repeat(20)),
          Value.of(0),
          Value.of(5),
          Value.of(-1),
          Value.of(Long.MAX_VALUE),
          Value.of(Long.MAX_VALUE - 1),
          Value.of(0.0),
          Value.of(-0.0),
          Value.of(5.0),
          Value.of(0.1),
          Value.of(0x1p63),
          Value.of(1e308),
          Value.of(true),
          Value.of(false),
          new Value.Many(List.of()),
          new Value.Many(List.of(Value.of("vip"), Value.of(5))),
          new Value.Many(List.of(Value.of("vip"), new Value.Many(List.of(Value.of(-0.0))))));

  /// Each value once, and often enough to be kept as places in a palette.
  @Test
  void everyOperatorOfEveryValueWithEveryOther() {
    var moment = new Moment(Instant.ofEpochMilli(1_000), ZoneId.of("Asia/Shanghai"));
    for (int times : new int[] {1, 40}) {
      for (boolean learning : new boolean[] {true, false}) {
        var people = new ArrayList<Event>();
        var words = new Words();
        int key = words.key("tag");
        for (int i = 0; i < Words.MOST_TEXTS_PER_KEY && !learning; i++) {
          words.text(key, "t" + i);
        }
        int span = VALUES.size() * times;
        var writer = new BlockWriter(words, 0, 1, span);
        for (int local = 0; local < span; local++) {
          // Half a pair does not outlive being written; core is asked what was read back.
          Value value = VALUES.get(local % VALUES.size());
          writer.local(local);
          writer.event(5, words.name("tag_added"), words.source("crm"), local);
          writer.property(key, value);
          Value kept = value.equals(Value.of("\uD83D")) ? Value.of("?") : value;
          people.add(
              new Event(
                  "e",
                  "tag_added",
                  Instant.ofEpochMilli(5),
                  "crm",
                  List.of(Identifier.of(IdentifierKind.EMAIL, "a@b.cn")),
                  Properties.of("tag", kept)));
        }
        Block block = Block.read(writer.finish(Crowd.SEAL, 1), words, Crowd.SEAL);
        for (Value wanted : VALUES) {
          var rules = new ArrayList<Condition>();
          for (Operator operator : Operator.values()) {
            rules.add(
                new Condition.Did(
                    EventPattern.of("tag_added", new Where("tag", operator, wanted)),
                    Condition.Times.atLeast(1),
                    Window.ever()));
          }
          rules.add(new Condition.HasTag(wanted.shown()));
          for (Condition rule : rules) {
            long[] members =
                Program.compile(rule, moment).evaluator().over(block, Facts.NONE, null);
            for (int local = 0; local < span; local++) {
              assertThat(Bits.get(members, local))
                  .as("%s of %s", rule, people.get(local).properties())
                  .isEqualTo(rule.test(new Somebody(people.get(local)), moment));
            }
          }
        }
      }
    }
  }

  /// A person of one event.
  private record Somebody(Event event) implements Person {
    @Override
    public int profile() {
      return 0;
    }

    @Override
    public Timeline timeline() {
      return EventList.of(event);
    }

    @Override
    public boolean has(IdentifierKind kind) {
      return false;
    }

    @Override
    public boolean inAudience(String audience) {
      return false;
    }

    @Override
    public boolean inSegment(String segment, Instant now) {
      return false;
    }

    @Override
    public boolean onJourney(String journey, Standing standing) {
      return false;
    }

    @Override
    public List<String> traitNames() {
      return List.of();
    }
  }

  // Leaving out, and many blocks.

  @Test
  void whoIsSkippedIsNotInTheAnswer() {
    Dice.overSeeds(
        50,
        seed -> {
          Crowd crowd = Crowd.any(seed, 130, 5);
          Block block = crowd.block();
          var moment = new Moment(crowd.now, crowd.zone);
          long[] skip = new long[Bits.words(block.span())];
          for (int i = 0; i < 40; i++) {
            Bits.set(skip, crowd.dice.roll(block.span()));
          }
          Program program = Program.compile(any(crowd, crowd.dice, 2), moment);
          long[] all = program.evaluator().over(block, crowd.facts(), null);
          long[] kept = program.evaluator().over(block, crowd.facts(), skip);
          for (int word = 0; word < all.length; word++) {
            assertThat(kept[word]).isEqualTo(all[word] & ~skip[word]);
          }
        });
  }

  @Test
  void aSweepAnswersInTheOrderOfTheBlocksWithOneEvaluatorPerThread() {
    var crowds = new ArrayList<Crowd>();
    var blocks = new ArrayList<Block>();
    for (int i = 0; i < 40; i++) {
      crowds.add(Crowd.any(i + 1, 1 + i * 5, 8));
      blocks.add(crowds.get(i).block());
    }
    Crowd first = crowds.getFirst();
    var moment = new Moment(first.now, first.zone);
    for (int i = 0; i < 10; i++) {
      Program program = Program.compile(any(first, first.dice, 2), moment);
      var sweep = new Sweep(blocks.size());
      List<long[]> answers =
          sweep.over(
              3,
              () -> {
                Program.Evaluator evaluator = program.evaluator();
                return at -> evaluator.over(blocks.get(at), crowds.get(at).facts(), null);
              });
      assertThat(sweep.done()).isEqualTo(40);
      for (int at = 0; at < 40; at++) {
        assertThat(answers.get(at))
            .isEqualTo(program.evaluator().over(blocks.get(at), crowds.get(at).facts(), null));
      }
    }
  }

  @Test
  void aSweepStopsWhenItIsCancelledAndSaysSo() {
    var sweep = new Sweep(1_000);
    Assertions.assertThatThrownBy(
            () ->
                sweep.over(
                    2,
                    () ->
                        at -> {
                          if (at == 10) {
                            sweep.cancel();
                          }
                          return at;
                        }))
        .isInstanceOf(CancellationException.class);
    assertThat(sweep.done()).isLessThan(1_000);
  }

  @Test
  void whatABlockThrowsEndsTheSweep() {
    Assertions.assertThatThrownBy(
            () ->
                new Sweep(100)
                    .over(
                        2,
                        () ->
                            at -> {
                              if (at == 50) {
                                throw new IllegalStateException("block 50");
                              }
                              return at;
                            }))
        .hasMessage("block 50");
  }
}
