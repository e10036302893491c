package io.huoshui.sandbox.brand;

import io.huoshui.event.Event;
import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The brand: every customer, every event, nothing stored.
public final class Brand {
  /// History reaches this far back from the start of the campaign.
  public static final int HISTORY_DAYS = 730;

  /// Beyond this many people the sandbox would have to pack its plan of orders differently.
  public static final long MOST_PEOPLE = 1L << 24;

  /// @param people how many; 0 is a brand nobody buys from
  /// @param start the end of history and the beginning of the campaign
  /// @param corp the scope of external_userids: the corp's id
  public record Settings(long seed, long people, Instant start, String corp) {
    public Settings {
      if (people < 0 || people > MOST_PEOPLE) {
        throw new IllegalArgumentException("0 to " + MOST_PEOPLE + " people, got " + people);
      }
    }

    long startMs() {
      return start.toEpochMilli();
    }

    /// One guide serves about four hundred customers, and there are never fewer than five.
    int guides() {
      return (int) Math.max(5, people / 400);
    }

    int stores() {
      return (int) Math.max(3, people / 2500);
    }

    String guide(int number) {
      return String.format(Locale.ROOT, "guide-%04d", number + 1);
    }
  }

  /// Since when a person is a contact of a guide in WeCom, and until when; epoch milliseconds.
  ///
  /// @param toMs [Long#MAX_VALUE] when it did not end
  public record Contact(String guide, long fromMs, long toMs) {
    public boolean at(long ms) {
      return fromMs <= ms && ms < toMs;
    }
  }

  /// Somebody who owns an identifier, and whether a second person shares it.
  public record Owned(Identifier identifier, boolean shared) {}

  private final Settings settings;
  private final Numbering numbering;
  private final String prefix;

  public Brand(Settings settings) {
    this.settings = settings;
    this.numbering = new Numbering(settings.seed());
    this.prefix = "b" + Long.toString(settings.seed(), 36);
  }

  public Settings settings() {
    return settings;
  }

  /// How many stores there are, `store-1` and so on.
  public int stores() {
    return settings.stores();
  }

  public List<String> guides() {
    var guides = new ArrayList<String>();
    for (int i = 0; i < settings.guides(); i++) {
      guides.add(settings.guide(i));
    }
    return guides;
  }

  /// Everything one person did before the campaign, oldest first.
  public void history(long person, Consumer<Event> to) {
    life(person).between(Long.MIN_VALUE, settings.startMs(), to);
  }

  /// What one person does of their own accord in [fromMs, toMs), oldest first.
  public void between(long person, long fromMs, long toMs, Consumer<Event> to) {
    life(person).between(fromMs, toMs, to);
  }

  private Life life(long person) {
    return new Life(settings, numbering, prefix, person(person));
  }

  private Person person(long index) {
    if (index < 0 || index >= settings.people()) {
      throw new IllegalArgumentException(
          "Person " + index + " is outside [0, " + settings.people() + ")");
    }
    return new Person(settings, numbering, index);
  }

  /// The joining identifiers that appear in a person's history. A phone shared in a household is
  /// its owner's, unless only the other one ever showed it; so no identifier has two owners.
  public List<Owned> truth(long person) {
    var seen = shown(person);
    long other = person ^ 1;
    boolean household =
        other < settings.people() && person(other).phoneOwner == person(person).phoneOwner;
    if (!household) {
      return seen.stream().map(identifier -> new Owned(identifier, false)).toList();
    }
    var others = shown(other);
    Identifier phone = person(person).phoneName();
    boolean owner = person(person).phoneOwner == person;
    var owned = new ArrayList<Owned>();
    for (Identifier identifier : seen) {
      boolean shared = identifier.equals(phone) && others.contains(phone);
      if (!shared || owner) {
        owned.add(new Owned(identifier, shared));
      }
    }
    return owned;
  }

  private Set<Identifier> shown(long person) {
    var seen = new LinkedHashSet<Identifier>();
    history(
        person,
        event -> {
          for (Identifier identifier : event.identifiers()) {
            if (identifier.kind().joins()) {
              seen.add(identifier);
            }
          }
        });
    return seen;
  }

  /// Whether two people share one phone.
  public boolean inHousehold(long person) {
    long other = person ^ 1;
    return other < settings.people() && person(other).phoneOwner == person(person).phoneOwner;
  }

  public OptionalLong ofPhone(String e164) {
    return known(numbering.ownerOfPhone(e164));
  }

  public OptionalLong ofExternalUserid(String externalUserid) {
    return known(numbering.ofExternalUserid(externalUserid));
  }

  public OptionalLong ofUnionid(String unionid) {
    return known(numbering.ofUnionid(unionid));
  }

  private OptionalLong known(OptionalLong person) {
    return person.isPresent() && person.getAsLong() < settings.people()
        ? person
        : OptionalLong.empty();
  }

  public String externalUserid(long person) {
    return numbering.externalUserid(person);
  }

  /// E.164.
  public String phone(long person) {
    return person(person).phone;
  }

  public String name(long person) {
    return person(person).name;
  }

  public boolean female(long person) {
    return person(person).female;
  }

  public Identifier externalUseridName(long person) {
    return person(person).externalUserid();
  }

  /// The guide who would serve this person, whether or not they are in contact.
  public String guide(long person) {
    return person(person).guide;
  }

  /// The unionid as far as WeCom knows it; empty for those whose it does not.
  public String unionidInWecom(long person) {
    return person(person).names(Source.WECOM).stream()
        .filter(identifier -> identifier.kind() == IdentifierKind.UNIONID)
        .map(Identifier::value)
        .findFirst()
        .orElse("");
  }

  /// The contact a person's own life gives them, or null; what messages bring about is not in it.
  public @Nullable Contact contact(long person) {
    return life(person).contact();
  }

  /// Whether the person still buys of their own accord at this moment.
  public boolean alive(long person, long atMs) {
    return person(person).goneMs > atMs;
  }

  /// An order this person places because of a message, on top of what they do of their own accord.
  ///
  /// @param key what makes the order's id; equal keys are the same order
  /// @param text the message: a product or category it names is what is bought
  /// @param coupon the code that is redeemed, or null
  /// @param discountFen taken off when a coupon is redeemed
  /// @param alsoKnownBy names the link in the message carried into the shop
  public List<Event> orderBecauseOf(
      long person,
      String key,
      String text,
      @Nullable String coupon,
      long discountFen,
      long atMs,
      List<Identifier> alsoKnownBy) {
    return life(person).orderBecauseOf(key, text, coupon, discountFen, atMs, alsoKnownBy);
  }

  /// The moments in [fromMs, toMs) at which one person does something, ascending, each once.
  public long[] occasions(long person, long fromMs, long toMs) {
    var times = new ArrayList<Long>();
    between(person, fromMs, toMs, event -> times.add(event.time().toEpochMilli()));
    Collections.sort(times);
    return times.stream().mapToLong(Long::longValue).distinct().toArray();
  }
}
