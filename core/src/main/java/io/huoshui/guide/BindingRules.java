package io.huoshui.guide;

import io.huoshui.json.Json;
import io.huoshui.json.Place;
import io.huoshui.json.UnreadableException;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// Who gets a customer whom two guides claim. As JSON: `{"mode": "protected", "protectDays": 30,
/// "contactsBind": true, "removalReleases": true}`.
///
/// @param protectDays for [Mode#PROTECTED]: so long after the last claim of the guide who has them
///   nobody else gets them
/// @param contactsBind whether adding a guide in WeCom claims, as scanning their exclusive code
///   does
/// @param removalReleases whether a customer who deletes their guide belongs to nobody
public record BindingRules(
    Mode mode, int protectDays, boolean contactsBind, boolean removalReleases) {
  public static final BindingRules STANDARD = new BindingRules(Mode.FIRST_SCAN, 0, true, true);

  public enum Mode {
    /// Whoever was scanned first keeps them.
    FIRST_SCAN,
    /// Whoever was scanned or added last has them.
    LAST_CONTACT,
    /// As the last contact, but not while the guide who has them is protected.
    PROTECTED,
    /// Only headquarters binds.
    HQ;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public BindingRules {
    if (protectDays < 0 || protectDays > 3650) {
      throw new IllegalArgumentException("protectDays: 0 to 3650, got " + protectDays);
    }
  }

  /// @throws UnreadableException naming the path, what was found and what is allowed
  public static BindingRules read(Json json) {
    var at = new Place(json, "binding");
    at.only("mode", "protectDays", "contactsBind", "removalReleases");
    Mode mode =
        Mode.valueOf(
            at.get("mode")
                .oneOf("first_scan", "last_contact", "protected", "hq")
                .toUpperCase(Locale.ROOT));
    int days = Numbers.whole(at.get("protectDays"), 0, 3650, 0);
    if (mode == Mode.PROTECTED && days == 0) {
      throw new UnreadableException("binding.protectDays", "0", "1 to 3650 for mode 'protected'");
    }
    return new BindingRules(
        mode,
        days,
        Numbers.flag(at.get("contactsBind"), true),
        Numbers.flag(at.get("removalReleases"), true));
  }

  public Json json() {
    return Json.object(
        "mode", Json.of(mode.wire()),
        "protectDays", Json.of(protectDays),
        "contactsBind", Json.of(contactsBind),
        "removalReleases", Json.of(removalReleases));
  }

  /// The rules with what they need to know of the brand. Equal ones bind equally.
  ///
  /// @param storeOf by guide the store they work at, for claims that name none
  public record At(BindingRules rules, SortedMap<String, String> storeOf) {
    public At(BindingRules rules, Map<String, String> storeOf) {
      this(rules, (SortedMap<String, String>) new TreeMap<>(storeOf));
    }
  }
}
