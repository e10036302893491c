package io.huoshui.server.care;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.json.Json;
import io.huoshui.server.demo.Scenario;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A running server's backup is the server at one record, whatever it takes meanwhile.
class BackupRestoreTest {
  private static final int PEOPLE = 40;

  @TempDir Path folder;

  @Test
  void whatComesBackAnswersAsItDidAndGoesOn() throws Exception {
    Path data = folder.resolve("data");
    Path backup = folder.resolve("backup");
    Path back = folder.resolve("back");
    Map<String, String> before;
    String admin;
    String key;
    String redeemed;
    try (Shop shop = Shop.founded(data)) {
      admin = shop.admin();
      key = shop.key();
      shop.people(0, PEOPLE);
      redeemed = shop.coupon(3);
      shop.redeem(redeemed, "till-1");
      before = shop.answers(PEOPLE);

      var said = Shop.backup(backup.toString(), "--data-dir", data.toString());
      assertThat(said.exit()).as(said.err()).isZero();
      assertThat(said.out()).contains("the key is NOT in it").contains("40 people");
      assertThat(backup.resolve("keys")).doesNotExist();

      shop.people(PEOPLE, 2 * PEOPLE);
      assertThat(shop.get("/api/v1/overview")).isNotEqualTo(before.get("/api/v1/overview"));
    }

    var missing = Shop.restore(backup.toString(), "--data-dir", back.toString());
    assertThat(missing.exit()).isEqualTo(1);
    assertThat(missing.err()).contains("The key of the personal data is not in this backup");
    var other = Files.writeString(folder.resolve("other.key"), "ab".repeat(32));
    var wrong =
        Shop.restore(backup.toString(), "--data-dir", back.toString(), "--key", other.toString());
    assertThat(wrong.exit()).isEqualTo(1);
    assertThat(wrong.err()).contains("not the one this backup was sealed with");
    assertThat(back).doesNotExist();

    var said =
        Shop.restore(
            backup.toString(),
            "--data-dir",
            back.toString(),
            "--key",
            data.resolve("keys/engine.key").toString());
    assertThat(said.exit()).as(said.err() + said.out()).isZero();
    assertThat(said.out()).contains("40 people");

    try (Shop shop = new Shop(back, admin)) {
      shop.useKey(key);
      assertThat(shop.answers(PEOPLE)).isEqualTo(before);
      assertThat(Scenario.text(shop.redeem(redeemed, "till-1"), "result")).isEqualTo("redeemed");
      assertThat(Scenario.text(shop.redeem(redeemed, "till-2"), "result"))
          .as("what one till took off, no other takes off again")
          .isEqualTo("alreadyUsed");
      shop.people(PEOPLE, PEOPLE + 1);
      assertThat(Json.parse(shop.get("/api/v1/profiles/p" + PEOPLE))).isInstanceOf(Json.Obj.class);
      var well = Shop.doctor(back);
      assertThat(well.exit()).as(well.out()).isZero();
    }

    var again = Shop.restore(backup.toString(), "--data-dir", back.toString());
    assertThat(again.exit()).isEqualTo(1);
    assertThat(again.err())
        .contains("has data already")
        .contains(back.resolve("engine").toString());
  }
}
