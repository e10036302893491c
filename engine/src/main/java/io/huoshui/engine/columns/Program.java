package io.huoshui.engine.columns;

import io.huoshui.audience.Condition;
import io.huoshui.audience.Moment;
import io.huoshui.audience.RuleText;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Value;
import io.huoshui.profile.EventPattern;
import io.huoshui.profile.Fold;
import io.huoshui.profile.Lifecycle;
import io.huoshui.profile.Operator;
import io.huoshui.profile.Period;
import io.huoshui.profile.Person;
import io.huoshui.profile.Rfm;
import io.huoshui.profile.Window;
import io.huoshui.reach.ChannelKind;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A rule compiled to loops over columns: a block in, the locals for which it holds out. It says
/// what [Condition#test] says.
///
/// Leaves become loops over a stretch of profiles at a time, all/any/not become operations on words
/// of 64 locals. A program is immutable; each thread has its own [Evaluator].
public final class Program {
  private final Condition rule;
  private final Moment moment;

  private Program(Condition rule, Moment moment) {
    this.rule = rule;
    this.moment = moment;
  }

  public static Program compile(Condition rule, Moment moment) {
    return new Program(rule, new Moment(moment.now(), moment.zone(), moment.lifecycle()));
  }

  /// Whether a leaf has loops of its own; else its people are asked one by one.
  public static boolean loops(Condition leaf) {
    return switch (leaf) {
      case Condition.OnJourney _ -> false;
      // The time of the first or last event, compared as if it were a property.
      case Condition.EdgeValue edge -> !edge.property().isEmpty();
      default -> true;
    };
  }

  /// For one thread; block after block, with any words.
  public Evaluator evaluator() {
    // A moment resolves its windows as it goes and is not made for several threads.
    synchronized (moment) {
      return new Evaluator(node(rule));
    }
  }

  /// What one thread asks with. Its scratch is used again for every block.
  public static final class Evaluator {
    private final Node root;
    private @Nullable Run run;
    private long[] out = new long[0];

    private Evaluator(Node root) {
      this.root = root;
    }

    /// @param skip locals left out: they are not in the answer, whatever they are; null for none
    /// @return a bit per local, in words of 64
    public long[] over(Block block, Facts facts, long @Nullable [] skip) {
      Run here = run;
      if (here == null) {
        here = new Run(block);
        run = here;
      }
      here.begin(block);
      root.bind(block, facts);
      long[] members = new long[Bits.words(block.span())];
      while (here.next()) {
        int words = Bits.words(here.locals);
        if (out.length < words) {
          out = new long[words];
        }
        root.over(here, out);
        System.arraycopy(out, 0, members, here.firstLocal >>> 6, words);
      }
      if (skip != null) {
        for (int word = 0; word < members.length; word++) {
          members[word] &= ~skip[word];
        }
      }
      return members;
    }
  }

  // The nodes.

  /// A part of a rule, bound to a block; answers a stretch at a time.
  private abstract static class Node {
    abstract void bind(Block block, Facts facts);

    /// Writes a bit per local, and zeros to the end of the last word.
    abstract void over(Run run, long[] out);
  }

  /// A part that looks at one profile at a time.
  private abstract static class Leaf extends Node {
    /// What the stretch has to have ready.
    abstract void prepare(Run run);

    abstract boolean holds(Run run, int local, int from, int to);

    @Override
    final void over(Run run, long[] out) {
      prepare(run);
      int[] starts = run.starts;
      for (int first = 0; first < run.locals; first += 64) {
        int last = Math.min(run.locals, first + 64);
        long word = 0;
        for (int local = first; local < last; local++) {
          word |= holds(run, local, starts[local], starts[local + 1]) ? 1L << local : 0;
        }
        out[first >>> 6] = word;
      }
    }
  }

