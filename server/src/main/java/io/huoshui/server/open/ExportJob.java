package io.huoshui.server.open;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Extract;
import io.huoshui.event.Identifier;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.insight.CampaignReport;
import io.huoshui.insight.Overview;
import io.huoshui.insight.Uplift;
import io.huoshui.journey.Position;
import io.huoshui.json.Json;
import io.huoshui.platforms.parquet.Layout;
import io.huoshui.platforms.parquet.Manifest;
import io.huoshui.platforms.parquet.ParquetExport;
import io.huoshui.profile.Lifecycle;
import io.huoshui.profile.Person;
import io.huoshui.profile.Personal;
import io.huoshui.profile.Rfm;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Window;
import io.huoshui.reach.Touchpoint;
import io.huoshui.server.access.DerivedKeys;
import io.huoshui.server.job.Job;
import io.huoshui.server.job.JobKind;
import jakarta.annotation.PreDestroy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.stereotype.Component;

/// Writes an export: people for about a second, then one file after the other. All of it is of the
/// instant at which it began. After a restart, or when somebody was erased meanwhile, it begins
/// anew, of the instant it is then.
@Component
class ExportJob implements JobKind {
  static final String KIND = "export";

  private static final long PART_NANOS = 1_000_000_000L;
  private static final int AT_A_TIME = 512;

  private final Engine engine;
  private final DerivedKeys keys;
  private final Exports exports;
  private final Map<Long, Writing> writing = new ConcurrentHashMap<>();

