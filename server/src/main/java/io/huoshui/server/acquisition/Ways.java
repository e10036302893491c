package io.huoshui.server.acquisition;

import io.huoshui.acquisition.LiveCode.Grouped;
import io.huoshui.acquisition.LiveCode.Member;
import io.huoshui.acquisition.LiveCode.MiniPage;
import io.huoshui.acquisition.LiveCode.Scene;
import io.huoshui.acquisition.LiveCode.Staffed;
import io.huoshui.acquisition.LiveCode.Variant;
import io.huoshui.acquisition.LiveCodeReview;
import io.huoshui.acquisition.LiveState;
import io.huoshui.acquisition.Roster;
import io.huoshui.acquisition.Tally;
import io.huoshui.engine.Engine;
import io.huoshui.platforms.wecom.WecomAcquisition;
import io.huoshui.platforms.wecom.WecomAcquisition.Answer;
import io.huoshui.server.Settings;
import io.huoshui.server.acquisition.WayStore.Way;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/// Keeps the codes at the platform: one for each guide, made ahead, and one that names several,
/// changed before they are full.
///
/// A change is asked for by marking the code; the first who marks it leads and goes on until no
/// mark is left. So a mark that comes while somebody leads is never lost, and a hundred marks are
/// one change.
@Component
class Ways {
  private static final Logger LOG = LoggerFactory.getLogger(Ways.class);

  /// Codes of each guide for cards, so that who came tells which card it was.
  static final int POOL = 8;

  /// Why a code waits that the platform may have made.
  private static final String UNKNOWN = "asked the platform before, and can not see what it made";

  private static final Duration GATHER = Duration.ofMillis(100);

  private final LiveCodeStore codes;
  private final WayStore ways;
  private final SeatStore seats;
  private final SharedCodes shared;
  private final Reception.Platform platform;
  private final Engine engine;
  private final ZoneId zone;
  private final Map<String, AtomicInteger> marks = new ConcurrentHashMap<>();
  private final ExecutorService leaders = Executors.newVirtualThreadPerTaskExecutor();

  Ways(
      LiveCodeStore codes,
      WayStore ways,
      SeatStore seats,
      SharedCodes shared,
      Reception.Platform platform,
      Engine engine,
      Settings settings) {
    this.codes = codes;
    this.ways = ways;
    this.seats = seats;
    this.shared = shared;
    this.platform = platform;
    this.engine = engine;
    this.zone = settings.zone();
  }

  /// Brings one code to where it should be, or leaves that to whoever is at it already.
  void see(String code) {
    AtomicInteger mark = marks.computeIfAbsent(code, _ -> new AtomicInteger());
    if (mark.getAndIncrement() > 0) {
      return;
    }
    int seen;
    do {
      seen = mark.get();
      try {
        codes.find(code).ifPresent(this::bring);
      } catch (RuntimeException e) {
        // The next pass compares again; nothing is lost.
        LOG.warn("code {} could not be brought up to date: {}", code, e.toString());
      }
    } while (!mark.compareAndSet(seen, 0));
  }

  /// The same, on a thread of its own: a platform that is slow must not keep a callback waiting.
  void seeSoon(String code) {
    try {
      var _ =
          leaders.submit(
              () -> {
                // Whoever comes in this while is one change with the others.
                Thread.sleep(GATHER);
                see(code);
                return code;
              });
    } catch (RejectedExecutionException stopping) {
      // The next start compares everything.
      LOG.debug("stopping, code {} is compared later", code);
    }
  }

  @PreDestroy
  void stop() {
    leaders.shutdownNow();
  }

  /// Compares every code with the platform; what is as it should be costs no call.
  void seeAll() {
    codes.all().forEach(each -> see(each.name()));
  }

  private void bring(LiveCodeStore.Published published) {
    if (published.over(engine.now())) {
      return;
    }
    if (published.code() instanceof Scene scene) {
      shared.bring(scene);
      return;
    }
    if (published.code() instanceof MiniPage page) {
      shared.bring(page);
      return;
    }
    if (platform.wecom().isEmpty()) {
      return;
    }
    if (published.code() instanceof Grouped grouped) {
      shared.bring(grouped);
      return;
    }
    if (!(published.code() instanceof Staffed code)) {
      return;
    }
    WecomAcquisition wecom = platform.wecom().get();
    var have = new HashMap<WayStore.Key, Way>();
    ways.of(published.name()).forEach(way -> have.put(way.key(), way));
    for (WayStore.Key key : wanted(code)) {
      Way way = have.get(key);
      if (way == null || !way.ready()) {
        make(wecom, code, key, way);
      }
    }
    direct(wecom, code);
  }