  private Node node(Condition condition) {
    return switch (condition) {
      case Condition.HasTrait(String trait, Operator operator, Value value) ->
          new Trait(new ValueTest(trait, operator, value, false));
      case Condition.HasTag(String tag, String source, Window window) ->
          source.isEmpty() && window instanceof Window.Ever
              ? tag(tag)
              : new TagBy(
                  tag(tag), source, window instanceof Window.Ever ? null : moment.span(window));
      case Condition.HasConsent(String channel, Person.Consent said) ->
          switch (said) {
            case GIVEN -> consent("consent_given", "consent_withdrawn", channel);
            case WITHDRAWN -> consent("consent_withdrawn", "consent_given", channel);
            case UNKNOWN ->
                new Other(
                    new Algebra(
                        new Node[] {
                          consent("consent_given", "consent_withdrawn", channel),
                          consent("consent_withdrawn", "consent_given", channel)
                        },
                        false));
          };
      case Condition.Share(String salt, int from, int to) -> {
        var share = new Condition.Share(salt, from, to);
        yield new Known((facts, ordinal) -> share.has(facts.profile(ordinal)));
      }
      case Condition.Reachable(ChannelKind channel) -> {
        IdentifierKind address = channel.address();
        var addressed = new Known((facts, ordinal) -> facts.has(ordinal, address));
        yield new Algebra(
            switch (channel) {
              case SMS, CALL ->
                  new Node[] {
                    addressed, consent("consent_given", "consent_withdrawn", channel.wire())
                  };
              // A contact agreed by adding the guide, until a word against it.
              case WECOM ->
                  new Node[] {
                    addressed,
                    new Contact(),
                    new Other(consent("consent_withdrawn", "consent_given", channel.wire()))
                  };
              case OFFICIAL_ACCOUNT, OFFICIAL_TEMPLATE, SUBSCRIBE ->
                  new Node[] {
                    addressed,
                    new Other(consent("consent_withdrawn", "consent_given", channel.wire()))
                  };
            },
            true);
      }
      case Condition.InRfm rfm -> new Scored(rfm, moment);
      case Condition.Edge(boolean first, EventPattern event, Window window) ->
          new EdgeIn(Matcher.of(event, moment.span(Window.ever())), first, moment.span(window));
      case Condition.EdgeValue edge ->
          edge.property().isEmpty()
              ? plain(condition, edge.event().event())
              : new EdgeHas(
                  Matcher.of(edge.event(), moment.span(edge.window())),
                  edge.first(),
                  new ValueTest(edge.property(), edge.operator(), edge.value(), false));
      case Condition.Unfollowed(
              EventPattern event,
              EventPattern next,
              Period within,
              Window window) -> {
        Window.Span span = moment.span(window);
        long withinMs = within.exact().toMillis();
        yield new Lonely(
            Matcher.of(
                event,
                new Window.Span(
                    span.fromMs(), Math.min(span.toMs(), moment.now().toEpochMilli() - withinMs))),
            Matcher.of(next, new Window.Span(Long.MIN_VALUE, Long.MAX_VALUE)),
            withinMs);
      }
      case Condition.InGroup(String group) ->
          group.isEmpty()
              ? new AnyGroup()
              : new LastWord(
                  Matcher.of("group_joined"), Matcher.of("group_left"), "group", group, null);
      case Condition.Near near -> new There(near);
      case Condition.DateIn date -> new DateTrait(date, fresh());
      case Condition.OnJourney _ -> plain(condition);
      case Condition.Top _, Condition.InSegment _ ->
          throw new IllegalArgumentException("Not made whole: " + RuleText.write(condition));
      case Condition.HasIdentifier(IdentifierKind kind) ->
          new Known((facts, ordinal) -> facts.has(ordinal, kind));
      case Condition.InAudience(String audience) ->
          new Known((facts, ordinal) -> facts.inAudience(ordinal, audience));
      case Condition.InLifecycle(Lifecycle state) -> new InState(state, moment);
      case Condition.Did(EventPattern event, Condition.Times times, Window window) ->
          new Count(Matcher.of(event, moment.span(window)), times);
      case Condition.DidNot(EventPattern event, Window window) ->
          new Count(
              Matcher.of(event, moment.span(window)),
              new Condition.Times(Condition.Times.Bound.EXACTLY, 0));
      case Condition.Measured(
              Fold fold,
              EventPattern event,
              Window window,
              Operator operator,
              double value) ->
          new Measure(new FoldLoop(fold, event, moment.span(window)), operator, value);
      case Condition.Sequence(List<EventPattern> steps, Period within, Window window) ->
          new Follows(
              steps.stream()
                  .map(step -> Matcher.of(step, moment.span(window)))
                  .toArray(Matcher[]::new),
              within.exact().toMillis());
      case Condition.All(List<Condition> parts) -> new Algebra(nodes(parts), true);
      case Condition.Any(List<Condition> parts) -> new Algebra(nodes(parts), false);
      case Condition.Not(Condition part) -> new Other(node(part));
    };
  }

