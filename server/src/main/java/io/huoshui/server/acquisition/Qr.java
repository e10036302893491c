package io.huoshui.server.acquisition;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.QRCodeWriter;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import javax.imageio.ImageIO;

/// A QR code of an address, for printing. ZXing's encoder is a single small jar without
/// dependencies, and masks and Reed-Solomon codes are nothing to write again.
final class Qr {
  private static final int QUIET = 4;

  private Qr() {}

  private static BitMatrix of(String text) {
    try {
      return new QRCodeWriter()
          .encode(
              text,
              BarcodeFormat.QR_CODE,
              1,
              1,
              Map.of(
                  // A quarter of it may be creased or stained.
                  EncodeHintType.ERROR_CORRECTION,
                  ErrorCorrectionLevel.Q,
                  EncodeHintType.MARGIN,
                  QUIET,
                  EncodeHintType.CHARACTER_SET,
                  "UTF-8"));
    } catch (WriterException e) {
      throw new IllegalArgumentException("No QR code of '" + text + "': " + e.getMessage(), e);
    }
  }

  /// One unit per module.
  static String svg(String text) {
    BitMatrix bits = of(text);
    var path = new StringBuilder();
    for (int y = 0; y < bits.getHeight(); y++) {
      for (int x = 0; x < bits.getWidth(); x++) {
        if (bits.get(x, y)) {
          int from = x;
          while (x + 1 < bits.getWidth() && bits.get(x + 1, y)) {
            x++;
          }
          path.append('M').append(from).append(' ').append(y);
          path.append('h').append(x - from + 1).append("v1h-").append(x - from + 1).append('z');
        }
      }
    }
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 "
        + bits.getWidth()
        + " "
        + bits.getHeight()
        + "\" shape-rendering=\"crispEdges\"><rect width=\"100%\" height=\"100%\""
        + " fill=\"#fff\"/><path d=\""
        + path
        + "\"/></svg>";
  }

  /// @param pixels about how wide; whole pixels per module
  static byte[] png(String text, int pixels) {
    BitMatrix bits = of(text);
    int scale = Math.max(1, pixels / bits.getWidth());
    int size = bits.getWidth() * scale;
    var image = new BufferedImage(size, size, BufferedImage.TYPE_BYTE_BINARY);
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        image.setRGB(x, y, bits.get(x / scale, y / scale) ? 0xFF000000 : 0xFFFFFFFF);
      }
    }
    var out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
