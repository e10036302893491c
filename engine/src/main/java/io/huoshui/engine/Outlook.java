package io.huoshui.engine;

import io.huoshui.event.Identifier;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Gate;
import io.huoshui.reach.Reason;
import io.huoshui.reach.Template;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.PeekableIntIterator;
import org.roaringbitmap.RoaringBitmap;

/// What the gate would say of a message to each of some people now, before anybody gets it.
///
/// @param profile whom
/// @param channel on which they would get it
/// @param reason why not, or why later; null when it would go
/// @param until when it would be asked again
/// @param left how many more messages the platform would deliver to them in its running period, or
///   window, this one not counted; null where it counts nothing
public record Outlook(
    int profile,
    ChannelKind channel,
    @Nullable Reason reason,
    @Nullable Instant until,
    @Nullable Integer left) {

  /// @param after the last profile of the page before, -1 for the first page
  static List<Outlook> of(
      State state, Template template, RoaringBitmap members, int after, int most) {
    var found = new ArrayList<Outlook>();
    View view = state.view();
    PeekableIntIterator each = members.getIntIterator();
    each.advanceIfNeeded(after + 1);
    while (each.hasNext() && found.size() < most) {
      int profile = state.graph.profileOf(each.next());
      if (state.graph.person(profile)) {
        found.add(one(state, template, view, profile));
      }
    }
    return found;
  }

  static boolean mayRedial(State state, int name, String reference) {
    int profile = state.graph.profileOf(name);
    View view = state.view();
    view.of(profile);
    return Gate.mayRedial(
        view,
        state.lanes[Lane.of(state.ordinals.of(profile))].history(profile),
        state.gatePolicy(),
        state.now(),
        reference);
  }

  private static Outlook one(State state, Template template, View view, int profile) {
    view.of(profile);
    Template said = template.to(view);
    ChannelKind channel = said.channel();
    Identifier address = view.identifier(channel.address(), channel.scope(said.sender()));
    Lane.Told history = state.lanes[Lane.of(state.ordinals.of(profile))].history(profile);
    Instant now = state.now();
    String sender = state.guides().sender(said.sender(), view);
    Gate.Decision decision =
        Gate.decide(
            channel,
            template.category(),
            template.name(),
            false,
            address == null ? null : address.value(),
            sender,
            view,
            history,
            state.gatePolicy(),
            now,
            state.zone());
    Integer left =
        switch (channel) {
          case WECOM -> Gate.quotaLeft(history, state.gatePolicy(), now, state.zone());
          case OFFICIAL_ACCOUNT ->
              Math.max(
                  0,
                  state
                      .gatePolicy()
                      .rules()
                      .windowLeft(
                          channel, sender == null ? "" : sender, view.timeline(), history, now));
          default -> null;
        };
    return switch (decision) {
      case Gate.Decision.Open() -> new Outlook(profile, channel, null, null, left);
      case Gate.Decision.Closed(Reason reason) -> new Outlook(profile, channel, reason, null, left);
      case Gate.Decision.Later(Reason reason, Instant until) ->
          new Outlook(profile, channel, reason, until, left);
    };
  }
}
