package io.huoshui.server.journey;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A task of a guide, as the log assigned it and people moved it since.
///
/// @param profile the customer, by the name they had then
/// @param due until when the guide has
/// @param state `open`, `done`, `skipped`, `cancelled`
/// @param evidence what the guide left, null before it is done
/// @param evidenceKind `text`, `photo`, `link`, `message`; null where nobody said
/// @param verified whether the records themselves show it
/// @param why it was moved the last time, null when nobody said
/// @param reopened how often it was opened again
public record GuideTask(
    String task,
    int profile,
    String guide,
    String title,
    String script,
    String journey,
    Instant assignedAt,
    Instant due,
    String state,
    @Nullable Instant doneAt,
    @Nullable String evidence,
    @Nullable String evidenceKind,
    boolean verified,
    @Nullable String why,
    int reopened) {}
