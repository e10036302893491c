package io.huoshui.acquisition;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// 渠道活码: a code that is printed once, while what stands behind it changes.
public sealed interface LiveCode {
  /// What all codes have.
  About about();

  /// @param name as addresses and the platform's `state` carry it
  /// @param source where people see it: `package_card`, `store`, `exhibition`, `sample`, `ad`,
  ///   `sms`, or a word of the brand's own; costs are entered for it
  /// @param labels anything more: campaign, ad, store, product
  /// @param expires from when on nobody is received; null for never
  record About(
      String name,
      String title,
      String source,
      Map<String, String> labels,
      @Nullable Instant expires) {
    public About {
      labels = Map.copyOf(labels);
    }

    public boolean over(Instant now) {
      return expires != null && !now.isBefore(expires);
    }
  }

  /// A code that leads to members of staff.
  ///
  /// @param members who share what comes, while they are on shift and not full
  /// @param fallback who takes what no member can
  /// @param dailyCap people in a day of the brand's zone, fallback included; null for any number
  /// @param burst people who may be under way between a push of the direct code and its effect
  /// @param skipVerify whether the customer need not be confirmed by the guide
  /// @param remark what the guide sees as the customer's name, with `{name}` and `{title}`; empty
  ///   for none
  /// @param tags put on whoever comes
  /// @param variants ads with a benefit of their own
  /// @param cards whether each card carries a ticket of one order, good once
  record Staffed(
      About about,
      List<Member> members,
      List<Member> fallback,
      @Nullable Integer dailyCap,
      int burst,
      boolean skipVerify,
      String remark,
      List<String> tags,
      Welcome welcome,
      List<Variant> variants,
      boolean cards)
      implements LiveCode {
    public Staffed {
      members = List.copyOf(members);
      fallback = List.copyOf(fallback);
      tags = List.copyOf(tags);
      variants = List.copyOf(variants);
    }

    public Stream<Member> everybody() {
      return Stream.concat(members.stream(), fallback.stream());
    }

    public @Nullable Member find(String guide) {
      return everybody().filter(one -> one.guide().equals(guide)).findFirst().orElse(null);
    }

    public @Nullable Variant variant(String name) {
      return variants.stream().filter(one -> one.name().equals(name)).findFirst().orElse(null);
    }

    /// What whoever comes by a variant is told.
    public Welcome welcomeOf(String variant) {
      Variant found = variant(variant);
      return found == null || found.welcome().blank() ? welcome : found.welcome();
    }
  }

  /// 社群活码: leads into the first groups that are not full.
  ///
  /// @param groups chat ids, in the order in which they fill up
  /// @param full how many people a group has when it counts as full
  /// @param makesMore whether the platform founds another group when all are full
  /// @param baseName what those are called, before their number
  record Grouped(
      About about,
      List<String> groups,
      int full,
      boolean makesMore,
      String baseName,
      int baseNumber)
      implements LiveCode {
    public Grouped {
      groups = List.copyOf(groups);
    }
  }

  /// A code of an official account: whoever scans it follows, and the platform says with which.
  ///
  /// @param days it lives; 0 for good
  record Scene(About about, int days) implements LiveCode {}

  /// 小程序码: opens a page of the mini-program, which is told the code's name as its scene.
  ///
  /// @param page without a slash before it and without parameters; empty for the first page
  /// @param version `release`, `trial` or `develop`
  record MiniPage(About about, String page, String version) implements LiveCode {}

  /// One of the staff behind a code.
  ///
  /// @param name as customers read it; empty for the guide's own id
  /// @param weight how much of what comes, against the others on shift
  /// @param dailyCap people in a day; null for any number
  /// @param shifts every week; none for always
  /// @param dates days on which the shifts do not count
  record Member(
      String guide,
      String name,
      int weight,
      @Nullable Integer dailyCap,
      List<Shift> shifts,
      List<DayPlan> dates) {
    public Member {
      shifts = List.copyOf(shifts);
      dates = List.copyOf(dates);
    }

    public String shown() {
      return name.isEmpty() ? guide : name;
    }
  }

  /// Hours of a day in the brand's zone.
  ///
  /// @param to not after `from`: until then on the day after
  record Hours(LocalTime from, LocalTime to) {
    public boolean overMidnight() {
      return !to.isAfter(from);
    }
  }

  /// Hours that begin on some days of every week.
  record Shift(Set<DayOfWeek> days, Hours hours) {
    public Shift {
      days = Set.copyOf(days);
    }
  }

  /// What is worked on one day instead of the week's shifts.
  ///
  /// @param hours none for a day off
  record DayPlan(LocalDate day, List<Hours> hours) {
    public DayPlan {
      hours = List.copyOf(hours);
    }
  }

  /// One of several ads for the same code.
  ///
  /// @param benefit what it promises, as the page says it; may be empty
  /// @param welcome blank for the code's own
  record Variant(String name, String benefit, Welcome welcome) {}
}
