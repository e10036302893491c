package io.huoshui.reach;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// 触点: one message to one person, from the wish to send it to its receipt.
///
/// @param key made of what caused it, so that the same cause never sends twice:
///   `journey/version/profile/entry/step`
/// @param profile whom it is for, as named when the person entered the journey
/// @param reason sent, or why not
/// @param due when it was decided; where the reason waits, when it will be asked again
/// @param text as rendered; empty when it was never let out
/// @param code the last part of its tracked link
/// @param attachments as rendered
public record Touchpoint(
    String key,
    String journey,
    int profile,
    String template,
    ChannelKind channel,
    Reason reason,
    Instant due,
    String address,
    String text,
    String sender,
    long costFen,
    String code,
    Delivery delivery,
    List<Attachment> attachments) {

  /// How far a message that was let out has come.
  public enum Stage {
    /// In the outbox since [Delivery#at], or before it where there is none.
    WAITING,
    /// Written down that it is being handed over; the answer is not known.
    HANDED,
    /// The platform has it.
    ACCEPTED,
    DELIVERED,
    FAILED
  }

  /// @param batch the handover it left in, empty before
  /// @param platformId the platform's id, empty before
  /// @param at when it got there
  public record Delivery(
      Stage stage, String batch, String platformId, String why, @Nullable Instant at) {
    public static final Delivery NONE = new Delivery(Stage.WAITING, "", "", "", null);
  }

  public Touchpoint with(Delivery next) {
    return new Touchpoint(
        key,
        journey,
        profile,
        template,
        channel,
        reason,
        due,
        address,
        text,
        sender,
        costFen,
        code,
        next,
        attachments);
  }

  public Touchpoint with(Reason next) {
    return new Touchpoint(
        key,
        journey,
        profile,
        template,
        channel,
        next,
        due,
        address,
        text,
        sender,
        costFen,
        code,
        delivery,
        attachments);
  }

  /// Decided for a reason, at an instant, or to be asked again at it.
  public Touchpoint with(Reason next, Instant when) {
    return new Touchpoint(
        key,
        journey,
        profile,
        template,
        channel,
        next,
        when,
        address,
        text,
        sender,
        costFen,
        code,
        delivery,
        attachments);
  }

  /// Not let out yet, to be said as a template says it now.
  public Touchpoint as(Template said) {
    if (channel == said.channel() && costFen == said.costFen() && sender.equals(said.sender())) {
      return this;
    }
    return new Touchpoint(
        key,
        journey,
        profile,
        template,
        said.channel(),
        reason,
        due,
        address,
        text,
        said.sender(),
        said.costFen(),
        code,
        delivery,
        attachments);
  }

  /// Let out, and before it could leave held back after all: as if it had never been written.
  public Touchpoint takenBack(Reason why) {
    return new Touchpoint(
        key,
        journey,
        profile,
        template,
        channel,
        why,
        due,
        "",
        "",
        sender,
        costFen,
        code,
        Delivery.NONE,
        List.of());
  }

  /// Whose person was erased: where it went, what it said and what the platform said of it is
  /// forgotten, and one that had not left does not.
  public Touchpoint erased() {
    boolean left = reason != Reason.SENT || delivery.stage() != Stage.WAITING;
    return new Touchpoint(
        key,
        journey,
        profile,
        template,
        channel,
        left && !reason.waits() ? reason : Reason.ERASED,
        due,
        "",
        "",
        sender,
        costFen,
        code,
        new Delivery(delivery.stage(), delivery.batch(), delivery.platformId(), "", delivery.at()),
        List.of());
  }

  public boolean delivered() {
    return delivery.stage() == Stage.DELIVERED;
  }
}
