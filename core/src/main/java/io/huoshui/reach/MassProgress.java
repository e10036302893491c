package io.huoshui.reach;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// How far one mass task has come, counted over its messages: by reason, by call to the platform,
/// and by the guide who has to confirm.
public final class MassProgress {
  /// @param state `waiting` before anything was handed over, `created` while the guide has not
  ///   confirmed, `confirmed` once somebody got it, `failed` when nobody did
  /// @param guide empty where the platform chooses
  /// @param delivered customers who got it
  /// @param waiting customers of whom nothing is known yet
  /// @param failed by code, how many did not get it
  public record Guide(
      String guide,
      String state,
      int customers,
      int delivered,
      int waiting,
      SortedMap<String, Integer> failed) {}

  /// One call to the platform.
  ///
  /// @param task the platform's id; empty while there is none
  /// @param open customers of whom the platform has not said yet
  /// @param at when the last thing about it became known
  public record Call(
      String batch,
      String task,
      String sender,
      int customers,
      int taken,
      int open,
      SortedMap<String, Integer> refused,
      @Nullable Instant at) {}

  private static final class Counted {
    int customers;
    int handed;
    int delivered;
    int open;
    final SortedMap<String, Integer> failed = new TreeMap<>();
  }

  private static final class Called {
    String task = "";
    final String sender;
    int customers;
    int taken;
    int open;
    final SortedMap<String, Integer> refused = new TreeMap<>();
    @Nullable Instant at;

    Called(String sender) {
      this.sender = sender;
    }
  }

  private final SortedMap<String, Long> reasons = new TreeMap<>();
  private final Map<String, Counted> guides = new HashMap<>();
  private final Map<String, Called> calls = new HashMap<>();
  private final SortedMap<String, Long> stages = new TreeMap<>();
  private final SortedMap<String, Long> failures = new TreeMap<>();
  private long costFen;
  private long people;

  public void add(Touchpoint one) {
    people++;
    reasons.merge(one.reason().wire(), 1L, Long::sum);
    Touchpoint.Delivery delivery = one.delivery();
    boolean refused = one.reason() == Reason.REFUSED;
    if (one.reason() != Reason.SENT && !refused) {
      return;
    }
    stages.merge(delivery.stage().name().toLowerCase(java.util.Locale.ROOT), 1L, Long::sum);
    Counted guide = guides.computeIfAbsent(one.sender(), _ -> new Counted());
    guide.customers++;
    String code = delivery.stage() == Touchpoint.Stage.FAILED ? code(delivery.why()) : "";
    switch (delivery.stage()) {
      case WAITING, HANDED -> guide.open++;
      case ACCEPTED -> {
        guide.handed++;
        guide.open++;
      }
      case DELIVERED -> {
        guide.handed++;
        guide.delivered++;
      }
      case FAILED -> {
        guide.handed++;
        guide.failed.merge(code, 1, Integer::sum);
        failures.merge(code, 1L, Long::sum);
      }
    }
    if (delivery.batch().isEmpty()) {
      return;
    }
    Called call = calls.computeIfAbsent(delivery.batch(), _ -> new Called(one.sender()));
    call.customers++;
    call.task = call.task.isEmpty() ? delivery.platformId() : call.task;
    Instant at = delivery.at();
    call.at = call.at == null || (at != null && at.isAfter(call.at)) ? at : call.at;
    if (refused) {
      call.refused.merge(code, 1, Integer::sum);
    } else if (delivery.stage() != Touchpoint.Stage.HANDED) {
      call.taken++;
      call.open += delivery.stage() == Touchpoint.Stage.ACCEPTED ? 1 : 0;
      costFen += one.costFen();
    }
  }

  /// A refusal says its code first, `41048: no customer to send`.
  private static String code(String why) {
    int colon = why.indexOf(':');
    return colon < 0 ? why : why.substring(0, colon);
  }

  /// Who was looked at, whatever the reason.
  public long people() {
    return people;
  }

  /// Messages by reason.
  public SortedMap<String, Long> reasons() {
    return reasons;
  }

  /// Messages that were let out, by how far they came.
  public SortedMap<String, Long> stages() {
    return stages;
  }

  /// Messages that did not arrive, by code.
  public SortedMap<String, Long> failures() {
    return failures;
  }

  /// Of what the platform took.
  public long costFen() {
    return costFen;
  }

  /// Who has to confirm, those with most customers first.
  public List<Guide> guides() {
    var found = new ArrayList<Guide>();
    guides.forEach(
        (name, counted) ->
            found.add(
                new Guide(
                    name,
                    counted.delivered > 0
                        ? "confirmed"
                        : counted.open > 0 ? counted.handed > 0 ? "created" : "waiting" : "failed",
                    counted.customers,
                    counted.delivered,
                    counted.open,
                    counted.failed)));
    found.sort(Comparator.comparingInt(Guide::customers).reversed().thenComparing(Guide::guide));
    return found;
  }

  /// Calls to the platform, by batch.
  public List<Call> calls() {
    var found = new ArrayList<Call>();
    calls.forEach(
        (batch, called) ->
            found.add(
                new Call(
                    batch,
                    called.task,
                    called.sender,
                    called.customers,
                    called.taken,
                    called.open,
                    called.refused,
                    called.at)));
    found.sort(
        Comparator.comparingInt((Call call) -> call.batch().length()).thenComparing(Call::batch));
    return found;
  }
}
