package io.huoshui.sandbox.delivery;

/// The server answers, but refuses for good; nothing was dropped, a later step tries again.
public final class ServerUnwilling extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ServerUnwilling(String message) {
    super(message);
  }
}
