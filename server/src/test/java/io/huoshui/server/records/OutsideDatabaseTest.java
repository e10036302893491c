package io.huoshui.server.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutsideDatabaseTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # given                                             | env user | env password | url                                   | user | password
          jdbc:postgresql://db:5432/h                         | ann      | s3c          | jdbc:postgresql://db:5432/h           | ann  | s3c
          jdbc:postgresql://db/h?user=bob&password=x%26y      | ''       | ''           | jdbc:postgresql://db/h                | bob  | x&y
          jdbc:postgresql://db/h?user=bob&sslmode=require     | ''       | pw           | jdbc:postgresql://db/h?sslmode=require | bob | pw
          postgresql://bob:p%40ss+1@db:6432/h                 | ''       | ''           | jdbc:postgresql://db:6432/h           | bob  | p@ss+1
          postgres://bob:old@db/h                             | ann      | new          | jdbc:postgresql://db/h                | ann  | new
          postgres://bob@db/h?sslmode=require                 | ''       | ''           | jdbc:postgresql://db/h?sslmode=require | bob | ''
          """)
  void loginAndAddressAreToldApart(
      String given, String envUser, String envPassword, String url, String user, String password) {
    OutsideDatabase database = OutsideDatabase.parse(given, envUser, envPassword);
    assertThat(database).isEqualTo(new OutsideDatabase(url, user, password));
    assertThat(database.toString()).doesNotContain("pass").doesNotContain("s3c");
  }

  @Test
  void anotherKindOfAddressIsRefusedWithoutShowingIt() {
    RecordsException refusal =
        catchThrowableOfType(
            RecordsException.class, () -> OutsideDatabase.parse("mysql://bob:secret@db/h", "", ""));
    assertThat(refusal.code()).isEqualTo("records.bad_url");
    assertThat(refusal).hasMessageContaining("'mysql'").hasMessageContaining("jdbc:postgresql://");
    assertThat(refusal.getMessage()).doesNotContain("secret");
  }
}
