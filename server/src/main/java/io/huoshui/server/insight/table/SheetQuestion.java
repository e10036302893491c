package io.huoshui.server.insight.table;

import io.huoshui.insight.sheet.By;
import io.huoshui.insight.sheet.Cohorts;
import io.huoshui.insight.sheet.FirstLook;
import io.huoshui.insight.sheet.FunnelSteps;
import io.huoshui.insight.sheet.Glance;
import io.huoshui.insight.sheet.Question;
import io.huoshui.insight.sheet.QuestionJson;
import io.huoshui.insight.sheet.Scene;
import io.huoshui.insight.sheet.Sheet;
import io.huoshui.insight.sheet.Tally;
import io.huoshui.json.Json;
import io.huoshui.json.Place;
import io.huoshui.json.UnreadableException;
import io.huoshui.profile.Buyers;
import io.huoshui.profile.Rfm;
import io.huoshui.profile.Window;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One of the classics, asked of a table: rows become timelines ([TableTimelines]) and core answers
/// as it does on the server. Days are those written in the file.
abstract sealed class SheetQuestion implements TableQuestion {
  private final String name;
  private final List<String> takes;

  private SheetQuestion(String name, List<String> takes) {
    this.name = name;
    this.takes = takes;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<String> needs() {
    return List.of("customer", "time");
  }

  @Override
  public List<String> takes() {
    return Stream.concat(TableTimelines.TAKES.stream(), takes.stream()).toList();
  }

  @Override
  public Json.Obj explain(Path file, Options options) {
    return explained(TableTimelines.read(file, options), options);
  }

  private static Json.Obj explained(TableTimelines table, Options options) {
    var fields = new LinkedHashMap<String, Json>();
    fields.put("customers", Json.of(table.people().size()));
    fields.put("until", Json.of(day(table.now(options))));
    fields.put("orders", Json.of(table.orders()));
    table.money().forEach(each -> fields.put(each.getKey(), Json.of(each.getValue())));
    fields.put(
        "order",
        Json.of(
            options.has("order")
                ? "rows of one customer with the same order number"
                : "each row; name the orders with --order"));
    fields.put("rules", TableQuestion.rules(table.rules()));
    return new Json.Obj(fields);
  }

  private static String day(Instant at) {
    return at.atZone(ZoneOffset.UTC).toLocalDate().toString();
  }

  @Override
  public Json.Obj answer(Path file, Options options) {
    Question question;
    try {
      question = QuestionJson.read(new Place(asked(options), name));
    } catch (UnreadableException e) {
      throw Refused.command(e.where() + " is " + e.found(), e.allowed());
    }
    TableTimelines table = TableTimelines.read(file, options);
    var scene = new Scene(table.now(options), ZoneOffset.UTC);
    var glance = new Glance(question, new By.Nothing(), scene);
    table.people().forEach(glance::add);
    glance.look().settle();
    var tally =
        new Tally(question, question.looksTwice() ? glance.look() : FirstLook.NOTHING, scene);
    table.people().forEach(tally::add);
    var fields = new LinkedHashMap<String, Json>();
    fields.put("until", Json.of(day(scene.now())));
    fields.put("customers", Json.of(table.people().size()));
    answer(question.sheet(tally, scene), table, scene, fields);
    fields.put("cleaning", explained(table, options));
    return new Json.Obj(fields);
  }

  /// The question as it is asked of a server.
  abstract Json.Obj asked(Options options);

  abstract void answer(Sheet sheet, TableTimelines table, Scene scene, Map<String, Json> into);

  private static Json number(@Nullable Double value) {
    return value == null ? new Json.Null() : Json.of((double) value);
  }

  private static Json money(@Nullable Double fen) {
    return fen == null ? new Json.Null() : Json.of(fen / 100);
  }

  private static Map<String, Json> kind(String kind) {
    var fields = new LinkedHashMap<String, Json>();
    fields.put("kind", Json.of(kind));
    return fields;
  }

  /// Recency, frequency, monetary value.
  static final class OfRfm extends SheetQuestion {
    OfRfm() {
      super("rfm", List.of());
    }

    @Override
    public String usage() {
      return """
      rfm FILE --customer COLUMN --time COLUMN --amount COLUMN [options]
        Buyers by fifths of recency, frequency and money: the edges, and how many each cell has.
        按最近一次、频次、金额五等分:给出界限、每格人数、八类人数。
      """
          + TableTimelines.USAGE;
    }

    @Override
    Json.Obj asked(Options options) {
      var fields = kind("rfm");
      fields.put("layout", Json.of("cells"));
      return new Json.Obj(fields);
    }

    @Override
    void answer(Sheet sheet, TableTimelines table, Scene scene, Map<String, Json> into) {
      var buyers = new Buyers();
      var classes = new LinkedHashMap<String, Json>();
      var cells = new TreeMap<String, Json>();
      table
          .people()
          .forEach(
              person -> {
                Rfm rfm = Rfm.of(person, Window.ever(), scene.now(), ZoneOffset.UTC);
                if (rfm != null) {
                  buyers.add(rfm.recencyDays(), rfm.frequency(), rfm.monetaryFen());
                }
              });
      Buyers.Scale scale = buyers.scale();
      var ofClass = new TreeMap<Rfm.Class8, Long>();
      for (Sheet.Cell cell : sheet.cells()) {
        var scores =
            new Rfm.Cell(
                cell.row().charAt(1) - '0',
                cell.column().charAt(1) - '0',
                cell.column().charAt(3) - '0');
        cells.put(scores.code(), Json.of(cell.people()));
        ofClass.merge(scores.class8(), cell.people(), Long::sum);
      }
      for (Rfm.Class8 each : Rfm.Class8.values()) {
        classes.put(each.wire(), Json.of(ofClass.getOrDefault(each, 0L)));
      }
      into.put("buyers", Json.of(buyers.size()));
      into.put(
          "edges",
          Json.object(
              "recencyDays", numbers(scale.recencyDays(), 1),
              "frequency", numbers(scale.frequency(), 1),
              "monetary", numbers(scale.monetaryFen(), 100)));
      into.put("cells", new Json.Obj(cells));
      into.put("classes", new Json.Obj(classes));
    }

    /// Where the fifths with a score of 2, 3, 4 and 5 begin; fewer where many are equal.
    private static Json numbers(List<Long> edges, double over) {
      return Json.of(edges.stream().map(edge -> Json.of(edge / over)).toList());
    }
  }

  /// Cohorts.
  static final class OfCohorts extends SheetQuestion {
    OfCohorts() {
      super("cohort", List.of("grain", "periods", "rolling", "unbounded", "entry", "returning"));
    }

    @Override
    public String usage() {
      return """
      cohort FILE --customer COLUMN --time COLUMN --amount COLUMN [options]
        Who began in the same period, and how many came again in each later one: the matrix.
        同期群:同一期开始的人,之后每期还有多少回来。
          --grain day|week|half_month|month|quarter|year   (month)
          --periods N              columns (12)
          --rolling yes|no         periods from each one's own day (no)
          --unbounded yes|no       whoever came then or later (no)
          --entry EVENT --returning EVENT    with --event; order_paid
      """
          + TableTimelines.USAGE;
    }

    @Override
    Json.Obj asked(Options options) {
      var fields = kind("cohort");
      fields.put("grain", Json.of(options.has("grain") ? options.needed("grain") : "month"));
      fields.put("periods", Json.of((long) options.number("periods", "periods: 12", 12)));
      fields.put("rolling", Json.of(options.among("rolling", "no", "yes").equals("yes")));
      fields.put("unbounded", Json.of(options.among("unbounded", "no", "yes").equals("yes")));
      for (String event : List.of("entry", "returning")) {
        if (options.has(event)) {
          fields.put(event, Json.of(options.needed(event)));
        }
      }
      return new Json.Obj(fields);
    }

    @Override
    void answer(Sheet sheet, TableTimelines table, Scene scene, Map<String, Json> into) {
      var cohorts = new ArrayList<Json>();
      long all = 0;
      for (Sheet.Label row : sheet.rows().labels()) {
        var people = new ArrayList<Json>();
        var shares = new ArrayList<Json>();
        var sums = new ArrayList<Json>();
        var complete = new ArrayList<Json>();
        long size = 0;
        for (Sheet.Cell cell : sheet.cells()) {
          if (!cell.row().equals(row.key())) {
            continue;
          }
          if (cell.column().equals(Cohorts.SIZE)) {
            size = cell.people();
          } else {
            people.add(Json.of(cell.people()));
            shares.add(number(cell.values().get(0)));
            sums.add(money(cell.values().get(1)));
            complete.add(Json.of(cell.complete()));
          }
        }
        all += size;
        cohorts.add(
            Json.object(
                "cohort", Json.of(row.key()),
                "size", Json.of(size),
                "people", Json.of(people),
                "share", Json.of(shares),
                "paid", Json.of(sums),
                "complete", Json.of(complete)));
      }
      into.put("inCohorts", Json.of(all));
      into.put("cohorts", Json.of(cohorts));
      var retention = new LinkedHashMap<String, Json>();
      for (Sheet.Figure figure : sheet.figures()) {
        retention.put(
            figure.name().substring(figure.name().indexOf('_') + 1), number(figure.value()));
      }
      into.put("retention", new Json.Obj(retention));
    }
  }

  /// A funnel.
  static final class OfFunnel extends SheetQuestion {
    OfFunnel() {
      super("funnel", List.of("steps", "within"));
    }

    @Override
    public String usage() {
      return """
      funnel FILE --customer COLUMN --time COLUMN --event COLUMN --steps A,B,C [options]
        How many take each step in order, within a time of the first.
        漏斗:有多少人在时限内按顺序走完每一步。
          --within 7d              of the first step (7d)
      """
          + TableTimelines.USAGE;
    }

    @Override
    public List<String> needs() {
      return List.of("customer", "time", "event", "steps");
    }

    @Override
    public List<String> takes() {
      return super.takes().stream().filter(option -> !option.equals("event")).toList();
    }

    @Override
    Json.Obj asked(Options options) {
      var fields = kind("funnel");
      fields.put("steps", Json.of(options.list("steps").stream().map(Json::of).toList()));
      fields.put("within", Json.of(options.period("within", "7d").toString()));
      fields.put("times", Json.of(true));
      return new Json.Obj(fields);
    }

    @Override
    void answer(Sheet sheet, TableTimelines table, Scene scene, Map<String, Json> into) {
      var steps = new ArrayList<Json>();
      for (Sheet.Cell cell : sheet.cells()) {
        if (cell.column().equals(FunnelSteps.REACHED)) {
          steps.add(
              Json.object(
                  "step", Json.of(sheet.rows().labels().get(steps.size()).en()),
                  "people", Json.of(cell.people()),
                  "ofFirst", number(cell.values().get(0)),
                  "ofBefore", number(cell.values().get(1)),
                  "medianHours", number(cell.values().get(2))));
        }
      }
      into.put("steps", Json.of(steps));
    }
  }
}
