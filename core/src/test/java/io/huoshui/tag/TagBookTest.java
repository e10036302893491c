package io.huoshui.tag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.Someone;
import io.huoshui.audience.Condition;
import io.huoshui.audience.RuleText;
import io.huoshui.event.Event;
import io.huoshui.event.Value;
import io.huoshui.json.Json;
import io.huoshui.json.UnreadableException;
import io.huoshui.profile.Person;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What groups say of tags: how they are read, what an event means by them, and what is refused.
class TagBookTest {
  private static TagGroup group(String json) {
    return TagGroupJson.read(Json.parse(json.replace('\'', '"')));
  }

  private static TagBook book(String... groups) {
    TagBook book = TagBook.EMPTY;
    for (String group : groups) {
      book = book.with(group(group));
    }
    return book;
  }

  @Test
  void aGroupReadsAsItIsWritten() {
    String json =
        """
        {"name":"intent","title":"购买意向","choice":"single",\
        "tags":[{"tag":"高意向","segment":"hot"},\
        {"tag":"问过价格","on":"message_replied where [text contains \\"价格\\"]","off":"order_paid"},\
        {"tag":"看过","on":"product_viewed"},"低意向"],\
        "answers":[{"event":"profile_updated where [form = \\"welcome\\"]","property":"intent"}]}\
        """;

    TagGroup group = TagGroupJson.read(Json.parse(json));

    assertThat(TagGroupJson.write(group).write()).isEqualTo(json);
    assertThat(group.choice()).isEqualTo(TagGroup.Choice.SINGLE);
    assertThat(group.tags()).extracting(Tag::name).containsExactly("高意向", "问过价格", "看过", "低意向");
  }

  @TestFactory
  List<DynamicTest> whatCanNotBeReadIsRefusedByItsPlace() {
    return table(
        """
        {'tags':['a']}                                         | tagGroup.name            | a text
        {'name':'Mood','tags':['a']}                           | tagGroup                 | a small letter
        {'name':'mood'}                                        | tagGroup                 | 1 to 1000 tags
        {'name':'mood','tags':['a','a']}                       | tagGroup                 | stands twice
        {'name':'mood','tags':['a'],'chioce':'single'}         | tagGroup                 | answers, choice, name
        {'name':'mood','tags':['a'],'choice':'one'}            | tagGroup.choice          | single, many
        {'name':'mood','tags':[' a']}                          | tagGroup.tags[0]         | no space around
        {'name':'mood','tags':['a',7]}                         | tagGroup.tags[1]         | an object
        {'name':'mood','tags':[{'tag':'a','segment':'s','on':'order_paid'}]} | tagGroup.tags[0] | not both
        {'name':'mood','tags':[{'tag':'a','off':'order_paid'}]} | tagGroup.tags[0]        | off beside on
        {'name':'mood','tags':[{'tag':'a','on':'tag_added'}]}  | tagGroup.tags[0].on      | follow a segment
        {'name':'mood','tags':[{'tag':'a','on':'order_paid where'}]} | tagGroup.tags[0].on, character 16 | '['
        {'name':'mood','tags':['a'],'answers':[{'event':'page_viewed'}]} | tagGroup.answers[0].property | a text
        {'name':'mood','tags':'a'}                             | tagGroup.tags            | a list
        """,
        cells ->
            assertThatThrownBy(() -> group(cells.get(0)))
                .isInstanceOfSatisfying(
                    UnreadableException.class,
                    e -> {
                      assertThat(e.where()).isEqualTo(cells.get(1));
                      assertThat(e.allowed()).contains(cells.get(2));
                    }));
  }

  private interface Row {
    void check(List<String> cells);
  }

  private static List<DynamicTest> table(String text, Row row) {
    return text.lines()
        .map(
            line ->
                DynamicTest.dynamicTest(
                    line.strip(),
                    () ->
                        row.check(
                            Arrays.stream(line.split("\\|", -1)).map(String::strip).toList())))
        .toList();
  }

  /// `+a` puts a on, `+a@x` as the one of choice x, `-a` takes it off; in order of time.
  private static Someone said(String words) {
    var events = new ArrayList<Event>();
    int day = 1;
    for (String word : words.split(" ")) {
      String time = "2026-03-0" + day++ + "T08:00:00Z";
      List<String> parts = Arrays.asList(word.substring(1).split("@", -1));
      events.add(
          word.startsWith("-")
              ? Someone.did("tag_removed", time, "tag", parts.getFirst())
              : parts.size() == 1
                  ? Someone.did("tag_added", time, "tag", parts.getFirst())
                  : Someone.did(
                      "tag_added", time, "tag", parts.getFirst(), Person.CHOICE, parts.get(1)));
    }
    return Someone.who(events.toArray(Event[]::new));
  }

