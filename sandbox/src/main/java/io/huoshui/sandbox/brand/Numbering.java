package io.huoshui.sandbox.brand;

import io.huoshui.sandbox.draw.Dice;
import io.huoshui.sandbox.draw.Permutation;
import java.util.OptionalLong;

/// Which number belongs to which person, both ways, without a table: every identifier is a keyed
/// permutation of the person's index.
///
/// The two of a household share the phone of the even one, its owner; a phone leads back to the
/// owner.
final class Numbering {
  /// The prefixes of mainland mobiles; with eight free digits each, four thousand million numbers.
  private static final int[] PREFIXES = {
    130, 131, 132, 133, 134, 135, 136, 137, 138, 139, 150, 151, 152, 153, 155, 156, 157, 158, 159,
    166, 171, 173, 175, 176, 177, 178, 180, 181, 182, 183, 184, 185, 186, 187, 188, 189, 191, 193,
    198, 199
  };

  private static final long PER_PREFIX = 100_000_000L;
  private static final String DIGITS = "0123456789abcdefghijklmnopqrstuv";
  private static final int TOKEN_LENGTH = 10;
  private static final String EXTERNAL_PREFIX = "wmHuoshuiSandboxAAAA";

  private final long seed;
  private final Permutation phones;
  private final Permutation members;
  private final Permutation unions;
  private final Permutation externals;
  private final Permutation accountOpenids;
  private final Permutation miniOpenids;
  private final Permutation buyers;
  private final Permutation tags;

  Numbering(long seed) {
    this.seed = seed;
    phones = new Permutation(Dice.hash(seed, "phone"), PREFIXES.length * PER_PREFIX);
    members = new Permutation(Dice.hash(seed, "memberNumber"), 10_000_000_000L);
    unions = token("unionid");
    externals = token("externalUserid");
    accountOpenids = token("openid@wxoa");
    miniOpenids = token("openid@wxmini");
    buyers = token("buyerId");
    tags = new Permutation(Dice.hash(seed, "tag"), 1L << 40);
  }

  private Permutation token(String what) {
    return new Permutation(Dice.hash(seed, what), 1L << (5 * TOKEN_LENGTH));
  }

  /// E.164.
  String phone(long owner) {
    long number = phones.apply(owner);
    return "+86"
        + PREFIXES[(int) (number / PER_PREFIX)]
        + Long.toString(PER_PREFIX + number % PER_PREFIX).substring(1);
  }

  /// Whose phone this would be, were there people without end; the caller knows how many there are.
  OptionalLong ownerOfPhone(String e164) {
    if (e164.length() != 14 || !e164.startsWith("+86")) {
      return OptionalLong.empty();
    }
    int prefix = 0;
    long rest = 0;
    for (int i = 3; i < 14; i++) {
      int digit = e164.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return OptionalLong.empty();
      }
      if (i < 6) {
        prefix = prefix * 10 + digit;
      } else {
        rest = rest * 10 + digit;
      }
    }
    for (int i = 0; i < PREFIXES.length; i++) {
      if (PREFIXES[i] == prefix) {
        return OptionalLong.of(phones.invert(i * PER_PREFIX + rest));
      }
    }
    return OptionalLong.empty();
  }

  String memberNumber(long person) {
    return "M" + Long.toString(10_000_000_000L + members.apply(person)).substring(1);
  }

  String unionid(long person) {
    return "oHuoshuiUnionAAAA_" + encode(unions.apply(person));
  }

  String accountOpenid(long person) {
    return "oHuoshuiAccountAA_" + encode(accountOpenids.apply(person));
  }

  String miniOpenid(long person) {
    return "oHuoshuiMiniAppAA_" + encode(miniOpenids.apply(person));
  }

  String externalUserid(long person) {
    return EXTERNAL_PREFIX + encode(externals.apply(person));
  }

  OptionalLong ofExternalUserid(String externalUserid) {
    if (externalUserid.length() != EXTERNAL_PREFIX.length() + TOKEN_LENGTH
        || !externalUserid.startsWith(EXTERNAL_PREFIX)) {
      return OptionalLong.empty();
    }
    long number = decode(externalUserid.substring(EXTERNAL_PREFIX.length()));
    return number < 0 ? OptionalLong.empty() : OptionalLong.of(externals.invert(number));
  }

  OptionalLong ofUnionid(String unionid) {
    String prefix = "oHuoshuiUnionAAAA_";
    if (unionid.length() != prefix.length() + TOKEN_LENGTH || !unionid.startsWith(prefix)) {
      return OptionalLong.empty();
    }
    long number = decode(unionid.substring(prefix.length()));
    return number < 0 ? OptionalLong.empty() : OptionalLong.of(unions.invert(number));
  }

  String buyer(Source shop, long person) {
    return shop.wire().charAt(0) + "b_" + encode(buyers.apply(person) ^ shop.wire().length());
  }

  /// What event ids and order numbers carry instead of the index, so that an id tells nobody who is
  /// who.
  String tag(long person, String source) {
    return encode(tags.apply(person) ^ (Dice.hash(seed, source) & ((1L << 40) - 1)))
        .substring(TOKEN_LENGTH - 8);
  }

  private static String encode(long number) {
    var chars = new char[TOKEN_LENGTH];
    for (int i = TOKEN_LENGTH - 1; i >= 0; i--) {
      chars[i] = DIGITS.charAt((int) (number & 31));
      number >>>= 5;
    }
    return new String(chars);
  }

  /// The number, or a negative one when the text is no number.
  private static long decode(String text) {
    long number = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = DIGITS.indexOf(text.charAt(i));
      if (digit < 0) {
        return -1;
      }
      number = number << 5 | digit;
    }
    return number;
  }
}
