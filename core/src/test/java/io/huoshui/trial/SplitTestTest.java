package io.huoshui.trial;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.insight.experiment.Design;
import io.huoshui.journey.Journey;
import io.huoshui.journey.JourneyJson;
import io.huoshui.json.Json;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class SplitTestTest {
  private static final String SPLIT =
      "{'id':'half','split':[{'name':'a','percent':25,'next':'warm'},{'name':'b','percent':75,'next':'end'}]}";
  private static final String ADAPT =
      "{'id':'best','adapt':{'floor':10,'arms':[{'name':'a','next':'warm'},{'name':'b','next':'cool'}]}}";

  private static Journey journey(int holdOut, String first) {
    return JourneyJson.read(
        Json.parse(
            ("{'journey':'j','title':'j','entry':{'audience':'all'},'holdOut':"
                    + holdOut
                    + ",'steps':["
                    + first
                    + ",{'id':'warm','tag':'warm','next':'end'},{'id':'cool','tag':'cool'}]}")
                .replace('\'', '"')),
        1);
  }

  private static SplitTest test(int holdOut, String first) {
    return Objects.requireNonNull(SplitTest.of(journey(holdOut, first), ""));
  }

  @Test
  void armsAreToldByTheStepTheyLeadTo() {
    SplitTest test = test(20, SPLIT);
    assertThat(test.shares()).containsEntry("a", 0.2).containsEntry("hold_out", 0.2);
    assertThat(test.variant(List.of("half", "warm"), false)).isEqualTo("a");
    assertThat(test.variant(List.of("half"), false)).isEqualTo("b");
    assertThat(test.variant(List.of("half", "warm"), true)).isEqualTo("hold_out");
    assertThat(test.variant(List.of(), false)).isNull();
    assertThat(test.variant(List.of("warm"), true)).isNull();
    assertThat(test.actsBefore()).isFalse();
    assertThat(
            Objects.requireNonNull(
                    SplitTest.of(
                        journey(20, "{'id':'hello','tag':'hello'},{'id':'w','wait':'1d'}," + SPLIT),
                        ""))
                .actsBefore())
        .isTrue();
    Design design = test.design(true, true, true);
    assertThat(design.control()).isEqualTo("hold_out");
    assertThat(design.columns()).containsExactly("revenueFen", "converted", "revenueFenBefore");
    assertThat(test.design(true, false, true).columns())
        .containsExactly("converted", "revenueFen", "revenueFenBefore");
  }

  @Test
  void sharesThatChangeAreNoPlan() {
    SplitTest adaptive = test(20, ADAPT);
    assertThat(adaptive.shares()).isEmpty();
    assertThat(adaptive.design(true, true, true).variants())
        .containsExactly(
            new Design.Variant("hold_out", 0),
            new Design.Variant("a", 0),
            new Design.Variant("b", 0));
    assertThat(test(0, SPLIT).design(false, true, false).variants())
        .containsExactly(new Design.Variant("a", 0), new Design.Variant("b", 0));
  }

  @Test
  void withoutASplitAllAreOneArmAgainstTheHoldOut() {
    SplitTest test = test(10, "{'id':'wait','wait':'1d'}");
    assertThat(test.variant(List.of(), false)).isEqualTo("treated");
    assertThat(test.variant(List.of(), true)).isEqualTo("hold_out");
    assertThat(test.shares()).containsEntry("treated", 0.9);
    assertThat(SplitTest.of(journey(0, "{'id':'wait','wait':'1d'}"), "")).isNull();
    assertThat(SplitTest.of(journey(10, SPLIT), "warm")).isNull();
    assertThat(SplitTest.of(journey(10, SPLIT), "nowhere")).isNull();
    assertThat(SplitTest.of(journey(10, SPLIT.replace("'next':'end'", "'next':'warm'")), ""))
        .isNull();
  }
}
