package io.huoshui.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.identity.Link;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.roaringbitmap.RoaringBitmap;

/// What puts tags on people and takes them off, and what stays when they are merged and parted.
class TagsTest {
  private static final Identifier ANN = Identifier.of(IdentifierKind.MEMBER_NUMBER, "ann");
  private static final Identifier BEN = Identifier.of(IdentifierKind.BUYER_ID, "shop", "ben");

  @TempDir Path folder;
  private Brand brand;

  @BeforeEach
  void begin() {
    brand = new Brand(folder, "Asia/Kathmandu", "2026-03-05T08:00:00Z");
  }

  @AfterEach
  void end() {
    brand.close();
  }

  private void group(String json) {
    String text = json.replace('\'', '"');
    String name = text.split("\"name\":\"", -1)[1].split("\"", -1)[0];
    brand.engine().publish(Entry.Definition.TAG_GROUP, name, text);
  }

  private List<String> tags(Identifier who) {
    return Objects.requireNonNull(brand.ask().profile(brand.ask().find(who))).tags();
  }

  /// The person's taggings, the latest last: `+vip pos`, `-vip manual by ops`.
  private List<String> history(Identifier who) {
    return brand.ask().timeline(brand.ask().find(who), Integer.MAX_VALUE, 100).reversed().stream()
        .filter(event -> event.name().startsWith("tag_"))
        .map(
            event ->
                (event.name().equals("tag_added") ? "+" : "-")
                    + event.properties().text("tag")
                    + " "
                    + event.source()
                    + List.of("by", "why", "segment", "event", "choice").stream()
                        .filter(key -> event.properties().get(key) != null)
                        .map(key -> " " + key + " " + event.properties().text(key))
                        .collect(Collectors.joining()))
        .toList();
  }

  private int tag(String tag, boolean on, Identifier... who) {
    var members = new RoaringBitmap();
    Arrays.stream(who).forEach(one -> members.add(brand.ask().find(one)));
    return brand.engine().tag(tag, on, "manual", "ops", "季度整理", members);
  }

  @Test
  void aHandTagsManyAtOnceAndOnlyWhomItChanges() {
    brand.happens("page_viewed", ANN);
    brand.happens("page_viewed", BEN);
    brand.happens("tag_added", BEN, "tag", "vip");

    assertThat(tag("vip", true, ANN, BEN)).isEqualTo(1);
    assertThat(tag("vip", true, ANN, BEN)).isEqualTo(0);
    assertThat(tag("vip", false, BEN)).isEqualTo(1);
    brand.reopen();

    assertThat(tags(ANN)).containsExactly("vip");
    assertThat(history(ANN)).containsExactly("+vip manual by ops why 季度整理");
    assertThat(history(BEN)).containsExactly("+vip pos", "-vip manual by ops why 季度整理");
  }

  @Test
  void ofAChoiceTheLaterTakesTheEarlierAway() {
    group("{'name':'mood','choice':'single','tags':['high','low']}");
    brand.happens("tag_added", ANN, "tag", "high");
    brand.passes(Duration.ofMinutes(1));
    brand.happens("tag_added", ANN, "tag", "other");
    assertThat(tags(ANN)).containsExactly("high", "other");

    brand.passes(Duration.ofMinutes(1));
    tag("low", true, ANN);

    assertThat(tags(ANN)).containsExactly("low", "other");
  }

  @Test
  void aTagFollowsItsSegmentAsTimePasses() {
    brand.segment("hot", "did order_paid within 48h");
    brand.happens("order_paid", ANN, "amountFen", 100);
    group("{'name':'heat','tags':[{'tag':'hot','segment':'hot'}]}");
    assertThat(history(ANN)).containsExactly("+hot huoshui segment hot");

    brand.happens("order_paid", BEN, "amountFen", 100);
    assertThat(tags(BEN)).containsExactly("hot");
    brand.passes(Duration.ofHours(49));

    assertThat(tags(ANN)).isEmpty();
    assertThat(history(BEN))
        .containsExactly("+hot huoshui segment hot", "-hot huoshui segment hot");
    brand.reopen();
    brand.happens("order_paid", BEN, "amountFen", 100);
    assertThat(tags(BEN)).containsExactly("hot");
  }

  @Test
  void aHandOutweighsTheSegmentUntilItSaysSomethingNew() {
    brand.segment("hot", "did order_paid within 48h");
    group("{'name':'heat','choice':'single','tags':[{'tag':'hot','segment':'hot'},'cold']}");
    brand.happens("order_paid", ANN, "amountFen", 100);
    brand.passes(Duration.ofMinutes(1));
    tag("cold", true, ANN);
    brand.passes(Duration.ofMinutes(1));
    brand.happens("order_paid", ANN, "amountFen", 200);
    assertThat(tags(ANN)).as("still in, and the hand chose").containsExactly("cold");

    brand.passes(Duration.ofHours(50));
    brand.happens("order_paid", ANN, "amountFen", 300);

    assertThat(tags(ANN)).as("entered anew").containsExactly("hot");
  }

