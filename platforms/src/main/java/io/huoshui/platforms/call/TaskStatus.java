package io.huoshui.platforms.call;

import io.huoshui.dialog.Redial.Why;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The platform's words for how a call went, as data: QueryJobsWithResult's TaskStatusFilter lists
/// them (SDK of 2025, read 2026-11-28).
final class TaskStatus {
  private static final Map<String, Why> FAILED =
      Map.ofEntries(
          Map.entry("NoAnswer", Why.NO_ANSWER),
          Map.entry("NotExist", Why.EMPTY_NUMBER),
          Map.entry("EmptyNumber", Why.EMPTY_NUMBER),
          Map.entry("Busy", Why.BUSY),
          Map.entry("NotConnected", Why.OFF),
          Map.entry("PoweredOff", Why.OFF),
          Map.entry("OutOfService", Why.SUSPENDED),
          Map.entry("OutOfServiceNoCall", Why.SUSPENDED),
          Map.entry("InArrears", Why.SUSPENDED),
          Map.entry("InArrearsNoCall", Why.SUSPENDED),
          Map.entry("ContactBlockList", Why.BLOCKED),
          Map.entry("HighRiskSipCode", Why.BLOCKED),
          Map.entry("PerDayCallCountLimit", Why.LINE),
          Map.entry("CallerNotRegistered", Why.LINE),
          Map.entry("CallingNumberNotExist", Why.LINE),
          Map.entry("Terminated", Why.LINE),
          Map.entry("Cancelled", Why.LINE),
          Map.entry("VerificationCancelled", Why.LINE),
          Map.entry("Failed", Why.LINE),
          Map.entry("SucceededSpecialInterceptVoiceAssistant", Why.VOICEMAIL),
          Map.entry("SucceededSpecialInterceptExtensionNumberTransfer", Why.VOICEMAIL),
          Map.entry("SucceededSpecialInterceptCustomSpecialIntercept", Why.VOICEMAIL));

  private TaskStatus() {}

  /// Whether the call is over.
  static boolean over(String status) {
    return !status.isEmpty() && !status.equals("Executing");
  }

  /// @return null when somebody was spoken with
  static @Nullable Why why(String status) {
    Why why = FAILED.get(status);
    // A word that is new is not taken for a talk.
    return why == null && !status.startsWith("Succeeded") ? Why.LINE : why;
  }

  static String hungUpBy(String status) {
    return switch (status) {
      case "SucceededClientHangUp", "SucceededClientHangUpAfterNoAnswer" -> "person";
      case "SucceededFinish",
          "SucceededChatbotHangUpAfterNoAnswer",
          "SucceededChatbotHangUpAfterSilence" ->
          "robot";
      case "SucceededTransferByIntent", "SucceededTransferAfterNoAnswer" -> "human";
      default -> "";
    };
  }
}