  private static LastWord tag(String tag) {
    return new LastWord(
        Matcher.of("tag_added"), Matcher.of("tag_removed"), "tag", tag, Person.CHOICE);
  }

  private static Node consent(String yes, String no, String channel) {
    return new LastWord(Matcher.of(yes), Matcher.of(no), "channel", channel, null);
  }

  /// @param needed whoever has no event of any of these names does not satisfy it; none when it
  ///   does not stand on events
  private Node plain(Condition condition, String... needed) {
    return new Plain(
        condition, fresh(), Arrays.stream(needed).map(Matcher::of).toArray(Matcher[]::new));
  }

  private Moment fresh() {
    return new Moment(moment.now(), moment.zone(), moment.lifecycle());
  }

  private Node[] nodes(List<Condition> parts) {
    return parts.stream().map(this::node).toArray(Node[]::new);
  }

  /// What has no loop of its own yet: the condition itself is asked of one after the other.
  private static final class Plain extends Leaf {
    private final Condition condition;
    private final Moment moment;
    private final Matcher[] needed;
    private long[] any = new long[0];
    private @Nullable RowPerson person;
    private @Nullable Block block;

    Plain(Condition condition, Moment moment, Matcher[] needed) {
      this.condition = condition;
      this.moment = moment;
      this.needed = needed;
    }

    @Override
    void bind(Block ofBlock, Facts facts) {
      block = ofBlock;
      person = new RowPerson(ofBlock, facts);
      for (Matcher matcher : needed) {
        matcher.bind(ofBlock);
      }
    }

    @Override
    void prepare(Run run) {
      int words = run.rowWords();
      if (any.length < words) {
        any = new long[words];
      }
      Arrays.fill(any, 0, words, 0);
      for (Matcher matcher : needed) {
        long[] bits = matcher.bits(run);
        for (int word = 0; word < words; word++) {
          any[word] |= bits[word];
        }
      }
    }

    @Override
    boolean holds(Run run, int local, int from, int to) {
      if (person == null || block == null) {
        throw new IllegalStateException("Not bound to a block");
      }
      if (needed.length > 0 && Bits.first(any, from, to) < 0) {
        return false;
      }
      return condition.test(
          person.at(block.ordinal(run.firstLocal + local), run.firstRow + from, run.firstRow + to),
          moment);
    }
  }

  private static final class Trait extends Leaf {
    private final Matcher updates = Matcher.of("profile_updated");
    private final ValueTest test;
    private long[] present = new long[0];
    private long[] passing = new long[0];

    Trait(ValueTest test) {
      this.test = test;
    }

    @Override
    void bind(Block block, Facts facts) {
      updates.bind(block);
      test.bind(block);
    }

    @Override
    void prepare(Run run) {
      int words = run.rowWords();
      if (present.length < words) {
        present = new long[words];
        passing = new long[words];
      }
      Arrays.fill(present, 0, words, 0);
      long[] named = updates.bits(run);
      if (Bits.first(named, 0, run.rows) < 0) {
        return;
      }
      present(run, test.columns(), present);
      for (int word = 0; word < words; word++) {
        present[word] &= named[word];
      }
      System.arraycopy(present, 0, passing, 0, words);
      test.narrow(run, passing);
    }

    @Override
    boolean holds(Run run, int local, int from, int to) {
      int row = Bits.last(present, from, to);
      return row < 0 ? test.ofAbsent() : Bits.get(passing, row);
    }
  }

