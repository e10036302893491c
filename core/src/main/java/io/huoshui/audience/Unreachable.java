package io.huoshui.audience;

import io.huoshui.profile.Person.Consent;
import io.huoshui.reach.ChannelKind;
import io.huoshui.reach.Reason;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Why nothing reaches people on a channel, as rules: so that everybody can be asked at once. For
/// each person the one rule holds whose reason [io.huoshui.reach.Gate#unreachable] gives, or none
/// when it gives none; a law holds the two together.
public final class Unreachable {
  private Unreachable() {}

  /// The rule of each reason a channel knows, in the order in which the gate asks.
  public static Map<Reason, Condition> reasons(ChannelKind channel) {
    var addressed = new Condition.HasIdentifier(channel.address());
    var withdrawn = new Condition.HasConsent(channel.wire(), Consent.WITHDRAWN);
    var reasons = new LinkedHashMap<Reason, Condition>();
    reasons.put(Reason.NO_ADDRESS, new Condition.Not(addressed));
    reasons.put(Reason.WITHDRAWN, new Condition.All(List.of(addressed, withdrawn)));
    switch (channel) {
      case SMS, CALL ->
          reasons.put(
              Reason.NO_CONSENT,
              new Condition.All(
                  List.of(addressed, new Condition.HasConsent(channel.wire(), Consent.UNKNOWN))));
      case WECOM ->
          reasons.put(
              Reason.NOT_A_CONTACT,
              new Condition.All(
                  List.of(
                      addressed,
                      new Condition.Not(withdrawn),
                      new Condition.Not(new Condition.Reachable(channel)))));
      // What their windows and subscriptions allow changes with every message.
      case OFFICIAL_ACCOUNT, OFFICIAL_TEMPLATE, SUBSCRIBE -> {}
    }
    return reasons;
  }
}
