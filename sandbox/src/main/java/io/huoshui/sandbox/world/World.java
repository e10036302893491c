package io.huoshui.sandbox.world;

import io.huoshui.event.Identifier;
import io.huoshui.event.IdentifierKind;
import io.huoshui.reach.ChannelKind;
import io.huoshui.sandbox.brand.Brand;
import io.huoshui.sandbox.customers.Approach;
import io.huoshui.sandbox.customers.CrowdPerson;
import io.huoshui.sandbox.customers.Customer;
import io.huoshui.sandbox.customers.Delivery;
import io.huoshui.sandbox.customers.Due;
import io.huoshui.sandbox.customers.Habits;
import io.huoshui.sandbox.customers.Reaction;
import io.huoshui.sandbox.customers.Reaction.Fate;
import io.huoshui.sandbox.customers.Reactions;
import io.huoshui.sandbox.draw.Dice;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Everything the sandbox knows, behind one lock.
public final class World implements AutoCloseable {
  /// @param start the end of history; the clock begins here
  /// @param days how many days of people's own doings are planned at a time
  public record Settings(long seed, long people, Instant start, int days) {
    public Settings {
      if (days < 1 || days > 365) {
        throw new IllegalArgumentException("--days: 1 to 365, got " + days);
      }
    }
  }

  /// One mass-message task.
  public record Task(
      String msgid, long acceptedMs, String text, String attachments, List<Reaction> reactions) {}

  /// One customer's phone.
  ///
  /// @param messages what they were sent and what they did with it, oldest first
  public record Phone(long customer, List<Reaction> messages) {
    public Phone {
      messages = List.copyOf(messages);
    }
  }

  /// What is to be delivered next, complete up to a moment.
  public record Chunk(long throughMs, List<Due> dues) {}

  /// What came of an SMS call.
  public sealed interface SmsVerdict {
    record Taken(String bizId) implements SmsVerdict {}

    /// Every number of the call had its share.
    record OverLimit(String which) implements SmsVerdict {}
  }

  /// @param perMinute messages to one number in 60 s of the sandbox's clock
  /// @param perDay messages to one number in 24 h of the sandbox's clock
  public record SmsQuota(long perMinute, long perDay) {}

  /// The same text taken more than once for one address under one key.
  public record Duplicate(
      ChannelKind channel, String address, String text, String outId, List<Long> acceptedMs) {}

  /// The one 微信客服 account of the brand.
  public static final String OPEN_KFID = "wkHuoshuiSandboxAAAA";

  /// Whose tags: WeCom's, and those of the brand's official account.
  public static final String WECOM = "wecom";

  public static final String ACCOUNT = "account";

  /// The scope of the openids that people of the brand have there.
  private static final String ACCOUNT_OF_BRAND = "wxoa";

  /// Who serves the contacts of a crowd, for whom any guide will do.
  public static final String ANY_GUIDE = "guide-0001";

  private static final int CHUNK = 2000;

  /// Whoever watches phones watches those that were written to last.
  private static final int LATEST = 2000;

  private static final long MINUTE_MS = Duration.ofMinutes(1).toMillis();
  private static final long DAY_MS = Duration.ofDays(1).toMillis();

  private final ReentrantLock lock = new ReentrantLock();
  private final Settings settings;
  private final Reactions reactions;
  private final Habits habits;
  private final Supplier<String> corp;
  private final long windowMs;
  private final Map<Long, List<Reaction>> byCustomer = new HashMap<>();
  private final ArrayDeque<Long> latest = new ArrayDeque<>(LATEST);
  private final TreeSet<Due> agenda = new TreeSet<>();
  private final Map<String, Task> tasks = new LinkedHashMap<>();
  private final Map<String, List<Reaction>> byBizId = new LinkedHashMap<>();
  private final List<Delivery.Wrote> written = new ArrayList<>();
  private final Set<String> writtenKeys = new HashSet<>();
  private final Map<Long, Long> crowdJoined = new TreeMap<>();
  private final Map<Long, Customer.OfCrowd> crowd = new HashMap<>();
  private final Map<Identifier, Customer.OfCrowd> crowdByName = new HashMap<>();
  private final Map<String, List<Long>> contactsByGuide = new HashMap<>();
  private final Map<String, TagBook> tagBooks =
      Map.of(WECOM, new TagBook(), ACCOUNT, new TagBook());
  private final StaffBook staffBook = new StaffBook();
  private final WayBook ways = new WayBook();
  private final NavigableSet<String> crowdFollowers = new TreeSet<>();
  private @Nullable NavigableSet<String> followers;
  private final Map<String, List<Entry.Kept>> kept = new HashMap<>();
  private final GroupBook groupBook = new GroupBook();
  private int tagCallbacks;
  private Faults faults = Faults.NONE;
  private @Nullable Brand brand;
  private @Nullable OrganicPlan plan;
  private long clockMs;
  private long deliveredMs;
  private long messages;
  private boolean begun;
  private final Journal journal;

