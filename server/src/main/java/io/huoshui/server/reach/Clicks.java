package io.huoshui.server.reach;

import io.huoshui.engine.Engine;
import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.Properties;
import io.huoshui.event.Value;
import io.huoshui.reach.Touchpoint;
import io.huoshui.server.account.Accounts;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.util.List;
import org.springframework.stereotype.Component;

/// A click on a tracked link, as an event of the person the message went to.
@Component
public class Clicks {
  private final Engine engine;
  private final Accounts accounts;

  Clicks(Engine engine, Accounts accounts) {
    this.engine = engine;
    this.accounts = accounts;
  }

  /// Whom a message went to, as its channel knows them.
  public Identifier person(Touchpoint touchpoint) {
    return Identifier.of(
        touchpoint.channel().address(),
        touchpoint.channel().address().scoped() ? accounts.corpId() : "",
        touchpoint.address());
  }

  /// Takes it, unless only somebody looked who is no person. Clicks of one minute on one link are
  /// one click.
  ///
  /// @param survey the questionnaire it leads to; empty for none
  public void clicked(Touchpoint touchpoint, String survey, HttpServletRequest request) {
    if (!Looker.looks(request)) {
      clicked(touchpoint, survey);
    }
  }

  void clicked(Touchpoint touchpoint, String survey) {
    Instant now = engine.now();
    Properties properties =
        Properties.of("link", touchpoint.code(), "touchpoint", touchpoint.key());
    engine.take(
        List.of(
            new Event(
                "click/" + touchpoint.code() + "/" + now.getEpochSecond() / 60,
                "link_clicked",
                now,
                touchpoint.channel().wire(),
                List.of(person(touchpoint)),
                survey.isEmpty() ? properties : properties.with("survey", Value.of(survey)))));
  }
}