  /// Whether the last of a yes and a no to a text was the yes.
  private static final class LastWord extends Leaf {
    private final Matcher yes;
    private final Matcher no;
    private final ValueTest test;
    private long[] said = new long[0];
    private long[] saidYes = new long[0];

    private final @Nullable String oneOf;

    /// The block, when it has choices.
    private @Nullable Block choices;

    private int choice;
    private int firstRow;

    /// @param oneOf the property of a yes whose value says of which choice it is the one: a later
    ///   yes of the same choice takes it back
    LastWord(Matcher yes, Matcher no, String key, String text, @Nullable String oneOf) {
      this.oneOf = oneOf;
      this.yes = yes;
      this.no = no;
      this.test = new ValueTest(key, Operator.EQUAL, Value.of(text), true);
    }

    @Override
    void bind(Block block, Facts facts) {
      yes.bind(block);
      no.bind(block);
      test.bind(block);
      choice = oneOf == null ? -1 : block.words().findKey(oneOf);
      choices = choice >= 0 && block.columns(choice).length > 0 ? block : null;
    }

    @Override
    void prepare(Run run) {
      firstRow = run.firstRow;
      int words = run.rowWords();
      if (said.length < words) {
        said = new long[words];
      }
      saidYes = yes.bits(run);
      long[] saidNo = no.bits(run);
      for (int word = 0; word < words; word++) {
        said[word] = saidYes[word] | saidNo[word];
      }
      test.narrow(run, said);
    }

    @Override
    boolean holds(Run run, int local, int from, int to) {
      return yes(from, to) >= 0;
    }

    /// The row of the yes that holds, or -1.
    int yes(int from, int to) {
      int row = Bits.last(said, from, to);
      return row >= 0
              && Bits.get(saidYes, row)
              && (choices == null || !chosenSince(choices, row, to))
          ? row
          : -1;
    }

    /// Whether another yes of the same choice came later.
    private boolean chosenSince(Block block, int row, int to) {
      Value chosen = block.property(firstRow + row, choice);
      if (chosen == null) {
        return false;
      }
      for (int later = Bits.first(saidYes, row + 1, to);
          later >= 0;
          later = Bits.first(saidYes, later + 1, to)) {
        if (chosen.equals(block.property(firstRow + later, choice))) {
          return true;
        }
      }
      return false;
    }
  }

  /// A tag that came from a source, or was put on in a span.
  private static final class TagBy extends Leaf {
    private final LastWord tag;
    private final String source;
    private final Window.@Nullable Span span;
    private @Nullable Block block;
    private int code;

    TagBy(LastWord tag, String source, Window.@Nullable Span span) {
      this.tag = tag;
      this.source = source;
      this.span = span;
    }

    @Override
    void bind(Block ofBlock, Facts facts) {
      tag.bind(ofBlock, facts);
      block = ofBlock;
      code = -1;
      Words words = ofBlock.words();
      for (int i = 0; i < words.sources() && !source.isEmpty(); i++) {
        if (words.sourceOf(i).equals(source)) {
          code = i;
        }
      }
    }

    @Override
    void prepare(Run run) {
      tag.prepare(run);
    }

    @Override
    boolean holds(Run run, int local, int from, int to) {
      int row = tag.yes(from, to);
      if (row < 0 || block == null) {
        return false;
      }
      if (!source.isEmpty() && block.source(run.firstRow + row) != code) {
        return false;
      }
      return span == null || inside(run.timeMs(row), span);
    }
  }

  private static boolean inside(long timeMs, Window.Span span) {
    return timeMs >= span.fromMs() && timeMs < span.toMs();
  }

  /// Whether somebody was added as a contact, and not removed since.
  private static final class Contact extends Leaf {
    private final Matcher added = Matcher.of("contact_added");
    private final Matcher removed = Matcher.of("contact_removed");
    private long[] addedBits = new long[0];
    private long[] removedBits = new long[0];

    @Override
    void bind(Block block, Facts facts) {
      added.bind(block);
      removed.bind(block);
    }

