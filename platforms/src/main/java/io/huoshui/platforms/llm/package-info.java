/// A large language model behind any endpoint that speaks OpenAI's chat completions, as an ear of
/// call flows. Optional: it is asked where a flow's own ear is not sure, and has to answer in time.
@NullMarked
package io.huoshui.platforms.llm;

import org.jspecify.annotations.NullMarked;
