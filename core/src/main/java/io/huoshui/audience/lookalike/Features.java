package io.huoshui.audience.lookalike;

import io.huoshui.audience.Moment;
import io.huoshui.audience.lookalike.Feature.Kind;
import io.huoshui.audience.lookalike.Vocabulary.Family;
import io.huoshui.profile.Person;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The questions asked of every timeline, in a fixed order. Immutable.
public final class Features {
  /// Bands of the day, by their first and last hour.
  static final List<String> BANDS = List.of("0-5", "6-11", "12-17", "18-23");

  static final List<String> CONSENTS =
      List.of(Person.Consent.GIVEN.wire(), Person.Consent.WITHDRAWN.wire());

  private final List<Feature> all = new ArrayList<>();
  private final List<List<String>> words = new ArrayList<>();
  private final List<Map<String, Integer>> places = new ArrayList<>();
  private final List<Vocabulary.Trait> traits;

  Features(Vocabulary vocabulary) {
    for (Kind kind : Kind.values()) {
      switch (kind) {
        case HOURS -> BANDS.forEach(band -> add(kind, band));
        case ORDERED_WITH -> add(kind, vocabulary.words(Family.ORDER));
        case FROM_SOURCE -> {
          // One source alone says nothing.
          List<String> sources = vocabulary.words(Family.SOURCE);
          add(kind, sources.size() > 1 ? sources : List.of());
        }
        case DID_30, DID_90, DID_365 -> add(kind, vocabulary.words(Family.EVENT));
        case BOUGHT_CATEGORY -> add(kind, vocabulary.words(Family.CATEGORY));
        case BOUGHT_SKU -> add(kind, vocabulary.words(Family.SKU));
        case TAGGED -> add(kind, vocabulary.words(Family.TAG));
        case LIFECYCLE -> add(kind, "", Vocabulary.LIFECYCLES);
        case CONSENTED ->
            vocabulary.words(Family.CONSENT).forEach(channel -> add(kind, channel, CONSENTS));
        case TRAIT_NUMBER -> {
          for (Vocabulary.Trait trait : vocabulary.traits()) {
            if (trait.number()) {
              add(kind, trait.key());
            }
          }
        }
        case TRAIT -> {
          for (Vocabulary.Trait trait : vocabulary.traits()) {
            if (!trait.number()) {
              add(kind, trait.key(), trait.words());
            }
          }
        }
        default -> add(kind, "");
      }
    }
    this.traits = vocabulary.traits();
    for (Family family : Family.values()) {
      var places = new HashMap<String, Integer>();
      for (String word : vocabulary.words(family)) {
        places.put(word, places.size());
      }
      this.places.add(places);
    }
  }

  private void add(Kind kind, List<String> abouts) {
    abouts.forEach(about -> add(kind, about));
  }

  private void add(Kind kind, String about) {
    add(kind, about, List.of());
  }

  private void add(Kind kind, String about, List<String> answers) {
    all.add(new Feature(kind, about));
    words.add(answers);
  }

  public int size() {
    return all.size();
  }

  public Feature get(int index) {
    return all.get(index);
  }

  /// The words that are answers to a question; empty where they are numbers.
  List<String> words(int index) {
    return words.get(index);
  }

  /// Per word of a family its place among them.
  Map<String, Integer> places(Family family) {
    return places.get(family.ordinal());
  }

  List<Vocabulary.Trait> traits() {
    return traits;
  }

  /// Asks one timeline after the other at one moment; one per thread.
  public Traces traces(Moment moment) {
    return new Traces(this, moment);
  }
}
