package io.huoshui.server.guide;

import io.huoshui.engine.Engine;
import io.huoshui.guide.Guide;
import io.huoshui.guide.Org;
import io.huoshui.guide.Org.Difference;
import io.huoshui.guide.Store;
import io.huoshui.json.Json;
import io.huoshui.platforms.wecom.StaffAnswer;
import io.huoshui.platforms.wecom.WecomMembers;
import io.huoshui.platforms.wecom.WecomStaff;
import io.huoshui.server.job.Job;
import io.huoshui.server.job.JobKind;
import io.huoshui.server.job.Jobs;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Service;

/// Follows the platform's departments and members: a job that reads all of them, says what is
/// different, and, when asked to, makes us the same. Callbacks tell of changes sooner; what the API
/// changed gives none, so it runs each night, too.
@Service
class OrgSync implements JobKind {
  static final String KIND = "org_sync";

  /// The brand's hour after which the night's run is due.
  private static final int HOUR = 3;

  private final Engine engine;
  private final GuidePlatform.Corp corp;
  private final Staff staff;
  private final StaffStore store;
  private final ObjectProvider<Jobs> jobs;
  private @Nullable LocalDate lastNight;

  // Jobs know their kinds, so a kind asks for them when it needs them.
  OrgSync(
      Engine engine,
      GuidePlatform.Corp corp,
      Staff staff,
      StaffStore store,
      ObjectProvider<Jobs> jobs) {
    this.engine = engine;
    this.corp = corp;
    this.staff = staff;
    this.store = store;
    this.jobs = jobs;
  }

  @Override
  public String kind() {
    return KIND;
  }

  /// @return the job's number
  long begin(boolean apply, String who) {
    var _ = corp.needed();
    return jobs.getObject()
        .begin(KIND, "wecom", Json.object("apply", Json.of(apply), "who", Json.of(who)), 1, who);
  }

  /// Begins the night's run once a day of the brand.
  void pass() {
    if (corp.staff().isEmpty()) {
      return;
    }
    ZonedDateTime now = engine.now().atZone(engine.ask().zone());
    LocalDate due = now.getHour() < HOUR ? now.toLocalDate().minusDays(1) : now.toLocalDate();
    LocalDate last = lastNight;
    if (last == null) {
      // Of a server that was just started: what the rows say.
      last =
          store.syncs(50).stream()
              .filter(sync -> sync.who().equals("nightly"))
              .findFirst()
              .map(sync -> sync.at().atZone(engine.ask().zone()).toLocalDate())
              .orElse(due);
    }
    lastNight = due;
    if (last.isBefore(due)) {
      var _ = begin(true, "nightly");
    }
  }

  @Override
  public Step step(Job job) {
    Optional<WecomStaff> wecom = corp.staff();
    if (wecom.isEmpty()) {
      return new Step.Failed("'wecom' is not set up");
    }
    return switch (wecom.get().members().directory()) {
      case StaffAnswer.Got<WecomMembers.Directory>(WecomMembers.Directory found) ->
          new Step.Done(
              1,
              settle(
                  directory(found),
                  job.spec().get("apply") instanceof Json.Bool(boolean on) && on,
                  job.asked("who")));
      case StaffAnswer.Later<WecomMembers.Directory>(String code, String why, int seconds) ->
          new Step.Later(code + " " + why, Duration.ofSeconds(seconds));
      case StaffAnswer.Refused<WecomMembers.Directory>(String code, String why) ->
          new Step.Failed(code + " " + why);
      case StaffAnswer.Unknown<WecomMembers.Directory>(String why) ->
          new Step.Later(why, Duration.ofSeconds(2));
    };
  }

  private static Org.Directory directory(WecomMembers.Directory found) {
    return new Org.Directory(
        found.departments().stream()
            .map(each -> new Org.Department(each.id(), each.parent(), each.name()))
            .toList(),
        found.members().stream()
            .map(
                each ->
                    new Org.Member(
                        each.userid(),
                        each.name(),
                        each.departments(),
                        each.main(),
                        each.leads(),
                        each.active()))
            .toList());
  }

