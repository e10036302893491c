package io.huoshui.platforms.wecom;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PageSignatureTest {
  /// The example of developer.work.weixin.qq.com/document/path/96909, as of 2024-11-14.
  @Test
  void thePlatformsExampleIsSignedAsItSays() {
    assertThat(
            WecomMembers.signature(
                "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg",
                "Wm3WZYTPz0wzccnW",
                1414587457,
                "http://mp.weixin.qq.com?params=value"))
        .isEqualTo("0f9de62fce790f9a083d5c99e95740ceb90c27ed");
  }
}
