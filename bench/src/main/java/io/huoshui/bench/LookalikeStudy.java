package io.huoshui.bench;

import io.huoshui.audience.Condition;
import io.huoshui.audience.lookalike.Quality;
import io.huoshui.engine.Engine;
import io.huoshui.engine.Lookalikes;
import io.huoshui.engine.Seal;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.profile.Draw;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.roaringbitmap.RoaringBitmap;

/// Whether lookalikes find members of a seed that were held back, on a real data set.
///
/// A seed is whoever bought one thing after a day; the engine knows what happened before that day
/// only. Half of the seed, drawn by chance, is shown; everybody else is ranked, and the other half
/// should be on top. Beside it the same people are ranked by what operators use today.
final class LookalikeStudy {
  /// Seeds smaller than this have halves too small to learn from.
  private static final int LEAST = 2 * Lookalikes.FEWEST + 20;

  private static final int BATCH = 10_000;

  /// A data set and the day.
  ///
  /// @param what the property of `product_purchased` that makes seeds: `sku` or `category`
  /// @param events a query of name, customer, happened, order, amount, discount, sku, category,
  ///   word
  record Data(String name, String zone, Instant day, String what, String events, String people) {}

  private static Data onlineRetail(Path folder) {
    String lines =
        """
        (select distinct InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice,
                CustomerID, Country
         from read_csv('%s', header = true, all_varchar = true)
         where CustomerID is not null and CustomerID <> ''
           and cast(Quantity as integer) > 0 and InvoiceNo not like 'C%%')
        """
            .formatted(folder.resolve("online_retail.csv.gz"));
    return new Data(
        "online_retail",
        "Europe/London",
        Instant.parse("2011-09-01T00:00:00Z"),
        "sku",
        """
        with lines as %s
        select 'order_paid' as name, split_part(CustomerID, '.', 1) as customer,
               epoch_ms(min(cast(InvoiceDate as timestamp))) as happened, InvoiceNo as id,
               cast(sum(cast(Quantity as double) * cast(UnitPrice as double)) * 100 as bigint) as amount,
               0 as discount, null as sku, null as category, min(Country) as word
        from lines group by InvoiceNo, CustomerID
        union all
        select 'product_purchased', split_part(CustomerID, '.', 1),
               epoch_ms(cast(InvoiceDate as timestamp)), InvoiceNo, 0, 0, upper(StockCode), null, null
        from lines where length(StockCode) >= 5 and StockCode not like 'BANK%%'
        order by happened, name, id, sku
        """
            .formatted(lines),
        "");
  }

  private static Data completeJourney(Path folder) {
    return new Data(
        "completejourney",
        "America/New_York",
        Instant.parse("2017-10-01T05:00:00Z"),
        "category",
        """
        with t as (select * from read_csv('%1$s', header = true, all_varchar = true)),
             p as (select * from read_csv('%2$s', header = true, all_varchar = true))
        select 'order_paid' as name, household_id as customer,
               epoch_ms(min(cast(transaction_timestamp as timestamp))) as happened, basket_id as id,
               cast(sum(cast(sales_value as double)) * 100 as bigint) as amount,
               cast(sum(cast(retail_disc as double) + cast(coupon_disc as double)
                        + cast(coupon_match_disc as double)) * 100 as bigint) as discount,
               null as sku, null as category, min(store_id) as word
        from t group by basket_id, household_id
        union all
        select 'product_purchased', household_id, epoch_ms(cast(transaction_timestamp as timestamp)),
               basket_id, 0, 0, t.product_id, coalesce(nullif(product_category, 'NA'), department), null
        from t left join p using (product_id) where cast(quantity as integer) > 0
        order by happened, name, id, sku
        """
            .formatted(
                folder.resolve("transactions_sample.csv.gz"), folder.resolve("products.csv.gz")),
        """
        select household_id as customer, age, income, home_ownership, marital_status, household_size,
               kids_count
        from read_csv('%s', header = true, all_varchar = true) order by household_id
        """
            .formatted(folder.resolve("demographics.csv.gz")));
  }

  static Data data(String name, Path folder) {
    return switch (name) {
      case "online_retail" -> onlineRetail(folder);
      case "completejourney" -> completeJourney(folder);
      default -> throw new IllegalArgumentException("No study of " + name);
    };
  }

  /// What one way to rank came to.
  ///
  /// @param auc over everybody who was ranked
  /// @param recall the share of the held back among as many of the first as were held back
  /// @param lift in the first tenth, how often they are met against chance
  record Score(double auc, double recall, double lift) {}

  /// One seed, half of it shown.
  ///
  /// @param said what the model said of itself, on its own hold-out
  record Trial(
      String seed, int shown, int heldBack, int others, Quality said, Map<String, Score> by) {}

  private final Data data;
  private final Map<String, Integer> profiles = new HashMap<>();

  /// Per thing bought after the day, who did.
  private final Map<String, Set<String>> later = new TreeMap<>();

  private final Map<Integer, Long> recency = new HashMap<>();
  private final Map<Integer, Integer> frequency = new HashMap<>();
  private final Map<Integer, Long> monetary = new HashMap<>();

