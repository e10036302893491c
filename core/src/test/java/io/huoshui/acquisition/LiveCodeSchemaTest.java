package io.huoshui.acquisition;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.Dice;
import io.huoshui.Published;
import io.huoshui.json.Json;
import io.huoshui.json.UnreadableException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The published schema allows what live codes are written as, and refuses what can not be read.
class LiveCodeSchemaTest {
  private static final Published CODES =
      Published.of(
          LiveCodeJson.class,
          "live-code.schema.json",
          LiveCodeJson::read,
          UnreadableException.class);

  /// Every field there is, each as likely as not.
  private record Writer(Dice dice, Set<String> fields) {
    Json.Obj object(Object... pairs) {
      Map<String, Json> written = new LinkedHashMap<>();
      for (int i = 0; i < pairs.length; i += 2) {
        String name = (String) pairs[i];
        boolean needed = name.endsWith("!");
        String key = needed ? name.substring(0, name.length() - 1) : name;
        if (needed || dice.chance(50)) {
          written.put(key, (Json) pairs[i + 1]);
          fields.add(key);
        }
      }
      return new Json.Obj(written);
    }

    private Json words(String... choices) {
      return Json.of(dice.of(choices));
    }

    private Json number(int least, int most) {
      return Json.of(dice.between(least, most));
    }

    private Json flag() {
      return new Json.Bool(dice.chance(50));
    }

    private Json list(int least, Supplier<Json> one) {
      return new Json.Arr(dice.list(least, 3, one));
    }

    private Json plain() {
      return dice.chance(50) ? Json.of(dice.of("a", "牛奶")) : Json.of(618);
    }

    private Json.Obj about(Object... more) {
      Object[] all = {
        "code!", words("c", "card-milk"),
        "title", words("牛奶包裹卡"),
        "source!", words("ad", "package_card"),
        "labels", object("campaign", plain(), "product", plain()),
        "expires", words("2026-12-31T00:00:00+08:00", "2026-12-31T00:00Z")
      };
      var both = new Object[all.length + more.length];
      System.arraycopy(all, 0, both, 0, all.length);
      System.arraycopy(more, 0, both, all.length, more.length);
      return object(both);
    }

    Json code() {
      return switch (dice.roll(6)) {
        case 0 ->
            about(
                "kind!", words("group"),
                "groups", list(0, () -> words("wr1", "wr2")),
                "full", number(1, 500),
                "makesMore", flag(),
                "baseName", words("会员群"),
                "baseNumber", number(1, 10_000));
        case 1 -> about("kind!", words("account"), "days", number(0, 30));
        case 2 ->
            about(
                "kind!", words("mini_program"),
                "page", words("pages/gift/index"),
                "version", words("release", "trial"));
        default ->
            about(
                "kind", words("staff"),
                "members", list(1, this::member),
                "fallback", list(0, this::member),
                "dailyCap", number(0, 1_000_000),
                "burst", number(0, 1000),
                "skipVerify", flag(),
                "remark", words("{name}-卡"),
                "tags", list(0, () -> words("包裹卡")),
                "welcome", welcome(),
                "variants", list(0, this::variant),
                "oncePerOrder", flag());
      };
    }

    private Json member() {
      return dice.chance(20)
          ? Json.of("li")
          : object(
              "guide!", words("li", "wang"),
              "name", words("小李"),
              "weight", number(1, 100),
              "dailyCap", number(0, 100),
              "shifts",
                  list(
                      0,
                      () ->
                          object(
                              "days", list(0, () -> words("mon", "sun")),
                              "from!", words("09:00", "22:00"),
                              "to!", words("18:00", "24:00"))),
              "dates",
                  list(
                      0,
                      () ->
                          object(
                              "day!", words("2026-10-01"),
                              "hours",
                                  list(
                                      0,
                                      () ->
                                          object(
                                              "from!",
                                              words("09:00:30"),
                                              "to!",
                                              words("12:00"))))));
    }

    private Json welcome() {
      return dice.chance(20)
          ? Json.of("您好")
          : object(
              "text", words("您好,我是{guide}"),
              "coupon", words("new10"),
              "attachments", list(0, this::attachment));
    }

