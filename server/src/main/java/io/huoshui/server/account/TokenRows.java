package io.huoshui.server.account;

import io.huoshui.platforms.account.TokenShelf;
import io.huoshui.server.access.DerivedKeys;
import io.huoshui.server.access.Sealed;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/// Tokens as rows, for all servers on these records.
///
/// Who fetches takes a numbered turn by updating the row, and holds it for a bounded time: no
/// connection is held while the platform is asked. What comes back is kept only while the turn is
/// still the last one, so whoever was slow, or stood still, never overwrites a newer token. The
/// clock is the database's.
@Repository
class TokenRows implements TokenShelf {
  /// Longer than a call may take (WxJava: 5 s to connect, 5 s to answer).
  private static final Duration HOLD = Duration.ofSeconds(15);

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long LOOK_AGAIN_MS = 50;

  private final JdbcClient sql;
  private final Sealed sealed;
  private final DerivedKeys keys;
  private final Duration hold;

  @Autowired
  TokenRows(JdbcClient sql, Sealed sealed, DerivedKeys keys) {
    this(sql, sealed, keys, HOLD);
  }

  TokenRows(JdbcClient sql, Sealed sealed, DerivedKeys keys, Duration hold) {
    this.sql = sql;
    this.sealed = sealed;
    this.keys = keys;
    this.hold = hold;
  }

  @Override
  public <X extends Exception> Optional<Kept> newest(
      String owner, String kind, long above, Fetch<X> fetch) throws X {
    String whose =
        HexFormat.of()
            .formatHex(keys.mac("token owners").doFinal(owner.getBytes(StandardCharsets.UTF_8)));
    sql.sql(
            """
            insert into platform_token (owner, kind) values (:owner, :kind) on conflict do nothing
            """)
        .param("owner", whose)
        .param("kind", kind)
        .update();
    long giveUp = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Kept kept = good(whose, kind, above);
      if (kept != null) {
        return Optional.of(kept);
      }
      Optional<Long> turn = turn(whose, kind, above);
      if (turn.isPresent()) {
        Kept fresh = fetch(whose, kind, turn.get(), fetch);
        if (fresh != null) {
          return Optional.of(fresh);
        }
      }
      if (System.nanoTime() > giveUp) {
        return Optional.empty();
      }
      try {
        Thread.sleep(LOOK_AGAIN_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      }
    }
  }

  private record Line(long turn, String sealed, Instant expires) {}

  private @Nullable Kept good(String owner, String kind, long above) {
    Line line =
        sql.sql(
                """
                select token_turn, sealed, expires_at from platform_token
                where owner = :owner and kind = :kind and token_turn > :above
                  and expires_at > now() and sealed is not null
                """)
            .param("owner", owner)
            .param("kind", kind)
            .param("above", above)
            .query(
                (row, _) ->
                    new Line(
                        row.getLong("token_turn"),
                        row.getString("sealed"),
                        row.getTimestamp("expires_at").toInstant()))
            .optional()
            .orElse(null);
    if (line == null) {
      return null;
    }
    try {
      return new Kept(sealed.open(line.sealed()), line.expires(), line.turn());
    } catch (RuntimeException e) {
      // Sealed with another key: of no use to anybody here.
      sql.sql("update platform_token set sealed = null where owner = :owner and kind = :kind")
          .param("owner", owner)
          .param("kind", kind)
          .update();
      return null;
    }
  }

  /// The number of a turn nobody else has, when nobody holds one and there is no good token.
  private Optional<Long> turn(String owner, String kind, long above) {
    return sql.sql(
            """
            update platform_token
            set turn = greatest(turn, :above) + 1,
                held_until = now() + make_interval(secs => :hold)
            where owner = :owner and kind = :kind and held_until <= now()
              and (token_turn <= :above or expires_at <= now() or sealed is null)
            returning turn
            """)
        .param("owner", owner)
        .param("kind", kind)
        .param("above", above)
        .param("hold", hold.toMillis() / 1e3)
        .query(Long.class)
        .optional();
  }

  /// @return null when another took over meanwhile
  private <X extends Exception> @Nullable Kept fetch(
      String owner, String kind, long turn, Fetch<X> fetch) throws X {
    Fetched fetched = null;
    try {
      fetched = fetch.fetch();
    } finally {
      if (fetched == null) {
        release(owner, kind, turn);
      }
    }
    String token = fetched.value();
    return sql.sql(
            """
            update platform_token
            set sealed = :sealed, token_turn = :turn, held_until = '-infinity',
                expires_at = now() + make_interval(secs => :life)
            where owner = :owner and kind = :kind and turn = :turn
            returning expires_at
            """)
        .param("owner", owner)
        .param("kind", kind)
        .param("turn", turn)
        .param("sealed", sealed.seal(token))
        .param("life", (double) fetched.life().toSeconds())
        .query(Timestamp.class)
        .optional()
        .map(expires -> new Kept(token, expires.toInstant(), turn))
        .orElse(null);
  }

  private void release(String owner, String kind, long turn) {
    sql.sql(
            """
            update platform_token set held_until = '-infinity'
            where owner = :owner and kind = :kind and turn = :turn
            """)
        .param("owner", owner)
        .param("kind", kind)
        .param("turn", turn)
        .update();
  }
}
