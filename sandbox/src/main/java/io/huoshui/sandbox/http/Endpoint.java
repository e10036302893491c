package io.huoshui.sandbox.http;

/// What stands behind a path.
@FunctionalInterface
public interface Endpoint {
  Answer answer(Call call) throws InterruptedException;
}
