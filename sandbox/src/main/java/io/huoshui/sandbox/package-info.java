/// 沙箱.
@NullMarked
package io.huoshui.sandbox;

import org.jspecify.annotations.NullMarked;
