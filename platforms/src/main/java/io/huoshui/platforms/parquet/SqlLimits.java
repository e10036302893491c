package io.huoshui.platforms.parquet;

import java.time.Duration;

/// How far one statement of the workbench may go.
///
/// @param time from the statement's start to its last row
/// @param memoryMb what DuckDB may hold; the process is ended at twice as much and what Java takes
/// @param spillMb what it may lay on disk meanwhile
/// @param cells characters an answer may have
public record SqlLimits(Duration time, int memoryMb, int spillMb, int threads, int cells) {
  public static final SqlLimits STANDARD =
      new SqlLimits(Duration.ofSeconds(30), 512, 1_024, 2, 16_000_000);

  /// What Java and the library take themselves.
  private static final int OVERHEAD_MB = 400;

  /// Resident memory at which the process is ended.
  int endMb() {
    return memoryMb * 2 + OVERHEAD_MB;
  }

  /// Addresses the process may use at all; the system refuses more at once, where watching is too
  /// slow. Reserved and never touched addresses count, so it is generous.
  int addressesMb() {
    return endMb() + 2_048;
  }
}
