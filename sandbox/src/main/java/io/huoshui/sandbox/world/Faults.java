package io.huoshui.sandbox.world;

/// What is wrong with the platforms on purpose.
public record Faults(Fault wecom, Fault sms) {
  public static final Faults NONE = new Faults(Fault.NONE, Fault.NONE);

  /// @param down answers nothing but 503
  /// @param busyShare share of calls refused as busy, in [0, 1]
  /// @param timeoutShare share of calls that are carried out and never answered, in [0, 1]
  public record Fault(boolean down, double busyShare, double timeoutShare) {
    public static final Fault NONE = new Fault(false, 0, 0);

    public Fault {
      if (!(busyShare >= 0 && busyShare <= 1)) {
        throw new IllegalArgumentException("busyShare: 0 to 1, got " + busyShare);
      }
      if (!(timeoutShare >= 0 && timeoutShare <= 1)) {
        throw new IllegalArgumentException("timeoutShare: 0 to 1, got " + timeoutShare);
      }
    }
  }
}
