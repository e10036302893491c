/// 记录: the PostgreSQL that holds what people edit and transact.
///
/// Owns where that database is ([Database#open]): our own server kept under `<data>/pg`, or an
/// outside one named by `HUOSHUI_DB_URL`. Unpacks, initialises, starts, recovers and stops our own.
/// Refuses to know any table: migrations and queries belong to the rooms that need them.
///
/// ```java
/// try (Database records = Database.open(Path.of("data"), System.getenv())) {
///   DriverManager.getConnection(records.jdbcUrl(), records.user(), records.password());
/// }
/// ```
///
/// The owner closes it last, after its connection pool: there is no shutdown hook here, because one
/// would stop the server under a pool that is still closing. A server that outlives its owner is
/// found and restarted at the next start.
///
/// Next: the migrations, which give the empty database its tables.
@NullMarked
package io.huoshui.server.records;

import org.jspecify.annotations.NullMarked;
