package io.huoshui.trial;

import io.huoshui.audience.Condition;
import io.huoshui.audience.RuleText;
import io.huoshui.insight.experiment.Power;
import io.huoshui.json.Json;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// 要素碰撞: state × attribute × window × incentive × message, tried at once on some people.
///
/// State and attribute are observed: they part people into blocks, and the first that holds counts.
/// Window, incentive and message are assigned by chance: each combination that is tried is a cell.
/// A trial is carried out by the journey it is compiled to, and by nothing else.
///
/// @param states what people are in, in order; one that everybody is in where nothing is said
/// @param attributes what people are, likewise
/// @param holdOutShare of each block, how many get nothing
/// @param least the fewest people of a cell, and of a block's hold-out, that are to say anything
/// @param fdr the share of false ones among the discoveries that is put up with
public record Trial(
    String name,
    String title,
    Base base,
    List<Group> states,
    List<Group> attributes,
    List<Window> windows,
    List<Incentive> incentives,
    List<Message> messages,
    double holdOutShare,
    Json goal,
    Plan plan,
    Least least,
    double fdr) {
  /// More would have less than 2 % of a block each.
  public static final int MOST_CELLS = 50;

  public static final int MOST_BLOCKS = 100;

  /// Who is tried on.
  public sealed interface Base {
    /// When it is launched.
    record OfAudience(String audience) implements Base {}

    /// Whoever is in it each day at this time, each once.
    record OfSegment(String segment, LocalTime at) implements Base {}
  }

  /// People of whom a rule holds; null holds of everybody.
  public record Group(String name, @Nullable Condition rule) {
    static final Group ALL = new Group("all", null);
  }

  /// When something is sent.
  ///
  /// @param action `wait` or `waitUntil` as journeys have them; empty for at once
  public record Window(String name, String action, Json body) {}

  /// @param coupon a coupon template; empty for none
  public record Incentive(String name, String coupon) {}

  /// What is said on which channel: the template's.
  ///
  /// @param withCoupon the template for whoever was given a coupon
  public record Message(String name, String template, String withCoupon) {}

  public sealed interface Plan {
    /// Every cell.
    record Full() implements Plan {}

    /// As few cells as let each factor's main effect be told from the others' (resolution III).
    record Fraction() implements Plan {}

    /// Every cell, and more people for those that do better (Thompson sampling).
    ///
    /// @param floorPercent the least share of each
    record Bandit(int floorPercent) implements Plan {}
  }

  /// How many people a cell needs.
  ///
  /// @param people given; or, when 0, so many that a difference of `effect` from a rate of `base`
  ///   is found with `power`, at a level of 5 %
  public record Least(long people, double effect, double base, double power) {
    public long each() {
      if (people > 0) {
        return people;
      }
      double other = Math.min(1, base + effect);
      return Power.each(base * (1 - base), other * (1 - other), effect, 0.05, power);
    }
  }

  /// One combination of what is assigned.
  public record Cell(Window window, Incentive incentive, Message message) {
    public String name() {
      return window.name() + "-" + incentive.name() + "-" + message.name();
    }

    public String template() {
      return incentive.coupon().isEmpty() ? message.template() : message.withCoupon();
    }

    /// The id of the first of its steps.
    public String begins() {
      return name()
          + (window.action().isEmpty() ? incentive.coupon().isEmpty() ? SEND : COUPON : WAIT);
    }
  }

  public record Block(Group state, Group attribute) {
    public String name() {
      return state.name() + "-" + attribute.name();
    }

    /// Null holds of everybody.
    public @Nullable String rule() {
      var rules = new ArrayList<String>();
      for (Group group : List.of(state, attribute)) {
        if (group.rule() instanceof Condition rule) {
          rules.add("(" + RuleText.write(rule) + ")");
        }
      }
      return rules.isEmpty() ? null : String.join(" and ", rules);
    }

    /// The id of the step that gives its people a cell each.
    public String assigns() {
      return "cell-" + name();
    }
  }

  private static final String BLOCK = "block";
  private static final String WAIT = "-wait";
  private static final String COUPON = "-coupon";
  private static final String SEND = "-send";

  public Trial {
    states = List.copyOf(states);
    attributes = List.copyOf(attributes);
    windows = List.copyOf(windows);
    incentives = List.copyOf(incentives);
    messages = List.copyOf(messages);
    check(
        (long) states.size() * attributes.size() <= MOST_BLOCKS,
        "states × attributes are "
            + (long) states.size() * attributes.size()
            + " blocks; allowed: "
            + MOST_BLOCKS);
    check(
        holdOutShare > 0 && holdOutShare <= 0.5,
        "holdOut is " + holdOutShare * 100 + "; allowed: above 0, up to 50 percent of each block");
    check(fdr > 0 && fdr < 1, "fdr is " + fdr + "; allowed: above 0, below 1");
    long cells =
        plan instanceof Plan.Fraction
            ? Fraction.size(windows.size(), incentives.size(), messages.size())
            : (long) windows.size() * incentives.size() * messages.size();
    check(
        cells >= 2 && cells <= MOST_CELLS,
        "window × incentive × message are "
            + cells
            + " cells; allowed: 2 to "
            + MOST_CELLS
            + ". Merge levels, or try a fraction (plan: fraction).");
    check(
        !(plan instanceof Plan.Bandit(int floor)) || (floor >= 1 && floor * cells <= 100),
        "each of " + cells + " cells has its floor; together at most 100 percent");
  }

  private static void check(boolean holds, String why) {
    if (!holds) {
      throw new IllegalArgumentException(why);
    }
  }

  public List<Block> blocks() {
    var blocks = new ArrayList<Block>();
    for (Group state : states) {
      for (Group attribute : attributes) {
        blocks.add(new Block(state, attribute));
      }
    }
    return blocks;
  }

  public @Nullable Block block(String name) {
    return blocks().stream().filter(each -> each.name().equals(name)).findFirst().orElse(null);
  }

  /// The cells that are tried.
  public List<Cell> cells() {
    var cells = new ArrayList<Cell>();
    int apart =
        plan instanceof Plan.Fraction
            ? Fraction.apart(windows.size(), incentives.size(), messages.size())
            : 1;
    for (int w = 0; w < windows.size(); w++) {
      for (int i = 0; i < incentives.size(); i++) {
        for (int m = 0; m < messages.size(); m++) {
          if (Fraction.has(w, i, m, apart)) {
            cells.add(new Cell(windows.get(w), incentives.get(i), messages.get(m)));
          }
        }
      }
    }
    return cells;
  }

  public @Nullable Cell cell(String name) {
    return cells().stream().filter(each -> each.name().equals(name)).findFirst().orElse(null);
  }

  /// The share of a block's treated people that each cell is given, in percent; of a bandit to
  /// begin with.
  public Map<String, Integer> percents() {
    List<Cell> cells = cells();
    var percents = new LinkedHashMap<String, Integer>();
    for (int i = 0; i < cells.size(); i++) {
      percents.put(cells.get(i).name(), 100 / cells.size() + (i < 100 % cells.size() ? 1 : 0));
    }
    return percents;
  }

  /// Whom a block's rule holds of, as a rule's text: whoever is in an earlier block is not in it.
  ///
  /// @param tried whether those count to whom the trial sent something
  public String people(Block of, boolean tried) {
    var rules = new ArrayList<String>();
    rules.add(
        switch (base) {
          case Base.OfAudience(String audience) -> "in audience " + audience;
          case Base.OfSegment(String segment, LocalTime _) -> "in segment " + segment;
        });
    for (Block block : blocks()) {
      String rule = block.rule();
      if (block.name().equals(of.name())) {
        if (rule != null) {
          rules.add("(" + rule + ")");
        }
        break;
      }
      if (rule != null) {
        rules.add("not (" + rule + ")");
      }
    }
    if (!tried) {
      rules.add("not journey " + name + " sent");
    }
    return String.join(" and ", rules);
  }

  /// The journey that carries it out, as it is published.
  public Json.Obj journey() {
    var steps = new ArrayList<Json>();
    var arms = new ArrayList<Json>();
    String otherwise = "end";
    for (Block block : blocks()) {
      if (block.rule() instanceof String rule) {
        arms.add(Json.object("if", Json.of(rule), "next", Json.of(block.assigns())));
      } else {
        // Nobody is left for a later one.
        otherwise = block.assigns();
        break;
      }
    }
    if (!arms.isEmpty()) {
      steps.add(
          Json.object(
              "id", Json.of(BLOCK), "branch", Json.of(arms), "otherwise", Json.of(otherwise)));
    }
    blocks().forEach(block -> steps.add(assign(block)));
    cells().forEach(cell -> steps.addAll(steps(cell)));
    var journey = new LinkedHashMap<String, Json>();
    journey.put("journey", Json.of(name));
    journey.put("title", Json.of(title));
    journey.put(
        "entry",
        switch (base) {
          case Base.OfAudience(String audience) -> Json.object("audience", Json.of(audience));
          case Base.OfSegment(String segment, LocalTime at) ->
              Json.object("segment", Json.of(segment), "at", Json.of(at.toString()));
        });
    journey.put("reentry", Json.of("once"));
    journey.put("holdOut", Json.of(holdOutShare * 100));
    journey.put("goal", goal);
    journey.put("steps", Json.of(steps));
    return new Json.Obj(journey);
  }

  private Json assign(Block block) {
    var arms = new ArrayList<Json>();
    if (plan instanceof Plan.Bandit(int floor)) {
      for (Cell cell : cells()) {
        arms.add(Json.object("name", Json.of(cell.name()), "next", Json.of(cell.begins())));
      }
      return Json.object(
          "id",
          Json.of(block.assigns()),
          "adapt",
          Json.object("floor", Json.of(floor), "arms", Json.of(arms)));
    }
    Map<String, Integer> percents = percents();
    for (Cell cell : cells()) {
      arms.add(
          Json.object(
              "name", Json.of(cell.name()),
              "percent", Json.of(percents.getOrDefault(cell.name(), 0)),
              "next", Json.of(cell.begins())));
    }
    return Json.object("id", Json.of(block.assigns()), "split", Json.of(arms));
  }

  private static List<Json> steps(Cell cell) {
    var steps = new ArrayList<Json>();
    if (!cell.window().action().isEmpty()) {
      steps.add(
          Json.object(
              "id", Json.of(cell.name() + WAIT), cell.window().action(), cell.window().body()));
    }
    if (!cell.incentive().coupon().isEmpty()) {
      steps.add(
          Json.object(
              "id", Json.of(cell.name() + COUPON), "coupon", Json.of(cell.incentive().coupon())));
    }
    steps.add(
        Json.object(
            "id", Json.of(cell.name() + SEND),
            "send", Json.of(cell.template()),
            "next", Json.of("end")));
    return steps;
  }

  /// The journey by which a cell that won is done to the rest of a block.
  ///
  /// @param journey its name
  /// @param audience whoever of the block was not reached
  /// @param holdOutPercent of them, who get nothing and are compared with
  /// @param autopilot how they are let in; null for all at once
  public Json.Obj scaled(
      Block block,
      Cell cell,
      String journey,
      String audience,
      double holdOutPercent,
      @Nullable Json autopilot) {
    var scaled = new LinkedHashMap<String, Json>();
    scaled.put("journey", Json.of(journey));
    scaled.put("title", Json.of(title + " · " + block.name() + " · " + cell.name()));
    scaled.put("entry", Json.object("audience", Json.of(audience)));
    scaled.put("reentry", Json.of("once"));
    scaled.put("holdOut", Json.of(holdOutPercent));
    scaled.put("goal", goal);
    if (autopilot != null) {
      scaled.put("autopilot", autopilot);
    }
    scaled.put("steps", Json.of(steps(cell)));
    return new Json.Obj(scaled);
  }

  /// What a scaled journey, and its audience, are called when nobody says.
  public String scaledName(Block block, Cell cell) {
    String whole =
        (name + "_" + block.name() + "_" + cell.name()).replace('-', '_').toLowerCase(Locale.ROOT);
    return whole.length() <= 64 ? whole : whole.substring(0, 64);
  }

  /// The block and the cell of whoever went a way through the trial's journey.
  ///
  /// @param cell empty while they have none
  public record Place(String block, String cell) {}

  /// @param way the ids of the steps, in the order in which they were taken
  /// @return null for who is in no block
  public @Nullable Place place(List<String> way) {
    for (int i = 0; i < way.size(); i++) {
      for (Block block : blocks()) {
        if (block.assigns().equals(way.get(i))) {
          String next = i + 1 < way.size() ? way.get(i + 1) : "";
          return new Place(
              block.name(),
              cells().stream()
                  .filter(cell -> cell.begins().equals(next))
                  .map(Cell::name)
                  .findFirst()
                  .orElse(""));
        }
      }
    }
    return null;
  }
}