    @Override
    void prepare(Run run) {
      addedBits = added.bits(run);
      removedBits = removed.bits(run);
    }

    @Override
    boolean holds(Run run, int local, int from, int to) {
      return Bits.last(addedBits, from, to) > Bits.last(removedBits, from, to);
    }
  }

  /// Whether somebody's RFM scores are among those wanted.
  private static final class Scored extends Leaf {
    private final Matcher orders;
    private final Condition.InRfm wanted;
    private final Wholes amounts = new Wholes("amountFen");
    private final LocalDays days;
    private final long today;
    private long[] bits = new long[0];
    private long[] paid = new long[0];

    Scored(Condition.InRfm wanted, Moment moment) {
      this.wanted = wanted;
      this.orders = Matcher.of("order_paid", Window.ever().at(moment.now(), moment.zone()));
      this.days = new LocalDays(moment.zone());
      this.today = days.of(moment.now().toEpochMilli());
    }

    @Override
    void bind(Block block, Facts facts) {
      orders.bind(block);
      amounts.bind(block);
    }

    @Override
    void prepare(Run run) {
      bits = orders.bits(run);
      if (orders.occurs()) {
        paid = amounts.of(run);
      }
    }

    @Override
    boolean holds(Run run, int local, int from, int to) {
      int last = Bits.last(bits, from, to);
      if (last < 0) {
        return false;
      }
      long monetary = 0;
      for (int row = Bits.first(bits, from, to); row >= 0; row = Bits.first(bits, row + 1, to)) {
        monetary = Rfm.add(monetary, paid[row]);
      }
      Rfm.Cell cell =
          Rfm.Rules.STANDARD.score(
              new Rfm(
                  (int) (today - days.of(run.timeMs(last))), Bits.count(bits, from, to), monetary));
      return wanted.recency().has(cell.r())
          && wanted.frequency().has(cell.f())
          && wanted.monetary().has(cell.m());
    }
  }

  /// Whether the first or the last match of all lies in a span.
  private static final class EdgeIn extends Leaf {
    private final Matcher matcher;
    private final boolean first;
    private final Window.Span span;
    private long[] bits = new long[0];

    EdgeIn(Matcher matcher, boolean first, Window.Span span) {
      this.matcher = matcher;
      this.first = first;
      this.span = span;
    }

    @Override
    void bind(Block block, Facts facts) {
      matcher.bind(block);
    }

    @Override
    void prepare(Run run) {
      bits = matcher.bits(run);
    }

    @Override
    boolean holds(Run run, int local, int from, int to) {
      int row = first ? Bits.first(bits, from, to) : Bits.last(bits, from, to);
      return row >= 0 && inside(run.timeMs(row), span);
    }
  }

  /// Whether a property of the first or the last match that has it passes.
  private static final class EdgeHas extends Leaf {
    private final Matcher matcher;
    private final boolean first;
    private final ValueTest test;
    private long[] present = new long[0];
    private long[] passing = new long[0];

    EdgeHas(Matcher matcher, boolean first, ValueTest test) {
      this.matcher = matcher;
      this.first = first;
      this.test = test;
    }

    @Override
    void bind(Block block, Facts facts) {
      matcher.bind(block);
      test.bind(block);
    }

    @Override
    void prepare(Run run) {
      int words = run.rowWords();
      if (present.length < words) {
        present = new long[words];
        passing = new long[words];
      }
      long[] matching = matcher.bits(run);
      Arrays.fill(present, 0, words, 0);
      if (Bits.first(matching, 0, run.rows) < 0) {
        return;
      }
      present(run, test.columns(), present);
      for (int word = 0; word < words; word++) {
        present[word] &= matching[word];
      }
      System.arraycopy(present, 0, passing, 0, words);
      test.narrow(run, passing);
    }

    @Override
    boolean holds(Run run, int local, int from, int to) {
      int row = first ? Bits.first(present, from, to) : Bits.last(present, from, to);
      return row >= 0 && Bits.get(passing, row);
    }
  }

