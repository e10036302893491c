package io.huoshui.engine;

import io.huoshui.engine.columns.Censuses;
import io.huoshui.event.Identifier;
import io.huoshui.event.Properties;
import io.huoshui.insight.CampaignReport;
import io.huoshui.insight.Census;
import io.huoshui.insight.Overview;
import io.huoshui.journey.Position;
import io.huoshui.profile.Person;
import io.huoshui.reach.Touchpoint;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.roaringbitmap.RoaringBitmap;

/// Everything there is to say of everybody at one instant, for whoever writes it down elsewhere.
/// Taken while the state stands still for a moment; read part by part while events go on being
/// taken. For one thread.
///
/// Who is erased after it was taken is still on it, but for the identifiers: [#erasedSince] says
/// so.
public final class Extract {
  private final Engine engine;
  private final Picture picture;
  private final Campaigns campaigns;
  private final long record;
  private final int identifiers;
  private final int merges;
  private final long events;
  private final List<String> sources = new ArrayList<>();
  private final List<Position> positions;
  private final List<Touchpoint> touchpoints;
  private final Map<String, RoaringBitmap> segments = new LinkedHashMap<>();
  private final Map<String, RoaringBitmap> audiences = new LinkedHashMap<>();

  /// The names of the people, in order.
  private final int[] people;

  /// Per node the profile it belonged to, per profile its ordinal.
  private final int[] profiles;

  private final int[] ordinals;

  /// Per profile where its nodes begin in `nodes`, and all nodes, profile by profile.
  private final int[] begins;

  private final int[] nodes;

  /// The state must not change meanwhile.
  Extract(Engine engine, State at) {
    this.engine = engine;
    this.picture = new Picture(at);
    this.campaigns = new Campaigns(at);
    this.record = at.version();
    this.identifiers = at.graph.nodes();
    this.merges = at.graph.merges();
    this.events = at.events();
    for (int source = 0; source < at.words().sources(); source++) {
      sources.add(at.words().sourceOf(source));
    }
    this.positions = at.positions();
    this.touchpoints = at.touchpoints();
    at.segments.forEach((name, live) -> segments.put(name, at.members(live)));
    at.audiences.forEach((name, audience) -> audiences.put(name, at.present(audience.members())));
    this.profiles = at.graph.profilesOf();
    this.ordinals = at.ordinals.ofNodes();
    var found = new int[profiles.length];
    int count = 0;
    for (int node = 0; node < profiles.length; node++) {
      if (at.graph.person(node)) {
        found[count++] = node;
      }
    }
    this.people = Arrays.copyOf(found, count);
    this.begins = new int[profiles.length + 1];
    for (int profile : profiles) {
      begins[profile + 1]++;
    }
    for (int i = 1; i < begins.length; i++) {
      begins[i] += begins[i - 1];
    }
    this.nodes = new int[profiles.length];
    int[] next = begins.clone();
    for (int node = 0; node < profiles.length; node++) {
      nodes[next[profiles[node]]++] = node;
    }
  }

  public Instant now() {
    return picture.now();
  }

  public ZoneId zone() {
    return picture.zone();
  }

  /// The log's record it is of.
  public long record() {
    return record;
  }

  public int people() {
    return people.length;
  }

  /// One person, while it is shown.
  ///
  /// @param person is moved on afterwards; of it only what timelines say: traits, tags, consents
  /// @param properties by index of the timeline, weak identifiers under `$kind` among them
  public record Shown(
      int profile,
      List<Identifier> identifiers,
      Person person,
      IntFunction<Properties> properties) {}

  /// Shows the people from a place in their order on.
  ///
  /// @return the place to go on at, [#people] at the end
  public int show(int from, int most, Consumer<Shown> reader) {
    int to = Math.min(people.length, from + most);
    // Identifiers never change, but for being erased: whoever was erased meanwhile is so here.
    List<List<Identifier>> named =
        engine.read(
            at -> {
              var all = new ArrayList<List<Identifier>>();
              for (int i = from; i < to; i++) {
                var of = new ArrayList<Identifier>();
                for (int n = begins[people[i]]; n < begins[people[i] + 1]; n++) {
                  of.add(at.graph.identifier(nodes[n]));
                }
                all.add(of);
              }
              return all;
            });
    View view = picture.view();
    for (int i = from; i < to; i++) {
      int ordinal = people[i] < ordinals.length ? ordinals[people[i]] : -1;
      if (ordinal < 0 || !picture.has(ordinal)) {
        view.begin();
        view.end();
      } else {
        picture.show(ordinal, view);
      }
      reader.accept(new Shown(people[i], named.get(i - from), view, view::properties));
    }
    return to;
  }

  /// The profile a name belonged to; -1 when there was none, or it was erased.
  public int profileOf(int name) {
    int profile = name >= 0 && name < profiles.length ? profiles[name] : -1;
    return profile >= 0 && Arrays.binarySearch(people, profile) >= 0 ? profile : -1;
  }

  /// Everybody's places on journeys; whose they are [#profileOf] says.
  public List<Position> positions() {
    return positions;
  }

  public List<Touchpoint> touchpoints() {
    return touchpoints;
  }

  /// The members of each live segment, by the names of their profiles.
  public Map<String, RoaringBitmap> segments() {
    return segments;
  }

  /// The members of each audience who were there, by the names of their profiles then.
  public Map<String, RoaringBitmap> audiences() {
    return audiences;
  }

  public Overview overview() {
    Instant now = picture.now();
    ZoneId zone = picture.zone();
    Census census =
        picture.count(_ -> {}, () -> new Census(now, zone), () -> new Censuses(now, zone));
    return census.overview(identifiers, merges, events, sources);
  }

  public List<CampaignReport> campaigns() {
    return campaigns.reports(_ -> {});
  }

  /// How many people were erased since it was taken.
  public int erasedSince() {
    return engine.ask().erasedAfter(record).size();
  }
}
