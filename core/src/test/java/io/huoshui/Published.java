package io.huoshui;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.huoshui.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;

/// A published JSON Schema beside the reader it speaks for: what one allows the other reads.
///
/// @param refusal what the reader throws at what can not be read
public record Published(
    String text, Schema schema, Consumer<Json> reader, Class<? extends RuntimeException> refusal) {
  /// @param beside the class whose package holds the file
  public static Published of(
      Class<?> beside,
      String file,
      Consumer<Json> reader,
      Class<? extends RuntimeException> refusal) {
    try (InputStream found = beside.getResourceAsStream(file)) {
      String text =
          new String(Objects.requireNonNull(found).readAllBytes(), StandardCharsets.UTF_8);
      return new Published(
          text,
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
              .getSchema(text, InputFormat.JSON),
          reader,
          refusal);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean readable(Json json) {
    try {
      reader.accept(json);
      return true;
    } catch (RuntimeException e) {
      if (!refusal.isInstance(e)) {
        throw e;
      }
      return false;
    }
  }

  public void allows(Json json) {
    String written = json.write();
    assertThat(schema.validate(written, InputFormat.JSON)).as(written).isEmpty();
    assertThat(readable(json)).as(written).isTrue();
  }

  public void refuses(String json) {
    assertThat(schema.validate(json, InputFormat.JSON)).as(json).isNotEmpty();
    assertThat(readable(Json.parse(json))).as(json).isFalse();
  }

  /// What has one thing broken, anywhere, is allowed exactly when it can be read.
  public void agreesAboutWhatIsBroken(int seeds, Function<Dice, Json> whole) {
    var verdicts = new int[2];
    Dice.overSeeds(
        seeds,
        seed -> {
          var dice = new Dice(seed);
          Json broken = Breakage.one(whole.apply(dice), dice);
          boolean readable = readable(broken);
          assertThat(schema.validate(broken.write(), InputFormat.JSON).isEmpty())
              .as(broken.write())
              .isEqualTo(readable);
          verdicts[readable ? 1 : 0]++;
        });
    assertThat(verdicts[0]).as("refused").isPositive();
    assertThat(verdicts[1]).as("read").isPositive();
  }
}