  /// Adds the rows that have a value in any of the columns.
  private static void present(Run run, Column[] columns, long[] into) {
    for (Column column : columns) {
      int[] rows = run.rows(column);
      int count = run.count(column);
      for (int i = 0; i < count; i++) {
        Bits.set(into, rows[i]);
      }
    }
  }

  /// Whether a match has none of another pattern behind it soon enough.
  private static final class Lonely extends Leaf {
    private final Matcher matcher;
    private final Matcher next;
    private final long withinMs;
    private long[] bits = new long[0];
    private long[] nextBits = new long[0];

    Lonely(Matcher matcher, Matcher next, long withinMs) {
      this.matcher = matcher;
      this.next = next;
      this.withinMs = withinMs;
    }

    @Override
    void bind(Block block, Facts facts) {
      matcher.bind(block);
      next.bind(block);
    }

    @Override
    void prepare(Run run) {
      bits = matcher.bits(run);
      nextBits = next.bits(run);
    }

    @Override
    boolean holds(Run run, int local, int from, int to) {
      for (int row = Bits.first(bits, from, to); row >= 0; row = Bits.first(bits, row + 1, to)) {
        int following = Bits.first(nextBits, row + 1, to);
        if (following < 0 || run.timeMs(following) - run.timeMs(row) > withinMs) {
          return true;
        }
      }
      return false;
    }
  }

  /// Whether somebody is in any group: joined one and did not leave it since.
  private static final class AnyGroup extends Leaf {
    private final Matcher joined = Matcher.of("group_joined");
    private final Matcher gone = Matcher.of("group_left");
    private final Set<String> left = new HashSet<>();
    private long[] any = new long[0];
    private long[] joinedBits = new long[0];
    private @Nullable Block block;
    private int key;

    @Override
    void bind(Block ofBlock, Facts facts) {
      joined.bind(ofBlock);
      gone.bind(ofBlock);
      block = ofBlock;
      key = ofBlock.words().findKey("group");
    }

    @Override
    void prepare(Run run) {
      int words = run.rowWords();
      if (any.length < words) {
        any = new long[words];
      }
      joinedBits = joined.bits(run);
      long[] goneBits = gone.bits(run);
      for (int word = 0; word < words; word++) {
        any[word] = joinedBits[word] | goneBits[word];
      }
    }

    @Override
    boolean holds(Run run, int local, int from, int to) {
      if (block == null || Bits.first(joinedBits, from, to) < 0) {
        return false;
      }
      left.clear();
      for (int row = Bits.last(any, from, to); row >= 0; row = Bits.last(any, from, row)) {
        if (block.property(run.firstRow + row, key) instanceof Value.Text(String group)) {
          if (!Bits.get(joinedBits, row)) {
            left.add(group);
          } else if (!left.contains(group)) {
            return true;
          }
        }
      }
      return false;
    }
  }

  /// The rows of some events that have values under some keys, to be looked at from the last on.
  private abstract static class Rows extends Leaf {
    private final Matcher[] names;
    private final String[] keys;
    private final int[] codes;
    private final Column[][] columns;
    private long[] bits = new long[0];
    private long[] present = new long[0];
    private @Nullable Block block;

    Rows(List<String> names, String... keys) {
      this.names = names.stream().map(Matcher::of).toArray(Matcher[]::new);
      this.keys = keys;
      this.codes = new int[keys.length];
      this.columns = new Column[keys.length][];
    }

    @Override
    final void bind(Block ofBlock, Facts facts) {
      block = ofBlock;
      for (Matcher name : names) {
        name.bind(ofBlock);
      }
      for (int i = 0; i < keys.length; i++) {
        codes[i] = ofBlock.words().findKey(keys[i]);
        columns[i] = ofBlock.columns(codes[i]);
      }
    }

    @Override
    final void prepare(Run run) {
      int words = run.rowWords();
      if (bits.length < words) {
        bits = new long[words];
        present = new long[words];
      }
      Arrays.fill(bits, 0, words, 0);
      for (Matcher name : names) {
        long[] named = name.bits(run);
        for (int word = 0; word < words; word++) {
          bits[word] |= named[word];
        }
      }
      for (Column[] ofKey : columns) {
        Arrays.fill(present, 0, words, 0);
        present(run, ofKey, present);
        for (int word = 0; word < words; word++) {
          bits[word] &= present[word];
        }
      }
    }

