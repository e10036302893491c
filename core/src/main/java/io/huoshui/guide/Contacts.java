package io.huoshui.guide;

import io.huoshui.profile.Timeline;
import java.util.Set;
import java.util.TreeSet;

/// Which guides have somebody as a contact: a fold over `contact_added` and `contact_removed`. A
/// contact is not a binding; a person may have several guides.
public final class Contacts {
  private Contacts() {}

  public static Set<String> of(Timeline timeline) {
    var guides = new TreeSet<String>();
    for (int i = 0; i < timeline.size(); i++) {
      switch (timeline.name(i)) {
        case "contact_added" -> guides.add(Bindings.text(timeline, i, "guide"));
        case "contact_removed" -> {
          String guide = Bindings.text(timeline, i, "guide");
          if (guide.isEmpty()) {
            guides.clear();
          } else {
            guides.remove(guide);
          }
        }
        default -> {}
      }
    }
    guides.remove("");
    return guides;
  }
}
