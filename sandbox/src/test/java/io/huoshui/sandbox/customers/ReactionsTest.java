package io.huoshui.sandbox.customers;

import static org.assertj.core.api.Assertions.assertThat;

import io.huoshui.reach.ChannelKind;
import io.huoshui.sandbox.brand.Brand;
import io.huoshui.sandbox.customers.Reaction.Fate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReactionsTest {
  private static final Instant START = Instant.parse("2026-06-30T16:00:00Z");
  private static final long NOW = START.toEpochMilli();
  private static final long DAY = 86_400_000L;
  private static final int PEOPLE = 20_000;
  private static final Brand BRAND = new Brand(new Brand.Settings(42, PEOPLE, START, "ww1"));
  private static final Reactions REACTIONS = new Reactions(42, Habits.DEFAULT);

  private static Approach sms(long person, String text, long at) {
    return new Approach(ChannelKind.SMS, BRAND.phone(person), text, "活水", "biz", "out", at);
  }

  private static Approach wecom(long person, String text, long at) {
    return new Approach(
        ChannelKind.WECOM, BRAND.externalUserid(person), text, BRAND.guide(person), "msg", "", at);
  }

  private static Customer customer(long person) {
    return new Customer.OfBrand(BRAND, person);
  }

  private static List<Reaction> toSms(String text, List<Reaction> earlier) {
    return IntStream.range(0, PEOPLE)
        .mapToObj(person -> REACTIONS.to(customer(person), sms(person, text, NOW), earlier))
        .toList();
  }

  private static List<Long> contacts() {
    return IntStream.range(0, PEOPLE)
        .asLongStream()
        .filter(person -> Reactions.friendOf(customer(person), List.of(), NOW) != null)
        .boxed()
        .toList();
  }

  private static <D extends Delivery> double share(List<Reaction> reactions, Class<D> kind) {
    return (double)
            reactions.stream()
                .filter(
                    reaction ->
                        reaction.dues().stream().anyMatch(due -> kind.isInstance(due.delivery())))
                .count()
        / reactions.size();
  }

  // ---- laws

  @Test
  void reactionsDoNotDependOnTheOrderOfArrival() {
    var approaches = new ArrayList<Approach>();
    for (long person = 0; person < 500; person++) {
      approaches.add(sms(person, "一", NOW));
      approaches.add(sms(person, "二 券码 HS-AB12", NOW));
      approaches.add(wecom(person, "三", NOW));
    }
    var first = new TreeSet<Due>();
    for (int shuffle = 0; shuffle < 3; shuffle++) {
      var dues = new TreeSet<Due>();
      var earlier = new java.util.HashMap<Long, List<Reaction>>();
      for (Approach approach : approaches) {
        var person =
            approach.channel() == ChannelKind.SMS
                ? BRAND.ofPhone(approach.address())
                : BRAND.ofExternalUserid(approach.address());
        var own = earlier.computeIfAbsent(person.orElseThrow(), _ -> new ArrayList<>());
        var reaction = REACTIONS.to(customer(person.orElseThrow()), approach, own);
        own.add(reaction);
        dues.addAll(reaction.dues());
      }
      if (first.isEmpty()) {
        first.addAll(dues);
      }
      assertThat(dues).isNotEmpty().isEqualTo(first);
      Collections.shuffle(approaches, new Random(shuffle));
    }
  }

  @Test
  void idsOfThePlatformHaveNoSay() {
    for (long person = 0; person < 2000; person++) {
      var one = REACTIONS.to(customer(person), sms(person, "x 券码 HS-AB12", NOW), List.of());
      var two =
          REACTIONS.to(
              customer(person),
              new Approach(
                  ChannelKind.SMS, BRAND.phone(person), "x 券码 HS-AB12", "活水", "other", "o", NOW),
              List.of());
      assertThat(times(one)).isEqualTo(times(two));
      assertThat(one.fate()).isEqualTo(two.fate());
    }
  }

  private static List<Long> times(Reaction reaction) {
    return reaction.dues().stream().map(Due::atMs).toList();
  }

  @Test
  void nothingHappensBeforeTheMessageIsThere() {
    for (Reaction reaction : toSms("回来看看 http://127.0.0.1/l 券码 HS-AB12", List.of())) {
      assertThat(reaction.dues()).isNotEmpty();
      assertThat(times(reaction)).allMatch(at -> at > NOW);
    }
  }

  @Test
  void anotherDayIsAnotherOrder() {
    var ids = new java.util.HashSet<String>();
    for (long person = 0; person < PEOPLE; person++) {
      for (long at : new long[] {NOW, NOW + 10 * DAY}) {
        for (Due due :
            REACTIONS.to(customer(person), sms(person, "券码 HS-AB12", at), List.of()).dues()) {
          if (!BRAND.inHousehold(person)) {
            assertThat(ids.add(due.delivery().key() + due.delivery().counted())).isTrue();
          }
        }
      }
    }
  }

  // ---- figures

  @Test
  void smsFiguresAreThoseOfTheTable() {
    var plain = toSms("新品上市", List.of());
    double delivered =
        (double) plain.stream().filter(each -> each.fate() == Fate.DELIVERED).count() / PEOPLE;
    assertThat(delivered).isBetween(0.945, 0.965);
    assertThat(share(plain, Delivery.SmsReport.class)).isEqualTo(1);
    assertThat(share(plain, Delivery.Happened.class)).isLessThan(0.004);
    assertThat(share(plain, Delivery.SmsReply.class)).isBetween(0.003, 0.012);

    var coupon = toSms("回来看看 券码 HS-AB12", List.of());
    double buy = share(coupon, Delivery.Happened.class);
    // 8.4 % visit, 32 % of them buy, less for those who had stopped buying.
    assertThat(buy).isBetween(0.011, 0.027);
  }

  @Test
  void wecomFiguresAreThoseOfTheTable() {
    var people = contacts();
    var coupon =
        people.stream()
            .map(
                person ->
                    REACTIONS.to(customer(person), wecom(person, "券码 HS-AB12", NOW), List.of()))
            .toList();
    var plain =
        people.stream()
            .map(person -> REACTIONS.to(customer(person), wecom(person, "新品", NOW), List.of()))
            .toList();
    double unconfirmed =
        (double) coupon.stream().filter(each -> each.fate() == Fate.UNCONFIRMED).count()
            / coupon.size();
    // One draw a guide, and there are fifty of them.
    assertThat(unconfirmed).isBetween(0.0, 0.2);
    assertThat(share(coupon, Delivery.Happened.class)).isBetween(0.08, 0.19);
    assertThat(share(plain, Delivery.Happened.class))
        .isLessThan(share(coupon, Delivery.Happened.class) / 2);
  }

  @Test
  void fatigueLowersAndAnnoys() {
    var people = contacts();
    var fresh = new ArrayList<Reaction>();
    var tired = new ArrayList<Reaction>();
    for (long person : people) {
      var earlier = new ArrayList<Reaction>();
      for (int day = 5; day > 0; day--) {
        earlier.add(
            new Reaction(
                wecom(person, "earlier " + day, NOW - day * DAY),
                Fate.DELIVERED,
                NOW - day * DAY,
                Reaction.NEVER,
                Reaction.NEVER,
                List.of()));
      }
      fresh.add(REACTIONS.to(customer(person), wecom(person, "券码 HS-AB12", NOW), List.of()));
      tired.add(REACTIONS.to(customer(person), wecom(person, "券码 HS-AB12", NOW), earlier));
    }
    assertThat(share(tired, Delivery.Happened.class))
        .isLessThan(share(fresh, Delivery.Happened.class) / 2);
    assertThat(share(tired, Delivery.Blocked.class))
        .isGreaterThan(5 * share(fresh, Delivery.Blocked.class));
  }

  @Test
  void anInvitationMakesFriendsOfThoseWhoAreNone() {
    var reactions = toSms("加企业微信顾问领鲜奶 http://127.0.0.1/l?state=s8 券码 HS-AB12", List.of());
    int followed = 0;
    for (int person = 0; person < PEOPLE; person++) {
      Reaction reaction = reactions.get(person);
      if (reaction.followsMs() == Reaction.NEVER) {
        continue;
      }
      followed++;
      var owner = customer(BRAND.ofPhone(BRAND.phone(person)).orElseThrow());
      if (!BRAND.inHousehold(person)) {
        assertThat(Reactions.friendOf(owner, List.of(), reaction.followsMs())).isNull();
        assertThat(Reactions.friendOf(owner, List.of(reaction), reaction.followsMs()))
            .isEqualTo(BRAND.guide(person));
      }
      assertThat(reaction.dues())
          .anySatisfy(
              due ->
                  assertThat(due.delivery())
                      .isInstanceOfSatisfying(
                          Delivery.Followed.class,
                          follow -> assertThat(follow.state()).isEqualTo("s8")));
    }
    assertThat((double) followed / PEOPLE).isBetween(0.01, 0.07);
    assertThat(toSms("新品 http://127.0.0.1/l", List.of()))
        .allMatch(reaction -> reaction.followsMs() == Reaction.NEVER);
  }

  @Test
  void whoBlockedIsNoFriendAnyMore() {
    var reactions = new Reactions(42, Habits.DEFAULT.with(Habit.WECOM_BLOCKS, 1));
    long person =
        contacts().stream()
            .filter(
                each ->
                    reactions.to(customer(each), wecom(each, "x", NOW), List.of()).blocksMs()
                        != Reaction.NEVER)
            .findFirst()
            .orElseThrow();
    var blocked = reactions.to(customer(person), wecom(person, "x", NOW), List.of());
    assertThat(Reactions.friendOf(customer(person), List.of(blocked), blocked.blocksMs() - 1))
        .isNotNull();
    assertThat(Reactions.friendOf(customer(person), List.of(blocked), blocked.blocksMs())).isNull();
    var never = new Reactions(42, Habits.DEFAULT.with(Habit.GUIDE_NEVER_CONFIRMS, 0));
    assertThat(
            never.to(customer(person), wecom(person, "y", NOW + 9 * DAY), List.of(blocked)).fate())
        .isEqualTo(Fate.NOT_FRIEND);
  }

  @Test
  void theMonthHasItsQuota() {
    var reactions = new Reactions(42, Habits.DEFAULT.with(Habit.GUIDE_NEVER_CONFIRMS, 0));
    long person = contacts().getFirst();
    var had = new ArrayList<Reaction>();
    for (int i = 0; i < 31; i++) {
      had.add(
          new Reaction(
              wecom(person, "n" + i, NOW + i),
              Fate.DELIVERED,
              NOW + i,
              Reaction.NEVER,
              Reaction.NEVER,
              List.of()));
    }
    assertThat(
            reactions.to(customer(person), wecom(person, "one more", NOW + 20 * DAY), had).fate())
        .isEqualTo(Fate.QUOTA_REACHED);
    assertThat(
            reactions
                .to(customer(person), wecom(person, "one more", NOW + 20 * DAY), had.subList(1, 31))
                .fate())
        .isEqualTo(Fate.DELIVERED);
    assertThat(
            reactions.to(customer(person), wecom(person, "next month", NOW + 32 * DAY), had).fate())
        .isEqualTo(Fate.DELIVERED);
  }

  @Test
  void strangersGetMessagesAndBuyNothing() {
    var stranger = new Customer.Stranger("+8613800000000");
    for (int i = 0; i < 500; i++) {
      var reaction =
          REACTIONS.to(
              stranger,
              new Approach(
                  ChannelKind.SMS, "+8613800000000", "券码 HS-AB12 " + i, "活水", "b", "", NOW),
              List.of());
      assertThat(reaction.dues()).noneMatch(due -> due.delivery() instanceof Delivery.Happened);
    }
  }
}