    private Json attachment() {
      return switch (dice.roll(4)) {
        case 0 -> object("image!", object("mediaId!", words("M1")));
        case 1 -> object("image!", object("url!", words("https://e.cn/a")));
        case 2 ->
            object(
                "link!",
                object(
                    "title!", words("新人礼"),
                    "url!", words("https://e.cn"),
                    "description", words("十元"),
                    "picture", words("https://e.cn/p")));
        default ->
            object(
                "miniProgram!",
                object(
                    "appId!", words("wx1"),
                    "page!", words("pages/a"),
                    "title!", words("进店"),
                    "cover!", words("M2")));
      };
    }

    private Json variant() {
      return object(
          "variant!", plain(),
          "benefit", words("送酸奶"),
          "welcome", welcome());
    }
  }

  private static Json code(Dice dice) {
    return new Writer(dice, new TreeSet<>()).code();
  }

  @Test
  void everyCodeIsWrittenAsTheSchemaAllows() {
    var fields = new TreeSet<String>();
    Dice.overSeeds(
        3_000,
        seed -> {
          CODES.allows(new Writer(new Dice(seed), fields).code());
        });
    // What a code may say and the schema leaves out would have been refused; this is the other way.
    fields.removeAll(List.of("campaign", "product"));
    assertThat(fields).isEqualTo(properties(Json.parse(CODES.text()), new TreeSet<>()));
  }

  /// The names of all properties the schema tells of.
  private static Set<String> properties(Json json, Set<String> found) {
    switch (json) {
      case Json.Obj(Map<String, Json> all) ->
          all.forEach(
              (key, value) -> {
                if (key.equals("properties") && value instanceof Json.Obj named) {
                  found.addAll(named.fields().keySet());
                }
                var _ = properties(value, found);
              });
      case Json.Arr(var items) -> items.forEach(item -> properties(item, found));
      default -> {}
    }
    return found;
  }

  @Test
  void whatIsBrokenIsAllowedExactlyWhenItCanBeRead() {
    CODES.agreesAboutWhatIsBroken(3_000, LiveCodeSchemaTest::code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {}
          []
          "card"
          {"code":" ","source":"ad"}
          {"code":"c","source":"ad","kind":"poster"}
          {"code":"c","source":"ad","kind":"group","members":["li"]}
          {"code":"c","source":"ad","kind":"account","days":31}
          {"code":"c","source":"ad","kind":"mini_program","days":3}
          {"code":"c","source":"ad","kind":"mini_program","version":"beta"}
          {"code":"c","source":"ad","kind":"mini_program","page":""}
          {"code":"c","source":"ad","title":""}
          {"code":"c","source":"ad","labels":{"campaign":true}}
          {"code":"c","source":"ad","expires":"soon"}
          {"code":"c","source":"ad","members":[""]}
          {"code":"c","source":"ad","members":[{"guide":"li","weight":0}]}
          {"code":"c","source":"ad","members":[{"guide":"li","weight":1.5}]}
          {"code":"c","source":"ad","members":[{"guide":"li","shifts":[{"from":"9","to":"18:00"}]}]}
          {"code":"c","source":"ad","members":[{"guide":"li","shifts":[{"days":["mo"],"from":"09:00","to":"18:00"}]}]}
          {"code":"c","source":"ad","members":[{"guide":"li","dates":[{"day":"1 Oct"}]}]}
          {"code":"c","source":"ad","dailyCap":-1}
          {"code":"c","source":"ad","dailyCap":"500"}
          {"code":"c","source":"ad","skipVerify":"yes"}
          {"code":"c","source":"ad","welcome":1}
          {"code":"c","source":"ad","welcome":{"attachments":[{}]}}
          {"code":"c","source":"ad","welcome":{"attachments":[{"image":{"mediaId":"M","url":"u"}}]}}
          {"code":"c","source":"ad","welcome":{"attachments":[{"link":{"url":"u"}}]}}
          {"code":"c","source":"ad","welcome":{"attachments":[{"image":{"mediaId":"M"},"link":{"title":"t","url":"u"}}]}}
          {"code":"c","source":"ad","variants":["a"]}
          """)
  void whatCanNotBeReadIsRefused(String json) {
    CODES.refuses(json);
  }
}
