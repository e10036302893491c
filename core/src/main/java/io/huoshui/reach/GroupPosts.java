package io.huoshui.reach;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The port through which something is posted in groups of customers.
///
/// A post is handed over once at most: its key is written down first, and when the answer is lost
/// nobody hands it over again. On WeCom it is a task that the owner has to confirm.
public interface GroupPosts {
  /// The groups of one owner that one call may name.
  int largestBatch();

  /// Hands over one post for groups of one owner. Never throws for what the outside does.
  ///
  /// @param key the host's own, unique
  /// @param owner whose groups these are
  /// @param chats at most [#largestBatch]
  PlatformTags.Outcome<Posted> post(
      String key, String owner, List<String> chats, String text, List<Attachment> attachments);

  /// What became of a post, as far as it is known: one line per group.
  PlatformTags.Outcome<List<Result>> results(String platformId);

  /// @param platformId by which the platform knows it
  /// @param refused chats that will not get it
  record Posted(String platformId, List<String> refused) {
    public Posted {
      refused = List.copyOf(refused);
    }
  }

  /// @param state `waiting` for the owner, `sent`, or why not: `not_in_group`, `quota`
  /// @param at when it was sent; null while it was not
  record Result(String chat, String state, @Nullable Instant at) {}
}