    /// The last such row before `to`, or -1.
    final int last(int from, int to) {
      return Bits.last(bits, from, to);
    }

    final Value value(Run run, int row, int key) {
      Value value = block == null ? null : block.property(run.firstRow + row, codes[key]);
      if (value == null) {
        throw new IllegalStateException("No " + keys[key] + " in a row that has one");
      }
      return value;
    }
  }

  private static final class There extends Rows {
    private final Condition.Near near;

    There(Condition.Near near) {
      super(Person.LOCATED, "lat", "lon");
      this.near = near;
    }

    @Override
    boolean holds(Run run, int local, int from, int to) {
      for (int row = last(from, to); row >= 0; row = last(from, row)) {
        double lat = value(run, row, 0).asNumber();
        double lon = value(run, row, 1).asNumber();
        if (Person.isPlace(lat, lon)) {
          return near.holds(lat, lon);
        }
      }
      return false;
    }
  }

  private static final class DateTrait extends Rows {
    private final Condition.DateIn date;
    private final Moment moment;

    DateTrait(Condition.DateIn date, Moment moment) {
      super(List.of("profile_updated"), date.trait());
      this.date = date;
      this.moment = moment;
    }

    @Override
    boolean holds(Run run, int local, int from, int to) {
      int row = last(from, to);
      return row >= 0 && date.holds(value(run, row, 0), moment);
    }
  }

  private interface Question {
    boolean ask(Facts facts, int ordinal);
  }

  private static final class Known extends Leaf {
    private final Question question;
    private @Nullable Facts facts;
    private @Nullable Block block;

    Known(Question question) {
      this.question = question;
    }

    @Override
    void bind(Block ofBlock, Facts ofFacts) {
      block = ofBlock;
      facts = ofFacts;
    }

    @Override
    void prepare(Run run) {}

    @Override
    boolean holds(Run run, int local, int from, int to) {
      if (facts == null || block == null) {
        throw new IllegalStateException("Not bound to a block");
      }
      return question.ask(facts, block.ordinal(run.firstLocal + local));
    }
  }

  private static final class InState extends Leaf {
    private final Matcher orders;
    private final Lifecycle state;
    private final Stages stages;
    private long[] bits = new long[0];

    InState(Lifecycle state, Moment moment) {
      this.orders = Matcher.of("order_paid", Window.ever().at(moment.now(), moment.zone()));
      this.state = state;
      this.stages = new Stages(moment);
    }

    @Override
    void bind(Block block, Facts facts) {
      orders.bind(block);
    }

    @Override
    void prepare(Run run) {
      bits = orders.bits(run);
    }

    @Override
    boolean holds(Run run, int local, int from, int to) {
      int last = Bits.last(bits, from, to);
      return stages.of(
              last < 0 ? 0 : Bits.last(bits, from, last) < 0 ? 1 : 2,
              last < 0 ? 0 : run.timeMs(last))
          == state;
    }
  }

  private static final class Count extends Leaf {
    private final Matcher matcher;
    private final Condition.Times times;
    private long[] bits = new long[0];

    Count(Matcher matcher, Condition.Times times) {
      this.matcher = matcher;
      this.times = times;
    }

    @Override
    void bind(Block block, Facts facts) {
      matcher.bind(block);
    }

    @Override
    void prepare(Run run) {
      bits = matcher.bits(run);
    }

    @Override
    boolean holds(Run run, int local, int from, int to) {
      return times.holds(Bits.count(bits, from, to));
    }
  }

  private static final class Measure extends Leaf {
    private final FoldLoop fold;
    private final Operator operator;
    private final double number;
    private final Value value;

    Measure(FoldLoop fold, Operator operator, double number) {
      this.fold = fold;
      this.operator = operator;
      this.number = number;
      this.value = Value.of(number);
    }

    @Override
    void bind(Block block, Facts facts) {
      fold.bind(block);
    }

