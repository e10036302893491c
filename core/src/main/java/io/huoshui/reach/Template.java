package io.huoshui.reach;

import io.huoshui.profile.Person;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// 话术: what a message says. Placeholders are `{name}` or `{name|word to say when unknown}`.
///
/// @param name its name in journeys
/// @param text with placeholders: any trait, and the built-in `coupon` and `link`
/// @param sender the sign name of an SMS, the guide of a WeCom message; [Guides#OWN] for each
///   person's own guide
/// @param costFen what one message costs the brand, in fen
/// @param attachments what goes along with the text, where the channel carries it
/// @param otherwise what is said on other channels to whom this one can not reach, in order of
///   preference; each under the same name, for the same purpose
public record Template(
    String name,
    ChannelKind channel,
    Category category,
    String text,
    String sender,
    long costFen,
    List<Attachment> attachments,
    List<Template> otherwise) {
  /// Placeholders that the reach room fills itself.
  public static final Set<String> BUILT_IN = Set.of("coupon", "link");

  public Template {
    attachments = List.copyOf(attachments);
    otherwise = List.copyOf(otherwise);
    if (text.isBlank() || text.length() > 2_000) {
      throw new IllegalArgumentException(
          "Template '" + name + "' has " + text.length() + " characters, allowed are 1 to 2000");
    }
    if (channel == ChannelKind.OFFICIAL_TEMPLATE && category == Category.MARKETING) {
      throw new IllegalArgumentException(
          "Template '"
              + name
              + "' is marketing, and official accounts take no marketing as template messages:"
              + " allowed are service and transaction");
    }
    if (costFen < 0) {
      throw new IllegalArgumentException("Template '" + name + "' costs " + costFen + " fen");
    }
  }

  public Template(
      String name,
      ChannelKind channel,
      Category category,
      String text,
      String sender,
      long costFen) {
    this(name, channel, category, text, sender, costFen, List.of(), List.of());
  }

  public Template(String name, ChannelKind channel, String text, String sender, long costFen) {
    this(name, channel, Category.MARKETING, text, sender, costFen);
  }

  /// What is said on a channel.
  ///
  /// @return null when nothing is
  public @Nullable Template on(ChannelKind wanted) {
    return variants().filter(each -> each.channel == wanted).findFirst().orElse(null);
  }

  /// What is said on each channel, the preferred one first.
  public Stream<Template> variants() {
    return Stream.concat(Stream.of(this), otherwise.stream());
  }

  /// What is said to a person: on the first channel that can reach them; where none can, on the
  /// preferred one, whose reason tells why not.
  public Template to(Person person) {
    if (otherwise.isEmpty()) {
      return this;
    }
    return variants()
        .filter(each -> Gate.unreachable(each.channel, each.addressed(person), person) == null)
        .findFirst()
        .orElse(this);
  }

  private boolean addressed(Person person) {
    return person.has(channel.address(), channel.scope(sender));
  }

  /// The names that text and attachments ask for, on any channel, in order.
  public List<String> placeholders() {
    return variants().flatMap(each -> Wording.of(each.texts()).names()).distinct().toList();
  }

  /// The names that any text asks for, in order.
  public static List<String> placeholders(String text) {
    return Wording.of(text).names().distinct().toList();
  }

  private String texts() {
    var all = new StringBuilder(text);
    attachments.forEach(attachment -> all.append(' ').append(attachment.texts()));
    return all.toString();
  }

  /// The names that have no word for who has none of it, besides those that are always there.
  public List<String> unguarded() {
    return variants()
        .flatMap(each -> Wording.of(each.texts()).unguarded())
        .filter(name -> !BUILT_IN.contains(name))
        .distinct()
        .toList();
  }

  /// The text for one person.
  ///
  /// @param words gives the word for a name, null when it is not known
  public String render(Function<String, @Nullable String> words) {
    return fill(text, words);
  }

  /// The attachments for one person.
  public List<Attachment> attach(Function<String, @Nullable String> words) {
    return attachments.isEmpty()
        ? attachments
        : attachments.stream().map(each -> each.fill(words)).toList();
  }

  /// Any text with placeholders, for one person.
  public static String fill(String text, Function<String, @Nullable String> words) {
    return Wording.of(text).fill(words);
  }
}
