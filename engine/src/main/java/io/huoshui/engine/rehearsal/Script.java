package io.huoshui.engine.rehearsal;

import io.huoshui.engine.Entry;
import io.huoshui.journey.Steering;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a rehearsal plays. [ScriptJson] reads it.
///
/// @param brand who is there when nobody else is named
/// @param days how long it goes on
/// @param pace how far the clock goes at once; what happens within is seen at its end
/// @param definitions published at the beginning, in this order
/// @param audiences frozen when a journey on them is launched
/// @param reactions whether the rates are taken from what people did with former messages
/// @param answers what people and guides do on top of what the rates say
/// @param arrivals people who are new
/// @param crowds people who are there and do something at a moment
/// @param heroSku the item of layered contribution, empty for none
public record Script(
    String name,
    String title,
    Brand brand,
    int days,
    Duration pace,
    List<Definition> definitions,
    List<Audience> audiences,
    List<Deed> deeds,
    Rates rates,
    Reactions reactions,
    List<Answer> answers,
    List<Arrival> arrivals,
    List<Crowd> crowds,
    String heroSku,
    List<Expectation> expect) {

  /// Where the rates come from.
  ///
  /// @param measured from what came of the messages there were, where that are enough
  /// @param atLeast how many messages, clicks or readers a rate has to stand on
  public record Reactions(boolean measured, int atLeast) {
    public static final int ENOUGH = 200;
    public static final Reactions GIVEN = new Reactions(false, ENOUGH);
  }

  /// The synthetic brand.
  public record Brand(int people, long seed, Instant start, ZoneId zone) {}

  /// @param json as it is published
  public record Definition(Entry.Definition kind, String name, String json) {}

  /// @param segment whose members; or
  /// @param rule in its text form
  public record Audience(String name, String segment, String rule) {}

  /// What an operator does, on a day counted from 0.
  public sealed interface Deed {
    int day();

    LocalTime at();

    /// An audience is frozen and its journey launched.
    record Launch(String journey, int day, LocalTime at) implements Deed {}

    /// Whoever is in a segment is called into a journey.
    record Call(String journey, String segment, String key, int day, LocalTime at)
        implements Deed {}

    record Steer(String journey, Steering steering, int day, LocalTime at) implements Deed {}
  }

  /// What follows once a message is delivered, or a task is done.
  ///
  /// @param to the name of a template, or the title of a task
  record Answer(String to, boolean task, List<Happening> events) {
    public Answer {
      events = List.copyOf(events);
    }
  }

  /// @param from the day of the first
  /// @param ordersPer30Days of their own accord
  record Arrival(
      String name,
      int perDay,
      int from,
      int days,
      double ordersPer30Days,
      long basketFen,
      List<Happening> events) {
    public Arrival {
      events = List.copyOf(events);
    }
  }

  /// Members of a segment do something on a day.
  record Crowd(
      String segment,
      double share,
      int day,
      LocalTime at,
      Duration spread,
      List<Happening> events) {
    public Crowd {
      events = List.copyOf(events);
    }
  }

  public Script {
    definitions = List.copyOf(definitions);
    audiences = List.copyOf(audiences);
    deeds = List.copyOf(deeds);
    answers = List.copyOf(answers);
    arrivals = List.copyOf(arrivals);
    crowds = List.copyOf(crowds);
    expect = List.copyOf(expect);
  }

  @Nullable Audience audience(String name) {
    for (Audience each : audiences) {
      if (each.name().equals(name)) {
        return each;
      }
    }
    return null;
  }

  /// The same over other people.
  public Script over(Brand other) {
    return new Script(
        name,
        title,
        other,
        days,
        pace,
        definitions,
        audiences,
        deeds,
        rates,
        reactions,
        answers,
        arrivals,
        crowds,
        heroSku,
        expect);
  }

  /// The same with definitions that are published before its own, and audiences besides its own.
  public Script standingOn(List<Definition> before, List<Audience> more) {
    var all = new ArrayList<>(before);
    all.addAll(definitions);
    var every = new ArrayList<>(audiences);
    more.stream().filter(each -> audience(each.name()) == null).forEach(every::add);
    return new Script(
        name, title, brand, days, pace, all, every, deeds, rates, reactions, answers, arrivals,
        crowds, heroSku, expect);
  }

  /// The same with rates from elsewhere.
  public Script with(Reactions other) {
    return new Script(
        name,
        title,
        brand,
        days,
        pace,
        definitions,
        audiences,
        deeds,
        rates,
        other,
        answers,
        arrivals,
        crowds,
        heroSku,
        expect);
  }

  /// The same for another time.
  public Script lasting(int otherDays) {
    return new Script(
        name,
        title,
        brand,
        otherDays,
        pace,
        definitions,
        audiences,
        deeds,
        rates,
        reactions,
        answers,
        arrivals,
        crowds,
        heroSku,
        expect);
  }
}