  private static List<WayStore.Key> wanted(Staffed code) {
    String name = code.about().name();
    var keys = new ArrayList<WayStore.Key>();
    for (String variant :
        Stream.concat(Stream.of(""), code.variants().stream().map(Variant::name)).toList()) {
      for (Member member : code.everybody().toList()) {
        IntStream.rangeClosed(0, code.cards() ? POOL : 0)
            .forEach(slot -> keys.add(new WayStore.Key(name, variant, member.guide(), slot)));
      }
    }
    return keys;
  }

  /// @param before what was written before the platform was asked the last time: it may have made
  ///   it
  private void make(WecomAcquisition wecom, Staffed code, WayStore.Key key, @Nullable Way before) {
    String state = new LiveState(key.code(), key.variant(), key.slot()).write();
    if (before != null && mayBeThere(wecom, before, List.of(key.guide()))) {
      return;
    }
    ways.asking(key, state, "", Instant.now());
    switch (wecom.addWay(List.of(key.guide()), state, code.skipVerify(), remark(code, key), true)) {
      case Answer.Done<WecomAcquisition.Way>(WecomAcquisition.Way way) ->
          ways.made(key, way.configId(), picture(wecom, way), "", Instant.now());
      case Answer.Failed<WecomAcquisition.Way>(String error, String why, int _) ->
          ways.failed(key, error + " " + why);
    }
  }

  private static String picture(WecomAcquisition wecom, WecomAcquisition.Way way) {
    return way.qr().isEmpty()
            && wecom.wayOf(way.configId())
                instanceof Answer.Done<WecomAcquisition.Way>(WecomAcquisition.Way read)
        ? read.qr()
        : way.qr();
  }

  /// A remark tells whoever looks at the platform's list which code it is.
  private static String remark(Staffed code, WayStore.Key key) {
    String text = code.about().name() + (key.guide().isEmpty() ? "" : " " + key.guide());
    return text.length() <= LiveState.MOST ? text : text.substring(0, LiveState.MOST);
  }

  /// After a crash between the platform's answer and our row, or an answer that got lost: the
  /// config is in its list, under the state and the guide that we asked for, and is taken from
  /// there. As long as the list can not be read nobody knows, and none is made: it would be a
  /// second one.
  private boolean mayBeThere(WecomAcquisition wecom, Way asked, List<String> guides) {
    WayStore.Key key = asked.key();
    long since = asked.askedAt().getEpochSecond();
    // A virtual clock may be far from the platform's: both are looked around.
    long now = Instant.now().getEpochSecond();
    long other = engine.now().getEpochSecond();
    if (!(wecom.ways(Math.min(since, other) - 86_400, Math.max(now, other) + 86_400)
        instanceof Answer.Done<List<String>>(List<String> ids))) {
      ways.failed(key, UNKNOWN);
      return true;
    }
    boolean all = true;
    for (String id : ids) {
      if (!(wecom.wayOf(id)
          instanceof Answer.Done<WecomAcquisition.Way>(WecomAcquisition.Way way))) {
        all = false;
      } else if (way.state().equals(asked.state())
          && (key.guide().isEmpty() ? !way.one() : way.one() && way.guides().equals(guides))) {
        ways.made(key, id, way.qr(), String.join(" ", way.guides()), Instant.now());
        return true;
      }
    }
    if (!all) {
      ways.failed(key, UNKNOWN);
    }
    return !all;
  }

