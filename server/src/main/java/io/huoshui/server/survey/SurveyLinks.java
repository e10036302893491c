package io.huoshui.server.survey;

import io.huoshui.server.access.DerivedKeys;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import org.springframework.stereotype.Component;

/// Links that say who answers, signed so that nobody makes one for somebody else.
///
/// `p12.SIGNATURE`: 128 bits of HMAC-SHA-256 over the questionnaire and the customer.
@Component
class SurveyLinks {
  private static final int SIGNATURE_BYTES = 16;

  private final DerivedKeys keys;

  SurveyLinks(DerivedKeys keys) {
    this.keys = keys;
  }

  String token(String survey, int profile) {
    return "p" + profile + "." + signature(survey, profile);
  }

  /// @return the name the customer had when the link was made; -1 for no link of ours
  int profile(String survey, String token) {
    if (!token.matches("p\\d{1,9}\\.[A-Za-z0-9_-]{22}")) {
      return -1;
    }
    int dot = token.indexOf('.');
    int profile = Integer.parseInt(token.substring(1, dot));
    return MessageDigest.isEqual(
            token.substring(dot + 1).getBytes(StandardCharsets.US_ASCII),
            signature(survey, profile).getBytes(StandardCharsets.US_ASCII))
        ? profile
        : -1;
  }

  private String signature(String survey, int profile) {
    return hash(survey + "\n" + profile);
  }

  /// Nobody without the key finds out what it was made of.
  String hash(String text) {
    byte[] hash =
        keys.mac("links of questionnaires").doFinal(text.getBytes(StandardCharsets.UTF_8));
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Arrays.copyOf(hash, SIGNATURE_BYTES));
  }
}
