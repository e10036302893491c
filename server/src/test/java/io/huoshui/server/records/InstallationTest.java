package io.huoshui.server.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InstallationTest {
  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, postgres-linux-x86_64.txz",
    "Linux, aarch64, postgres-linux-arm_64.txz",
    "Mac OS X, x86_64, postgres-darwin-x86_64.txz",
    "Mac OS X, aarch64, postgres-darwin-arm_64.txz",
  })
  void everySystemHasItsArchive(String os, String machine, String archive) {
    assertThat(Installation.archive(os, machine)).isEqualTo(archive);
  }

  @Test
  void otherSystemsAreSentOutside() {
    RecordsException refusal =
        catchThrowableOfType(
            RecordsException.class, () -> Installation.archive("Windows 11", "amd64"));
    assertThat(refusal.code()).isEqualTo("records.no_binaries");
    assertThat(refusal).hasMessageContaining("Windows 11").hasMessageContaining("HUOSHUI_DB_URL");
  }
}