  /// The code that names several.
  private void direct(WecomAcquisition wecom, Staffed code) {
    Instant now = engine.now();
    String name = code.about().name();
    Tally today = seats.tally(name, now.atZone(zone).toLocalDate());
    int burst = Math.max(code.burst(), seats.burst(name, now));
    List<String> should = Roster.named(code, today, burst, now, zone, LiveCodeReview.MOST_MEMBERS);
    var key = new WayStore.Key(name, "", "", 0);
    Way way =
        ways.of(name).stream().filter(each -> each.key().equals(key)).findFirst().orElse(null);
    String state = new LiveState(name, "", LiveState.DIRECT).write();
    if (way == null || !way.ready()) {
      List<String> first = should.isEmpty() ? List.of(code.members().getFirst().guide()) : should;
      if (way != null && mayBeThere(wecom, way, first)) {
        return;
      }
      ways.asking(key, state, "", Instant.now());
      switch (wecom.addWay(first, state, code.skipVerify(), remark(code, key), false)) {
        case Answer.Done<WecomAcquisition.Way>(WecomAcquisition.Way made) ->
            ways.made(
                key, made.configId(), picture(wecom, made), String.join(" ", first), Instant.now());
        case Answer.Failed<WecomAcquisition.Way>(String error, String why, int _) ->
            ways.failed(key, error + " " + why);
      }
      return;
    }
    if (should.isEmpty()) {
      // The platform takes no code that names nobody: it stays as it was, and who still comes by it
      // is counted as over.
      if (way.why().isEmpty()) {
        ways.failed(key, "full");
      }
      return;
    }
    String named = String.join(" ", should);
    if (named.equals(way.named()) && way.why().isEmpty()) {
      return;
    }
    if (named.equals(way.named()) && way.why().equals("full")) {
      ways.named(key, named);
      return;
    }
    String config = way.configId() == null ? "" : way.configId();
    switch (wecom.updateWay(config, should, state, code.skipVerify(), remark(code, key))) {
      case Answer.Done<Boolean> _ -> ways.named(key, named);
      case Answer.Failed<Boolean>(String error, String why, int _) ->
          ways.failed(key, error + " " + why);
    }
  }

  /// What a link, or the count of those that are left, was refused with.
  ///
  /// @param code the platform's
  record Refused(String code, String why) {}

  /// A customer-acquisition link to the members of a code: made once, the same again.
  Either<WecomAcquisition.Link> link(Staffed code) {
    WecomAcquisition wecom = platform.wecom().orElse(null);
    if (wecom == null) {
      return new Either<>(null, new Refused("not_set_up", "WeCom is not set up here."));
    }
    String name = code.about().name();
    var key = new WayStore.Key(name, "", "", LiveState.LINK);
    String state = new LiveState(name, "", LiveState.LINK).write();
    for (Way way : ways.of(name)) {
      if (way.key().equals(key) && way.ready() && way.configId() instanceof String id) {
        return new Either<>(new WecomAcquisition.Link(id, way.qr()), null);
      }
    }
    List<String> guides = code.members().stream().map(Member::guide).toList();
    ways.asking(key, state, "", Instant.now());
    return switch (wecom.addLink(name, guides, code.skipVerify())) {
      case Answer.Done<WecomAcquisition.Link>(WecomAcquisition.Link made) -> {
        // The channel of the link comes back as the state of whoever came by it.
        var said = new WecomAcquisition.Link(made.id(), made.url() + "?customer_channel=" + state);
        ways.made(key, said.id(), said.url(), String.join(" ", guides), Instant.now());
        yield new Either<>(said, null);
      }
      case Answer.Failed<WecomAcquisition.Link>(String error, String why, int _) -> {
        ways.failed(key, error + " " + why);
        yield new Either<>(null, new Refused(error, why));
      }
    };
  }

  /// One of the two.
  record Either<T>(@Nullable T found, @Nullable Refused refused) {}

  Either<WecomAcquisition.Quota> quota() {
    WecomAcquisition wecom = platform.wecom().orElse(null);
    if (wecom == null) {
      return new Either<>(null, new Refused("not_set_up", "WeCom is not set up here."));
    }
    return switch (wecom.quota()) {
      case Answer.Done<WecomAcquisition.Quota>(WecomAcquisition.Quota quota) ->
          new Either<>(quota, null);
      case Answer.Failed<WecomAcquisition.Quota>(String error, String why, int _) ->
          new Either<>(null, new Refused(error, why));
    };
  }

  /// The guides of a code who can be shown, and of a variant, by slot.
  Map<String, List<Integer>> shown(Staffed code, String variant) {
    var found = new HashMap<String, List<Integer>>();
    for (Way way : ways.of(code.about().name())) {
      if (way.ready() && way.key().variant().equals(variant) && !way.key().guide().isEmpty()) {
        List<Integer> slots = found.computeIfAbsent(way.key().guide(), _ -> new ArrayList<>());
        if (way.key().slot() > 0) {
          slots.add(way.key().slot());
        }
      }
    }
    return found;
  }

  /// The picture of a seat; empty when there is none any more.
  String picture(SeatStore.Seat seat) {
    return ways.of(seat.code()).stream()
        .filter(
            way ->
                way.key()
                    .equals(
                        new WayStore.Key(seat.code(), seat.variant(), seat.guide(), seat.slot())))
        .findFirst()
        .map(Way::qr)
        .orElse("");
  }

  List<Way> of(String code) {
    return ways.of(code);
  }
}
