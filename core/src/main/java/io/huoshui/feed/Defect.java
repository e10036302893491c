package io.huoshui.feed;

/// Why a record became no event.
///
/// @param line of the file, from 1; 0 where there is none
/// @param column or path that is wrong; empty when it is the record as a whole
/// @param value as it stood there, personal data masked
/// @param code `bad_amount`, `unknown_state`…
public record Defect(long line, String column, String value, String code, String why) {}