  LookalikeStudy(Data data) {
    this.data = data;
  }

  private static Identifier customer(String number) {
    return Identifier.of(IdentifierKind.MEMBER_NUMBER, number);
  }

  /// @param seeds so many things, evenly from the most to the least bought
  /// @param halves so many draws of each
  List<Trial> run(Path folder, int seeds, int halves) {
    try (Engine engine =
        Engine.open(
            new Engine.Settings(
                folder, new Seal(new byte[32]), ZoneId.of(data.zone()), "http://x", data::day),
            _ -> {})) {
      try {
        fill(engine);
      } catch (SQLException e) {
        throw new IllegalStateException("The data set can not be read: " + e.getMessage(), e);
      }
      var trials = new ArrayList<Trial>();
      for (String thing : chosen(seeds)) {
        for (int half = 0; half < halves; half++) {
          trials.add(trial(engine, thing, half));
        }
      }
      return trials;
    }
  }

  /// Everything before the day is taken; of what comes after only who bought what.
  private void fill(Engine engine) throws SQLException {
    var batch = new ArrayList<Event>();
    int number = 0;
    try (var db = DriverManager.getConnection("jdbc:duckdb:");
        var statement = db.createStatement()) {
      if (!data.people().isEmpty()) {
        try (ResultSet rows = statement.executeQuery(data.people())) {
          while (rows.next()) {
            var traits = new TreeMap<String, Value>();
            for (int column = 2; column <= rows.getMetaData().getColumnCount(); column++) {
              String value = rows.getString(column);
              if (value != null && !value.isBlank() && !value.equals("NA")) {
                traits.put(rows.getMetaData().getColumnName(column), Value.of(value));
              }
            }
            batch.add(
                event(
                    number++,
                    "profile_updated",
                    rows.getString(1),
                    Instant.parse("2017-01-01T05:00:00Z"),
                    Properties.of(traits)));
          }
        }
      }
      try (ResultSet rows = statement.executeQuery(data.events())) {
        while (rows.next()) {
          Instant time = Instant.ofEpochMilli(rows.getLong("happened"));
          String who = rows.getString("customer");
          if (time.isBefore(data.day())) {
            batch.add(event(number++, rows.getString("name"), who, time, properties(rows)));
          } else if (rows.getString(data.what()) != null) {
            later.computeIfAbsent(rows.getString(data.what()), _ -> new HashSet<>()).add(who);
          }
          if (batch.size() >= BATCH) {
            take(engine, batch);
          }
        }
      }
    }
    take(engine, batch);
    later.values().forEach(people -> people.retainAll(profiles.keySet()));
  }

  private static Properties properties(ResultSet row) throws SQLException {
    var found = new TreeMap<String, Value>();
    if (row.getString("name").equals("order_paid")) {
      found.put("orderId", Value.of(row.getString("id")));
      found.put("amountFen", Value.of(row.getLong("amount")));
      found.put("discountFen", Value.of(row.getLong("discount")));
      found.put("store", Value.of(row.getString("word")));
    } else {
      found.put("orderId", Value.of(row.getString("id")));
      found.put("sku", Value.of(row.getString("sku")));
      if (row.getString("category") != null) {
        found.put("category", Value.of(row.getString("category")));
      }
    }
    return Properties.of(found);
  }

  private static Event event(
      int number, String name, String who, Instant time, Properties properties) {
    return new Event("e" + number, name, time, "study", List.of(customer(who)), properties);
  }

  /// Who ordered before the day is who can be found.
  private void take(Engine engine, List<Event> batch) {
    engine.take(batch);
    for (Event event : batch) {
      if (event.name().equals("order_paid")) {
        String who = event.identifiers().getFirst().value();
        int profile =
            profiles.computeIfAbsent(who, _ -> engine.ask().find(event.identifiers().getFirst()));
        recency.merge(profile, event.time().toEpochMilli(), Math::max);
        frequency.merge(profile, 1, Integer::sum);
        monetary.merge(profile, event.properties().whole("amountFen"), Long::sum);
      }
    }
    batch.clear();
  }

  /// Things with enough buyers, evenly along their ranking.
  private List<String> chosen(int seeds) {
    List<String> enough =
        later.entrySet().stream()
            .filter(
                entry ->
                    entry.getValue().size() >= LEAST
                        && entry.getValue().size() < profiles.size() / 2)
            .sorted(
                Comparator.<Map.Entry<String, Set<String>>>comparingInt(e -> -e.getValue().size())
                    .thenComparing(Map.Entry.comparingByKey()))
            .map(Map.Entry::getKey)
            .toList();
    int count = Math.min(seeds, enough.size());
    return IntStream.range(0, count).mapToObj(i -> enough.get(i * enough.size() / count)).toList();
  }