  /// DuckDB's rows are added by one thread; requests are answered by virtual ones.
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("export-", 1).daemon().factory());

  ExportJob(Engine engine, DerivedKeys keys, Exports exports) {
    this.engine = engine;
    this.keys = keys;
    this.exports = exports;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public Step step(Job job) {
    return onWriter(() -> part(job));
  }

  @Override
  public void left(long job) {
    if (writing.containsKey(job)) {
      var _ =
          onWriter(
              () -> {
                Writing of = writing.remove(job);
                if (of != null) {
                  of.export.close();
                }
                return true;
              });
    }
  }

  private <A> A onWriter(java.util.concurrent.Callable<A> work) {
    try {
      return writer.submit(work).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("The server stops.");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    }
  }

  @PreDestroy
  void stop() {
    writer.shutdown();
  }

  private Step part(Job job) {
    Writing of = writing.get(job.id());
    if (of == null) {
      String id = "e" + job.id();
      Manifest done =
          exports.all().stream().filter(m -> m.id().equals(id)).findFirst().orElse(null);
      if (done != null) {
        // It was finished, and the row did not hear of it.
        return new Step.Done(done.totals().people(), result(done));
      }
      of =
          new Writing(
              engine.ask().extract(),
              ParquetExport.begin(exports.folder(id)),
              job.spec().get("reveal") instanceof Json.Bool(boolean on) && on,
              keys.mac("identifiers of exports"));
      writing.put(job.id(), of);
    }
    if (of.next < of.extract.people()) {
      long until = System.nanoTime() + PART_NANOS;
      do {
        of.people();
      } while (of.next < of.extract.people() && System.nanoTime() < until);
      if (of.next < of.extract.people()) {
        return new Step.On(of.next, of.at());
      }
    }
    if (!of.rest) {
      of.rest();
      return new Step.On(of.next, of.at());
    }
    if (of.export.writeNext()) {
      return new Step.On(of.next, of.at());
    }
    return over(job, of);
  }

  private Step over(Job job, Writing of) {
    Overview counted = of.extract.overview();
    var expected =
        new Manifest.Totals(
            counted.people(),
            counted.events(),
            counted.orders(),
            counted.grossFen(),
            counted.revenueFen());
    Manifest.Totals written = of.export.totals();
    if (of.extract.erasedSince() > 0) {
      return new Step.Later(
          "Somebody was erased meanwhile: it begins anew.", java.time.Duration.ZERO);
    }
    if (!written.equals(expected)) {
      return new Step.Failed(
          "The files do not say what the engine counts: " + written + ", not " + expected + ".");
    }
    var manifest =
        new Manifest(
            "e" + job.id(),
            of.extract.now(),
            of.extract.zone().getId(),
            of.extract.record(),
            of.reveal,
            job.who(),
            Instant.now(),
            written,
            of.export.files());
    of.export.finish(manifest);
    writing.remove(job.id());
    return new Step.Done(of.next, result(manifest));
  }

  private static Json.Obj result(Manifest manifest) {
    return Json.object(
        "export",
        Json.of(manifest.id()),
        "at",
        Json.of(manifest.at().toString()),
        "record",
        Json.of(manifest.record()),
        "bytes",
        Json.of(manifest.bytes()));
  }

  /// One export that is being written.
  private static final class Writing {
    final Extract extract;
    final ParquetExport export;
    final boolean reveal;
    final Mac mac;
    int next;
    boolean rest;

    Writing(Extract extract, ParquetExport export, boolean reveal, Mac mac) {
      this.extract = extract;
      this.export = export;
      this.reveal = reveal;
      this.mac = mac;
    }

    Json.Obj at() {
      return Json.object(
          "at",
          Json.of(extract.now().toString()),
          "people",
          Json.of((long) next),
          "files",
          Json.of((long) export.files().size()));
    }

    void people() {
      next = extract.show(next, AT_A_TIME, this::person);
    }

    private void person(Extract.Shown shown) {
      Person person = shown.person();
      Timeline timeline = person.timeline();
      ZoneId zone = extract.zone();
      Map<String, Value> traits = person.traits();
      Rfm rfm = Rfm.of(timeline, Window.ever(), extract.now(), zone);
      int size = timeline.size();
      int profile = shown.profile();
      export.add(
          Layout.PROFILES,
          profile,
          size == 0 ? null : Instant.ofEpochMilli(timeline.timeMs(0)),
          size == 0 ? null : Instant.ofEpochMilli(timeline.timeMs(size - 1)),
          size,
          Lifecycle.of(timeline, extract.now(), zone, Lifecycle.Bounds.STANDARD).wire(),
          rfm == null ? null : rfm.recencyDays(),
          rfm == null ? 0 : rfm.frequency(),
          rfm == null ? 0L : rfm.monetaryFen(),
          rfm == null ? null : Rfm.Rules.STANDARD.score(rfm).code(),
          trait(traits, "name"),
          trait(traits, "city"),
          trait(traits, "gender"),
          trait(traits, "birthday"),
          person.consent("sms").wire(),
          person.consent("wecom").wire(),
          person.consent("call").wire(),
          json("profile_updated", traits).write());
      traits.forEach(
          (key, value) ->
              export.add(Layout.TRAITS, profile, key, said("profile_updated", key, value)));
      person.tags().forEach(tag -> export.add(Layout.TAGS, profile, tag));
      shown.identifiers().stream()
          .filter(identifier -> !identifier.erased())
          .forEach(identifier -> identifier(profile, identifier));
      for (int i = 0; i < size; i++) {
        event(profile, i, timeline, shown.properties().apply(i), zone);
      }
    }

    private void identifier(int profile, Identifier identifier) {
      byte[] hash =
          mac.doFinal(
              (identifier.kind().wire() + '\n' + identifier.scope() + '\n' + identifier.value())
                  .getBytes(StandardCharsets.UTF_8));
      export.add(
          Layout.IDENTIFIERS,
          profile,
          identifier.kind().wire(),
          identifier.scope(),
          identifier.masked(),
          HexFormat.of().formatHex(hash),
          reveal ? identifier.value() : null);
    }

    private void event(
        int profile, int number, Timeline timeline, Properties properties, ZoneId zone) {
      Instant time = Instant.ofEpochMilli(timeline.timeMs(number));
      LocalDate day = time.atZone(zone).toLocalDate();
      String name = timeline.name(number);
      var said = new LinkedHashMap<String, Value>();
      for (int i = 0; i < properties.size(); i++) {
        said.put(properties.key(i), properties.value(i));
      }
      List<Layout.Column> columns = Layout.EVENTS.columns();
      @Nullable Object[] cells = new @Nullable Object[columns.size()];
      for (int i = 0; i < cells.length; i++) {
        Layout.Column column = columns.get(i);
        String property = column.property();
        cells[i] =
            property != null
                ? typed(column.type(), name, property, said.get(property))
                : switch (column.name()) {
                  case "profile" -> profile;
                  case "number" -> number;
                  case "time" -> time;
                  case "local_date" -> day;
                  case "name" -> name;
                  case "source" -> timeline.source(number);
                  case "properties" -> json(name, said).write();
                  case "month" ->
                      String.format(Locale.ROOT, "%04d-%02d", day.getYear(), day.getMonthValue());
                  default -> throw new IllegalStateException("No value for " + column.name());
                };
      }
      export.add(Layout.EVENTS, cells);
    }

    private @Nullable Object typed(
        Layout.Type type, String event, String key, @Nullable Value value) {
      return value == null
          ? null
          : type == Layout.Type.BIGINT
              ? value instanceof Value.Whole(long number) ? number : null
              : said(event, key, value);
    }

    private @Nullable String trait(Map<String, Value> traits, String key) {
      Value value = traits.get(key);
      return value == null ? null : said("profile_updated", key, value);
    }

    private String said(String event, String key, Value value) {
      return !reveal && Personal.is(event, key) ? Personal.masked(value.shown()) : value.shown();
    }

    private Json.Obj json(String event, Map<String, Value> values) {
      var fields = new LinkedHashMap<String, Json>();
      values.forEach(
          (key, value) ->
              fields.put(
                  key,
                  !reveal && Personal.is(event, key)
                      ? Json.of(Personal.masked(value.shown()))
                      : json(value)));
      return new Json.Obj(fields);
    }

    private static Json json(Value value) {
      return switch (value) {
        case Value.Text(String text) -> Json.of(text);
        case Value.Whole(long number) -> Json.of(number);
        case Value.Decimal(double number) -> Json.of(number);
        case Value.Flag(boolean on) -> Json.of(on);
        case Value.Many(List<Value> values) -> {
          var items = new ArrayList<Json>();
          values.forEach(one -> items.add(json(one)));
          yield Json.of(items);
        }
      };
    }

    /// Everything that is not people one by one.
    void rest() {
      extract.touchpoints().forEach(this::touchpoint);
      extract.positions().forEach(this::position);
      extract.segments().forEach((name, members) -> members("segment", name, members));
      extract.audiences().forEach((name, members) -> members("audience", name, members));
      extract.campaigns().forEach(this::campaign);
      rest = true;
    }

    private void touchpoint(Touchpoint touchpoint) {
      int profile = extract.profileOf(touchpoint.profile());
      if (profile < 0) {
        return;
      }
      export.add(
          Layout.TOUCHPOINTS,
          touchpoint.key(),
          profile,
          touchpoint.journey(),
          touchpoint.template(),
          touchpoint.channel().wire(),
          touchpoint.reason().wire(),
          touchpoint.due(),
          touchpoint.delivery().stage().name().toLowerCase(Locale.ROOT),
          touchpoint.delivery().at(),
          touchpoint.delivery().why(),
          touchpoint.costFen(),
          reveal ? touchpoint.text() : null);
    }

    private void position(Position position) {
      int profile = extract.profileOf(position.profile());
      if (profile < 0) {
        return;
      }
      Position.Exit exit = position.exit();
      export.add(
          Layout.POSITIONS,
          position.journey(),
          position.version(),
          profile,
          position.enteredAt(),
          position.step(),
          position.heldOut(),
          position.goalAt(),
          exit == null ? null : exit.wire());
    }

    private void members(String kind, String name, RoaringBitmap members) {
      members.forEach(
          (int profile) -> {
            if (extract.profileOf(profile) >= 0) {
              export.add(Layout.MEMBERSHIPS, kind, name, profile);
            }
          });
    }

    private void campaign(CampaignReport report) {
      Uplift uplift = report.incremental();
      export.add(
          Layout.CAMPAIGNS,
          report.name(),
          report.title(),
          report.audience(),
          report.from(),
          report.people(),
          report.sent(),
          report.delivered(),
          report.clicked(),
          report.converted(),
          report.revenueFen(),
          report.holdOut().people(),
          report.holdOut().converted(),
          report.holdOut().revenueFen(),
          report.costFen(),
          uplift == null ? null : uplift.estimate(),
          uplift == null ? null : uplift.low(),
          uplift == null ? null : uplift.high(),
          report.roi());
    }
  }
}