  private World(Path file, Settings settings, Supplier<String> corp, Habits habits)
      throws IOException {
    this.settings = settings;
    this.corp = corp;
    this.habits = habits;
    this.reactions = new Reactions(settings.seed(), habits, this::holder);
    this.windowMs = settings.days() * DAY_MS;
    this.clockMs = settings.start().toEpochMilli();
    this.deliveredMs = clockMs - 1;
    this.journal = Journal.open(file, this::apply);
    if (!begun) {
      var first = begunWith(settings);
      journal.append(first);
      apply(first);
    }
  }

  /// Whose a contact is. Who came by scanning a code is a contact of whom they added, though the
  /// brand's history does not know it.
  private @Nullable String holder(String customer, @Nullable String guide, long ms) {
    List<String> scanned = guide == null ? ways.guidesOf(customer) : List.of();
    return staffBook.holder(
        customer, scanned.isEmpty() ? guide : scanned.size() == 1 ? scanned.getFirst() : "", ms);
  }

  /// Opens the world in a folder and brings it to where it was.
  ///
  /// @param corp the id of the WeCom corp, as far as it is known now; the scope of external_userids
  /// @throws IllegalArgumentException when the folder was begun with other flags
  public static World open(Path dir, Settings settings, Supplier<String> corp, Habits habits)
      throws IOException {
    return new World(dir.resolve("journal"), settings, corp, habits);
  }

  private static Entry.Begun begunWith(Settings settings) {
    return new Entry.Begun(
        settings.seed(), settings.people(), settings.start().toEpochMilli(), settings.days());
  }

  private void apply(Entry entry) {
    switch (entry) {
      case Entry.Begun was -> {
        var wanted = begunWith(settings);
        if (!was.equals(wanted)) {
          throw new IllegalArgumentException(
              "--data was begun with "
                  + was
                  + ", not with "
                  + wanted
                  + ". Use the same flags, or another --data.");
        }
        begun = true;
      }
      case Entry.SmsTaken taken -> apply(taken);
      case Entry.WecomTaken taken -> apply(taken);
      case Entry.Stepped(long toMs) -> clockMs = toMs;
      case Entry.Delivered(long throughMs) -> apply(throughMs);
      case Entry.CrowdJoined joined -> apply(joined);
      case Entry.FaultsSet(Faults set) -> faults = set;
      case Entry.OfTags tags -> apply(tags);
      case Entry.OfStaff staff -> apply(staff);
      case Entry.OfWays way -> ways.apply(way);
      case Entry.TaskCancelled(long atMs, String msgid) -> cancel(msgid, atMs);
      case Entry.Kept keep -> kept.computeIfAbsent(keep.room(), _ -> new ArrayList<>()).add(keep);
      case Entry.OfGroups groups -> apply(groups);
    }
  }

  /// What one part of a platform wrote down for itself, oldest first.
  public List<Entry.Kept> kept(String room) {
    return locked(() -> List.copyOf(kept.getOrDefault(room, List.of())));
  }

  /// Decides about what one part of a platform keeps for itself; what is decided is given to the
  /// argument, which writes it down.
  public <T> T keeping(String room, Function<Consumer<String>, T> work) {
    return locked(() -> work.apply(body -> record(new Entry.Kept(clockMs, room, body))));
  }

  /// Nobody who has not got it by now gets it any more.
  ///
  /// @return whether there is such a task
  public boolean cancel(String msgid) {
    return locked(
        () -> {
          boolean known = tasks.containsKey(msgid);
          if (known) {
            record(new Entry.TaskCancelled(clockMs, msgid));
          }
          return known;
        });
  }

