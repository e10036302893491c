package io.huoshui.insight.attribution;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What each channel is given, by each model. Counted over people one after the other; parts add
/// up, in whatever order. For one thread.
public final class Credits {
  /// Credit is given in millionths of a conversion, so that it adds up.
  public static final long WHOLE = 1_000_000;

  private final long lookbackMs;
  private final double halfLifeMs;
  private final TreeMap<String, Channel> channels = new TreeMap<>();
  private final Markov markov = new Markov();
  private long people;
  private long conversions;
  private long amountFen;
  private long untouched;
  private long untouchedFen;

  /// @param lookbackMs above 0
  /// @param halfLifeMs above 0
  public Credits(long lookbackMs, long halfLifeMs) {
    if (lookbackMs <= 0 || halfLifeMs <= 0) {
      throw new IllegalArgumentException(
          "A look-back of "
              + lookbackMs
              + " ms and a half-life of "
              + halfLifeMs
              + " ms have to be above 0");
    }
    this.lookbackMs = lookbackMs;
    this.halfLifeMs = halfLifeMs;
  }

  private static final class Channel {
    long touches;
    long people;
    long converters;
    final Map<Model, long[]> given = new EnumMap<>(Model.class);

    void give(Model model, long credit, long fen) {
      long[] sums = given.computeIfAbsent(model, _ -> new long[2]);
      sums[0] += credit;
      sums[1] += fen;
    }
  }

  private Channel channel(String name) {
    return channels.computeIfAbsent(name, _ -> new Channel());
  }

  /// @param steps of one person, in order of time
  public void person(List<Step> steps) {
    trails(Trails.of(steps, lookbackMs));
  }

  /// @param trails of one person, cut with the same look-back
  public void trails(List<Trail> trails) {
    if (trails.isEmpty()) {
      return;
    }
    people++;
    var touched = new HashSet<String>();
    var led = new HashSet<String>();
    for (Trail trail : trails) {
      touched.addAll(trail.channels());
      trail.channels().forEach(name -> channel(name).touches++);
      markov.add(trail);
      if (trail.converted()) {
        conversions++;
        amountFen += trail.amountFen();
        led.addAll(trail.channels());
        give(trail);
      }
    }
    touched.forEach(name -> channel(name).people++);
    led.forEach(name -> channel(name).converters++);
  }

  private void give(Trail trail) {
    if (trail.channels().isEmpty()) {
      untouched++;
      untouchedFen += trail.amountFen();
      return;
    }
    for (Model model : Model.values()) {
      if (model != Model.MARKOV) {
        double[] weights = model.weights(trail, halfLifeMs);
        long[] credit = Parts.of(WHOLE, weights);
        // What was given back is given out as well.
        long[] fen = Parts.of(Math.abs(trail.amountFen()), weights);
        for (int i = 0; i < weights.length; i++) {
          channel(trail.channels().get(i))
              .give(model, credit[i], trail.amountFen() < 0 ? -fen[i] : fen[i]);
        }
      }
    }
  }

  /// Adds what was counted of other people, with the same look-back and half-life.
  public void add(Credits other) {
    people += other.people;
    conversions += other.conversions;
    amountFen += other.amountFen;
    untouched += other.untouched;
    untouchedFen += other.untouchedFen;
    markov.add(other.markov);
    other.channels.forEach(
        (name, theirs) -> {
          Channel mine = channel(name);
          mine.touches += theirs.touches;
          mine.people += theirs.people;
          mine.converters += theirs.converters;
          theirs.given.forEach((model, sums) -> mine.give(model, sums[0], sums[1]));
        });
  }

  /// @param credit in millionths of a conversion
  public record Given(long credit, long amountFen) {}

  /// @param touches all of it
  /// @param people whom it touched
  /// @param converters of those, whom it touched on the way to a conversion
  /// @param removal the part of conversions that would be missing without it, by the chain
  public record Row(
      String channel,
      long touches,
      long people,
      long converters,
      double removal,
      Map<Model, Given> given) {
    public Row {
      given = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(given));
    }

    public Given by(Model model) {
      return given.getOrDefault(model, new Given(0, 0));
    }
  }

  /// @param untouched conversions that no touch came before within the look-back: nobody is given
  ///   them
  public record Table(
      long people,
      long conversions,
      long amountFen,
      long untouched,
      long untouchedFen,
      List<Row> rows) {
    public Table {
      rows = List.copyOf(rows);
    }
  }

  /// Every channel, by name. By each model credit and untouched conversions add up to all
  /// conversions, and so do the amounts.
  public Table table() {
    Map<String, Double> removal = markov.removalEffects();
    List<String> names = new ArrayList<>(channels.keySet());
    double[] weights =
        names.stream().mapToDouble(name -> removal.getOrDefault(name, 0.0)).toArray();
    boolean any = false;
    for (double weight : weights) {
      any = any || weight > 0;
    }
    long touchedFen = amountFen - untouchedFen;
    long[] credit =
        any ? Parts.of((conversions - untouched) * WHOLE, weights) : new long[names.size()];
    long[] fen = any ? Parts.of(Math.abs(touchedFen), weights) : new long[names.size()];
    var rows = new ArrayList<Row>();
    for (int i = 0; i < names.size(); i++) {
      Channel channel = channel(names.get(i));
      var given = new LinkedHashMap<Model, Given>();
      for (Model model : Model.values()) {
        long[] sums = channel.given.getOrDefault(model, new long[2]);
        given.put(
            model,
            model == Model.MARKOV
                ? new Given(credit[i], touchedFen < 0 ? -fen[i] : fen[i])
                : new Given(sums[0], sums[1]));
      }
      rows.add(
          new Row(
              names.get(i),
              channel.touches,
              channel.people,
              channel.converters,
              removal.getOrDefault(names.get(i), 0.0),
              given));
    }
    return new Table(people, conversions, amountFen, untouched, untouchedFen, rows);
  }
}
