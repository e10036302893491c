/// The accounts at platforms: configured, sealed, versioned, rotated, and checked.
///
/// Owns [Accounts], which says which account there is and makes its client; the rows behind it, the
/// tokens all servers share, and the connect check. Accounts of the `--secrets` file are read-only
/// accounts. Refuses to return a credential, ever. Example: `POST /api/v1/accounts/main/connect`
/// answers a checklist; what failed says what to do next. What is sent over an account is the
/// business of `server.reach` and `server.flow`.
@NullMarked
package io.huoshui.server.account;

import org.jspecify.annotations.NullMarked;