  @TestFactory
  List<DynamicTest> aLaterChoiceTakesTheEarlierAway() {
    return table(
        """
        +a              | a
        +a -a           |
        +a +b           | a b
        +a@x +b@x       | b
        +a@x +b@y       | a b
        +a@x +b@x +a@x  | a
        +a@x +b@x -b    |
        +a@x +b         | a b
        +a +b@x         | a b
        +a@x -a +a@x    | a
        +a@x +b@x -a    | b
        +a@x +b@x +c@x  | c
        -a +b@x +a@x    | a
        """,
        cells -> {
          Someone person = said(cells.get(0));
          assertThat(String.join(" ", person.tags())).isEqualTo(cells.get(1));
        });
  }

  @Test
  void aTagOfASingleChoiceGroupIsPutOnAsTheOneOfItsGroup() {
    TagBook book =
        book(
            "{'name':'mood','choice':'single','tags':['high','low']}",
            "{'name':'taste','tags':['milk']}");
    Event high = Someone.did("tag_added", "2026-03-05T08:00:00Z", "tag", "high");
    Event milk = Someone.did("tag_added", "2026-03-05T08:00:00Z", "tag", "milk");
    Event gone = Someone.did("tag_removed", "2026-03-05T08:00:00Z", "tag", "high");

    assertThat(book.said(high).properties().get(Person.CHOICE)).isEqualTo(Value.of("mood"));
    assertThat(book.said(milk)).isSameAs(milk);
    assertThat(book.said(gone)).isSameAs(gone);
    assertThat(book.without("mood").said(high)).isSameAs(high);
  }

  @TestFactory
  List<DynamicTest> whatPeopleWriteAndAnswerIsATag() {
    TagBook book =
        book(
            "{'name':'asked','tags':[{'tag':'price',"
                + "'on':'message_replied where [text contains \\\"价格\\\"]','off':'order_paid'}]}",
            "{'name':'taste','tags':['milk','tea'],'answers':[{'event':'profile_updated','property':'taste'}]}");
    return table(
        """
        message_replied | text  | 请问价格? | +price
        message_replied | text  | 你好      |
        order_paid      | sku   | 1         | -price
        profile_updated | taste | tea       | +tea
        profile_updated | taste | coffee    |
        profile_updated | taste | milk,tea  | +milk +tea
        page_viewed     | taste | tea       |
        """,
        cells -> {
          Value value =
              cells.get(2).contains(",")
                  ? new Value.Many(
                      Arrays.stream(cells.get(2).split(",", -1)).map(Value::of).toList())
                  : Value.of(cells.get(2));
          Someone person =
              Someone.who(Someone.did(cells.get(0), "2026-03-05T08:00:00Z", cells.get(1), value));
          assertThat(
                  book.puts(person.timeline(), 0).stream()
                      .map(put -> (put.on() ? "+" : "-") + put.tag())
                      .toList())
              .containsExactlyElementsOf(
                  cells.get(3).isEmpty() ? List.of() : List.of(cells.get(3).split(" ")));
          assertThat(book.hears(cells.get(0))).isEqualTo(!cells.get(0).equals("page_viewed"));
        });
  }

  @TestFactory
  List<DynamicTest> aTagThatWouldFollowItselfIsFound() {
    TagBook book =
        book(
            "{'name':'one','choice':'single','tags':[{'tag':'a','segment':'sa'},'b']}",
            "{'name':'two','tags':[{'tag':'c','segment':'sc'},'d']}");
    return table(
        """
        did order_paid                  | did page_viewed               |
        not has tag "a"                 | did page_viewed               | a a
        did order_paid and has tag "b"  | did page_viewed               | a a
        has tag "d"                     | did page_viewed               |
        has tag "c"                     | has tag "a" or did page_viewed | a c a
        has tag "c"                     | has tag "b"                   | a c a
        has tag "c"                     | did page_viewed               |
        did tag_added within 7d         | did page_viewed               | a a
        did order_paid                  | did not tag_removed           | c c
        """,
        cells -> {
          Map<String, @Nullable Condition> rules =
              Map.of("sa", RuleText.parse(cells.get(0)), "sc", RuleText.parse(cells.get(1)));
          assertThat(String.join(" ", book.circle(rules::get))).isEqualTo(cells.get(2));
        });
  }
}
