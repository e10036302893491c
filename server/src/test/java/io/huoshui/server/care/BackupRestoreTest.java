package io.huoshui.server.care;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.engine.Engine;
import io.huoshui.engine.Standing;
import io.huoshui.json.Json;
import io.huoshui.server.demo.Scenario;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
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
      refusesWrongFolders(data, backup);
      var remote =
          shop.send("POST", "/api/v1/backups", admin, "{\"dir\":\"" + folder.resolve("x") + "\"}");
      assertThat(remote.statusCode()).as("an admin from elsewhere").isEqualTo(403);
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

  private void refusesWrongFolders(Path data, Path backup) {
    var twice = Shop.backup(backup.toString(), "--data-dir", data.toString());
    assertThat(twice.exit()).isEqualTo(1);
    assertThat(twice.err()).contains("holds a backup already").contains("new or empty");
    var inside = Shop.backup(data.resolve("b").toString(), "--data-dir", data.toString());
    assertThat(inside.exit()).isEqualTo(1);
    assertThat(inside.err()).contains("inside the data folder");
    assertThat(data.resolve("b")).doesNotExist();
  }

  @Test
  void theIntakeGoesOnAndWhatWasAckedBeforeIsInIt() throws Exception {
    Path data = folder.resolve("data");
    String admin;
    Map<String, String> before;
    try (Shop shop = Shop.founded(data)) {
      admin = shop.admin();
      shop.people(0, PEOPLE);
      before = people(shop);
      var acked = new AtomicInteger(PEOPLE);
      var over = new AtomicBoolean();
      var intake =
          CompletableFuture.runAsync(
              () -> {
                while (!over.get()) {
                  int from = acked.get();
                  try {
                    shop.people(from, from + 5);
                    shop.redeem(shop.coupon(from), "till-" + from);
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                  acked.set(from + 5);
                }
              });
      for (int i = 0; i < 3; i++) {
        int least = acked.get();
        var said = Shop.backup(folder.resolve("b" + i).toString(), "--data-dir", data.toString());
        assertThat(said.exit()).as(said.err()).isZero();
        long people = Manifest.read(folder.resolve("b" + i)).people();
        assertThat(people).isBetween((long) least, acked.get() + 5L);
        assertThat(people % 5).as("a batch is in it whole, or not at all").isZero();
      }
      over.set(true);
      intake.join();
      assertThat(acked.get()).isGreaterThan(PEOPLE);
    }
    for (int i = 0; i < 3; i++) {
      Path back = folder.resolve("back" + i);
      var said =
          Shop.restore(
              folder.resolve("b" + i).toString(),
              "--data-dir",
              back.toString(),
              "--key",
              data.resolve("keys/engine.key").toString());
      // It compares log, definitions and coupons itself.
      assertThat(said.exit()).as(said.out() + said.err()).isZero();
      if (i == 1) {
        try (Shop shop = new Shop(back, admin)) {
          assertThat(people(shop)).isEqualTo(before);
          var well = Shop.doctor(back);
          assertThat(well.exit()).as(well.out()).isZero();
        }
      }
    }
  }

  @Test
  void whatHappensBeforeTheTablesAreCopiedIsInNeitherStore() throws Exception {
    Path data = folder.resolve("data");
    Path backup = folder.resolve("backup");
    Path back = folder.resolve("back");
    String admin;
    Map<String, String> before;
    try (Shop shop = Shop.founded(data)) {
      admin = shop.admin();
      shop.people(0, 6);
      before = shop.answers(6);
      byte[] key = Folder.key(data.resolve("keys/engine.key")).orElseThrow();
      try (var connection = shop.part(DataSource.class).getConnection()) {
        new Backup(data, backup, key, connection, Steps.NONE)
            .make(
                new Backup.With(true, true),
                look -> {
                  Standing standing = shop.part(Engine.class).stand(look);
                  try {
                    // The till's word is in the table, the new coupons follow the log.
                    shop.redeem(shop.coupon(1), "late");
                    shop.people(6, 9);
                    shop.coupon(7);
                    shop.post(
                        "/api/v1/segments", "{\"name\":\"late\",\"text\":\"did order_paid\"}");
                  } catch (Exception e) {
                    throw new IllegalStateException(e);
                  }
                  return standing;
                });
      }
    }
    var said = Shop.restore(backup.toString(), "--data-dir", back.toString());
    assertThat(said.exit()).as(said.out() + said.err()).isZero();
    try (Shop shop = new Shop(back, admin)) {
      assertThat(shop.answers(6)).isEqualTo(before);
    }
  }

  /// What later customers do not change.
  private static Map<String, String> people(Shop shop) throws Exception {
    Map<String, String> answers = shop.answers(PEOPLE);
    answers
        .keySet()
        .removeIf(path -> !path.startsWith("/api/v1/profiles/p") && !path.contains("coupons?"));
    assertThat(answers).hasSize(3 * PEOPLE);
    return answers;
  }

  @Test
  void aStoppedFolderIsBackedUpWithItsKeyAndDamageIsNamed() throws Exception {
    Path data = folder.resolve("data");
    Path backup = folder.resolve("backup");
    Path back = folder.resolve("back");
    String admin;
    Map<String, String> before;
    try (Shop shop = Shop.founded(data)) {
      admin = shop.admin();
      shop.people(0, 5);
      before = shop.answers(5);
    }
    var made = Shop.backup(backup.toString(), "--data-dir", data.toString(), "--with-key");
    assertThat(made.exit()).as(made.err()).isZero();
    assertThat(made.out()).contains("whoever has this backup can read everything");

    for (Manifest.Part part : Manifest.read(backup).files()) {
      Path file = backup.resolve(part.name());
      byte[] bytes = Files.readAllBytes(file);
      byte[] other = bytes.clone();
      other[other.length / 2] ^= 1;
      if (!part.name().startsWith("keys/")) {
        Files.write(file, other);
        refused(backup, back, file.toString(), "SHA-256 differs");
      }
      Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 1));
      refused(backup, back, file.toString(), "");
      Files.write(file, bytes);
    }
    Path manifest = backup.resolve(Manifest.NAME);
    String text = Files.readString(manifest);
    Files.writeString(manifest, text.replace("\"people\":5", "\"people\":6"));
    refused(backup, back, Manifest.NAME, "its checksum does not hold");
    Files.delete(manifest);
    refused(backup, back, Manifest.NAME, "one that was not finished");
    var again = Shop.backup(backup.toString(), "--data-dir", data.toString());
    assertThat(again.err()).contains("holds a backup that was not finished");
    Files.writeString(manifest, text);

    // One that broke off on the way leaves its name, and the next one begins anew.
    Files.createDirectories(folder.resolve("back.restoring/engine/log"));
    Files.writeString(folder.resolve("back.restoring/engine/log/half"), "half");
    var said = Shop.restore(backup.toString(), "--data-dir", back.toString());
    assertThat(said.exit()).as(said.err() + said.out()).isZero();
    assertThat(folder.resolve("back.restoring")).doesNotExist();
    try (Shop shop = new Shop(back, admin)) {
      assertThat(shop.answers(5)).isEqualTo(before);
    }
  }

  private static void refused(Path backup, Path back, String what, String why) {
    var said = Shop.restore(backup.toString(), "--data-dir", back.toString());
    assertThat(said.exit()).as(what).isEqualTo(1);
    assertThat(said.err()).contains(what).contains(why);
    assertThat(back).as("nothing was written").doesNotExist();
  }
}
