package io.huoshui.guide;

import io.huoshui.guide.RevenueRules.Credit;
import io.huoshui.profile.Timeline;
import io.huoshui.profile.Total;
import java.util.HashMap;
import java.util.Map;

/// How many customers each guide has at an instant, and each store: everybody in one pass.
public final class Holdings implements Total<Holdings> {
  private final BindingRules.At rules;
  private final long nowMs;
  private final Map<Credit, Long> counts = new HashMap<>();
  private long people;

  public Holdings(BindingRules.At rules, long nowMs) {
    this.rules = rules;
    this.nowMs = nowMs;
  }

  @Override
  public void add(Timeline timeline) {
    people++;
    Bindings.Span span = Bindings.of(timeline, rules).at(nowMs);
    if (span != null) {
      counts.merge(new Credit(span.store(), span.guide()), 1L, Long::sum);
    }
  }

  @Override
  public void addWithoutEvents(long more) {
    people += more;
  }

  @Override
  public void add(Holdings other) {
    people += other.people;
    other.counts.forEach((whose, count) -> counts.merge(whose, count, Long::sum));
  }

  @Override
  public long people() {
    return people;
  }

  public long ofGuide(String guide) {
    return counts.entrySet().stream()
        .filter(each -> each.getKey().guide().equals(guide))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  public long ofStore(String store) {
    return counts.entrySet().stream()
        .filter(each -> each.getKey().store().equals(store))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }
}