  /// Twice is as good as once: the second time nothing is different.
  private Json.Obj settle(Org.Directory theirs, boolean apply, String who) {
    List<Difference> differences = Org.sync(staff.org(), theirs);
    if (apply) {
      Org now = staff.org();
      for (Difference each : differences) {
        now = now.with(each);
        @Nullable Store changed = aboutStore(each) ? now.stores().get(each.who()) : null;
        @Nullable Guide moved = aboutGuide(each) ? now.guides().get(each.who()) : null;
        if (changed != null) {
          staff.keep(changed);
        }
        if (moved != null) {
          staff.keep(moved, null, who);
        }
      }
    }
    Json list = Json.of(differences.stream().map(OrgSync::json).toList());
    store.synced(engine.now(), who, apply, list);
    var counts = new TreeMap<String, Json>();
    differences.forEach(
        each ->
            counts.merge(
                kind(each),
                Json.of(1),
                (one, more) ->
                    new Json.Num(((Json.Num) one).number().add(((Json.Num) more).number()))));
    return Json.object(
        "departments", Json.of(theirs.departments().size()),
        "members", Json.of(theirs.members().size()),
        "applied", Json.of(apply),
        "counts", new Json.Obj(counts),
        "differences", list);
  }

  private static boolean aboutStore(Difference difference) {
    return switch (difference) {
      case Difference.StoreFound _,
          Difference.StoreLinked _,
          Difference.StoreRenamed _,
          Difference.StoreMoved _,
          Difference.StoreGone _ ->
          true;
      case Difference.GuideFound _,
          Difference.GuideRenamed _,
          Difference.GuideMoved _,
          Difference.GuideRole _,
          Difference.GuideLeft _,
          Difference.GuideBack _,
          Difference.Conflict _ ->
          false;
    };
  }

  private static boolean aboutGuide(Difference difference) {
    return !aboutStore(difference) && !(difference instanceof Difference.Conflict);
  }

  static String kind(Difference difference) {
    return switch (difference) {
      case Difference.StoreFound _ -> "store_found";
      case Difference.StoreLinked _ -> "store_linked";
      case Difference.StoreRenamed _ -> "store_renamed";
      case Difference.StoreMoved _ -> "store_moved";
      case Difference.StoreGone _ -> "store_gone";
      case Difference.GuideFound _ -> "guide_found";
      case Difference.GuideRenamed _ -> "guide_renamed";
      case Difference.GuideMoved _ -> "guide_moved";
      case Difference.GuideRole _ -> "guide_role";
      case Difference.GuideLeft _ -> "guide_left";
      case Difference.GuideBack _ -> "guide_back";
      case Difference.Conflict _ -> "conflict";
    };
  }

  private static Json json(Difference difference) {
    String from = "";
    String to = "";
    switch (difference) {
      case Difference.StoreFound(var found) ->
          to = found.title() + " " + String.join("/", found.region());
      case Difference.StoreLinked(String _, long department) -> to = "department " + department;
      case Difference.StoreRenamed(String _, String was, String is) -> {
        from = was;
        to = is;
      }
      case Difference.StoreMoved(String _, List<String> was, List<String> is) -> {
        from = String.join("/", was);
        to = String.join("/", is);
      }
      case Difference.StoreGone _, Difference.GuideBack _ -> {}
      case Difference.GuideFound(var found) -> to = found.title() + " " + found.store();
      case Difference.GuideRenamed(String _, String was, String is) -> {
        from = was;
        to = is;
      }
      case Difference.GuideMoved(String _, String was, String is) -> {
        from = was;
        to = is;
      }
      case Difference.GuideRole(String _, var was, var is) -> {
        from = was.wire();
        to = is.wire();
      }
      case Difference.GuideLeft(String _, String was) -> from = was;
      case Difference.Conflict(String _, String code, String why) -> {
        from = code;
        to = why;
      }
    }
    return Json.object(
        "kind", Json.of(kind(difference)),
        "who", Json.of(difference.who()),
        "from", Json.of(from),
        "to", Json.of(to));
  }
}
