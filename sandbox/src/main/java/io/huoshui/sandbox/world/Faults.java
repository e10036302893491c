package io.huoshui.sandbox.world;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is wrong with the platforms on purpose.
public record Faults(Fault wecom, Fault sms, Fault account, Calling callbacks) {
  public static final Faults NONE = new Faults(Fault.NONE, Fault.NONE, Fault.NONE, Calling.NONE);

  /// @param account of the official account; none in journals begun before there was one
  /// @param callbacks of WeCom; none in journals begun before there were any
  public Faults(Fault wecom, Fault sms, @Nullable Fault account, @Nullable Calling callbacks) {
    this.wecom = wecom;
    this.sms = sms;
    this.account = account == null ? Fault.NONE : account;
    this.callbacks = callbacks == null ? Calling.NONE : callbacks;
  }

  /// How callbacks go wrong on their way, as shares in [0, 1] that together are at most 1.
  ///
  /// @param dropShare never arrive
  /// @param duplicateShare arrive three times
  /// @param lateShare arrive after everything else of the same step, the last one first
  public record Calling(double dropShare, double duplicateShare, double lateShare) {
    public static final Calling NONE = new Calling(0, 0, 0);

    public Calling {
      Fault.share("dropShare", dropShare);
      Fault.share("duplicateShare", duplicateShare);
      Fault.share("lateShare", lateShare);
      if (dropShare + duplicateShare + lateShare > 1) {
        throw new IllegalArgumentException("callbacks: the shares are more than 1 together");
      }
    }
  }

  /// @param down answers nothing but 503
  /// @param busyShare share of calls refused as busy, in [0, 1]
  /// @param timeoutShare share of calls that are carried out and never answered, in [0, 1]
  /// @param codes share of calls refused with a code before anything is done, by code; 500 to 599
  ///   are HTTP statuses; a share of them is answered after the work was done
  /// @param delayMs how long the platform works on a call
  public record Fault(
      boolean down,
      double busyShare,
      double timeoutShare,
      @Nullable Map<String, Double> codes,
      @Nullable Long delayMs) {
    public static final Fault NONE = new Fault(false, 0, 0, Map.of(), 0L);

    public Fault {
      share("busyShare", busyShare);
      share("timeoutShare", timeoutShare);
      codes = codes == null ? Map.of() : Map.copyOf(codes);
      delayMs = delayMs == null ? 0L : delayMs;
      codes.forEach(Fault::share);
      if (delayMs < 0 || delayMs > 60_000) {
        throw new IllegalArgumentException("delayMs: 0 to 60000, got " + delayMs);
      }
    }

    private static void share(String name, double share) {
      if (!(share >= 0 && share <= 1)) {
        throw new IllegalArgumentException(name + ": 0 to 1, got " + share);
      }
    }

    /// Codes with their shares.
    public Map<String, Double> refusals() {
      return codes == null ? Map.of() : codes;
    }

    public long workMs() {
      return delayMs == null ? 0 : delayMs;
    }
  }
}
