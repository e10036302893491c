package io.huoshui.dialog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.huoshui.json.Json;
import io.huoshui.json.UnreadableException;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallFlowReviewTest {
  @Test
  void theExampleCanBePublished() {
    assertThat(CallFlowReview.of(WakeUp.FLOW)).isEmpty();
  }

  private static void refused(String old, String replacement, String code, String at) {
    List<CallFlowReview.Finding> found = CallFlowReview.of(WakeUp.with(old, replacement));
    assertThat(found)
        .as("%s → %s", old, replacement)
        .anySatisfy(
            finding -> {
              assertThat(finding.code()).isEqualTo(code);
              assertThat(finding.at()).isEqualTo(at);
              assertThat(finding.cure()).isNotBlank();
            });
  }

  @Test
  void saysWhatIsWrongAndWhere() {
    refused("\"start\":\"opening\"", "\"start\":\"nowhere\"", "unknown_node", "start");
    refused(
        "{\"intent\":\"yes\",\"to\":\"people\"}",
        "{\"intent\":\"yes\",\"to\":\"poeple\"}",
        "unknown_node",
        "nodes[opening].listen.on[0].to");
    refused(
        "{\"intent\":\"bought\",\"to\":\"thanks\"}",
        "{\"intent\":\"baught\",\"to\":\"thanks\"}",
        "unknown_intent",
        "nodes[opening].listen.on[2].intent");
    refused("{\"intent\":\"bought\",\"to\":\"thanks\"},", "", "unreachable", "nodes[thanks]");
    refused("{\"intent\":\"busy\",\"to\":\"call_back\"},", "", "missing_global", "globals");
    refused("\"suppress\":true", "\"suppress\":false", "no_way_out", "nodes");
    refused("\"turns\":20", "\"turns\":0", "out_of_range", "limits.turns");
    refused("\"key\":\"1\"", "\"key\":\"x\"", "bad_keys", "nodes[opening].listen.on[1].key");
    refused("太好了。", "太好了。".repeat(20), "line_too_long", "lines[p1]");
    refused("\"id\":\"p1\"", "\"id\":\"o1\"", "twice", "lines[o1]");
    refused("\"我不想要这个\"", "\"可以啊\"", "same_example", "intents[no_interest].examples");
    refused("^(好|行|对|是|嗯)(的|啊|呀|吧|呢)?$", "(好+)+", "bad_pattern", "intents[yes].patterns[0]");
    refused("^(好|行|对|是|嗯)(的|啊|呀|吧|呢)?$", "(", "bad_pattern", "intents[yes].patterns[0]");
  }

  @Test
  void aRobotThatWouldSpeakForEver() {
    refused(
        "\"end\":{\"outcome\":\"bought_already\",\"level\":\"B\",\"tags\":[\"近期已买\"]}",
        "\"go\":\"thanks\"",
        "endless",
        "nodes[thanks].go");
  }

  @Test
  void aNodeFromWhichNoEndIsReached() {
    refused(
        "{\"intent\":\"yes\",\"to\":\"agreed\"},{\"intent\":\"no_interest\",\"to\":\"refused\"},{\"any\":true,\"to\":\"refused\"}",
        "{\"any\":true,\"to\":\"hesitate\"}",
        "no_exit",
        "nodes[hesitate]");
  }

  @Test
  void whatIsNoFlowSaysWhere() {
    assertThatThrownBy(() -> CallFlowJson.read(Json.parse("{\"flow\":\"a\",\"steps\":[]}")))
        .isInstanceOf(UnreadableException.class)
        .hasMessageContaining("steps");
    assertThatThrownBy(
            () ->
                CallFlowJson.read(
                    Json.parse("{\"flow\":\"a\",\"start\":\"x\",\"nodes\":[{\"id\":\"x\"}]}")))
        .hasMessageContaining("flow.nodes[0]")
        .hasMessageContaining("exactly one");
    assertThatThrownBy(() -> WakeUp.with("\"level\":\"A\"", "\"level\":\"Z\""))
        .hasMessageContaining("level");
  }
}
