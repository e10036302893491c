package io.huoshui.sandbox.http;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// How callers behave: what they call, and how often they went over a limit, which is what a
/// platform punishes. What is refused because of a fault that was ordered counts as neither.
public final class Conduct {
  private final Map<String, Long> calls = new ConcurrentHashMap<>();
  private final Map<String, Long> violations = new ConcurrentHashMap<>();

  /// @param call the platform and the path: `wecom externalcontact/mark_tag`
  public void called(String call) {
    calls.merge(call, 1L, Long::sum);
  }

  /// @param rule the platform, the code and the call: `wecom 45009 externalcontact/mark_tag`
  public void violated(String rule) {
    violations.merge(rule, 1L, Long::sum);
  }

  public Map<String, Long> calls() {
    return new TreeMap<>(calls);
  }

  public Map<String, Long> violations() {
    return new TreeMap<>(violations);
  }
}
