package io.huoshui.server.care;

/// Is told how far a long work is.
interface Steps {
  /// Something else begins.
  void stage(String zh, String en);

  /// @param unit what is counted
  void at(long done, long all, String unit);

  Steps NONE =
      new Steps() {
        @Override
        public void stage(String zh, String en) {}

        @Override
        public void at(long done, long all, String unit) {}
      };
}