  private void cancel(String msgid, long atMs) {
    Task task = tasks.get(msgid);
    if (task == null) {
      return;
    }
    var left = new ArrayList<Reaction>(task.reactions().size());
    for (Reaction was : task.reactions()) {
      if (was.sentMs() <= atMs) {
        left.add(was);
        continue;
      }
      was.dues().forEach(agenda::remove);
      var never =
          new Reaction(
              was.approach(),
              Fate.UNCONFIRMED,
              Reaction.NEVER,
              Reaction.NEVER,
              Reaction.NEVER,
              List.of());
      List<Reaction> own =
          byCustomer.get(resolve(ChannelKind.WECOM, was.approach().address()).key());
      if (own != null) {
        own.replaceAll(each -> each.equals(was) ? never : each);
      }
      left.add(never);
    }
    tasks.put(
        msgid,
        new Task(msgid, task.acceptedMs(), task.text(), task.attachments(), List.copyOf(left)));
  }

  private <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  private void record(Entry entry) {
    journal.append(entry);
    apply(entry);
  }

  // ---- reading

  public Settings settings() {
    return settings;
  }

  public Instant clock() {
    return Instant.ofEpochMilli(locked(() -> clockMs));
  }

  public long messages() {
    return locked(() -> messages);
  }

  public Faults faults() {
    return locked(() -> faults);
  }

  /// The brand; its corp is the one the secrets name, once they do.
  public Brand brand() {
    return locked(this::currentBrand);
  }

  private Brand currentBrand() {
    String scope = corp.get();
    if (brand == null || !brand.settings().corp().equals(scope)) {
      brand =
          new Brand(
              new Brand.Settings(settings.seed(), settings.people(), settings.start(), scope));
    }
    return brand;
  }

  /// Who is behind an address.
  public Customer customer(ChannelKind channel, String address) {
    return locked(() -> resolve(channel, address));
  }

  private Customer resolve(ChannelKind channel, String address) {
    return switch (channel) {
      case SMS, CALL -> {
        var known = crowdByName.get(new Identifier(IdentifierKind.PHONE, "", address));
        yield known != null ? known : ofBrand(currentBrand().ofPhone(address), address);
      }
      case WECOM -> {
        // A crowd's external_userid is unique whatever scope its data set gave it.
        var known = crowdByName.get(new Identifier(IdentifierKind.EXTERNAL_USERID, "*", address));
        yield known != null ? known : ofBrand(currentBrand().ofExternalUserid(address), address);
      }
      case OFFICIAL_ACCOUNT, OFFICIAL_TEMPLATE, SUBSCRIBE -> new Customer.Stranger(address);
    };
  }

  private Customer ofBrand(OptionalLong person, String address) {
    return person.isPresent()
        ? new Customer.OfBrand(currentBrand(), person.getAsLong())
        : new Customer.Stranger(address);
  }

  /// The guide of a contact now: empty text when any guide will do, null when it is no contact.
  public @Nullable String guideOf(String externalUserid) {
    lock.lock();
    try {
      List<String> scanned = ways.guidesOf(externalUserid);
      Customer customer = resolve(ChannelKind.WECOM, externalUserid);
      return staffBook.holder(
          externalUserid,
          scanned.isEmpty()
              ? Reactions.friendOf(customer, past(customer.key()), clockMs)
              : scanned.getLast(),
          clockMs);
    } finally {
      lock.unlock();
    }
  }