  @Test
  void aSegmentThatATagFollowsIsNotRetiredAndARuleMayChange() {
    brand.segment("hot", "did order_paid");
    group("{'name':'heat','tags':[{'tag':'hot','segment':'hot'}]}");
    brand.happens("order_paid", ANN, "amountFen", 100);
    brand.happens("page_viewed", BEN);
    assertThatThrownBy(() -> brand.engine().retireSegment("hot"))
        .hasMessageContaining("tag hot follows it");

    brand.segment("hot", "did page_viewed");
    assertThat(tags(ANN)).isEmpty();
    assertThat(tags(BEN)).containsExactly("hot");

    group("{'name':'heat','tags':['hot']}");
    assertThat(tags(BEN)).as("no longer by the segment").isEmpty();
    brand.engine().retireSegment("hot");
  }

  @Test
  void whatSomebodyWritesPutsATagOnWhenTheyWroteIt() {
    group(
        "{'name':'asked','tags':[{'tag':'price',"
            + "'on':'message_replied where [text contains \\\"价格\\\"]','off':'order_paid'}]}");
    brand.happens("message_replied", ANN, "text", "请问价格");
    assertThat(history(ANN)).containsExactly("+price huoshui event message_replied");
    brand.passes(Duration.ofMinutes(1));
    brand.happens("message_replied", ANN, "text", "价格?");
    assertThat(history(ANN)).as("carried already").hasSize(1);

    brand.passes(Duration.ofMinutes(1));
    brand.happens("order_paid", ANN, "amountFen", 100);

    assertThat(tags(ANN)).isEmpty();
    brand.reopen();
    assertThat(history(ANN)).hasSize(2);
  }

  @Test
  void whoIsMergedAndPartedCarriesWhatIsTheirs() {
    brand.segment("loyal", "did order_paid at least 2 times");
    brand.segment("new", "did order_paid at most 1 times and did order_paid");
    group(
        "{'name':'layer','tags':[{'tag':'loyal','segment':'loyal'},{'tag':'new','segment':'new'}]}");
    brand.happens("order_paid", ANN, "amountFen", 100);
    brand.happens("order_paid", BEN, "amountFen", 100);
    assertThat(tags(ANN)).containsExactly("new");
    brand.passes(Duration.ofMinutes(1));

    brand.engine().join(ANN, BEN, "d1", "ops");
    assertThat(tags(ANN)).containsExactly("loyal");

    brand.passes(Duration.ofMinutes(1));
    Link link =
        Objects.requireNonNull(brand.ask().profile(brand.ask().find(ANN)))
            .evidence()
            .getFirst()
            .link();
    brand.engine().sever(link.number(), "ops");
    assertThat(tags(ANN)).containsExactly("new");
    assertThat(tags(BEN)).containsExactly("new");
    brand.reopen();
    assertThat(tags(ANN)).containsExactly("new");
    assertThat(tags(BEN)).containsExactly("new");
  }

  @Test
  void whatWouldGoOnForEverOrIsNotThereIsRefused() {
    brand.segment("not_hot", "did page_viewed and not has tag \"hot\"");
    group("{'name':'taste','tags':['milk']}");

    refused("{'name':'heat','tags':[{'tag':'hot','segment':'not_hot'}]}", "would follow itself");
    refused("{'name':'other','tags':['milk']}", "is in group 'taste'");
    refused("{'name':'heat','tags':[{'tag':'x','segment':'hotter'}]}", "No segment 'hotter'");
    refused("{'name':'heat','tags':[{'tag':'x','on':'order_payed'}]}", "order_paid");

    brand.segment("hot", "did order_paid");
    group("{'name':'heat','tags':[{'tag':'hot','segment':'hot'}]}");
    assertThatThrownBy(() -> brand.segment("hot", "did order_paid and not has tag \"hot\""))
        .hasMessageContaining("would follow itself");
    assertThatThrownBy(() -> brand.segment("hot", "in segment not_hot"))
        .as("through another segment")
        .hasMessageContaining("would follow itself");
  }

  private void refused(String json, String why) {
    assertThatThrownBy(() -> group(json)).hasMessageContaining(why);
  }

  @Test
  void aRetiredGroupLeavesWhatHandsPutOn() {
    brand.segment("hot", "did order_paid");
    group("{'name':'heat','tags':[{'tag':'hot','segment':'hot'},'warm']}");
    brand.happens("order_paid", ANN, "amountFen", 100);
    tag("warm", true, ANN);
    assertThat(tags(ANN)).containsExactly("hot", "warm");

    brand.engine().retireTagGroup("heat");

    assertThat(tags(ANN)).containsExactly("warm");
    brand.engine().retireSegment("hot");
  }
}
