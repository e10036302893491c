package io.huoshui.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/// One kept connection that posts events, with as little work of its own as possible: what the load
/// generator takes of the machine, the server lacks.
final class Wire implements AutoCloseable {
  private final Socket socket;
  private final BufferedInputStream in;
  private final OutputStream out;
  private final byte[] head;
  private byte[] line = new byte[256];

  Wire(String url, String key, String contentType) throws IOException {
    URI at = URI.create(url);
    this.socket = new Socket(at.getHost(), at.getPort());
    socket.setTcpNoDelay(true);
    this.in = new BufferedInputStream(socket.getInputStream(), 16_384);
    this.out = socket.getOutputStream();
    this.head =
        ("POST /api/v1/events HTTP/1.1\r\nHost: "
                + at.getHost()
                + "\r\nAuthorization: Bearer "
                + key
                + "\r\nContent-Type: "
                + contentType
                + "\r\nPrefer: return=minimal\r\nContent-Length: ")
            .getBytes(StandardCharsets.US_ASCII);
  }

  /// Posts a body.
  ///
  /// @return how many events the server says it accepted, at least one
  int post(byte[] body) throws IOException {
    byte[] length = (body.length + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    byte[] request = new byte[head.length + length.length + body.length];
    System.arraycopy(head, 0, request, 0, head.length);
    System.arraycopy(length, 0, request, head.length, length.length);
    System.arraycopy(body, 0, request, head.length + length.length, body.length);
    out.write(request);
    String answer = answer();
    int accepted = accepted(answer);
    if (accepted == 0) {
      throw new IOException("Nothing was taken: " + answer);
    }
    return accepted;
  }

  private String answer() throws IOException {
    String status = line();
    int length = 0;
    for (String header = line(); !header.isEmpty(); header = line()) {
      if (header.regionMatches(true, 0, "Content-Length:", 0, 15)) {
        length = Integer.parseInt(header.substring(15).strip());
      }
    }
    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    if (!status.startsWith("HTTP/1.1 200")) {
      throw new IOException(status + " " + body);
    }
    return body;
  }

  private String line() throws IOException {
    int length = 0;
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        throw new IOException("The server closed the connection");
      }
      if (length == line.length) {
        line = java.util.Arrays.copyOf(line, length * 2);
      }
      line[length++] = (byte) next;
    }
    return new String(line, 0, Math.max(0, length - 1), StandardCharsets.US_ASCII);
  }

  /// `{"accepted":N,…`
  private static int accepted(String body) {
    int at = body.indexOf(':') + 1;
    int end = at;
    while (end < body.length() && Character.isDigit(body.charAt(end))) {
      end++;
    }
    return Integer.parseInt(body, at, end, 10);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