  /// When and how a contact came about, for what is due by now.
  public @Nullable Reaction followOf(String externalUserid) {
    lock.lock();
    try {
      for (Reaction reaction : past(resolve(ChannelKind.WECOM, externalUserid).key())) {
        if (reaction.followsMs() <= clockMs) {
          return reaction;
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  private List<Reaction> past(long customer) {
    return byCustomer.getOrDefault(customer, List.of());
  }

  /// The external_userids a guide has as contacts now.
  public List<String> contactsOf(String guide) {
    return locked(
        () -> {
          if (contactsByGuide.isEmpty()) {
            indexContacts();
          }
          var contacts = new ArrayList<String>();
          var brandNow = currentBrand();
          for (long person : contactsByGuide.getOrDefault(guide, List.of())) {
            var customer = new Customer.OfBrand(brandNow, person);
            String friend = Reactions.friendOf(customer, past(person), clockMs);
            if (guide.equals(staffBook.holder(customer.externalUserid(), friend, clockMs))) {
              contacts.add(customer.externalUserid());
            }
          }
          if (guide.equals(ANY_GUIDE)) {
            for (Customer.OfCrowd customer : crowd.values()) {
              String name = customer.externalUserid();
              if (name != null
                  && ""
                      .equals(
                          staffBook.holder(
                              name,
                              Reactions.friendOf(customer, past(customer.key()), clockMs),
                              clockMs))) {
                contacts.add(name);
              }
            }
            Collections.sort(contacts);
          }
          for (String got : staffBook.gotBy(guide, clockMs)) {
            if (!contacts.contains(got)) {
              contacts.add(got);
            }
          }
          for (String customer : ways.customersOf(guide)) {
            if (!contacts.contains(customer)
                && guide.equals(staffBook.holder(customer, guide, clockMs))) {
              contacts.add(customer);
            }
          }
          return contacts;
        });
  }

  /// The openids of everybody who follows the brand's official account.
  public NavigableSet<String> followers() {
    return locked(
        () -> {
          NavigableSet<String> known = followers;
          if (known == null) {
            var found = new TreeSet<>(crowdFollowers);
            var brandNow = currentBrand();
            for (long person = 0; person < settings.people(); person++) {
              for (Brand.Owned owned : brandNow.truth(person)) {
                if (owned.identifier().kind() == IdentifierKind.OPENID
                    && owned.identifier().scope().equals(ACCOUNT_OF_BRAND)) {
                  found.add(owned.identifier().value());
                }
              }
            }
            known = Collections.unmodifiableNavigableSet(found);
            followers = known;
          }
          return known;
        });
  }

  /// Everybody a guide would serve, friend or not: following may make them one.
  private void indexContacts() {
    var brandNow = currentBrand();
    for (long person = 0; person < settings.people(); person++) {
      contactsByGuide.computeIfAbsent(brandNow.guide(person), _ -> new ArrayList<>()).add(person);
    }
  }

  public Collection<Task> tasks() {
    return locked(() -> List.copyOf(tasks.values()));
  }

  public @Nullable Task task(String msgid) {
    lock.lock();
    try {
      return tasks.get(msgid);
    } finally {
      lock.unlock();
    }
  }

  /// What this address was sent, oldest first.
  public List<Reaction> sentTo(ChannelKind channel, String address) {
    return locked(
        () ->
            past(resolve(channel, address).key()).stream()
                .filter(reaction -> reaction.approach().channel() == channel)
                .filter(reaction -> reaction.approach().address().equals(address))
                .toList());
  }

  /// The phones that were written to last, the newest first.
  ///
  /// @param phones at most so many of them
  /// @param each at most so many messages of one, the newest
  public List<Phone> phones(int phones, int each) {
    return locked(
        () -> {
          var customers = new LinkedHashSet<Long>();
          for (var newest = latest.descendingIterator();
              newest.hasNext() && customers.size() < phones; ) {
            customers.add(newest.next());
          }
          return customers.stream()
              .map(
                  customer -> {
                    List<Reaction> all = past(customer);
                    return new Phone(
                        customer, all.subList(Math.max(0, all.size() - each), all.size()));
                  })
              .toList();
        });
  }

  /// Texts an address was sent more than once under one key. The key of an SMS is its OutId; WeCom
  /// has none, so there the text alone counts.
  public List<Duplicate> duplicates() {
    return locked(
        () -> {
          var found = new ArrayList<Duplicate>();
          var customers = new ArrayList<>(byCustomer.keySet());
          Collections.sort(customers);
          for (long customer : customers) {
            var times = new LinkedHashMap<List<String>, List<Reaction>>();
            for (Reaction reaction : past(customer)) {
              var approach = reaction.approach();
              times
                  .computeIfAbsent(
                      List.of(
                          approach.channel().wire(),
                          approach.address(),
                          approach.text(),
                          approach.outId()),
                      _ -> new ArrayList<>())
                  .add(reaction);
            }
            for (List<Reaction> same : times.values()) {
              if (same.size() > 1) {
                var approach = same.getFirst().approach();
                found.add(
                    new Duplicate(
                        approach.channel(),
                        approach.address(),
                        approach.text(),
                        approach.outId(),
                        same.stream().map(each -> each.approach().acceptedMs()).toList()));
              }
            }
          }
          return found;
        });
  }

  /// What customers wrote in WeCom so far, from a position on.
  public List<Delivery.Wrote> writtenFrom(int position, int limit) {
    return locked(
        () -> {
          int from = Math.min(Math.max(0, position), written.size());
          return List.copyOf(written.subList(from, Math.min(written.size(), from + limit)));
        });
  }

  // ---- taking messages

  /// Takes one SMS call; refuses it when no number of it may get another message.
  ///
  /// @param signNames one for all, or one per phone
  /// @param texts one for all, or one per phone
  public SmsVerdict takeSms(
      String outId,
      String template,
      List<String> phones,
      List<String> signNames,
      List<String> texts,
      SmsQuota quota) {
    return locked(
        () -> {
          var limited = new ArrayList<Integer>();
          String which = "";
          var inThisCall = new HashMap<String, Integer>();
          for (int i = 0; i < phones.size(); i++) {
            int sameCall = inThisCall.merge(phones.get(i), 1, Integer::sum) - 1;
            String over = overLimit(phones.get(i), sameCall, quota);
            if (!over.isEmpty()) {
              limited.add(i);
              which = over;
            }
          }
          if (limited.size() == phones.size()) {
            return new SmsVerdict.OverLimit(which);
          }
          String bizId = freshBizId(outId, phones, texts);
          record(
              new Entry.SmsTaken(
                  clockMs, bizId, outId, template, phones, signNames, texts, limited));
          return new SmsVerdict.Taken(bizId);
        });
  }

  private String overLimit(String phone, int sameCall, SmsQuota quota) {
    long minute = sameCall;
    long day = sameCall;
    for (Reaction reaction : past(resolve(ChannelKind.SMS, phone).key())) {
      var approach = reaction.approach();
      if (approach.channel() == ChannelKind.SMS
          && approach.address().equals(phone)
          && reaction.fate() != Fate.LIMITED) {
        minute += approach.acceptedMs() > clockMs - MINUTE_MS ? 1 : 0;
        day += approach.acceptedMs() > clockMs - DAY_MS ? 1 : 0;
      }
    }
    return minute >= quota.perMinute() ? "分钟" : day >= quota.perDay() ? "天" : "";
  }

  private String freshBizId(String outId, List<String> phones, List<String> texts) {
    long hash = Dice.hash(Dice.hash(settings.seed(), clockMs), outId);
    hash = Dice.hash(Dice.hash(hash, phones.getFirst()), texts.getFirst());
    return fresh(hash, byBizId.keySet(), number -> (number % 900_000_000_000_000_000L) + "^0");
  }

  private interface Spelling {
    String of(long number);
  }

  /// An id nobody has yet. Two calls that are the same to the letter still get two ids.
  private static String fresh(long hash, Set<String> taken, Spelling spelling) {
    LongSupplier next =
        new LongSupplier() {
          private long number = hash >>> 1;

          @Override
          public long getAsLong() {
            return number++;
          }
        };
    String id = spelling.of(next.getAsLong());
    while (taken.contains(id)) {
      id = spelling.of(next.getAsLong());
    }
    return id;
  }

  /// Takes one mass-message task.
  ///
  /// @param guides who sends to each customer
  public String takeWecom(
      String text, String attachments, List<String> customers, List<String> guides) {
    return locked(
        () -> {
          long hash =
              Dice.hash(Dice.hash(Dice.hash(settings.seed(), clockMs), text), customers.getFirst());
          String msgid =
              fresh(
                  Dice.hash(hash, customers.size()),
                  tasks.keySet(),
                  number -> "msgHuoshuiSandbox" + Long.toHexString(number));
          record(new Entry.WecomTaken(clockMs, msgid, text, attachments, customers, guides));
          return msgid;
        });
  }

  private void apply(Entry.SmsTaken taken) {
    var limited = Set.copyOf(taken.limited());
    var own = new ArrayList<Reaction>();
    for (int i = 0; i < taken.phones().size(); i++) {
      String phone = taken.phones().get(i);
      var approach =
          new Approach(
              ChannelKind.SMS,
              phone,
              one(taken.texts(), i),
              one(taken.signNames(), i),
              taken.bizId(),
              taken.outId(),
              taken.atMs());
      Customer customer = resolve(ChannelKind.SMS, phone);
      own.add(
          remember(
              customer,
              limited.contains(i)
                  ? reactions.limited(customer, approach)
                  : reactions.to(customer, approach, past(customer.key()))));
    }
    byBizId.put(taken.bizId(), own);
  }

  private static String one(List<String> values, int index) {
    return values.size() == 1 ? values.getFirst() : values.get(index);
  }

  private void apply(Entry.WecomTaken taken) {
    var own = new ArrayList<Reaction>(taken.customers().size());
    for (int i = 0; i < taken.customers().size(); i++) {
      var approach =
          new Approach(
              ChannelKind.WECOM,
              taken.customers().get(i),
              taken.text(),
              one(taken.guides(), i),
              taken.msgid(),
              "",
              taken.atMs());
      Customer customer = resolve(ChannelKind.WECOM, approach.address());
      own.add(remember(customer, reactions.to(customer, approach, past(customer.key()))));
    }
    tasks.put(
        taken.msgid(),
        new Task(taken.msgid(), taken.atMs(), taken.text(), taken.attachments(), List.copyOf(own)));
  }

  private Reaction remember(Customer customer, Reaction reaction) {
    byCustomer.computeIfAbsent(customer.key(), _ -> new ArrayList<>(2)).add(reaction);
    agenda.addAll(reaction.dues());
    if (latest.size() == LATEST) {
      latest.removeFirst();
    }
    latest.addLast(customer.key());
    messages++;
    return reaction;
  }

  // ---- tags

  /// Decides about a platform's tags; what is decided is given to the second argument, which writes
  /// it down and applies it.
  public <T> T tags(String platform, BiFunction<TagBook, Consumer<Entry.OfTags>, T> work) {
    return locked(
        () -> {
          TagBook book = tagBooks.get(platform);
          if (book == null) {
            throw new IllegalArgumentException("No tags of '" + platform + "'");
          }
          return work.apply(book, this::record);
        });
  }

  private void apply(Entry.OfTags entry) {
    TagBook book = tagBooks.get(entry.platform());
    if (book == null) {
      throw new IllegalArgumentException("No tags of '" + entry.platform() + "'");
    }
    boolean group =
        switch (entry) {
          case Entry.TagMade made -> made.name().isEmpty();
          case Entry.TagRenamed renamed -> book.group(renamed.id()) != null;
          case Entry.TagsGone gone -> book.group(gone.ids().getFirst()) != null;
          case Entry.TagsMarked _, Entry.TagsShuffled _ -> false;
        };
    book.apply(entry);
    // Only what is done in the app is called back, and only WeCom does.
    if (!entry.byMember() || !entry.platform().equals(WECOM)) {
      return;
    }
    String key = "tags" + tagCallbacks++;
    long at = entry.atMs();
    switch (entry) {
      case Entry.TagMade made -> tell(new Delivery.TagChanged(key, "create", group, made.id(), at));
      case Entry.TagRenamed renamed ->
          tell(new Delivery.TagChanged(key, "update", group, renamed.id(), at));
      case Entry.TagsShuffled shuffled ->
          tell(new Delivery.TagChanged(key, "shuffle", true, shuffled.group(), at));
      case Entry.TagsGone gone ->
          gone.ids()
              .forEach(
                  id -> tell(new Delivery.TagChanged(key + "-" + id, "delete", group, id, at)));
      case Entry.TagsMarked marked ->
          marked
              .customers()
              .forEach(
                  each ->
                      agenda.add(
                          new Due(
                              at + 1,
                              resolve(ChannelKind.WECOM, each).key(),
                              20,
                              new Delivery.ContactEdited(key, marked.holder(), each, at))));
    }
  }

  /// With the next step of the clock.
  private void tell(Delivery.TagChanged changed) {
    agenda.add(new Due(changed.atMs() + 1, 0, 20, changed));
  }

  // ---- members

  /// Reads what is known of members, or decides about it.
  public interface StaffWork<T> {
    /// @param record writes what is decided down and applies it
    T of(StaffBook book, Brand brand, Consumer<Entry.OfStaff> record);
  }

  public <T> T staff(StaffWork<T> work) {
    return locked(() -> work.of(staffBook, currentBrand(), this::record));
  }

  private void apply(Entry.OfStaff entry) {
    staffBook.apply(entry);
    String key = "staff" + staffBook.nextCallback();
    switch (entry) {
      case Entry.MemberChanged member ->
          agenda.add(
              new Due(
                  member.atMs() + 1,
                  0,
                  20,
                  new Delivery.MemberChanged(
                      key,
                      member.change(),
                      member.userid(),
                      member.name(),
                      member.department(),
                      member.atMs())));
      case Entry.Transferred transferred -> tell(key, transferred);
      // Groups have no members here who would be told.
      case Entry.GroupsGiven _ -> {}
    }
  }

  /// What a handover causes once it takes effect: who had the customer loses them before who takes
  /// over has them. A customer who knows the new guide already is no new contact
  /// (developer.work.weixin.qq.com/document/path/96325).
  private void tell(String key, Entry.Transferred transferred) {
    long at = transferred.settlesMs();
    for (int i = 0; i < transferred.customers().size(); i++) {
      String customer = transferred.customers().get(i);
      String outcome = transferred.outcomes().get(i);
      long who = resolve(ChannelKind.WECOM, customer).key();
      String own = key + "-" + i;
      if (!outcome.equals("taken_over")) {
        agenda.add(
            new Due(
                at,
                who,
                20,
                new Delivery.TransferFailed(own, transferred.to(), customer, outcome, at)));
        continue;
      }
      if (!transferred.left()) {
        agenda.add(
            new Due(
                at,
                who,
                20,
                new Delivery.HandedAway(own + "-a", transferred.from(), customer, at)));
      }
      agenda.add(
          new Due(
              at + 1_000,
              who,
              21,
              new Delivery.Followed(own + "-b", transferred.to(), customer, "", at + 1_000)));
    }
  }

  // ---- codes

  /// Decides about codes and who comes by them; what is decided is given to the second argument,
  /// which writes it down and applies it.
  public <T> T ways(BiFunction<WayBook, Consumer<Entry.OfWays>, T> work) {
    return locked(() -> work.apply(ways, this::record));
  }

  // ---- groups

  /// Decides about groups; what is decided is given to the second argument, which writes it down
  /// and applies it.
  public <T> T groups(BiFunction<GroupBook, Consumer<Entry.OfGroups>, T> work) {
    return locked(() -> work.apply(groupBook, this::record));
  }

  private void apply(Entry.OfGroups entry) {
    if (entry instanceof Entry.GroupDissolved gone) {
      agenda.removeIf(due -> due.atMs() > gone.atMs() && GroupBook.of(due).equals(gone.chat()));
    }
    agenda.addAll(
        groupBook.apply(
            entry,
            settings.seed(),
            habits,
            externalUserid -> resolve(ChannelKind.WECOM, externalUserid).key()));
  }

  // ---- crowds and faults

  /// Throws when a member can not be registered, and says why.
  public void check(Entry.Member member) {
    person(member);
  }

  /// Registers people of a real data set; those known already are skipped.
  ///
  /// @return how many were new
  public int join(List<Entry.Member> members) {
    return locked(
        () -> {
          var fresh = new ArrayList<Entry.Member>();
          var keys = new HashSet<Long>();
          for (Entry.Member member : members) {
            long key = new Customer.OfCrowd(person(member)).key();
            if (!crowd.containsKey(key) && keys.add(key)) {
              fresh.add(member);
            }
          }
          if (!fresh.isEmpty()) {
            record(new Entry.CrowdJoined(clockMs, fresh));
          }
          return fresh.size();
        });
  }

  private CrowdPerson person(Entry.Member member) {
    var identifiers = new ArrayList<Identifier>();
    for (Entry.Name name : member.identifiers()) {
      IdentifierKind kind = IdentifierKind.ofWire(name.kind());
      if (kind == null) {
        throw new IllegalArgumentException(
            "identifiers: unknown kind '" + name.kind() + "'. Known: " + IdentifierKind.wires());
      }
      identifiers.add(Identifier.of(kind, name.scope(), name.value()));
    }
    return new CrowdPerson(
        identifiers,
        member.ordersPer30Days(),
        member.averageBasketFen(),
        member.currency(),
        member.source(),
        CrowdPerson.hash(settings.seed(), identifiers));
  }

  private void apply(Entry.CrowdJoined joined) {
    for (Entry.Member member : joined.members()) {
      var customer = new Customer.OfCrowd(person(member));
      crowd.put(customer.key(), customer);
      crowdJoined.put(customer.key(), joined.atMs());
      for (Identifier identifier : customer.person().identifiers()) {
        if (identifier.kind() == IdentifierKind.OPENID) {
          // There is one account; whatever its scope is called, these are its followers.
          crowdFollowers.add(identifier.value());
          followers = null;
        }
        if (identifier.kind() == IdentifierKind.EXTERNAL_USERID) {
          crowdByName.putIfAbsent(
              new Identifier(IdentifierKind.EXTERNAL_USERID, "*", identifier.value()), customer);
        } else {
          crowdByName.putIfAbsent(identifier, customer);
        }
      }
      if (plan != null) {
        planCrowd(customer, joined.atMs(), plan.toMs());
      }
    }
  }

  public void set(Faults wanted) {
    locked(
        () -> {
          record(new Entry.FaultsSet(wanted));
          return wanted;
        });
  }

  // ---- the clock and the agenda

  /// Moves the clock; what is due by then is to be delivered next. Earlier or same is nothing.
  public Instant step(Instant to) {
    return locked(
        () -> {
          if (to.toEpochMilli() > clockMs) {
            record(new Entry.Stepped(to.toEpochMilli()));
            journal.force();
          }
          return Instant.ofEpochMilli(clockMs);
        });
  }

  /// The next piece of what is due by the clock, or null when all was delivered. The same piece
  /// comes until [#delivered] says that it is done.
  public @Nullable Chunk next() {
    lock.lock();
    try {
      while (deliveredMs < clockMs) {
        OrganicPlan current = currentPlan();
        long through = Math.min(clockMs, current.toMs() - 1);
        var own = current.upcoming(through, CHUNK);
        if (own.size() >= CHUNK) {
          through = own.getLast().atMs();
        }
        var dues = new ArrayList<Due>(own);
        long last = Long.MIN_VALUE;
        int taken = 0;
        for (Due due : agenda) {
          if (due.atMs() > through) {
            break;
          }
          if (taken >= CHUNK && due.atMs() != last) {
            through = last;
            break;
          }
          last = due.atMs();
          taken++;
          dues.add(due);
        }
        long end = through;
        dues.removeIf(due -> due.atMs() > end);
        if (!dues.isEmpty()) {
          Collections.sort(dues);
          return new Chunk(end, dues);
        }
        record(new Entry.Delivered(end));
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /// The server has durably answered everything of this piece.
  public void delivered(Chunk chunk) {
    locked(
        () -> {
          record(new Entry.Delivered(chunk.throughMs()));
          return chunk;
        });
  }

  /// Makes visible what a customer wrote; the callback that tells of it follows.
  public void reveal(Delivery.Wrote wrote) {
    locked(
        () -> {
          if (writtenKeys.add(wrote.key())) {
            written.add(wrote);
          }
          return wrote;
        });
  }

  private void apply(long throughMs) {
    deliveredMs = throughMs;
    while (!agenda.isEmpty() && agenda.first().atMs() <= throughMs) {
      var due = agenda.pollFirst();
      if (due != null && due.delivery() instanceof Delivery.Wrote wrote) {
        reveal(wrote);
      }
    }
    if (plan != null) {
      plan.passed(throughMs);
    }
  }

  /// The plan of the window in which the next undelivered moment lies.
  private OrganicPlan currentPlan() {
    if (plan == null || deliveredMs + 1 >= plan.toMs()) {
      long start = settings.start().toEpochMilli();
      long from = start + Math.floorDiv(deliveredMs + 1 - start, windowMs) * windowMs;
      plan = OrganicPlan.of(currentBrand(), from, from + windowMs);
      plan.passed(deliveredMs);
      for (Map.Entry<Long, Long> joined : crowdJoined.entrySet()) {
        Customer.OfCrowd customer = crowd.get(joined.getKey());
        if (customer != null) {
          planCrowd(customer, joined.getValue(), plan.toMs());
        }
      }
    }
    return plan;
  }

  /// Puts on the agenda what one of the crowd orders after they joined, as far as is planned.
  private void planCrowd(Customer.OfCrowd customer, long joinedMs, long toMs) {
    double rate = customer.person().ordersPer30Days();
    if (rate == 0) {
      return;
    }
    var dice = Dice.of(customer.person().hash(), "rhythm");
    double at = settings.start().toEpochMilli();
    for (int number = 0; ; number++) {
      at += dice.exponential(30 * DAY_MS / rate);
      long second = (long) at / 1000 * 1000;
      if (second >= toMs) {
        return;
      }
      if (second > joinedMs && second > deliveredMs) {
        agenda.add(
            new Due(
                second,
                customer.key(),
                10,
                new Delivery.Happened(customer.order("o" + number, null, 0, second))));
      }
    }
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      journal.close();
    } finally {
      lock.unlock();
    }
  }
}
