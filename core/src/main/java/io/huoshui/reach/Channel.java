package io.huoshui.reach;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The port behind which one vendor delivers. Implementations live in `platforms`, one package per
/// vendor.
///
/// A batch is handed over at most once: before the call the host writes down that it is about to
/// call; when the answer is lost, the host asks [#reconcile] what the platform has, and only what
/// the platform does not have is handed over again.
public interface Channel {
  ChannelKind kind();

  /// The most envelopes the platform takes in one call.
  int largestBatch();

  /// Why nothing can be handed over just now, asked before a batch is written down as handed over:
  /// waiting for a platform must not fill the disk. Empty when a call may be made, which says
  /// nothing of how it ends.
  default Optional<Outcome.Later> closed() {
    return Optional.empty();
  }

  /// Hands one batch to the platform. All envelopes carry the same template, so the platform may
  /// send them as one. Never throws for what the outside does: every failure is an outcome.
  ///
  /// @param batchId the host's key of this batch, unique; goes to the platform where it has a field
  ///   for it
  /// @return one outcome per envelope, in order
  List<Outcome> handOver(String batchId, List<Envelope> envelopes);

  /// After an answer was lost: which of these envelopes does the platform have?
  ///
  /// @param handedOver the brand's clock when the batch was handed over
  /// @return one outcome per envelope: Accepted when the platform has it, Absent when it surely has
  ///   not, Unknown when it can not be told now
  List<Outcome> reconcile(String batchId, List<Envelope> envelopes, Instant handedOver);

  /// What became of the messages the platform took under one id, for platforms that are asked and
  /// do not call back.
  default List<Receipt> receipts(String platformId) {
    return List.of();
  }

  /// Whether the platform does not call back and has to be asked for receipts.
  default boolean asked() {
    return false;
  }

  /// @param code why not, in the platform's words; empty when delivered
  record Receipt(String address, boolean delivered, String code, Instant at) {}

  /// One message ready to leave.
  ///
  /// @param key the touchpoint's idempotency key; given to the platform where it has a field for it
  /// @param address the phone in E.164, or the external_userid
  /// @param template the platform's template code, or the template's name where the platform has
  ///   none
  /// @param text the rendered text
  /// @param sender the sign name of an SMS, the guide's userid in WeCom
  /// @param attachments as rendered; the same for all of one batch
  record Envelope(
      String key,
      String address,
      String template,
      String text,
      String sender,
      List<Attachment> attachments) {
    public Envelope {
      attachments = List.copyOf(attachments);
    }

    public Envelope(String key, String address, String template, String text, String sender) {
      this(key, address, template, text, sender, List.of());
    }
  }

  /// What the platform said about one envelope.
  sealed interface Outcome {
    /// @param platformId the platform's own id (BizId, msgid), by which receipts refer to it
    record Accepted(String platformId) implements Outcome {}

    /// The platform said no to this person; trying again will not help.
    record Refused(String code, String why) implements Outcome {}

    /// Surely not taken, and worth trying again not before `afterSeconds` (frequency limits, busy,
    /// connection refused).
    record Later(String code, String why, int afterSeconds) implements Outcome {}

    /// The request may or may not have been taken (time-out, broken connection): reconcile before
    /// anything else.
    record Unknown(String why) implements Outcome {}

    /// Only from [#reconcile]: the platform surely does not have it.
    record Absent() implements Outcome {}

    /// Surely not taken, because of something in the call that the platform does not name: any
    /// envelope of it may be the poisoned one. The host gives it halves, until the one is alone;
    /// one that is alone is refused with this.
    record Poisoned(String code, String why) implements Outcome {}

    /// Surely not taken, and nothing with this template will be, until somebody changes it (an SMS
    /// template that the platform rejects or withdrew).
    record Halted(String code, String why) implements Outcome {}
  }
}