    @Override
    void prepare(Run run) {
      fold.over(run);
    }

    @Override
    boolean holds(Run run, int local, int from, int to) {
      byte type = fold.types[local];
      if (type == FoldLoop.NONE) {
        return false;
      }
      long bits = fold.bits[local];
      boolean whole = type == FoldLoop.WHOLE;
      if (operator == Operator.CONTAINS) {
        return operator.test(
            whole ? Value.of(bits) : Value.of(Double.longBitsToDouble(bits)), value);
      }
      double folded = whole ? bits : Double.longBitsToDouble(bits);
      return ValueTest.holds(operator, Double.compare(folded, number));
    }
  }

  private static final class Follows extends Leaf {
    private final Matcher[] steps;
    private final long withinMs;
    private final long[][] bits;
    private final long[] reachedMs;
    private long[] any = new long[0];

    Follows(Matcher[] steps, long withinMs) {
      this.steps = steps;
      this.withinMs = withinMs;
      this.bits = new long[steps.length][];
      this.reachedMs = new long[steps.length];
    }

    @Override
    void bind(Block block, Facts facts) {
      for (Matcher step : steps) {
        step.bind(block);
      }
    }

    @Override
    void prepare(Run run) {
      int words = run.rowWords();
      if (any.length < words) {
        any = new long[words];
      }
      Arrays.fill(any, 0, words, 0);
      for (int step = 0; step < steps.length; step++) {
        bits[step] = steps[step].bits(run);
        for (int word = 0; word < words; word++) {
          any[word] |= bits[step][word];
        }
      }
    }

    @Override
    boolean holds(Run run, int local, int from, int to) {
      int last = steps.length - 1;
      int row = Bits.first(bits[0], from, to);
      if (row < 0 || Bits.last(bits[last], row, to) < 0) {
        return false;
      }
      Arrays.fill(reachedMs, Long.MIN_VALUE);
      for (; row >= 0; row = Bits.first(any, row + 1, to)) {
        long time = run.timeMs(row);
        for (int step = last; step >= 0; step--) {
          if (!Bits.get(bits[step], row)) {
            continue;
          }
          if (step == 0) {
            reachedMs[0] = time;
          } else if (reachedMs[step - 1] != Long.MIN_VALUE
              && time - reachedMs[step - 1] <= withinMs) {
            if (step == last) {
              return true;
            }
            reachedMs[step] = time;
          }
        }
      }
      return false;
    }
  }

  /// All of the parts, or any.
  private static final class Algebra extends Node {
    private final Node[] parts;
    private final boolean all;
    private long[] one = new long[0];

    Algebra(Node[] parts, boolean all) {
      this.parts = parts;
      this.all = all;
    }

    @Override
    void bind(Block block, Facts facts) {
      for (Node part : parts) {
        part.bind(block, facts);
      }
    }

    @Override
    void over(Run run, long[] out) {
      int words = Bits.words(run.locals);
      if (one.length < words) {
        one = new long[words];
      }
      if (all) {
        Bits.fill(out, run.locals);
      } else {
        Arrays.fill(out, 0, words, 0);
      }
      for (Node part : parts) {
        if (decided(run, out)) {
          return;
        }
        part.over(run, one);
        for (int word = 0; word < words; word++) {
          out[word] = all ? out[word] & one[word] : out[word] | one[word];
        }
      }
    }

    /// Whether no other part can change the answer for anybody.
    private boolean decided(Run run, long[] out) {
      int on = Bits.count(out, 0, run.locals);
      return on == (all ? 0 : run.locals);
    }
  }

  private static final class Other extends Node {
    private final Node part;

    Other(Node part) {
      this.part = part;
    }

    @Override
    void bind(Block block, Facts facts) {
      part.bind(block, facts);
    }

    @Override
    void over(Run run, long[] out) {
      part.over(run, out);
      int words = Bits.words(run.locals);
      for (int word = 0; word < words; word++) {
        out[word] = ~out[word];
      }
      if ((run.locals & 63) != 0) {
        out[words - 1] &= (1L << run.locals) - 1;
      }
    }
  }
}
