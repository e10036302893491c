package io.huoshui.server.audience;

import io.huoshui.audience.Audience;
import io.huoshui.audience.Condition;
import io.huoshui.audience.RuleText;
import io.huoshui.engine.Engine;
import io.huoshui.server.access.Problem;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/// Finds the people that somebody means.
@Component
public class Picks {
  private static final int MOST_CUSTOMERS = 10_000;

  private final Engine engine;
  private final Rules rules;

  Picks(Engine engine, Rules rules) {
    this.engine = engine;
    this.rules = rules;
  }

  /// @param said what was meant, for an audit
  /// @param members names of profiles
  public record Picked(String said, RoaringBitmap members) {}

  /// @param at the field of the request, for refusals
  public Picked of(@Nullable Whom whom, String at) {
    if (whom == null
        || Stream.of(whom.text(), whom.rule(), whom.segment(), whom.audience(), whom.customers())
                .filter(Objects::nonNull)
                .count()
            != 1) {
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT, "bad_people", "It does not say who is meant.")
          .at(at, whom == null ? "nothing" : "none, or more than one", Whom.ALLOWED)
          .thrown();
    }
    if (whom.customers() != null) {
      return new Picked(
          whom.customers().size() + " customers by name", named(whom.customers(), at));
    }
    if (whom.audience() != null) {
      Audience audience = find(engine, whom.audience());
      return new Picked("audience " + audience.name(), audience.members());
    }
    Condition rule =
        whom.segment() != null
            ? rules.read(RuleText.write(new Condition.InSegment(whom.segment())), null)
            : rules.read(whom.text(), whom.rule());
    return new Picked(RuleText.write(rule), engine.ask().members(rule));
  }

  private RoaringBitmap named(List<String> customers, String at) {
    if (customers.size() > MOST_CUSTOMERS) {
      throw Problem.of(
              HttpStatus.UNPROCESSABLE_CONTENT, "too_many", "So many are a list, not a selection.")
          .at(at + ".customers", customers.size() + " customers", "at most " + MOST_CUSTOMERS)
          .next("Import them as an audience, and name that.")
          .thrown();
    }
    var members = new RoaringBitmap();
    for (int i = 0; i < customers.size(); i++) {
      String name = customers.get(i);
      int profile =
          name.matches("p\\d{1,9}") ? engine.ask().named(Integer.parseInt(name.substring(1))) : -1;
      if (profile < 0) {
        throw Problem.of(
                HttpStatus.UNPROCESSABLE_CONTENT, "unknown_customer", "No customer '" + name + "'.")
            .at(at + ".customers[" + i + "]", name, "p and the number of a customer")
            .thrown();
      }
      members.add(profile);
    }
    return members;
  }

  static Audience find(Engine engine, String name) {
    return engine.ask().audiences().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                Problem.of(HttpStatus.NOT_FOUND, "unknown_audience", "No audience '" + name + "'.")
                    .thrown());
  }
}
