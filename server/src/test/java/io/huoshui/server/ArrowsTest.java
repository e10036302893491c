package io.huoshui.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Holds the arrows between rooms (ARCHITECTURE.md), and names the cure.
class ArrowsTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.huoshui");

  private static final Set<String> CORE =
      Set.of(
          "json",
          "event",
          "feed",
          "identity",
          "profile",
          "audience",
          "journey",
          "insight",
          "reach",
          "dialog",
          "loyalty",
          "guide",
          "tag",
          "trial",
          "community",
          "survey",
          "acquisition");

  /// Which room may know which. A room knows itself and everything listed.
  private static final Map<String, Set<String>> MAY_KNOW =
      Map.ofEntries(
          Map.entry("json", Set.of()),
          Map.entry("event", Set.of("json")),
          Map.entry("feed", Set.of("json", "event")),
          Map.entry("identity", Set.of("event")),
          Map.entry("profile", Set.of("event", "identity")),
          Map.entry("audience", Set.of("json", "event", "identity", "profile", "reach")),
          Map.entry("journey", Set.of("json", "event", "identity", "profile", "audience")),
          Map.entry("insight", Set.of("json", "event", "identity", "profile", "audience")),
          Map.entry("reach", Set.of("event", "identity", "profile")),
          Map.entry("dialog", Set.of("json", "profile", "reach", "insight")),
          Map.entry("loyalty", Set.of("event", "identity", "profile")),
          Map.entry("guide", Set.of("json", "event", "identity", "profile")),
          Map.entry("tag", Set.of("json", "event", "identity", "profile", "audience")),
          Map.entry(
              "trial",
              Set.of("json", "event", "identity", "profile", "audience", "journey", "insight")),
          Map.entry("survey", Set.of("json", "event", "identity", "profile", "audience")),
          Map.entry("acquisition", Set.of("json", "event", "identity", "profile", "reach")),
          Map.entry(
              "community",
              Set.of("json", "event", "identity", "profile", "reach", "audience", "journey")),
          Map.entry("engine", CORE),
          Map.entry(
              "platforms",
              Set.of(
                  "json",
                  "event",
                  "feed",
                  "identity",
                  "profile",
                  "reach",
                  "acquisition",
                  "dialog")),
          Map.entry("server", with(CORE, "engine", "platforms")));

  private static final Set<String> WXJAVA =
      Set.of(
          "io.huoshui.platforms.account",
          "io.huoshui.platforms.wecom",
          "io.huoshui.platforms.wechat");

  private static Set<String> with(Set<String> rooms, String... more) {
    var all = new TreeSet<>(rooms);
    all.addAll(Set.of(more));
    return all;
  }

  private static String room(JavaClass type) {
    String name = type.getPackageName();
    return name.startsWith("io.huoshui.") ? name.substring(11).split("\\.")[0] : "";
  }

  @Test
  void everyRoomIsOnTheMap() {
    var found = new TreeSet<String>();
    CLASSES.forEach(type -> found.add(room(type)));
    assertThat(found)
        .as("A new room needs its arrows: add it to MAY_KNOW and to ARCHITECTURE.md")
        .containsExactlyInAnyOrderElementsOf(MAY_KNOW.keySet());
  }

  @Test
  void roomsKnowOnlyWhatTheyMay() {
    var broken = new TreeSet<String>();
    for (JavaClass type : CLASSES) {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        String from = room(type);
        String to = room(dependency.getTargetClass());
        if (!to.isEmpty()
            && !to.equals(from)
            && !MAY_KNOW.getOrDefault(from, Set.of()).contains(to)) {
          broken.add(
              from
                  + " knows "
                  + to
                  + " through "
                  + type.getName()
                  + " → "
                  + dependency.getTargetClass().getName()
                  + ". Allowed for "
                  + from
                  + ": "
                  + new TreeSet<>(MAY_KNOW.getOrDefault(from, Set.of()))
                  + ". Move the class to the room it serves, or let a process in server.flow join"
                  + " the two.");
        }
      }
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void coreIsPure() {
    var broken = new TreeSet<String>();
    for (JavaClass type : CLASSES) {
      if (!CORE.contains(room(type))) {
        continue;
      }
      type.getMethodCallsFromSelf()
          .forEach(
              call -> {
                String target = call.getTargetOwner().getName() + "." + call.getTarget().getName();
                boolean clock =
                    (call.getTarget().getName().equals("now") && target.startsWith("java.time"))
                        || target.startsWith("java.lang.System.currentTimeMillis")
                        || target.startsWith("java.lang.System.nanoTime")
                        || target.startsWith("java.time.Clock");
                boolean chance =
                    target.startsWith("java.util.Random")
                        || target.startsWith("java.security.SecureRandom")
                        || target.endsWith("Math.random");
                boolean outside =
                    target.startsWith("java.io.File")
                        || target.startsWith("java.nio.file")
                        || target.startsWith("java.net.")
                        || target.startsWith("java.lang.Thread")
                        || target.startsWith("java.util.concurrent");
                if (clock || chance || outside) {
                  broken.add(
                      call.getDescription()
                          + ": core knows no clock, chance, thread, file or network. Take `now` (or"
                          + " what you need) as a parameter, and return effects.");
                }
              });
      type.getDirectDependenciesFromSelf().stream()
          .map(Dependency::getTargetClass)
          .map(JavaClass::getPackageName)
          .filter(
              name ->
                  !name.startsWith("java.")
                      && !name.startsWith("io.huoshui")
                      && !name.startsWith("org.roaringbitmap")
                      && !name.startsWith("org.jspecify")
                      && !name.isEmpty())
          .forEach(
              name ->
                  broken.add(
                      type.getName()
                          + " knows the library "
                          + name
                          + ": core stands on the JDK and RoaringBitmap alone."));
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void vendorsStayInTheirPackages() {
    var broken = new TreeSet<String>();
    for (JavaClass type : CLASSES) {
      for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
        String target = dependency.getTargetClass().getPackageName();
        if (target.startsWith("me.chanjar") && !WXJAVA.contains(type.getPackageName())) {
          broken.add(
              type.getName()
                  + " knows WxJava: vendor code lives in io.huoshui.platforms.<vendor> only.");
        }
      }
    }
    assertThat(broken).isEmpty();
  }
}