  private Trial trial(Engine engine, String thing, int half) {
    var shown = new RoaringBitmap();
    var heldBack = new HashSet<Integer>();
    for (String who : later.getOrDefault(thing, Set.of())) {
      int profile = profiles.getOrDefault(who, -1);
      if (Draw.fraction(thing + "/" + half, profile) < 0.5) {
        shown.add(profile);
      } else {
        heldBack.add(profile);
      }
    }
    String audience = "study_" + Integer.toUnsignedString((thing + "/" + half).hashCode(), 36);
    engine.choose(audience, "half of the buyers of " + thing, shown);
    var outcome =
        engine
            .ask()
            .lookalikes(
                new Lookalikes.Asked(new Condition.InAudience(audience), Integer.MAX_VALUE, false));
    if (!(outcome instanceof Lookalikes.Found found)) {
      throw new IllegalStateException(thing + ": " + outcome);
    }
    int[] people =
        profiles.values().stream()
            .mapToInt(Integer::intValue)
            .filter(profile -> !shown.contains(profile))
            .sorted()
            .toArray();
    var likeness = new HashMap<Integer, Double>();
    for (int rank = 0; rank < found.ranked().size(); rank++) {
      likeness.put(found.ranked().profile(rank), (double) -rank);
    }
    var by = new TreeMap<String, Score>();
    by.put("lookalike", score(people, heldBack, likeness));
    by.put("recency", score(people, heldBack, numbers(recency)));
    by.put("rfm", score(people, heldBack, rfm(people, shown, false)));
    by.put("rfmCells", score(people, heldBack, rfm(people, shown, true)));
    return new Trial(
        thing, shown.getCardinality(), heldBack.size(), people.length, found.quality(), by);
  }

  private static Map<Integer, Double> numbers(Map<Integer, ? extends Number> of) {
    var found = new HashMap<Integer, Double>();
    of.forEach((profile, number) -> found.put(profile, number.doubleValue()));
    return found;
  }

  /// By fifths of recency, frequency and money: their sum, the money deciding among equals; or, by
  /// cell, the share of its people who are in the shown half.
  private Map<Integer, Double> rfm(int[] people, RoaringBitmap shown, boolean byCell) {
    var all = new ArrayList<Integer>(profiles.values());
    Map<Integer, Integer> r = fifths(all, numbers(recency));
    Map<Integer, Integer> f = fifths(all, numbers(frequency));
    Map<Integer, Integer> m = fifths(all, numbers(monetary));
    double most = monetary.values().stream().mapToLong(Long::longValue).max().orElse(1);
    double[] in = new double[125];
    double[] of = new double[125];
    double share = shown.getCardinality() / (double) all.size();
    for (int profile : all) {
      int cell = fifth(r, profile) * 25 + fifth(f, profile) * 5 + fifth(m, profile);
      of[cell]++;
      in[cell] += shown.contains(profile) ? 1 : 0;
    }
    var scores = new HashMap<Integer, Double>();
    for (int profile : people) {
      int cell = fifth(r, profile) * 25 + fifth(f, profile) * 5 + fifth(m, profile);
      double sum = fifth(r, profile) + fifth(f, profile) + fifth(m, profile);
      double tie = monetary.getOrDefault(profile, 0L) / most / 10;
      // A cell of few people is drawn to the share of all.
      scores.put(profile, byCell ? (in[cell] + 5 * share) / (of[cell] + 5) + tie / 1e6 : sum + tie);
    }
    return scores;
  }

  private static int fifth(Map<Integer, Integer> fifths, int profile) {
    return fifths.getOrDefault(profile, 0);
  }

  private static Map<Integer, Integer> fifths(List<Integer> people, Map<Integer, Double> of) {
    double[] sorted =
        people.stream().mapToDouble(who -> of.getOrDefault(who, 0.0)).sorted().toArray();
    var fifths = new HashMap<Integer, Integer>();
    for (int profile : people) {
      int below = Arrays.binarySearch(sorted, of.getOrDefault(profile, 0.0));
      while (below > 0 && sorted[below - 1] == sorted[below]) {
        below--;
      }
      fifths.put(profile, Math.min(4, (int) (5L * below / sorted.length)));
    }
    return fifths;
  }

  private static Score score(int[] people, Set<Integer> heldBack, Map<Integer, Double> scores) {
    List<Integer> order =
        Arrays.stream(people)
            .boxed()
            .sorted(
                Comparator.<Integer>comparingDouble(profile -> -scores.getOrDefault(profile, -1e18))
                    .thenComparingDouble(profile -> Draw.fraction("tie", profile)))
            .toList();
    int first = heldBack.size();
    int tenth = people.length / 10;
    double inFirst = order.subList(0, first).stream().filter(heldBack::contains).count();
    double inTenth = order.subList(0, tenth).stream().filter(heldBack::contains).count();
    double[] in =
        heldBack.stream().mapToDouble(profile -> scores.getOrDefault(profile, -1e18)).toArray();
    double[] out =
        Arrays.stream(people)
            .filter(profile -> !heldBack.contains(profile))
            .mapToDouble(profile -> scores.getOrDefault(profile, -1e18))
            .toArray();
    return new Score(
        Quality.of(in, out).auc(),
        inFirst / first,
        inTenth / tenth / (heldBack.size() / (double) people.length));
  }
}
