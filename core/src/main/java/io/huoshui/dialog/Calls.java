package io.huoshui.dialog;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The port behind which one vendor calls people, beside handing calls over
/// ([io.huoshui.reach.Channel]): what is only true of calls.
public interface Calls {
  /// Takes calls back that have not begun.
  ///
  /// @param jobs the platform's ids
  /// @return those that were taken back
  List<String> cancel(List<String> jobs);

  /// Nothing new is begun until [#resume].
  boolean suspend();

  boolean resume();

  /// What became of a call; null while it is not known.
  ///
  /// @param job the platform's id
  @Nullable Result result(String job);

  /// Where the recording can be fetched for a while; null when there is none.
  @Nullable String recording(String call);

  /// What a platform says of a call that ended.
  ///
  /// @param job the platform's id of the wish to call somebody
  /// @param call the platform's id of this attempt
  /// @param reference the touchpoint's key, as it was handed over
  /// @param phone as the platform writes it
  /// @param why null when it was answered
  /// @param status the platform's own word
  /// @param seconds of talk
  /// @param hungUpBy `person`, `robot`, `human`, or empty where it is not known
  record Result(
      String job,
      String call,
      String reference,
      String phone,
      Redial.@Nullable Why why,
      String status,
      Instant at,
      long seconds,
      String hungUpBy) {}
}
